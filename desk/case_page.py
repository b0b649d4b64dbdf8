"""A case as the terminal shows it: what can be done next first, then what is missing, what is due, what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from desk.due_rows import write_due
from desk.ladder_page import write_ladder
from desk.rule_marks import interpreted_in, mark
from desk.timeline import write_timeline
from desk.times import shown
from desk.ways import Finder, finder
from states.editions import edition, in_force
from states.words import label, listed, plain, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from casework.queries import CaseView, LinkView, MoveView
    from desk.ladder_page import LadderSeen
    from desk.output import Paper
    from desk.session import Desk
    from states.procedure import Procedure


def write_case(
    desk: Desk,
    paper: Paper,
    view: CaseView,
    able: Mapping[str, tuple[str, ...]],
    zone: tzinfo,
    ladder: LadderSeen,
) -> None:
    """Write everything that may be seen of a case."""
    law = edition(view.procedure, view.edition)
    write_head(desk, paper, law, view, zone)
    if view.open:
        write_next(desk, paper, law, view)
        _write_missing(
            desk, paper, law, view, finder(view, able, desk.language, interpreted_in(desk, view.office))
        )
    write_due(desk, paper, law, view, zone)
    write_ladder(desk, paper, law, ladder)
    _write_visits_and_alarms(desk, paper, law, view, zone)
    _write_linked(desk, paper, view)
    write_timeline(desk, paper, law, view, zone)


def write_head(desk: Desk, paper: Paper, law: Procedure, view: CaseView, zone: tzinfo) -> None:
    """Write which case it is and where it stands, and what everybody must be told first (P6c)."""
    # A register number is not shown to everybody; the reference then stands for the case.
    first, rest = (view.number, f"{view.ref} · ") if view.number else (view.ref, "")
    paper.line(
        (first, "head"),
        f"  {label(law, desk.language)}  ",
        (f"{rest}{law.name} · {view.edition}", "faint"),
    )
    if law.bases:
        paper.line((desk.say("Legal bases: {bases}.", bases=listed(law.bases, desk.language)), "faint"))
    told: list[str | tuple[str, str]] = [
        desk.say("received {time}", time=shown(view.received_at, zone, desk.at))
    ]
    if view.handler:
        told.append(desk.say("handled by {handle}", handle=view.handler))
    if view.round:
        told.append(desk.say("round {n}", n=view.round + 1))
    if view.history:
        told.append((desk.say("from an older register"), "faint"))
    if any(event.clear.get("before_first_edition") for event in view.timeline[:1]):
        told.append((desk.say("before the first edition, and registered under it"), "faint"))
    state = (f"● {label(law.states(view.state), desk.language)}", "state" if view.open else "faint")
    paper.line(state, "   ", *[part for one in told for part in (" · ", one)][1:])
    for notice in view.notices:
        paper.line((f"⚠ {desk.say(notice.says)}", "late"), ("  " + notice.clause, "clause"))


def write_next(desk: Desk, paper: Paper, law: Procedure, view: CaseView) -> None:
    """What this person can do now. A step that is done and may be repeated comes last, in fewer words."""
    moves = [move for move in view.moves if move.allowed]
    fresh = [step for step in view.steps if step.allowed and not step.done]
    again = [step for step in view.steps if step.allowed and step.done]
    paper.head(desk.say("What you can do next"))
    if not moves and not fresh and not again:
        paper.line((desk.say("Nothing: it waits for somebody else."), "faint"), indent=2)
    rows: list[tuple[Text, Text, Text]] = []
    for move in moves:
        way = Text(f"duecourse move {view.ref} {move.name}", "type")
        rows.append(
            (
                Text(f"▸ {label(law.move_named[move.name], desk.language)}", "fine"),
                way,
                Text(f"→ {_state(law, move, desk.language)}"),
            )
        )
    for step in fresh:
        way = Text(f"duecourse record {view.ref} {step.name}", "type")
        rows.append(
            (
                Text(f"+ {label(law.step_named[step.name], desk.language)}"),
                way,
                Text(desk.say(step.asks), "faint"),
            )
        )
    paper.table(["", "", ""], rows, indent=2)
    if again:
        names = ", ".join(step.name for step in again)
        paper.line((desk.say("again, if need be: {steps}", steps=names), "faint"), indent=2)


def _state(law: Procedure, move: MoveView, language: str) -> str:
    return label(law.states(move.dest), language)


def _write_missing(desk: Desk, paper: Paper, law: Procedure, view: CaseView, ways: Finder) -> None:
    """What stands in the way of the moves that this person cannot make, those that only others may make in one line.

    A command that stands above already is not repeated.
    """
    blocked = [move for move in view.moves if not move.allowed]
    mine = [move for move in blocked if not any(one.kind == "role" for one in move.requirements)]
    if mine:
        paper.head(desk.say("What is missing"))
    above = {f"duecourse record {view.ref} {step.name}" for step in view.steps if step.allowed}
    for move in mine:
        paper.line(
            (label(law.move_named[move.name], desk.language), "soon"),
            f" → {_state(law, move, desk.language)}",
            indent=2,
        )
        for way in ways.ways(move.requirements, f"duecourse move {view.ref} {move.name}"):
            known = {role.name: label(role, desk.language) for role in law.roles()}
            roles = listed((known.get(role, plain(role)) for role in way.roles), desk.language)
            paper.line(
                "· ",
                way.sentence,
                ("  " + way.clause, "clause"),
                (mark(desk, way.clause, way.interpretations), "faint"),
                (f"  {roles}" if roles else "", "faint"),
                indent=4,
            )
            for typed in way.commands:
                if typed not in above:
                    paper.command(typed, indent=6)
    others = [move for move in blocked if move not in mine]
    if others:
        names = listed((label(law.move_named[move.name], desk.language) for move in others), desk.language)
        paper.line((desk.say("Only others may: {moves}", moves=names), "faint"), indent=2)


def _write_visits_and_alarms(desk: Desk, paper: Paper, law: Procedure, view: CaseView, zone: tzinfo) -> None:
    coming = [visit for visit in view.visits if visit.status in {"planned", "submitted"}]
    for visit in coming:
        paper.line(desk.say("Planned for {time}", time=shown(visit.planned_at, zone, desk.at)), indent=2)
    waiting = [alarm for alarm in view.alarms if alarm.acknowledged_at is None]
    if waiting:
        paper.head(desk.say("Alarms nobody has answered"))
        known = {role.name: label(role, desk.language) for role in law.roles()}
        rows = [
            (
                Text(f"#{alarm.id}", "late"), Text(shown(alarm.raised_at, zone, desk.at)), Text(known.get(alarm.role, plain(alarm.role))),
                Text(alarm.person or desk.say("nobody holds this role"), "" if alarm.person else "late"), Text(f"duecourse alarms ack {alarm.id}", "type"),
            )
            for alarm in waiting
        ]  # fmt: skip
        paper.table(["", "", "", "", ""], rows, indent=2)


def _write_linked(desk: Desk, paper: Paper, view: CaseView) -> None:
    linked: Iterable[LinkView] = [*([view.parent] if view.parent else []), *view.children, *view.links]
    rows = []
    for link in linked:
        law = in_force(link.procedure, desk.at.date())
        state = next((label(s, desk.language) for s in law.states if s.value == link.state), link.state)
        kind = {"parent": say("belongs to", desk.language), "child": say("started", desk.language)}.get(
            link.kind, desk.say("linked")
        )
        rows.append(
            (
                Text(kind, "faint"),
                Text(label(law, desk.language)),
                Text(f"● {state}", "state" if link.open else "faint"),
                Text(f"duecourse show {link.ref}", "type"),
            )
        )
    if rows:
        paper.head(desk.say("Linked cases"))
        paper.table(["", "", "", ""], rows, indent=2)
