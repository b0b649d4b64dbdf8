"""Working days and office hours of one office (clause X4).

The calendar is the country's as the `holidays` library knows it, with the make-up working days of the People's
Republic, and the office's own overrides on top. Everything here is a pure function of its arguments.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from holidays import HolidayBase, country_holidays

from casework.errors import BadInput, Broken

KNOWN_THROUGH = {"CN": 2026}
"""Countries whose government publishes each year's make-up days late in the year before, and the last year that the
oldest version of the library we accept knows. Later years are found in the library itself."""

TURN_OF_YEAR = timedelta(days=7)
"""The arrangement for a year may reach back into the last days of the year before: that for 2019 made Saturday
2018-12-29 a working day. Until it is published those days are not certain either."""

FARTHEST = 25_000
"""Working days that `add_working_days` will count, about a century: more is a slip of the keyboard."""


@dataclass(frozen=True)
class WorkCalendar:
    """When one office works: its IANA zone, its country (ISO 3166 code), its overrides and its hours.

    `overrides` says of single days whether the office works, whatever the country does. `opens` and `closes` are local
    clock times of every working day; at `closes` the office is closed. Raises BadInput for a zone or a country that is
    unknown and for hours that are not in order.
    """

    zone: str
    country: str = "CN"
    overrides: Mapping[date, bool] = field(default_factory=dict, hash=False)
    opens: time = time(9, 0)
    closes: time = time(18, 0)
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _years: dict[int, tuple[int, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Check the settings and take a copy of the overrides, since the days are remembered per year."""
        if not self.opens.replace(tzinfo=None) < self.closes.replace(tzinfo=None):
            raise BadInput(
                "The office opens at {opens} and closes at {closes}: it must open before it closes.",
                opens=self.opens.isoformat("minutes"),
                closes=self.closes.isoformat("minutes"),
            )
        object.__setattr__(self, "overrides", dict(self.overrides))
        object.__setattr__(self, "_zone", _zone_named(self.zone))
        _published_through(self.country)  # an unknown country is told now, not at the first deadline

    def local(self, at: datetime) -> datetime:
        """Return the moment `at` in the office's zone. Raises Broken when `at` has no time zone."""
        if at.utcoffset() is None:
            raise Broken("The moment {at} has no time zone.", at=at)
        return at.astimezone(self._zone)

    def local_day(self, at: datetime) -> date:
        """Return the day that the office's wall calendar shows at `at`."""
        return self.local(at).date()

    def is_working(self, day: date) -> bool:
        """Say whether the office works on `day`: its override if there is one, else its country's calendar."""
        worked = self._worked(day.year)
        place = bisect_left(worked, day.toordinal())
        return place < len(worked) and worked[place] == day.toordinal()

    def provisional(self, day: date) -> bool:
        """Say whether counting as far as `day` rests on make-up days that are not published yet.

        Once true it is true of every later day, so asking it of a due date covers the days counted on the way; an
        override of the day itself therefore changes nothing. Always false for a country without make-up days.
        """
        last = _published_through(self.country)
        return last is not None and day > date(last, 12, 31) - TURN_OF_YEAR

    def add_working_days(self, start: datetime, n: int) -> datetime:
        """Return the moment, in UTC, `n` working days after `start`.

        The local day of `start` is never counted. From a working day the due time is the same local clock time on the
        nth working day after it. From a day off the first working day that follows is the first counted, and the due
        time is the last microsecond of the nth: an earlier hour would let a complaint of Saturday morning fall due
        before one of Friday evening. With n = 0 a working day gives `start` itself, and a day off the next opening.
        Raises BadInput unless 0 <= n <= FARTHEST.
        """
        if not 0 <= n <= FARTHEST:
            raise BadInput(
                "{n} working days cannot be counted: give 0 to {farthest}.", n=n, farthest=FARTHEST
            )
        if n == 0:
            return start.astimezone(UTC) if self.is_working(self.local_day(start)) else self.next_open(start)
        local = self.local(start)
        clock = local.timetz() if self.is_working(local.date()) else time.max.replace(tzinfo=self._zone)
        return datetime.combine(self._nth_after(local.date(), n), clock).astimezone(UTC)

    def next_open(self, at: datetime) -> datetime:
        """Return, in UTC, `at` itself when the office is open then, else the next moment at which it opens."""
        local = self.local(at)
        day = local.date()
        opens_today = datetime.combine(day, self.opens, self._zone)
        if not self.is_working(day) or local >= datetime.combine(day, self.closes, self._zone):
            return datetime.combine(self._nth_after(day, 1), self.opens, self._zone).astimezone(UTC)
        return max(local, opens_today).astimezone(UTC)

    def _nth_after(self, day: date, n: int) -> date:
        """Return the nth working day after `day`, a whole year at a time."""
        year = day.year
        worked = self._worked(year)
        place = bisect_right(worked, day.toordinal()) + n - 1
        while place >= len(worked):
            place -= len(worked)
            year += 1
            if year > date.max.year:
                raise BadInput("The calendar has no working day left after {day}.", day=day)
            worked = self._worked(year)
        return date.fromordinal(worked[place])

    def _worked(self, year: int) -> tuple[int, ...]:
        """Return the ordinals of the working days of `year`, in order, remembered: 250 small numbers a year."""
        days = self._years.get(year)
        if days is None:
            worked = set(_country_year(self.country, year))
            for day, working in self.overrides.items():
                if day.year == year:
                    (worked.add if working else worked.discard)(day.toordinal())
            days = self._years[year] = tuple(sorted(worked))
        return days


def _zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a name like "Asia", which is a folder
        raise BadInput(
            'There is no time zone named "{name}".',
            hint='Use an IANA name such as "Asia/Shanghai".',
            name=name,
        ) from None


def _library(country: str, year: int) -> HolidayBase:
    # The year after goes in as well, because its arrangement may name working days of this one.
    try:
        return country_holidays(country, years=(year, year + 1), expand=False)
    except NotImplementedError:
        raise BadInput(
            'The calendar of the country "{country}" is not known.',
            hint='Use an ISO code such as "CN".',
            country=country,
        ) from None


@lru_cache(maxsize=512)
def _country_year(country: str, year: int) -> tuple[int, ...]:
    calendar = _library(country, year)
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return tuple(day for day in range(first, last + 1) if calendar.is_working_day(date.fromordinal(day)))


@lru_cache(maxsize=8)
def _published_through(country: str) -> int | None:
    """Return the last year whose make-up days the library knows; None for a country that does not need them.

    Raises BadInput when the library does not know the country.
    """
    year = KNOWN_THROUGH.get(country)
    if year is None:
        _library(country, 2026)
        return None
    # A year without a single working Saturday or Sunday is one that the library only computes.
    while any(day.year == year + 1 for day in _library(country, year + 1).weekend_workdays):
        year += 1
    return year
