"""Whether the record is whole: every chain, every case worked out again from its events, every register without a gap (design 7).

Cases are read in batches, in the order of their numbers, in one reading transaction that sees one moment. Nothing is changed and
nothing that was opened is kept.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, select
from sqlalchemy.exc import SQLAlchemyError

import models
from casework.audit_case import CaseRows, Flaw, findings_of
from casework.audit_registers import register_findings, stray_findings
from casework.hand import CASES, KEYS
from casework.record import EVENTS
from casework.store import Store

BATCH = 200
"""Cases that are in memory at once."""
CANNOT_PROVE = (
    "Whoever has the oldest master key can write a record anew so that it fits.",
    "An end cut off every table alike, so that a case stands as it once stood, shows only beside a list of heads kept elsewhere; so does a case removed with its number, if it was the last of its register.",
    "Refusals and readings are protected against change, but not chained: one that was removed leaves no trace.",
    "Alarms, visits, links, commands, the queue to the outside, people and settings are not part of the chain.",
    "To which office a case belongs, and which case started it, stand beside the chain.",
    "A due time counted in working days follows the office's calendar, which may have been set since; that it moved is an event.",
    "A rung of a deadline that was set aside after failing is no event; it stays visible until it is taken up again.",
    "The files of attachments and the bags of the archive are compared with the record when they are opened or verified, not here.",
    "That what was recorded is true.",
)
"""What no examination of this database can show, said with every report."""
_PARTS: tuple[tuple[str, Table], ...] = (
    ("events", EVENTS),
    ("deadlines", models.table(models.Deadline)),
    ("parties", models.table(models.Party)),
    ("blind", models.table(models.BlindIndex)),
    ("attachments", models.table(models.Attachment)),
    ("archives", models.table(models.ArchiveRecord)),
)


@dataclass(frozen=True)
class AuditReport:
    """What was examined and found. `cannot_prove`: what a clean report does not mean."""

    cases: int
    events: int
    findings: tuple[Flaw, ...] = ()
    cannot_prove: tuple[str, ...] = field(default=CANNOT_PROVE)

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def verify(store: Store, *, progress: Callable[[int, int], None] | None = None) -> AuditReport:
    """Examine the whole record. `progress` is told how many cases of how many are done. Raises StoreProblem when it cannot be read."""
    with store.reading() as session:
        # One moment for all statements: a case must not move between its row and its events. SQLite reads so anyway.
        isolated = {"isolation_level": "REPEATABLE READ"} if store.engine.dialect.name == "postgresql" else {}
        return examine(store, session.connection(execution_options=isolated), progress)


def examine(
    store: Store, connection: Connection, progress: Callable[[int, int], None] | None = None
) -> AuditReport:
    """Examine what this connection sees."""
    total = int(connection.execute(select(func.count()).select_from(CASES)).scalar_one())
    found: list[Flaw] = []
    cases = events = 0
    for rows in _cases(store, connection):
        cases += 1
        events += len(rows.of("events"))
        found += findings_of(store, rows)
        if progress is not None and (cases % BATCH == 0 or cases == total):
            progress(cases, total)
    found += register_findings(connection)
    found += stray_findings(connection)
    return AuditReport(cases, events, tuple(found))


def _cases(store: Store, connection: Connection) -> Iterator[CaseRows]:
    offices, last = store.offices(connection), -1
    while (
        ids := connection.execute(
            select(CASES.c.id).where(CASES.c.id > last).order_by(CASES.c.id).limit(BATCH)
        )
        .scalars()
        .all()
    ):
        last = ids[-1]
        try:
            yield from _batch(connection, offices, ids)
        except (SQLAlchemyError, ValueError, TypeError, OverflowError):
            # SQLite keeps whatever was written into a column, also what is no time or number: then one case at a time.
            if connection.dialect.name != "sqlite":
                raise
            for one in ids:
                yield _alone(connection, offices, one)


def _batch(connection: Connection, offices: Mapping[int, Any], ids: Sequence[int]) -> list[CaseRows]:
    cases = connection.execute(
        select(CASES, KEYS.c.wrapped, KEYS.c.master_id, KEYS.c.destroyed_at, KEYS.c.case_id.label("has_key")).outerjoin_from(CASES, KEYS, KEYS.c.case_id == CASES.c.id).where(CASES.c.id.in_(ids)).order_by(CASES.c.id)
    ).all()  # fmt: skip
    parts: dict[str, dict[int, list[Row[Any]]]] = {}
    for name, table in _PARTS:
        parts[name] = {}
        for row in connection.execute(_of(table, ids)):
            parts[name].setdefault(row.case_id, []).append(row)
    return [
        CaseRows(
            case, offices.get(case.office_id), {name: parts[name].get(case.id, []) for name, _ in _PARTS}
        )
        for case in cases
    ]


def _of(table: Table, ids: Sequence[int]) -> Select[Any]:
    order = (table.c.seq,) if table is EVENTS else (table.c.id,)
    return select(table).where(table.c.case_id.in_(ids)).order_by(table.c.case_id, *order)


def _alone(connection: Connection, offices: Mapping[int, Any], number: int) -> CaseRows:
    """One case by itself; where it cannot be read, what can, and up to which event."""
    try:
        return _batch(connection, offices, [number])[0]
    except (SQLAlchemyError, ValueError, TypeError, OverflowError):
        readable: list[Row[Any]] = []
        ref = connection.execute(select(CASES.c.ref).where(CASES.c.id == number)).scalar()
        for event in (
            connection.execute(select(EVENTS.c.id).where(EVENTS.c.case_id == number).order_by(EVENTS.c.seq))
            .scalars()
            .all()
        ):
            try:
                readable.append(connection.execute(select(EVENTS).where(EVENTS.c.id == event)).one())
            except (SQLAlchemyError, ValueError, TypeError, OverflowError):
                break
        return CaseRows(None, None, {"events": readable}, str(ref))
