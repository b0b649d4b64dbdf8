"""Procedures with one mistake in them: a line taken away, or a move that nobody asked for."""

from __future__ import annotations

from dataclasses import dataclass, is_dataclass, replace
from dataclasses import fields as fields_of
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, cast

from states.acts import Act, Declared, Ending, Move, Need, OneOf, Step, Sub, cond_of, gate_of
from states.people import FromSub, Role, roles_of
from states.procedure import Procedure
from states.promises import AccusedNever, Never, NeverWithout, Promise, TwoPersons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from states.deadlines import Deadline

T = TypeVar("T")
A = TypeVar("A", bound="Step[Any] | Move | Deadline")
Kind: TypeAlias = Literal[
    "need", "rule", "starts", "again", "who", "where", "person", "clock", "end", "notice", "bypass"
]


@dataclass(frozen=True, eq=False)
class Mutant:
    """One mistake. Needs, rules, roles and persons taken away only allow more than before. `twin`: the line taken away, restated as a promise; if that still holds, the line said nothing new."""

    kind: Kind
    what: str
    clause: str
    procedure: Procedure
    twin: Promise | None = None
    forward: bool = False
    asks: frozenset[str] = frozenset()  # the facts that a need or a condition taken away asks for
    about: frozenset[str] = (
        frozenset()
    )  # the acts that are otherwise than they were, and the steps whose facts change with them


def removals(p: Procedure) -> Iterator[Mutant]:
    """Yield the procedure without each of its lines in turn."""
    for move in p.moves:
        yield from _lines(p, move, "needs")
        yield from _of_move(p, move)
    for step in p.steps:
        yield from _lines(p, step, "after")
        yield from _of_step(p, step)
    yield from _persons(p)
    for deadline in p.deadlines:
        yield from _clocks(p, deadline)
    for state in p.aside:
        yield Mutant("end", f"aside: {state}", "house", replace(p, aside=without(p.aside, state)))
    for notice in p.notices:
        yield Mutant(
            "notice", f"notice: {notice.says}", notice.clause, replace(p, notices=without(p.notices, notice))
        )


def bypasses(p: Procedure) -> Iterator[Mutant]:
    """Yield the procedure with a way added from each state to each other, also where there is one: by anyone, needing nothing.

    And once more by those alone who already work in that state: who acts must not be all that gives a bypass away.
    """
    order = {s: n for n, s in enumerate(p.states)}
    for source in (s for s in p.states if s not in p.finals):
        here = tuple(dict.fromkeys(r for m in p.moves if source in m.sources for r in roles_of(m.by, 0)))
        for dest in (s for s in p.states if s is not source):
            for who, by in (("anyone", anyone(p)), ("those at work there", here)):
                move = Move((source,), dest, "", "house", by=by)
                named(move, "bypass", p.name)
                mutated = replace(p, moves=(*p.moves, move))
                yield Mutant(
                    "bypass",
                    f"{source} -> {dest} by {who}",
                    "house",
                    mutated,
                    forward=order[dest] > order[source],
                )


def anyone(p: Procedure) -> tuple[Role, ...]:
    """Every role a person may hold in the procedure."""
    return tuple(sorted((r for r in p.roles() if r.human), key=lambda r: r.name))


def without(things: tuple[T, ...], gone: object) -> tuple[T, ...]:
    """All but one thing, told apart by identity."""
    return tuple(t for t in things if t is not gone)


def named(act: Step[Any] | Move | Deadline, name: str, owner: str) -> None:
    """Give a declared thing its name and procedure, as `declare` would."""
    object.__setattr__(act, "name", name)
    object.__setattr__(act, "owner", owner)


def changed(p: Procedure, old: A, **fields: Any) -> Procedure:  # noqa: ANN401  the fields of three kinds of things
    """The procedure with other values in these fields of one step, move or deadline, wherever it is spoken of."""
    new = replace(old, **fields)
    named(new, old.name, old.owner)
    return cast("Procedure", _rebuilt(p, {id(old): new}))


def _rebuilt(thing: object, done: dict[int, object]) -> object:
    """The thing with everything in it exchanged that `done` knows by identity; all originals outlive the call."""
    if id(thing) in done:
        return done[id(thing)]
    if isinstance(thing, tuple):
        parts = tuple(_rebuilt(part, done) for part in thing)
        return parts if any(new is not old for new, old in zip(parts, thing, strict=True)) else thing
    if not is_dataclass(thing) or isinstance(thing, type):
        return thing
    before = {f.name: getattr(thing, f.name) for f in fields_of(thing) if f.init}
    after = {name: _rebuilt(value, done) for name, value in before.items()}
    result: object = thing
    if any(after[name] is not before[name] for name in before):
        result = replace(thing, **after)
        if isinstance(thing, Declared):
            named(cast("Step[Any]", result), thing.name, thing.owner)
    done[id(thing)] = result
    return result


def _lines(p: Procedure, act: Act, field: str) -> Iterator[Mutant]:
    """What a step and a move have in common: needs, conditions, persons, what is started and renewed."""
    needs: tuple[Need, ...] = getattr(act, field)
    for need in needs:
        target: Any = act
        twin = NeverWithout("", OneOf(gate_of(need)), target, cond_of(need))
        asks = frozenset(s.name for s in gate_of(need))
        mutated = changed(p, act, **{field: without(needs, need)})
        yield Mutant("need", f"{act.name}: needs {_gate(need)}", act.clause, mutated, twin, asks=asks)
    for only in act.only:
        never = Never("", cast("Any", act), ~only.when)
        mutated = changed(p, act, only=without(act.only, only))
        asks = frozenset(only.when.atoms())
        yield Mutant("rule", f"{act.name}: only if not “{only.says}”", only.clause, mutated, never, asks=asks)
    for sub in act.starts:
        yield Mutant(
            "starts",
            f"{act.name}: starts {sub.kind}",
            act.clause,
            changed(p, act, starts=without(act.starts, sub)),
        )
    for sub in dict.fromkeys(p.subs_of(act)):
        if next(one for one in p.acts if sub in p.subs_of(one)) is act:
            yield from _endings(p, act, sub)
    for one in (one for one in p.starting if one.step is act):
        said, less = f"{act.name}: may start {one.sub.kind}", replace(p, starting=without(p.starting, one))
        yield Mutant("starts", f"{said} if {one.when.key}", act.clause, less)
    for step in act.renews:
        yield Mutant(
            "again",
            f"{act.name}: renews {step.name}",
            act.clause,
            changed(p, act, renews=without(act.renews, step)),
            about=frozenset((act.name, step.name)),
        )
    if not isinstance(act.by, FromSub):
        everybody = tuple(dict.fromkeys((*roles_of(act.by, 0), *anyone(p))))
        if set(everybody) != set(roles_of(act.by, p.max_level)):
            yield Mutant("who", f"{act.name}: by anyone", act.clause, changed(p, act, by=everybody))


def _endings(p: Procedure, act: Act, sub: Sub) -> Iterator[Mutant]:
    def ends(*endings: Ending) -> Procedure:
        return cast("Procedure", _rebuilt(p, {id(sub): replace(sub, endings=endings)}))

    for ending in sub.endings:
        said = f"{act.name}: {sub.kind} ending {ending.state}"
        yield Mutant("starts", f"{said} is heard", act.clause, ends(*without(sub.endings, ending)))
        if ending.then:
            silent = replace(ending, then="", when=None)
            yield Mutant(
                "starts",
                f"{said} then {ending.then}",
                act.clause,
                ends(*(silent if e is ending else e for e in sub.endings)),
            )
        if ending.when is not None:
            always = replace(ending, when=None)
            yield Mutant(
                "starts",
                f"{said} then {ending.then} only sometimes",
                act.clause,
                ends(*(always if e is ending else e for e in sub.endings)),
            )


def _of_move(p: Procedure, move: Move) -> Iterator[Mutant]:
    if move.new_round:
        yield Mutant("again", f"{move.name}: new round", move.clause, changed(p, move, new_round=False))
    if move.climbs:
        yield Mutant("again", f"{move.name}: climbs", move.clause, changed(p, move, climbs=False))


def _of_step(p: Procedure, step: Step[Any]) -> Iterator[Mutant]:
    everywhere = tuple(s for s in p.states if s not in p.finals)
    if set(step.during) != set(everywhere) and not isinstance(step.by, FromSub):
        elsewhere = changed(p, step, during=everywhere)
        yield Mutant("where", f"{step.name}: during", step.clause, elsewhere, about=_about(step))
    if any(m.new_round for m in p.moves):
        other = "case" if step.lasts == "round" else "round"
        said = f"{step.name}: lasts a {step.lasts}"
        yield Mutant("again", said, step.clause, changed(p, step, lasts=other), about=_about(step))
    for field in ("latest", "often"):
        if getattr(step, field):
            mutated = changed(p, step, **{field: False})
            yield Mutant("again", f"{step.name}: {field}", step.clause, mutated, about=_about(step))


def _about(step: Step[Any]) -> frozenset[str]:
    """A step and those that count no longer when it is recorded; of one that starts a case nothing is said, for much hangs on that."""
    return frozenset() if step.starts else frozenset((step.name, *(s.name for s in step.renews)))


def _persons(p: Procedure) -> Iterator[Mutant]:
    for apart in p.aparts:
        twin = TwoPersons("", apart.these, apart.those, apart.scope)
        yield Mutant(
            "person", f"apart: {apart.says}", apart.clause, replace(p, aparts=without(p.aparts, apart)), twin
        )
        for one in apart.named:
            less = replace(apart, named=without(apart.named, one))
            mutated = replace(p, aparts=tuple(less if a is apart else a for a in p.aparts))
            said = f"apart: {apart.says}: named in {one.step.name}.{one.field}"
            yield Mutant("person", said, apart.clause, mutated)
    for same in p.sames:
        yield Mutant("person", f"same: {same.says}", same.clause, replace(p, sames=without(p.sames, same)))
    for rule in p.of_units:
        loose = replace(p, of_units=without(p.of_units, rule))
        yield Mutant("person", f"of unit: {rule.says}", rule.clause, loose)
    for bar in p.barred:
        yield Mutant(
            "person",
            f"barred: {bar.says}",
            bar.clause,
            replace(p, barred=without(p.barred, bar)),
            AccusedNever("", bar.named, bar.but),
        )


def _clocks(p: Procedure, deadline: Deadline) -> Iterator[Mutant]:
    said = f"clock {deadline.name}"
    yield Mutant("clock", said, deadline.clause, replace(p, deadlines=without(p.deadlines, deadline)))
    for n, rung in enumerate(deadline.ladder, 1):
        yield Mutant(
            "clock",
            f"{said}: rung {n}",
            deadline.clause,
            changed(p, deadline, ladder=without(deadline.ladder, rung)),
        )
    for field in ("until", "when"):
        if getattr(deadline, field) is not None:
            yield Mutant("clock", f"{said}: {field}", deadline.clause, changed(p, deadline, **{field: None}))


def _gate(need: Need) -> str:
    cond = cond_of(need)
    steps = "|".join(s.name for s in gate_of(need))
    return steps if cond is None else f"{steps} when {','.join(cond.atoms())}"
