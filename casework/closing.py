"""What a transaction writes last: refusals it must keep although it stands, and the chain of an office whose rows it changed.

Each of these is one chain for many writers. Written at the end, its lock is held no longer than the commit takes, and nobody who holds
it waits for a case. What is to be written is noted on the connection until then; a rollback forgets it.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from casework.outcome import Refused
from states.facts import Actor

_NOTED = "duecourse_closing"


@dataclass(frozen=True)
class Change:
    """A change of an office's own rows. `by`: the person; None: whoever works at the console."""

    what: str
    at: datetime
    by: int | None


@dataclass
class Noted:
    """What the transaction on a connection still has to write."""

    changes: list[Change] = field(default_factory=list)
    refusals: list[tuple[Refused, Actor, datetime]] = field(default_factory=list)


def begin(connection: Connection) -> None:
    """Forget what an earlier transaction on the same connection left when it failed."""
    connection.info.pop(_NOTED, None)


def noted(connection: Connection) -> Noted:
    """What has been noted in the present transaction."""
    found: Noted = connection.info.setdefault(_NOTED, Noted())
    return found


def note_change(connection: Connection, what: str, at: datetime, by: int | None = None) -> None:
    """Say that this transaction changes rows of an office, whatever office it is. `what`: a few English words, never a name."""
    noted(connection).changes.append(Change(what, at, by))


def store_refusal(connection: Connection, refusal: Refused, actor: Actor, at: datetime) -> None:
    """Keep, with the transaction that goes on, who tried what and what stood in the way; never the evidence's values."""
    noted(connection).refusals.append((refusal, actor, at))


def one_at_a_time(connection: Connection, lock: int) -> None:
    """Wait for whoever is writing the same chain, until the transaction ends. On SQLite the writer's lock is held already."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(lock)))
