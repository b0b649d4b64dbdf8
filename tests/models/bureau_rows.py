"""Builders for what a bureau keeps, for the rulings and for the proof: each inserts one row, as those of `rows` do."""

from sqlalchemy import Connection

from models import (
    Anchor,
    EditionApproval,
    Finding,
    Instrument,
    Interpretation,
    OfficeEvent,
    Receipt,
    TakenNumber,
    Undertaking,
)
from tests.models.rows import NOON, add, next_number


def an_undertaking(connection: Connection, person_id: int, **values: object) -> int:
    defaults: dict[str, object] = {
        "person_id": person_id,
        "signed_on": NOON.date(),
        "text_sha256": "0" * 64,
        "recorded_at": NOON,
    }
    return add(connection, Undertaking, **(defaults | values))


def a_receipt(connection: Connection, case_id: int, digest: bytes = b"digest") -> int:
    return add(connection, Receipt, case_id=case_id, digest=digest, issued_at=NOON)


def a_finding(connection: Connection, office_id: int, case_id: int, **values: object) -> int:
    defaults: dict[str, object] = {
        "office_id": office_id,
        "case_id": case_id,
        "round": 1,
        "event_seq": 1,
        "outcome": "upheld",
        "incident_id": case_id,
        "received_at": NOON,
    }
    return add(connection, Finding, **(defaults | values))


def an_instrument(connection: Connection, case_id: int, person_id: int, **values: object) -> int:
    defaults: dict[str, object] = {
        "number": f"i-{next_number()}",
        "case_id": case_id,
        "event_seq": 1,
        "person_id": person_id,
        "kind": "notice",
        "served_at": NOON,
    }
    return add(connection, Instrument, **(defaults | values))


def a_taken_number(connection: Connection, office_id: int, case_id: int, value: str = "12") -> int:
    return add(connection, TakenNumber, office_id=office_id, kind="minute", value=value, case_id=case_id)


def an_interpretation(connection: Connection, office_id: int, person_id: int, **values: object) -> int:
    defaults: dict[str, object] = {
        "office_id": office_id,
        "no": 1,
        "clause": "B12",
        "words_sealed": b"sealed",
        "ruled_on": NOON.date(),
        "minute": "12",
        "by_person": person_id,
        "recorded_at": NOON,
    }
    return add(connection, Interpretation, **(defaults | values))


def an_approval(connection: Connection, office_id: int, person_id: int, **values: object) -> int:
    defaults: dict[str, object] = {
        "office_id": office_id,
        "procedure": "bureau.complaint",
        "edition": "2026-01-01",
        "fingerprint": "f",
        "minute": "12",
        "approved_on": NOON.date(),
        "by_person": person_id,
        "recorded_at": NOON,
    }
    return add(connection, EditionApproval, **(defaults | values))


def an_office_event(connection: Connection, office_id: int, **values: object) -> int:
    defaults: dict[str, object] = {
        "office_id": office_id,
        "seq": 1,
        "what": "loaded",
        "digest": b"digest",
        "actor_kind": "console",
        "at": NOON,
        "prev_hash": b"",
        "hash": b"hash",
    }
    return add(connection, OfficeEvent, **(defaults | values))


def an_anchor(connection: Connection, **values: object) -> int:
    defaults: dict[str, object] = {
        "no": 1,
        "made_at": NOON,
        "high_event_id": 0,
        "cases": 0,
        "events": 0,
        "refusals": 0,
        "digest": b"digest",
        "prev_digest": b"",
    }
    return add(connection, Anchor, **(defaults | values))
