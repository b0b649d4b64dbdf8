"""漏接來電: a call to the hotline that nobody answered is called back, edition of 2026-01-01. Read it beside P2a.

Fifteen minutes and three attempts are defaults of this edition, not the text's own demand.
"""

from datetime import date
from enum import auto

from pydantic import Field

from states.acts import Move, Only, State, Step
from states.conditions import AtLeast
from states.deadlines import Deadline, Rung, days, hours, minutes
from states.forms import Form, SealedText, SealedWords
from states.law.roles import manager, staff
from states.procedure import declare
from states.promises import (
    AlwaysCanEnd,
    EveryWaitHasDeadline,
    LaddersEndFilled,
    Never,
    NeverWithout,
    NoTimeLoop,
    OnlyBy,
)


class S(State):
    """Where a missed call stands."""

    missed = auto(), "漏接"
    returned = auto(), "已回電"
    unreachable = auto(), "無法接通"


class Missed(Form):
    """The call nobody answered."""

    number: SealedText = Field(description="the number that called")


class Attempt(Form):
    """One try to call back."""

    reached: bool = Field(description="somebody answered")


class Outcome(Form):
    """What came of it: the cases registered from it are linked to this one."""

    words: SealedWords = Field(description="what came of it; register what was said as a case of its own")


missed_call = Step(Missed, "登記漏接來電", "register the missed call", "P2a", by=(staff, manager), during=(S.missed,), lasts="case")
attempt = Step(Attempt, "回電", "call back", "P2a", by=(staff, manager), during=(S.missed,), often=True, lasts="case")
reached = attempt.flag("reached")
result = Step(Outcome, "回電結果", "say what came of it", "P2a", by=(staff, manager), during=(S.missed,), after=(attempt,), lasts="case")
three_times = AtLeast(3, attempt)

return_call = Move((S.missed,), S.returned, "已回電", "P2a", by=(staff, manager), needs=(missed_call, result), only=(Only(reached, "P2a", "nobody has answered yet"),))
give_up = Move((S.missed,), S.unreachable, "無法接通", "P2a", by=(staff, manager), needs=(missed_call, result), only=(Only(three_times, "P2a", "three attempts come first"), Only(~reached, "P2a", "somebody answered: return the call")))

call_back_due = Deadline((S.missed,), "received", (Rung(minutes(15), (staff, manager), between=(minutes(5), minutes(60))), Rung(hours(2), (manager,), between=(minutes(61), hours(24)))), "回電", "P2a", until=attempt)
settle_due = Deadline((S.missed,), "received", (Rung(days(1), (manager,), between=(hours(4), days(3))),), "了結漏接來電", "P2a")

PROCEDURE = declare(
    globals(), "property.missed_call", date(2026, 1, 1), says="漏接來電", register=("missed_call", "M"), states=S, initial=S.missed,
    finals=(S.returned, S.unreachable), intake=missed_call, manager=manager, staff={staff: 1, manager: 1},
    promises=(
        NeverWithout("P2a", missed_call, S.returned),
        NeverWithout("P2a", missed_call, S.unreachable),
        NeverWithout("P2a", attempt, S.returned),
        NeverWithout("P2a", result, S.returned),
        Never("P2a", S.returned, ~reached),
        NeverWithout("P2a", result, S.unreachable),
        Never("P2a", S.unreachable, ~three_times),
        Never("P2a", S.unreachable, reached),
        OnlyBy("P2a", S.returned, (staff, manager)),
        OnlyBy("P2a", S.unreachable, (staff, manager)),
        AlwaysCanEnd("X1"), EveryWaitHasDeadline("X3"), NoTimeLoop("X3"), LaddersEndFilled("X3"),
    ),
)  # fmt: skip
