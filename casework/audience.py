"""Who may be told of a case at all (B10): what is sent to a person must not tell him of a case he may not know of.

A role says who is meant, never who may know. Whoever the case is about is passed over whatever he holds, by whichever of his accounts,
and of a secret case hears only who may know of it, at the moment it is sent.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

import models
from casework.hand import Hand
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


def knowing(connection: Connection, case_id: int, people: Sequence[int], at: datetime) -> list[int]:
    """Those of these people who may know of the case, in their order."""
    return [person for person in people if not unknown_to(connection, person, {case_id}, at)]


def unknown_to(connection: Connection, person: int, cases: Collection[int], at: datetime) -> set[int]:
    """Which of these cases (database ids) a person may not know of."""
    views = people_by_id(connection, (person,), at)
    return hidden_from(connection, cases, views[person]) if person in views else set(cases)
