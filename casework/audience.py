"""Who may be told of a case at all (B10): what is sent to a person must not tell him of a case he may not know of.

A role says who is meant, never who may know; one that is held in a unit means whoever holds it in the unit that answers. Whoever the case is about is passed over whatever he holds, by whichever of his accounts,
and of a secret case hears only who may know of it, at the moment it is sent.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

import models
from casework.hand import Hand
from casework.offices import OfficeView
from casework.people import people_by_id
from casework.sight import hidden_from

PARTIES = models.table(models.Party)


def barred(connection: Connection, hand: Hand) -> frozenset[int]:
    """Whom the case, or the one it belongs to, is about, with every account they have: they must not learn of it."""
    family = [one for one in (hand, hand.parent) if one is not None]
    about = select(PARTIES.c.person_id).where(
        PARTIES.c.case_id.in_([one.id for one in family]),
        PARTIES.c.kind == "respondent",
        PARTIES.c.person_id.is_not(None),
    )
    found = {p for one in family for bar in one.procedure.barred for p in one.facts().named(bar.named)}
    found.update(connection.execute(about).scalars())
    return frozenset(account for person in found for account in hand.office.accounts(person))


def answering(hand: Hand) -> str | None:
    """The key of the unit that answers for a case; where none of its own records names one, for the case it belongs to. None: nobody said."""
    family = (one for one in (hand, hand.parent) if one is not None)
    named = (one.facts().unit_of(one.procedure.answering) for one in family if one.procedure.answering)
    return next((unit for unit in named if unit is not None), None)


def in_unit(office: OfficeView, unit: str | None, role: str, person: int, at: datetime) -> bool:
    """Whether a person's role is meant where this unit answers: held in it, or in no unit. Where no unit answers every holder is meant."""
    return unit is None or office.answers(person, role, unit, office.calendar.local_day(at))


def knowing(connection: Connection, case_id: int, people: Sequence[int], at: datetime) -> list[int]:
    """Those of these people who may know of the case, in their order."""
    return [person for person in people if not unknown_to(connection, person, {case_id}, at)]


def unknown_to(connection: Connection, person: int, cases: Collection[int], at: datetime) -> set[int]:
    """Which of these cases (database ids) a person may not know of."""
    views = people_by_id(connection, (person,), at)
    return hidden_from(connection, cases, views[person]) if person in views else set(cases)
