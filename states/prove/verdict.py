"""What the prover answers about one promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from states.acts import State, gate_of
from states.promises import AccusedNever, Never, NeverWithout, OnlyBy, Owed, Promise, TwoPersons

if TYPE_CHECKING:
    from states.conditions import Cond


@dataclass(frozen=True)
class Verdict:
    """Whether a promise holds. If it does not: the shortest way to break it, one readable act a line, or why it says nothing."""

    promise: Promise
    holds: bool
    explored: int  # abstract cases looked at
    path: tuple[str, ...] = ()
    why: str = ""
    tracked: frozenset[str] = frozenset()  # the facts that the search for one act followed in the end
    given: bool = False  # at least in part given word for word, where nothing was followed
    walked: frozenset[str] = frozenset()  # the acts of the walk that could have broken it

    def lines(self) -> tuple[str, ...]:
        """The verdict as lines for a terminal: what failed, then the acts that lead there."""
        if self.holds:
            return (f"{title(self.promise)}: holds ({self.explored} cases looked at)",)
        return (
            f"{title(self.promise)}: {self.why}",
            *(f"  {n}. {act}" for n, act in enumerate(self.path, 1)),
        )


def title(promise: Promise) -> str:
    """A promise in one short line of its own names: `P6b NeverWithout remedy before remedied since handling`."""
    match promise:
        case NeverWithout(gate=gate, before=before, since=since):
            said = f"{'|'.join(s.name for s in gate_of(gate))} before {name_of(before)}" + (
                f" since {since}" if since else ""
            )
        case Never(what=what):
            said = name_of(what)
        case OnlyBy(what=what, roles=roles):
            said = f"{name_of(what)} by {'|'.join(r.name for r in roles)}"
        case TwoPersons(these=these, those=those, scope=scope):
            said = f"{'|'.join(a.name for a in these)} and {'|'.join(a.name for a in those)} ({scope})"
        case AccusedNever(who=who):
            said = f"{who.step.name}.{who.field}"
        case Owed(gate=gate, tells=tells):
            said = f"{'|'.join(s.name for s in gate_of(gate))} to {tells.name}"
        case _:
            said = ""
    when: Cond | None = getattr(promise, "when", None)
    while_ = f" while {','.join(when.atoms())}" if when is not None else ""
    return f"{promise.clause} {type(promise).__name__} {said}{while_}".strip()


def name_of(target: object) -> str:
    """The name of a state, step or move."""
    return target.value if isinstance(target, State) else str(getattr(target, "name", target))
