"""When an act happened, and how far back it may be dated. Two times for every act: when it happened and when it was recorded."""

from datetime import datetime, timedelta

from casework.errors import BadInput
from casework.hand import Hand
from casework.offices import OfficeView
from states.acts import Act, Move, cond_of, gate_of
from states.procedure import needs_of

SAME_CONTACT = timedelta(minutes=5)
"""An act recorded within this time of happening needs no reason for being late."""
BACKDATING_HOURS = 72
"""D: how far back an act may be dated, unless the office sets `backdating_hours`."""

_HINT = "Give the time when it really happened."


def not_before(hand: Hand, act: Act) -> datetime:
    """The earliest moment at which an act can have happened: after everything it rests on.

    That is the receipt of the case, the beginning of its round for a step of the round, its present state for a move, and the records
    that meet its needs or that its conditions look at; and for a record that answers what renewed it, that. Otherwise a late act could be
    dated into time by dating it before its own cause.
    """
    facts, procedure = hand.facts(), hand.procedure
    rests_on = {s.name for need in needs_of(act) for s in gate_of(need)}
    conds = [only.when for only in act.only] + [
        c for need in needs_of(act) if (c := cond_of(need)) is not None
    ]
    for cond in conds:
        rests_on |= {atom.partition(".")[0].partition("#")[0] for atom in cond.atoms()}
    rests_on |= {step.name for step in procedure.steps if act in step.renews}
    bounds = [hand.received_at, *(a.happened_at for name in rests_on for a in facts.counted(name))]
    if isinstance(act, Move):
        bounds.append(hand.entered_at)
    elif act.lasts == "round":
        moves = procedure.move_named
        bounds += [a.happened_at for a in hand.acts if a.name in moves and moves[a.name].new_round]
    return max(bounds)


def when_it_happened(
    office: OfficeView, at: datetime, happened_at: datetime | None, *, begun: datetime, reason: str | None, bounded: bool = True,
) -> datetime:  # fmt: skip
    """When an act happened: as it is said, or now. `reason` None: no person acts, nobody asks why it is late.

    A clock that lags behind the record counts as the record's last moment. Raises BadInput for a time without zone, in the future, before
    `begun`, further back than the office allows (unless not `bounded`: intake is never refused by the calendar, P2a), or without a reason.
    """
    if happened_at is None:
        return max(at, begun)
    if happened_at.tzinfo is None:
        raise BadInput(
            "The time {time} has no time zone.",
            hint="Write it like 2026-03-01T09:30+08:00.",
            time=happened_at.isoformat(),
        )
    said = shown(office, happened_at)
    if happened_at > at:
        raise BadInput("The time {time} lies in the future.", hint=_HINT, time=said)
    if happened_at < begun:
        raise BadInput(
            "The time {time} lies before what it rests on, at {begun}.",
            hint=_HINT,
            time=said,
            begun=shown(office, begun),
        )
    late = at - happened_at
    if reason is not None and late > SAME_CONTACT:
        if bounded:
            within_reach(office, at, late)
        if len(reason.strip()) < 2:  # noqa: PLR2004  one character is no reason
            raise BadInput(
                "This was done more than five minutes ago: say why it is recorded late.", hint="Add --reason."
            )
    return happened_at


def shown(office: OfficeView, at: datetime) -> str:
    """A moment as the office reads it: its own zone, to the second (X4)."""
    return office.calendar.local(at).isoformat(sep=" ", timespec="seconds")


def within_reach(office: OfficeView, at: datetime, back: timedelta) -> None:
    """Raise BadInput if an act would be dated back further than the office allows today."""
    hours = float(str(office.setting("backdating_hours", office.calendar.local_day(at), BACKDATING_HOURS)))
    if back > timedelta(hours=hours):
        raise BadInput(
            "An act may be dated back {hours:g} hours at most in this office.",
            hint="Say in words when it was.",
            hours=hours,
        )


def sayable(reason: str) -> str:
    """The reason without blanks around it. Raises BadInput for text that cannot be written down."""
    try:
        reason.encode()
    except UnicodeEncodeError:
        raise BadInput("The reason holds characters that are no text.", hint="Type it again.") from None
    return reason.strip()
