"""Alarms that were raised: who answers for one, who is told next when nobody does, and who confirms a breach (X3).

One answer is enough for a role on a rung. Answers and confirmations are events of the case; what is answered of an alarm about the
office itself (P2a) stands in the alarm alone.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select, update
from sqlmodel import Session

import models
from casework import fire
from casework.audience import answering, barred, in_unit
from casework.errors import BadInput
from casework.hand import CASES, Hand, take_by_id
from casework.kinds import own_procedures_of
from casework.offices import OfficeView
from casework.operations import is_secret
from casework.outcome import Fired, Refused
from casework.raising import (
    ALARMS,
    DEADLINES,
    VISIT,
    Raising,
    about,
    about_office,
    levels,
    office_levels,
    raise_alarm,
    same,
    take_office,
    tell,
    told_above,
)
from casework.record import write_event
from casework.roster_alert import ROSTER_GAP
from casework.roster_gaps import coming_gaps
from casework.sight import admits, still_admitted
from casework.store import Store, database_is_away, store_of
from casework.veiled import Sort, meant
from states.facts import Actor
from states.refusals import Requirement

_LOG = logging.getLogger("duecourse")

__all__ = ["VISIT", "Answered", "acknowledge", "barred", "confirm_late", "escalate", "levels", "raise_alarm"]

TRY_AGAIN = timedelta(minutes=5)
"""When an alarm that could not be passed on is tried again."""


@dataclass(frozen=True)
class Answered:
    """An alarm that was acknowledged, now or before. `ref`: the case it is about; None: about the office itself."""

    alarm_id: int
    ref: str | None
    at: datetime


def acknowledge(session: Session, alarm_id: int, actor: Actor, at: datetime) -> Answered | Refused:
    """Answer for an alarm: an event of its case, after which nobody further up is told. The first answer stands. `alarm_id`: as it is shown.

    Whoever was told, holds the role (in the unit that answers for the case, if it is held in one), or manages the procedure (the office, if
    the alarm is about it) may answer. Raises BadInput for an alarm that is unknown, of another office, or about a case the person must not
    learn of.
    """
    store, connection = store_of(session), session.connection()
    number = _meant(store, connection, actor, "alarm", alarm_id)
    about_it = select(ALARMS.c.case_id, ALARMS.c.office_id).where(ALARMS.c.id == number)
    found = connection.execute(about_it).one_or_none()
    if not _is_for(store, connection, found, actor) or found is None:
        raise _unknown(alarm_id)
    hand, office = None, store.offices(connection)[found.office_id]
    if found.case_id is None:
        take_office(connection, office.id)
        managers = office_levels(office, at)[0]
    else:
        hand = take_by_id(store, connection, found.case_id)
        managers = (hand.procedure.manager.name,)
        if not _still_for(connection, hand, actor):
            raise _unknown(alarm_id)
    alarm = connection.execute(select(ALARMS).where(ALARMS.c.id == number)).one()
    ref = hand.ref if hand is not None else None
    if actor.person != alarm.person_id and not _is_meant(hand, actor, (alarm.role, *managers), at):
        missing = (_only(alarm.clause, alarm.role, *managers),)
        refused = (
            fire.refusal_of(hand, "alarm", alarm.kind, missing)
            if hand is not None
            else _of_office(office, alarm, missing, at)
        )
        return fire.refuse(session, refused, actor, at)
    if alarm.acknowledged_at is not None:
        return Answered(alarm_id, ref, alarm.acknowledged_at)
    answered = {"acknowledged_at": at, "acknowledged_by": actor.person}
    connection.execute(update(ALARMS).where(ALARMS.c.id == number).values(**answered))
    _settle(connection, alarm)
    if hand is not None:
        noted = {"alarm": number, "role": alarm.role, "rung": alarm.rung}
        _note(fire.Acting(store, session, at), hand, ("acknowledged", alarm.kind), actor, noted)
    return Answered(alarm_id, ref, at)


def _is_meant(hand: Hand | None, actor: Actor, roles: tuple[str, ...], at: datetime) -> bool:
    """Whether somebody holds one of these roles, and not in a unit that has no part in the case."""
    mine = [role for role in roles if role in actor.roles]
    if hand is None or actor.person is None:
        return bool(mine)
    unit, person = answering(hand), actor.person
    return any(in_unit(hand.office, unit, role, person, at) for role in mine)


def _meant(store: Store, connection: Connection, actor: Actor, sort: Sort, shown: int) -> int:
    """The number of the row for which a number stands as this actor's office is shown it."""
    office = store.offices(connection).get(actor.office) if actor.office is not None else None
    return shown if office is None else meant(store.keys, office, sort, shown)


def _is_for(store: Store, connection: Connection, found: Row[Any] | None, actor: Actor) -> bool:
    """Whether somebody may come near what was found: an alarm or deadline of their office, of no case they may not know of.

    What is not there is asked for in the same way, so that the answer takes as long.
    """
    if actor.person is None or actor.office not in store.offices(connection):
        return False
    mine = found is not None and found.office_id == actor.office
    known = admits(store, connection, found.case_id if found is not None and mine else None, actor)
    return mine and (known or (found is not None and found.case_id is None))


def _still_for(connection: Connection, hand: Hand, actor: Actor) -> bool:
    """The same under the case's lock, as far as it can have changed."""
    return actor.person not in barred(connection, hand) and still_admitted(hand, actor)


def _unknown(alarm_id: int) -> BadInput:
    return BadInput(
        "There is no alarm with the number {id}.", hint="`duecourse alarms` shows the alarms.", id=alarm_id
    )


def _of_office(
    office: OfficeView, alarm: Row[Any], missing: tuple[Requirement, ...], at: datetime
) -> Refused:
    """A refused answer to an alarm about the office: a procedure of its own gives the roles their names."""
    law = own_procedures_of(office.kind, office.calendar.local_day(at))[0]
    return Refused("", None, law.name, law.edition.isoformat(), "alarm", alarm.kind, missing)


def confirm_late(session: Session, deadline_id: int, actor: Actor, at: datetime) -> Fired | Refused:
    """The procedure's manager confirms a breach: it was seen, and stays visible. Raises BadInput where there is none to confirm."""
    store, connection = store_of(session), session.connection()
    number = _meant(store, connection, actor, "deadline", deadline_id)
    of_case = select(CASES.c.id.label("case_id"), CASES.c.office_id).join(DEADLINES)
    found = connection.execute(of_case.where(DEADLINES.c.id == number)).one_or_none()
    hand = None
    if _is_for(store, connection, found, actor) and found is not None:
        hand = take_by_id(store, connection, found.case_id)
    if hand is None or not _still_for(connection, hand, actor):
        raise BadInput(
            "There is no deadline with the number {id}.",
            hint="`duecourse due` shows the deadlines.",
            id=deadline_id,
        )
    row = connection.execute(select(DEADLINES).where(DEADLINES.c.id == number)).one()
    if row.status != "fired" or not row.breach:
        raise BadInput("This deadline was not missed: there is nothing to confirm.")
    if row.confirmed_at is not None:
        raise BadInput("This was confirmed already, at {time}.", time=row.confirmed_at.isoformat())
    manager = hand.procedure.manager.name
    if manager not in actor.roles:
        refused = fire.refusal_of(hand, "confirm", row.kind, (_only(row.clause, manager),))
        return fire.refuse(session, refused, actor, at)
    connection.execute(
        update(DEADLINES).where(DEADLINES.c.id == number).values(confirmed_by=actor.person, confirmed_at=at)
    )
    seq = _note(
        fire.Acting(store, session, at),
        hand,
        ("confirmed", row.kind),
        actor,
        {"rung": row.rung, "clause": row.clause},
    )
    return Fired(hand.ref, row.kind, seq, hand.state, hand.version, hand.round, hand.level)


def escalate(store: Store, at: datetime, *, limit: int = 100) -> int:
    """Pass alarms that nobody answered in time to the next level. Returns how many were passed on."""
    wanted = (
        select(ALARMS.c.id, ALARMS.c.case_id, ALARMS.c.office_id, func.coalesce(is_secret(), False).label("secret"))
        .outerjoin(CASES, CASES.c.id == ALARMS.c.case_id)
        .where(models.UNANSWERED, ALARMS.c.escalate_at <= at)
    )  # fmt: skip
    with store.reading() as session:
        due = (
            session.connection()
            .execute(wanted.order_by(ALARMS.c.escalate_at, ALARMS.c.id).limit(limit))
            .all()
        )
    passed = 0
    for row in due:
        try:
            with store.transaction() as session:
                passed += _escalate(store, session, row, at)
        except Exception as error:
            # Whatever is wrong with one case must not hold up the others; a database that is away is no fault of the case.
            if database_is_away(error):
                raise
            # Its class only: an error's text may hold what is in a case.
            which = "an alarm" if row.secret else f"alarm {row.id}"
            _LOG.warning("%s could not be passed on: %s", which, type(error).__name__)
            with store.transaction() as session:
                session.connection().execute(
                    update(ALARMS).where(ALARMS.c.id == row.id).values(escalate_at=at + TRY_AGAIN)
                )
    return passed


def _escalate(store: Store, session: Session, row: Row[Any], at: datetime) -> bool:
    connection = session.connection()
    hand = take_by_id(store, connection, row.case_id) if row.case_id is not None else None
    if hand is None:
        take_office(connection, row.office_id)
    still = select(ALARMS).where(ALARMS.c.id == row.id, models.UNANSWERED, ALARMS.c.escalate_at <= at)
    alarm = connection.execute(still).one_or_none()
    if alarm is None:  # answered meanwhile, or another worker was quicker
        return False
    _settle(connection, alarm)
    if told_above(connection, alarm):
        return False
    acting = fire.Acting(store, session, at)
    raising = _of_case(acting, hand, alarm) if hand is not None else _lacking(acting, alarm)
    if raising is None:
        return False
    raising.told.update(
        connection.execute(
            select(ALARMS.c.person_id).where(same(alarm), ALARMS.c.person_id.is_not(None))
        ).scalars()
    )
    above = raising.levels[alarm.rung + 1 :]
    return bool(above) and tell(raising, above[0], alarm.rung + 1)


def _of_case(acting: fire.Acting, hand: Hand, alarm: Row[Any]) -> Raising | None:
    """The alarm about a case once more; None once nobody need be told any more."""
    if hand.final or _kept(acting.session.connection(), alarm.deadline_id):
        return None
    return about(acting, hand, alarm.deadline_id, alarm.kind, alarm.clause)


def _lacking(acting: fire.Acting, alarm: Row[Any]) -> Raising | None:
    """The alarm about an office once more; None once what was lacking is there."""
    connection = acting.session.connection()
    office = acting.store.offices(connection)[alarm.office_id]
    if alarm.kind == ROSTER_GAP and not coming_gaps(connection, office, acting.at):
        return None
    return about_office(acting, office, alarm.kind, alarm.clause)


def _kept(connection: Connection, deadline_id: int | None) -> bool:
    """Whether the duty has been done since: then nobody further up need be told."""
    if deadline_id is None:
        return False
    return (
        connection.execute(select(DEADLINES.c.kept_at).where(DEADLINES.c.id == deadline_id)).scalar()
        is not None
    )


def _settle(connection: Connection, alarm: Row[Any]) -> None:
    """Nobody waits any more for an answer of this role on this rung."""
    mine = and_(same(alarm), ALARMS.c.rung == alarm.rung, ALARMS.c.role == alarm.role)
    connection.execute(update(ALARMS).where(mine).values(escalate_at=None))


def _note(
    acting: fire.Acting, hand: Hand, what: tuple[str, str], actor: Actor, clear: Mapping[str, object]
) -> int:
    seq = write_event(
        acting.store, acting.session.connection(), hand, *what, actor, from_state=hand.state, happened_at=acting.at, recorded_at=acting.at, clear=clear
    )  # fmt: skip
    fire.save(acting, hand)
    return seq


def _only(clause: str, *roles: str) -> Requirement:
    names = tuple(dict.fromkeys(roles))
    return Requirement("role", "Only {roles} may do this.", clause, (("roles", ",".join(names)),), names)
