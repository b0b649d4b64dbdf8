"""Reading what is sealed: who complained, and what was said. Every reading has a purpose and is recorded (clause B10).

The record of the reading is written before anything is opened, in the same transaction: whoever wants the one gets the other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select
from sqlmodel import Session

import models
from casework.docket import micros
from casework.errors import BadInput
from casework.hand import CASES, KEYS, Hand, take
from casework.keys import open_sealed, seal
from casework.people import PersonView
from casework.record import EVENTS, aad
from casework.refs import read_ref
from casework.sight import unknown_case, visible_case
from casework.store import store_of
from states.facts import Actor
from states.forms import Complainant

READINGS = models.table(models.Reading)
PARTIES = models.table(models.Party)
PEOPLE = models.table(models.Person)
SHORTEST_PURPOSE = 4
"""Characters: less is no purpose."""
LONGEST_PURPOSE = 1000


@dataclass(frozen=True)
class OpenedParty:
    """Someone who takes part, opened. `person`: a member of staff, known by id; `identity` is then None."""

    kind: str
    no: int
    identity: Complainant | None
    person: int | None
    speaks_for_all: bool


@dataclass(frozen=True)
class OpenedEvent:
    """What one event keeps sealed, opened. `superseded_by`: the correction that stands in its place."""

    seq: int
    kind: str
    name: str
    happened_at: datetime
    words: Mapping[str, Any]
    superseded_by: int | None = None


@dataclass(frozen=True)
class Opened:
    """A case with identities and narrative opened. It is never stored and never logged."""

    ref: str
    parties: tuple[OpenedParty, ...]
    events: tuple[OpenedEvent, ...]


@dataclass(frozen=True)
class ReadingView:
    """One reading: who, what, when and for what purpose; None: the case's key was destroyed, and the purpose with it."""

    handle: str
    what: str
    at: datetime
    purpose: str | None


def open_case(session: Session, ref: str, actor: Actor, at: datetime, *, purpose: str) -> Opened:
    """Open the identities and the narrative of a case, once the reading is recorded.

    `session` must write and be committed. Raises BadInput for a missing purpose and for a case that this person may not see, in the
    words of an unknown one; StoreProblem when the case's key was destroyed.
    """
    connection = session.connection()
    hand = begin_reading(session, ref, actor, at, what="case", purpose=purpose)
    return Opened(hand.ref, parties_of(connection, hand), narrative_of(connection, hand))


def begin_reading(session: Session, ref: str, actor: Actor, at: datetime, *, what: str, purpose: str) -> Hand:
    """Record that this person reads something sealed, and return the case with its key. `what`: case, attachment or bag. Raises as `open_case`."""
    store, connection = store_of(session), session.connection()
    said = purpose.strip()
    if len(said) < SHORTEST_PURPOSE:
        raise BadInput(
            "Say for what purpose you read this, in {least} characters or more.",
            hint="Add --purpose.",
            least=SHORTEST_PURPOSE,
        )
    if len(said) > LONGEST_PURPOSE:
        raise BadInput(
            "The purpose is longer than {most} characters.", hint="Say it shorter.", most=LONGEST_PURPOSE
        )
    seen(session, ref, actor)
    hand = take(store, connection, ref)
    row = {
        "case_id": hand.id, "person_id": actor.person, "what": what, "at": at,
        "purpose_sealed": seal(hand.key, said.encode(), _purpose_aad(hand.ref, actor.person, at)),
    }  # fmt: skip
    connection.execute(insert(READINGS), row)
    return hand


def seen(session: Session, ref: str, actor: Actor) -> None:
    """Raise BadInput, in the words of an unknown case, unless this actor is a person who may know of the case."""
    store, connection, ref = store_of(session), session.connection(), read_ref(ref)
    row = connection.execute(select(CASES.c.office_id).where(CASES.c.ref == ref)).one_or_none()
    if row is None or actor.person is None:
        raise unknown_case(ref)
    office = store.offices(connection)[row.office_id]
    handle = next((handle for handle, person in office.people.items() if person == actor.person), None)
    if handle is None:
        raise unknown_case(ref)
    visible_case(session, ref, PersonView(actor.person, office.id, office.key, handle, actor.roles, ""))


def parties_of(connection: Connection, hand: Hand) -> tuple[OpenedParty, ...]:
    """Everybody who takes part in the case in hand, opened. The caller has recorded the reading."""
    rows = connection.execute(
        select(PARTIES).where(PARTIES.c.case_id == hand.id).order_by(PARTIES.c.kind, PARTIES.c.no)
    )
    return tuple(
        OpenedParty(row.kind, row.no, _identity(hand, row), row.person_id, row.speaks_for_all) for row in rows
    )


def _identity(hand: Hand, row: Row[Any]) -> Complainant | None:
    if row.identity_sealed is None:
        return None
    return Complainant.model_validate_json(
        open_sealed(hand.key, row.identity_sealed, f"{hand.ref}:party:{row.kind}:{row.no}".encode())
    )


def narrative_of(connection: Connection, hand: Hand) -> tuple[OpenedEvent, ...]:
    """What every event of the case in hand keeps sealed, oldest first. The caller has recorded the reading."""
    wanted = select(
        EVENTS.c.seq, EVENTS.c.kind, EVENTS.c.name, EVENTS.c.happened_at, EVENTS.c["clear"], EVENTS.c.sealed
    )
    rows = connection.execute(wanted.where(EVENTS.c.case_id == hand.id).order_by(EVENTS.c.seq)).all()
    later = {json.loads(row.clear)["corrects"]: row.seq for row in rows if row.kind == "corrected"}
    return tuple(
        OpenedEvent(
            row.seq,
            row.kind,
            row.name,
            row.happened_at,
            json.loads(open_sealed(hand.key, row.sealed, aad(hand.ref, row.seq))),
            later.get(row.seq),
        )
        for row in rows
        if row.sealed is not None
    )


def readings_of(session: Session, ref: str) -> tuple[ReadingView, ...]:
    """Every reading of a case, oldest first, for whoever audits it; also after its disposal. Raises BadInput for an unknown case."""
    store, connection, ref = store_of(session), session.connection(), read_ref(ref)
    case = connection.execute(
        select(CASES.c.id, KEYS.c.wrapped, KEYS.c.master_id)
        .join_from(CASES, KEYS, KEYS.c.case_id == CASES.c.id)
        .where(CASES.c.ref == ref)
    ).one_or_none()
    if case is None:
        raise unknown_case(ref)
    key = store.keys.unwrap(case.wrapped, case.master_id, ref.encode()) if case.wrapped is not None else None
    rows = connection.execute(
        select(READINGS, PEOPLE.c.handle)
        .join_from(READINGS, PEOPLE, PEOPLE.c.id == READINGS.c.person_id)
        .where(READINGS.c.case_id == case.id)
        .order_by(READINGS.c.id)
    )
    return tuple(
        ReadingView(
            row.handle, row.what, row.at,
            open_sealed(key, row.purpose_sealed, _purpose_aad(ref, row.person_id, row.at)).decode() if key is not None else None,
        )
        for row in rows
    )  # fmt: skip


def _purpose_aad(ref: str, person: int | None, at: datetime) -> bytes:
    return f"{ref}:reading:{person}:{micros(at)}".encode()
