"""Looks at a whole database, and takes it to one of its versions."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

import models
from models.engine import for_writing

MIGRATIONS = Path(models.__file__).parent / "migrations"

Contents = tuple[list[str], list[tuple[object, ...]]]


def everything_in(engine: Engine) -> dict[str, Contents]:
    """Give the tables with their columns and rows."""
    found: dict[str, Contents] = {}
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        for name in inspector.get_table_names():
            columns = [str(column["name"]) for column in inspector.get_columns(name)]
            rows = connection.execute(text(f"SELECT * FROM {name}")).all()
            found[name] = (columns, [tuple(row) for row in rows])
    return found


def checks_and_indexes(engine: Engine) -> dict[str, object]:
    """Give what Alembic's comparison leaves out of our tables: their checks, and the conditions of their indexes."""
    found: dict[str, object] = {}
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        for name in SQLModel.metadata.tables:
            checks = {str(check["name"]): check["sqltext"] for check in inspector.get_check_constraints(name)}
            indexes = {
                str(index["name"]): (
                    index["column_names"],
                    str(index.get("dialect_options", {}).get(f"{engine.dialect.name}_where")),
                )
                for index in inspector.get_indexes(name)
            }
            found[name] = (checks, indexes)
    return found


def migrate(engine: Engine, revision: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with for_writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)
