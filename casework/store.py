"""The open store: database, keys, and the two ways to use it, reading and writing.

A writing transaction that was refused is rolled back whole; then the refusal is stored in a transaction of its own, because
an attempt to skip a step is evidence.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

import models
from casework import closing
from casework.clock import SystemClock
from casework.editions_used import check_fingerprints
from casework.errors import KeyProblem, StoreProblem
from casework.keys import MasterKeys
from casework.office_chain import append_changes
from casework.offices import EPOCH_MARK, OfficeView, load_offices
from casework.outcome import Refused
from casework.refusal_chain import write_refusal
from casework.sealing import seal_all
from casework.settings import Settings
from models.engine import create_engine, for_writing
from models.schema import UnusableStore, state_of, upgrade
from states.facts import Actor

MASTER_MARK = "master_check"
NEWEST_MARK = "newest_master"
"""The id of the key that wraps since the last rotation: who meets an id that is new to him reads the keys again."""


@dataclass
class _Offices:
    epoch: str = "unread"
    views: dict[int, OfficeView] = field(default_factory=dict)


class Work(Session):
    """A session inside a transaction that its store began and will commit.

    The door speaks Core on its connection and never wakes the ORM's unit of work, which would cost more than the act; screens and
    set-up may use it as any session.
    """

    def __init__(self, connection: Connection) -> None:
        """Bind to a connection whose transaction has begun."""
        super().__init__(bind=connection)
        self._begun = connection

    def connection(self, bind_arguments: Any = None, execution_options: Any = None) -> Connection:  # noqa: ANN401, ARG002  as the base class
        """The connection of the transaction."""
        return self._begun

    def settle(self) -> None:
        """Write what the ORM still holds; the commit is the store's."""
        if self.in_transaction():
            self.commit()


@dataclass(frozen=True, repr=False)
class Store:
    """Database and keys of one installation."""

    engine: Engine
    keys: MasterKeys
    editions_noted: set[tuple[str, str]] = field(default_factory=set)
    _offices: _Offices = field(default_factory=_Offices)

    @cached_property
    def _writer(self) -> Engine:
        return for_writing(self.engine)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Write. Commits at the end; rolls back on an error or a refusal, and then stores the refusal.

        Raises StoreProblem when the database cannot be written.
        """
        refused: list[tuple[Refused, Actor, datetime]] = []
        with (
            _database_errors(),
            self._writer.connect() as connection,
            connection.begin() as transaction,
            Work(connection) as session,
        ):
            closing.begin(connection)
            session.info.update(store=self, refused=refused)
            yield session
            if refused:
                transaction.rollback()
            else:
                session.settle()
                self._close(connection)
        if refused:
            with _database_errors(), self._writer.begin() as connection:
                for refusal, actor, at in refused:
                    write_refusal(self.keys, connection, refusal, actor, at)

    def _close(self, connection: Connection) -> None:
        """Write what comes last in a transaction."""
        noted = closing.noted(connection)
        if noted.changes:
            append_changes(self.keys, connection, noted.changes)
        for refusal, actor, at in noted.refusals:
            write_refusal(self.keys, connection, refusal, actor, at)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read; nothing is written, and on SQLite no lock is taken. Raises StoreProblem when the database is unreachable."""
        with _database_errors(), Session(self.engine) as session:
            session.info["store"] = self
            yield session

    def offices(self, connection: Connection, epoch: str | None = None) -> dict[int, OfficeView]:
        """Offices by id, read again when their data has changed. `epoch`: the mark, where the caller has read it already."""
        if epoch is None:
            mark = models.table(models.StoreMark)
            epoch = connection.execute(select(mark.c.value).where(mark.c.key == EPOCH_MARK)).scalar() or "0"
        if epoch != self._offices.epoch:
            self._notice_rotation(connection)
            self._offices.views = load_offices(connection)
            self._offices.epoch = epoch
        return self._offices.views

    def known_office(self, connection: Connection, office_id: int) -> OfficeView:
        """An office as this process last saw it: for what never changes of it, without asking the database once more."""
        return self._offices.views.get(office_id) or self.offices(connection)[office_id]

    def _notice_rotation(self, connection: Connection) -> None:
        """Go over to the newest key, so that what this process opens from now on need not be wrapped again."""
        mark = models.table(models.StoreMark)
        newest = connection.execute(select(mark.c.value).where(mark.c.key == NEWEST_MARK)).scalar()
        if newest is not None:
            with suppress(KeyProblem):  # the older keys go on wrapping; a case that needs the new one says so
                self.keys.knows(newest)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def database_is_away(error: Exception) -> bool:
    """Whether an error says that the database cannot be used: no fault of the row that was being worked on."""
    return isinstance(error, StoreProblem) and isinstance(error.__cause__, DBAPIError)


def store_of(session: Session) -> Store:
    """The store a session belongs to."""
    store = session.info["store"]
    if not isinstance(store, Store):
        raise TypeError("this session was not opened by a store")
    return store


@contextmanager
def _database_errors() -> Iterator[None]:
    """Turn what the driver says when it cannot reach or write the database into a sentence; the driver's text may hold values."""
    try:
        yield
    except OperationalError as error:
        busy = "locked" in str(error.orig)
        raise StoreProblem(
            "Another process is writing to the database and did not finish in time."
            if busy
            else "The database cannot be reached or written.",
            hint="Try again."
            if busy
            else "Check DUECOURSE_DATABASE, that the server runs, and that its disk is not full; nothing was changed.",
        ) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreProblem(
                "The connection to the database was lost; nothing was changed.", hint="Try again."
            ) from error
        raise


def open_store(settings: Settings, *, create: bool = False) -> Store:
    """Open the database and the keys that belong together. `create`: make what is missing (`duecourse up`, `duecourse office load`).

    Raises StoreProblem for a foreign, half-written or newer database, KeyProblem for a missing or malformed key, WrongKey for one
    of another database, and BadInput when an edition in use has changed.
    """
    if create:
        settings.home.mkdir(parents=True, exist_ok=True)
        if settings.key is None and not settings.key_command and not settings.key_file.exists():
            _no_orphan(settings)
            MasterKeys.create_file(settings.key_file)
    engine = create_engine(settings.database)
    with _database_errors():
        state = state_of(engine)
        if state == "empty" and not create:
            raise StoreProblem(
                "There is no database yet.", hint="Run `duecourse up`, or `duecourse office load FILE`."
            )
        keys = MasterKeys.from_settings(settings)
        try:
            if state != "current":
                upgrade(engine, lambda connection: _seal_what_was(keys, connection))
        except UnusableStore as error:
            raise StoreProblem(str(error)) from error
    store = Store(engine, keys)
    mark = models.table(models.StoreMark)
    with store.reading() as session:
        known = session.connection().execute(select(mark.c.value).where(mark.c.key == MASTER_MARK)).scalar()
        check_fingerprints(session.connection())
    if known is not None:
        keys.check(known)
        return store
    with store.transaction() as session:
        session.connection().execute(insert(mark), {"key": MASTER_MARK, "value": keys.fingerprint()})
        seal_all(keys, session.connection(), SystemClock().now())
    return store


def _seal_what_was(keys: MasterKeys, connection: Connection) -> None:
    """Seal an older database in the transaction that upgrades it, if it is the one that these keys belong to. Raises WrongKey."""
    mark = models.table(models.StoreMark)
    known = connection.execute(select(mark.c.value).where(mark.c.key == MASTER_MARK)).scalar()
    if known is not None:
        keys.check(known)
        # No caller knows what time it is: the database is opened before anybody acts.
        seal_all(keys, connection, SystemClock().now())


def _no_orphan(settings: Settings) -> None:
    """A new key for an existing database would lock its cases for ever: refuse to make one."""
    if state_of(create_engine(settings.database)) in {"current", "behind"}:
        raise StoreProblem(
            "The database exists but its key file {path} does not.",
            hint="Put the key file back, or name it with DUECOURSE_KEY_FILE; without it what is sealed cannot be read.",
            path=str(settings.key_file),
        )
