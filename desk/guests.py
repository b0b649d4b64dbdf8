"""Importing the list of important guests at the command line. Nobody on it is ever shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.text import Text

from casework import guests
from casework.errors import BadInput
from desk.acts import do
from desk.answer import give
from desk.times import shown

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from sqlmodel import Session

    from casework.guests import GuestsImported, ListStatus
    from casework.outcome import Refused
    from casework.people import PersonView
    from desk.output import Paper
    from desk.session import Desk
    from states.facts import Actor


def run(desk: Desk, office: str, file: Path) -> None:
    """Import a list of guests. Raises BadInput with nothing imported, or Turned when it is refused."""
    content = _content(file)

    def act(session: Session, actor: Actor, me: PersonView) -> GuestsImported | Refused:
        return guests.import_guests(session, office or me.office_key, content, actor, desk.at)

    done = do(desk, "", ["guest", "import", str(file)], act)
    give(desk, done, lambda paper: _write(desk, paper, done))


def _content(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    if not file.is_file():
        raise BadInput(
            "There is no file {file}.", hint="Give the path of the list's CSV file.", file=file.name
        )
    return file.read_bytes()


def _write(desk: Desk, paper: Paper, done: GuestsImported) -> None:
    said = desk.say(
        "Guests in the file: {guests}. New: {added}, with another end: {renewed}, no longer on the list: {ended}, as they were: {unchanged}.",
        guests=done.guests,
        added=done.added,
        renewed=done.renewed,
        ended=done.ended,
        unchanged=done.unchanged,
    )
    paper.line((f"✓ {said}", "fine"))
    if done.cases:
        paper.line((desk.say("Noticed in open cases, of which the general manager is told now:"), "soon"))
    for ref in done.cases:
        paper.command(f"duecourse show {ref}", indent=2)
    if done.held_back:
        paper.line((desk.say("On the list, but it cannot be recorded as these cases stand:"), "late"))
    for ref in done.held_back:
        paper.command(f"duecourse show {ref}", indent=2)


def show(desk: Desk, office: str) -> None:
    """Say how long each list is."""
    with desk.store.reading() as session:
        where = desk.office(session, office or None)
        rows = guests.guest_status(session, where.key, desk.at)
    give(
        desk,
        {"office": where.key, "lists": rows},
        lambda paper: _write_status(desk, paper, where.key, where.zone, rows),
    )


def _write_status(desk: Desk, paper: Paper, key: str, zone: ZoneInfo, rows: list[ListStatus]) -> None:
    if not rows:
        paper.line((desk.say("The office {key} keeps no list of guests.", key=key), "faint"))
        return
    heads = [
        desk.say("List"),
        desk.say("Names"),
        desk.say("Telephones"),
        desk.say("Over"),
        desk.say("Last changed"),
    ]
    table = [
        (
            Text(row.kept, "type"),
            Text(f"{row.names:,}"),
            Text(f"{row.phones:,}"),
            Text(f"{row.ended:,}", "faint"),
            Text("" if row.changed_at is None else shown(row.changed_at, zone, desk.at), "faint"),
        )
        for row in rows
    ]
    paper.table(heads, table)
