"""Registers without gaps (P1a), and rows that belong to no case."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

import models
from casework.audit_case import Flaw
from casework.hand import CASES
from casework.record import EVENTS
from states.editions import editions
from states.fingerprint import fingerprint

COUNTERS = models.table(models.RegisterCounter)
USED = models.table(models.EditionUsed)
_SERIES = (CASES.c.office_id, CASES.c.register_kind, CASES.c.register_year)


def register_findings(connection: Connection) -> Iterator[Flaw]:
    """Yield what is wrong with the numbers of each register: one missing, one too many, a counter that says otherwise."""
    counted = {
        (row.office_id, row.register_kind, row.register_year): (row.n, row.first, row.last)
        for row in connection.execute(
            select(*_SERIES, func.count().label("n"), func.min(CASES.c.register_no).label("first"), func.max(CASES.c.register_no).label("last")).group_by(*_SERIES)
        )
    }  # fmt: skip
    counters = {
        (row.office_id, row.kind, row.year): row.last_no for row in connection.execute(select(COUNTERS))
    }
    for series in sorted(counted.keys() | counters.keys(), key=str):
        n, first, last = counted.get(series, (0, 1, 0))
        told = {"kind": series[1], "year": series[2]}
        if first != 1 or n != last:
            yield Flaw(
                None,
                None,
                "The register {kind} of {year} has a gap: number {no} is missing.",
                told | {"no": _missing(connection, series)},
            )
        if counters.get(series) != last:
            yield Flaw(
                None,
                None,
                "The register {kind} of {year} ends with number {last}, but {counter} were given.",
                told | {"last": last, "counter": counters.get(series, 0)},
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


def stray_findings(connection: Connection) -> Iterator[Flaw]:
    """Yield events without a case, and editions that cases use and whose law is not the one they were opened under (B15)."""
    orphans = (
        select(EVENTS.c.case_id, EVENTS.c.seq)
        .outerjoin_from(EVENTS, CASES, CASES.c.id == EVENTS.c.case_id)
        .where(CASES.c.id.is_(None))
    )
    for row in connection.execute(orphans.order_by(EVENTS.c.case_id, EVENTS.c.seq).limit(100)):
        yield Flaw(None, row.seq, "The event {seq} belongs to a case that is gone.", {"seq": row.seq})
    used = {(row.procedure, row.edition): row.fingerprint for row in connection.execute(select(USED))}
    for row in connection.execute(
        select(CASES.c.procedure, CASES.c.edition).distinct().order_by(CASES.c.procedure, CASES.c.edition)
    ):
        law = editions().get((row.procedure, row.edition))
        if law is not None and used.get((row.procedure, row.edition)) != fingerprint(law):
            yield Flaw(
                None,
                None,
                "The edition {edition} of {procedure} is not the one its cases were opened under.",
                {"edition": row.edition, "procedure": row.procedure},
            )
