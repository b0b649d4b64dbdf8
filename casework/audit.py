"""Whether the record is whole: every chain to its sealed end, every case worked out again from its events, every register, every office (design 7).

Cases are read in batches, in the order of their numbers, in one reading transaction that sees one moment. Nothing is changed and
nothing that was opened is kept.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, select
from sqlalchemy.exc import SQLAlchemyError

import models
from casework.audit_anchors import Copies, anchor_findings
from casework.audit_case import UNSEALED, Beyond, CaseRows, findings_of
from casework.audit_editions import edition_findings
from casework.audit_flaws import Flaw
from casework.audit_lengths import Lengths
from casework.audit_marks import Marks, before_findings
from casework.audit_offices import office_findings
from casework.audit_refusals import refusal_findings
from casework.audit_registers import register_findings, stray_findings
from casework.audit_scope import CANNOT_PROVE
from casework.errors import BadInput
from casework.hand import CASES, KEYS
from casework.offices import OfficeView, load_offices
from casework.record import EVENTS
from casework.store import Store

__all__ = ["BATCH", "CANNOT_PROVE", "AuditReport", "examine", "verify"]

BATCH = 200
"""Cases that are in memory at once."""
PARTS: Mapping[str, Table] = {
    "events": EVENTS,
    "deadlines": models.table(models.Deadline),
    "parties": models.table(models.Party),
    "blind": models.table(models.BlindIndex),
    "attachments": models.table(models.Attachment),
    "archives": models.table(models.ArchiveRecord),
    "readings": models.table(models.Reading),
    "links": models.table(models.Link),
    "alarms": models.table(models.Alarm),
    "findings": models.table(models.Finding),
    "receipts": models.table(models.Receipt),
    "instruments": models.table(models.Instrument),
    "numbers": models.table(models.TakenNumber),
    "imported": models.table(models.ImportRow),
}
_UNREADABLE = (SQLAlchemyError, ValueError, TypeError, OverflowError)
_MANY_UNSEALED = "Nothing seals the ends of {n} cases, of which {ref} is the first: they were recorded past the door, or their seals were taken away."


@dataclass(frozen=True)
class AuditReport:
    """What was examined and found. `anchors`: documents compared; `cannot_prove`: what a clean report does not mean."""

    cases: int
    events: int
    findings: tuple[Flaw, ...] = ()
    anchors: int = 0
    cannot_prove: tuple[str, ...] = field(default=CANNOT_PROVE)

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def verify(
    store: Store, *, copies: Copies | None = None, progress: Callable[[int, int], None] | None = None
) -> AuditReport:
    """Examine the whole record, beside `copies` of its anchors if they are given.

    `progress` is told how many cases of how many are done. Raises StoreProblem when the database cannot be read.
    """
    with store.reading() as session:
        # One moment for all statements: a case must not move between its row and its events. SQLite reads so anyway.
        isolated = {"isolation_level": "REPEATABLE READ"} if store.engine.dialect.name == "postgresql" else {}
        return examine(store, session.connection(execution_options=isolated), progress, copies=copies)


def examine(
    store: Store,
    connection: Connection,
    progress: Callable[[int, int], None] | None = None,
    *,
    copies: Copies | None = None,
) -> AuditReport:
    """Examine what this connection sees."""
    total = int(connection.execute(select(func.count()).select_from(CASES)).scalar_one())
    marks, found = Marks.read(store.keys, connection), list[Flaw]()
    beyond = Beyond(store, marks, Lengths.read(connection))
    cases = events = 0
    offices, unreadable = _offices(connection)
    found += unreadable
    for rows in _cases(connection, offices):
        cases += 1
        events += len(rows.of("events"))
        found += findings_of(beyond, rows)
        if progress is not None and (cases % BATCH == 0 or cases == total):
            progress(cases, total)
    found = _unsealed_once(found)
    for what, check in (
        ("register_counter", register_findings(store.keys, connection)),
        ("edition_used", edition_findings(connection)),
        ("cases", stray_findings(connection, PARTS)),
        ("reading, link", before_findings(connection, marks)),
        ("refusal", refusal_findings(connection, marks)),
        ("office", office_findings(connection, marks)),
        ("anchor", anchor_findings(connection, marks, copies)),
    ):
        found += _readable(what, check)
    return AuditReport(cases, events, tuple(found), len(copies.numbers) if copies is not None else 0)


def _readable(what: str, check: Iterator[Flaw]) -> Iterator[Flaw]:
    """What a check finds; where something is no time or number any more, which SQLite lets be, that this is so."""
    try:
        yield from check
    except (ValueError, TypeError, OverflowError):
        said = "The table {table} cannot be read: something in it is no longer what it was stored as."
        yield Flaw(None, None, said, {"table": what})


def _unsealed_once(found: list[Flaw]) -> list[Flaw]:
    """Many ends without a seal are one finding."""
    unsealed = [flaw for flaw in found if flaw.sentence == UNSEALED]
    if len(unsealed) <= 1:
        return found
    first = unsealed[0]
    told = Flaw(first.ref, first.seq, _MANY_UNSEALED, {"n": len(unsealed), "ref": first.ref})
    return [told if flaw is first else flaw for flaw in found if flaw is first or flaw not in unsealed]


def _offices(connection: Connection) -> tuple[Mapping[int, OfficeView], list[Flaw]]:
    """The offices as they are now, past any cache."""
    try:
        return load_offices(connection), []
    except (*_UNREADABLE, LookupError, BadInput):
        return {}, [
            Flaw(
                None,
                None,
                "The offices cannot be read: something in them is no longer what it was stored as.",
            )
        ]


def _cases(connection: Connection, offices: Mapping[int, OfficeView]) -> Iterator[CaseRows]:
    last = -1
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
        except _UNREADABLE:
            # SQLite keeps whatever was written into a column, also what is no time or number: then one case at a time.
            if connection.dialect.name != "sqlite":
                raise
            for one in ids:
                yield _alone(connection, offices, one)


def _batch(connection: Connection, offices: Mapping[int, OfficeView], ids: Sequence[int]) -> list[CaseRows]:
    cases = connection.execute(
        select(CASES, KEYS.c.wrapped, KEYS.c.master_id, KEYS.c.destroyed_at, KEYS.c.case_id.label("has_key")).outerjoin_from(CASES, KEYS, KEYS.c.case_id == CASES.c.id).where(CASES.c.id.in_(ids)).order_by(CASES.c.id)
    ).all()  # fmt: skip
    parts: dict[str, dict[int, list[Row[Any]]]] = {}
    for name, table in PARTS.items():
        parts[name] = {}
        for row in connection.execute(_of(table, ids)):
            parts[name].setdefault(row.case_id, []).append(row)
    return [
        CaseRows(case, offices.get(case.office_id), {name: parts[name].get(case.id, []) for name in PARTS})
        for case in cases
    ]


def _of(table: Table, ids: Sequence[int]) -> Select[Any]:
    order = (table.c.seq,) if table is EVENTS else tuple(table.primary_key)
    return select(table).where(table.c.case_id.in_(ids)).order_by(table.c.case_id, *order)


def _alone(connection: Connection, offices: Mapping[int, OfficeView], number: int) -> CaseRows:
    """One case by itself; where it cannot be read, what can, and up to which event."""
    try:
        return _batch(connection, offices, [number])[0]
    except _UNREADABLE:
        readable: list[Row[Any]] = []
        ref = connection.execute(select(CASES.c.ref).where(CASES.c.id == number)).scalar()
        for event in (
            connection.execute(select(EVENTS.c.id).where(EVENTS.c.case_id == number).order_by(EVENTS.c.seq))
            .scalars()
            .all()
        ):
            try:
                readable.append(connection.execute(select(EVENTS).where(EVENTS.c.id == event)).one())
            except _UNREADABLE:
                break
        return CaseRows(None, None, {"events": readable}, str(ref))
