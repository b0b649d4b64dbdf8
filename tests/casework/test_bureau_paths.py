"""A complaint about conduct from its registration into the archive: six ways, and at each step what was left out is told (B3b).

On every way the act after the next one is tried first, and refused with everything that stands in its way, nothing more and nothing less.
At its end the real archive builds the bag, the bag is read back, and the whole record is audited.
"""

from datetime import timedelta

import pytest

from casework import receipts
from casework.receipts import ReceiptPage
from tests.bureau import ASIDE, CODED, LETTER, STATES, Bureau

REPLY = [
    "B13 write the reply",
    "B13 One of these is missing: delivered,read_by_complainant,unreachable,impossible_agreed.",
]
NO_BAG = [
    "B14 the archive flow builds and verifies the bag",
    "B14 the bag has not been verified",
    "B14 Only archive_flow may do this.",
]
NO_FILE = ["B14 go through the file", "B14 a paper is missing in the file"]
ASK = "B13 ask what the complainant says of the reply"
STATEMENT = "B2 take the respondent's statement, or record that it was refused"


def wrong_state(clause: str, asked: str, state: str) -> str:
    return f"{clause} This starts from {asked}; the case is in {state}."


def archived(bureau: Bureau, ref: str) -> None:
    """The case ends in the archive, in a bag that anybody finds whole, and the record is whole."""
    report = bureau.archived(ref)
    assert (report.ref, report.faults) == (ref, ())
    assert bureau.state(ref) == "archived"
    assert bureau.moves(ref)[-1] == "archive"
    assert bureau.audited() == []


def page_of(bureau: Bureau, code: str) -> ReceiptPage:
    with bureau.store.transaction() as session:
        return receipts.page(session, code, bureau.now)


def registered_and_accepted(bureau: Bureau, ref: str) -> None:
    """The steps up to acceptance, each next one but one refused."""
    assert bureau.stopped(ref, "investigate", "member1") == [
        wrong_state("B3b", "accepted", "registered"),
        "B3a say who handles it",
    ]
    assert bureau.stopped(ref, "accept", "member1") == ["B5 say under which items of article 5 it falls"]
    bureau.does(ref, "scope", "member1", items=["rudeness", "delay"])
    bureau.does(ref, "accept", "member1")
    assert bureau.stopped(ref, "investigate", "member1") == ["B3a say who handles it"]
    bureau.does(ref, "assignment", "chief1", handler="member1")
    for handle in ("member2", "member3", "party1"):
        bureau.does(ref, "admission", "chief1", person=handle)


def investigated_and_analysed(bureau: Bureau, ref: str) -> None:
    """The steps from acceptance to the findings, each next one but one refused."""
    assert bureau.stopped(ref, "analyse", "member1") == [
        wrong_state("B3b", "investigating", "accepted"),
        "B3c log what was investigated",
        STATEMENT,
        "B2 a respondent has not been heard yet",
    ]
    bureau.does(ref, "investigate", "member1")
    assert bureau.stopped(ref, "statement", "member1", respondent="clerk1") == [
        "B10 confirm that nothing names the complainant",
        "B10 it is not confirmed that nothing names the complainant",
    ]
    assert bureau.stopped(ref, "verify", "member1") == [
        wrong_state("B3b", "analysing", "investigating"),
        "B3c write the analysis",
        "B2 a respondent has not been heard yet",
    ]
    bureau.does(ref, "redaction", "keeper1")
    bureau.does(ref, "service", "member1", respondent="clerk1")
    bureau.does(ref, "statement", "member1", respondent="clerk1")
    assert bureau.stopped(ref, "analyse", "member1") == ["B3c log what was investigated"]
    bureau.does(ref, "log", "member1")
    bureau.does(ref, "analyse", "member1")
    assert bureau.stopped(ref, "upheld", "member1", respondent="clerk1") == [
        "B12 This is recorded in verifying; the case is in analysing."
    ]
    bureau.does(ref, "memo", "member1")
    bureau.does(ref, "verify", "member1")


@pytest.mark.clause("B3b", "B12", "B13", "B14")
def test_upheld(bureau: Bureau) -> None:
    """登記 → 受理 → 調查 → 分析 → 核實 → 處理建議 → 局黨組批準 → 辦理 → 答復 → 歸檔."""
    ref = bureau.comes_in().ref
    registered_and_accepted(bureau, ref)
    investigated_and_analysed(bureau, ref)

    assert bureau.stopped(ref, "submit", "member1") == [
        wrong_state("B12", "proposing", "verifying"),
        "B12 propose a measure, and what is to be improved",
    ]
    bureau.does(ref, "upheld", "member1", respondent="clerk1")
    assert bureau.stopped(ref, "propose", "member1") == ["B12 a second member signs the findings"]
    bureau.does(ref, "countersigned", "member2")
    bureau.does(ref, "propose", "member1")

    assert bureau.stopped(ref, "approve", "party1") == [
        wrong_state("B12", "approval", "proposing"),
        "B12 the party group decides, with number and date of its minute",
        "B12 on somebody found against nothing is decided yet",
    ]
    bureau.does(ref, "proposal", "member1", respondent="clerk1")
    bureau.does(ref, "submit", "member1")

    assert bureau.stopped(ref, "carry_out", "member1") == [
        wrong_state("B3b", "executing", "approval"),
        "B12 One of these is missing: execution,carried.",
    ]
    bureau.does(ref, "minute", "party1", respondent="clerk1")
    bureau.does(ref, "approve", "party1")

    (measure,) = bureau.children(ref)
    assert bureau.stopped(ref, "answer", "member1") == [
        wrong_state("B13", "replying", "executing"),
        *REPLY,
    ]
    assert bureau.stopped(measure, "execute", "member1") == ["B12 record what was done"]
    bureau.does(measure, "proof", "member1")
    bureau.does(measure, "execute", "member1")
    bureau.does(ref, "carry_out", "member1")

    assert bureau.stopped(ref, "file", "member1") == [
        wrong_state("B14", "replied", "replying"),
        "B14 go through the file",
        ASK,
        "B14 a paper is missing in the file",
        "B14 proposal, approval or proof of the measures is missing in the file",
    ]
    bureau.does(ref, "reply", "member1")
    bureau.does(ref, "delivered", "member1")
    bureau.does(ref, "answer", "member1")

    assert bureau.stopped(ref, "archive", "member1") == [
        wrong_state("B14", "filed", "replied"),
        *NO_BAG,
    ]
    bureau.does(ref, "satisfaction", "member3")
    bureau.does(ref, "checklist", "member1")
    bureau.does(ref, "file", "member1")
    assert bureau.stopped(ref, "archive", "chief1") == NO_BAG
    archived(bureau, ref)
    assert bureau.moves(ref) == [
        "accept", "investigate", "analyse", "verify", "propose", "submit", "approve", "carry_out", "answer", "file", "archive",
    ]  # fmt: skip


@pytest.mark.clause("B3b", "B2", "B13")
def test_not_upheld(bureau: Bureau) -> None:
    """核實 → 答復 → 歸檔, without the party group."""
    ref = bureau.comes_in().ref
    registered_and_accepted(bureau, ref)
    investigated_and_analysed(bureau, ref)

    assert bureau.stopped(ref, "answer", "member1") == [
        wrong_state("B13", "replying", "verifying"),
        *REPLY,
    ]
    bureau.does(ref, "not_upheld", "member1", respondent="clerk1", outcome="insufficient")
    assert bureau.stopped(ref, "conclude", "member1") == ["B12 a second member signs the findings"]
    bureau.does(ref, "countersigned", "member2")
    assert bureau.stopped(ref, "propose", "member1") == [
        "B12 find that it is upheld: facts clear, evidence conclusive, a problem of conduct"
    ]
    bureau.does(ref, "conclude", "member1")

    assert bureau.stopped(ref, "file", "member1") == [
        wrong_state("B14", "replied", "replying"),
        NO_FILE[0],
        ASK,
        NO_FILE[1],
    ]
    bureau.does(ref, "reply", "member1")
    bureau.does(ref, "delivered", "member1")
    bureau.does(ref, "answer", "member1")
    assert bureau.stopped(ref, "archive", "member1") == [wrong_state("B14", "filed", "replied"), *NO_BAG]
    bureau.does(ref, "satisfaction", "member3", answer="not_satisfied")
    bureau.does(ref, "checklist", "member1", proposal=False, approval=False, proof_of_measures=False)
    bureau.does(ref, "file", "member1")
    archived(bureau, ref)
    assert bureau.moves(ref) == [
        "accept", "investigate", "analyse", "verify", "conclude", "answer", "file", "archive",
    ]  # fmt: skip
    assert bureau.children(ref, open_only=False) == []


@pytest.mark.clause("B3b", "B9c")
def test_out_of_scope_by_phone(bureau: Bureau) -> None:
    """登記 → 說明、指導 → 歸檔, and a second person has looked at it."""
    ref = bureau.comes_in(
        channel="phone", note="about a street lamp", subject="department", department=None, against=[], reason="",
        complainants=[],
    ).ref  # fmt: skip
    bureau.does(ref, "admission", "chief1", person="member2")

    assert bureau.stopped(ref, "confirm", "member2") == [
        wrong_state("B9c", "guided", "registered"),
        "B9c a second person agrees that it is out of scope",
    ]
    bureau.does(ref, "scope", "member1", outside=True, items=[], words="the lamps are the city's")
    assert bureau.stopped(ref, "refusal_reviewed", "member2") == [
        "B9c This is recorded in guided; the case is in registered."
    ]
    assert bureau.stopped(ref, "guide", "member1") == [
        "B9c explain, and guide the complainant to the authority that has the power"
    ]
    bureau.does(ref, "guidance", "member1")
    bureau.does(ref, "guide", "member1")

    assert bureau.stopped(ref, "archive", "member1") == [wrong_state("B14", "filed", "guided"), *NO_BAG]
    assert bureau.stopped(ref, "confirm", "member2") == ["B9c a second person agrees that it is out of scope"]
    assert bureau.stopped(ref, "refusal_reviewed", "member1") == [
        "B9c a second person reviews, not the one who decided that it is out of scope"
    ]
    bureau.does(ref, "refusal_reviewed", "member2")
    bureau.does(ref, "confirm", "member2")
    archived(bureau, ref)
    assert bureau.moves(ref) == ["guide", "confirm", "archive"]


@pytest.mark.clause("B3b", "B7b", "B9d", "B13")
def test_an_anonymous_letter_that_nobody_can_answer(bureau: Bureau) -> None:
    """Written all the same, and not sent: one says why no reply is possible, another agrees."""
    done = bureau.comes_in(**LETTER)
    ref = done.ref
    assert not done.receipt_given
    registered_and_accepted(bureau, ref)
    investigated_and_analysed(bureau, ref)
    bureau.does(ref, "not_upheld", "member1", respondent="clerk1")
    bureau.does(ref, "countersigned", "member2")
    bureau.does(ref, "conclude", "member1")

    assert bureau.stopped(ref, "file", "member1") == [wrong_state("B14", "replied", "replying"), *NO_FILE]
    assert bureau.stopped(ref, "impossible", "member1") == ["B13 write the reply"]
    bureau.does(ref, "reply", "member1")
    assert bureau.stopped(ref, "impossible_agreed", "member2") == ["B13 say why no reply is possible"]
    assert bureau.stopped(ref, "delivered", "member1") == ["B13 the complainant cannot be answered"]
    assert bureau.stopped(ref, "posted", "member1") == ["B7b no receipt code was given"]
    bureau.does(ref, "impossible", "member1")
    assert bureau.stopped(ref, "answer", "member1") == REPLY[1:]
    assert bureau.stopped(ref, "impossible_agreed", "member1") == [
        "B13 a second person agrees, not the one who says that no reply is possible"
    ]
    bureau.does(ref, "impossible_agreed", "member2")
    bureau.does(ref, "answer", "member1")

    assert bureau.stopped(ref, "file", "member1") == NO_FILE, "nobody can be asked how they find the reply"
    bureau.does(ref, "checklist", "member1")
    bureau.does(ref, "file", "member1")
    archived(bureau, ref)


@pytest.mark.clause("B3b", "B7b", "B13")
def test_anonymous_with_a_receipt_code_by_which_the_reply_is_read(bureau: Bureau) -> None:
    done = bureau.comes_in(**CODED)
    ref, code = done.ref, done.receipt
    registered_and_accepted(bureau, ref)
    investigated_and_analysed(bureau, ref)
    bureau.does(ref, "word_out", "member1", words="on which day was it?")
    with bureau.store.transaction() as session:
        receipts.say(session, code, "on Friday", bureau.now)
    bureau.does(ref, "not_upheld", "member1", respondent="clerk1")
    bureau.does(ref, "countersigned", "member2")
    bureau.does(ref, "conclude", "member1")

    assert bureau.stopped(ref, "posted", "member1") == ["B13 write the reply"]
    bureau.does(ref, "reply", "member1")
    assert bureau.stopped(ref, "delivered", "member1") == [
        "B13 the complainant reads the reply on the receipt page: put it there"
    ]
    bureau.does(ref, "posted", "member1")
    assert bureau.stopped(ref, "answer", "member1") == REPLY[1:], "nobody has read it yet"
    assert bureau.stopped(ref, "read_by_complainant", "member1") == ["B13 Only complainant may do this."]

    page = page_of(bureau, code)
    assert [one.words for one in page.messages] == ["on which day was it?", "on Friday"]
    assert page.reply == "this is what was found"
    bureau.does(ref, "answer", "member1")
    assert bureau.stopped(ref, "file", "member1") == [NO_FILE[0], ASK, NO_FILE[1]]
    bureau.does(ref, "satisfaction", "complainant", answer="satisfied")
    bureau.does(ref, "checklist", "member1")
    bureau.does(ref, "file", "member1")
    archived(bureau, ref)


@pytest.mark.clause("B13")
def test_anonymous_with_a_receipt_code_and_nobody_comes_back_within_thirty_days(bureau: Bureau) -> None:
    """The page is open for thirty days; then the clock, and nobody else, calls it answered."""
    ref = bureau.a_case("replying", upheld=False, **CODED)
    bureau.does(ref, "reply", "member1")
    bureau.does(ref, "posted", "member1")

    bureau.time_passes(days=30)
    assert bureau.state(ref) == "replying"
    assert bureau.stopped(ref, "page_ended", "chief1") == ["B13 Only clock may do this."]
    bureau.time_passes(seconds=1)

    assert bureau.state(ref) == "replied"
    bureau.does(ref, "satisfaction", "member3", answer="not_reached")
    bureau.does(ref, "checklist", "member1")
    bureau.does(ref, "file", "member1")
    archived(bureau, ref)


@pytest.mark.clause("B3b", "B13")
def test_an_objection_is_upheld_on_review(bureau: Bureau) -> None:
    """Once more from 調查 on, by people who had no part in it; and there it ends."""
    ref = bureau.a_case("replied", upheld=False)
    apart = "B13 a review is by people who had no part before"

    assert bureau.stopped(ref, "review", "chief1") == ["B13 record the complainant's objection"]
    bureau.does(ref, "objection", "member3")
    assert bureau.stopped(ref, "file", "member1") == [
        NO_FILE[0],
        ASK,
        NO_FILE[1],
        "B13 the complainant's objection has not been reviewed",
    ]
    for handle in ("member4", "member5"):
        bureau.does(ref, "admission", "chief1", person=handle)
    bureau.does(ref, "assignment", "chief1", handler="member4")
    assert bureau.stopped(ref, "analyse", "member4") == [wrong_state("B3b", "investigating", "replied")]
    bureau.does(ref, "review", "chief1")

    assert bureau.stopped(ref, "log", "member1") == [apart]
    assert bureau.stopped(ref, "analyse", "member4") == [
        "B3c log what was investigated",
        STATEMENT,
        "B2 a respondent has not been heard yet",
    ], "what was done in the first round counts no more"
    bureau.clock.advance(days=1)
    bureau.goes_on(ref, "verifying", handler="member4", second="member5")
    assert bureau.stopped(ref, "upheld", "member1", respondent="clerk1") == [apart]
    bureau.does(ref, "upheld", "member4", respondent="clerk1")
    assert bureau.stopped(ref, "countersigned", "member2") == [apart]
    assert bureau.stopped(ref, "submit", "member4") == [
        wrong_state("B12", "proposing", "verifying"),
        "B12 propose a measure, and what is to be improved",
        "B12 somebody found against has no proposal yet",
    ]
    bureau.does(ref, "countersigned", "member5")
    bureau.does(ref, "propose", "member4")
    bureau.goes_on(ref, "replied", handler="member4", second="member5")

    assert bureau.stopped(ref, "objection", "member3") == [
        "B13 This is already recorded; a mistake is mended with a correction.",
        "B13 there is one review only",
    ]
    assert bureau.stopped(ref, "review", "chief1") == ["B13 there is one review only"]
    bureau.goes_on(ref, "filed", handler="member4", second="member5")
    archived(bureau, ref)
    assert (bureau.row(ref).round, bureau.row(ref).level) == (1, 1)
    assert bureau.now - bureau.row(ref).received_at == timedelta(days=1)


@pytest.mark.clause("B3b", "X2")
@pytest.mark.parametrize("state", [*STATES, *ASIDE])
def test_wherever_a_complaint_stands_the_record_is_whole(bureau: Bureau, state: str) -> None:
    ref = bureau.a_case(state)

    assert bureau.state(ref) == state
    assert bureau.audited() == []
