"""The deadline watch: what fires, what does not, in which order, and what happens to a deadline that cannot be fired."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, insert, select, text, update
from sqlalchemy.exc import OperationalError

import models
from casework import hand, watch
from casework.clock import FrozenClock
from casework.errors import StoreProblem
from casework.watch import LEASE, MOST_ATTEMPTS, Swept
from states.law import property_callout_2026 as callout
from states.law.roles import clock
from tests.building import MONDAY, TestOffice, a_callout, a_complaint, a_store, an_office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Row

DEADLINES = models.table(models.Deadline)
EVENTS = models.table(models.Event)
OUTBOX = models.table(models.Outbox)
REFUSALS = models.table(models.Refusal)
FIRST_RUNG = (DEADLINES.c.kind == "fire_arrival") & (DEADLINES.c.rung == 0)


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    yield an_office(store, FrozenClock(MONDAY))
    store.close()


def sweep(office: TestOffice, *, worker: str = "one", limit: int = 200) -> Swept:
    return watch.sweep(office.store, office.now, limit=limit, worker=worker)


def rungs(office: TestOffice, kind: str | None = None) -> list[Row[Any]]:
    wanted = select(DEADLINES).order_by(DEADLINES.c.due_at, DEADLINES.c.rung, DEADLINES.c.id)
    if kind is not None:
        wanted = wanted.where(DEADLINES.c.kind == kind)
    with office.store.reading() as session:
        return list(session.connection().execute(wanted).all())


def fired(office: TestOffice, kind: str | None = None) -> list[tuple[str, int]]:
    return [(row.kind, row.rung) for row in rungs(office, kind) if row.status == "fired"]


def happened(office: TestOffice, *kinds: str) -> list[Row[Any]]:
    wanted = select(EVENTS).where(EVENTS.c.kind.in_(kinds or ("breached", "reminded"))).order_by(EVENTS.c.id)
    with office.store.reading() as session:
        return list(session.connection().execute(wanted).all())


def change(office: TestOffice, where: Any, **values: object) -> None:
    with office.store.transaction() as session:
        session.connection().execute(update(DEADLINES).where(where).values(**values))


@pytest.mark.clause("P6c", "X3")
def test_a_fire_call_that_nobody_answers_is_broken_at_three_minutes_and_never_before(
    office: TestOffice,
) -> None:
    a_callout(office, "fire")
    office.clock.advance(minutes=3)

    sweep(office)
    assert [("fire_arrival", 0), ("fire_arrival", 1)] == fired(office)

    office.clock.advance(seconds=0.000001)
    sweep(office)
    assert [("fire_arrival", 0), ("fire_arrival", 1), ("fire_arrival", 2)] == fired(office)
    assert ["reminded", "reminded", "breached"] == [e.kind for e in happened(office)]
    assert not rungs(office, "fire_arrival")[2].late


@pytest.mark.clause("P6c", "X3")
def test_an_arrival_in_the_last_moment_is_in_time_even_if_the_watch_looks_later(office: TestOffice) -> None:
    ref = a_callout(office, "fire")
    office.clock.advance(minutes=3)
    office.record(ref, "fire_crew", office.actor("guard1"), who="guard1")
    office.clock.advance(minutes=1)

    sweep(office)

    assert not [row for row in rungs(office, "fire_arrival") if row.status == "fired" and row.breach]


@pytest.mark.clause("X3")
def test_a_rung_fires_once_however_often_the_watch_looks(office: TestOffice) -> None:
    a_callout(office, "fire")
    office.clock.advance(minutes=4)

    assert Swept(due=3, fired=3) == sweep(office)
    assert Swept() == sweep(office, worker="another")
    assert 3 == len(happened(office))


@pytest.mark.clause("X3")
def test_the_breach_says_who_is_told_by_which_clause(office: TestOffice) -> None:
    a_callout(office, "fire")
    office.clock.advance(minutes=4)
    sweep(office)

    breach = happened(office, "breached")[0]
    with office.store.reading() as session:
        alarms = [
            json.loads(payload)
            for payload in session.connection()
            .execute(select(OUTBOX.c.payload).where(OUTBOX.c.kind == "alarm"))
            .scalars()
        ]

    assert {"rung": 2, "tells": ["manager", "superior"], "clause": "P6c", "late": False} == json.loads(
        breach.clear
    )
    assert MONDAY + timedelta(minutes=3) == breach.happened_at
    assert office.now == breach.recorded_at
    assert [("fire_list",), ("fire_list",), ("manager", "superior")] == [tuple(a["tells"]) for a in alarms]


@pytest.mark.clause("X3")
def test_after_three_days_of_standstill_every_missed_rung_fires_once_in_order_and_is_marked_late(
    office: TestOffice,
) -> None:
    a_callout(office, "fire")
    a_complaint(office)
    a_callout(office, "repair")
    office.clock.advance(hours=72)

    while sweep(office, limit=3).due:
        pass

    missed = [row for row in rungs(office) if row.due_at < office.now and row.status != "cancelled"]
    assert {"fired"} == {row.status for row in missed}
    assert all(row.late for row in missed)
    by_case: dict[int, list[datetime]] = {}
    for entry in happened(office):
        by_case.setdefault(entry.case_id, []).append(entry.happened_at)
    assert len(missed) == sum(len(times) for times in by_case.values())
    assert all(times == sorted(times) for times in by_case.values())


@pytest.mark.clause("X3")
def test_rungs_of_one_case_fire_in_order_even_if_another_worker_claimed_the_first(office: TestOffice) -> None:
    """Two runs of the watch overlap; the one that has the later rung in hand does not overtake the other."""
    a_callout(office, "fire")
    office.clock.advance(minutes=4)
    first = rungs(office, "fire_arrival")[0]
    change(office, DEADLINES.c.id == first.id, claimed_by="other", lease_until=office.now + LEASE)

    swept = sweep(office)

    assert [0, 1, 2] == [json.loads(e.clear)["rung"] for e in happened(office)]
    assert 3 == swept.fired
    assert 2 == swept.due


@pytest.mark.clause("X3")
def test_what_a_killed_watch_had_claimed_is_fired_when_its_lease_is_over(office: TestOffice) -> None:
    a_callout(office, "fire")
    office.clock.advance(minutes=4)
    change(office, models.ARMED, claimed_by="killed", lease_until=office.now + LEASE)

    assert Swept() == sweep(office)
    office.clock.advance(seconds=LEASE.total_seconds())

    assert 3 == sweep(office).fired
    assert [None, None, None] == [row.claimed_by for row in rungs(office, "fire_arrival")[:3]]


@pytest.mark.clause("X3")
def test_a_timer_that_outlived_its_duty_does_nothing_but_leave_a_trace(office: TestOffice) -> None:
    """The door cancels what no longer runs; a timer that was put back by hand finds that under the lock."""
    ref = a_callout(office, "fire")
    office.record(ref, "fire_crew", office.actor("guard1"), who="guard1")
    change(
        office, (DEADLINES.c.kind == "fire_arrival") & (DEADLINES.c.rung == 2), status="armed", kept_at=None
    )
    office.clock.advance(minutes=4)

    swept = sweep(office)

    assert Swept(due=1, refused=1) == swept
    assert [] == happened(office)
    assert ("cancelled", "stale") == (
        rungs(office, "fire_arrival")[2].status,
        rungs(office, "fire_arrival")[2].error_code,
    )
    with office.store.reading() as session:
        trace = session.connection().execute(select(REFUSALS)).one()
    assert ("clock", "deadline", "fire_arrival") == (trace.actor_kind, trace.act_kind, trace.act)


@pytest.mark.clause("X3")
def test_a_deadline_that_cannot_be_fired_is_set_aside_and_holds_up_nothing(office: TestOffice) -> None:
    a_callout(office, "fire")
    change(office, FIRST_RUNG, tells="no list")
    a_callout(office, "fire")
    office.clock.advance(minutes=4)

    swept = sweep(office)

    assert (5, 1) == (swept.fired, swept.failed)
    for _ in range(MOST_ATTEMPTS):
        office.clock.advance(minutes=1)
        sweep(office)
    poison = next(row for row in rungs(office, "fire_arrival") if row.tells == "no list")
    assert ("dead", MOST_ATTEMPTS, "JSONDecodeError") == (poison.status, poison.attempts, poison.error_code)
    assert poison.claimed_by is None


@pytest.mark.clause("X3")
def test_a_deadline_set_aside_can_be_armed_again_once_the_cause_is_mended(office: TestOffice) -> None:
    a_callout(office, "fire")
    change(office, FIRST_RUNG, tells="no list")
    for _ in range(MOST_ATTEMPTS):
        office.clock.advance(minutes=5)
        sweep(office)
    change(office, DEADLINES.c.tells == "no list", tells='["fire_list"]')

    with office.store.transaction() as session:
        revived = watch.revive(session)
    swept = sweep(office)

    assert (1, 1) == (revived, swept.fired)


def test_a_database_that_cannot_be_written_is_not_the_fault_of_a_deadline(office: TestOffice) -> None:
    a_callout(office, "fire")
    office.clock.advance(minutes=4)

    def fail(_connection: Any, _cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO event"):
            raise OperationalError(statement, None, Exception("disk I/O error"))

    event.listen(office.store.engine, "before_cursor_execute", fail)
    with pytest.raises(StoreProblem):
        sweep(office)
    event.remove(office.store.engine, "before_cursor_execute", fail)
    office.clock.advance(seconds=LEASE.total_seconds())

    assert 3 == sweep(office).fired
    assert {0} == {row.attempts for row in rungs(office)}


@pytest.mark.clause("X3")
def test_the_clock_makes_its_move_at_the_last_rung(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No procedure of the property office has one; the bureau's will. The clock's move goes through the same requirements."""
    by_clock = replace(callout.stand_down, by=clock, needs=(), only=())
    _named(by_clock, "stand_down")
    deadline = replace(callout.work_due, runs_in=(callout.S.reported,), move=by_clock)
    _named(deadline, "work_due")
    changed = replace(
        callout.PROCEDURE,
        moves=tuple(by_clock if m.name == "stand_down" else m for m in callout.PROCEDURE.moves),
        deadlines=(deadline,),
    )
    monkeypatch.setattr(hand, "edition", lambda _name, _edition: changed)
    monkeypatch.setattr("casework.editions_approved.in_force", lambda _name, _day: changed)
    monkeypatch.setattr("casework.intake.note_edition", lambda *_: None)
    a_callout(office, "repair")
    office.clock.advance(days=2)

    sweep(office)

    moved = happened(office, "moved")
    assert [("stand_down", "clock", "stood_down")] == [(e.name, e.actor_kind, e.to_state) for e in moved]
    assert [("work_due", 0), ("work_due", 1)] == fired(office)


def _named(thing: Any, name: str) -> None:
    object.__setattr__(thing, "name", name)
    object.__setattr__(thing, "owner", "property.callout")


@pytest.mark.clause("X3")
def test_a_batch_is_limited_and_the_rest_comes_next(office: TestOffice) -> None:
    for _ in range(3):
        a_callout(office, "fire")
    office.clock.advance(minutes=4)

    first, second, third = (sweep(office, limit=4) for _ in range(3))

    assert (4, 4, 1) == (first.due, second.due, third.due)
    assert 9 == first.fired + second.fired + third.fired


def test_a_heartbeat_says_when_something_was_last_at_work(office: TestOffice) -> None:
    watch.beat(office.store, "watch", office.now, "idle")
    later = office.clock.advance(seconds=5)
    watch.beat(office.store, "watch", later, "busy")

    with office.store.reading() as session:
        assert {"watch": watch.Beat(later, "busy")} == watch.heartbeats(session)


def test_nothing_due_is_nothing_to_do(office: TestOffice) -> None:
    with office.store.reading() as session:
        assert watch.Look(deadlines=False, outbox=False, alarms=False) == watch.look(session, office.now)
    assert "0 due · 0 fired · 0 refused" == str(sweep(office))


def test_the_look_of_the_idle_watch_is_one_statement_on_partial_indexes(office: TestOffice) -> None:
    """Its cost follows what is due, not what is armed."""
    plan = _plan_of(office, lambda session: watch.look(session, office.now))

    assert "ix_deadline_due_at_armed" in plan
    assert "ix_outbox_not_before_undone" in plan
    assert "ix_alarm_escalate_at_unanswered" in plan


def test_claiming_reads_the_partial_index_too(office: TestOffice) -> None:
    plan = _plan_of(
        office,
        lambda session: watch._CLAIM.run(
            session.connection(), {"at": office.now, "n": 1, "worker": "w", "until": office.now}
        ),
    )

    assert "ix_deadline_due_at_armed" in plan


def _plan_of(office: TestOffice, act: Any) -> str:
    """How the database would run the one statement of an act."""
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            said.append((statement, parameters))

    event.listen(office.store.engine, "before_cursor_execute", note)
    with office.store.transaction() as session:
        act(session)
        event.remove(office.store.engine, "before_cursor_execute", note)
        assert 1 == len(said)
        explain = "EXPLAIN QUERY PLAN " if session.connection().dialect.name == "sqlite" else "EXPLAIN "
        if explain == "EXPLAIN ":
            session.connection().execute(text("SET LOCAL enable_seqscan = off"))
        rows = session.connection().exec_driver_sql(explain + said[0][0], said[0][1]).all()
    return "\n".join(str(row) for row in rows)


def test_the_sweep_of_few_due_costs_the_same_among_many_armed(office: TestOffice) -> None:
    """Counted in statements: what is armed and not due is never touched."""
    a_callout(office, "fire")
    office.clock.advance(minutes=4)
    far = {**rungs(office)[0]._asdict(), "due_at": office.now + timedelta(days=9), "entry": 0}
    del far["id"]
    with office.store.transaction() as session:
        rows = [{**far, "kind": f"k{n}"} for n in range(500)]
        session.connection().execute(insert(DEADLINES), rows)

    assert 3 == sweep(office).due
    assert 500 == len([row for row in rungs(office) if row.kind.startswith("k") and row.status == "armed"])
