"""A role of a roster must have somebody at every hour, and a department somebody who leads it: `check` finds it, and a gap is told (H4.4, H3.4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

import models
from casework import alarms, reconcile
from casework.alarms import Answered
from casework.check import check_office
from casework.dispatch import dispatch
from casework.manned import manned
from casework.offices import touch_offices
from casework.people import give_role, set_absence, take_role
from states.words import say
from tests.building import MONDAY, a_store, an_office
from tests.hotel_staff import DAY, NIGHT, Hotel, a_hotel, the_file
from tests.outside import Outside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from casework.findings import Finding

ALARMS = models.table(models.Alarm)
PEOPLE = models.table(models.Person)
GAP = DAY + NIGHT.replace('until = "08:00"', 'until = "03:00"')
"""Nobody is on duty from three in the morning to eight."""


@pytest.fixture
def hotel(database_url: str, tmp_path: Path) -> Iterator[Hotel]:
    store = a_store(database_url, tmp_path)
    yield a_hotel(store)
    store.close()


def found(hotel: Hotel, *clauses: str) -> list[Finding]:
    """What the check finds by these clauses."""
    with hotel.store.reading() as session:
        return [one for one in check_office(session, hotel.key, hotel.now) if one.clause in clauses]


def told(hotel: Hotel, *clauses: str) -> list[tuple[str, str]]:
    return [(one.clause, one.told("en")) for one in found(hotel, *clauses)]


def away(hotel: Hotel, handle: str, starts_at: datetime, **length: float) -> None:
    with hotel.store.transaction() as session:
        ends_at = starts_at + timedelta(**length)
        set_absence(
            session, hotel.key, handle, hotel.now, starts_at=starts_at, ends_at=ends_at, reason_code="leave"
        )


def put_right(hotel: Hotel) -> list[tuple[str, str, list[str]]]:
    """Reconcile and deliver what follows: whom that told, with title and lines."""
    outside = Outside()
    reconcile.reconcile(hotel.store, hotel.now, outside)
    while dispatch(hotel.store, hotel.now, outside).claimed:
        pass
    return [
        (re.sub(r"json://(.*)\.example", r"\1", contacts[0]), title, body.split("\n"))
        for contacts, title, body in outside.messages
    ]


@pytest.mark.clause("H4.4", "H3.4")
def test_with_somebody_at_every_hour_and_in_every_department_nothing_is_wrong(hotel: Hotel) -> None:
    assert [] == found(hotel, "H4.4", "H3.4", "P2a")
    assert [] == put_right(hotel)


@pytest.mark.clause("H4.4", "P2a")
def test_which_rosters_must_have_somebody_comes_from_the_procedures(hotel: Hotel) -> None:
    an_office(hotel.store, hotel.clock)
    with hotel.store.reading() as session:
        views = hotel.store.offices(session.connection()).values()

    assert {"hotel": [("duty_manager", "H4.4")], "court": [("hotline", "P2a")]} == {
        view.key: [(one.roster, one.clause) for one in manned(view, view.calendar.local_day(MONDAY))]
        for view in views
    }


@pytest.mark.clause("H4.4")
def test_a_gap_at_three_in_the_morning_is_found_on_each_day(hotel: Hotel) -> None:
    hotel.load(the_file(GAP))

    findings = found(hotel, "H4.4")

    assert 7 == len(findings)
    assert {"error"} == {one.severity for one in findings}
    assert "Nobody is on duty as duty manager from Monday 03:00 to Monday 08:00." == findings[0].told("en")
    assert (
        "Add somebody who holds the role duty manager to its roster in the office file."
        == findings[0].as_dict()["hint"]
    )


@pytest.mark.clause("H4.4")
def test_without_a_roster_the_check_says_so_once(hotel: Hotel) -> None:
    hotel.load(the_file(rosters=""))

    sentence = (
        "Nobody is on the roster of the role duty manager, which must have somebody on duty at every hour."
    )
    assert [("H4.4", sentence)] == told(hotel, "H4.4")


@pytest.mark.clause("H4.4")
def test_on_the_roster_without_the_role_covers_no_hour(hotel: Hotel) -> None:
    hotel.load(the_file(DAY.replace("day1", "chief1") + NIGHT))

    sentences = [sentence for _, sentence in told(hotel, "H4.4")]

    assert "chief1 is on the roster duty_manager and does not hold a role for it." in sentences
    assert "Nobody is on duty as duty manager from Monday 08:00 to Monday 20:00." in sentences
    assert 8 == len(sentences)


@pytest.mark.clause("H4.4")
def test_whoever_is_off_duty_when_the_check_runs_holds_the_role_all_the_same(hotel: Hotel) -> None:
    for _ in range(3):
        assert [] == told(hotel, "H4.4")
        with hotel.store.reading() as session:
            sentences = [one.told("en") for one in check_office(session, hotel.key, hotel.now)]
        assert not [one for one in sentences if "Nobody holds the role" in one]
        hotel.clock.advance(hours=8)


@pytest.mark.clause("H4.4")
def test_an_absence_in_the_coming_week_is_found(hotel: Hotel) -> None:
    thursday = datetime(2026, 3, 5, 19, 0, tzinfo=UTC)  # Friday, 03:00
    away(hotel, "night1", thursday, hours=2)

    sentence = "In the coming week nobody is on duty as duty manager from Friday 03:00 to Friday 05:00, because of absences, or because a role ends."
    assert [("H4.4", sentence)] == told(hotel, "H4.4")
    hotel.clock.set(thursday + timedelta(hours=2))
    assert [] == told(hotel, "H4.4")


@pytest.mark.clause("H4.4")
def test_an_absence_of_another_account_of_the_same_person_is_found(hotel: Hotel) -> None:
    hotel.load(the_file(extra1=("hotel_staff", "")))
    with hotel.store.transaction() as session:
        ids = hotel.people
        same = update(PEOPLE).where(PEOPLE.c.id == ids["extra1"].id).values(same_as_id=ids["night1"].id)
        session.connection().execute(same)
        touch_offices(session.connection(), "accounts", hotel.now, None)
    away(hotel, "extra1", datetime(2026, 3, 5, 19, 0, tzinfo=UTC), hours=2)

    assert ["from Friday 03:00 to Friday 05:00"] == [
        re.sub(r".*(from .*),.*,.*", r"\1", sentence) for _, sentence in told(hotel, "H4.4")
    ]


@pytest.mark.clause("H4.4")
def test_a_role_that_ends_within_the_week_leaves_its_hours_empty(hotel: Hotel) -> None:
    with hotel.store.transaction() as session:
        give_role(session, hotel.key, "chief1", "duty_manager", hotel.now, valid_until=MONDAY.date())
    hotel.load(
        the_file(
            DAY + NIGHT,
            more='[[rosters]]\nroster = "duty_manager"\nperson = "chief1"\ndays = ["wed"]\nfrom = "09:00"\nuntil = "10:00"\n',
        )
    )
    assert [] == [one for one in told(hotel, "H4.4") if "In the coming week" in one[1]]
    hotel.clock.advance(days=1)
    with hotel.store.transaction() as session:
        take_role(session, hotel.key, "night1", "duty_manager", hotel.now)
        give_role(
            session, hotel.key, "night1", "duty_manager", hotel.now, valid_until=hotel.now.date() + timedelta(days=2)
        )  # fmt: skip

    coming = [sentence for _, sentence in told(hotel, "H4.4") if "In the coming week" in sentence]

    # Until Thursday's last minute; the night of Friday begins at 20:00.
    assert "from Friday 00:00 to Friday 08:00" in coming[0]
    assert "from Friday 20:00 to Saturday 08:00" in coming[1]


@pytest.mark.clause("H4.4")
def test_the_general_manager_is_told_of_a_gap_once_a_day(hotel: Hotel) -> None:
    hotel.load(the_file(GAP))

    ((handle, title, lines),) = put_right(hotel)

    assert ("head1", "The roster of the role duty manager has a gap") == (handle, title)
    assert "The roster of the role duty manager has a gap in the coming week (H4.4):" == lines[0]
    assert "Nobody is on duty as duty manager from Tuesday 03:00 to Tuesday 08:00." == lines[1]
    assert not [word for word in ("night1", "day1", "某") if word in "".join(lines)]
    hotel.clock.advance(hours=1)
    assert [] == put_right(hotel)
    hotel.clock.advance(days=1)
    assert ["head1"] == [handle for handle, _, _ in put_right(hotel)]


@pytest.mark.clause("H4.4")
def test_nobody_answers_the_alarm_and_the_owner_is_told(hotel: Hotel) -> None:
    hotel.load(the_file(GAP))
    put_right(hotel)
    hotel.clock.advance(minutes=5)

    assert 1 == alarms.escalate(hotel.store, hotel.now)
    assert ["owner1"] == [handle for handle, _, _ in put_right(hotel)]
    with hotel.store.reading() as session:
        wanted = select(ALARMS.c.id, ALARMS.c.clause).order_by(ALARMS.c.id)
        first, *_ = session.connection().execute(wanted).all()
    assert "H4.4" == first.clause
    with hotel.store.transaction() as session:
        assert isinstance(alarms.acknowledge(session, first.id, hotel.actor("head1"), hotel.now), Answered)


@pytest.mark.clause("H4.4")
def test_a_gap_that_was_filled_meanwhile_is_said_to_be(hotel: Hotel) -> None:
    hotel.load(the_file(GAP))
    reconcile.reconcile(hotel.store, hotel.now, Outside())
    hotel.load(the_file())

    ((_, _, lines),) = put_right(hotel)

    assert "The gap in the roster of the role duty manager was filled in the meantime (H4.4)." == lines[0]
    hotel.clock.advance(minutes=5)
    assert 0 == alarms.escalate(hotel.store, hotel.now)


@pytest.mark.clause("H4.4")
def test_a_roster_of_nobody_is_told_for_the_whole_week(hotel: Hotel) -> None:
    hotel.load(the_file(rosters=""))

    ((_, _, lines),) = put_right(hotel)

    assert "Nobody is on duty as duty manager at any hour of the coming week." == lines[1]


@pytest.mark.clause("H3.4")
def test_a_department_that_nobody_leads_is_found(hotel: Hotel) -> None:
    hotel.load(the_file(lead4=("supervisor", "front"), lead3=("hotel_staff", "dining")))

    (first, second) = found(hotel, "H3.4")

    assert ("error", "error") == (first.severity, second.severity)
    assert [
        "Nobody in the unit dining is supervisor, dept manager: nobody could answer a complaint for it.",
        "Nobody in the unit security is supervisor, dept manager: nobody could answer a complaint for it.",
    ] == [first.told("en"), second.told("en")]


@pytest.mark.clause("H5.2")
def test_a_role_that_is_delegated_need_not_be_held(hotel: Hotel) -> None:
    with hotel.store.reading() as session:
        sentences = [one.told("en") for one in check_office(session, hotel.key, hotel.now)]

    assert not [one for one in sentences if "delegate" in one]


def test_every_sentence_about_a_roster_is_said(hotel: Hotel) -> None:
    """A sentence that no catalogue has is said in English; one that takes a parameter too few fails."""
    hotel.load(the_file(GAP))

    assert all(one.told(language) for one in found(hotel, "H4.4") for language in ("en", "zh_Hant"))
    assert "總值班經理" in found(hotel, "H4.4")[0].told("zh_Hant")
    assert say("Monday", "zh_Hant") in found(hotel, "H4.4")[0].told("zh_Hant")
