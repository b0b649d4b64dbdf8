"""A new edition of a procedure: the latest edition's file under a new name, with the new date in it, ready to be changed.

The old file is never touched: a case keeps the edition of the day it was received.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from casework.errors import BadInput, Broken
from states import law
from states.editions import edition, editions, procedures

if TYPE_CHECKING:
    from states.procedure import Procedure

EDITION = 2
"""The place of the edition's date among the arguments of `declare`."""


@dataclass(frozen=True)
class Scaffolded:
    """What was written, and from what."""

    procedure: str
    edition: str
    file: Path
    from_edition: str
    from_file: Path


def new_edition(name: str, typed: str, folder: Path | None = None) -> Scaffolded:
    """Write the file of a new edition beside the others (or in `folder`).

    Raises BadInput for an unknown procedure, an impossible date, one that is not after the latest edition, and a file that exists.
    """
    latest = _latest(name)
    day = _day(typed)
    if day <= latest.edition:
        raise BadInput("{procedure} already has an edition of {latest}: a new one must begin later.", hint="Name a later day than {latest}.",
                       procedure=name, latest=latest.edition.isoformat())  # fmt: skip
    source = Path(law.__path__[0]) / f"{latest.module.rpartition('.')[2]}.py"
    target = (folder or source.parent) / f"{name.replace('.', '_')}_{day.isoformat().replace('-', '_')}.py"
    text = with_edition(source.read_text(encoding="utf-8"), latest.edition, day)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadInput(
            "The file {file} exists already.", hint="Change it there, or name another day.", file=target.name
        ) from None
    return Scaffolded(name, day.isoformat(), target, latest.edition.isoformat(), source)


def with_edition(source: str, old: date, new: date) -> str:
    """The source of a procedure with another edition's date: where it is declared, and where its docstring names it."""
    tree = ast.parse(source)
    call = next(
        (
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "declare"
        ),
        None,
    )
    if call is None or len(call.args) <= EDITION:
        raise Broken(
            "The file of the edition {edition} declares no date where one is expected.",
            edition=old.isoformat(),
        )
    lines = source.splitlines(keepends=True)
    _replace(lines, call.args[EDITION], f"date({new.year}, {new.month}, {new.day})")
    if isinstance(tree.body[0], ast.Expr):
        head = range(tree.body[0].lineno - 1, tree.body[0].end_lineno or 1)
        for number in head:
            lines[number] = lines[number].replace(old.isoformat(), new.isoformat())
    return "".join(lines)


def _replace(lines: list[str], node: ast.expr, text: str) -> None:
    """Put `text` where a node of one line stands. Columns of a syntax tree count bytes."""
    line = lines[node.lineno - 1].encode()
    lines[node.lineno - 1] = (
        line[: node.col_offset] + text.encode() + line[node.end_col_offset or len(line) :]
    ).decode()


def _latest(name: str) -> Procedure:
    dates = [iso for known, iso in editions() if known == name]
    if not dates:
        raise BadInput(
            "There is no procedure {name}.",
            hint="There is: {there}.",
            name=name,
            there=", ".join(procedures()),
        )
    return edition(name, dates[-1])


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise BadInput(
            '"{typed}" is not a day.', hint="Write it like 2027-01-01.", typed=typed[:20]
        ) from None
