"""What the steps of the bureau's procedure record, shared by the complaint and its measures. Read it beside B5 to B14."""

from enum import StrEnum, auto
from typing import Annotated, Self

from pydantic import Field, model_validator

from states.forms import (
    Another,
    Case,
    Complainant,
    DayAhead,
    DayBehind,
    Form,
    Holds,
    Moment,
    Numbered,
    Parties,
    Person,
    PersonRef,
    Respondent,
    Respondents,
    SealedText,
    SealedWords,
    Unit,
)

Scan = Annotated[str, Field(pattern="^([0-9a-f]{64})?$")]
MINUTE_NUMBER = r"^[0-9]{4}-[0-9]{1,4}$"
MinuteNumber = Annotated[str, Numbered("minute"), Field(pattern=MINUTE_NUMBER)]
Member = Annotated[str, PersonRef, Holds(("member", "assigned")), Field(min_length=1, max_length=64)]
Insider = Annotated[
    str,
    PersonRef,
    Holds(("member", "group_head", "party_group", "custodian", "auditor", "assigned", "superior_body")),
    Field(min_length=1, max_length=64),
]
Reader = Annotated[
    str,
    PersonRef,
    Another,
    Holds(("member", "group_head", "party_group", "custodian", "assigned", "superior_body")),
    Field(min_length=1, max_length=64),
]


class Channel(StrEnum):
    """How a complaint reached the bureau (B6)."""

    visit = auto()
    phone = auto()
    letter = auto()
    email = auto()
    web = auto()
    other = auto()


class Subject(StrEnum):
    """Whom it is about."""

    official = auto()
    department = auto()
    group = auto()
    party_group = auto()


class ReplyBy(StrEnum):
    """How the complainant wishes to be answered (B13)."""

    visit = auto()
    phone = auto()
    letter = auto()
    email = auto()
    receipt_page = auto()
    none = auto()


class Item(StrEnum):
    """The items of article 5."""

    delay = auto()
    shirking = auto()
    concealment = auto()
    favours = auto()
    abuse = auto()
    rudeness = auto()
    indiscipline = auto()
    other = auto()


class Source(StrEnum):
    """Who supplied what was missing."""

    complainant = auto()
    group = auto()


class Paper(StrEnum):
    """What an instrument served on somebody is."""

    request_for_statement = auto()
    notice_of_finding = auto()
    notice_of_decision = auto()


class Outcome(StrEnum):
    """What was found where the complaint is not upheld."""

    not_upheld = auto()
    insufficient = auto()
    malicious = auto()


class Measure(StrEnum):
    """The measures of article 12, and what a department is told to put right."""

    talk = auto()
    public_criticism = auto()
    failed_assessment = auto()
    suspension = auto()
    rectification = auto()


class Content(StrEnum):
    """What the complainant says of the reply."""

    satisfied = auto()
    not_satisfied = auto()
    declined = auto()
    not_reached = auto()


class Registration(Form):
    """The complaint as it was received: department, person, matter and reason are asked for, name and telephone are not demanded (B7)."""

    channel: Channel = Field(description="how it came in")
    scan_sha256: Scan = Field(default="", description="sha256 of the letter's scan")
    note: SealedText = Field(default="", description="note of the visit or call")
    subject: Subject = Field(description="whom it is about")
    department: Unit | None = Field(default=None, description="the department complained of")
    against: Respondents = Field(default=(), description="the persons complained of")
    person_words: SealedText = Field(
        default="", description="the persons complained of, in the complainant's words"
    )
    matter: SealedWords = Field(description="what happened, in the complainant's words")
    reason: SealedText = Field(default="", description="why the complainant thinks it wrong")
    anonymous: bool = Field(description="the complainant gives no name")
    complainants: Annotated[tuple[Complainant, ...], Parties("complainant")] = Field(
        default=(), max_length=50, description="who complains"
    )
    receipt: bool = Field(
        default=False, description="a receipt code was given, to talk both ways and read the reply"
    )
    reply_by: ReplyBy = Field(description="how the complainant wishes to be answered")

    @property
    def complete(self) -> bool:
        """Department, person and reason are all there, beside the matter (B7a)."""
        return bool(self.department and (self.against or self.person_words) and self.reason)

    @property
    def about_the_group(self) -> bool:
        """It is about the group or the party group, which cannot handle it (B8)."""
        return self.subject in {Subject.group, Subject.party_group}

    @model_validator(mode="after")
    def evidence_fits_the_channel(self) -> Self:
        """A letter comes with its scan, a visit or call with its note (B6, B9d)."""
        if self.channel is Channel.letter and not self.scan_sha256:
            raise ValueError("a letter is registered with the sha256 of its scan")
        if self.channel in {Channel.visit, Channel.phone} and not self.note:
            raise ValueError("a visit or call is registered with a note of it")
        return self

    @model_validator(mode="after")
    def anonymity_and_the_reply_agree(self) -> Self:
        """Nobody is named in an anonymous complaint; without a code or an address there is no way to answer it (B7b)."""
        if self.anonymous and self.complainants:
            raise ValueError("an anonymous complaint names no complainant")
        if self.anonymous and self.channel is Channel.letter and self.receipt:
            raise ValueError("an anonymous letter has no receipt code: there is nobody to give it to")
        if (self.reply_by is ReplyBy.receipt_page) > self.receipt:
            raise ValueError("the receipt page needs a receipt code")
        if self.anonymous and self.reply_by not in {ReplyBy.receipt_page, ReplyBy.none}:
            raise ValueError(
                "an anonymous complainant is answered on the receipt page, or cannot be answered"
            )
        if self.reply_by is ReplyBy.none and not (self.anonymous and not self.receipt):
            raise ValueError("only an anonymous complaint without a receipt code goes without an answer")
        return self


class SupplementRequest(Form):
    """What is missing is asked for; a complaint is not refused for it (B7a)."""

    asks: SealedWords = Field(description="what is asked for")
    told_at: Moment = Field(description="when the complainant was asked")


class Supplement(Form):
    """What was missing, from the complainant or found out by the group."""

    source: Source = Field(description="who supplied it")
    department: Unit | None = Field(default=None, description="the department complained of")
    against: Respondents = Field(default=(), description="the persons complained of")
    reason: SealedText = Field(default="", description="why the complainant thinks it wrong")
    words: SealedText = Field(default="", description="what else was said")


class Scope(Form):
    """Under which items of article 5 it falls, or that it falls under none."""

    outside: bool = Field(description="it falls under no item of article 5")
    items: tuple[Item, ...] = Field(default=(), max_length=8, description="the items of article 5")
    words: SealedText = Field(default="", description="which other conduct, or why it is outside")
    suspected_violation: bool = Field(default=False, description="it may be a violation of the law")

    @model_validator(mode="after")
    def items_or_outside(self) -> Self:
        """One or more items, or none and outside; the eighth needs words."""
        if self.outside is bool(self.items):
            raise ValueError("name one item of article 5 or more, or say that it is outside, not both")
        if (Item.other in self.items or self.outside) and not self.words:
            raise ValueError("other conduct, and being outside, need words")
        return self


class Assignment(Form):
    """Who handles it from now on."""

    handler: Member = Field(description="who handles it")


class Admission(Form):
    """Who needs to know of the case, and why."""

    person: Insider = Field(description="who may know of the case")
    why: SealedText = Field(default="", description="why")


class Dismissal(Form):
    """Who need not know of the case any longer."""

    person: Person = Field(description="who is no longer to know of the case")
    why: SealedText = Field(default="", description="why")


class ReadingConsent(Form):
    """The custodian consents to one reading of what is sealed."""

    reader: Reader = Field(description="who may read")
    purpose: SealedWords = Field(description="for what purpose")


class Guidance(Form):
    """Explained at once, and guided to the authority that has the power (B9c)."""

    why_not_ours: SealedWords = Field(description="why it is not for this office")
    authority: SealedWords = Field(description="who has the power, and how to reach them")
    told_at: Moment = Field(description="when the complainant was told")


class Agreed(Form):
    """A second person's decision, with the reason."""

    reason: SealedWords = Field(description="reason")


class Redaction(Form):
    """What goes out names no complainant, and nothing from which the complainant can be inferred (B10)."""

    nothing_names: bool = Field(description="nothing that the respondent will see names the complainant")
    remark: SealedText = Field(default="", description="remark")


class Service(Form):
    """An instrument served on a respondent, with a number of its own."""

    respondent: Respondent = Field(description="on whom it is served")
    paper: Paper = Field(description="what it is")
    words: SealedWords = Field(description="its words")


class Statement(Form):
    """What the respondent says, or that nothing was said; of nobody in particular where no person is known (B2)."""

    respondent: Respondent | None = Field(default=None, description="whose statement")
    taken: bool = Field(description="a statement was made; no: it was refused")
    words: SealedWords = Field(description="the statement, or how it was refused")


class LogEntry(Form):
    """One thing that was investigated."""

    done_at: Moment = Field(description="when it was done")
    words: SealedWords = Field(description="what was asked, seen or heard")


class Memo(Form):
    """The analysis."""

    words: SealedWords = Field(description="the analysis")


class Upheld(Form):
    """The three findings of article 12 on one person, with evidence for and against (B2, B12)."""

    @property
    def of_department(self) -> bool:
        """It is about a department, and nobody in particular."""
        return self.respondent is None

    respondent: Respondent | None = Field(default=None, description="on whom; nobody: on the department")
    facts_clear: bool = Field(description="the facts are clear")
    evidence_conclusive: bool = Field(description="the evidence is conclusive")
    conduct_verified: bool = Field(description="it is verified as a problem of conduct")
    item: Item = Field(description="the item of article 5")
    rule: SealedWords = Field(description="the rule that was broken")
    evidence_for: SealedWords = Field(description="evidence for it")
    evidence_against: SealedWords = Field(description="evidence against it, or that there is none")
    same_incident_as: Case | None = Field(default=None, description="another case about the same incident")

    @model_validator(mode="after")
    def all_three(self) -> Self:
        """Upheld is what all three findings uphold."""
        if not (self.facts_clear and self.evidence_conclusive and self.conduct_verified):
            raise ValueError(
                "upheld needs clear facts, conclusive evidence and conduct verified; otherwise it is not upheld"
            )
        return self


class NotUpheld(Form):
    """What was found instead, with evidence for and against."""

    @property
    def of_department(self) -> bool:
        """It is about a department, and nobody in particular."""
        return self.respondent is None

    respondent: Respondent | None = Field(default=None, description="on whom; nobody: on the department")
    outcome: Outcome = Field(description="what was found")
    rule: SealedWords = Field(description="the clause by which it is decided")
    evidence_for: SealedWords = Field(description="evidence for it")
    evidence_against: SealedWords = Field(description="evidence against it, or that there is none")


class Signature(Form):
    """A second member signs the findings."""

    remark: SealedText = Field(default="", description="remark")


class Proposal(Form):
    """A disposition of the person, and what is to be improved or why nothing (B2, B12)."""

    @property
    def of_department(self) -> bool:
        """It is about a department, and nobody in particular."""
        return self.respondent is None

    respondent: Respondent | None = Field(default=None, description="for whom; nobody: for the department")
    measure: Measure = Field(description="the measure")
    serious: bool = Field(default=False, description="it is so serious that the superior is told as well")
    deviates_because: SealedText = Field(
        default="", description="why the measure is not the one of the ladder"
    )
    improvement: SealedText = Field(default="", description="what is to be improved")
    no_improvement_because: SealedText = Field(default="", description="why nothing need be improved")

    @model_validator(mode="after")
    def improvement_or_reason(self) -> Self:
        """Either something is improved, or there is a reason for nothing."""
        if bool(self.improvement) is bool(self.no_improvement_because):
            raise ValueError("say what is to be improved, or why nothing need be")
        return self

    @model_validator(mode="after")
    def measure_fits(self) -> Self:
        """A department puts right; a person is measured; serious is what suspends somebody."""
        measure_fits_whom(self.respondent, self.measure, serious=self.serious)
        return self


class Minute(Form):
    """The party group's decision on one person: approved as proposed, or changed."""

    number: MinuteNumber = Field(description="number of the minute")
    on: DayBehind = Field(description="date of the minute")

    @property
    def of_department(self) -> bool:
        """It is about a department, and nobody in particular."""
        return self.respondent is None

    respondent: Respondent | None = Field(default=None, description="for whom; nobody: for the department")
    measure: Measure = Field(description="the measure")
    serious: bool = Field(default=False, description="it is so serious that the superior is told as well")
    deviates_because: SealedText = Field(
        default="", description="why the measure is not the one of the ladder"
    )

    @model_validator(mode="after")
    def measure_fits(self) -> Self:
        """A department puts right; a person is measured; serious is what suspends somebody."""
        measure_fits_whom(self.respondent, self.measure, serious=self.serious)
        return self


def measure_fits_whom(respondent: str | None, measure: Measure, *, serious: bool) -> None:
    """Raise ValueError for a measure that does not fit whom it is for (B12)."""
    if (respondent is None) is not (measure is Measure.rectification):
        raise ValueError(
            "a department puts right (rectification), and a person is given one of the other measures"
        )
    if serious and measure is not Measure.suspension:
        raise ValueError("only what suspends somebody is so serious that the superior is told as well")


class Return(Form):
    """The party group gives the proposal back."""

    number: MinuteNumber = Field(description="number of the minute")
    on: DayBehind = Field(description="date of the minute")
    reason: SealedWords = Field(description="reason")


class Carried(Form):
    """A measure that is not done yet goes on as an open action."""

    owner: Person = Field(description="who sees to it")
    due: DayAhead = Field(description="until when")
    reason: SealedWords = Field(description="why it is not done yet")


class Reply(Form):
    """The reply to the complainant."""

    words: SealedWords = Field(description="the reply")
    no_private_data: bool = Field(description="it holds no private data of the staff")


class Delivery(Form):
    """The reply reached the complainant."""

    channel: ReplyBy = Field(description="how it was sent")
    delivered_at: Moment = Field(description="when it arrived")

    @model_validator(mode="after")
    def somebody_was_sought(self) -> Self:
        """The receipt page is read, and nothing is not a way."""
        is_a_way(self.channel)
        return self


class Posting(Form):
    """The reply stands on the receipt page."""

    posted_at: Moment = Field(description="when it was put there")


class Nothing(Form):
    """An act that says all by being done."""


class Attempt(Form):
    """One try to reach the complainant with the reply."""

    channel: ReplyBy = Field(description="how it was tried")
    remark: SealedText = Field(default="", description="what was seen or heard")

    @model_validator(mode="after")
    def somebody_was_sought(self) -> Self:
        """The receipt page is read, and nothing is not a way."""
        is_a_way(self.channel)
        return self


def is_a_way(channel: ReplyBy) -> None:
    """Raise ValueError for what reaches nobody by itself (B13)."""
    if channel in {ReplyBy.receipt_page, ReplyBy.none}:
        raise ValueError("a reply is brought by a visit, telephone, letter or e-mail")


class Satisfaction(Form):
    """What the complainant says of the reply."""

    answer: Content = Field(description="what the complainant says")
    words: SealedText = Field(default="", description="the complainant's own words")


class Words(Form):
    """Words of the complainant or to the complainant."""

    words: SealedWords = Field(description="the words")


class WithdrawalLetter(Form):
    """A written withdrawal, which a second person verifies with the complainant."""

    scan_sha256: str = Field(pattern="^[0-9a-f]{64}$", description="sha256 of the letter's scan")
    words: SealedText = Field(default="", description="the complainant's words")


class Verified(Form):
    """A second person has asked the complainant."""

    channel: Channel = Field(description="how the complainant was asked")
    words: SealedWords = Field(description="what the complainant said")


class Transfer(Form):
    """To whom the case goes, and when it was sent."""

    authority: SealedWords = Field(description="to whom it goes")
    sent_at: Moment = Field(description="when it was sent")


class Checklist(Form):
    """What lies in the file, how many pages it has, where it stands (B14)."""

    @property
    def papers_there(self) -> bool:
        """What every file holds."""
        return (
            self.register_sheet
            and self.complaint
            and self.evidence
            and self.statements
            and self.memo
            and self.reply
        )

    @property
    def decision_there(self) -> bool:
        """What the file of an upheld complaint holds besides."""
        return self.proposal and self.approval and self.proof_of_measures

    register_sheet: bool = Field(description="register sheet")
    complaint: bool = Field(description="complaint")
    evidence: bool = Field(description="evidence")
    statements: bool = Field(description="statements")
    memo: bool = Field(description="analysis memo")
    proposal: bool = Field(default=False, description="proposal")
    approval: bool = Field(default=False, description="approval")
    instruments: bool = Field(default=False, description="instruments")
    reply: bool = Field(description="reply, or why none was possible")
    proof_of_measures: bool = Field(
        default=False, description="proof of the measures, or that they are carried on"
    )
    pages: int = Field(ge=1, le=100_000, description="pages, as the index counts them")
    shelf: str = Field(pattern="^[0-9]{1,4}(-[0-9]{1,4}){0,3}$", description="shelf number")


class Bag(Form):
    """The archive flow's proof that the bag was built and verified."""

    manifest_sha256: str = Field(pattern="^[0-9a-f]{64}$", description="digest of the bag's manifest")
    verified: bool = Field(description="the bag was read back and verified")
