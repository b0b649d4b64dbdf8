"""One run of the command: who speaks, in which language, at what moment, with which store.

Nothing is opened before it is needed, and nothing heavy is imported before that: `--help`, `prove` and `diagram` need no database.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, TYPE_CHECKING, cast

from casework.clock import Clock, SystemClock
from casework.rehearsal_clock import rehearsed

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    import typer
    from sqlmodel import Session

    from casework.offices import OfficeView
    from casework.outcome import Refused
    from casework.people import PersonView
    from casework.settings import Settings
    from casework.store import Store
    from desk.output import Paper
    from states.facts import Actor


class Turned(Exception):
    """The door refused: carried to the edge, where everything that is missing is shown."""

    def __init__(self, refused: Refused, asked: str) -> None:
        super().__init__("refused")
        self.refused = refused
        self.asked = asked  # the command to type again, without what it sealed


@dataclass
class Desk:
    """What one run of the command knows. `ask` reads one line from a person; None: nobody sits there."""

    environ: Mapping[str, str]
    out: IO[str] = field(default_factory=lambda: sys.stdout)
    err: IO[str] = field(default_factory=lambda: sys.stderr)
    ask: Callable[[str], str] | None = None
    given_clock: Clock | None = None
    as_json: bool = False
    debug: bool = False
    chosen_language: str | None = None
    given_token: str | None = None

    @cached_property
    def settings(self) -> Settings:
        """Where things are. Raises BadInput for a variable that cannot be used."""
        from casework.settings import Settings  # noqa: PLC0415

        return Settings.read(self.environ)

    @cached_property
    def language(self) -> str:
        """The language of everything shown: `--lang`, else the settings'."""
        return self.chosen_language or self.settings.language

    @cached_property
    def at(self) -> datetime:
        """Now, read once a run, aware UTC; in a rehearsal the moment at which it stands. Raises BadInput for one that cannot be used."""
        return (self.given_clock or rehearsed(self.environ) or SystemClock()).now()

    @cached_property
    def paper(self) -> Paper:
        """What the answer is written on."""
        from desk.output import Paper  # noqa: PLC0415

        return Paper(self.out, self.language)

    @cached_property
    def store(self) -> Store:
        """The open store. Raises StoreProblem, KeyProblem or BadInput when it cannot be used as it is."""
        from casework.errors import StoreProblem  # noqa: PLC0415
        from casework.store import open_store  # noqa: PLC0415

        if not self.settings.home.exists() and str(self.settings.home) in self.settings.database:
            # On a fresh machine even the folder is missing, which for another address would be a mistake in it.
            raise StoreProblem(
                "There is no database yet.", hint="Run `duecourse up`, or `duecourse office load FILE`."
            )
        return self._own(open_store(self.settings))

    def make_store(self) -> Store:
        """The store, made if there is none yet."""
        from casework.store import open_store  # noqa: PLC0415

        self.__dict__["store"] = self._own(open_store(self.settings, create=True))
        return self.store

    def _own(self, store: Store) -> Store:
        """The store, if its clock may be that of this run. Raises BadInput where the clock of a rehearsal lies beside a real office."""
        from casework.rehearsal import only_rehearsed  # noqa: PLC0415

        if self.given_clock is None and rehearsed(self.environ) is not None:
            only_rehearsed(store)
        return store

    def close(self) -> None:
        """Give back what was opened."""
        if "store" in self.__dict__:
            self.store.close()

    def tell(self, line: str) -> None:
        """Write one line at once, for whoever waits for it."""
        self.out.write(f"{line}\n")
        self.out.flush()

    def say(self, msgid: str, /, **params: object) -> str:
        """A sentence in the language of this run."""
        from states.words import say  # noqa: PLC0415

        return say(msgid, self.language, **params)

    def person(self, session: Session) -> tuple[Actor, PersonView]:
        """Who acts, by the token. Raises BadInput where there is none or it is not known."""
        from casework.errors import BadInput  # noqa: PLC0415
        from casework.people import actor_for  # noqa: PLC0415

        token = self.given_token or self.settings.token
        if not token:
            raise BadInput(
                "It is not known who you are.", hint="Set DUECOURSE_TOKEN to your token, or add --as TOKEN."
            )
        return actor_for(session, token, self.at)

    def whoever(self, session: Session) -> PersonView | None:
        """Who acts, where somebody says so; None: whoever looks after the machine. Raises BadInput for a token that is not known."""
        return self.person(session)[1] if self.given_token or self.settings.token else None

    @contextmanager
    def reading(self) -> Iterator[tuple[Session, Actor, PersonView]]:
        """Read as the person of the token."""
        with self.store.reading() as session:
            yield session, *self.person(session)

    @contextmanager
    def acting(self) -> Iterator[tuple[Session, Actor, PersonView]]:
        """Write as the person of the token, in one transaction."""
        with self.store.transaction() as session:
            yield session, *self.person(session)

    def office(self, session: Session, key: str | None = None) -> OfficeView:
        """The office that is meant: the one named, else the person's own, else the only one. Raises BadInput."""
        from casework.errors import BadInput  # noqa: PLC0415
        from casework.intake import office_of  # noqa: PLC0415

        offices = self.store.offices(session.connection())
        if key is not None:
            return office_of(offices, key)
        if self.given_token or self.settings.token:
            return offices[self.person(session)[1].office_id]
        if len(offices) != 1:
            there = ", ".join(sorted(office.key for office in offices.values())) or "-"
            raise BadInput(
                "Which office is meant?", hint="Name it with --office. There is: {there}.", there=there
            )
        return next(iter(offices.values()))

    def zone(self, session: Session) -> ZoneInfo:
        """The zone of the person's office, in which times are typed and shown."""
        return self.office(session).zone


def desk_of(context: typer.Context) -> Desk:
    """The run that a command belongs to."""
    return cast("Desk", context.find_root().obj)
