"""A mistyped record is mended by one that supersedes it, with a reason; nothing is ever changed (X2).

The case does not move. A correction is refused where an act since then rested on the record and would not have been allowed with the
corrected one, and where it would move the moment from which a deadline is counted.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from casework import correctable, fire, rested, superseding
from casework.commands import remember, remembered, request_digest
from casework.docket import micros
from casework.errors import BadInput
from casework.evidence import read_evidence
from casework.hand import Hand
from casework.instruments import naming
from casework.ladder_door import weigh
from casework.ladder_rows import noted
from casework.listed import lookup
from casework.outcome import Fired, Refused
from casework.readings import seen
from casework.record import EVENTS
from casework.refs import read_ref
from casework.replay import Recorded
from casework.sight import admit, admit_named
from casework.store import store_of
from casework.times import not_before, within_reach
from states.facts import Actor, DoneAct

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
        listed=lookup(store, connection, hand.office, hand.office.calendar.local_day(at)),
    )
    admit_named(store, connection, checked.form, actor)
    old = next((a for a in hand.facts().counted(step.name) if a.seq == root.seq), None)
    new = DoneAct(root.seq, step.name, actor.person, root.round, micros(happened), checked.raised)
    missing = tuple(
        dict.fromkeys(
            (
                *correctable.kept_by_others(connection, hand, mended, old, actor),
                *correctable.given_up(connection, hand, step, checked, actor),
                *naming(connection, hand, step, checked),
                *correctable.in_the_way(
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
