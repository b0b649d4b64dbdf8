"""Rules in words: who may act, what comes first, when a clock runs. For diagrams, tables, pages and the terminal.

A joined condition that the law file gives a name (`fire = ...`) is told by that name, translated in the context `condition`.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from states.acts import Act, Gate, Need, Step, cond_of, gate_of
from states.conditions import (
    Above,
    AllOf,
    Among,
    AnyOf,
    AtLeast,
    ByOffice,
    Cond,
    Done,
    EveryNamed,
    Fact,
    Flag,
    Given,
    HeldBy,
    Level,
    Listed,
    Not,
    Open,
)
from states.editions import editions
from states.people import By, Climb, FromSub, Named, Role, roles_of
from states.words import catalogue, label, listed, plain, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from states.deadlines import ClockKind, Deadline

UNITS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))


def roles(these: Iterable[Role], language: str) -> str:
    """Labels of roles, each once, joined."""
    return listed(dict.fromkeys(label(role, language) for role in these), language)


@cache
def roles_known() -> Mapping[str, Role]:
    """Every role of every edition by its name, as forms write it."""
    return {role.name: role for p in editions().values() for role in (*p.roles(), *p.staff)}


def holders(names: Iterable[str], language: str) -> str:
    """Whom a record may name: a person of the office with one of these roles, given by their names."""
    known = roles_known()
    told = listed((label(known[n], language) if n in known else plain(n) for n in names), language)
    return say("a person of the office: {roles}", language, roles=told)


def acts(these: Iterable[Act], language: str) -> str:
    """Labels of acts, joined."""
    return listed((label(act, language) for act in these), language)


def who(by: By, language: str) -> str:
    """Who may act."""
    if isinstance(by, FromSub):
        return say("the outcome of the linked case: {kind}", language, kind=kind(by.kind, language))
    if isinstance(by, Climb):
        return say("{roles}; higher up with each climb", language, roles=roles(by.roles, language))
    return roles(roles_of(by, 0), language)


def kind(name: str, language: str) -> str:
    """Label of a procedure by its name, as in its latest edition; the plain name if there is none."""
    known = [procedure for (other, _), procedure in editions().items() if other == name]
    return label(known[-1], language) if known else plain(name)


def length(span: timedelta, language: str, clock: ClockKind = "24x7") -> str:  # noqa: PLR0911  one line for each unit
    """A span in its largest whole unit; one that leads back says so."""
    if span < timedelta(0):
        return say("{length} before", language, length=length(-span, language, clock))
    if not span:
        return say("at once", language)
    unit = next((unit for unit in UNITS if not span % unit), UNITS[-1])
    n = span // unit
    if unit == UNITS[0]:
        if clock == "working days":
            return say("{n} working day", language, n=n) if n == 1 else say("{n} working days", language, n=n)
        return say("{n} day", language, n=n) if n == 1 else say("{n} days", language, n=n)
    if unit == UNITS[1]:
        return say("{n} hour", language, n=n) if n == 1 else say("{n} hours", language, n=n)
    if unit == UNITS[2]:
        return say("{n} minute", language, n=n) if n == 1 else say("{n} minutes", language, n=n)
    return say("{n} second", language, n=n) if n == 1 else say("{n} seconds", language, n=n)


def gate(wanted: Gate, language: str) -> str:
    """One step, or several of which any one will do."""
    return say(" or ", language).join(label(step, language) for step in gate_of(wanted))


def need(wanted: Need, language: str) -> str:
    """What must be done first, and on what condition."""
    steps = say(" or ", language).join(label(step, language) for step in gate_of(wanted))
    cond = cond_of(wanted)
    return (
        steps
        if cond is None
        else say("{steps}, if {condition}", language, steps=steps, condition=condition(cond, language))
    )


@cache
def conditions_named() -> Mapping[Cond, str]:
    """The joined conditions that law files give a name, each with the plain name. Conditions are compared by identity."""
    found: dict[Cond, str] = {}
    for procedure in editions().values():
        for name, thing in vars(import_module(procedure.module)).items():
            if isinstance(thing, AllOf | AnyOf | Not):
                found.setdefault(thing, plain(name))
    return found


def condition(cond: Cond, language: str) -> str:
    """A condition; one that has a name by its name."""
    name = conditions_named().get(cond)
    if name is None:
        return spelt_out(cond, language)
    return say("“{condition}” holds", language, condition=catalogue(language).pgettext("condition", name))


def spelt_out(cond: Cond, language: str) -> str:  # noqa: C901, PLR0911, PLR0912  one case for each sort of condition
    """A condition by its parts, even if it has a name; parts that are themselves joined stand in brackets."""
    match cond:
        case EveryNamed():
            return say(
                "everybody named in {those} is named in {here}",
                language,
                those=_named_in(cond.those, language),
                here=_named_in(cond.here, language),
            )
        case ByOffice():
            return _by_office(cond, language)
        case Given():
            return say(
                "“{step}” says something of: {field}",
                language,
                step=label(cond.step, language),
                field=field(cond.step, cond.field, language),
            )
        case Flag():
            return _flag(cond, language)
        case Done():
            return say("“{step}” is recorded", language, step=label(cond.step, language))
        case AtLeast(on_different_days=True):
            return say(
                "“{step}” on at least {n} different days",
                language,
                step=label(cond.step, language),
                n=cond.times,
            )
        case AtLeast():
            return say("“{step}” at least {n} times", language, step=label(cond.step, language), n=cond.times)
        case Open():
            return say("a linked case is open: {kind}", language, kind=kind(cond.kind, language))
        case Level():
            return say("the case has climbed at least {n} times", language, n=cond.at_least)
        case Not():
            return say("not: {condition}", language, condition=_part(cond.of, language))
        case AllOf():
            return say(" and ", language).join(_part(one, language) for one in cond.of)
        case AnyOf():
            return say(" or ", language).join(_part(one, language) for one in cond.of)
        case _:
            raise TypeError(f"{type(cond).__name__} has no words")


def _named_in(these: Iterable[Named], language: str) -> str:
    return listed(dict.fromkeys(f"“{label(n.step, language)}”" for n in these), language)


def _part(cond: Cond, language: str) -> str:
    words = condition(cond, language)
    bare = cond in conditions_named() or not isinstance(cond, AllOf | AnyOf)
    return words if bare else say("({condition})", language, condition=words)


def _flag(flag: Flag, language: str) -> str:
    """A field of a record has a value; how a linked case ended is told by the label of its end."""
    step = label(flag.step, language)
    if isinstance(flag.step.by, FromSub) and flag.field == "outcome":
        return say(
            "“{step}” ended: {value}",
            language,
            step=step,
            value=_end(flag.step.by.kind, str(flag.value), language),
        )
    if isinstance(flag, Fact):
        said = catalogue(language).pgettext("condition", plain(flag.field))
        return say("“{step}” says: {field}", language, step=step, field=said)
    asked = field(flag.step, flag.field, language)
    if flag.value is True:
        return say("“{step}” says: {field}", language, step=step, field=asked)
    value = label(flag.value, language) if isinstance(flag.value, bool | Enum) else str(flag.value)
    return say("“{step}” says: {field}: {value}", language, step=step, field=asked, value=value)


def _by_office(flag: ByOffice, language: str) -> str:
    """What a record means by the office's own data."""
    step, asked = label(flag.step, language), field(flag.step, flag.field, language)
    match flag:
        case Above():
            told = say("“{step}”: {field} is above what the office has set", language, step=step, field=asked)
        case Among():
            told = say("“{step}”: {field} is on the office's own list", language, step=step, field=asked)
        case HeldBy() if flag.role is not None:
            told = say(
                "“{step}”: {field} is {role}",
                language,
                step=step,
                field=asked,
                role=label(flag.role, language),
            )
        case Listed():
            told = say(
                "“{step}”: {field} is on a list that the office keeps", language, step=step, field=asked
            )
        case _:
            raise TypeError(f"{type(flag).__name__} has no words")
    return told


def field(step: Step[Any], name: str, language: str) -> str:
    """What a field of a step's form asks for."""
    described = step.form.model_fields[name].description
    return say(described, language) if described else plain(name)


def _end(procedure: str, state: str, language: str) -> str:
    ends = [
        s for (name, _), p in editions().items() if name == procedure for s in p.states if s.value == state
    ]
    return label(ends[-1], language) if ends else plain(state)


def anchor(deadline: Deadline, language: str) -> str:
    """What a clock counts from."""
    if deadline.since == "received":
        return say("receipt", language)
    if deadline.since == "entered":
        return say("entering the state", language)
    if isinstance(deadline.since, Flag):
        return condition(deadline.since, language)
    return condition(Done(deadline.since), language)
