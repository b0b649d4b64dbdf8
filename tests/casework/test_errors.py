"""Errors are sentences that can be told in another language and survive being sent to another process."""

import pickle

import pytest

from casework import errors
from casework.errors import BadInput, Duecourse, KeyProblem, WrongKey


def test_an_error_reads_as_its_sentence_followed_by_its_hint() -> None:
    error = BadInput("No case has the reference {ref}.", hint="Look at the receipt.", ref="c-1")
    assert error.message == "No case has the reference c-1."
    assert str(error) == "No case has the reference c-1. Look at the receipt."


def test_an_error_keeps_the_words_to_look_up_in_a_translation() -> None:
    error = BadInput(
        "No case has the reference {ref}.", hint="Look at {place}.", ref="c-1", place="the receipt"
    )
    chinese = {
        "No case has the reference {ref}.": "沒有編號為 {ref} 的個案。",
        "Look at {place}.": "請看 {place}。",
    }
    assert error.told(chinese.__getitem__) == "沒有編號為 c-1 的個案。 請看 the receipt。"


def test_braces_in_a_parameter_are_shown_as_they_are() -> None:
    assert str(BadInput("Not this: {typed}", typed="{ref}{0.__class__}")) == "Not this: {ref}{0.__class__}"


def test_a_forgotten_parameter_does_not_hide_the_error() -> None:
    assert str(BadInput("No case has the reference {ref}.")) == "No case has the reference {ref}."


def test_a_parameter_may_be_called_sentence_and_a_sentence_may_have_none() -> None:
    assert str(BadInput("Odd: {sentence}", sentence="x")) == "Odd: x"
    assert str(BadInput("Nothing to fill.")) == "Nothing to fill."


def test_an_error_survives_the_way_to_another_process() -> None:
    error = WrongKey("It does not fit {what}.", hint="Look.", what="this database")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(again), str(again), again.hint) == (WrongKey, str(error), "Look.")


@pytest.mark.parametrize("name", ["Stale", "Broken", "BadInput", "StoreProblem", "KeyProblem", "WrongKey"])
def test_every_error_is_caught_as_one_of_ours(name: str) -> None:
    assert issubclass(getattr(errors, name), Duecourse)


def test_a_wrong_key_is_a_problem_with_the_key() -> None:
    assert issubclass(WrongKey, KeyProblem)
