"""The bureau's commands: what cannot be done is told in a sentence with an exit code; nothing is lost by it, and nothing revealed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.desk.counter import one_sentence, unchanged

if TYPE_CHECKING:
    from tests.desk.counter import Answer, Counter

NAME, PHONE, MATTER, REASON = "CANARY-NAME", "13912345678", "CANARY-MATTER", "CANARY-REASON"
COMPLAINT = {
    "channel": "visit", "note": "CANARY-NOTE", "subject": "official", "department": "budget", "against": "clerk1", "matter": MATTER,
    "reason": REASON, "anonymous": "no", "complainants.1.name": NAME, "complainants.1.phone": PHONE, "reply_by": "phone",
}  # fmt: skip
NONE = "c-0000000000"


def typed(fields: dict[str, str]) -> list[str]:
    return [part for name, value in fields.items() for part in ("--set", f"{name}={value}")]


def complaint(bureau: Counter, **more: str) -> str:
    """Register a complaint; an empty answer leaves a field out."""
    return str(bureau.done("register", "bureau.complaint", *typed(COMPLAINT | more), by="member1")["ref"])


def accepted(bureau: Counter, **more: str) -> str:
    ref = complaint(bureau, **more)
    bureau.done("assign", ref, "member1", by="chief1")
    for handle in ("member2", "member3", "party1"):
        bureau.record(ref, "admission", by="chief1", person=handle)
    bureau.record(ref, "scope", by="member1", outside="no", items="rudeness, delay")
    bureau.done("move", ref, "accept", by="member1")
    return ref


def proposed(bureau: Counter, whom: str = "clerk1", *, before_the_party_group: bool = True) -> str:
    """An upheld complaint about one person that lies before the party group, or waits for its proposal."""
    ref, record = accepted(bureau, against=whom), bureau.record
    bureau.done("move", ref, "investigate", by="member1")
    record(ref, "redaction", by="keeper1", nothing_names="yes")
    record(ref, "statement", by="member1", respondent=whom, taken="no", words="he would not say a word")
    record(ref, "log", by="member1", done_at="now", words="the counter was seen")
    bureau.done("move", ref, "analyse", by="member1")
    record(ref, "memo", by="member1", words="all was weighed")
    bureau.done("move", ref, "verify", by="member1")
    record(
        ref, "upheld", by="member1", respondent=whom, facts_clear="yes", evidence_conclusive="yes", conduct_verified="yes", item="rudeness",
        rule="article 5 (6)", evidence_for="two saw it", evidence_against="none",
    )  # fmt: skip
    record(ref, "countersigned", by="member2")
    bureau.done("move", ref, "propose", by="member1")
    if before_the_party_group:
        record(ref, "proposal", by="member1", respondent=whom, measure="talk", improvement="more people")
        bureau.done("move", ref, "submit", by="member1")
    return ref


def minute(bureau: Counter, ref: str, number: str, *, by: str, whom: str = "clerk1") -> Answer:
    fields = {"number": number, "on": "2026-03-02", "respondent": whom, "measure": "talk"}
    return unchanged(bureau, "record", ref, "minute", *typed(fields), by=by)


def silent(answer: Answer) -> None:
    """Nothing of who complained, of what, or of why is in the answer."""
    told = answer.out + answer.err
    assert not [word for word in (NAME, PHONE, MATTER, REASON, "CANARY") if word in told], told


# ── bad input ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B7a")
def test_a_complaint_without_a_department_is_registered_and_goes_no_further_until_it_is_known(
    bureau: Counter,
) -> None:
    ref = complaint(bureau, department="")
    bureau.done("assign", ref, "member1", by="chief1")
    bureau.record(ref, "scope", by="member1", outside="no", items="rudeness")

    answer = unchanged(bureau, "move", ref, "accept", by="member1")
    assert answer.code == 3
    assert "1. ask the complainant for what is missing  B7a" in answer.err
    assert "2. the department is not known yet: ask for it, or find it out  B7a" in answer.err
    assert f"duecourse record {ref} supplement" in answer.err
    silent(answer)
    bureau.record(ref, "supplement_request", by="member1", asks="which counter?", told_at="now")
    bureau.record(ref, "supplement", by="member1", source="complainant", department="treasury")
    assert bureau.done("move", ref, "accept", by="member1")["state"] == "accepted"


@pytest.mark.clause("B8")
@pytest.mark.parametrize("subject", ["group", "party_group"])
def test_a_complaint_about_the_group_itself_is_neither_accepted_nor_refused_here(
    bureau: Counter, subject: str
) -> None:
    ref = complaint(bureau, subject=subject, department="", against="", reason="")
    bureau.done("assign", ref, "member1", by="chief1")
    bureau.record(ref, "scope", by="member1", outside="yes", words="CANARY-WORDS")
    goes_up = "B8 a complaint about the group or the party group goes to the superior"

    for move in ("accept", "guide"):
        assert goes_up in bureau.refused("move", ref, move, by="member1")
    silent(unchanged(bureau, "move", ref, "accept", by="member1"))
    bureau.record(ref, "transfer", by="member1", authority="the bureau above", sent_at="now")
    assert bureau.done("move", ref, "send_up", by="member1")["state"] == "transferred"


@pytest.mark.clause("B12")
def test_a_proposal_by_its_approver_and_an_approval_by_the_proposer(bureau: Counter) -> None:
    ref = proposed(bureau, before_the_party_group=False)
    fields = typed({"respondent": "clerk1", "measure": "talk", "improvement": "more people"})

    answer = unchanged(bureau, "record", ref, "proposal", *fields, by="party1")
    assert answer.code == 3
    assert "Only member, assigned may do this.  B12" in answer.err
    silent(answer)
    bureau.done("record", ref, "proposal", *fields, by="member1")
    bureau.done("move", ref, "submit", by="member1")
    bureau.done("person", "role", "member1", "party_group")
    answer = minute(bureau, ref, "2026-7", by="member1")
    assert answer.code == 3
    assert "1 thing stands in the way" in answer.err
    assert "whoever investigated or proposed does not approve  B12" in answer.err
    silent(answer)


@pytest.mark.clause("B12", "B10")
def test_an_approval_by_an_account_of_the_respondent_is_answered_like_one_of_a_case_that_there_is_not(
    bureau: Counter,
) -> None:
    bureau.done("person", "alias", "party2", "--of", "clerk1")
    ref = proposed(bureau)
    refused = unchanged(bureau, "record", ref, "admission", "--set", "person=party2", by="chief1")
    assert refused.code == 3

    here, none = (minute(bureau, which, "2026-7", by="party2") for which in (ref, NONE))
    one_sentence(none, f"No case has the reference {NONE}.")
    assert (here.code, here.out, here.err.replace(ref, NONE)) == (none.code, none.out, none.err)


@pytest.mark.clause("B12")
def test_the_number_of_a_minute_that_another_case_has(bureau: Counter) -> None:
    first, second = proposed(bureau), proposed(bureau, "clerk2")
    fields = {"number": "2026-7", "on": "2026-03-02", "respondent": "clerk1", "measure": "talk"}
    bureau.record(first, "minute", by="party1", **fields)

    answer = minute(bureau, second, "2026-7", by="party1", whom="clerk2")
    one_sentence(answer, "The number 2026-7 was given to another case already.", "give the right one")
    assert first not in answer.err
    assert minute(bureau, second, "2026/7", by="party1", whom="clerk2").code == 2
    bureau.record(second, "minute", by="party1", **fields | {"number": "2026-8", "respondent": "clerk2"})


@pytest.mark.clause("B10")
def test_an_identity_that_is_asked_for_without_purpose_or_consent(bureau: Counter) -> None:
    ref = complaint(bureau)

    one_sentence(unchanged(bureau, "reveal", ref, by="member1"), "for what purpose", "--purpose")
    one_sentence(unchanged(bureau, "reveal", ref, "--purpose", "x", by="member1"), "for what purpose")
    answer = unchanged(bureau, "reveal", ref, "--purpose", "to call back", by="member1")
    assert answer.code == 3
    assert "Each reading needs a consent of its own" in answer.err
    silent(answer)
    assert "to call back" not in answer.err, "a purpose is kept sealed"
    bureau.record(ref, "consent", by="keeper1", reader="member1", purpose="to call back")
    assert NAME in bureau.type("reveal", ref, "--purpose", "to call back", by="member1").out
    assert bureau.type("reveal", ref, "--purpose", "to call back", by="member1").code == 3
    shown = bureau.type("readings", ref, by="audit1").out
    assert shown.count("member1") == 1
    assert "to call back" in shown


@pytest.mark.clause("B10")
def test_nobody_consents_to_their_own_reading(bureau: Counter) -> None:
    ref = complaint(bureau)

    fields = typed({"reader": "keeper1", "purpose": "to see"})
    assert bureau.refused("record", ref, "consent", *fields, by="keeper1") == [
        "B10 Somebody else must record this: it is about you."
    ]


@pytest.mark.clause("B10")
@pytest.mark.parametrize("how", ["gone", "changed"])
def test_a_key_that_is_missing_for_one_case_stops_that_case_and_no_other_and_tells_the_respondent_nothing(
    bureau: Counter, how: str
) -> None:
    ref, other = complaint(bureau), complaint(bureau)
    with closing(sqlite3.connect(bureau.home / "duecourse.sqlite")) as database, database:
        mine = "WHERE case_id = (SELECT id FROM cases WHERE ref = ?)"
        if how == "gone":
            database.execute(f"DELETE FROM case_key {mine}", (ref,))
        else:
            database.execute(f"UPDATE case_key SET wrapped = zeroblob(length(wrapped)) {mine}", (ref,))
    fields = typed({"outside": "no", "items": "rudeness"})

    for command in (("record", ref, "scope", *fields), ("reveal", ref, "--purpose", "to call back")):
        answer = unchanged(bureau, *command, by="member1")
        one_sentence(answer, f"The key of the case {ref}", "The other cases are not touched by this.")
        silent(answer)
    for command in (("show",), ("record", "scope", *fields), ("reveal", "--purpose", "to see it")):
        here, none = (
            unchanged(bureau, command[0], which, *command[1:], by="clerk1") for which in (ref, NONE)
        )
        assert (here.code, here.out, here.err.replace(ref, NONE)) == (none.code, none.out, none.err)
    bureau.done("record", other, "scope", *fields, by="member1")
    assert bureau.type("audit", "verify").code == 1, "and the audit says so"


@pytest.mark.clause("B8")
def test_a_complaint_that_staff_call_withdrawn(bureau: Counter) -> None:
    ref = accepted(bureau)

    for somebody in ("member1", "chief1", "above1"):
        answer = unchanged(bureau, "record", ref, "withdrawal", "--set", "words=CANARY-WORDS", by=somebody)
        assert answer.code == 3
        assert "Only complainant may do this.  B8" in answer.err
        silent(answer)
    answer = unchanged(bureau, "move", ref, "withdraw", by="chief1")
    assert answer.code == 3
    assert "One of these is missing: withdrawal, withdrawal verified.  B8" in answer.err
    assert f"duecourse record {ref} withdrawal_verified" in answer.err
    assert f"duecourse record {ref} withdrawal\n" not in answer.err, "nobody here can record that"


@pytest.mark.clause("B8")
def test_a_complaint_that_was_taken_back_and_closed_is_not_opened_again(bureau: Counter) -> None:
    ref = accepted(bureau)
    bureau.record(ref, "withdrawal_letter", by="member1", scan_sha256="ab" * 32)
    bureau.record(ref, "withdrawal_verified", by="member2", channel="phone", words="so it is")
    assert bureau.done("move", ref, "withdraw", by="chief1")["state"] == "withdrawn"

    for move in ("withdraw", "investigate", "accept"):
        assert unchanged(bureau, "move", ref, move, by="chief1").code == 3
    assert bureau.done("audit", "verify")["whole"]


# ── what the forms ask for can be typed ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_several_respondents_several_items_a_day_and_nobody_are_typed(bureau: Counter) -> None:
    """With commas of either writing, or as JSON; a person who may be left out is left out by an empty answer."""
    ref = complaint(bureau, against="clerk1、clerk2,clerk3")
    clear = bureau.done("show", ref, by="member1")["timeline"][1]["clear"]
    assert clear["against"] == ["clerk1", "clerk2", "clerk3"]

    bureau.record(ref, "scope", by="member1", outside="no", items='["delay", "rudeness"]')
    assert bureau.done("show", ref, by="member1")["timeline"][-1]["clear"]["items"] == ["delay", "rudeness"]
    assert "items: delay, rudeness" in bureau.type("show", ref, by="member1").out
    bureau.done("assign", ref, "member1", by="chief1")
    bureau.done("move", ref, "accept", by="member1")
    bureau.done("move", ref, "investigate", by="member1")
    bureau.record(ref, "redaction", by="keeper1", nothing_names="yes")
    bureau.record(ref, "statement", by="member1", respondent="", taken="yes", words="the department says no")
    assert bureau.done("show", ref, by="member1")["timeline"][-1]["clear"]["respondent"] is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"against": "clerk1,nobody"}, "nobody with this handle"),
        ({"department": "moon"}, "department is no unit of the office"),
        ({"channel": "letter", "scan_sha256": "not a hash"}, "scan_sha256"),
        ({"against": "[clerk1"}, "is no JSON"),
        ({"anonymous": "perhaps"}, "anonymous is answered by yes or no."),
    ],
)
def test_what_cannot_be_registered(bureau: Counter, fields: dict[str, str], words: str) -> None:
    answer = unchanged(bureau, "register", "bureau.complaint", *typed(COMPLAINT | fields), by="member1")

    one_sentence(answer, words)
    silent(answer)


@pytest.mark.parametrize(
    ("on", "words"),
    [("2030-01-01", "on lies in the future"), ("2026-03-01", "on lies before"), ("Monday", "on")],
)
def test_a_minute_of_a_day_that_cannot_be(bureau: Counter, on: str, words: str) -> None:
    ref = proposed(bureau)
    fields = {"number": "2026-7", "on": on, "respondent": "clerk1", "measure": "talk"}

    one_sentence(unchanged(bureau, "record", ref, "minute", *typed(fields), by="party1"), words)


def test_whoever_sits_at_the_terminal_is_asked_for_a_complaint(bureau: Counter) -> None:
    """Several people and several items by their numbers in one answer; who it was may be left out."""
    answers = [
        "1", "", "at nine", "1", "budget", "5, 6", "", MATTER, REASON, "no", NAME, PHONE, "", "", "", "", "2",
    ]  # fmt: skip
    asked = bureau.type("register", "bureau.complaint", by="member1", answers=answers)
    assert asked.code == 0, asked.err
    ref = bureau.done("list", by="member1")["rows"][0]["ref"]
    clear = bureau.done("show", ref, by="member1")["timeline"][1]["clear"]
    assert (clear["channel"], clear["against"], clear["reply_by"]) == ("visit", ["clerk1", "clerk2"], "phone")

    asked = bureau.type("record", ref, "scope", by="member1", answers=["no", "2、6", "", ""])
    assert asked.code == 0, asked.err
    assert "several separated by commas" in asked.out
    clear = bureau.done("show", ref, by="member1")["timeline"][-1]["clear"]
    assert clear["items"] == ["shirking", "rudeness"]


# ── what the pages say ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B1", "B15")
def test_a_case_shows_its_edition_its_legal_bases_and_that_it_came_before_the_first_edition(
    bureau: Counter,
) -> None:
    early = ("--received-at", "2025-12-30 10:00", "--reason", "found in a drawer")
    ref = bureau.done("register", "bureau.complaint", *typed(COMPLAINT), *early, by="member1")["ref"]
    page = bureau.type("show", ref, by="member1").out

    assert "bureau.complaint · 2026-01-01" in page
    assert "《中華人民共和國行政監察法》" in page
    assert "before the first edition, and registered under it" in page
    assert "before the first edition" not in bureau.type("show", complaint(bureau), by="member1").out


@pytest.mark.clause("B12")
def test_what_the_ladder_gave_stands_in_words_beside_the_proposal(bureau: Counter) -> None:
    page = " ".join(bureau.type("show", proposed(bureau), by="member1").out.split())

    assert "the ladder gives talk: number 1 within a year" in page
    assert "{" not in page
    assert "facts: registration" not in page


@pytest.mark.clause("B12")
def test_a_measure_that_is_awaited_is_pointed_to_and_nobody_is_told_to_record_how_it_ends(
    bureau: Counter,
) -> None:
    ref = proposed(bureau)
    fields = {"number": "2026-7", "on": "2026-03-02", "respondent": "clerk1", "measure": "talk"}
    bureau.record(ref, "minute", by="party1", **fields)
    (measure,) = bureau.done("move", ref, "approve", by="party1")["opened"]

    answer = bureau.type("move", ref, "carry_out", by="member1")
    assert f"duecourse show {measure}" in answer.err
    assert f"duecourse record {ref} carried" in answer.err
    assert f"duecourse record {ref} execution" not in answer.err
    assert "asks for: owner, due, reason" in answer.err


@pytest.mark.clause("B10")
def test_whoever_is_served_a_paper_sees_that_paper_alone(bureau: Counter) -> None:
    ref = accepted(bureau)
    bureau.done("move", ref, "investigate", by="member1")
    bureau.record(ref, "redaction", by="keeper1", nothing_names="yes")
    paper = {"respondent": "clerk1", "paper": "request_for_statement", "words": "say what happened"}
    bureau.record(ref, "service", by="member1", **paper)

    shown = bureau.type("served", by="clerk1").out
    assert "say what happened" in shown
    assert ref not in shown
    assert bureau.type("served", by="clerk2").out == bureau.type("served", by="clerk3").out
    assert bureau.done("list", by="clerk1")["rows"] == []
    one_sentence(bureau.type("show", ref, by="clerk1"), "No case has the reference")
