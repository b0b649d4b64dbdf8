"""Writing one event: its evidence in the clear and sealed, chained to the event before it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

import models
from casework import chain
from casework.docket import micros
from casework.hand import Hand
from casework.keys import seal
from casework.prepared import Prepared
from casework.store import Store
from states.facts import Actor

EVENTS = models.table(models.Event)
_ROW = (
    "case_id", "seq", "kind", "name", "from_state", "to_state", "actor_kind", "actor_id", "roles", "round", "happened_at", "recorded_at", "command_id",
    "clear", "sealed", "prev_hash", "hash",
)  # fmt: skip
_INSERT = Prepared(insert(EVENTS).inline(), _ROW)


def aad(ref: str, seq: int) -> bytes:
    """What ties sealed evidence to its place: the case's reference and the event's sequence."""
    return f"{ref}:{seq}".encode()


def write_event(
    store: Store,
    connection: Connection,
    hand: Hand,
    kind: str,
    name: str,
    actor: Actor,
    *,
    from_state: str,
    happened_at: datetime,
    recorded_at: datetime,
    clear: Mapping[str, object],
    sealed: Mapping[str, object] | None = None,
    command_id: str | None = None,
) -> int:
    """Append the next event of the case in hand and return its sequence. `sealed` is encrypted under the case's key."""
    seq = hand.head_seq + 1
    secret = (
        seal(hand.key, json.dumps(sealed, ensure_ascii=False).encode(), aad(hand.ref, seq))
        if sealed
        else None
    )
    row: dict[str, Any] = {
        "case_id": hand.id, "seq": seq, "kind": kind, "name": name, "from_state": from_state, "to_state": hand.state, "actor_kind": actor.kind,
        "actor_id": actor.person if actor.person is not None else actor.via, "roles": ",".join(sorted(actor.roles)), "round": hand.round,
        "happened_at": happened_at, "recorded_at": recorded_at, "command_id": command_id,
        "clear": json.dumps(clear, ensure_ascii=False, separators=(",", ":")), "sealed": secret,
    }  # fmt: skip
    row["prev_hash"] = hand.head_hash
    row["hash"] = hand.head_hash = event_hash(store, hand.ref, row)
    hand.head_seq = seq
    _INSERT.write(connection, row)
    return seq


def event_hash(store: Store, ref: str, row: Mapping[str, Any]) -> bytes:
    """The keyed hash of an event row after the one before it. The same row always gives the same hash, on both engines."""
    fields: dict[str, str | int | bytes | None] = {name: row[name] for name in _HASHED}
    fields |= {
        "ref": ref,
        "happened_at": micros(row["happened_at"]),
        "recorded_at": micros(row["recorded_at"]),
    }
    return chain.link(store.keys.chain_key(), bytes(row["prev_hash"]), chain.event_bytes(fields))


_HASHED = (
    "seq", "kind", "name", "from_state", "to_state", "actor_kind", "actor_id", "roles", "round", "command_id", "clear", "sealed",
)  # fmt: skip
