"""Statements compiled once for each kind of database.

The door runs the same few statements for every act. Compiling one again costs more than running it, and SQLAlchemy's own cache does not
keep an insert with a conflict clause at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler


@dataclass(frozen=True)
class _Written:
    """A statement as the driver takes it: its text, and how each value becomes a parameter."""

    text: str
    positions: tuple[str, ...] | None  # None: by name
    processors: Mapping[str, Callable[[Any], Any]]
    fixed: Mapping[str, Any]

    def parameters(self, given: Mapping[str, Any]) -> Any:  # noqa: ANN401  a tuple or a dict, as the driver wants
        values = {**self.fixed, **given}
        for name, process in self.processors.items():
            values[name] = process(values[name])
        return values if self.positions is None else tuple([values[name] for name in self.positions])


class Prepared:
    """One statement with bound parameters. `columns`: which columns an insert or update is given values for.

    An insert must be `inline()`: it is compiled without knowing whether one row or many follow, so it cannot give keys back.
    """

    def __init__(
        self, statement: Executable | Mapping[str, Executable], columns: Sequence[str] | None = None
    ) -> None:
        """Keep the statement, or one for each kind of database; nothing is compiled until it is first run."""
        self._statement = statement
        self._columns = list(columns) if columns is not None else None
        self._compiled: dict[str, Any] = {}
        self._written: dict[str, _Written] = {}

    def run(
        self, connection: Connection, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]
    ) -> CursorResult[Any]:
        """Run it with these parameters, or once for each of several sets of them, and give the rows."""
        return connection.execute(self._compile(connection), parameters)

    def write(
        self, connection: Connection, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]
    ) -> int:
        """Run it where no rows are wanted, by the shortest way to the driver; return how many rows it touched."""
        name = connection.dialect.name
        written = self._written.get(name)
        if written is None:
            written = self._written[name] = _write_out(self._compile(connection))
        if isinstance(parameters, Mapping):
            return connection.exec_driver_sql(written.text, written.parameters(parameters)).rowcount
        return connection.exec_driver_sql(written.text, [written.parameters(p) for p in parameters]).rowcount

    def _compile(self, connection: Connection) -> Any:  # noqa: ANN401  SQLAlchemy's executable and compiled types do not meet
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            statement: Any = (
                self._statement[dialect.name] if isinstance(self._statement, Mapping) else self._statement
            )
            compiled = self._compiled[dialect.name] = statement.compile(
                dialect=dialect, column_keys=self._columns
            )
        return compiled


def _write_out(compiled: SQLCompiler) -> _Written:
    dialect, named = compiled.dialect, [(name, bind) for bind, name in compiled.bind_names.items()]
    processors = {name: p for name, b in named if (p := b.type.dialect_impl(dialect).bind_processor(dialect))}
    fixed = {name: bind.value for name, bind in named if not bind.required}
    positions = tuple(compiled.positiontup) if compiled.positiontup is not None else None
    return _Written(str(compiled), positions, processors, fixed)
