"""The manager is told of a gap in the hotline's roster before it comes, once a day, until there is none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, func, select

import models
from casework import alarms, reconcile, roster_alert
from casework.alarms import Answered
from casework.clock import FrozenClock
from casework.dispatch import dispatch
from casework.errors import BadInput
from casework.office_file import load_office
from casework.outcome import Refused
from casework.people import actor_of, person_by_handle, retire_person, set_absence
from casework.queries import alarm_list
from tests.building import MONDAY, TestOffice, a_store
from tests.outside import Outside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Row

    from states.facts import Actor

ALARMS = models.table(models.Alarm)
EVENTS = models.table(models.Event)
OUTBOX = models.table(models.Outbox)
PEOPLE = models.table(models.Person)
REFUSALS = models.table(models.Refusal)
EXAMPLE = re.sub(
    r'\nhandle = "(\w+)"\n(.*)\nlanguage = "\w+"',
    r'\nhandle = "\1"\n\2\nlanguage = "en"\ncontacts = ["json://\1.example"]',
    (Path(__file__).parents[2] / "desk" / "examples" / "office-property.toml").read_text(encoding="utf-8"),
)
"""The example, whose hotline is answered at every hour; everybody has an address and reads English."""
SLOT = 'days = ["tue", "thu", "sat"]\nfrom = "00:00"\nuntil = "08:00"'
GAP = EXAMPLE.replace(SLOT, 'days = ["tue", "thu", "sat"]\nfrom = "02:00"\nuntil = "08:00"', 1)
"""Nobody is there on Tuesday, Thursday and Saturday from midnight to two."""
SATURDAY = EXAMPLE.replace(
    'days = ["sat", "sun"]\nfrom = "08:00"', 'days = ["sat", "sun"]\nfrom = "08:30"', 1
)
"""Nobody is there for half an hour on Saturday, and on Sunday."""


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    office = TestOffice(store, FrozenClock(MONDAY), "court")
    load(office, EXAMPLE)
    yield office
    store.close()


def load(office: TestOffice, text: str) -> None:
    with office.store.transaction() as session:
        load_office(session, text, office.now, origin="court.toml")
    with office.store.reading() as session:
        for handle in ("desk1", "desk3", "head1", "head2", "board1"):
            office.people[handle] = person_by_handle(session, "court", handle, office.now)


def put_right(office: TestOffice, outside: Outside | None = None) -> list[tuple[str, str, str]]:
    """Reconcile and deliver what follows: whom that told, with title and body."""
    outside = outside or Outside()
    reconcile.reconcile(office.store, office.now, outside)
    return delivered(office, outside)


def delivered(office: TestOffice, outside: Outside | None = None) -> list[tuple[str, str, str]]:
    outside = outside or Outside()
    while dispatch(office.store, office.now, outside).claimed:
        pass
    return [
        (re.sub(r"json://(.*)\.example", r"\1", contacts[0]), title, body)
        for contacts, title, body in outside.messages
    ]


def told(messages: list[tuple[str, str, str]]) -> list[str]:
    return [handle for handle, _, _ in messages]


def rows(office: TestOffice) -> list[Row[Any]]:
    with office.store.reading() as session:
        wanted = select(ALARMS, PEOPLE.c.handle).outerjoin(PEOPLE, PEOPLE.c.id == ALARMS.c.person_id)
        return list(session.connection().execute(wanted.order_by(ALARMS.c.id)).all())


def count(office: TestOffice, table: Any) -> int:
    with office.store.reading() as session:
        return int(session.connection().execute(select(func.count()).select_from(table)).scalar_one())


def answer(office: TestOffice, alarm: int, by: Actor) -> Answered | Refused:
    with office.store.transaction() as session:
        return alarms.acknowledge(session, alarm, by, office.now)


def away(office: TestOffice, handle: str, starts_at: datetime, ends_at: datetime) -> None:
    with office.store.transaction() as session:
        set_absence(
            session, "court", handle, office.now, starts_at=starts_at, ends_at=ends_at, reason_code="leave"
        )


@pytest.mark.clause("P2a")
def test_a_gap_in_the_coming_week_alerts_the_manager_once_a_day(office: TestOffice) -> None:
    load(office, GAP)

    first = put_right(office)

    assert ["head1", "head2"] == told(first)
    assert "The roster of the hotline has a gap" == first[0][1]
    assert [
        "The roster of the hotline has a gap in the coming week (P2a):",
        "Nobody answers the hotline from Tuesday 00:00 to Tuesday 02:00.",
        "Nobody answers the hotline from Thursday 00:00 to Thursday 02:00.",
        "Nobody answers the hotline from Saturday 00:00 to Saturday 02:00.",
        f"Please acknowledge alarm {rows(office)[0].id}.",
    ] == first[0][2].split("\n")
    assert [(None, "roster_gap", "P2a", "manager")] * 2 == [
        (row.case_id, row.kind, row.clause, row.role) for row in rows(office)
    ]
    for _ in range(13):  # until midnight
        office.clock.advance(hours=1)
        assert [] == put_right(office)
    office.clock.advance(hours=11)  # Tuesday 10:00
    assert ["head1", "head2"] == told(put_right(office))


@pytest.mark.clause("P2a")
def test_no_gap_no_alert(office: TestOffice) -> None:
    for _ in range(8):
        assert [] == put_right(office)
        office.clock.advance(days=1)

    assert [] == rows(office)


@pytest.mark.clause("P2a")
def test_an_absence_that_uncovers_an_hour_counts(office: TestOffice) -> None:
    saturday = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)  # 20:00 in Shanghai
    away(office, "desk3", saturday, saturday + timedelta(hours=1))
    away(office, "head1", MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))  # answers no hotline
    office.clock.set(saturday - timedelta(days=7))
    assert [] == put_right(office)
    office.clock.advance(minutes=1)

    messages = put_right(office)

    assert ["head1", "head2"] == told(messages)
    assert "Nobody answers the hotline from Saturday 20:00 to Saturday 20:01." in messages[0][2]
    assert not [word for word in ("desk3", "leave", "張曉嵐") if word in messages[0][2]]
    office.clock.advance(days=1)
    assert "from Saturday 20:00 to Saturday 21:00." in put_right(office)[0][2]
    office.clock.set(saturday + timedelta(hours=1))
    assert [] == put_right(office)


@pytest.mark.clause("P2a")
def test_acknowledged_it_stays_quiet_until_tomorrow(office: TestOffice) -> None:
    load(office, SATURDAY)
    put_right(office)
    number = rows(office)[0].id
    events = count(office, EVENTS)

    done = answer(office, number, actor_of(office.people["head1"]))

    assert Answered(number, None, office.now) == done
    assert done == answer(office, number, actor_of(office.people["head2"]))
    for _ in range(10):
        office.clock.advance(minutes=30)
        assert 0 == alarms.escalate(office.store, office.now)
        assert [] == put_right(office)
    assert events == count(office, EVENTS)
    office.clock.advance(days=1)
    assert ["head1", "head2"] == told(put_right(office))


@pytest.mark.clause("P2a")
def test_nobody_answers_and_the_superior_is_told(office: TestOffice) -> None:
    load(office, SATURDAY)
    put_right(office)
    office.clock.advance(minutes=5)

    assert 1 == alarms.escalate(office.store, office.now)

    ((handle, title, body),) = delivered(office)
    assert ("board1", "The roster of the hotline has a gap") == (handle, title)
    assert "from Saturday 08:00 to Saturday 08:30." in body
    office.clock.advance(hours=1)
    assert 0 == alarms.escalate(office.store, office.now)


@pytest.mark.clause("P2a")
def test_once_the_gap_is_filled_nobody_further_up_is_told(office: TestOffice) -> None:
    load(office, SATURDAY)
    reconcile.reconcile(office.store, office.now, Outside())
    load(office, EXAMPLE)

    messages = delivered(office)
    office.clock.advance(minutes=5)

    assert "The gap in the roster of the hotline was filled in the meantime (P2a)." in messages[0][2]
    assert 0 == alarms.escalate(office.store, office.now)
    office.clock.advance(days=1)
    assert [] == put_right(office)


@pytest.mark.clause("P2a")
def test_where_no_manager_is_there_the_superior_is_told(office: TestOffice) -> None:
    load(office, SATURDAY)
    for handle in ("head1", "head2"):
        away(office, handle, MONDAY - timedelta(hours=1), MONDAY + timedelta(days=1))

    messages = put_right(office)

    assert ["board1"] == told(messages)
    assert "Nobody is there for: manager." in messages[0][2]
    assert [("manager", None), ("superior", "board1")] == [(row.role, row.handle) for row in rows(office)]


@pytest.mark.clause("P2a")
def test_before_the_office_opens_only_what_begins_before_that_is_told(office: TestOffice) -> None:
    load(office, SATURDAY)
    office.clock.set(datetime(2026, 3, 5, 16, 1, tzinfo=UTC))  # Friday 00:01
    assert [] == put_right(office)
    office.clock.set(datetime(2026, 3, 6, 1, 0, tzinfo=UTC))  # Friday 09:00
    assert ["head1", "head2"] == told(put_right(office))
    office.clock.set(datetime(2026, 3, 6, 16, 1, tzinfo=UTC))  # Saturday 00:01
    assert ["head1", "head2"] == told(put_right(office))
    office.clock.set(datetime(2026, 3, 7, 0, 10, tzinfo=UTC))  # Saturday 08:10, amid the gap
    assert [] == put_right(office)


@pytest.mark.clause("P2a")
def test_an_office_whose_hotline_has_nobody_at_all_is_told_so(office: TestOffice) -> None:
    start, end = EXAMPLE.index("# Who answers the hotline"), EXAMPLE.index("# Everybody on the fire list")
    load(office, EXAMPLE[:start] + EXAMPLE[end:])

    assert "Nobody answers the hotline at any hour of the coming week." in put_right(office)[0][2]


@pytest.mark.clause("P2a")
def test_who_has_left_answers_no_hotline(office: TestOffice) -> None:
    with office.store.transaction() as session:
        retire_person(session, "court", "desk3", office.now)

    body = put_right(office)[0][2]

    assert "from Saturday 08:00 to Sunday 00:00." in body
    assert "from Sunday 08:00 to Monday 00:00." in body


@pytest.mark.clause("P2a")
def test_many_gaps_are_named_up_to_five(office: TestOffice) -> None:
    working = 'days = ["mon", "tue", "wed", "thu", "fri"]\n'
    more = EXAMPLE.replace(f'{working}from = "08:00"', f'{working}from = "08:20"', 1)
    load(office, more.replace('days = ["sat", "sun"]\nfrom = "08:00"', 'days = ["sat"]\nfrom = "08:20"', 1))

    lines = put_right(office)[0][2].split("\n")

    # It is Monday 10:00: the gap of this Monday is over, that of the next one comes last.
    assert "Nobody answers the hotline from Tuesday 08:20 to Tuesday 08:20." not in lines
    assert "Nobody answers the hotline from Tuesday 08:00 to Tuesday 08:20." == lines[1]
    assert "and 2 more: look at the desk" == lines[6]


@pytest.mark.clause("P2a")
def test_prefect_being_down_does_not_keep_it_back(office: TestOffice) -> None:
    load(office, SATURDAY)
    outside = Outside(down=True)
    outside.paused = ["reconcile"]

    with pytest.raises(Exception, match="cannot be reached"):
        reconcile.reconcile(office.store, office.now, outside)

    assert ["head1", "head2"] == told(delivered(office))


@pytest.mark.clause("P2a")
def test_two_workers_at_once_tell_it_once(office: TestOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has looked before the first had noted that it told."""
    load(office, SATURDAY)
    first = roster_alert.alert_gaps(office.store, office.now)
    monkeypatch.setattr(roster_alert, "_told_on", lambda _: {})

    assert (1, 0) == (first, roster_alert.alert_gaps(office.store, office.now))
    assert 1 == count(office, OUTBOX)


@pytest.mark.clause("P2a")
def test_whoever_was_not_told_cannot_answer_and_the_attempt_is_kept(office: TestOffice) -> None:
    load(office, SATURDAY)
    put_right(office)
    number = rows(office)[0].id
    elsewhere = replace(actor_of(office.people["head1"]), office=9)

    refused = answer(office, number, actor_of(office.people["desk1"]))

    assert isinstance(refused, Refused)
    assert [("role", "Only {roles} may do this.", "P2a", ("manager",))] == [
        (one.kind, one.sentence, one.clause, one.who) for one in refused.requirements
    ]
    assert 1 == count(office, REFUSALS)
    with pytest.raises(BadInput, match="no alarm with the number"):
        answer(office, number, elsewhere)
    assert rows(office)[0].acknowledged_at is None


@pytest.mark.clause("P2a")
def test_it_is_among_the_offices_alarms(office: TestOffice) -> None:
    load(office, SATURDAY)
    put_right(office)

    with office.store.reading() as session:
        listed = alarm_list(session, "court", person=office.people["desk1"], unanswered=True)

    assert [(None, "roster_gap", "head2"), (None, "roster_gap", "head1")] == [
        (alarm.ref, alarm.kind, alarm.person) for alarm in listed
    ]


@pytest.mark.clause("P2a")
def test_looking_costs_one_query_an_office_and_none_once_it_was_told(office: TestOffice) -> None:
    load(office, SATURDAY)
    with office.store.reading() as session:
        office.store.offices(session.connection())
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(office.store.engine, "before_cursor_execute", note)
    for _ in range(3):
        roster_alert.alert_gaps(office.store, office.now)

    assert 1 == sum("roster_slot" in statement or "absence" in statement for statement in sent)
