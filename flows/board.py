"""A procedure's board as an artifact: its diagram with live counts, what is due, what is broken, today's visits."""

import re
from collections.abc import Sequence
from datetime import datetime

from prefect.artifacts import create_markdown_artifact

from casework.boards import Board, Line
from casework.operations import FEWEST
from states.draw import markdown_table, mermaid
from states.words import label, plain, say


def show(board: Board, language: str, at: datetime) -> None:
    """Keep the newest board of the procedure under its key."""
    key = "board-" + re.sub("[^a-z0-9]", "-", board.procedure.name)
    create_markdown_artifact(
        markdown(board, language, at), key=key, description=label(board.procedure, language)
    )


def markdown(board: Board, language: str, at: datetime) -> str:
    """The board as markdown; the V2 interface draws the diagram."""
    known = {deadline.name: label(deadline, language) for deadline in board.procedure.deadlines}
    parts = [
        f"# {label(board.procedure, language)}",
        say("As of {time}.", language, time=_shown(at)),
        f"```mermaid\n{mermaid(board.procedure, language, board.counts, board.late)}```",
        _left_out(board, language),
        f"## {say('Broken and not done', language)}: {_told(board.broken_count, language)}",
        _table(board.broken, known, language),
        f"## {say('Due within 24 hours', language)}: {_told(board.due_count, language)}",
        _table(board.due, known, language),
    ]
    if board.procedure.visit is not None:
        parts += [
            f"## {say('Visits today', language)}: {len(board.visits)}",
            _table(board.visits, known, language),
        ]
    return "\n\n".join(part for part in parts if part)


def _left_out(board: Board, language: str) -> str:
    if not board.secret:
        return ""
    return say("These cases are secret: numbers of them below {n} are not shown.", language, n=FEWEST)


def _told(count: int | None, language: str) -> str:
    return say("fewer than {n}", language, n=FEWEST) if count is None else str(count)


def _table(lines: Sequence[Line], known: dict[str, str], language: str) -> str:
    if not lines:
        return ""
    head = [say("Case", language), say("What", language), say("When", language)]
    return markdown_table(
        head, [[line.ref, known.get(line.what, plain(line.what)), _shown(line.at)] for line in lines]
    )


def _shown(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"
