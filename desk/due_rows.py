"""Clocks as the terminal shows them: how long still or how late, when, what, whom it tells, by which clause."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rich.text import Text

from desk.times import shown
from states.phrases import length
from states.words import label, listed, plain, say

if TYPE_CHECKING:
    from datetime import tzinfo

    from casework.queries import CaseView, DueView
    from desk.output import Paper
    from desk.session import Desk
    from states.procedure import Procedure

TWO_DAYS = 2
TEN_MINUTES = 10


def write_due(desk: Desk, paper: Paper, law: Procedure, view: CaseView, zone: tzinfo) -> None:
    """Write the clocks that run, and what was not done in time."""
    # A reminder whose duty was done later than it reminded has done its work.
    shown_ones = [
        due
        for due in view.due
        if due.standing != "fell away" and (due.breach or due.standing in {"armed", "passed"})
    ]
    if shown_ones:
        paper.head(desk.say("What is due"))
        paper.table(["", "", "", "", ""], [due_row(desk, law, due, zone) for due in shown_ones], indent=2)


def due_row(desk: Desk, law: Procedure, due: DueView, zone: tzinfo) -> tuple[Text, Text, Text, Text, Text]:
    """One rung: how long still or how late, when, what, whom it tells, by which clause."""
    left = timedelta(seconds=abs(due.seconds_left))
    if due.standing == "armed" and due.seconds_left >= 0:
        style = (
            "late"
            if due.breach and left < timedelta(minutes=5)
            else "soon"
            if due.breach and left < timedelta(days=1)
            else ""
        )
        how = desk.say("in {length}", length=rough(left, desk.language))
    elif due.standing in {"armed", "passed"}:
        said = (
            desk.say("late by {length}", length=rough(left, desk.language))
            if due.breach
            else desk.say("{length} ago", length=rough(left, desk.language))
        )
        how, style = said, "late" if due.breach else "soon"
    else:
        how, style = desk.say(_STANDINGS.get(due.standing, due.standing)), "soon"
    declared = next((deadline for deadline in law.deadlines if deadline.name == due.deadline), None)
    what = label(declared, desk.language) if declared is not None else plain(due.deadline)
    known = {role.name: label(role, desk.language) for role in law.roles()}
    tells = listed((known.get(role, plain(role)) for role in due.tells), desk.language)
    sort = desk.say("limit") if due.breach else desk.say("reminder")
    # A default is never shown as if the text demanded it.
    basis = desk.say("by the text") if due.source == "text" else desk.say("default")
    return (
        Text(how, style), Text(shown(due.due_at, zone, desk.at, seconds=left < timedelta(hours=1)), style), Text(what), Text(f"{sort} → {tells}", "faint"), Text.assemble((due.clause, "clause"), (f" {basis}", "faint")),
    )  # fmt: skip


_STANDINGS = {
    "kept late": say("done too late", "en"),
    "recorded late": say("done in time, recorded late: to be confirmed", "en"),
    "recorded late, confirmed": say("done in time, recorded late, confirmed", "en"),
    "set aside": say("could not be fired: set aside", "en"),
}


def rough(span: timedelta, language: str) -> str:
    """A span as people say it: days alone from two days on, below that two units."""
    seconds = max(int(span.total_seconds()), 0)
    days, hours, minutes = seconds // 86_400, seconds // 3_600, seconds // 60
    if days >= TWO_DAYS:
        return length(timedelta(days=days), language)
    if hours:
        return say("{h} h {m} min", language, h=hours, m=minutes % 60)
    if minutes >= TEN_MINUTES:
        return length(timedelta(minutes=minutes), language)
    if minutes:
        return say("{m} min {s} s", language, m=minutes, s=seconds % 60)
    return length(timedelta(seconds=max(seconds, 1)), language)
