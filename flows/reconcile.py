"""Puts right what came apart between our tables and Prefect, and shows the boards."""

from prefect import flow

from casework.boards import boards
from casework.clock import SystemClock
from casework.reconcile import reconcile as put_right
from flows.board import show
from flows.naming import begun, name_run
from flows.ours import opened, settings
from flows.prefect_side import PrefectSide
from flows.quiet import quiet


@flow(name="reconcile", flow_run_name=begun("reconcile"), log_prints=False, persist_result=False)
@quiet
def reconcile() -> None:
    """Make visits' runs again that were cancelled or lost, re-derive due dates, resume schedules, draw the boards."""
    at = SystemClock().now()
    with opened() as store:
        done = put_right(store, at, PrefectSide())
        with store.reading() as session:
            drawn = boards(session, at)
        for board in drawn:
            show(board, settings().language, at)
    name_run(f"reconcile {at.astimezone():%H:%M} · {done}")
