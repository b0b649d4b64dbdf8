"""`up` and `doctor` at the command line; what they start and examine is tested beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

import models
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


def test_the_doctor_looks_for_the_server_of_several_machines_unless_up_has_started_one(
    counter: Counter,
) -> None:
    elsewhere = "http://127.0.0.1:9/of-all/api"

    assert f"cannot be reached at {elsewhere}." in counter.type("doctor", PREFECT_API_URL=elsewhere).out
    (counter.home / "prefect").mkdir()
    (counter.home / "prefect" / "address").write_text("http://127.0.0.1:9", encoding="utf-8")
    assert (
        "cannot be reached at http://127.0.0.1:9/api."
        in counter.type("doctor", PREFECT_API_URL=elsewhere).out
    )


@pytest.mark.clause("X3")
def test_what_was_set_aside_is_tried_again_by_the_command_that_the_doctor_names(counter: Counter) -> None:
    counter.handled()
    store = counter.open()
    with store.transaction() as session:
        dead = (
            update(models.table(models.Deadline))
            .where(models.ARMED)
            .values(status="dead", error_code="KeyError")
        )
        deadlines = session.connection().execute(dead).rowcount
        given_up = update(models.table(models.Outbox)).values(
            done_at=MONDAY, error_code="NotSent", attempts=8
        )
        messages = session.connection().execute(given_up).rowcount
    store.close()
    before = counter.type("doctor", DUECOURSE_PREFECT_PORT="9").out

    assert f"{deadlines} deadlines could not be fired and were set aside (KeyError)." in before
    assert f"{messages} messages could not be delivered and were given up (NotSent)." in before
    assert before.count("Once the cause is mended: `duecourse doctor --retry`.") == 2
    assert counter.done("doctor", "--retry") == {"deadlines": deadlines, "messages": messages}
    assert "set aside" not in counter.type("doctor", DUECOURSE_PREFECT_PORT="9").out
    again = counter.type("doctor", "--retry")
    assert again.code == 0
    assert again.out == "✓ Tried again as soon as the watch runs: deadlines: 0, messages: 0.\n"


def test_the_doctor_examines_what_cannot_be_opened(counter: Counter) -> None:
    (counter.home / "master.key").unlink()
    answer = counter.type("doctor", DUECOURSE_PREFECT_PORT="9")

    assert answer.code == 1
    assert "master.key" in answer.out
