"""Brings a database to the tables of this version, and says what a database is before anything touches it."""

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel

import models
from models.engine import for_writing, sqlite_connection

State = Literal["empty", "current", "behind", "ahead", "foreign", "half"]

PRODUCT = "duecourse"

REVISIONS = tuple(f"duecourse_{number:04}" for number in range(1, 9))
"""The migrations, oldest first. Kept here so that opening a database does not load Alembic."""

GUARDED = (
    models.Event,
    models.Refusal,
    models.Reading,
    models.Link,
    models.Undertaking,
    models.Interpretation,
    models.EditionApproval,
    models.OfficeEvent,
    models.Anchor,
    models.Delegation,
)
"""The tables whose rows triggers keep from being changed or deleted."""

_VERSION_TABLE = "alembic_version"
# Any number will do that nothing else in the database locks: these are the letters of "duec".
_MIGRATION_LOCK = 0x64756563

_SENTENCES: dict[State, str] = {
    "foreign": "This database is not Duecourse's: it was left as it is. Name an empty one, or the one that was meant.",
    "half": (
        "This database is incomplete: tables, their version or the triggers that protect the record are missing."
        " It was left as it is. Restore it from a backup."
    ),
    "ahead": "This database was written by a newer Duecourse: it was left as it is. Install that version or a later one.",
}


class UnusableStore(Exception):
    """The database cannot be brought to the tables of this version. `state` says why, the text is a sentence."""

    def __init__(self, state: State) -> None:
        self.state = state
        super().__init__(_SENTENCES[state])


def state_of(engine: Engine) -> State:
    """Say what the database is; nothing in it is changed.

    `empty`: no tables. `current`: ours, complete, of this version. `behind`: ours, of an earlier version, to be upgraded.
    `ahead`: ours, of a later version. `foreign`: somebody else's, or no database at all. `half`: ours, but incomplete or
    damaged. Raises SQLAlchemy's OperationalError when the database cannot be reached.
    """
    if _absent(engine):
        return "empty"
    try:
        with engine.connect() as connection:
            return _state(connection)
    except sa.exc.OperationalError:
        raise
    except sa.exc.DatabaseError as error:
        name = getattr(error.orig, "sqlite_errorname", "")
        if name == "SQLITE_NOTADB":
            return "foreign"
        if name.startswith("SQLITE_CORRUPT"):
            return "half"
        raise


def upgrade(engine: Engine, then: Callable[[Connection], None] | None = None) -> None:
    """Bring an empty or older database to the tables of this version; a current one is left alone. Call it at every start.

    `then` is called in the same transaction, where something was changed.

    One transaction on both engines: a crash leaves the database as it was. Two at once wait for each other.
    Raises UnusableStore for a foreign, half-written or newer database, and leaves it as it is.
    """
    state = state_of(engine)
    if state in _SENTENCES:
        raise UnusableStore(state)
    if engine.dialect.name == "sqlite":
        _upgrade_sqlite(engine, state, then)
    elif state != "current":
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            _to_head(connection, then)


def _absent(engine: Engine) -> bool:
    """Say whether a SQLite file is not there yet, which a connection would make."""
    name = engine.url.database or ""
    if engine.dialect.name != "sqlite" or not name or name.startswith((":memory:", "file:")):
        return False
    return Path(name).parent.is_dir() and not Path(name).exists()


def _upgrade_sqlite(engine: Engine, state: State, then: Callable[[Connection], None] | None) -> None:
    with for_writing(engine).connect() as connection:
        raw = sqlite_connection(connection)
        # The file keeps this mode, in which readers and the writer do not wait for each other.
        if raw.execute("PRAGMA journal_mode").fetchone() == ("delete",):
            # Fails while another process has the file open and is doing the same.
            with contextlib.suppress(sqlite3.OperationalError):
                raw.execute("PRAGMA journal_mode=WAL")
        if state == "current":
            return
        # A migration copies a table to change it; with the keys checked, dropping the old one would fail or delete rows.
        # The switch does nothing inside a transaction, hence outside.
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                _to_head(connection, then)
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise UnusableStore("half")
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


def _to_head(connection: Connection, then: Callable[[Connection], None] | None) -> None:
    # Another process may have done it while this one waited for the lock.
    state = _state(connection)
    if state in _SENTENCES:
        raise UnusableStore(state)
    if state == "current":
        return
    # Only here: it takes a fifth of a second to load, and nearly every start finds the tables current.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if then is not None:
        then(connection)


def _state(connection: Connection) -> State:
    found = set(sa.inspect(connection).get_table_names())
    version = _value(connection, "SELECT version_num FROM alembic_version", found)
    product = _value(connection, "SELECT value FROM store_mark WHERE key = 'product'", found)
    if not found - {_VERSION_TABLE} and version is None:
        return "empty"
    if product != PRODUCT:
        return "half" if version in REVISIONS else "foreign"
    if version is None:
        return "half"
    if version not in REVISIONS:
        return "ahead"
    if version != REVISIONS[-1]:
        return "behind"
    complete = found >= set(SQLModel.metadata.tables) and _guards(connection) >= _expected_guards(connection)
    return "current" if complete else "half"


def _value(connection: Connection, query: str, found: set[str]) -> str | None:
    if not any(f" FROM {table}" in query for table in found):
        return None
    try:
        # A savepoint: the table may be somebody else's and have no such column, and then says nothing about us.
        with connection.begin_nested():
            value = connection.execute(sa.text(query)).scalar()
    except (sa.exc.OperationalError, sa.exc.ProgrammingError):
        return None
    return None if value is None else str(value)


def _guards(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgenabled IN ('O', 'A') AND pg_table_is_visible(pg_class.oid)"
        )
    return set(connection.execute(sa.text(query)).scalars())


def _expected_guards(connection: Connection) -> set[str]:
    acts = ("update", "delete") if connection.dialect.name == "sqlite" else ("update", "delete", "truncate")
    return {f"{model.__tablename__}_no_{act}" for model in GUARDED for act in acts}
