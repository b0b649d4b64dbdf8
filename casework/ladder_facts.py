"""What the ladder counts (B12): the upheld findings on a person in all cases of an office, whoever may know of them.

Only the number is told, and never which cases it counts.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from casework.ladder_store import FINDINGS, rows_of
from casework.offices import OfficeView
from states.ladder import WINDOWS, Counted, Upheld, Window, count
from states.procedure import Procedure

WINDOW = "ladder.window"
"""The setting that chooses what a year is."""


def upheld_here(connection: Connection, case_id: int, round_: int) -> list[Row[Any]]:
    """The findings of a round that uphold the complaint; of several on one person the one that is decided comes first."""
    rows = [row for row in rows_of(connection, case_id) if (row.outcome, row.round) == ("upheld", round_)]
    return sorted(rows, key=lambda row: (row.decided_no is None, row.event_seq))


def count_row(
    connection: Connection,
    office: OfficeView,
    law: Procedure,
    row: Row[Any],
    window: Window,
    decided_no: int | None = None,
) -> Counted:
    """Count a stored finding among all on its person as they stand now; `decided_no`: its place, None: after all."""
    person, known = human_of(office, row), incidents(connection, office.id)
    others = [] if person is None else upheld_of(connection, office, known, person)
    this = replace(upheld_in(row, office, known), decided_no=decided_no)
    return count(this, others, window=window, since=since_of(law))


def upheld_of(
    connection: Connection, office: OfficeView, known: Mapping[int, int], person: int
) -> list[Upheld]:
    """Every upheld finding on a person, under whichever account; `known` from `incidents`."""
    wanted = select(FINDINGS).where(
        FINDINGS.c.office_id == office.id,
        FINDINGS.c.outcome == "upheld",
        FINDINGS.c.person_id.in_(office.accounts(person)),
    )
    return [upheld_in(row, office, known) for row in connection.execute(wanted.order_by(FINDINGS.c.id))]


def human_of(office: OfficeView, row: Row[Any]) -> int | None:
    """Whom a stored finding is about, by the first account."""
    return None if row.person_id is None else office.human(row.person_id)


def upheld_in(row: Row[Any], office: OfficeView, known: Mapping[int, int]) -> Upheld:
    """A stored finding as the ladder looks at it; `known` from `incidents`."""
    return Upheld(
        row.case_id,
        human_of(office, row),
        known.get(row.incident_id, row.incident_id),
        office.calendar.local_day(row.received_at),
        row.decided_no,
        row.overturned_at is not None,
        row._mapping["count"],  # noqa: SLF001  a row's own `count` counts its columns
    )


def incidents(connection: Connection, office_id: int) -> Mapping[int, int]:
    """Which incident a case is about, where findings say that it is another case's: the lowest number of all that are one.

    Whether A was said to be the same as B and B the same as C, or B the same as A and as C, all three are one.
    """
    said = select(FINDINGS.c.case_id, FINDINGS.c.incident_id).where(
        FINDINGS.c.office_id == office_id, FINDINGS.c.case_id != FINDINGS.c.incident_id
    )
    first: dict[int, int] = {}
    for one, other in connection.execute(said.order_by(FINDINGS.c.id)):
        lower, higher = sorted((first.get(one, one), first.get(other, other)))
        joined = {case for case, root in first.items() if root == higher} | {one, other, higher}
        first |= dict.fromkeys(joined, lower)
    return first


def window_on(office: OfficeView, at: datetime) -> Window:
    """What counts as a year in this office on the day of a decision."""
    chosen = office.setting(WINDOW, office.calendar.local_day(at), WINDOWS[0])
    return next((one for one in WINDOWS if one == chosen), WINDOWS[0])


def since_of(procedure: Procedure) -> date:
    """The first day of receipt that counts under this edition: its own date, unless it says another."""
    chosen = procedure.ladder.since if procedure.ladder is not None else None
    return procedure.edition if chosen is None else chosen
