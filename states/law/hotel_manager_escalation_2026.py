"""上報主管經理: what is serious is told to the manager in charge at once, edition of 2026-01-01. Read it beside H1.2c.

Told by the clock in the moment it becomes known; not acknowledged within five minutes, the next on the ladder is told.
"""

from datetime import date
from enum import auto

from states.acts import Move, State, Step
from states.deadlines import Deadline, Rung, minutes
from states.law.hotel_forms import Remark, Told
from states.law.roles import dept_manager, duty_manager, general_manager, outcome, owner
from states.procedure import declare
from states.promises import (
    AlwaysCanEnd,
    EveryWaitHasDeadline,
    LaddersEndFilled,
    NeverWithout,
    NoTimeLoop,
    OnlyBy,
    Owed,
)


class S(State):
    """Where the report stands."""

    told = auto(), "已上報"
    acknowledged = auto(), "主管經理已知悉"


ladder = (dept_manager, duty_manager, general_manager, owner)

serious_told = Step(Told, "上報主管經理", "tell the manager in charge", "H1.2c", by=outcome, during=(S.told,), lasts="case")
manager_acknowledgement = Step(Remark, "主管經理知悉", "the manager in charge acknowledges", "H1.2c", by=ladder, during=(S.told,))

acknowledge = Move((S.told,), S.acknowledged, "知悉", "H1.2c", by=ladder, needs=(manager_acknowledgement,))

acknowledgement_due = Deadline((S.told,), "received", (Rung(minutes(0), (dept_manager,), breach=False, source="text"), Rung(minutes(5), (duty_manager,), between=(minutes(1), minutes(5))), Rung(minutes(10), (general_manager,), between=(minutes(6), minutes(20))), Rung(minutes(20), (owner,), between=(minutes(20), minutes(60)))), "立即上報主管經理", "H1.2c")

PROCEDURE = declare(
    globals(), "hotel.manager_escalation", date(2026, 1, 1), says="上報主管經理", register=("manager_escalation", "M"), states=S, initial=S.told,
    finals=(S.acknowledged,), intake=serious_told, manager=dept_manager,
    staff={dept_manager: 1, duty_manager: 1, general_manager: 1},
    promises=(
        NeverWithout("H1.2c", manager_acknowledgement, S.acknowledged),
        OnlyBy("H1.2c", manager_acknowledgement, ladder),
        OnlyBy("H1.2c", serious_told, (outcome,)),
        Owed("H1.2c", manager_acknowledgement, dept_manager, minutes(0)),
        Owed("H1.2c", manager_acknowledgement, duty_manager, minutes(5)),
        AlwaysCanEnd("X1"), EveryWaitHasDeadline("X3"), NoTimeLoop("X3"), LaddersEndFilled("X3"),
    ),
)  # fmt: skip
