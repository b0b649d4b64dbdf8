"""Promises about time: what clocks run, and whom they tell."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from states.acts import State, Step, gate_of
from states.conditions import Cond, Flag
from states.prove.bits import Question
from states.prove.cases import Abstraction
from states.prove.search import VACUOUS
from states.prove.verdict import Verdict
from states.soundness import stops_only_by_leaving

if TYPE_CHECKING:
    from datetime import timedelta

    from states.deadlines import Deadline, Rung
    from states.people import Role
    from states.procedure import Procedure
    from states.promises import EveryWaitHasDeadline, LaddersEndFilled, NoTimeLoop, Owed
    from states.prove.nodes import Node


def waits_have_clocks(procedure: Procedure, promise: EveryWaitHasDeadline) -> Verdict:
    """In every state that is not final a clock runs that only leaving the state stops."""
    bare = [
        s.value
        for s in procedure.states
        if s not in procedure.finals
        and not any(s in d.runs_in and stops_only_by_leaving(d) for d in procedure.deadlines)
    ]
    why = f"no clock runs in {', '.join(bare)}" if bare else ""
    return Verdict(promise, not bare, len(procedure.states), why=why)


def no_time_loop(procedure: Procedure, promise: NoTimeLoop) -> Verdict:
    """Every ring of states lies under one clock from receipt that only leaving the ring stops."""
    loose = [ring for ring in _rings(procedure) if not any(_spans(d, ring) for d in procedure.deadlines)]
    names = "; ".join(", ".join(sorted(s.value for s in ring)) for ring in loose)
    return Verdict(
        promise,
        not loose,
        len(procedure.states),
        why=f"a case can go round unseen in {names}" if loose else "",
    )


def _spans(deadline: Deadline, ring: frozenset[State]) -> bool:
    return ring <= set(deadline.runs_in) and deadline.since == "received" and stops_only_by_leaving(deadline)


def _rings(procedure: Procedure) -> list[frozenset[State]]:
    """The sets of states among which a case can move round and round."""
    ways = {s: {m.dest for m in procedure.moves if s in m.sources} for s in procedure.states}
    reach = {s: _reached(s, ways) for s in procedure.states}
    rings = {frozenset(t for t in reach[s] if s in reach[t]) for s in procedure.states if s in reach[s]}
    return sorted(rings, key=sorted)


def _reached(start: State, ways: dict[State, set[State]]) -> set[State]:
    reached: set[State] = set()
    work = [start]
    while work:
        more = ways[work.pop()] - reached
        reached |= more
        work.extend(more)
    return reached


def ladders_end_filled(procedure: Procedure, promise: LaddersEndFilled) -> Verdict:
    """Every ladder has rungs in order, and its last one tells somebody whom the office must have, or who is of another body."""
    wrong = [text for d in procedure.deadlines if (text := _ladder(d, procedure))]
    return Verdict(promise, not wrong, len(procedure.deadlines), why="; ".join(wrong))


def _ladder(deadline: Deadline, procedure: Procedure) -> str:
    if not deadline.ladder:
        return f"{deadline.name} has no rung"
    lengths = [r.after for r in deadline.ladder]
    if lengths != sorted(lengths):
        return f"the rungs of {deadline.name} are not in order"
    filled = any(r.human and (r.outside or procedure.staff.get(r)) for r in deadline.ladder[-1].tell)
    return "" if filled else f"{deadline.name} ends in a role that nobody need hold"


def owed(procedure: Procedure, promise: Owed) -> Verdict:
    """Wherever a case can wait while a duty is open, a clock runs that tells the role in time."""
    steps = gate_of(promise.gate)
    clocks = [
        d for d in procedure.deadlines if any(in_time(r, promise.tells, promise.within) for r in d.ladder)
    ]
    asked: list[Cond] = [c for c in (promise.when, *(d.when for d in clocks)) if c is not None]
    asked += [d.since for d in clocks if isinstance(d.since, Flag)]
    tracked = {s.name for s in steps} | {a for cond in asked for a in cond.atoms()}
    tracked |= {s.name for d in clocks if d.until is not None for s in gate_of(d.until)}
    tracked |= {d.since.name for d in clocks if isinstance(d.since, Step)}
    world = Abstraction(procedure, tracked)
    gate = world.bits.any(s.name for s in steps)
    when = None if promise.when is None else Question(promise.when, world.bits)
    waiting, explored = _waiting(world, gate, when)
    if not waiting:
        return Verdict(promise, False, explored, why=VACUOUS)
    states = {n.state for n in waiting}
    for node in waiting:
        if not any(_runs(d, node, world, only_state=len(states) == 1) for d in clocks):
            facts = ", ".join(world.bits.names(node.mask)) or "nothing recorded"
            return Verdict(
                promise,
                False,
                explored,
                why=f"no clock tells {promise.tells.name} in time in {node.state} ({facts})",
            )
    return Verdict(promise, True, explored)


def in_time(rung: Rung, role: Role, within: timedelta) -> bool:
    """Whether a rung tells the role in time, however far an office may move it."""
    latest = rung.after if rung.source == "text" or rung.between is None else max(rung.after, rung.between[1])
    return role in rung.tell and latest <= within


def _waiting(world: Abstraction, gate: int, when: Question | None) -> tuple[list[Node], int]:
    """The nodes that can be reached in which the duty may be open, nearest first."""
    seen = {world.start: None}
    queue = deque(seen)
    while queue:
        for _, then in world.edges(queue.popleft()):
            if then not in seen:
                seen[then] = None
                queue.append(then)
    finals = set(world.procedure.finals)
    waiting = [
        n
        for n in seen
        if n.state not in finals
        and not n.pending
        and not n.mask & gate
        and (when is None or when.ask(n.mask, n.level) is not False)
    ]
    return waiting, len(seen)


def _runs(deadline: Deadline, node: Node, world: Abstraction, *, only_state: bool) -> bool:
    """Whether a clock certainly runs. One from entry restarts on entry, so that it counts only where the duty waits in one state alone."""
    if node.state not in deadline.runs_in or (deadline.since == "entered" and not only_state):
        return False
    if (
        deadline.when is not None
        and Question(deadline.when, world.bits).ask(node.mask, node.level) is not True
    ):
        return False
    if deadline.until is not None and node.mask & world.bits.any(s.name for s in gate_of(deadline.until)):
        return False
    if isinstance(deadline.since, str):
        return True
    return bool(
        node.mask
        & world.bits.of.get(
            deadline.since.key if isinstance(deadline.since, Flag) else deadline.since.name, 0
        )
    )
