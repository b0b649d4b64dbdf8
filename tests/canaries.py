"""Canaries: words that go in wherever something can be written, each named after where it went in, and the search for them (B10).

cage = Cage()
office.record(ref, "memo", one, words=cage.words("memo.words"))
assert cage.heard(file.read_bytes()) == set()
assert cage.heard(page.encode()) == {"memo.words"}
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import Engine, event, select
from sqlmodel import SQLModel

from states.editions import editions
from states.forms import Parties, marked, sealed_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from casework.store import Store
    from tests.desk.counter import Answer, Counter

MARKS = ("kanarie", "金絲雀")
"""Every sentence holds both: one that was written in Latin letters and one that JSON and some encodings write otherwise."""


@dataclass
class Cage:
    """The canaries that were let in, by what each stands for."""

    known: dict[str, str] = field(default_factory=dict)

    def words(self, what: str) -> str:
        """A sentence of its own for each thing."""
        return self.known.setdefault(what, f"kanarie {what} 金絲雀")

    def also(self, what: str, text: str) -> str:
        """Something that cannot be a sentence: a name, a number, a code."""
        return self.known.setdefault(what, text)

    def heard(self, content: bytes) -> set[str]:
        """What stands in a content: as it is, or as a page has broken it into lines. "?": a piece of which nobody can say whose."""
        marked, squeezed = _holds(content, MARKS), b"".join(content.split())
        found = {
            what
            for what, text in self.known.items()
            if (marked or not any(mark in text for mark in MARKS))
            and (_holds(content, (text,)) or _holds(squeezed, ("".join(text.split()),)))
        }
        return found or ({"?"} if marked else set())


def _holds(content: bytes, texts: Sequence[str]) -> bool:
    return any(form in content for text in texts for form in forms_of(text))


@cache
def forms_of(text: str) -> tuple[bytes, ...]:
    """How a text may stand somewhere: plain, in UTF-16, escaped for JSON, for an address, or as Python shows bytes and odd letters."""
    plain = text.encode()
    return (
        plain, text.encode("utf-16-le"), json.dumps(text)[1:-1].encode(), quote(text).encode(), repr(plain)[2:-1].encode(),
        text.encode("unicode_escape"),
    )  # fmt: skip


def fields_to_fill(kinds: Sequence[str]) -> set[str]:
    """Every field in which somebody can write words, of every edition of the procedures of these kinds: "step.field"."""
    return {
        f"{step.name}.{name}"
        for (procedure, _), law in editions().items()
        if procedure.partition(".")[0] in kinds
        for step in law.steps
        for name in sealed_fields(step.form)
        if marked(step.form.model_fields[name], Parties) is None
    }


def values_of(store: Store) -> Iterator[tuple[str, bytes]]:
    """Every value of every table, by table and column."""
    with store.reading() as session:
        for table in SQLModel.metadata.sorted_tables:
            for row in session.connection().execute(select(table)):
                for column, value in row._mapping.items():
                    yield f"{table.name}.{column}", _as_bytes(value)


def files_under(folder: Path, *, without: str) -> Iterator[tuple[str, bytes]]:
    """Every file, with its name as a part of its content, but those of one folder."""
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).parts[0] != without:
            name = str(path.relative_to(folder))
            yield name, name.encode() + b"\n" + path.read_bytes()


def kept(cage: Cage, store: Store, files: Mapping[str, bytes]) -> dict[str, set[str]]:
    """What is heard in the tables and in these files, by place."""
    places = (*values_of(store), *files.items())
    return {place: heard for place, content in places if (heard := cage.heard(content))}


@contextmanager
def without_a_column(store: Store) -> Iterator[None]:
    """A database on which nobody can be registered who complains: an error that no command expects."""
    for before, after in (("identity_sealed", "gone"), ("gone", "identity_sealed")):
        store.engine.dispose()  # SQLite renames by what the connection knows of the tables, which one from the pool may have read before
        with store.transaction() as session:
            session.connection().exec_driver_sql(f"ALTER TABLE party RENAME COLUMN {before} TO {after}")
        if after == "gone":
            yield


@contextmanager
def statements() -> Iterator[bytearray]:
    """Collect every value that is sent to a database meanwhile: what its server could write into a log."""
    sent = bytearray()

    def note(
        _c: object,
        _cursor: object,
        _statement: str,
        parameters: Any,
        _context: object,
        many: bool,  # noqa: FBT001  as SQLAlchemy calls it
    ) -> None:
        for row in parameters if many else [parameters]:
            for value in row.values() if isinstance(row, dict) else row:
                sent.extend(_as_bytes(value) + b"\n")

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _as_bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else str(value).encode()


@dataclass
class Spoken:
    """A counter at which everything that is said is kept: which command it was, and what it wrote on either paper."""

    counter: Counter
    said: list[tuple[str, str]] = field(default_factory=list)

    def type(self, *typed: str, by: str = "", answers: list[str] | None = None, **more: str) -> Answer:
        """Type a command."""
        answer = self.counter.type(*typed, by=by, answers=answers, **more)
        words = [one for one in typed if not one.startswith("-")]
        self.said.append((" ".join(words[:2]), answer.out + answer.err))
        return answer

    def done(self, *typed: str, by: str = "", **more: str) -> Any:
        """Type a command that must succeed, and return its JSON."""
        answer = self.type("--json", *typed, by=by, answers=None, **more)
        assert answer.code == 0, answer.err or answer.out
        return answer.json

    def looks(self, *typed: str, by: str = "", **more: str) -> None:
        """Type a command that shows something, as a page, as JSON, and with whatever `--debug` adds."""
        for flags in ((), ("--json", "--debug")):
            self.type(*flags, *typed, by=by, answers=None, **more)

    def heard(self, cage: Cage, apart_from: Sequence[str] = ()) -> dict[str, set[str]]:
        """What was heard in the answers, by command, apart from those that exist to show it."""
        found: dict[str, set[str]] = {}
        for command, text in self.said:
            if not command.startswith(tuple(apart_from)):
                found.setdefault(command, set()).update(cage.heard(text.encode()))
        return {command: heard for command, heard in found.items() if heard}

    def heard_from(self, cage: Cage, command: str) -> set[str]:
        """What was heard in the answers of one command."""
        told = [text for name, text in self.said if name.startswith(command)]
        return set().union(*(cage.heard(text.encode()) for text in told))
