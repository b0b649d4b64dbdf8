"""The ladder of measures (B12): a pure function of the upheld findings on one person.

The text says "once, twice, three times, four times and more within one year" and not what is counted, nor from when. What stands here is
therefore a default of the edition, read in favour of whoever it meets:

- Counted are findings, not complaints: upheld, approved, not overturned since, on the same person.
- Within one year: received within 12 months of this one's receipt, before it or after it. Twelve months are counted forwards from the
  earlier of the two days to the same day of the month, or to the month's last day where there is none; that day still counts, the next
  does not. Which of the two was approved first makes no difference to it. An office may choose the calendar year of receipt instead.
- In order of approval: the one approved last has the highest number, although its complaint may have come in first.
- One incident is one, however many people report it: a second finding on it has the number that the incident has already.
- What was received before the ladder holds counts for nothing and has no number.

A finding on a department alone, without a person, has no number and no rung: it is put right and nobody is measured.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, EnumType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from states.acts import Step

Window: TypeAlias = Literal["12 months", "calendar year"]
WINDOWS: tuple[Window, ...] = get_args(Window)


@dataclass(frozen=True, eq=False)
class Ladder:
    """Which steps the ladder looks at, and the measure of each rung.

    `finding` upholds, `overturns` says on review that it was not so, `proposal` and `minute` choose the measure. The same field names in
    all of them: `person`, `measure`, and `because` for the reason of another measure; `incident` of the finding is the reference of a
    case about the same incident. `measures` are the values of the field from the first rung up, the last for every number above it;
    `otherwise` is the value where there is no rung. `since`: the first day that counts, where that is not the edition's own.
    """

    finding: Step[Any]
    overturns: Step[Any]
    proposal: Step[Any]
    minute: Step[Any]
    measures: tuple[str, ...]
    otherwise: str
    clause: str
    person: str = "respondent"
    measure: str = "measure"
    because: str = "deviates_because"
    incident: str = "same_incident_as"
    since: date | None = None

    def measure_of(self, counted: Counted) -> str:
        """The measure that the ladder gives: the default, from which the party group may deviate with a reason."""
        return self.measure_at(counted.number)

    def measure_at(self, number: int) -> str:
        """The measure of a number; 0: there is no rung."""
        return self.measures[min(number, len(self.measures)) - 1] if number else self.otherwise

    @property
    def measures_known(self) -> Mapping[str, Enum]:
        """Every measure that a proposal can choose, by its stored word."""
        offered: Any = self.proposal.form.model_fields[self.measure].annotation
        values: tuple[Enum, ...] = tuple(offered) if isinstance(offered, EnumType) else ()
        return {str(one.value): one for one in values}

    def faults(self, steps: Iterable[Step[Any]]) -> Iterator[str]:
        """Yield a sentence for everything that does not fit the steps of the procedure whose ladder it is."""
        known = tuple(steps)
        chosen, found = (self.person, self.measure, self.because), (self.person, self.incident)
        asked = (
            (self.finding, found),
            (self.overturns, (self.person,)),
            (self.proposal, chosen),
            (self.minute, chosen),
        )
        for step, fields in asked:
            if step not in known:
                yield f"the ladder looks at {step.name or step.says}, which is not a step of this procedure"
            yield from (
                f"the ladder looks at {field} of {step.name}, which its form does not have"
                for field in fields
                if field not in step.form.model_fields
            )
        if not self.measures:
            yield "the ladder has no rung"
        elif self.measure in self.proposal.form.model_fields:
            unknown = [m for m in (*self.measures, self.otherwise) if m not in self.measures_known]
            yield from (f"the ladder gives {one}, which no proposal can choose" for one in unknown)


@dataclass(frozen=True)
class Upheld:
    """One upheld finding on a person (None: on a department alone).

    `received_on`: the day the complaint was received, in the office's zone. `incident` is equal for findings on the same incident.
    `decided_no`: its place in the order of approval, None while it is not approved. `number`: the one it was given when it was approved.
    """

    case: str | int
    person: str | int | None
    incident: str | int
    received_on: date
    decided_no: int | None = None
    overturned: bool = False
    number: int | None = None


@dataclass(frozen=True)
class Counted:
    """The number of a finding and the earlier ones it was counted with, one an incident, in order of approval.

    Number 0: there is no rung for it.
    """

    number: int
    counted: tuple[Upheld, ...] = ()


@dataclass(frozen=True)
class Flagged:
    """A decision whose number would be lower today, because a finding that it had counted was overturned since."""

    finding: Upheld
    was: int
    now: int


NOT_COUNTED = Counted(0)


def count(this: Upheld, others: Iterable[Upheld], *, window: Window = "12 months", since: date) -> Counted:
    """Count a finding among the others, which may be anybody's and in any order; itself among them is left out.

    A finding that is not approved yet comes after all that are. `since`: the first day of receipt that counts.
    """
    if this.person is None or this.overturned or this.received_on < since:
        return NOT_COUNTED
    earlier = sorted(_before(this, others, since), key=lambda one: one.decided_no or 0)
    same = next((one for one in earlier if one.incident == this.incident), None)
    if same is not None:
        return count(same, earlier, window=window, since=since)
    incidents: dict[str | int, Upheld] = {}
    for one in earlier:
        if within(one.received_on, this.received_on, window):
            incidents.setdefault(one.incident, one)
    return Counted(len(incidents) + 1, tuple(incidents.values()))


def _before(this: Upheld, others: Iterable[Upheld], since: date) -> Iterator[Upheld]:
    """Findings on the same person that stand and were approved before this one."""
    for one in others:
        if one.decided_no is None or one.overturned or one.person != this.person or one.received_on < since:
            continue
        if this.decided_no is None or one.decided_no < this.decided_no:
            yield one


def within(one: date, other: date, window: Window = "12 months") -> bool:
    """Whether two days of receipt lie within one year of each other. The order of the two makes no difference."""
    if window == "calendar year":
        return one.year == other.year
    first, last = sorted((one, other))
    return last <= a_year_after(first)


def a_year_after(day: date) -> date:
    """The day twelve months later: the same day of the month, or its last where there is none (29 February)."""
    year = day.year + 1
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def flag(
    this: Upheld, others: Iterable[Upheld], *, window: Window = "12 months", since: date
) -> Flagged | None:
    """Say of an approved finding that it had counted one that counts no longer; None if its number is still right.

    Nothing changes by itself: a decision keeps its number until it is decided again. Where another finding on the same incident keeps
    the number as it was, there is nothing to say.
    """
    if this.decided_no is None or this.overturned or this.number is None:
        return None
    now = count(this, others, window=window, since=since).number
    return Flagged(this, this.number, now) if now < this.number else None


def flagged(findings: Iterable[Upheld], *, window: Window = "12 months", since: date) -> tuple[Flagged, ...]:
    """Every decision among these that had counted a finding which counts no longer, in order of approval."""
    known = tuple(findings)
    flags = (flag(one, known, window=window, since=since) for one in known)
    return tuple(sorted((f for f in flags if f is not None), key=lambda f: f.finding.decided_no or 0))
