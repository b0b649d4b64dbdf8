"""What stands in the way of a correction: what others signed, decided or said since, clocks it would stop, people it would take off."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from casework import rested
from casework.consents import spent
from casework.evidence import Evidence
from casework.hand import Hand
from casework.intake import PARTIES, RECEIPT
from casework.receipt_codes import RECEIPTS
from casework.replay import Recorded
from casework.standing import superseded
from states.acts import Step
from states.deadlines import Running, anchor_of, duty_done_at, running
from states.facts import Actor, DoneAct, Facts
from states.procedure import Procedure
from states.refusals import Requirement, named_requirements, step_requirements


def in_the_way(
    hand: Hand, old: DoneAct | None, new: DoneAct, actor: Actor, named: Mapping[str, frozenset[int]], events: Sequence[Recorded],
) -> Iterator[Requirement]:  # fmt: skip
    """Everything that stands in the way of a correction; `named`: the persons whom it names, by field."""
    facts, step = hand.facts(), hand.procedure.step_named[new.name]
    if hand.final:
        yield Requirement("state", "The case is over: its record is corrected no more.", step.clause)
    if old is None:
        yield Requirement("again", "This record counts no longer: there is nothing to correct.", step.clause)
    if actor.person is None:
        yield Requirement("person", "Only a person corrects a record.", step.clause)
    # What a step needed when it was recorded is asked of the acts since; who may record it is asked now.
    yield from (
        r
        for r in step_requirements(facts, step, actor)
        if r.kind in {"role", "person"} or (r.kind == "sub" and not r.do)
    )
    yield from named_requirements(facts, step, named, actor)
    if old is None:
        return
    yield from _settled(facts, step, old)
    after = replace(facts, acts=tuple(superseded(facts.acts, old, new)))
    yield from _stopped(hand.procedure, facts, after)
    yield from _taken_off(step, old, new, hand.procedure, actor)
    for deadline in hand.procedure.deadlines:
        was, now = anchor_of(deadline, facts), anchor_of(deadline, after)
        if was is not None and now is not None and was != now and (now[0] == was[0] or now[1] > was[1]):
            yield Requirement(
                "condition",
                "No correction moves the moment from which a deadline is counted.",
                deadline.clause,
            )
    yield from rested.rested_on(hand, events, new)


def _settled(facts: Facts, step: Step[Any], old: DoneAct) -> Iterator[Requirement]:
    """What somebody has signed, decided or received since is as it was then."""
    for name in step.settled_by:
        if any(act.seq > old.seq for act in facts.counted(name)):
            yield Requirement(
                "condition",
                "{step} was done since and relied on it: it is corrected no more.",
                step.clause,
                (("step", name),),
            )
    for other in step.renews:
        if any(act.seq > old.seq for act in facts.counted(other.name)):
            yield Requirement(
                "condition",
                "{step} was recorded since and rests on it: record it anew instead of correcting it.",
                step.clause,
                (("step", other.name),),
            )


def kept_by_others(
    connection: Connection, hand: Hand, mended: Row[Any], old: DoneAct | None, actor: Actor
) -> Iterator[Requirement]:
    """What the complainant said is theirs (B8), and a consent that was used is one that was given (B10)."""
    clause = hand.procedure.step_named[mended.name].clause
    if mended.actor_kind == "complainant" and actor.kind != "complainant":
        yield Requirement("person", "What the complainant said is corrected by nobody else.", clause)
    if old is not None and spent(connection, hand, old):
        yield Requirement(
            "condition", "Somebody has read with this consent: it is corrected no more.", clause
        )


def given_up(
    connection: Connection, hand: Hand, step: Step[Any], checked: Evidence, actor: Actor
) -> Iterator[Requirement]:
    """No correction of the intake of a secret case makes a receipt code or takes one away, or makes nobody of who complains (B7b, B8)."""
    if step is not hand.procedure.intake or hand.procedure.secrecy is None:
        return
    codes = select(func.count()).select_from(RECEIPTS).where(RECEIPTS.c.case_id == hand.id)
    if bool(getattr(checked.form, RECEIPT, False)) is not bool(connection.execute(codes).scalar_one()):
        yield Requirement(
            "condition", "A receipt code is given when a complaint is registered, and kept.", step.clause
        )
    heads = _heads(hand.procedure)
    for capacity, people in checked.parties.items():
        known = select(func.count()).where(
            PARTIES.c.case_id == hand.id, PARTIES.c.kind == capacity, PARTIES.c.person_id.is_(None)
        )
        if len(people) < connection.execute(known).scalar_one() and actor.roles.isdisjoint(heads):
            yield Requirement(
                "role",
                "Only {roles} may take off somebody who takes part.",
                step.clause,
                (("roles", ",".join(heads)),),
                heads,
            )


def _heads(procedure: Procedure) -> tuple[str, ...]:
    """Who leads the office, and who stands above it."""
    return (procedure.manager.name, *(r.name for r in procedure.roles() if r.outside))


def _stopped(procedure: Procedure, before: Facts, after: Facts) -> Iterator[Requirement]:
    """A correction is no way to lower a call: a clock whose duty is open runs on, unless one as strict takes its place."""
    was = {(r.deadline.name, r.entry): r for r in running(procedure, before)}
    runs = {(r.deadline.name, r.entry): r for r in running(procedure, after)}
    limits = [limit for key in runs.keys() - was.keys() if (limit := _limit(runs[key])) is not None]
    for key in sorted(was.keys() - runs.keys()):
        deadline, limit = was[key].deadline, _limit(was[key])
        replaced = limit is None or any(other <= limit for other in limits)
        if not replaced and duty_done_at(deadline, after) is None:
            yield Requirement(
                "condition", "No correction stops a clock whose duty is still open.", deadline.clause
            )


def _limit(run: Running) -> datetime | None:
    """The first moment at which the clock counts as broken, by the edition's own numbers; None if it only reminds."""
    return min((run.anchor + rung.after for rung in run.deadline.ladder if rung.breach), default=None)


def _taken_off(
    step: Step[Any], old: DoneAct, new: DoneAct, procedure: Procedure, actor: Actor
) -> Iterator[Requirement]:
    """Whom a case is about is taken off it by the head of the office or above, not by a colleague at the desk."""
    heads = _heads(procedure)
    outside = tuple(name for name in heads if name != procedure.manager.name)
    for flag in procedure.secrecy.upward if procedure.secrecy is not None else ():
        if flag.key in set(old.raised) - set(new.raised) and actor.roles.isdisjoint(outside):
            yield Requirement(
                "role",
                "Only {roles} may take back that it is for those above.",
                step.clause,
                (("roles", ",".join(outside)),),
                outside,
            )
    for bar in procedure.barred:
        mark = f"{bar.named.step.name}.{bar.named.field}@"
        gone = {a for a in old.raised if a.startswith(mark)} - set(new.raised)
        if bar.named.step is step and gone and actor.roles.isdisjoint(heads):
            yield Requirement(
                "role",
                "Only {roles} may take off whom the case is about.",
                bar.clause,
                (("roles", ",".join(heads)),),
                heads,
            )
