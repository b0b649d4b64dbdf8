"""Rulings at the command line: approving an edition, recording how a clause is read, and looking both up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.text import Text

from casework import approvals
from casework import interpretations as register
from casework.errors import BadInput
from desk.acts import do, loaded
from desk.answer import give
from desk.times import read_day
from states.editions import edition
from states.words import label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sqlmodel import Session

    from casework.approvals import EditionApproved, EditionView
    from casework.interpretations import InterpretationView, Interpreted
    from casework.outcome import Refused
    from casework.people import PersonView
    from desk.output import Paper
    from desk.session import Desk
    from states.facts import Actor


def approve(desk: Desk, office: str, procedure: str, iso: str, minute: str, on: str) -> None:
    """Record that an edition was approved. Raises BadInput, or Turned when it is refused."""
    day = read_day(on)

    def act(session: Session, actor: Actor, me: PersonView) -> EditionApproved | Refused:
        key = office or me.office_key
        return approvals.approve_edition(session, key, procedure, iso, actor, desk.at, minute=minute, on=day)

    asked = ["edition", "approve", procedure, iso, "--minute", minute, "--on", on]
    done = do(desk, "", asked, act)
    said = desk.say(
        "The edition {edition} of {procedure} is approved by the minute {minute}.",
        edition=done.edition,
        procedure=done.procedure,
        minute=done.minute,
    )
    give(desk, done, lambda paper: paper.line((f"✓ {said}", "fine")))


def show_editions(desk: Desk, office: str) -> None:
    """List the editions that need approval, and which of them holds today."""
    with desk.store.reading() as session:
        where = desk.office(session, office or None)
        rows = approvals.edition_list(session, where, where.calendar.local_day(desk.at))
    give(
        desk,
        {"office": where.key, "editions": rows},
        lambda paper: _write_editions(desk, paper, where.key, rows),
    )


def _write_editions(desk: Desk, paper: Paper, key: str, rows: Sequence[EditionView]) -> None:
    if not rows:
        paper.line(
            (desk.say("No edition of a procedure needs approval in the office {key}.", key=key), "faint")
        )
    paper.table(["", "", "", ""], [_edition(desk, row) for row in rows])


def _edition(desk: Desk, row: EditionView) -> tuple[Text, ...]:
    if row.changed:
        how = Text(desk.say("is no longer the text that was approved"), "late")
    elif row.approved_on is None:
        how = Text(desk.say("not approved"), "late")
    else:
        said = "approved on {day}, minute {minute}, recorded by {handle}"
        how = Text(desk.say(said, day=row.approved_on, minute=row.minute, handle=row.by), "fine")
    law = edition(row.procedure, row.edition)
    return (
        Text(f"{row.procedure} {row.edition}", "type"),
        Text(label(law, desk.language)),
        how,
        Text(desk.say("holds today") if row.holds else "", "state"),
    )


def interpret(
    desk: Desk, office: str, clause: str, minute: str, on: str, typed: Mapping[str, str], file: Path | None
) -> None:
    """Record how a clause is to be read; what was not typed is asked for. Raises BadInput, or Turned when it is refused."""
    day, words = read_day(on), _words(desk, typed, file)

    def act(session: Session, actor: Actor, me: PersonView) -> Interpreted | Refused:
        key = office or me.office_key
        return register.interpret(
            session, key, clause, actor, desk.at, question=words["question"], ruling=words["ruling"], minute=minute, on=day
        )  # fmt: skip

    asked = ["interpretation", "add", "--clause", clause, "--minute", minute, "--on", on]
    done = do(desk, "", asked, act)
    said = desk.say("It is interpretation {n} of {clause}.", n=done.no, clause=done.clause)
    give(desk, done, lambda paper: paper.line((f"✓ {said}", "fine")))


def _words(desk: Desk, typed: Mapping[str, str], file: Path | None) -> dict[str, str]:
    found = dict(typed)
    if file is not None:
        found |= {name: text for name, text in _read(loaded(file)).items() if not found[name]}
    asks = {"question": desk.say("Question (kept sealed)"), "ruling": desk.say("Ruling (kept sealed)")}
    for name, asked in asks.items():
        if not found[name] and desk.ask is not None and not desk.as_json:
            found[name] = desk.ask(f"{asked}: ")
    return found


def _read(text: str) -> dict[str, str]:
    """What a file of words says. Raises BadInput; what stands in it is never repeated."""
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    names = {"question", "ruling"}
    if (
        not isinstance(given, dict)
        or not given.keys() <= names
        or not all(isinstance(w, str) for w in given.values())
    ):
        raise BadInput('The file of words must be a JSON object such as {{"question": "…", "ruling": "…"}}.')
    return given


def show_interpretations(desk: Desk, office: str, clause: str) -> None:
    """List the register of interpretations; the words for whoever works with the procedures."""
    with desk.reading() as (session, _, me):
        key = office or me.office_key
        rows = register.interpretations(session, key, me, desk.at, clause=clause or None)
    give(
        desk,
        {"office": key, "interpretations": rows},
        lambda paper: _write_interpretations(desk, paper, rows),
    )


def _write_interpretations(desk: Desk, paper: Paper, rows: Sequence[InterpretationView]) -> None:
    if not rows:
        paper.line((desk.say("No clause has been interpreted here."), "faint"))
    for row in rows:
        said = desk.say("interpretation {n} of {clause}", n=row.no, clause=row.clause)
        how = desk.say(
            "{day}, minute {minute}, recorded by {handle}", day=row.ruled_on, minute=row.minute, handle=row.by
        )
        paper.line((said, "clause"), (f"  {how}", "faint"))
        if row.question is None:
            paper.line(
                (desk.say("Its words are read by whoever has a part in the procedure."), "faint"), indent=2
            )
            continue
        paper.line((desk.say("asked:"), "faint"), f" {row.question}", indent=2)
        paper.line((desk.say("ruled:"), "faint"), f" {row.ruling}", indent=2)
