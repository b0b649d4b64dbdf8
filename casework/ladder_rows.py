"""What the events of a case say of its findings (B12), kept as rows because the ladder counts across cases.

The rows are derived. `found_in` alone says what they are: after every act that can change them, and when `duecourse audit verify`
compares. What the ladder said at an approval stands in the event of the approval, where it is chained; the row repeats it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from casework.offices import OfficeView
from states.acts import Act, Move, gate_of
from states.facts import DoneAct
from states.ladder import Ladder
from states.procedure import Procedure, needs_of

LADDER = "ladder"
"""Beside the evidence in the clear, what the door found out itself: the incident of a finding, the count at a proposal and an approval."""
RECORDS = ("recorded", "corrected")
"""The kinds of event that say something."""
Told = Mapping[int, Mapping[str, Any]]
"""By the number of its first event, what each record says in the clear as it stands corrected by now."""


@dataclass(frozen=True)
class Found:
    """One finding, by the columns of its row."""

    event_seq: int
    round: int
    person_id: int | None
    outcome: str
    incident_id: int
    received_at: datetime
    decided_no: int | None = None
    decided_at: datetime | None = None
    overturned_at: datetime | None = None
    count: int | None = None
    measure: str | None = None

    @classmethod
    def of(cls, row: Row[Any]) -> "Found":
        """A finding as it is stored."""
        kept = row._mapping  # noqa: SLF001  a row's own `count` counts its columns
        return cls(**{column.name: kept[column.name] for column in fields(cls)})


def found_in(
    law: Procedure, office: OfficeView, case: tuple[int, datetime], acts: Sequence[DoneAct], told: Told
) -> tuple[Found, ...]:
    """Every finding of a case that stands or has stood to the end of its round, in the order of recording; none without a ladder.

    `case`: its number in the database, and when it was received.
    """
    ladder = law.ladder
    if ladder is None:
        return ()
    outcomes = {ladder.finding.name: "upheld", ladder.overturns.name: "not_upheld"}
    standing = _standing(law, acts)
    found = [
        Found(
            act.seq,
            act.round,
            person_in(ladder, office, told[act.seq]),
            outcomes[act.name],
            int(noted(told[act.seq]).get("incident", case[0])),
            case[1],
        )
        for act in standing
        if act.name in outcomes
    ]
    for act in standing:
        if act.name == ladder.minute.name:
            found = _decided(ladder, office, found, act, told[act.seq])
    when: dict[int | None, datetime] = {act.seq: act.happened_at for act in standing}
    signed = [one for one in found if _left_with(law, acts, one)]
    return tuple(replace(one, overturned_at=when.get(_fell_by(one, signed))) for one in found)


def _standing(law: Procedure, acts: Sequence[DoneAct]) -> list[DoneAct]:
    """Records of the ladder's steps that nothing in their own round renewed, each as it was corrected last.

    The docket's own mark will not do: what a review renews counts no longer in any round, and yet the first round's decision holds until
    the review has found otherwise.
    """
    known: dict[str, Act] = {act.name: act for act in law.acts}
    renewing = [(a.seq, a.round, {s.name for s in known[a.name].renews}) for a in acts if a.name in known]
    wanted = step_names(law.ladder) if law.ladder is not None else set()
    last = {act.seq: act for act in acts if act.name in wanted}
    return [
        act
        for act in last.values()
        if not any(
            seq > act.seq and round_ == act.round and act.name in names for seq, round_, names in renewing
        )
    ]


def step_names(ladder: Ladder) -> set[str]:
    """The steps whose records make the rows."""
    return {ladder.finding.name, ladder.overturns.name, ladder.minute.name}


def _decided(
    ladder: Ladder, office: OfficeView, found: list[Found], act: DoneAct, shown: Mapping[str, Any]
) -> list[Found]:
    """Put an approval beside the finding it is about: the first on this person in its round, however many there are."""
    about = ("upheld", act.round, person_in(ladder, office, shown))
    place = next((n for n, f in enumerate(found) if (f.outcome, f.round, f.person_id) == about), None)
    if place is None:
        return found
    said = noted(shown)
    approved = replace(
        found[place],
        decided_no=said.get("decided_no"),
        decided_at=act.happened_at,
        count=said.get("number"),
        measure=str(shown.get(ladder.measure)),
    )
    return [*found[:place], approved, *found[place + 1 :]]


def _left_with(law: Procedure, acts: Sequence[DoneAct], one: Found) -> bool:
    """Whether the case has gone on with a finding: until then it is one member's word, which nobody has signed."""
    onward = {
        move.name for move in law.moves if law.ladder is not None and _rests_on_finding(law.ladder, move)
    }
    return any(act.name in onward and act.round == one.round and act.seq > one.event_seq for act in acts)


def _rests_on_finding(ladder: Ladder, act: Act) -> bool:
    return any(
        step in (ladder.finding, ladder.overturns) for need in needs_of(act) for step in gate_of(need)
    ) and isinstance(act, Move)


def _fell_by(one: Found, found: Iterable[Found]) -> int | None:
    """The record of a later round that found it was not so; one that upholds something of the same person overturns nothing."""
    if one.outcome != "upheld":
        return None
    later = [f for f in found if f.person_id == one.person_id and f.round > one.round]
    upheld = {f.round for f in later if f.outcome == "upheld"}
    return min((f.event_seq for f in later if f.round not in upheld), default=None)


def noted(shown: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the door added to a record."""
    said = shown.get(LADDER)
    return said if isinstance(said, Mapping) else {}


def person_in(ladder: Ladder, office: OfficeView, shown: Mapping[str, Any]) -> int | None:
    """The human whom a record is about, known by the first account; None: nobody, a department alone."""
    account = office.people.get(str(shown.get(ladder.person) or ""))
    return None if account is None else office.human(account)


def told_by(events: Iterable[tuple[int, str, Mapping[str, Any]]]) -> Told:
    """Records (number, kind, evidence in the clear) in their order, each correction in the place of what it corrects."""
    roots: dict[int, int] = {}
    told: dict[int, Mapping[str, Any]] = {}
    for seq, kind, shown in events:
        roots[seq] = roots.get(shown["corrects"], shown["corrects"]) if kind == "corrected" else seq
        told[roots[seq]] = shown
    return told


def touches(ladder: Ladder, act: Act) -> bool:
    """Whether an act can change the findings of its case."""
    steps = step_names(ladder)
    return (
        act.name in steps or any(step.name in steps for step in act.renews) or _rests_on_finding(ladder, act)
    )
