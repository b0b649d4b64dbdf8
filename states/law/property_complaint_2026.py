"""客戶對服務質量的投訴: the property office's service complaint, edition of 2026-01-01. Read it beside P6b, X1, X7 and X9.

接到投訴 → 提出處理意見 → 處理 → 回訪 → 立卷 → 歸檔. Dissatisfied: a new round; the second time it goes to the manager, who after that
may close it as not satisfied, with a reply.
"""

from datetime import date
from enum import StrEnum, auto
from typing import Annotated

from pydantic import Field

from states.acts import Ending, Move, Only, State, Step, Sub
from states.conditions import Done, Level
from states.deadlines import Deadline, Rung, days, hours, minutes
from states.forms import (
    Complainant,
    Ended,
    Form,
    Holds,
    Moment,
    Parties,
    Person,
    PersonRef,
    SealedText,
    SealedWords,
)
from states.law import common_followup_2026 as followup
from states.law.channels import Channel
from states.law.roles import archive_flow, manager, outcome, staff, superior
from states.people import Apart, Barred, Climb, FromSub, Named, Same
from states.procedure import declare
from states.promises import (
    AccusedNever,
    AlwaysCanEnd,
    EveryWaitHasDeadline,
    LaddersEndFilled,
    Never,
    NeverWithout,
    NoTimeLoop,
    OnlyBy,
    Owed,
    TwoPersons,
)  # fmt: skip


class S(State):
    """Where a service complaint stands."""

    received = auto(), "接到投訴"
    handling = auto(), "處理中"
    remedied = auto(), "待回訪"
    filed = auto(), "已立卷"
    archived = auto(), "已歸檔"
    referred = auto(), "已指引"
    withdrawn = auto(), "已撤回"
    voided = auto(), "已作廢"
    imported = auto(), "舊登記本"


OPEN = (S.received, S.handling, S.remedied)


class Service(StrEnum):
    """Which service the complaint is about."""

    cleaning = auto()
    security = auto()
    greening = auto()
    repair = auto()
    parking = auto()
    noise = auto()
    charges = auto()
    conduct = auto()
    other = auto()


class Complaint(Form):
    """The complaint as it was received."""

    channel: Channel = Field(description="how it came in")
    service: Service = Field(description="which service it is about")
    matter: SealedWords = Field(description="what happened, in the complainant's words")
    place: SealedText = Field(default="", description="where")
    complainants: Annotated[tuple[Complainant, ...], Parties("complainant")] = Field(default=(), max_length=50, description="who complains")
    against: Person | None = Field(default=None, description="the member of staff complained of")


class Opinion(Form):
    """A sincere opinion on how it will be handled, told to every complainant (X9: directly, or through the one who receives for all)."""

    words: SealedWords = Field(description="how the complaint will be handled")
    told_to_all: bool = Field(description="every complainant has been told, directly or through the one who receives for all")
    channel: Channel = Field(description="how they were told")


Handler = Annotated[str, PersonRef, Holds(("staff", "manager", "superior")), Field(min_length=1, max_length=64)]


class Assignment(Form):
    """Who handles it from now on."""

    handler: Handler = Field(description="who handles it")


class Remedy(Form):
    """What was done about it."""

    done: SealedWords = Field(description="what was done")
    finished_at: Moment = Field(description="when it was finished")


class Reply(Form):
    """A formal reply in words."""

    words: SealedWords = Field(description="the reply")
    channel: Channel = Field(description="how it was sent")
    told_to_all: bool = Field(description="every complainant has been replied to")


class Dossier(Form):
    """The handler declares the papers complete, and that the result has reached everybody who complained (X9)."""

    complete: bool = Field(description="the papers are complete")
    told_to_all: bool = Field(description="every complainant has been told the result, directly or through the one who receives for all")
    remark: SealedText = Field(default="", description="remark")


class Guidance(Form):
    """Explained, and guided to whoever has the power to handle it (X7)."""

    why_not_ours: SealedWords = Field(description="why it is not for this office")
    authority: SealedWords = Field(description="who has the power, and how to reach them")
    told_at: Moment = Field(description="when the complainant was told")


class Agreed(Form):
    """A second person's agreement, with the reason."""

    reason: SealedWords = Field(description="reason")


class Withdrawal(Form):
    """The complainant takes the complaint back."""

    words: SealedWords = Field(description="the complainant's words")
    channel: Channel = Field(description="how it was said")


class Bag(Form):
    """The archive flow's proof that the bag was built and verified."""

    manifest_sha256: str = Field(pattern="^[0-9a-f]{64}$", description="digest of the bag's manifest")
    verified: bool = Field(description="the bag was read back and verified")


handler = Climb((staff, staff, manager, superior))
heads = (manager, superior)

complaint = Step(Complaint, "登記投訴", "register the complaint", "P2a", by=(staff, manager), during=(S.received,), lasts="case")
opinion = Step(Opinion, "提出誠懇的處理意見", "tell the complainant a sincere opinion on how it will be handled", "P6b", by=(staff, manager), during=(S.received,), lasts="case", often=True, latest=True)
told_to_all = opinion.flag("told_to_all")
assignment = Step(Assignment, "指定承辦人", "say who handles it", "P6b", by=(staff, manager), during=(S.received, S.handling, S.remedied), often=True, latest=True, lasts="case")
remedy = Step(Remedy, "處理結果", "record what was done", "P6b", by=handler, during=(S.handling,))
callback = Step(Ended, "回訪", "call the complainant back", "P6b", by=FromSub("common.followup"), during=(S.remedied,))
dissatisfied = callback.flag("outcome", "dissatisfied")
final_reply = Step(Reply, "書面答復", "reply formally, since the complainant is still not satisfied", "P6b", by=heads, during=(S.remedied,), often=True, latest=True, only=(Only(dissatisfied, "P6b", "the complainant is not dissatisfied"),))
replied_to_all = final_reply.flag("told_to_all")
dossier = Step(Dossier, "整理案卷", "declare the papers complete", "X1", by=handler, during=(S.remedied,), after=(callback,), often=True, latest=True)
complete, result_told = dossier.flag("complete"), dossier.flag("told_to_all")
guidance = Step(Guidance, "說明並指引", "explain, and guide the complainant to whoever has the power", "X7", by=(staff, manager), during=(S.received,), lasts="case")
referral_agreed = Step(Agreed, "複核不受理", "a second person agrees that it is not for this office", "X7", by=heads, during=(S.received,), after=(guidance,), lasts="case")
withdrawal = Step(Withdrawal, "投訴人撤回", "record the complainant's own withdrawal", "P6b", by=(staff, manager), during=OPEN, lasts="case")
void_reason = Step(Agreed, "作廢原因", "say why the entry is void", "P1a", by=heads, during=(S.received,), lasts="case")
bag = Step(Bag, "歸檔包", "the archive flow builds and verifies the bag", "X1", by=archive_flow, during=(S.filed,), lasts="case", often=True, latest=True)
verified = bag.flag("verified")

follow_up = Sub(
    "common.followup",
    (
        Ending(followup.S.satisfied, callback),
        Ending(followup.S.unreachable, callback),
        Ending(followup.S.dissatisfied, callback, then="reopen", when=~Level(2)),
    ),
)

begin = Move((S.received,), S.handling, "開始處理", "P6b", by=(staff, manager), needs=(complaint, opinion, assignment), only=(Only(told_to_all, "X9", "every complainant must be told"),))
finish = Move((S.handling,), S.remedied, "處理完畢", "P6b", by=handler, needs=(remedy,), starts=(follow_up,))
reopen = Move((S.remedied,), S.handling, "重新處理", "P6b", by=(outcome, manager, superior), needs=(callback,), only=(Only(dissatisfied, "P6b", "only a dissatisfied complainant's case is handled again"), Only(~Level(3), "P6b", "the superior's round is the last")), new_round=True, climbs=True)
file = Move((S.remedied,), S.filed, "立卷", "X1", by=handler, needs=(callback, dossier), only=(Only(complete, "X1", "the papers are not complete"), Only(result_told, "X9", "every complainant must be told the result"), Only(~dissatisfied, "P6b", "the complainant is not satisfied")))
close_unsatisfied = Move(
    (S.remedied,), S.filed, "答復後結案", "P6b", by=heads, needs=(callback, final_reply, dossier),
    only=(Only(dissatisfied, "P6b", "the complainant is not dissatisfied"), Only(Level(2), "P6b", "the manager's own round comes first"), Only(replied_to_all, "X9", "every complainant must be replied to"), Only(result_told, "X9", "every complainant must be told the result"), Only(complete, "X1", "the papers are not complete")),
)  # fmt: skip
archive = Move((S.filed,), S.archived, "歸檔", "X1", by=archive_flow, needs=(bag,), only=(Only(verified, "X1", "the bag has not been verified"),))
refer = Move((S.received,), S.referred, "不受理並指引", "X7", by=(staff, manager), needs=(guidance, referral_agreed))
withdraw = Move(OPEN, S.withdrawn, "撤回", "P6b", by=(staff, manager), needs=(withdrawal,))
void = Move((S.received,), S.voided, "作廢", "P1a", by=heads, needs=(void_reason,))

opinion_due = Deadline(
    (S.received,), "received",
    (Rung(minutes(15), (staff,), breach=False, between=(minutes(5), minutes(25))), Rung(minutes(30), (manager,), between=(minutes(10), minutes(30))), Rung(hours(2), (superior,), between=(minutes(31), hours(8)))),
    "即時提出誠懇的處理意見", "P6b", until=opinion,
)  # fmt: skip
handling_due = Deadline(
    (S.handling,), "entered", (Rung(days(2), (staff,), breach=False, between=(days(1), days(5))), Rung(days(3), (manager,), between=(days(1), days(10))), Rung(days(6), (superior,), between=(days(2), days(15)))),
    "處理投訴", "P6b", clock="working days",
)  # fmt: skip
callback_wait = Deadline((S.remedied,), "entered", (Rung(days(10), (manager,), between=(days(8), days(20))), Rung(days(20), (superior,), between=(days(10), days(40)))), "回訪並立卷", "P6b")
whole = Deadline(OPEN, "received", (Rung(days(25), (manager,), breach=False, between=(days(10), days(50))), Rung(days(30), (manager,), between=(days(15), days(60))), Rung(days(45), (superior,), between=(days(31), days(90)))), "全部處理", "P6b")
archive_due = Deadline((S.filed,), "entered", (Rung(days(1), (manager,), between=(days(1), days(7))),), "歸檔", "X1")

referral_apart = Apart((guidance,), (referral_agreed,), "X7", "a second person agrees, not the one who guided")
void_apart = Apart((complaint,), (void_reason,), "P1a", "whoever registered an entry does not void it")
handled_by = Named(assignment, "handler")
caller_apart = Apart((remedy,), (followup.attempt, followup.answer), "P6b", "whoever handled the complaint does not call the complainant back", "this round", named=(handled_by,))
withdrawal_apart = Apart((remedy,), (withdrawal,), "house", "whoever handled the complaint does not record its withdrawal", named=(handled_by,))
by_handler = Same((remedy, dossier), handled_by, "house", "this is for the handler of the complaint", or_roles=heads)
accused = Named(complaint, "against")
accused_out = Barred(accused, "house", "the person complained of has no part in this case")

PROCEDURE = declare(
    globals(), "property.complaint", date(2026, 1, 1), says="客戶對服務質量的投訴", register=("complaint", "C"), states=S,
    initial=S.received, finals=(S.archived, S.referred, S.withdrawn, S.voided, S.imported), intake=complaint, manager=manager,
    history=S.imported, aside=(S.referred, S.withdrawn, S.voided), staff={staff: 3, manager: 2},
    promises=(
        # intake and the opinion
        NeverWithout("P2a", complaint, S.handling),
        NeverWithout("P6b", opinion, S.handling),
        NeverWithout("P6b", opinion, S.archived),
        Never("X9", S.handling, ~told_to_all),
        NeverWithout("P6b", assignment, S.handling),
        # what is done, and the callback, again in every round
        Never("P6b", S.handling, Done(callback) & ~dissatisfied),
        Never("P6b", S.handling, Level(3)),
        NeverWithout("P6b", remedy, S.remedied, since=S.handling),
        NeverWithout("P6b", callback, S.filed, since=S.remedied),
        NeverWithout("X1", callback, S.archived, since=S.remedied),
        NeverWithout("P6b", callback, dossier, since=S.remedied),
        NeverWithout("X1", dossier, S.filed, since=S.remedied),
        Never("X1", S.filed, ~complete),
        Never("X9", S.filed, ~result_told),
        Never("P6b", S.filed, dissatisfied & ~Level(2)),
        NeverWithout("P6b", final_reply, S.filed, when=dissatisfied, since=S.remedied),
        Never("X9", S.filed, dissatisfied & ~replied_to_all),
        Never("P6b", final_reply, ~dissatisfied),
        OnlyBy("P6b", S.filed, heads, when=dissatisfied),
        OnlyBy("P6b", S.remedied, heads, when=Level(2)),
        OnlyBy("P6b", remedy, heads, when=Level(2)),
        OnlyBy("P6b", S.filed, heads, when=Level(2)),
        # archive
        NeverWithout("X1", bag, S.archived),
        Never("X1", S.archived, ~verified),
        OnlyBy("X1", S.archived, (archive_flow,)),
        OnlyBy("X1", bag, (archive_flow,)),
        # the other ends
        NeverWithout("X7", guidance, S.referred),
        NeverWithout("X7", referral_agreed, S.referred),
        NeverWithout("X7", guidance, referral_agreed),
        OnlyBy("X7", referral_agreed, heads),
        OnlyBy("X7", S.referred, (staff, manager)),
        NeverWithout("P6b", withdrawal, S.withdrawn),
        OnlyBy("P6b", S.withdrawn, (staff, manager)),
        NeverWithout("P1a", void_reason, S.voided),
        OnlyBy("P1a", S.voided, heads),
        OnlyBy("P1a", void_reason, heads),
        # who
        OnlyBy("P6b", S.handling, (staff, manager, superior, outcome)),
        OnlyBy("P6b", final_reply, heads),
        OnlyBy("P6b", S.filed, (staff, manager, superior)),
        OnlyBy("P6b", opinion, (staff, manager)),
        TwoPersons("X7", (guidance,), (referral_agreed,)),
        TwoPersons("P1a", (complaint,), (void_reason,)),
        TwoPersons("house", (remedy,), (withdrawal,)),
        TwoPersons("P6b", (remedy,), (followup.attempt, followup.answer), "this round"),
        AccusedNever("house", accused),
        # time, and that it ends
        Owed("P6b", opinion, manager, minutes(30)),
        AlwaysCanEnd("X1", but=(S.referred, S.withdrawn, S.voided)), EveryWaitHasDeadline("X3"), NoTimeLoop("X3"), LaddersEndFilled("X3"),
    ),
)  # fmt: skip
