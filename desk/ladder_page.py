"""The ladder as the terminal shows it (B12): what it gives for each person found against, and decisions that counted what counts no longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from casework.ladder_queries import flagged_decisions, ladder_of
from states.editions import edition
from states.words import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.ladder_queries import FlaggedView, RungView
    from casework.queries import CaseView
    from desk.output import Paper
    from desk.session import Desk
    from states.procedure import Procedure


@dataclass(frozen=True)
class LadderSeen:
    """What is told of the ladder in one case: a rung for each upheld finding, and the decisions of this case that are flagged."""

    ladder: tuple[RungView, ...] = ()
    flagged: tuple[FlaggedView, ...] = ()


def ladder_seen(desk: Desk, view: CaseView) -> LadderSeen:
    """Read it for the person of the token. Nothing is asked of a case whose procedure has no ladder."""
    if edition(view.procedure, view.edition).ladder is None:
        return LadderSeen()
    with desk.reading() as (session, _, me):
        rungs = ladder_of(session, view.ref, me, desk.at)
        flags = flagged_decisions(session, view.office, me)
    return LadderSeen(rungs, tuple(one for one in flags if one.ref == view.ref))


def write_ladder(desk: Desk, paper: Paper, law: Procedure, seen: LadderSeen) -> None:
    """Write the rungs, with what was decided where it is decided already; then what would be decided otherwise today."""
    if seen.ladder:
        paper.head(desk.say("The ladder of measures"))
        paper.table(["", "", ""], [_rung(desk, law, rung) for rung in seen.ladder], indent=2)
    for one in seen.flagged:
        said = desk.say(
            "{handle}: a finding that this decision counted was overturned since. It was number {was}; today it would be {now}: {measure}.",
            handle=one.handle, was=one.was, now=one.now, measure=_measure(desk, law, one.measure_now),
        )  # fmt: skip
        paper.line((f"⚠ {said}", "late"), ("  " + _clause(law), "clause"), indent=2)


def _rung(desk: Desk, law: Procedure, rung: RungView) -> tuple[Text, Text, Text]:
    gives = _measure(desk, law, rung.measure)
    said = (
        desk.say(
            "the ladder gives {measure}: number {number} within a year", measure=gives, number=rung.number
        )
        if rung.number
        else desk.say("no rung of the ladder: {measure}", measure=gives)
    )
    decided = Text()
    if rung.decided is not None:
        style = "fine" if rung.decided == rung.measure else "soon"
        decided = Text(desk.say("decided: {measure}", measure=_measure(desk, law, rung.decided)), style)
    return Text(rung.handle or desk.say("the department"), "head"), Text(said), decided


def write_flagged(desk: Desk, paper: Paper, flagged: Sequence[FlaggedView]) -> None:
    """Write which cases hold a decision that would be another today."""
    if flagged:
        paper.line((desk.say("Decided with a finding that was overturned since:"), "soon"))
    for ref in dict.fromkeys(one.ref for one in flagged):
        paper.command(f"duecourse show {ref}", indent=2)


def _measure(desk: Desk, law: Procedure, measure: str) -> str:
    known = law.ladder.measures_known if law.ladder is not None else {}
    return label(known[measure], desk.language) if measure in known else measure


def _clause(law: Procedure) -> str:
    return law.ladder.clause if law.ladder is not None else ""
