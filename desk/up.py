"""`duecourse up`: the Prefect server and our flows as child processes, watched until somebody stops them.

The desk does not import the flows: they are a program. What they need to know goes through the environment, never through arguments,
which everybody on the machine can read.
"""

from __future__ import annotations

import fcntl
import signal
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from casework.clock import SystemClock
from casework.doctor import ADDRESS
from casework.errors import BadInput
from casework.pulse import heartbeats
from casework.rehearsal_clock import FILE as REHEARSAL
from casework.store import open_store
from desk.children import Child, check_free
from desk.left_over import end_left_over
from desk.surroundings import our_environment, prefect_environment
from states.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from casework.settings import Settings
    from casework.store import Store

SERVER, FLOWS, WATCH = "prefect-server", "flows", "watch"
SERVER_SECONDS = 120.0
FLOWS_SECONDS = 120.0
STOP_SECONDS = 15.0
LOOK = 0.2
FAILED = 1


class _Stopped(Exception):
    """Somebody asked to stop."""


@dataclass
class Running:
    """An installation that runs. `stopping` is set by whoever wants it to end."""

    settings: Settings
    port: int
    stopping: threading.Event = field(default_factory=threading.Event)
    children: list[Child] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where Prefect's pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def logs(self) -> Path:
        """Where the children write."""
        return self.settings.home / "logs"

    def dead(self) -> Child | None:
        """The first child that is no longer there."""
        return next((child for child in self.children if not child.alive), None)

    def wait(self) -> Child | None:
        """Wait until somebody stops it (None) or a child dies."""
        while not self.stopping.wait(LOOK):
            if child := self.dead():
                return child
        return None

    def wait_for(self, there: Callable[[], bool], seconds: float) -> bool:
        """Wait for something to be there; False if it is not in time or a child died. Raises _Stopped."""
        for _ in range(int(seconds / LOOK)):
            if there():
                return True
            if self.dead():
                return False
            if self.stopping.wait(LOOK):
                raise _Stopped
        return False


def up(settings: Settings, *, port: int | None = None, tell: Callable[[str], None] = print) -> int:
    """Run Prefect and the flows until SIGINT or SIGTERM (returns 0), or until one of them dies (returns 1).

    `port`: of the Prefect server, else the settings'. Raises BadInput for a port in use and for an installation that runs already, and
    what `open_store` raises.
    """

    def said(msgid: str, /, **params: object) -> None:
        tell(say(msgid, settings.language, **params))

    running = Running(settings, port if port is not None else settings.prefect_port)
    try:
        with _on_signals(running.stopping), started(running, said):
            # The newer pages: only they draw the boards' diagrams.
            said(
                "Prefect shows the flows, the boards and the visits:  {address}",
                address=f"{running.address}/v2/",
            )
            said(
                "The watch is running. What is due: `duecourse due`; whether all is well: `duecourse doctor`. Ctrl-C stops."
            )
            child = running.wait()
            said(
                "Stopping." if child is None else "{name} ended by itself; the reason is in {log}",
                name=child.name if child else "",
                log=child.log if child else "",
            )
    except _Stopped:
        return 0
    return FAILED if child is not None else 0


@contextmanager
def started(running: Running, said: Callable[..., None]) -> Iterator[None]:
    """Everything that belongs to an installation, started in order and stopped in the other. Raises BadInput when a part does not start."""
    settings = running.settings
    if (settings.home / REHEARSAL).exists():
        raise BadInput(
            "This is the folder of a rehearsal: nothing runs by itself in it.",
            hint="`duecourse rehearse until TIME` lets its time pass.",
        )
    store = open_store(settings, create=True)
    try:
        with _alone(settings.home):
            if ended := end_left_over(settings.home, STOP_SECONDS):
                said("Stopped what an earlier `duecourse up` had left running: {n} processes.", n=ended)
            check_free(running.port)
            try:
                _start(running, store, said)
                yield
            finally:
                for child in reversed(running.children):
                    child.stop(STOP_SECONDS)
    finally:
        store.close()


def _start(running: Running, store: Store, said: Callable[..., None]) -> None:
    folder = running.settings.home / "prefect"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    said("Starting the Prefect server …")
    argv = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(running.port),
    ]
    running.children.append(
        Child.start(SERVER, argv, prefect_environment(running, folder), folder, running.logs)
    )
    _must(running, lambda: _healthy(running.address), SERVER_SECONDS, running.children[-1])
    (running.settings.home / ADDRESS).write_text(running.address, encoding="utf-8")
    said("Starting the flows …")
    began = SystemClock().now()
    environment = prefect_environment(running, folder) | our_environment(running)
    running.children.append(
        Child.start(FLOWS, [sys.executable, "-m", "flows.serve"], environment, folder, running.logs)
    )
    _must(running, lambda: _beats(store, began), FLOWS_SECONDS, running.children[-1])


def _must(running: Running, there: Callable[[], bool], seconds: float, child: Child) -> None:
    if not running.wait_for(there, seconds):
        raise BadInput(
            "{name} did not start.", hint="The reason is in {log}.", name=child.name, log=child.log
        )


def _healthy(address: str) -> bool:
    try:
        with urlopen(f"{address}/api/health", timeout=2) as answer:  # noqa: S310  our own server, by http
            return bool(answer.status == 200)  # noqa: PLR2004  HTTP's own word for well
    except (URLError, OSError):
        return False


def _beats(store: Store, since: datetime) -> bool:
    with store.reading() as session:
        last = heartbeats(session).get(WATCH)
    return last is not None and last.at >= since


@contextmanager
def _alone(home: Path) -> Iterator[IO[str]]:
    """Hold the lock of this installation. Raises BadInput if another `up` holds it; a killed one holds nothing."""
    with (home / "up.lock").open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BadInput(
                "Duecourse is running already in {home}.",
                hint="Stop it where it was started, or set another DUECOURSE_HOME.",
                home=home,
            ) from None
        yield lock


@contextmanager
def _on_signals(stopping: threading.Event) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        number: signal.signal(number, lambda *_: stopping.set()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
