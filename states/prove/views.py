"""Steps and moves over the tracked facts: when they may be done, by whom, and what becomes of the facts."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from states.forms import names_several
from states.people import Apart, Barred, Named, Scope, roles_of
from states.prove.atoms import subject
from states.prove.bits import Bits, Rules
from states.prove.nodes import OUTCOME, Do, Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from states.acts import Act, Move, Step
    from states.prove.cases import Abstraction

TIMES: Mapping[Scope, tuple[str, ...]] = {
    "ever": ("now", "before"),
    "this round": ("now",),
    "earlier rounds": ("before",),
}


class ActView:
    """What steps and moves have in common: rules and persons."""

    def __init__(self, world: Abstraction, act: Act) -> None:
        bits, procedure = world.bits, world.procedure
        self.world, self.rules = world, Rules(act, bits)
        self.human = tuple(any(r.human for r in roles_of(act.by, n)) for n in range(world.limit + 1))
        self.did_now = bits.of.get(f"did:{act.name}@now", 0)
        self.kept_from_p = 0
        if world.persons:
            self.kept_from_p = bits.any(_apart_atoms(act, procedure.aparts, procedure.name))
            self.kept_from_p |= bits.any(_barred_atoms(act, procedure.barred, procedure.name))
        self.for_named = tuple(
            (
                bits.of.get(f"named:{s.as_.step.name}.{s.as_.field}", 0),
                bits.of.get(f"others:{s.as_.step.name}.{s.as_.field}", 0),
            )
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
                yield from (f"did:{other.name}@{t}" for t in TIMES[rule.scope])
        if act.key in {a.key for a in rule.those}:
            for field in (f"{n.step.name}.{n.field}" for n in rule.named if n.step.owner == owner):
                # whoever is named now, in whichever round, and whoever was within the scope
                yield from (f"named:{field}", *(f"ever:{field}@{t}" for t in TIMES[rule.scope]))


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
        self.flags = bits.any(
            a for a in mine if "." in a.partition("=")[0] and ":" not in a.partition("=")[0]
        )
        self.named = bits.any(a for a in mine if a.startswith(("named:", "others:", "has:")))
        self.counts = _chain(bits, mine, "")
        self.days = _chain(bits, mine, "d")
        self.says = tuple((bits.any((*said, *_ever(said))), said) for said in _sayings(mine, step))
        of_step = [o for o in world.procedure.starting if o.step is step and o.sub not in step.starts]
        keys = {
            sub: [one.when.key for one in of_step if one.sub is sub]
            for sub in dict.fromkeys(one.sub for one in of_step)
        }
        self.starts_if = tuple(
            (bits.any(k), all(one in bits.of for one in k), sub) for sub, k in keys.items()
        )
        self.earlier = step.lasts == "case" and any(m.new_round for m in world.procedure.moves)
        self.renewed = 0
        for other in step.renews:
            self.renewed |= world.forget(other)
        self.watched = step.key in world.watch
        opens = bits.any(f"open:{s.kind}" for s in world.procedure.subs_of(step))
        self.matters = bool(self.bit or self.did_now or self.renewed or opens or self.watched)

    def edges(self, node: Node) -> Iterator[tuple[Do, Node]]:
        """Yield every way of recording or correcting it, in a state where it may be."""
        if not self.rules.may(node.mask, node.level):
            return
        again = node.mask & self.bit and not self.step.often
        for by_p in self.who(node):
            if not again:
                yield from self.record(node, by_p=by_p)
            mends = self.flags or self.named or self.days or self.starts_if or (by_p and self.did_now)
            if node.mask & self.bit and (mends or self.watched):
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
        for opened in self._opened_if(mask, said):
            if another:
                yield opened | another, True
            if not another or opened & self.days[0]:
                yield opened, False

    def _opened_if(self, mask: int, said: int, was: int | None = None) -> Iterator[int]:
        """The facts with the sub-cases open that a record starts only if it says so; where that is not tracked, with them and without.

        `was`: what the record said before it was corrected: what it started then is not started again.
        """
        ways = [mask]
        for says_so, known, sub in self.starts_if:
            if (was or 0) & says_so or (known and not said & says_so):
                continue
            opened = [self.world.opened(way, (sub,)) for way in ways]
            sure = said & says_so and (known or was is None)
            ways = opened if sure else list(dict.fromkeys((*ways, *opened)))
        yield from ways

    def _correct(self, node: Node, *, by_p: bool) -> Iterator[tuple[Do, Node]]:
        """Yield the facts after a correction: what the old record said falls, what others said as well stays."""
        loose = self.named if not self.step.often else self.named | self.flags
        bare = node.mask & ~(self.named | self.flags)
        seen = set[int]() if self.watched else {node.mask}
        for kept, (said, names) in product(_subsets(node.mask & loose), self.says):
            for days, adds in product(self._fewer_days(bare), self._of_round(said, by_p=by_p)):
                for mask in (days | kept | adds, *self._silent(node.mask, adds)):
                    for after in self._begun_besides(node.mask, mask, said):
                        if after not in seen:
                            seen.add(after)
                            yield Do("correct", self.step, names, by_p), node._replace(mask=after)

    def _begun_besides(self, before: int, mask: int, said: int) -> Iterator[int]:
        """The facts with what a record starts as it is corrected; of a step recorded often it may have said less than all do together."""
        if not self.starts_if:
            yield mask
            return
        was = before & self.flags
        olds = (was,) if not self.step.often else tuple(_subsets(was))
        yield from dict.fromkeys(after for old in olds for after in self._opened_if(mask, said, old))

    def _silent(self, mask: int, adds: int) -> Iterator[int]:
        """The facts after the correction of an earlier record where the latest speaks."""
        if self.step.latest and self.step.often:
            yield mask | (adds & ~(self.named | self.flags))

    def _of_round(self, said: int, *, by_p: bool) -> Iterator[int]:
        """What a correction adds: it belongs to the round of the record, which for a step of the case may be an earlier one."""
        adds = said | (self.did_now if by_p else 0)
        yield adds
        now = adds & self.world.now
        if now and self.earlier:
            bits = self.world.bits
            yield (adds & ~now) | bits.any(a.replace("@now", "@before") for a in bits.names(now))

    def _fewer_days(self, mask: int) -> Iterator[int]:
        yield mask
        for bit in reversed(self.days[1:]):
            if mask & bit:
                mask &= ~bit
                yield mask


def _chain(bits: Bits, atoms: list[str], mark: str) -> tuple[int, ...]:
    counts = [a for a in atoms if "#" in a.partition("=")[0] and a.endswith("d") is bool(mark)]
    return tuple(bits.of[a] for a in sorted(counts, key=lambda a: int(a.partition("#")[2].rstrip("d"))))


def _sayings(atoms: list[str], step: Step[Any]) -> list[tuple[str, ...]]:
    """What one record can say: of each field one value or none, of each field of persons P, somebody else or nobody.

    A field of several persons may name both P and somebody else.
    """
    fields: dict[str, list[str]] = {}
    for atom in atoms:
        head = atom.partition("=")[0]
        if head.startswith(("named:", "others:")):
            fields.setdefault("@" + head.partition(":")[2], []).append(atom)
        elif head.startswith("has:"):
            if f"named:{head[4:]}" not in atoms:  # else it follows from that
                fields.setdefault("@" + head[4:], []).append(atom)
        elif "." in head and ":" not in head:
            fields.setdefault(head, []).append(atom)
    said: list[list[tuple[str, ...]]] = []
    for name, values in fields.items():
        one = [(), *((value,) for value in values)]
        both = name.startswith("@") and len(values) > 1 and names_several(step.form, name.partition(".")[2])
        said.append([*one, tuple(values)] if both else one)
    return [tuple(a for part in choice for a in part) for choice in product(*said)]


def _ever(said: tuple[str, ...]) -> Iterator[str]:
    """What is true of P besides once a record of this round has named him: it counts now, and it stays true that it did."""
    for field in (a.partition(":")[2] for a in said if a.startswith("named:")):
        yield from (f"ever:{field}@now", f"has:{field}")


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
        """Yield every way of making it, from a state where it starts."""
        if not self.rules.may(node.mask, node.level):
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
        able = node.state in self.move.sources and any(
            r.name == OUTCOME for r in roles_of(self.move.by, node.level)
        )
        if able and self.rules.may(node.mask, node.level):
            yield Do("then", self.move), self.after(now)
            if self.rules.must(node.mask, node.level):
                return
        yield Do("then", None), now
