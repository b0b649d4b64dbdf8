"""Which matters are major (重大, H4.4): the general manager's own list, from one day on, in the words that the record of a complaint offers.

It is a dated setting like any other, approved by whoever wrote it; until there is one, the default of the edition holds. A complaint that
was recorded before keeps what it was recorded with.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert
from sqlmodel import Session

import models
from casework.asked_settings import default_list, lists_asked, words_allowed
from casework.delegations import own_office
from casework.errors import BadInput
from casework.kinds import procedures_of
from casework.office_settings import known_settings
from casework.offices import OfficeView, lock_office, touch_offices
from casework.outcome import Refused
from casework.rulings import refuse_for_roles
from casework.times import sayable
from states.facts import Actor

SETTINGS = models.table(models.OfficeSetting)
MAJOR = "major_matters"
CLAUSE = "H4.4"
OWN = "the general manager's own list"
LONGEST = 200
"""Characters of a reason."""


@dataclass(frozen=True)
class MajorMatters:
    """What is major from a day on. `changed`: False where it was so already."""

    office_key: str
    matters: tuple[str, ...]
    valid_from: date
    changed: bool


def set_major(
    session: Session, actor: Actor, matters: Iterable[str], at: datetime, *, reason: str = ""
) -> MajorMatters | Refused:
    """Write the list of what is major from today on. Refused to everybody but the general manager.

    Raises BadInput for an office whose law asks for no such list, words that it does not offer, none at all, and a reason that is too long.
    """
    connection, office = session.connection(), own_office(session, actor)
    if MAJOR not in lists_asked(office.kind):
        raise BadInput("Nobody says in the office {key} what is major.", key=office.key)
    day = office.calendar.local_day(at)
    setting = known_settings(office.kind)[MAJOR]
    if actor.roles.isdisjoint(setting.approvers):
        step, writers = lists_asked(office.kind)[MAJOR].step, tuple(sorted(setting.approvers))
        law = next(law for law in procedures_of(office.kind, day) if law.name == step.owner)
        return refuse_for_roles(session, law, actor, at, ("setting", MAJOR), writers, CLAUSE)
    why = sayable(reason) or OWN
    if len(why) > LONGEST:
        raise BadInput("A reason has at most {most} characters.", hint="Name nobody in it.", most=LONGEST)
    try:
        value = setting.read(",".join(matters))
    except ValueError as error:
        raise BadInput("This is no list of what is major: {fault}.", fault=str(error)) from None
    lock_office(connection, office.id)
    words = tuple(str(value).split(","))
    changed = office.setting(MAJOR, day) != value
    if changed:
        row = {
            "office_id": office.id, "name": MAJOR, "value": json.dumps(value, ensure_ascii=False), "valid_from": day, "approved_by": actor.person,
            "reason": why, "recorded_at": at,
        }  # fmt: skip
        connection.execute(insert(SETTINGS), row)
        touch_offices(connection, "major matters", at, actor.person)
    return MajorMatters(office.key, words, day, changed)


def major_of(office: OfficeView, day: date) -> tuple[str, ...]:
    """What is major on a day, in the words of the law: the office's own list, else the default of the edition in force."""
    own = office.setting(MAJOR, day)
    chosen = default_list(procedures_of(office.kind, day), MAJOR) if own is None else str(own).split(",")
    return tuple(word for word in words_allowed(office.kind, MAJOR) if word in chosen)
