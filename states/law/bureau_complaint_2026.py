"""某財政局作風投訴處理辦法: the bureau's complaint about conduct, edition of 2026-01-01. Read it beside B1 to B16.

登記 → 受理 → 調查 → 分析 → 核實 → 處理建議 → 局黨組批準 → 辦理 → 答復 → 歸檔. Not upheld: 核實 → 答復 → 歸檔. Out of scope: 登記 → 說明、指導 →
複核 → 歸檔. Withdrawn by the complainant alone, or sent on to the superior, it has its own ends. An objection begins one new round, by
people who had no part in the first. Where the rules exclude everybody, the superior takes the case over.
"""

from datetime import date
from enum import auto

from states.acts import Ending, Move, Only, State, Step, Sub, When
from states.conditions import AllOf, AtLeast, Done, EveryNamed, Level, Open
from states.deadlines import Deadline, Rung, days
from states.forms import Ended
from states.ladder import Ladder
from states.law import bureau_measure_2026 as measure
from states.law.bureau_forms import (
    Admission,
    Agreed,
    Assignment,
    Attempt,
    Bag,
    Carried,
    Checklist,
    Delivery,
    Dismissal,
    Guidance,
    LogEntry,
    Measure,
    Memo,
    Minute,
    Nothing,
    NotUpheld,
    Outcome,
    Posting,
    Proposal,
    ReadingConsent,
    Redaction,
    Registration,
    Reply,
    ReplyBy,
    Return,
    Satisfaction,
    Scope,
    Service,
    Signature,
    Statement,
    Subject,
    Supplement,
    SupplementRequest,
    Transfer,
    Upheld,
    Verified,
    WithdrawalLetter,
    Words,
)
from states.law.roles import (
    archive_flow,
    assigned,
    auditor,
    clock,
    complainant,
    custodian,
    group_head,
    member,
    official,
    party_group,
    superior_body,
)
from states.people import Apart, Barred, FromSub, Named, Same
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
)
from states.secrecy import Group, Secrecy


class S(State):
    """Where a complaint stands."""

    registered = auto(), "登記"
    supplementing = auto(), "補充材料"
    accepted = auto(), "受理"
    investigating = auto(), "調查"
    analysing = auto(), "分析"
    verifying = auto(), "核實"
    proposing = auto(), "處理建議"
    approval = auto(), "局黨組批準"
    executing = auto(), "辦理"
    replying = auto(), "答復"
    replied = auto(), "已答復"
    guided = auto(), "說明並指導"
    filed = auto(), "立卷"
    archived = auto(), "歸檔"
    withdrawn = auto(), "投訴人撤回"
    transferred = auto(), "移送"


INTAKE = (S.registered, S.supplementing)
INQUIRY = (S.accepted, S.investigating, S.analysing, S.verifying)
DECISION = (S.proposing, S.approval, S.executing)
ANSWER = (S.replying, S.replied)
OPEN = (*INTAKE, *INQUIRY, *DECISION, *ANSWER, S.guided)
EVERYWHERE = tuple(S)
workers = (member, assigned)
heads = (group_head, superior_body)

# ── intake: registered, completed, in scope or not ──────────────────────────────────────────────────────────────────────────────────
registration = Step(Registration, "登記", "register the complaint", "B9b", by=(member, group_head, superior_body), during=(S.registered,), lasts="case")
about_group, complete = registration.fact("about_the_group"), registration.fact("complete")
about_department = registration.flag("subject", Subject.department)
anonymous, receipt = registration.flag("anonymous"), registration.flag("receipt")
no_answer = registration.flag("reply_by", ReplyBy.none)
by_page = registration.flag("reply_by", ReplyBy.receipt_page)
supplement_request = Step(SupplementRequest, "要求補充", "ask the complainant for what is missing", "B7a", by=workers, during=(S.registered,), lasts="case", often=True)
supplement = Step(Supplement, "補充材料", "record what was supplied or found out", "B7a", by=workers, during=(*INTAKE, *INQUIRY), lasts="case", often=True)
department_known = registration.given("department") | supplement.given("department")
scope = Step(Scope, "認定是否屬投訴範圍", "say under which items of article 5 it falls", "B5", by=workers, during=(S.registered,), lasts="case", settled_by=("refusal_reviewed", "refusal_reversed"))
outside = scope.flag("outside")
suspected_violation = scope.flag("suspected_violation")
guidance = Step(Guidance, "說明並指導", "explain, and guide the complainant to the authority that has the power", "B9c", by=workers, during=(S.registered,), lasts="case", settled_by=("refusal_reviewed", "refusal_reversed"))
refusal_reviewed = Step(Agreed, "複核不受理", "a second person agrees that it is out of scope", "B9c", by=(member, group_head, superior_body), during=(S.guided,), lasts="case")
refusal_reversed = Step(Agreed, "改為受理", "a second person finds it in scope", "B9c", by=(member, group_head, superior_body), during=(S.guided,), lasts="case")
transfer = Step(Transfer, "移送", "send it to the superior", "B8", by=(member, group_head), during=INTAKE, lasts="case", only=(Only(about_group, "B8", "only a complaint about the group or the party group is sent on"),))
takeover = Step(Agreed, "上級接辦", "the superior takes the case over", "B12", by=superior_body, during=OPEN, lasts="case")

# ── who handles it, and who may know ────────────────────────────────────────────────────────────────────────────────────────────────
assignment = Step(Assignment, "指定承辦人", "say who handles it", "B3a", by=heads, during=OPEN, lasts="case", often=True, latest=True)
admission = Step(Admission, "列入知情範圍", "put somebody on the list of those who need to know", "B10", by=heads, during=EVERYWHERE, lasts="case", often=True)
dismissal = Step(Dismissal, "移出知情範圍", "take somebody off the list of those who need to know", "B10", by=heads, during=EVERYWHERE, lasts="case", often=True)
consent = Step(ReadingConsent, "同意查閱", "the custodian consents to one reading", "B10", by=(custodian, superior_body), during=EVERYWHERE, lasts="case", often=True)
word_in = Step(Words, "投訴人來話", "the complainant says something", "B7b", by=complainant, during=(*OPEN, S.filed), lasts="case", often=True)
word_out = Step(Words, "回覆投訴人", "say something to the complainant", "B7b", by=workers, during=(*OPEN, S.filed), lasts="case", often=True, only=(Only(receipt, "B7b", "no receipt code was given"),))

# ── investigated, analysed, verified ────────────────────────────────────────────────────────────────────────────────────────────────
redaction = Step(Redaction, "確認已隱去投訴人身份", "confirm that nothing names the complainant", "B10", by=(custodian, group_head, superior_body), during=(S.accepted, S.investigating))
nothing_names = redaction.flag("nothing_names")
not_redacted = Only(nothing_names, "B10", "it is not confirmed that nothing names the complainant")
service = Step(Service, "送達", "serve an instrument on the respondent", "B10", by=workers, during=(S.investigating, *DECISION, *ANSWER), lasts="case", often=True, after=(redaction,), only=(not_redacted,))
statement = Step(Statement, "被投訴人陳述", "take the respondent's statement, or record that it was refused", "B2", by=workers, during=(S.investigating,), often=True, after=(redaction,), only=(not_redacted,), settled_by=("countersigned",))
log = Step(LogEntry, "調查記錄", "log what was investigated", "B3c", by=workers, during=(S.investigating,), often=True, settled_by=("countersigned",))
law_referral = Step(Transfer, "移交涉嫌違法線索", "refer the suspected violation of the law", "B5", by=(member, group_head, assigned), during=(*INQUIRY, *DECISION, *ANSWER), lasts="case")
memo = Step(Memo, "分析報告", "write the analysis", "B3c", by=workers, during=(S.analysing,), settled_by=("countersigned",))
countersigned = Step(Signature, "第二人簽署", "a second member signs the findings", "B12", by=(member, group_head, assigned), during=(S.verifying,))
upheld = Step(Upheld, "認定屬實", "find that it is upheld: facts clear, evidence conclusive, a problem of conduct", "B12", by=workers, during=(S.verifying,), often=True, renews=(countersigned,))
not_upheld = Step(NotUpheld, "認定不屬實", "find that it is not upheld", "B2", by=workers, during=(S.verifying,), often=True, renews=(countersigned,), settled_by=("malice_approved",))
is_upheld = Done(upheld)
malicious = not_upheld.flag("outcome", Outcome.malicious)
malice_approved = Step(Agreed, "同意認定惡意投訴", "somebody else agrees that it was malicious", "B2", by=heads, during=(S.verifying,), after=(not_upheld,), only=(Only(malicious, "B2", "nothing was found malicious"),))

# ── proposed, approved, carried out ─────────────────────────────────────────────────────────────────────────────────────────────────
proposal = Step(Proposal, "處理建議", "propose a measure, and what is to be improved", "B12", by=workers, during=(S.proposing,), often=True, settled_by=("minute", "returned"))
minute = Step(Minute, "局黨組批準", "the party group decides, with number and date of its minute", "B12", by=party_group, during=(S.approval,), often=True, after=(proposal,), settled_by=("approve",))
returned = Step(Return, "局黨組退回", "the party group gives the proposal back", "B12", by=party_group, during=(S.approval,), after=(proposal,))
execution = Step(Ended, "措施執行完畢", "a measure is carried out", "B12", by=FromSub("bureau.measure"), during=(S.executing, *ANSWER), often=True)
cancelled = Step(Ended, "措施已撤銷", "a measure is revoked by the party group", "B12", by=FromSub("bureau.measure"), during=(S.executing, *ANSWER), often=True)
carried = Step(Carried, "轉為跟進事項", "carry on a measure that is not done yet as an open action", "B14", by=heads, during=(S.executing,))

# ── answered and filed ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
reply = Step(Reply, "答復", "write the reply", "B13", by=workers, during=(S.replying,), settled_by=("delivered",))
no_private_data = reply.flag("no_private_data")
private_data = Only(~Done(reply) | no_private_data, "B13", "the reply holds private data of the staff")
delivered = Step(Delivery, "送達答復", "deliver the reply the way the complainant chose", "B13", by=workers, during=(S.replying,), often=True, latest=True, after=(reply,), only=(private_data, Only(~by_page, "B13", "the complainant reads the reply on the receipt page: put it there"), Only(~no_answer, "B13", "the complainant cannot be answered")))
as_chosen = AllOf(tuple(~registration.flag("reply_by", way) | delivered.flag("channel", way) for way in (ReplyBy.visit, ReplyBy.phone, ReplyBy.letter, ReplyBy.email)))
other_way = ~Done(delivered) | as_chosen
posted = Step(Posting, "在回執頁公布答復", "put the reply on the receipt page", "B13", by=workers, during=(S.replying,), at_once=True, after=(reply,), only=(Only(receipt, "B7b", "no receipt code was given"), private_data))
read_by_complainant = Step(Nothing, "投訴人閱讀答復", "the complainant reads the reply", "B13", by=complainant, during=(S.replying,), after=(posted,))
reply_attempt = Step(Attempt, "嘗試答復", "try to reach the complainant with the reply", "B13", by=workers, during=(S.replying,), often=True, after=(reply,), only=(Only(~anonymous, "B13", "an anonymous complainant cannot be sought"),), settled_by=("unreachable",))
three_days = AtLeast(3, reply_attempt, on_different_days=True)
unreachable = Step(Agreed, "同意停止答復", "agree that the complainant cannot be reached", "B13", by=(group_head, superior_body), during=(S.replying,), after=(reply_attempt,), only=(Only(three_days, "B13", "attempts on three different days come first"),))
impossible = Step(Agreed, "無法答復", "say why no reply is possible", "B13", by=workers, during=(S.replying,), after=(reply,), only=(Only(no_answer, "B13", "the complainant can be answered"),), settled_by=("impossible_agreed",))
impossible_agreed = Step(Agreed, "同意無法答復", "a second person agrees that no reply is possible", "B13", by=(member, group_head, assigned), during=(S.replying,), after=(impossible,))
satisfaction = Step(Satisfaction, "徵求對答復的意見", "ask what the complainant says of the reply", "B13", by=(member, assigned, group_head, complainant), during=(S.replied,), often=True, latest=True)
objection = Step(Words, "投訴人提出異議", "record the complainant's objection", "B13", by=(member, assigned, group_head, complainant), during=(S.replied,), lasts="case", only=(Only(~Level(1), "B13", "there is one review only"),))
checklist = Step(Checklist, "整理案卷", "go through the file", "B14", by=workers + heads, during=(S.replied,), often=True, latest=True)
papers_there, decision_there = checklist.fact("papers_there"), checklist.fact("decision_there")
bag = Step(Bag, "歸檔包", "the archive flow builds and verifies the bag", "B14", by=archive_flow, during=(S.filed,), lasts="case", often=True, latest=True)
verified = bag.flag("verified")

# ── taken back ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
BEFORE_DECISION = (*INTAKE, *INQUIRY, S.proposing)
withdrawal = Step(Words, "投訴人撤回", "the complainant takes the complaint back", "B8", by=complainant, during=BEFORE_DECISION, lasts="case")
withdrawal_letter = Step(WithdrawalLetter, "撤回信", "record the complainant's written withdrawal", "B8", by=workers, during=BEFORE_DECISION, lasts="case", only=(Only(~anonymous, "B8", "an anonymous complaint is taken back with its receipt code"),), settled_by=("withdrawal_verified",))
withdrawal_verified = Step(Verified, "核實撤回", "a second person asks the complainant whether that is so", "B8", by=(member, group_head, assigned), during=BEFORE_DECISION, lasts="case", after=(withdrawal_letter,))

# ── nobody is left out ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
accused, accused_later = Named(registration, "against"), Named(supplement, "against")
respondents = (accused, accused_later)
judged = (Named(upheld, "respondent"), Named(not_upheld, "respondent"))
every_respondent_heard = EveryNamed(respondents, (Named(statement, "respondent"),))
every_respondent_judged = EveryNamed(respondents, judged)
nobody_else_judged = EveryNamed(judged, respondents)
every_upheld_proposed = EveryNamed((Named(upheld, "respondent"),), (Named(proposal, "respondent"),))
nobody_else_proposed = EveryNamed((Named(proposal, "respondent"),), (Named(upheld, "respondent"),))
every_upheld_decided = EveryNamed((Named(upheld, "respondent"),), (Named(minute, "respondent"),))
nobody_else_decided = EveryNamed((Named(minute, "respondent"),), (Named(upheld, "respondent"),))
department_upheld, department_proposed, department_decided = (step.fact("of_department") for step in (upheld, proposal, minute))
department_judged = department_upheld | not_upheld.fact("of_department")
findings_complete = (Only(every_respondent_heard, "B2", "a respondent has not been heard yet"), Only(every_respondent_judged, "B12", "a respondent has no finding yet"), Only(nobody_else_judged, "B12", "a finding is on somebody who is no respondent: record who the respondents are first"), Only(~about_department | department_judged, "B12", "the department complained of has no finding yet"))

measures = Sub("bureau.measure", (Ending(measure.S.executed, execution), Ending(measure.S.revoked, cancelled)), each=minute)

# ── moves ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
ask_more = Move((S.registered,), S.supplementing, "要求補充", "B7a", by=workers, needs=(registration, supplement_request))
resume = Move((S.supplementing,), S.registered, "繼續辦理", "B7a", by=(member, assigned, clock))
accept = Move((S.registered,), S.accepted, "受理", "B9a", by=workers, needs=(registration, scope, When(~complete & ~no_answer, supplement_request)), only=(Only(~outside, "B9a", "it is out of scope"), Only(~about_group, "B8", "a complaint about the group or the party group goes to the superior"), Only(department_known, "B7a", "the department is not known yet: ask for it, or find it out")))
guide = Move((S.registered,), S.guided, "不屬受理範圍", "B9c", by=workers, needs=(registration, scope, guidance), only=(Only(outside, "B9a", "it is in scope and must be accepted"), Only(~about_group, "B8", "a complaint about the group or the party group goes to the superior")))
reverse = Move((S.guided,), S.registered, "改為受理", "B9a", by=(member, group_head, superior_body), needs=(refusal_reversed,), renews=(scope, guidance, refusal_reviewed, refusal_reversed))
confirm = Move((S.guided,), S.filed, "複核後立卷", "B9c", by=(member, group_head, superior_body), needs=(refusal_reviewed,), only=(Only(~Done(refusal_reversed), "B9a", "a second person found it in scope"),))
send_up = Move((S.registered,), S.transferred, "移送上級", "B8", by=(member, group_head), needs=(registration, transfer), only=(Only(about_group, "B8", "only a complaint about the group or the party group is sent on"),))
take_over = Move(OPEN, S.transferred, "上級接辦", "B12", by=superior_body, needs=(takeover,))
investigate = Move((S.accepted,), S.investigating, "開始調查", "B3b", by=workers, needs=(assignment,))
analyse = Move((S.investigating,), S.analysing, "調查完畢", "B3b", by=workers, needs=(log, statement), only=(Only(every_respondent_heard, "B2", "a respondent has not been heard yet"),))
verify = Move((S.analysing,), S.verifying, "分析完畢", "B3b", by=workers, needs=(memo,), only=(Only(every_respondent_heard, "B2", "a respondent has not been heard yet"),))
investigate_more = Move((S.analysing, S.verifying), S.investigating, "補充調查", "B3b", by=workers, renews=(redaction, log, memo, upheld, not_upheld, countersigned, malice_approved))
propose = Move((S.verifying,), S.proposing, "核實屬實", "B12", by=workers, needs=(upheld, countersigned, When(malicious, malice_approved)), only=findings_complete)
conclude = Move((S.verifying,), S.replying, "核實不屬實", "B3b", by=workers, needs=(not_upheld, countersigned, When(malicious, malice_approved)), only=(Only(~is_upheld, "B12", "it is upheld: a proposal is due"), *findings_complete))
submit = Move((S.proposing,), S.approval, "報局黨組", "B12", by=workers, needs=(proposal,), only=(Only(every_upheld_proposed, "B12", "somebody found against has no proposal yet"), Only(nobody_else_proposed, "B12", "a proposal is for somebody who was not found against"), Only(~department_upheld | department_proposed, "B2", "the department found against has no proposal yet")))
send_back = Move((S.approval,), S.proposing, "退回", "B12", by=party_group, needs=(returned,), renews=(proposal, minute, returned))
approve = Move((S.approval,), S.executing, "批準", "B12", by=party_group, needs=(minute,), only=(Only(every_upheld_decided, "B12", "on somebody found against nothing is decided yet"), Only(nobody_else_decided, "B12", "a decision is on somebody who was not found against"), Only(~department_upheld | department_decided, "B2", "on the department found against nothing is decided yet"), Only(~Done(returned), "B12", "the proposal was given back")), starts=(measures,))
carry_out = Move((S.executing,), S.replying, "辦理完畢", "B3b", by=workers, needs=(execution | carried,), only=(Only(~Open("bureau.measure") | Done(carried), "B14", "a measure is neither carried out nor carried on as an open action"),))
answer = Move((S.replying,), S.replied, "已答復", "B13", by=workers, needs=(reply, delivered | read_by_complainant | unreachable | impossible_agreed), only=(private_data, Only(other_way, "B13", "the complainant chose another way of reply")))
page_ended = Move((S.replying,), S.replied, "回執頁期滿", "B13", by=clock, needs=(posted,), only=(private_data,))
review = Move((S.replied,), S.investigating, "複查", "B13", by=heads, needs=(objection, assignment), only=(Only(~Level(1), "B13", "there is one review only"),), new_round=True, climbs=True)
file = Move((S.replied,), S.filed, "立卷", "B14", by=workers + heads, needs=(checklist, When(~no_answer, satisfaction), When(suspected_violation, law_referral)), only=(Only(papers_there, "B14", "a paper is missing in the file"), Only(~is_upheld | decision_there, "B14", "proposal, approval or proof of the measures is missing in the file"), Only(~Done(objection) | Level(1), "B13", "the complainant's objection has not been reviewed")))
archive = Move((S.filed,), S.archived, "歸檔", "B14", by=archive_flow, needs=(bag,), only=(Only(verified, "B14", "the bag has not been verified"),))
withdraw = Move((*INTAKE, *INQUIRY), S.withdrawn, "撤回結案", "B8", by=heads, needs=(withdrawal | withdrawal_verified,), only=(Only(~is_upheld, "B2", "it is upheld: a disposition is due"), Only(~Level(1), "B13", "it is under review, which ends with an answer")))

# ── clocks: all numbers are defaults of this edition ────────────────────────────────────────────────────────────────────────────────
scope_due = Deadline(INTAKE, "received", (Rung(days(10), (member,), breach=False, between=(days(3), days(14))), Rung(days(15), (group_head,), between=(days(5), days(15))), Rung(days(20), (superior_body,), between=(days(16), days(40)))), "受理", "B5")
supply_wait = Deadline((S.supplementing,), "entered", (Rung(days(15), (member,), breach=False, between=(days(5), days(30))),), "補充材料", "B7a", move=resume)
refusal_due = Deadline((S.guided,), "entered", (Rung(days(2), (group_head,), between=(days(1), days(5))), Rung(days(5), (superior_body,), between=(days(3), days(10)))), "複核不受理", "B9c", clock="working days")
start_due = Deadline((S.accepted,), "entered", (Rung(days(10), (group_head,), between=(days(2), days(15))), Rung(days(15), (party_group, superior_body), between=(days(5), days(30)))), "及時辦理", "B3c", clock="working days")
investigation_due = Deadline((S.investigating,), "entered", (Rung(days(25), (member,), breach=False, between=(days(5), days(40))), Rung(days(30), (group_head,), between=(days(10), days(60))), Rung(days(40), (party_group, superior_body), between=(days(15), days(90)))), "調查", "B3c", clock="working days")
analysis_due = Deadline((S.analysing,), "entered", (Rung(days(10), (group_head,), between=(days(3), days(20))), Rung(days(15), (party_group, superior_body), between=(days(5), days(30)))), "分析", "B3c", clock="working days")
verification_due = Deadline((S.verifying,), "entered", (Rung(days(10), (group_head,), between=(days(3), days(20))), Rung(days(15), (party_group, superior_body), between=(days(5), days(30)))), "核實", "B3c", clock="working days")
proposal_due = Deadline((S.proposing,), "entered", (Rung(days(10), (group_head,), between=(days(3), days(20))), Rung(days(15), (party_group, superior_body), between=(days(5), days(30)))), "處理建議", "B12", clock="working days")
approval_due = Deadline((S.approval,), "entered", (Rung(days(15), (party_group,), between=(days(3), days(20))), Rung(days(20), (superior_body,), between=(days(5), days(40)))), "局黨組批準", "B12", clock="working days")
execution_due = Deadline((S.executing,), "entered", (Rung(days(30), (group_head,), between=(days(10), days(40))), Rung(days(40), (party_group, superior_body), between=(days(15), days(60)))), "辦理", "B3c", clock="working days")
reply_due = Deadline((S.replying,), "entered", (Rung(days(8), (member,), breach=False, between=(days(2), days(9))), Rung(days(10), (group_head,), between=(days(3), days(10))), Rung(days(15), (party_group, superior_body), between=(days(11), days(30)))), "答復", "B13", clock="working days", until=delivered | posted | unreachable | impossible_agreed)
reply_wait = Deadline((S.replying,), "entered", (Rung(days(60), (group_head,), between=(days(35), days(90))), Rung(days(75), (superior_body,), between=(days(60), days(120)))), "答復完畢", "B13")
page_open = Deadline((S.replying,), posted, (Rung(days(30), (member,), breach=False, between=(days(30), days(60))),), "回執頁公布", "B13", move=page_ended)
filing_due = Deadline((S.replied,), "entered", (Rung(days(25), (member,), breach=False, between=(days(5), days(29))), Rung(days(30), (group_head,), between=(days(10), days(30))), Rung(days(40), (superior_body,), between=(days(31), days(60)))), "立卷歸檔", "B14")
review_due = Deadline((S.replied,), objection, (Rung(days(5), (group_head,), between=(days(1), days(10))), Rung(days(10), (superior_body,), between=(days(3), days(20)))), "受理異議", "B13", when=~Level(1))
review_end_due = Deadline((*INQUIRY, *DECISION, S.replying), objection, (Rung(days(30), (group_head,), between=(days(10), days(30))), Rung(days(40), (party_group, superior_body), between=(days(31), days(60)))), "複查", "B13")
archive_due = Deadline((S.filed,), "entered", (Rung(days(1), (group_head,), between=(days(1), days(7))), Rung(days(7), (superior_body,), between=(days(3), days(14)))), "歸檔", "B14")
whole = Deadline(OPEN, "received", (Rung(days(150), (group_head,), breach=False, between=(days(60), days(170))), Rung(days(180), (party_group,), between=(days(90), days(200))), Rung(days(210), (superior_body,), between=(days(181), days(300)))), "全部辦理", "B3c")

# ── who may not ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
inquired = (log, memo, upheld, not_upheld)
refusal_apart = Apart((scope, guidance, guide), (refusal_reviewed, refusal_reversed, confirm, reverse), "B9c", "a second person reviews, not the one who decided that it is out of scope")
signature_apart = Apart((upheld, not_upheld), (countersigned,), "B12", "a second member signs, not the one who found")
malice_apart = Apart((not_upheld,), (malice_approved,), "B2", "somebody else agrees, not the one who found")
approval_apart = Apart((*inquired, countersigned, proposal), (minute, returned, approve, send_back), "B12", "whoever investigated or proposed does not approve")
impossible_apart = Apart((impossible,), (impossible_agreed,), "B13", "a second person agrees, not the one who says that no reply is possible")
unreachable_apart = Apart((reply_attempt,), (unreachable,), "B13", "whoever seeks the complainant does not agree to giving up")
withdrawal_apart = Apart((withdrawal_letter,), (withdrawal_verified,), "B8", "a second person asks the complainant, not the one who took the letter")
handled_by = Named(assignment, "handler")
satisfaction_apart = Apart(inquired, (satisfaction,), "B13", "whoever investigated does not ask the complainant about the reply", named=(handled_by,))
review_apart = Apart((*inquired, countersigned, statement, proposal), (*inquired, countersigned, statement, proposal, propose, conclude, submit), "B13", "a review is by people who had no part before", "earlier rounds")
by_handler = Same((checklist, file), handled_by, "B14", "this is for the handler of the complaint", or_roles=heads)
accused_out = Barred(accused, "B12", "the person complained of has no part in this case")
accused_later_out = Barred(accused_later, "B12", "the person complained of has no part in this case")

PROCEDURE = declare(
    globals(), "bureau.complaint", date(2026, 1, 1), says="機關作風問題投訴", register=("complaint", "B"), states=S,
    initial=S.registered, finals=(S.archived, S.withdrawn, S.transferred), intake=registration, manager=group_head, aside=(S.withdrawn,),
    staff={member: 4, group_head: 1, party_group: 3, custodian: 1, auditor: 1, official: 1},
    bases=("《中華人民共和國行政監察法》", "《國家公務員法》", "監察部《監察機關舉報工作辦法》"),
    secrecy=Secrecy(
        "B10", sees=(group_head, custodian, superior_body, auditor), custodian=custodian, auditor=auditor, numbers=(superior_body,),
        admits=(Named(admission, "person"), handled_by), dismisses=(Named(dismissal, "person"),), consents=Named(consent, "reader"),
        custodians_in="discipline", served=(Named(service, "respondent"),), upward=(about_group,),
    ),
    group=Group(member, (("discipline", "紀檢組"), ("supervision", "監督科"), ("office", "辦公室")), "B3a"),
    ladder=Ladder(
        upheld, not_upheld, proposal, minute, (Measure.talk.value, Measure.public_criticism.value, Measure.failed_assessment.value, Measure.suspension.value),
        Measure.rectification.value, "B12",
    ),
    approved_by=party_group,
    promises=(
        # intake: nothing is refused that is in scope, and nothing is decided that is not registered
        NeverWithout("B9b", registration, S.accepted),
        NeverWithout("B9d", registration, S.guided),
        NeverWithout("B5", scope, S.accepted),
        Never("B5", S.accepted, outside),
        Never("B9a", S.guided, ~outside),
        NeverWithout("B9c", guidance, S.guided),
        NeverWithout("B9c", refusal_reviewed, S.filed, when=outside, since=S.guided),
        Never("B9a", S.filed, Done(refusal_reversed)),
        Never("B7a", S.accepted, ~department_known),
        NeverWithout("B7a", supplement_request, S.accepted, when=~complete & ~no_answer),
        NeverWithout("B7a", supplement_request, S.supplementing),
        Never("B8", S.accepted, about_group),
        Never("B8", S.guided, about_group),
        Never("B8", S.transferred, ~about_group & ~Done(takeover)),
        Never("B8", transfer, ~about_group),
        NeverWithout("B8", transfer | takeover, S.transferred),
        # the seven steps, none skipped, in order, again in every round
        NeverWithout("B3a", assignment, S.investigating),
        NeverWithout("B3b", log, S.analysing, since=S.investigating),
        NeverWithout("B3c", log, S.replying),
        NeverWithout("B2", statement, S.verifying),
        NeverWithout("B2", statement, S.approval),
        Never("B2", S.verifying, ~every_respondent_heard),
        Never("B2", S.proposing, ~every_respondent_heard),
        Never("B2", S.replying, ~every_respondent_heard),
        NeverWithout("B10", redaction, statement),
        NeverWithout("B10", redaction, service),
        Never("B10", statement, ~nothing_names),
        Never("B10", service, ~nothing_names),
        NeverWithout("B3c", memo, S.verifying, since=S.analysing),
        NeverWithout("B3b", memo, S.replying),
        NeverWithout("B3b", upheld | not_upheld, S.replying),
        NeverWithout("B12", countersigned, S.replying),
        NeverWithout("B12", countersigned, S.proposing, since=S.verifying),
        NeverWithout("B12", upheld, S.proposing, since=S.verifying),
        NeverWithout("B2", not_upheld | upheld, S.replying, since=S.verifying),
        Never("B12", S.proposing, ~every_respondent_judged),
        Never("B12", S.proposing, ~nobody_else_judged),
        Never("B12", S.replying, ~every_respondent_judged),
        Never("B12", S.proposing, ~is_upheld),
        NeverWithout("B2", malice_approved, S.replying, when=malicious & ~is_upheld),
        NeverWithout("B2", not_upheld, malice_approved),
        Never("B2", malice_approved, ~malicious),
        Never("B12", S.proposing, about_department & ~department_judged),
        Never("B12", S.replying, about_department & ~department_judged),
        # no measure without an upheld finding and the party group's minute, nothing carried out before
        NeverWithout("B12", proposal, S.approval, since=S.proposing),
        Never("B12", S.approval, ~every_upheld_proposed),
        Never("B12", S.approval, ~nobody_else_proposed),
        NeverWithout("B12", minute, S.executing, since=S.approval),
        NeverWithout("B12", proposal, minute),
        NeverWithout("B12", proposal, returned),
        NeverWithout("B12", returned, S.proposing, when=Done(proposal)),
        Never("B12", S.executing, ~every_upheld_decided),
        Never("B12", S.executing, ~nobody_else_decided),
        Never("B12", S.executing, ~is_upheld),
        Never("B2", S.approval, department_upheld & ~department_proposed),
        Never("B2", S.executing, department_upheld & ~department_decided),
        Never("B12", S.executing, Done(returned)),
        NeverWithout("B12", minute, execution),
        NeverWithout("B12", minute, S.replying, when=is_upheld),
        NeverWithout("B12", minute, S.filed, when=is_upheld),
        NeverWithout("B2", execution | carried, S.replying, when=is_upheld),
        Never("B14", S.replying, Open("bureau.measure") & ~Done(carried)),
        NeverWithout("B12", minute, cancelled),
        # the reply
        NeverWithout("B13", reply, S.replied),
        Never("B13", S.replied, ~no_private_data),
        NeverWithout("B13", delivered | posted | unreachable | impossible_agreed, S.replied),
        Never("B13", S.replied, Done(delivered) & ~as_chosen & ~Done(posted)),
        Never("B13", unreachable, ~three_days),
        Never("B13", delivered, by_page | no_answer),
        Never("B13", reply_attempt, anonymous),
        Never("B13", posted, ~receipt),
        Never("B7b", word_out, ~receipt),
        Never("B13", impossible, ~no_answer),
        NeverWithout("B13", impossible, impossible_agreed),
        NeverWithout("B13", posted, read_by_complainant),
        NeverWithout("B13", satisfaction, S.filed, when=~no_answer & ~outside),
        NeverWithout("B13", objection, log, when=Level(1)),
        Never("B13", S.filed, Done(objection) & ~Level(1)),
        Never("B13", S.investigating, Level(1) & ~Done(objection)),
        Never("B13", objection, Level(1)),
        # the file
        NeverWithout("B14", checklist, S.filed, when=~outside, since=S.replied),
        Never("B14", S.filed, ~papers_there & ~outside),
        Never("B14", S.filed, is_upheld & ~decision_there),
        NeverWithout("B5", law_referral, S.filed, when=suspected_violation & ~outside),
        NeverWithout("B14", bag, S.archived),
        Never("B14", S.archived, ~verified),
        OnlyBy("B14", S.archived, (archive_flow,)),
        OnlyBy("B14", bag, (archive_flow,)),
        # taken back by the complainant alone
        NeverWithout("B8", withdrawal | withdrawal_verified, S.withdrawn),
        NeverWithout("B8", withdrawal_letter, withdrawal_verified),
        Never("B2", S.withdrawn, is_upheld),
        Never("B13", S.withdrawn, Level(1)),
        Never("B8", withdrawal_letter, anonymous),
        OnlyBy("B8", withdrawal, (complainant,)),
        OnlyBy("B8", S.withdrawn, heads),
        # who
        OnlyBy("B12", S.executing, (party_group,)),
        OnlyBy("B12", minute, (party_group,)),
        OnlyBy("B12", returned, (party_group,)),
        OnlyBy("B10", consent, (custodian, superior_body)),
        OnlyBy("B10", admission, heads),
        OnlyBy("B10", dismissal, heads),
        OnlyBy("B10", redaction, (custodian, group_head, superior_body)),
        OnlyBy("B3a", assignment, heads),
        OnlyBy("B3a", log, workers),
        OnlyBy("B3a", S.accepted, workers),
        OnlyBy("B3a", S.investigating, workers + heads),
        OnlyBy("B8", takeover, (superior_body,)),
        OnlyBy("B13", unreachable, heads),
        OnlyBy("B13", read_by_complainant, (complainant,)),
        OnlyBy("B7b", word_in, (complainant,)),
        OnlyBy("B14", S.filed, (member, assigned, group_head, superior_body)),
        TwoPersons("B9c", (scope, guidance, guide), (refusal_reviewed, refusal_reversed, confirm, reverse)),
        TwoPersons("B12", (upheld, not_upheld), (countersigned,)),
        TwoPersons("B2", (not_upheld,), (malice_approved,)),
        TwoPersons("B12", (*inquired, countersigned, proposal), (minute, returned, approve, send_back)),
        TwoPersons("B13", (impossible,), (impossible_agreed,)),
        TwoPersons("B13", (reply_attempt,), (unreachable,)),
        TwoPersons("B8", (withdrawal_letter,), (withdrawal_verified,)),
        TwoPersons("B13", inquired, (satisfaction,)),
        TwoPersons("B13", (*inquired, countersigned, statement, proposal), (*inquired, countersigned, statement, proposal, propose, conclude, submit), "earlier rounds"),
        AccusedNever("B12", accused), AccusedNever("B12", accused_later),
        # time, and that it ends
        Owed("B13", delivered | posted | unreachable | impossible_agreed | read_by_complainant, group_head, days(10), when=Done(reply)),
        AlwaysCanEnd("X1", but=(S.withdrawn,)), EveryWaitHasDeadline("X3"), NoTimeLoop("X3"), LaddersEndFilled("X3"),
    ),
)  # fmt: skip
