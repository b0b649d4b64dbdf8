"""References, tokens and register numbers, as they are made and as people type them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import BadInput, Broken
from casework.refs import (
    ALPHABET,
    RegisterNumber,
    new_ref,
    new_token,
    read_ref,
    read_register_number,
    register_number,
)

refs = st.text(ALPHABET, min_size=10, max_size=10).map("c-{}".format)
kinds = st.from_regex(r"[A-Z]{1,3}(-[A-Z]{1,3})?", fullmatch=True)


def test_a_new_reference_has_fifty_random_bits_and_no_letter_that_is_misread() -> None:
    made = {new_ref() for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch("c-[0-9a-hjkmnp-tv-z]{10}", ref) for ref in made)
    assert len(ALPHABET) ** 10 == 2**50


@given(refs)
def test_a_reference_reads_back_as_itself(ref: str) -> None:
    assert read_ref(ref) == read_ref(ref.upper()) == read_ref(ref.removeprefix("c-")) == ref


@pytest.mark.parametrize(
    "typed",
    [
        "c-7k3m9qv201",
        " C-7K3M9QV2OI ",
        "7k3m9qv2ol",
        "c7k3m9qv201",
        "C–7K3M9 QV201",
        "c - 7k3m-9qv-201",
        "ｃ－７ｋ３ｍ９ｑｖ２０１",
        "c-7k3m9qv201\u200b\n",
    ],
)
def test_a_reference_is_understood_as_people_type_it(typed: str) -> None:
    assert read_ref(typed) == "c-7k3m9qv201"


def test_a_reference_may_itself_begin_with_c() -> None:
    assert read_ref("c-c000000000") == read_ref("cc000000000") == read_ref("c000000000") == "c-c000000000"


@pytest.mark.parametrize("typed", ["", "c-", "c-7k3m9qv20", "c-7k3m9qv2011", "d-7k3m9qv201", "c-7k3m9qv20u"])
def test_what_cannot_be_a_reference_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(BadInput, match="is not a case reference"):
        read_ref(typed)


@pytest.mark.parametrize("typed", ["P-C-2026-000012", "C-2026-000001", "c-2026-000001"])
def test_a_register_number_is_recognised_and_not_taken_for_a_reference(typed: str) -> None:
    with pytest.raises(BadInput, match="is a register number"):
        read_ref(typed)


@given(st.text())
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        told = read_ref(typed)
    except BadInput as refused:
        told = refused.message
    assert re.fullmatch(f"c-[{ALPHABET}]{{10}}", told) or (
        told.endswith("is not a case reference.") and len(told) < 80
    )


def test_a_token_has_at_least_128_random_bits_and_its_prefix() -> None:
    made = {new_token() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch("dc_[A-Za-z0-9_-]{32}", token) for token in made)


def test_a_register_number_is_padded_and_grows_beyond_its_padding() -> None:
    assert register_number("C", 2026, 12) == "C-2026-000012"
    assert register_number("P-C", 2026, 1234567) == "P-C-2026-1234567"


@given(kinds, st.integers(1, 9999), st.integers(1, 999_999_999_999))
def test_a_register_number_reads_back_as_itself(kind: str, year: int, no: int) -> None:
    number = RegisterNumber(kind, year, no)
    assert read_register_number(str(number)) == number
    assert read_register_number(str(number).lower()) == number


def test_a_register_number_is_understood_as_people_type_it() -> None:
    assert read_register_number(" p–c-2026-12 ") == RegisterNumber("P-C", 2026, 12)
    assert read_register_number("Ｃ－２０２６－０００００００１２") == RegisterNumber("C", 2026, 12)


@pytest.mark.parametrize(
    "typed",
    ["", "C-2026", "C-26-000012", "C-2026-0", "C-0000-000001", "-2026-000012", "C-2026-x", "c-7k3m9qv201"],
)
def test_what_cannot_be_a_register_number_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(BadInput, match="is not a register number"):
        read_register_number(typed)


@pytest.mark.parametrize(
    ("kind", "year", "no"), [("c", 2026, 1), ("", 2026, 1), ("C", 0, 1), ("C", 10000, 1), ("C", 2026, 0)]
)
def test_a_register_number_that_could_not_be_read_back_is_never_made(kind: str, year: int, no: int) -> None:
    with pytest.raises(Broken, match="No register number can be made"):
        register_number(kind, year, no)


def test_a_token_pasted_into_the_wrong_field_is_not_shown_whole() -> None:
    token = new_token()
    with pytest.raises(BadInput) as refused:
        read_ref(token)
    assert token not in str(refused.value)
