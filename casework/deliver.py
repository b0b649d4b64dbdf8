"""What the casework asks of the world outside: of Prefect, and of the channels on which people are told.

`flows` carries it out. Only references, counts and names of the procedures' own words cross to Prefect, and of secret cases not even these.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from casework.errors import Duecourse


class NotReachable(Duecourse):
    """The other side is down. Nothing is wrong with what is to be delivered: it waits."""


class NotSent(Duecourse):
    """No channel of a person took a message. Never says which address, or what the message was."""


@dataclass(frozen=True)
class VisitRun:
    """The one run of a visit. `key`: the same key never makes a second run."""

    ref: str
    rev: int
    planned_at: datetime
    key: str
    procedure: str
    office: str


@dataclass(frozen=True)
class Told:
    """Something that happened in a case, for operations. `id`: of the outbox row; the same is told once however often it is sent."""

    id: int
    at: datetime
    office: str
    facts: Mapping[str, str]


class Deliver(Protocol):
    """Carries things out of the house."""

    def event(self, told: Told) -> None:
        """Tell operations what happened. Raises NotReachable."""

    def message(self, contacts: Sequence[str], title: str, body: str) -> None:
        """Send a message to one person. Raises NotSent when no channel took it."""

    def plan_visit(self, run: VisitRun) -> str:
        """Have one scheduled run for this key and return its id. Raises NotReachable."""
        ...

    def drop_visit(self, run_id: str) -> None:
        """Remove a run that has not begun; one that is gone or has begun is left alone. Raises NotReachable."""


class Runs(Deliver, Protocol):
    """What reconciling needs beside: to look at runs and schedules, and to mend them."""

    def gone(self, run_ids: Collection[str]) -> frozenset[str]:
        """Return those that no longer exist or have ended, in whatever way. Raises NotReachable."""
        ...

    def resume_schedules(self) -> Sequence[str]:
        """Resume our schedules that somebody paused; return the names of their deployments. Raises NotReachable."""
        ...

    def end_zombies(self, before: datetime) -> int:
        """Mark as crashed our runs that seem to run since before this moment; return how many. Raises NotReachable."""
        ...
