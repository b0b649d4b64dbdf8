"""The flows without a server: what they say when something goes wrong, how the watch keeps time, and what is deployed."""

from __future__ import annotations

import traceback
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, cast

import pytest
import yaml
from prefect import Flow
from sqlalchemy import select

import models
from casework.boards import boards
from casework.clock import FrozenClock
from casework.doctor import EXPECTED
from casework.errors import StoreProblem
from casework.watch import heartbeats
from flows import board
from flows.anchor import anchor
from flows.deployments import SERVED, deployments
from flows.keeper import Keeper
from flows.names import ANCHOR, ARCHIVE, FOLLOW_UP, RECONCILE, WATCH
from flows.quiet import RunFailed, hushed, quiet
from flows.vigil import Vigil
from tests.building import KEY, MONDAY, TestOffice, a_callout, a_complaint, a_store, an_office
from tests.outside import Outside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from casework.watch import Swept
    from flows.prefect_side import PrefectSide

DEADLINES = models.table(models.Deadline)
YAML = Path(__file__).parent.parent.parent / "prefect.yaml"


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    yield an_office(store, FrozenClock(MONDAY))
    store.close()


class Second(Event):
    """Stands in for waiting: each wait moves the clock on by as much. Stops after so many."""

    def __init__(self, clock: FrozenClock, looks: int) -> None:
        super().__init__()
        self.clock, self.looks = clock, looks

    def wait(self, timeout: float | None = None) -> bool:
        self.clock.advance(seconds=timeout or 0)
        self.looks -= 1
        if self.looks <= 0:
            self.set()
        return self.is_set()


def a_vigil(office: TestOffice, told: list[Swept], outside: Outside | None = None) -> Vigil:
    return Vigil(office.store, office.clock, outside or Outside(), "test", "watch", told.append)


def test_of_an_error_only_its_class_its_place_and_the_case_cross_to_prefect() -> None:
    @quiet
    def run(ref: str) -> None:
        raise KeyError("王小明 13800000000")

    with pytest.raises(RunFailed) as caught:
        run("c-7k3m9qv2xw")

    assert str(caught.value).startswith("KeyError at tests/flows/test_flows.py:")
    assert str(caught.value).endswith(" c-7k3m9qv2xw")
    assert caught.value.__context__ is None
    assert "KeyError: " not in "".join(traceback.format_exception(caught.value))


def test_what_goes_well_passes_unchanged() -> None:
    assert 3 == hushed(lambda: 3)


@pytest.mark.clause("X3")
def test_a_vigil_looks_once_a_second_and_fires_what_is_due(office: TestOffice) -> None:
    told: list[Swept] = []
    a_callout(office, "fire")
    began = office.now

    done = a_vigil(office, told).keep(
        lambda at: at < began + timedelta(minutes=4), Second(office.clock, 1000)
    )

    assert 3 == done.fired
    assert [1, 1, 1] == [batch.fired for batch in told]
    with office.store.reading() as session:
        wanted = select(DEADLINES.c.due_at, DEADLINES.c.fired_at).where(DEADLINES.c.status == "fired")
        waits = [row.fired_at - row.due_at for row in session.connection().execute(wanted)]
        assert office.now - heartbeats(session)["watch"].at <= timedelta(seconds=6)
    assert max(waits) <= timedelta(seconds=1)


def test_a_vigil_outlives_a_database_that_is_away_for_a_while(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_callout(office, "fire")
    vigil = a_vigil(office, [])
    tries = iter(range(100))
    once = vigil.once

    def sometimes(at: datetime) -> None:
        if next(tries) < 5:
            raise StoreProblem("The database cannot be reached or written.")
        once(at)

    monkeypatch.setattr(vigil, "once", sometimes)

    assert 1 == vigil.keep(lambda _: True, Second(office.clock, 10)).fired


def test_a_vigil_whose_database_stays_away_fails_so_that_somebody_sees_it(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    vigil = a_vigil(office, [])

    def never(_at: datetime) -> None:
        raise StoreProblem("The database cannot be reached or written.")

    monkeypatch.setattr(vigil, "once", never)
    with pytest.raises(StoreProblem):
        vigil.keep(lambda _: True, Second(office.clock, 1000))


def test_a_channel_that_hangs_makes_no_deadline_late(office: TestOffice) -> None:
    release = Event()

    class Hanging(Outside):
        def event(self, told: object) -> None:  # noqa: ARG002 - it hangs whatever it is told
            release.wait(20)

    a_complaint(office, in_state="handling")
    a_callout(office, "fire")
    began = office.now
    vigil = a_vigil(office, [], Hanging())
    stop = Second(office.clock, 200)
    try:
        for _ in range(200):
            vigil.once(office.now)
            stop.wait(1)
    finally:
        release.set()
    with office.store.reading() as session:
        wanted = select(DEADLINES.c.fired_at).where(
            DEADLINES.c.status == "fired", DEADLINES.c.breach, DEADLINES.c.kind == "fire_arrival"
        )
        fired_at = session.connection().execute(wanted).scalar_one()

    assert fired_at <= began + timedelta(minutes=3, seconds=1)


@pytest.mark.clause("X3")
def test_the_keeper_asks_for_a_watch_and_stands_in_for_it(office: TestOffice) -> None:
    asked: list[str] = []

    class Asked(Outside):
        def ask_for(self, deployment: str) -> None:
            asked.append(deployment)

    a_callout(office, "fire")
    office.clock.advance(minutes=4)
    keeper = Keeper(office.store, office.clock, cast("PrefectSide", Asked()), Second(office.clock, 3))

    keeper.once(office.now)

    assert [WATCH, RECONCILE] == asked
    with office.store.reading() as session:
        assert "3 due · 3 fired · 0 refused" == heartbeats(session)["stand-in"].detail


def test_the_keeper_leaves_a_watch_that_is_at_work_alone(office: TestOffice) -> None:
    a_vigil(office, []).once(office.now)
    keeper = Keeper(office.store, office.clock, cast("PrefectSide", None), Event())

    keeper.once(office.now)

    with office.store.reading() as session:
        assert ["watch"] == list(heartbeats(session))


def test_a_board_shows_counts_and_references_and_nothing_of_a_case(office: TestOffice) -> None:
    ref = a_callout(office, "fire")
    a_complaint(office)
    office.clock.advance(minutes=4)
    a_vigil(office, []).once(office.now)
    with office.store.reading() as session:
        drawn = {
            one.procedure.name: board.markdown(one, "en", office.now) for one in boards(session, office.now)
        }

    callout = drawn["property.callout"]
    assert "reported<br/>1" in callout
    assert "## Broken and not done: 1" in callout
    assert f"| {ref} | fire arrival |" in callout
    assert "## Due within 24 hours: 3" in drawn["property.complaint"]
    assert not [
        text
        for text in drawn.values()
        for canary in ("王小明", "13800000000", "no water", "2026-0000")
        if canary in text
    ]


@pytest.mark.clause("X2")
def test_the_anchor_of_the_day_is_made_and_a_place_that_fails_fails_the_run(
    office: TestOffice,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad = tmp_path / "bad"
    bad.write_text("a file where a folder should be", encoding="utf-8")
    for name, value in {
        "HOME": str(tmp_path), "DATABASE": database_url, "KEY": KEY, "ANCHORS": f"{tmp_path / 'good'} {bad}/secret-word",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"DUECOURSE_{name}", value)
    office.register()

    with pytest.raises(RunFailed) as caught:
        anchor.fn()

    assert str(caught.value).startswith("RunFailed at flows/anchor.py:")
    assert "place 2 of DUECOURSE_ANCHORS: NotADirectoryError" in caplog.text
    assert "secret-word" not in caplog.text
    for folder in ("anchors", "good"):
        assert ["anchor-000001.jsonl"] == [path.name for path in (tmp_path / folder).iterdir()]


def test_prefect_yaml_and_what_is_served_say_the_same() -> None:
    stated = yaml.safe_load(YAML.read_text(encoding="utf-8"))["deployments"]
    served = [
        {"name": one.name, "description": one.description, "entrypoint": one.entrypoint, "tags": one.tags, "cron": [getattr(s.schedule, "cron", None) for s in one.schedules or []]}
        for one in deployments()
    ]  # fmt: skip

    assert served == [
        {name: one[name] for name in ("name", "description", "entrypoint", "tags")}
        | {"cron": [s["cron"] for s in one["schedules"]]}
        for one in stated
    ]
    assert {"process"} == {one["work_pool"]["name"] for one in stated}


def test_every_entry_point_is_a_flow_that_can_be_imported() -> None:
    for one in yaml.safe_load(YAML.read_text(encoding="utf-8"))["deployments"]:
        module, _, name = one["entrypoint"].rpartition(".")
        assert isinstance(getattr(import_module(module), name), Flow)


def test_the_names_by_which_runs_are_asked_for_and_examined_are_those_served() -> None:
    full = {f"{served.flow.name}/{served.flow.name}" for served in SERVED}

    assert {WATCH, FOLLOW_UP, ARCHIVE, ANCHOR, RECONCILE} == full
    assert set(EXPECTED) == {served.flow.name for served in SERVED}


def test_no_flow_prints_into_prefect_or_keeps_what_it_returns() -> None:
    """And none takes anything but references and counts."""
    taken: dict[str, Any] = {served.flow.name: sorted(served.flow.parameters.properties) for served in SERVED}

    assert {
        "deadline-watch": ["seconds"],
        "reconcile": [],
        "archive": [],
        "anchor": [],
        "follow-up": ["ref"],
    } == taken
    assert {(False, False)} == {(served.flow.log_prints, served.flow.persist_result) for served in SERVED}


def test_a_watch_lasts_longer_than_until_the_next_one() -> None:
    watch = SERVED[0]

    assert watch.cron == "*/5 * * * *"
    assert watch.flow.parameters.properties["seconds"]["default"] >= 300 + 60
