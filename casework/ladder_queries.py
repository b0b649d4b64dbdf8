"""The ladder for people to read (B12): what it gives in a case, and which decisions had counted a finding that counts no longer.

All findings are counted, also of cases that whoever asks may not know of; shown are only those of cases that they may.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlmodel import Session

from casework.hand import CASES
from casework.intake import office_of
from casework.kinds import editions_of
from casework.ladder_facts import (
    count_row,
    human_of,
    incidents,
    since_of,
    upheld_here,
    upheld_in,
    window_on,
)
from casework.ladder_store import FINDINGS
from casework.offices import OfficeView
from casework.people import PersonView
from casework.refs import read_ref
from casework.sight import hidden_from, visible_case
from casework.store import store_of
from states.editions import edition
from states.ladder import Upheld, flag


@dataclass(frozen=True)
class RungView:
    """What the ladder gives for one finding of a case. `handle`: on whom, None: on a department; `number` 0: there is no rung.

    `decided`: the measure that was approved, None: nothing is decided yet. Of what is decided the number is that of its place in the order of
    approval, without what was overturned since.
    """

    handle: str | None
    number: int
    measure: str
    window: str
    decided: str | None


@dataclass(frozen=True)
class FlaggedView:
    """A decision that had counted a finding overturned since: its number then and now, and what was decided then."""

    ref: str
    handle: str
    was: int
    now: int
    measure: str
    measure_now: str
    decided_at: datetime


def ladder_of(session: Session, ref: str, person: PersonView, at: datetime) -> tuple[RungView, ...]:
    """What the ladder gives for each upheld finding of the present round of a case, if it were approved now; none without a ladder.

    Raises BadInput, in the words of an unknown case, unless this person may know of it.
    """
    visible_case(session, ref, person)
    connection = session.connection()
    case = connection.execute(select(CASES).where(CASES.c.ref == read_ref(ref))).one()
    law, office = edition(case.procedure, case.edition), store_of(session).offices(connection)[case.office_id]
    found: list[RungView] = []
    if law.ladder is None:
        return ()
    handles, seen = _handles(office), set[int | None]()
    for row in upheld_here(connection, case.id, case.round):
        whom = human_of(office, row)
        if whom in seen:
            continue
        seen.add(whom)
        window = window_on(office, row.decided_at or at)
        counted = count_row(connection, office, law, row, window, row.decided_no)
        handle = None if whom is None else handles[whom]
        found.append(RungView(handle, counted.number, law.ladder.measure_of(counted), window, row.measure))
    return tuple(found)


def flagged_decisions(session: Session, office_key: str, person: PersonView) -> tuple[FlaggedView, ...]:
    """The decisions of an office that had counted a finding which counts no longer, in the order of approval; of cases this person may know."""
    connection = session.connection()
    office = office_of(store_of(session).offices(connection), office_key)
    if not any(law.ladder is not None for law in editions_of(office.kind)):
        return ()
    flags = list(_flags(connection, office))
    hidden = hidden_from(connection, {case for case, _ in flags}, person) if flags else set()
    return tuple(view for case, view in flags if case not in hidden)


def _flags(connection: Connection, office: OfficeView) -> Iterator[tuple[int, FlaggedView]]:
    wanted = (
        select(FINDINGS, CASES.c.ref, CASES.c.procedure, CASES.c.edition)
        .join_from(FINDINGS, CASES, CASES.c.id == FINDINGS.c.case_id)
        .where(
            FINDINGS.c.office_id == office.id,
            FINDINGS.c.outcome == "upheld",
            FINDINGS.c.person_id.is_not(None),
        )
    )
    known, handles = incidents(connection, office.id), _handles(office)
    rows = connection.execute(wanted.order_by(FINDINGS.c.decided_no, FINDINGS.c.id)).all()
    of_person: dict[int | None, list[Upheld]] = {}
    for row in rows:
        of_person.setdefault(human_of(office, row), []).append(upheld_in(row, office, known))
    for row in rows:
        law, whom = edition(row.procedure, row.edition), human_of(office, row)
        if row.decided_at is None or law.ladder is None or whom is None:
            continue
        flagged = flag(
            upheld_in(row, office, known),
            of_person[whom],
            window=window_on(office, row.decided_at),
            since=since_of(law),
        )
        if flagged is not None:
            measure = law.ladder.measure_at(flagged.now)
            yield (
                row.case_id,
                FlaggedView(
                    row.ref, handles[whom], flagged.was, flagged.now, row.measure, measure, row.decided_at
                ),
            )


def _handles(office: OfficeView) -> dict[int, str]:
    return {number: handle for handle, number in office.people.items()}
