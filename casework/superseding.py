"""What a correction changes: the docket, the people of the case, the planned visit, the deadlines.

The new act keeps the place and the number of the one that it supersedes (`casework.replay`), so that a deadline counted from it stays
the same deadline. Sub-cases that the step started are not started again, and what it renewed is not renewed again.
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

import models
from casework import fire, intake, visits
from casework.arming import Broken, rearm
from casework.evidence import Evidence
from casework.fire import Acting
from casework.hand import CASES, Hand
from casework.keys import normal_form, open_sealed
from casework.record import write_event
from casework.replay import Recorded, speaks, superseded
from states.acts import Step, gate_of
from states.facts import Actor, DoneAct, Facts
from states.forms import Complainant

REASON = "reason for the correction"
"""Under which name the reason is sealed with the evidence."""
DEADLINES = models.table(models.Deadline)
PARTIES = models.table(models.Party)
BLIND = models.table(models.BlindIndex)


@dataclass(frozen=True)
class Change:
    """One record and what takes its place. `mended` is the event corrected, `old` and `new` its act before and after."""

    step: Step[Any]
    mended: Recorded
    old: DoneAct
    new: DoneAct
    evidence: Evidence
    reason: str


def supersede(acting: Acting, hand: Hand, change: Change, actor: Actor, *, command_id: str | None) -> int:
    """Write the event and everything that follows from it, and save the case. Returns the event's sequence."""
    before, connection = hand.facts(), acting.session.connection()
    hand.version += 1
    seq = write_event(
        acting.store, connection, hand, "corrected", change.step.name, actor, from_state=hand.state, happened_at=change.new.happened_at,
        recorded_at=acting.at, clear={**change.evidence.clear, "corrects": change.mended.seq}, sealed={**change.evidence.sealed, REASON: change.reason},
        command_id=command_id,
    )  # fmt: skip
    hand.acts = superseded(hand.acts, change.old, change.new)
    if speaks(hand.acts, change.new):
        _follow(acting, hand, change)
    for capacity, people in change.evidence.parties.items():
        _keep_instead(acting, hand, capacity, people)
    for rung in (*_judge_again(connection, hand, before, acting), *rearm(connection, hand, before, acting.at)):
        fire.note_broken(acting, hand, rung, late=True)
    fire.save(acting, hand)
    return seq


def _follow(acting: Acting, hand: Hand, change: Change) -> None:
    """What the last record of a step says elsewhere: who handles the case, how it came in, when the visit is."""
    if "handler" in change.evidence.persons:
        hand.handler_id = change.evidence.persons["handler"]
    if change.step is hand.procedure.intake and "channel" in change.evidence.clear:
        acting.session.connection().execute(update(CASES).where(CASES.c.id == hand.id).values(channel=change.evidence.clear["channel"]))
    visit = hand.procedure.visit
    if visit is not None and change.step is visit[0] and change.mended.shown.get("planned_at") != change.evidence.clear.get("planned_at"):
        visits.plan(acting, hand, getattr(change.evidence.form, "planned_at"))  # noqa: B009  the field's name is the procedure's promise


def _keep_instead(acting: Acting, hand: Hand, capacity: str, people: tuple[Complainant, ...]) -> None:
    """Put these people in the place of those the record named before, and find them again by their names and telephones only."""
    connection = acting.session.connection()
    connection.execute(delete(PARTIES).where(PARTIES.c.case_id == hand.id, PARTIES.c.kind == capacity, PARTIES.c.person_id.is_(None)))
    connection.execute(delete(BLIND).where(BLIND.c.case_id == hand.id))
    others = select(PARTIES.c.kind, PARTIES.c.no, PARTIES.c.identity_sealed).where(PARTIES.c.case_id == hand.id, PARTIES.c.identity_sealed.is_not(None))
    for row in connection.execute(others).all():
        known = Complainant.model_validate_json(open_sealed(hand.key, row.identity_sealed, f"{hand.ref}:party:{row.kind}:{row.no}".encode()))
        for kind, value in (("name", known.name), ("phone", known.phone)):
            if normal_form(kind, value):
                connection.execute(insert(BLIND), {"case_id": hand.id, "kind": kind, "digest": acting.store.keys.blind(kind, value)})
    intake.keep_parties(acting, hand, capacity, people)


def _judge_again(connection: Connection, hand: Hand, before: Facts, acting: Acting) -> list[Broken]:
    """Move the moment at which duties were done, where the correction moved it. Returns the rungs that were broken after all.

    A rung that fired because the record came late stays fired until the manager has confirmed it.
    """
    after = hand.facts()
    broken: list[Broken] = []
    for deadline in hand.procedure.deadlines:
        gate = gate_of(deadline.until) if deadline.until is not None else ()
        was, now = (min((a.happened_at for s in gate for a in facts.counted(s.name)), default=None) for facts in (before, after))
        if was is None or now is None or was == now:
            continue
        mine = (DEADLINES.c.case_id == hand.id, DEADLINES.c.kind == deadline.name)
        passed = update(DEADLINES).where(*mine, DEADLINES.c.kept_at == was, DEADLINES.c.status == "kept", DEADLINES.c.due_at < now)
        columns = (DEADLINES.c.id, DEADLINES.c.kind, DEADLINES.c.rung, DEADLINES.c.due_at, DEADLINES.c.breach, DEADLINES.c.tells, DEADLINES.c.clause)
        rows = connection.execute(passed.values(status="fired", fired_at=acting.at, late=True).returning(*columns)).all()
        broken += [Broken(row.id, row.kind, row.rung, row.due_at, row.breach, tuple(json.loads(row.tells)), row.clause) for row in rows]
        connection.execute(update(DEADLINES).where(*mine, DEADLINES.c.kept_at == was).values(kept_at=now))
    return broken
