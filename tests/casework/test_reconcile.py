"""Visits and their runs, due dates and their days: what has come apart is put right."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

import models
from casework import reconcile
from casework.clock import FrozenClock
from casework.deliver import NotReachable, VisitRun
from casework.dispatch import dispatch
from casework.errors import BadInput
from casework.offices import touch_offices
from tests.building import MONDAY, TestOffice, a_complaint, a_store, an_office, called_back
from tests.outside import Outside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Row

ALARMS = models.table(models.Alarm)
DEADLINES = models.table(models.Deadline)
EVENTS = models.table(models.Event)
VISITS = models.table(models.Visit)
CASES = models.table(models.Case)


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    yield an_office(store, FrozenClock(MONDAY))
    store.close()


def visits(office: TestOffice) -> list[Row[Any]]:
    with office.store.reading() as session:
        return list(session.connection().execute(select(VISITS).order_by(VISITS.c.id)).all())


def a_callback(office: TestOffice) -> str:
    """A complaint is handled; its callback is planned."""
    a_complaint(office, in_state="remedied")
    with office.store.reading() as session:
        wanted = select(CASES.c.ref).where(CASES.c.procedure == "common.followup")
        return str(session.connection().execute(wanted).scalar_one())


def announce(office: TestOffice, ref: str) -> bool:
    with office.store.transaction() as session:
        return reconcile.announce_visit(session, ref, office.now)


@pytest.mark.clause("P6b")
def test_a_planned_visit_is_exactly_one_run_known_by_its_reference(office: TestOffice) -> None:
    ref = a_callback(office)
    outside = Outside()
    dispatch(office.store, office.now, outside)
    reconcile.reconcile(office.store, office.now, outside)

    run = next(iter(outside.runs.values()))
    assert (1, ref, 0, f"visit:{ref}:0", "common.followup", "court") == (
        len(outside.runs), run.ref, run.rev, run.key, run.procedure, run.office,
    )  # fmt: skip
    assert [("submitted", run.planned_at)] == [(visit.status, visit.planned_at) for visit in visits(office)]


@pytest.mark.clause("P6b")
def test_moving_a_visit_moves_its_run(office: TestOffice) -> None:
    ref = a_callback(office)
    outside = Outside()
    dispatch(office.store, office.now, outside)
    later = office.now + timedelta(days=5)
    office.record(ref, "appointment", office.staff(2), planned_at=later.isoformat())

    dispatch(office.store, office.now, outside)

    assert ["00000001-run"] == outside.dropped
    assert (f"visit:{ref}:1", later) == (
        outside.runs["00000002-run"].key,
        outside.runs["00000002-run"].planned_at,
    )
    assert [("cancelled", None), ("submitted", "00000002-run")] == [
        (visit.status, visit.run_id) for visit in visits(office)
    ]


@pytest.mark.clause("P6b")
def test_a_visit_that_is_done_needs_no_run(office: TestOffice) -> None:
    ref = a_callback(office)
    outside = Outside()
    dispatch(office.store, office.now, outside)
    called_back(office, ref, by=office.staff(2), content=True)

    dispatch(office.store, office.now, outside)

    assert ["00000001-run"] == outside.dropped
    assert ["done"] == [visit.status for visit in visits(office)]


@pytest.mark.clause("P6b")
def test_cancelling_a_run_never_cancels_a_visit(office: TestOffice) -> None:
    ref = a_callback(office)
    outside = Outside()
    dispatch(office.store, office.now, outside)
    outside.ended.add("00000001-run")  # somebody cancelled it in Prefect

    assert 1 == reconcile.reconcile(office.store, office.now, outside).runs
    assert 0 == reconcile.reconcile(office.store, office.now, outside).runs

    assert f"visit:{ref}:0:00000001" == outside.runs["00000002-run"].key
    assert [("submitted", "00000002-run")] == [(visit.status, visit.run_id) for visit in visits(office)]


@pytest.mark.clause("P6b")
def test_two_that_make_the_same_run_at_once_leave_it_to_the_visit(office: TestOffice) -> None:
    """Both are given the same run for the same key; the slower one must not take it for a run too many."""
    a_callback(office)

    class Overtaken(Outside):
        """While the run is made, somebody else settles the same visit."""

        seen: list[str]

        def plan_visit(self, run: VisitRun) -> str:
            made = super().plan_visit(run)
            if made not in self.seen:
                self.seen.append(made)
                reconcile.repair_visits(office.store, office.now, self)
            return made

    outside = Overtaken()
    outside.seen = []
    dispatch(office.store, office.now, outside)
    outside.ended.add("00000001-run")
    reconcile.repair_visits(office.store, office.now, outside)

    assert [] == outside.dropped
    assert [("submitted", "00000002-run")] == [(visit.status, visit.run_id) for visit in visits(office)]


@pytest.mark.clause("P6b")
def test_a_run_that_has_done_its_work_is_not_made_again(office: TestOffice) -> None:
    ref = a_callback(office)
    outside = Outside()
    dispatch(office.store, office.now, outside)
    office.clock.set(visits(office)[0].planned_at)
    assert announce(office, ref)
    outside.ended.add("00000001-run")

    assert 0 == reconcile.reconcile(office.store, office.now, outside).runs


def test_while_prefect_is_down_visits_wait_and_are_planned_afterwards(office: TestOffice) -> None:
    a_callback(office)
    outside = Outside(down=True)
    dispatch(office.store, office.now, outside)
    with pytest.raises(NotReachable):
        reconcile.reconcile(office.store, office.now, outside)
    outside.down = False

    assert 1 == reconcile.reconcile(office.store, office.now, outside).runs
    assert ["submitted"] == [visit.status for visit in visits(office)]


@pytest.mark.clause("P6b")
def test_when_a_visit_is_due_those_who_call_are_told_once(office: TestOffice) -> None:
    ref = a_callback(office)
    office.clock.set(visits(office)[0].planned_at)

    assert announce(office, ref)
    assert not announce(office, ref)
    dispatch(office.store, office.now, Outside())

    with office.store.reading() as session:
        told = session.connection().execute(select(ALARMS).where(ALARMS.c.kind == "visit")).all()
        noted = session.connection().execute(select(EVENTS).where(EVENTS.c.kind == "announced")).all()
    assert [("staff", "P6b")] * 3 == [(alarm.role, alarm.clause) for alarm in told]
    assert [("prefect", {"rev": 0})] == [(e.actor_kind, json.loads(e.clear)) for e in noted]


def test_a_visit_that_is_over_is_announced_to_nobody(office: TestOffice) -> None:
    ref = a_callback(office)
    called_back(office, ref, by=office.staff(2), content=True)

    assert not announce(office, ref)


def test_only_a_follow_up_has_visits(office: TestOffice) -> None:
    ref = a_complaint(office)
    with pytest.raises(BadInput, match="not one of visits"):
        announce(office, ref)


@pytest.mark.clause("X4")
def test_a_due_date_moves_when_the_office_declares_a_day_off_and_the_case_says_so(office: TestOffice) -> None:
    a_complaint(office, in_state="handling")
    reconcile.rederive(office.store, office.now)
    before = _due(office)
    with office.store.transaction() as session:
        connection = session.connection()
        day_off = {
            "office_id": office.people["desk1"].office_id,
            "day": date(2026, 3, 3),
            "working": False,
            "reason": "flood",
        }
        connection.execute(insert(models.table(models.DayOverride)), day_off)
        touch_offices(connection, "a day off", office.now)

    assert 3 == reconcile.rederive(office.store, office.now)
    assert 0 == reconcile.rederive(office.store, office.now)

    after = _due(office)
    assert all(new > old for new, old in zip(after, before, strict=True))
    with office.store.reading() as session:
        noted = (
            session.connection()
            .execute(select(EVENTS).where(EVENTS.c.kind == "rederived").order_by(EVENTS.c.id))
            .all()
        )
    assert [(before[0].isoformat(), after[0].isoformat())] == [
        (told["was"], told["is"]) for e in noted if (told := json.loads(e.clear))["rung"] == 0
    ]


def test_paused_schedules_are_resumed(office: TestOffice) -> None:
    outside = Outside(paused=["deadline-watch"])

    assert 1 == reconcile.reconcile(office.store, office.now, outside).schedules
    assert outside.zombies_before == office.now - reconcile.ZOMBIE


def _due(office: TestOffice) -> list[Any]:
    with office.store.reading() as session:
        wanted = (
            select(DEADLINES.c.due_at)
            .where(models.ARMED, DEADLINES.c.clock != "24x7")
            .order_by(DEADLINES.c.rung)
        )
        return list(session.connection().execute(wanted).scalars().all())
