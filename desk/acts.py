"""Acting on a case from the command line: read what was typed, ask for what is missing, go through the door, show what came of it."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Any, TypeVar

from casework.errors import BadInput
from casework.fire import refuse, requirements_of, take_for
from casework.outcome import Fired, Refused
from casework.people import people_of
from casework.queries import case_view, visible_case
from desk.prompts import complete
from desk.refusal_page import able
from desk.session import Turned
from desk.times import read_moment
from desk.typed import Reader
from states.editions import edition, in_force
from states.words import label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from sqlmodel import Session

    from casework.people import PersonView
    from casework.queries import CaseView
    from desk.output import Paper
    from desk.session import Desk
    from states.acts import Step
    from states.facts import Actor
    from states.forms import Form

Done = TypeVar("Done")


def loaded(path: Path | None) -> str:
    """The text of an evidence file; `-` is standard input. Raises BadInput for one that is no text."""
    if path is None:
        return ""
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadInput("The file {path} is no UTF-8 text.", path=str(path)) from None
    except IsADirectoryError:
        raise BadInput("{path} is a folder, not a file.", path=str(path)) from None


def moment(desk: Desk, typed: str, zone: ZoneInfo) -> datetime | None:
    """The moment typed in the office's zone; None for nothing. Raises BadInput."""
    return read_moment(typed, zone, desk.at) if typed else None


def seen(desk: Desk, ref: str) -> tuple[CaseView, ZoneInfo, Mapping[str, tuple[str, ...]]]:
    """A case as the person of the token may see it, the office's zone, and who holds which role. Raises BadInput."""
    with desk.reading() as (session, actor, me):
        view = case_view(session, ref, actor, desk.at)
        return view, desk.zone(session), able(people_of(session, me.office_key, desk.at))


def handles(able_people: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Everybody who may be named on a form."""
    return sorted({handle for some in able_people.values() for handle in some})


def evidence_for(
    desk: Desk,
    form: type[Form],
    zone: ZoneInfo,
    people: Sequence[str],
    typed: Sequence[str] | None,
    file: Path | None,
) -> dict[str, object]:
    """What was typed and what a person answered to what was not. Raises BadInput."""
    reader = Reader(form, zone, desk.at)
    return complete(desk, reader, reader.read(loaded(file), typed or ()), people)


def refused_before_asking(desk: Desk, view: CaseView, step: Step[Any], typed: object) -> None:
    """Do not ask a person for words that would be refused: say at once what is missing. The attempt is kept like any other.

    Raises Turned.
    """
    if desk.ask is None or desk.as_json or typed:
        return
    with desk.acting() as (session, actor, _):
        hand = take_for(desk.store, session, view.ref, actor)
        missing = requirements_of(hand.facts(), step, actor)
        refused = Refused(view.ref, hand.id, view.procedure, view.edition, "step", step.name, missing)
        if missing:
            refuse(session, refused, actor, desk.at)
    if missing:
        raise Turned(refused, f"duecourse record {view.ref} {step.name}")


def do(
    desk: Desk, ref: str, asked: Sequence[str], act: Callable[[Session, Actor, PersonView], Done | Refused]
) -> Done:
    """Go through the door in one transaction. Raises Turned when it refuses, BadInput for a case this person may not see."""
    with desk.acting() as (session, actor, me):
        if ref:
            visible_case(session, ref, me)
        result = act(session, actor, me)
    if isinstance(result, Refused):
        raise Turned(result, shlex.join(["duecourse", *asked]))
    return result


def show_done(desk: Desk, paper: Paper, done: Fired) -> None:
    """Say what was done and what came of it."""
    view, _, _ = seen(desk, done.ref)
    law = edition(view.procedure, view.edition)
    act = law.step_named.get(done.act) or law.move_named.get(done.act)
    what = label(act, desk.language) if act is not None else done.act
    paper.line(("✓ ", "fine"), what, ("  ".join(["", *filter(None, (view.number, done.ref))]), "faint"))
    paper.line(
        (f"● {label(law.states(view.state), desk.language)}", "state" if view.open else "faint"), indent=2
    )
    for move in done.followed:
        named = law.move_named.get(move)
        paper.line(
            desk.say("By itself followed: {move}", move=label(named, desk.language) if named else move),
            indent=2,
        )
    write_started(desk, paper, view, done.opened)


def write_started(desk: Desk, paper: Paper, view: CaseView, opened: Iterable[str]) -> None:
    """The linked cases that an act has started, each with the command that shows it."""
    for ref in opened:
        child = next((one for one in view.children if one.ref == ref), None)
        what = label(in_force(child.procedure, desk.at.date()), desk.language) if child is not None else ref
        paper.line(desk.say("Started: {what}", what=what), indent=2)
        paper.command(f"duecourse show {ref}", indent=4)
