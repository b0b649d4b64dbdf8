"""The master key at the command line: ids and counts, and changing it. Nothing of a key itself is ever shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.text import Text

from casework import rotation
from desk.answer import give
from desk.counting import countable, in_words
from desk.progress import bar
from desk.troubles import FOUND_WRONG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from casework.rotation import KeyLine, KeyStatus, Rotated
    from desk.output import Paper
    from desk.session import Desk

ELSEWHERE = {
    "variable": "The master keys come from DUECOURSE_KEY, which you write yourself: put a new line on top there, start again what is running, then type this again.",
    "command": "The master keys come from the program in DUECOURSE_KEY_COMMAND, so you keep them yourself: put a new line on top there, start again what is running, then type this again.",
}
A_LINE = 'A line reads "duecourse-key 1", an id, and 32 random bytes in base64.'


def show_status(desk: Desk) -> None:
    """List the master keys and what each wraps; ends with 1 where one is missing."""
    found = rotation.status(desk.store, desk.settings)
    answer = {
        "source": found.source,
        "waiting": found.waiting,
        "lines": [_as_dict(desk, line) for line in found.lines],
        "missing": [_as_dict(desk, line) for line in found.missing],
    }
    give(desk, answer, lambda paper: _write_status(desk, paper, found))
    if found.missing:
        raise typer.Exit(FOUND_WRONG)


def _as_dict(desk: Desk, line: KeyLine) -> dict[str, object]:
    return {
        "id": line.id,
        "cases": countable(desk, line.wraps.cases),
        "offices": line.wraps.offices,
        "newest": line.newest,
        "oldest": line.oldest,
        "needed": line.needed,
    }


def _write_status(desk: Desk, paper: Paper, found: KeyStatus) -> None:
    head = [desk.say("Key"), desk.say("Keys of cases"), desk.say("Keys of offices"), ""]
    paper.table(head, [_row(desk, line) for line in found.lines])
    if found.waiting:
        paper.line((desk.say("Some keys are still wrapped by an older line."), "soon"))
        paper.command("duecourse key rotate", indent=2)
    for line in found.missing:
        said = "The line of the key {id} is missing: what it wraps cannot be opened. Put it back."
        paper.line((f"✗ {desk.say(said, id=line.id)}", "late"))


def _row(desk: Desk, line: KeyLine) -> tuple[Text, ...]:
    numbers = Text(in_words(desk, line.wraps.cases)), Text(f"{line.wraps.offices:,}")
    return Text(line.id, "type"), *numbers, Text("; ".join(_about(desk, line)), "faint")


def _about(desk: Desk, line: KeyLine) -> Iterator[str]:
    if line.newest:
        yield desk.say("the newest: it wraps")
    if line.oldest:
        yield desk.say("the oldest: indexes and proofs rest on it, it must stay")
    if not line.needed:
        yield desk.say(
            "wraps nothing: its line may be taken out, and is kept with the backups made before this rotation"
        )


def add_line(desk: Desk) -> None:
    """Put a new line into the key file and wrap nothing yet."""
    added = rotation.add_line(desk.store, desk.settings)

    def show(paper: Paper) -> None:
        said = "The key {id} stands on top of the key file; nothing is wrapped by it yet. Copy the file to every machine, then:"
        paper.line((f"✓ {desk.say(said, id=added)}", "fine"))
        paper.command("duecourse key rotate", indent=2)

    give(desk, {"added": added}, show)


def rotate(desk: Desk) -> None:
    """Change the master key, or finish what was begun; ends with 1 where a key did not open."""
    store, source = desk.store, rotation.source_of(desk.settings)
    with bar(desk, desk.say("per cent of the keys")) as progress:
        done = rotation.rotate(store, desk.settings, progress=progress and _in_hundredths(progress))
    answer = {
        "source": source,
        "added": done.added or None,
        "newest": done.newest,
        "cases": countable(desk, done.wrapped.cases),
        "offices": done.wrapped.offices,
        "unopened": done.unopened,
    }
    give(desk, answer, lambda paper: _write_done(desk, paper, done, source))
    if done.unopened:
        raise typer.Exit(FOUND_WRONG)


def _in_hundredths(progress: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """How many keys there are in all is not told: secret cases are among them."""
    return lambda done, total: progress(100 * done // total, 100)


def _write_done(desk: Desk, paper: Paper, done: Rotated, source: str) -> None:
    if done.wrapped:
        said = "The key {id} wraps everything anew. The older lines stay: `duecourse key status` says which are needed."
        paper.line((f"✓ {desk.say(said, id=done.newest)}", "fine"))
        if not done.added and source == "file":
            said = "That was left over from a rotation before; no new key was made. For a new one, type it again."
            paper.line(desk.say(said))
    elif done.added:
        paper.line((f"✓ {desk.say('The key {id} wraps from now on.', id=done.added)}", "fine"))
    else:
        paper.line(desk.say("The newest line wraps every key already."))
    if source != "file" and not done.wrapped:
        paper.line(desk.say(ELSEWHERE[source]))
        paper.line((desk.say(A_LINE), "faint"))
    if done.unopened:
        said = "Some keys do not open and were left as they are; everything else was done."
        paper.line((f"✗ {desk.say(said)}", "late"))
        paper.command("duecourse key status", indent=2)
