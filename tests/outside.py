"""The world outside in tests: what was delivered, and a receiver of real messages."""

import json
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from casework.deliver import NotReachable, NotSent, Told, VisitRun


@dataclass
class Outside:
    """Keeps what was delivered. `down`: Prefect cannot be reached; `deaf`: no channel takes a message."""

    down: bool = False
    deaf: bool = False
    events: list[Told] = field(default_factory=list)
    messages: list[tuple[tuple[str, ...], str, str]] = field(default_factory=list)
    runs: dict[str, VisitRun] = field(default_factory=dict)  # by id
    ended: set[str] = field(default_factory=set)
    dropped: list[str] = field(default_factory=list)
    paused: list[str] = field(default_factory=list)
    zombies_before: datetime | None = None

    def event(self, told: Told) -> None:
        self._reach()
        self.events.append(told)

    def message(self, contacts: Sequence[str], title: str, body: str) -> None:
        if self.deaf:
            raise NotSent("No channel of this person took the message.")
        self.messages.append((tuple(contacts), title, body))

    def plan_visit(self, run: VisitRun) -> str:
        self._reach()
        for run_id, known in self.runs.items():
            if known.key == run.key:  # as Prefect does: the same key, the same run, whatever became of it
                return run_id
        run_id = f"{len(self.runs) + 1:08d}-run"
        self.runs[run_id] = run
        return run_id

    def drop_visit(self, run_id: str) -> None:
        self._reach()
        self.dropped.append(run_id)
        self.ended.add(run_id)

    def gone(self, run_ids: Collection[str]) -> frozenset[str]:
        self._reach()
        return frozenset(run_ids) & (self.ended | (set(run_ids) - set(self.runs)))

    def resume_schedules(self) -> Sequence[str]:
        self._reach()
        resumed, self.paused = self.paused, []
        return resumed

    def end_zombies(self, before: datetime) -> int:
        self.zombies_before = before
        return 0

    def _reach(self) -> None:
        if self.down:
            raise NotReachable("Prefect cannot be reached.")


@dataclass
class Receiver:
    """A server that takes messages as Apprise posts them. `contact`: the address to give a person."""

    contact: str
    posts: list[dict[str, Any]] = field(default_factory=list)
    refuses: bool = False


@contextmanager
def a_receiver() -> Iterator[Receiver]:
    """Run a receiver on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not receiver.refuses:
                receiver.posts.append(json.loads(body))
            self.send_response(500 if receiver.refuses else 200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the server's own name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"json://127.0.0.1:{server.server_port}/alarms")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
