"""Due, alarms, visits: what time asks for, and what a person does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from casework.dispatch import dispatch
from casework.roster_alert import alert_gaps
from casework.watch import sweep
from tests.desk.counter import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.deliver import Told, VisitRun
    from tests.desk.counter import Counter


class Nobody:
    """The world outside, taking everything and doing nothing."""

    def event(self, told: Told) -> None:
        """Take it."""

    def message(self, contacts: Sequence[str], title: str, body: str) -> None:
        """Take it."""

    def plan_visit(self, run: VisitRun) -> str:
        """Take it."""
        return run.key

    def drop_visit(self, run_id: str) -> None:
        """Take it."""


def watched(counter: Counter) -> None:
    """Let the watch look once."""
    store = counter.open()
    sweep(store, counter.clock.now(), worker="test")
    dispatch(store, counter.clock.now(), Nobody())
    store.close()


def test_what_is_due_is_listed_the_longest_overdue_first(counter: Counter) -> None:
    late = counter.complaint()
    counter.clock.advance(minutes=40)
    fresh = counter.complaint()
    watched(counter)
    found = counter.done("due", "--within", "1h", by="head1")

    assert found["within_seconds"] == 3600
    assert found["due"][0]["ref"] == late
    assert fresh in [due["ref"] for due in found["due"]]
    page = counter.type("due", "--within", "1h", by="head1").out
    assert "late by 10 minutes" in page
    assert "in 30 minutes" in page


@pytest.mark.clause("X3")
def test_the_manager_confirms_a_passed_limit_which_stays_visible(counter: Counter) -> None:
    ref = counter.complaint()
    counter.clock.advance(minutes=40)
    watched(counter)
    breach = next(
        due for due in counter.done("due", by="head1")["due"] if due["standing"] == "passed" and due["breach"]
    )

    assert counter.refused("due", "confirm", str(breach["id"]), by="desk1") == [
        "P6b Only manager may do this."
    ]
    counter.done("due", "confirm", str(breach["id"]), by="head1")
    assert "✗ limit passed" in counter.type("show", ref, by="desk1").out


def test_an_alarm_is_answered_once(counter: Counter) -> None:
    ref = counter.complaint()
    counter.clock.advance(minutes=40)
    watched(counter)
    alarms = counter.done("alarms", by="head1")["alarms"]
    number = next(alarm["id"] for alarm in alarms if alarm["role"] == "manager")

    assert "duecourse alarms ack" in counter.type("alarms", by="head1").out
    assert counter.done("alarms", "ack", str(number), by="head1")["ref"] == ref
    assert number not in [alarm["id"] for alarm in counter.done("alarms", by="head1")["alarms"]]
    assert number in [alarm["id"] for alarm in counter.done("alarms", "--all", by="head1")["alarms"]]


@pytest.mark.clause("P2a")
def test_a_gap_in_the_hotlines_roster_is_among_the_alarms_and_is_answered(counter: Counter) -> None:
    file = counter.home / "office.toml"
    slot = 'days = ["sat", "sun"]\nfrom = "08:00"'
    file.write_text(
        EXAMPLE.read_text(encoding="utf-8").replace(slot, slot.replace("08:00", "08:30")), encoding="utf-8"
    )
    assert counter.type("office", "load", str(file)).code == 1  # loaded, and the gap is named at once
    store = counter.open()
    assert alert_gaps(store, counter.clock.now()) == 1
    store.close()
    watched(counter)
    alarm = counter.done("alarms", by="desk1")["alarms"][0]

    assert (alarm["ref"], alarm["kind"], alarm["role"]) == (None, "roster_gap", "manager")
    assert "gap in the roster of the hotline" in counter.type("alarms", by="head1").out
    refused = counter.type("--json", "alarms", "ack", str(alarm["id"]), by="desk1")
    assert refused.code == 3
    (way,) = refused.json["refused"]["requirements"]
    assert way["sentence"] == "Only manager may do this."
    assert way["people"] == ["head1", "head2"]
    assert "duecourse check" in counter.type("alarms", "ack", str(alarm["id"]), by="head1").out
    assert counter.done("alarms", "ack", str(alarm["id"]), by="head2")["ref"] is None
    assert alarm["id"] not in [one["id"] for one in counter.done("alarms", by="head1")["alarms"]]


@pytest.mark.clause("P6b")
def test_a_visit_is_listed_moved_and_cancelled_with_a_reason(counter: Counter) -> None:
    parent, callback = counter.remedied()
    (coming,) = counter.done("visit", "list", by="desk2")["visits"]
    assert coming["ref"] == callback
    assert coming["parent"] == parent
    counter.done(
        "visit",
        "move",
        callback,
        "2026-03-04 14:30",
        "--reason",
        "she is away",
        "--method",
        "visit",
        by="desk2",
    )
    (coming,) = counter.done("visit", "list", by="desk2")["visits"]
    assert coming["planned_at"] == "2026-03-04T06:30:00+00:00"
    assert coming["rev"] == 1
    counter.done("visit", "move", callback, "+1d", by="desk2")
    assert [
        event["clear"]["method"]
        for event in counter.done("show", callback, by="desk2")["timeline"]
        if event["name"] == "appointment"
    ] == ["visit"] * 2

    without = counter.type("visit", "cancel", callback, by="desk2")
    assert without.code == 2
    assert "A visit is cancelled with a reason." in without.err
    counter.done("visit", "cancel", callback, "--reason", "no time agreed yet", by="desk2")
    assert counter.done("visit", "list", by="desk2")["visits"] == []
    assert counter.done("show", callback, by="desk2")["open"]
    assert (
        "No visit is planned"
        in counter.type("visit", "cancel", callback, "--reason", "again", by="desk2").err
    )


def test_a_visit_is_not_planned_for_the_past_or_for_what_plans_none(counter: Counter) -> None:
    parent, callback = counter.remedied()

    assert "is over" in counter.type("visit", "move", callback, "2026-03-01 09:00", by="desk2").err
    assert "plans no visits" in counter.type("visit", "move", parent, "+1d", by="desk2").err
    assert "plans no visits" in counter.type("visit", "cancel", parent, "--reason", "ill", by="desk2").err


@pytest.mark.clause("P6b")
def test_nobody_without_the_role_cancels_a_visit(counter: Counter) -> None:
    _, callback = counter.remedied()
    told = counter.refused("visit", "cancel", callback, "--reason", "no time", by="board1")

    assert told == ["P6b Only staff, manager may do this."]


def test_what_the_record_says_after_all_this_is_whole(counter: Counter) -> None:
    _, callback = counter.remedied()
    counter.done("visit", "move", callback, "+1d", by="desk2")
    counter.done("visit", "cancel", callback, "--reason", "no time agreed yet", by="desk2")
    counter.clock.advance(days=12)
    watched(counter)

    assert counter.done("audit", "verify")["whole"]
