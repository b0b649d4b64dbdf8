"""A rehearsal at the command line: beginning one in a folder of its own, and letting its time pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework import rehearsal_clock
from casework.errors import BadInput
from casework.rehearsal import let_pass, mark
from casework.store import open_store
from desk.answer import give
from desk.times import read_moment

if TYPE_CHECKING:
    from datetime import datetime

    from desk.session import Desk


def begin(desk: Desk, typed: str) -> None:
    """Begin a rehearsal. Raises BadInput for a folder that is not empty and for a moment that cannot be read."""
    at = rehearsal_clock.begin(desk.environ, typed)
    mark(open_store(desk.settings, create=True))
    give(desk, {"at": at}, lambda paper: paper.line((_stands(desk, at), "fine")))


def until(desk: Desk, typed: str) -> None:
    """Let time pass. Raises BadInput where there is no rehearsal, and for a moment that has passed or cannot be read."""
    now = rehearsal_clock.stands_at(desk.environ)
    if now is None or now.tzinfo is None:
        raise BadInput(
            "This is no rehearsal: time passes by itself.",
            hint='`duecourse rehearse begin "2026-03-02 22:50+08:00"` begins one in an empty folder.',
        )
    zone = now.tzinfo
    end = read_moment(typed, zone, now).astimezone(zone)
    if end < now:
        raise BadInput("The clock cannot go back.", hint="Name a later moment, such as +5m.")

    def stand(at: datetime) -> None:
        rehearsal_clock.stand(desk.environ, at.astimezone(zone))

    swept = let_pass(desk.store, now, end, stand)

    give(
        desk,
        {"at": end, "due": swept.due, "fired": swept.fired},
        lambda paper: paper.line(
            (_stands(desk, end), "fine"),
            "  ",
            desk.say("Limits and reminders that came: {n}.", n=swept.fired),
        ),
    )


def _stands(desk: Desk, at: datetime) -> str:
    return desk.say("The clock of this rehearsal stands at {time}.", time=at.isoformat(" ", "seconds"))
