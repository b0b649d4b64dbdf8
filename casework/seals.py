"""Keyed seals over what could otherwise be taken away at the end: the last event of a case, the last number of a register, the last row of a chain.

A chain shows every change but one: its newest links removed, and the row that counts them set back. Whoever does that has not the key, so
the old count has no seal that fits; only the seal of that very moment, kept from an earlier copy, would. Anchors are for that.
"""

import hmac
from collections.abc import Mapping

from sqlalchemy import Connection, select

import models
from casework.chain import event_bytes
from casework.keys import MasterKeys
from casework.offices import put_mark

MARK = models.table(models.StoreMark)
HEADS = "head:"
"""What the names of the rows of store_mark begin with that seal the end of a chain."""


def seal_of(keys: MasterKeys, purpose: str, fields: Mapping[str, str | int | bytes | None]) -> bytes:
    """Return the 32 bytes that nobody without the key can make for these fields. Each purpose has a key of its own."""
    return hmac.digest(keys.proof_key(purpose), event_bytes(fields), "sha256")


def head_seal(
    keys: MasterKeys, case_id: int, office_id: int, ref: str, head_seq: int, head_hash: bytes
) -> bytes:
    """The seal of a case's last event. It also says to which office the case belongs, and under which number its rows are kept."""
    # Written for every act, hence without `event_bytes`: a reference is of one length, and the numbers end where no digit stands.
    text = f"{ref};{case_id};{office_id};{head_seq};".encode() + head_hash
    return hmac.digest(keys.proof_key("case head"), text, "sha256")


def counter_seal(keys: MasterKeys, office_id: int, kind: str, year: int, last_no: int) -> bytes:
    """The seal of the last number given in a register."""
    return seal_of(keys, "register", {"office": office_id, "kind": kind, "year": year, "last_no": last_no})


def mark_of(keys: MasterKeys, name: str, number: int, digest: bytes) -> str:
    """What store_mark keeps of the end of a chain: how long it is, and the seal of that."""
    return f"{number} {seal_of(keys, 'chain head', {'name': name, 'number': number, 'digest': digest}).hex()}"


def put_head(connection: Connection, keys: MasterKeys, name: str, number: int, digest: bytes) -> None:
    """Keep the end of a chain, in the transaction that moved it."""
    put_mark(connection, HEADS + name, mark_of(keys, name, number, digest))


def heads_of(connection: Connection) -> dict[str, str]:
    """Every sealed end of a chain, by its name."""
    rows = connection.execute(select(MARK.c.key, MARK.c.value).where(MARK.c.key.startswith(HEADS)))
    return {str(row.key).removeprefix(HEADS): str(row.value) for row in rows}
