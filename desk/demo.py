"""The demonstration: three made-up offices, their people with tokens, and a case in every state. Never beside an office that is real."""

from __future__ import annotations

import os
from datetime import timedelta
from importlib import resources
from typing import TYPE_CHECKING

from rich.text import Text

from casework.archive import archive_case
from casework.office_file import load_office
from casework.people import PersonView, issue_token, people_of
from desk.answer import give
from desk.demo_bureau import approve, play_bureau
from desk.demo_cases import play
from desk.demo_hotel import play_hotel
from desk.demo_house import keep_house
from states.words import listed, plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlmodel import Session

    from desk.output import Paper
    from desk.session import Desk

PROPERTY, BUREAU, HOTEL = "office-property.toml", "office-bureau.toml", "office-hotel.toml"
TOKENS = "demo-tokens"
"""Beside the database, readable by its owner alone: one person a line, handle and token."""
RECEIPT = "demo-receipt"
"""The same: the receipt code of a complainant without a name."""
LIVED = timedelta(days=35)
"""How long the offices have been there: since before their oldest case."""


def make_demo(desk: Desk) -> None:
    """Make the demonstration, all of it or nothing; once there is an office, nothing is done."""
    store = desk.make_store()
    with store.reading() as session:
        there = sorted(office.key for office in store.offices(session.connection()).values())
    path = desk.settings.home / TOKENS
    people: list[PersonView] = []
    if not there:
        with store.transaction() as session:
            court, bureau, hotel = (_loaded(desk, session, name) for name in (PROPERTY, BUREAU, HOTEL))
            people = [*court, *bureau, *hotel]
            tokens = {
                person.handle: issue_token(session, person.office_key, person.handle, desk.at)
                for person in people
            }
            old = play(session, court[0].office_key, court, desk.at)
            approve(session, bureau, desk.at - LIVED)
            older, receipt = play_bureau(session, bureau[0].office_key, bureau, desk.at)
            keep_house(session, hotel[0].office_key, hotel, desk.at - LIVED)
            oldest = play_hotel(session, hotel[0].office_key, desk.at)
            _keep(path, (f"{handle}\t{token}" for handle, token in tokens.items()))
            _keep(path.with_name(RECEIPT), [receipt])
        for ref in (*old, *older, *oldest):
            archive_case(
                store,
                ref,
                desk.at,
                str(desk.settings.home / "archive"),
                attachments=desk.settings.home / "attachments",
            )
    answer = {
        "made": not there,
        "offices": there or sorted({person.office_key for person in people}),
        "tokens": path if path.exists() else None,
    }
    give(desk, answer, lambda paper: _write(desk, paper, there, people, path))


def _loaded(desk: Desk, session: Session, name: str) -> list[PersonView]:
    """The people of an example's office, once it is loaded."""
    text = resources.files("desk").joinpath("examples", name).read_text(encoding="utf-8")
    loaded = load_office(session, text, desk.at - LIVED, origin=name)
    return people_of(session, loaded.office_key, desk.at)


def _keep(path: Path, lines: Iterable[str]) -> None:
    """Write what lets somebody act so that nobody else on this machine can read it, not even for a moment."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def _write(desk: Desk, paper: Paper, there: list[str], people: list[PersonView], path: Path) -> None:
    if there:
        paper.line(
            desk.say("There is an office already: {offices}. Nothing was changed.", offices=", ".join(there))
        )
    else:
        paper.line(
            (f"✓ {desk.say('Demonstration offices with people and cases in every state are there.')}", "fine")
        )
        paper.table(
            ["", "", ""],
            [
                (
                    Text(one.office_key, "faint"),
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
    if (receipt := path.with_name(RECEIPT)).exists():
        paper.line(desk.say("To come back as somebody who complained without a name:"))
        paper.command(f"duecourse receipt show --code-file {receipt}", indent=2)
