"""The edges that would break a promise, and those that could have: what the search looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from states.acts import Act, Move, State, Step, gate_of
from states.people import Scope, roles_of
from states.promises import AccusedNever, Never, NeverWithout, OnlyBy, Promise, TwoPersons
from states.prove.bits import Question
from states.prove.views import TIMES

if TYPE_CHECKING:
    from states.conditions import Cond
    from states.prove.cases import Abstraction
    from states.prove.nodes import Do, Node


class Goal(Protocol):
    """Whether an edge is the one that is sought."""

    def __call__(self, node: Node, do: Do, then: Node, /) -> bool:
        """Judge one edge."""


def watched(promise: Promise, world_acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """The acts that a promise looks at, which the search must follow even if nothing tracked changes by them."""
    match promise:
        case NeverWithout(before=target) | Never(what=target) | OnlyBy(what=target):
            return tuple(a for a in world_acts if not isinstance(target, State) and a.key == target.key)
        case TwoPersons(these=these, those=those):
            keys = {a.key for a in (*these, *those)}
            return tuple(a for a in world_acts if a.key in keys)
        case AccusedNever(but=but):
            free = {a.key for a in but}
            return tuple(a for a in world_acts if a.key not in free)
        case _:
            return ()


def breaking(promise: Promise, world: Abstraction) -> Goal:
    """The edges that break a promise. An untracked condition counts as broken: the replay decides."""
    match promise:
        case NeverWithout(gate=gate, before=before, when=when, since=since):
            met = world.bits.any(f"fresh:{s.name}" if since else s.name for s in gate_of(gate))
            return _Unmet(world, before, when, met)
        case Never(what=what, when=when):
            return _Hit(world, what, when)
        case OnlyBy(what=what, roles=roles, when=when):
            return _Hit(world, what, when, frozenset(r.name for r in roles))
        case TwoPersons(these=these, those=those, scope=scope):
            return _BothByP(world, these, those, scope)
        case AccusedNever(who=who, but=but):
            return _Named(world, f"named:{who.step.name}.{who.field}", but, by_p=True)
        case _:
            raise TypeError(f"{type(promise).__name__} is not proved by a search for one edge")


def touching(promise: Promise, world: Abstraction) -> Goal:
    """The edges that could have broken it, had a rule been missing. If there is none, the promise says nothing."""
    match promise:
        case NeverWithout(before=before, when=when):
            return _Hit(world, before, when, sure=True)
        case Never(what=what):
            return _Hit(world, what, None)
        case OnlyBy(what=what, when=when):
            return _Hit(world, what, when, frozenset(), sure=True)
        case TwoPersons(these=these, those=those, scope=scope):
            return _BothByP(world, these, those, scope, second=False)
        case AccusedNever(who=who, but=but):
            return _Named(world, f"named:{who.step.name}.{who.field}", but, by_p=False)
        case _:
            raise TypeError(f"{type(promise).__name__} is not proved by a search for one edge")


class _Hit:
    """An edge into a state, or that records a step, while a condition may hold; by somebody beyond `roles` if given."""

    def __init__(
        self,
        world: Abstraction,
        target: State | Step[Any],
        when: Cond | None,
        roles: frozenset[str] | None = None,
        *,
        sure: bool = False,
    ) -> None:
        self.world, self.target, self.roles, self.sure = world, target, roles, sure
        self.when = None if when is None else Question(when, world.bits, of_p=True)
        self.own = (
            world.steps[target.name].flags if isinstance(target, Step) and target.name in world.steps else 0
        )

    def __call__(self, node: Node, do: Do, then: Node, /) -> bool:
        act = do.act
        if act is None or not self._reaches(act):
            return False
        if self.when is not None:
            before = node.mask & ~self._closed(node, do)
            said = self.when.ask((before & ~self.own) | (then.mask & self.own), node.level)
            if said is False or (said is None and self.sure):
                return False
        return self.roles is None or any(r.name not in self.roles for r in roles_of(act.by, node.level))

    def _closed(self, node: Node, do: Do) -> int:
        """What a sub-case that has ended and records it makes untrue first: that one is open, if it was the only one."""
        of = self.world.bits.of
        two = do.kind == "end" and node.mask & of.get(f"open:{do.sub}#2", 0)
        return of.get(f"open:{do.sub}", 0) if do.kind == "end" and not two else 0

    def _reaches(self, act: Act) -> bool:
        if isinstance(self.target, State):
            return isinstance(act, Move) and act.dest is self.target
        return act.key == self.target.key


class _Unmet(_Hit):
    """The same, while no step of a gate counts."""

    def __init__(self, world: Abstraction, target: State | Step[Any], when: Cond | None, gate: int) -> None:
        super().__init__(world, target, when)
        self.gate = gate

    def __call__(self, node: Node, do: Do, then: Node, /) -> bool:
        return not node.mask & self.gate and super().__call__(node, do, then)


class _BothByP:
    """P does one of these and has done one of those; with `second=False`, P has done one and somebody else does the other."""

    def __init__(
        self,
        world: Abstraction,
        these: tuple[Act, ...],
        those: tuple[Act, ...],
        scope: Scope,
        *,
        second: bool = True,
    ) -> None:
        times = TIMES[scope]
        self.second = second
        self.after: dict[tuple[str, str], int] = {}
        for one, other in ((these, those), (those, these)):
            did = world.bits.any(
                f"did:{a.name}@{t}" for a in other for t in times if a.owner == world.procedure.name
            )
            for act in one:
                self.after[act.key] = self.after.get(act.key, 0) | did

    def __call__(self, node: Node, do: Do, _then: Node, /) -> bool:
        if do.act is None or do.by_p is not self.second:
            return False
        return bool(node.mask & self.after.get(do.act.key, 0))


class _Named:
    """P is named there and does an act that is not free to him; with `by_p=False`, somebody else does one."""

    def __init__(self, world: Abstraction, atom: str, but: tuple[Act, ...], *, by_p: bool) -> None:
        self.bit, self.by_p = world.bits.of.get(atom, 0), by_p
        self.free = {a.key for a in but}

    def __call__(self, node: Node, do: Do, _then: Node, /) -> bool:
        return (
            do.act is not None
            and do.by_p is self.by_p
            and bool(node.mask & self.bit)
            and do.act.key not in self.free
        )
