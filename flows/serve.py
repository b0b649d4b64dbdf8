"""Serves our flows: `python -m flows.serve`. One process that starts a process for each run, and keeps the watch alive.

`PREFECT_API_URL` says where Prefect is; without it nothing is served, since a server would be made up that nobody sees.
"""

import asyncio
import os
import signal
import sys
from threading import Event, Thread

from prefect.runner import Runner

from casework.clock import SystemClock
from casework.errors import Duecourse
from casework.store import open_store
from flows.deployments import deployments
from flows.keeper import Keeper
from flows.ours import settings
from flows.prefect_side import PrefectSide

POLL_SECONDS = 5
MOST_RUNS = 16
"""Runs at once: two watches, and visits that fall due together."""


def main() -> None:
    """Register the deployments, then serve until told to stop. Schedules are not paused at the end: they are ours, not this process's."""
    if not os.environ.get("PREFECT_API_URL"):
        sys.exit("PREFECT_API_URL is not set: start the flows with `duecourse up`, or name a Prefect server.")
    try:
        store = open_store(settings())
    except Duecourse as error:
        sys.exit(str(error))
    runner = Runner(name="duecourse", query_seconds=POLL_SECONDS, limit=MOST_RUNS, pause_on_shutdown=False)
    for deployment in deployments():
        runner.add_deployment(deployment)
    stop = Event()
    Thread(target=Keeper(store, SystemClock(), PrefectSide(), stop).keep, name="keeper", daemon=True).start()
    asyncio.run(_serve(runner, stop))


async def _serve(runner: Runner, stop: Event) -> None:
    serving = asyncio.create_task(runner.start())
    await asyncio.sleep(0)
    stopping: list[asyncio.Task[None]] = []

    def stop_serving() -> None:
        stop.set()
        stopping.append(asyncio.ensure_future(runner.astop()))

    # In place of the runner's own handler, which leaves in the middle of whatever the loop is doing.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop_serving)
    await serving


if __name__ == "__main__":
    main()
