"""Acting on a case from the command line: recording, moving, voiding, correcting, attaching; stale and repeated commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk.counter import Counter


def test_a_move_says_what_came_of_it(counter: Counter) -> None:
    ref = counter.handled()
    counter.record(ref, "remedy", done="we looked at it", finished_at="now")
    page = counter.type("move", ref, "finish", by="desk1").out

    assert "✓ finish" in page
    assert "● remedied" in page
    assert "Started: common followup" in page
    assert "duecourse show c-" in page


@pytest.mark.clause("P6b")
def test_a_dissatisfied_complainant_brings_a_second_round_by_itself(counter: Counter) -> None:
    ref, callback = counter.remedied()
    counter.record(callback, "attempt", by="desk2", method="call", reached="yes")
    counter.record(callback, "answer", by="desk2", content="no", rating="2", words="still loud")
    page = counter.type("move", callback, "close_dissatisfied", by="desk2").out

    assert "By itself followed: reopen" in page
    assert counter.done("show", ref, by="desk1")["round"] == 1


@pytest.mark.clause("P1a")
def test_voiding_records_the_reason_and_moves_or_does_neither(counter: Counter) -> None:
    ref = counter.complaint()
    before = counter.everything()

    assert counter.refused("void", ref, "--reason", "registered twice", by="desk1")
    assert before == counter.everything()
    assert counter.done("void", ref, "--reason", "registered twice", by="head1")["state"] == "voided"


def test_voiding_without_a_reason_changes_nothing(counter: Counter) -> None:
    ref = counter.complaint()
    before = counter.everything()
    answer = counter.type("void", ref, by="head1")

    assert answer.code == 2
    assert "reason" in answer.err
    assert before == counter.everything()


@pytest.mark.clause("P1a", "X2")
def test_a_mistyped_record_is_superseded_with_a_reason_and_stays_visible(counter: Counter) -> None:
    ref = counter.complaint()
    counter.record(ref, "assignment", handler="desk2")
    seq = counter.done("show", ref, by="desk1")["timeline"][-1]["seq"]
    answer = counter.type("correct", ref, str(seq), "--set", "handler=desk1", by="desk1")
    assert answer.code == 2
    assert "A correction needs a reason." in answer.err
    counter.done("correct", ref, str(seq), "--set", "handler=desk1", "--reason", "wrong line", by="desk1")
    shown = counter.done("show", ref, by="desk1")

    assert shown["handler"] == "desk1"
    assert [event["kind"] for event in shown["timeline"]][-2:] == ["recorded", "corrected"]


def test_a_step_that_is_recorded_already_points_to_its_correction(counter: Counter) -> None:
    ref = counter.complaint()
    fields = {"why_not_ours": "not our street", "authority": "the city", "told_at": "now"}
    counter.record(ref, "guidance", **fields)
    typed = [part for name, value in fields.items() for part in ("--set", f"{name}={value}")]
    told = counter.type("--json", "record", ref, "guidance", *typed, by="desk2").json["refused"][
        "requirements"
    ]
    seq = counter.done("show", ref, by="desk1")["timeline"][-1]["seq"]

    assert [one["kind"] for one in told] == ["again"]
    assert told[0]["commands"] == [f"duecourse correct {ref} {seq}"]


def test_a_file_is_attached_sealed(counter: Counter, tmp_path: Path) -> None:
    ref, paper = counter.complaint(), tmp_path / "letter of Mr Sun.txt"
    paper.write_text("CANARY-LETTER", encoding="utf-8")
    done = counter.done("attach", ref, str(paper), by="desk1")
    kept = [path.read_bytes() for path in counter.home.rglob("*") if path.is_file()]

    assert done["media_type"] == "text/plain"
    assert not [content for content in kept if b"CANARY-LETTER" in content or b"Mr Sun" in content]
    assert "attached" in [event["kind"] for event in counter.done("show", ref, by="desk1")["timeline"]]


def test_a_command_for_another_version_is_stale(counter: Counter) -> None:
    ref = counter.complaint()
    version = counter.done("show", ref, by="desk1")["version"]
    counter.done("assign", ref, "desk2", by="desk2")
    answer = counter.type("move", ref, "begin", "--version", str(version), by="desk1")

    assert answer.code == 4
    assert (
        answer.err
        == f"The case {ref} was changed by somebody else in the meantime. Look at it again, then decide.\n"
    )


@pytest.mark.clause("X5")
def test_the_same_command_again_is_done_once(counter: Counter) -> None:
    typed = [
        "register",
        "property.opinion",
        "--set",
        "kind=praise",
        "--set",
        "channel=visit",
        "--set",
        "matter=kind staff",
        "--command-id",
        "sheet 7",
    ]
    first, again = (counter.done(*typed, by="desk1") for _ in range(2))
    ref = first["ref"]
    recorded = [
        counter.done("record", ref, "reading", "--set", "remark=thank them", "--command-id", "8", by="head1")
        for _ in range(2)
    ]

    assert first == again
    assert recorded[0] == recorded[1]
    assert len(counter.done("list", by="desk1")["rows"]) == 1
    other = counter.type("record", ref, "reading", "--set", "remark=another", "--command-id", "8", by="head1")
    assert other.code == 2
    assert "already used for another request" in other.err


def test_what_was_done_a_while_ago_is_recorded_with_its_time_and_a_reason(counter: Counter) -> None:
    ref = counter.complaint()
    counter.clock.advance(minutes=20)
    typed = ["record", ref, "assignment", "--set", "handler=desk1", "--happened-at", "2026-03-02 10:01"]
    assert "say why it is recorded late" in counter.type(*typed, by="desk1").err
    counter.done(*typed, "--reason", "the line was down", by="desk1")
    event = counter.done("show", ref, by="desk1")["timeline"][-1]

    assert event["happened_at"] == "2026-03-02T02:01:00+00:00"
    assert event["late"]
    assert "recorded 03-02 10:20" in counter.type("show", ref, by="desk1").out


def test_the_state_that_an_act_needs_points_to_the_way_there(counter: Counter) -> None:
    ref = counter.complaint()
    told = counter.type("--json", "move", ref, "finish", by="desk1").json["refused"]["requirements"]

    assert told[0]["sentence"] == "This starts from handling; the case is in received."
    assert told[0]["commands"] == [f"duecourse move {ref} begin"]
