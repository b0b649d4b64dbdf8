"""Who is told when a rung fires (X3), or when an office itself lacks something. Found when the alarm is raised, not when the deadline was armed.

A role that nobody holds, or only people who must not learn of the case or whose unit does not answer for it, goes to the next, and that is
itself kept as an alarm without a person.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update
from sqlmodel import Session

import models
from casework import fire, outbox
from casework.audience import answering, barred, in_unit, knowing
from casework.hand import Hand, take
from casework.kinds import own_procedures_of
from casework.offices import OfficeView
from casework.people import holders
from casework.store import store_of
from states.procedure import Procedure

ALARMS = models.table(models.Alarm)
DEADLINES = models.table(models.Deadline)
OFFICES = models.table(models.Office)
OUTBOX = models.table(models.Outbox)

ANSWER_SECONDS = 300
"""D: how long an alarm waits for an answer, unless the office sets `alarm_answer_seconds`."""
GATHER = timedelta(seconds=10)
"""How long alarms after an outage are gathered, so that a person is told once."""
HALF_A_DAY = timedelta(hours=12)
VISIT = "visit"
"""Kind of the alarm that a visit is due."""


@dataclass
class Raising:
    """One alarm on its way to people. `case_id` None: it is about the office itself. `unit`: the one that answers for the case."""

    acting: fire.Acting
    office: OfficeView
    case_id: int | None
    deadline_id: int | None
    kind: str
    clause: str
    late: bool
    barred: frozenset[int]
    levels: tuple[tuple[str, ...], ...]
    secret: bool = False
    unit: str | None = None
    told: set[int] = field(default_factory=set)  # persons who know of it already
    raised: list[int] = field(default_factory=list)

    @property
    def connection(self) -> Connection:
        """The connection of the transaction it is raised in."""
        return self.acting.session.connection()


def levels(procedure: Procedure, kind: str) -> tuple[tuple[str, ...], ...]:
    """Who is told, rung by rung, and above the last rung the procedure's manager, then whoever stands above the office."""
    ladder = next((d.ladder for d in procedure.deadlines if d.name == kind), ())
    above = sorted(role.name for role in procedure.roles() if role.outside)
    ends = ((procedure.manager.name,), *((name,) for name in above))
    rungs = tuple(tuple(role.name for role in rung.tell) for rung in ladder) or ((),)
    return (*rungs, *ends)


def raise_alarm(session: Session, told: Mapping[str, Any], at: datetime) -> list[int]:
    """Raise what the outbox says to whoever holds the told roles now; returns the ids of the alarms.

    `told`: the payload of an outbox row of kind `alarm`. Messages are queued, a few seconds later for what is late already.
    """
    store, connection = store_of(session), session.connection()
    acting, kind, clause = fire.Acting(store, session, at), str(told["kind"]), str(told["clause"])
    if "ref" not in told:
        raising = about_office(acting, store.offices(connection)[int(told["office"])], kind, clause)
        tell(raising, raising.levels[0], 0)
        return raising.raised
    hand = take(store, connection, str(told["ref"]))
    raising = about(acting, hand, told.get("deadline"), kind, clause)
    tell(raising, tuple(told["tells"]), int(told["rung"]))
    if told.get("breach"):
        outbox.tell_breached(acting, hand, kind)
    return raising.raised


def about(acting: fire.Acting, hand: Hand, deadline_id: int | None, kind: str, clause: str) -> Raising:
    """An alarm about a deadline of the case in hand, or of another `kind` (`deadline_id` None)."""
    late = False
    if deadline_id is not None:
        late = bool(
            acting.session.connection()
            .execute(select(DEADLINES.c.late).where(DEADLINES.c.id == deadline_id))
            .scalar()
        )
    return Raising(
        acting,
        hand.office,
        hand.id,
        deadline_id,
        kind,
        clause,
        late,
        barred(acting.session.connection(), hand),
        levels(hand.procedure, kind),
        secret=hand.procedure.secrecy is not None,
        unit=answering(hand),
    )


def about_office(acting: fire.Acting, office: OfficeView, kind: str, clause: str) -> Raising:
    """An alarm about an office itself."""
    ends = office_levels(office, acting.at)
    return Raising(acting, office, None, None, kind, clause, late=False, barred=frozenset(), levels=ends)


def office_levels(office: OfficeView, at: datetime) -> tuple[tuple[str, ...], ...]:
    """Who is told of what an office itself lacks: the managers of its own procedures, then whoever stands above it."""
    procedures = own_procedures_of(office.kind, office.calendar.local_day(at))
    above = {role.name for procedure in procedures for role in procedure.roles() if role.outside}
    managers = tuple(dict.fromkeys(procedure.manager.name for procedure in procedures))
    return (managers, *((name,) for name in sorted(above)))


def take_office(connection: Connection, office: int) -> None:
    """Lock an office against whoever else answers or passes on an alarm about it, as a case's lock does for the alarms of a case."""
    connection.execute(select(OFFICES.c.id).where(OFFICES.c.id == office).with_for_update(key_share=True))


def tell(raising: Raising, roles: Iterable[str], level: int) -> bool:
    """Tell these roles; while nobody new is there, those of the next level. Returns whether anybody was told."""
    tried: set[str] = set()
    while True:
        told = len(raising.told)
        for role in roles:
            if role not in tried:
                tried.add(role)
                _tell_role(raising, role, level)
        if len(raising.told) > told:
            return True
        level += 1
        if level >= len(raising.levels):
            return False
        roles = raising.levels[level]


def _tell_role(raising: Raising, role: str, level: int) -> None:
    people = _fit(raising, role, holders(raising.connection, raising.office, role, raising.acting.at))
    if not people:
        _insert(raising, role, None, level)
    for person in people:
        if person not in raising.told:
            raising.told.add(person)
            queue_message(raising, person, _insert(raising, role, person, level))


def _fit(raising: Raising, role: str, people: list[int]) -> list[int]:
    """Those who may be told, and are meant. Holding a role is not enough to know of a secret case."""
    office, unit, at = raising.office, raising.unit, raising.acting.at
    fit = [p for p in people if p not in raising.barred and in_unit(office, unit, role, p, at)]
    if raising.secret and raising.case_id is not None:
        return knowing(raising.connection, raising.case_id, fit, raising.acting.at)
    return fit


def _insert(raising: Raising, role: str, person: int | None, level: int) -> int:
    office, at = raising.office, raising.acting.at
    seconds = float(
        str(office.setting("alarm_answer_seconds", office.calendar.local_day(at), ANSWER_SECONDS))
    )
    waits = person is not None and level + 1 < len(raising.levels)
    row = {
        "case_id": raising.case_id, "office_id": office.id, "deadline_id": raising.deadline_id, "kind": raising.kind, "role": role, "person_id": person,
        "raised_at": at, "escalate_at": at + timedelta(seconds=seconds) if waits else None, "rung": level, "clause": raising.clause,
    }  # fmt: skip
    made = int(raising.connection.execute(insert(ALARMS).returning(ALARMS.c.id), row).scalar_one())
    raising.raised.append(made)
    return made


def queue_message(raising: Raising, person: int, alarm_id: int) -> None:
    """Queue one message to a person, or add to the one that waits: after an outage there is one digest, not a storm."""
    at, connection = raising.acting.at, raising.connection
    due = at + GATHER if raising.late else at
    mine = and_(
        models.UNDONE,
        OUTBOX.c.kind == "digest",
        OUTBOX.c.claimed_by.is_(None),
        OUTBOX.c.payload.startswith(f'{{"person":{person},'),
    )
    row = connection.execute(
        select(OUTBOX.c.id, OUTBOX.c.payload, OUTBOX.c.not_before).where(mine).limit(1).with_for_update()
    ).one_or_none()
    alarms = [*json.loads(row.payload)["alarms"], alarm_id] if row is not None else [alarm_id]
    payload = json.dumps({"person": person, "alarms": alarms}, separators=(",", ":"))
    if row is not None:
        connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.id == row.id)
            .values(payload=payload, not_before=min(row.not_before, due))
        )
        return
    values = {
        "office_id": raising.office.id,
        "kind": "digest",
        "payload": payload,
        "created_at": at,
        "not_before": due,
        "attempts": 0,
    }
    connection.execute(insert(OUTBOX), values)


def same(alarm: Row[Any]) -> ColumnElement[bool]:
    """The alarms about the same duty: any rung of the same deadline, or, where there is no deadline, the same visit or lack of the office."""
    it = DEADLINES.alias("it")
    entry = select(it.c.entry).where(it.c.id == alarm.deadline_id).scalar_subquery()
    ladder = select(DEADLINES.c.id).where(
        DEADLINES.c.case_id == alarm.case_id, DEADLINES.c.kind == alarm.kind, DEADLINES.c.entry == entry
    )
    of_today = and_(ALARMS.c.deadline_id.is_(None), ALARMS.c.raised_at > alarm.raised_at - HALF_A_DAY)
    about_it = of_today if alarm.deadline_id is None else ALARMS.c.deadline_id.in_(ladder)
    whose = and_(
        ALARMS.c.office_id == alarm.office_id, ALARMS.c.case_id == alarm.case_id
    )  # of no case: IS NULL
    return and_(whose, ALARMS.c.kind == alarm.kind, about_it)


def told_above(connection: Connection, alarm: Row[Any]) -> bool:
    """Whether somebody further up was told of the same duty already: they have their own time to answer, and their silence goes on from there."""
    above = and_(same(alarm), ALARMS.c.rung > alarm.rung, ALARMS.c.person_id.is_not(None))
    return connection.execute(select(ALARMS.c.id).where(above).limit(1)).first() is not None
