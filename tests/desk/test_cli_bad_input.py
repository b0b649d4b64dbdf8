"""What can be typed or set wrongly: one clear sentence that says what to do, an exit code, nothing changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from casework.clock import FrozenClock
from tests.desk.counter import one_sentence, unchanged

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk.counter import Counter


@pytest.mark.parametrize(
    "command", ["show", "record", "move", "assign", "attach", "void", "correct", "visit-move", "visit-cancel"]
)
def test_a_case_that_there_is_not(counter: Counter, command: str, tmp_path: Path) -> None:
    paper = tmp_path / "paper.txt"
    paper.write_text("words", encoding="utf-8")
    ref = "c-0000000000"
    typed = {
        "show": ["show", ref],
        "record": ["record", ref, "opinion"],
        "move": ["move", ref, "begin"],
        "assign": ["assign", ref, "desk1"],
        "attach": ["attach", ref, str(paper)],
        "void": ["void", ref, "--reason", "twice"],
        "correct": ["correct", ref, "2"],
        "visit-move": ["visit", "move", ref, "+2d"],
        "visit-cancel": ["visit", "cancel", ref, "--reason", "ill"],
    }[command]

    one_sentence(unchanged(counter, *typed), "No case has the reference c-0000000000.", "duecourse list")


@pytest.mark.parametrize("command", ["show", "record", "move", "attach", "void"])
def test_a_case_that_one_may_not_see_is_answered_like_one_that_there_is_not(
    counter: Counter, command: str, tmp_path: Path
) -> None:
    """The person complained of learns nothing, not even that there is a case."""
    paper = tmp_path / "paper.txt"
    paper.write_text("words", encoding="utf-8")
    ref = counter.complaint(against="desk3")
    other = "c-0000000000"
    more = {
        "show": [],
        "record": ["opinion", "--set", "words=sorry"],
        "move": ["begin"],
        "attach": [str(paper)],
        "void": ["--reason", "twice"],
    }
    seen = [unchanged(counter, command, which, *more[command], by="desk3") for which in (ref, other)]

    assert seen[0].code == seen[1].code == 2
    assert seen[0].err.replace(ref, other) == seen[1].err
    assert counter.done("list", by="desk3")["rows"] == []


def test_what_is_no_reference(counter: Counter) -> None:
    one_sentence(unchanged(counter, "show", "case 7"), '"case 7" is not a case reference.')


def test_a_step_and_a_move_that_there_are_not(counter: Counter) -> None:
    ref = counter.complaint()

    one_sentence(unchanged(counter, "record", ref, "sing"), "property.complaint has no step sing.", "opinion")
    one_sentence(unchanged(counter, "move", ref, "fly"), "property.complaint has no move fly.", "begin")
    one_sentence(unchanged(counter, "show", ref, "--form", "sing"), "property.complaint has no step sing.")


def test_a_person_that_there_is_not(counter: Counter) -> None:
    ref = counter.complaint()

    one_sentence(
        unchanged(counter, "assign", ref, "nobody"),
        "The office has nobody with this handle.",
        "person list",
    )
    one_sentence(
        unchanged(counter, "person", "token", "nobody"), "The office has no person with the handle nobody."
    )


def test_a_procedure_that_there_is_not(counter: Counter) -> None:
    one_sentence(
        unchanged(counter, "register", "property.party"),
        "There is no procedure property.party.",
        "property.complaint",
    )
    one_sentence(counter.type("diagram", "property.party"), "There is no procedure property.party")
    one_sentence(counter.type("prove", "property.party"), "There is no procedure property.party")


def test_nobody_and_somebody_unknown(counter: Counter) -> None:
    one_sentence(counter.type("list"), "It is not known who you are.", "DUECOURSE_TOKEN")
    one_sentence(counter.type("list", "--as", "dc_nobody"), "This token is not known here.")
    counter.done("person", "token", "desk2", "--revoke")
    one_sentence(counter.type("list", by="desk2"), "This token has been withdrawn.")


def test_evidence_that_does_not_validate_names_every_fault_and_no_value(counter: Counter) -> None:
    ref = counter.complaint()
    answer = unchanged(
        counter,
        "record",
        ref,
        "opinion",
        "--set",
        "words=x",
        "--set",
        "channel=pigeon",
        "--set",
        "colour=secret-value",
    )

    one_sentence(answer, "words", "channel", "told_to_all is missing", "colour is not a field of this form")
    assert "secret-value" not in answer.err
    assert "pigeon" not in answer.err


def test_evidence_that_is_no_evidence(counter: Counter, tmp_path: Path) -> None:
    ref = counter.complaint()
    broken, listed, binary = tmp_path / "broken.json", tmp_path / "list.json", tmp_path / "binary.json"
    broken.write_text('{"words": ', encoding="utf-8")
    listed.write_text("[1]", encoding="utf-8")
    binary.write_bytes(b"\xff\xfe\x00")

    one_sentence(unchanged(counter, "record", ref, "opinion", "--evidence", str(broken)), "no JSON", "line 1")
    one_sentence(
        unchanged(counter, "record", ref, "opinion", "--evidence", str(listed)), "must be a JSON object"
    )
    one_sentence(unchanged(counter, "record", ref, "opinion", "--evidence", str(binary)), "no UTF-8 text")
    one_sentence(
        unchanged(counter, "record", ref, "opinion", "--evidence", str(tmp_path / "none.json")),
        "none.json",
        "No such file",
    )
    one_sentence(unchanged(counter, "record", ref, "opinion", "--evidence", str(tmp_path)), "is a folder")
    one_sentence(
        unchanged(counter, "record", ref, "opinion", "--set", "words"),
        '"words" sets nothing.',
        "--set field=value",
    )
    one_sentence(
        unchanged(counter, "record", ref, "opinion", "--set", "told_to_all=perhaps"),
        "told_to_all is answered by yes or no.",
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2030-01-01 09:00", "lies in the future"),
        ("+2h", "lies in the future"),
        ("2026-03-01 09:00", "lies before"),
        ("yesterday", '"yesterday" is not a time.'),
        ("2026-02-30 09:00", "is not a time."),
    ],
)
def test_a_time_that_cannot_be(counter: Counter, typed: str, words: str) -> None:
    ref = counter.complaint()

    one_sentence(unchanged(counter, "move", ref, "begin", "--happened-at", typed), words)


def test_a_receipt_in_the_future_or_long_ago_without_a_reason(counter: Counter) -> None:
    typed = [
        "register",
        "property.opinion",
        "--set",
        "kind=praise",
        "--set",
        "channel=visit",
        "--set",
        "matter=kind staff",
    ]

    one_sentence(unchanged(counter, *typed, "--received-at", "+1d"), "lies in the future")
    one_sentence(
        unchanged(counter, *typed, "--received-at", "2h ago"), "say why it is recorded late", "--reason"
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["shwo"], ["shwo", "`duecourse --help`"]),
        (["show"], ["REF", "`duecourse show --help`"]),
        (["list", "--nope"], ["--nope", "`duecourse list --help`"]),
        (["list", "--limit", "many"], ["--limit", "integer"]),
        (["list", "--lang", "klingon"], ["klingon", "zh_Hant"]),
        (["correct", "c-0000000000", "first"], ["SEQ", "integer"]),
    ],
)
def test_a_command_that_is_mistyped(counter: Counter, typed: list[str], words: list[str]) -> None:
    one_sentence(counter.type(*typed, by="desk1"), *words)


def test_filters_that_name_what_there_is_not(counter: Counter) -> None:
    one_sentence(counter.type("list", "--state", "flying", by="desk1"), "There is no state flying.")
    one_sentence(
        counter.type("list", "--procedure", "property.party", by="desk1"),
        "There is no procedure property.party.",
    )
    one_sentence(counter.type("due", "--within", "soon", by="desk1"), '"soon" is not a length of time.')
    one_sentence(counter.type("office", "show", "--office", "other"), "There is no office other.")


def test_what_is_not_there_to_confirm_answer_or_correct(counter: Counter) -> None:
    ref = counter.complaint()

    one_sentence(unchanged(counter, "due", "confirm", "999", by="head1"), "999")
    one_sentence(unchanged(counter, "due", "confirm", "1", by="head1"), "not missed")
    one_sentence(unchanged(counter, "alarms", "ack", "999", by="head1"), "999")
    one_sentence(unchanged(counter, "correct", ref, "1", "--reason", "typing"), "no record of a step")
    one_sentence(unchanged(counter, "correct", ref, "99", "--reason", "typing"), "no record of a step")


def test_an_archive_that_is_opened_too_early_or_without_a_purpose(counter: Counter) -> None:
    ref = counter.complaint()

    one_sentence(
        counter.type("archive", "open", ref, "--purpose", "a complaint about it", by="head1"),
        "is not archived",
    )
    one_sentence(counter.type("archive", "open", ref, by="head1"), "purpose")
    one_sentence(counter.type("show", ref, "--open", "x", by="head1"), "purpose")


def test_a_clock_that_has_no_zone_is_never_guessed(counter: Counter) -> None:
    """A time typed without a zone is the office's; one with a zone is what it says."""
    ref = counter.complaint()
    counter.clock = FrozenClock(datetime(2026, 3, 2, 2, 3, tzinfo=UTC))
    counter.record(
        ref, "guidance", why_not_ours="not our street", authority="the city", told_at="2026-03-02 10:01"
    )
    told = [
        event["clear"]["told_at"]
        for event in counter.done("show", ref, by="desk1")["timeline"]
        if event["name"] == "guidance"
    ]

    assert told == ["2026-03-02T02:01:00Z"]
