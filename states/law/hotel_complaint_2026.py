"""客人投訴處理程序: the hotel's complaint, edition of 2026-01-01. Read it beside H1.1 to H5.2.

聆聽 → 記錄 → 回答 or 轉交 → 處理 → 通告結果 → 詳細記錄 → 總經理批示 → 歸檔. What rises late (temper, noise, something serious or major, an
important guest, the general manager complained of) may be recorded until the archive flow has come, and is never skipped. Dissatisfied:
one new round, one level up; after that the general manager may close it with a reply.
"""

from datetime import date
from enum import auto

from states.acts import Ending, Move, Only, StartIf, State, Step, Sub, When
from states.conditions import AtLeast, Done, Level, Open
from states.deadlines import Deadline, Rung, days, hours, minutes
from states.forms import Ended
from states.law import hotel_escalation_2026 as escalation
from states.law import hotel_manager_escalation_2026 as manager_escalation
from states.law import hotel_owner_escalation_2026 as owner_escalation
from states.law.hotel_forms import (
    MAJOR_BY_DEFAULT,
    Accepted,
    Against,
    Agreed,
    Apology,
    Assignment,
    Attempt,
    Bag,
    Choice,
    Compensation,
    Departed,
    Detail,
    Encounter,
    Endorsement,
    Explanation,
    Facts,
    Gravity,
    Guidance,
    HandOver,
    Heard,
    Leading,
    Major,
    Mood,
    Note,
    Opinion,
    Options,
    Remark,
    Result,
    Sorting,
    Stay,
    Verdict,
    Words,
)
from states.law.roles import (
    archive_flow,
    dept_manager,
    duty_manager,
    general_manager,
    gm_delegate,
    guest_list,
    hotel_staff,
    owner,
    supervisor,
)
from states.people import Apart, Barred, Climb, FromSub, Named, OfUnit, UnitNamed
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
    OnlyOfUnit,
    Owed,
    TwoPersons,
)


class S(State):
    """Where a complaint stands."""

    listening = auto(), "聆聽"
    recorded = auto(), "記錄"
    handing_over = auto(), "轉交"
    handling = auto(), "處理"
    telling = auto(), "通告結果"
    completing = auto(), "詳細記錄"
    guided = auto(), "說明並指引"
    endorsing = auto(), "總經理批示"
    filed = auto(), "已批示"
    archived = auto(), "歸檔"


ANSWERING = (S.recorded, S.handing_over, S.handling, S.telling)
OPEN = (S.listening, *ANSWERING, S.completing, S.guided, S.endorsing)
UNTIL_ARCHIVED = (*OPEN, S.filed)
front = (hotel_staff, supervisor, dept_manager, duty_manager, general_manager, owner)
handler = Climb((supervisor, dept_manager, duty_manager, general_manager, owner), highest=1)
superiors = (duty_manager, general_manager, owner)
managers = (dept_manager, general_manager, owner)
endorsers = (general_manager, gm_delegate, owner)

# ── who above is told, and how that ended ───────────────────────────────────────────────────────────────────────────────────────────
manager_knows = Step(Ended, "主管經理已知悉", "the manager in charge acknowledges", "H1.2c", by=FromSub("hotel.manager_escalation"), during=UNTIL_ARCHIVED, lasts="case", often=True)
gm_knows = Step(Ended, "總經理已知悉", "the general manager knows of it", "H4.4", by=FromSub("hotel.escalation"), during=UNTIL_ARCHIVED, lasts="case", often=True)
owner_knows = Step(Ended, "業主已知悉", "the owner knows of it", "H5.2", by=FromSub("hotel.owner_escalation"), during=UNTIL_ARCHIVED, lasts="case", often=True)
to_manager = Sub("hotel.manager_escalation", (Ending(manager_escalation.S.acknowledged, manager_knows),), lasts="case")
to_gm = Sub("hotel.escalation", (Ending(escalation.S.acknowledged, gm_knows), Ending(escalation.S.instructed, gm_knows), Ending(escalation.S.informed, gm_knows)), lasts="case")
to_owner = Sub("hotel.owner_escalation", (Ending(owner_escalation.S.acknowledged, owner_knows),), lasts="case")
manager_waits, gm_waits, owner_waits = Open("hotel.manager_escalation"), Open("hotel.escalation"), Open("hotel.owner_escalation")
all_above_know = (Only(~manager_waits, "H1.2c", "the manager in charge has not acknowledged yet"), Only(~gm_waits, "H4.4", "the general manager has not been told yet"), Only(~owner_waits, "H5.2", "the owner has not been told yet"))

# ── listened to, and what may rise at any time ──────────────────────────────────────────────────────────────────────────────────────
encounter = Step(Encounter, "客人投訴", "register that a guest complains", "H1.1", by=front, during=(S.listening,), lasts="case", settled_by=("sorting",))
vip = encounter.flag("vip")
vip_told = StartIf(encounter, vip, to_gm)
calmed = Step(Remark, "客人已平靜", "record that the guest has calmed down", "H1.2b", by=front, during=UNTIL_ARCHIVED, lasts="case", often=True)
mood = Step(Mood, "火氣大、酒後或脾氣暴躁", "record the guest's mood", "H1.2b", by=front, during=UNTIL_ARCHIVED, lasts="case", often=True, renews=(calmed,))
upset = Done(mood) & ~Done(calmed)
led_away = Step(Leading, "勸離其他客人", "try to lead the noisy guest away from the others, and record what came of it", "H1.3", by=front, during=UNTIL_ARCHIVED, lasts="case", often=True)
noise = Step(Remark, "吵鬧或喧嘩", "record that the guest is noisy", "H1.3", by=front, during=UNTIL_ARCHIVED, lasts="case", often=True, renews=(led_away,))
noisy = Done(noise)
gravity = Step(Gravity, "事態較嚴重", "say what makes it serious", "H1.2c", by=front, during=UNTIL_ARCHIVED, lasts="case", often=True, starts=(to_manager,))
major_noticed = Step(Major, "重大投訴", "say what makes it major", "H4.4", by=front, during=UNTIL_ARCHIVED, lasts="case", often=True, starts=(to_gm,))
vip_noticed = Step(Remark, "重要客人", "record that it is an important guest", "H4.4", by=(*front, guest_list), during=UNTIL_ARCHIVED, lasts="case", often=True, starts=(to_gm,))
stay = Step(Stay, "離店時間", "say when the guest leaves", "H4.3", by=front, during=(S.listening, *ANSWERING), lasts="case", often=True, latest=True)
departed = Step(Departed, "客人已離店", "record that the guest has left", "H4.3", by=front, during=(S.listening, *ANSWERING), lasts="case")
heard = Step(Heard, "聽取完畢並表示理解", "listen to the end, and express understanding", "H1.1", by=front, during=(S.listening,), lasts="case", often=True, latest=True)
to_the_end, understanding = heard.flag("to_the_end"), heard.flag("understanding")
first_apology = Step(Apology, "致歉", "apologise", "H1.1", by=front, during=(S.listening,), lasts="case")

# ── recorded ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
note = Step(Note, "記錄投訴", "write down name, department and matter, and read it back", "H2.1", by=front, during=(S.listening,), lasts="case")
reachable = note.fact("reachable")
listed, on_major_list, against_gm = note.listed("guests", "vip"), note.among("matters", "major_matters", MAJOR_BY_DEFAULT), note.names_a("against", general_manager)
listed_told, major_told, about_gm_told = StartIf(note, listed, to_gm), StartIf(note, on_major_list, to_gm), StartIf(note, against_gm, to_owner)
sorting = Step(Sorting, "分類", "say whether it is the department's own, and whether it is simple", "H4.1", by=handler, during=(S.recorded,), lasts="case", often=True, latest=True)
own_department, simple = sorting.flag("own_department"), sorting.flag("simple")
hard = Done(sorting) & ~(own_department & simple)
assignment = Step(Assignment, "指定負責人", "say who is responsible", "H3.1", by=handler, during=(S.recorded,), lasts="case", often=True, latest=True)
reassignment = Step(Assignment, "改派負責人", "say who is responsible from now on", "H3.1", by=handler, during=(S.handling, S.telling, S.completing), lasts="case", often=True, latest=True)
ascertained = Step(Words, "落實清楚", "ascertain and write down the facts before it is handed over", "H3.4", by=handler, during=(S.recorded,), lasts="case", often=True, latest=True)
handover = Step(HandOver, "轉交部門", "name the department that answers", "H3.4", by=handler, during=(S.recorded,), lasts="case", often=True, latest=True, settled_by=("hand_over", "accepted"))
accepted = Step(Accepted, "接收", "take it over by name", "H3.4", by=handler, during=(S.handing_over,), lasts="case")
declined = Step(Agreed, "退回轉交", "say why it is not for this department", "H3.4", by=handler, during=(S.handing_over,), lasts="case")
guidance = Step(Guidance, "說明並指引", "explain, and guide the guest to whoever has the power", "X7", by=handler, during=(S.recorded,), lasts="case", settled_by=("not_ours",), only=(Only(~upset, "H1.2b", "the guest has not calmed down: do not explain yet"),))
not_ours = Step(Agreed, "複核不受理", "a second person agrees that it is not for this hotel", "X7", by=managers, during=(S.guided,), lasts="case")
ours_after_all = Step(Agreed, "改為受理", "a second person finds that it is for this hotel", "X7", by=managers, during=(S.guided,), lasts="case")
guided_away = Done(not_ours)

# ── handled ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
facts = Step(Facts, "核實事實", "find out the facts, and verify them", "H3.3", by=handler, during=(S.handling,), often=True, latest=True, settled_by=("explanation",))
verified_facts = facts.flag("verified")
second_apology = Step(Apology, "再次道歉", "apologise before anything is explained", "H4.2", by=handler, during=(S.handling,))
thanks = Step(Remark, "感謝客人提出寶貴意見", "thank the guest for the valuable opinion", "H4.2", by=handler, during=(S.handling,), after=(second_apology,))
next_told = Step(Words, "說明下一步", "tell the guest what happens next", "H4.2", by=handler, during=(S.handling,), after=(thanks,))
attempt = Step(Attempt, "聯繫離店客人", "try to reach the guest who has left", "H4.3", by=front, during=(S.handling, S.telling), often=True, after=(departed,), settled_by=("unreachable",))
three_days, answered = AtLeast(3, attempt, on_different_days=True), attempt.flag("reached")
unreachable = Step(Agreed, "同意停止聯繫", "agree that the guest cannot be reached", "H4.3", by=managers, during=(S.handling, S.telling), after=(departed,), only=(Only(three_days | ~reachable, "H4.3", "attempts on three different days come first"), Only(~answered, "H4.3", "the guest was reached")))
gone = Done(unreachable)
dept_report = Step(Remark, "向相關部門經理匯報", "report to the manager of the department", "H4.2", by=handler, during=(S.handling,), after=(When(~gone, next_told),))
dept_acknowledged = Step(Remark, "部門經理知悉", "the manager of the department acknowledges", "H4.2", by=managers, during=(S.handling,), after=(dept_report,))
choice = Step(Choice, "客人選擇", "record what the guest chose", "H3.2", by=handler, during=(S.handling,), often=True, latest=True)
options = Step(Options, "可供選擇的措施", "offer the guest more than one measure where possible", "H3.2", by=handler, during=(S.handling,), after=(facts,), often=True, latest=True, renews=(choice,))
compensation_agreed = Step(Agreed, "同意補償", "a manager agrees to what is above the limit", "H3.3", by=managers, during=(S.handling,), often=True, latest=True)
compensation = Step(Compensation, "補償", "record what the house gives", "H3.3", by=handler, during=(S.handling,), often=True, latest=True, renews=(compensation_agreed,))
above_limit = compensation.above("amount", "compensation_limit", 500)
explanation = Step(
    Explanation, "向客人解釋", "explain it to the guest, with the facts, by a rule of the house", "H3.1", by=handler, during=(S.handling,), often=True,
    after=(facts, When(hard & ~gone, second_apology)), only=(Only(~upset, "H1.2b", "the guest has not calmed down: do not explain yet"), Only(verified_facts, "H3.3", "the facts are not verified")),
)  # fmt: skip

# ── told, asked, written down ───────────────────────────────────────────────────────────────────────────────────────────────────────
result = Step(Result, "通告處理結果", "tell the guest the result", "H4.3", by=handler, during=(S.telling,))
result_apology = Step(Apology, "結果道歉", "apologise again with the result", "H4.3", by=handler, during=(S.telling,), after=(first_apology, result, When(hard & ~gone, second_apology)))
opinion = Step(Opinion, "徵求客人意見", "ask the guest's opinion of how it was settled", "H4.1", by=front, during=(S.telling,), after=(result, result_apology), often=True, latest=True)
not_satisfied = opinion.flag("opinion", Verdict.not_satisfied)
final_reply = Step(Words, "總經理答復", "reply to the guest who is still not satisfied", "H4.3", by=(general_manager, owner), during=(S.telling,), only=(Only(not_satisfied, "H4.3", "the guest is not dissatisfied"),))
detail = Step(Detail, "詳細記錄", "write it down in full, with the result", "H5.1", by=handler, during=(S.completing,))
returned = Step(Agreed, "退回重辦", "say what is to be done again", "H5.2", by=endorsers, during=(S.endorsing,))

# ── the general manager's own words ─────────────────────────────────────────────────────────────────────────────────────────────────
endorsements = (S.endorsing, S.filed)
also_against = Step(Against, "另有被投訴人", "record who else is complained of", "H5.2", by=front, during=UNTIL_ARCHIVED, lasts="case", often=True)
also_against_gm = also_against.names_a("against", general_manager)
also_about_gm_told = StartIf(also_against, also_against_gm, to_owner)
gm_accused = against_gm | also_against_gm
not_the_gm = Only(~gm_accused, "H5.2", "the general manager is complained of: this is for the owner")
endorsement = Step(Endorsement, "總經理批示", "the general manager endorses it in own words", "H5.2", by=general_manager, during=endorsements, often=True, latest=True, only=(not_the_gm,))
delegated_endorsement = Step(Endorsement, "受委託者批示", "whoever the general manager has delegated in writing endorses it", "H5.2", by=gm_delegate, during=endorsements, often=True, latest=True, only=(not_the_gm,))
owner_endorsement = Step(Endorsement, "業主批示", "the owner endorses it, since the general manager is complained of", "H5.2", by=owner, during=endorsements, often=True, latest=True, only=(Only(gm_accused, "H5.2", "the general manager is not complained of: this is for the general manager"), Only(~owner_waits, "H5.2", "acknowledge first that you were told")))
by_gm, by_owner = endorsement | delegated_endorsement, owner_endorsement
endorsed = (When(~gm_accused, by_gm), When(gm_accused, by_owner))
bag = Step(Bag, "歸檔包", "the archive flow builds and verifies the bag", "X1", by=archive_flow, during=(S.filed,), lasts="case", often=True, latest=True)
verified = bag.flag("verified")
led_from_others = When(noisy, led_away)

# ── moves ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
write_down = Move((S.listening,), S.recorded, "記錄", "H2.1", by=front, needs=(encounter, heard, first_apology, note, led_from_others), only=(Only(to_the_end, "H1.1", "the guest has not been listened to, to the end"), Only(understanding, "H1.1", "understanding has not been expressed")))
answer = Move((S.recorded,), S.handling, "由本部門回答", "H3.1", by=handler, needs=(sorting, assignment), renews=(handover,), only=(Only(own_department, "H3.4", "it concerns another department: hand it over"),))
hand_over = Move((S.recorded,), S.handing_over, "轉交其他部門", "H3.4", by=handler, needs=(sorting, assignment, ascertained, handover), only=(Only(~own_department, "H3.1", "it is this department's own: answer it"),))
accept = Move((S.handing_over,), S.handling, "接收", "H3.4", by=handler, needs=(accepted,))
decline = Move((S.handing_over,), S.recorded, "退回", "H3.4", by=handler, needs=(declined, led_from_others), renews=(handover, accepted, declined, sorting, guidance))
guide = Move((S.recorded,), S.guided, "不屬本店", "X7", by=handler, needs=(guidance,), renews=(handover, sorting))
take_up = Move((S.guided,), S.recorded, "改為受理", "X7", by=managers, needs=(ours_after_all, led_from_others), renews=(guidance, not_ours, ours_after_all))
confirm = Move((S.guided,), S.endorsing, "複核後呈批", "X7", by=managers, needs=(not_ours,), only=(Only(~Done(ours_after_all), "X7", "a second person found that it is for this hotel"),))
tell = Move(
    (S.handling,), S.telling, "處理完畢", "H3.3", by=handler,
    needs=(facts, When(~gone, options), When(~gone, choice), When(~gone, explanation), When(hard & ~gone, second_apology), When(hard & ~gone, thanks), When(hard & ~gone, next_told), When(hard, dept_acknowledged), When(above_limit, compensation_agreed)),
    only=(Only(verified_facts, "H3.3", "the facts are not verified"),),
)  # fmt: skip
complete = Move((S.telling,), S.completing, "已通告結果", "H4.3", by=handler, needs=(result | unreachable, When(~gone, result), When(~gone, result_apology), When(~gone, opinion)), only=(Only(~not_satisfied, "H4.3", "the guest is not satisfied: it is handled again, one level up"),))
again = Move((S.telling,), S.handling, "重新處理", "H4.3", by=handler, needs=(opinion,), only=(Only(not_satisfied, "H4.3", "the guest is not dissatisfied"), Only(~Level(1), "H4.3", "after the second round the general manager closes it with a reply")), new_round=True, climbs=True)
close_unsatisfied = Move((S.telling,), S.completing, "答復後結案", "H4.3", by=(general_manager, owner), needs=(result, result_apology, opinion, final_reply), only=(Only(not_satisfied, "H4.3", "the guest is not dissatisfied"), Only(Level(1), "H4.3", "it is handled again first, one level up")))
redo = Move((S.telling, S.completing), S.handling, "補辦", "H5.2", by=handler, only=(Only(~not_satisfied | Level(1), "H4.3", "the guest is not satisfied: it is handled again, one level up"),), renews=(facts, options, choice, compensation, compensation_agreed, explanation, attempt, unreachable, result, result_apology, opinion, final_reply, detail))
submit = Move((S.completing,), S.endorsing, "呈總經理批示", "H5.2", by=handler, needs=(detail,))
send_back = Move((S.endorsing,), S.completing, "退回重辦", "H5.2", by=endorsers, needs=(returned,), only=(Only(~guided_away, "X7", "it was guided elsewhere: there is nothing to do again"),), renews=(detail, returned, endorsement, delegated_endorsement, owner_endorsement))
take_up_again = Move((S.endorsing,), S.recorded, "改為受理", "X7", by=endorsers, needs=(returned, led_from_others), only=(Only(guided_away, "X7", "it was not guided elsewhere"),), renews=(guidance, not_ours, returned, endorsement, delegated_endorsement, owner_endorsement))
endorse = Move((S.endorsing,), S.filed, "批示", "H5.2", by=endorsers, needs=(*endorsed, led_from_others), only=(*all_above_know, Only(~Done(returned), "H5.2", "it was given back: it is done again first")))
archive = Move((S.filed,), S.archived, "歸檔", "H5.2", by=archive_flow, needs=(bag, *endorsed, led_from_others), only=(Only(verified, "X1", "the bag has not been verified"), *all_above_know))

# ── clocks ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
hearing_due = Deadline((S.listening,), "received", (Rung(minutes(30), (supervisor,), breach=False, between=(minutes(10), hours(1))), Rung(hours(1), (dept_manager,), between=(minutes(20), hours(2))), Rung(hours(4), (general_manager, owner), between=(hours(2), hours(12)))), "聽取並記錄投訴", "H1.1")
start_due = Deadline((S.recorded,), "entered", (Rung(minutes(15), (supervisor,), breach=False, between=(minutes(5), minutes(30))), Rung(minutes(30), (dept_manager,), between=(minutes(10), hours(1))), Rung(hours(2), (general_manager, owner), between=(hours(1), hours(6)))), "回答投訴", "H3.1")
acceptance_due = Deadline((S.handing_over,), "entered", (Rung(minutes(0), (supervisor,), breach=False, between=(minutes(0), minutes(5))), Rung(minutes(15), (dept_manager,), between=(minutes(5), minutes(30))), Rung(minutes(30), (duty_manager, general_manager, owner), between=(minutes(20), hours(2)))), "接收轉交的投訴", "H3.4")
handling_due = Deadline((S.handling,), "entered", (Rung(hours(2), (dept_manager,), between=(minutes(30), hours(4))), Rung(hours(8), (general_manager, owner), between=(hours(4), hours(24)))), "及時解決", "H4.1")
telling_due = Deadline((S.telling,), "entered", (Rung(hours(2), (supervisor, dept_manager), breach=False, between=(minutes(30), hours(8))), Rung(days(3), (dept_manager, general_manager), between=(days(1), days(5))), Rung(days(10), (owner,), between=(days(5), days(20)))), "及時通告結果並徵求意見", "H4.3")
result_due = Deadline(ANSWERING, "received", (Rung(minutes(90), (supervisor,), breach=False, between=(minutes(20), minutes(110))), Rung(hours(2), (dept_manager,), between=(minutes(30), hours(2))), Rung(hours(4), (general_manager,), between=(hours(2), hours(12)))), "及時將處理結果通告客人", "H4.3", until=result | unreachable, when=~Done(departed))
before_checkout = Deadline((S.listening, *ANSWERING), encounter.at("leaves_at"), (Rung(minutes(-30), (supervisor,), breach=False, between=(minutes(-120), minutes(-10))), Rung(minutes(0), (dept_manager,), between=(minutes(-60), minutes(0)))), "客人離店前通告結果", "H4.3", until=result | unreachable, when=~Done(stay))
before_new_checkout = Deadline((S.listening, *ANSWERING), stay.at("leaves_at"), (Rung(minutes(-30), (supervisor,), breach=False, between=(minutes(-120), minutes(-10))), Rung(minutes(0), (dept_manager,), between=(minutes(-60), minutes(0)))), "客人離店前通告結果", "H4.3", until=result | unreachable)
departed_due = Deadline((S.listening, *ANSWERING), departed, (Rung(days(1), (supervisor,), breach=False, between=(days(1), days(2))), Rung(days(3), (dept_manager,), between=(days(1), days(3))), Rung(days(5), (general_manager, owner), between=(days(4), days(10)))), "聯繫離店客人", "H4.3", until=result | unreachable, clock="working days")
report_due = Deadline((S.handling,), dept_report, (Rung(minutes(0), (dept_manager,), breach=False, between=(minutes(0), minutes(5))), Rung(minutes(30), (general_manager, owner), between=(minutes(5), hours(2)))), "部門經理知悉", "H4.2", until=dept_acknowledged)
leading_due = Deadline(UNTIL_ARCHIVED, noise, (Rung(minutes(5), (duty_manager, dept_manager), between=(minutes(1), minutes(30))),), "勸離其他客人", "H1.3", until=led_away)
detail_due = Deadline((S.completing,), "entered", (Rung(days(1), (supervisor,), breach=False, between=(hours(4), days(2))), Rung(days(3), (dept_manager,), between=(days(1), days(5))), Rung(days(7), (general_manager, owner), between=(days(3), days(15)))), "詳細記錄", "H5.1")
review_due = Deadline((S.guided,), "entered", (Rung(days(2), (dept_manager,), between=(days(1), days(5))), Rung(days(5), (general_manager, owner), between=(days(3), days(10)))), "複核不受理", "X7", clock="working days")
endorsement_due = Deadline((S.endorsing,), "entered", (Rung(days(3), (general_manager,), breach=False, between=(days(1), days(5))), Rung(days(7), (general_manager, owner), between=(days(3), days(15)))), "上報總經理批示", "H5.2")
archive_due = Deadline((S.filed,), "entered", (Rung(days(1), (general_manager,), between=(days(1), days(7))), Rung(days(7), (owner,), between=(days(3), days(14)))), "歸檔", "H5.2")
whole = Deadline(OPEN, "received", (Rung(days(14), (general_manager,), between=(days(5), days(30))), Rung(days(30), (owner,), between=(days(15), days(60)))), "全部處理", "H4.1")

# ── who may not ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
accused, accused_later = Named(note, "against"), Named(also_against, "against")
listening_to = (UnitNamed(encounter, "department"),)
answering = (*listening_to, UnitNamed(handover, "department"))
by_listener = OfUnit((sorting, assignment, ascertained, handover, answer, hand_over, guidance, guide), listening_to, "H3.1", "this is for the supervisor of the department that listened, or whoever stands above", or_roles=superiors)
by_department = OfUnit((reassignment, accepted, declined, facts, second_apology, thanks, next_told, dept_report, choice, options, compensation, explanation, result, result_apology, detail, accept, decline, tell, complete, again, redo, submit), answering, "H3.4", "this is for the supervisor of the department that answers, or whoever stands above", or_roles=superiors)
by_its_manager = OfUnit((dept_acknowledged, compensation_agreed, unreachable, not_ours, ours_after_all, manager_escalation.manager_acknowledgement, manager_escalation.acknowledge), answering, "H4.2", "this is for the manager of the department that answers, or whoever stands above", or_roles=superiors)
report_apart = Apart((dept_report,), (dept_acknowledged,), "H4.2", "nobody acknowledges their own report")
compensation_apart = Apart((compensation,), (compensation_agreed,), "H3.3", "nobody agrees to their own compensation")
attempt_apart = Apart((attempt,), (unreachable,), "H4.3", "whoever seeks the guest does not agree to giving up")
guidance_apart = Apart((guidance, guide), (not_ours, ours_after_all), "X7", "a second person reviews, not the one who guided")
accused_out = Barred(accused, "H3.4", "the person complained of has no part in this case")
accused_later_out = Barred(accused_later, "H3.4", "the person complained of has no part in this case")

PROCEDURE = declare(
    globals(), "hotel.complaint", date(2026, 1, 1), says="客人投訴", register=("complaint", "H"), states=S, initial=S.listening,
    finals=(S.archived,), intake=encounter, manager=general_manager,
    staff={hotel_staff: 2, supervisor: 2, dept_manager: 2, duty_manager: 1, general_manager: 1},
    answering=answering, led_by=(supervisor, dept_manager), noticed=("vip", vip_noticed), many_at_once=((endorsement, endorse), (delegated_endorsement, endorse), (owner_endorsement, endorse)),
    promises=(
        # 聆聽: listened to the end, understanding, apology; nothing explained
        NeverWithout("H1.1", encounter, S.recorded),
        NeverWithout("H1.1", heard, S.recorded),
        Never("H1.1", S.recorded, ~to_the_end),
        Never("H1.1", S.recorded, ~understanding),
        NeverWithout("H1.1", first_apology, S.recorded),
        NeverWithout("H1.2a", note, explanation),
        NeverWithout("H1.2a", first_apology, explanation),
        Never("H1.2b", explanation, upset),
        Never("H1.2b", guidance, upset),
        Never("H1.2c", S.filed, manager_waits),
        Never("H1.2c", S.archived, manager_waits),
        NeverWithout("H1.2c", manager_knows, S.archived, when=Done(gravity)),
        NeverWithout("H1.3", led_away, S.recorded, when=noisy),
        NeverWithout("H1.3", led_away, S.filed, when=noisy),
        NeverWithout("H1.3", led_away, S.archived, when=noisy),
        # 記錄
        NeverWithout("H2.1", note, S.recorded),
        NeverWithout("H2.2", note, S.archived),
        # 回答
        OnlyOfUnit("H3.1", (sorting, assignment, answer), listening_to, superiors),
        OnlyOfUnit("H3.4", (ascertained, handover, hand_over), listening_to, superiors),
        OnlyOfUnit("H3.4", (accepted, declined, accept, explanation, tell, result, result_apology), answering, superiors),
        OnlyOfUnit("H4.2", (dept_acknowledged, compensation_agreed), answering, superiors),
        OnlyBy("H3.1", explanation, (supervisor, dept_manager, *superiors)),
        OnlyBy("H3.1", explanation, (dept_manager, *superiors), when=Level(1)),
        NeverWithout("H3.2", options, S.telling, when=~gone, since=S.handling),
        NeverWithout("H3.2", choice, S.telling, when=~gone, since=S.handling),
        NeverWithout("H3.2", facts, options),
        NeverWithout("H3.3", facts, S.telling, since=S.handling),
        Never("H3.3", S.telling, ~verified_facts),
        Never("H3.3", explanation, ~verified_facts),
        NeverWithout("H3.3", compensation_agreed, S.telling, when=above_limit),
        NeverWithout("H3.1", explanation, S.telling, when=~gone, since=S.handling),
        NeverWithout("H3.1", assignment, S.handling),
        NeverWithout("H4.1", sorting, S.handling),
        NeverWithout("H4.1", sorting, S.handing_over, since=S.recorded),
        NeverWithout("H3.4", ascertained, S.handing_over),
        NeverWithout("H3.4", handover, S.handing_over, since=S.recorded),
        NeverWithout("H3.4", accepted, S.handling, when=Done(sorting) & ~own_department, since=S.handing_over),
        NeverWithout("H3.4", declined, S.recorded, when=Done(handover), since=S.handing_over),
        # 處理: apology, thanks, what happens next, the report, in this order
        NeverWithout("H4.2", second_apology, explanation, when=hard & ~gone),
        NeverWithout("H4.2", second_apology, S.telling, when=hard & ~gone),
        NeverWithout("H4.2", thanks, S.telling, when=hard & ~gone),
        NeverWithout("H4.2", next_told, S.telling, when=hard & ~gone),
        NeverWithout("H4.2", dept_acknowledged, S.telling, when=hard),
        NeverWithout("H4.2", second_apology, thanks),
        NeverWithout("H4.2", thanks, next_told),
        NeverWithout("H4.2", next_told, dept_report, when=~gone),
        NeverWithout("H4.2", dept_report, dept_acknowledged),
        # 通告結果: the result, the apology again, the guest's opinion
        NeverWithout("H4.3", result | unreachable, S.completing),
        NeverWithout("H4.3", result, S.completing, when=~gone, since=S.telling),
        NeverWithout("H4.3", result_apology, S.completing, when=~gone, since=S.telling),
        NeverWithout("H4.3", result, result_apology),
        NeverWithout("H4.3", first_apology, result_apology),
        NeverWithout("H4.3", second_apology, result_apology, when=hard & ~gone),
        NeverWithout("H4.1", opinion, S.completing, when=~gone, since=S.telling),
        NeverWithout("H4.3", result, opinion),
        NeverWithout("H4.3", result_apology, opinion),
        Never("H4.3", S.completing, not_satisfied & ~Level(1)),
        NeverWithout("H4.3", final_reply, S.completing, when=not_satisfied, since=S.telling),
        OnlyBy("H4.3", S.completing, endorsers, when=not_satisfied),
        OnlyBy("H4.3", final_reply, (general_manager, owner)),
        Never("H4.3", final_reply, ~not_satisfied),
        OnlyBy("H4.3", S.telling, (dept_manager, *superiors), when=Level(1)),
        NeverWithout("H4.3", departed, unreachable),
        NeverWithout("H4.3", departed, attempt),
        Never("H4.3", unreachable, ~three_days & reachable),
        Never("H4.3", unreachable, answered),
        OnlyBy("H4.3", unreachable, managers),
        # 重大 or 重要客人: the general manager, and nothing is archived before
        Never("H4.4", S.filed, gm_waits),
        Never("H4.4", S.archived, gm_waits),
        NeverWithout("H4.4", gm_knows, S.archived, when=vip | listed | on_major_list | Done(major_noticed) | Done(vip_noticed)),
        # 詳細記錄, 總經理批示, 歸檔
        NeverWithout("H5.1", detail, S.endorsing, when=~guided_away, since=S.completing),
        NeverWithout("H5.1", detail, S.archived, when=~guided_away),
        NeverWithout("H5.2", by_gm | by_owner, S.filed, since=S.endorsing),
        NeverWithout("H5.2", by_gm, S.archived, when=~gm_accused),
        NeverWithout("H5.2", by_owner, S.archived, when=gm_accused),
        Never("H5.2", endorsement, gm_accused),
        Never("H5.2", delegated_endorsement, gm_accused),
        Never("H5.2", owner_endorsement, ~gm_accused),
        Never("H5.2", owner_endorsement, owner_waits),
        OnlyBy("H5.2", endorsement, (general_manager,)),
        OnlyBy("H5.2", delegated_endorsement, (gm_delegate,)),
        OnlyBy("H5.2", owner_endorsement, (owner,)),
        OnlyBy("H5.2", S.filed, endorsers),
        OnlyBy("H5.2", S.archived, (archive_flow,)),
        Never("H5.2", S.filed, owner_waits),
        Never("H5.2", S.archived, owner_waits),
        NeverWithout("H5.2", owner_knows, S.archived, when=gm_accused),
        NeverWithout("H5.2", returned, S.completing, when=Done(detail), since=S.endorsing),
        Never("H5.2", S.filed, Done(returned)),
        NeverWithout("X1", bag, S.archived),
        Never("X1", S.archived, ~verified),
        OnlyBy("X1", bag, (archive_flow,)),
        NeverWithout("X1", first_apology, S.archived),
        NeverWithout("X1", second_apology, S.archived, when=hard & ~gone & ~guided_away),
        NeverWithout("X1", result_apology, S.archived, when=~gone & ~guided_away),
        NeverWithout("X1", result | unreachable, S.archived, when=~guided_away),
        NeverWithout("X1", opinion | unreachable, S.archived, when=~guided_away),
        # the other way
        NeverWithout("X7", guidance, S.guided, since=S.recorded),
        NeverWithout("X7", not_ours, S.endorsing, when=~Done(detail), since=S.guided),
        OnlyBy("X7", not_ours, managers),
        # who
        TwoPersons("H4.2", (dept_report,), (dept_acknowledged,)),
        TwoPersons("H3.3", (compensation,), (compensation_agreed,)),
        TwoPersons("H4.3", (attempt,), (unreachable,)),
        TwoPersons("X7", (guidance, guide), (not_ours, ours_after_all)),
        AccusedNever("H3.4", accused), AccusedNever("H3.4", accused_later),
        # time, and that it ends
        Owed("H4.3", result | unreachable, dept_manager, days(3), when=Done(departed) & ~Done(guidance)),
        AlwaysCanEnd("X1"), EveryWaitHasDeadline("X3"), NoTimeLoop("X3"), LaddersEndFilled("X3"),
    ),
)  # fmt: skip
