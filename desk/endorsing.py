"""Endorsing at the command line: what waits for one's own words, and a file with words for many cases (H5.2)."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from casework.endorsement_rows import Row, read_rows
from casework.endorsing import endorse, known_rows, waiting_for
from casework.errors import BadInput, Stale
from casework.outcome import Refused
from desk.answer import give
from desk.times import shown
from desk.troubles import REFUSED
from states.editions import edition
from states.words import catalogue, label, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo
    from pathlib import Path

    from casework.endorsing import WaitingCase
    from desk.output import Paper
    from desk.session import Desk


@dataclass(frozen=True)
class InTheWay:
    """One thing that stands in the way, in the language of the run."""

    clause: str
    sentence: str


@dataclass(frozen=True)
class RowDone:
    """What became of one row of the file. `state`: where the case stands now; empty where it was refused."""

    line: int
    ref: str
    done: bool
    state: str
    in_the_way: tuple[InTheWay, ...] = ()


def show_waiting(desk: Desk) -> None:
    """List what waits for the words of the person of the token, longest first."""
    with desk.reading() as (session, _, me):
        found = waiting_for(session, me, desk.at)
        zone = desk.zone(session)
    give(desk, {"waiting": found}, lambda paper: _write_waiting(desk, paper, found, zone))


def _write_waiting(desk: Desk, paper: Paper, found: Sequence[WaitingCase], zone: tzinfo) -> None:
    if not found:
        paper.line((f"✓ {desk.say('Nothing waits for your endorsement.')}", "fine"))
        return
    rows = []
    for one in found:
        law = edition(one.procedure, one.edition)
        lacking = "; ".join(sentence(needed, law, desk.language) for needed in one.in_the_way)
        rows.append(
            (
                Text(one.number, "head"),
                Text(one.ref, "type"),
                Text(shown(one.since, zone, desk.at, seconds=False)),
                Text(label(law.step_named[one.step], desk.language)),
                Text(lacking, "late"),
            )
        )
    head = [
        desk.say("Register number"),
        desk.say("Case"),
        desk.say("Since"),
        "",
        desk.say("What else it lacks"),
    ]
    paper.table(head, rows)
    paper.line((desk.say("One by one, or all with a file in which each has a text of its own:"), "faint"))
    paper.command(f"duecourse record {found[0].ref} {found[0].step}", indent=2)
    paper.command("duecourse endorse --file FILE    # ref,words", indent=2)


def run(desk: Desk, file: Path) -> None:
    """Endorse every case of a file, each in its own transaction; ends with 3 where one was refused. Raises BadInput with nothing done."""
    rows = read_rows(_content(file))
    with desk.reading() as (session, _, me):
        known_rows(session, rows, me)
    results = [_one(desk, row) for row in rows]
    give(desk, {"rows": results}, lambda paper: _write(desk, paper, results))
    if not all(one.done for one in results):
        raise typer.Exit(REFUSED)


def _content(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    if not file.is_file():
        raise BadInput("There is no file {file}.", hint="Give the path of a CSV file.", file=file.name)
    return file.read_bytes()


def _one(desk: Desk, row: Row) -> RowDone:
    """Endorse one case. Whatever stands in the way of it is its own, and the others go on."""
    try:
        with desk.acting() as (session, actor, _):
            done = endorse(session, row, actor, desk.at)
    except (BadInput, Stale) as error:
        said = InTheWay("", error.told(catalogue(desk.language).gettext))
        return RowDone(row.line, row.ref, done=False, state="", in_the_way=(said,))
    if isinstance(done, Refused):
        law = edition(done.procedure, done.edition)
        ways = (InTheWay(one.clause, sentence(one, law, desk.language)) for one in done.requirements)
        return RowDone(row.line, row.ref, done=False, state="", in_the_way=tuple(ways))
    return RowDone(row.line, row.ref, done=True, state=done.state)


def _write(desk: Desk, paper: Paper, results: Sequence[RowDone]) -> None:
    for one in results:
        if one.done:
            paper.line((f"✓ {desk.say('{ref} is endorsed.', ref=one.ref)}", "fine"))
            continue
        paper.line(
            (f"✗ {desk.say('line {line}: {ref} is not endorsed:', line=one.line, ref=one.ref)}", "late")
        )
        for number, way in enumerate(one.in_the_way, 1):
            paper.line(f"{number}. {way.sentence}  ", (way.clause, "clause"), indent=1)
    done = sum(one.done for one in results)
    paper.line(desk.say("Endorsed: {done} of {all}.", done=done, all=len(results)))
