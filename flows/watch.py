"""The deadline watch as Prefect runs it (X3): a run every five minutes that lasts longer than that, so that one is always alive."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from prefect import flow, task
from prefect.runtime import flow_run

from casework.clock import SystemClock
from flows.naming import begun, name_run
from flows.ours import opened
from flows.prefect_side import PrefectSide
from flows.quiet import quiet
from flows.vigil import Vigil, stopped_by_signal

if TYPE_CHECKING:
    from casework.watch import Swept

HEARTBEAT = "watch"


@task(name="batch", log_prints=False, persist_result=False)
def note_batch(due: int, fired: int, refused: int, dead: int) -> None:
    """Show one batch in Prefect. It is committed before this: Prefect never stands between a due rung and its firing."""


def show_batch(swept: Swept) -> None:
    """Show a batch as a task run whose name says what was done."""
    note_batch.with_options(task_run_name=str(swept))(swept.due, swept.fired, swept.refused, swept.dead)


@flow(name="deadline-watch", flow_run_name=begun("watch"), log_prints=False, persist_result=False)
@quiet
def deadline_watch(seconds: int = 390) -> None:
    """Fire what is due, once a second, for this long; tell what is to be told."""
    clock = SystemClock()
    began = clock.now()
    ends = began + timedelta(seconds=seconds)
    with opened() as store, stopped_by_signal() as stop:
        worker = f"run {flow_run.id or 'alone'}"
        vigil = Vigil(store, clock, PrefectSide(), worker, HEARTBEAT, show_batch)
        done = vigil.keep(lambda at: at < ends, stop)
    name_run(f"watch {began.astimezone():%H:%M} · {done}")
