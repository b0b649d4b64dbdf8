"""Somebody who can write every table and has not the key, and edits the record at random."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Column, Connection, Row, Table, delete, insert, select, text, update
from sqlmodel import SQLModel

import models
from casework.audit_scope import NOT_PROVED_COLUMNS, PROVED
from casework.docket import write_docket
from casework.offices import load_offices
from casework.replay import Recorded, Replay
from casework.store import Store
from models.schema import GUARDED
from states.editions import edition

Named: TypeAlias = tuple[str, int]
"""A case's reference, and the number of its first bad event."""
EVENT, CASES, COUNTER, MARK = (
    models.table(m) for m in (models.Event, models.Case, models.RegisterCounter, models.StoreMark)
)
TABLES = {name: SQLModel.metadata.tables[name] for name in PROVED}
PARTLY: Mapping[str, Callable[[Row[Any]], bool]] = {
    "import_row": lambda row: row.case_id is not None,
    "store_mark": lambda row: row.key.startswith("head:"),
    "alarm": lambda row: row.case_id is not None and row.acknowledged_at is not None,
}
"""Rows that are proved of tables that are not proved as a whole."""


@dataclass
class Forger:
    """Somebody with the database and without the key. The rows are those before any edit: each edit is undone before the next."""

    store: Store
    connection: Connection
    chance: random.Random
    rows: Mapping[str, list[Row[Any]]]
    refs: Mapping[int, str]

    def __call__(self) -> tuple[str, set[Named]] | None:
        """Make one edit; say what it was, and which events must be named. None: it changed nothing."""
        kinds: tuple[tuple[int, Callable[[], tuple[str, set[Named]] | None]], ...] = (
            (11, self.change), (3, self.remove), (3, self.forge), (3, self.cut), (2, self.swap), (1, self.unregister),
        )  # fmt: skip
        (kind,) = self.chance.choices([kind for _, kind in kinds], [weight for weight, _ in kinds])
        return kind()

    def change(self) -> tuple[str, set[Named]] | None:
        """Change a value: to that of another row, or to another plausible one."""
        table, row = self.any_row()
        column = self.chance.choice(self.columns(table, row))
        was = row._mapping[column.name]
        value = (
            self.chance.choice(self.rows[table.name])._mapping[column.name]
            if self.chance.random() < 0.5
            else self.other(column, was)
        )
        if value == was or not proved(table, value):
            return None
        self.connection.execute(update(table).where(*me(table, row)).values({column.name: value}))
        named: set[Named] = set()
        if table is EVENT:
            named = {
                (
                    self.refs[row.case_id],
                    min(row.seq, value) if column.name == "seq" and value < row.seq else row.seq,
                )
            }
        return f"{table.name}.{column.name} of {me_shown(table, row)}: {was!r} -> {value!r}", named

    def remove(self) -> tuple[str, set[Named]] | None:
        """Take a row away."""
        table, row = self.any_row()
        self.connection.execute(delete(table).where(*me(table, row)))
        return f"{table.name} {me_shown(table, row)}: removed", {
            (self.refs[row.case_id], row.seq)
        } if table is EVENT else set()

    def forge(self) -> tuple[str, set[Named]] | None:
        """Put a row in: a copy of another one, with what must be unique made so, and perhaps another value."""
        table, row = self.any_row()
        forged = {column.name: row._mapping[column.name] for column in table.columns if not generated(column)}
        if table is EVENT:
            last = max(r.seq for r in self.rows["event"] if r.case_id == row.case_id)
            forged |= {"seq": last + 1}
            if self.chance.random() < 0.5:
                forged |= {"prev_hash": self.hash_of(row.case_id, last), "hash": self.chance.randbytes(32)}
        else:
            for column in self.columns(table, row):
                if column.unique or self.chance.random() < 0.3:
                    forged[column.name] = self.other(column, row._mapping[column.name])
        self.connection.execute(insert(table).values(forged))
        return f"{table.name}: put in a copy of {me_shown(table, row)}", {
            (self.refs[row.case_id], forged["seq"])
        } if table is EVENT else set()

    def cut(self) -> tuple[str, set[Named]] | None:
        """Cut events off the end of a case, and set its row back to what it was then."""
        case = self.chance.choice(self.rows["cases"])
        events = sorted(
            (row for row in self.rows["event"] if row.case_id == case.id), key=lambda row: int(row.seq)
        )
        if len(events) < 2:
            return None
        kept = self.chance.randrange(1, len(events))
        self.connection.execute(delete(EVENT).where(EVENT.c.case_id == case.id, EVENT.c.seq > kept))
        self.connection.execute(
            update(CASES).where(CASES.c.id == case.id).values(self.rewound(case, events[:kept]))
        )
        return f"the case {case.id} cut after event {kept} of {len(events)}", {(case.ref, kept + 1)}

    def rewound(self, case: Row[Any], events: list[Row[Any]]) -> dict[str, object]:
        """What the row of a case was after these events: everything but the seal."""
        law = edition(case.procedure, case.edition)
        replay = Replay(law, load_offices(self.connection)[case.office_id])
        for row in events:
            replay.follow(Recorded.of(row))
        return {
            "state": replay.stands, "version": replay.version, "round": replay.round, "level": replay.level, "entry": replay.entry,
            "entered_at": replay.entered_at, "handler_id": replay.handler, "docket": write_docket(replay.acts), "head_seq": events[-1].seq,
            "head_hash": events[-1].hash, "closed_at": replay.entered_at if replay.stands in law.finals else None,
        }  # fmt: skip

    def swap(self) -> tuple[str, set[Named]] | None:
        """Let two events of a case change places, or two rows of a table the value of a column."""
        if self.chance.random() < 0.5:
            one, two = sorted(
                self.chance.sample(self.rows["event"], 2), key=lambda row: (row.case_id, int(row.seq))
            )
            if one.case_id != two.case_id:
                return None
            for number, seq in ((one.id, -1), (two.id, one.seq), (one.id, two.seq)):
                self.connection.execute(
                    update(EVENT).where(EVENT.c.id == number).values(seq=99999 if seq < 0 else seq)
                )
            return f"events {one.id} and {two.id} changed places", {(self.refs[one.case_id], one.seq)}
        table, one = self.any_row()
        two = self.chance.choice(self.rows[table.name])
        column = self.chance.choice(self.columns(table, one))
        mine, other = one._mapping[column.name], two._mapping[column.name]
        if mine == other or column not in self.columns(table, two):
            return None
        if not (proved(table, other) and proved(table, mine)) or only_these(table, one, two, column):
            return None
        spare = self.other(column, mine)
        for row, value in ((one, spare), (two, mine), (one, other)):
            self.connection.execute(update(table).where(*me(table, row)).values({column.name: value}))
        named = (
            {(self.refs[row.case_id], row.seq) for row in (one, two)}
            if table is EVENT and column.name not in {"seq", "case_id"}
            else set()
        )
        first = {min((n for n in named if n[0] == ref), key=lambda n: n[1]) for ref, _ in named}
        return (
            f"{table.name}.{column.name} of {me_shown(table, one)} and {me_shown(table, two)} changed places",
            first,
        )

    def unregister(self) -> tuple[str, set[Named]] | None:
        """Take the last case of a register away with everything that belongs to it, and its number back."""
        series = self.chance.choice(self.rows["register_counter"])
        mine = [
            row
            for row in self.rows["cases"]
            if (row.office_id, row.register_kind, row.register_year)
            == (series.office_id, series.kind, series.year)
        ]
        last = max(mine, key=lambda row: int(row.register_no))
        for table in reversed(SQLModel.metadata.sorted_tables):
            if "case_id" in table.c:
                self.connection.execute(delete(table).where(table.c.case_id == last.id))
        self.connection.execute(delete(CASES).where(CASES.c.id == last.id))
        less = update(COUNTER).where(COUNTER.c.id == series.id).values(last_no=series.last_no - 1)
        self.connection.execute(
            less if series.last_no > 1 else delete(COUNTER).where(COUNTER.c.id == series.id)
        )
        return f"the last case of {series.kind} {series.year} removed", set()

    def any_row(self) -> tuple[Table, Row[Any]]:
        """A row of any proved table; events, cases and clocks more often."""
        name = self.chance.choice([*self.rows, *("event",) * 8, *("cases", "deadline") * 2])
        return SQLModel.metadata.tables[name], self.chance.choice(self.rows[name])

    def columns(self, table: Table, row: Row[Any]) -> list[Column[Any]]:
        """The columns of a row whose change is claimed to be found."""
        if table is MARK:
            return [table.c["value"]]
        if table.name == "import_row":
            return [
                table.c[name] for name in ("source", "source_key", "row_sha256", "case_id", "outcome", "at")
            ]
        if table.name == "alarm":
            return [table.c[name] for name in ("kind", "role", "rung", "acknowledged_at", "acknowledged_by")]
        left_out = NOT_PROVED_COLUMNS.get(table.name, {}).keys() - {"due_at", "provisional", "status"}
        if table.name == "deadline" and row.clock != "24x7" and row.status != "armed":
            left_out |= {"due_at", "provisional"}
        if table.name == "deadline" and row.clock == "24x7":
            left_out |= {"provisional"}
        keys = {column.name for column in table.primary_key if column.name == "id"} | {"id"}
        return [column for column in table.columns if column.name not in left_out | keys]

    def hash_of(self, case: int, seq: int) -> bytes:
        """The hash of an event."""
        return next(bytes(row.hash) for row in self.rows["event"] if (row.case_id, row.seq) == (case, seq))

    def other(self, column: Column[Any], value: object) -> object:
        """Another value for a column, as a forger would choose it."""
        match value:
            case None:
                new = self.something(column)
            case bool():
                new = not value
            case int():
                new = max(0, value + self.chance.choice((-1, 1, 7)))
            case datetime():
                new = value + self.chance.choice((-1, 1)) * self.chance.choice(MOMENTS)
            case date():
                new = value + timedelta(days=self.chance.choice((-1, 1, 30)))
            case bytes():
                new = self.flipped(value)
            case _:
                new = self.text(str(value))
        return new

    def something(self, column: Column[Any]) -> object:
        """What is written where nothing stood, by the kind of column."""
        kind = type(column.type).__name__.lower()
        known = {
            "datetime": datetime.fromisoformat("2026-03-02T03:00+00:00"),
            "date": date(2026, 3, 2),
            "binary": b"x",
            "integer": 1,
            "id": 1,
            "boolean": True,
        }
        return next((value for name, value in known.items() if name in kind), "x")

    def flipped(self, value: bytes) -> bytes:
        """One bit turned round; where nothing is, something."""
        if not value:
            return b"x"
        place = self.chance.randrange(len(value))
        return value[:place] + bytes((value[place] ^ 1 << self.chance.randrange(8),)) + value[place + 1 :]

    def text(self, value: str) -> str:
        """Another text: evidence slightly changed, a digest turned round, or a word of the office."""
        if value.startswith(("{", "[")):
            return self.chance.choice(
                (value.replace("1", "2", 1), value.replace("true", "false", 1), "{}", "[]", '{"corrects": 2}')
            )
        return value[::-1] if len(value) == 64 else self.chance.choice(WORDS)


MOMENTS = (timedelta(microseconds=1), timedelta(minutes=1), timedelta(days=30))
WORDS = (
    "received", "handling", "filed", "archived", "withdrawn", "recorded", "moved", "corrected", "complaint", "opinion", "begin", "person", "clock", "armed",
    "kept", "cancelled", "fired", "24x7", "text", "default", "P6b", "staff", "member", "property.complaint", "2026-01-01", "visit", "{}", "upheld", "x",
)  # fmt: skip


def proved(table: Table, value: object) -> bool:
    """Whether a change to this value is claimed to be found: that a rung was set aside is no event."""
    return table.name != "deadline" or value != "dead"


def only_these(table: Table, one: Row[Any], two: Row[Any], column: Column[Any]) -> bool:
    """Whether two rows differ in nothing but this column: then to let it change places changes nothing."""
    others = [c.name for c in table.columns if c.name not in {"id", column.name}]
    return all(one._mapping[name] == two._mapping[name] for name in others)


def me(table: Table, row: Row[Any]) -> list[Any]:
    """The condition that means this row."""
    return [column == row._mapping[column.name] for column in table.primary_key]


def me_shown(table: Table, row: Row[Any]) -> list[object]:
    return [row._mapping[column.name] for column in table.primary_key]


def generated(column: Column[Any]) -> bool:
    """Whether the database gives a new row this value itself."""
    return column.name == "id" and bool(column.primary_key)


def without_guards(connection: Connection) -> None:
    """Take the triggers away that protect the record."""
    for model in GUARDED:
        name = str(model.__tablename__)
        on = "" if connection.dialect.name == "sqlite" else f" ON {name}"
        for act in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER {name}_no_{act}{on}"))


def a_forger(store: Store, connection: Connection, seed: int) -> Forger:
    """Somebody at work on this connection, whose transaction is never committed."""
    without_guards(connection)
    rows = {name: _rows(connection, table) for name, table in TABLES.items()}
    for name, wanted in PARTLY.items():
        rows[name] = [row for row in _rows(connection, SQLModel.metadata.tables[name]) if wanted(row)]
    return Forger(store, connection, random.Random(seed), rows, {row.id: row.ref for row in rows["cases"]})


def _rows(connection: Connection, table: Table) -> list[Row[Any]]:
    return list(connection.execute(select(table).order_by(*table.primary_key)).all())
