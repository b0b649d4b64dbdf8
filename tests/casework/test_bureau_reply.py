"""The complainant is answered, may object once, may take the complaint back; then the file is closed (B8, B13, B14)."""

from datetime import timedelta
from typing import Any

import pytest

from casework import receipts
from casework.errors import BadInput
from casework.people import retire_person
from casework.receipts import NotNow, Said
from tests.bureau import CODED, KEY, SCAN, Bureau

NOT_HERE = "No case has the reference"
REPLY = "B13 write the reply"
REACHED = "B13 One of these is missing: delivered,read_by_complainant,unreachable,impossible_agreed."
OTHER_WAY = "B13 the complainant chose another way of reply"
HANDLER = "B14 this is for the handler of the complaint"
PRIVATE = "B13 the reply holds private data of the staff"
TAKEN_BACK = "B8 One of these is missing: withdrawal,withdrawal_verified."
BY_CODE = "B8 Only complainant may do this."


# ── B13: the reply ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B13")
@pytest.mark.parametrize("upheld", [True, False])
def test_nothing_is_filed_without_a_reply_that_reached_the_complainant(
    bureau: Bureau, *, upheld: bool
) -> None:
    ref = bureau.a_case("replying", upheld=upheld)

    assert bureau.stopped(ref, "answer", "member1") == [REPLY, REACHED]
    bureau.does(ref, "reply", "member1")
    assert bureau.stopped(ref, "answer", "member1") == [REACHED]
    assert (
        bureau.stopped(ref, "file", "member1")[0] == "B14 This starts from replied; the case is in replying."
    )
    bureau.does(ref, "delivered", "member1")
    bureau.does(ref, "answer", "member1")


@pytest.mark.clause("B13")
@pytest.mark.parametrize("chosen", ["visit", "phone", "letter", "email"])
def test_it_is_delivered_the_way_the_complainant_chose(bureau: Bureau, chosen: str) -> None:
    ref = bureau.a_case("replying", upheld=False, reply_by=chosen)
    bureau.does(ref, "reply", "member1")

    for other in {"visit", "phone", "letter", "email"} - {chosen}:
        bureau.does(ref, "delivered", "member1", channel=other)
        assert bureau.stopped(ref, "answer", "member1") == [OTHER_WAY]
    bureau.does(ref, "delivered", "member1", channel=chosen)
    bureau.does(ref, "answer", "member1")


@pytest.mark.clause("B13")
def test_whoever_chose_the_page_is_answered_there_and_nobody_says_that_it_was_delivered(
    bureau: Bureau,
) -> None:
    ref = bureau.a_case("replying", upheld=False, **CODED)
    bureau.does(ref, "reply", "member1")

    for channel in ("phone", "letter"):
        assert bureau.stopped(ref, "delivered", "member1", channel=channel) == [
            "B13 the complainant reads the reply on the receipt page: put it there"
        ]
    assert bureau.stopped(ref, "reply_attempt", "member1") == [
        "B13 an anonymous complainant cannot be sought"
    ]
    assert bureau.stopped(ref, "impossible", "member1") == ["B13 the complainant can be answered"]
    bureau.does(ref, "posted", "member1")


@pytest.mark.clause("B13")
@pytest.mark.parametrize("step", ["delivered", "reply_attempt"])
@pytest.mark.parametrize("channel", ["none", "receipt_page"])
def test_nobody_is_sought_where_nobody_is_reached(bureau: Bureau, step: str, channel: str) -> None:
    ref = bureau.a_case("replying", upheld=False)
    bureau.does(ref, "reply", "member1")

    with pytest.raises(BadInput, match="a reply is brought by a visit, telephone, letter or e-mail"):
        bureau.tries(ref, step, "member1", channel=channel)


@pytest.mark.clause("B13")
def test_a_reply_with_private_data_of_the_staff_goes_nowhere(bureau: Bureau) -> None:
    ref = bureau.a_case("replying", upheld=False)
    bureau.does(ref, "reply", "member1", no_private_data=False)

    assert bureau.stopped(ref, "delivered", "member1") == [PRIVATE]
    assert PRIVATE in bureau.stopped(ref, "answer", "member1")


@pytest.mark.clause("B13")
def test_after_attempts_on_three_days_the_head_agrees_that_nobody_can_be_reached(bureau: Bureau) -> None:
    ref = bureau.a_case("replying", upheld=False)
    bureau.does(ref, "reply", "member1")
    days = "B13 attempts on three different days come first"

    assert bureau.stopped(ref, "unreachable", "chief1") == [
        "B13 try to reach the complainant with the reply",
        days,
    ]
    for _ in range(3):
        bureau.does(ref, "reply_attempt", "member1")
    assert bureau.stopped(ref, "unreachable", "chief1") == [days], "three times on one day is one day"
    for _ in range(2):
        bureau.clock.advance(days=1)
        bureau.does(ref, "reply_attempt", "member1")
    assert bureau.stopped(ref, "unreachable", "member2") == ["B13 Only group_head,superior_body may do this."]
    assert bureau.stopped(ref, "answer", "member1") == [REACHED]
    bureau.does(ref, "unreachable", "chief1")
    bureau.does(ref, "answer", "member1")


@pytest.mark.clause("B13")
def test_whether_the_complainant_is_satisfied_is_asked_by_somebody_who_did_not_investigate(
    bureau: Bureau,
) -> None:
    ref = bureau.a_case("replied", upheld=False)
    bureau.does(ref, "checklist", "member1")

    assert bureau.stopped(ref, "file", "member1") == ["B13 ask what the complainant says of the reply"]
    assert bureau.stopped(ref, "satisfaction", "member1") == [
        "B13 whoever investigated does not ask the complainant about the reply"
    ]
    bureau.does(ref, "satisfaction", "member3", answer="declined")
    bureau.does(ref, "file", "member1")


@pytest.mark.clause("B13")
def test_an_objection_has_one_review_by_people_who_had_no_part_and_nothing_is_filed_before(
    bureau: Bureau,
) -> None:
    ref = bureau.a_case("replied", upheld=False)
    bureau.does(ref, "satisfaction", "member3", answer="not_satisfied")
    bureau.does(ref, "checklist", "member1")
    bureau.does(ref, "objection", "member2")

    assert bureau.stopped(ref, "file", "member1") == ["B13 the complainant's objection has not been reviewed"]
    assert bureau.stopped(ref, "review", "member1") == ["B13 Only group_head,superior_body may do this."]
    bureau.does(ref, "assignment", "chief1", handler="member4")
    bureau.does(ref, "review", "chief1")
    for before in ("member1", "member2"):
        for step, evidence in (("log", {}), ("statement", {"respondent": "clerk1"})):
            assert "B13 a review is by people who had no part before" in bureau.stopped(
                ref, step, before, **evidence
            )


# ── B8: taken back ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B8")
@pytest.mark.parametrize("state", ["registered", "accepted", "investigating", "analysing", "verifying"])
def test_nobody_takes_back_somebody_elses_complaint(bureau: Bureau, state: str) -> None:
    """Neither who handles it, nor the head, nor the superior; there is no way to void, delete or merge one."""
    ref = bureau.a_case(state)

    for somebody in ("member1", "chief1", "keeper1", "above1"):
        assert bureau.stopped(ref, "withdrawal", somebody) == [BY_CODE]
    for head in ("chief1", "above1"):
        assert bureau.stopped(ref, "withdraw", head) == [TAKEN_BACK]
    for none in ("void", "delete", "merge", "reject"):
        with pytest.raises(BadInput, match="has no step"):
            bureau.tries(ref, none, "chief1")


@pytest.mark.clause("B8")
def test_the_complainant_takes_it_back_by_the_code_and_the_head_closes_it(bureau: Bureau) -> None:
    done = bureau.comes_in(**CODED)
    bureau.goes_on(done.ref, "investigating")
    with bureau.store.transaction() as session:
        assert isinstance(receipts.withdraw(session, done.receipt, "it was settled", bureau.now), Said)

    assert bureau.state(done.ref) == "investigating", "by itself nothing follows"
    assert bureau.stopped(done.ref, "withdraw", "member1") == [
        "B8 Only group_head,superior_body may do this."
    ]
    bureau.does(done.ref, "withdraw", "chief1")
    assert bureau.state(done.ref) == "withdrawn"
    assert bureau.audited() == []


@pytest.mark.clause("B8")
def test_the_group_may_go_on_with_what_was_taken_back(bureau: Bureau) -> None:
    done = bureau.comes_in(**CODED)
    bureau.goes_on(done.ref, "verifying")
    bureau.does(done.ref, "withdrawal", "complainant")

    bureau.goes_on(done.ref, "replying")
    with bureau.store.transaction() as session:
        assert isinstance(receipts.withdraw(session, done.receipt, "once more", bureau.now), NotNow)


@pytest.mark.clause("B8")
def test_a_written_withdrawal_counts_once_a_second_person_has_asked_the_complainant(bureau: Bureau) -> None:
    ref = bureau.a_case("investigating")

    assert bureau.stopped(ref, "withdrawal_verified", "member2") == [
        "B8 record the complainant's written withdrawal"
    ]
    bureau.does(ref, "withdrawal_letter", "member1", scan_sha256=SCAN)
    assert bureau.stopped(ref, "withdraw", "chief1") == [TAKEN_BACK]
    assert bureau.stopped(ref, "withdrawal_verified", "member1") == [
        "B8 a second person asks the complainant, not the one who took the letter"
    ]
    bureau.does(ref, "withdrawal_verified", "member2")
    bureau.does(ref, "withdraw", "chief1")


@pytest.mark.clause("B8", "B13")
def test_a_review_ends_with_an_answer(bureau: Bureau) -> None:
    """Who has objected may still take it back; the review goes on."""
    ref = bureau.a_case("replied", upheld=False)
    bureau.does(ref, "objection", "member3")
    bureau.does(ref, "assignment", "chief1", handler="member4")
    bureau.does(ref, "review", "chief1")
    bureau.does(ref, "withdrawal", "complainant")

    assert bureau.stopped(ref, "withdraw", "chief1") == ["B13 it is under review, which ends with an answer"]


# ── B14: the file ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B14")
def test_the_handler_files_it_or_the_head_or_a_named_substitute_once_the_handler_has_gone(
    bureau: Bureau,
) -> None:
    ref = bureau.a_case("replied", upheld=False)
    bureau.does(ref, "satisfaction", "member3")
    for other in ("member2", "member3"):
        assert bureau.stopped(ref, "checklist", other) == [HANDLER]
    with bureau.store.transaction() as session:
        retire_person(session, KEY, "member1", bureau.now)
    bureau.meet()

    with pytest.raises(BadInput, match=NOT_HERE):
        bureau.tries(ref, "checklist", "member1")
    bureau.does(ref, "assignment", "chief1", handler="member2")
    bureau.does(ref, "checklist", "member2")
    assert bureau.stopped(ref, "file", "member3") == [HANDLER]
    bureau.does(ref, "file", "member2")


@pytest.mark.clause("B14")
@pytest.mark.parametrize("paper", ["register_sheet", "complaint", "evidence", "statements", "memo", "reply"])
def test_each_paper_that_every_file_holds_is_there(bureau: Bureau, paper: str) -> None:
    ref = bureau.a_case("replied", upheld=False)
    bureau.does(ref, "satisfaction", "member3")
    bureau.does(ref, "checklist", "member1", **{paper: False})

    assert bureau.stopped(ref, "file", "member1") == ["B14 a paper is missing in the file"]
    bureau.does(ref, "checklist", "member1")
    bureau.does(ref, "file", "member1")


@pytest.mark.clause("B14", "B12")
@pytest.mark.parametrize("paper", ["proposal", "approval", "proof_of_measures"])
def test_the_file_of_an_upheld_complaint_holds_the_decision_besides(bureau: Bureau, paper: str) -> None:
    ref = bureau.a_case("replied")
    bureau.does(ref, "satisfaction", "member3")
    bureau.does(ref, "checklist", "member1", **{paper: False})

    assert bureau.stopped(ref, "file", "member1") == [
        "B14 proposal, approval or proof of the measures is missing in the file"
    ]


@pytest.mark.clause("B14")
@pytest.mark.parametrize("wrong", [{"pages": 0}, {"shelf": ""}, {"shelf": "the third one"}])
def test_a_file_has_pages_and_a_place_on_the_shelf(bureau: Bureau, wrong: dict[str, Any]) -> None:
    ref = bureau.a_case("replied", upheld=False)

    with pytest.raises(BadInput, match=next(iter(wrong))):
        bureau.tries(ref, "checklist", "member1", **wrong)


@pytest.mark.clause("B14", "X1")
def test_no_person_archives_and_what_is_archived_is_only_read(bureau: Bureau) -> None:
    ref = bureau.a_case("filed", upheld=False)
    for somebody in ("member1", "chief1", "above1", "keeper1"):
        assert "B14 Only archive_flow may do this." in bureau.stopped(ref, "archive", somebody)
        assert bureau.stopped(ref, "bag", somebody, manifest_sha256="0" * 64, verified=True) == [
            "B14 Only archive_flow may do this."
        ]
    bureau.goes_on(ref, "archived")

    for act, by, evidence in (
        ("log", "member1", {}), ("reply", "member1", {}), ("objection", "member3", {}), ("review", "chief1", {}),
        ("assignment", "chief1", {"handler": "member2"}), ("word_in", "complainant", {}),
    ):  # fmt: skip
        assert any("the case is in archived" in one for one in bureau.stopped(ref, act, by, **evidence))


# ── how long each of it may take, and who is told ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B13", "X4")
def test_the_reply_is_due_within_ten_working_days(bureau: Bureau) -> None:
    """From a Monday on: a reminder on the eighth, the head on the tenth, above on the fifteenth."""
    ref = bureau.a_case("replying", upheld=False)
    bureau.time_passes(days=14)
    assert bureau.told(ref) == [("reply_due", "reminded", ["member"])]
    bureau.time_passes(seconds=1)
    bureau.time_passes(days=7)

    assert bureau.told(ref)[1:] == [
        ("reply_due", "breached", ["group_head"]),
        ("reply_due", "breached", ["party_group", "superior_body"]),
    ]


@pytest.mark.clause("B13")
def test_a_reply_that_was_delivered_in_time_tells_nobody(bureau: Bureau) -> None:
    ref = bureau.a_case("replying", upheld=False)
    bureau.time_passes(days=9)
    bureau.does(ref, "reply", "member1")
    bureau.does(ref, "delivered", "member1")
    bureau.time_passes(days=20)

    assert bureau.told(ref) == []


@pytest.mark.clause("B13")
def test_an_objection_is_taken_up_in_five_days_and_reviewed_in_thirty(bureau: Bureau) -> None:
    ref = bureau.a_case("replied", upheld=False)
    bureau.does(ref, "objection", "member3")
    bureau.time_passes(days=5, seconds=1)
    assert bureau.told(ref) == [("review_due", "breached", ["group_head"])]

    bureau.does(ref, "assignment", "chief1", handler="member4")
    bureau.does(ref, "review", "chief1")
    bureau.time_passes(days=25)
    assert ("review_end_due", "breached", ["group_head"]) in bureau.told(ref)
    bureau.time_passes(days=10)
    assert ("review_end_due", "breached", ["party_group", "superior_body"]) in bureau.told(ref)


@pytest.mark.clause("B14")
def test_it_is_filed_within_thirty_days_of_the_reply_and_archived_the_day_after(bureau: Bureau) -> None:
    ref = bureau.a_case("replied", upheld=False)
    bureau.time_passes(days=30)
    assert bureau.told(ref) == [("filing_due", "reminded", ["member"])]
    bureau.time_passes(seconds=1)
    bureau.time_passes(days=10)
    assert bureau.told(ref)[1:] == [
        ("filing_due", "breached", ["group_head"]), ("filing_due", "breached", ["superior_body"]),
    ]  # fmt: skip
    bureau.goes_on(ref, "filed")
    bureau.time_passes(days=1, seconds=1)
    assert bureau.told(ref)[3:] == [("archive_due", "breached", ["group_head"])]


@pytest.mark.clause("B5", "B9a")
def test_it_is_accepted_or_not_within_fifteen_days(bureau: Bureau) -> None:
    ref = bureau.comes_in().ref
    bureau.time_passes(days=15)
    assert bureau.told(ref) == [("scope_due", "reminded", ["member"])]
    bureau.time_passes(seconds=1)
    bureau.time_passes(days=5)

    assert bureau.told(ref)[1:] == [
        ("scope_due", "breached", ["group_head"]), ("scope_due", "breached", ["superior_body"]),
    ]  # fmt: skip


@pytest.mark.clause("B3c", "X4")
@pytest.mark.parametrize(
    ("state", "limit", "days"),
    [
        ("accepted", "start_due", 14),
        ("investigating", "investigation_due", 43),
        ("analysing", "analysis_due", 14),
        ("verifying", "verification_due", 14),
        ("proposing", "proposal_due", 14),
        ("executing", "execution_due", 43),
    ],
)
def test_each_part_of_the_work_has_its_time_and_the_head_is_told_then_those_above(
    bureau: Bureau, state: str, limit: str, days: int
) -> None:
    """及時辦理: 10 or 30 working days from Monday 2 March 2026 on, of which 6 April is none."""
    ref = bureau.a_case(state)
    bureau.time_passes(days=days)
    assert [one for one in bureau.told(ref) if one[1] == "breached"] == []
    bureau.time_passes(seconds=1)
    assert [one for one in bureau.told(ref) if one[1] == "breached"] == [(limit, "breached", ["group_head"])]
    bureau.time_passes(days=14)
    assert bureau.told(ref)[-1] == (limit, "breached", ["party_group", "superior_body"])


@pytest.mark.clause("B12", "X4")
def test_the_party_group_is_told_when_it_has_not_decided_in_fifteen_working_days(bureau: Bureau) -> None:
    ref = bureau.a_case("approval")
    bureau.time_passes(days=21, seconds=1)
    bureau.time_passes(days=7)

    assert bureau.told(ref) == [
        ("approval_due", "breached", ["party_group"]), ("approval_due", "breached", ["superior_body"]),
    ]  # fmt: skip


@pytest.mark.clause("B3c")
def test_no_complaint_stays_open_for_ever_unseen(bureau: Bureau) -> None:
    """However it goes to and fro: the head, the party group, the superior after 150, 180, 210 days from receipt."""
    ref = bureau.a_case("investigating")
    bureau.time_passes(days=211)

    whole = [(tells, event) for name, event, tells in bureau.told(ref) if name == "whole"]
    assert whole == [
        (["group_head"], "reminded"), (["party_group"], "breached"), (["superior_body"], "breached"),
    ]  # fmt: skip
    assert bureau.now - bureau.row(ref).received_at == timedelta(days=211)
