"""Accounts of one human, and undertakings of secrecy, at the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework import aliases, undertakings
from desk.acts import do
from desk.answer import give
from desk.times import read_day

if TYPE_CHECKING:
    from pathlib import Path

    from sqlmodel import Session

    from casework.outcome import Refused
    from casework.people import PersonView
    from casework.undertakings import Undertaken
    from desk.session import Desk
    from states.facts import Actor


def same(desk: Desk, office: str, handle: str, of: str) -> None:
    """Say that two accounts are one human's."""
    with desk.store.transaction() as session:
        where = desk.office(session, office or None)
        new = aliases.declare_same(session, where.key, handle, of, desk.at)
    said = "{handle} is another account of {of}: what either may not do, neither may."
    if not new:
        said = "{handle} was known already to be another account of {of}."
    told = desk.say(said, handle=handle, of=of)
    give(desk, {"handle": handle, "same_as": of, "new": new}, lambda paper: paper.line((f"✓ {told}", "fine")))


def undertake(desk: Desk, office: str, handle: str, on: str, file: Path | None) -> None:
    """Record that somebody has signed the undertaking. Raises BadInput, or Turned when it is refused."""
    day, text = read_day(on), None if file is None else file.read_bytes()

    def act(session: Session, actor: Actor, me: PersonView) -> Undertaken | Refused:
        key = office or me.office_key
        return undertakings.undertake(session, key, handle, actor, desk.at, on=day, text=text)

    done = do(desk, "", ["person", "undertake", handle, "--on", on], act)
    said = "{handle} has signed the undertaking of secrecy on {day}."
    if not done.added:
        said = "That {handle} has signed on {day} is recorded already."
    told = desk.say(said, handle=handle, day=done.signed_on)
    give(desk, done, lambda paper: paper.line((f"✓ {told}", "fine")))
