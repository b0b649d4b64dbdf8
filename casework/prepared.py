"""Statements compiled once for each kind of database.

The door runs the same few statements for every act. Compiling one again costs more than running it, and SQLAlchemy's own cache does not
keep an insert with a conflict clause at all.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlalchemy.sql.base import Executable


class Prepared:
    """One statement with bound parameters. `columns`: which columns an insert or update is given values for."""

    def __init__(self, statement: Executable | Mapping[str, Executable], columns: Sequence[str] | None = None) -> None:
        """Keep the statement, or one for each kind of database; nothing is compiled until it is first run."""
        self._statement = statement
        self._columns = list(columns) if columns is not None else None
        self._compiled: dict[str, Any] = {}

    def run(self, connection: Connection, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> CursorResult[Any]:
        """Run it with these parameters, or once for each of several sets of them."""
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            statement: Any = self._statement[dialect.name] if isinstance(self._statement, Mapping) else self._statement
            compiled = self._compiled[dialect.name] = statement.compile(dialect=dialect, column_keys=self._columns)
        return connection.execute(compiled, parameters)
