"""Where somebody meets a clause that was interpreted: the interpretation's number beside it, never its words (B16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.words import listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desk.session import Desk


def interpreted_in(desk: Desk, office_key: str) -> Mapping[str, tuple[int, ...]]:
    """The numbers of the interpretations of each clause in an office."""
    with desk.store.reading() as session:
        return desk.office(session, office_key).interpreted


def mark(desk: Desk, clause: str, numbers: tuple[int, ...]) -> str:
    """What is written beside the clause; empty where it was not interpreted."""
    if not numbers:
        return ""
    said = (
        "interpretation {numbers} of {clause}"
        if len(numbers) == 1
        else "interpretations {numbers} of {clause}"
    )
    which = listed((str(number) for number in numbers), desk.language)
    return f"  {desk.say(said, numbers=which, clause=clause)}"
