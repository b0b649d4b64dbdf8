"""Consent to reading what is sealed of a secret case (B10): the custodian names the reader, and each consent allows one reading.

Nothing is ticked off: the records that name a reader are compared with the readings there have been, under the case's lock.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, or_, select

import models
from casework.hand import CASES, Hand
from casework.need_to_know import names, standing
from states.acts import Step
from states.facts import Actor, DoneAct
from states.people import roles_of
from states.refusals import Requirement
from states.secrecy import Secrecy

READINGS = models.table(models.Reading)


def unconsented(connection: Connection, hand: Hand, actor: Actor) -> Iterator[Requirement]:
    """Yield what stands in the way of this person's reading the case in hand: of an ordinary case nothing."""
    secrecy = hand.procedure.secrecy
    keeper = hand.parent if hand.parent is not None and (secrecy is None or secrecy.above) else hand
    secrecy = keeper.procedure.secrecy
    if secrecy is None or secrecy.consents is None or actor.person is None:
        return
    accounts = hand.office.accounts(actor.person)
    given = sum(
        names(act, secrecy.consents, accounts) and act.by not in accounts for act in standing(keeper.acts)
    )
    if given <= _readings(connection, keeper, accounts):
        yield _asked_for(hand, keeper, secrecy, secrecy.consents.step)


def spent(connection: Connection, hand: Hand, act: DoneAct) -> bool:
    """Whether this act consents to a reading that was done already: every consent that names the reader has been used."""
    secrecy = hand.procedure.secrecy
    named = secrecy.consents if secrecy is not None else None
    if named is None or act.name != named.step.name:
        return False
    mark = f"{act.name}.{named.field}@"
    for reader in (int(atom.removeprefix(mark)) for atom in act.raised if atom.startswith(mark)):
        accounts = hand.office.accounts(reader)
        given = sum(names(one, named, accounts) and one.by not in accounts for one in standing(hand.acts))
        if given <= _readings(connection, hand, accounts):
            return True
    return False


def _readings(connection: Connection, keeper: Hand, accounts: tuple[int, ...]) -> int:
    """How often somebody has read the case, or one that it started and whose secrets it keeps."""
    family = or_(CASES.c.id == keeper.id, CASES.c.parent_id == keeper.id)
    wanted = (
        select(func.count())
        .join_from(READINGS, CASES, CASES.c.id == READINGS.c.case_id)
        .where(family, READINGS.c.person_id.in_(accounts))
    )
    return int(connection.execute(wanted).scalar_one())


def _asked_for(hand: Hand, keeper: Hand, secrecy: Secrecy, step: Step[Any]) -> Requirement:
    who = tuple(role.name for role in roles_of(step.by, keeper.level))
    said = (("roles", ",".join(who)),)
    if keeper is hand:
        told = "Each reading needs a consent of its own, by {roles}, that names the reader."
        return Requirement("missing", told, secrecy.clause, said, who, (step.name,))
    told = "Each reading needs a consent of its own, by {roles}, that names the reader, recorded in {ref}."
    return Requirement("missing", told, secrecy.clause, (*said, ("ref", keeper.ref)), who)
