"""A clause stated as an outcome, typed by hand from the text. `duecourse prove` proves every one, or shows the shortest way to break it.

A promise names a state or an act, never a move: one that names a move only repeats it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from states.acts import Act, Gate, State, Step
from states.conditions import Cond
from states.people import Named, Role, Scope, UnitNamed


@dataclass(frozen=True, eq=False)
class NeverWithout:
    """Nothing enters the state (or records the step) `before` while `gate` is missing; `since`: done since that state was last entered."""

    clause: str
    gate: Gate
    before: State | Step[Any]
    when: Cond | None = None
    since: State | None = None


@dataclass(frozen=True, eq=False)
class Never:
    """Nothing enters the state (or records the step) while the condition holds."""

    clause: str
    what: State | Step[Any]
    when: Cond


@dataclass(frozen=True, eq=False)
class OnlyBy:
    """Nobody but these roles brings a case into the state (or records the step)."""

    clause: str
    what: State | Step[Any]
    roles: tuple[Role, ...]
    when: Cond | None = None


@dataclass(frozen=True, eq=False)
class TwoPersons:
    """No person does both one of these and one of those; the acts may belong to linked cases."""

    clause: str
    these: tuple[Act, ...]
    those: tuple[Act, ...]
    scope: Scope = "ever"


@dataclass(frozen=True, eq=False)
class AccusedNever:
    """The person named there does nothing in the case but these acts."""

    clause: str
    who: Named
    but: tuple[Act, ...] = ()


@dataclass(frozen=True, eq=False)
class OnlyOfUnit:
    """These acts are done by nobody who is not of the unit that the last of these records names, but for roles that are of no unit."""

    clause: str
    acts: tuple[Act, ...]
    units: tuple[UnitNamed, ...]
    or_roles: tuple[Role, ...] = ()


@dataclass(frozen=True, eq=False)
class Owed:
    """While the condition holds and the gate is missing, a clock runs in every state the case can wait in, and tells this role in time."""

    clause: str
    gate: Gate
    tells: Role
    within: timedelta
    when: Cond | None = None


@dataclass(frozen=True, eq=False)
class AlwaysCanEnd:
    """From everywhere a case can come to, some end can be reached, whoever is complained of, with the smallest lawful office.

    `but`: ends that do not count, since not every case can have them: the complainant's own, or for what was no case of this kind.
    """

    clause: str
    but: tuple[State, ...] = ()


@dataclass(frozen=True, eq=False)
class EveryWaitHasDeadline:
    """In every state that is not final a clock runs that nothing can stop but leaving the state."""

    clause: str


@dataclass(frozen=True, eq=False)
class NoTimeLoop:
    """Every ring of states lies under one clock from receipt, so no case goes round for ever unseen."""

    clause: str


@dataclass(frozen=True, eq=False)
class LaddersEndFilled:
    """Every ladder has rungs in order and ends in a role that the office must fill."""

    clause: str


Promise: TypeAlias = (
    NeverWithout
    | Never
    | OnlyBy
    | TwoPersons
    | AccusedNever
    | OnlyOfUnit
    | Owed
    | AlwaysCanEnd
    | EveryWaitHasDeadline
    | NoTimeLoop
    | LaddersEndFilled
)
