"""Several accounts of one human: every rule about persons sees one, before and after it was declared."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

import models
from casework.aliases import declare_same
from casework.audit import verify
from casework.check import check_office
from casework.errors import BadInput
from casework.people import (
    PersonView,
    actor_for,
    actor_of,
    add_person,
    contacts_of,
    holders,
    issue_token,
    people_of,
    retire_person,
    set_absence,
)
from casework.queries import case_view
from casework.undertakings import keep
from states.facts import Actor
from tests.building import MONDAY, TestOffice, a_complaint, a_store, an_office
from tests.bureau import Bureau
from tests.secret_cases import a_secret

DAY = dt.timedelta(days=1)


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    yield an_office(store)
    store.close()


def account(office: TestOffice, handle: str, role: str, *contacts: str) -> int:
    """A new account; nobody knows yet whose."""
    with office.store.transaction() as session:
        return add_person(
            session, office.key, handle, office.now, name="蔡九", roles=(role,), contacts=contacts
        )


def same(office: TestOffice, handle: str, of: str) -> bool:
    with office.store.transaction() as session:
        return declare_same(session, office.key, handle, of, office.now)


def acting(office: TestOffice, handle: str) -> tuple[Actor, PersonView]:
    with office.store.transaction() as session:
        token = issue_token(session, office.key, handle, office.now)
    with office.store.reading() as session:
        return actor_for(session, token, office.now)


def holding(office: TestOffice, role: str) -> list[int]:
    with office.store.reading() as session:
        view = office.store.offices(session.connection())[office.people["desk1"].office_id]
        return holders(session.connection(), view, role, office.now)


def warnings(office: TestOffice) -> list[str]:
    with office.store.reading() as session:
        return [one.told("en") for one in check_office(session, office.key, office.now) if one.clause == "X2"]


def test_whoever_acts_by_either_account_is_one_person_with_the_roles_of_both(office: TestOffice) -> None:
    account(office, "desk9", "manager")
    assert same(office, "desk9", "desk1")
    for handle in ("desk1", "desk9"):
        actor, person = acting(office, handle)
        assert actor.person == office.people["desk1"].id
        assert actor.roles == {"staff", "manager"}
        assert person.handle == handle
    with office.store.reading() as session:
        people = {one.handle: one for one in people_of(session, office.key, office.now)}
        view = office.store.offices(session.connection())[office.people["desk1"].office_id]
    assert people["desk9"].same_as == "desk1"
    assert people["desk1"].same_as is None
    assert people["desk1"].accounts == people["desk9"].accounts
    assert view.person("desk9") == view.person("desk1") == office.people["desk1"].id
    assert view.holds(view.person("desk1"), ("manager",), office.now.date())


def test_it_is_told_once_and_kept_in_the_chain_of_the_office(office: TestOffice) -> None:
    account(office, "desk9", "manager")
    assert same(office, "desk9", "desk1")
    assert not same(office, "desk9", "desk1")
    events = models.table(models.OfficeEvent)
    with office.store.reading() as session:
        what = session.connection().execute(select(events.c.what).order_by(events.c.seq)).scalars().all()
    assert what.count("account of the same person") == 1


def test_neither_a_chain_nor_a_ring_of_accounts_is_made(office: TestOffice) -> None:
    for handle in ("desk8", "desk9"):
        account(office, handle, "staff")
    same(office, "desk9", "desk1")
    for handle, of, sentence in (
        ("desk1", "desk1", "desk1 is one account: name another one."),
        ("desk8", "desk9", "desk9 is itself another account of desk1. Name desk1 instead."),
        ("desk1", "desk9", "desk9 is itself another account of desk1."),
        ("desk9", "desk2", "desk9 is already another account of desk1, and stays so."),
        ("desk1", "desk8", "desk9 is another account of desk1, which must stay the first. Turn it round:"),
        ("moon", "desk1", "The office has no person with the handle moon."),
        ("desk8", "moon", "The office has no person with the handle moon."),
    ):
        with pytest.raises(BadInput) as refused:
            same(office, handle, of)
        assert str(refused.value).startswith(sentence)
    assert same(office, "desk8", "desk1")


@pytest.mark.clause("P6b", "X2")
def test_whoever_handled_a_complaint_under_one_account_does_not_call_back_under_another(
    office: TestOffice,
) -> None:
    account(office, "desk9", "staff")
    ref = a_complaint(office, in_state="handling")
    one = office.staff(1)
    office.record(ref, "remedy", one, done="mended", finished_at=office.now)
    callback = office.move(ref, "finish", one).opened[0]
    same(office, "desk9", "desk1")
    other, _ = acting(office, "desk9")
    refused = office.refused_record(callback, "attempt", other, method="call", reached=True)
    assert {r.kind for r in refused.requirements} == {"person"}


@pytest.mark.clause("P6b", "X2")
def test_what_was_done_before_two_accounts_were_known_to_be_one_persons_counts_as_one_persons(
    office: TestOffice,
) -> None:
    account(office, "desk9", "staff")
    nine, _ = acting(office, "desk9")
    ref = office.register("property.complaint", nine).ref
    office.record(ref, "opinion", nine, words="we will mend it", told_to_all=True, channel="hotline")
    office.record(ref, "assignment", nine, handler="desk9")
    office.move(ref, "begin", nine)
    office.record(ref, "remedy", nine, done="mended", finished_at=office.now)
    callback = office.move(ref, "finish", nine).opened[0]
    same(office, "desk9", "desk1")
    refused = office.refused_record(callback, "attempt", office.staff(1), method="call", reached=True)
    assert {r.kind for r in refused.requirements} == {"person"}
    office.record(callback, "attempt", office.staff(2), method="call", reached=True)
    assert verify(office.store).whole


@pytest.mark.clause("B10", "B12")
def test_the_respondents_other_account_neither_approves_nor_learns_that_the_case_exists(
    bureau: Bureau,
) -> None:
    person = account(bureau, "party9", "party_group")
    with bureau.store.transaction() as session:
        keep(session.connection(), person, dt.date(2026, 1, 5), "0" * 64, bureau.now, None)
    ref = a_secret(bureau, against=("clerk1",))
    same(bureau, "party9", "clerk1")
    said = set()
    for handle in ("party9", "clerk1"):
        actor, _ = acting(bureau, handle)
        for asked in (ref, "c-0000000000"):
            with bureau.store.reading() as session, pytest.raises(BadInput) as unknown:
                case_view(session, asked, actor, bureau.now)
            with pytest.raises(BadInput) as refused:
                bureau.record(
                    asked,
                    "minute",
                    actor,
                    number="2026-1",
                    on="2026-03-02",
                    respondent="clerk1",
                    measure="talk",
                )
            said |= {str(one.value).replace(asked, "REF") for one in (unknown, refused)}
    assert said == {"No case has the reference REF. `duecourse list` shows the cases you may see."}


@pytest.mark.clause("B10")
def test_a_complaint_against_one_account_is_against_the_person_who_has_the_other(bureau: Bureau) -> None:
    account(bureau, "member9", "member")
    same(bureau, "member9", "clerk1")
    ref = a_secret(bureau, against=("member9",))
    parties = models.table(models.Party)
    with bureau.store.reading() as session:
        about = session.connection().execute(
            select(parties.c.person_id).where(parties.c.kind == "respondent")
        )
        assert about.scalars().all() == [bureau.people["clerk1"].id]
    with bureau.store.reading() as session, pytest.raises(BadInput):
        case_view(session, ref, acting(bureau, "clerk1")[0], bureau.now)


@pytest.mark.clause("X3")
def test_nobody_is_told_twice_and_every_address_of_a_person_is_used_once(office: TestOffice) -> None:
    account(office, "head9", "manager", "json://nine.invalid", "json://shared.invalid")
    first = office.people["head1"].id
    assert len(holding(office, "manager")) == 3
    same(office, "head9", "head1")
    assert holding(office, "manager") == [first, office.people["head2"].id]
    with office.store.reading() as session:
        assert contacts_of(session, first) == ("json://nine.invalid", "json://shared.invalid")


@pytest.mark.clause("X3")
def test_whoever_is_away_is_away_under_every_account(office: TestOffice) -> None:
    account(office, "head9", "manager")
    same(office, "head9", "head1")
    with office.store.transaction() as session:
        set_absence(
            session, office.key, "head9", office.now, starts_at=office.now, ends_at=office.now + DAY, reason_code="leave"
        )  # fmt: skip
    assert holding(office, "manager") == [office.people["head2"].id]


def test_a_person_whose_first_account_was_closed_goes_on_under_the_other(office: TestOffice) -> None:
    account(office, "desk9", "staff")
    ref = a_complaint(office, in_state="handling")
    same(office, "desk9", "desk1")
    office.clock.advance(days=1)
    with office.store.transaction() as session:
        retire_person(session, office.key, "desk1", office.now)
    actor, _ = acting(office, "desk9")
    office.record(ref, "remedy", actor, done="mended", finished_at=office.now)
    with office.store.reading() as session:
        found = check_office(session, office.key, office.now)
    assert not [one for one in found if "has left" in one.sentence]


@pytest.mark.clause("X2")
def test_accounts_with_one_name_or_address_are_warned_of_until_they_are_declared(office: TestOffice) -> None:
    account(office, "desk8", "staff", "json://eight.invalid")
    account(office, "desk9", "staff", "json://nine.invalid")
    with office.store.transaction() as session:
        add_person(
            session, office.key, "head9", office.now, name="Hé 八", roles=("manager",), contacts=("json://NINE.invalid",)
        )  # fmt: skip
    found = warnings(office)
    assert found == [
        "These accounts have the same name and are not declared to be one person's: desk8, desk9.",
        "These accounts have the same address and are not declared to be one person's: desk9, head9.",
    ]
    assert "蔡" not in " ".join(found)
    same(office, "desk9", "desk8")
    assert [one.partition(": ")[2] for one in warnings(office)] == ["desk9, head9."]
    with office.store.transaction() as session:
        retire_person(session, office.key, "head9", office.now)
    assert warnings(office) == []


def test_the_one_who_acts_by_a_view_of_either_account_is_the_same(office: TestOffice) -> None:
    account(office, "desk9", "foreman")
    same(office, "desk9", "desk1")
    assert actor_of(office.person("desk9")) == actor_of(office.person("desk1"))
    assert office.now == MONDAY
