"""Commands carried out once: the same id with the same request gives the first result again."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session

import models
from casework.errors import BadInput
from states.facts import Actor

COMMANDS = models.table(models.Command)


def request_digest(
    kind: str, ref: str, name: str, given: Mapping[str, object], happened_at: datetime | None
) -> str:
    """What identifies a request under a command id: everything that was asked for."""
    asked = [
        kind,
        ref,
        name,
        sorted((k, str(v)) for k, v in given.items()),
        happened_at.isoformat() if happened_at else None,
    ]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()


def remembered(session: Session, actor: Actor, command_id: str, request: str) -> str | None:
    """The stored result of this command, or None if it is new. Raises BadInput if the id was used for another request."""
    where = (COMMANDS.c.actor_key == actor.key) & (COMMANDS.c.command_id == command_id)
    row = (
        session.connection()
        .execute(select(COMMANDS.c.request_sha256, COMMANDS.c.result).where(where))
        .one_or_none()
    )
    if row is None:
        return None
    if row.request_sha256 != request:
        raise BadInput(
            "The command id {id} was already used for another request.",
            hint="Use a new one for every request.",
            id=command_id,
        )
    return str(row.result)


def remember(
    session: Session, actor: Actor, command_id: str, request: str, result: str, at: datetime
) -> None:
    """Keep the result of a command. A refusal is never kept: what was missing may be there the next time."""
    session.connection().execute(
        insert(COMMANDS),
        {
            "actor_key": actor.key,
            "command_id": command_id,
            "request_sha256": request,
            "result": result,
            "at": at,
        },
    )
