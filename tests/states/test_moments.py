"""Clocks that count from a moment that a record names, and to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from states.deadlines import Running, anchor_of, days, minutes, running
from states.facts import EPOCH, DoneAct, Facts
from states.phrases import length
from tests.states.test_facts import ANNA, MORNING, act, facts
from tests.states.toy_house import PROCEDURE as HOUSE
from tests.states.toy_house import before_leaving, leaving

NOON, EVENING = MORNING + timedelta(hours=3), MORNING + timedelta(hours=10, microseconds=1)


def leaves(at: datetime | None, seq: int = 1) -> DoneAct:
    """A record of when they leave."""
    said = [] if at is None else [f"leaving.leaves_at&{(at - EPOCH) // timedelta(microseconds=1)}"]
    return act("leaving", ANNA, *said, seq=seq)


def clocks(case: Facts) -> list[Running]:
    """The clock before leaving, if it runs."""
    return [one for one in running(HOUSE, case) if one.deadline is before_leaving]


def test_a_clock_counts_from_the_moment_that_a_record_names() -> None:
    case = facts(HOUSE, leaves(NOON, seq=4))

    assert clocks(case) == [Running(before_leaving, 4, NOON)]
    assert anchor_of(before_leaving, case) == (4, NOON)


def test_to_the_microsecond() -> None:
    assert anchor_of(before_leaving, facts(HOUSE, leaves(EVENING))) == (1, EVENING)


def test_without_such_a_record_it_does_not_run() -> None:
    assert clocks(facts(HOUSE)) == []
    assert clocks(facts(HOUSE, leaves(None))) == []
    assert clocks(facts(HOUSE, leaves(NOON)._replace(counts=False))) == []


def test_another_moment_is_not_the_one_that_it_counts_from() -> None:
    micros = (NOON - EPOCH) // timedelta(microseconds=1)

    assert clocks(facts(HOUSE, act("leaving", ANNA, f"leaving.comes_at&{micros}"))) == []
    assert clocks(facts(HOUSE, act("letter", ANNA, f"letter.leaves_at&{micros}"))) == []


def test_whoever_stays_longer_leaves_later() -> None:
    case = facts(HOUSE, leaves(NOON), leaves(EVENING, seq=2))

    assert clocks(case) == [Running(before_leaving, 2, EVENING)]


def test_where_the_last_record_speaks_alone_an_earlier_moment_is_gone() -> None:
    case = facts(HOUSE, leaves(NOON), leaves(None, seq=2))
    every = replace(leaving, latest=False)
    object.__setattr__(every, "name", "leaving")
    since = every.at("leaves_at")

    assert clocks(case) == []
    assert anchor_of(replace(before_leaving, since=since), case) == (1, NOON)


def test_it_stops_with_what_was_due() -> None:
    done = act("word", ANNA, seq=2)

    assert clocks(facts(HOUSE, leaves(NOON), done, state="asked")) == []


def test_somebody_is_told_before_the_moment_and_somebody_at_it() -> None:
    first, last = before_leaving.ladder
    (run,) = clocks(facts(HOUSE, leaves(NOON)))

    assert run.anchor + first.after == NOON - timedelta(minutes=30)
    assert run.anchor + last.after == NOON
    assert (first.breach, last.breach) == (False, True)


@pytest.mark.parametrize(
    ("minutes_after", "allowed"),
    [(-60, True), (-10, True), (-30, True), (-61, False), (-9, False), (30, False)],
)
def test_an_office_moves_what_lies_before_within_its_bounds(
    minutes_after: int,
    allowed: bool,  # noqa: FBT001  a case of the table
) -> None:
    assert before_leaving.ladder[0].allows(minutes(minutes_after)) is allowed


@pytest.mark.parametrize(
    ("language", "half_an_hour", "one_day"),
    [
        ("en", "30 minutes before", "1 working day before"),
        ("zh_Hant", "提前30 分鐘", "提前1 個工作日"),
        ("zh_Hans", "提前30 分钟", "提前1 个工作日"),
    ],
)
def test_a_length_that_leads_back_says_so(language: str, half_an_hour: str, one_day: str) -> None:
    assert length(minutes(-30), language) == half_an_hour
    assert length(days(-1), language, "working days") == one_day


def test_a_length_that_leads_on_does_not() -> None:
    assert length(minutes(30), "en") == "30 minutes"
    assert length(minutes(0), "en") == "at once"


def test_the_moments_that_a_clock_counts_from_are_known_by_their_step() -> None:
    assert [one.moment for one in HOUSE.moments["leaving"]] == ["leaving.leaves_at&"]
    assert HOUSE.moments["letter"] == ()
