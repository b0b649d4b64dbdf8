"""What is sealed of a secret case is read once for each consent, and on record before; a served paper is all that its reader sees (B10)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

import models
from casework import archive, attachments, corrections, reading_log, readings
from casework.errors import BadInput
from casework.instruments import InstrumentView, served_on
from casework.outcome import Fired, Refused
from casework.people import give_role
from casework.queries import case_view, list_cases
from tests.building import a_complaint, a_store, an_office, told
from tests.casework.test_secrecy import NOWHERE, give, registered, today
from tests.casework.upheld_cases import Bureau, a_bureau

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EVENTS, KEYS, READINGS = (models.table(one) for one in (models.Event, models.CaseKey, models.Reading))
CONSENT = "Each reading needs a consent of its own, by {roles}, that names the reader."
pytestmark = pytest.mark.clause("B10")


@pytest.fixture
def bureau(database_url: str, tmp_path: Path) -> Iterator[Bureau]:
    store = a_store(database_url, tmp_path)
    yield a_bureau(store)
    store.close()


def read(bureau: Bureau, ref: str, handle: str, purpose: str = "to call back") -> readings.Opened | Refused:
    with bureau.store.transaction() as session:
        return readings.open_case(session, ref, today(bureau, handle), bureau.now, purpose=purpose)


def log(bureau: Bureau, ref: str, handle: str) -> tuple[reading_log.ReadingView, ...] | Refused:
    with bureau.store.transaction() as session:
        return reading_log.readings_for(session, ref, today(bureau, handle), bureau.now)


def consent(bureau: Bureau, ref: str, reader: str, by: str = "keeper") -> Fired:
    return bureau.record(ref, "consent", by, reader=reader, purpose="to call back")


def sentences(done: object) -> list[str]:
    assert isinstance(done, Refused), done
    return [one.sentence for one in done.requirements]


def served(bureau: Bureau, handle: str) -> tuple[InstrumentView, ...]:
    with bureau.store.reading() as session:
        return served_on(session, today(bureau, handle))


def test_one_consent_is_one_reading_and_each_is_an_event_of_the_case(bureau: Bureau) -> None:
    ref = registered(bureau, "ann").ref
    assert sentences(read(bureau, ref, "m1")) == [CONSENT]
    consent(bureau, ref, "m1")
    opened = read(bureau, ref, "m1")
    assert isinstance(opened, readings.Opened)
    assert [party.identity and party.identity.name for party in opened.parties] == ["王小明", None]
    assert sentences(read(bureau, ref, "m1")) == [CONSENT]
    consent(bureau, ref, "m1")
    consent(bureau, ref, "m1", by="above")
    assert isinstance(read(bureau, ref, "m1"), readings.Opened)
    assert isinstance(read(bureau, ref, "m1"), readings.Opened)
    assert sentences(read(bureau, ref, "m1")) == [CONSENT]
    with bureau.store.reading() as session:
        case = case_view(session, ref, bureau.actor("head"), bureau.now)
        rows = session.connection().execute(select(EVENTS).where(EVENTS.c.kind == "read")).all()
    assert [(e.name, e.actor_id, e.sealed is not None) for e in rows] == [
        ("case", bureau.people["m1"].id, True)
    ] * 3
    assert [r.act_kind for r in case.refusals] == ["read"] * 3


def test_a_consent_is_for_whom_it_names_and_a_correction_takes_it_back(bureau: Bureau) -> None:
    ref = registered(bureau, "ann").ref
    bureau.record(ref, "admission", "head", person="m2")
    seq = consent(bureau, ref, "m2").seq
    assert sentences(read(bureau, ref, "m1")) == [CONSENT]
    with bureau.store.transaction() as session:
        corrections.correct(session, ref, seq, bureau.actor("keeper"), bureau.now, evidence={"reader": "m1", "purpose": "to call back"}, reason="mistyped")  # fmt: skip
    assert sentences(read(bureau, ref, "m2")) == [CONSENT]
    assert isinstance(read(bureau, ref, "m1"), readings.Opened)


def test_a_refusal_says_who_consents_and_by_which_step(bureau: Bureau) -> None:
    refused = read(bureau, registered(bureau, "ann").ref, "head")
    assert isinstance(refused, Refused)
    (needed,) = refused.requirements
    assert (needed.who, needed.do, needed.clause) == (("custodian", "superior_body"), ("consent",), "B10")


def test_the_custodian_needs_another_ones_consent(bureau: Bureau) -> None:
    ref = registered(bureau, "ann").ref
    assert sentences(bureau.try_record(ref, "consent", "keeper", reader="keeper", purpose="to see")) == ["Somebody else must record this: it is about you."]  # fmt: skip
    assert sentences(read(bureau, ref, "keeper")) == [CONSENT]
    consent(bureau, ref, "keeper", by="above")
    assert isinstance(read(bureau, ref, "keeper"), readings.Opened)


def test_whom_it_is_about_reads_nothing_whatever_consent_there_is(bureau: Bureau) -> None:
    give(bureau, "ann", "member", "auditor")
    ref = registered(bureau, by="head").ref
    bureau.record(ref, "admission", "head", person="m2")
    consent(bureau, ref, "ann")
    bureau.record(ref, "supplement", "m2", source="group", against=["ann"])
    for way in (read, log):
        with pytest.raises(BadInput, match=f"No case has the reference {ref}"):
            way(bureau, ref, "ann")


def test_without_a_purpose_nothing_is_read_and_no_consent_used_up(bureau: Bureau) -> None:
    ref = registered(bureau, "ann").ref
    consent(bureau, ref, "m1")
    for purpose in ("", "  a "):
        with pytest.raises(BadInput, match="for what purpose"):
            read(bureau, ref, "m1", purpose)
    assert isinstance(read(bureau, ref, "m1"), readings.Opened)


def test_attachments_and_bags_go_through_the_same_gate(bureau: Bureau, tmp_path: Path) -> None:
    ref = registered(bureau, "ann").ref
    with bureau.store.transaction() as session:
        kept = attachments.attach(
            session, ref, b"words", bureau.actor("m1"), bureau.now, folder=tmp_path, name="letter.txt"
        )
    assert isinstance(kept, attachments.Attached)

    def opened() -> attachments.OpenedAttachment | Refused:
        with bureau.store.transaction() as session:
            return attachments.open_attachment(
                session, ref, kept.id, bureau.actor("m1"), bureau.now, folder=tmp_path, purpose="to see"
            )

    assert sentences(opened()) == [CONSENT]
    with bureau.store.reading() as session:
        assert [one.id for one in attachments.attachments_of(session, ref)] == [kept.id]
    consent(bureau, ref, "m1")
    done = opened()
    assert isinstance(done, attachments.OpenedAttachment)
    assert done.content == b"words"
    assert sentences(archive.open_bag(bureau.store, ref, bureau.actor("m1"), bureau.now, "to see", root=str(tmp_path))) == [CONSENT]  # fmt: skip


def test_a_measure_is_read_by_consent_in_its_complaint_and_counts_as_a_reading_of_it(bureau: Bureau) -> None:
    ref = bureau.decided("ann")
    cases = models.table(models.Case)
    with bureau.store.reading() as session:
        measure = (
            session.connection()
            .execute(select(cases.c.ref).where(cases.c.parent_id.is_not(None)))
            .scalar_one()
        )
    assert sentences(read(bureau, measure, "m1")) == [CONSENT.removesuffix(".") + ", recorded in {ref}."]
    consent(bureau, ref, "m1")
    assert isinstance(read(bureau, measure, "m1"), readings.Opened)
    assert sentences(read(bureau, ref, "m1")) == [CONSENT]


def test_every_reading_is_shown_to_the_auditor_the_custodian_and_the_superior(bureau: Bureau) -> None:
    ref = registered(bureau, "ann").ref
    consent(bureau, ref, "m1")
    read(bureau, ref, "m1", "the complainant rang")
    for handle in ("auditor", "keeper", "above"):
        found = log(bureau, ref, handle)
        assert not isinstance(found, Refused)
        assert [(r.handle, r.what, r.at, r.purpose) for r in found] == [
            ("m1", "case", bureau.now, "the complainant rang")
        ]
    for handle in ("m1", "head"):
        assert sentences(log(bureau, ref, handle)) == ["Only {roles} may do this."]
    with pytest.raises(BadInput, match=f"No case has the reference {ref}"):
        log(bureau, ref, "m2")


def test_of_an_ordinary_case_the_manager_and_the_superior_see_the_readings_and_no_consent_is_asked(
    bureau: Bureau,
) -> None:
    court = an_office(bureau.store, bureau.clock)
    ref = a_complaint(court)
    with bureau.store.transaction() as session:
        assert isinstance(
            readings.open_case(session, ref, court.staff(1), court.now, purpose="to call back"),
            readings.Opened,
        )
    for by, sees in ((court.manager, True), (court.superior, True), (court.staff(1), False)):
        with bureau.store.transaction() as session:
            found = reading_log.readings_for(session, ref, by, court.now)
        assert isinstance(found, Refused) is not sees


def test_a_case_whose_key_is_gone_is_listed_with_its_readings_and_breaks_no_list(bureau: Bureau) -> None:
    lost, other = registered(bureau, "ann").ref, registered(bureau, "ann").ref
    consent(bureau, lost, "m1")
    read(bureau, lost, "m1")
    cases = models.table(models.Case)
    lost_id = select(cases.c.id).where(cases.c.ref == lost).scalar_subquery()
    for gone in (
        {"wrapped": None, "destroyed_at": bureau.now},
        {"wrapped": b"x", "destroyed_at": None, "master_id": "lost"},
    ):
        with bureau.store.transaction() as session:
            session.connection().execute(update(KEYS).where(KEYS.c.case_id == lost_id).values(**gone))
        with bureau.store.reading() as session:
            assert {row.ref for row in list_cases(session, "bureau", person=bureau.people["head"]).rows} == {
                lost,
                other,
            }
            assert case_view(session, lost, bureau.actor("head"), bureau.now).ref == lost
        found = log(bureau, lost, "auditor")
        assert not isinstance(found, Refused)
        assert [(r.handle, r.purpose) for r in found] == [("m1", None)]


# ── instruments ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def a_service(bureau: Bureau, *against: str) -> tuple[str, int]:
    """A case in which a request for a statement was served on the first of these; and the event that served it."""
    ref = bureau.registered(*against)
    bureau.move(ref, "investigate", "m1")
    bureau.record(ref, "redaction", "keeper", nothing_names=True)
    done = bureau.record(
        ref,
        "service",
        "m1",
        respondent=against[0],
        paper="request_for_statement",
        words="please say what happened",
    )
    return ref, done.seq


def test_whoever_was_served_a_paper_sees_that_paper_alone(bureau: Bureau) -> None:
    ref, _ = a_service(bureau, "ann", "bob")
    (paper,) = served(bureau, "ann")
    assert re.fullmatch("i-[0-9a-z]{10}", paper.number)
    assert (paper.kind, paper.served_at, paper.words) == (
        "request_for_statement",
        bureau.now,
        "please say what happened",
    )
    assert served(bureau, "bob") == served(bureau, "m1") == served(bureau, "keeper") == ()
    give(bureau, "ann", "auditor")
    for asked in (ref, NOWHERE):
        with (
            bureau.store.reading() as session,
            pytest.raises(BadInput, match=f"No case has the reference {asked}"),
        ):
            case_view(session, asked, today(bureau, "ann"), bureau.now)


def test_a_second_account_sees_the_paper_too(bureau: Bureau) -> None:
    a_service(bureau, "ann")
    assert served(bureau, "ann2") == ()
    bureau.alias("ann2", "ann")
    assert served(bureau, "ann2") == served(bureau, "ann") != ()


def test_a_mistyped_service_shows_its_words_as_mended_and_nothing_to_whom_it_named_by_mistake(
    bureau: Bureau,
) -> None:
    ref, seq = a_service(bureau, "ann", "bob")

    def mended(seq: int, **evidence: str) -> int:
        with bureau.store.transaction() as session:
            given = {
                "respondent": "ann",
                "paper": "request_for_statement",
                "words": "please say what happened",
            } | evidence
            done = corrections.correct(
                session, ref, seq, bureau.actor("m1"), bureau.now, evidence=given, reason="mistyped"
            )
        assert isinstance(done, Fired), told(done)
        return done.seq

    seq = mended(seq, words="please say what happened on Monday")
    assert [one.words for one in served(bureau, "ann")] == ["please say what happened on Monday"]
    mended(seq, respondent="bob")
    assert served(bureau, "ann") == ()


def test_the_words_of_a_paper_go_with_the_key_of_its_case(bureau: Bureau) -> None:
    a_service(bureau, "ann")
    with bureau.store.transaction() as session:
        session.connection().execute(update(KEYS).values(wrapped=None, destroyed_at=bureau.now))
    assert [(one.kind, one.words) for one in served(bureau, "ann")] == [("request_for_statement", None)]


def test_nobody_needs_to_sign_to_see_what_was_served_on_them(bureau: Bureau) -> None:
    a_service(bureau, "ann")
    with bureau.store.transaction() as session:
        give_role(session, "bureau", "ann", "member", bureau.now)
    assert len(served(bureau, "ann")) == 1
