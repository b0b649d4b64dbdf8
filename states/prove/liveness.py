"""From everywhere a case can come to, an end can be reached.

Forward goes whatever may happen (facts that are not tracked may be either way); backward counts only what can certainly be done:
every rule met for certain, somebody left to do it, and where a sub-case or the complainant decides, whatever the answer is. Steps
that need nothing but somebody's work here and now are not tracked: they can be done when they are needed.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from states.acts import Act, Move, State, Step, cond_of, gate_of
from states.conditions import Cond, Done, HeldBy, Open
from states.people import FromSub, Role, roles_of
from states.procedure import needs_of
from states.prove.atoms import closed, every_atom, state_span, subject
from states.prove.bits import Question
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


def can_end(procedure: Procedure, promise: AlwaysCanEnd, hint: frozenset[str] = frozenset()) -> Verdict:
    """Prove that an end that counts can be reached from everywhere, and so for every sub-case, under this procedure's rules.

    `hint`: facts to track from the beginning, as the proof of a procedure that is almost the same had to.
    """
    ends = tuple(s for s in counting_ends(procedure) if s not in promise.but)
    verdict = _can_end(procedure, promise, ends, Supply(procedure), hint)
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
    return Verdict(promise, verdict.holds, explored, verdict.path, verdict.why, tracked=verdict.tracked)


def counting_ends(procedure: Procedure) -> tuple[State, ...]:
    """The ends in which the duty is done. One in which it falls away is nobody's to bring about."""
    return tuple(s for s in procedure.finals if s not in procedure.aside)


def _can_end(
    procedure: Procedure,
    promise: AlwaysCanEnd,
    ends: tuple[State, ...],
    supply: Supply,
    hint: frozenset[str] = frozenset(),
) -> Verdict:
    """Track nothing at first, then what decides where a case seems stuck; only an exact search may say that one is."""
    verdict = Verdict(promise, False, 0)
    where: frozenset[State] = frozenset()
    tracked = hint
    asked = {a for cond in procedure.conditions() for a in cond.atoms()}
    wider = iter((_decisive(procedure, frozenset(procedure.states)) | asked, every_atom(procedure)))
    while True:
        graph = Graph(Abstraction(procedure, tracked), supply, frozenset(ends))
        explored = verdict.explored + len(graph.came)
        if graph.too_large:
            return Verdict(promise, False, explored, why=f"not decided within {MOST_NODES} cases")
        bad = graph.stuck()
        if not bad:
            return Verdict(promise, True, explored, tracked=tracked)
        if lacked := next((more for node in bad if (more := graph.lacks_in(node))), frozenset()):
            verdict, tracked = Verdict(promise, False, explored), tracked | lacked
            continue
        stuck = bad[0]
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
        for ending in (e for sub in procedure.subs_of(act) for e in sub.endings if e.when is not None):
            found.update(ending.when.atoms() if ending.when is not None else ())
        for step in (s for need in needs_of(act) for s in gate_of(need)):
            if not state_span(act) <= state_span(step):
                found.add(step.name)
    wanted = _wanted(procedure)
    for step in (s for s in procedure.steps if not where.isdisjoint(s.during)):
        counts = step.name in wanted or not step.often
        if counts and (isinstance(step.by, FromSub) or step.renews or procedure.subs_of(step)):
            found.update((step.name, *(s.name for s in step.renews)))
    return frozenset(found)


def _wanted(procedure: Procedure) -> frozenset[str]:
    """Names of the steps that some act or some end of a sub-case asks for: that another one was recorded hinders nothing but doing it again."""
    found: set[str] = set()
    for act in procedure.acts:
        conds = [only.when for only in act.only]
        for need in needs_of(act):
            found.update(s.name for s in gate_of(need))
            conds += [cond] if (cond := cond_of(need)) is not None else []
        conds += [e.when for sub in procedure.subs_of(act) for e in sub.endings if e.when is not None]
        found.update(subject(atom) for cond in conds for atom in cond.atoms())
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

    def stuck(self) -> list[Node]:
        """Return the cases that can reach no end, those that can no longer leave their state first."""
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
        return sorted(bad, key=roving.__contains__)

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
                and not self._may_be_there(do.act)
                and self._sure(do.act, node)
            ):
                yield (then,)
        for kind, thens in after_end.items():
            if node.mask & self.world.bits.of.get(f"open:{kind}", 0):
                yield tuple(t for t in thens if t != node or not self._become_fewer(kind, node))

    def _become_fewer(self, kind: str, node: Node) -> bool:
        """Whether several are open, of which as many as there are come to an end one after the other, and start no more by it."""
        several = node.mask & self.world.bits.of.get(f"open:{kind}#2", 0)
        endings = self.world.procedure.subs[kind].endings
        return bool(several) and not any(self.world.procedure.subs_of(e.records) for e in endings)

    def _may_be_there(self, act: Act) -> bool:
        """Whether nobody knows if this was recorded already, which forbids that it is recorded now."""
        return isinstance(act, Step) and not act.often and not self.world.steps[act.name].bit

    def _sure(self, act: Act, node: Node, trying: frozenset[str] = frozenset()) -> bool:
        """Whether somebody can certainly do this act, here and now. `trying`: the acts for whose sake it would be done."""
        if not self._somebody(act, node):
            return False
        view = self.world.moves[act.name] if isinstance(act, Move) else self.world.steps[act.name]
        if not all(self._holds_or_can(only, node, trying | {act.name}) for only in view.rules.onlys):
            return False
        return all(
            need.met(node.mask, node.level)
            or any(self._free(s, node, trying | {act.name}) for s in need.steps)
            for need in view.rules.needs
        )

    def _holds_or_can(self, only: Question, node: Node, trying: frozenset[str]) -> bool:
        """Whether a condition holds, or can be brought about here and now, changing nothing that is tracked.

        One step alone must make it hold, whatever else is true; or every sub-case that it asks about ends, and each of them can.
        """
        if only.ask(node.mask, node.level) is True:
            return True
        if all(isinstance(leaf, Open) for leaf in only.cond.leaves()):
            return only.cond.holds(lambda _atom: False) is True and all(
                self._ends(leaf) for leaf in only.cond.leaves()
            )
        makers = {
            step.name: step for leaf in only.cond.leaves() if isinstance(leaf, Done) for step in leaf.steps()
        }
        return any(
            only.cond.holds(lambda atom, name=name: True if atom == name else None) is True  # type: ignore[misc]
            and self._free(step, node, trying)
            for name, step in makers.items()
        )

    def _ends(self, leaf: Cond) -> bool:
        """Whether sub-cases of a kind that is not tracked can all be brought to an end without anything tracked being changed by it.

        That each of them can end is proved of its own procedure.
        """
        assert isinstance(leaf, Open)  # noqa: S101  asked before
        sub = self.world.procedure.subs.get(leaf.kind)
        if sub is None:
            return True  # nothing starts one
        if leaf.key in self.world.bits.of or any(e.then for e in sub.endings):
            return False
        procedure, records = self.world.procedure, [self.world.steps[e.records.name] for e in sub.endings]
        return not any(view.matters or procedure.subs_of(view.step) for view in records)

    def lacks_in(self, node: Node) -> frozenset[str]:
        """Facts, not tracked yet, by which the moves out of a state could be seen to be possible; those nearest to a move first."""
        known = frozenset(self.world.bits.atoms)
        groups: list[list[Act]] = [[view.move for view in self.world.moves_in[node.state]]]
        seen: set[str] = set()
        while groups:
            acts = [act for act in groups.pop(0) if act.name not in seen]
            seen.update(act.name for act in acts)
            asked, deeper = self._lacks(acts, node)
            if more := frozenset(closed(asked, self.world.procedure)) - known:
                return more
            groups += deeper
        return frozenset()

    def _lacks(self, acts: list[Act], node: Node) -> tuple[set[str], list[list[Act]]]:
        """What the conditions of these acts ask, and their needs that nobody can meet on the spot; and the steps that would meet each other need.

        Needs that one step alone meets come first: there is no way round them.
        """
        found: set[str] = set()
        deeper: list[list[Act]] = []
        for act in (act for act in acts if self._somebody(act, node)):
            view = self.world.moves[act.name] if isinstance(act, Move) else self.world.steps[act.name]
            for only in view.rules.onlys:
                if not self._holds_or_can(only, node, frozenset((act.name,))):
                    found.update(only.cond.atoms())
            for need in view.rules.needs:
                if need.met(node.mask, node.level) or any(
                    self._free(s, node, frozenset((act.name,))) for s in need.steps
                ):
                    continue
                here = [s for s in need.steps if node.state in s.during and not isinstance(s.by, FromSub)]
                found.update(
                    s.name for s in need.steps if s not in here or s.renews or self.world.procedure.subs_of(s)
                )
                found.update(need.cond.cond.atoms() if need.cond is not None else ())
                deeper.append([*here])
        return found, sorted(deeper, key=len)

    def _free(self, step: Step[Any], node: Node, trying: frozenset[str]) -> bool:
        """Whether a step that is not tracked can be done on the spot, changing nothing that is tracked or that another need rests on."""
        view = self.world.steps.get(step.name)
        if view is None or view.bit or step.name in trying or isinstance(step.by, FromSub):
            return False
        if step.renews or self.world.procedure.subs_of(step):
            return False
        return node.state in step.during and self._sure(step, node, trying)

    def _somebody(self, act: Act, node: Node) -> bool:
        roles = roles_of(act.by, node.level)
        if not roles:
            return False
        if self.supply.lacking(act, node.level) and self.supply.lacking(
            act, node.level, self._clear(node.mask)
        ):
            return False
        if any(r.human or r.name not in (OUTCOME, "clock") for r in roles):
            return True
        deadlines = self.world.procedure.deadlines
        by_clock = any(r.name == "clock" for r in roles)
        return by_clock and any(
            d.move is act and node.state in d.runs_in and stops_only_by_leaving(d) for d in deadlines
        )

    def _clear(self, mask: int) -> frozenset[Role]:
        """Roles whose holders are certainly not among those whom the case is about: facts say so of every field that names these."""
        barred = {(bar.named.step, bar.named.field) for p in self.supply.family for bar in p.barred}
        told: dict[Role, set[tuple[Step[Any], str]]] = {}
        for flag in self.world.procedure.flags.values():
            bit = self.world.bits.of.get(flag.key, 0)
            if (
                isinstance(flag, HeldBy)
                and flag.role is not None
                and bit
                and not mask & bit
                and self._stays(flag.step)
            ):
                told.setdefault(flag.role, set()).add((flag.step, flag.field))
        return frozenset(role for role, fields in told.items() if fields >= barred)

    def _stays(self, step: Step[Any]) -> bool:
        """Whether a fact of this step holds as long as the names of its records: these outlive the round, a fact of the round does not."""
        return step.lasts == "case" or not any(move.new_round for move in self.world.procedure.moves)

    def short_of(self, node: Node) -> tuple[str, ...]:
        """Why people are lacking for what could be done in this state."""
        here = (a for a in self.world.procedure.acts if node.state in state_span(a))
        acts = [a for a in here if not isinstance(a.by, FromSub)]
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
