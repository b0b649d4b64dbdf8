"""What a correction changes: the docket, the people of the case, the planned visit, the deadlines.

The new act keeps the place and the number of the one that it supersedes (`casework.replay`), so that a deadline counted from it stays
the same deadline. Sub-cases that the step started are not started again, and what it renewed is not renewed again; a sub-case that it starts only as it is
corrected is started now.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

import models
from casework import families, fire, intake, visits
from casework.arming import rearm
from casework.evidence import Evidence
from casework.fire import Acting
from casework.hand import CASES, Hand
from casework.keys import normal_form, open_sealed
from casework.ladder_rows import touches
from casework.ladder_store import keep_findings
from casework.numbers import keep_numbers
from casework.record import write_event
from casework.replay import Recorded
from casework.standing import respondents, speaks, superseded
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
    _keep_respondents(acting, hand)
    keep_numbers(connection, hand, change.evidence.form)
    if hand.procedure.ladder is not None and touches(hand.procedure.ladder, change.step):
        keep_findings(connection, hand)
    for capacity, people in change.evidence.parties.items():
        _keep_instead(acting, hand, capacity, people)
    _judge_again(connection, hand, before)
    families.start_besides(acting, hand, change.step, actor, change.old, change.evidence)
    for rung in rearm(connection, hand, before, acting.at):
        fire.note_broken(acting, hand, rung, late=True)
    fire.save(acting, hand)
    return seq


def _follow(acting: Acting, hand: Hand, change: Change) -> None:
    """What the last record of a step says elsewhere: who handles the case, how it came in, when the visit is."""
    if handler := change.evidence.persons.get("handler"):
        hand.handler_id = handler[0]
    if change.step is hand.procedure.intake and "channel" in change.evidence.clear:
        acting.session.connection().execute(
            update(CASES).where(CASES.c.id == hand.id).values(channel=change.evidence.clear["channel"])
        )
    visit = hand.procedure.visit
    if (
        visit is not None
        and change.step is visit[0]
        and change.mended.shown.get("planned_at") != change.evidence.clear.get("planned_at")
    ):
        visits.plan(acting, hand, getattr(change.evidence.form, "planned_at"))  # noqa: B009  the field's name is the procedure's promise


def _keep_respondents(acting: Acting, hand: Hand) -> None:
    """Whom the records do not name any more is no respondent, and may know of the case again."""
    connection = acting.session.connection()
    mine = (PARTIES.c.case_id == hand.id, PARTIES.c.kind == "respondent", PARTIES.c.person_id.is_not(None))
    named = respondents(hand.procedure, hand.acts)
    if (
        named
        != connection.execute(select(PARTIES.c.person_id).where(*mine).order_by(PARTIES.c.no)).scalars().all()
    ):
        connection.execute(delete(PARTIES).where(*mine))
        for person in named:
            intake.keep_respondent(acting, hand, person)


def _keep_instead(acting: Acting, hand: Hand, capacity: str, people: tuple[Complainant, ...]) -> None:
    """Put these people in the place of those the record named before, and find them again by their names and telephones only."""
    connection = acting.session.connection()
    connection.execute(
        delete(PARTIES).where(
            PARTIES.c.case_id == hand.id, PARTIES.c.kind == capacity, PARTIES.c.person_id.is_(None)
        )
    )
    connection.execute(delete(BLIND).where(BLIND.c.case_id == hand.id))
    others = select(PARTIES.c.kind, PARTIES.c.no, PARTIES.c.identity_sealed).where(
        PARTIES.c.case_id == hand.id, PARTIES.c.identity_sealed.is_not(None)
    )
    for row in connection.execute(others).all():
        known = Complainant.model_validate_json(
            open_sealed(hand.key, row.identity_sealed, f"{hand.ref}:party:{row.kind}:{row.no}".encode())
        )
        for kind, value in (("name", known.name), ("phone", known.phone)):
            if normal_form(kind, value):
                connection.execute(
                    insert(BLIND),
                    {"case_id": hand.id, "kind": kind, "digest": acting.store.keys.blind(kind, value)},
                )
    intake.keep_parties(acting, hand, capacity, people)


def _judge_again(connection: Connection, hand: Hand, before: Facts) -> None:
    """Move the moment at which duties were done, where the correction moved it.

    No rung fires by it: one that was due before the record was written down has fired already, and stays so until the manager has
    confirmed it; the others were due after the record, and no act happened later than that.
    """
    after = hand.facts()
    for deadline in hand.procedure.deadlines:
        gate = gate_of(deadline.until) if deadline.until is not None else ()
        was, now = (
            min((a.happened_at for s in gate for a in facts.counted(s.name)), default=None)
            for facts in (before, after)
        )
        if was is not None and now is not None and was != now:
            mine = (
                DEADLINES.c.case_id == hand.id,
                DEADLINES.c.kind == deadline.name,
                DEADLINES.c.kept_at == was,
            )
            connection.execute(update(DEADLINES).where(*mine).values(kept_at=now))
