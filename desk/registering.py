"""Registering what came in: the form of the edition in force, then the door, then what must be done next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.errors import BadInput
from casework.intake import procedure_of
from casework.intake import register as open_case
from casework.people import people_of
from casework.queries import visible_case
from casework.registered import Registered
from desk.acts import do, evidence_for, handles, moment, seen, write_started
from desk.answer import give
from desk.case_page import write_head, write_next
from desk.due_rows import write_due
from desk.refusal_page import able
from states.editions import edition, procedures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlmodel import Session

    from casework.outcome import Refused
    from casework.people import PersonView
    from desk.output import Paper
    from desk.session import Desk
    from states.facts import Actor


def register(
    desk: Desk, procedure: str, typed: Sequence[str] | None, file: Path | None, received: str, reason: str, linked: str, command_id: str
) -> None:  # fmt: skip
    """Register a case and show what must be done first. Raises BadInput, or Turned when the door refuses."""
    if procedure not in procedures():
        raise BadInput(
            "There is no procedure {name}.",
            hint="There is: {there}.",
            name=procedure[:60],
            there=", ".join(procedures()),
        )
    with desk.reading() as (session, _, me):
        office = desk.office(session)
        people = handles(able(people_of(session, me.office_key, desk.at)))
    received_at = moment(desk, received, office.zone)
    law = procedure_of(procedure, office, received_at or desk.at)
    evidence = evidence_for(desk, law.intake.form, office.zone, people, typed, file)

    def act(session: Session, actor: Actor, me: PersonView) -> Registered | Refused:
        if linked:
            visible_case(session, linked, me)
        return open_case(
            session, me.office_key, procedure, actor, desk.at, evidence=evidence, received_at=received_at, reason=reason,
            linked_to=linked or None, command_id=command_id or None,
        )  # fmt: skip

    done = do(desk, "", ["register", procedure], act)
    give(desk, done, lambda paper: _show(desk, paper, done))


def _show(desk: Desk, paper: Paper, done: Registered) -> None:
    _write_receipt(desk, paper, done)  # first: nobody can find it again if anything after it should fail
    paper.line((f"✓ {desk.say('Registered')}", "fine"))
    try:
        view, zone, _ = seen(desk, done.ref)
    except BadInput:
        # Whoever registers a case need not be one of those who may know of it from then on.
        paper.line((done.ref, "head"))
        return
    law = edition(view.procedure, view.edition)
    write_head(desk, paper, law, view, zone)
    if done.similar:
        said = "The same person has other cases of the last 30 days: {refs}. Link them, never merge them."
        paper.line((desk.say(said, refs=", ".join(done.similar)), "soon"))
    write_started(desk, paper, view, done.opened)
    write_next(desk, paper, law, view)
    write_due(desk, paper, law, view, zone)


def _write_receipt(desk: Desk, paper: Paper, done: Registered) -> None:
    if done.receipt:
        said = "The receipt code, shown this once and kept nowhere. Give it to the complainant, who comes back with it:"
        paper.line((desk.say(said), "soon"))
        paper.command(done.receipt, indent=2)
    elif done.receipt_given:
        paper.line(
            (desk.say("A receipt code was given when this was registered; it was shown once."), "soon")
        )
