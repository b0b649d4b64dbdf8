"""The ladder at the door (B12): what an approval counts, under lock, and whether the measure departs from it without a reason."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

import models
from casework.evidence import Evidence
from casework.hand import CASES, Hand, unknown_case
from casework.ladder_facts import count_row, human_of, upheld_here, window_on
from casework.ladder_rows import LADDER
from casework.ladder_store import FINDINGS, lock_people, rows_of
from casework.offices import OfficeView
from states.acts import Act
from states.ladder import Ladder
from states.refusals import Requirement, deviation

OFFICES = models.table(models.Office)


@dataclass(frozen=True)
class Weighed:
    """What the ladder has to say to an act: what stands in its way, and what is kept beside its evidence."""

    requirements: tuple[Requirement, ...] = ()
    noted: Mapping[str, object] = field(default_factory=dict)

    def beside(self, evidence: Evidence) -> Evidence:
        """The evidence with what the door found out."""
        return (
            replace(evidence, clear={**evidence.clear, LADDER: dict(self.noted)}) if self.noted else evidence
        )


NOTHING = Weighed()


def weigh(
    connection: Connection,
    hand: Hand,
    act: Act,
    evidence: Evidence | None,
    happened: datetime,
    *,
    beside: Iterable[Requirement] = (),
    decided_no: int | None = None,
) -> Weighed:
    """Weigh an act of a case in hand. `decided_no`: of an approval that is corrected, its place in the order of approval.

    `beside`: what stands in its way already; whoever may not do it at all is not told how often somebody was found at fault. An approval
    locks everybody whom the case is about, and then the order of approvals of the office, until the transaction ends. Raises BadInput for
    a case about the same incident that there is not.
    """
    ladder = hand.procedure.ladder
    if ladder is None or evidence is None or any(r.kind in {"state", "role", "person"} for r in beside):
        return NOTHING
    if act is ladder.finding or act is ladder.overturns:
        incident = (
            {"incident": _incident(connection, hand, ladder, evidence)} if act is ladder.finding else {}
        )
        return Weighed(tuple(_contradicted(connection, hand, act, evidence)), incident)
    if act is not ladder.proposal and act is not ladder.minute:
        return NOTHING
    person = next(iter(evidence.persons.get(ladder.person, ())), None)
    if act is ladder.minute:
        lock_people(
            connection, hand.office, [person, *(row.person_id for row in rows_of(connection, hand.id))]
        )
    row = _finding_of(connection, hand, person)
    if row is None:
        missing = "No finding upholds the complaint against whom this is about."
        return Weighed((Requirement("condition", missing, ladder.clause),))
    if act is ladder.minute and row.decided_no not in {None, decided_no}:
        again = "This is already recorded; a mistake is mended with a correction."
        return Weighed((Requirement("again", again, act.clause),))
    if act is ladder.minute:
        decided_no = decided_no or _next_decision(connection, hand.office)
    window = window_on(hand.office, happened)
    counted = count_row(connection, hand.office, hand.procedure, row, window, decided_no)
    chosen, because = (str(getattr(evidence.form, name)) for name in (ladder.measure, ladder.because))
    said: dict[str, object] = {
        "number": counted.number,
        "measure": ladder.measure_of(counted),
        "window": window,
        "counted": [one.decided_no for one in counted.counted],
    }
    return Weighed(
        tuple(deviation(ladder, counted, chosen, because, person=person is not None)),
        said if decided_no is None else said | {"decided_no": decided_no},
    )


def _incident(connection: Connection, hand: Hand, ladder: Ladder, evidence: Evidence) -> int:
    """The case whose incident a finding is about: this one, or the one that it names."""
    ref = getattr(evidence.form, ladder.incident)
    if not ref:
        return hand.id
    here = select(CASES.c.id).where(CASES.c.ref == str(ref), CASES.c.office_id == hand.office.id)
    found: int | None = connection.execute(here).scalar()
    if found is None:
        raise unknown_case(str(ref))
    return found


def _contradicted(connection: Connection, hand: Hand, act: Act, evidence: Evidence) -> Iterator[Requirement]:
    """Yield what forbids to find of somebody in one round both that it was so and that it was not."""
    ladder = hand.procedure.ladder
    if ladder is None:
        return
    person = next(iter(evidence.persons.get(ladder.person, ())), None)
    other = "not_upheld" if act is ladder.finding else "upheld"
    found = (row for row in rows_of(connection, hand.id) if (row.outcome, row.round) == (other, hand.round))
    if any(human_of(hand.office, row) == person for row in found):
        yield Requirement(
            "condition",
            "The opposite was found about the same before: investigate more, then find anew.",
            act.clause,
        )


def _next_decision(connection: Connection, office: OfficeView) -> int:
    """The next place in the office's order of approvals; the office is locked, so that no two have the same."""
    if connection.dialect.name != "sqlite":
        connection.execute(
            select(OFFICES.c.id).where(OFFICES.c.id == office.id).with_for_update(key_share=True)
        ).all()
    last = select(func.max(FINDINGS.c.decided_no)).where(FINDINGS.c.office_id == office.id)
    return int(connection.execute(last).scalar() or 0) + 1


def _finding_of(connection: Connection, hand: Hand, person: int | None) -> Row[Any] | None:
    """The finding of this round that upholds the complaint against a person, or against a department alone."""
    here = upheld_here(connection, hand.id, hand.round)
    return next((row for row in here if human_of(hand.office, row) == person), None)
