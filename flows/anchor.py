"""Anchors the day: the ends of all chains that moved, outside the tables (design 7)."""

from prefect import flow

from casework.anchor_delivery import deliver
from casework.anchors import make_anchor
from casework.clock import SystemClock
from flows.naming import begun, name_run
from flows.ours import opened, settings
from flows.quiet import RunFailed, quiet


@flow(name="anchor", flow_run_name=begun("anchor"), log_prints=False, persist_result=False)
@quiet
def anchor() -> None:
    """Write the anchor of the day and bring every place of DUECOURSE_ANCHORS up to date. A place that fails makes this run fail; the next one tries again."""
    at, where = SystemClock().now(), settings()
    with opened() as store:
        made = make_anchor(store, where, at)
        delivered = deliver(store, where, at)
    # How many cases moved is not told: of secret ones, a few would be too many.
    name_run(
        f"anchor {at.astimezone():%H:%M} · no {made.no} · {delivered.places} places · {len(delivered.failed)} failed"
    )
    if delivered.failed:
        raise RunFailed("A place could not be brought up to date; the log and the doctor say which.")
