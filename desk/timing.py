"""What is due and the alarms: the lists, and what a person does about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from casework.alarms import Answered, acknowledge, confirm_late
from casework.ladder_queries import flagged_decisions
from casework.manned import HOTLINE_CLAUSE
from casework.queries import alarm_list, due_list
from casework.roster_alert import ROSTER_GAP
from desk.acts import do
from desk.answer import give
from desk.due_rows import due_row
from desk.ladder_page import write_flagged
from desk.times import read_span, shown
from states.editions import in_force, procedures
from states.words import label, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from sqlmodel import Session

    from casework.ladder_queries import FlaggedView
    from casework.outcome import Fired, Refused
    from casework.people import PersonView
    from casework.queries import AlarmView, DueView
    from desk.output import Paper
    from desk.session import Desk
    from states.facts import Actor


def show_due(desk: Desk, within: str) -> None:
    """List what falls due within a time and what is overdue, the longest overdue first; then decisions that would be others today (B12)."""
    span = read_span(within)
    with desk.reading() as (session, _, me):
        found = due_list(session, me.office_key, desk.at, span, person=me)
        flagged = flagged_decisions(session, me.office_key, me)
        zone = desk.zone(session)
    give(
        desk,
        {"within_seconds": span.total_seconds(), "due": found, "flagged": flagged},
        lambda paper: _write_due(desk, paper, found, flagged, zone),
    )


def _write_due(
    desk: Desk, paper: Paper, found: list[DueView], flagged: Sequence[FlaggedView], zone: tzinfo
) -> None:
    if not found:
        paper.line((f"✓ {desk.say('Nothing is due in this time, and nothing is overdue.')}", "fine"))
    rows = []
    for due in found:
        law = in_force(due.procedure, desk.at.date())
        how, when, what, tells, clause = due_row(desk, law, due, zone)
        rows.append(
            (
                Text(f"#{due.id}", "faint"),
                how,
                when,
                Text(due.ref, "type"),
                Text(label(law, desk.language)),
                what,
                tells,
                clause,
            )
        )
    head = [
        "",
        desk.say("How long"),
        desk.say("When"),
        desk.say("Case"),
        "",
        desk.say("What"),
        "",
        desk.say("Clause"),
    ]
    paper.table(head, rows)
    unconfirmed = [
        due
        for due in found
        if due.breach and due.standing in {"passed", "recorded late"} and due.confirmed_at is None
    ]
    if unconfirmed:
        paper.line((desk.say("The manager confirms a passed limit:"), "faint"))
        paper.command(f"duecourse due confirm {unconfirmed[0].id}", indent=2)
    write_flagged(desk, paper, flagged)


def confirm(desk: Desk, number: int) -> None:
    """Confirm a passed limit as the manager. It stays visible."""

    def act(session: Session, actor: Actor, _: PersonView) -> Fired | Refused:
        return confirm_late(session, number, actor, desk.at)

    done = do(desk, "", ["due", "confirm", str(number)], act)
    said = desk.say("Confirmed: it was seen, and stays visible in {ref}.", ref=done.ref)
    give(desk, done, lambda paper: paper.line((f"✓ {said}", "fine")))


def show_alarms(desk: Desk, *, every: bool) -> None:
    """List alarms, those that nobody has answered unless all are asked for."""
    with desk.reading() as (session, _, me):
        found = alarm_list(session, me.office_key, person=me, unanswered=not every)
        zone = desk.zone(session)
    give(desk, {"alarms": found}, lambda paper: _write_alarms(desk, paper, found, zone))


def _write_alarms(desk: Desk, paper: Paper, found: list[AlarmView], zone: tzinfo) -> None:
    if not found:
        paper.line((f"✓ {desk.say('No alarm waits for an answer.')}", "fine"))
    roles = {role.name: role for name in procedures() for role in in_force(name, desk.at.date()).roles()}
    rows = []
    for alarm in found:
        waits = alarm.acknowledged_at is None
        answered = (
            Text(desk.say("nobody yet"), "late")
            if waits
            else Text(
                f"{alarm.acknowledged_by} {shown(alarm.acknowledged_at, zone, desk.at)}"
                if alarm.acknowledged_at
                else "",
                "fine",
            )
        )
        role = label(roles[alarm.role], desk.language) if alarm.role in roles else plain(alarm.role)
        rows.append((
            Text(f"#{alarm.id}", "late" if waits else "faint"), Text(shown(alarm.raised_at, zone, desk.at)), Text(alarm.ref or "", "type"), Text(_clock(desk, alarm.kind, alarm.clause)),
            Text(role), Text(alarm.person or desk.say("nobody holds this role"), "" if alarm.person else "late"), answered, Text(alarm.clause, "clause"),
        ))  # fmt: skip
    head = [
        "", desk.say("Raised"), desk.say("Case"), desk.say("What"), desk.say("Role"), desk.say("Told"), desk.say("Answered by"), desk.say("Clause"),
    ]  # fmt: skip
    paper.table(head, rows)
    waiting = next((alarm for alarm in found if alarm.acknowledged_at is None), None)
    if waiting is not None:
        paper.command(f"duecourse alarms ack {waiting.id}", indent=2)


def _clock(desk: Desk, kind: str, clause: str) -> str:
    if kind == ROSTER_GAP:
        of_hotline = clause == HOTLINE_CLAUSE
        return desk.say("gap in the roster of the hotline" if of_hotline else "gap in a duty roster")
    every = [deadline for name in procedures() for deadline in in_force(name, desk.at.date()).deadlines]
    return next((label(deadline, desk.language) for deadline in every if deadline.name == kind), plain(kind))


def acknowledge_alarm(desk: Desk, number: int) -> None:
    """Answer an alarm: it becomes an event of its case, if it is about one."""

    def act(session: Session, actor: Actor, _: PersonView) -> Answered | Refused:
        return acknowledge(session, number, actor, desk.at)

    done = do(desk, "", ["alarms", "ack", str(number)], act)
    said = (
        desk.say("Answered. What is it about: duecourse show {ref}", ref=done.ref)
        if done.ref is not None
        else desk.say("Answered. What is lacking: duecourse check")
    )
    give(desk, done, lambda paper: paper.line((f"✓ {said}", "fine")))
