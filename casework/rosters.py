"""The week of a duty roster in minutes: Monday 00:00 is 0, the midnight that ends Sunday is 10080. On the office's wall clock."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from states.words import say

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = (
    say("Monday", "en"),
    say("Tuesday", "en"),
    say("Wednesday", "en"),
    say("Thursday", "en"),
    say("Friday", "en"),
    say("Saturday", "en"),
    say("Sunday", "en"),
)
"""Sentence identifiers: said in English, so that they stand in the catalogues."""
WEEK = 7 * 1440
_CLOCK = re.compile("([01][0-9]|2[0-3]):([0-5][0-9])|24:00")


def minute_of_day(text: str) -> int | None:
    """Minutes since midnight of "08:30", up to "24:00"; None for anything else."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    return 1440 if found[1] is None else int(found[1]) * 60 + int(found[2])


def minute_of_week(local: datetime) -> int:
    """Minutes since Monday 00:00 on the office's wall clock; `local` is in the office's zone."""
    return local.weekday() * 1440 + local.hour * 60 + local.minute


def touches(starts: int, ends: int, day: date) -> bool:
    """Whether a part of the week falls, at least in part, into this day."""
    midnight = day.weekday() * 1440
    return starts < midnight + 1440 and ends > midnight


def weekly(days: Iterable[Day], starts: int, ends: int) -> list[tuple[int, int]]:
    """The parts of the week of a slot on these days; one that ends at or before its start goes over midnight, and Sunday's in two parts."""
    parts: list[tuple[int, int]] = []
    for day in sorted({DAYS.index(day) for day in days}):
        first = day * 1440 + starts
        last = day * 1440 + ends + (0 if ends > starts else 1440)
        parts.append((first, min(last, WEEK)))
        if last > WEEK:
            parts.append((0, last - WEEK))
    return parts


def gaps(slots: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of the week that no slot covers. One over Sunday's midnight is one, its end beyond the end of the week."""
    found: list[tuple[int, int]] = []
    covered = 0
    for starts, ends in sorted(slots):
        if starts > covered:
            found.append((covered, starts))
        covered = max(covered, ends)
    if covered < WEEK:
        found.append((covered, WEEK))
    if len(found) > 1 and found[0][0] == 0 and found[-1][1] == WEEK:
        first = found.pop(0)
        found[-1] = (found[-1][0], WEEK + first[1])
    return found


def in_words(minute: int) -> tuple[str, str]:
    """The day (a sentence identifier) and the clock time of a minute of the week; a whole midnight is the next day's 00:00."""
    minute %= WEEK
    return DAY_NAMES[minute // 1440], f"{minute % 1440 // 60:02}:{minute % 60:02}"
