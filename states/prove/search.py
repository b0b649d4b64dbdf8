"""Search for an edge that a promise forbids: few tracked facts first, more wherever a path could not really be walked.

A found path is walked again with the real requirement functions (`states.prove.replay`). If they refuse, the facts they named
are tracked too and the search begins again. So "holds" covers every behaviour, and "broken" is a path that can be walked.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from states.acts import OneOf
from states.promises import Never, NeverWithout, TwoPersons
from states.prove.atoms import atoms_of, closed, every_atom
from states.prove.cases import Abstraction
from states.prove.goals import Goal, breaking, touching, watched
from states.prove.plain import is_given
from states.prove.replay import Replay
from states.prove.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from states.procedure import Procedure
    from states.promises import Promise
    from states.prove.nodes import Do, Node

MOST_ROUNDS = 40  # of refinement; every round tracks at least one fact more
VACUOUS = "vacuous: nothing that can happen could break it"
UNDECIDED = "not decided: the way found could not be walked"
MOST_NODES = 100_000  # of one search: one that tracks so much that it grows beyond this decides nothing


@dataclass(frozen=True)
class Found:
    """What a search came to: a path that was really walked, or that there is none; `walked` is False where the replay failed."""

    path: tuple[str, ...] | None
    explored: int
    walked: bool = True
    tracked: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()  # names of what was done on the walk


def prove_safety(procedure: Procedure, promise: Promise, *, vacuity: bool = True) -> Verdict:
    """Prove a promise that one act would break. `vacuity`: show also that some act could have broken it.

    That nobody does both of two acts is shown of each two by themselves: together that says as much, and far fewer cases are looked at.
    """
    parts = _two_by_two(promise, procedure) if isinstance(promise, TwoPersons) else [promise]
    asked = [part for part in parts if not is_given(part, procedure)]
    found = [reach(procedure, part, breaking) for part in asked]
    explored = sum(f.explored for f in found)
    broken = min(
        (f for f in found if f.path is not None),
        key=lambda f: (not f.walked, len(f.path or ())),
        default=None,
    )
    if broken is not None:
        why = "this can be done" if broken.walked else UNDECIDED
        return Verdict(promise, False, explored, broken.path or (), why)
    tracked, given = frozenset(a for f in found for a in f.tracked), len(asked) < len(parts)
    touched = could_break(procedure, promise) if vacuity else Found((), 0)
    explored += touched.explored
    if touched.path is None:
        return Verdict(promise, False, explored, why=VACUOUS)
    return Verdict(promise, True, explored, tracked=tracked, given=given, walked=touched.acts)


def could_break(procedure: Procedure, promise: Promise) -> Found:
    """Find an act that could have broken the promise, had a rule been missing. No path: the promise says nothing."""
    explored = 0
    parts: list[Promise] = [entering(promise)]
    if isinstance(promise, TwoPersons):
        parts = [*_two_by_two(promise, procedure)]
    for part in parts:
        touched = reach(procedure, part, touching)
        explored += touched.explored
        if touched.walked and touched.path is not None:
            return replace(touched, explored=explored)
    return Found(None, explored)


def entering(promise: Promise) -> Promise:
    """A promise that every act could break which this one looks at, whatever it asks for."""
    match promise:
        case NeverWithout(before=target, when=when):
            return NeverWithout("", OneOf(()), target, when)
        case Never(what=target):
            return NeverWithout("", OneOf(()), target)
        case _:
            return promise


def _two_by_two(promise: TwoPersons, procedure: Procedure) -> list[TwoPersons]:
    """The same promise of each two acts of this procedure, once, whichever of them comes first."""
    pairs = {
        frozenset((one.key, other.key)): TwoPersons(promise.clause, (one,), (other,), promise.scope)
        for one in promise.these
        for other in promise.those
        if {one.owner, other.owner} == {procedure.name}
    }
    return list(pairs.values())


def reach(procedure: Procedure, promise: Promise, goal_of: Callable[[Promise, Abstraction], Goal]) -> Found:
    """Find the shortest way to an edge that is sought, and walk it."""
    tracked = atoms_of(promise, procedure)
    since = promise.since if isinstance(promise, NeverWithout) else None
    watch = watched(promise, procedure.acts)
    explored = 0
    for _ in range(MOST_ROUNDS):
        world = Abstraction(procedure, tracked, watch, since)
        path, seen = shortest(world, goal_of(promise, world))
        explored += seen
        if seen > MOST_NODES:
            return Found((), explored, walked=False)
        if path is None:
            return Found(None, explored, tracked=frozenset(world.bits.atoms))
        replay = Replay(world, promise, must_break=goal_of is breaking)
        lines, atoms = replay.walk(path)
        if lines:
            return Found(lines, explored, acts=frozenset(replay.acts))
        more = [
            wider
            for wider in (atoms, atoms | replay.lent, every_atom(procedure))
            if not set(closed(wider, procedure)) <= set(world.bits.atoms)
        ]
        if not more:
            return Found(replay.lines, explored, walked=False)
        tracked = frozenset({*world.bits.atoms, *more[0]})
    return Found((), explored, walked=False)


def shortest(world: Abstraction, goal: Goal) -> tuple[tuple[Do, ...] | None, int]:
    """Return the shortest path whose last edge is sought, None if there is none, and how many nodes were looked at.

    If they are more than `MOST_NODES`, the search was given up.
    """
    came: dict[Node, tuple[Node, Do] | None] = {world.start: None}
    queue = deque(came)
    while queue and len(came) <= MOST_NODES:
        node = queue.popleft()
        for do, then in world.edges(node):
            if goal(node, do, then):
                return (*_way(came, node), do), len(came)
            if then not in came:
                came[then] = (node, do)
                queue.append(then)
    return None, len(came)


def _way(came: dict[Node, tuple[Node, Do] | None], node: Node) -> tuple[Do, ...]:
    path: list[Do] = []
    step = came[node]
    while step is not None:
        path.append(step[1])
        step = came[step[0]]
    return tuple(reversed(path))
