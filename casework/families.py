"""Linked cases: what an act starts, how a sub-case's end is told to its parent, and what ends with its parent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

import models
from casework import fire, intake, visits
from casework.closing import store_refusal
from casework.evidence import Evidence, read_evidence
from casework.hand import CASES, Hand, know_kin, take_by_id, with_child
from casework.numbers import keep_numbers
from casework.outcome import Refused
from casework.said import said_in
from states.acts import Act, Ending, Step, Sub, gate_of
from states.facts import Actor, DoneAct
from states.refusals import Requirement, step_requirements

if TYPE_CHECKING:
    from casework.fire import Acting

PARTIES = models.table(models.Party)
BLIND = models.table(models.BlindIndex)


def start(
    acting: Acting, hand: Hand, act: Act, actor: Actor, happened: datetime, evidence: Evidence | None
) -> None:
    """Open the cases that an act starts, in the same transaction, received when the act happened.

    It begins with what the record says that starts it, or, where one is started for each record of a step, with what that record says.
    """
    raised = evidence.raised if evidence is not None else ()
    _open(acting, hand, hand.procedure.started_by(act, raised), actor, happened, evidence)


def start_besides(
    acting: Acting, hand: Hand, step: Step[Any], actor: Actor, old: DoneAct, new: Evidence
) -> None:
    """Open the cases that a record starts as it is corrected, and did not start as it was: now, since only now it is known."""
    was = hand.procedure.started_by(step, old.raised)
    more = [sub for sub in hand.procedure.started_by(step, new.raised) if sub not in was]
    _open(acting, hand, more, actor, acting.at, new)


def _open(
    acting: Acting,
    hand: Hand,
    subs: Iterable[Sub],
    actor: Actor,
    happened: datetime,
    evidence: Evidence | None,
) -> None:
    opened = len(acting.opened)
    for sub in subs:
        said: list[Mapping[str, object] | None] = [
            None if evidence is None else {**evidence.clear, **evidence.sealed}
        ]
        if sub.each is not None:
            records = tuple(hand.facts().counted(sub.each.name))
            said = [said_in(acting.session.connection(), hand, record) for record in records]
        for one in said:
            acting.opened.append(intake.open_sub(acting, hand, sub.kind, actor, happened, said=one).ref)
    if len(acting.opened) > opened:
        know_kin(acting.session.connection(), hand)


def know_parties(acting: Acting, hand: Hand, step: Step[Any], evidence: Evidence) -> None:
    """Keep what evidence says where the door looks for it: the handler, the parties, the planned visit, numbers of one case only."""
    keep_numbers(acting.session.connection(), hand, evidence.form)
    if handler := evidence.persons.get("handler"):
        hand.handler_id = handler[0]
    for bar in hand.procedure.barred:
        if bar.named.step is step:
            for person in evidence.persons.get(bar.named.field, ()):
                intake.keep_respondent(acting, hand, person)
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

    An answer from an earlier round, where it concerned that round alone, or to a case that is over, changes nothing. If the parent's own move is refused the sub-case's move
    stands, and the refusal is stored.
    """
    visits.finish(acting, child)
    parent = child.parent
    if parent is None or parent.final:
        return
    if child.parent_round != parent.round and child.procedure.name not in parent.procedure.lasting_subs:
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


def outdated(hand: Hand, act: Act) -> Iterator[Requirement]:
    """Yield what forbids to go on with a case that a record of an earlier round began: it is decided anew, and this one taken back.

    What the first round ordered is neither carried out when a review finds otherwise, nor a second time when it finds the same.
    """
    parent, law = hand.parent, hand.procedure
    sub = parent.procedure.subs.get(law.name) if parent is not None else None
    if parent is None or sub is None or sub.each is None or parent.round == hand.parent_round:
        return
    back = [move for move in law.moves if move.dest in law.aside]
    if act not in back and not any(act in gate_of(need) for move in back for need in move.needs):
        yield Requirement(
            "condition",
            "What ordered it is reviewed: it is not carried out, and whoever ordered it takes it back.",
            act.clause,
        )


def _ending(subs: Mapping[str, Sub], child: Hand) -> Ending | None:
    sub = subs.get(child.procedure.name)
    return next((e for e in sub.endings if e.state == child.state), None) if sub is not None else None
