"""`edition`, `interpretation`: what the party group rules on the rules, at the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.desk.bureau_counter import APPROVAL, open_bureau
from tests.desk.counter import one_sentence

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk.counter import Counter

ADD = ("interpretation", "add", "--clause", "B12", "--minute", "2026-7", "--on", "2026-03-02")
WORDS = ("--question", "CANARY-QUESTION", "--ruling", "CANARY-RULING")


@pytest.mark.clause("B16")
def test_a_bureau_is_unsound_until_its_party_group_has_approved_the_edition(tmp_path: Path) -> None:
    counter = open_bureau(tmp_path / "home", approved=False)
    found = counter.type("check")
    assert found.code == 1
    assert "was not approved" in found.out
    assert "duecourse edition approve bureau.complaint 2026-01-01 --minute NUMBER --on DAY" in " ".join(
        found.out.split()
    )
    assert "not approved" in counter.type("edition", "list").out
    assert counter.refused(*APPROVAL, by="chief1") == ["B16 Only party group may do this."]
    assert counter.done(*APPROVAL, by="party1")["minute"] == "2026-1"
    assert counter.type("check").code == 0
    (row,) = counter.done("edition", "list")["editions"]
    assert (row["approved_on"], row["by"], row["holds"]) == ("2026-01-05", "party1", True)
    assert "holds today" in counter.type("edition", "list").out


@pytest.mark.clause("B16")
def test_an_interpretation_is_added_and_listed(bureau: Counter) -> None:
    assert bureau.done(*ADD, *WORDS, by="party1")["no"] == 1
    page = bureau.type("interpretation", "list", by="member1").out
    assert "interpretation 1 of B12  2026-03-02, minute 2026-7, recorded by party1" in page
    assert "CANARY-RULING" in page
    page = bureau.type("interpretation", "list", by="clerk1").out
    assert "interpretation 1 of B12" in page
    assert "CANARY" not in page
    assert bureau.done("interpretation", "list", "--clause", "B10", by="member1")["interpretations"] == []
    assert b"CANARY" not in (bureau.home / "duecourse.sqlite").read_bytes()


@pytest.mark.clause("B16")
def test_question_and_ruling_are_asked_for_or_come_from_a_file(bureau: Counter, tmp_path: Path) -> None:
    asked = bureau.type(*ADD, by="party1", answers=["one incident?", "once"])
    assert asked.code == 0
    assert "It is interpretation 1 of B12." in asked.out
    file = tmp_path / "words.json"
    file.write_text(json.dumps({"question": "another?", "ruling": "twice"}), encoding="utf-8")
    bureau.done(*ADD, "--words", str(file), by="party1")
    rows = bureau.done("interpretation", "list", by="member1")["interpretations"]
    assert [(row["question"], row["ruling"]) for row in rows] == [
        ("one incident?", "once"),
        ("another?", "twice"),
    ]


@pytest.mark.clause("B16")
def test_whoever_meets_the_clause_is_told_the_interpretation_by_its_number(bureau: Counter) -> None:
    bureau.done(*ADD, *WORDS, by="party1")
    bureau.done(*ADD[:3], "B16", *ADD[4:], *WORDS, by="party1")
    answer = bureau.type(*APPROVAL, by="chief1")
    assert answer.code == 3
    assert "Only party group may do this.  B16  interpretation 2 of B16" in answer.err
    assert "CANARY" not in answer.err
    told = bureau.type("--json", *APPROVAL, by="chief1").json["refused"]["requirements"]
    assert [one["interpretations"] for one in told] == [[2]]
    bureau.done(*ADD[:3], "B16", *ADD[4:], *WORDS, by="party1")
    assert "interpretations 2, 3 of B16" in bureau.type(*APPROVAL, by="chief1").err


@pytest.mark.clause("B16")
def test_whoever_does_not_rule_is_refused_and_sent_to_those_who_do(bureau: Counter) -> None:
    answer = bureau.type(*ADD, *WORDS, by="member1")
    assert answer.code == 3
    assert "party1, party2, party3" in answer.err
    assert "CANARY" not in answer.err


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ((*ADD[:3], "B99", *ADD[4:], *WORDS), "There is no clause B99"),
        ((*ADD[:-1], "soon", *WORDS), '"soon" is not a day.'),
        ((*ADD[:-1], "2027-01-01", *WORDS), "lies in the future"),
        (ADD, "The question needs 2 to 8000 characters."),
        ((*ADD, "--words", "nowhere.json"), "nowhere.json cannot be read"),
        ((*APPROVAL[:3], "2030-01-01", *APPROVAL[4:]), "bureau.complaint has no edition of 2030-01-01."),
        (("edition", "approve", "bureau.party", *APPROVAL[3:]), "No edition of bureau.party is approved"),
        (APPROVAL, "was approved already, on 2026-01-05 by the minute 2026-1"),
    ],
)
def test_a_ruling_that_cannot_be(bureau: Counter, typed: tuple[str, ...], words: str) -> None:
    before = bureau.everything()
    one_sentence(bureau.type(*typed, by="party1"), words)
    assert bureau.everything() == before


def test_a_file_of_words_that_is_none_is_not_repeated(bureau: Counter, tmp_path: Path) -> None:
    file = tmp_path / "words.json"
    for text in ("CANARY", '{"ruling": 5}', '{"CANARY": "x"}', "[]"):
        file.write_text(text, encoding="utf-8")
        answer = bureau.type(*ADD, "--words", str(file), by="party1")
        one_sentence(answer, 'must be a JSON object such as {"question"')
        assert "CANARY" not in answer.err


def test_a_property_office_has_nothing_to_approve_or_to_interpret(counter: Counter) -> None:
    assert "No edition of a procedure needs approval" in counter.type("edition", "list").out
    one_sentence(counter.type(*ADD, *WORDS, by="head1"), "Nobody approves the procedures of the office court")
