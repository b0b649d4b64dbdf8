"""上報總經理: what is major, or comes from an important guest, is told to the general manager at once, edition of 2026-01-01. Read it beside H4.4.

已上報 → 總經理已知悉. Absent or silent for five minutes: an instruction by telephone, or the duty manager takes it, and the general manager is
informed afterwards. Nothing pauses it.
"""

from datetime import date
from enum import auto

from states.acts import Move, State, Step
from states.deadlines import Deadline, Rung, hours, minutes
from states.law.hotel_forms import Informed, Instruction, Remark, Told
from states.law.roles import (
    dept_manager,
    duty_manager,
    general_manager,
    hotel_staff,
    outcome,
    owner,
    supervisor,
)
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
    taken = auto(), "總值班經理接手"
    acknowledged = auto(), "總經理已知悉"
    instructed = auto(), "電話請示"
    informed = auto(), "事後報告總經理"


callers = (hotel_staff, supervisor, dept_manager, duty_manager)
on_duty = (duty_manager, owner)
waiting = (S.told, S.taken)

major_told = Step(Told, "上報總經理", "tell the general manager", "H4.4", by=outcome, during=(S.told,), lasts="case")
gm_acknowledgement = Step(Remark, "總經理知悉", "the general manager acknowledges", "H4.4", by=general_manager, during=waiting)
instruction = Step(Instruction, "電話請示", "record the general manager's instruction by telephone", "H4.4", by=callers, during=waiting)
takeover = Step(Remark, "總值班經理接手", "the duty manager takes it in hand", "H4.4", by=on_duty, during=(S.told,))
report_after = Step(Informed, "事後報告總經理", "record that the general manager was informed afterwards", "H4.4", by=(duty_manager, general_manager, owner), during=(S.taken,), after=(takeover,))

acknowledge = Move(waiting, S.acknowledged, "知悉", "H4.4", by=general_manager, needs=(gm_acknowledgement,))
instruct = Move(waiting, S.instructed, "電話請示", "H4.4", by=callers, needs=(instruction,))
take = Move((S.told,), S.taken, "接手", "H4.4", by=on_duty, needs=(takeover,))
inform = Move((S.taken,), S.informed, "報告總經理", "H4.4", by=(duty_manager, general_manager, owner), needs=(report_after,))

answer_due = Deadline((S.told,), "received", (Rung(minutes(0), (general_manager,), breach=False, source="text"), Rung(minutes(5), (duty_manager, general_manager), between=(minutes(1), minutes(5))), Rung(minutes(10), (owner, general_manager), between=(minutes(6), minutes(30)))), "立即上報總經理", "H4.4")
report_due = Deadline((S.taken,), "entered", (Rung(hours(1), (duty_manager,), breach=False, between=(minutes(10), hours(4))), Rung(hours(12), (general_manager, owner), between=(hours(1), hours(24)))), "事後報告總經理", "H4.4")

PROCEDURE = declare(
    globals(), "hotel.escalation", date(2026, 1, 1), says="上報總經理", register=("escalation", "E"), states=S, initial=S.told,
    finals=(S.acknowledged, S.instructed, S.informed), intake=major_told, manager=general_manager,
    staff={hotel_staff: 2, supervisor: 1, dept_manager: 1, duty_manager: 1, general_manager: 1},
    promises=(
        NeverWithout("H4.4", gm_acknowledgement, S.acknowledged),
        NeverWithout("H4.4", instruction, S.instructed),
        NeverWithout("H4.4", takeover, S.taken),
        NeverWithout("H4.4", takeover, S.informed),
        NeverWithout("H4.4", report_after, S.informed),
        OnlyBy("H4.4", gm_acknowledgement, (general_manager,)),
        OnlyBy("H4.4", S.acknowledged, (general_manager,)),
        OnlyBy("H4.4", takeover, on_duty),
        OnlyBy("H4.4", S.taken, on_duty),
        OnlyBy("H4.4", major_told, (outcome,)),
        Owed("H4.4", gm_acknowledgement | instruction | takeover, general_manager, minutes(0)),
        Owed("H4.4", gm_acknowledgement | instruction | takeover, duty_manager, minutes(5)),
        AlwaysCanEnd("X1"), EveryWaitHasDeadline("X3"), NoTimeLoop("X3"), LaddersEndFilled("X3"),
    ),
)  # fmt: skip
