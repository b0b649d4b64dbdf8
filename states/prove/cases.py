"""Abstract cases and what can become of them: every behaviour of the engine, and more where facts are not tracked.

A correction is taken to pass through the requirements of its step (all but "already recorded") and to replace what the record said.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from states.acts import Act, Ending, Move, State, Step, Sub
from states.people import Apart, Barred, FromSub, Named, roles_of
from states.prove.atoms import subject
from states.prove.bits import Bits, Question, Rules
from states.prove.linked import silent_ends

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from states.procedure import Procedure

OUTCOME = "outcome"  # the role by which the end of a sub-case fires a move of its parent


class Node(NamedTuple):
    """A set of cases: all that agree in state, level and the tracked facts. `pending`: a move that a sub-case's end fires next."""

    state: State
    level: int
    mask: int
    pending: str = ""


class Do(NamedTuple):
    """What leads from one node to the next."""

    kind: Literal["record", "correct", "move", "end", "then"]
    act: Act | None
    raised: tuple[str, ...] = ()
    by_p: bool = False
    sub: str = ""
    ending: Ending | None = None
    later_day: bool = False


class Abstraction:
    """One procedure seen through some tracked facts. `watch`: acts to follow although nothing tracked changes by them."""

    def __init__(
        self, procedure: Procedure, tracked: Iterable[str], watch: Iterable[Act] = (), since: State | None = None
    ) -> None:
        self.procedure, self.since, self.watch = procedure, since, frozenset(a.key for a in watch)
        self.bits = bits = Bits(procedure, tracked)
        self.limit = procedure.max_level
        self.subs = tuple(procedure.subs.values())
        self.persons = bool(bits.starting("did:", "named:"))
        self.steps = {s.name: StepView(self, s) for s in procedure.steps}
        self.moves = {m.name: MoveView(self, m) for m in procedure.moves}
        self.live_steps = tuple(v for v in self.steps.values() if v.matters and not isinstance(v.step.by, FromSub))
        self.sub_views = tuple(SubView(self, sub) for sub in self.subs)
        self.round_mask = self._round_mask()
        self.now, self.fresh = bits.any(a for a in bits.atoms if a.endswith("@now")), bits.starting("fresh:")

    @property
    def start(self) -> Node:
        """A case of which nothing is recorded yet."""
        return Node(self.procedure.initial, 0, 0)

    def _round_mask(self) -> int:
        steps = self.procedure.step_named
        lasting = [
            a
            for a in self.bits.atoms
            if a.startswith(("did:", "named:", "others:"))
            or (not a.startswith("open:") and steps[subject(a)].lasts == "case")
        ]
        return ((1 << len(self.bits.atoms)) - 1) & ~self.bits.any(lasting)

    def forget(self, step: Step[Any]) -> int:
        """The bits that fall when a step counts no longer."""
        keep = ("did:", "open:")
        return self.bits.any(a for a in self.bits.atoms if subject(a) == step.name and not a.startswith(keep))

    def opened(self, mask: int, subs: tuple[Sub, ...]) -> int:
        """Start sub-cases; a second one of a kind is remembered."""
        for sub in subs:
            one, two = self.bits.of.get(f"open:{sub.kind}", 0), self.bits.of.get(f"open:{sub.kind}#2", 0)
            mask |= (one | two) if mask & one else one
        return mask

    def edges(self, node: Node) -> Iterator[tuple[Do, Node]]:
        """Yield everything that may happen next."""
        if node.pending:
            yield from self.moves[node.pending].follow(node)
            return
        for view in self.live_steps:
            yield from view.edges(node)
        if node.state not in self.procedure.finals:
            for sub in self.sub_views:
                yield from sub.edges(node)
        for move in self.moves.values():
            yield from move.edges(node)


class ActView:
    """What steps and moves have in common: rules and persons."""

    def __init__(self, world: Abstraction, act: Act) -> None:
        bits, procedure = world.bits, world.procedure
        self.world, self.rules = world, Rules(act, bits)
        self.human = tuple(any(r.human for r in roles_of(act.by, n)) for n in range(world.limit + 1))
        self.did_now = bits.of.get(f"did:{act.name}@now", 0)
        self.kept_from_p = bits.any(_apart_atoms(act, procedure.aparts, procedure.name))
        self.kept_from_p |= bits.any(_barred_atoms(act, procedure.barred, procedure.name))
        self.for_named = tuple(
            (bits.of.get(f"named:{s.as_.step.name}.{s.as_.field}", 0), bits.of.get(f"others:{s.as_.step.name}.{s.as_.field}", 0))
            for s in procedure.sames
            if any(a.key == act.key for a in s.acts) and isinstance(s.as_, Named) and not s.or_roles
        )
        follows = bool(self.did_now) or (world.persons and act.key in world.watch)
        self.people = (False, True) if follows else (False,)

    def who(self, node: Node) -> Iterator[bool]:
        """Yield whether P (True) or somebody else (False) may do it, as far as tracked facts tell."""
        for by_p in self.people:
            if by_p and (node.mask & self.kept_from_p or not self.human[node.level]):
                continue
            if any(self._is_for_another(node.mask, by_p, p, others) for p, others in self.for_named):
                continue
            yield by_p

    @staticmethod
    def _is_for_another(mask: int, by_p: bool, p: int, others: int) -> bool:  # noqa: FBT001  P or not P
        mine, theirs = (p, others) if by_p else (others, p)
        return bool(mask & theirs) and not mask & mine and bool(mine)


def _apart_atoms(act: Act, aparts: tuple[Apart, ...], owner: str) -> Iterator[str]:
    for rule in aparts:
        for other in rule.against(act):
            if other.owner == owner:
                yield from (f"did:{other.name}@{t}" for t in {"ever": ("now", "before"), "this round": ("now",), "earlier rounds": ("before",)}[rule.scope])


def _barred_atoms(act: Act, barred: tuple[Barred, ...], owner: str) -> Iterator[str]:
    for bar in barred:
        if bar.named.step.owner == owner and act.key not in {a.key for a in bar.but}:
            yield f"named:{bar.named.step.name}.{bar.named.field}"


class StepView(ActView):
    """One step over the tracked facts."""

    def __init__(self, world: Abstraction, step: Step[Any]) -> None:
        super().__init__(world, step)
        bits = world.bits
        self.step = step
        self.bit = bits.of.get(step.name, 0)
        self.fresh = bits.of.get(f"fresh:{step.name}", 0)
        mine = [a for a in bits.atoms if subject(a) == step.name]
        self.flags = bits.any(a for a in mine if "." in a.partition("=")[0] and ":" not in a.partition("=")[0])
        self.named = bits.any(a for a in mine if a.startswith(("named:", "others:")))
        self.counts = _chain(bits, mine, "")
        self.days = _chain(bits, mine, "d")
        self.says = tuple((bits.any(said), said) for said in _sayings(mine))
        self.renewed = 0
        for other in step.renews:
            self.renewed |= world.forget(other)
        watched = step.key in world.watch
        opens = bits.any(f"open:{s.kind}" for s in step.starts)
        self.matters = bool(self.bit or self.did_now or self.renewed or opens or watched)

    def edges(self, node: Node) -> Iterator[tuple[Do, Node]]:
        """Yield every way of recording or correcting it here."""
        if node.state not in self.step.during or not self.rules.may(node.mask, node.level):
            return
        again = node.mask & self.bit and not self.step.often
        for by_p in self.who(node):
            if not again:
                yield from self.record(node, by_p=by_p)
            if node.mask & self.bit and (self.flags or self.named or self.days):
                yield from self._correct(node, by_p=by_p)

    def record(self, node: Node, *, by_p: bool) -> Iterator[tuple[Do, Node]]:
        """Yield every way of recording it, whatever stands in the way."""
        for said, names in self.says:
            for mask, later in self.after(node.mask, said):
                done = mask | (self.did_now if by_p else 0)
                yield Do("record", self.step, names, by_p, later_day=later), node._replace(mask=done)

    def after(self, mask: int, said: int) -> Iterator[tuple[int, bool]]:
        """Yield the facts after a record that says this, on the same day as the last or on a later one."""
        mask &= ~self.renewed
        if self.step.latest:
            mask &= ~(self.flags | self.named)
        mask |= self.bit | self.fresh | said
        mask |= next((b for b in self.counts if not mask & b), 0)
        mask = self.world.opened(mask, self.step.starts)
        another = next((b for b in self.days if not mask & b), 0)
        if another:
            yield mask | another, True
        if not another or mask & self.days[0]:
            yield mask, False

    def _correct(self, node: Node, *, by_p: bool) -> Iterator[tuple[Do, Node]]:
        loose = self.named if not self.step.often else self.named | self.flags
        bare = node.mask & ~(self.named | self.flags)
        seen = set()
        for kept in _subsets(node.mask & loose):
            for said, names in self.says:
                for days in self._fewer_days(bare):
                    mask = days | kept | said | (self.did_now if by_p else 0)
                    if mask not in seen and mask != node.mask:
                        seen.add(mask)
                        yield Do("correct", self.step, names, by_p), node._replace(mask=mask)

    def _fewer_days(self, mask: int) -> Iterator[int]:
        yield mask
        for bit in reversed(self.days[1:]):
            if mask & bit:
                mask &= ~bit
                yield mask


def _chain(bits: Bits, atoms: list[str], mark: str) -> tuple[int, ...]:
    counts = [a for a in atoms if "#" in a.partition("=")[0] and a.endswith("d") is bool(mark)]
    return tuple(bits.of[a] for a in sorted(counts, key=lambda a: int(a.partition("#")[2].rstrip("d"))))


def _sayings(atoms: list[str]) -> list[tuple[str, ...]]:
    """What one record can say: of each field one value or none, of each field of persons P, somebody else or nobody."""
    fields: dict[str, list[str]] = {}
    for atom in atoms:
        head = atom.partition("=")[0]
        if head.startswith(("named:", "others:")):
            fields.setdefault("@" + head.partition(":")[2], []).append(atom)
        elif "." in head and ":" not in head:
            fields.setdefault(head, []).append(atom)
    choices = product(*[("", *values) for values in fields.values()])
    return [tuple(a for a in choice if a) for choice in choices]


def _subsets(mask: int) -> Iterator[int]:
    subset = mask
    while True:
        yield subset
        if not subset:
            return
        subset = (subset - 1) & mask


class MoveView(ActView):
    """One move over the tracked facts."""

    def __init__(self, world: Abstraction, move: Move) -> None:
        super().__init__(world, move)
        self.move = move
        self.renewed = 0
        for step in move.renews:
            self.renewed |= world.forget(step)

    def edges(self, node: Node) -> Iterator[tuple[Do, Node]]:
        """Yield every way of making it from here."""
        if node.state not in self.move.sources or not self.rules.may(node.mask, node.level):
            return
        if not roles_of(self.move.by, node.level):
            return
        for by_p in self.who(node):
            yield Do("move", self.move, by_p=by_p), self.after(node, by_p=by_p)

    def after(self, node: Node, *, by_p: bool = False) -> Node:
        """The node this move leads to."""
        world, move = self.world, self.move
        mask = (node.mask | (self.did_now if by_p else 0)) & ~self.renewed
        if move.new_round:
            mask |= world.bits.any(a.replace("@now", "@before") for a in world.bits.names(mask & world.now))
            mask &= ~(world.round_mask | world.now)
        if world.since is move.dest:
            mask &= ~world.fresh
        level = min(node.level + 1, world.limit) if move.climbs else node.level
        return Node(move.dest, level, world.opened(mask, move.starts))

    def follow(self, node: Node) -> Iterator[tuple[Do, Node]]:
        """Yield what comes of a sub-case's end that fires this move: it is made, or refused and the case stays."""
        now = node._replace(pending="")
        able = node.state in self.move.sources and any(r.name == OUTCOME for r in roles_of(self.move.by, node.level))
        if able and self.rules.may(node.mask, node.level):
            yield Do("then", self.move), self.after(now)
            if self.rules.must(node.mask, node.level):
                return
        yield Do("then", None), now


class SubView:
    """How sub-cases of one kind can end, over the tracked facts."""

    def __init__(self, world: Abstraction, sub: Sub) -> None:
        bits = world.bits
        self.world, self.sub = world, sub
        self.one, self.two = bits.of.get(f"open:{sub.kind}", 0), bits.of.get(f"open:{sub.kind}#2", 0)
        self.whens = {id(e): Question(e.when, bits) for e in sub.endings if e.when is not None}
        self.silent = silent_ends(world.procedure, sub)
        self.moves_on = {e.state: self._moves_on(e) for e in sub.endings}
        self.matters = bool(self.one) or any(self.moves_on.values())

    def _moves_on(self, ending: Ending) -> frozenset[State]:
        """The states in which this end changes something that is tracked."""
        view, move = self.world.steps.get(ending.records.name), self.world.moves.get(ending.then)
        if view is not None and view.matters:
            return frozenset(self.world.procedure.states)
        return frozenset(move.move.sources) if move is not None else frozenset()

    def edges(self, node: Node) -> Iterator[tuple[Do, Node]]:
        """Yield every way in which an open sub-case of the kind can end."""
        if not self.matters or (self.one and not node.mask & self.one):
            return
        for ending in self.sub.endings:
            if self.one or node.state in self.moves_on[ending.state]:
                yield from self._end(node, ending)
        if self.silent:
            for mask in self._closed(node.mask):
                yield Do("end", None, sub=self.sub.kind), node._replace(mask=mask)

    def _closed(self, mask: int) -> tuple[int, ...]:
        if mask & self.two:
            return mask, mask & ~self.two
        return (mask & ~self.one,)

    def _end(self, node: Node, ending: Ending) -> Iterator[tuple[Do, Node]]:
        view = self.world.steps.get(ending.records.name)
        if view is None:
            return
        free = view.step.often or not node.mask & view.bit
        may = free and view.rules.may(node.mask, node.level)
        sure = may and (view.step.often or bool(view.bit)) and view.rules.must(node.mask, node.level)
        said = raised_by(self.world.procedure, ending)
        for closed in self._closed(node.mask):
            if may:
                for mask, later in view.after(closed, self.world.bits.any(said)):
                    do = Do("end", ending.records, tuple(a for a in said if a in self.world.bits.of), False, self.sub.kind, ending, later)
                    yield from ((do, after) for after in self._then(node._replace(mask=mask), ending))
            if not sure:
                do = Do("end", None, (), False, self.sub.kind, ending)
                yield from ((do, after) for after in self._then(node._replace(mask=closed), ending))

    def _then(self, node: Node, ending: Ending) -> Iterator[Node]:
        when = self.whens.get(id(ending))
        fires = bool(ending.then) and (True if when is None else when.ask(node.mask, node.level))
        if ending.then and fires is not False:
            yield node._replace(pending=ending.then)
        if not fires:
            yield node


def raised_by(procedure: Procedure, ending: Ending) -> tuple[str, ...]:
    """The atoms that the end of a sub-case makes true in its parent."""
    return tuple(
        key
        for key, flag in procedure.flags.items()
        if flag.step.name == ending.records.name and flag.field == "outcome" and str(flag.value) == ending.state.value
    )
