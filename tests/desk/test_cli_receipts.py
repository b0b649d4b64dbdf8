"""A complainant without a name or token at the command line: the code goes in unseen, and comes out once."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from casework.receipt_codes import new_code, read_code
from tests.desk.counter import one_sentence
from tests.desk.either_database import bureau_office, counter_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.desk.counter import Answer, Counter

WRONG = "This code opens nothing."
ANONYMOUS = {
    "channel": "web", "subject": "official", "department": "budget", "against": '["clerk1"]', "matter": "CANARY-MATTER", "reason": "no form was given",
    "anonymous": "yes", "receipt": "yes", "reply_by": "receipt_page",
}  # fmt: skip


@pytest.fixture(scope="session")
def prepare_schema() -> Callable[[str], None]:
    return bureau_office


@pytest.fixture
def bureau(database_url: str, tmp_path: Path) -> Counter:
    return counter_at(database_url, tmp_path / "home")


def fields(given: dict[str, str]) -> list[str]:
    return [part for name, value in given.items() for part in ("--set", f"{name}={value}")]


def register(bureau: Counter, *more: str, by: str = "chief1") -> Any:
    return bureau.done("register", "bureau.complaint", *fields(ANONYMOUS), *more, by=by)


def receipt(bureau: Counter, code: str, *typed: str, words: str = "") -> Answer:
    """Type a command of the complainant: the code stands in the environment, words in a file."""
    more = []
    if words:
        file = bureau.home / "words.txt"
        file.write_text(words, encoding="utf-8")
        more = ["--words-file", str(file)]
    answer = bureau.type("receipt", *typed, *more, DUECOURSE_RECEIPT=code)
    (bureau.home / "words.txt").unlink(missing_ok=True)
    return answer


def everything(bureau: Counter) -> list[str]:
    """Every value of every table."""
    store = bureau.open()
    with store.reading() as session:
        found = [
            str(bytes(value) if isinstance(value, memoryview) else value)
            for table in SQLModel.metadata.sorted_tables
            for row in session.connection().execute(select(table).order_by(*table.primary_key))
            for value in row
        ]
    store.close()
    return found


def answered(bureau: Counter, ref: str) -> None:
    """Take a complaint to its reply, which is posted."""
    bureau.done("assign", ref, "member1", by="chief1")
    bureau.done("record", ref, "admission", "--set", "person=member3", by="chief1")
    record = bureau.record
    record(ref, "scope", by="member1", outside="no", items='["rudeness"]')
    bureau.done("move", ref, "accept", by="member1")
    bureau.done("move", ref, "investigate", by="member1")
    record(ref, "redaction", by="keeper1", nothing_names="yes")
    record(ref, "statement", by="member1", respondent="clerk1", taken="yes", words="it was not so")
    record(ref, "log", by="member1", done_at="now", words="the counter was seen")
    bureau.done("move", ref, "analyse", by="member1")
    record(ref, "memo", by="member1", words="all was weighed")
    bureau.done("move", ref, "verify", by="member1")
    record(
        ref, "not_upheld", by="member1", respondent="clerk1", outcome="not_upheld", rule="article 12", evidence_for="one saw it", evidence_against="two did not",
    )  # fmt: skip
    record(ref, "countersigned", by="member3")
    bureau.done("move", ref, "conclude", by="member1")
    record(ref, "reply", by="member1", words="nobody was found at fault", no_private_data="yes")
    record(ref, "posted", by="member1", posted_at="now")


@pytest.mark.clause("B7b")
def test_the_code_is_shown_once_and_a_repeated_command_says_that_it_was(bureau: Counter) -> None:
    typed = ("register", "bureau.complaint", *fields(ANONYMOUS), "--command-id", "first")
    page, again = bureau.type(*typed, by="chief1"), bureau.type(*typed, by="chief1")

    (code,) = [line.strip() for line in page.out.splitlines() if read_code(line.strip())]
    assert "shown this once and kept nowhere" in page.out
    assert code not in again.out
    assert "it was shown once" in again.out
    assert "shown" not in bureau.type("--json", *typed, by="chief1").out
    assert code not in "".join(everything(bureau))
    assert (
        bureau.done("receipt", "show", DUECOURSE_RECEIPT=code)["status"]
        == "Your complaint has been received."
    )


@pytest.mark.clause("B7b", "B13")
def test_the_two_sides_talk_and_the_reply_is_read(bureau: Counter) -> None:
    done = register(bureau)
    ref, code = done["ref"], done["receipt"]
    assert receipt(bureau, code, "say", words="the hat was red").code == 0
    bureau.clock.advance(minutes=1)
    answered(bureau, ref)
    bureau.record(ref, "word_out", by="member1", words="we have looked into it")
    bureau.clock.advance(minutes=1)

    page, told = receipt(bureau, code, "show"), bureau.done("receipt", "show", DUECOURSE_RECEIPT=code)

    assert (
        page.out.index("the hat was red")
        < page.out.index("we have looked into it")
        < page.out.index("nobody was found")
    )
    assert "Your complaint has been answered: read the answer below." in page.out
    assert "This page can be read until 04-01 10:01 at least." in page.out
    assert [(True, "the hat was red"), (False, "we have looked into it")] == [
        (m["mine"], m["words"]) for m in told["messages"]
    ]
    assert told["messages"][0]["at"] == "2026-03-02T10:00:00+08:00"
    for inner in (ref, "member1", "chief1", "clerk1", "CANARY-MATTER", "B-2026", "replying"):
        assert inner not in page.out + json.dumps(told)
    timeline = bureau.done("show", ref, by="chief1")["timeline"]
    assert ["read_by_complainant"] == [one["name"] for one in timeline if one["name"].startswith("read_")]
    bureau.done("move", ref, "answer", by="member1")
    assert receipt(bureau, code, "object", words="that was not all").code == 0
    one_sentence(receipt(bureau, code, "object", words="and more"), "An objection can be made once", code=3)


@pytest.mark.clause("B13")
def test_the_answer_is_judged_by_its_code_with_words_or_without(bureau: Counter) -> None:
    done = register(bureau)
    ref, code = done["ref"], done["receipt"]
    early = receipt(bureau, code, "answer", "satisfied")
    one_sentence(early, "What you think of the answer can be said after", code=3)
    answered(bureau, ref)
    receipt(bureau, code, "show")
    bureau.done("move", ref, "answer", by="member1")

    assert "The office knows what you think" in receipt(bureau, code, "answer", "satisfied").out
    assert receipt(bureau, code, "answer", "not_satisfied", words="nobody was heard").code == 0
    one_sentence(receipt(bureau, code, "answer", "not_reached"), "That is none of the answers.", "declined")
    assert receipt(bureau, code, "answer").code == 2
    both = bureau.type("receipt", "answer", "satisfied", "--code-file", "-", "--words-file", "-")
    one_sentence(both, "Only one of the two can be read from standard input.")

    assert "nobody was heard" in receipt(bureau, code, "show").out
    seen = bureau.type("show", ref, by="chief1").out
    assert "nobody was heard" not in seen
    timeline = bureau.done("show", ref, by="chief1")["timeline"]
    said = [one["clear"]["answer"] for one in timeline if one["name"] == "satisfaction"]
    assert said == ["satisfied", "not_satisfied"]


@pytest.mark.clause("B8")
def test_it_is_taken_back_by_its_code_and_not_by_staff(bureau: Counter) -> None:
    done = register(bureau)
    ref, code = done["ref"], done["receipt"]
    tried = bureau.refused("record", ref, "withdrawal", "--set", "words=they let it be", by="chief1")
    assert [one for one in tried if one.startswith("B8 Only") and "complainant" in one], tried

    assert "You have taken your complaint back." in receipt(bureau, code, "withdraw", words="let it be").out

    bureau.done("move", ref, "withdraw", by="chief1")
    assert "it is closed" in receipt(bureau, code, "show").out
    said = receipt(bureau, code, "say", words="or rather not")
    one_sentence(said, "Nothing more can be said here: the complaint is closed.", code=3)
    one_sentence(receipt(bureau, code, "withdraw", words="again"), "can no longer be taken back", code=3)


@pytest.mark.clause("B7b")
def test_the_code_comes_from_a_file_standard_input_a_variable_or_a_prompt(
    bureau: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = register(bureau)["receipt"]
    file = tmp_path / "code.txt"
    file.write_text(f"{code.upper()}\n", encoding="utf-8")
    shown = "Your complaint has been received."

    assert shown in bureau.type("receipt", "show", "--code-file", str(file)).out
    assert shown in bureau.type("receipt", "show", DUECOURSE_RECEIPT=code.replace("-", " ")).out
    assert shown in bureau.type("receipt", "show", answers=[code]).out
    monkeypatch.setattr(sys, "stdin", io.StringIO(code))
    assert shown in bureau.type("receipt", "show", "--code-file", "-").out
    said = bureau.type("receipt", "say", answers=[code, "the hat was red"])
    assert "Your words are with the office." in said.out
    assert "the hat was red" in bureau.type("receipt", "show", DUECOURSE_RECEIPT=code).out
    one_sentence(bureau.type("receipt", "show"), "A receipt code is needed.", "--code-file")
    one_sentence(bureau.type("receipt", "say", DUECOURSE_RECEIPT=code), "--words-file")
    both = bureau.type("receipt", "say", "--code-file", "-", "--words-file", "-")
    one_sentence(both, "Only one of the two can be read from standard input.")
    one_sentence(bureau.type("receipt", "show", "--code-file", str(tmp_path / "none")), "No such file")


def test_a_code_is_no_argument(bureau: Counter) -> None:
    """Whoever else works on the machine sees the arguments of every command."""
    code = register(bureau)["receipt"]

    for typed in (["show", code], ["say", code], ["show", "--code", code], ["show", "--code-file", code]):
        assert bureau.type("receipt", *typed).code == 2


@pytest.mark.clause("B7b")
def test_wrong_codes_are_answered_alike_byte_for_byte_and_change_nothing(bureau: Counter) -> None:
    done = register(bureau)
    ended = register(bureau)
    receipt(bureau, ended["receipt"], "withdraw", words="let it be")
    bureau.done("move", ended["ref"], "withdraw", by="chief1")
    bureau.clock.advance(days=30)
    before = everything(bureau)
    good, last = done["receipt"], done["receipt"][-1]
    wrong = [
        new_code(), good[:-1] + ("0" if last != "0" else "1"), ended["receipt"], done["ref"], "c-0000000000", "no code", "x" * 500, "門牌", "\x1b[31m",
    ]  # fmt: skip

    answers = {
        (answer.code, answer.out, answer.err)
        for code in wrong
        for typed in (["show"], ["say"], ["withdraw"], ["object"], ["answer", "satisfied"], ["answer", "x"])
        for answer in (receipt(bureau, code, *typed, words="" if typed == ["show"] else "words"),)
    }

    ((code, out, err),) = answers
    assert (code, out) == (2, "")
    assert err.startswith(WRONG)
    assert everything(bureau) == before
    assert bureau.done("receipt", "show", DUECOURSE_RECEIPT=good)["messages"] == []


def test_neither_a_token_nor_an_office_is_asked_for_and_a_wrong_token_does_not_matter(
    bureau: Counter,
) -> None:
    code = register(bureau)["receipt"]

    assert bureau.type("receipt", "show", "--as", "dc_nobody", DUECOURSE_RECEIPT=code).code == 0


def test_words_that_are_none_or_too_many(bureau: Counter) -> None:
    code = register(bureau)["receipt"]

    for words in ("x", "x" * 8001):
        one_sentence(receipt(bureau, code, "say", words=words), "from 2 to 8,000 characters")


def test_an_anonymous_letter_gets_no_code_and_cannot_ask_for_one(bureau: Counter) -> None:
    letter = ANONYMOUS | {"channel": "letter", "scan_sha256": "0" * 64}
    none = letter | {"receipt": "no", "reply_by": "none"}

    assert bureau.done("register", "bureau.complaint", *fields(none), by="chief1")["receipt"] == ""
    refused = bureau.type("register", "bureau.complaint", *fields(letter), by="chief1")
    one_sentence(refused, "an anonymous letter has no receipt code: there is nobody to give it to")


def test_a_code_outlasts_the_master_key_and_no_count_tells_of_a_secret_case(bureau: Counter) -> None:
    code = register(bureau)["receipt"]
    receipt(bureau, code, "say", words="the hat was red")
    before = bureau.done("key", "status")

    done = bureau.done("key", "rotate")

    assert (before["lines"][0]["cases"], done["cases"], done["offices"]) == (None, None, 1)
    assert " some " in bureau.type("key", "status").out
    assert "the hat was red" in receipt(bureau, code, "show").out


@pytest.mark.clause("B10")
def test_code_and_words_are_nowhere_in_the_clear(bureau: Counter) -> None:
    done = register(bureau, "--command-id", "one")
    ref, code = done["ref"], done["receipt"]
    receipt(bureau, code, "say", words="CANARY-IN")
    answered(bureau, ref)
    bureau.record(ref, "word_out", by="member1", words="CANARY-OUT")
    receipt(bureau, code, "withdraw", words="CANARY-LATE")
    receipt(bureau, code, "show")
    kept = "".join(everything(bureau))
    files = b"".join(path.read_bytes() for path in bureau.home.rglob("*") if path.is_file())

    for secret in ("CANARY", code, code.replace("-", "")):
        assert secret not in kept
        assert secret.encode() not in files
    assert bureau.done("audit", "verify")["whole"]
