"""Clocks that cannot be right, and everything that is wrong said at once, with the exact sentences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from states.acts import Move
from states.deadlines import Deadline, Rung, days
from tests.states.small import S, chief, clerk, pieces
from tests.states.test_soundness import said, spoiled


def with_clock(**changes: Any) -> dict[str, Any]:
    """The pieces and a second clock with these fields."""
    fields: dict[str, Any] = {
        "runs_in": (S.heard,),
        "since": "entered",
        "ladder": (Rung(days(1), (chief,)),),
        "says": "鐘",
        "clause": "X3",
    }
    return spoiled(clock=Deadline(**(fields | changes)))  # fmt: skip


def test_a_clock_without_rungs() -> None:
    assert said(with_clock(ladder=())) == ["clock has no rung"]


def test_rungs_out_of_order() -> None:
    ladder = (Rung(days(2), (clerk,)), Rung(days(1), (chief,)))

    assert said(with_clock(ladder=ladder)) == ["the rungs of clock are not in order"]


def test_a_rung_that_tells_nobody() -> None:
    assert said(with_clock(ladder=(Rung(days(1), ()),))) == ["a rung of clock tells nobody"]


def test_a_clock_in_an_end() -> None:
    assert said(with_clock(runs_in=(S.heard, S.done))) == ["clock runs in done, which is final"]


def test_a_clock_that_fires_what_does_not_leave() -> None:
    parts = with_clock(runs_in=(S.begun, S.heard))
    parts["clock"] = Deadline(
        (S.begun, S.heard), "entered", (Rung(days(1), (chief,)),), "鐘", "X3", move=parts["finish"]
    )

    assert said(parts) == ["clock fires finish, which does not leave begun"]


def test_working_days_in_parts() -> None:
    ladder = (Rung(timedelta(hours=36), (chief,)),)

    assert said(with_clock(ladder=ladder, clock="working days")) == [
        "clock counts working days in parts of a day"
    ]


def test_a_state_that_waits_without_a_clock() -> None:
    parts = spoiled(wait=Deadline((S.begun,), "received", (Rung(days(1), (chief,)),), "全部", "X3"))

    assert said(parts) == ["heard waits without a clock"]


def test_a_clock_that_something_else_can_stop_is_not_enough() -> None:
    parts = pieces()
    parts["wait"] = Deadline((S.begun,), "received", (Rung(days(1), (chief,)),), "全部", "X3")
    parts["stops"] = Deadline(
        (S.heard,), "entered", (Rung(days(1), (chief,)),), "停", "X3", until=parts["note"]
    )

    assert said(parts) == ["heard waits without a clock"]


def test_everything_wrong_is_said_at_once() -> None:
    parts = with_clock(ladder=())
    parts["finish"] = Move((S.heard,), S.done, "終結", "Z1", by=chief)

    assert said(parts, staff={clerk: 1}) == [
        "clock has no rung",
        "the smallest office has no chief, who has a part in this procedure",
        "finish cites 'Z1', which is not a clause",
    ]
