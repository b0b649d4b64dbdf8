"""A refusal as it is shown: everything that stands in the way at once, by which clause, who can meet it, and what to type next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.answer import as_json
from desk.rule_marks import mark
from desk.troubles import REFUSED
from desk.ways import Finder, Way

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlmodel import Session

    from casework.outcome import Refused
    from casework.people import PersonView
    from casework.queries import MoveView, StepView
    from desk.output import Paper
    from desk.session import Desk, Turned
    from states.procedure import Procedure

MOST_NAMED = 8
"""Handles in one line; `--json` names everybody."""


@dataclass(frozen=True)
class Refusal:
    """What `--json` answers: the act, and one way for each requirement."""

    ref: str
    act_kind: str
    act: str
    procedure: str
    edition: str
    requirements: tuple[Way, ...]


def show_refusal(desk: Desk, turned: Turned) -> int:
    """Show everything that stands in the way and return the exit code."""
    from states.editions import edition  # noqa: PLC0415  loaded by whoever was refused

    refused = turned.refused
    law = edition(refused.procedure, refused.edition)
    with desk.reading() as (session, _, me):
        ways = _ways(desk, session, me, law, turned)
    told = Refusal(refused.ref, refused.act_kind, refused.act, refused.procedure, refused.edition, ways)
    if desk.as_json:
        import json  # noqa: PLC0415

        desk.out.write(json.dumps({"refused": as_json(told)}, ensure_ascii=False, indent=2) + "\n")
    else:
        from desk.output import Paper  # noqa: PLC0415

        _write(desk, Paper(desk.err, desk.language), law, told)
    return REFUSED


def _ways(desk: Desk, session: Session, me: PersonView, law: Procedure, turned: Turned) -> tuple[Way, ...]:
    from casework.people import actor_of, people_of  # noqa: PLC0415
    from casework.queries import case_view  # noqa: PLC0415

    refused = turned.refused
    people = people_of(session, me.office_key, desk.at)
    view = case_view(session, refused.ref, actor_of(me), desk.at) if refused.ref else None
    others = _others(desk, session, me, law, refused, people)
    interpreted = desk.office(session, me.office_key).interpreted
    finder = Finder(law, view, able(people), desk.language, interpreted)
    return finder.ways(refused.requirements, turned.asked, others)


def able(people: Sequence[PersonView]) -> Mapping[str, tuple[str, ...]]:
    """Handles by the roles they hold."""
    humans = _once(people)
    roles = sorted({role for person in humans for role in person.roles})
    return {role: tuple(person.handle for person in humans if role in person.roles) for role in roles}


def _once(people: Sequence[PersonView]) -> list[PersonView]:
    """Nobody under two handles."""
    there = {person.handle for person in people}
    return [person for person in people if person.same_as not in there]


def _others(
    desk: Desk,
    session: Session,
    me: PersonView,
    law: Procedure,
    refused: Refused,
    people: Sequence[PersonView],
) -> tuple[str, ...]:
    """Who else could do this very act: nobody whom a rule about persons stops is sent to try."""
    from casework.errors import BadInput  # noqa: PLC0415
    from casework.people import actor_of  # noqa: PLC0415
    from casework.queries import case_view  # noqa: PLC0415
    from states.people import roles_of  # noqa: PLC0415

    if not any(one.kind in {"role", "person"} for one in refused.requirements):
        return ()
    found: list[str] = []
    # Of no case: the registering of one, or an alarm about the office.
    anybody = {name for one in refused.requirements for name in one.who}
    if refused.act_kind == "register":
        anybody = {role.name for role in roles_of(law.intake.by, 0)}
    for person in _once(people):
        if person.id == me.id:
            continue
        if not refused.ref:
            if not person.roles.isdisjoint(anybody):
                found.append(person.handle)
            continue
        try:
            seen = case_view(session, refused.ref, actor_of(person), desk.at)
        except BadInput:
            continue  # must not know of the case
        acts: tuple[MoveView | StepView, ...] = (*seen.moves, *seen.steps)
        mine = next((act for act in acts if act.name == refused.act), None)
        if mine is not None and not any(one.kind in {"role", "person"} for one in mine.requirements):
            found.append(person.handle)
    return tuple(found)


def _write(desk: Desk, paper: Paper, law: Procedure, told: Refusal) -> None:
    from states.words import label  # noqa: PLC0415

    named = law.step_named.get(told.act) if told.act_kind != "move" else law.move_named.get(told.act)
    act = label(named, desk.language) if named is not None else told.act
    n = len(told.requirements)
    said = (
        desk.say("“{act}” is refused; {n} thing stands in the way:", act=act, n=n)
        if n == 1
        else desk.say("“{act}” is refused; {n} things stand in the way:", act=act, n=n)
    )
    paper.line((said, "late"), ("  " + told.ref, "faint"))
    for number, way in enumerate(told.requirements, 1):
        write_way(desk, paper, law, way, number)


def write_way(desk: Desk, paper: Paper, law: Procedure, way: Way, number: int, indent: int = 1) -> None:
    """Write one requirement: the sentence with its clause, who can meet it, what to type."""
    from states.words import label, listed, plain  # noqa: PLC0415

    beside = mark(desk, way.clause, way.interpretations)
    paper.line(f"{number}. {way.sentence}  ", (way.clause, "clause"), (beside, "faint"), indent=indent)
    known = {role.name: label(role, desk.language) for role in law.roles()}
    roles = listed((known.get(role, plain(role)) for role in way.roles), desk.language)
    people = listed(
        (*way.people[:MOST_NAMED], *(["…"] if len(way.people) > MOST_NAMED else [])), desk.language
    )
    if roles:
        who = desk.say("{roles}: {people}", roles=roles, people=people) if people else roles
        paper.line((desk.say("who: {who}", who=who), "faint"), indent=indent + 3)
    for typed in way.commands:
        paper.command(typed, indent=indent + 3)
    if way.asks:
        paper.line(
            (desk.say("asks for: {fields}", fields=listed(way.asks, desk.language)), "faint"),
            indent=indent + 3,
        )
