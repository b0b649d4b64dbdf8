"""The event chain: one encoding per event, and a hash that nobody can make without the key."""

import hmac
from datetime import UTC, datetime
from enum import Enum, StrEnum
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.chain import GENESIS, event_bytes, link
from casework.errors import Broken

Value = str | int | bytes | None
KEY = bytes(range(32))
text = st.text(st.characters(exclude_categories=["Cs"]))
values: st.SearchStrategy[Value] = st.one_of(text, st.integers(), st.binary(), st.none())
events = st.dictionaries(text, values, max_size=6)


@given(events, events)
def test_two_events_share_an_encoding_only_if_they_are_the_same(
    a: dict[str, Value], b: dict[str, Value]
) -> None:
    assert (event_bytes(a) == event_bytes(b)) == (a == b)


@given(events, text, text)
def test_moving_a_letter_from_one_field_to_the_next_shows(event: dict[str, Value], a: str, b: str) -> None:
    first = event_bytes({**event, "a": a + "x", "b": b})
    assert first != event_bytes({**event, "a": a, "b": "x" + b})


@given(events)
def test_the_order_of_the_fields_does_not_matter(event: dict[str, Value]) -> None:
    assert event_bytes(event) == event_bytes(dict(reversed(event.items())))


def test_a_number_its_digits_and_nothing_are_four_different_things() -> None:
    different: list[Value] = [1, "1", b"1", None]
    assert len({event_bytes({"a": value}) for value in different}) == 4
    assert event_bytes({"a": None}) != event_bytes({})


def test_the_encoding_is_the_one_that_stored_hashes_were_made_of() -> None:
    assert event_bytes({"seq": 3, "name": "申訴", "sealed": b"\0;", "reason": None}) == (
        "duecourse event 1;4:name=s2:申訴;6:reason=n;6:sealed=b003b;3:seq=i3;".encode()
    )


def test_a_state_counts_as_its_text() -> None:
    class State(StrEnum):
        RECEIVED = "received"

    class Old(str, Enum):  # noqa: UP042 - the older kind shows itself as Old.RECEIVED
        RECEIVED = "received"

    assert event_bytes({"to_state": Old.RECEIVED}) == event_bytes({"to_state": "received"})
    assert event_bytes({"to_state": State.RECEIVED}) == event_bytes({"to_state": "received"})


@pytest.mark.parametrize("value", [True, 1.0, datetime(2026, 1, 1, tzinfo=UTC), ["a"]])
def test_a_value_that_a_database_may_give_back_differently_is_refused(value: object) -> None:
    with pytest.raises(Broken, match="An event cannot hold"):
        event_bytes({"a": value})  # type: ignore[dict-item]


def test_text_that_is_not_unicode_is_refused_in_a_sentence() -> None:
    with pytest.raises(Broken, match="not valid Unicode"):
        event_bytes({"a": "\ud800"})


def test_a_link_is_an_hmac_over_the_hash_before_and_the_event() -> None:
    assert link(KEY, GENESIS, b"event") == hmac.digest(KEY, bytes(32) + b"event", "sha256")


@given(st.binary(min_size=32, max_size=32), st.binary(), st.binary(min_size=32, max_size=32), st.binary())
def test_a_link_changes_with_the_hash_before_and_with_the_event(
    a: bytes, x: bytes, b: bytes, y: bytes
) -> None:
    assert (link(KEY, a, x) == link(KEY, b, y)) == ((a, x) == (b, y))


def test_a_link_changes_with_the_key() -> None:
    assert link(KEY, GENESIS, b"event") != link(bytes(32), GENESIS, b"event")


@pytest.mark.parametrize("prev", [b"", bytes(31), bytes(33)])
def test_a_hash_before_of_another_length_is_refused(prev: bytes) -> None:
    with pytest.raises(Broken, match="instead of 32"):
        link(KEY, prev, b"event")


def test_a_usual_event_is_encoded_and_linked_in_no_time() -> None:
    event: dict[str, Value] = {f"field_{i:02d}": "a usual value" if i % 3 else i * 1000 for i in range(16)}
    event |= {"sealed": bytes(300), "reason": None}
    best = min(_seconds(event) for _ in range(200))
    assert best < 100e-6, "ten times what it takes on a slow machine"


def _seconds(event: dict[str, Value]) -> float:
    start = perf_counter()
    link(KEY, GENESIS, event_bytes(event))
    return perf_counter() - start
