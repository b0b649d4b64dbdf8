"""Commands carried out once: the same id with the same request gives the first result again."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

import models
from casework.errors import BadInput, Stale
from casework.prepared import Prepared
from casework.store import Store
from states.facts import Actor

COMMANDS = models.table(models.Command)
LONGEST_ID = 200
_ROW = ("actor_key", "command_id", "request_sha256", "result", "at")
_NOTE = Prepared(
    {
        "sqlite": sqlite.insert(COMMANDS).inline().on_conflict_do_nothing(),
        "postgresql": postgresql.insert(COMMANDS).inline().on_conflict_do_nothing(),
    },
    _ROW,
)


def request_digest(store: Store, asked: Mapping[str, object]) -> str:
    """What identifies a request under a command id: everything that was asked for, whatever order it came in.

    Keyed: a plain digest of evidence would give a telephone number away to whoever tries all of them, even after the case's key is gone.
    """
    text = json.dumps(asked, ensure_ascii=True, sort_keys=True, default=str)
    return hmac.digest(store.keys.chain_key(), b"command " + text.encode(), "sha256").hex()


def remembered(session: Session, actor: Actor, command_id: str | None, request: str) -> str | None:
    """The stored result of this command, or None if it is new or has no id.

    Raises BadInput for an id that cannot be one, or that was used for another request.
    """
    if command_id is None:
        return None
    if not 1 <= len(command_id) <= LONGEST_ID or not command_id.isprintable():
        raise BadInput(
            "A command id has 1 to {most} printable characters.", hint="A UUID will do.", most=LONGEST_ID
        )
    where = (COMMANDS.c.actor_key == actor.key) & (COMMANDS.c.command_id == command_id)
    wanted = select(COMMANDS.c.request_sha256, COMMANDS.c.result).where(where)
    row = session.connection().execute(wanted).one_or_none()
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
    session: Session, actor: Actor, command_id: str | None, request: str, result: str, at: datetime
) -> None:
    """Keep the result of a command. A refusal is never kept: what was missing may be there the next time.

    Raises Stale if the same command was carried out at the same moment; tried again, it gives that result.
    """
    if command_id is None:
        return
    row = {
        "actor_key": actor.key,
        "command_id": command_id,
        "request_sha256": request,
        "result": result,
        "at": at,
    }
    if _NOTE.write(session.connection(), row) != 1:
        raise Stale(
            "This command was carried out at the same moment by another request.",
            hint="Ask again for its result.",
        )
