"""What an alarm says, and sending it: the reference, the procedure, what is due, the clause, how late; in the person's language.

No name, no telephone number, nothing that was written down in the case, no register number: a message may be read by anybody. Of a
secret case there is only the number of the alarm, by which whoever may know of it finds the rest at the desk (B10).
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, select, update
from sqlmodel import Session

import models
from casework.audience import unknown_to
from casework.deliver import Deliver, NotSent
from casework.kinds import roles_of_kind
from casework.names import contacts_of
from casework.offices import OfficeView
from casework.raising import ALARMS, DEADLINES, VISIT
from casework.roster_alert import ROSTER_GAP, gap_title, told_gaps
from casework.store import Store, store_of
from casework.veiled import numbering
from states.editions import edition
from states.phrases import length, roles
from states.words import label, plain, say

CASES = models.table(models.Case)
PEOPLE = models.table(models.Person)

MOST_SINGLE = 5
"""More alarms than this at once, some of them late, are told as one digest."""
MOST_LINES = 40


@dataclass(frozen=True)
class Message:
    """One message to one person. `alarms`: the ids it tells of."""

    title: str
    body: str
    alarms: tuple[int, ...]


def tell_person(store: Store, person: int, alarms: Sequence[int], at: datetime, deliver: Deliver) -> int:
    """Send a person the alarms that were not sent or answered yet; returns how many. A person without an address sees them at the desk.

    Raises NotSent if no channel took a message: what was sent before it counts as sent.
    """
    with store.reading() as session:
        messages = messages_for(session, person, alarms, at)
        contacts = contacts_of(session, person)
    if not contacts:
        return 0
    for message in messages:
        deliver.message(contacts, message.title, message.body)
        with store.transaction() as session:
            sent = update(ALARMS).where(ALARMS.c.id.in_(message.alarms), ALARMS.c.sent_at.is_(None))
            session.connection().execute(sent.values(sent_at=at))
    return sum(len(message.alarms) for message in messages)


def messages_for(session: Session, person: int, alarms: Sequence[int], at: datetime) -> list[Message]:
    """Write what a person must be told: one message an alarm, or one digest after an outage.

    Left out, and not counted, is what this person may not know of any more: somebody may have been named in a case since its alarm was raised.
    """
    connection = session.connection()
    language = str(connection.execute(select(PEOPLE.c.language).where(PEOPLE.c.id == person)).scalar_one())
    waiting = and_(ALARMS.c.id.in_(alarms), ALARMS.c.sent_at.is_(None), ALARMS.c.acknowledged_at.is_(None))
    wanted = (
        select(ALARMS, CASES.c.ref, CASES.c.procedure, CASES.c.edition, DEADLINES.c.due_at, DEADLINES.c.breach, DEADLINES.c.late, DEADLINES.c.entry)
        .outerjoin(CASES, CASES.c.id == ALARMS.c.case_id)
        .outerjoin(DEADLINES, DEADLINES.c.id == ALARMS.c.deadline_id)
        .where(waiting)
        .order_by(DEADLINES.c.due_at, ALARMS.c.id)
    )  # fmt: skip
    rows = connection.execute(wanted).all()
    hidden = unknown_to(connection, person, {row.case_id for row in rows if row.case_id is not None}, at)
    rows = [row for row in rows if row.case_id not in hidden]
    offices = store_of(session).offices(connection)
    told = [(row.id, _sentence(session, row, offices[row.office_id], language, at)) for row in rows]
    late = sum(1 for row in rows if row.late)
    if len(rows) > MOST_SINGLE and late:
        return [_digest(told, late, language)]
    return [
        Message(
            _title(row, offices[row.office_id], language, at),
            text + "\n" + _answer(_number(session, row, offices[row.office_id]), language),
            (row.id,),
        )
        for row, (_, text) in zip(rows, told, strict=True)
    ]


def _digest(told: Sequence[tuple[int, str]], late: int, language: str) -> Message:
    lines = [text for _, text in told[:MOST_LINES]]
    if len(told) > MOST_LINES:
        lines.append(say("and {n} more: look at the desk", language, n=len(told) - MOST_LINES))
    title = say(
        "{n} alarms, {late} of them late because nothing was running", language, n=len(told), late=late
    )
    return Message(title, "\n\n".join(lines), tuple(alarm for alarm, _ in told))


def _title(row: Row[Any], office: OfficeView, language: str, at: datetime) -> str:
    if row.kind == VISIT:
        return say("A visit is due", language)
    if row.kind == ROSTER_GAP:
        return gap_title(office, row.clause, at, language)
    return say("A deadline was missed", language) if row.breach else say("A deadline is near", language)


def _number(session: Session, row: Row[Any], office: OfficeView) -> int:
    """The number of an alarm as it is shown in its office."""
    return numbering(store_of(session).keys, office, "alarm")(row.id)


def _answer(alarm: int, language: str) -> str:
    return say("Please acknowledge alarm {id}.", language, id=alarm)


def _sentence(session: Session, row: Row[Any], office: OfficeView, language: str, at: datetime) -> str:
    if row.kind == ROSTER_GAP:
        said = told_gaps(session.connection(), office, row.clause, at, language)
        return said + _nobody(session, row, office, language)
    procedure = edition(row.procedure, row.edition)
    if procedure.secrecy is not None:
        return say(
            "What alarm {id} is about is shown at the desk only.", language, id=_number(session, row, office)
        )
    shown = {"procedure": label(procedure, language), "ref": row.ref, "clause": row.clause}
    if row.kind == VISIT:
        return say("{procedure} {ref}: call or visit the complainant now ({clause}).", language, **shown)
    deadline = next((d for d in procedure.deadlines if d.name == row.kind), None)
    shown["what"] = label(deadline, language) if deadline is not None else plain(row.kind)
    due = row.due_at if row.breach else _breach_at(session, row)
    shown["due"] = f"{due.astimezone(office.zone):%Y-%m-%d %H:%M}"
    if due < at:
        shown["late"] = _span(at - due, language)
        text = say(
            "{procedure} {ref}: “{what}” ({clause}) was due at {due}, {late} ago, and is not done.",
            language,
            **shown,
        )
    else:
        shown["left"] = _span(due - at, language)
        text = say("{procedure} {ref}: “{what}” ({clause}) is due at {due}, in {left}.", language, **shown)
    return text + _nobody(session, row, office, language)


def _breach_at(session: Session, row: Row[Any]) -> datetime:
    """When the duty that a reminder speaks of is really due: at the next rung that is a breach."""
    ladder = and_(
        DEADLINES.c.case_id == row.case_id,
        DEADLINES.c.kind == row.kind,
        DEADLINES.c.entry == row.entry,
        DEADLINES.c.breach,
    )
    wanted = select(DEADLINES.c.due_at).where(ladder).order_by(DEADLINES.c.due_at).limit(1)
    found: datetime | None = session.connection().execute(wanted).scalar()
    own: datetime = row.due_at
    return found or own


def _nobody(session: Session, row: Row[Any], office: OfficeView, language: str) -> str:
    """Say which roles should have been told and have nobody there."""
    about = ALARMS.c.case_id == row.case_id, ALARMS.c.deadline_id == row.deadline_id
    if row.case_id is None:
        about = ALARMS.c.office_id == row.office_id, ALARMS.c.raised_at == row.raised_at
    empty = and_(*about, ALARMS.c.kind == row.kind, ALARMS.c.person_id.is_(None))
    names = (
        session.connection()
        .execute(select(ALARMS.c.role).where(empty).group_by(ALARMS.c.role).order_by(func.min(ALARMS.c.id)))
        .scalars()
        .all()
    )
    if not names:
        return ""
    known = roles_of_kind(office.kind)
    if row.procedure is not None:
        known = {role.name: role for role in edition(row.procedure, row.edition).roles()}
    told = roles((known[name] for name in names if name in known), language)
    return " " + say("Nobody is there for: {roles}.", language, roles=told)


def _span(span: timedelta, language: str) -> str:
    """About how long, in a unit of which there are at least two."""
    unit = next(
        (u for u in (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)) if span >= 2 * u),
        timedelta(seconds=1),
    )
    return length(span // unit * unit, language)


def send(contacts: Sequence[str], title: str, body: str) -> None:
    """Send a message through Apprise to each address of a person. Raises NotSent when none of them took it.

    Apprise writes addresses into its log, and addresses hold passwords and numbers: its log is switched off.
    """
    import apprise  # noqa: PLC0415  half a second to load, and only the process that sends needs it

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    taken = False
    for contact in contacts:
        channel = apprise.Apprise()
        taken = bool(channel.add(contact) and channel.notify(body=body, title=title)) or taken
    if not taken:
        raise NotSent(
            "No channel of this person took the message.",
            hint="Look at the person's addresses: `duecourse person list`.",
        )


def listed(payload: str) -> tuple[int, tuple[int, ...]]:
    """Read the payload of an outbox row of kind `digest`: the person, and the alarms to tell."""
    told = json.loads(payload)
    return int(told["person"]), tuple(int(alarm) for alarm in told["alarms"])
