"""Archiving by hand, for a machine on which no flows run, and opening what was archived."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import typer

from casework.archive import Archived, archive_case, open_bag, waiting
from casework.archive_secret import archive_in_secret
from casework.errors import BadInput
from casework.outcome import Refused
from casework.queries import visible_case
from casework.refs import read_ref
from desk.answer import as_json, give
from desk.session import Turned
from desk.troubles import FOUND_WRONG
from states.words import plain

if TYPE_CHECKING:
    from pathlib import Path

    from casework.archive import OpenedBag
    from desk.output import Paper
    from desk.session import Desk


def run(desk: Desk) -> None:
    """Archive every case that waits, one after the other; ends with 1 where one could not be. Nobody is shown a secret one."""
    with desk.store.reading() as session:
        refs = waiting(session)
    home = desk.settings.home
    archive_in_secret(
        desk.store,
        desk.at,
        str(home / "archive"),
        attachments=home / "attachments",
        language=desk.language,
    )
    results: list[Archived | Refused] = [
        archive_case(
            desk.store,
            ref,
            desk.at,
            str(home / "archive"),
            attachments=home / "attachments",
            language=desk.language,
        )
        for ref in refs
    ]
    done = [one for one in results if isinstance(one, Archived)]
    refused = [one.ref for one in results if not isinstance(one, Archived)]
    give(desk, {"archived": done, "refused": refused}, lambda paper: _write_run(desk, paper, done, refused))
    if refused:
        raise typer.Exit(FOUND_WRONG)


def _write_run(desk: Desk, paper: Paper, done: list[Archived], refused: list[str]) -> None:
    if not done and not refused:
        paper.line((desk.say("No case waits to be archived."), "faint"))
    for one in done:
        paper.line(
            ("✓ ", "fine"),
            (one.ref, "type"),
            f"  {one.bag}  ",
            (f"sha256 {one.manifest_sha256[:16]}…", "faint"),
        )
    for ref in refused:
        paper.line((desk.say("✗ {ref} could not be archived: duecourse show {ref}", ref=ref), "late"))


def open_one(desk: Desk, ref: str, purpose: str, into: Path | None) -> None:
    """Open the sealed part of an archived case's bag. `into`: a folder that is not there yet, for its files."""
    if into is not None and into.exists():
        raise BadInput(
            "The folder {folder} exists already.", hint="Name one that does not.", folder=str(into)
        )
    with desk.reading() as (session, actor, me):
        visible_case(session, ref, me)
    opened = open_bag(
        desk.store, read_ref(ref), actor, desk.at, purpose, root=str(desk.settings.home / "archive")
    )
    if isinstance(opened, Refused):
        # The words are kept sealed: the command to type again does not repeat them.
        raise Turned(opened, shlex.join(["duecourse", "archive", "open", opened.ref, "--purpose", "…"]))
    if into is not None:
        into.mkdir(parents=True, mode=0o700)
        for number, (name, content) in enumerate(opened.contents.items(), 1):
            # The name was typed by somebody: only its end is used, and never as a path.
            (
                into
                / f"{number:03}-{''.join(c for c in name.rpartition('/')[2] if c.isalnum() or c in '._- ')[-80:]}"
            ).write_bytes(content)
    answer = {
        "ref": opened.ref,
        "bag": opened.bag,
        "evidence": opened.evidence,
        "files": {name: len(content) for name, content in opened.contents.items()},
    }
    give(desk, answer, lambda paper: _write_opened(desk, paper, opened, into))


def _write_opened(desk: Desk, paper: Paper, opened: OpenedBag, into: Path | None) -> None:
    paper.line((desk.say("Opened: {ref}. Your reading is recorded.", ref=opened.ref), "soon"))
    for name, value in opened.evidence.items():
        if not value:
            continue
        paper.head(plain(name))
        _write_value(paper, as_json(value), 2)
    if opened.contents:
        said = (
            desk.say("{n} files written to {folder}.", n=len(opened.contents), folder=str(into))
            if into
            else desk.say("{n} files; --into FOLDER writes them.", n=len(opened.contents))
        )
        paper.line(said)


def _write_value(paper: Paper, value: object, indent: int) -> None:
    """Write nested values, one a line."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, dict | list) and inner:
                paper.line((f"{plain(str(name))}:", "faint"), indent=indent)
                _write_value(paper, inner, indent + 2)
            elif inner not in (None, "", [], {}):
                paper.line((f"{plain(str(name))}: ", "faint"), str(inner), indent=indent)
    elif isinstance(value, list):
        for inner in value:
            _write_value(paper, inner, indent)
            paper.gap()
    else:
        paper.line(str(value), indent=indent)
