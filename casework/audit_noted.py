"""Readings, links, answered alarms and attached files beside the events that tell of them."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from casework.attachments import file_aad
from casework.audit_marks import Marks
from casework.errors import WrongKey
from casework.keys import open_sealed
from casework.noted import LINKED, PURPOSE, READ, purpose_aad
from casework.record import aad
from casework.replay import Recorded

Rows = Sequence[Row[Any]]


@dataclass(frozen=True)
class Beside:
    """A case whose chain is whole, with what is kept beside it. `key`: None once it was destroyed: what is sealed is then compared with nothing."""

    ref: str
    events: Rows
    key: bytes | None
    marks: Marks

    def of(self, kind: str) -> Iterator[Row[Any]]:
        """The events of one kind."""
        return (row for row in self.events if row.kind == kind)

    def words(self, row: Row[Any]) -> Mapping[str, Any]:
        """What an event keeps sealed. Raises WrongKey."""
        if self.key is None or row.sealed is None:
            return {}
        opened: Mapping[str, Any] = json.loads(open_sealed(self.key, row.sealed, aad(self.ref, row.seq)))
        return opened

    def opened(self, sealed: bytes, tie: bytes) -> str | None:
        """What a row keeps sealed; None without the key. Raises WrongKey."""
        return None if self.key is None else open_sealed(self.key, sealed, tie).decode()


def noted_faults(beside: Beside, readings: Rows, links: Rows, alarms: Rows, files: Rows) -> Iterator[str]:
    """Yield what does not agree with the events."""
    if not _readings_agree(beside, [row for row in readings if row.id > beside.marks.readings]):
        yield "who read what is sealed of it is not what its events say"
    linked = Counter(
        (e.shown.get("other"), e.name, _person(row), row.recorded_at)
        for row in beside.of(LINKED)
        for e in (Recorded.of(row),)
    )
    if linked != Counter((r.other_id, r.kind, r.by_person, r.at) for r in links if r.id > beside.marks.links):
        yield "its links are not those that its events say"
    answered = Counter((e.shown.get("alarm"), e.name, e.shown.get("role"), e.shown.get("rung"), _person(row), row.recorded_at) for row in beside.of("acknowledged") for e in (Recorded.of(row),))  # fmt: skip
    if answered != Counter(
        (r.id, r.kind, r.role, r.rung, r.acknowledged_by, r.acknowledged_at)
        for r in alarms
        if r.acknowledged_at is not None
    ):
        yield "who answered for an alarm is not what its events say"
    if not _files_agree(beside, files):
        yield "its attachments are not those that were attached"


def _readings_agree(beside: Beside, readings: Rows) -> bool:
    events = {row.seq: row for row in beside.of(READ)}
    if len(readings) != len(events) or {row.event_seq for row in readings} != events.keys():
        return False
    try:
        return all(_is_told(beside, row, events[row.event_seq]) for row in readings)
    except (WrongKey, ValueError):
        return False


def _is_told(beside: Beside, row: Row[Any], event: Row[Any]) -> bool:
    said = (row.person_id, row.what, row.at) == (_person(event), event.name, event.recorded_at)
    purpose = beside.opened(row.purpose_sealed, purpose_aad(beside.ref, row.person_id, row.at))
    return said and purpose == beside.words(event).get(PURPOSE)


def _files_agree(beside: Beside, files: Rows) -> bool:
    events = {row.seq: row for row in beside.of("attached")}
    if len(files) != len(events) or {row.event_seq for row in files} != events.keys():
        return False
    try:
        return all(_is_attached(beside, row, events[row.event_seq]) for row in files)
    except (WrongKey, ValueError):
        return False


def _is_attached(beside: Beside, row: Row[Any], event: Row[Any]) -> bool:
    kept = {"sha256": row.sha256, "size": row.size, "media_type": row.media_type}
    name = beside.opened(row.name_sealed, file_aad(beside.ref, row.stored_as + ":name"))
    return dict(Recorded.of(event).shown) == kept and name == beside.words(event).get("name")


def _person(event: Row[Any]) -> int | None:
    return event.actor_id if event.actor_kind == "person" else None
