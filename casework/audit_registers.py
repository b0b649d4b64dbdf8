"""Registers without gaps (P1a), and rows that belong to no case."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, Select, Table, func, literal, select, union_all

import models
from casework.audit_flaws import Flaw
from casework.hand import CASES
from casework.keys import MasterKeys
from casework.record import EVENTS
from casework.seals import counter_seal

COUNTERS = models.table(models.RegisterCounter)
_SERIES = (CASES.c.office_id, CASES.c.register_kind, CASES.c.register_year)
_MOST = 100


def register_findings(keys: MasterKeys, connection: Connection) -> Iterator[Flaw]:
    """Yield what is wrong with the numbers of each register: one missing, one too many, a counter that says otherwise or was set back."""
    counted = {
        (row.office_id, row.register_kind, row.register_year): (row.n, row.first, row.last)
        for row in connection.execute(
            select(*_SERIES, func.count().label("n"), func.min(CASES.c.register_no).label("first"), func.max(CASES.c.register_no).label("last")).group_by(*_SERIES)
        )
    }  # fmt: skip
    counters = {
        (row.office_id, row.kind, row.year): (row.last_no, bytes(row.seal))
        for row in connection.execute(select(COUNTERS))
    }
    for series in sorted(counted.keys() | counters.keys(), key=str):
        n, first, last = counted.get(series, (0, 1, 0))
        counter, sealed = counters.get(series, (0, b""))
        told = {"kind": series[1], "year": series[2]}
        if first != 1 or n != last:
            yield Flaw(
                None,
                None,
                "The register {kind} of {year} has a gap: number {no} is missing.",
                told | {"no": _missing(connection, series)},
            )
        if counter != last:
            yield Flaw(
                None,
                None,
                "The register {kind} of {year} ends with number {last}, but {counter} were given.",
                told | {"last": last, "counter": counter},
            )
        elif sealed != counter_seal(keys, *series, counter):
            yield Flaw(
                None,
                None,
                "The register {kind} of {year} ends with number {last}, but that is not where it was sealed: the last ones were removed.",
                told | {"last": last},
            )


def _missing(connection: Connection, series: tuple[int, str, int]) -> int:
    here = (
        CASES.c.office_id == series[0],
        CASES.c.register_kind == series[1],
        CASES.c.register_year == series[2],
    )
    expected = 1
    for number in connection.execute(
        select(CASES.c.register_no).where(*here).order_by(CASES.c.register_no)
    ).scalars():
        if number != expected:
            break
        expected += 1
    return expected


def stray_findings(connection: Connection, beside: Mapping[str, Table]) -> Iterator[Flaw]:
    """Yield events, and rows `beside` the events, that belong to a case that is gone."""
    orphans = (
        select(EVENTS.c.case_id, EVENTS.c.seq)
        .outerjoin_from(EVENTS, CASES, CASES.c.id == EVENTS.c.case_id)
        .where(CASES.c.id.is_(None))
    )
    for row in connection.execute(orphans.order_by(EVENTS.c.case_id, EVENTS.c.seq).limit(_MOST)):
        yield Flaw(None, row.seq, "The event {seq} belongs to a case that is gone.", {"seq": row.seq})
    lost = connection.execute(union_all(*(_lost(table) for table in beside.values() if table is not EVENTS)))
    for row in lost:
        if row.n:
            said = "{n} rows of the table {table} belong to a case that is gone."
            yield Flaw(None, None, said, {"n": row.n, "table": row.name})


def _lost(table: Table) -> Select[tuple[str, int]]:
    of_none = table.outerjoin(CASES, CASES.c.id == table.c.case_id)
    counted = select(literal(table.name).label("name"), func.count().label("n")).select_from(of_none)
    return counted.where(CASES.c.id.is_(None), table.c.case_id.is_not(None))
