"""Sealing what was there before there were seals: once, when a database is made or brought to this version.

From then on every act seals what it moves. What is without a seal later was written past the door, or had its seal taken away, and the
audit says so. What was recorded before the upgrade is sealed as it stood then: no earlier change can show.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select, update

import models
from casework.chain import GENESIS, event_bytes, link
from casework.closing import Change
from casework.docket import micros
from casework.keys import MasterKeys
from casework.office_chain import ALL_OFFICES, append_changes, offices_digest
from casework.refusal_chain import HEAD as REFUSALS_HEAD
from casework.refusal_chain import all_rows, digest_of
from casework.seals import counter_seal, head_seal, heads_of, put_head

CASES = models.table(models.Case)
COUNTERS = models.table(models.RegisterCounter)
LINKS = models.table(models.Link)
READINGS = models.table(models.Reading)
ANCHORS_HEAD = "anchors"
REFUSALS_BEFORE, READINGS_BEFORE, LINKS_BEFORE = "refusals before", "readings before", "links before"
"""Rows of a time when they left no event, or had no digest: how many, up to which number, and a digest over them."""
_AT_ONCE = 500


def seal_all(keys: MasterKeys, connection: Connection, at: datetime) -> None:
    """Seal everything as it stands, unless that was done before."""
    if ANCHORS_HEAD in heads_of(connection):
        return
    _seal_cases(keys, connection)
    for row in connection.execute(select(COUNTERS)).all():
        sealed = counter_seal(keys, row.office_id, row.kind, row.year, row.last_no)
        connection.execute(update(COUNTERS).where(COUNTERS.c.id == row.id).values(seal=sealed))
    put_head(connection, keys, ALL_OFFICES, 0, offices_digest(keys, {}))
    append_changes(keys, connection, [Change("sealed as it stood", at, None)])
    last, digest = 0, GENESIS
    for refusal in all_rows(connection):
        last, digest = refusal["no"], digest_of(keys, digest, refusal)
    put_head(connection, keys, REFUSALS_HEAD, last, digest)
    put_head(connection, keys, REFUSALS_BEFORE, last, digest)
    for name, table in ((READINGS_BEFORE, READINGS), (LINKS_BEFORE, LINKS)):
        number = int(connection.execute(select(func.max(table.c.id))).scalar() or 0)
        put_head(connection, keys, name, number, digest_before(keys, connection, select(table), number))
    put_head(connection, keys, ANCHORS_HEAD, 0, b"")


def digest_before(keys: MasterKeys, connection: Connection, rows: Select[Any], number: int) -> bytes:
    """A keyed digest over the rows of a table up to a number."""
    digest, key = GENESIS, keys.proof_key("before")
    table = rows.get_final_froms()[0]
    for row in connection.execute(rows.where(table.c.id <= number).order_by(table.c.id)).mappings():
        digest = link(key, digest, event_bytes(dict(_plain(row))))
    return digest


def _plain(row: RowMapping) -> Iterator[tuple[str, str | int | bytes | None]]:
    for name, value in row.items():
        yield str(name), micros(value) if isinstance(value, datetime) else value


def _seal_cases(keys: MasterKeys, connection: Connection) -> None:
    last = -1
    wanted = select(CASES.c.id, CASES.c.office_id, CASES.c.ref, CASES.c.head_seq, CASES.c.head_hash)
    while rows := connection.execute(
        wanted.where(CASES.c.id > last).order_by(CASES.c.id).limit(_AT_ONCE)
    ).all():
        for row in rows:
            sealed = head_seal(keys, row.id, row.office_id, row.ref, row.head_seq, bytes(row.head_hash))
            connection.execute(update(CASES).where(CASES.c.id == row.id).values(head_seal=sealed))
        last = rows[-1].id
