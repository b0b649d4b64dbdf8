"""Looks at a whole database, and takes it to one of its versions."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

import models
from models.engine import for_writing

MIGRATIONS = Path(models.__file__).parent / "migrations"


def everything_in(engine: Engine) -> dict[str, object]:
    """Give the tables with their columns and rows."""
    found: dict[str, object] = {}
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        for name in inspector.get_table_names():
            columns = [str(column["name"]) for column in inspector.get_columns(name)]
            rows = connection.execute(text(f"SELECT * FROM {name}")).all()
            found[name] = (columns, [tuple(row) for row in rows])
    return found


def migrate(engine: Engine, revision: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with for_writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)
