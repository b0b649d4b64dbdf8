"""Alarms: who is told, in which words, who answers, and who is told next."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

import models
from casework import alarms, telling, watch
from casework.alarms import Answered
from casework.clock import FrozenClock
from casework.deliver import NotSent
from casework.dispatch import dispatch
from casework.errors import BadInput
from casework.hand import take_by_id
from casework.names import office_key, seal_contacts
from casework.outcome import Fired, Refused
from casework.people import add_person, retire_person, set_absence
from tests.building import MONDAY, TestOffice, a_callout, a_complaint, a_store, an_office
from tests.outside import Outside, a_receiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Row

    from casework.hand import Hand
    from casework.store import Store
    from states.facts import Actor

ALARMS = models.table(models.Alarm)
DEADLINES = models.table(models.Deadline)
EVENTS = models.table(models.Event)
OUTBOX = models.table(models.Outbox)
PEOPLE = models.table(models.Person)
CANARIES = ("王小明", "13800000000", "the pump hums all night", "no water", "block 3")
ALL = ("desk1", "desk2", "desk3", "lead1", "tech1", "guard1", "guard2", "head1", "head2", "board1")


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    office = an_office(store, FrozenClock(MONDAY))
    for handle in ALL:
        contact(office, handle, f"json://{handle}.example")
    yield office
    store.close()


def contact(office: TestOffice, handle: str, *addresses: str, language: str = "en") -> None:
    with office.store.transaction() as session:
        connection = session.connection()
        key = office_key(office.store, connection, office.people[handle].office_id)
        values = {"contact_sealed": seal_contacts(key, handle, addresses), "language": language}
        connection.execute(update(PEOPLE).where(PEOPLE.c.handle == handle).values(values))


def sweep(office: TestOffice) -> None:
    watch.sweep(office.store, office.now, worker="test")


def deliver(office: TestOffice, outside: Outside | None = None) -> Outside:
    outside = outside or Outside()
    while dispatch(office.store, office.now, outside).claimed:
        pass
    return outside


def rows(office: TestOffice) -> list[Row[Any]]:
    with office.store.reading() as session:
        wanted = select(ALARMS, PEOPLE.c.handle).outerjoin(PEOPLE, PEOPLE.c.id == ALARMS.c.person_id)
        return list(session.connection().execute(wanted.order_by(ALARMS.c.id)).all())


def told(outside: Outside) -> list[str]:
    return [re.sub(r"json://(.*)\.example", r"\1", contacts[0]) for contacts, _, _ in outside.messages]


def answer(office: TestOffice, alarm: int, by: Actor) -> Answered | Refused:
    with office.store.transaction() as session:
        return alarms.acknowledge(session, alarm, by, office.now)


def a_breach(office: TestOffice) -> str:
    """A fire call to which nobody went, three minutes later; its reminders are out of the way."""
    ref = a_callout(office, "fire")
    office.clock.advance(minutes=2, seconds=30)
    sweep(office)
    deliver(office)
    office.clock.advance(seconds=31)
    sweep(office)
    return ref


@pytest.mark.clause("P6c")
def test_everybody_on_the_fire_list_is_told_at_once_and_manager_and_superior_at_three_minutes(
    office: TestOffice,
) -> None:
    a_callout(office, "fire")
    office.clock.advance(seconds=1)
    sweep(office)

    assert ["guard1"] == told(deliver(office))
    office.clock.advance(minutes=2)
    sweep(office)
    assert ["guard1"] == told(deliver(office))
    office.clock.advance(minutes=1)
    sweep(office)
    assert ["head1", "head2", "board1"] == told(deliver(office))


@pytest.mark.clause("X3")
def test_an_alarm_says_what_is_due_and_nothing_of_the_case(office: TestOffice) -> None:
    ref = a_breach(office)

    _, title, body = deliver(office).messages[0]

    assert "A deadline was missed" == title
    assert (
        f"property callout {ref}: “fire arrival” (P6c) was due at 2026-03-02 10:03, 1 second ago, and is not done."
        in body
    )
    assert "Please acknowledge alarm" in body
    assert not [canary for canary in (*CANARIES, "R-2026", "desk1") if canary in title + body]


@pytest.mark.clause("X3")
def test_a_reminder_says_how_much_time_is_left(office: TestOffice) -> None:
    ref = a_callout(office, "repair")
    office.clock.advance(minutes=5, seconds=1)
    sweep(office)

    _, title, body = deliver(office).messages[0]

    assert "A deadline is near" == title
    assert f"{ref}: “repair arrival” (P6a) is due at 2026-03-02 10:15, in 9 minutes." in body


def test_an_alarm_speaks_the_language_of_the_person(office: TestOffice) -> None:
    contact(office, "head1", "json://head1.example", language="zh_Hant")
    a_breach(office)

    said = {contacts[0]: body for contacts, _, body in deliver(office).messages}

    assert "消防事故3分鐘之內趕到現場" in said["json://head1.example"]
    assert "消防事故3分鐘之內趕到現場" not in said["json://head2.example"]


@pytest.mark.clause("X3")
def test_a_role_that_nobody_holds_goes_to_the_next_and_is_itself_reported(office: TestOffice) -> None:
    with office.store.transaction() as session:
        set_absence(
            session,
            office.key,
            "guard1",
            office.now,
            starts_at=MONDAY - timedelta(days=1),
            ends_at=MONDAY + timedelta(days=1),
            reason_code="leave",
        )
    a_callout(office, "fire")
    office.clock.advance(seconds=1)
    sweep(office)

    outside = deliver(office)

    assert ["head1", "head2", "board1"] == told(outside)
    assert ("fire_list", None, None) == (
        rows(office)[0].role,
        rows(office)[0].handle,
        rows(office)[0].escalate_at,
    )
    assert "Nobody is there for: fire list." in outside.messages[0][2]


def test_a_person_whom_the_case_is_about_is_never_told(office: TestOffice) -> None:
    a_complaint(office, against="head1")
    office.clock.advance(minutes=31)
    sweep(office)

    outside = deliver(office)

    assert "head1" not in told(outside)
    assert "head2" in told(outside)
    alarm = next(row for row in rows(office) if row.handle == "head2")
    with pytest.raises(BadInput, match="no alarm"):
        answer(office, alarm.id, office.manager)


@pytest.mark.clause("X3")
def test_an_alarm_that_nobody_answers_goes_to_the_next_rung(office: TestOffice) -> None:
    a_callout(office, "repair")
    office.clock.advance(minutes=5, seconds=1)
    sweep(office)
    assert ["lead1"] == told(deliver(office))

    office.clock.advance(minutes=5)
    alarms.escalate(office.store, office.now)

    assert ["head1", "head2"] == told(deliver(office))
    office.clock.advance(minutes=4, seconds=50)
    assert 0 == alarms.escalate(office.store, office.now)


@pytest.mark.clause("X3")
def test_an_alarm_that_cannot_be_passed_on_is_said_and_holds_up_no_other(
    office: TestOffice, caplog: pytest.LogCaptureFixture
) -> None:
    broken = a_callout(office, "repair")
    a_callout(office, "repair")
    office.clock.advance(minutes=5, seconds=1)
    sweep(office)
    deliver(office)
    cases, keys = models.table(models.Case), models.table(models.CaseKey)
    with office.store.transaction() as session:
        its = select(cases.c.id).where(cases.c.ref == broken).scalar_subquery()
        session.connection().execute(keys.update().where(keys.c.case_id == its).values(wrapped=bytes(60)))

    office.clock.advance(minutes=5)

    assert 1 == alarms.escalate(office.store, office.now)
    (said,) = [record.getMessage() for record in caplog.records if record.name == "duecourse"]
    assert said.endswith("could not be passed on: WrongKey")
    assert 0 == alarms.escalate(office.store, office.now)  # it is tried again later, not at once


@pytest.mark.clause("X3")
def test_above_the_last_rung_stands_the_superior_and_nobody_is_told_twice_in_a_row(
    office: TestOffice,
) -> None:
    a_breach(office)
    deliver(office)
    for _ in range(10):
        office.clock.advance(minutes=5)
        alarms.escalate(office.store, office.now)

    about = [(row.rung, row.handle) for row in rows(office) if row.rung >= 2]

    assert [(2, "head1"), (2, "head2"), (2, "board1")] == about
    with office.store.reading() as session:
        assert not watch.look(session, office.now).alarms


@pytest.mark.clause("X3")
def test_an_answer_is_an_event_of_the_case_and_stops_the_escalation(office: TestOffice) -> None:
    a_callout(office, "repair")
    office.clock.advance(minutes=5, seconds=1)
    sweep(office)
    deliver(office)
    alarm = rows(office)[0]

    first = answer(office, alarm.id, office.foreman)
    office.clock.advance(minutes=6)
    again = answer(office, alarm.id, office.manager)

    assert isinstance(first, Answered)
    assert first == again
    assert 0 == alarms.escalate(office.store, office.now)
    with office.store.reading() as session:
        noted = session.connection().execute(select(EVENTS).where(EVENTS.c.kind == "acknowledged")).all()
    assert [("repair_arrival", office.foreman.person, {"alarm": alarm.id, "role": "foreman", "rung": 0})] == [
        (e.name, e.actor_id, json.loads(e.clear)) for e in noted
    ]


@pytest.mark.clause("X3")
def test_somebody_who_was_not_told_cannot_answer(office: TestOffice) -> None:
    a_breach(office)
    deliver(office)
    alarm = next(row for row in rows(office) if row.handle == "head1")

    refused = answer(office, alarm.id, office.staff(1))

    assert isinstance(refused, Refused)
    assert [("role", ("manager",))] == [(r.kind, r.who) for r in refused.requirements]
    assert rows(office)[0].acknowledged_at is None


def test_a_manager_of_another_office_learns_of_no_alarm_and_of_no_breach(office: TestOffice) -> None:
    a_breach(office)
    deliver(office)
    alarm = next(row for row in rows(office) if row.handle == "head1")
    elsewhere = replace(office.manager, office=9)

    with pytest.raises(BadInput, match="no alarm with the number"):
        answer(office, alarm.id, elsewhere)
    with (
        pytest.raises(BadInput, match="no deadline with the number"),
        office.store.transaction() as session,
    ):
        alarms.confirm_late(session, alarm.deadline_id, elsewhere, office.now)


@pytest.mark.clause("X3")
def test_nobody_further_up_is_told_once_the_duty_is_done(office: TestOffice) -> None:
    ref = a_callout(office, "repair")
    office.clock.advance(minutes=5, seconds=1)
    sweep(office)
    deliver(office)
    office.record(ref, "arrival", office.repairer, who="tech1")
    office.clock.advance(minutes=6)

    assert 0 == alarms.escalate(office.store, office.now)
    assert ["lead1"] == [row.handle for row in rows(office)]


@pytest.mark.clause("X3")
def test_after_an_outage_a_person_gets_one_digest_and_not_a_storm(office: TestOffice) -> None:
    for _ in range(8):
        a_callout(office, "fire")
    office.clock.advance(hours=72)
    sweep(office)
    outside = deliver(office)
    assert [] == outside.messages  # they are gathered for a moment
    office.clock.advance(seconds=11)

    deliver(office, outside)

    assert sorted(["guard1", "head1", "head2", "board1", "lead1"]) >= sorted(
        set(told(outside)) - {"desk1", "desk2", "desk3", "tech1"}
    )
    assert len(told(outside)) == len(set(told(outside)))
    title, body = next((title, body) for contacts, title, body in outside.messages if "guard1" in contacts[0])
    assert "16 alarms, 16 of them late because nothing was running" == title
    assert 16 == body.count("fire arrival")


@pytest.mark.clause("X3")
def test_a_digest_waits_while_the_watch_is_still_catching_up(office: TestOffice) -> None:
    for _ in range(4):
        a_callout(office, "fire")
    office.clock.advance(hours=72)
    watch.sweep(office.store, office.now, limit=4, worker="test")
    outside = deliver(office)
    office.clock.advance(seconds=11)
    assert [] == deliver(office, outside).messages
    sweep(office)
    office.clock.advance(seconds=11)

    deliver(office, outside)

    assert len(told(outside)) == len(set(told(outside)))


def test_a_person_without_an_address_sees_the_alarm_at_the_desk_and_must_still_answer(
    office: TestOffice,
) -> None:
    contact(office, "head1")
    a_breach(office)

    assert ["head2", "board1"] == told(deliver(office))
    mine = next(row for row in rows(office) if row.handle == "head1")
    assert mine.sent_at is None
    assert mine.escalate_at is not None


def test_a_channel_that_fails_is_tried_again_and_given_up_visibly_and_the_alarm_is_not_lost(
    office: TestOffice,
) -> None:
    a_breach(office)
    outside = Outside(deaf=True)
    for _ in range(12):
        deliver(office, outside)
        office.clock.advance(minutes=31)

    with office.store.reading() as session:
        given_up = session.connection().execute(select(OUTBOX).where(OUTBOX.c.error_code.is_not(None))).all()
    assert {"NotSent"} == {row.error_code for row in given_up}
    assert all(row.done_at is not None for row in given_up)
    assert {None} == {row.sent_at for row in rows(office) if row.handle == "head1"}


def test_two_alarms_to_the_same_person_in_one_moment_are_sent_once_each(office: TestOffice) -> None:
    a_callout(office, "fire")
    a_callout(office, "fire")
    office.clock.advance(seconds=1)
    sweep(office)

    assert ["guard1", "guard1"] == told(deliver(office))
    assert all(row.sent_at == office.now for row in rows(office))


@pytest.mark.clause("X3")
def test_a_breach_stays_visible_when_the_act_is_recorded_late_and_the_manager_confirms_it(
    office: TestOffice,
) -> None:
    ref = a_breach(office)
    office.record(ref, "fire_crew", office.actor("guard1"), who="guard1")
    with office.store.reading() as session:
        breach = (
            session.connection()
            .execute(select(DEADLINES).where(DEADLINES.c.status == "fired", DEADLINES.c.breach))
            .one()
        )

    def confirm(by: Actor) -> Fired | Refused:
        with office.store.transaction() as session:
            return alarms.confirm_late(session, breach.id, by, office.now)

    refused = confirm(office.foreman)
    done = confirm(office.manager)

    assert isinstance(refused, Refused)
    assert isinstance(done, Fired)
    with office.store.reading() as session:
        after = session.connection().execute(select(DEADLINES).where(DEADLINES.c.id == breach.id)).one()
        noted = session.connection().execute(select(EVENTS).where(EVENTS.c.kind == "confirmed")).one()
    assert ("fired", office.manager.person, office.now) == (
        after.status,
        after.confirmed_by,
        after.confirmed_at,
    )
    assert ("fire_arrival", office.manager.person) == (noted.name, noted.actor_id)
    with pytest.raises(BadInput, match="already"):
        confirm(office.manager)


def test_what_was_not_missed_cannot_be_confirmed(office: TestOffice) -> None:
    a_callout(office, "fire")
    with office.store.reading() as session:
        armed = session.connection().execute(select(DEADLINES.c.id).where(models.ARMED)).scalars().first()
    assert armed is not None
    with office.store.transaction() as session, pytest.raises(BadInput, match="not missed"):
        alarms.confirm_late(session, armed, office.manager, office.now)


def test_an_alarm_reaches_a_real_receiver_through_apprise(office: TestOffice) -> None:
    with a_receiver() as receiver:
        telling.send([receiver.contact], "A deadline was missed", "property callout c-0: …")
        assert [("A deadline was missed", "property callout c-0: …")] == [
            (p["title"], p["message"]) for p in receiver.posts
        ]
        receiver.refuses = True
        with pytest.raises(NotSent) as caught:
            telling.send([receiver.contact, "nonsense"], "t", "b")
    assert "127.0.0.1" not in str(caught.value)


def test_someone_who_left_is_told_nothing(office: TestOffice) -> None:
    with office.store.transaction() as session:
        add_person(
            session,
            office.key,
            "guard3",
            MONDAY,
            name="新",
            roles=("fire_list",),
            contacts=("json://guard3.example",),
        )
        retire_person(session, office.key, "guard1", MONDAY - timedelta(days=1))
    a_callout(office, "fire")
    office.clock.advance(seconds=1)
    sweep(office)

    assert ["guard3"] == told(deliver(office))


def test_an_alarm_that_cannot_be_passed_on_is_tried_again_later_and_holds_up_no_other(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = a_callout(office, "repair")
    a_callout(office, "repair")
    office.clock.advance(minutes=5, seconds=1)
    sweep(office)
    deliver(office)
    office.clock.advance(minutes=5)

    def broken(store: Store, connection: Connection, case_id: int) -> Hand:
        found = take_by_id(store, connection, case_id)
        if found.ref == first:
            raise LookupError("no such edition")
        return found

    monkeypatch.setattr("casework.alarms.take_by_id", broken)
    assert 1 == alarms.escalate(office.store, office.now)
    monkeypatch.undo()
    office.clock.advance(minutes=5)

    alarms.escalate(office.store, office.now)

    told = {row.case_id for row in rows(office) if row.handle == "head1"}
    assert 2 == len(told)
