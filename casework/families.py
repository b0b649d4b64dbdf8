"""Linked cases: what an act starts, how a sub-case's end is told to its parent, and what ends with its parent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

import models
from casework import fire, intake, visits
from casework.evidence import Evidence, read_evidence
from casework.hand import CASES, Hand, know_kin, take_by_id, with_child
from casework.outcome import Refused
from casework.store import store_refusal
from states.acts import Act, Ending, Step, Sub
from states.facts import Actor
from states.refusals import step_requirements

if TYPE_CHECKING:
    from casework.fire import Acting

PARTIES = models.table(models.Party)
BLIND = models.table(models.BlindIndex)


def start(acting: Acting, hand: Hand, act: Act, actor: Actor, happened: datetime) -> None:
    """Open the cases that an act starts, in the same transaction, received when the act happened."""
    for sub in act.starts:
        acting.opened.append(intake.open_sub(acting, hand, sub.kind, actor, happened).ref)
    if act.starts:
        know_kin(acting.session.connection(), hand)


def know_parties(acting: Acting, hand: Hand, step: Step[Any], evidence: Evidence) -> None:
    """Keep what evidence says of persons where the door looks for it: the handler, the parties, the planned visit."""
    if "handler" in evidence.persons:
        hand.handler_id = evidence.persons["handler"]
    for bar in hand.procedure.barred:
        if bar.named.step is step and bar.named.field in evidence.persons:
            intake.keep_respondent(acting, hand, evidence.persons[bar.named.field])
    for capacity, people in evidence.parties.items():
        intake.keep_parties(acting, hand, capacity, people)
    if hand.procedure.visit is not None and step is hand.procedure.visit[0]:
        visits.plan(acting, hand, getattr(evidence.form, "planned_at"))  # noqa: B009  the field's name is the procedure's promise


def lapse_children(acting: Acting, hand: Hand) -> None:
    """End the open sub-cases of a case that is over, where their procedure says how."""
    connection = acting.session.connection()
    if not hand.procedure.subs:
        return
    still_open = (
        select(CASES.c.id)
        .where(CASES.c.parent_id == hand.id, CASES.c.closed_at.is_(None))
        .order_by(CASES.c.id)
    )
    for case_id in connection.execute(still_open).scalars().all():
        child = take_by_id(acting.store, connection, case_id)
        child.parent = None  # the parent is in hand already, and over
        if child.procedure.lapse is not None:
            fire.apply(
                acting,
                child,
                child.procedure.lapse,
                Actor("sub", None, frozenset({"outcome"}), via=hand.id),
                acting.at,
                None,
            )
            fire.save(acting, child)


def tell_parent(acting: Acting, child: Hand, happened: datetime) -> None:
    """Record in the parent how a sub-case ended, and make the move that follows.

    An answer from an earlier round, or to a case that is over, changes nothing. If the parent's own move is refused the sub-case's move
    stands, and the refusal is stored.
    """
    visits.finish(acting, child)
    parent = child.parent
    if parent is None or parent.final or child.parent_round != parent.round:
        return
    with_child(parent, child)
    ending = _ending(parent.procedure.subs, child)
    if ending is None:
        return
    outcome = Actor("sub", None, frozenset({"outcome"}), via=child.id)
    if not any(step_requirements(parent.facts(), ending.records, outcome, from_sub=True)):
        told = {"outcome": child.state, "ref": child.ref, "at": happened.isoformat()}
        evidence = read_evidence(
            parent.procedure,
            ending.records,
            parent.office,
            told,
            received_at=parent.received_at,
            at=acting.at,
        )
        fire.apply(acting, parent, ending.records, outcome, happened, evidence)
    if ending.then and (ending.when is None or parent.facts().holds(ending.when)):
        move = parent.procedure.move_named[ending.then]
        missing = fire.requirements_of(parent.facts(), move, outcome)
        if missing:
            refused = Refused(
                parent.ref,
                parent.id,
                parent.procedure.name,
                parent.procedure.edition.isoformat(),
                "move",
                move.name,
                missing,
            )
            store_refusal(acting.session.connection(), refused, outcome, acting.at)
        else:
            fire.apply(acting, parent, move, outcome, happened, None)
            acting.followed.append(move.name)


def _ending(subs: Mapping[str, Sub], child: Hand) -> Ending | None:
    sub = subs.get(child.procedure.name)
    return next((e for e in sub.endings if e.state == child.state), None) if sub is not None else None


def link_cases(acting: Acting, hand: Hand, other_id: int, kind: str, person: int | None) -> None:
    """Link a case to another one it has to do with; both stay their own."""
    acting.session.connection().execute(
        insert(models.table(models.Link)),
        {"case_id": hand.id, "other_id": other_id, "kind": kind, "by_person": person, "at": acting.at},
    )
