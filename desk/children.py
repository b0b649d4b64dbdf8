"""Child processes of `duecourse up`: started in groups of their own, their output in files, stopped with everything they started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

MOST_LOG = 10_000_000
"""Bytes after which a log begins anew at the next start; the one before it is kept."""


@dataclass(frozen=True)
class Child:
    """A program that runs in a process group of its own."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, name: str, argv: Sequence[str], env: Mapping[str, str], folder: Path, logs: Path) -> Child:
        """Start a program in `folder`. Its output goes to `logs`, which only the owner can read."""
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = logs / f"{name}.log"
        if log.exists() and log.stat().st_size > MOST_LOG:
            log.replace(log.with_suffix(".log.1"))
        with open(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as out:  # noqa: PTH123  the mode is given at once
            process = subprocess.Popen(  # noqa: S603  our own programs, with arguments that nobody typed
                argv, env=dict(env), cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )  # fmt: skip
        return cls(name, log, process)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def stop(self, seconds: float) -> None:
        """Ask the whole group to end, and end it after this long."""
        self._signal(signal.SIGTERM)
        give_up = time.monotonic() + seconds
        while self._group_lives() and time.monotonic() < give_up:
            self.process.poll()
            time.sleep(0.05)  # the group may hold grandchildren, for which nobody can wait
        self._signal(signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    def _group_lives(self) -> bool:
        try:
            os.killpg(self.process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True


def check_free(port: int) -> None:
    """Raise BadInput if something listens on this port of the machine already."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise BadInput(
                "The port {port} is in use.",
                hint="Stop what uses it, or name another one: `duecourse up --port PORT`.",
                port=port,
            ) from None
