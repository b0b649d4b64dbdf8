"""Conditions that can never be met, and needs that nobody can meet, with the exact sentence that each is answered with."""

from __future__ import annotations

from typing import Any

import pytest

from states.acts import Move, Notice, Only, Step, When
from states.conditions import AtLeast, Cond, Done, Level, Open
from states.deadlines import Deadline, Rung, days
from states.people import Climb
from states.promises import Never
from tests.states.small import S, Ticked, chief, clerk, pieces, small
from tests.states.test_soundness import said, spoiled

NOT_OURS = "a condition looks at {}, which is not a step of this procedure"


def stray() -> Step[Ticked]:
    """A step that belongs to nobody."""
    made = Step(Ticked, "迷", "stray", "X1", by=clerk, during=(S.begun,), often=True)
    object.__setattr__(made, "name", "stray")
    return made


def test_a_need_for_a_step_of_nobody() -> None:
    parts = spoiled(finish=Move((S.heard,), S.done, "終結", "X1", by=chief, needs=(stray(),)))

    assert said(parts) == ["finish needs stray, which is not a step of this procedure"]


def test_a_condition_about_a_step_of_nobody() -> None:
    parts = spoiled(bell=Notice(stray().flag("so"), "Ring.", "X1"))

    assert said(parts) == ["a condition looks at stray.so, which is not a step of this procedure"]


@pytest.mark.parametrize(
    ("leaf", "sentence"),
    [
        (Done(stray()), NOT_OURS.format("stray")),
        (AtLeast(3, stray()), NOT_OURS.format("stray#3")),
        (AtLeast(3, stray(), on_different_days=True), NOT_OURS.format("stray#3d")),
        (stray().flag("so", value=False), NOT_OURS.format("stray.so=False")),
        (
            Open("test.other"),
            "a condition asks whether test.other is open, which this procedure never starts",
        ),
        (Level(1), "a condition asks for level 1, and no case climbs above 0"),
    ],
    ids=["done", "count", "days", "flag", "open", "level"],
)
@pytest.mark.parametrize("joined", [False, True], ids=["alone", "inside another"])
def test_a_condition_that_can_never_be_met(leaf: Cond, sentence: str, joined: bool) -> None:  # noqa: FBT001  a case of the table
    parts = pieces()
    cond = ~(Done(parts["note"]) | (leaf & leaf)) if joined else leaf

    assert said(parts | {"bell": Notice(cond, "Ring.", "X1")}) == [sentence]


def test_a_condition_is_looked_at_wherever_it_stands() -> None:
    parts = pieces()
    note = parts["note"]
    sentence = "a condition asks for level 1, and no case climbs above 0"
    only = (Only(Level(1), "house", "not so high"),)
    wait = Deadline((S.begun, S.heard), "received", (Rung(days(1), (chief,)),), "全部", "X3")
    clock = Deadline((S.begun,), "entered", (Rung(days(1), (chief,)),), "鐘", "X3", when=Level(1))
    everywhere: list[dict[str, Any]] = [
        {"finish": Move((S.heard,), S.done, "終結", "X1", by=chief, only=only)},
        {"finish": Move((S.heard,), S.done, "終結", "X1", by=chief, needs=(When(Level(1), note),))},
        {"more": Step(Ticked, "再", "more", "X1", by=clerk, during=(S.begun,), only=only)},
        {"wait": wait, "clock": clock},
    ]

    for changes in everywhere:
        assert said(parts | changes) == [sentence]
    assert said(parts, promises=(Never("X1", S.done, Level(1)),)) == [sentence]


def test_a_level_that_a_climb_reaches_is_sound() -> None:
    parts = pieces()
    parts["finish"] = Move((S.heard,), S.done, "終結", "X1", by=Climb((clerk, chief)))
    parts["bell"] = Notice(Level(1), "Ring.", "X1")

    assert small(parts).max_level == 1
    assert said(parts | {"gong": Notice(Level(2), "Bang.", "X1")}) == [
        "a condition asks for level 2, and no case climbs above 1"
    ]
