"""The cheap checks of what a procedure leaves to the office: its units, its lists and limits, duty and delegation; and of what records start or date.

A slip here would go unnoticed for long: the office's data would be asked about a field that holds nothing of the kind, and say no for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, get_args

from pydantic import AwareDatetime

from states.acts import Act, gate_of
from states.conditions import Above, Among, ByOffice, Cond, HeldBy, Listed, MomentOf
from states.forms import Led, Parties, PersonRef, UnitKey, marked, sealed_fields
from states.people import Climb, Role, UnitNamed, roles_of
from states.procedure import needs_of

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from states.procedure import Procedure


def left_to_the_office(p: Procedure) -> Iterator[str]:
    """Yield a sentence for everything that is wrong with what the office's own data decide."""
    yield from _units(p)
    yield from _unit_rules(p)
    yield from _noticed(p)
    yield from _roles(p)
    yield from _many_at_once(p)
    yield from dict.fromkeys(
        wrong for cond in p.conditions() for leaf in cond.leaves() for wrong in _asked(p, leaf)
    )
    yield from _two_defaults(p)


def started_and_dated(p: Procedure) -> Iterator[str]:
    """Yield a sentence for everything that is wrong with what records start, and with clocks that count from a moment."""
    for one in p.starting:
        if one.step not in p.steps:
            yield f"{one.sub.kind} is started by {one.step.name}, which is not a step of this procedure"
        elif one.when.step is not one.step:
            yield f"{one.step.name} starts {one.sub.kind} if {one.when.key}, which another record says"
    for d in p.deadlines:
        if isinstance(d.since, MomentOf) and d.since.field in sealed_fields(d.since.step.form):
            yield f"{d.name} counts from {d.since.step.name}.{d.since.field}, which is sealed"
        if all(rung.after >= timedelta(0) for rung in d.ladder):
            continue
        if not isinstance(d.since, MomentOf):
            yield f"a rung of {d.name} lies before what it counts from"
        if d.clock == "working days":
            yield f"{d.name} counts working days backwards"


def _units(p: Procedure) -> Iterator[str]:
    """What names a unit is a unit's key, belongs to a step of this procedure, is open to read and lasts as long as the case."""
    rounds = any(move.new_round for move in p.moves)
    named = [*p.answering, *(unit for rule in p.of_units for unit in rule.units)]
    for one in {(u.step.key, u.field): u for u in named}.values():
        yield from _unit(p, one, rounds=rounds)


def _unit(p: Procedure, one: UnitNamed, *, rounds: bool) -> Iterator[str]:
    field = one.step.form.model_fields.get(one.field)
    where = f"{one.step.name}.{one.field}"
    if one.step not in p.steps or field is None or marked(field, UnitKey) is None:
        yield f"{where} does not name a unit"
    elif one.field in sealed_fields(one.step.form):
        yield f"{where} names the unit that answers, and is sealed"
    if rounds and one.step.lasts == "round":
        yield f"{where} names the unit that answers, and for one round alone"


def _unit_rules(p: Procedure) -> Iterator[str]:
    known = _known(p)
    for rule in p.of_units:
        for act in rule.acts:
            if act not in p.acts and (act.owner == p.name or act.owner not in p.subs):
                yield f"a rule about units speaks of {act.name}, which is neither of this procedure nor of one that it starts"
        strange = [r.name for r in rule.or_roles if r.name not in known]
        yield from (
            f"{r} stands in for the unit that answers, and is no role of this procedure" for r in strange
        )
    yield from (
        f"{r.name} leads a unit, and is no role of this procedure" for r in p.led_by if r.name not in known
    )
    for step in p.steps:
        for name, field in step.form.model_fields.items():
            led = marked(field, Led)
            strange = [r for r in led.roles if r not in known] if isinstance(led, Led) else []
            yield from (
                f"{step.name} asks that {name} is led by {r}, no role of this procedure" for r in strange
            )


def _noticed(p: Procedure) -> Iterator[str]:
    """Who is on a list is noticed by the list, which fills in nothing."""
    if p.noticed is None:
        return
    kept, step = p.noticed
    if step not in p.steps:
        yield f"{step.name}, recorded of who is on the list {kept}, is not a step of this procedure"
        return
    if not any(isinstance(flag, Listed) and flag.kept == kept for flag in p.flags.values()):
        yield f"{step.name} is recorded of who is on the list {kept}, which no condition asks for"
    if all(role.human for role in roles_of(step.by, 0)):
        yield f"{step.name} is recorded of who is on the list {kept}, and by persons alone"
    wanted = [name for name, field in step.form.model_fields.items() if field.is_required()]
    yield from (
        f"{step.name} is recorded of who is on the list {kept}, and asks for {name}" for name in wanted
    )


def _roles(p: Procedure) -> Iterator[str]:
    known = _known(p)
    for role in sorted({*p.roles(), *p.staff}, key=lambda r: r.name):
        if role.rostered and (role.outside or not role.human):
            yield f"{role.name} is on duty by the office's roster, and nobody of the office"
        if not role.delegated_by:
            continue
        if role.outside or not role.human:
            yield f"{role.name} is delegated, and to nobody of the office"
        if role.delegated_by not in known:
            yield f"{role.name} is delegated by {role.delegated_by}, no role of this procedure"
        if p.staff.get(role):
            yield f"the smallest office has a {role.name}, whom somebody must delegate first"
        yield from _delegate_of_whom_it_is_about(p, role)
    for act in p.acts:
        if isinstance(act.by, Climb) and not 0 <= act.by.top < len(act.by.roles):
            yield f"{act.name} climbs to level {act.by.top}, and has roles up to {len(act.by.roles) - 1}"


def _delegate_of_whom_it_is_about(p: Procedure, role: Role) -> Iterator[str]:
    """Whom the case is about is known to have delegated something only where a condition asks whether they could."""
    asked = {
        (f.step, f.field)
        for f in p.flags.values()
        if isinstance(f, HeldBy) and f.role is not None and f.role.name == role.delegated_by
    }
    for bar in p.barred:
        if (bar.named.step, bar.named.field) not in asked:
            yield f"nothing asks whether {bar.named.step.name}.{bar.named.field} names a {role.delegated_by}, whose {role.name} would act on"


def _many_at_once(p: Procedure) -> Iterator[str]:
    for step, move in p.many_at_once:
        acts: tuple[Act, ...] = (step, move)
        strange = [act.name for act in acts if act not in p.acts]
        yield from (
            f"{name} is done for many cases at once, and is not of this procedure" for name in strange
        )
        if not strange and step not in [s for need in needs_of(move) for s in gate_of(need)]:
            yield f"{move.name} is made for many cases at once with {step.name}, which it does not need"


def _asked(p: Procedure, leaf: Cond) -> Iterator[str]:
    """Whether the field that a condition hands to the office holds what the office can look at."""
    if not isinstance(leaf, ByOffice | MomentOf):
        return
    field = leaf.step.form.model_fields[leaf.field]
    where = f"{leaf.step.name}.{leaf.field}"
    match leaf:
        case MomentOf() if not _holds(field.annotation, datetime, AwareDatetime):
            yield f"a condition asks when {where} is, which holds no moment"
        case Above() if not _holds(field.annotation, int):
            yield f"a condition asks whether {where} is above {leaf.setting}, and it is no number"
        case Among():
            yield from _words(leaf, field, where)
        case HeldBy() if marked(field, PersonRef) is None:
            yield f"a condition asks what {where} is in the office, and it names no person"
        case HeldBy() if leaf.role is None or leaf.role.name not in _known(p):
            yield f"a condition asks whether {where} is {leaf.role.name if leaf.role else 'nothing'}, no role of this procedure"
        case Listed() if marked(field, Parties) is None:
            yield f"a condition looks for {where} on the list {leaf.kept}, and it holds no people"
        case _:
            pass


def _words(leaf: Among, field: FieldInfo, where: str) -> Iterator[str]:
    words = {str(one.value) for kind in _types(field.annotation) if issubclass(kind, Enum) for one in kind}
    if not words:
        yield f"a condition looks for {where} on the list {leaf.setting}, and there is nothing to choose from"
        return
    strange = [word for word in leaf.default if str(word) not in words]
    yield from (f"the list {leaf.setting} has {word} by default, which {where} cannot be" for word in strange)


def _two_defaults(p: Procedure) -> Iterator[str]:
    """Two conditions that ask the same of the office are one fact, so that they must have one default."""
    found: dict[str, set[object]] = {}
    for leaf in (leaf for cond in p.conditions() for leaf in cond.leaves()):
        if isinstance(leaf, Above | Among):
            default = leaf.default if isinstance(leaf, Above) else frozenset(leaf.default)
            found.setdefault(leaf.key, set()).add(default)
    yield from (f"{key} has two defaults" for key, defaults in found.items() if len(defaults) > 1)


def _known(p: Procedure) -> frozenset[str]:
    return frozenset(role.name for role in (*p.roles(), *p.staff))


def _holds(annotation: object, *kinds: type[Any]) -> bool:
    """Whether a value may be of one of these types; a yes or no is no number."""
    return any(issubclass(kind, kinds) and kind is not bool for kind in _types(annotation))


def _types(annotation: object) -> Iterator[type[Any]]:
    """The types of the values, also of a field that may be left out or holds several."""
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
    for part in get_args(annotation):
        yield from _types(part)
