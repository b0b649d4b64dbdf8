"""What is due, alarms, visits: the lists, and what a person does about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from casework import visit_cancel
from casework.alarms import Answered, acknowledge, confirm_late
from casework.errors import BadInput
from casework.queries import alarm_list, case_view, due_list, list_cases
from desk.acts import do, moment, seen
from desk.answer import give
from desk.case_page import due_row
from desk.recording import record
from desk.times import read_span, shown
from states.editions import in_force, procedures
from states.words import label, plain

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from sqlmodel import Session

    from casework.outcome import Fired, Refused
    from casework.people import PersonView
    from casework.queries import AlarmView, DueView
    from casework.visit_cancel import VisitCancelled
    from desk.output import Paper
    from desk.session import Desk
    from states.facts import Actor


def show_due(desk: Desk, within: str) -> None:
    """List what falls due within a time and what is overdue, the longest overdue first."""
    span = read_span(within)
    with desk.reading() as (session, _, me):
        found = due_list(session, me.office_key, desk.at, span, person=me)
        zone = desk.zone(session)
    give(
        desk,
        {"within_seconds": span.total_seconds(), "due": found},
        lambda paper: _write_due(desk, paper, found, zone),
    )


def _write_due(desk: Desk, paper: Paper, found: list[DueView], zone: tzinfo) -> None:
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
            Text(f"#{alarm.id}", "late" if waits else "faint"), Text(shown(alarm.raised_at, zone, desk.at)), Text(alarm.ref or "", "type"), Text(_clock(desk, alarm.kind)),
            Text(role), Text(alarm.person or desk.say("nobody holds this role"), "" if alarm.person else "late"), answered, Text(alarm.clause, "clause"),
        ))  # fmt: skip
    head = [
        desk.say(name) if name else ""
        for name in ("", "Raised", "Case", "What", "Role", "Told", "Answered by", "Clause")
    ]
    paper.table(head, rows)
    waiting = next((alarm for alarm in found if alarm.acknowledged_at is None), None)
    if waiting is not None:
        paper.command(f"duecourse alarms ack {waiting.id}", indent=2)


def _clock(desk: Desk, kind: str) -> str:
    every = [deadline for name in procedures() for deadline in in_force(name, desk.at.date()).deadlines]
    return next((label(deadline, desk.language) for deadline in every if deadline.name == kind), plain(kind))


def acknowledge_alarm(desk: Desk, number: int) -> None:
    """Answer an alarm: it becomes an event of its case."""

    def act(session: Session, actor: Actor, _: PersonView) -> Answered | Refused:
        return acknowledge(session, number, actor, desk.at)

    done = do(desk, "", ["alarms", "ack", str(number)], act)
    said = desk.say("Answered. What is it about: duecourse show {ref}", ref=done.ref)
    give(desk, done, lambda paper: paper.line((f"✓ {said}", "fine")))


def show_visits(desk: Desk) -> None:
    """List the visits to come of the cases that the person may see, the next first."""
    with desk.reading() as (session, actor, me):
        visiting = [name for name in procedures() if in_force(name, desk.at.date()).visit is not None]
        refs = [
            row.ref
            for name in visiting
            for row in list_cases(
                session, me.office_key, procedure=name, open_only=True, limit=1000, person=me
            ).rows
        ]
        views = [case_view(session, ref, actor, desk.at) for ref in refs]
        zone = desk.zone(session)
    coming = sorted(
        ({"ref": view.ref, "number": view.number, "parent": view.parent.ref if view.parent else None, "planned_at": visit.planned_at, "rev": visit.rev, "status": visit.status}
         for view in views for visit in view.visits if visit.status in {"planned", "submitted"}),
        key=lambda one: str(one["planned_at"]),
    )  # fmt: skip
    give(desk, {"visits": coming}, lambda paper: _write_visits(desk, paper, coming, zone))


def _write_visits(desk: Desk, paper: Paper, coming: list[dict[str, object]], zone: tzinfo) -> None:
    from datetime import datetime  # noqa: PLC0415

    if not coming:
        paper.line((desk.say("No visit is planned."), "faint"))
    rows = []
    for one in coming:
        at = one["planned_at"]
        late = isinstance(at, datetime) and at < desk.at
        when = shown(at, zone, desk.at) if isinstance(at, datetime) else ""
        rows.append(
            (
                Text(when, "late" if late else "head"),
                Text(str(one["number"])),
                Text(str(one["ref"]), "type"),
                Text(desk.say("for {ref}", ref=one["parent"] or "-"), "faint"),
            )
        )
    paper.table([desk.say("When"), desk.say("Number"), desk.say("Case"), ""], rows)


def move_visit(desk: Desk, ref: str, when: str, reason: str, method: str) -> None:
    """Record the step that plans visits again. Raises BadInput for a case that plans none, and for a time that is over."""
    view, zone, _ = seen(desk, ref)
    law = in_force(view.procedure, desk.at.date())
    planned: datetime | None = moment(desk, when, zone)
    if law.visit is None or planned is None:
        raise BadInput(
            "{procedure} plans no visits.",
            hint="`duecourse visit list` shows those that are planned.",
            procedure=view.procedure,
        )
    if planned < desk.at:
        raise BadInput(
            "The time {time} is over.",
            hint="A visit is planned for a time to come.",
            time=shown(planned, zone, desk.at),
        )
    typed = [
        f"planned_at={planned.isoformat()}",
        f"reason={reason}",
        *([f"method={method}"] if method else []),
    ]
    record(desk, ref, law.visit[0].name, typed, None)


def cancel_visit(desk: Desk, ref: str, reason: str) -> None:
    """Take back a planned visit, with a reason."""

    def act(session: Session, actor: Actor, _: PersonView) -> VisitCancelled | Refused:
        return visit_cancel.cancel_visit(session, ref, actor, desk.at, reason=reason)

    done = do(desk, ref, ["visit", "cancel", ref], act)
    said = desk.say(
        "The visit is cancelled. The follow-up {ref} stays: agree on another time with `duecourse visit move`.",
        ref=done.ref,
    )
    give(desk, done, lambda paper: paper.line((f"✓ {said}", "fine")))
