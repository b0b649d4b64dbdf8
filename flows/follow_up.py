"""A visit or callback whose time has come (P6b). `Custom run` in Prefect brings one forward; cancelling a run cancels no visit."""

from prefect import flow

from casework.clock import SystemClock
from casework.reconcile import announce_visit
from flows.naming import name_run
from flows.ours import opened
from flows.quiet import quiet


@flow(name="follow-up", log_prints=False, persist_result=False)
@quiet
def follow_up(ref: str) -> None:
    """Tell those who call that the visit of this follow-up case is due. `ref`: its random reference, never a number or a name."""
    with opened() as store, store.transaction() as session:
        told = announce_visit(session, ref, SystemClock().now())
    name_run(f"visit {ref} · {'told' if told else 'nothing to do'}")
