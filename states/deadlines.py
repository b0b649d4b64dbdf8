"""Clocks: a ladder of rungs from an anchor that no edit can move, and which of them run for given facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from states.acts import Declared, Gate, Move, State, Step, gate_of
from states.conditions import Cond, Flag, MomentOf
from states.people import Role

if TYPE_CHECKING:
    from states.facts import Facts
    from states.procedure import Procedure

ClockKind: TypeAlias = Literal["24x7", "working days"]
Source: TypeAlias = Literal["text", "default"]
Since: TypeAlias = "Literal['received', 'entered'] | Flag | Step[Any]"


def minutes(n: int) -> timedelta:
    """N minutes."""
    return timedelta(minutes=n)


def hours(n: int) -> timedelta:
    """N hours."""
    return timedelta(hours=n)


def days(n: int) -> timedelta:
    """N days; on the working-day clock, n working days."""
    return timedelta(days=n)


@dataclass(frozen=True, eq=False)
class Rung:
    """One moment of a ladder. A number of the text can only be tightened by an office; a default moves within `between`."""

    after: timedelta
    tell: tuple[Role, ...]
    breach: bool = True
    source: Source = "default"
    between: tuple[timedelta, timedelta] | None = None

    def allows(self, proposed: timedelta) -> bool:
        """Whether an office may set this rung to the proposed length."""
        if self.source == "text":
            return timedelta(0) < proposed <= self.after
        return self.between is not None and self.between[0] <= proposed <= self.between[1]


@dataclass(frozen=True, eq=False)
class Deadline(Declared):
    """A clock. It runs in these states, since the anchor, until a step is recorded (or the states are left), when a condition holds."""

    runs_in: tuple[State, ...]
    since: Since
    ladder: tuple[Rung, ...]
    says: str  # what is due, the text's own words, Traditional Chinese
    clause: str
    until: Gate | None = None
    when: Cond | None = None
    clock: ClockKind = "24x7"
    move: Move | None = None  # fired by the clock at the last rung
    name: str = field(init=False, default="")
    owner: str = field(init=False, default="")


@dataclass(frozen=True)
class Running:
    """A deadline that runs now: which anchor (an event's sequence, 0 for receipt) and when that happened (aware UTC)."""

    deadline: Deadline
    entry: int
    anchor: datetime


def anchor_of(deadline: Deadline, facts: Facts) -> tuple[int, datetime] | None:
    """Return (entry, moment) the clock counts from, or None if its anchor has not happened."""
    if deadline.since == "received":
        return 0, facts.received_at
    if deadline.since == "entered":
        return facts.entry, facts.entered_at
    if isinstance(deadline.since, MomentOf):
        return _moment(deadline.since, facts)
    step = deadline.since.step if isinstance(deadline.since, Flag) else deadline.since
    for done in facts.counted(step.name):
        if not isinstance(deadline.since, Flag) or deadline.since.key in done.raised:
            return done.seq, done.happened_at
    return None


def _moment(since: MomentOf, facts: Facts) -> tuple[int, datetime] | None:
    """The moment that the last record names: a guest who stays longer leaves later. Where the last record speaks alone, no other."""
    records = tuple(facts.counted(since.step.name))
    for done in reversed(records[-1:] if since.step.latest else records):
        for atom in done.raised:
            if atom.startswith(since.moment):
                return done.seq, done.happened_at + timedelta(
                    microseconds=int(atom[len(since.moment) :]) - done.at_us
                )
    return None


def running(procedure: Procedure, facts: Facts) -> Iterator[Running]:
    """Yield every deadline that runs for these facts. Pure: the caller compares with what is armed."""
    for deadline in procedure.deadlines:
        if facts.state not in deadline.runs_in:
            continue
        if deadline.when is not None and not facts.holds(deadline.when):
            continue
        if deadline.until is not None and any(facts.done(s.name) for s in gate_of(deadline.until)):
            continue
        anchor = anchor_of(deadline, facts)
        if anchor is not None:
            yield Running(deadline, *anchor)


def duty_done_at(deadline: Deadline, facts: Facts) -> datetime | None:
    """When the step that stops this clock was first recorded; None if it has not been, or none stops it."""
    gate = gate_of(deadline.until) if deadline.until is not None else ()
    return min((a.happened_at for s in gate for a in facts.counted(s.name)), default=None)


def stopped_by_duty(deadline: Deadline, after: Facts) -> datetime | None:
    """When the duty of a clock that has just stopped was done; None if the duty fell away."""
    if deadline.until is not None:
        return duty_done_at(deadline, after)
    aside = after.state in after.procedure.aside
    return after.entered_at if after.state not in deadline.runs_in and not aside else None
