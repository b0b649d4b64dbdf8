"""The demonstration: a case in every state, tokens that nobody else can read, and never beside an office that is real."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from casework.clock import FrozenClock
from states.editions import editions
from tests.desk.counter import EXAMPLE, MONDAY, Counter

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def demo(tmp_path: Path) -> Counter:
    """A counter in an office that `duecourse demo` has made."""
    counter = Counter(tmp_path / "home", FrozenClock(MONDAY))
    assert counter.done("demo")["made"]
    lines = (counter.home / "demo-tokens").read_text(encoding="utf-8").splitlines()
    counter.tokens = dict(line.split("\t") for line in lines)
    return counter


def test_there_is_a_case_in_every_state(demo: Counter) -> None:
    """But for what only the import of an older register makes."""
    found = {
        (row["procedure"], row["state"])
        for row in demo.done("list", "--all", "--limit", "200", by="desk1")["rows"]
    }
    wanted = {
        (name, state.value)
        for (name, _), law in editions().items()
        for state in law.states
        if state is not law.history
    }

    assert wanted - found == set()


def test_one_is_late_and_a_fire_call_waits(demo: Counter) -> None:
    due = demo.done("due", by="head1")["due"]

    assert [one for one in due if one["breach"] and one["seconds_left"] < 0]
    assert [one for one in due if one["deadline"] == "fire_arrival" and 0 < one["seconds_left"] < 180]


def test_the_tokens_are_readable_by_their_owner_alone_and_work(demo: Counter) -> None:
    assert stat.S_IMODE((demo.home / "demo-tokens").stat().st_mode) == 0o600
    assert {demo.type("list", by=handle).code for handle in demo.tokens} == {0}


def test_the_same_again_changes_nothing(demo: Counter) -> None:
    before, tokens = demo.everything(), (demo.home / "demo-tokens").read_bytes()
    again = demo.done("demo")

    assert not again["made"]
    assert demo.everything() == before
    assert (demo.home / "demo-tokens").read_bytes() == tokens


def test_it_is_never_made_beside_a_real_office(tmp_path: Path) -> None:
    counter = Counter(tmp_path / "home")
    counter.done("office", "load", str(EXAMPLE))
    before = counter.everything()
    answer = counter.type("demo")

    assert answer.code == 0
    assert "There is an office already: court. Nothing was changed." in answer.out
    assert counter.everything() == before
    assert not (counter.home / "demo-tokens").exists()


def test_its_record_is_whole_and_its_archive_opens(demo: Counter) -> None:
    assert demo.done("audit", "verify")["whole"]
    archived = demo.done(
        "list", "--all", "--state", "archived", "--procedure", "property.complaint", by="head1"
    )["rows"]
    opened = demo.done(
        "archive", "open", archived[0]["ref"], "--purpose", "a look at the demonstration", by="head1"
    )

    assert opened["evidence"]["parties"]
