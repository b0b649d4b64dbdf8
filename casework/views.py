"""What screens and the command line are given to show: small frozen values, never a row of a table.

Names of states, steps, moves and roles are the stored ones; `says` beside them is the text's own word. Times are aware UTC. `as_dict`
of every view can be written as JSON once its times are.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal


class View:
    """Base of everything shown."""

    def as_dict(self) -> dict[str, object]:
        """The view as dictionaries, lists and plain values."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]  # every view is a dataclass


@dataclass(frozen=True)
class CaseRow(View):
    """One case in a list. `next_due`: the earliest limit that still runs; `late`: breaches not made good."""

    ref: str
    number: str
    procedure: str
    says: str
    state: str
    state_says: str
    round: int
    level: int
    version: int
    received_at: datetime
    handler: str | None
    open: bool
    history: bool
    parent: str | None
    next_due: datetime | None
    late: int


@dataclass(frozen=True)
class CasePage(View):
    """Some cases, newest first. `after`: what to pass to get the next ones; None: there are no more."""

    rows: tuple[CaseRow, ...]
    after: str | None


Standing = Literal[
    "armed", "passed", "kept late", "recorded late", "recorded late, confirmed", "fell away", "set aside"
]
"""How a rung stands. `passed`: due, and not done; `kept late`: done after it was due; `recorded late`: done in time, and recorded so
late that it had fired: the breach stays visible until the manager has confirmed it; `fell away`: it fired, and what was due is no
longer asked for; `set aside`: it could not be fired."""


@dataclass(frozen=True)
class DueView(View):
    """One rung of a clock that is armed or has fired. `seconds_left` below zero: so long overdue. `source`: text or default."""

    id: int
    ref: str
    procedure: str
    deadline: str
    says: str
    rung: int
    rungs: int
    due_at: datetime
    seconds_left: int
    standing: Standing
    breach: bool
    clause: str
    source: str
    seconds: int
    provisional: bool
    tells: tuple[str, ...]
    fired_late: bool
    kept_at: datetime | None
    confirmed_by: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True)
class AlarmView(View):
    """One alarm: who was told, and whether it was acknowledged."""

    id: int
    ref: str | None
    kind: str
    role: str
    person: str | None
    raised_at: datetime
    sent_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    escalate_at: datetime | None
    rung: int
    clause: str


@dataclass(frozen=True)
class RefusalCount(View):
    """How often an act was refused for want of one clause."""

    procedure: str
    act_kind: str
    act: str
    clause: str
    times: int


@dataclass(frozen=True)
class LimitRow(View):
    """One number of the table of limits (P6) on a day. `own`: the office has set it; `seconds` holds, `edition_seconds` is the edition's."""

    procedure: str
    deadline: str
    says: str
    clause: str
    clock: str
    rung: int
    seconds: int
    edition_seconds: int
    source: str
    own: bool
    between: tuple[int, int] | None
    breach: bool
    tells: tuple[str, ...]
    setting: str
    valid_from: date | None
