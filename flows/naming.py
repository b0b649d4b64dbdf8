"""Giving a run the name that says what it did, once it is known."""

from collections.abc import Callable
from contextlib import suppress

import httpx
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.runtime import flow_run

from casework.clock import SystemClock


def begun(what: str) -> Callable[[], str]:
    """What names a run while it is under way: `watch 10:05 · under way`."""

    def name() -> str:
        return f"{what} {SystemClock().now().astimezone():%H:%M} · under way"

    return name


def name_run(name: str) -> None:
    """Name the present flow run. A server that is away costs the name, nothing else; outside a run nothing is done."""
    run_id = flow_run.id
    if not run_id:
        return
    with suppress(httpx.HTTPError, PrefectHTTPStatusError, OSError), get_client(sync_client=True) as client:
        client.set_flow_run_name(run_id, name)
