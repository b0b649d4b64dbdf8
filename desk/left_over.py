"""What a killed `duecourse up` leaves behind: its children live on and hold the port, and the next `up` of the same home ends them.

Every child, and whatever it starts, carries a mark in its environment. A number in a file would tell less: by the time it is read it may
be another process's. Only Linux shows environments; elsewhere nothing is found, and whoever holds the port is said to.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "UP_OF_DUECOURSE"
PROCESSES = Path("/proc")
MOST_ROUNDS = 5
"""A process that is being ended may have started another one meanwhile."""


def marked(home: Path) -> dict[str, str]:
    """What the children of an installation carry in their environment."""
    return {MARK: str(home.resolve())}


def end_left_over(home: Path, seconds: float) -> int:
    """Ask everything that an earlier `up` of this home left running to end, and end it after this long. Returns how many processes.

    Only for whoever holds the lock of the installation: what carries the mark then has lost its `up`.
    """
    ended = 0
    for _ in range(MOST_ROUNDS):
        with ExitStack() as held:
            handles = list(_handles(home, held))
            if not handles:
                break
            _signal(handles, signal.SIGTERM)
            _signal(_still_there(handles, seconds), signal.SIGKILL)
            _still_there(handles, seconds)
            ended += len(handles)
    return ended


def _handles(home: Path, held: ExitStack) -> Iterator[int]:
    """A handle on each process: unlike its number, it can never come to mean another one."""
    if sys.platform != "linux" or not PROCESSES.is_dir():
        return
    wanted = os.fsencode(f"{MARK}={home.resolve()}")
    for entry in PROCESSES.iterdir():
        if not entry.name.isdecimal() or not _carries(entry, wanted):
            continue
        with suppress(OSError):  # it has ended; or this kernel knows no handles
            handle = os.pidfd_open(int(entry.name))
            held.callback(os.close, handle)
            # Looked at again, now that the number cannot change hands. What shares our own session is nobody's child.
            if _carries(entry, wanted) and os.getsid(int(entry.name)) != os.getsid(0):
                yield handle


def _carries(process: Path, wanted: bytes) -> bool:
    try:
        return wanted in (process / "environ").read_bytes().split(b"\0")
    except OSError:  # somebody else's process, or one that has ended
        return False


def _signal(handles: list[int], number: signal.Signals) -> None:
    for handle in handles:
        with suppress(OSError):
            signal.pidfd_send_signal(handle, number)


def _still_there(handles: list[int], seconds: float) -> list[int]:
    """Wait for these processes to end, at most so long; return those that have not."""
    left, give_up = list(handles), time.monotonic() + seconds
    while left:
        gone, _, _ = select.select(left, (), (), max(0.0, give_up - time.monotonic()))
        if not gone:
            break
        left = [handle for handle in left if handle not in gone]
    return left
