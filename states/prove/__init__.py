"""Proof of the promises: each exactly, or the shortest way to break it.

`prove` says of one promise whether it holds; `prove_all` of every promise of a procedure, in the order in which they are written.
Nothing is remembered between calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.acts import Act, Move, Step
from states.promises import (
    AccusedNever,
    AlwaysCanEnd,
    EveryWaitHasDeadline,
    LaddersEndFilled,
    Never,
    NeverWithout,
    NoTimeLoop,
    OnlyBy,
    OnlyOfUnit,
    Owed,
    Promise,
    TwoPersons,
)
from states.prove.goals import touching
from states.prove.linked import accused_may_act, one_may_do_both, pairs, started_by
from states.prove.liveness import can_end
from states.prove.plain import of_unit
from states.prove.search import VACUOUS, prove_safety, reach
from states.prove.structure import ladders_end_filled, no_time_loop, owed, waits_have_clocks
from states.prove.verdict import Verdict

if TYPE_CHECKING:
    from states.procedure import Procedure

__all__ = ["Verdict", "prove", "prove_all"]


def prove_all(procedure: Procedure) -> tuple[Verdict, ...]:
    """Prove every promise of a procedure."""
    return tuple(prove(procedure, promise) for promise in procedure.promises)


def prove(  # noqa: PLR0911  one case for each sort of promise
    procedure: Procedure, promise: Promise, *, vacuity: bool = True, like: Verdict | None = None
) -> Verdict:
    """Prove one promise. `vacuity`: it must also be shown that something that can happen could break it.

    `like`: what was proved of a procedure that is almost the same, as a hint where to look; it changes no answer.
    """
    match promise:
        case NeverWithout() | Never() | OnlyBy():
            return prove_safety(procedure, promise, vacuity=vacuity)
        case TwoPersons():
            return _two_persons(procedure, promise, vacuity=vacuity)
        case AccusedNever():
            here = prove_safety(procedure, promise, vacuity=vacuity)
            there = accused_may_act(promise, procedure) if here.holds else ""
            return Verdict(promise, False, here.explored, why=there) if there else here
        case OnlyOfUnit():
            return of_unit(procedure, promise)
        case Owed():
            return owed(procedure, promise)
        case AlwaysCanEnd():
            return can_end(procedure, promise, like.tracked if like is not None else frozenset())
        case EveryWaitHasDeadline():
            return waits_have_clocks(procedure, promise)
        case NoTimeLoop():
            return no_time_loop(procedure, promise)
        case LaddersEndFilled():
            return ladders_end_filled(procedure, promise)


def _two_persons(procedure: Procedure, promise: TwoPersons, *, vacuity: bool) -> Verdict:
    """Within the procedure by search; across linked cases by asking the rules, and whether each act can happen at all."""
    own = {a.key for a in (*promise.these, *promise.those) if a.owner == procedure.name}
    foreign = list(pairs(promise, procedure))
    if len(foreign) < len(promise.these) * len(promise.those):
        verdict = prove_safety(procedure, promise, vacuity=vacuity and not foreign)
        if not verdict.holds:
            return verdict
    else:
        verdict = Verdict(promise, True, 0)
    broken = one_may_do_both(promise, procedure)
    if broken:
        return Verdict(promise, False, verdict.explored, why=broken)
    explored = verdict.explored
    for act in {a.key: a for pair in foreign for a in pair}.values() if vacuity else ():
        homes = (procedure,) if act.key in own else started_by(procedure).get(act.owner, ())
        found = [reach(home, _doing(act), touching) for home in homes]
        explored += sum(f.explored for f in found)
        if not any(f.path for f in found):
            return Verdict(promise, False, explored, why=f"{VACUOUS}: {act.name} never happens")
    walked = frozenset(a.name for a in procedure.acts) if foreign else verdict.walked
    return Verdict(promise, True, explored, tracked=verdict.tracked, given=verdict.given, walked=walked)


def _doing(act: Act) -> OnlyBy:
    """A promise that any doing of this act could break."""
    target = act.dest if isinstance(act, Move) else act
    assert isinstance(target, Step) or target in type(target)  # noqa: S101
    return OnlyBy("", target, ())
