"""Written delegations: by whom, to whom, until when; held in exactly these days; and by no other way."""

import datetime as dt
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Executable, delete, exc, insert, select, text, update

import models
from casework import audit, delegations
from casework.aliases import declare_same
from casework.check import check_office
from casework.delegated import DelegationView, delegations_of
from casework.delegations import Delegated
from casework.errors import BadInput
from casework.house_rules import add as add_rule
from casework.office_file import BadOfficeFile
from casework.outcome import Refused
from casework.people import add_person, give_role, holders, retire_person, return_person, take_role
from models.engine import for_writing
from states.facts import Actor
from tests.building import a_store, an_office, granted
from tests.hotel_staff import Hotel, a_hotel, the_file

TODAY = dt.date(2026, 3, 2)
DAY = dt.timedelta(days=1)
PAPER = sha256("茲委託前廳部經理代為批示".encode()).hexdigest()
DELEGATIONS, ROLES = models.table(models.Delegation), models.table(models.PersonRole)


@pytest.fixture
def hotel(database_url: str, tmp_path: Path) -> Iterator[Hotel]:
    store = a_store(database_url, tmp_path)
    yield a_hotel(store)
    store.close()


def give(
    hotel: Hotel,
    handle: str = "chief1",
    *,
    by: str = "head1",
    until: dt.date = TODAY + 9 * DAY,
    paper: str = PAPER,
    valid_from: dt.date | None = None,
) -> Delegated | Refused:
    with hotel.store.transaction() as session:
        return delegations.give(
            session, hotel.actor(by), handle, until, paper, hotel.now, valid_from=valid_from
        )


def end(hotel: Hotel, handle: str = "chief1", *, by: str = "head1") -> Delegated | Refused:
    with hotel.store.transaction() as session:
        return delegations.end(session, hotel.actor(by), handle, hotel.now)


def listed(hotel: Hotel, *, every: bool = False) -> list[DelegationView]:
    with hotel.store.reading() as session:
        return delegations_of(session, hotel.key, hotel.now, every=every)


def holding(hotel: Hotel, after: dt.timedelta = dt.timedelta(0)) -> list[str]:
    """Who holds what is given in writing."""
    with hotel.store.reading() as session:
        connection = session.connection()
        (office,) = hotel.store.offices(connection).values()
        handles = {number: handle for handle, number in office.people.items()}
        return [handles[one] for one in holders(connection, office, "gm_delegate", hotel.now + after)]


@pytest.mark.clause("H5.2")
def test_the_general_manager_delegates_in_writing_and_it_is_held_in_exactly_these_days(hotel: Hotel) -> None:
    done = give(hotel, valid_from=TODAY + 2 * DAY, until=TODAY + 4 * DAY)
    assert done == Delegated("hotel", "chief1", "gm_delegate", TODAY + 2 * DAY, TODAY + 4 * DAY, PAPER)
    assert [holding(hotel, n * DAY) for n in range(6)] == [[], [], ["chief1"], ["chief1"], ["chief1"], []]
    (shown,) = listed(hotel)
    assert (shown.handle, shown.role, shown.given_by, shown.text_sha256) == (
        "chief1",
        "gm_delegate",
        "head1",
        PAPER,
    )
    assert (shown.valid_from, shown.last_day, shown.holds) == (TODAY + 2 * DAY, TODAY + 4 * DAY, False)
    hotel.clock.advance(days=2)
    assert [one.holds for one in listed(hotel)] == [True]
    assert "gm_delegate" in hotel.person("chief1").roles
    hotel.clock.advance(days=3)
    assert listed(hotel) == []
    assert [(one.holds, one.ended_by) for one in listed(hotel, every=True)] == [(False, None)]


@pytest.mark.clause("H5.2")
@pytest.mark.parametrize("by", ["chief1", "day1", "owner1", "lead1"])
def test_nobody_else_gives_or_ends_a_delegation(hotel: Hotel, by: str) -> None:
    for refused in (give(hotel, "chief2", by=by), end(hotel, "chief2", by=by)):
        assert isinstance(refused, Refused)
        assert [(r.kind, r.clause, r.who) for r in refused.requirements] == [
            ("role", "H5.2", ("general_manager",))
        ]
    assert listed(hotel, every=True) == []
    refusals = models.table(models.Refusal)
    with hotel.store.reading() as session:
        rows = session.connection().execute(select(refusals).order_by(refusals.c.no)).all()
    assert [(row.act_kind, row.act) for row in rows] == [("delegation", "give"), ("delegation", "end")]


@pytest.mark.clause("H5.2")
def test_whoever_holds_a_delegation_does_not_pass_it_on(hotel: Hotel) -> None:
    granted(give(hotel))
    hotel.people["chief1"] = hotel.person("chief1")
    assert isinstance(give(hotel, "chief2", by="chief1"), Refused)


@pytest.mark.clause("H5.2")
def test_nobody_delegates_to_themselves_under_whichever_account(hotel: Hotel) -> None:
    with hotel.store.transaction() as session:
        add_person(session, hotel.key, "head7", hotel.now, name="另一帳號", roles=("hotel_staff",))
        declare_same(session, hotel.key, "head7", "head1", hotel.now)
    for handle in ("head1", "head7"):
        with pytest.raises(BadInput, match=r"^Nobody delegates to themselves\. Name somebody else\.$"):
            give(hotel, handle)


@pytest.mark.clause("H5.2")
@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"until": TODAY - DAY}, "The delegation would end before it begins."),
        ({"valid_from": TODAY - DAY}, "A delegation begins today or later."),
        (
            {"valid_from": TODAY + 5 * DAY, "until": TODAY + 4 * DAY},
            "The delegation would end before it begins.",
        ),
        ({"until": TODAY + 367 * DAY}, "The last day of a delegation is at most 366 days ahead, 2027-03-03."),
        (
            {"paper": ""},
            "A delegation is given in writing, and its paper is missing. Name it with --paper FILE.",
        ),
        ({"paper": "the paper"}, "A delegation is given in writing, and its paper is missing."),
        ({"handle": "moon"}, "The office has no person with the handle moon."),
    ],
)
def test_a_delegation_that_cannot_be_is_refused_in_a_sentence(
    hotel: Hotel, wanted: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadInput) as refused:
        give(hotel, **wanted)  # type: ignore[arg-type]
    assert str(refused.value).startswith(sentence)
    assert listed(hotel, every=True) == []
    assert holding(hotel) == []


@pytest.mark.clause("H5.2")
def test_366_days_are_not_too_long_and_one_day_is_not_too_short(hotel: Hotel) -> None:
    granted(give(hotel, until=TODAY + 366 * DAY))
    granted(give(hotel, "chief2", until=TODAY))
    assert holding(hotel) == ["chief1", "chief2"]
    assert holding(hotel, DAY) == ["chief1"]


@pytest.mark.clause("H5.2")
def test_the_same_days_are_not_given_twice_and_the_next_ones_are(hotel: Hotel) -> None:
    granted(give(hotel))
    for first, last in ((TODAY, TODAY + 9 * DAY), (TODAY + 9 * DAY, TODAY + 20 * DAY)):
        with pytest.raises(BadInput) as refused:
            give(hotel, valid_from=first, until=last)
        assert str(refused.value) == (
            "chief1 has this in writing already, from 2026-03-02 until 2026-03-11."
            " End that first: `duecourse delegation end chief1`."
        )
    granted(give(hotel, valid_from=TODAY + 10 * DAY, until=TODAY + 20 * DAY))
    assert holding(hotel, 15 * DAY) == ["chief1"]


@pytest.mark.clause("H5.2")
def test_an_end_takes_effect_at_once_also_for_what_would_only_begin(hotel: Hotel) -> None:
    granted(give(hotel, until=TODAY + 9 * DAY))
    granted(give(hotel, valid_from=TODAY + 20 * DAY, until=TODAY + 30 * DAY))
    hotel.clock.advance(days=3)
    done = end(hotel)
    assert done == Delegated("hotel", "chief1", "gm_delegate", TODAY, TODAY + 2 * DAY, PAPER)
    assert [holding(hotel, n * DAY) for n in (-1, 0, 1, 20)] == [["chief1"], [], [], []]
    assert [
        (one.valid_until, one.last_day, one.ended_by, one.holds) for one in listed(hotel, every=True)
    ] == [
        (TODAY + 9 * DAY, TODAY + 2 * DAY, "head1", False),
        (TODAY + 30 * DAY, TODAY + 2 * DAY, "head1", False),
    ]
    with pytest.raises(
        BadInput, match=r"What chief1 was given in writing has ended already: the last day was 2026-03-04\."
    ):
        end(hotel)
    with pytest.raises(BadInput, match=r"chief2 was given nothing in writing\."):
        end(hotel, "chief2")
    granted(give(hotel, until=TODAY + 5 * DAY))
    assert holding(hotel) == ["chief1"]


@pytest.mark.clause("H5.2")
def test_one_that_is_ended_on_its_first_day_was_held_on_no_whole_day(hotel: Hotel) -> None:
    granted(give(hotel))
    granted(end(hotel))
    assert holding(hotel) == []
    with hotel.store.reading() as session:
        held = session.connection().execute(select(ROLES).where(ROLES.c.role == "gm_delegate")).all()
    assert held == []


@pytest.mark.clause("H5.2")
def test_the_ordinary_ways_give_and_take_no_role_that_is_given_in_writing(hotel: Hotel) -> None:
    granted(give(hotel))
    sentence = (
        "The role gm_delegate is given and ended in writing, by whoever is general_manager alone."
        " `duecourse delegation give HANDLE --until DAY --paper FILE`, and `duecourse delegation end HANDLE`."
    )
    with hotel.store.transaction() as session:
        for act in (
            lambda: give_role(session, hotel.key, "chief2", "gm_delegate", hotel.now),
            lambda: take_role(session, hotel.key, "chief1", "gm_delegate", hotel.now),
            lambda: add_person(session, hotel.key, "new1", hotel.now, name="新人", roles=("gm_delegate",)),
        ):
            with pytest.raises(BadInput) as refused:
                act()
            assert str(refused.value) == sentence
    assert holding(hotel) == ["chief1"]


@pytest.mark.clause("H5.2")
def test_an_office_file_neither_gives_nor_ends_one(hotel: Hotel) -> None:
    granted(give(hotel))
    hotel.load(the_file())
    assert holding(hotel) == ["chief1"]
    with pytest.raises(BadOfficeFile) as refused:
        hotel.load(the_file(chief2=("gm_delegate", "")))
    place = next(
        n for n, one in enumerate(tomllib.loads(the_file())["people"], start=1) if one["handle"] == "chief2"
    )
    sentence = "gm_delegate is given in writing, by whoever is general_manager alone"
    command = "`duecourse delegation give HANDLE --until DAY --paper FILE`"
    assert refused.value.faults == (f"people[{place}].roles[1].role: {sentence}: {command}",)
    assert holding(hotel) == ["chief1"]


@pytest.mark.clause("H5.2")
def test_somebody_who_leaves_holds_nothing_any_more_and_does_not_get_it_back_by_coming_back(
    hotel: Hotel,
) -> None:
    granted(give(hotel))
    hotel.clock.advance(days=1)
    with hotel.store.transaction() as session:
        retire_person(session, hotel.key, "chief1", hotel.now)
    assert [one.holds for one in listed(hotel)] == [False]
    with pytest.raises(BadInput, match=r"chief1 no longer works in this office\."):
        give(hotel, valid_from=TODAY + 20 * DAY, until=TODAY + 30 * DAY)
    with hotel.store.transaction() as session:
        return_person(session, hotel.key, "chief1", hotel.now)
    assert ([one.holds for one in listed(hotel)], holding(hotel)) == ([False], [])
    granted(end(hotel))
    granted(give(hotel))
    assert ([one.holds for one in listed(hotel)], holding(hotel)) == ([True], ["chief1"])


@pytest.mark.clause("H5.2")
def test_a_new_general_manager_ends_what_the_old_one_gave(hotel: Hotel) -> None:
    granted(give(hotel))
    with hotel.store.transaction() as session:
        retire_person(session, hotel.key, "head1", hotel.now)
        give_role(session, hotel.key, "chief1", "general_manager", hotel.now)
    hotel.people["chief1"] = hotel.person("chief1")
    granted(end(hotel, by="chief1"))
    assert [(one.given_by, one.ended_by) for one in listed(hotel, every=True)] == [("head1", "chief1")]


@pytest.mark.clause("H5.2", "X2")
def test_a_delegation_is_never_changed_and_one_put_in_past_the_program_is_found(hotel: Hotel) -> None:
    granted(give(hotel))
    for statement in ("UPDATE delegation SET valid_until = '2027-01-01'", "DELETE FROM delegation"):
        with pytest.raises(exc.DBAPIError), hotel.store.engine.begin() as connection:
            connection.execute(text(statement))
    events = models.table(models.OfficeEvent)
    with hotel.store.reading() as session:
        newest = session.connection().execute(select(events).order_by(events.c.seq.desc()).limit(1)).one()
    assert (newest.what, newest.actor_id) == ("delegation", hotel.people["head1"].id)
    assert audit.verify(hotel.store).whole
    forged = {
        "office_id": hotel.people["head1"].office_id, "person_id": hotel.people["chief2"].id, "role": "gm_delegate", "valid_from": TODAY,
        "valid_until": TODAY + DAY, "text_sha256": PAPER, "given_by": hotel.people["head1"].id, "recorded_at": hotel.now,
    }  # fmt: skip
    past: tuple[tuple[Executable, str], ...] = (
        (insert(DELEGATIONS).values(forged), "delegation"),
        (
            update(ROLES).where(ROLES.c.role == "gm_delegate").values(valid_until=TODAY + 90 * DAY),
            "person_role",
        ),
        (delete(ROLES).where(ROLES.c.role == "gm_delegate"), "person_role"),
    )
    with for_writing(hotel.store.engine).connect() as connection:
        for change, table in past:
            with connection.begin() as transaction:
                connection.execute(change)
                (flaw,) = audit.examine(hotel.store, connection).findings
                assert flaw.message.endswith(f": {table}.")
                transaction.rollback()


@pytest.mark.clause("H5.2")
def test_the_check_tells_of_an_end_within_seven_days_unless_it_goes_on(hotel: Hotel) -> None:
    with hotel.store.transaction() as session:
        granted(add_rule(session, hotel.key, "r-1", "The room is changed.", hotel.actor("head1"), hotel.now))

    def found() -> list[str]:
        with hotel.store.reading() as session:
            return [
                one.told("en") for one in check_office(session, hotel.key, hotel.now) if one.clause == "H5.2"
            ]

    assert found() == []  # that nobody stands in for the general manager is no fault
    granted(give(hotel))
    hotel.clock.advance(days=1)
    assert found() == []
    hotel.clock.advance(days=1)
    assert found() == ["What chief1 was given in writing ends with 2026-03-11."]
    granted(give(hotel, valid_from=TODAY + 10 * DAY, until=TODAY + 40 * DAY))
    assert found() == []


def test_only_a_person_of_an_office_in_which_something_is_delegated_delegates(hotel: Hotel) -> None:
    office = an_office(hotel.store)
    with hotel.store.transaction() as session:
        with pytest.raises(BadInput, match=r"Nothing is delegated in the office court\."):
            delegations.give(session, office.manager, "desk1", TODAY, PAPER, office.now)
        with pytest.raises(BadInput, match=r"Only a person of the office does this\."):
            delegations.give(
                session, Actor("clock", None, frozenset({"clock"})), "chief1", TODAY, PAPER, hotel.now
            )
    with hotel.store.reading() as session:
        assert delegations_of(session, "court", office.now) == []
