"""The usual way, for comparison: an ORM session, a machine for each loaded row, the unit of work writing what changed.

It does what the raw limit does and asks only whether the move starts from the present state: no requirement, person rule or hash.
"""

import json
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Engine
from sqlmodel import Session, col, select
from transitions import Machine

import models
from bench.offices import CLERK, MOVED_AT
from models.engine import for_writing
from states.editions import edition


class Carrier:
    """What a machine can be bound to: a SQLModel row cannot."""

    state: str
    begin: Callable[[], bool]  # added by the machine


def plain_mover(engine: Engine) -> Callable[[str], None]:
    """Return what moves one case by its reference."""
    procedure = edition("property.complaint", "2026-01-01")
    names = [s.value for s in procedure.states]
    moves = [
        {"trigger": m.name, "source": s.value, "dest": m.dest.value}
        for m in procedure.moves
        for s in m.sources
    ]
    writer = for_writing(engine)

    def move(ref: str) -> None:
        with Session(writer) as session, session.begin():
            case = session.exec(select(models.Case).where(models.Case.ref == ref)).one()
            carrier = Carrier()
            Machine(
                model=carrier, states=names, transitions=moves, initial=case.state, auto_transitions=False
            )
            if not carrier.begin():
                raise TypeError("the machine refused")
            case.version += 1
            case.head_seq += 1
            case.entry, case.entered_at = case.head_seq, MOVED_AT
            case.docket = json.dumps([*json.loads(case.docket), [case.head_seq, "begin", 1, 0, 0, [], 1]])
            session.add(
                models.Event(
                    case_id=case.id, seq=case.head_seq, kind="moved", name="begin", from_state="received", to_state="handling", actor_kind="person",
                    actor_id=CLERK.person, roles="staff", round=0, happened_at=MOVED_AT, recorded_at=MOVED_AT, clear="{}", prev_hash=case.head_hash, hash=bytes(32),
                )
            )  # fmt: skip
            running = select(models.Deadline).where(
                models.Deadline.case_id == case.id, col(models.Deadline.kind) == "opinion_due"
            )
            for old in session.exec(running):
                old.status, old.kept_at = "kept", MOVED_AT
            for rung, days in enumerate((2, 3, 6)):
                session.add(
                    models.Deadline(
                        case_id=case.id, kind="handling_due", rung=rung, entry=case.head_seq, due_at=MOVED_AT + timedelta(days=days), anchor_at=MOVED_AT,
                        clock="working days", breach=rung > 0, tells='["manager"]', clause="P6b", source="default", seconds=172800,
                    )
                )  # fmt: skip
            session.add(
                models.Outbox(
                    office_id=1,
                    case_id=case.id,
                    kind="event",
                    payload="{}",
                    created_at=MOVED_AT,
                    not_before=MOVED_AT,
                )
            )

    return move
