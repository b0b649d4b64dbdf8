"""A database as the sixth migration left it, with rows in every table that the seventh changes."""

from collections.abc import Mapping

from sqlalchemy import Connection, Engine, TableClause, column, insert
from sqlalchemy import table as plain_table
from sqlmodel import SQLModel

from models import Case, Event, Link, Office, Person, Reading, Refusal, RegisterCounter, schema, table
from models.engine import for_writing
from tests.models.rows import NOON
from tests.models.stores import migrate

SINCE = {
    Case: {"head_seal"},
    RegisterCounter: {"seal"},
    Refusal: {"no", "mac"},
    Reading: {"event_seq"},
    Person: {"same_as_id"},
}
REFUSALS = (3, 5, 90)
"""Keys of the refusals: an attempt that was rolled back has left a gap."""


def a_store_of_the_sixth(engine: Engine) -> None:
    """Fill an empty database: two cases, one the other's sub-case, with people, events, refusals, readings and a link."""
    migrate(engine, schema.REVISIONS[5])
    with for_writing(engine).begin() as connection:
        fill(connection)


def fill(connection: Connection) -> None:
    put(
        connection,
        Office,
        {
            "id": 1,
            "key": "green",
            "name": "翠園",
            "kind": "property",
            "zone": "Asia/Shanghai",
            "created_at": NOON,
        },
    )
    person: dict[str, object] = {
        "office_id": 1,
        "language": "en",
        "active_from": NOON.date(),
        "name_sealed": b"\x00\xff",
    }
    put(connection, Person, *(person | {"id": n, "handle": f"desk{n}"} for n in (1, 2)))
    put(connection, RegisterCounter, {"id": 1, "office_id": 1, "kind": "C", "year": NOON.year, "last_no": 2})
    for number in (1, 2):
        put(connection, Case, a_case(number))
        event = {
            "case_id": number, "kind": "move", "name": "accept", "from_state": "a", "to_state": "b", "actor_kind": "person", "actor_id": 1,
            "roles": "desk", "round": 0, "happened_at": NOON, "recorded_at": NOON, "clear": "{}", "sealed": b"\x01", "prev_hash": b"", "hash": b"#",
        }  # fmt: skip
        put(connection, Event, *(event | {"id": 10 * number + seq, "seq": seq} for seq in (1, 2)))
    refusal = {
        "case_id": 1, "case_ref": "c-1", "act_kind": "move", "act": "close", "actor_kind": "clock", "at": NOON, "requirements": "[]",
    }  # fmt: skip
    put(connection, Refusal, *(refusal | {"id": key} for key in REFUSALS))
    reading = {"case_id": 1, "person_id": 2, "purpose_sealed": b"\x02", "what": "case", "at": NOON}
    put(connection, Reading, reading | {"id": 1})
    put(
        connection,
        Link,
        {"id": 1, "case_id": 2, "other_id": 1, "kind": "arose from", "by_person": 1, "at": NOON},
    )


def a_case(number: int) -> dict[str, object]:
    parent = 1 if number > 1 else None
    return {
        "id": number, "ref": f"c-{number}", "office_id": 1, "procedure": "property.complaint", "edition": "2026-01-01", "state": "handling",
        "version": 2, "round": 0, "level": 0, "entry": 2, "entered_at": NOON, "received_at": NOON, "recorded_at": NOON,
        "register_kind": "C", "register_year": NOON.year, "register_no": number, "channel": "phone", "handler_id": 1,
        "parent_id": parent, "parent_round": 0 if parent else None, "history": False, "docket": "[]", "head_seq": 2, "head_hash": b"#",
    }  # fmt: skip


def put(connection: Connection, model: type[SQLModel], *rows: Mapping[str, object]) -> None:
    connection.execute(insert(before(model)), list(rows))


def before(model: type[SQLModel]) -> TableClause:
    """Give the table with the columns it had, and without the defaults of today."""
    there = [column(c.name, c.type) for c in table(model).columns if c.name not in SINCE.get(model, set())]
    return plain_table(str(model.__tablename__), *there)
