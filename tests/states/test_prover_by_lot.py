"""The prover judged by procedures that the lot has drawn: what it proves of them no walk breaks, and what it says can end can be ended.

Seeded, so that a failure can be had again: the number of the lot is in its message.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from states.acts import Act, State, Step
from states.conditions import Cond, Done, Open
from states.promises import (
    AccusedNever,
    AlwaysCanEnd,
    Never,
    NeverWithout,
    OnlyBy,
    OnlyOfUnit,
    Promise,
    TwoPersons,
)
from states.prove import prove
from states.prove.liveness import _can_end, counting_ends
from states.prove.persons import Supply
from states.prove.verdict import title
from states.prove.walk import Walk
from tests.states.drawn import SCOPES, S, drawn
from tests.states.drawn_kid import KIND, boss, chief, owner
from tests.states.ending import can_be_ended, smallest_office, wandered
from tests.states.walking import walked

if TYPE_CHECKING:
    from states.procedure import Procedure

BUNCHES, IN_BUNCH = 4, 12
PROMISED, WALKS, LENGTH = 12, 20, 40
ENDING_BUNCH, CASES = 60, 3
CAN_END = AlwaysCanEnd("X1")
ABLE = ((boss,), (chief, boss), (boss, owner))


def promised(procedure: Procedure, lot: Random) -> tuple[Promise, ...]:
    """Promises drawn by lot: most are false, and that is found out; the others must be true."""
    conds: list[Cond] = [*(Done(step) for step in procedure.steps), *procedure.flags.values()]
    conds += [Open(KIND)] if procedure.subs else []
    acts: list[Act] = list(procedure.acts)
    targets: list[State | Step[Any]] = [S.b, S.c, S.done, *procedure.steps]

    def cond() -> Cond:
        one = lot.choice(conds)
        one = ~one if lot.random() < 0.5 else one
        return one & lot.choice(conds) if lot.random() < 0.2 else one

    def one() -> Promise:
        target = lot.choice(targets)
        when = cond() if lot.random() < 0.5 else None
        since = lot.choice([S.a, S.b]) if lot.random() < 0.2 else None
        able, two, step = lot.choice(ABLE), (lot.choice(acts), lot.choice(acts)), lot.choice(procedure.steps)
        never, persons = Never("X1", target, cond()), TwoPersons("X1", two[:1], two[1:], lot.choice(SCOPES))
        every: list[Promise] = [
            never,
            never,
            NeverWithout("X1", step, target, when, since),
            OnlyBy("X1", target, able, when),
            persons,
        ]
        return lot.choice(every)

    named = [AccusedNever("X1", bar.named, bar.but) for bar in procedure.barred]
    mine = [(rule, tuple(a for a in rule.acts if a.owner == procedure.name)) for rule in procedure.of_units]
    units = [OnlyOfUnit("X1", acts, rule.units, rule.or_roles) for rule, acts in mine]
    return (*(one() for _ in range(PROMISED)), *named, *units)


@pytest.mark.parametrize("bunch", range(BUNCHES))
def test_no_walk_breaks_what_is_proved_of_a_drawn_procedure(bunch: int) -> None:
    met = held = 0
    for number in range(bunch * IN_BUNCH, (bunch + 1) * IN_BUNCH):
        lot = Random(number)
        found = drawn(lot)
        if found is None:
            continue
        law = replace(found[0], promises=promised(found[0], lot))
        broken = {q for _ in range(WALKS) for q in walked(law, lot, LENGTH, {KIND: found[1]})}
        proved = [q for q in law.promises if prove(law, q, vacuity=False).holds]
        assert [title(q) for q in proved if q in broken] == [], f"lot {number}"
        met, held = met + len(broken), held + len(proved)
    assert min(met, held) > IN_BUNCH, "the lot draws nothing that could go wrong"


@pytest.mark.parametrize("bunch", range(BUNCHES))
def test_what_can_always_end_is_brought_to_an_end_from_wherever_chance_took_it(bunch: int) -> None:
    judged = 0
    for number in range(bunch * ENDING_BUNCH, (bunch + 1) * ENDING_BUNCH):
        lot = Random(number)
        found = drawn(lot)
        if found is None or not _proved(*found):
            continue
        law, kid = found
        for _ in range(CASES):
            people = smallest_office(law, kid, lot=lot)
            case = wandered(Walk(law, {KIND: kid}), people, lot, lot.randint(0, 20))
            assert can_be_ended(case, people, lot), f"lot {number}: {case.state}, {case.acts}"
            judged += 1
    assert judged > 10, "nothing that the lot draws can always end"


def _proved(law: Procedure, kid: Procedure) -> bool:
    return (
        _can_end(law, CAN_END, counting_ends(law), Supply(law)).holds
        and _can_end(kid, CAN_END, counting_ends(kid), Supply(kid, law)).holds
    )
