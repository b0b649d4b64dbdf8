"""The edge: what nobody foresaw becomes one sentence without a value in it; a traceback only where it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from casework.errors import Broken
from desk import showing
from desk.troubles import COMMAND_ERROR, USAGE_ERROR

if TYPE_CHECKING:
    from tests.desk.counter import Counter


def failing(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `list` fail so."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(showing, "list_cases", fail)


def test_our_mistake_is_told_by_its_class_and_never_by_its_value(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(KeyError("CANARY-NAME"), monkeypatch)
    answer = counter.type("list", by="desk1")

    assert answer.code == 70
    assert answer.err.count("\n") == 1
    assert "(KeyError). This is our mistake, not yours" in answer.err
    assert "CANARY" not in answer.err


def test_debug_shows_where_and_still_no_value(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(ValueError("CANARY-NAME"), monkeypatch)
    answer = counter.type("--debug", "list", by="desk1")

    assert answer.code == 70
    assert "test_cli_errors.py" in answer.err
    assert "CANARY" not in answer.err


def test_a_broken_rule_is_our_mistake(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(Broken("A rule could not be decided."), monkeypatch)
    answer = counter.type("list", by="desk1")

    assert answer.code == 70
    assert answer.err == "A rule could not be decided. This is our mistake, not yours; nothing was changed.\n"


def test_whoever_stops_it_is_told_that_nothing_is_half_done(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(KeyboardInterrupt(), monkeypatch)
    answer = counter.type("list", by="desk1")

    assert answer.code == 130
    assert answer.err == "Stopped. What was not finished was not done at all.\n"


def test_a_reader_who_has_seen_enough_is_no_error(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(BrokenPipeError(), monkeypatch)

    assert counter.type("list", by="desk1").code == 0


def test_programs_are_told_in_json(counter: Counter) -> None:
    answer = counter.type("--json", "show", "c-0000000000", by="desk1")

    assert answer.code == 2
    assert answer.out == ""
    assert '"kind": "BadInput"' in answer.err
    assert '"exit": 2' in answer.err


def test_sentences_of_errors_speak_the_language_of_the_run(counter: Counter) -> None:
    english = counter.type("show", "c-0000000000", by="desk1").err
    chinese = counter.type("show", "c-0000000000", "--lang", "zh_Hant", by="desk1").err

    assert english.startswith("No case has the reference")
    assert "c-0000000000" in chinese


def test_the_errors_of_the_command_line_are_found_whatever_typer_brings_along() -> None:
    assert USAGE_ERROR.__name__ == "UsageError"
    assert COMMAND_ERROR.__name__ == "ClickException"
