"""Taking back a planned visit: its run goes, the follow-up stays and its clock runs on (P6b).

A visit is moved by recording the step that planned it again; this is for when no new time is agreed yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from casework import fire, outbox
from casework.errors import BadInput
from casework.outcome import Refused
from casework.record import write_event
from casework.store import store_of
from casework.visits import VISITS

if TYPE_CHECKING:
    from sqlmodel import Session

    from states.facts import Actor

COMING = VISITS.c.status.in_(("planned", "submitted"))


@dataclass(frozen=True)
class VisitCancelled:
    """A visit that was taken back; `seq` is its event."""

    ref: str
    seq: int
    planned_at: datetime


def cancel_visit(
    session: Session, ref: str, actor: Actor, at: datetime, *, reason: str
) -> VisitCancelled | Refused:
    """Take back the visit planned for a follow-up. Whoever may agree on a time may do so; the reason is sealed with the event.

    Raises BadInput for an unknown case, one that plans no visits or has none coming, and a missing reason.
    """
    store, connection = store_of(session), session.connection()
    hand = fire.take_for(store, session, ref, actor)
    if hand.procedure.visit is None:
        raise BadInput(
            "{procedure} plans no visits.",
            hint="`duecourse visit list` shows those that are planned.",
            procedure=hand.procedure.name,
        )
    if len(reason.strip()) < 2:  # noqa: PLR2004  one character is no reason
        raise BadInput("A visit is cancelled with a reason.", hint="Add --reason.")
    coming = select(VISITS.c.planned_at).where(VISITS.c.case_id == hand.id, COMING)
    planned_at = connection.execute(coming).scalar()
    if planned_at is None:
        raise BadInput(
            "No visit is planned for {ref}.",
            hint="`duecourse visit list` shows those that are planned.",
            ref=hand.ref,
        )
    step = hand.procedure.visit[0]
    missing = fire.requirements_of(hand.facts(), step, actor)
    if missing:
        refused = Refused(
            hand.ref,
            hand.id,
            hand.procedure.name,
            hand.procedure.edition.isoformat(),
            "visit",
            step.name,
            missing,
        )
        return fire.refuse(session, refused, actor, at)
    acting = fire.Acting(store, session, at)
    connection.execute(
        update(VISITS)
        .where(VISITS.c.case_id == hand.id, COMING)
        .values(status="cancelled", reason="cancelled")
    )
    seq = write_event(
        store, connection, hand, "visit cancelled", step.name, actor, from_state=hand.state, happened_at=at, recorded_at=at,
        clear={"planned_at": planned_at.isoformat()}, sealed={"reason": reason.strip()},
    )  # fmt: skip
    outbox.tell_visit(acting, hand, -1)
    fire.save(acting, hand)
    return VisitCancelled(hand.ref, seq, planned_at)
