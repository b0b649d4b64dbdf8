"""The only module that reads the clock (clause X4: everything is kept in UTC).

Interfaces read it once per request or run and pass the moment down. Tests and rehearsals use a `FrozenClock`.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol

from casework.errors import Broken


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now(self) -> datetime:
        """Return this moment, aware, in UTC, to the microsecond."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return this moment, aware, in UTC, to the microsecond."""
        return datetime.now(UTC)


class FrozenClock:
    """A clock that stands still until it is moved, and only ever moves forward."""

    def __init__(self, start: datetime) -> None:
        """Stand at `start`. Raises Broken when it has no time zone."""
        self._now = _in_utc(start)

    def now(self) -> datetime:
        """Return the moment at which the clock stands, aware, in UTC."""
        return self._now

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> datetime:
        """Move on by that much real time (a day is 24 hours) and return the new moment. Raises Broken if it goes back."""
        return self.set(self._now + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))

    def set(self, at: datetime) -> datetime:
        """Move on to `at` and return it in UTC. Raises Broken when `at` lies in the past or has no time zone."""
        at = _in_utc(at)
        if at < self._now:
            raise Broken("The clock stands at {now} and cannot go back to {at}.", now=self._now, at=at)
        self._now = at
        return at

    def __repr__(self) -> str:
        """Show where the clock stands."""
        return f"FrozenClock({self._now.isoformat()})"


def _in_utc(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise Broken("The moment {at} has no time zone.", at=at)
    return at.astimezone(UTC)
