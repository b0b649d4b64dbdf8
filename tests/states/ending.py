"""Whether a case can really be brought to an end by the people of the smallest office: tried, act by act, with the requirement functions.

This judges the proof that a case can always end. What nobody brought to an end here is not yet stuck: chance may have missed the way.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from states.acts import Move, Step
from states.facts import Actor
from states.people import FromSub
from states.prove.walk import Walk
from tests.states.walking import UNITS, record_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from states.procedure import Procedure

STRANGERS = 5  # of each role of another body: enough that no rule shuts all of them out
ATTEMPTS, LENGTH = 80, 15


def smallest_office(procedure: Procedure, *kinds: Procedure, lot: Random) -> list[Actor]:
    """Everybody of the smallest office, each with one role and in one unit, and people of other bodies.

    Each unit has somebody of those who lead one, where there is such a role; where the others are, the lot decides.
    """
    people: list[Actor] = []
    places = list(UNITS)
    lot.shuffle(places)
    for role, many in sorted(procedure.staff.items(), key=lambda item: item[0].name):
        for _ in range(many):
            leads = role in procedure.led_by and bool(places)
            people.append(_somebody(len(people) + 1, role.name, places.pop() if leads else lot.choice(UNITS)))
    for unit in places if procedure.led_by else ():
        people.append(_somebody(len(people) + 1, procedure.led_by[0].name, unit))
    outside = sorted({r.name for p in (procedure, *kinds) for r in p.roles() if r.outside})
    for name in outside:
        people += [Actor("person", 100 + len(people) + n, frozenset({name})) for n in range(STRANGERS)]
    return people


def _somebody(person: int, role: str, unit: str) -> Actor:
    return Actor("person", person, frozenset({role}), posts=frozenset({(role, unit)}))


def wandered(case: Walk, people: Sequence[Actor], lot: Random, length: int) -> Walk:
    """Where so many acts at random take a case that is not over by them. Only whoever recorded something corrects it."""
    for _ in range(length):
        after = copied(case)
        if not _one_act(after, people, lot, correcting=True):
            break
        if not after.is_over:
            case = after
    return case


def can_be_ended(case: Walk, people: Sequence[Actor], lot: Random) -> bool:
    """Whether chance brings a copy of this case to an end, sooner or later."""
    for attempt in range(ATTEMPTS):
        tried = copied(case)
        for _ in range(LENGTH + attempt):
            if tried.is_over or not _one_act(tried, people, lot, correcting=False):
                break
        if tried.is_over:
            return True
    return False


def copied(case: Walk, parent: Walk | None = None) -> Walk:
    """The same case once more, with the cases below it."""
    made = replace(
        case,
        parent=parent,
        acts=list(case.acts),
        children=[],
        last=dict(case.last),
        entered=dict(case.entered),
    )
    made.children = [copied(child, made) for child in case.children]
    return made


def _one_act(case: Walk, people: Sequence[Actor], lot: Random, *, correcting: bool) -> bool:
    """Have one act done by somebody, in the case or in an open one below it; False if nobody can do anything."""
    cases = [case, *(child for child in case.children if not child.is_over)]
    lot.shuffle(cases)
    for one in cases:
        here = [
            a for a in one.procedure.acts if one.state in (a.sources if isinstance(a, Move) else a.during)
        ]
        lot.shuffle(here)
        for act in here:
            for actor in lot.sample(people, len(people)):
                if isinstance(act, Move):
                    done = not one.move(act, actor)
                else:
                    done = not isinstance(act.by, FromSub) and _recorded(
                        one, act, actor, people, lot, correcting=correcting
                    )
                if done:
                    return True
    return False


def _recorded(
    case: Walk, step: Step[Any], actor: Actor, people: Sequence[Actor], lot: Random, *, correcting: bool
) -> bool:
    said = record_of(case.procedure, step, people, lot)
    mine = [record.seq for record in case.facts().counted(step.name) if record.by == actor.person]
    if correcting and mine and lot.random() < 0.3:
        return not case.correct(step, lot.choice(mine), actor, said)
    return not case.record(step, actor, said)
