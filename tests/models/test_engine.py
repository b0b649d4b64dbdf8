import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, exc, text

from models import Case, schema, table
from models.engine import UnknownDatabase, create_engine, for_writing
from tests.models.rows import a_case, a_visit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    return engine


def test_a_commit_on_sqlite_survives_the_power_failing_unless_asked_otherwise(path: Path) -> None:
    for durability, number in (("FULL", 2), ("NORMAL", 1)):
        engine = create_engine(f"sqlite:///{path}", durability=durability)  # type: ignore[arg-type]
        assert pragma(engine, "synchronous") == number


def test_readers_and_writers_behave_alike_in_all_but_the_lock(store: Engine) -> None:
    for engine in (store, for_writing(store)):
        assert pragma(engine, "journal_mode") == "wal"
        assert pragma(engine, "foreign_keys") == 1
        assert pragma(engine, "recursive_triggers") == 1
        assert pragma(engine, "busy_timeout") == 10_000


def test_the_file_keeps_the_mode_in_which_readers_do_not_wait(store: Engine, path: Path) -> None:
    store.dispose()
    assert sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_read_does_not_take_the_writer_lock_on_sqlite(store: Engine, path: Path) -> None:
    with store.begin() as reading:
        reading.execute(text("SELECT count(*) FROM cases"))
        other = sqlite3.connect(path, timeout=0)
        other.execute("BEGIN IMMEDIATE")
        other.rollback()


def test_a_write_takes_the_writer_lock_on_sqlite_before_its_first_statement(
    store: Engine, path: Path
) -> None:
    other = sqlite3.connect(path, timeout=0)
    with for_writing(store).begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")


def test_a_reader_sees_the_state_it_began_with_while_another_writes(store: Engine) -> None:
    count = text("SELECT count(*) FROM cases")
    with store.begin() as reading:
        assert reading.execute(count).scalar() == 0
        with for_writing(store).begin() as writing:
            a_case(writing)
        assert reading.execute(count).scalar() == 0
    with store.begin() as reading:
        assert reading.execute(count).scalar() == 1


def test_what_fails_in_a_savepoint_takes_nothing_else_along(engine: Engine) -> None:
    with for_writing(engine).begin() as connection:
        kept = a_case(connection)
        with pytest.raises(exc.IntegrityError), connection.begin_nested():
            a_case(connection, state="")
    with engine.connect() as connection:
        assert list(connection.execute(table(Case).select()).scalars()) == [kept]


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(exc.IntegrityError), for_writing(engine).begin() as connection:
        a_visit(connection, a_case(connection), status="forgotten")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM cases")).scalar() == 0


def test_an_address_of_postgresql_names_the_driver_we_have() -> None:
    for address in (
        "postgresql://me@host/store",
        "postgres://me@host/store",
        "postgresql+psycopg://me@host/store",
    ):
        assert create_engine(address).url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_postgresql_thinks_in_utc_whatever_its_own_zone_is(engine: Engine, postgres_url: str) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("SHOW timezone")).scalar() == "UTC"


@pytest.mark.parametrize("address", ["mysql://me@host/store", "store.db", "sqlite+aiosqlite:///store.db"])
def test_an_address_that_is_no_use_is_refused_with_what_to_write(address: str) -> None:
    with pytest.raises(UnknownDatabase, match="write sqlite:"):
        create_engine(address)


def pragma(engine: Engine, name: str) -> object:
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()
