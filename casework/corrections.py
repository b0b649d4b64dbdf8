"""A mistyped record is mended by one that supersedes it, with a reason; nothing is ever changed (X2).

The case does not move. A correction is refused where an act since then rested on the record and would not have been allowed with the
corrected one, and where it would move the moment from which a deadline is counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlmodel import Session

from casework import fire, rested, superseding
from casework.commands import remember, remembered, request_digest
from casework.consents import spent
from casework.docket import micros
from casework.errors import BadInput
from casework.evidence import Evidence, read_evidence
from casework.hand import Hand
from casework.instruments import naming
from casework.intake import PARTIES, RECEIPT
from casework.ladder_door import weigh
from casework.ladder_rows import noted
from casework.outcome import Fired, Refused
from casework.readings import seen
from casework.receipt_codes import RECEIPTS
from casework.record import EVENTS
from casework.refs import read_ref
from casework.replay import Recorded
from casework.sight import admit, admit_named
from casework.standing import superseded
from casework.store import store_of
from casework.times import not_before, within_reach
from states.acts import Step
from states.deadlines import Running, anchor_of, duty_done_at, running
from states.facts import Actor, DoneAct, Facts
from states.procedure import Procedure
from states.refusals import Requirement, named_requirements, step_requirements

_COLUMNS = [
    EVENTS.c[n] for n in ("seq", "kind", "name", "from_state", "to_state", "actor_kind", "actor_id", "round", "happened_at", "recorded_at", "clear")
]  # fmt: skip
_KINDS = ("opened", "recorded", "moved", "corrected")


def correct(
    session: Session,
    ref: str,
    seq: int,
    actor: Actor,
    at: datetime,
    *,
    evidence: Mapping[str, object],
    reason: str,
    happened_at: datetime | None = None,
    expected_version: int | None = None,
    command_id: str | None = None,
) -> Fired | Refused:
    """Supersede the record that event `seq` of a case made by one with this evidence, or say everything that stands in the way.

    The evidence is given whole; `happened_at` only if the time was wrong too. Raises BadInput for an unknown case, an event that is no
    record or was corrected before, evidence that does not validate, an impossible time or a missing reason; Stale as `casework.fire`.
    """
    store, connection = store_of(session), session.connection()
    if happened_at is not None and happened_at.tzinfo is None:
        raise BadInput(
            "The time {time} has no time zone.",
            hint="Write it like 2026-03-01T09:30+08:00.",
            time=happened_at.isoformat(),
        )
    asked = {
        "kind": "correct",
        "ref": read_ref(ref),
        "seq": seq,
        "given": evidence,
        "at": happened_at and micros(happened_at),
        "why": reason,
    }
    admit(store, connection, ref, actor)
    request = request_digest(store, asked) if command_id is not None else ""
    if (before := remembered(session, actor, command_id, request)) is not None:
        return Fired.from_json(before)
    hand = fire.take_admitted(store, session, ref, actor)
    if (before := remembered(session, actor, command_id, request)) is not None:
        return Fired.from_json(before)
    if actor.person is not None:
        seen(session, ref, actor)
    fire.same_version(hand, expected_version)
    if len(reason.strip()) < 2:  # noqa: PLR2004  one character is no reason
        raise BadInput("A correction needs a reason.", hint="Add --reason.")
    wanted = (
        select(*_COLUMNS).where(EVENTS.c.case_id == hand.id, EVENTS.c.kind.in_(_KINDS)).order_by(EVENTS.c.seq)
    )
    events = connection.execute(wanted).all()
    mended = _record_of(hand, events, seq)
    step = hand.procedure.step_named[mended.name]
    root = _root(events, mended)
    happened = _when(hand, mended, root, at, happened_at)
    checked = read_evidence(
        hand.procedure,
        step,
        hand.office,
        evidence,
        received_at=hand.received_at,
        at=at,
        begun=not_before(hand, step),
    )
    admit_named(store, connection, checked.form, actor)
    old = next((a for a in hand.facts().counted(step.name) if a.seq == root.seq), None)
    new = DoneAct(root.seq, step.name, actor.person, root.round, micros(happened), checked.raised)
    missing = tuple(
        dict.fromkeys(
            (
                *_kept_by_others(connection, hand, mended, old, actor),
                *_given_up(connection, hand, step, checked, actor),
                *naming(connection, hand, step, checked),
                *_requirements(
                    hand, old, new, actor, fire.named_by(checked), [Recorded.of(e) for e in events]
                ),
            )
        )
    )
    place = noted(Recorded.of(mended).shown).get("decided_no")
    weighed = weigh(connection, hand, step, checked, happened, beside=missing, decided_no=place)
    missing, checked = (*missing, *weighed.requirements), weighed.beside(checked)
    if old is None or missing:
        return fire.refuse(session, fire.refusal_of(hand, "correct", step.name, missing), actor, at)
    change = superseding.Change(step, Recorded.of(mended), old, new, checked, reason.strip())
    number = superseding.supersede(
        fire.Acting(store, session, max(at, happened)), hand, change, actor, command_id=command_id
    )
    done = Fired(hand.ref, step.name, number, hand.state, hand.version, hand.round, hand.level)
    remember(session, actor, command_id, request, done.as_json(), at)
    return done


def _record_of(hand: Hand, events: Sequence[Row[Any]], seq: int) -> Row[Any]:
    """The event to be corrected. Raises BadInput if it is no record, or another one stands for it already."""
    found = next((e for e in events if e.seq == seq and e.kind in {"recorded", "corrected"}), None)
    if found is None:
        raise BadInput(
            "The case {ref} has no record number {seq}.",
            hint="`duecourse show` numbers the events; a move is not corrected.",
            ref=hand.ref,
            seq=seq,
        )
    later = next(
        (e.seq for e in events if e.kind == "corrected" and Recorded.of(e).shown.get("corrects") == seq), None
    )
    if later is not None:
        raise BadInput(
            "The record {seq} was corrected before.",
            hint="Correct number {later}, which stands in its place.",
            seq=seq,
            later=later,
        )
    return found


def _root(events: Sequence[Row[Any]], event: Row[Any]) -> Row[Any]:
    """The first record in a chain of corrections, under whose number the docket keeps the act."""
    known = {e.seq: e for e in events}
    while event.kind == "corrected":
        event = known[Recorded.of(event).shown["corrects"]]
    return event


def _when(hand: Hand, mended: Row[Any], root: Row[Any], at: datetime, given: datetime | None) -> datetime:
    """When the act happened: as it was recorded, or as it is corrected.

    Raises BadInput for a time before what it rests on, after it was first recorded or after what rests on it, or too far back.
    """
    if given is None:
        happened: datetime = mended.happened_at
        return happened
    said, hint = given.isoformat(), "Give the time when it really happened."
    begun, latest = (
        not_before(hand, hand.procedure.step_named[mended.name]),
        rested.not_after(hand, mended.name, root),
    )
    if given < begun:
        raise BadInput(
            "The time {time} lies before what it rests on, at {begun}.",
            hint=hint,
            time=said,
            begun=begun.isoformat(),
        )
    if given > latest:
        raise BadInput(
            "The time {time} lies after it was recorded or after what rests on it, at {latest}.",
            hint=hint,
            time=said,
            latest=latest.isoformat(),
        )
    within_reach(hand.office, at, root.recorded_at - given)
    return given


def _requirements(
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


def _kept_by_others(
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


def _given_up(
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
