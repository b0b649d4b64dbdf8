"""Numbers that count every case of an installation: told where no office keeps any of its cases secret (B10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.report_scope import keeps_secrets

if TYPE_CHECKING:
    from desk.session import Desk


def countable(desk: Desk, number: int) -> int | None:
    """The number; None where it would tell of secret cases. Nought tells of none."""
    if not number:
        return number
    with desk.store.reading() as session:
        return None if keeps_secrets(session) else number


def in_words(desk: Desk, number: int) -> str:
    """The same as it is shown."""
    told = countable(desk, number)
    return f"{told:,}" if told is not None else desk.say("some")
