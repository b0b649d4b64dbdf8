"""Files that come with a case: sealed under its key, outside the database, each with an event that says what it was (B9d, B10).

How the files lie in their folder, and what becomes of them when a transaction fails, is in `casework.sealed_files`.
"""

import hashlib
import mimetypes
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, insert, select
from sqlmodel import Session

import models
from casework import fire
from casework.errors import BadInput, StoreProblem
from casework.hand import Hand
from casework.keys import open_sealed, seal
from casework.outcome import Refused
from casework.readings import begin_reading, seen
from casework.record import write_event
from casework.sealed_files import ATTACHMENTS, SUFFIX, content_of, keep, sweep_orphans
from casework.store import store_of
from casework.veiled import meant, numbering
from states.facts import Actor
from states.refusals import Requirement

__all__ = [
    "Attached",
    "OpenedAttachment",
    "attach",
    "attachments_of",
    "file_aad",
    "name_of",
    "open_attachment",
    "open_file",
    "sweep_orphans",
]

MOST_BYTES = 50_000_000
"""D: how large a file may be, unless the office sets `attachment_bytes`."""
LONGEST_NAME = 255
_MEDIA_TYPE = re.compile(r"[a-z0-9]+/[a-z0-9][a-z0-9.+-]{0,99}")


@dataclass(frozen=True)
class Attached:
    """A file that was attached; `seq` is its event. Name and content are sealed."""

    ref: str
    id: int
    seq: int
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True)
class OpenedAttachment:
    """A file, opened."""

    name: str
    media_type: str
    content: bytes


def attach(
    session: Session,
    ref: str,
    file: Path | bytes,
    actor: Actor,
    at: datetime,
    *,
    folder: Path,
    name: str = "",
    media_type: str | None = None,
) -> Attached | Refused:
    """Attach a file to a case that is not over. `folder`: where sealed files lie; `name`: default the path's own.

    Raises BadInput for a file that is missing, empty or too large, a name or media type that cannot be kept, and an unknown case;
    StoreProblem when the folder cannot be written. Nothing is left behind then.
    """
    store, connection = store_of(session), session.connection()
    if actor.person is not None:
        seen(session, ref, actor)
    hand = fire.take_admitted(store, session, ref, actor)
    missing = tuple(_requirements(hand, actor))
    if missing:
        return fire.refuse(session, fire.refusal_of(hand, "attach", "attachment", missing), actor, at)
    called = _name(name or (file.name if isinstance(file, Path) else ""))
    kind = _media_type(media_type or mimetypes.guess_type(called)[0] or "application/octet-stream")
    content = content_of(
        file,
        int(str(hand.office.setting("attachment_bytes", hand.office.calendar.local_day(at), MOST_BYTES))),
    )
    digest, stored_as = hashlib.sha256(content).hexdigest(), secrets.token_hex(16) + SUFFIX
    keep(session, folder, stored_as, seal(hand.key, content, file_aad(hand.ref, stored_as)))
    seq = write_event(
        store, connection, hand, "attached", "attachment", actor, from_state=hand.state, happened_at=at, recorded_at=at,
        clear={"sha256": digest, "size": len(content), "media_type": kind}, sealed={"name": called},
    )  # fmt: skip
    row = {
        "case_id": hand.id, "event_seq": seq, "sha256": digest, "size": len(content), "media_type": kind, "stored_as": stored_as,
        "name_sealed": seal(hand.key, called.encode(), file_aad(hand.ref, stored_as + ":name")),
    }  # fmt: skip
    number = int(connection.execute(insert(ATTACHMENTS).returning(ATTACHMENTS.c.id), row).scalar_one())
    fire.save(fire.Acting(store, session, at), hand)
    shown = numbering(store.keys, hand.office, "attachment")(number)
    return Attached(hand.ref, shown, seq, digest, len(content), kind)


def attachments_of(session: Session, ref: str) -> tuple[Attached, ...]:
    """The files of a case, oldest first, without their names. The caller has checked who asks."""
    cases = models.table(models.Case)
    store, connection = store_of(session), session.connection()
    rows = connection.execute(
        select(ATTACHMENTS, cases.c.ref, cases.c.office_id)
        .join_from(ATTACHMENTS, cases, cases.c.id == ATTACHMENTS.c.case_id)
        .where(cases.c.ref == ref)
        .order_by(ATTACHMENTS.c.id)
    )
    offices = store.offices(connection)
    return tuple(
        Attached(
            row.ref,
            numbering(store.keys, offices[row.office_id], "attachment")(row.id),
            row.event_seq,
            row.sha256,
            row.size,
            row.media_type,
        )
        for row in rows
    )


def open_attachment(
    session: Session, ref: str, attachment: int, actor: Actor, at: datetime, *, folder: Path, purpose: str
) -> OpenedAttachment | Refused:
    """Open a file of a case, once the reading is recorded. `attachment`: its `Attached.id`.

    Refused, and raises BadInput, as `readings.open_case`; BadInput also for a file that the case does not have, StoreProblem when the stored
    file is gone, WrongKey when it was changed.
    """
    hand = begin_reading(session, ref, actor, at, what="attachment", purpose=purpose)
    if isinstance(hand, Refused):
        return hand
    number = meant(store_of(session).keys, hand.office, "attachment", attachment)
    row = (
        session.connection()
        .execute(select(ATTACHMENTS).where(ATTACHMENTS.c.case_id == hand.id, ATTACHMENTS.c.id == number))
        .one_or_none()
    )
    if row is None:
        raise BadInput(
            "The case {ref} has no attachment {id}.",
            hint="`duecourse show` lists them.",
            ref=hand.ref,
            id=attachment,
        )
    return open_file(hand, row, folder)


def open_file(hand: Hand, row: Row[Any], folder: Path) -> OpenedAttachment:
    """Open the stored file of a row. The caller has recorded why. Raises StoreProblem when it is gone, WrongKey when changed."""
    try:
        sealed = (folder / row.stored_as).read_bytes()
    except OSError as error:
        raise StoreProblem("An attachment of {ref} cannot be read from {folder}.", hint="Put the folder back from the backup.", ref=hand.ref,
                           folder=str(folder)) from error  # fmt: skip
    return OpenedAttachment(
        name_of(hand, row), row.media_type, open_sealed(hand.key, sealed, file_aad(hand.ref, row.stored_as))
    )


def name_of(hand: Hand, row: Row[Any]) -> str:
    """The name of the file of a row. The caller has recorded why it is opened."""
    return open_sealed(hand.key, row.name_sealed, file_aad(hand.ref, row.stored_as + ":name")).decode()


def _requirements(hand: Hand, actor: Actor) -> list[Requirement]:
    names = tuple(sorted(role.name for role in hand.procedure.roles() if role.human))
    found = []
    if hand.final:
        found.append(
            Requirement(
                "state", "The case is over: nothing is added to it any more.", hand.procedure.intake.clause
            )
        )
    if actor.roles.isdisjoint(names):
        found.append(
            Requirement(
                "role",
                "Only {roles} may do this.",
                hand.procedure.intake.clause,
                (("roles", ",".join(names)),),
                names,
            )
        )
    return found


def _name(given: str) -> str:
    name = "".join(char for char in given if char.isprintable()).strip()
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(
            "The file needs a name of at most {most} characters.",
            hint="Give one with --name.",
            most=LONGEST_NAME,
        )
    return name


def _media_type(given: str) -> str:
    kind = given.strip().lower()
    if not _MEDIA_TYPE.fullmatch(kind):
        raise BadInput(
            "This is not a media type.",
            hint="One looks like image/jpeg or application/pdf; leave it out to take the one of the name.",
        )
    return kind


def file_aad(ref: str, stored_as: str) -> bytes:
    """What ties a file, or its name, to its row."""
    return f"{ref}:attachment:{stored_as}".encode()
