"""Reading what is sealed: who complained, and what was said. Every reading has a purpose and is recorded (clause B10).

The record of the reading is written before anything is opened, in the same transaction: whoever wants the one gets the other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import Session

import models
from casework import fire
from casework.consents import unconsented
from casework.errors import BadInput
from casework.hand import Hand, unknown_case
from casework.keys import open_sealed
from casework.noted import READ, note_reading
from casework.outcome import Refused
from casework.record import EVENTS, aad
from casework.refs import read_ref
from casework.sight import eye_of, visible_case
from casework.store import store_of
from states.facts import Actor
from states.forms import Complainant

PARTIES = models.table(models.Party)
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


def open_case(session: Session, ref: str, actor: Actor, at: datetime, *, purpose: str) -> Opened | Refused:
    """Open the identities and the narrative of a case, once the reading is recorded.

    `session` must write and be committed. Refused for want of the custodian's consent, where the procedure asks for one. Raises BadInput
    for a missing purpose and for a case that this person may not see, in the words of an unknown one; StoreProblem when the case's key
    was destroyed.
    """
    connection = session.connection()
    hand = begin_reading(session, ref, actor, at, what="case", purpose=purpose)
    if isinstance(hand, Refused):
        return hand
    return Opened(hand.ref, parties_of(connection, hand), narrative_of(connection, hand))


def begin_reading(
    session: Session, ref: str, actor: Actor, at: datetime, *, what: str, purpose: str
) -> Hand | Refused:
    """Record that this person reads something sealed, and return the case with its key. `what`: case, attachment or bag.

    Refused, and raises, as `open_case`.
    """
    seen(session, ref, actor)
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
    hand = fire.take_admitted(store, session, ref, actor)
    missing = tuple(unconsented(connection, hand, actor))
    if missing:
        return fire.refuse(session, fire.refusal_of(hand, "read", "reading", missing), actor, at)
    note_reading(fire.Acting(store, session, at), hand, actor, what, said)
    return hand


def seen(session: Session, ref: str, actor: Actor) -> None:
    """Raise BadInput, in the words of an unknown case, unless this actor is a person who may know of the case."""
    eye = eye_of(store_of(session), session.connection(), actor)
    if eye is None:
        raise unknown_case(read_ref(ref))
    visible_case(session, ref, eye)


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
        # For what purpose others read is for the auditor, and no part of what was said.
        if row.sealed is not None and row.kind != READ
    )
