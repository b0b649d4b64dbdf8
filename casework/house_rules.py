"""The rules of the house, by which a department answers a complaint about itself (H3.1): who wrote which one, from which day to which.

A record cites a rule by its key, and the door looks whether it is in force that day (`OfficeView.rule_holds`). What was cited stays: a rule
is ended and never changed, and new words under the same key begin after the old ones have ended.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlmodel import Session

import models
from casework.errors import BadInput
from casework.intake import office_of
from casework.kinds import procedures_of
from casework.offices import OfficeView, lock_office, touch_offices
from casework.outcome import Refused
from casework.rulings import refuse_for_roles, ruled_office
from casework.store import store_of
from casework.times import sayable
from states.facts import Actor
from states.forms import HouseRule, marked
from states.law.roles import dept_manager, general_manager
from states.procedure import Procedure

PEOPLE = models.table(models.Person)
RULES = models.table(models.HouseRule)
CLAUSE = "H3.1"
KEEPERS = (general_manager.name, dept_manager.name)
"""Roles that write the rules."""
KEY = re.compile(r"[a-z0-9][a-z0-9.-]{0,31}")
LEAST, MOST = 2, 2000
"""Characters of a rule."""


@dataclass(frozen=True)
class RuleKept:
    """A rule that was written or ended just now. `valid_until`: its last day; None: until further notice."""

    office_key: str
    key: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class RuleView:
    """One rule in one wording. `by`: the handle of whoever wrote it; `holds`: today."""

    key: str
    words: str
    valid_from: date
    valid_until: date | None
    by: str | None
    recorded_at: datetime
    holds: bool


def law_of_rules(office: OfficeView, day: date) -> Procedure | None:
    """A procedure of the office whose records cite a rule of the house; None where there is none."""
    for law in procedures_of(office.kind, day):
        fields = (field for step in law.steps for field in step.form.model_fields.values())
        if any(marked(field, HouseRule) is not None for field in fields):
            return law
    return None


def add(
    session: Session,
    office_key: str,
    key: str,
    words: str,
    actor: Actor,
    at: datetime,
    *,
    valid_from: date | None = None,
) -> RuleKept | Refused:
    """Write a rule of the house, in force from today or the day named. Refused to whoever leads neither the hotel nor a department.

    Raises BadInput for an unknown office, one whose procedures cite no rule, a key or words that cannot be, a day that has passed, and a key
    under which a rule holds by then.
    """
    connection, office = session.connection(), ruled_office(session, office_key, actor)
    if (refused := _only_keepers(session, office, actor, at, "add")) is not None:
        return refused
    if KEY.fullmatch(key) is None:
        raise BadInput(
            "The key of a house rule is up to 32 small letters, digits, dots and hyphens, beginning with a letter or digit."
        )
    said = sayable(words)
    if not LEAST <= len(said) <= MOST:
        raise BadInput(
            "A house rule needs {least} to {most} characters.",
            hint="It is shown to everybody: name nobody.",
            least=LEAST,
            most=MOST,
        )
    today = office.calendar.local_day(at)
    first = valid_from if valid_from is not None else today
    if first < today:
        raise BadInput(
            "A house rule begins today or later, since what was answered before was answered by the rules of its day."
        )
    lock_office(connection, office.id)
    _free(_wordings(connection, office, key), key, first)
    row = {
        "office_id": office.id, "key": key, "words": said, "valid_from": first, "valid_until": None, "recorded_by": actor.person, "recorded_at": at,
    }  # fmt: skip
    connection.execute(insert(RULES), row)
    touch_offices(connection, "house rule", at, actor.person)
    return RuleKept(office.key, key, first, None)


def end(
    session: Session, office_key: str, key: str, actor: Actor, at: datetime, *, until: date | None = None
) -> RuleKept | Refused:
    """Let a rule end with today, or with a later day. Refused as `add`.

    Raises BadInput for an unknown office or rule, one that was ended before, and a last day that has passed or lies before the first.
    """
    connection, office = session.connection(), ruled_office(session, office_key, actor)
    if (refused := _only_keepers(session, office, actor, at, "end")) is not None:
        return refused
    today = office.calendar.local_day(at)
    last = until if until is not None else today
    lock_office(connection, office.id)
    there = _wordings(connection, office, key)
    if not there:
        raise _unknown(connection, office)
    newest = there[-1]
    if newest.valid_until is not None:
        raise BadInput(
            "The house rule {key} was ended before: its last day is {day}.", key=key, day=newest.valid_until
        )
    if last < today:
        raise BadInput(
            "A house rule ends today or later, since it may have been cited before.",
            hint="Leave out the day: it then ends with today.",
        )
    if last < newest.valid_from:
        raise BadInput(
            "The house rule {key} only begins on {day}: it cannot end before.",
            hint="Name that day or a later one.",
            key=key,
            day=newest.valid_from,
        )
    connection.execute(update(RULES).where(RULES.c.id == newest.id).values(valid_until=last))
    touch_offices(connection, "house rule ended", at, actor.person)
    return RuleKept(office.key, key, newest.valid_from, last)


def rule_list(session: Session, office_key: str, at: datetime, *, every: bool = False) -> list[RuleView]:
    """The rules of an office by key, those of today and of days to come; `every`: also those that have ended. Raises BadInput for an unknown office."""
    connection = session.connection()
    office = office_of(store_of(session).offices(connection), office_key)
    today = office.calendar.local_day(at)
    wanted = (
        select(RULES, PEOPLE.c.handle)
        .outerjoin(PEOPLE, PEOPLE.c.id == RULES.c.recorded_by)
        .where(RULES.c.office_id == office.id)
        .order_by(RULES.c.key, RULES.c.valid_from)
    )
    return [
        RuleView(
            row.key, row.words, row.valid_from, row.valid_until, row.handle, row.recorded_at,
            holds=row.valid_from <= today and (row.valid_until is None or today <= row.valid_until),
        )
        for row in connection.execute(wanted)
        if every or row.valid_until is None or row.valid_until >= today
    ]  # fmt: skip


def _only_keepers(
    session: Session, office: OfficeView, actor: Actor, at: datetime, act: str
) -> Refused | None:
    """Refuse whoever does not write rules. `act`: a word of ours, for the record of refusals. Raises BadInput where no rule is ever cited."""
    law = law_of_rules(office, office.calendar.local_day(at))
    if law is None:
        raise BadInput(
            "The office {key} keeps no rules of the house: none of its procedures cites one.", key=office.key
        )
    if actor.person is not None and not actor.roles.isdisjoint(KEEPERS):
        return None
    return refuse_for_roles(session, law, actor, at, ("house_rule", act), KEEPERS, CLAUSE)


def _wordings(connection: Connection, office: OfficeView, key: str) -> Sequence[Row[Any]]:
    """What has stood under a key, oldest first; only the newest may still be open."""
    mine = select(RULES).where(RULES.c.office_id == office.id, RULES.c.key == key)
    return connection.execute(mine.order_by(RULES.c.valid_from)).all()


def _free(there: Sequence[Row[Any]], key: str, first: date) -> None:
    """Raise BadInput unless nothing holds under a key from a day on."""
    if not there:
        return
    newest = there[-1]
    if newest.valid_until is None:
        raise BadInput(
            "There is a house rule {key} already, since {day}.",
            hint="End it first, `duecourse rule end {key}`, or choose another key.",
            key=key,
            day=newest.valid_from,
        )
    if newest.valid_until >= first:
        raise BadInput(
            "The last day of the house rule {key} is {day}: it begins again after that day.",
            hint="Name the first day with --from.",
            key=key,
            day=newest.valid_until,
        )


def _unknown(connection: Connection, office: OfficeView) -> BadInput:
    mine = select(RULES.c.key).where(RULES.c.office_id == office.id, RULES.c.valid_until.is_(None))
    there = ", ".join(connection.execute(mine.order_by(RULES.c.key)).scalars()) or "none yet"
    return BadInput("There is no such house rule in this office.", hint="There is: {there}.", there=there)
