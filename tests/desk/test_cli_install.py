"""`up` and `doctor` at the command line; what they start and examine is tested beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from desk import up
from tests.desk.counter import MONDAY, Counter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from casework.settings import Settings


@pytest.mark.parametrize("code", [0, 1])
def test_up_runs_with_the_port_and_the_language_given_and_ends_as_the_supervisor_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    asked: list[tuple[str, int | None]] = []

    def supervise(settings: Settings, *, port: int | None, tell: Callable[[str], None]) -> int:
        asked.append((settings.language, port))
        tell("It runs.")
        return code

    monkeypatch.setattr(up, "up", supervise)
    answer = Counter(tmp_path / "home").type("up", "--port", "4999", "--lang", "zh_Hans")

    assert answer.code == code
    assert answer.out == "It runs.\n"
    assert asked == [("zh_Hans", 4999)]


def test_up_with_a_demonstration_makes_it_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(up, "up", lambda settings, *, port, tell: 0)  # noqa: ARG005 - what the supervisor takes
    counter = Counter(tmp_path / "home")
    answer = counter.type("up", "--demo")

    assert answer.code == 0, answer.err
    assert (counter.home / "demo-tokens").exists()


def test_the_doctor_says_what_is_wrong_and_what_to_do(counter: Counter) -> None:
    """Nothing runs here: the watch is silent and Prefect does not answer."""
    counter.clock.set(MONDAY)
    answer = counter.type("doctor", DUECOURSE_PREFECT_PORT="9")

    assert answer.code == 1
    assert "✗ The watch has never run" in answer.out
    assert "Start it: `duecourse up`." in answer.out
    assert not counter.type("--json", "doctor", DUECOURSE_PREFECT_PORT="9").json["ok"]


def test_the_doctor_examines_what_cannot_be_opened(counter: Counter) -> None:
    (counter.home / "master.key").unlink()
    answer = counter.type("doctor", DUECOURSE_PREFECT_PORT="9")

    assert answer.code == 1
    assert "master.key" in answer.out
