"""Who may act, and who may not act because of what they did before or because the case is about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from states.acts import Act, Step

Scope: TypeAlias = Literal["this round", "earlier rounds", "ever"]


@dataclass(frozen=True)
class Role:
    """A function in an office. `outside`: someone of another body, so the rules can never exclude everybody.

    `rostered`: held only while on duty by the office's roster of that name. `delegated_by`: nobody but whoever holds that role gives it to
    somebody, in writing and until a certain day.
    """

    name: str
    says: str  # the text's own word, Traditional Chinese
    outside: bool = False
    human: bool = True
    rostered: bool = False
    delegated_by: str = ""


@dataclass(frozen=True)
class Climb:
    """The role of this level or above; one up whenever a move climbs. Never exactly one role: its only holder may be the one complained of.

    `highest`: how high a case can climb, where that is less than there are roles.
    """

    roles: tuple[Role, ...]
    highest: int | None = None

    @property
    def top(self) -> int:
        """The highest level (0 is the first)."""
        return len(self.roles) - 1 if self.highest is None else self.highest

    def at(self, level: int) -> tuple[Role, ...]:
        """Roles that may act at this level."""
        return self.roles[min(level, self.top) :]


@dataclass(frozen=True)
class FromSub:
    """Recorded by how a sub-case of this kind ended, by no person."""

    kind: str


By: TypeAlias = "Role | tuple[Role, ...] | Climb | FromSub"


def roles_of(by: By, level: int) -> tuple[Role, ...]:
    """Roles that may act at this level; none where only a sub-case may."""
    if isinstance(by, FromSub):
        return ()
    if isinstance(by, Climb):
        return by.at(level)
    return by if isinstance(by, tuple) else (by,)


@dataclass(frozen=True, eq=False)
class Named:
    """The persons that a field of a recorded step names."""

    step: Step[Any]
    field: str


@dataclass(frozen=True, eq=False)
class UnitNamed:
    """The unit of the office that a field of a recorded step names."""

    step: Step[Any]
    field: str


@dataclass(frozen=True, eq=False)
class OfUnit:
    """These acts are done by somebody who holds the role in the unit that answers for the case; `or_roles` are of no unit and stand in.

    The unit is the one that the last record of any of `units` names.
    """

    acts: tuple[Act, ...]
    units: tuple[UnitNamed, ...]
    clause: str
    says: str
    or_roles: tuple[Role, ...] = ()


@dataclass(frozen=True, eq=False)
class Apart:
    """Nobody who did one of these may do one of those, whichever comes first. The acts may belong to linked procedures.

    `named`: whoever is or was named there counts as having done one of these.
    """

    these: tuple[Act, ...]
    those: tuple[Act, ...]
    clause: str
    says: str
    scope: Scope = "ever"
    named: tuple[Named, ...] = ()

    def against(self, act: Act) -> tuple[Act, ...]:
        """The acts whose doer may not do this one. Acts are compared by procedure and name: a linked case may be of another edition."""
        these = self.those if act.key in {a.key for a in self.these} else ()
        those = self.these if act.key in {a.key for a in self.those} else ()
        return (*these, *those)


@dataclass(frozen=True, eq=False)
class Same:
    """These acts are done by whoever did one of those or is named there; substitute roles may stand in."""

    acts: tuple[Act, ...]
    as_: tuple[Act, ...] | Named
    clause: str
    says: str
    or_roles: tuple[Role, ...] = ()


@dataclass(frozen=True, eq=False)
class Barred:
    """The person named there has no part in the case, nor in a case linked to it, but for these acts."""

    named: Named
    clause: str
    says: str
    but: tuple[Act, ...] = ()
