"""Ways round the clauses that were tried and are closed: corrections, second rounds, late respondents, false papers (B2, B8, B10, B12, B13)."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from casework import corrections, fire
from casework.aliases import declare_same
from casework.errors import BadInput
from casework.outcome import Fired, Refused
from casework.people import give_role
from casework.readings import Opened, open_case
from states.editions import in_force
from states.soundness import contradictions
from tests.acting import in_the_way
from tests.bureau import CODED as _CODED
from tests.bureau import COMPLAINT, KEY, Bureau
from tests.bureau import LETTER as _LETTER

CODED: dict[str, Any] = dict(_CODED)
LETTER: dict[str, Any] = dict(_LETTER)


def corrects(bureau: Bureau, ref: str, step: str, by: str, /, **evidence: object) -> Fired | Refused:
    """Correct the last record of a step, with these fields instead of those it had."""
    last = [event for event in bureau.events(ref, "recorded", "corrected") if event.name == step][-1]
    said = {n: v for n, v in json.loads(last.clear).items() if n not in {"ladder", "corrects", "facts"}}
    whole = COMPLAINT if step == "registration" else bureau.usual(step)
    given = {**whole, **said, **evidence}
    with bureau.store.transaction() as session:
        return corrections.correct(
            session, ref, last.seq, bureau.who(by), bureau.now, evidence=given, reason="mistyped"
        )


def not_corrected(bureau: Bureau, ref: str, step: str, by: str, /, **evidence: object) -> list[str]:
    """Everything that stands in the way of a correction that must be refused. Nothing changed."""
    before = bureau.row(ref)
    done = corrects(bureau, ref, step, by, **evidence)
    assert isinstance(done, Refused), f"{step} was corrected"
    assert bureau.row(ref) == before
    return in_the_way(done)


def reads(bureau: Bureau, ref: str, by: str) -> Opened | Refused:
    """Somebody reads who complains."""
    with bureau.store.transaction() as session:
        return open_case(session, ref, bureau.who(by), bureau.now, purpose="to call back")


def given_the_role(bureau: Bureau, handle: str, role: str) -> None:
    """Somebody holds one more role from today on."""
    with bureau.store.transaction() as session:
        give_role(session, KEY, handle, role, bureau.now)
    bureau.meet()


# ── what was signed, decided or sent ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B12", "X2")
def test_a_decision_is_not_corrected_once_its_measure_has_begun(bureau: Bureau) -> None:
    ref = bureau.a_case("executing")
    assert not_corrected(
        bureau, ref, "minute", "party1", measure="suspension", deviates_because="it was grave"
    )


@pytest.mark.clause("B12", "X2")
def test_a_proposal_is_not_corrected_once_the_party_group_has_decided_on_it(bureau: Bureau) -> None:
    ref = bureau.a_case("executing")
    assert not_corrected(bureau, ref, "proposal", "member1", measure="suspension", deviates_because="grave")


@pytest.mark.clause("B13", "X2")
def test_a_reply_is_not_corrected_once_it_was_delivered(bureau: Bureau) -> None:
    ref = bureau.a_case("replied", upheld=False)
    assert not_corrected(bureau, ref, "reply", "member1", words="something else was found")


@pytest.mark.clause("B8", "X2")
def test_what_the_complainant_said_nobody_else_corrects(bureau: Bureau) -> None:
    ref = bureau.a_case("replied", upheld=False)
    bureau.does(ref, "objection", "complainant", words="nobody looked into it")
    bureau.does(ref, "satisfaction", "complainant", answer="not_satisfied")
    assert not_corrected(bureau, ref, "objection", "member2", words="all is well")
    assert not_corrected(bureau, ref, "satisfaction", "member3", answer="satisfied")


@pytest.mark.clause("B13", "X2")
def test_nobody_is_given_a_receipt_page_by_a_correction_nor_loses_it(bureau: Bureau) -> None:
    ref = bureau.a_case("replying", upheld=False)
    assert not_corrected(bureau, ref, "registration", "member1", receipt=True, reply_by="receipt_page",
                         complainants=[{"name": "王小明", "phone": "13800000000"}])  # fmt: skip
    coded = bureau.a_case("replying", upheld=False, **CODED)
    assert not_corrected(
        bureau, coded, "registration", "member1", receipt=False, reply_by="none", complainants=[]
    )


@pytest.mark.clause("B13", "X2")
def test_who_complains_is_not_made_nobody_by_a_member(bureau: Bureau) -> None:
    ref = bureau.a_case("replying", upheld=False)
    assert not_corrected(
        bureau, ref, "registration", "member1", anonymous=True, complainants=[], reply_by="none"
    )


@pytest.mark.clause("B8", "X2")
def test_what_is_about_the_group_is_not_made_about_somebody_else_by_the_group(bureau: Bureau) -> None:
    ref = bureau.comes_in(subject="group", against=[]).ref
    for by in ("member1", "chief1"):
        assert not_corrected(bureau, ref, "registration", by, subject="official", against=["clerk1"])


# ── findings ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B2", "B12")
def test_of_one_person_it_is_not_found_both_ways_in_one_round(bureau: Bureau) -> None:
    ref = bureau.a_case("verifying")
    bureau.does(ref, "not_upheld", "member1", respondent="clerk1")
    assert bureau.stopped(ref, "upheld", "member1", respondent="clerk1")
    bureau.does(ref, "investigate_more", "member1")


@pytest.mark.clause("B2")
def test_what_is_upheld_of_the_department_is_disposed_of_besides_what_is_of_a_person(bureau: Bureau) -> None:
    ref = bureau.a_case("verifying")
    for respondent in ("clerk1", None):
        bureau.does(ref, "upheld", "member1", respondent=respondent)
    bureau.does(ref, "countersigned", "member2")
    bureau.does(ref, "propose", "member1")
    bureau.does(ref, "proposal", "member1", respondent="clerk1")
    assert bureau.stopped(ref, "submit", "member1")
    bureau.does(ref, "proposal", "member1", respondent=None, measure="rectification")
    bureau.does(ref, "submit", "member1")
    bureau.does(ref, "minute", "party1", respondent="clerk1")
    assert bureau.stopped(ref, "approve", "party1")
    bureau.does(ref, "minute", "party1", respondent=None, measure="rectification")
    bureau.does(ref, "approve", "party1")
    assert len(bureau.children(ref)) == 2


@pytest.mark.clause("B12")
def test_a_complaint_about_a_department_is_not_answered_by_a_finding_on_one_of_its_people(
    bureau: Bureau,
) -> None:
    ref = bureau.a_case("verifying", subject="department")
    bureau.does(ref, "not_upheld", "member1", respondent="clerk1")
    bureau.does(ref, "countersigned", "member2")
    assert bureau.stopped(ref, "conclude", "member1")
    bureau.does(ref, "not_upheld", "member1", respondent=None)
    bureau.does(ref, "countersigned", "member2")
    bureau.does(ref, "conclude", "member1")


@pytest.mark.clause("B2")
def test_nobody_agrees_to_malice_before_it_is_found(bureau: Bureau) -> None:
    ref = bureau.a_case("verifying", against=("clerk1", "clerk2"))
    bureau.does(ref, "not_upheld", "member1", respondent="clerk1")
    assert bureau.stopped(ref, "malice_approved", "chief1")
    bureau.does(ref, "not_upheld", "member1", respondent="clerk2", outcome="malicious")
    bureau.does(ref, "malice_approved", "chief1")
    assert not_corrected(bureau, ref, "not_upheld", "member1", respondent="clerk2", outcome="insufficient")


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B12")
def test_the_proposer_does_not_make_the_move_of_approval_either(bureau: Bureau) -> None:
    given_the_role(bureau, "member1", "party_group")
    ref = bureau.a_case("approval")
    bureau.does(ref, "minute", "party1", respondent="clerk1")
    assert bureau.stopped(ref, "approve", "member1")
    bureau.does(ref, "returned", "party1")
    assert bureau.stopped(ref, "send_back", "member1")


@pytest.mark.clause("B12")
def test_a_second_signature_counts_no_more_when_it_turns_out_to_be_the_same_persons(bureau: Bureau) -> None:
    ref = bureau.a_case("verifying")
    bureau.does(ref, "upheld", "member1", respondent="clerk1")
    bureau.does(ref, "countersigned", "member2")
    with bureau.store.transaction() as session:
        declare_same(session, KEY, "member2", "member1", bureau.now)
    bureau.meet()
    one = "B12 Two who must differ turned out to be one person: countersigned is recorded anew, or corrected, by another."
    assert one in bureau.stopped(ref, "propose", "member1")
    assert isinstance(corrects(bureau, ref, "countersigned", "member3"), Fired)
    bureau.does(ref, "propose", "member1")


@pytest.mark.clause("B9c")
def test_whoever_refuses_a_complaint_does_not_confirm_it(bureau: Bureau) -> None:
    ref = bureau.comes_in().ref
    for handle in ("member2", "member3"):
        bureau.does(ref, "admission", "chief1", person=handle)
    bureau.does(ref, "scope", "member1", outside=True, items=[], words="the street is the city's")
    bureau.does(ref, "guidance", "member1")
    bureau.does(ref, "guide", "member2")
    assert bureau.stopped(ref, "refusal_reviewed", "member2")
    bureau.does(ref, "refusal_reviewed", "member3")
    assert bureau.stopped(ref, "confirm", "member1")
    bureau.does(ref, "confirm", "member3")


@pytest.mark.clause("B10")
def test_nothing_is_served_on_somebody_whom_the_case_is_not_about(bureau: Bureau) -> None:
    ref = bureau.a_case("investigating")
    bureau.does(ref, "redaction", "keeper1")
    assert bureau.stopped(ref, "service", "member1", respondent="clerk4")
    bureau.does(ref, "service", "member1", respondent="clerk1")
    assert not_corrected(bureau, ref, "service", "member1", respondent="clerk4")


@pytest.mark.clause("B4", "B10")
@pytest.mark.parametrize(
    "words", ["王小明 complained of you", "what 王 小 明 says", "call 138-0000 0000", "MARY ANN Li was there"]
)
def test_no_instrument_names_the_complainant_whatever_was_confirmed(bureau: Bureau, words: str) -> None:
    people = [{"name": "王小明", "phone": "13800000000"}, {"name": "Mary Ann Li"}]
    ref = bureau.a_case("investigating", complainants=people)
    bureau.does(ref, "redaction", "keeper1")
    named = ["B10 Its words name who complains."]
    assert named == bureau.stopped(ref, "service", "member1", respondent="clerk1", words=words)
    bureau.does(ref, "service", "member1", respondent="clerk1", words="summary: any link to Ann Lin, 138")
    assert named == not_corrected(bureau, ref, "service", "member1", respondent="clerk1", words=words)


@pytest.mark.clause("B12")
def test_no_minute_is_older_than_the_proposal_that_it_decides_on(bureau: Bureau) -> None:
    ref = bureau.a_case("verifying")
    bureau.time_passes(days=3)
    bureau.goes_on(ref, "approval")
    yesterday = (bureau.today - timedelta(days=1)).isoformat()
    for step in ("minute", "returned"):
        whom: dict[str, Any] = {"respondent": "clerk1"} if step == "minute" else {}
        with pytest.raises(BadInput, match="on lies before what it rests on"):
            bureau.tries(ref, step, "party1", on=yesterday, **whom)
    bureau.does(ref, "minute", "party1", respondent="clerk1")


# ── a second round ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def in_review(bureau: Bureau, ref: str) -> None:
    """The complainant objects, and the head begins the review with somebody else."""
    bureau.does(ref, "objection", "complainant")
    for handle in ("member4", "member5"):
        bureau.does(ref, "admission", "chief1", person=handle)
    bureau.does(ref, "assignment", "chief1", handler="member4")
    bureau.does(ref, "review", "chief1")


@pytest.mark.clause("B8", "B2")
def test_an_old_withdrawal_does_not_close_the_review_of_what_was_upheld(bureau: Bureau) -> None:
    ref = bureau.a_case("investigating", **CODED)
    bureau.does(ref, "withdrawal", "complainant")
    done = bureau.goes_on
    done(ref, "replying")
    bureau.does(ref, "reply", "member1")
    bureau.does(ref, "posted", "member1")
    bureau.does(ref, "read_by_complainant", "complainant")
    bureau.does(ref, "answer", "member1")
    in_review(bureau, ref)
    assert bureau.stopped(ref, "withdraw", "chief1")


@pytest.mark.clause("B8")
def test_a_letter_that_takes_an_anonymous_complaint_back_counts_for_nothing(bureau: Bureau) -> None:
    ref = bureau.a_case("accepted", **LETTER)
    assert bureau.stopped(ref, "withdrawal_letter", "member1")


@pytest.mark.clause("B10")
def test_one_consent_is_one_reading_also_when_it_is_corrected(bureau: Bureau) -> None:
    ref = bureau.a_case("investigating")
    bureau.does(ref, "consent", "keeper1", reader="member1")
    corrects(bureau, ref, "consent", "keeper1", reader="member2")
    assert isinstance(reads(bureau, ref, "member1"), Refused)
    assert isinstance(reads(bureau, ref, "member2"), Opened)
    assert not_corrected(bureau, ref, "consent", "keeper1", reader="member1")


def found_again(bureau: Bureau, ref: str, finding: str) -> None:
    """In the review of a complaint about `clerk1` somebody finds anew; nobody has signed it."""
    bureau.does(ref, "redaction", "keeper1")
    for act in ("statement", "log", "analyse", "memo", "verify", finding):
        about = {"respondent": "clerk1"} if act in {"statement", finding} else {}
        bureau.does(ref, act, "member4", **about)


@pytest.mark.clause("B12", "B13")
def test_the_count_is_not_lowered_by_a_review_whose_finding_nobody_has_signed(bureau: Bureau) -> None:
    ref = bureau.a_case("replied")
    in_review(bureau, ref)
    found_again(bureau, ref, "not_upheld")
    other = bureau.a_case("proposing")
    told = "B12 The ladder gives {}: it is number {} within a year. Another measure needs its reason."
    assert [told.format("public_criticism", 2)] == bureau.stopped(
        other, "proposal", "member1", respondent="clerk1", measure="talk"
    )

    bureau.does(ref, "countersigned", "member5")
    bureau.does(ref, "conclude", "member4")

    bureau.does(other, "proposal", "member1", respondent="clerk1", measure="talk")
    assert bureau.audited() == []


@pytest.mark.clause("B12", "B13")
@pytest.mark.parametrize("finding", ["upheld", "not_upheld"])
def test_what_the_first_round_ordered_is_not_carried_out_once_it_is_reviewed(
    bureau: Bureau, finding: str
) -> None:
    ref = bureau.a_case("executing")
    (measure,) = bureau.children(ref)
    bureau.does(ref, "carried", "chief1")
    bureau.does(ref, "carry_out", "member1")
    bureau.goes_on(ref, "replied")
    in_review(bureau, ref)
    reviewed = "B12 What ordered it is reviewed: it is not carried out, and whoever ordered it takes it back."
    assert reviewed in bureau.stopped(measure, "proof", "member1")
    found_again(bureau, ref, finding)
    assert reviewed in bureau.stopped(measure, "execute", "member1")
    bureau.does(measure, "revocation", "party1")
    bureau.does(measure, "revoke", "party1")
    assert bureau.audited() == []


@pytest.mark.clause("B13")
def test_whoever_had_a_part_in_the_first_round_does_not_conclude_the_review(bureau: Bureau) -> None:
    ref = bureau.a_case("replied", upheld=False)
    in_review(bureau, ref)
    found_again(bureau, ref, "upheld")
    bureau.does(ref, "countersigned", "member5")
    for involved in ("member1", "member2"):
        assert bureau.stopped(ref, "propose", involved) == [
            "B13 a review is by people who had no part before"
        ]
    bureau.does(ref, "propose", "member5")


@pytest.mark.clause("B13")
def test_the_receipt_page_is_open_for_thirty_days_from_when_the_reply_is_really_there(bureau: Bureau) -> None:
    ref = bureau.a_case("replying", upheld=False, **CODED)
    bureau.does(ref, "reply", "member1")
    bureau.time_passes(days=2)
    with pytest.raises(BadInput, match="did not happen earlier"), bureau.store.transaction() as session:
        fire.record(
            session, ref, "posted", bureau.who("member1"), bureau.now, evidence=bureau.usual("posted"), reason="forgotten",
            happened_at=bureau.now - timedelta(days=2),
        )  # fmt: skip
    bureau.does(ref, "posted", "member1")
    bureau.time_passes(days=29)
    assert bureau.state(ref) == "replying"
    bureau.time_passes(days=1, minutes=1)
    assert bureau.state(ref) == "replied"


@pytest.mark.clause("B13")
def test_what_the_complainant_says_of_the_reply_is_not_overwritten(bureau: Bureau) -> None:
    ref = bureau.a_case("replied", upheld=False)
    bureau.does(ref, "satisfaction", "member3", answer="satisfied")
    bureau.does(ref, "satisfaction", "complainant", answer="not_satisfied")
    assert bureau.stopped(ref, "satisfaction", "member3", answer="satisfied")
    bureau.does(ref, "satisfaction", "complainant", answer="satisfied")


@pytest.mark.clause("B12")
def test_one_character_is_no_reason_for_another_measure(bureau: Bureau) -> None:
    ref = bureau.a_case("proposing")
    assert bureau.stopped(
        ref, "proposal", "member1", respondent="clerk1", measure="suspension", deviates_because="."
    )


def test_a_record_that_an_unknown_act_would_settle_is_a_contradiction() -> None:
    law = in_force("bureau.complaint", date(2026, 3, 1))
    memo = replace(law.step_named["memo"], settled_by=("nothing",))
    object.__setattr__(memo, "name", "memo")
    steps = tuple(memo if step.name == "memo" else step for step in law.steps)
    assert "memo is settled by nothing, which there is not" in list(contradictions(replace(law, steps=steps)))
