import itertools
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

import models
from models import schema
from models.engine import create_engine
from tests.models.older import a_store_of_the_sixth
from tests.models.stores import everything_in, migrate


def test_an_upgrade_that_dies_half_way_leaves_the_database_as_it_was(
    bare: Engine,
) -> None:
    """From an empty one and from an older one, at many places all along the way."""
    for older in (None, schema.REVISIONS[2]):
        if older:
            migrate(bare, "base", down=True)
            migrate(bare, older)
        dies_everywhere(bare)


def test_an_upgrade_that_dies_half_way_loses_no_row_of_an_older_database(bare: Engine) -> None:
    a_store_of_the_sixth(bare)
    dies_everywhere(bare)


def dies_everywhere(engine: Engine) -> None:
    """Upgrade again and again, each time dying a little later, until one comes through."""
    before, state = everything_in(engine), schema.state_of(engine)
    for last in itertools.count(step=7):
        with Dying(engine, after=last) as dying:
            try:
                schema.upgrade(engine)
            except Death:
                assert everything_in(engine) == before
                assert schema.state_of(engine) == state
        if not dying.died:
            break
    assert schema.state_of(engine) == "current"
    assert last > 20


def test_a_process_killed_in_an_upgrade_leaves_the_database_as_it_was(empty_database_url: str) -> None:
    program = f"""
import os
import sqlalchemy as sa
from models import schema
from models.engine import create_engine

def die(connection, cursor, statement, *rest):
    if "CREATE TABLE deadline" in statement:
        os._exit(9)

engine = create_engine({empty_database_url!r})
sa.event.listen(engine, "before_cursor_execute", die)
schema.upgrade(engine)
"""
    root = Path(models.__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 9
    engine = create_engine(empty_database_url, durability="NORMAL")
    assert schema.state_of(engine) == "empty"
    schema.upgrade(engine)
    assert schema.state_of(engine) == "current"
    engine.dispose()


def test_after_a_failed_upgrade_sqlite_checks_foreign_keys_again(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}", durability="NORMAL")
    with Dying(engine, after=5), pytest.raises(Death):
        schema.upgrade(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_two_upgrades_at_once_make_one_database(empty_database_url: str) -> None:
    """The second waits for the first, and then finds nothing left to do."""
    engines = [create_engine(empty_database_url, durability="NORMAL") for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(schema.upgrade, engines))
    for engine in engines:
        assert schema.state_of(engine) == "current"
        engine.dispose()


class Death(Exception):
    """The machine went down here."""


class Dying:
    """Lets a number of statements of an engine pass that change something, and then no other."""

    def __init__(self, engine: Engine, *, after: int) -> None:
        self.engine, self.left, self.died = engine, after, False

    def strike(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.split(maxsplit=1)[0] in {"CREATE", "INSERT", "UPDATE", "ALTER", "DROP"}:
            self.left -= 1
            if self.left < 0:
                self.died = True
                raise Death(statement)

    def __enter__(self) -> Self:
        sa.event.listen(self.engine, "before_cursor_execute", self.strike)
        return self

    def __exit__(self, *_error: object) -> None:
        sa.event.remove(self.engine, "before_cursor_execute", self.strike)
