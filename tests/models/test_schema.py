import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

from models import schema
from models.engine import create_engine, for_writing
from tests.models.stores import MIGRATIONS, checks_and_indexes, everything_in, migrate


def test_an_empty_database_becomes_a_current_one(bare: Engine) -> None:
    assert schema.state_of(bare) == "empty"
    schema.upgrade(bare)
    assert schema.state_of(bare) == "current"


def test_upgrading_a_current_database_again_changes_nothing(engine: Engine) -> None:
    before = everything_in(engine)
    schema.upgrade(engine)
    assert everything_in(engine) == before


def test_the_migration_and_the_tables_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_migration_and_the_tables_agree_in_checks_and_in_the_conditions_of_indexes(
    engine: Engine,
) -> None:
    """What Alembic's comparison leaves out: both are made side by side and read back."""
    migrated = checks_and_indexes(engine)
    # On PostgreSQL tables that are dropped take their triggers along, so the metadata can be created in their place.
    with for_writing(engine).begin() as connection:
        SQLModel.metadata.drop_all(connection)
        SQLModel.metadata.create_all(connection)
    assert checks_and_indexes(engine) == migrated
    assert len(migrated) == len(SQLModel.metadata.tables)


def test_the_list_of_revisions_is_the_chain_of_the_files() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    chain = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(chain)) == schema.REVISIONS


def test_an_older_database_is_behind_and_is_upgraded(bare: Engine) -> None:
    migrate(bare, schema.REVISIONS[2])
    assert schema.state_of(bare) == "behind"
    schema.upgrade(bare)
    assert schema.state_of(bare) == "current"


def test_every_migration_can_be_taken_back(engine: Engine) -> None:
    migrate(engine, "base", down=True)
    assert schema.state_of(engine) == "empty"
    schema.upgrade(engine)
    assert schema.state_of(engine) == "current"


def test_a_newer_database_is_recognised_and_left_alone(engine: Engine) -> None:
    run(engine, "UPDATE alembic_version SET version_num = 'duecourse_9999'")
    refused(engine, "ahead", "newer Duecourse")


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE cats (id INTEGER PRIMARY KEY)"],
        [
            "CREATE TABLE alembic_version (version_num VARCHAR(32))",
            "INSERT INTO alembic_version VALUES ('0001')",
        ],
        ["CREATE TABLE store_mark (colour VARCHAR)"],
        [
            "CREATE TABLE store_mark (key VARCHAR, value VARCHAR)",
            "INSERT INTO store_mark VALUES ('product', 'x')",
        ],
    ],
    ids=["other tables", "another one's migrations", "a table named like ours", "another product's mark"],
)
def test_a_foreign_database_is_recognised(bare: Engine, statements: list[str]) -> None:
    for statement in statements:
        run(bare, statement)
    refused(bare, "foreign", "not Duecourse's")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM store_mark",
        "DELETE FROM alembic_version",
        "DROP TABLE alembic_version",
        "DROP TABLE outbox",
        "DROP TRIGGER event_no_update",
    ],
)
def test_a_half_written_database_is_recognised(engine: Engine, statement: str) -> None:
    on = " ON event" if "TRIGGER" in statement and engine.dialect.name == "postgresql" else ""
    run(engine, statement + on)
    refused(engine, "half", "incomplete")


def test_a_file_that_is_no_database_is_recognised_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear neighbour, " * 500)
    engine = create_engine(f"sqlite:///{path}")
    refused(engine, "foreign", "not Duecourse's")
    assert path.read_text() == "Dear neighbour, " * 500


def test_not_a_byte_of_a_foreign_sqlite_file_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "cats.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE cats (id INTEGER PRIMARY KEY)")
    other.commit()
    other.close()
    before = path.read_bytes()
    engine = create_engine(f"sqlite:///{path}")
    refused(engine, "foreign", "not Duecourse's")
    engine.dispose()
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["cats.db"]


def test_a_damaged_sqlite_file_is_half(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    engine = create_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()
    path.write_bytes(path.read_bytes()[:100] + b"\x00" * 8000)
    refused(engine, "half", "incomplete")
    engine.dispose()


def test_looking_at_a_file_that_is_not_there_does_not_make_it(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    assert schema.state_of(create_engine(f"sqlite:///{path}")) == "empty"
    assert not path.exists()


def test_a_place_where_no_file_can_be_is_the_databases_own_error(tmp_path: Path) -> None:
    with pytest.raises(sa.exc.OperationalError, match="unable to open"):
        schema.state_of(create_engine(f"sqlite:///{tmp_path / 'nowhere' / 'store.db'}"))


def refused(engine: Engine, state: schema.State, sentence: str) -> None:
    """Assert that the database is recognised, that an upgrade says so, and that nothing in it changes."""
    assert schema.state_of(engine) == state
    before = everything_in(engine) if state != "half" and engine_reads(engine) else None
    with pytest.raises(schema.UnusableStore, match=sentence) as raised:
        schema.upgrade(engine)
    assert raised.value.state == state
    if before is not None:
        assert everything_in(engine) == before


def engine_reads(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            sa.inspect(connection).get_table_names()
    except sa.exc.DatabaseError:
        return False
    return True


def run(engine: Engine, statement: str) -> None:
    with for_writing(engine).begin() as connection:
        connection.execute(text(statement))
