"""處理措施的執行: one measure on one person, or one rectification of a department, edition of 2026-01-01. Read it beside B12.

It is opened by the party group's approval and begins with what the minute says. The proof that each single measure asks for is the
matter of the clauses B12(1) to B12(4); here its execution is proved in words, and the party group alone can revoke it.
"""

from datetime import date
from enum import auto

from pydantic import Field

from states.acts import Move, State, Step
from states.deadlines import Deadline, Rung, days
from states.forms import Form, Moment, Respondent, SealedWords
from states.law.bureau_forms import MINUTE_NUMBER, Measure, Return
from states.law.roles import (
    assigned,
    auditor,
    custodian,
    group_head,
    member,
    outcome,
    party_group,
    superior_body,
)
from states.people import Apart
from states.procedure import declare
from states.promises import (
    AlwaysCanEnd,
    EveryWaitHasDeadline,
    LaddersEndFilled,
    NeverWithout,
    NoTimeLoop,
    OnlyBy,
    TwoPersons,
)
from states.secrecy import Secrecy


class S(State):
    """Where a measure stands."""

    ordered = auto(), "待執行"
    executed = auto(), "已執行"
    revoked = auto(), "已撤銷"


class Order(Form):
    """What the party group decided, as its minute says."""

    number: str = Field(pattern=MINUTE_NUMBER, description="number of the minute")
    respondent: Respondent | None = Field(default=None, description="for whom; nobody: for the department")
    measure: Measure = Field(description="the measure")
    serious: bool = Field(default=False, description="it is so serious that the superior is told as well")


class Proof(Form):
    """That it was carried out."""

    done_at: Moment = Field(description="when it was carried out")
    words: SealedWords = Field(description="what was done, and who was there")


order = Step(Order, "局黨組決定", "the measure begins with what the party group decided", "B12", by=outcome, during=(S.ordered,), lasts="case")
proof = Step(Proof, "執行記錄", "record what was done", "B12", by=(member, group_head, assigned), during=(S.ordered,))
revocation = Step(Return, "撤銷決定", "the party group revokes the measure", "B12", by=party_group, during=(S.ordered,))

execute = Move((S.ordered,), S.executed, "執行完畢", "B12", by=(member, group_head, assigned), needs=(proof,))
revoke = Move((S.ordered,), S.revoked, "撤銷", "B12", by=party_group, needs=(revocation,))

execution_due = Deadline((S.ordered,), "entered", (Rung(days(20), (member, group_head), breach=False, between=(days(5), days(30))), Rung(days(30), (group_head, party_group), between=(days(10), days(40))), Rung(days(40), (superior_body,), between=(days(31), days(60)))), "辦理", "B12", clock="working days")

revoker_apart = Apart((proof,), (revocation,), "house", "whoever carries a measure out does not revoke it")

PROCEDURE = declare(
    globals(), "bureau.measure", date(2026, 1, 1), says="處理措施", register=("measure", "M"), states=S, initial=S.ordered,
    finals=(S.executed, S.revoked), intake=order, manager=group_head, aside=(S.revoked,),
    staff={member: 3, group_head: 1, party_group: 3, custodian: 1, auditor: 1},
    secrecy=Secrecy("B10", sees=(), custodian=custodian, auditor=auditor, numbers=(superior_body,), above=True),
    promises=(
        NeverWithout("B12", proof, S.executed),
        NeverWithout("B12", revocation, S.revoked),
        OnlyBy("B12", order, (outcome,)),
        OnlyBy("B12", S.revoked, (party_group,)),
        OnlyBy("B12", revocation, (party_group,)),
        OnlyBy("B12", S.executed, (member, group_head, assigned)),
        TwoPersons("house", (proof,), (revocation,)),
        AlwaysCanEnd("B12"), EveryWaitHasDeadline("X3"), NoTimeLoop("X3"), LaddersEndFilled("X3"),
    ),
)  # fmt: skip
