"""Engines for SQLite and PostgreSQL, set up so that both behave alike.

SQLite: Python's own transaction handling is switched off and BEGIN is written out, because it breaks savepoints and
makes tables outside the transaction. A reading transaction is DEFERRED and takes no lock. A writing one is IMMEDIATE and
takes the writer's lock at once: one that begins as a reader and then writes fails when another has written meanwhile,
after a millisecond and whatever the timeout is.
"""

import sqlite3
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

Durability = Literal["FULL", "NORMAL"]

BUSY_MS = 10_000
"""How long a SQLite writer waits for the one before it, in milliseconds."""

_POSTGRESQL = frozenset({"postgres", "postgresql", "postgresql+psycopg"})


class UnknownDatabase(ValueError):
    """The address names no database that Duecourse can use. The text is a sentence that says what to write."""


def create_engine(url: str | URL, *, durability: Durability = "FULL") -> Engine:
    """Make the engine for reading; `for_writing` gives the one for writing.

    `url` is `sqlite:////absolute/path.db`, `postgresql://user@host/name` or `postgresql+psycopg://…`.
    `durability` is SQLite's: FULL keeps every commit when the power fails, NORMAL may lose the last ones and stays whole.
    PostgreSQL's own setting holds there. Nothing is opened yet. Raises UnknownDatabase.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address, durability)
    return _postgresql(address)


def for_writing(engine: Engine) -> Engine:
    """Give the same engine, on the same connections, whose transactions take SQLite's writer lock at once."""
    return engine.execution_options(sqlite_begin="IMMEDIATE")


def _address(url: str | URL) -> URL:
    try:
        address = make_url(url)
    except sa.exc.ArgumentError:
        raise UnknownDatabase(
            "The address of the database cannot be read: write sqlite:////path/to/file.db or postgresql://user@host/name."
        ) from None
    if address.drivername in _POSTGRESQL:
        return address.set(drivername="postgresql+psycopg")
    if address.drivername in {"sqlite", "sqlite+pysqlite"}:
        return address
    raise UnknownDatabase(
        f"Duecourse keeps its data in SQLite or PostgreSQL, not in {address.drivername}:"
        " write sqlite:////path/to/file.db or postgresql://user@host/name."
    )


def _postgresql(address: URL) -> Engine:
    given = address.query.get("options", "")
    options = given if isinstance(given, str) else " ".join(given)
    return sa.create_engine(
        address,
        # The door counts on it: after waiting for a row's lock it must see what the one before it wrote.
        isolation_level="READ COMMITTED",
        # An error never repeats the values it was about: they may name somebody.
        hide_parameters=True,
        pool_size=5,
        max_overflow=10,
        pool_recycle=1800,
        # The connection used last is taken first, so that those of a rush grow idle and are replaced. No ping before
        # use: that is a round trip for every transaction.
        pool_use_lifo=True,
        connect_args={
            # The server would compile the question who may see a case (it follows links, which the planner cannot estimate) anew for each
            # act: a second, where answering it takes a few milliseconds.
            "options": f"-c jit=off {options} -c timezone=UTC",
            "application_name": address.query.get("application_name", "duecourse"),
            "connect_timeout": int(str(address.query.get("connect_timeout", 10))),
        },
    )


def _sqlite(address: URL, durability: Durability) -> Engine:
    # An error never repeats the values it was about: they may name somebody.
    engine = sa.create_engine(address, connect_args={"isolation_level": None}, hide_parameters=True)

    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # journal_mode is not here: it would rewrite a foreign file that was named by mistake. `schema.upgrade` sets it,
        # and the file keeps it.
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        # Without this, INSERT OR REPLACE deletes the old row unseen by the triggers that keep the record.
        cursor.execute("PRAGMA recursive_triggers=ON")
        cursor.execute(f"PRAGMA synchronous={durability}")
        cursor.execute("PRAGMA cache_size=-32000")
        cursor.close()

    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def sqlite_connection(connection: Connection) -> sqlite3.Connection:
    """Give SQLite's own connection, for what must be said outside any transaction."""
    raw: Any = connection.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        raise TypeError("Not a connection to SQLite.")
    return raw
