"""From everywhere a case can come to, an end can be reached.

Forward goes whatever may happen (facts that are not tracked may be either way); backward counts only what can certainly be done:
every rule met for certain, somebody left to do it, and where a sub-case or the complainant decides, whatever the answer is. Steps
that need nothing but somebody's work here and now are not tracked: they can be done when they are needed.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from states.acts import Act, Move, State, Step, gate_of
from states.people import FromSub, roles_of
from states.procedure import needs_of
from states.prove.atoms import every_atom, state_span
from states.prove.cases import Abstraction
from states.prove.linked import started_by
from states.prove.nodes import OUTCOME, Do, Node
from states.prove.persons import Supply
from states.prove.verdict import Verdict
from states.soundness import stops_only_by_leaving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from states.procedure import Procedure
    from states.promises import AlwaysCanEnd

MOST_NODES = 20_000


def can_end(procedure: Procedure, promise: AlwaysCanEnd) -> Verdict:
    """Prove that an end that counts can be reached from everywhere, and so for every sub-case, under this procedure's rules."""
    ends = tuple(s for s in counting_ends(procedure) if s not in promise.but)
    verdict = _can_end(procedure, promise, ends, Supply(procedure))
    explored = verdict.explored
    for kind in (k for kinds in started_by(procedure).values() for k in kinds):
        if not verdict.holds:
            break
        below = _can_end(kind, promise, counting_ends(kind), Supply(kind, procedure))
        explored += below.explored
        if not below.holds:
            return Verdict(
                promise, False, explored, below.path, f"a case of {kind.name} under it: {below.why}"
            )
    return Verdict(promise, verdict.holds, explored, verdict.path, verdict.why)


def counting_ends(procedure: Procedure) -> tuple[State, ...]:
    """The ends in which the duty is done. One in which it falls away is nobody's to bring about."""
    return tuple(s for s in procedure.finals if s not in procedure.aside)


def _can_end(procedure: Procedure, promise: AlwaysCanEnd, ends: tuple[State, ...], supply: Supply) -> Verdict:
    """Track nothing at first, then what decides where a case seems stuck; only an exact search may say that one is."""
    verdict = Verdict(promise, False, 0)
    where: frozenset[State] = frozenset()
    tracked: frozenset[str] = frozenset()
    asked = {a for cond in procedure.conditions() for a in cond.atoms()}
    wider = iter((_decisive(procedure, frozenset(procedure.states)) | asked, every_atom(procedure)))
    while True:
        graph = Graph(Abstraction(procedure, tracked), supply, frozenset(ends))
        explored = verdict.explored + len(graph.came)
        if graph.too_large:
            return Verdict(promise, False, explored, why=f"not decided within {MOST_NODES} cases")
        stuck = graph.stuck()
        if stuck is None:
            return Verdict(promise, True, explored)
        why = f"stuck in {stuck.state}" + "".join(f"; {short}" for short in graph.short_of(stuck))
        verdict = Verdict(promise, False, explored, graph.way(stuck), why)
        where |= {stuck.state}
        more = tracked | _decisive(procedure, where)
        if more == tracked:
            more = tracked | next(wider, frozenset())
        if more == tracked:
            return verdict
        tracked = more


def _decisive(procedure: Procedure, where: frozenset[State]) -> frozenset[str]:
    """The facts that cannot simply be brought about when needed in these states: choices, what was due elsewhere, what changes others."""
    found = {f"open:{kind}" for kind in procedure.subs}
    for act in (a for a in procedure.acts if not where.isdisjoint(state_span(a))):
        for only in act.only:
            found.update(only.when.atoms())
        for ending in (e for sub in act.starts for e in sub.endings if e.when is not None):
            found.update(ending.when.atoms() if ending.when is not None else ())
        for step in (s for need in needs_of(act) for s in gate_of(need)):
            if not state_span(act) <= state_span(step):
                found.add(step.name)
    for step in (s for s in procedure.steps if not where.isdisjoint(s.during)):
        if isinstance(step.by, FromSub) or step.renews or step.starts:
            found.update((step.name, *(s.name for s in step.renews)))
    return frozenset(found)


class Graph:
    """All abstract cases that may arise, and from which of them an end can certainly be reached."""

    def __init__(self, world: Abstraction, supply: Supply, ends: frozenset[State]) -> None:
        self.world, self.supply, self.ends = world, supply, ends
        self.came: dict[Node, tuple[Node, Do] | None] = {world.start: None}
        self.edges: dict[Node, list[tuple[Do, Node]]] = {}
        self.too_large = False
        self._explore()

    def _explore(self) -> None:
        queue = deque(self.came)
        while queue:
            node = queue.popleft()
            self.edges[node] = list(self.world.edges(node))
            for do, then in self.edges[node]:
                if then not in self.came:
                    self.came[then] = (node, do)
                    queue.append(then)
            if len(self.came) > MOST_NODES:
                self.too_large = True
                return

    def stuck(self) -> Node | None:
        """Return a case that can reach no end; if possible one that can no longer leave its state; None if there is none."""
        finals = set(self.world.procedure.finals)
        ways = {n: list(self._ways(n)) for n in self.came if n.state not in finals}
        before: dict[Node, list[Node]] = {}
        for node, choices in ways.items():
            for then in {t for choice in choices for t in choice}:
                before.setdefault(then, []).append(node)
        ended = [n for n in self.came if n.state in self.ends]
        good = _spread(
            ended, before, lambda n, good: any(all(t in good for t in choice) for choice in ways[n])
        )
        bad = [n for n in ways if n not in good]
        onward = [n for n, w in ways.items() if any(t.state not in {n.state, *finals} for c in w for t in c)]
        roving = _spread([n for n in onward if n not in good], before, lambda _node, _roving: True)
        return next((n for n in bad if n not in roving), bad[0] if bad else None)

    def _ways(self, node: Node) -> Iterator[tuple[Node, ...]]:
        """Yield what can certainly be brought about here: each a set of nodes, all of which must be good."""
        after_end: dict[str, list[Node]] = {}
        if node.pending:
            yield tuple(then for _, then in self.edges[node])
            return
        for do, then in self.edges[node]:
            if do.kind == "end":
                after_end.setdefault(do.sub, []).append(then)
            elif (
                do.act is not None
                and do.kind in ("record", "move")
                and then != node
                and self._sure(do.act, node)
            ):
                yield (then,)
        for kind, thens in after_end.items():
            if node.mask & self.world.bits.of.get(f"open:{kind}", 0):
                yield tuple(thens)

    def _sure(self, act: Act, node: Node, depth: int = 0) -> bool:
        """Whether somebody can certainly do this act, here and now."""
        if not self._somebody(act, node):
            return False
        view = self.world.moves[act.name] if isinstance(act, Move) else self.world.steps[act.name]
        if any(only.ask(node.mask, node.level) is not True for only in view.rules.onlys):
            return False
        return all(
            need.met(node.mask, node.level) or any(self._free(s, node, depth + 1) for s in need.steps)
            for need in view.rules.needs
        )

    def _free(self, step: Step[Any], node: Node, depth: int) -> bool:
        """Whether a step that is not tracked can be done on the spot, changing nothing that is tracked or that another need rests on."""
        view = self.world.steps.get(step.name)
        if view is None or view.bit or depth > len(self.world.steps) or isinstance(step.by, FromSub):
            return False
        if step.renews or step.starts:
            return False
        return node.state in step.during and self._sure(step, node, depth)

    def _somebody(self, act: Act, node: Node) -> bool:
        roles = roles_of(act.by, node.level)
        if not roles or self.supply.lacking(act, node.level):
            return False
        if any(r.human or r.name not in (OUTCOME, "clock") for r in roles):
            return True
        deadlines = self.world.procedure.deadlines
        by_clock = any(r.name == "clock" for r in roles)
        return by_clock and any(
            d.move is act and node.state in d.runs_in and stops_only_by_leaving(d) for d in deadlines
        )

    def short_of(self, node: Node) -> tuple[str, ...]:
        """Why people are lacking for what could be done in this state."""
        acts = [a for a in self.world.procedure.acts if node.state in state_span(a)]
        return tuple(dict.fromkeys(short for a in acts if (short := self.supply.lacking(a, node.level))))

    def way(self, node: Node) -> tuple[str, ...]:
        """The acts that lead to a node, as lines."""
        lines: list[str] = []
        came = self.came[node]
        while came is not None:
            before, do = came
            lines.append(_line(do, before))
            came = self.came[before]
        return tuple(reversed([line for line in lines if line]))


def _spread(
    start: list[Node], before: dict[Node, list[Node]], joins: Callable[[Node, set[Node]], bool]
) -> set[Node]:
    """Grow a set backwards along the edges, by the nodes that may join."""
    found, work = set(start), deque(start)
    while work:
        for node in before.get(work.popleft(), ()):
            if node not in found and joins(node, found):
                found.add(node)
                work.append(node)
    return found


def _line(do: Do, before: Node) -> str:
    if do.kind == "end":
        return f"{do.sub} ends {do.ending.state}" if do.ending is not None else f"{do.sub} ends unheard"
    if do.act is None:
        return ""
    who = (
        OUTCOME if do.kind == "then" else next((r.name for r in roles_of(do.act.by, before.level)), "nobody")
    )
    if isinstance(do.act, Move):
        return f"{who} {do.act.name} -> {do.act.dest}"
    said = f" [{', '.join(a.partition('.')[2] for a in do.raised)}]" if do.raised else ""
    return f"{who} {'corrects' if do.kind == 'correct' else 'records'} {do.act.name}{said}"
