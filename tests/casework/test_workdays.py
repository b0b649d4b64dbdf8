"""Working days are those of the People's Republic, with its make-up days and the office's own overrides."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import workdays
from casework.errors import BadInput, Broken
from casework.workdays import WorkCalendar

pytestmark = pytest.mark.clause("X4")

SHANGHAI = ZoneInfo("Asia/Shanghai")
BUREAU = WorkCalendar("Asia/Shanghai")


def local(month: int, day: int, hour: int = 10, minute: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
days = st.dates(date(2015, 1, 1), date(2035, 1, 1))
counts = st.integers(0, 400)
calendars = st.builds(
    WorkCalendar, st.just("Asia/Shanghai"), overrides=st.dictionaries(days, st.booleans(), max_size=30)
)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 2, 13), True),  # a Friday
        (date(2026, 2, 14), True),  # a Saturday, made up for the Spring Festival
        (date(2026, 2, 15), False),  # a Sunday
        (date(2026, 2, 16), False),  # a Monday, the eve
        (date(2026, 2, 28), True),  # a Saturday, made up
        (date(2026, 10, 1), False),  # National Day
        (date(2026, 10, 10), True),  # a Saturday, made up
        (date(2018, 12, 29), True),  # a Saturday, by the arrangement for the year after
        (date(2018, 12, 31), False),  # the Monday that it made up for
    ],
)
def test_the_calendar_knows_the_made_up_days(day: date, *, working: bool) -> None:
    assert BUREAU.is_working(day) is working


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        (local(2, 12), 1, local(2, 13)),
        (local(2, 13), 1, local(2, 14)),  # the made-up Saturday counts
        (local(2, 14), 1, local(2, 24)),  # the festival does not
        (local(2, 13, 0, 0), 2, local(2, 24, 0, 0)),
        (local(12, 31, year=2025), 1, local(1, 4)),  # a made-up Sunday
        (local(2, 14), 0, local(2, 14)),
    ],
)
def test_the_due_time_is_the_same_clock_time_on_the_nth_working_day(
    start: datetime, n: int, due: datetime
) -> None:
    assert BUREAU.add_working_days(start, n) == due


def test_from_a_day_off_the_next_working_day_is_the_first_and_counts_to_its_end() -> None:
    saturday = local(3, 7, 9, 30)
    assert BUREAU.add_working_days(saturday, 1) == local(3, 10, 0, 0) - timedelta(microseconds=1)
    assert BUREAU.add_working_days(saturday, 2) == local(3, 11, 0, 0) - timedelta(microseconds=1)
    assert BUREAU.add_working_days(saturday, 0) == local(3, 9, 9, 0)


def test_the_local_day_counts_and_not_the_day_in_utc() -> None:
    # 2026-03-06 is a Friday in Shanghai and still a Thursday in UTC.
    friday = datetime(2026, 3, 5, 16, 30, tzinfo=UTC)
    assert BUREAU.local_day(friday) == date(2026, 3, 6)
    assert BUREAU.add_working_days(friday, 1) == local(3, 9, 0, 30)


@pytest.mark.parametrize("n", [-1, workdays.FARTHEST + 1])
def test_a_count_that_makes_no_sense_is_refused(n: int) -> None:
    with pytest.raises(BadInput, match="working days cannot be counted"):
        BUREAU.add_working_days(local(3, 2), n)


def test_the_office_overrides_its_country() -> None:
    office = WorkCalendar("Asia/Shanghai", overrides={date(2026, 2, 14): False, date(2026, 2, 16): True})
    assert not office.is_working(date(2026, 2, 14))
    assert office.add_working_days(local(2, 13), 1) == local(2, 16)


def test_overrides_changed_afterwards_change_nothing() -> None:
    overrides = {date(2026, 2, 14): False}
    office = WorkCalendar("Asia/Shanghai", overrides=overrides)
    overrides[date(2026, 2, 13)] = False
    assert office.is_working(date(2026, 2, 13))


def test_calendars_with_the_same_settings_are_equal_and_hashable() -> None:
    assert BUREAU == WorkCalendar("Asia/Shanghai")
    assert len({BUREAU, WorkCalendar("Asia/Shanghai"), WorkCalendar("Asia/Hong_Kong")}) == 2


def test_a_century_of_working_days_can_be_counted() -> None:
    due = BUREAU.add_working_days(local(1, 5), workdays.FARTHEST)
    assert BUREAU.is_working(BUREAU.local_day(due))
    assert due.year > 2120


@given(calendars, moments, moments, counts)
def test_who_starts_later_is_never_due_earlier(
    office: WorkCalendar, a: datetime, b: datetime, n: int
) -> None:
    earlier, later = sorted((a, b))
    assert office.add_working_days(earlier, n) <= office.add_working_days(later, n)


@given(calendars, moments, counts)
def test_a_day_more_is_always_due_later(office: WorkCalendar, start: datetime, n: int) -> None:
    assert start <= office.add_working_days(start, n) < office.add_working_days(start, n + 1)


@given(calendars, moments, counts)
def test_nothing_is_ever_due_on_a_day_off(office: WorkCalendar, start: datetime, n: int) -> None:
    due = office.add_working_days(start, n)
    assert due.tzinfo is UTC
    assert office.is_working(office.local_day(due))


@given(calendars, moments, st.integers(1, 40))
def test_exactly_n_working_days_lie_between(office: WorkCalendar, start: datetime, n: int) -> None:
    first, last = office.local_day(start), office.local_day(office.add_working_days(start, n))
    between = [first + timedelta(days=i + 1) for i in range((last - first).days)]
    assert sum(map(office.is_working, between)) == n


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (local(3, 6, 8, 59), local(3, 6, 9, 0)),
        (local(3, 6, 9, 0), local(3, 6, 9, 0)),
        (local(3, 6, 12, 34), local(3, 6, 12, 34)),
        (local(3, 6, 18, 0), local(3, 9, 9, 0)),
        (local(3, 7, 12, 0), local(3, 9, 9, 0)),
        (local(2, 13, 20, 0), local(2, 14, 9, 0)),
        (local(2, 14, 20, 0), local(2, 24, 9, 0)),
    ],
)
def test_the_next_open_moment_lies_in_office_hours(at: datetime, opens: datetime) -> None:
    assert BUREAU.next_open(at) == opens


@given(calendars, moments)
def test_an_open_moment_is_its_own_next_open_moment(office: WorkCalendar, at: datetime) -> None:
    opens = office.next_open(at)
    assert opens >= at
    assert office.next_open(opens) == opens
    assert office.is_working(office.local_day(opens))
    assert time(9) <= office.local(opens).time() < time(18)


def test_a_year_that_is_not_published_is_provisional() -> None:
    assert not BUREAU.provisional(date(2026, 11, 24))
    # Ten years ahead nobody has published anything, whatever version of the library this runs with.
    last = workdays._published_through("CN")
    assert last is not None
    assert BUREAU.provisional(date(last + 1, 1, 1))
    assert BUREAU.provisional(date(last + 10, 6, 1))


def test_the_last_days_before_an_unpublished_year_are_provisional_too() -> None:
    last = workdays._published_through("CN")
    assert last is not None
    assert not BUREAU.provisional(date(last, 12, 24))
    assert BUREAU.provisional(date(last, 12, 29))


def test_a_year_published_since_is_found_in_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(workdays.KNOWN_THROUGH, "CN", 2023)
    workdays._published_through.cache_clear()
    try:
        assert not BUREAU.provisional(date(2026, 6, 1))
        assert BUREAU.provisional(date(2100, 1, 1))
    finally:
        workdays._published_through.cache_clear()


@given(days, days)
def test_what_follows_a_provisional_day_is_provisional(a: date, b: date) -> None:
    earlier, later = sorted((a, b))
    assert BUREAU.provisional(earlier) <= BUREAU.provisional(later)


def test_a_country_without_made_up_days_is_never_provisional() -> None:
    assert not WorkCalendar("Asia/Hong_Kong", "HK").provisional(date(2040, 1, 1))


@pytest.mark.parametrize("zone", ["Asia/Nowhere", "", "Asia", "../etc/passwd", "上海", "Asia/Shang\0hai"])
def test_an_unknown_zone_is_told_in_a_sentence(zone: str) -> None:
    with pytest.raises(BadInput, match="There is no time zone named"):
        WorkCalendar(zone)


def test_an_unknown_country_is_told_in_a_sentence() -> None:
    with pytest.raises(BadInput, match='The calendar of the country "XX" is not known'):
        WorkCalendar("Asia/Shanghai", "XX")


def test_an_office_opens_before_it_closes() -> None:
    with pytest.raises(BadInput, match="opens at 18:00 and closes at 09:00"):
        WorkCalendar("Asia/Shanghai", opens=time(18), closes=time(9))


def test_a_moment_without_a_zone_is_refused() -> None:
    for ask in (BUREAU.local, BUREAU.local_day, BUREAU.next_open):
        with pytest.raises(Broken, match="has no time zone"):
            ask(datetime(2026, 3, 6, 10))  # noqa: DTZ001
    for n in (0, 1):
        with pytest.raises(Broken, match="has no time zone"):
            BUREAU.add_working_days(datetime(2026, 3, 6, 10), n)  # noqa: DTZ001
