"""The whole thing with a real Prefect server, started as `duecourse up` starts it. Each test stands by itself; all share one server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sqlalchemy import select

import models
from casework import reconcile
from casework.watch import heartbeats
from desk.up import WATCH
from flows.names import RECONCILE
from flows.prefect_side import PrefectSide
from tests.building import a_callout, a_complaint
from tests.waiting import wait_until

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

    from tests.building import TestOffice
    from tests.flows.conftest import Installation

pytestmark = pytest.mark.xdist_group("prefect")

ALARMS = models.table(models.Alarm)
CASES = models.table(models.Case)
DEADLINES = models.table(models.Deadline)
EVENTS = models.table(models.Event)
VISITS = models.table(models.Visit)
CANARIES = (
    "王小明",
    "13800000000",
    "the pump hums all night",
    "no water",
    "block 3",
    "C-2026-0000",
    "R-2026-0000",
    "陳一",
    "林八",
)


SEARCH = """
import pathlib, sys
files = [path for path in pathlib.Path(sys.argv[1]).rglob("*") if path.is_file()]
print(len(files))
for path in files:
    for canary in sys.argv[2:]:
        if canary.encode() in path.read_bytes():
            print(path, canary)
"""


def ask(there: Installation, path: str, body: object | None = None, method: str = "POST") -> Any:
    """Ask Prefect's own API; again where its database was busy."""
    assert there.running is not None
    address = f"{there.running.address}/api{path}"

    def answer() -> httpx.Response | None:
        answered = httpx.request(method, address, json=body, timeout=20)
        return None if answered.status_code == httpx.codes.SERVICE_UNAVAILABLE else answered

    answered = wait_until(answer, seconds=30, why=f"{path} was busy")
    assert answered is not None
    answered.raise_for_status()
    return answered.json() if answered.content else None


def runs_of(there: Installation, flow: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(
        there, "/flow_runs/filter", {"flows": {"name": {"any_": [flow]}}, "limit": 200}
    )
    return found


def rows(office: TestOffice, table: Any, *where: Any) -> list[Row[Any]]:
    with office.store.reading() as session:
        return list(session.connection().execute(select(table).where(*where).order_by(table.c.id)).all())


def beat_at(there: Installation) -> datetime:
    with there.office.store.reading() as session:
        return heartbeats(session)[WATCH].at


def test_the_flows_are_deployed_and_the_scheduler_has_made_their_runs(installation: Installation) -> None:
    """With a SQLAlchemy that Prefect does not bear, the server looks well and this never happens."""
    found = {one["name"]: one for one in ask(installation, "/deployments/filter", {})}

    assert {"anchor", "deadline-watch", "reconcile", "archive", "follow-up"} == set(found)
    wait_until(
        lambda: [run for run in runs_of(installation, "deadline-watch") if run["auto_scheduled"]], seconds=90, why="no scheduled run was made", every=1
    )  # fmt: skip


def test_a_scheduled_run_of_a_deployed_flow_really_happens(installation: Installation) -> None:
    archive = next(one for one in ask(installation, "/deployments/filter", {}) if one["name"] == "archive")
    often = {"schedules": [{"active": True, "schedule": {"interval": 10}}]}
    ask(installation, f"/deployments/{archive['id']}", often, method="PATCH")

    done = wait_until(
        lambda: [run for run in runs_of(installation, "archive") if run["auto_scheduled"] and run["state_type"] == "COMPLETED"],
        seconds=120, why="no scheduled run has completed", every=1,
    )  # fmt: skip

    before = {
        "schedules": [{"active": one["active"], "schedule": one["schedule"]} for one in archive["schedules"]]
    }
    ask(installation, f"/deployments/{archive['id']}", before, method="PATCH")
    assert done[0]["name"].endswith("0 archived · 0 refused · 0 failed")


@pytest.mark.clause("P6c", "X3")
def test_a_fire_call_reported_two_minutes_fifty_ago_is_broken_and_escalated_within_two_seconds_of_three_minutes(
    installation: Installation,
) -> None:
    office = installation.office
    reported = office.now - timedelta(minutes=2, seconds=50)
    ref = a_callout(office, "fire", reported_ago=timedelta(minutes=2, seconds=50))
    case_id = rows(office, CASES, CASES.c.ref == ref)[0].id

    def alarmed() -> list[dict[str, Any]]:
        return [
            post
            for post in installation.receiver.posts
            if ref in post["message"] and post["title"] == "A deadline was missed"
        ]

    wait_until(lambda: len(alarmed()) == 3, seconds=30, why="manager and superior were not told", every=0.05)
    told_at = office.now
    breach = rows(
        office, DEADLINES, DEADLINES.c.case_id == case_id, DEADLINES.c.status == "fired", DEADLINES.c.breach
    )[0]

    assert timedelta(0) < breach.fired_at - breach.due_at <= timedelta(seconds=2)
    assert timedelta(minutes=3) == breach.due_at - breach.anchor_at
    assert told_at - reported <= timedelta(minutes=3, seconds=10)
    assert ["breached"] == [
        event.kind for event in rows(office, EVENTS, EVENTS.c.case_id == case_id, EVENTS.c.kind == "breached")
    ]
    assert {"head1", "head2", "board1"} == {
        handle
        for handle, person in office.people.items()
        if person.id in {a.person_id for a in rows(office, ALARMS, ALARMS.c.rung == 2)}
    }


def a_breach(office: TestOffice) -> str:
    """A fire call that was reported almost three minutes ago, and is broken now."""
    ref = a_callout(office, "fire", reported_ago=timedelta(minutes=2, seconds=58))
    case_id = rows(office, CASES, CASES.c.ref == ref)[0].id
    broken = DEADLINES.c.case_id == case_id, DEADLINES.c.status == "fired", DEADLINES.c.breach
    wait_until(lambda: rows(office, DEADLINES, *broken), seconds=30, why="nobody watched")
    return ref


def test_prefect_shows_the_batch_and_is_told_of_the_breach(installation: Installation) -> None:
    ref = a_breach(installation.office)
    wait_until(
        lambda: any(
            "1 due · 1 fired · 0 refused" == batch["name"]
            for batch in ask(installation, "/task_runs/filter", {})
        ),
        seconds=30,
        why="no task run for the batch",
    )
    wanted = {
        "filter": {
            "event": {"name": ["duecourse.case.breached"]},
            "resource": {"id": [f"duecourse.case.{ref}"]},
        }
    }
    events = wait_until(
        lambda: ask(installation, "/events/filter", wanted)["events"],
        seconds=30,
        why="no event of the breach",
    )

    assert {
        "procedure": "property.callout",
        "name": "fire_arrival",
        "from": "reported",
        "to": "reported",
    } == events[0]["payload"]


def a_callback(office: TestOffice) -> tuple[str, int]:
    complaint = a_complaint(office, in_state="remedied")
    parent = rows(office, CASES, CASES.c.ref == complaint)[0]
    child = rows(office, CASES, CASES.c.parent_id == parent.id)[0]
    return str(child.ref), int(child.id)


@pytest.mark.clause("P6b")
def test_a_visit_is_a_scheduled_run_and_comes_back_when_the_run_is_cancelled(
    installation: Installation,
) -> None:
    office = installation.office
    ref, case_id = a_callback(office)

    def run_id(not_this: str | None = None) -> str | None:
        visit = rows(office, VISITS, VISITS.c.case_id == case_id)[-1]
        return visit.run_id if visit.run_id != not_this else None

    first = wait_until(run_id, seconds=30, why="the visit has no run")
    run = ask(installation, f"/flow_runs/{first}", method="GET")
    assert ("SCHEDULED", {"ref": ref}, f"visit {ref} · 0") == (
        run["state_type"],
        run["parameters"],
        run["name"],
    )
    ask(
        installation,
        f"/flow_runs/{first}/set_state",
        {"state": {"type": "CANCELLED", "name": "Cancelled"}, "force": True},
    )

    reconcile.repair_visits(office.store, office.now, PrefectSide())

    second = run_id(first)
    assert second
    again = ask(installation, f"/flow_runs/{second}", method="GET")
    assert ("SCHEDULED", run["expected_start_time"]) == (again["state_type"], again["expected_start_time"])


@pytest.mark.clause("P6b")
def test_when_its_time_comes_the_follow_up_run_tells_those_who_call(installation: Installation) -> None:
    office = installation.office
    ref, case_id = a_callback(office)
    soon = office.now + timedelta(seconds=8)
    office.record(ref, "appointment", office.staff(2), planned_at=soon.isoformat())

    wait_until(
        lambda: any(ref in post["message"] and post["title"] == "A visit is due" for post in installation.receiver.posts),
        seconds=90, why="nobody was told of the visit", every=0.5,
    )  # fmt: skip

    assert ["announced"] == [
        event.kind
        for event in rows(office, EVENTS, EVENTS.c.case_id == case_id, EVENTS.c.kind == "announced")
    ]
    done = wait_until(
        lambda: [run for run in runs_of(installation, "follow-up") if run["state_type"] == "COMPLETED"], seconds=30, why="the run has not ended"
    )  # fmt: skip
    assert [f"visit {ref} · told"] == [run["name"] for run in done]


def test_reconcile_draws_a_board_for_each_procedure(installation: Installation) -> None:
    ref = a_breach(installation.office)
    PrefectSide().ask_for(RECONCILE)
    newest = {"artifacts": {"key": {"any_": ["board-property-callout"]}}}

    def board() -> str:
        found = ask(installation, "/artifacts/latest/filter", newest)
        drawn = str(found[0]["data"]) if found else ""
        return drawn if f"| {ref} | fire arrival |" in drawn.partition("## Due")[0] else ""

    drawn = wait_until(board, seconds=90, why="the board does not show the breach", every=1)
    assert "```mermaid\nflowchart TD" in drawn
    assert "## Broken and not done: " in drawn


@pytest.mark.clause("X3")
def test_a_watch_that_is_killed_loses_nothing_and_another_one_takes_over(installation: Installation) -> None:
    office = installation.office
    _kill_watches(installation)
    killed_at = office.now
    ref = a_callout(office, "fire", reported_ago=timedelta(minutes=2, seconds=57))
    case_id = rows(office, CASES, CASES.c.ref == ref)[0].id

    broken = wait_until(
        lambda: rows(office, DEADLINES, DEADLINES.c.case_id == case_id, DEADLINES.c.status == "fired", DEADLINES.c.breach),
        seconds=60, why="nobody watched",
    )  # fmt: skip
    wait_until(
        lambda: beat_at(installation) > killed_at, seconds=90, why="no other watch was started", every=0.5
    )

    assert broken[0].fired_at - broken[0].due_at <= timedelta(seconds=20)


def _kill_watches(installation: Installation) -> None:
    """Kill the processes of the watch's runs, as a machine that fails would."""
    assert installation.running is not None
    group = installation.running.children[1].process.pid
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != group and _group_of(entry) == group:
            os.kill(int(entry.name), signal.SIGKILL)


def _group_of(process: Path) -> int:
    try:
        return os.getpgid(int(process.name))
    except ProcessLookupError:
        return 0


def test_nothing_of_a_case_is_found_in_prefect_or_in_a_log(installation: Installation) -> None:
    """Names, telephones, what was written, register numbers: in none of the files of Prefect, nor in ours in plain text."""
    a_breach(installation.office)
    a_callback(installation.office)
    PrefectSide().ask_for(RECONCILE)
    wait_until(
        lambda: any(run["state_type"] == "COMPLETED" for run in runs_of(installation, "reconcile")), seconds=90, why="reconcile has not run", every=1
    )  # fmt: skip
    # In a process of its own: one that opens and closes a database file loses SQLite's locks on it.
    searched = subprocess.run(
        [sys.executable, "-c", SEARCH, str(installation.settings.home), *CANARIES], capture_output=True, text=True, check=True
    )  # fmt: skip
    found = searched.stdout.split("\n")

    assert [""] == found[1:]
    assert int(found[0]) > 5


def test_it_stops_with_everything_it_started_and_starts_again_on_the_same_data(
    installation: Installation,
) -> None:
    assert installation.running is not None
    office = installation.office
    _, case_id = a_callback(office)
    visit = wait_until(
        lambda: rows(office, VISITS, VISITS.c.case_id == case_id, VISITS.c.run_id.is_not(None)), seconds=30, why="the visit has no run"
    )[0]  # fmt: skip
    groups = [child.process.pid for child in installation.running.children]
    stopped_at = office.now
    installation.stop()
    assert [] == [group for group in groups if _lives(group)]

    installation.start()

    assert beat_at(installation) > stopped_at
    assert "SCHEDULED" == ask(installation, f"/flow_runs/{visit.run_id}", method="GET")["state_type"]


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
