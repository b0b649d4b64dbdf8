"""回訪: one callback or visit, with its attempts, edition of 2026-01-01. Read it beside P6b (and B13, H4.3, which use it too).

Three attempts on different days and the manager's consent are a default of this edition, not the text's own demand.
"""

from datetime import date
from enum import StrEnum, auto
from typing import Annotated, Self

from pydantic import Field, model_validator

from states.acts import Move, Only, State, Step
from states.conditions import AtLeast
from states.deadlines import Deadline, Rung, days
from states.forms import Appointed, Form, SealedText, SealedWords
from states.law.roles import manager, outcome, staff, superior
from states.people import Apart
from states.procedure import declare
from states.promises import (
    AlwaysCanEnd,
    EveryWaitHasDeadline,
    LaddersEndFilled,
    Never,
    NeverWithout,
    NoTimeLoop,
    OnlyBy,
    TwoPersons,
)


class S(State):
    """Where a callback stands."""

    planned = auto(), "待回訪"
    satisfied = auto(), "滿意"
    dissatisfied = auto(), "不滿意"
    unreachable = auto(), "聯繫不上"
    lapsed = auto(), "已無需回訪"


class Method(StrEnum):
    """How the complainant is sought."""

    call = auto()
    visit = auto()
    message = auto()


class Appointment(Form):
    """When the complainant is to be called or visited."""

    planned_at: Appointed = Field(description="when to call or visit")
    method: Method = Field(default=Method.call, description="call, visit or message")
    reason: SealedText = Field(default="", description="why it is moved")


class Attempt(Form):
    """One try, whether or not somebody answered."""

    method: Method = Field(description="call, visit or message")
    reached: bool = Field(description="the complainant was reached")
    remark: SealedText = Field(default="", description="what was seen or heard")


class Answer(Form):
    """What the complainant said."""

    content: bool = Field(description="the complainant is satisfied")
    rating: Annotated[int, Field(ge=1, le=5)] | None = Field(default=None, description="rating from 1 to 5; none: declined")
    words: SealedWords = Field(description="the complainant's own words")

    @model_validator(mode="after")
    def rating_agrees_with_answer(self) -> Self:
        """A rating of 1 or 2 is not satisfaction, nor is 4 or 5 the lack of it."""
        if self.rating is not None and ((self.content and self.rating <= 2) or (not self.content and self.rating >= 4)):
            raise ValueError("the rating contradicts whether the complainant is satisfied")
        return self


class Consent(Form):
    """The manager or the superior agrees to give up the search."""

    reason: SealedWords = Field(description="why further attempts are useless")


appointment = Step(Appointment, "約定回訪時間", "agree when to call or visit", "P6b", by=(staff, manager), during=(S.planned,), often=True, latest=True)
attempt = Step(Attempt, "回訪嘗試", "call or visit the complainant and record the attempt", "P6b", by=(staff, manager, superior), during=(S.planned,), often=True)
reached = attempt.flag("reached")
answer = Step(
    Answer, "回訪結果", "record the complainant's answer and rating", "P6b", by=(staff, manager, superior), during=(S.planned,), after=(attempt,),
    only=(Only(reached, "P6b", "the complainant has not been reached"),),
)  # fmt: skip
content = answer.flag("content")
consent = Step(Consent, "同意停止回訪", "the manager or the superior consents to giving up", "P6b", by=(manager, superior), during=(S.planned,), after=(attempt,))

close_satisfied = Move(
    (S.planned,), S.satisfied, "回訪滿意", "P6b", by=(staff, manager), needs=(answer,), only=(Only(content, "P6b", "the complainant is not satisfied"),)
)
close_dissatisfied = Move(
    (S.planned,), S.dissatisfied, "回訪不滿意", "P6b", by=(staff, manager), needs=(answer,), only=(Only(~content, "P6b", "the complainant is satisfied"),)
)
three_days = AtLeast(3, attempt, on_different_days=True)
give_up = Move(
    (S.planned,), S.unreachable, "聯繫不上", "P6b", by=(staff, manager), needs=(attempt, consent),
    only=(Only(three_days, "P6b", "attempts on three different days come first"), Only(~reached, "P6b", "the complainant was reached: record the answer")),
)  # fmt: skip
lapse = Move((S.planned,), S.lapsed, "原投訴已結束", "P6b", by=outcome)

callback_due = Deadline(
    (S.planned,), "entered",
    (Rung(days(3), (staff,), breach=False, between=(days(1), days(5))), Rung(days(7), (manager,), between=(days(3), days(10))), Rung(days(14), (manager,), between=(days(8), days(30)))),
    "適當的時候進行回訪", "P6b",
)  # fmt: skip

apart_consent = Apart((attempt, answer), (consent,), "P6b", "whoever calls does not consent to giving up")

PROCEDURE = declare(
    globals(), "common.followup", date(2026, 1, 1), says="回訪", register=("followup", "F"), states=S, initial=S.planned,
    finals=(S.satisfied, S.dissatisfied, S.unreachable, S.lapsed), intake=appointment, manager=manager, lapse=lapse, aside=(S.lapsed,), visit=(appointment, days(3)),
    staff={staff: 1, manager: 1},
    promises=(
        NeverWithout("P6b", answer, S.satisfied),
        NeverWithout("P6b", answer, S.dissatisfied),
        NeverWithout("P6b", attempt, answer),
        Never("P6b", answer, ~reached),
        Never("P6b", S.satisfied, ~content),
        Never("P6b", S.dissatisfied, content),
        NeverWithout("P6b", attempt, consent),
        NeverWithout("P6b", consent, S.unreachable),
        Never("P6b", S.unreachable, ~three_days),
        Never("P6b", S.unreachable, reached),
        OnlyBy("P6b", consent, (manager, superior)),
        OnlyBy("P6b", S.lapsed, (outcome,)),
        OnlyBy("P6b", attempt, (staff, manager, superior)),
        OnlyBy("P6b", S.satisfied, (staff, manager)),
        OnlyBy("P6b", S.dissatisfied, (staff, manager)),
        OnlyBy("P6b", S.unreachable, (staff, manager)),
        TwoPersons("P6b", (attempt, answer), (consent,)),
        AlwaysCanEnd("X1"), EveryWaitHasDeadline("X3"), NoTimeLoop("X3"), LaddersEndFilled("X3"),
    ),
)  # fmt: skip
