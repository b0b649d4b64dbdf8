"""The clock is read in one place and never goes back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from casework.clock import Clock, FrozenClock, SystemClock
from casework.errors import Broken

NOON = datetime(2026, 2, 14, 12, 0, 0, 123456, tzinfo=UTC)
HONG_KONG = timezone(timedelta(hours=8))


@pytest.mark.parametrize("clock", [SystemClock(), FrozenClock(NOON)])
def test_every_clock_gives_aware_moments_in_utc(clock: Clock) -> None:
    assert clock.now().tzinfo is UTC


def test_the_system_clock_does_not_go_back() -> None:
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first <= second


def test_a_frozen_clock_stands_still_and_keeps_its_microseconds() -> None:
    clock = FrozenClock(NOON)
    assert clock.now() == clock.now() == NOON


def test_a_frozen_clock_advances_by_what_it_is_told() -> None:
    clock = FrozenClock(NOON)
    moved = clock.advance(days=30, hours=1, minutes=2, seconds=0.5)
    assert moved == clock.now() == NOON + timedelta(days=30, hours=1, minutes=2, milliseconds=500)


def test_a_frozen_clock_is_set_in_any_zone_and_answers_in_utc() -> None:
    clock = FrozenClock(NOON)
    clock.set(datetime(2026, 2, 15, 8, 0, tzinfo=HONG_KONG))
    assert clock.now() == datetime(2026, 2, 15, 0, 0, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_a_frozen_clock_may_be_set_to_where_it_stands() -> None:
    assert FrozenClock(NOON).set(NOON) == NOON


def test_a_frozen_clock_refuses_to_go_back_and_stays() -> None:
    clock = FrozenClock(NOON)
    with pytest.raises(Broken, match="cannot go back"):
        clock.set(NOON - timedelta(microseconds=1))
    with pytest.raises(Broken, match="cannot go back"):
        clock.advance(seconds=-1)
    assert clock.now() == NOON


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(Broken, match="has no time zone"):
        FrozenClock(NOON.replace(tzinfo=None))
