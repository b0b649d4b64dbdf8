"""Who may see that a case exists: people of its office with a part in its procedure, and never the person it is about.

Whoever may not see it is answered exactly as if there were no such case. Clause B10, and the house's rule for the other offices.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, exists, select
from sqlmodel import Session

import models
from casework.docket import read_docket
from casework.errors import BadInput
from casework.hand import CASES
from casework.people import PersonView
from casework.refs import read_ref
from states.editions import edition
from states.procedure import Procedure

PARTIES = models.table(models.Party)
SIGHT = (
    CASES.c.id,
    CASES.c.ref,
    CASES.c.office_id,
    CASES.c.procedure,
    CASES.c.edition,
    CASES.c.docket,
    CASES.c.parent_id,
)
"""What must be read of a case, and of the cases above it, to say who may see it."""


def unknown_case(ref: str) -> BadInput:
    """The one answer for a case that does not exist and for one that this person may not see."""
    return BadInput(
        "No case has the reference {ref}.", hint="`duecourse list` shows the cases you may see.", ref=ref
    )


def visible_case(session: Session, ref: str, person: PersonView) -> None:
    """Raise BadInput, the same as for an unknown reference, unless this person may know of the case."""
    connection, ref = session.connection(), read_ref(ref)
    lineage = _lineage(connection, ref)
    if not lineage or not may_see(lineage, person) or _respondent(connection, lineage, person.id):
        raise unknown_case(ref)


def may_see(lineage: Sequence[Row[Any]], person: PersonView) -> bool:
    """Whether a person may know of a case, by the case itself (first) and the cases above it; respondents' rows are asked elsewhere."""
    if any(row.office_id != person.office_id for row in lineage):
        return False
    family = [edition(row.procedure, row.edition) for row in lineage]
    if person.roles.isdisjoint(role.name for procedure in family for role in procedure.roles()):
        return False
    return not any(
        is_accused(procedure, row.docket, person.id) for procedure, row in zip(family, lineage, strict=True)
    )


def is_accused(procedure: Procedure, docket: str, person: int) -> bool:
    """Whether a record that counts names this person where the procedure bars whoever is named."""
    marks = {f"{bar.named.step.name}.{bar.named.field}@{person}" for bar in procedure.barred}
    if not any(mark in docket for mark in marks):
        return False
    latest = {bar.named.step.name for bar in procedure.barred if bar.named.step.latest}
    acts = [act for act in read_docket(docket) if act.counts]
    last = {act.name: act.seq for act in acts}
    speaking = (act for act in acts if act.name not in latest or act.seq == last[act.name])
    return any(not marks.isdisjoint(act.raised) for act in speaking)


def hidden_from(connection: Connection, ids: Collection[int], person: PersonView | None) -> set[int]:
    """Which of these cases (database ids) a person may not know of; of None, who is nobody in particular, none is hidden."""
    if person is None or not ids:
        return set()
    rows = _with_respondent(connection, ids, person)
    above = _with_respondent(connection, {row.parent_id for row in rows.values()} - {None}, person)
    hidden: set[int] = set()
    for row in rows.values():
        lineage = [row] if row.parent_id is None else [row, above[row.parent_id]]
        if any(one.is_respondent for one in lineage) or not may_see(lineage, person):
            hidden.add(row.id)
    return hidden


def _with_respondent(connection: Connection, ids: Collection[int], person: PersonView) -> dict[int, Row[Any]]:
    named = (
        PARTIES.c.case_id == CASES.c.id,
        PARTIES.c.kind == "respondent",
        PARTIES.c.person_id == person.id,
    )
    wanted = select(*SIGHT, exists().where(*named).label("is_respondent")).where(CASES.c.id.in_(ids))
    return {row.id: row for row in connection.execute(wanted)}


def _lineage(connection: Connection, ref: str) -> list[Row[Any]]:
    """The case and the cases above it."""
    found: list[Row[Any]] = []
    row = connection.execute(select(*SIGHT).where(CASES.c.ref == ref)).one_or_none()
    while row is not None:
        found.append(row)
        above = row.parent_id
        row = (
            None
            if above is None
            else connection.execute(select(*SIGHT).where(CASES.c.id == above)).one_or_none()
        )
    return found


def _respondent(connection: Connection, lineage: Sequence[Row[Any]], person: int) -> bool:
    wanted = select(PARTIES.c.id).where(
        PARTIES.c.case_id.in_([row.id for row in lineage]),
        PARTIES.c.kind == "respondent",
        PARTIES.c.person_id == person,
    )
    return connection.execute(wanted).first() is not None
