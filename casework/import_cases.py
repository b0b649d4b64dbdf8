"""Writing what an import decided: the cases, and what became of each row.

A case of an older register goes through the same hands as any other: its number without gaps, its key, its sealed evidence, its chained
events. Only history is not moved to its end, since nobody knows how it came there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlalchemy import Connection, bindparam, insert, select, update

import models
from casework import fire, intake
from casework.import_plan import Planned
from casework.offices import OfficeView
from casework.record import write_event
from states.facts import Actor
from states.people import roles_of
from states.procedure import Procedure

OFFICES = models.table(models.Office)
ROWS = models.table(models.ImportRow)
_NEW = insert(ROWS)
_AGAIN = (
    update(ROWS)
    .where(ROWS.c.source == bindparam("in_source"), ROWS.c.source_key == bindparam("with_key"))
    .values({c: bindparam(f"new_{c}") for c in ("row_sha256", "case_id", "outcome", "reason_code", "at")})
)

Kept: TypeAlias = Literal["live", "history", "refused"]


@dataclass(frozen=True)
class Origin:
    """Where a case came from: the register's name, the row's key in it, the handle of whoever imported it, the keyed digest of the row."""

    source: str
    key: str
    importer: str
    digest: str


@dataclass(frozen=True)
class Fate:
    """What became of a row that has a key. `digest` is keyed: without the master key nobody can try out what the row said."""

    key: str
    digest: str
    outcome: Kept
    case_id: int | None = None
    reason_code: str | None = None


def import_actor(procedure: Procedure) -> Actor:
    """Who records the intake of an imported case: the import itself, and no person.

    The roles are those that may take the intake down: whoever wrote the entry into the old register was entitled to, and the door asks of
    this step what it asks of any other. No other act is done with them, and who imported stands in the event `imported`.
    """
    return Actor("import", None, frozenset(role.name for role in roles_of(procedure.intake.by, 0)))


def take_over(acting: fire.Acting, office: OfficeView, planned: Planned, origin: Origin) -> int:
    """Open the case of a row with its intake recorded, and return its number in the database.

    History is dated as the old register dates it, and has no deadlines. A live case is received now: its deadlines run from the import.
    """
    procedure, actor = planned.procedure, import_actor(planned.procedure)
    ended = procedure.history.value if planned.is_history and procedure.history is not None else None
    received = planned.received_at if planned.is_history else acting.at
    hand = intake.open_case(
        acting, office, procedure, actor, received, channel=planned.channel, state=ended, source=(origin.source, origin.key),
        closed_at=planned.closed_at if planned.is_history else None,
    )  # fmt: skip
    fire.apply(acting, hand, procedure.intake, actor, received, planned.evidence)
    told = {
        "by": origin.importer,
        "source": origin.source,
        "key": origin.key,
        "received_at": planned.received_at.isoformat(),
        "channel": planned.channel,
        "row": origin.digest,
    }
    if planned.closed_at is not None:
        # An open row may name a day too; only history ended on it.
        told["closed_at" if planned.is_history else "said_closed_at"] = planned.closed_at.isoformat()
    write_event(
        acting.store, acting.session.connection(), hand, "imported", procedure.name, actor, from_state=hand.state, happened_at=acting.at,
        recorded_at=acting.at, clear=told,
    )  # fmt: skip
    fire.save(acting, hand)
    return hand.id


def one_at_a_time(connection: Connection, office: OfficeView) -> None:
    """Let one import of an office write at a time: the other waits here, and then sees what this one has imported. Nobody else waits."""
    connection.execute(select(OFFICES.c.id).where(OFFICES.c.id == office.id).with_for_update(key_share=True))


def known(connection: Connection, source: str, keys: Iterable[str]) -> Mapping[str, Fate]:
    """What became of these rows in earlier runs, by key."""
    found = connection.execute(select(ROWS).where(ROWS.c.source == source, ROWS.c.source_key.in_(list(keys))))
    return {
        row.source_key: Fate(row.source_key, row.row_sha256, row.outcome, row.case_id, row.reason_code)
        for row in found
    }


def keep(
    connection: Connection, source: str, fates: Iterable[Fate], before: Mapping[str, Fate], at: datetime
) -> None:
    """Keep what became of these rows; what `before` says of them is what earlier runs kept."""
    new, again = [], []
    for fate in fates:
        row = {
            "row_sha256": fate.digest,
            "case_id": fate.case_id,
            "outcome": fate.outcome,
            "reason_code": fate.reason_code,
            "at": at,
        }
        if fate.key in before:
            again.append(
                {
                    "in_source": source,
                    "with_key": fate.key,
                    **{f"new_{name}": value for name, value in row.items()},
                }
            )
        else:
            new.append({"source": source, "source_key": fate.key, **row})
    for statement, rows in ((_NEW, new), (_AGAIN, again)):
        if rows:
            connection.execute(statement, rows)
