"""Search for an edge that a promise forbids: few tracked facts first, more wherever a path could not really be walked.

A found path is walked again with the real requirement functions (`states.prove.replay`). If they refuse, the facts they named
are tracked too and the search begins again. So "holds" covers every behaviour, and "broken" is a path that can be walked.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from states.promises import NeverWithout
from states.prove.atoms import atoms_of, closed, every_atom
from states.prove.cases import Abstraction
from states.prove.goals import Goal, breaking, touching, watched
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


@dataclass(frozen=True)
class Found:
    """What a search came to: a path that was really walked, or that there is none; `walked` is False where the replay failed."""

    path: tuple[str, ...] | None
    explored: int
    walked: bool = True
    tracked: frozenset[str] = frozenset()


def prove_safety(procedure: Procedure, promise: Promise, *, vacuity: bool = True) -> Verdict:
    """Prove a promise that one act would break. `vacuity`: show also that some act could have broken it."""
    broken = reach(procedure, promise, breaking)
    if broken.path is not None:
        why = "this can be done" if broken.walked else UNDECIDED
        return Verdict(promise, False, broken.explored, broken.path, why)
    if not vacuity:
        return Verdict(promise, True, broken.explored, tracked=broken.tracked)
    touched = reach(procedure, promise, touching)
    explored = broken.explored + touched.explored
    if touched.path is None:
        return Verdict(promise, False, explored, why=VACUOUS)
    return Verdict(promise, True, explored, tracked=broken.tracked)


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
        if path is None:
            return Found(None, explored, tracked=frozenset(world.bits.atoms))
        replay = Replay(world, promise, must_break=goal_of is breaking)
        lines, atoms = replay.walk(path)
        if lines:
            return Found(lines, explored)
        more = [
            wider
            for wider in (atoms, every_atom(procedure))
            if not set(closed(wider, procedure)) <= set(world.bits.atoms)
        ]
        if not more:
            return Found(replay.lines, explored, walked=False)
        tracked = frozenset({*world.bits.atoms, *more[0]})
    return Found((), explored, walked=False)


def shortest(world: Abstraction, goal: Goal) -> tuple[tuple[Do, ...] | None, int]:
    """Return the shortest path whose last edge is sought, None if there is none, and how many nodes were looked at."""
    came: dict[Node, tuple[Node, Do] | None] = {world.start: None}
    queue = deque(came)
    while queue:
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
