"""Who may know of a secret case, and that for everybody else there is none: the same sentence, the same statements, nothing counted (B10)."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, func, insert, select, update

import models
from casework import alarms, attachments, corrections, fire, intake, readings
from casework.errors import BadInput
from casework.people import actor_of, give_role, person_by_handle, take_role
from casework.queries import (
    alarm_list,
    case_view,
    due_list,
    list_cases,
    refusal_counts,
    visible_case,
)
from casework.registered import Registered
from casework.undertakings import UNDERTAKINGS
from casework.veiled import meant, numbering
from casework.visit_cancel import cancel_visit
from states.editions import editions
from tests.building import a_complaint, a_store, an_office
from tests.casework.upheld_cases import Bureau, a_bureau

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlmodel import Session

    from states.facts import Actor

ALARMS, CASES, DEADLINES, KEYS, LINKS, PARTIES = (
    models.table(one)
    for one in (models.Alarm, models.Case, models.Deadline, models.CaseKey, models.Link, models.Party)
)
NOWHERE = "c-0000000000"
EVERYBODY = ("m1", "m2", "m3", "m4", "head", "keeper", "auditor", "above", "party1", "ann", "bob")
pytestmark = pytest.mark.clause("B10")


@pytest.fixture
def bureau(database_url: str, tmp_path: Path) -> Iterator[Bureau]:
    store = a_store(database_url, tmp_path)
    yield a_bureau(store)
    store.close()


def registered(
    bureau: Bureau, *against: str, by: str = "m1", linked_to: str | None = None, **more: object
) -> Registered:
    """A complaint, as it was registered."""
    given: dict[str, Any] = {
        "channel": "email", "subject": "official", "department": "tax", "against": list(against), "matter": "he would not take the form",
        "reason": "no reason was given", "anonymous": False, "complainants": [{"name": "王小明", "phone": "13800000000"}], "reply_by": "email",
    } | more  # fmt: skip
    with bureau.store.transaction() as session:
        done = intake.register(
            session,
            "bureau",
            "bureau.complaint",
            today(bureau, by),
            bureau.now,
            evidence=given,
            linked_to=linked_to,
        )
    assert isinstance(done, Registered), done
    return done


def today(bureau: Bureau, handle: str) -> Actor:
    """Somebody with the roles of today."""
    with bureau.store.reading() as session:
        return actor_of(person_by_handle(session, "bureau", handle, bureau.now))


def knows(bureau: Bureau, ref: str, handle: str) -> bool:
    """Whether somebody is shown a case, and listed it; both or neither."""
    with bureau.store.reading() as session:
        person = person_by_handle(session, "bureau", handle, bureau.now)
        listed = ref in {row.ref for row in list_cases(session, "bureau", person=person).rows}
        try:
            case_view(session, ref, actor_of(person), bureau.now)
        except BadInput as error:
            said, shown = error.sentence, False
        else:
            said, shown = "", True
    assert listed is shown
    assert said in {"", "No case has the reference {ref}.", "You have not signed the undertaking of secrecy."}
    return shown


def knowing(bureau: Bureau, ref: str) -> set[str]:
    return {handle for handle in EVERYBODY if knows(bureau, ref, handle)}


def give(bureau: Bureau, handle: str, *roles: str) -> None:
    """Give somebody roles, and have them sign."""
    with bureau.store.transaction() as session:
        for role in roles:
            give_role(session, "bureau", handle, role, bureau.now)
        signed = {"signed_on": bureau.now.date(), "text_sha256": "0" * 64, "recorded_at": bureau.now}
        session.connection().execute(insert(UNDERTAKINGS), signed | {"person_id": bureau.people[handle].id})


SEES = {"head", "keeper", "auditor", "above"}


def test_of_a_new_case_know_who_registered_it_and_the_roles_that_see_all(bureau: Bureau) -> None:
    assert knowing(bureau, registered(bureau, "ann").ref) == SEES | {"m1"}
    assert knowing(bureau, registered(bureau, "ann", by="head").ref) == SEES


def test_who_is_admitted_or_made_the_handler_knows_until_dismissed(bureau: Bureau) -> None:
    ref = registered(bureau, "ann").ref
    bureau.record(ref, "admission", "head", person="m2")
    bureau.record(ref, "admission", "head", person="party1")
    bureau.record(ref, "assignment", "head", handler="m3")
    assert knowing(bureau, ref) == SEES | {"m1", "m2", "m3", "party1"}
    bureau.record(ref, "assignment", "head", handler="m4")
    bureau.record(ref, "dismissal", "head", person="m2")
    assert knowing(bureau, ref) == SEES | {"m1", "m3", "m4", "party1"}
    bureau.record(ref, "dismissal", "head", person="m1")
    bureau.record(ref, "admission", "head", person="m2")
    assert knowing(bureau, ref) == SEES | {"m2", "m3", "m4", "party1"}


def test_a_mistyped_admission_that_was_corrected_admits_nobody(bureau: Bureau) -> None:
    ref = registered(bureau, "ann").ref
    seq = bureau.record(ref, "admission", "head", person="m2").seq
    with bureau.store.transaction() as session:
        corrections.correct(
            session, ref, seq, bureau.actor("head"), bureau.now, evidence={"person": "m3"}, reason="mistyped"
        )
    assert knowing(bureau, ref) == SEES | {"m1", "m3"}


@pytest.mark.clause("B3a")
def test_a_former_member_loses_access_at_once_whatever_was_done_before(bureau: Bureau) -> None:
    ref = registered(bureau, "ann").ref
    bureau.record(ref, "assignment", "head", handler="m1")
    assert knows(bureau, ref, "m1")
    with bureau.store.transaction() as session:
        take_role(session, "bureau", "m1", "member", bureau.now)
    assert not knows(bureau, ref, "m1")
    with bureau.store.transaction() as session, pytest.raises(BadInput, match="No case has the reference"):
        fire.record(session, ref, "supplement", today(bureau, "m1"), bureau.now, evidence={})


@pytest.mark.parametrize(
    "role", ["member", "group_head", "custodian", "party_group", "auditor", "superior_body", "assigned"]
)
def test_whom_it_is_about_never_knows_of_it_or_of_any_case_around_it(bureau: Bureau, role: str) -> None:
    """By the case above and below, by a link in either direction, under a second account, whatever role is held."""
    give(bureau, "ann", role)
    bureau.alias("ann2", "ann")
    about = bureau.decided("ann")
    (measure,) = _children(bureau, about)
    before = registered(bureau, "bob", by="head").ref
    after = registered(bureau, "bob", linked_to=about).ref
    _link(bureau, about, before)
    apart = registered(bureau, "bob", by="head").ref
    for ref in (about, measure, before, after):
        assert "head" in knowing(bureau, ref)
        for handle in ("ann", "ann2"):
            assert not knows(bureau, ref, handle)
    sees_all = role in {"group_head", "custodian", "auditor", "superior_body"}
    assert knows(bureau, apart, "ann") is knows(bureau, apart, "ann2") is sees_all


def test_who_is_named_later_does_not_know_from_then_on(bureau: Bureau) -> None:
    ref = registered(bureau, by="head").ref
    bureau.record(ref, "admission", "head", person="m2")
    bureau.record(ref, "admission", "head", person="m3")
    assert knows(bureau, ref, "m2")
    bureau.record(ref, "supplement", "m3", source="group", against=["m2"])
    assert not knows(bureau, ref, "m2")


def test_of_a_measure_knows_who_knows_of_its_complaint(bureau: Bureau) -> None:
    about = bureau.decided("ann")
    (measure,) = _children(bureau, about)
    assert knowing(bureau, measure) == knowing(bureau, about) == SEES | {"m1", "m2", "m3", "m4", "party1"}
    bureau.record(about, "dismissal", "head", person="m2")
    assert knowing(bureau, measure) == SEES | {"m1", "m3", "m4", "party1"}


def test_no_case_lies_deeper_than_the_sight_goes() -> None:
    """A case, the one that started it, the one that started that: a procedure that goes deeper must teach `casework.sight` first."""

    def depth(name: str) -> int:
        started = {kind for (other, _), law in editions().items() if other == name for kind in law.subs}
        return 1 + max((depth(kind) for kind in started), default=0)

    assert max(depth(name) for name, _ in editions()) <= 3


def test_who_has_not_signed_is_told_that_and_no_more_of_any_reference(bureau: Bureau) -> None:
    ref = registered(bureau, "ann").ref
    with bureau.store.transaction() as session:
        give_role(session, "bureau", "bob", "group_head", bureau.now)
    said = {_answer(bureau, _looks(ref), "bob"), _answer(bureau, _looks(NOWHERE), "bob")}
    said |= {_answer(bureau, _acts(ref), "bob"), _answer(bureau, _acts(NOWHERE), "bob")}
    (only,) = said
    assert only.startswith("You have not signed the undertaking of secrecy. Sign it first")
    assert _answer(bureau, _looks(ref), "ann").startswith(f"No case has the reference {ref}.")
    with bureau.store.reading() as session:
        person = person_by_handle(session, "bureau", "bob", bureau.now)
        assert list_cases(session, "bureau", person=person).rows == ()
    give(bureau, "bob")
    assert knows(bureau, ref, "bob")


# ── the same for a hidden case and for one that there is not ────────────────────────────────────────────────────────────────────────


def _looks(ref: str) -> Any:
    return lambda session, actor, now: case_view(session, ref, actor, now)


def _acts(ref: str) -> Any:
    return lambda session, actor, now: fire.record(session, ref, "scope", actor, now, evidence={})


def _ways(ref: str, home: Path) -> dict[str, Any]:
    """Everything by which somebody could come near a case by its reference, with as much wrong with it as possible."""
    late: dict[str, Any] = {"happened_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC), "reason": "forgot"}
    return {
        "look": _looks(ref),
        "ask": lambda s, _, now: visible_case(s, ref, person_by_handle(s, "bureau", "ann", now)),
        "record": _acts(ref),
        "record with bad evidence": lambda s, a, now: fire.record(s, ref, "scope", a, now, evidence={"colour": "x"}),
        "record what there is not": lambda s, a, now: fire.record(s, ref, "sing", a, now, evidence={}),
        "record of another version": lambda s, a, now: fire.record(s, ref, "scope", a, now, evidence={}, expected_version=77),
        "record long ago": lambda s, a, now: fire.record(s, ref, "scope", a, now, evidence={}, **late),
        "record with a used command": lambda s, a, now: fire.record(s, ref, "scope", a, now, evidence={}, command_id="used"),
        "move": lambda s, a, now: fire.fire(s, ref, "accept", a, now),
        "move of another version": lambda s, a, now: fire.fire(s, ref, "accept", a, now, expected_version=77),
        "correct": lambda s, a, now: corrections.correct(s, ref, 2, a, now, evidence={}, reason=""),
        "attach": lambda s, a, now: attachments.attach(s, ref, b"", a, now, folder=home, name=""),
        "open": lambda s, a, now: readings.open_case(s, ref, a, now, purpose=""),
        "open an attachment": lambda s, a, now: attachments.open_attachment(s, ref, 1, a, now, folder=home, purpose="to see"),
        "cancel a visit": lambda s, a, now: cancel_visit(s, ref, a, now, reason=""),
        "register from it": lambda s, a, now: intake.register(s, "bureau", "bureau.complaint", a, now, evidence={}, linked_to=ref),
        "name it in a list": lambda s, _, now: list_cases(s, "bureau", after=ref, person=person_by_handle(s, "bureau", "ann", now)),
    }  # fmt: skip


def _answer(bureau: Bureau, way: Any, handle: str, *, writing: bool = True) -> str:
    """What somebody is told."""
    opened = bureau.store.transaction() if writing else bureau.store.reading()
    with pytest.raises(BadInput) as told, opened as session:
        way(session, today(bureau, handle), bureau.now)
    return str(told.value)


@contextmanager
def statements(bureau: Bureau) -> Iterator[list[tuple[str, bool]]]:
    """The statements that are sent meanwhile."""
    sent: list[tuple[str, bool]] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append((statement, bool(rest[-1])))

    event.listen(bureau.store.engine, "before_cursor_execute", note)
    yield sent
    event.remove(bureau.store.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("why", ["respondent", "need not know", "linked", "measure"])
def test_a_hidden_case_is_answered_word_for_word_and_statement_for_statement_like_none(
    bureau: Bureau, tmp_path: Path, why: str
) -> None:
    """Its own statements, in its order, and no lock: neither a sentence nor the time it takes tells the two apart."""
    give(bureau, "ann", "group_head" if why != "need not know" else "member")
    hidden = bureau.decided("ann" if why != "need not know" else "bob")
    if why == "linked":
        hidden = registered(bureau, "bob", linked_to=hidden).ref
    elif why == "measure":
        (hidden,) = _children(bureau, hidden)
    before = _everything(bureau)
    for name, way in _ways(hidden, tmp_path).items():
        other = _ways(NOWHERE, tmp_path)[name]
        _answer(bureau, other, "ann")  # what is compiled or cached by the first is no part of the comparison
        with statements(bureau) as for_none:
            none = _answer(bureau, other, "ann")
        with statements(bureau) as for_hidden:
            told = _answer(bureau, way, "ann")
        assert told.replace(hidden, NOWHERE) == none, name
        assert for_hidden == for_none, name
        assert not [one for one, _ in for_hidden if "FOR UPDATE" in one], name
    assert _everything(bureau) == before


def test_a_number_of_an_alarm_or_deadline_of_a_hidden_case_is_answered_like_none(bureau: Bureau) -> None:
    give(bureau, "ann", "group_head", "auditor")
    ref = registered(bureau, "ann").ref
    office = bureau.people["head"].office_id
    with bureau.store.transaction() as session:
        connection = session.connection()
        case_id = connection.execute(select(CASES.c.id).where(CASES.c.ref == ref)).scalar_one()
        row = {"case_id": case_id, "office_id": office, "kind": "scope_due", "role": "group_head", "raised_at": bureau.now, "rung": 1, "clause": "B5"}  # fmt: skip
        alarm = connection.execute(insert(ALARMS).returning(ALARMS.c.id), row).scalar_one()
        deadline = connection.execute(select(func.max(DEADLINES.c.id)).where(DEADLINES.c.case_id == case_id)).scalar_one()  # fmt: skip
        view = bureau.store.offices(connection)[office]
    for sort, number, act in (
        ("alarm", alarm, alarms.acknowledge),
        ("deadline", deadline, alarms.confirm_late),
    ):
        shown = numbering(bureau.store.keys, view, sort)(number)  # type: ignore[arg-type]
        none = numbering(bureau.store.keys, view, sort)(number + 1000)  # type: ignore[arg-type]
        said, sent = [], []
        for typed in (none, none, shown):
            with statements(bureau) as these:
                said.append(_answer(bureau, lambda s, a, now, n=typed, do=act: do(s, n, a, now), "ann").replace(str(typed), "N"))  # fmt: skip
            sent.append(these)
        assert said[0] == said[1] == said[2]
        assert sent[1] == sent[2]


def test_a_hidden_case_whose_key_was_destroyed_is_answered_like_none_too(bureau: Bureau) -> None:
    ref = registered(bureau, "ann").ref
    give(bureau, "ann", "auditor")
    with bureau.store.transaction() as session:
        session.connection().execute(update(KEYS).values(wrapped=None, destroyed_at=bureau.now))
    assert _answer(bureau, _acts(ref), "ann").replace(ref, NOWHERE) == _answer(bureau, _acts(NOWHERE), "ann")
    assert knows(bureau, ref, "auditor")


def test_a_case_of_another_office_is_not_even_locked(bureau: Bureau) -> None:
    court = an_office(bureau.store, bureau.clock)
    ref = registered(bureau, "ann").ref
    with statements(bureau) as sent, bureau.store.transaction() as session, pytest.raises(BadInput):
        fire.fire(session, ref, "accept", court.manager, bureau.now)
    with statements(bureau) as none, bureau.store.transaction() as session, pytest.raises(BadInput):
        fire.fire(session, NOWHERE, "accept", court.manager, bureau.now)
    assert sent == none


def test_the_door_of_an_office_without_secrets_sends_not_one_statement_more(bureau: Bureau) -> None:
    court = an_office(bureau.store, bureau.clock)
    ref = a_complaint(court)
    with statements(bureau) as sent:
        court.record(
            ref, "opinion", court.staff(1), words="we will mend it", told_to_all=True, channel="hotline"
        )
    reads = [one for one, _ in sent if one.lstrip().startswith(("SELECT", "WITH"))]
    assert not [one for one in reads if "undertaking" in one or "RECURSIVE" in one]
    # The case itself, on PostgreSQL after its parent has been asked for.
    assert len([one for one in reads if "FROM cases" in one]) == (
        1 if bureau.store.engine.dialect.name == "sqlite" else 2
    )


def test_the_sight_of_a_secret_case_is_one_statement(bureau: Bureau) -> None:
    ref = bureau.registered("ann")
    given: dict[str, object] = {"done_at": bureau.now.isoformat(), "words": "the counter was seen"}
    bureau.move(ref, "investigate", "m1")
    with statements(bureau) as sent:
        bureau.record(ref, "log", "m1", **given)
    assert len([one for one, _ in sent if "undertaking" in one]) == 1


# ── lists, counts, suggestions, numbers ─────────────────────────────────────────────────────────────────────────────────────────────


def test_lists_and_counts_neither_show_nor_count_a_hidden_case_nor_are_they_shorter_for_it(
    bureau: Bureau,
) -> None:
    give(bureau, "ann", "group_head")
    seen = [registered(bureau, "bob", by="head").ref for _ in range(3)]
    hidden = [registered(bureau, "ann", by="head").ref for _ in range(3)]
    mixed = registered(bureau, "bob", by="head").ref
    for ref in (*seen, *hidden, mixed):
        with bureau.store.transaction() as session:
            fire.fire(session, ref, "accept", bureau.actor("head"), bureau.now)  # refused
            row = {"case_id": _id(session, ref), "office_id": bureau.people["head"].office_id, "kind": "scope_due", "role": "group_head", "raised_at": bureau.now, "rung": 1, "clause": "B5"}  # fmt: skip
        with bureau.store.transaction() as session:
            session.connection().execute(insert(ALARMS), row)
    everything = {mixed, *seen}
    with bureau.store.reading() as session:
        ann = person_by_handle(session, "bureau", "ann", bureau.now)
        page = list_cases(session, "bureau", person=ann, limit=3)
        rest = list_cases(session, "bureau", person=ann, limit=3, after=page.after)
        due = due_list(session, "bureau", bureau.now, dt.timedelta(days=400), person=ann, limit=8)
        told = alarm_list(session, "bureau", person=ann, limit=4)
        counts = refusal_counts(session, "bureau", bureau.now, bureau.now + dt.timedelta(days=1), person=ann)
    assert [row.ref for row in (*page.rows, *rest.rows)] == [mixed, *seen[::-1]]
    assert len(page.rows) == 3
    assert rest.after is None
    assert len(due) == 8
    assert {one.ref for one in due} <= everything
    assert {one.ref for one in told} == everything
    assert {one.times for one in counts} == {4}


def test_the_same_person_is_suggested_only_by_cases_that_one_may_know_of(bureau: Bureau) -> None:
    give(bureau, "ann", "member")
    about, own = registered(bureau, "ann").ref, registered(bureau, "bob", by="ann").ref
    assert registered(bureau, "bob", by="ann").similar == (own,)
    assert set(registered(bureau, "bob", by="head").similar) > {about, own}


def test_register_numbers_are_shown_to_the_superior_alone(bureau: Bureau) -> None:
    """A gap would tell whoever sees all others that there is one about himself; the superior is no one's colleague here."""
    done = registered(bureau, "ann")
    assert done.number == ""
    assert registered(bureau, "ann", by="above").number == "B-2026-000002"
    for handle in ("m1", "head", "keeper", "auditor", "above"):
        with bureau.store.reading() as session:
            person = person_by_handle(session, "bureau", handle, bureau.now)
            row = list_cases(session, "bureau", person=person).rows[-1]
            case = case_view(session, done.ref, actor_of(person), bureau.now)
        wanted = "B-2026-000001" if handle == "above" else ""
        assert (row.ref, row.number, case.number) == (done.ref, wanted, wanted)
        assert (" 2026 1" in str(case.timeline[0].clear)) is bool(wanted)


def test_a_measure_shows_no_number_either_and_nothing_that_counts_other_cases(bureau: Bureau) -> None:
    (measure,) = _children(bureau, bureau.decided("ann"))
    with bureau.store.reading() as session:
        for handle, number in (("head", ""), ("above", "M-2026-000001")):
            case = case_view(session, measure, bureau.actor(handle), bureau.now)
            assert case.number == number
            assert not {"parent", "parent_round"} & set(case.timeline[0].clear)


def test_numbers_of_alarms_and_deadlines_stand_for_one_row_and_tell_of_no_other(bureau: Bureau) -> None:
    with bureau.store.reading() as session:
        office = bureau.store.offices(session.connection())[bureau.people["head"].office_id]
    shown = numbering(bureau.store.keys, office, "deadline")
    several = [shown(number) for number in range(1, 500)]
    assert [meant(bureau.store.keys, office, "deadline", one) for one in several] == list(range(1, 500))
    assert several != sorted(several)
    assert {len(str(one)) for one in several} == {11}
    assert meant(bureau.store.keys, office, "alarm", several[0]) != 1
    assert meant(bureau.store.keys, office, "deadline", -1) == meant(bureau.store.keys, office, "deadline", 1 << 60) == -1  # fmt: skip


def test_what_is_linked_is_shown_to_whoever_may_know_of_both(bureau: Bureau) -> None:
    one = registered(bureau, "bob", by="m1").ref
    two = registered(bureau, "bob", by="head", linked_to=one).ref
    with bureau.store.reading() as session:
        assert [k.ref for k in case_view(session, one, bureau.actor("head"), bureau.now).links] == [two]
        assert case_view(session, one, bureau.actor("m1"), bureau.now).links == ()


def test_another_case_is_named_in_a_record_only_by_whoever_may_know_of_it(bureau: Bureau) -> None:
    other = registered(bureau, "bob", by="head").ref
    ref = bureau.registered("ann")
    bureau.inquired(ref, "ann")
    said = []
    for named in (other, NOWHERE):
        with pytest.raises(BadInput) as told:
            bureau.uphold(ref, "ann", same_as=named)
        said.append(str(told.value).replace(named, NOWHERE))
    assert said[0] == said[1]
    bureau.record(other, "admission", "head", person="m1")
    bureau.uphold(ref, "ann", same_as=other)
    bureau.record(ref, "countersigned", "m2")
    with bureau.store.reading() as session:
        told_to = {
            h: str(case_view(session, ref, bureau.actor(h), bureau.now).timeline)
            for h in ("m1", "m2", "head")
        }
    assert {handle: other in told for handle, told in told_to.items()} == {
        "m1": True,
        "m2": False,
        "head": True,
    }


def _children(bureau: Bureau, ref: str) -> list[str]:
    with bureau.store.reading() as session:
        wanted = select(CASES.c.ref).where(CASES.c.parent_id == _id(session, ref)).order_by(CASES.c.id)
        return list(session.connection().execute(wanted).scalars())


def _id(session: Session, ref: str) -> int:
    return int(session.connection().execute(select(CASES.c.id).where(CASES.c.ref == ref)).scalar_one())


def _link(bureau: Bureau, one: str, other: str) -> None:
    with bureau.store.transaction() as session:
        row = {
            "case_id": _id(session, one),
            "other_id": _id(session, other),
            "kind": "same people",
            "at": bureau.now,
        }
        session.connection().execute(insert(LINKS), row)


def _everything(bureau: Bureau) -> dict[str, int]:
    """How many rows each table has."""
    from sqlmodel import SQLModel  # noqa: PLC0415

    with bureau.store.reading() as session:
        return {
            name: session.connection().execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in SQLModel.metadata.tables.items()
        }
