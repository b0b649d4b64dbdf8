"""A role of a roster is nobody's off duty: not at the door, not for an alarm, not in a record that names somebody (H4.4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, update

import models
from casework.offices import touch_offices
from casework.people import (
    actor_for,
    actor_of,
    give_role,
    holders,
    issue_token,
    people_by_id,
    set_absence,
    take_role,
)
from tests.building import MONDAY, a_store
from tests.hotel_staff import DAY, NIGHT, Hotel, a_hotel, the_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from casework.offices import OfficeView
    from casework.people import PersonView
    from states.facts import Actor

PEOPLE = models.table(models.Person)
EVENING = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""The same Monday, 20:00: the night's duty begins."""
DUTY = ("duty_manager",)


@pytest.fixture
def hotel(database_url: str, tmp_path: Path) -> Iterator[Hotel]:
    store = a_store(database_url, tmp_path)
    yield a_hotel(store)
    store.close()


def on_duty(hotel: Hotel, at: datetime) -> list[str]:
    """Who would be told as manager on duty."""
    with hotel.store.reading() as session:
        view = seen(hotel)
        handles = {number: handle for handle, number in view.people.items()}
        return [handles[one] for one in holders(session.connection(), view, "duty_manager", at)]


def held(who: PersonView | Actor) -> tuple[list[str], list[str]]:
    """The roles that somebody holds now, and those that they hold on duty only and are not on duty for."""
    return sorted(who.roles), sorted(who.off_duty)


def seen(hotel: Hotel) -> OfficeView:
    """The hotel as the door sees it."""
    with hotel.store.reading() as session:
        return hotel.store.offices(session.connection())[hotel.people["desk1"].office_id]


def away(hotel: Hotel, handle: str, starts_at: datetime, **length: float) -> None:
    with hotel.store.transaction() as session:
        ends_at = starts_at + timedelta(**length)
        set_absence(
            session, hotel.key, handle, hotel.now, starts_at=starts_at, ends_at=ends_at, reason_code="leave"
        )


def same_human(hotel: Hotel, handle: str, first: str) -> None:
    with hotel.store.transaction() as session:
        ids = {one: hotel.people[one].id for one in (handle, first)}
        session.connection().execute(
            update(PEOPLE).where(PEOPLE.c.id == ids[handle]).values(same_as_id=ids[first])
        )
        touch_offices(session.connection(), "accounts", hotel.now, None)


@pytest.mark.clause("H4.4")
def test_whoever_is_off_duty_is_nobody_of_that_role(hotel: Hotel) -> None:
    day, night = hotel.person("day1"), hotel.person("night1")

    assert (["duty_manager"], []) == held(day) == held(actor_of(day))
    assert ([], ["duty_manager"]) == held(night) == held(actor_of(night))
    assert {"duty_manager"} == night.granted


@pytest.mark.clause("H4.4")
@pytest.mark.parametrize(
    ("at", "who"),
    [
        (EVENING - timedelta(minutes=1), "day1"),
        (EVENING, "night1"),
        (datetime(2026, 3, 2, 15, 59, tzinfo=UTC), "night1"),  # before midnight
        (datetime(2026, 3, 2, 16, 0, tzinfo=UTC), "night1"),
        (datetime(2026, 3, 1, 16, 30, tzinfo=UTC), "night1"),  # after Sunday's midnight, where the week ends
        (datetime(2026, 3, 2, 0, 0, tzinfo=UTC), "day1"),
    ],
    ids=["evening", "handing over", "midnight", "after midnight", "new week", "morning"],
)
def test_a_duty_begins_and_ends_on_the_minute(hotel: Hotel, at: datetime, who: str) -> None:
    hotel.clock = type(hotel.clock)(at)

    assert [who] == on_duty(hotel, at)
    assert [who] == [handle for handle in ("day1", "night1") if "duty_manager" in hotel.person(handle).roles]
    assert [who] == [
        h for h in ("day1", "night1") if seen(hotel).on_duty(hotel.people[h].id, "duty_manager", at)
    ]


@pytest.mark.clause("H4.4")
def test_who_is_on_the_roster_and_away_is_off_duty(hotel: Hotel) -> None:
    away(hotel, "day1", MONDAY - timedelta(hours=1), hours=2)

    assert {"duty_manager"} == hotel.person("day1").off_duty
    assert [] == on_duty(hotel, MONDAY)
    assert not seen(hotel).holds(hotel.people["day1"].id, DUTY, date(2026, 3, 2), MONDAY)
    hotel.clock.advance(hours=1)
    assert {"duty_manager"} == hotel.person("day1").roles
    assert ["day1"] == on_duty(hotel, hotel.now)
    assert seen(hotel).holds(hotel.people["day1"].id, DUTY, date(2026, 3, 2), hotel.now)


@pytest.mark.clause("H4.4")
def test_a_record_of_the_day_may_name_whoever_was_on_duty_that_day(hotel: Hotel) -> None:
    hotel.load(the_file(DAY + NIGHT.replace(', "sat", "sun"', "")))
    view, night = seen(hotel), hotel.people["night1"].id

    assert view.holds(night, DUTY, date(2026, 3, 2))  # Monday, whose night begins at 20:00
    assert not view.holds(night, DUTY, date(2026, 3, 2), MONDAY)
    assert view.holds(night, DUTY, date(2026, 3, 7))  # Saturday, until 08:00
    assert not view.holds(night, DUTY, date(2026, 3, 8))
    assert view.granted(night, DUTY, date(2026, 3, 8))


@pytest.mark.clause("H4.4")
def test_on_the_roster_without_the_role_is_nobody(hotel: Hotel) -> None:
    hotel.clock.advance(days=1)
    with hotel.store.transaction() as session:
        take_role(session, hotel.key, "day1", "duty_manager", hotel.now)

    assert ([], []) == held(hotel.person("day1"))
    assert [] == on_duty(hotel, hotel.now)


@pytest.mark.clause("H4.4")
def test_another_duty_counts_from_the_moment_it_is_written_down(hotel: Hotel) -> None:
    assert ["day1"] == on_duty(hotel, MONDAY)
    before = seen(hotel)

    hotel.load(the_file(DAY.replace("day1", "night1") + NIGHT.replace("night1", "day1")))

    assert ["night1"] == on_duty(hotel, MONDAY)
    assert (["duty_manager"], []) == held(hotel.person("night1"))
    assert ([], ["duty_manager"]) == held(hotel.person("day1"))
    moments = [
        view.holds(hotel.people["day1"].id, DUTY, date(2026, 3, 2), MONDAY) for view in (before, seen(hotel))
    ]
    assert [True, False] == moments


@pytest.mark.clause("H4.4")
def test_of_somebody_with_two_accounts_either_may_stand_on_the_roster_or_be_away(hotel: Hotel) -> None:
    hotel.load(
        the_file(DAY.replace("day1", "extra1") + NIGHT, extra1=("hotel_staff", ""), day1=("duty_manager", ""))
    )
    same_human(hotel, "extra1", "day1")

    assert {"duty_manager", "hotel_staff"} == hotel.person("day1").roles == hotel.person("extra1").roles
    assert ["day1"] == on_duty(hotel, MONDAY)
    away(hotel, "day1", MONDAY - timedelta(hours=1), hours=2)
    assert {"duty_manager"} == hotel.person("extra1").off_duty
    assert [] == on_duty(hotel, MONDAY)
    assert not seen(hotel).on_duty(hotel.people["day1"].id, "duty_manager", MONDAY)


@pytest.mark.clause("H4.4")
def test_the_door_sends_away_who_is_off_duty_and_says_so(hotel: Hotel) -> None:
    ref = hotel.complaint(vip=True)
    with hotel.store.reading() as session:
        cases = models.table(models.Case)
        above = (
            session.connection()
            .execute(cases.select().where(cases.c.procedure == "hotel.escalation"))
            .one()
            .ref
        )

    refused = hotel.refused_record(above, "takeover", hotel.actor("night1"))
    done = hotel.record(above, "takeover", hotel.actor("day1"))

    assert ref != above
    assert [("role", "H4.4", (("roles", "duty_manager"),))] == [
        (one.kind, one.clause, one.params) for one in refused.requirements
    ]
    assert "not on duty now" in refused.requirements[0].sentence
    assert done.ref == above


@pytest.mark.clause("H4.4")
def test_whoever_holds_no_role_of_a_roster_costs_no_statement_more(hotel: Hotel) -> None:
    with hotel.store.transaction() as session:
        tokens = {handle: issue_token(session, hotel.key, handle, hotel.now) for handle in ("lead1", "day1")}
        give_role(session, hotel.key, "lead1", "hotel_staff", hotel.now, unit="front")
    sent: list[str] = []
    event.listen(
        hotel.store.engine,
        "before_cursor_execute",
        lambda *args: sent.append(args[2]) if args[2].startswith("SELECT") else None,
    )

    counted = {}
    for handle, token in tokens.items():
        sent.clear()
        with hotel.store.reading() as session:
            actor_for(session, token, hotel.now)
        counted[handle] = len(sent)

    assert {"lead1": 1, "day1": 3} == counted


def test_people_by_number_are_off_duty_too(hotel: Hotel) -> None:
    ids = {hotel.people[handle].id for handle in ("day1", "night1", "lead1")}
    with hotel.store.reading() as session:
        found = people_by_id(session.connection(), ids, EVENING)

    assert {"day1": frozenset(), "night1": {"duty_manager"}, "lead1": {"supervisor"}} == {
        one.handle: one.roles for one in found.values()
    }
