"""Which acts rested on a record: they would not have been allowed had it been as it is now corrected.

The case is replayed twice, as it was and as it would have been, and asked before each later act what stood in its way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from casework import fire
from casework.errors import Broken
from casework.hand import Hand
from casework.replay import Impossible, Recorded, Replay
from states.acts import Act, Move, cond_of, gate_of
from states.facts import Actor, DoneAct, Facts
from states.procedure import needs_of
from states.refusals import Requirement

_NOBODY = Actor("clock", None, frozenset())


def rested_on(hand: Hand, events: Sequence[Recorded], new: DoneAct) -> Iterator[Requirement]:
    """Yield what would have stood in the way of each later act, with `new` in the place of the record of the same number.

    Moves of every round are asked, and records that still count. Raises Broken if the events do not replay.
    """
    try:
        yield from _differences(hand, events, new)
    except Impossible as error:
        raise Broken("The events of {ref} contradict the law of its edition.", ref=hand.ref) from error


def rests_on(act: Act) -> set[str]:
    """Names of the steps that meet an act's needs or that its conditions look at."""
    conds = [only.when for only in act.only] + [
        c for need in needs_of(act) if (c := cond_of(need)) is not None
    ]
    looked_at = {step.name for cond in conds for leaf in cond.leaves() for step in leaf.steps()}
    return looked_at | {step.name for need in needs_of(act) for step in gate_of(need)}


def not_after(hand: Hand, step: str, record: Row[Any]) -> datetime:
    """The latest moment at which a record can have happened: when it was written down, and before every later act that rests on it."""
    known = {act.name: act for act in hand.procedure.acts}
    later = (
        a.happened_at
        for a in hand.acts
        if a.seq > record.seq and a.name in known and step in rests_on(known[a.name])
    )
    written: datetime = record.recorded_at
    return min((written, *later))


def _differences(hand: Hand, events: Sequence[Recorded], new: DoneAct) -> Iterator[Requirement]:
    was, would_be = Replay(hand.procedure, hand.office), Replay(hand.procedure, hand.office)
    facts = hand.facts()
    for event in _as_corrected(events):
        act: Act | None = None
        if event.seq > new.seq and event.kind == "moved":
            act = hand.procedure.move_named[event.name]
        elif (
            event.seq > new.seq
            and event.kind == "recorded"
            and any(a.seq == event.seq for a in facts.counted(event.name))
        ):
            act = hand.procedure.step_named[event.name]
        if act is not None:
            stood, stands = (_in_the_way(replay.facts(hand.kin), act) for replay in (was, would_be))
            fresh = [r for r in stands if r not in stood]
            if fresh:
                yield _told(act, fresh[0].clause)
            yield from fresh
        was.follow(event)
        would_be.follow(event)
        if event.seq == new.seq:
            would_be.acts[-1] = new


def _as_corrected(events: Sequence[Recorded]) -> Iterator[Recorded]:
    """The events with every record as it stands corrected by now, and the corrections themselves left out."""
    roots: dict[int, int] = {}
    last: dict[int, Recorded] = {}
    for event in events:
        if event.kind == "corrected":
            corrected = event.shown["corrects"]
            assert isinstance(corrected, int)  # noqa: S101  the door wrote it
            roots[event.seq] = roots.get(corrected, corrected)
            last[roots[event.seq]] = event
    for event in events:
        mended = last.get(event.seq)
        if mended is not None:
            yield replace(
                event,
                clear=mended.clear,
                happened_at=mended.happened_at,
                actor_kind=mended.actor_kind,
                actor_id=mended.actor_id,
            )
        elif event.kind != "corrected":
            yield event


def _in_the_way(facts: Facts, act: Act) -> list[Requirement]:
    """What is missing for an act, whoever does it and wherever the case stands."""
    return [
        r
        for r in fire.requirements_of(facts, act, _NOBODY)
        if r.kind in {"missing", "condition"} or (r.kind == "sub" and r.do)
    ]


def _told(act: Act, clause: str) -> Requirement:
    if isinstance(act, Move):
        return Requirement(
            "condition",
            "{move} was made since, and would not have been allowed with this.",
            clause,
            (("move", act.name),),
        )
    return Requirement(
        "condition",
        "{step} was recorded since, and would not have been allowed with this.",
        clause,
        (("step", act.name),),
    )
