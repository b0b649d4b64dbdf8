"""Callbacks and visits to come: the list, another time, taking one back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from casework.errors import BadInput
from casework.queries import case_view, list_cases
from casework.visit_cancel import cancel_visit as take_back
from desk.acts import do, moment, seen
from desk.answer import give
from desk.recording import record
from desk.times import shown
from states.editions import edition, in_force, procedures

if TYPE_CHECKING:
    from datetime import tzinfo

    from sqlmodel import Session

    from casework.outcome import Refused
    from casework.people import PersonView
    from casework.visit_cancel import VisitCancelled
    from desk.output import Paper
    from desk.session import Desk
    from states.facts import Actor


@dataclass(frozen=True)
class Coming:
    """One planned visit. `parent`: the case it is about."""

    ref: str
    number: str
    parent: str | None
    planned_at: datetime
    rev: int
    status: str


def show_visits(desk: Desk) -> None:
    """List the visits to come of the cases that the person may see, the next first."""
    visiting = [name for name in procedures() if in_force(name, desk.at.date()).visit is not None]
    with desk.reading() as (session, actor, me):
        pages = [
            list_cases(session, me.office_key, procedure=name, open_only=True, limit=1000, person=me)
            for name in visiting
        ]
        views = [case_view(session, row.ref, actor, desk.at) for page in pages for row in page.rows]
        zone = desk.zone(session)
    coming = sorted(
        (
            Coming(
                view.ref,
                view.number,
                view.parent.ref if view.parent else None,
                visit.planned_at,
                visit.rev,
                visit.status,
            )
            for view in views
            for visit in view.visits
            if visit.status in {"planned", "submitted"}
        ),
        key=lambda one: one.planned_at,
    )
    give(desk, {"visits": coming}, lambda paper: _write_visits(desk, paper, coming, zone))


def _write_visits(desk: Desk, paper: Paper, coming: list[Coming], zone: tzinfo) -> None:
    if not coming:
        paper.line((desk.say("No visit is planned."), "faint"))
    rows = [
        (
            Text(
                shown(one.planned_at, zone, desk.at, seconds=False),
                "late" if one.planned_at < desk.at else "head",
            ),
            Text(one.number),
            Text(one.ref, "type"),
            Text(desk.say("for {ref}", ref=one.parent or "-"), "faint"),
        )
        for one in coming
    ]
    paper.table([desk.say("When"), desk.say("Register number"), desk.say("Case"), ""], rows)


def move_visit(desk: Desk, ref: str, when: str, reason: str, method: str) -> None:
    """Record the step that plans visits again, by the same method unless another is given.

    Raises BadInput for a case that plans none, and for a time that is over.
    """
    view, zone, _ = seen(desk, ref)
    law = edition(view.procedure, view.edition)
    planned = moment(desk, when, zone)
    if law.visit is None or planned is None:
        raise BadInput(
            "{procedure} plans no visits.",
            hint="`duecourse visit list` shows those that are planned.",
            procedure=law.name,
        )
    if planned < desk.at:
        raise BadInput(
            "The time {time} is over.",
            hint="A visit is planned for a time to come.",
            time=shown(planned, zone, desk.at),
        )
    step = law.visit[0]
    before = [
        event.clear.get("method")
        for event in view.timeline
        if event.name == step.name and event.kind == "recorded"
    ]
    by = method or (str(before[-1]) if before and before[-1] else "")
    typed = [f"planned_at={planned.isoformat()}", f"reason={reason}", *([f"method={by}"] if by else [])]
    record(desk, ref, step.name, typed, None)


def cancel_visit(desk: Desk, ref: str, reason: str) -> None:
    """Take back a planned visit, with a reason."""

    def act(session: Session, actor: Actor, _: PersonView) -> VisitCancelled | Refused:
        return take_back(session, ref, actor, desk.at, reason=reason)

    done = do(desk, ref, ["visit", "cancel", ref], act)
    said = desk.say(
        "The visit is cancelled. The follow-up {ref} stays: agree on another time with `duecourse visit move`.",
        ref=done.ref,
    )
    give(desk, done, lambda paper: paper.line((f"✓ {said}", "fine")))
