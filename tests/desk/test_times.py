"""Times as people type them: in the office's zone, by the calendar or counted back from now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from casework.errors import BadInput
from desk.times import read_moment, read_span, shown

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-03-01 09:30", "2026-03-01T01:30:00+00:00"),
        ("2026-03-01 9:30", "2026-03-01T01:30:00+00:00"),
        ("2026-03-01T09:30:15", "2026-03-01T01:30:15+00:00"),
        ("2026-03-01T09:30+00:00", "2026-03-01T09:30:00+00:00"),
        ("2026-03-01 09:30Z", "2026-03-01T09:30:00+00:00"),
        ("2026-03-01 09：30", "2026-03-01T01:30:00+00:00"),
        ("09:30", "2026-03-02T01:30:00+00:00"),
        ("9:30", "2026-03-02T01:30:00+00:00"),
        ("now", "2026-03-02T02:00:00+00:00"),
        ("現在", "2026-03-02T02:00:00+00:00"),
        ("-2:50", "2026-03-02T01:57:10+00:00"),
        ("-1:02:50", "2026-03-02T00:57:10+00:00"),
        ("2m50s ago", "2026-03-02T01:57:10+00:00"),
        ("2 m 50 s ago", "2026-03-02T01:57:10+00:00"),
        ("-90s", "2026-03-02T01:58:30+00:00"),
        ("3h ago", "2026-03-01T23:00:00+00:00"),
        ("30m前", "2026-03-02T01:30:00+00:00"),
        ("+3d", "2026-03-05T02:00:00+00:00"),
        ("in 2d", "2026-03-04T02:00:00+00:00"),
        ("2h後", "2026-03-02T04:00:00+00:00"),
    ],
)
def test_a_time_is_read_in_the_office_zone(typed: str, meant: str) -> None:
    assert read_moment(typed, SHANGHAI, NOW) == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    "typed",
    ["", "-", "+", "ago", "tomorrow", "2026-03-01", "2026-02-30 10:00", "25:00", "9:99", "2026-03-01 24:30", "-1:2", "9999999999d ago", "1e3s ago", "03/01/2026 10:00"],
)  # fmt: skip
def test_what_is_no_time_is_never_guessed(typed: str) -> None:
    with pytest.raises(BadInput, match="is not a time"):
        read_moment(typed, SHANGHAI, NOW)


def test_a_local_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(BadInput, match="skip the time"):
        read_moment("2026-03-29 02:30", ZoneInfo("Europe/Berlin"), NOW)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("24h", timedelta(hours=24)),
        ("2d", timedelta(days=2)),
        ("1h30m", timedelta(minutes=90)),
        ("2:50", timedelta(seconds=170)),
    ],
)
def test_a_length_of_time(typed: str, meant: timedelta) -> None:
    assert read_span(typed) == meant


@pytest.mark.parametrize("typed", ["", "0h", "soon", "24", "-2h"])
def test_what_is_no_length_of_time(typed: str) -> None:
    with pytest.raises(BadInput, match="is not a length of time"):
        read_span(typed)


def test_a_time_is_shown_as_the_office_reads_it() -> None:
    assert shown(NOW, SHANGHAI, NOW) == "03-02 10:00"
    assert shown(NOW + timedelta(seconds=5), SHANGHAI, NOW) == "03-02 10:00:05"
    assert shown(NOW + timedelta(seconds=5), SHANGHAI, NOW, seconds=False) == "03-02 10:00"
    assert shown(NOW - timedelta(days=90), SHANGHAI, NOW) == "2025-12-02 10:00"
