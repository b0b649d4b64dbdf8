"""What is noted in a case's own chain although nothing is done in it: somebody read what is sealed, it was linked, a code was given out.

Neither changes what the law sees, nor the case's version: who has looked at a case and acts on it is not made stale by a reader.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert

import models
from casework import fire
from casework.docket import micros
from casework.keys import seal
from casework.record import write_event

if TYPE_CHECKING:
    from casework.fire import Acting
    from casework.hand import Hand
    from states.facts import Actor

READINGS = models.table(models.Reading)
LINKS = models.table(models.Link)
READ, LINKED, ISSUED = "read", "linked", "issued"
"""The kinds of their events."""
PURPOSE = "purpose"
"""Under which name the purpose of a reading is sealed in its event."""


def note_reading(acting: Acting, hand: Hand, actor: Actor, what: str, purpose: str) -> int:
    """Note that this person reads something sealed of the case in hand, and save the case. Returns the event's sequence.

    `what`: case, attachment or bag. `purpose` is kept sealed, in the event and in the row by which readings are listed.
    """
    connection = acting.session.connection()
    seq = write_event(
        acting.store, connection, hand, READ, what, actor, from_state=hand.state, happened_at=acting.at, recorded_at=acting.at, clear={},
        sealed={PURPOSE: purpose},
    )  # fmt: skip
    row = {
        "case_id": hand.id, "person_id": actor.person, "what": what, "at": acting.at, "event_seq": seq,
        "purpose_sealed": seal(hand.key, purpose.encode(), purpose_aad(hand.ref, actor.person, acting.at)),
    }  # fmt: skip
    connection.execute(insert(READINGS), row)
    fire.save(acting, hand)
    return seq


def purpose_aad(ref: str, person: int | None, at: datetime) -> bytes:
    """What ties the purpose of a reading to its row."""
    return f"{ref}:reading:{person}:{micros(at)}".encode()


def note_link(acting: Acting, hand: Hand, other_id: int, kind: str, actor: Actor) -> int:
    """Link the case in hand to another one it has to do with; both stay their own. The caller saves the case. Returns the event's sequence."""
    connection = acting.session.connection()
    seq = write_event(
        acting.store, connection, hand, LINKED, kind, actor, from_state=hand.state, happened_at=acting.at, recorded_at=acting.at,
        clear={"other": other_id, "kind": kind},
    )  # fmt: skip
    row = {"case_id": hand.id, "other_id": other_id, "kind": kind, "by_person": actor.person, "at": acting.at}
    connection.execute(insert(LINKS), row)
    return seq


def note_receipt(acting: Acting, hand: Hand, digest: bytes, actor: Actor) -> int:
    """Note that the complainant was given a code, by a digest of what the code is known by. The caller saves the case. Returns the event's sequence."""
    return write_event(
        acting.store, acting.session.connection(), hand, ISSUED, "receipt", actor, from_state=hand.state, happened_at=acting.at, recorded_at=acting.at,
        clear={"code_digest": told_digest(digest)},
    )  # fmt: skip


def told_digest(digest: bytes) -> str:
    """What an event may say of the digest by which a code is known: nobody who reads it could look for the code's row."""
    return hashlib.sha256(digest).hexdigest()
