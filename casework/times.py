"""When an act happened, and how far back it may be dated. Two times for every act: when it happened and when it was recorded."""

from datetime import datetime, timedelta

from casework.errors import BadInput
from casework.hand import Hand
from states.acts import Act, Move
from states.facts import Actor

SAME_CONTACT = timedelta(minutes=5)
"""An act recorded within this time of happening needs no reason for being late."""
BACKDATING_HOURS = 72
"""D: how far back an act may be dated, unless the office sets `backdating_hours`."""


def check_time(
    hand: Hand, act: Act, at: datetime, happened_at: datetime | None, reason: str, actor: Actor
) -> datetime:
    """When the act happened. Raises BadInput for a time in the future, before the case began, or too far back without a reason."""
    if happened_at is None:
        return at
    if happened_at.tzinfo is None:
        raise BadInput(
            "The time {time} has no time zone.",
            hint="Write it like 2026-03-01T09:30+08:00.",
            time=happened_at.isoformat(),
        )
    if happened_at > at:
        raise BadInput(
            "The time {time} lies in the future.",
            hint="Give the time when it really happened.",
            time=happened_at.isoformat(),
        )
    begun = hand.entered_at if isinstance(act, Move) else hand.received_at
    if happened_at < begun:
        raise BadInput(
            "The time {time} lies before the case came into this state, at {begun}." if isinstance(act, Move) else "The time {time} lies before the case began, at {begun}.",
            hint="Give the time when it really happened.", time=happened_at.isoformat(), begun=begun.isoformat(),
        )  # fmt: skip
    late = at - happened_at
    if actor.person is not None and late > SAME_CONTACT:
        hours = float(
            str(hand.office.setting("backdating_hours", hand.office.calendar.local_day(at), BACKDATING_HOURS))
        )
        if late > timedelta(hours=hours):
            raise BadInput(
                "An act may be dated back {hours:g} hours at most in this office.",
                hint="Record it as done now, and say in words when it was.",
                hours=hours,
            )
        if len(reason.strip()) < 2:  # noqa: PLR2004  one character is no reason
            raise BadInput(
                "This was done more than five minutes ago: say why it is recorded late.", hint="Add --reason."
            )
    return happened_at
