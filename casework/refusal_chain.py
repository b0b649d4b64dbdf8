"""Refusals, numbered without gaps over the installation and chained by a keyed digest: one that was removed or changed shows.

A refusal of the time before there were digests takes part all the same: the first one after it counts on over all of them.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

import models
from casework.chain import GENESIS, event_bytes, link
from casework.closing import one_at_a_time
from casework.docket import micros
from casework.keys import MasterKeys
from casework.outcome import Refused
from casework.seals import put_head
from states.facts import Actor

REFUSALS = models.table(models.Refusal)
HEAD = "refusals"
# Any number will do that nothing else in the database locks: these are the letters of "refu".
_LOCK = 0x72656675
_AT_ONCE = 1000


def write_refusal(
    keys: MasterKeys, connection: Connection, refusal: Refused, actor: Actor, at: datetime
) -> None:
    """Append one refusal: who tried what, and which requirements stood in the way; never the evidence's values."""
    one_at_a_time(connection, _LOCK)
    last = connection.execute(
        select(REFUSALS.c.no, REFUSALS.c.mac).order_by(REFUSALS.c.no.desc()).limit(1)
    ).one_or_none()
    row: dict[str, Any] = {
        "no": 1 if last is None else last.no + 1, "case_id": refusal.case_id, "case_ref": refusal.ref, "act_kind": refusal.act_kind, "act": refusal.act,
        "actor_kind": actor.kind, "actor_id": actor.person if actor.person is not None else actor.via, "at": at,
        "requirements": json.dumps([[r.kind, r.sentence, r.clause, list(r.do), dict(r.params)] for r in refusal.requirements]),
    }  # fmt: skip
    before = GENESIS if last is None else bytes(last.mac) or _counted_on(keys, connection)
    row["mac"] = digest_of(keys, before, row)
    connection.execute(insert(REFUSALS), row)
    put_head(connection, keys, HEAD, row["no"], row["mac"])


def digest_of(keys: MasterKeys, before: bytes, row: Mapping[str, Any]) -> bytes:
    """The keyed digest of a refusal's row after the one before it."""
    fields = {name: row[name] for name in _DIGESTED} | {"at": micros(row["at"])}
    return link(keys.proof_key("refusal"), before, event_bytes(fields))


def all_rows(connection: Connection) -> Iterator[Mapping[str, Any]]:
    """Every refusal in the order of the numbers, read piece by piece."""
    last = None
    while True:
        wanted = select(REFUSALS).order_by(REFUSALS.c.no).limit(_AT_ONCE)
        rows = (
            connection.execute(wanted if last is None else wanted.where(REFUSALS.c.no > last))
            .mappings()
            .all()
        )
        if not rows:
            return
        for row in rows:
            yield {str(name): value for name, value in row.items()}
        last = rows[-1]["no"]


def _counted_on(keys: MasterKeys, connection: Connection) -> bytes:
    """The digest that the last refusal would have, had those before it been given theirs."""
    before = GENESIS
    for row in all_rows(connection):
        before = digest_of(keys, before, row)
    return before


_DIGESTED = ("no", "case_id", "case_ref", "act_kind", "act", "actor_kind", "actor_id", "requirements")
