"""Why an act is refused: every unmet requirement at once, each with its clause, who can meet it and how.

Pure functions of frozen facts. The sentences are English message identifiers; `states.words` renders them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from states.acts import Act, Move, Need, Step, cond_of, gate_of
from states.conditions import HeldBy
from states.facts import Actor, Facts, Kin
from states.forms import Another, about_fields, marked
from states.people import FromSub, Named, Role, roles_of
from states.procedure import needs_of

if TYPE_CHECKING:
    from states.ladder import Counted, Ladder

Kind: TypeAlias = Literal["state", "again", "missing", "condition", "role", "person", "sub"]


@dataclass(frozen=True)
class Requirement:
    """One thing that stands in the way. `params` fill the sentence; names in it are shown by their labels."""

    kind: Kind
    sentence: str
    clause: str
    params: tuple[tuple[str, str], ...] = ()
    who: tuple[str, ...] = ()  # names of roles that can meet it
    do: tuple[str, ...] = ()  # names of steps that would meet it
    atoms: tuple[str, ...] = ()  # facts it depends on, for the prover


def unmet(facts: Facts, need: Need) -> Iterator[Requirement]:
    """Yield a requirement if the need exists for these facts and nothing has met it."""
    cond = cond_of(need)
    if cond is not None and not facts.holds(cond):
        return
    gate = gate_of(need)
    if any(facts.done(step.name) for step in gate):
        return
    who = tuple(dict.fromkeys(r.name for s in gate for r in roles_of(s.by, facts.level)))
    kinds = tuple(s.by.kind for s in gate if isinstance(s.by, FromSub))
    yield Requirement(
        "sub" if kinds and not who else "missing",
        gate[0].asks if len(gate) == 1 else "One of these is missing: {steps}.",
        gate[0].clause,
        (("steps", ",".join(s.name for s in gate)),),
        who,
        tuple(s.name for s in gate),
        (*(s.name for s in gate), *(cond.atoms() if cond is not None else ())),
    )


def _persons(facts: Facts, act: Act, actor: Actor) -> Iterator[Requirement]:
    if isinstance(act.by, FromSub):
        yield Requirement(
            "sub",
            "This is recorded by how the linked case ended, by no person.",
            act.clause,
            (("kind", act.by.kind),),
        )
        return
    wanted = roles_of(act.by, facts.level)
    names = tuple(r.name for r in wanted)
    # What a mechanism does no person does, whatever roles they come with.
    if actor.roles.isdisjoint(r.name for r in wanted if r.human or actor.kind != "person"):
        off = tuple(name for name in names if name in actor.off_duty)
        told = "You are {roles}, and not on duty now: only who is on the roster at this hour may do this."
        yield Requirement(
            "role",
            told if off else "Only {roles} may do this.",
            act.clause,
            (("roles", ",".join(off or names)),),
            names,
        )
    if actor.person is None:
        return
    yield from _of_unit(facts, act, actor, wanted)
    yield from _delegated(facts, act, actor, wanted)
    yield from _separation(facts, act, actor.person, names)
    for same in facts.procedure.sames:
        if act in same.acts:
            who = facts.named(same.as_) if isinstance(same.as_, Named) else facts.who_did(same.as_, "ever")
            stands_in = not actor.roles.isdisjoint(r.name for r in same.or_roles)
            if who and actor.person not in who and not stands_in:
                yield Requirement("person", same.says, same.clause, who=names, atoms=_asked(same.as_))


def _of_unit(facts: Facts, act: Act, actor: Actor, wanted: tuple[Role, ...]) -> Iterator[Requirement]:
    """What is done by the unit that answers for the case, or for the one that started it, is done by nobody of another unit."""
    family = (facts.procedure, *(k.procedure for k in facts.kin if k.relation == "parent"))
    for rule in (rule for procedure in family for rule in procedure.of_units):
        unit = facts.unit_of(rule.units) if act.key in {a.key for a in rule.acts} else None
        if unit is None:
            continue
        stands_in = not actor.roles.isdisjoint(r.name for r in rule.or_roles if r in wanted)
        if not stands_in and not any(_answers(actor, role.name, unit) for role in wanted):
            names = tuple(role.name for role in wanted)
            yield Requirement("person", rule.says, rule.clause, (("unit", unit),), names)


def _answers(actor: Actor, role: str, unit: str) -> bool:
    """Whether somebody holds the role in this unit, or in no unit alone."""
    mine = {where for held, where in actor.posts if held == role}
    return role in actor.roles and (unit in mine or not mine)


def _delegated(facts: Facts, act: Act, actor: Actor, wanted: tuple[Role, ...]) -> Iterator[Requirement]:
    """Whoever acts by a delegation alone has no part in a case that is about whoever gave it."""
    mine = [role for role in wanted if role.name in actor.roles]
    if not mine or not all(role.delegated_by for role in mine):
        return
    givers = {role.delegated_by for role in mine}
    family = (facts.procedure, *(k.procedure for k in facts.kin if k.relation == "parent"))
    for procedure in family:
        barred = {(bar.named.step, bar.named.field) for bar in procedure.barred}
        for flag in procedure.flags.values():
            about = isinstance(flag, HeldBy) and flag.role is not None and flag.role.name in givers
            if about and (flag.step, flag.field) in barred and facts.said(flag):
                told = "It is about whoever gave you the delegation by which you act: you have no part in it."
                who = tuple(r.name for r in wanted)
                yield Requirement("person", told, act.clause, who=who, atoms=(flag.key,))


def _asked(source: tuple[Act, ...] | Named) -> tuple[str, ...]:
    return (
        (f"named:{source.step.name}.{source.field}",)
        if isinstance(source, Named)
        else tuple(f"did:{a.name}" for a in source)
    )


def _separation(facts: Facts, act: Act, person: int, names: tuple[str, ...]) -> Iterator[Requirement]:
    """Who did what before, here and in linked cases; and whom the case is about."""
    family = (facts.procedure, *(k.procedure for k in facts.kin if k.relation == "parent"))
    for procedure in family:
        for rule in procedure.aparts:
            others = rule.against(act)
            named = rule.named if act.key in {a.key for a in rule.those} else ()
            did = bool(others) and person in facts.who_did(others, rule.scope)
            if did or any(person in facts.ever_named(n, rule.scope) for n in named):
                asked = (
                    *(f"did:{a.name}" for a in others),
                    *(f"ever:{n.step.name}.{n.field}" for n in named),
                )
                yield Requirement("person", rule.says, rule.clause, who=names, atoms=asked)
        for bar in procedure.barred:
            if act.key not in {a.key for a in bar.but} and person in facts.named(bar.named):
                yield Requirement(
                    "person",
                    bar.says,
                    bar.clause,
                    who=names,
                    atoms=(f"named:{bar.named.step.name}.{bar.named.field}",),
                )
    for kin in facts.kin:
        if kin.relation == "linked":
            yield from _barred_by_link(kin, person, names)


def _barred_by_link(kin: Kin, person: int, names: tuple[str, ...]) -> Iterator[Requirement]:
    """Whom a linked case is about has no part in this one either."""
    for bar in kin.procedure.barred:
        mark = f"{bar.named.step.name}.{bar.named.field}@{person}"
        if any(mark in act.raised for act in kin.acts if act.counts):
            yield Requirement("person", bar.says, bar.clause, who=names)


def named_requirements(
    facts: Facts, step: Step[Any], named: Mapping[str, frozenset[int]], actor: Actor
) -> Iterator[Requirement]:
    """Yield what forbids that a record names these persons, by field.

    Whom the case is about is put in charge of nothing in it, and nobody records a case that is about themselves. Where a step's other
    records may name them (a finding on the respondent, an instrument served on him), its field is marked as being about them.
    """
    yield from (
        Requirement("person", "Somebody else must record this: it is about you.", step.clause)
        for field in named
        if marked(step.form.model_fields[field], Another) is not None and actor.person in named[field]
    )
    about = about_fields(step.form)
    secrecy = facts.procedure.secrecy
    for served in secrecy.served if secrecy is not None else ():
        accused = {p for bar in facts.procedure.barred for p in facts.named(bar.named)}
        if served.step is step and not named.get(served.field, frozenset()) <= accused:
            yield Requirement(
                "condition", "Nothing is served on somebody whom the case is not about.", step.clause
            )
    family = (facts.procedure, *(k.procedure for k in facts.kin if k.relation == "parent"))
    for bar in (bar for procedure in family for bar in procedure.barred):
        atoms = (f"named:{bar.named.step.name}.{bar.named.field}",)
        here = named.get(bar.named.field, frozenset()) if bar.named.step is step else frozenset()
        others = frozenset(p for field, who in named.items() if field not in about for p in who)
        if (
            bar.named.step is not step and not others.isdisjoint(facts.named(bar.named))
        ) or actor.person in here:
            yield Requirement("person", bar.says, bar.clause, atoms=atoms)


def step_requirements(
    facts: Facts, step: Step[Any], actor: Actor, *, from_sub: bool = False
) -> Iterator[Requirement]:
    """Yield everything that stands in the way of recording this step now. `from_sub`: a linked case's end records it."""
    if facts.state not in step.during and not from_sub:
        yield Requirement(
            "state",
            "This is recorded in {states}; the case is in {state}.",
            step.clause,
            (("states", ",".join(step.during)), ("state", facts.state)),
            atoms=(step.name,),
        )
    if not step.often and facts.done(step.name):
        yield Requirement(
            "again",
            "This is already recorded; a mistake is mended with a correction.",
            step.clause,
            atoms=(step.name,),
        )
    wanted = () if isinstance(step.by, FromSub) else roles_of(step.by, facts.level)
    theirs = actor.person is not None and any(role.name == "complainant" for role in wanted)
    if theirs and any(act.by is None for act in facts.counted(step.name)):
        told = "The complainant has said this already, and nobody else says it in their place."
        yield Requirement("person", told, step.clause, atoms=(step.name,))
    yield from _rules(facts, step)
    if not from_sub:
        yield from _persons(facts, step, actor)


def move_requirements(facts: Facts, move: Move, actor: Actor) -> Iterator[Requirement]:
    """Yield everything that stands in the way of this move now."""
    if facts.state not in move.sources:
        yield Requirement(
            "state",
            "This starts from {states}; the case is in {state}.",
            move.clause,
            (("states", ",".join(move.sources)), ("state", facts.state)),
        )
    yield from _rules(facts, move)
    yield from _persons(facts, move, actor)


def one_as_two(facts: Facts, move: Move) -> Iterator[Requirement]:
    """Yield what forbids a move that rests on two persons who turned out to be one: another account of somebody was found out since."""
    for step in dict.fromkeys(step for need in needs_of(move) for step in gate_of(need)):
        for rule in facts.procedure.aparts:
            others = rule.against(step)
            did: frozenset[int | None] = (
                frozenset(facts.who_did(others, rule.scope))
                if rule.scope == "earlier rounds"
                else frozenset(o.by for a in others if a.owner == step.owner for o in facts.counted(a.name))
            )
            if any(done.by is not None and done.by in did for done in facts.counted(step.name)):
                told = "Two who must differ turned out to be one person: {step} is recorded anew, or corrected, by another."
                yield Requirement("person", told, rule.clause, (("step", step.name),))


def _rules(facts: Facts, act: Act) -> Iterator[Requirement]:
    for need in needs_of(act):
        yield from unmet(facts, need)
    for only in act.only:
        if not facts.holds(only.when):
            yield Requirement("condition", only.says, only.clause, atoms=tuple(only.when.atoms()))


def deviation(
    ladder: Ladder, counted: Counted, chosen: str, because: str, *, person: bool
) -> Iterator[Requirement]:
    """Yield what forbids this measure: the ladder gives another one, and nobody says why it is not taken (B12)."""
    measure = ladder.measure_of(counted)
    if chosen == measure or len(because.strip()) > 1:  # one character is no reason
        return
    said = (("measure", measure), ("number", str(counted.number)))
    if counted.number:
        told = "The ladder gives {measure}: it is number {number} within a year. Another measure needs its reason."
    elif person:
        told = (
            "The ladder gives no measure: the complaint came in before it held. A measure needs its reason."
        )
    else:
        told = "The ladder gives {measure}, as it is about no person. Another measure needs its reason."
    yield Requirement("condition", told, ladder.clause, said)
