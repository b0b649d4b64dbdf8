"""Linked cases: which procedures a case starts, and whether rules about persons reach from one to the other.

Across cases nothing is searched. A case is put together in which one person did one of two acts, and the real requirement
functions are asked whether he may do the other: they must name a person rule, in either order. That suffices, since what was done
stays done: more acts never free anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.acts import Act, State, Step, Sub
from states.editions import editions, startable
from states.facts import EPOCH, Actor, DoneAct, Facts, Kin
from states.people import FromSub, roles_of
from states.prove.atoms import state_span
from states.refusals import move_requirements, step_requirements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from states.procedure import Procedure
    from states.promises import AccusedNever, TwoPersons

SOMEONE = 1


def started_by(procedure: Procedure) -> Mapping[str, tuple[Procedure, ...]]:
    """The editions of each kind of sub-case that a case of this procedure may start."""
    every = tuple(editions().values())
    return {kind: startable(procedure, kind, every) for kind in procedure.subs}


def silent_ends(procedure: Procedure, sub: Sub) -> tuple[str, ...]:
    """Ends of a sub-case that its parent never hears of. A lapse comes from the parent itself, history from an import."""
    found: dict[str, None] = {}
    for kind in startable(procedure, sub.kind, tuple(editions().values())):
        unasked = {
            kind.history,
            kind.lapse.dest if kind.lapse is not None else None,
            *(e.state for e in sub.endings),
        }
        found.update(dict.fromkeys(s.value for s in kind.finals if s not in unasked))
    return tuple(found)


def pairs(promise: TwoPersons, procedure: Procedure) -> Iterator[tuple[Act, Act]]:
    """Yield the pairs of a promise of which at least one act belongs to another procedure."""
    for one in promise.these:
        yield from ((one, other) for other in promise.those if {one.owner, other.owner} != {procedure.name})


def one_may_do_both(promise: TwoPersons, procedure: Procedure) -> str:
    """Return a sentence about the first pair of acts in linked cases that one person could do; empty if there is none."""
    for one, other in pairs(promise, procedure):
        if procedure.name not in (one.owner, other.owner):
            return f"{one.name} and {other.name} both belong to sub-cases, which do not see each other"
        mine, theirs = (one, other) if one.owner == procedure.name else (other, one)
        for kind in started_by(procedure).get(theirs.owner, ()):
            for this_round in {"this round": (True,), "earlier rounds": (False,), "ever": (True, False)}[
                promise.scope
            ]:
                if not _kept_from(procedure, mine, kind, theirs, this_round=this_round):
                    when = "in the same round" if this_round else "in another round"
                    return f"whoever did {mine.name} may do {theirs.name} {when}, or the other way round"
    return ""


def _kept_from(parent: Procedure, mine: Act, child: Procedure, theirs: Act, *, this_round: bool) -> bool:
    did_mine, did_theirs = (DoneAct(1, act.name, SOMEONE, 1, 0) for act in (mine, theirs))
    below = _facts(
        child,
        theirs,
        (
            Kin(
                "parent",
                parent,
                (did_mine,),
                is_open=True,
                of_this_round=this_round,
                round=1 if this_round else 2,
            ),
        ),
    )
    above = _facts(
        parent, mine, (Kin("child", child, (did_theirs,), is_open=True, of_this_round=this_round),)
    )
    same = next((a for a in child.acts if a.key == theirs.key), theirs)
    return all(_person_rule(facts, act) for facts, act in ((below, same), (above, mine)))


def accused_may_act(promise: AccusedNever, procedure: Procedure) -> str:
    """Return a sentence about the first act of a sub-case that the person named could do; empty if there is none."""
    free = {a.key for a in promise.but}
    naming = DoneAct(
        1, promise.who.step.name, 2, 1, 0, (f"{promise.who.step.name}.{promise.who.field}@{SOMEONE}",)
    )
    above = Kin("parent", procedure, (naming,), is_open=True, of_this_round=True, round=1)
    for kinds in started_by(procedure).values():
        for kind in kinds:
            for act in kind.acts:
                if (
                    act.key not in free
                    and is_human(act, kind)
                    and not _person_rule(_facts(kind, act, (above,)), act)
                ):
                    return f"the person named in {promise.who.step.name} may do {act.name} in {kind.name}"
    return ""


def is_human(act: Act, procedure: Procedure) -> bool:
    """Whether a person may ever do it."""
    levels = range(procedure.max_level + 1)
    return not isinstance(act.by, FromSub) and any(r.human for n in levels for r in roles_of(act.by, n))


def _facts(procedure: Procedure, act: Act, kin: tuple[Kin, ...]) -> Facts:

    state: State = min(state_span(act), default=procedure.initial)
    return Facts(procedure, state.value, 1, 0, 0, EPOCH, EPOCH, (), kin)


def _person_rule(facts: Facts, act: Act) -> bool:
    """Whether the requirements name a rule about persons against this person."""
    levels = range(facts.procedure.max_level + 1)
    roles = frozenset(r.name for a in facts.procedure.acts for n in levels for r in roles_of(a.by, n))
    who = Actor("person", SOMEONE, roles)
    asked = (
        step_requirements(facts, act, who) if isinstance(act, Step) else move_requirements(facts, act, who)
    )
    return any(r.kind == "person" for r in asked)
