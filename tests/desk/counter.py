"""An office at whose counter the tests type commands: its own folder, its own clock, a token for everybody."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.clock import FrozenClock
from casework.settings import Settings
from casework.store import Store, open_store
from desk.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday 2026-03-02 10:00 in Shanghai."""
EXAMPLE = Path(__file__).parents[2] / "desk" / "examples" / "office-property.toml"
"""An office with staff desk1 to desk3, guard1 and guard2, repairer tech1, foreman lead1, managers head1 and head2, superior board1."""


ATTEMPTS = ('INSERT INTO "refusal"', "INSERT INTO \"store_mark\" VALUES('head:refusals'")
"""How the rows begin in which attempts that were refused are kept, and the end of their chain."""


@dataclass(frozen=True)
class Answer:
    """What one command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, read as JSON."""
        return json.loads(self.out)


@dataclass
class Counter:
    """Types commands. Everybody's token is in `tokens`. `database`: its address, where it is not the one in the folder."""

    home: Path
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(MONDAY))
    tokens: dict[str, str] = field(default_factory=dict)
    database: str = ""

    @property
    def environ(self) -> Mapping[str, str]:
        """What the commands are given of the environment."""
        place = {"DUECOURSE_DATABASE": self.database} if self.database else {}
        return {"DUECOURSE_HOME": str(self.home), "HOME": str(self.home), **place}

    def open(self) -> Store:
        """Open the store beside the commands, to look."""
        return open_store(Settings.read(self.environ))

    def everything(self) -> list[str]:
        """Every row there is but for what is kept of attempts that were refused: what "nothing changed" is measured by."""
        with closing(sqlite3.connect(self.home / "duecourse.sqlite")) as database:
            return [line for line in database.iterdump() if not line.startswith(ATTEMPTS)]

    def complaint(self, by: str = "desk1", **more: str) -> str:
        """Register a service complaint and return its reference."""
        fields = {"channel": "hotline", "service": "noise", "matter": "drilling at noon", **more}
        return str(self.done("register", "property.complaint", *_set(fields), by=by)["ref"])

    def call(self, kind: str = "repair", by: str = "desk2") -> str:
        """Register a call-out and return its reference."""
        fields = {"channel": "hotline", "kind": kind, "matter": "water under the sink", "place": "3-502"}
        return str(self.done("register", "property.callout", *_set(fields), by=by)["ref"])

    def record(self, ref: str, step: str, by: str = "desk1", **fields: str) -> Any:
        """Record a step that must be possible."""
        return self.done("record", ref, step, *_set(fields), by=by)

    def handled(self) -> str:
        """A complaint that is being handled by desk1."""
        ref = self.complaint()
        self.record(ref, "opinion", words="we will look at it", told_to_all="yes", channel="hotline")
        self.done("assign", ref, "desk1", by="desk1")
        self.done("move", ref, "begin", by="desk1")
        return ref

    def remedied(self) -> tuple[str, str]:
        """A complaint that waits for its callback, and the callback."""
        ref = self.handled()
        self.record(ref, "remedy", done="we looked at it", finished_at="now")
        return ref, self.done("move", ref, "finish", by="desk1")["opened"][0]

    def type(self, *arguments: str, by: str = "", answers: list[str] | None = None, **more: str) -> Answer:
        """Type one command as `by`, answering what it asks from `answers`; without them nobody sits there."""
        out, err = io.StringIO(), io.StringIO()
        environ = {**self.environ, **more, **({"DUECOURSE_TOKEN": self.tokens[by]} if by else {})}
        left = list(answers) if answers is not None else None
        ask: Callable[[str], str] | None = None
        if left is not None:

            def ask(question: str) -> str:
                out.write(f"{question}\n")
                return left.pop(0)

        code = main(arguments, clock=self.clock, environ=environ, out=out, err=err, ask=ask)
        return Answer(code, out.getvalue(), err.getvalue())

    def done(self, *arguments: str, by: str = "", **more: str) -> Any:
        """Type a command that must succeed, and return its JSON."""
        answer = self.type("--json", *arguments, by=by, answers=None, **more)
        assert answer.code == 0, answer.err or answer.out
        return answer.json

    def refused(self, *arguments: str, by: str) -> list[str]:
        """Type a command that must be refused, and return the clauses and sentences that stand in the way."""
        answer = self.type("--json", *arguments, by=by)
        assert answer.code == 3, answer.err or answer.out
        return [f"{one['clause']} {one['sentence']}" for one in answer.json["refused"]["requirements"]]


def _set(fields: Mapping[str, str]) -> list[str]:
    return [part for name, value in fields.items() for part in ("--set", f"{name}={value}")]


def open_counter(home: Path) -> Counter:
    """The example's property office, loaded by the command, with a token for everybody."""
    counter = Counter(home)
    loaded = counter.done("office", "load", str(EXAMPLE))
    for handle in loaded["added"]:
        counter.tokens[handle] = counter.done("person", "token", handle)["token"]
    return counter


def one_sentence(answer: Answer, *words: str, code: int = 2) -> None:
    """The answer is one line on standard error that holds these words; no traceback, nothing on standard output."""
    assert answer.code == code, answer.err
    assert not answer.out
    assert answer.err.count("\n") == 1, answer.err
    assert "Traceback" not in answer.err
    for word in words:
        assert word in answer.err


def unchanged(counter: Counter, *arguments: str, by: str = "desk1") -> Answer:
    """Type a command that must change nothing."""
    before = counter.everything()
    answer = counter.type(*arguments, by=by)
    assert counter.everything() == before
    return answer
