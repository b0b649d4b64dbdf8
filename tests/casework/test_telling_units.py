"""Who of a hotel is told: those of the department that answers, the manager on duty, the next on the ladder, and never whom it is about."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

import models
from casework import alarms, watch
from casework.alarms import Answered
from casework.clock import FrozenClock
from casework.dispatch import dispatch
from casework.outcome import Refused
from casework.people import set_absence
from tests.building import MONDAY, a_store
from tests.hotel_staff import Hotel, a_hotel, the_file
from tests.outside import Outside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Row

ALARMS = models.table(models.Alarm)
CASES = models.table(models.Case)
PEOPLE = models.table(models.Person)
NOTE: dict[str, Any] = {
    "guests": [{"name": "王小明", "phone": "13800000000"}],
    "department": "front",
    "matters": ["attitude"],
    "happened": "he waited an hour",
    "read_back": "confirmed",
}


@pytest.fixture
def hotel(database_url: str, tmp_path: Path) -> Iterator[Hotel]:
    store = a_store(database_url, tmp_path)
    yield a_hotel(store, FrozenClock(MONDAY))
    store.close()


def away(hotel: Hotel, *handles: str, days: float = 1) -> None:
    with hotel.store.transaction() as session:
        for handle in handles:
            set_absence(
                session, hotel.key, handle, hotel.now, starts_at=hotel.now - timedelta(hours=1), ends_at=hotel.now + timedelta(days=days),
                reason_code="leave",
            )  # fmt: skip


def after(hotel: Hotel, **length: float) -> list[str]:
    """Let time pass, fire what is due, pass on what nobody answered, deliver it; return who was told, in order."""
    hotel.clock.advance(**length)
    watch.sweep(hotel.store, hotel.now, worker="test")
    outside = Outside()
    deliver(hotel, outside)
    alarms.escalate(hotel.store, hotel.now)
    deliver(hotel, outside)
    return [re.sub(r"json://(.*)\.example", r"\1", contacts[0]) for contacts, _, _ in outside.messages]


def deliver(hotel: Hotel, outside: Outside) -> None:
    while dispatch(hotel.store, hotel.now, outside).claimed:
        pass


def rows(hotel: Hotel, procedure: str = "hotel.complaint") -> list[Row[Any]]:
    """The alarms about cases of a procedure, with whom they went to."""
    with hotel.store.reading() as session:
        wanted = (
            select(ALARMS, PEOPLE.c.handle)
            .join(CASES, CASES.c.id == ALARMS.c.case_id)
            .outerjoin(PEOPLE, PEOPLE.c.id == ALARMS.c.person_id)
            .where(CASES.c.procedure == procedure)
        )
        return list(session.connection().execute(wanted.order_by(ALARMS.c.id)).all())


def below(hotel: Hotel, procedure: str) -> str:
    """The reference of the sub-case of this kind."""
    with hotel.store.reading() as session:
        wanted = select(CASES.c.ref).where(CASES.c.procedure == procedure)
        return str(session.connection().execute(wanted).scalar_one())


def answer(hotel: Hotel, alarm: int, by: str) -> Answered | Refused:
    with hotel.store.transaction() as session:
        return alarms.acknowledge(session, alarm, hotel.actor(by), hotel.now)


def written_down(hotel: Hotel, **note: Any) -> str:
    """A complaint that was listened to and recorded."""
    ref, desk = hotel.complaint(), hotel.actor("desk1")
    hotel.record(ref, "heard", desk, to_the_end=True, understanding=True)
    hotel.record(ref, "first_apology", desk, spoken_by="desk1")
    hotel.record(ref, "note", desk, **(NOTE | note))
    hotel.move(ref, "write_down", desk)
    return ref


def a_handover(hotel: Hotel, unit: str) -> str:
    """A complaint that the front desk hands over to another department."""
    ref, lead = written_down(hotel), hotel.actor("lead1")
    hotel.record(ref, "sorting", lead, own_department=False, simple=True)
    hotel.record(ref, "assignment", lead, handler="lead1")
    hotel.record(ref, "ascertained", lead, words="the soup was cold")
    hotel.record(ref, "handover", lead, department=unit)
    hotel.move(ref, "hand_over", lead)
    return ref


@pytest.mark.clause("H3.4")
def test_of_those_who_lead_a_department_only_those_of_the_one_that_answers_are_told(hotel: Hotel) -> None:
    hotel.complaint()

    assert ["lead1"] == after(hotel, minutes=31)
    assert {"chief1", "chief9"} == set(after(hotel, minutes=30))


@pytest.mark.clause("H3.4")
def test_once_it_is_handed_over_the_other_department_is_told(hotel: Hotel) -> None:
    a_handover(hotel, "dining")

    assert ["lead3"] == after(hotel, seconds=1)


@pytest.mark.clause("H3.4")
def test_where_nobody_of_the_department_is_there_the_next_is_told(hotel: Hotel) -> None:
    away(hotel, "lead3")
    a_handover(hotel, "dining")

    assert ["chief9"] == after(hotel, seconds=1)
    assert [("supervisor", None), ("dept_manager", "chief9")] == [
        (row.role, row.handle) for row in rows(hotel)
    ]


@pytest.mark.clause("H3.4")
def test_whoever_leads_another_department_cannot_answer_for_this_one(hotel: Hotel) -> None:
    hotel.complaint()
    after(hotel, minutes=31)
    alarm = rows(hotel)[0].id

    refused = answer(hotel, alarm, "lead2")
    done = answer(hotel, alarm, "lead1")

    assert isinstance(refused, Refused)
    assert [("role", ("supervisor", "general_manager"))] == [(r.kind, r.who) for r in refused.requirements]
    assert isinstance(done, Answered)


@pytest.mark.clause("H1.2c")
def test_the_manager_of_the_department_that_answers_is_told_of_what_is_serious(hotel: Hotel) -> None:
    """The report names no department: that of the complaint counts, and after a hand-over the other one."""
    ref = hotel.complaint()
    hotel.record(ref, "gravity", hotel.actor("desk1"), why="theft")

    assert {"chief1", "chief9"} == set(after(hotel, seconds=1))
    alarm = rows(hotel, "hotel.manager_escalation")[0]
    assert isinstance(answer(hotel, alarm.id, "chief2"), Refused)
    assert isinstance(answer(hotel, alarm.id, "chief1"), Answered)


@pytest.mark.clause("H1.2c")
def test_after_a_hand_over_the_other_departments_manager_is_in_charge(hotel: Hotel) -> None:
    ref = a_handover(hotel, "rooms")
    hotel.record(ref, "gravity", hotel.actor("desk1"), why="theft")

    assert {"chief2", "chief9", "lead2"} == set(after(hotel, seconds=1))
    assert {"chief2", "chief9"} == {row.handle for row in rows(hotel, "hotel.manager_escalation")}


@pytest.mark.clause("H1.2c")
def test_a_manager_in_charge_who_is_silent_is_followed_by_the_next_on_the_ladder(hotel: Hotel) -> None:
    ref = hotel.complaint()
    hotel.record(ref, "gravity", hotel.actor("desk1"), why="theft")
    first = after(hotel, seconds=1)
    second = after(hotel, minutes=5)
    third = after(hotel, minutes=5)
    fourth = after(hotel, minutes=5)

    assert [{"chief1", "chief9"}, {"day1"}, {"head1"}] == [set(one) for one in (first, second, third)]
    assert ["owner1"] == fourth


@pytest.mark.clause("H4.4")
def test_the_general_manager_who_is_silent_is_followed_by_the_manager_on_duty_and_not_yet_by_the_owner(
    hotel: Hotel,
) -> None:
    hotel.complaint(vip=True)

    assert ["head1"] == after(hotel, seconds=1)
    assert [] == after(hotel, minutes=4, seconds=58)
    assert {"day1", "head1"} == set(after(hotel, seconds=2))
    assert [] == after(hotel, minutes=4, seconds=50)
    assert "owner1" in after(hotel, seconds=10)


@pytest.mark.clause("H4.4")
def test_with_the_general_manager_abroad_the_manager_on_duty_at_night_is_told_at_once(hotel: Hotel) -> None:
    hotel.clock.advance(hours=13)
    away(hotel, "head1")
    hotel.complaint(vip=True)

    assert ["night1"] == after(hotel, seconds=1)
    assert [("general_manager", None, 0), ("duty_manager", "night1", 1)] == [
        (row.role, row.handle, row.rung) for row in rows(hotel, "hotel.escalation")
    ]


@pytest.mark.clause("H4.4")
def test_silent_for_five_minutes_the_manager_on_duty_is_followed_by_the_owner_once(hotel: Hotel) -> None:
    hotel.clock.advance(hours=13)
    away(hotel, "head1")
    hotel.complaint(vip=True)
    after(hotel, seconds=1)

    assert [] == after(hotel, minutes=4, seconds=58)
    assert ["night1", "owner1"] == after(hotel, seconds=2)  # a limit was missed, and nobody had answered
    assert [] == after(hotel, minutes=4, seconds=50)
    told = [row.handle for row in rows(hotel, "hotel.escalation") if row.handle is not None]
    assert ["night1", "night1", "owner1"] == told


@pytest.mark.clause("H4.4")
def test_one_who_answers_in_time_is_followed_by_nobody(hotel: Hotel) -> None:
    away(hotel, "head1")
    hotel.complaint(vip=True)
    after(hotel, seconds=1)
    alarm = next(row for row in rows(hotel, "hotel.escalation") if row.handle == "day1")
    answer(hotel, alarm.id, "day1")
    above = below(hotel, "hotel.escalation")
    hotel.record(above, "takeover", hotel.actor("day1"))
    hotel.move(above, "take", hotel.actor("day1"))

    assert [] == after(hotel, minutes=20)


@pytest.mark.clause("H4.4")
def test_with_a_gap_in_the_roster_the_next_on_the_ladder_is_told(hotel: Hotel) -> None:
    hotel.load(the_file(rosters=""))
    away(hotel, "head1")
    hotel.complaint(vip=True)

    assert ["owner1"] == after(hotel, seconds=1)
    assert ["general_manager", "duty_manager"] == [
        row.role for row in rows(hotel, "hotel.escalation") if row.handle is None
    ]


@pytest.mark.clause("H5.2", "H4.4")
def test_a_general_manager_complained_of_is_told_of_nothing_that_comes_of_it(hotel: Hotel) -> None:
    ref = written_down(hotel, against=["head1"])
    hotel.record(ref, "vip_noticed", hotel.actor("desk1"))

    told = after(hotel, seconds=1)

    assert {"day1", "owner1"} == set(told)  # of the important guest, and of whom it is about
    assert {"day1"} == {row.handle for row in rows(hotel, "hotel.escalation")} - {None}
    for _ in range(10):
        told += after(hotel, minutes=6)
    assert "head1" not in told


@pytest.mark.clause("H5.2", "H4.4")
def test_complained_of_afterwards_the_general_manager_is_followed_at_once_when_the_time_is_up(
    hotel: Hotel,
) -> None:
    ref = written_down(hotel)
    hotel.record(ref, "vip_noticed", hotel.actor("desk1"))
    assert ["head1"] == after(hotel, seconds=1)
    hotel.record(ref, "also_against", hotel.actor("desk1"), against=["head1"])

    assert ["owner1"] == after(hotel, seconds=1)
    assert ["day1"] == after(hotel, minutes=5)


@pytest.mark.clause("X3")
def test_where_a_procedure_knows_no_units_everybody_with_the_role_is_told(
    database_url: str, tmp_path: Path
) -> None:
    """In a managed building staff have a desk of their own and answer together."""
    from tests.building import a_callout, an_office  # noqa: PLC0415  the other kind of office, here alone

    store = a_store(database_url, tmp_path)
    office = an_office(store, FrozenClock(MONDAY))
    a_callout(office, "fire")
    office.clock.advance(minutes=3, seconds=1)
    watch.sweep(store, office.now, worker="test")
    dispatch(store, office.now, Outside())
    with store.reading() as session:
        found = session.connection().execute(select(PEOPLE.c.handle).join(ALARMS, ALARMS.c.person_id == PEOPLE.c.id)).scalars().all()  # fmt: skip
    store.close()

    assert {"guard1", "head1", "head2", "board1"} == set(found)
