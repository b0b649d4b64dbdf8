"""The chain over an office's own rows: its people, what they may do and when, its settings, days, rulings, rules and lists, its begun registers.

Every transaction that changes them notes it (`closing.note_change`, or `offices.touch_offices`, which does so too) and ends with one
event here, whose digest is over all these rows as they then stand. Rows that were changed past that are not the ones of the last event.
Costs are those of the people and listed guests of an office, and arise only where an office is changed.
"""

import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, insert, select

import models
from casework.chain import GENESIS, event_bytes, link
from casework.closing import Change, one_at_a_time
from casework.docket import micros
from casework.keys import MasterKeys
from casework.seals import put_head, seal_of

EVENTS = models.table(models.OfficeEvent)
OFFICES = models.table(models.Office)
PEOPLE = models.table(models.Person)
ALL_OFFICES = "offices"
OF = "of_office"
PART = 16
"""Bytes of a digest for each table."""
# Any number will do that nothing else in the database locks: these are the letters of "offi".
_LOCK = 0x6F666669
_HASHED = ("office_id", "seq", "what", "digest", "actor_kind", "actor_id")


@dataclass(frozen=True)
class Kept:
    """One table of an office's own. `leaves_out`: columns that say nothing of the office, or change without it."""

    table: Table
    leaves_out: frozenset[str] = frozenset()

    def rows(self) -> Select[Any]:
        """The rows of every office, one office after the other, in the order of their keys; whose they are stands under `OF`."""
        table = self.table
        kept = [column for column in table.columns if column.name not in self.leaves_out]
        if table is OFFICES:
            return select(table.c.id.label(OF), *kept).order_by(table.c.id)
        if "office_id" in table.c:
            return select(table.c.office_id.label(OF), *kept).order_by(table.c.office_id, *table.primary_key)
        joined = table.join(PEOPLE, PEOPLE.c.id == table.c.person_id)
        whose = PEOPLE.c.office_id.label(OF)
        return select(whose, *kept).select_from(joined).order_by(PEOPLE.c.office_id, *table.primary_key)


KEPT = (
    Kept(OFFICES),
    Kept(models.table(models.Unit)),
    Kept(PEOPLE),
    Kept(models.table(models.PersonRole)),
    Kept(models.table(models.PersonToken)),
    Kept(models.table(models.Absence)),
    Kept(models.table(models.RosterSlot)),
    Kept(models.table(models.OfficeSetting)),
    Kept(models.table(models.DayOverride)),
    Kept(models.table(models.Undertaking)),
    Kept(models.table(models.Interpretation)),
    Kept(models.table(models.EditionApproval)),
    # A rotation wraps the key anew, and changes nothing of the office.
    Kept(models.table(models.OfficeKey), frozenset({"wrapped", "master_id"})),
    # That a register was begun; how far it has come is sealed in its own row, since it moves with every case.
    Kept(models.table(models.RegisterCounter), frozenset({"last_no", "seal"})),
    Kept(models.table(models.HouseRule)),
    Kept(models.table(models.ListedGuest)),
    Kept(models.table(models.Delegation)),
)
"""In this order their parts stand in a digest: a new table goes to the end."""


def append_changes(keys: MasterKeys, connection: Connection, changes: Sequence[Change]) -> None:
    """Append one event to the chain of every office whose rows are no longer those of its last one. The last thing a transaction does."""
    one_at_a_time(connection, _LOCK)
    what = ", ".join(dict.fromkeys(change.what for change in changes))
    at, by = changes[-1].at, changes[-1].by
    for office_id, digest in digests_of(keys, connection).items():
        last = last_event(connection, office_id)
        if last is None or bytes(last.digest) != digest:
            _append(keys, connection, office_id, last, {"what": what, "digest": digest, "at": at, "by": by})


def digests_of(keys: MasterKeys, connection: Connection) -> dict[int, bytes]:
    """By office, the keyed digest over its rows as they stand now, part by part in the order of `KEPT`."""
    offices = connection.execute(select(OFFICES.c.id).order_by(OFFICES.c.id)).scalars().all()
    found = dict.fromkeys(offices, b"")
    for kept in KEPT:
        rows: dict[int, list[Mapping[str, Any]]] = {}
        for row in connection.execute(kept.rows()).mappings():
            rows.setdefault(row[OF], []).append(
                {str(name): value for name, value in row.items() if name != OF}
            )
        for office_id in offices:
            found[office_id] += _part(keys, kept, rows.get(office_id, ()))
    return found


def different(keys: MasterKeys, digest: bytes, now: bytes) -> tuple[str, ...]:
    """The tables whose parts differ. A digest of the time before a table was there stands for an empty one."""
    empty = b"".join(_part(keys, kept, ()) for kept in KEPT)
    then = digest + empty[len(digest) :]
    parts = range(0, max(len(now), len(then)), PART)
    return tuple(
        KEPT[place // PART].table.name if place // PART < len(KEPT) else "office_event"
        for place in parts
        if then[place : place + PART] != now[place : place + PART]
    )


def last_event(connection: Connection, office_id: int) -> Row[Any] | None:
    """The newest event of an office."""
    mine = select(EVENTS).where(EVENTS.c.office_id == office_id)
    return connection.execute(mine.order_by(EVENTS.c.seq.desc()).limit(1)).one_or_none()


def event_hash(keys: MasterKeys, row: Mapping[str, Any]) -> bytes:
    """The keyed hash of an office's event after the one before it."""
    fields = {name: row[name] for name in _HASHED} | {"at": micros(row["at"])}
    return link(keys.proof_key("office chain"), bytes(row["prev_hash"]), event_bytes(fields))


def offices_digest(keys: MasterKeys, offices: Mapping[int, str]) -> bytes:
    """A digest over which offices there are: number and key."""
    return seal_of(keys, ALL_OFFICES, {str(number): key for number, key in offices.items()})


def _part(keys: MasterKeys, kept: Kept, rows: Iterable[Mapping[str, Any]]) -> bytes:
    made = hmac.new(keys.proof_key("office"), kept.table.name.encode(), "sha256")
    for row in rows:
        made.update(event_bytes(dict(_plain(row))))
    return made.digest()[:PART]


def _plain(row: Mapping[str, Any]) -> Iterator[tuple[str, str | int | bytes]]:
    """A row as it is digested. What is not set is left out, so that a column added later changes no digest."""
    for name, value in row.items():
        match value:
            case None:
                continue
            case datetime():
                yield name, micros(value)
            case date():
                yield name, value.isoformat()
            case bool():
                yield name, int(value)
            case bytes() | memoryview():
                yield name, bytes(value)
            case _:
                yield name, value


def _append(
    keys: MasterKeys, connection: Connection, office_id: int, last: Row[Any] | None, change: Mapping[str, Any]
) -> None:
    row: dict[str, Any] = {
        "office_id": office_id,
        "seq": 1 if last is None else last.seq + 1,
        "what": change["what"],
        "digest": change["digest"],
        "actor_kind": "console" if change["by"] is None else "person",
        "actor_id": change["by"],
        "at": change["at"],
        "prev_hash": GENESIS if last is None else bytes(last.hash),
    }
    row["hash"] = event_hash(keys, row)
    connection.execute(insert(EVENTS), row)
    put_head(connection, keys, f"office:{office_id}", row["seq"], row["hash"])
    if last is None:
        there = {
            r.id: r.key
            for r in connection.execute(select(OFFICES.c.id, OFFICES.c.key).order_by(OFFICES.c.id))
        }
        put_head(connection, keys, ALL_OFFICES, len(there), offices_digest(keys, there))
