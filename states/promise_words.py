"""Promises as sentences, for the pages of `docs/procedures` and the report of the proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from states.acts import State, Step
from states.phrases import acts, condition, field, gate, length, roles
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
)  # fmt: skip
from states.words import label, listed, say

if TYPE_CHECKING:
    from states.conditions import Cond
    from states.people import Apart, OfUnit, Scope


def promise(kept: Promise, language: str) -> str:  # noqa: C901, PLR0911  one case for each sort of promise
    """Return a promise as a sentence."""
    match kept:
        case NeverWithout():
            return _never_without(kept, language)
        case Never():
            what = _what(kept.what, language)
            return say(
                "{what}, while {condition}.", language, what=what, condition=condition(kept.when, language)
            )
        case OnlyBy():
            what, by = _what(kept.what, language), roles(kept.roles, language)
            return say(
                "{what} but by {roles}{while_}.",
                language,
                what=what,
                roles=by,
                while_=_while(kept.when, language),
            )
        case TwoPersons():
            return persons(kept, language)
        case AccusedNever():
            return accused(kept, language)
        case OnlyOfUnit():
            return of_unit(kept, language)
        case Owed():
            return _owed(kept, language)
        case AlwaysCanEnd():
            return _can_end(kept, language)
        case EveryWaitHasDeadline():
            return say(
                "In every state that is not an end, a clock runs that only leaving the state can stop.",
                language,
            )
        case NoTimeLoop():
            return say(
                "No case goes round for ever unseen: every ring lies under one clock from receipt.", language
            )
        case LaddersEndFilled():
            return say(
                "Every ladder has its rungs in order and ends in a role that the office must fill.", language
            )
        case _:
            raise TypeError(f"{type(kept).__name__} has no words")


def _never_without(kept: NeverWithout, language: str) -> str:
    what, steps, while_ = _what(kept.before, language), gate(kept.gate, language), _while(kept.when, language)
    if kept.since is None:
        return say("{what} without “{steps}”{while_}.", language, what=what, steps=steps, while_=while_)
    return say(
        "{what} without “{steps}” since “{since}” was last entered{while_}.",
        language,
        what=what,
        steps=steps,
        since=label(kept.since, language),
        while_=while_,
    )


def _owed(kept: Owed, language: str) -> str:
    steps, role, while_ = gate(kept.gate, language), label(kept.tells, language), _while(kept.when, language)
    if not kept.within:
        return say(
            "While “{steps}” is missing, a clock tells {role} at once{while_}.",
            language,
            steps=steps,
            role=role,
            while_=while_,
        )
    return say(
        "While “{steps}” is missing, a clock tells {role} within {length}{while_}.",
        language,
        steps=steps,
        role=role,
        length=length(kept.within, language),
        while_=while_,
    )


def _can_end(kept: AlwaysCanEnd, language: str) -> str:
    if not kept.but:
        return say(
            "From wherever a case can come to, it can end, whoever is complained of, in the smallest lawful office.",
            language,
        )
    ends = listed((label(state, language) for state in kept.but), language)
    return say(
        "From wherever a case can come to, it can end otherwise than as “{states}”, whoever is complained of, in the smallest lawful office.",
        language,
        states=ends,
    )


def persons(kept: TwoPersons, language: str) -> str:
    """Nobody does both."""
    these, those = acts(kept.these, language), acts(kept.those, language)
    return say(
        "Nobody does both “{these}” and “{those}”{scope}.",
        language,
        these=these,
        those=those,
        scope=scope(kept.scope, language),
    )


def apart(rule: Apart, language: str) -> str:
    """Nobody does both; whoever is or was named somewhere may count as having done the former."""
    if not rule.named:
        return persons(TwoPersons(rule.clause, rule.these, rule.those, rule.scope), language)
    records = listed(
        (
            say(
                "“{step}” ({field})",
                language,
                step=label(named.step, language),
                field=field(named.step, named.field, language),
            )
            for named in rule.named
        ),
        language,
    )
    return say(
        "Nobody does both “{these}” and “{those}”{scope}; whoever is or was named in {records} counts as having done the former.",
        language,
        these=acts(rule.these, language),
        those=acts(rule.those, language),
        scope=scope(rule.scope, language),
        records=records,
    )


def accused(kept: AccusedNever, language: str) -> str:
    """Whom the case is about has no part in it."""
    step, asked = label(kept.who.step, language), field(kept.who.step, kept.who.field, language)
    if not kept.but:
        return say(
            "The person named in “{step}” ({field}) does nothing in the case.",
            language,
            step=step,
            field=asked,
        )
    but = acts(kept.but, language)
    return say(
        "The person named in “{step}” ({field}) does nothing in the case but {acts}.",
        language,
        step=step,
        field=asked,
        acts=but,
    )


def of_unit(kept: OnlyOfUnit | OfUnit, language: str) -> str:
    """These are for the unit that answers, or for a role of no unit."""
    named = listed(
        (
            say(
                "“{step}” ({field})",
                language,
                step=label(u.step, language),
                field=field(u.step, u.field, language),
            )
            for u in kept.units
        ),
        language,
    )
    if not kept.or_roles:
        return say(
            "{acts}: only by somebody of the unit that the last of {records} names.",
            language,
            acts=acts(kept.acts, language),
            records=named,
        )
    return say(
        "{acts}: only by somebody of the unit that the last of {records} names, or by {roles}.",
        language,
        acts=acts(kept.acts, language),
        records=named,
        roles=roles(kept.or_roles, language),
    )


def scope(of: Scope, language: str) -> str:
    """Over which rounds a rule about persons looks, as the end of a sentence."""
    match of:
        case "this round":
            return say(" in one round", language)
        case "earlier rounds":
            return say(", one of them in an earlier round", language)
        case "ever":
            return ""


def _what(target: State | Step[Any], language: str) -> str:
    """The beginning of a promise: what nothing may bring about."""
    if isinstance(target, Step):
        return say("“{step}” is never recorded", language, step=label(target, language))
    return say("Nothing enters “{state}”", language, state=label(target, language))


def _while(cond: Cond | None, language: str) -> str:
    return "" if cond is None else say(", while {condition}", language, condition=condition(cond, language))
