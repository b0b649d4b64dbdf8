"""The page of a receipt code at the command line, for a complainant without a name or token: the code goes in by a file, a variable or a prompt."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING

import typer

from casework import receipts
from casework.errors import BadInput
from casework.receipts import NotNow
from desk.acts import loaded
from desk.answer import as_json, give
from desk.times import shown
from desk.troubles import refuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlmodel import Session

    from casework.receipts import ReceiptPage, Said
    from desk.output import Paper
    from desk.session import Desk

VARIABLE = "DUECOURSE_RECEIPT"


def show(desk: Desk, code_file: Path | None) -> None:
    """Show how it stands, what was said both ways, and the answer."""
    code = _code(desk, code_file)
    with desk.store.transaction() as session:
        page = receipts.page(session, code, desk.at)
    give(desk, {**as_json(page), "status": desk.say(page.status)}, lambda paper: _write(desk, paper, page))


def say(desk: Desk, code_file: Path | None, words_file: Path | None) -> None:
    """Say something to whoever handles it."""
    _do(desk, code_file, words_file, receipts.say, "Your words are with the office.")


def withdraw(desk: Desk, code_file: Path | None, words_file: Path | None) -> None:
    """Take the complaint back."""
    _do(desk, code_file, words_file, receipts.withdraw, "You have taken your complaint back.")


def object_(desk: Desk, code_file: Path | None, words_file: Path | None) -> None:
    """Object to the answer."""
    _do(
        desk,
        code_file,
        words_file,
        receipts.object_,
        "Your objection is with the office; somebody else will look into it.",
    )


def answer(desk: Desk, said: str, code_file: Path | None, words_file: Path | None) -> None:
    """Say whether the answer satisfies. Words may be left out, and are then not asked for."""
    _apart(code_file, words_file)
    code, words = _code(desk, code_file), loaded(words_file)
    _through(
        desk,
        partial(receipts.answer, code=code, says=said, words=words, at=desk.at),
        "The office knows what you think of the answer.",
    )


def _do(
    desk: Desk,
    code_file: Path | None,
    words_file: Path | None,
    act: Callable[[Session, str, str, datetime], Said | NotNow],
    done: str,
) -> None:
    _apart(code_file, words_file)
    code, words = _code(desk, code_file), _words(desk, words_file)
    _through(desk, lambda session: act(session, code, words, desk.at), done)


def _apart(code_file: Path | None, words_file: Path | None) -> None:
    """Raise BadInput for two files that are both standard input."""
    if code_file is not None and str(code_file) == str(words_file) == "-":
        raise BadInput("Only one of the two can be read from standard input.")


def _through(desk: Desk, act: Callable[[Session], Said | NotNow], done: str) -> None:
    with desk.store.transaction() as session:
        said = act(session)
    if isinstance(said, NotNow):
        raise typer.Exit(refuse(desk, desk.say(said.sentence)))
    give(desk, said, lambda paper: paper.line((f"✓ {desk.say(done)}", "fine")))


def _code(desk: Desk, file: Path | None) -> str:
    """The code, once it is known to open something: a wrong one must not make anybody wait who writes. Raises BadInput."""
    typed = loaded(file) if file is not None else desk.environ.get(VARIABLE, "")
    if not typed.strip() and desk.ask is not None and not desk.as_json:
        typed = desk.ask(f"{desk.say('Receipt code')}: ")
    if not typed.strip():
        raise BadInput(
            "A receipt code is needed.",
            hint="Put it into a file and add --code-file FILE, or set DUECOURSE_RECEIPT.",
        )
    with desk.store.reading() as session:
        receipts.known(session, typed, desk.at)
    return typed


def _words(desk: Desk, file: Path | None) -> str:
    if file is not None:
        return loaded(file)
    if desk.ask is not None and not desk.as_json:
        return desk.ask(f"{desk.say('What do you wish to say?')} ")
    raise BadInput("There is nothing to say.", hint="Put the words into a file and add --words-file FILE.")


def _write(desk: Desk, paper: Paper, page: ReceiptPage) -> None:
    paper.line((desk.say(page.status), "head"))
    for message in page.messages:
        who = desk.say("You") if message.mine else desk.say("The office")
        paper.line((f"{who}  {_when(desk, message.at)}", "faint"), indent=2)
        paper.line(message.words, indent=4)
    if page.reply:
        paper.head(desk.say("The answer"))
        paper.line(page.reply, indent=2)
    if page.until is not None:
        said = "This page can be read until {time} at least."
        paper.line((desk.say(said, time=_when(desk, page.until)), "faint"))


def _when(desk: Desk, at: datetime) -> str:
    """A moment as the office's clock shows it, which it comes with."""
    return shown(at, at.tzinfo or UTC, desk.at, seconds=False)
