"""Random walks through a procedure with the real requirement functions: what may happen, happens sooner or later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from states.acts import Move, Step
from states.conditions import HeldBy
from states.facts import Actor
from states.people import roles_of
from states.promises import AccusedNever, Never, NeverWithout, OnlyBy, OnlyOfUnit, TwoPersons
from states.prove.breach import breaks
from states.prove.linked import started_by
from states.prove.walk import Happened, Walk, mechanism

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from states.acts import Act
    from states.procedure import Procedure
    from states.promises import Promise

ABOUT_ACTS = (NeverWithout, Never, OnlyBy, OnlyOfUnit, TwoPersons, AccusedNever)
SEVERAL = 4  # people who hold every role: few, so that the same person often meets himself
UNITS = ("north", "south")


def walked(
    procedure: Procedure, random: Random, length: int, kinds: Mapping[str, Procedure] | None = None
) -> set[Promise]:
    """Walk so many acts at random and return the promises about acts that were broken on the way.

    `kinds`: the procedures of the sub-cases, where these are not the editions of the law.
    """
    watching = [q for q in procedure.promises if isinstance(q, ABOUT_ACTS)]
    broken: set[Promise] = set()

    def hear(done: Happened) -> None:
        broken.update(q for q in watching if q not in broken and breaks(q, done))

    below = dict(kinds or {kind: found[-1] for kind, found in started_by(procedure).items()})
    case = Walk(procedure, below, heard=hear)
    people = everybody(procedure, *below.values())
    for _ in range(length):
        if case.is_over:
            break
        _one_act(case, people, random)
    return broken


def everybody(*procedures: Procedure) -> list[Actor]:
    """People with every role, in one unit or the other, one of each role and of no unit, and the mechanisms."""
    roles = {r for p in procedures for n in range(p.max_level + 1) for a in p.acts for r in roles_of(a.by, n)}
    known = sorted(roles, key=lambda r: r.name)
    every = frozenset(r.name for r in known if r.human)
    with_all = [
        Actor("person", n, every, posts=frozenset((role, UNITS[n % 2]) for role in every))
        for n in range(1, SEVERAL + 1)
    ]
    with_one = [Actor("person", 10 + n, frozenset({r.name})) for n, r in enumerate(known) if r.human]
    return [*with_all, *with_one, *(mechanism(r) for r in known if not r.human)]


def _one_act(case: Walk, people: Sequence[Actor], random: Random) -> None:
    """Try acts in random order until one is done."""
    below = [c for c in case.children if not c.is_over]
    if below and random.random() < 0.3:
        child = random.choice(below)
        if random.random() < 0.3:
            case.end(child.procedure.name, random.choice(child.procedure.finals).value)
            return
        case = child
    acts: list[Act] = list(case.procedure.acts)
    random.shuffle(acts)
    finals = case.procedure.finals
    for act in acts:
        if isinstance(act, Move) and act.dest in finals and random.random() < 0.8:
            continue  # else most cases would be over before anything has happened
        if isinstance(act, Step) and case.facts().done(act.name) and random.random() < 0.7:
            continue
        if any(_try(case, act, people, random) for _ in range(3)):
            return


def _try(case: Walk, act: Act, people: Sequence[Actor], random: Random) -> bool:
    actor = random.choice(people)
    if not isinstance(act, Step):
        return not case.move(act, actor)
    said = record_of(case.procedure, act, people, random)
    records = list(case.facts().counted(act.name))
    if records and random.random() < 0.3:
        return not case.correct(act, random.choice(records).seq, actor, said)
    return not case.record(act, actor, said, later_day=random.random() < 0.5)


def record_of(
    procedure: Procedure, step: Step[Any], people: Sequence[Actor], random: Random
) -> tuple[str, ...]:
    """Of each field one of the values that rules ask for, or none; of each field that names somebody or a unit, one or none.

    Whether somebody named holds a role follows from who is named, as the office's data would say.
    """
    fields: dict[str, list[str]] = {}
    held: list[HeldBy] = []
    for key, flag in procedure.flags.items():
        if flag.step.name == step.name and isinstance(flag, HeldBy):
            held.append(flag)
        elif flag.step.name == step.name:
            fields.setdefault(flag.field, []).append(key)
    said = [random.choice(["", *keys]) for keys in fields.values()]
    persons = [actor for actor in people if actor.person is not None]
    kept = procedure.named_fields.get(step.name, ())
    for name in dict.fromkeys((*kept, *(flag.field for flag in held))):
        if random.random() < 0.5:
            who = random.choice(persons)
            said += [f"{step.name}.{name}@{who.person}"] if name in kept else []
            said += [
                f.key for f in held if f.field == name and f.role is not None and f.role.name in who.roles
            ]
    for name in procedure.unit_fields.get(step.name, ()):
        said += [f"{step.name}.{name}|{random.choice(UNITS)}" for _ in range(random.random() < 0.7)]
    return tuple(a for a in said if a)
