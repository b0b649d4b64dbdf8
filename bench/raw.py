"""The raw limit: the rows of one move written by hand with the bare driver, one commit each. No rule is checked.

What it writes is what the door writes for the same move: the case by compare-and-swap, one event, the old timers kept, the new ones
armed, one row in the outbox. Reads: the case, locked.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol

import psycopg
from sqlalchemy import make_url

from bench.offices import MOVED_AT

RUNGS = (2, 3, 6)
_TIME = "%Y-%m-%d %H:%M:%S.%f"

TAKE = "SELECT id, version, head_seq, head_hash, docket FROM cases WHERE ref = ?"
SAVE = (
    "UPDATE cases SET state = 'handling', version = version + 1, entry = ?, entered_at = ?, docket = ?, head_seq = ?, head_hash = ?"
    " WHERE id = ? AND version = ?"
)
NOTE = (
    "INSERT INTO event (case_id, seq, kind, name, from_state, to_state, actor_kind, actor_id, roles, round, happened_at, recorded_at,"
    " clear, prev_hash, hash) VALUES (?, ?, 'moved', 'begin', 'received', 'handling', 'person', 1, 'staff', 0, ?, ?, '{}', ?, ?)"
)
KEEP = "UPDATE deadline SET status = 'kept', kept_at = ? WHERE case_id = ? AND kind = 'opinion_due' AND entry = 0 AND status = 'armed'"
ARM = (
    "INSERT INTO deadline (case_id, kind, rung, entry, due_at, anchor_at, clock, status, breach, tells, clause, source, seconds, provisional,"
    " late, attempts) VALUES (?, 'handling_due', ?, ?, ?, ?, 'working days', 'armed', ?, '[\"manager\"]', 'P6b', 'default', 172800, ?, ?, 0)"
)
TELL = "INSERT INTO outbox (office_id, case_id, kind, payload, created_at, not_before, attempts) VALUES (1, ?, 'event', ?, ?, ?, 0)"
PAYLOAD = json.dumps(
    {
        "ref": "c-0000000000",
        "what": "moved",
        "procedure": "property.complaint",
        "name": "begin",
        "from": "received",
        "to": "handling",
    }
)


class Cursor(Protocol):
    """What both drivers give."""

    def execute(self, statement: Any, parameters: Any = ..., /) -> Any: ...  # noqa: ANN401, D102  the drivers' own types differ
    def executemany(self, statement: Any, parameters: Any, /) -> Any: ...  # noqa: ANN401, D102
    def fetchone(self) -> Any: ...  # noqa: ANN401, D102


def raw_mover(url: str, durability: str = "FULL") -> tuple[Callable[[str], None], Callable[[], None]]:
    """Return (move one case by its reference, close)."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        lite = sqlite3.connect(str(address.database), isolation_level=None)
        lite.execute(f"PRAGMA synchronous={durability}")
        lite.execute("PRAGMA foreign_keys=ON")
        lite.execute("PRAGMA cache_size=-32000")
        cursor: Cursor = lite.cursor()
        return lambda ref: _move(cursor, ref, "BEGIN IMMEDIATE", str, ""), lite.close
    server = psycopg.connect(
        address.set(drivername="postgresql").render_as_string(hide_password=False),
        autocommit=True,
        prepare_threshold=1,
    )
    postgres: Cursor = server.cursor()
    return lambda ref: _move(
        postgres, ref, "BEGIN", lambda s: s.replace("?", "%s"), " FOR UPDATE"
    ), server.close


def _move(cursor: Cursor, ref: str, begin: str, written: Callable[[str], str], lock: str) -> None:
    lite = not lock
    now: Any = MOVED_AT.strftime(_TIME) if lite else MOVED_AT
    cursor.execute(begin)
    cursor.execute(written(TAKE + lock), (ref,))
    case, version, head, prev, docket = cursor.fetchone()
    cursor.execute(written(NOTE), (case, head + 1, now, now, prev, bytes(32)))
    cursor.execute(written(KEEP), (now, case))
    armed: Sequence[tuple[Any, ...]] = [
        (
            case,
            n,
            head + 1,
            (MOVED_AT + timedelta(days=d)).strftime(_TIME) if lite else MOVED_AT + timedelta(days=d),
            now,
            n > 0,
            False,
            False,
        )
        for n, d in enumerate(RUNGS)
    ]
    cursor.executemany(written(ARM), armed)
    cursor.execute(written(TELL), (case, PAYLOAD, now, now))
    longer = docket[:-1] + ',[5,"begin",1,0,1772416920000000,[],1]]'
    cursor.execute(written(SAVE), (head + 1, now, longer, head + 1, bytes(32), case, version))
    cursor.execute("COMMIT")
