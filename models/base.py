"""What every table shares: names of constraints, the type of a key, and the checks that hold in the database itself.

A constraint has a name that follows from its table and columns, so that a migration can find it on both engines.
"""

from collections.abc import Iterable

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, Integer, LargeBinary, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# A constraint takes its name when it is attached to a table, so the convention must be in place before any table class:
# every module of tables imports this one first.
SQLModel.metadata.naming_convention = NAMING


class Id(TypeDecorator[int]):
    """A key: 64 bits on PostgreSQL; on SQLite the word INTEGER, without which it would not be the row's own number.

    A table class types its key `int` although it is None until the row is written: the rows that anyone reads have one.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[int]:
        """Name the type for one engine."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())


class NoBytes(ColumnElement[bytes]):
    """No bytes at all, as the default of a column: what the rows hold that were there before the column was."""

    inherit_cache = True
    type = LargeBinary()


@compiles(NoBytes)
def _no_bytes(_element: NoBytes, _compiler: SQLCompiler, **_options: object) -> str:
    # An empty text would stay a text in a column of bytes.
    return "X''"


@compiles(NoBytes, "postgresql")
def _no_bytes_on_postgresql(_element: NoBytes, _compiler: SQLCompiler, **_options: object) -> str:
    return "'\\x'::bytea"


def table(model: type[SQLModel]) -> Table:
    """Give the Core table behind a table class, for statements that go without the ORM's unit of work."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def among(column: str, values: Iterable[str]) -> CheckConstraint:
    """Allow a column these words only (or NULL, where the column allows that)."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def filled(column: str) -> CheckConstraint:
    """Refuse the empty text."""
    return CheckConstraint(f"length({column}) > 0", name=f"{column}_filled")


def counted(column: str) -> CheckConstraint:
    """Refuse a number below zero."""
    return CheckConstraint(f"{column} >= 0", name=f"{column}_counted")


def hexed(column: str) -> CheckConstraint:
    """Allow a SHA-256 written in hexadecimal only: 64 characters."""
    return CheckConstraint(f"length({column}) = 64", name=f"{column}_hexed")


def together(name: str, *columns: str) -> CheckConstraint:
    """Demand that these columns are all set or all NULL."""
    first, *others = columns
    same = " AND ".join(f"({first} IS NULL) = ({other} IS NULL)" for other in others)
    return CheckConstraint(same, name=f"{name}_together")
