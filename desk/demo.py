"""A demonstration office: the example's people with tokens, and a case in every state. Never beside an office that is real."""

from __future__ import annotations

import os
from importlib import resources
from typing import TYPE_CHECKING

from rich.text import Text

from casework.archive import archive_case
from casework.office_file import load_office
from casework.people import PersonView, issue_token, people_of
from desk.answer import give
from desk.demo_cases import play
from states.words import listed, plain

if TYPE_CHECKING:
    from pathlib import Path

    from desk.output import Paper
    from desk.session import Desk

EXAMPLE = "office-property.toml"
TOKENS = "demo-tokens"
"""Beside the database, readable by its owner alone: one person a line, handle and token."""


def make_demo(desk: Desk) -> None:
    """Make the demonstration, all of it or nothing; once there is an office, nothing is done."""
    store = desk.make_store()
    with store.reading() as session:
        there = sorted(office.key for office in store.offices(session.connection()).values())
    path = desk.settings.home / TOKENS
    people: list[PersonView] = []
    if not there:
        text = resources.files("desk").joinpath("examples", EXAMPLE).read_text(encoding="utf-8")
        with store.transaction() as session:
            loaded = load_office(session, text, desk.at, origin=EXAMPLE)
            people = people_of(session, loaded.office_key, desk.at)
            tokens = {
                person.handle: issue_token(session, person.office_key, person.handle, desk.at)
                for person in people
            }
            old = play(session, loaded.office_key, people, desk.at)
            _keep(path, tokens)
        for ref in old:
            archive_case(
                store,
                ref,
                desk.at,
                str(desk.settings.home / "archive"),
                attachments=desk.settings.home / "attachments",
            )
    answer = {
        "made": not there,
        "offices": there or [people[0].office_key],
        "tokens": path if path.exists() else None,
    }
    give(desk, answer, lambda paper: _write(desk, paper, there, people, path))


def _keep(path: Path, tokens: dict[str, str]) -> None:
    """Write the tokens so that nobody else on this machine can read them, not even for a moment."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{handle}\t{token}\n" for handle, token in tokens.items())


def _write(desk: Desk, paper: Paper, there: list[str], people: list[PersonView], path: Path) -> None:
    if there:
        paper.line(
            desk.say("There is an office already: {offices}. Nothing was changed.", offices=", ".join(there))
        )
    else:
        paper.line(
            (f"✓ {desk.say('A demonstration office with people and cases in every state is there.')}", "fine")
        )
        paper.table(
            ["", ""],
            [
                (
                    Text(one.handle, "type"),
                    Text(listed((plain(role) for role in sorted(one.roles)), desk.language)),
                )
                for one in people
            ],
            indent=2,
        )
    if path.exists():
        paper.line(desk.say("To act as one of its people:"))
        paper.command(f"export DUECOURSE_TOKEN=$(awk '$1==\"desk1\"{{print $2}}' {path})", indent=2)
        paper.command("duecourse list", indent=2)
