"""Looking: one case, one form, the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from casework.errors import BadInput
from casework.form_fields import fields_of
from casework.queries import list_cases as read_list
from desk.acts import seen
from desk.answer import as_json, give
from desk.case_page import write_case
from desk.due_rows import rough
from desk.fields import answers, question
from desk.ladder_page import ladder_seen
from desk.times import shown
from states.acts import Step
from states.editions import edition, in_force
from states.words import label

if TYPE_CHECKING:
    from datetime import tzinfo

    from casework.queries import CasePage, CaseRow
    from desk.output import Paper
    from desk.session import Desk
    from states.procedure import Procedure


def show_case(desk: Desk, ref: str) -> None:
    """Show everything of one case that may be seen."""
    view, zone, able = seen(desk, ref)
    ladder = ladder_seen(desk, view)
    allowed = {"moves": list(view.allowed_moves), "steps": list(view.allowed_steps)}
    told = {**as_json(view), **as_json(ladder), "allowed": allowed}
    give(desk, told, lambda paper: write_case(desk, paper, view, able, zone, ladder))


def show_form(desk: Desk, ref: str, name: str) -> None:
    """Show what a step of a case asks for. Raises BadInput for a step its procedure does not have."""
    view, _, _ = seen(desk, ref)
    law = edition(view.procedure, view.edition)
    step = law.step_named.get(name)
    if step is None:
        raise BadInput("{procedure} has no {kind} {name}.", hint="There is: {there}.", procedure=law.name, kind="step", name=name[:60],
                       there=", ".join(law.step_named))  # fmt: skip
    told = {
        "procedure": law.name,
        "edition": law.edition,
        "step": name,
        "asks": desk.say(step.asks),
        "clause": step.clause,
        "fields": fields_of(step.form),
    }
    give(desk, told, lambda paper: _write_form(desk, paper, law, step, view.ref))


def _write_form(desk: Desk, paper: Paper, law: Procedure, step: Step[Any], ref: str) -> None:
    paper.line((label(step, desk.language), "head"), f"  {desk.say(step.asks)}  ", (step.clause, "clause"))
    rows = []
    for field in fields_of(step.form):
        kept = "⚿" if field.sealed else ""
        need = (
            Text(desk.say("needed"), "soon") if field.required else Text(desk.say("may be left out"), "faint")
        )
        rows.append(
            (
                Text(field.name, "type"),
                Text(question(field, desk.language)),
                Text(answers(step.form, field, desk.language), "faint"),
                need,
                kept,
            )
        )
    paper.table([desk.say("Field"), desk.say("What it asks"), desk.say("Answers"), "", ""], rows, indent=2)
    paper.line((desk.say("⚿ is kept sealed under the case's own key."), "faint"), indent=2)
    needed = " ".join(f"--set {field.name}=…" for field in fields_of(step.form) if field.required)
    verb = f"register {law.name}" if step is law.intake else f"record {ref} {step.name}"
    paper.command(f"duecourse {verb} {needed}", indent=2)


def list_cases(
    desk: Desk, procedure: str, state: str, *, every: bool, mine: bool, limit: int, after: str
) -> None:
    """List what the person may see, newest first."""
    with desk.reading() as (session, _, me):
        page = read_list(
            session, me.office_key, state=state or None, procedure=procedure or None, open_only=not every and not state,
            handler=me.handle if mine else None, limit=limit, after=after or None, person=me,
        )  # fmt: skip
        zone = desk.zone(session)
    give(desk, page, lambda paper: _write_list(desk, paper, page, zone))


def _write_list(desk: Desk, paper: Paper, page: CasePage, zone: tzinfo) -> None:
    if not page.rows:
        paper.line((desk.say("No case here. Register one: duecourse register PROCEDURE"), "faint"))
    head = [
        desk.say("Register number"), desk.say("Case"), desk.say("What"), desk.say("State"), desk.say("Received"), desk.say("Handler"), desk.say("Next limit"),
    ]  # fmt: skip
    rows = [_row(desk, row, zone) for row in page.rows]
    # Where nobody is shown a register number, there is no column for it.
    first = 0 if any(row.number for row in page.rows) or not rows else 1
    paper.table(head[first:], [row[first:] for row in rows])
    if page.after is not None:
        paper.line((desk.say("There are more: duecourse list --after {ref}", ref=page.after), "faint"))


def _row(desk: Desk, row: CaseRow, zone: tzinfo) -> tuple[Text, ...]:
    law = in_force(row.procedure, desk.at.date())
    state = next((label(s, desk.language) for s in law.states if s.value == row.state), row.state)
    due = Text()
    if row.late:
        due = Text(desk.say("{n} passed", n=row.late), "late")
    elif row.next_due is not None:
        left = row.next_due - desk.at
        overdue = left.total_seconds() < 0
        said = "late by {length}" if overdue else "in {length}"
        due = Text(desk.say(said, length=rough(abs(left), desk.language)), "late" if overdue else "")
    return (
        Text(row.number, "head" if row.open else "faint"), Text(row.ref, "type"), Text(label(law, desk.language)), Text(f"● {state}", "state" if row.open else "faint"),
        Text(shown(row.received_at, zone, desk.at, seconds=False)), Text(row.handler or "", "faint"), due,
    )  # fmt: skip
