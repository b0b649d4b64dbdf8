"""Whether an office's people, roles, settings and rulings are those of its chain's last event, and the chain is whole."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, select

from casework.audit_flaws import Flaw
from casework.audit_marks import Marks
from casework.chain import GENESIS
from casework.errors import Broken
from casework.office_chain import (
    ALL_OFFICES,
    EVENTS,
    OFFICES,
    different,
    digests_of,
    event_hash,
    offices_digest,
)


def office_findings(connection: Connection, marks: Marks) -> Iterator[Flaw]:
    """Yield what is wrong with each office: the first bad event of its chain, or the tables that are not as the last one left them."""
    there: dict[int, str] = {
        r.id: r.key for r in connection.execute(select(OFFICES.c.id, OFFICES.c.key).order_by(OFFICES.c.id))
    }
    chains: dict[int, list[Row[Any]]] = {number: [] for number in there}
    for row in connection.execute(select(EVENTS).order_by(EVENTS.c.office_id, EVENTS.c.seq)):
        chains.setdefault(row.office_id, []).append(row)
    if not marks.fits(ALL_OFFICES, len(there), offices_digest(marks.keys, there)):
        yield Flaw(
            None, None, "The offices are not those that were sealed: one is missing, or one was put in."
        )
    try:
        digests = digests_of(marks.keys, connection)
    except (Broken, TypeError, ValueError, AttributeError):
        digests = {}
        yield Flaw(
            None,
            None,
            "The rows of the offices cannot be read: something in them is no longer what it was stored as.",
        )
    for number, events in chains.items():
        key = there.get(number, str(number))
        broken = _broken(marks, number, events)
        if broken is not None:
            seq, sentence = broken
            yield Flaw(None, seq, sentence, {"office": key, "seq": seq})
        elif events and number in digests:
            yield from _changed(marks, key, events[-1], digests[number])


def _broken(marks: Marks, number: int, events: list[Row[Any]]) -> tuple[int, str] | None:
    """The first event of an office that is not as it was written."""
    prev = GENESIS
    for expected, row in enumerate(events, start=1):
        if row.seq != expected:
            return expected, "In the chain of the office {office}, event {seq} is missing."
        if bytes(row.prev_hash) != prev or _hash(marks, row) != bytes(row.hash):
            return row.seq, "In the chain of the office {office}, event {seq} was changed, put in or moved."
        prev = bytes(row.hash)
    if not marks.fits(f"office:{number}", len(events), prev):
        return len(
            events
        ) + 1, "In the chain of the office {office}, event {seq} is missing: the end was cut off."
    return None


def _changed(marks: Marks, office: str, last: Row[Any], now: bytes) -> Iterator[Flaw]:
    """Rows that were changed past the chain, since its last event."""
    if tables := different(marks.keys, bytes(last.digest), now):
        said = "The office {office} was changed past its chain, which ends with event {seq}: {tables}."
        yield Flaw(None, last.seq, said, {"office": office, "seq": last.seq, "tables": ", ".join(tables)})


def _hash(marks: Marks, row: Row[Any]) -> bytes:
    try:
        return event_hash(marks.keys, dict(zip(row._fields, row, strict=True)))
    except (Broken, TypeError, ValueError, AttributeError):
        return b""
