"""上報業主: a complaint about the general manager goes to whoever stands above, edition of 2026-01-01. Read it beside H5.2."""

from datetime import date
from enum import auto

from states.acts import Move, State, Step
from states.deadlines import Deadline, Rung, days, minutes
from states.law.hotel_forms import Remark, Told
from states.law.roles import outcome, owner
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
    acknowledged = auto(), "業主已知悉"


owner_told = Step(Told, "上報業主", "tell the owner", "H5.2", by=outcome, during=(S.told,), lasts="case")
owner_acknowledgement = Step(Remark, "業主知悉", "the owner acknowledges", "H5.2", by=owner, during=(S.told,))

acknowledge = Move((S.told,), S.acknowledged, "知悉", "H5.2", by=owner, needs=(owner_acknowledgement,))

acknowledgement_due = Deadline((S.told,), "received", (Rung(minutes(0), (owner,), breach=False, between=(minutes(0), minutes(5))), Rung(days(1), (owner,), between=(minutes(30), days(3)))), "上報業主", "H5.2")

PROCEDURE = declare(
    globals(), "hotel.owner_escalation", date(2026, 1, 1), says="上報業主", register=("owner_escalation", "W"), states=S, initial=S.told,
    finals=(S.acknowledged,), intake=owner_told, manager=owner, staff={},
    promises=(
        NeverWithout("H5.2", owner_acknowledgement, S.acknowledged),
        OnlyBy("H5.2", owner_acknowledgement, (owner,)),
        OnlyBy("H5.2", owner_told, (outcome,)),
        Owed("H5.2", owner_acknowledgement, owner, minutes(5)),
        AlwaysCanEnd("X1"), EveryWaitHasDeadline("X3"), NoTimeLoop("X3"), LaddersEndFilled("X3"),
    ),
)  # fmt: skip
