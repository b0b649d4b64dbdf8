"""Endorsing: what waits for somebody's words, and many cases at once, each with a text of its own (H5.2).

Which step and which move these are, the law says (`Procedure.many_at_once`). Every case is its own transaction through the door: what is
refused for one touches no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlmodel import Session

from casework import fire
from casework.endorsement_rows import BadEndorsements, Row
from casework.errors import BadInput
from casework.hand import CASES, Hand
from casework.outcome import Fired, Refused
from casework.people import PersonView, actor_of
from casework.queries_case import case_view
from casework.sight import hidden_from, refs_seen
from casework.store import store_of
from states.acts import Move, Step
from states.editions import edition, editions
from states.facts import Actor
from states.people import roles_of
from states.refusals import Requirement

WORDS = "words"
"""The field of the form that takes the text."""


@dataclass(frozen=True)
class WaitingCase:
    """A case that waits for somebody's words. `in_the_way`: what else its move lacks, whoever endorses it."""

    ref: str
    number: str
    procedure: str
    edition: str
    state: str
    since: datetime
    step: str
    move: str
    in_the_way: tuple[Requirement, ...]


def waiting_for(session: Session, person: PersonView, at: datetime) -> list[WaitingCase]:
    """The cases that wait for this person's own words, longest first."""
    connection, actor = session.connection(), actor_of(person)
    ways = [
        (
            name,
            law.edition.isoformat(),
            {state.value for _, move in law.many_at_once for state in move.sources},
        )
        for (name, _), law in editions().items()
        if law.many_at_once
    ]
    if not ways:
        return []
    standing = or_(
        *(and_(CASES.c.procedure == name, CASES.c.edition == day, CASES.c.state.in_(states)) for name, day, states in ways)
    )  # fmt: skip
    wanted = select(CASES.c.id, CASES.c.ref, CASES.c.entered_at).where(
        CASES.c.office_id == person.office_id, CASES.c.closed_at.is_(None), standing
    )
    rows = connection.execute(wanted.order_by(CASES.c.entered_at, CASES.c.id)).all()
    hidden = hidden_from(connection, [row.id for row in rows], person)
    found = (_waiting(session, row.ref, row.entered_at, actor, at) for row in rows if row.id not in hidden)
    return [one for one in found if one is not None]


def _waiting(session: Session, ref: str, since: datetime, actor: Actor, at: datetime) -> WaitingCase | None:
    """The case, if this actor may endorse it as it stands."""
    view = case_view(session, ref, actor, at)
    moves = {move.name: move for move in view.moves}
    for step, move in edition(view.procedure, view.edition).many_at_once:
        if step.name in view.allowed_steps and move.name in moves:
            others = tuple(one for one in moves[move.name].requirements if step.name not in one.do)
            return WaitingCase(
                ref,
                view.number,
                view.procedure,
                view.edition,
                view.state,
                since,
                step.name,
                move.name,
                others,
            )
    return None


def known_rows(session: Session, rows: Sequence[Row], person: PersonView) -> None:
    """Raise BadEndorsements unless every row names a case that this person may see, of a kind that is endorsed."""
    connection = session.connection()
    refs = [row.ref for row in rows]
    seen = refs_seen(connection, refs, person)
    found = select(CASES.c.ref, CASES.c.procedure, CASES.c.edition).where(CASES.c.ref.in_(refs))
    endorsed = {
        row.ref for row in connection.execute(found) if edition(row.procedure, row.edition).many_at_once
    }
    faults = []
    for row in rows:
        if row.ref not in seen:
            faults.append(f"line {row.line}, column ref: no case has this reference")
        elif row.ref not in endorsed:
            faults.append(f"line {row.line}, column ref: a case of this kind is not endorsed")
    if faults:
        raise BadEndorsements(faults)


def endorse(session: Session, row: Row, actor: Actor, at: datetime) -> Fired | Refused:
    """Record the words for one case and move it on, both or neither. Raises BadInput for a case that is unknown or of another kind."""
    hand = fire.take_for(store_of(session), session, row.ref, actor)
    step, move = _way(hand, actor)
    said = fire.record(session, row.ref, step.name, actor, at, evidence={WORDS: row.words})
    return said if isinstance(said, Refused) else fire.fire(session, row.ref, move.name, actor, at)


def _way(hand: Hand, actor: Actor) -> tuple[Step[Any], Move]:
    """The step by which this actor endorses the case, and the move that it leads to: the first that nothing stands in the way of.

    Where something does, one that a role of theirs may record, so that they are told what it is. Raises BadInput where there is none.
    """
    ways = hand.procedure.many_at_once
    if not ways:
        raise BadInput("Cases of {procedure} are not endorsed.", procedure=hand.procedure.name)
    theirs = [
        way for way in ways if not actor.roles.isdisjoint(r.name for r in roles_of(way[0].by, hand.level))
    ]
    free = [way for way in theirs if not fire.requirements_of(hand.facts(), way[0], actor)]
    return (*free, *theirs, *ways)[0]
