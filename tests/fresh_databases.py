"""Making and removing the databases of single tests, and the templates they are copied from."""

from __future__ import annotations

import fcntl
import os
import secrets
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def sqlite_template(run: Path, prepare: Callable[[str], None]) -> Path:
    """Prepare one file per process; what lies beside it in a write-ahead log is brought into it before it is copied."""
    path = run / f"{_name(prepare)}-{os.getpid()}.db"
    if not path.exists():
        prepare(f"sqlite:///{path}")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def postgres_template(run: Path, server: str, prepare: Callable[[str], None]) -> str:
    """Prepare one template for the whole run."""
    with one_at_a_time(run):
        note = run / f"{_name(prepare)}.template"
        if not note.exists():
            name = f"duecourse_template_{secrets.token_hex(4)}"
            _create(server, name, None)
            prepare(_at(server, name))
            note.write_text(name, encoding="utf-8")
        return note.read_text(encoding="utf-8")


def _name(prepare: Callable[[str], None]) -> str:
    """Name a way to prepare: folders of tests may differ in theirs."""
    return f"{prepare.__module__}.{prepare.__qualname__}"


@contextmanager
def fresh(server: str, template: str | None = None) -> Iterator[str]:
    name = f"duecourse_test_{secrets.token_hex(6)}"
    _create(server, name, template)
    try:
        yield _at(server, name)
    finally:
        drop(server, name)


def _create(server: str, name: str, template: str | None) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template or "template0")
    )
    _execute(server, statement)


def drop(server: str, name: str) -> None:
    # FORCE: a test that left a connection open has failed already or will; it must not fail the next ones.
    _execute(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _execute(server: str, statement: sql.Composed) -> None:
    plain = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)


def _at(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)


@contextmanager
def one_at_a_time(run: Path) -> Iterator[None]:
    """Let one process of the run in at a time; a process that dies lets go."""
    with (run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
