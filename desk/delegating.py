"""Written delegations at the command line: giving one with its paper, ending one, and looking them up."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from rich.text import Text

from casework import delegated, delegations
from casework.errors import BadInput
from casework.kinds import roles_of_kind
from desk.acts import do
from desk.answer import give
from desk.times import read_day
from states.words import label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlmodel import Session

    from casework.delegated import DelegationView
    from casework.delegations import Delegated
    from casework.outcome import Refused
    from casework.people import PersonView
    from desk.output import Paper
    from desk.session import Desk
    from states.facts import Actor


def delegate(desk: Desk, handle: str, until: str, paper: Path, since: str) -> None:
    """Delegate in writing. Raises BadInput, or Turned when it is refused."""
    last, first, digest = read_day(until), read_day(since) if since else None, _digest(paper)

    def act(session: Session, actor: Actor, _: PersonView) -> Delegated | Refused:
        return delegations.give(session, actor, handle, last, digest, desk.at, valid_from=first)

    asked = ["delegation", "give", handle, "--until", until, "--paper", str(paper)]
    done = do(desk, "", [*asked, *(("--from", since) if since else ())], act)
    said = desk.say(
        "{handle} stands in, in writing, from {first} until {last}.",
        handle=handle,
        first=done.valid_from,
        last=done.valid_until,
    )
    give(desk, done, lambda paper_: paper_.line((f"✓ {said}", "fine")))


def _digest(paper: Path) -> str:
    """The SHA-256 of a paper. Raises BadInput for one that is not there or empty."""
    if not paper.is_file():
        raise BadInput("There is no file {file}.", hint="Give the path of the paper.", file=paper.name)
    content = paper.read_bytes()
    if not content.strip():
        raise BadInput("The file {file} is empty.", hint="Give the path of the paper.", file=paper.name)
    return sha256(content).hexdigest()


def end(desk: Desk, handle: str) -> None:
    """End a delegation. Raises BadInput, or Turned when it is refused."""

    def act(session: Session, actor: Actor, _: PersonView) -> Delegated | Refused:
        return delegations.end(session, actor, handle, desk.at)

    done = do(desk, "", ["delegation", "end", handle], act)
    said = desk.say("{handle} stands in no longer.", handle=handle)
    give(desk, done, lambda paper: paper.line((f"✓ {said}", "fine")))


def show(desk: Desk, office: str, *, every: bool) -> None:
    """List the delegations of an office."""
    with desk.store.reading() as session:
        where = desk.office(session, office or None)
        rows = delegated.delegations_of(session, where.key, desk.at, every=every)
    give(
        desk,
        {"office": where.key, "delegations": rows},
        lambda paper: _write(desk, paper, where.kind, rows),
    )


def _write(desk: Desk, paper: Paper, kind: str, rows: Sequence[DelegationView]) -> None:
    if not rows:
        paper.line((desk.say("Nothing is delegated."), "faint"))
    known = roles_of_kind(kind)
    table = []
    for row in rows:
        ended = desk.say("ended by {handle}", handle=row.ended_by) if row.ended_by is not None else ""
        given = desk.say("given by {handle}", handle=row.given_by)
        now = Text(desk.say("holds today"), "state") if row.holds else Text(ended, "faint")
        table.append(
            (
                Text(row.handle, "type"),
                Text(label(known[row.role], desk.language)),
                Text(desk.say("from {first} until {last}", first=row.valid_from, last=row.last_day)),
                Text(given, "faint"),
                now,
            )
        )
    paper.table(["", "", "", "", ""], table)
