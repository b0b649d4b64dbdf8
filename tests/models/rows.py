"""Builders: each inserts one row that satisfies every constraint, with what the test cares about put in its place."""

import datetime as dt
import itertools

from sqlalchemy import Connection, insert
from sqlmodel import SQLModel

from models import (
    Alarm,
    Case,
    Deadline,
    Event,
    Link,
    Office,
    Outbox,
    Person,
    Reading,
    Refusal,
    Visit,
    table,
)

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
_numbers = itertools.count(1)


def next_number() -> int:
    """Give a number that no row has yet."""
    return next(_numbers)


def add(connection: Connection, model: type[SQLModel], **values: object) -> int:
    """Insert one row and give its key."""
    key = connection.execute(insert(table(model)).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def an_office(connection: Connection) -> int:
    key = f"office{next_number()}"
    return add(
        connection,
        Office,
        key=key,
        name="Green Court",
        kind="property",
        zone="Asia/Shanghai",
        created_at=NOON,
    )


def a_person(connection: Connection, office_id: int) -> int:
    return add(
        connection,
        Person,
        office_id=office_id,
        handle=f"desk{next_number()}",
        name_sealed=b"sealed",
        language="en",
        active_from=NOON.date(),
    )


def a_case(connection: Connection, **values: object) -> int:
    number = next_number()
    if "office_id" not in values:
        values["office_id"] = an_office(connection)
    defaults: dict[str, object] = {
        "ref": f"c-{number}",
        "procedure": "property.complaint",
        "edition": "2026-01-01",
        "state": "received",
        "round": 1,
        "level": 0,
        "entry": 1,
        "entered_at": NOON,
        "received_at": NOON,
        "recorded_at": NOON,
        "register_kind": "C",
        "register_year": 2026,
        "register_no": number,
        "channel": "phone",
        "docket": "[]",
        "head_seq": 1,
        "head_hash": b"hash",
    }
    return add(connection, Case, **(defaults | values))


def an_event(connection: Connection, case_id: int, **values: object) -> int:
    defaults: dict[str, object] = {
        "case_id": case_id,
        "seq": 1,
        "kind": "move",
        "name": "accept",
        "from_state": "received",
        "to_state": "accepted",
        "actor_kind": "clock",
        "roles": "",
        "round": 1,
        "happened_at": NOON,
        "recorded_at": NOON,
        "clear": "{}",
        "prev_hash": b"",
        "hash": b"hash",
    }
    return add(connection, Event, **(defaults | values))


def a_refusal(connection: Connection, case_id: int, **values: object) -> int:
    defaults: dict[str, object] = {
        "no": next_number(),
        "case_id": case_id,
        "case_ref": "c-1",
        "act_kind": "move",
        "act": "accept",
        "actor_kind": "clock",
        "at": NOON,
        "requirements": "[]",
    }
    return add(connection, Refusal, **(defaults | values))


def a_reading(connection: Connection, case_id: int, person_id: int, **values: object) -> int:
    defaults: dict[str, object] = {
        "case_id": case_id,
        "person_id": person_id,
        "purpose_sealed": b"sealed",
        "what": "identity",
        "at": NOON,
    }
    return add(connection, Reading, **(defaults | values))


def a_link(connection: Connection, case_id: int, other_id: int, kind: str = "arose from") -> int:
    return add(connection, Link, case_id=case_id, other_id=other_id, kind=kind, at=NOON)


def a_deadline(connection: Connection, case_id: int, **values: object) -> int:
    defaults: dict[str, object] = {
        "case_id": case_id,
        "kind": "attend",
        "rung": 0,
        "entry": 1,
        "due_at": NOON + HOUR,
        "anchor_at": NOON,
        "clock": "around",
        "breach": True,
        "tells": '["manager"]',
        "clause": "P6b",
        "source": "text",
        "seconds": 3600,
    }
    return add(connection, Deadline, **(defaults | values))


def an_outbox_row(connection: Connection, **values: object) -> int:
    defaults: dict[str, object] = {
        "office_id": 1,
        "kind": "event",
        "payload": "{}",
        "created_at": NOON,
        "not_before": NOON,
    }
    return add(connection, Outbox, **(defaults | values))


def an_alarm(connection: Connection, office_id: int, **values: object) -> int:
    defaults: dict[str, object] = {
        "office_id": office_id,
        "kind": "breach",
        "role": "manager",
        "raised_at": NOON,
        "rung": 0,
        "clause": "P6b",
    }
    return add(connection, Alarm, **(defaults | values))


def a_visit(connection: Connection, case_id: int, **values: object) -> int:
    defaults: dict[str, object] = {"case_id": case_id, "rev": 1, "planned_at": NOON}
    return add(connection, Visit, **(defaults | values))
