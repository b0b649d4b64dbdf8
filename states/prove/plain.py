"""Promises that the rules give word for word: every act that could break one is refused by a line of its own.

What is refused wherever the case stands needs no search, and no line elsewhere can change it. A promise that is not given plainly may
hold all the same: then the search decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.acts import Act, Move, State, Step, cond_of, gate_of
from states.conditions import Cond, Not
from states.people import Scope, roles_of
from states.procedure import needs_of
from states.promises import AccusedNever, Never, NeverWithout, OnlyBy, OnlyOfUnit, Promise, TwoPersons
from states.prove.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from states.procedure import Procedure


def is_given(promise: Promise, procedure: Procedure) -> bool:
    """Whether the rules give what is promised word for word; no: the search must decide."""
    match promise:
        case OnlyBy(what=what, roles=roles):
            able = {r for act in reaching(what, procedure) for r in _able(act, procedure)}
            return able <= {r.name for r in roles}
        case NeverWithout(gate=gate, before=before, when=when, since=None):
            wanted = {s.key for s in gate_of(gate)}
            return all(_needs(act, wanted, when) for act in reaching(before, procedure))
        case Never(what=what, when=when):
            return all(_forbids(act, when) for act in reaching(what, procedure))
        case TwoPersons(these=these, those=those, scope=scope):
            pairs = ((one, other) for one in these for other in those)
            return all(_kept_apart(one, other, scope, procedure) for one, other in pairs)
        case AccusedNever(who=who, but=but):
            free = {a.key for a in but}
            return any(
                bar.named.step.key == who.step.key
                and bar.named.field == who.field
                and {a.key for a in bar.but} <= free
                for bar in procedure.barred
            )
        case _:
            return False


def of_unit(procedure: Procedure, promise: OnlyOfUnit) -> Verdict:
    """A rule of its own keeps each of these acts to the unit that answers. What a record names is never untold, so that nothing is searched."""
    wanted = {(u.step.key, u.field) for u in promise.units}
    loose = [
        act.name
        for act in promise.acts
        if not any(
            act in rule.acts
            and {(u.step.key, u.field) for u in rule.units} == wanted
            and set(rule.or_roles) <= set(promise.or_roles)
            for rule in procedure.of_units
        )
    ]
    told = any(_always_told(procedure, u.step, u.field) for u in promise.units)
    why = f"somebody of another unit can do {', '.join(loose)}" if loose else ""
    why = why or ("" if told else "a case may name no unit at all")
    return Verdict(promise, not why, len(promise.acts), why=why)


def _always_told(procedure: Procedure, step: Step[Any], field: str) -> bool:
    """Whether every case says this from its beginning to its end: at its intake, which nothing renews and which counts in every round."""
    renewed = any(step in act.renews for act in procedure.acts)
    lasts = step.lasts == "case" or not any(move.new_round for move in procedure.moves)
    return step is procedure.intake and step.form.model_fields[field].is_required() and lasts and not renewed


def reaching(target: State | Step[Any], procedure: Procedure) -> Iterator[Act]:
    """The acts that enter a state or record a step."""
    if isinstance(target, State):
        yield from (m for m in procedure.moves if m.dest is target)
    else:
        yield from (s for s in procedure.steps if s.key == target.key)


def _able(act: Act, procedure: Procedure) -> set[str]:
    return {r.name for level in range(procedure.max_level + 1) for r in roles_of(act.by, level)}


def _needs(act: Act, wanted: set[tuple[str, str]], when: Cond | None) -> bool:
    """Whether the act asks for one of these steps, always or while the very condition of the promise holds."""
    for need in needs_of(act):
        cond = cond_of(need)
        met = {s.key for s in gate_of(need)} <= wanted
        if met and (cond is None or (cond is when and _is_about_before(act, cond))):
            return True
    return False


def _forbids(act: Act, when: Cond) -> bool:
    """Whether the act is refused while the very condition of the promise holds."""
    against = any(
        (isinstance(only.when, Not) and only.when.of is when)
        or (isinstance(when, Not) and when.of is only.when)
        for only in act.only
    )
    return against and _is_about_before(act, when)


def _is_about_before(act: Act, cond: Cond) -> bool:
    """Whether nothing that the act itself says can decide the condition: a promise looks at what the very record says, a rule does not."""
    return isinstance(act, Move) or not any(a.startswith(f"{act.name}.") for a in cond.atoms())


def _kept_apart(one: Act, other: Act, scope: Scope, procedure: Procedure) -> bool:
    """Whether a rule keeps whoever did one of two acts of this procedure from the other, in this scope or always."""
    if {one.owner, other.owner} != {procedure.name}:
        return False
    rules = (rule for rule in procedure.aparts if rule.scope in (scope, "ever"))
    return any(other.key in {a.key for a in rule.against(one)} for rule in rules)
