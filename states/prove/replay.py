"""Walk an abstract path with the real requirement functions, doing on the way what the path leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from states.acts import Act, Ending, Move, Step, cond_of
from states.conditions import AllOf, AnyOf, Not
from states.facts import Actor
from states.people import FromSub, roles_of
from states.procedure import needs_of
from states.promises import AccusedNever, OnlyBy, Promise
from states.prove.breach import breaks, touches
from states.prove.linked import started_by
from states.prove.walk import Happened, Walk, mechanism
from states.refusals import Requirement, move_requirements, step_requirements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from states.conditions import Cond
    from states.procedure import Procedure
    from states.prove.cases import Abstraction
    from states.prove.nodes import Do

P, SOMEBODY = 1, 2  # persons: the one a promise speaks of, and one whom records may name beside him
OTHERS = 100  # the first of those who act beside P, one role each
EACH_ROLE = 6  # how many holders of each role are tried
DEEPEST = 8  # of steps that are needed by steps


def wanted(procedure: Procedure) -> frozenset[str]:
    """The facts that some act is only allowed with, and none only without."""
    for_, against = set[str](), set[str]()
    for only in (only for act in procedure.acts for only in act.only):
        _lean(only.when, for_, against)
    for cond in (c for act in procedure.acts for need in needs_of(act) if (c := cond_of(need)) is not None):
        _lean(cond, against, for_)
    return frozenset(for_ - against)


def _lean(cond: Cond, for_: set[str], against: set[str]) -> None:
    match cond:
        case Not(of=of):
            _lean(of, against, for_)
        case AllOf(of=parts) | AnyOf(of=parts):
            for part in parts:
                _lean(part, for_, against)
        case _:
            for_.update(cond.atoms())


class Replay:
    """One attempt to walk a path. `lines` tells what was done so far."""

    def __init__(self, world: Abstraction, promise: Promise, *, must_break: bool) -> None:
        self.world, self.promise, self.must_break = world, promise, must_break
        self.lines: tuple[str, ...] = ()
        # Steps done on the way that changed more than themselves: the search may have to know of them.
        self.lent = frozenset[str]()
        self.acts = set[str]()  # names of what was done, in the case itself
        self.met = self.moved = False
        kinds = {kind: found[0] for kind, found in started_by(world.procedure).items() if found}
        self.case = Walk(world.procedure, kinds, heard=self._hear)
        levels, acts = range(world.limit + 1), world.procedure.acts
        self.wanted = wanted(world.procedure)
        self.roles = list(dict.fromkeys(r for a in acts for n in levels for r in roles_of(a.by, n)))
        self.p = Actor("person", P, frozenset(r.name for r in self.roles if r.human))
        self.p_name = "the accused" if isinstance(promise, AccusedNever) else "one and the same person"

    def walk(self, path: tuple[Do, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
        """Return the acts as lines, or no lines and the facts that stood in the way."""
        for n, do in enumerate(path, 1):
            stuck = self._do(do, last=n == len(path))
            if stuck is not None:
                return (), stuck
        return (self.lines if self.met else ()), frozenset()

    def _hear(self, done: Happened) -> None:
        self.met = self.met or (breaks if self.must_break else touches)(self.promise, done)
        if done.case is self.case:
            self.acts.add(done.act.name)
        if isinstance(done.act, Move) and done.actor.kind == "sub" and done.case is self.case:
            self._tell(f"outcome {done.act.name} -> {done.act.dest}")

    def _tell(self, line: str) -> None:
        self.lines = (*self.lines, line)

    def _do(self, do: Do, *, last: bool) -> frozenset[str] | None:
        """Do one act of the path. None: done; else the facts that stood in the way."""
        if do.kind == "end":
            return self._end(do)
        if do.kind == "then":
            return None if self.moved is (do.act is not None) else self._asked_after()
        if isinstance(do.act, Move):
            return self._act(do.act, by_p=do.by_p, strange=last)
        if isinstance(do.act, Step):
            return self._act(do.act, do, by_p=do.by_p, strange=last)
        return frozenset()

    def _act(
        self, act: Act, do: Do | None = None, *, by_p: bool = False, strange: bool = False, depth: int = 0
    ) -> frozenset[str] | None:
        for _ in range(len(self.world.procedure.steps) + 1):
            name, actor, wrong = self._actor(act, do, by_p=by_p, strange=strange)
            if not wrong:
                return self._commit(name, actor, act, do)
            stuck = self._mend(wrong, depth)
            if stuck is not None:
                return stuck
        return frozenset()

    def _mend(self, wrong: tuple[Requirement, ...], depth: int) -> frozenset[str] | None:
        """Record an untracked step that was found missing; None if one more thing is done now.

        A condition that fails beside it may come true with what that step says.
        """
        missing = [r for r in wrong if r.kind in ("missing", "sub")]
        hopeless = any(r.kind not in ("missing", "sub", "condition") for r in wrong)
        if hopeless or not missing or depth > DEEPEST:
            return frozenset(a for r in wrong for a in r.atoms)
        stuck: frozenset[str] = frozenset(missing[0].atoms)
        for name in missing[0].do:
            if name in self.world.bits.of:
                continue
            got = self._obtain(self.world.procedure.step_named[name], depth + 1)
            if got is None:
                return None
            stuck |= got
        return stuck

    def _obtain(self, step: Step[Any], depth: int) -> frozenset[str] | None:
        if step.renews or self.world.procedure.subs_of(step) or isinstance(step.by, FromSub):
            self.lent |= {step.name}
        if not isinstance(step.by, FromSub):
            return self._act(step, depth=depth)
        for sub in self.world.subs:
            for ending in sub.endings:
                if (
                    ending.records.name == step.name
                    and not ending.then
                    and self.case.end(sub.kind, ending.state.value)
                ):
                    self._tell(f"{sub.kind} ends {ending.state}")
                    return None
        return frozenset({step.name, f"open:{step.by.kind}"})

    def _commit(self, name: str, actor: Actor, act: Act, do: Do | None) -> frozenset[str] | None:
        if isinstance(act, Move):
            self.case.move(act, actor)
            if actor.kind != "sub":
                self._tell(f"{name} {act.name} -> {act.dest}")
            return None
        said = self._evidence(do)
        said = (*said, *self._lucky(act, said))
        shown = (
            f" [{', '.join(a.partition('.')[2].replace(f'@{P}', f'={self.p_name}').replace(f'@{SOMEBODY}', '=another') for a in said)}]"
            if said
            else ""
        )
        if do is not None and do.kind == "correct":
            which = list(self.case.facts().counted(act.name))
            if not which:
                return frozenset({act.name})
            self.case.correct(act, which[-1].seq, actor, said)
            self._tell(f"{name} corrects {act.name}{shown}")
        else:
            self.case.record(act, actor, said, later_day=do is not None and do.later_day)
            self._tell(f"{name} records {act.name}{shown}")
        return None

    def _evidence(self, do: Do | None) -> tuple[str, ...]:
        marks = {"named": f"@{P}", "has": f"@{P}", "others": f"@{SOMEBODY}"}
        said = []
        for atom in do.raised if do is not None else ():
            kind, colon, rest = atom.partition(":")
            said.append(rest + marks[kind] if colon and kind in marks else atom)
        return tuple(said)

    def _lucky(self, step: Step[Any], said: tuple[str, ...]) -> Iterator[str]:
        """Facts that nothing forbids and some rule wants, one of each field: said wherever the path leaves open what is said."""
        told = {atom.partition("=")[0] for atom in said}
        for atom in (flag.key for flag in self.world.procedure.flags_of_step[step.name]):
            field = atom.partition("=")[0]
            if field not in told and atom in self.wanted and atom not in self.world.bits.of:
                told.add(field)
                yield atom

    def _actor(
        self, act: Act, do: Do | None, *, by_p: bool, strange: bool
    ) -> tuple[str, Actor, tuple[Requirement, ...]]:
        """Return the first who may do it, or the one whom least stands in the way."""
        least: tuple[str, Actor, tuple[Requirement, ...]] | None = None
        for name, who in self._candidates(act, by_p=by_p, strange=strange):
            wrong = self._wrong(act, do, who)
            if not wrong:
                return name, who, wrong
            if least is None or len(wrong) < len(least[2]):
                least = name, who, wrong
        nobody = Actor("person", OTHERS, frozenset())
        return least or ("nobody", nobody, self._wrong(act, do, nobody))

    def _wrong(self, act: Act, do: Do | None, who: Actor) -> tuple[Requirement, ...]:
        facts = self.case.facts()
        if isinstance(act, Move):
            return tuple(move_requirements(facts, act, who))
        correcting = do is not None and do.kind == "correct"
        return tuple(r for r in step_requirements(facts, act, who) if not (correcting and r.kind == "again"))

    def _candidates(self, act: Act, *, by_p: bool, strange: bool) -> Iterator[tuple[str, Actor]]:
        if by_p:
            yield self.p_name, self.p
            return
        wanted = roles_of(act.by, self.case.level)
        if strange and self.must_break and isinstance(self.promise, OnlyBy):
            wanted = tuple(r for r in wanted if r not in self.promise.roles)
        for role in sorted(
            dict.fromkeys(wanted), key=lambda r: not r.human
        ):  # a mechanism only where nobody else may
            if not role.human:
                yield role.name, mechanism(role)
                continue
            for n in range(1, EACH_ROLE + 1):
                yield (
                    f"{role.name}{n}",
                    Actor("person", OTHERS + self.roles.index(role) * EACH_ROLE + n, frozenset({role.name})),
                )

    def _end(self, do: Do) -> frozenset[str] | None:
        view = next(v for v in self.world.sub_views if v.sub.kind == do.sub)
        state = do.ending.state.value if do.ending is not None else view.silent[0]
        step = do.ending.records.name if do.ending is not None else ""
        last, entry, told = self.case.last.get(step, 0), self.case.entry, self.lines
        self._tell(f"{do.sub} ends {state}")
        if not self.case.end(do.sub, state):
            self.lines = told
            return frozenset({f"open:{do.sub}"})
        self.moved = self.case.entry != entry
        recorded = self.case.last.get(step, 0) != last
        self.ending = do.ending
        return None if recorded is (do.act is not None) else self._asked_after()

    def _asked_after(self) -> frozenset[str]:
        """The facts that decide what comes of a sub-case's end."""
        ending: Ending | None = self.ending
        if ending is None:
            return frozenset()
        acts: list[Act] = [ending.records, *(m for m in self.world.procedure.moves if m.name == ending.then)]
        found = {ending.records.name} | set(ending.when.atoms() if ending.when is not None else ())
        for act in acts:
            for rule in (self.world.steps if isinstance(act, Step) else self.world.moves)[
                act.name
            ].rules.onlys:
                found.update(rule.cond.atoms())
            for need in (self.world.steps if isinstance(act, Step) else self.world.moves)[
                act.name
            ].rules.needs:
                found.update(s.name for s in need.steps)
        return frozenset(found)
