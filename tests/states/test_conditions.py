"""Conditions are three-valued: what is not tracked stays open, unless it cannot matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from states.conditions import AtLeast, Cond, Done, Flag, Level, Open
from tests.states.small import Ticked, pieces

if TYPE_CHECKING:
    from collections.abc import Callable

note = pieces()["note"]
object.__setattr__(note, "name", "note")
so = note.flag("so")
noted = Done(note)


def looking(known: dict[str, bool]) -> Callable[[str], bool | None]:
    """Look up atoms; those unknown are not tracked."""
    return known.get


@pytest.mark.parametrize(
    ("cond", "key"),
    [
        (noted, "note"),
        (so, "note.so"),
        (note.flag("so", "red"), "note.so=red"),
        (AtLeast(3, note), "note#3"),
        (AtLeast(3, note, on_different_days=True), "note#3d"),
        (Open("common.followup"), "open:common.followup"),
        (Level(2), "level:2"),
    ],
)
def test_each_elementary_condition_asks_for_one_atom(cond: Cond, key: str) -> None:
    assert cond.key == key
    assert list(cond.atoms()) == [key]
    assert list(cond.leaves()) == [cond]


def test_a_condition_put_together_asks_for_all_its_atoms() -> None:
    cond = (noted & ~so) | Level(1)

    assert list(cond.atoms()) == ["note", "note.so", "level:1"]
    assert [type(leaf) for leaf in cond.leaves()] == [Done, Flag, Level]


def test_a_condition_put_together_is_not_elementary() -> None:
    with pytest.raises(TypeError, match=r"^AllOf is not elementary$"):
        _ = (noted & so).key


@pytest.mark.parametrize(
    ("known", "answers"),
    [
        ({"note": True, "note.so": True}, (True, True, False)),
        ({"note": True, "note.so": False}, (False, True, False)),
        ({"note": False, "note.so": False}, (False, False, True)),
        ({"note": True}, (None, True, False)),
        ({"note": False}, (False, None, None)),
        ({}, (None, None, None)),
    ],
)
def test_the_untracked_decides_nothing_that_the_tracked_has_not_decided(
    known: dict[str, bool], answers: tuple[bool | None, ...]
) -> None:
    look = looking(known)

    assert tuple(cond.holds(look) for cond in (noted & so, noted | so, ~(noted | so))) == answers


def test_a_misspelt_field_is_refused_where_it_is_written() -> None:
    with pytest.raises(LookupError, match=r"^Ticked has no field sew$"):
        note.flag("sew")


def test_a_form_says_what_can_be_asked() -> None:
    assert set(Ticked.model_fields) == {"so"}
