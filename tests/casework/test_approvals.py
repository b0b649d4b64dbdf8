"""Approved editions: by whom, with which text, and which edition a case is therefore received by."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from sqlalchemy import event, insert, select

import models
from casework.approvals import EditionApproved, EditionView, approve_edition, edition_list
from casework.check import check_office
from casework.editions_approved import sub_edition_on
from casework.errors import BadInput
from casework.offices import OfficeView, touch_offices
from casework.outcome import Refused
from states.editions import editions
from states.fingerprint import fingerprint
from states.law import bureau_complaint_2026 as complaint
from states.law import bureau_measure_2026 as measure
from states.law.roles import party_group
from states.procedure import Procedure
from tests.building import MONDAY, TestOffice, a_store, an_office
from tests.bureau import Bureau, a_bureau
from tests.secret_cases import a_secret

FIRST, SECOND = "2026-01-01", "2026-07-01"
JULY = dt.datetime(2026, 7, 6, 2, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def bureau(database_url: str, tmp_path: Path) -> Iterator[Bureau]:
    store = a_store(database_url, tmp_path)
    yield a_bureau(store, tmp_path / "archive", approved=False)
    store.close()


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> Procedure:
    """A second edition of the bureau's complaint."""
    law = replace(complaint.PROCEDURE, edition=dt.date(2026, 7, 1))
    known = MappingProxyType(dict(sorted({**editions(), (law.name, SECOND): law}.items())))
    for module in ("states.editions", "casework.editions_approved", "casework.approvals", "casework.kinds"):
        monkeypatch.setattr(f"{module}.editions", lambda: known)
    return law


def approve(
    office: TestOffice,
    edition: str = FIRST,
    *,
    by: str = "party1",
    minute: str = "2026-3",
    on: dt.date | None = None,
) -> EditionApproved | Refused:
    with office.store.transaction() as session:
        return approve_edition(
            session, office.key, "bureau.complaint", edition, office.actor(by), office.now, minute=minute, on=on or office.now.date()
        )  # fmt: skip


def view(office: TestOffice) -> OfficeView:
    with office.store.reading() as session:
        (found,) = office.store.offices(session.connection()).values()
        return found


def listed(office: TestOffice) -> list[EditionView]:
    with office.store.reading() as session:
        return edition_list(session, view(office), office.now.date())


def edition_of(office: TestOffice, ref: str) -> str:
    cases = models.table(models.Case)
    with office.store.reading() as session:
        wanted = select(cases.c.edition).where(cases.c.ref == ref)
        return str(session.connection().execute(wanted).scalar_one())


def wrong(office: TestOffice) -> list[str]:
    with office.store.reading() as session:
        found = check_office(session, office.key, office.now)
    return [one.told("en") for one in found if one.severity == "error" and one.clause == "B16"]


@pytest.mark.clause("B16")
def test_the_party_group_approves_an_edition_with_its_text_as_it_stands(bureau: Bureau) -> None:
    done = approve(bureau)
    assert isinstance(done, EditionApproved)
    assert done.fingerprint == fingerprint(complaint.PROCEDURE)
    (row,) = listed(bureau)
    assert (row.edition, row.minute, row.by, row.changed, row.holds) == (
        FIRST,
        "2026-3",
        "party1",
        False,
        True,
    )
    events = models.table(models.OfficeEvent)
    with bureau.store.reading() as session:
        newest = session.connection().execute(select(events).order_by(events.c.seq.desc()).limit(1)).one()
    assert (newest.what, newest.actor_id) == ("edition approved", bureau.people["party1"].id)


@pytest.mark.clause("B16")
@pytest.mark.parametrize("handle", ["member1", "chief1", "keeper1", "above1", "clerk1"])
def test_nobody_else_approves_an_edition_and_the_attempt_is_kept(bureau: Bureau, handle: str) -> None:
    refused = approve(bureau, by=handle)
    assert isinstance(refused, Refused)
    assert [(r.kind, r.clause, r.who) for r in refused.requirements] == [("role", "B16", ("party_group",))]
    refusals = models.table(models.Refusal)
    with bureau.store.reading() as session:
        kept = (
            session.connection()
            .execute(select(refusals.c.act_kind, refusals.c.act, refusals.c.actor_id))
            .one()
        )
    assert tuple(kept) == ("edition", "bureau.complaint", bureau.people[handle].id)
    assert view(bureau).approvals == {}


@pytest.mark.clause("B15", "B16")
def test_a_case_is_received_by_the_latest_edition_that_was_approved_by_its_day(
    bureau: Bureau, second: Procedure
) -> None:
    approve(bureau)
    bureau.clock.advance(days=(JULY - MONDAY).days)
    assert edition_of(bureau, a_secret(bureau)) == FIRST
    approve(bureau, SECOND, minute="2026-9")
    assert edition_of(bureau, a_secret(bureau)) == second.edition.isoformat()
    late = a_secret(bureau, received_at=bureau.now - DAY)
    assert edition_of(bureau, late) == FIRST


@pytest.mark.clause("B15")
def test_what_came_in_before_the_first_edition_and_before_any_approval_is_received_by_the_first(
    bureau: Bureau, second: Procedure
) -> None:
    early = dt.datetime(2025, 12, 30, 2, 0, tzinfo=dt.UTC)
    ref = a_secret(bureau, received_at=early)
    assert edition_of(bureau, ref) == FIRST
    bureau.clock.advance(days=(JULY - MONDAY).days)
    assert edition_of(bureau, a_secret(bureau)) == FIRST
    assert second.edition == dt.date(2026, 7, 1)


@pytest.mark.clause("B15")
def test_a_case_keeps_the_edition_of_its_receipt_when_a_later_one_is_approved(
    bureau: Bureau, second: Procedure
) -> None:
    approve(bureau)
    ref = a_secret(bureau)
    bureau.clock.advance(days=(JULY - MONDAY).days)
    approve(bureau, second.edition.isoformat(), minute="2026-9")
    bureau.record(ref, "scope", bureau.actor("member1"), outside=False, items=["delay"])
    assert edition_of(bureau, ref) == FIRST


@pytest.mark.clause("B16")
def test_a_text_that_was_changed_since_its_approval_is_an_error_and_takes_no_new_cases(
    bureau: Bureau, second: Procedure
) -> None:
    approve(bureau)
    bureau.clock.advance(days=(JULY - MONDAY).days)
    with bureau.store.transaction() as session:
        row = {
            "office_id": view(bureau).id, "procedure": second.name, "edition": SECOND, "fingerprint": "0" * 64, "minute": "2026-9",
            "approved_on": bureau.now.date(), "by_person": bureau.people["party1"].id, "recorded_at": bureau.now,
        }  # fmt: skip
        session.connection().execute(insert(models.table(models.EditionApproval)), row)
        touch_offices(session.connection(), "edition approved", bureau.now)
    assert edition_of(bureau, a_secret(bureau)) == FIRST
    assert wrong(bureau) == [
        "The edition 2026-07-01 of bureau complaint is no longer the text that was approved."
    ]
    with pytest.raises(BadInput, match="was approved on 2026-07-06 by the minute 2026-9 with another text"):
        approve(bureau, SECOND)


@pytest.mark.clause("B16")
def test_an_edition_in_force_that_nobody_approved_is_an_error_of_the_bureau_alone(
    bureau: Bureau, second: Procedure
) -> None:
    assert wrong(bureau) == ["The edition 2026-01-01 of bureau complaint is in force and was not approved."]
    approve(bureau)
    assert wrong(bureau) == []
    bureau.clock.advance(days=(JULY - MONDAY).days)
    assert wrong(bureau) == ["The edition 2026-07-01 of bureau complaint is in force and was not approved."]
    assert second.name == "bureau.complaint"


def test_no_registration_asks_the_database_which_edition_is_approved(bureau: Bureau) -> None:
    approve(bureau)
    a_secret(bureau)
    asked: list[str] = []
    event.listen(bureau.store.engine, "before_cursor_execute", lambda *given: asked.append(str(given[2])))
    a_secret(bureau)
    assert asked
    assert not [statement for statement in asked if "edition_approval" in statement]


def test_a_property_office_approves_nothing_and_its_cases_are_received_as_ever(
    database_url: str, tmp_path: Path
) -> None:
    store = a_store(database_url, tmp_path)
    office = an_office(store)
    assert office.register().edition == "2026-01-01"
    with pytest.raises(BadInput, match="Nobody approves the procedures of the office court"):
        approve(office, by="head1")
    assert listed(office) == []
    store.close()


@pytest.mark.clause("B15")
def test_a_sub_case_takes_no_edition_whose_ends_its_parent_does_not_foresee(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = replace(measure.PROCEDURE, approved_by=party_group)
    new = replace(old, edition=dt.date(2026, 7, 1))
    parent = replace(complaint.PROCEDURE, edition=dt.date(2026, 7, 1))
    known = {**editions(), (old.name, FIRST): old, (old.name, SECOND): new}
    for module in ("states.editions", "casework.editions_approved"):
        monkeypatch.setattr(f"{module}.editions", lambda: known)
    assert sub_edition_on(view(bureau), parent, old.name, JULY.date()) is new
    assert sub_edition_on(view(bureau), complaint.PROCEDURE, old.name, JULY.date()) is old


@pytest.mark.clause("B16")
@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"edition": "1999-01-01"}, "bureau.complaint has no edition of 1999-01-01. There is: 2026-01-01."),
        ({"minute": "the third"}, "The number of a minute is written like 2026-3"),
        ({"minute": "2026-3 Wang"}, "The number of a minute is written like 2026-3"),
        ({"on": dt.date(2026, 3, 3)}, "The minute is of 2026-03-03, which lies in the future."),
    ],
)
def test_an_approval_that_cannot_be_is_refused_in_a_sentence(
    bureau: Bureau, wanted: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadInput) as refused:
        approve(bureau, **wanted)  # type: ignore[arg-type]
    assert str(refused.value).startswith(sentence)
    assert view(bureau).approvals == {}


@pytest.mark.clause("B16")
def test_an_edition_is_approved_once_and_only_where_somebody_approves(bureau: Bureau) -> None:
    approve(bureau)
    with pytest.raises(BadInput, match="was approved already, on 2026-03-02 by the minute 2026-3"):
        approve(bureau, minute="2026-4")
    with (
        bureau.store.transaction() as session,
        pytest.raises(BadInput, match="No edition of property"),
    ):
        approve_edition(
            session, bureau.key, "property.opinion", FIRST, bureau.actor("party1"), bureau.now, minute="2026-4", on=bureau.now.date()
        )  # fmt: skip
    with bureau.store.transaction() as session, pytest.raises(BadInput, match="There is no office moon"):
        approve_edition(
            session, "moon", "bureau.complaint", FIRST, bureau.actor("party1"), bureau.now, minute="2026-4", on=bureau.now.date()
        )  # fmt: skip
