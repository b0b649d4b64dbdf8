"""Times as people type and read them: in the office's zone, by the calendar or counted back from now.

`2026-03-01 09:30`, `09:30` (today), `2026-03-01T09:30+08:00`, `now`, `-2:50` (2 min 50 s ago), `2m50s ago`, `+3d`, `in 3d`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from casework.errors import BadInput

if TYPE_CHECKING:
    from datetime import tzinfo

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})")
_SPAN = re.compile(r"(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*m(?:in)?)?\s*(?:(\d+)\s*s)?")
_DAY = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_HOUR = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
HOW = 'Write it like "2026-03-01 09:30" (the office\'s clock), "09:30", "-2:50" or "2m50s ago".'
_LONGEST = timedelta(days=36_500)
"""A century: what is longer was mistyped, and would leave the calendar."""


def read_moment(typed: str, zone: tzinfo, now: datetime) -> datetime:
    """Return the aware UTC moment that was typed.

    `zone` is the office's, `now` aware. Raises BadInput for what cannot be read, and for a local time that the zone skips.
    """
    text = " ".join(typed.replace("：", ":").split())  # the full-width colon of a Chinese keyboard
    if text.casefold() in {"now", "現在", "现在"}:
        return now.astimezone(UTC)
    back, ahead = _before(text), _after(text)
    if back is not None or ahead is not None:
        return (now - back if back is not None else now + (ahead or timedelta())).astimezone(UTC)
    found = _DAY.fullmatch(text)
    if found is not None and found[2] is not None:
        return _by_calendar(found, typed, zone)
    if _HOUR.fullmatch(text):
        try:
            at = time.fromisoformat(text.zfill(8) if text.count(":") == 2 else text.zfill(5))  # noqa: PLR2004  h:m:s
        except ValueError:
            raise _unreadable(typed) from None
        return _in_zone(datetime.combine(now.astimezone(zone).date(), at), zone)
    raise _unreadable(typed)


def read_day(typed: str) -> date:
    """Return the day that was typed, such as 2027-01-01. Raises BadInput."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise BadInput(
            '"{typed}" is not a day.', hint="Write it like 2027-01-01.", typed=typed[:20]
        ) from None


def read_span(typed: str) -> timedelta:
    """Return the length that was typed: `24h`, `2d`, `1h30m`, `2:50` (minutes and seconds). Raises BadInput."""
    span = _span(typed.strip())
    if span is None or not span:
        raise BadInput(
            '"{typed}" is not a length of time.', hint="Write it like 24h, 2d or 1h30m.", typed=typed[:40]
        )
    return span


def shown(at: datetime, zone: tzinfo, now: datetime, *, seconds: bool = True) -> str:
    """Return a moment as people read it in the office: without the year if it is this year's, with `seconds` if there are any."""
    local = at.astimezone(zone)
    day = "%m-%d" if local.year == now.astimezone(zone).year else "%Y-%m-%d"
    return local.strftime(f"{day} %H:%M:%S" if local.second and seconds else f"{day} %H:%M")


def _before(text: str) -> timedelta | None:
    if text[:1] in {"-", "−", "–"}:
        return _span(text[1:].strip())
    ago = re.fullmatch(r"(.+?) ?(?:ago|前)", text)
    return _span(ago[1]) if ago else None


def _after(text: str) -> timedelta | None:
    if text.startswith("+"):
        return _span(text[1:].strip())
    later = re.fullmatch(r"in (.+)|(.+?) ?[後后]", text)
    return _span(later[1] or later[2]) if later else None


def _span(text: str) -> timedelta | None:
    """`2:50` counts minutes and seconds, `1:02:50` hours before them."""
    clock, parts = _CLOCK.fullmatch(text), _SPAN.fullmatch(text)
    try:
        if clock:
            span = timedelta(hours=int(clock[1] or 0), minutes=int(clock[2]), seconds=int(clock[3]))
        elif parts and any(parts.groups()):
            days, hours, minutes, seconds = (int(part or 0) for part in parts.groups())
            span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        else:
            return None
    except OverflowError:
        return None
    return span if span <= _LONGEST else None


def _by_calendar(found: re.Match[str], typed: str, zone: tzinfo) -> datetime:
    try:
        local = datetime.fromisoformat(
            f"{found[1]}T{found[2].zfill(5) if found[2].count(':') == 1 else found[2].zfill(8)}"
        )
        if found[3] is None:
            return _in_zone(local, zone)
        return datetime.fromisoformat(f"{local.isoformat()}{found[3]}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise _unreadable(typed) from None


def _in_zone(local: datetime, zone: tzinfo) -> datetime:
    """A local time that daylight saving skips is no moment: reading it as another one would move a deadline unseen."""
    at = local.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != local:
        raise BadInput("The clocks of {zone} skip the time {time}.", hint="Write it with its offset, like 2026-03-01T09:30+08:00.",
                       zone=str(zone), time=local.isoformat(" "))  # fmt: skip
    return at


def _unreadable(typed: str) -> BadInput:
    return BadInput('"{typed}" is not a time.', hint=HOW, typed=typed[:40])
