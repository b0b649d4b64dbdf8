"""Runs the migrations on the connection that `models.schema` hands over, in the transaction that it has begun.

A developer who writes a new one (`alembic -x database=URL revision --autogenerate -m "..."`) has no such connection and
names the database instead.
"""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlmodel import SQLModel

import models  # noqa: F401  the table classes enter the metadata as they are imported
from models.engine import create_engine, for_writing

_PLAIN = {
    "AutoString": "sa.String()",
    "Id": 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")',
    "UTCDateTime": "sa.DateTime(timezone=True)",
}


def plainly(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write a column's type in SQLAlchemy's own words: an old migration must run whatever becomes of our classes."""
    return _PLAIN.get(type(item).__name__, False) if kind == "type" else False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        # SQLite cannot alter a table: Alembic writes a new one and copies the rows.
        render_as_batch=True,
        render_item=plainly,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if isinstance(given, Connection):
    migrate(given)
else:
    with for_writing(create_engine(context.get_x_argument(as_dictionary=True)["database"])).begin() as opened:
        migrate(opened)
