"""The idle watch: what one look costs when nothing is due, with few and with many armed deadlines."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import event, insert

import models
from bench.offices import START, prepared
from casework.pulse import look
from casework.store import Store

FEW = 1_000
LOOKS = 200
CHUNK = 5_000


@dataclass(frozen=True)
class Watched:
    """Armed deadlines -> (statements, microseconds) of one look."""

    where: str
    looks: dict[int, tuple[int, float]]


def watched(where: str, urls: Sequence[str], many: int) -> Watched:
    """Arm few deadlines in one database and `many` in another, none due, and look at both."""
    found: dict[int, tuple[int, float]] = {}
    for url, armed in zip(urls, (FEW, many), strict=True):
        with prepared(url, Path(tempfile.mkdtemp(prefix="duecourse-bench-")), 1) as ready:
            _arm(ready.store, armed)
            found[armed] = _idle(ready.store)
    return Watched(where, found)


def _arm(store: Store, armed: int) -> None:
    rows = [
        {
            "case_id": 1, "kind": "bench", "rung": 0, "entry": n, "due_at": START + timedelta(days=30, seconds=n),
            "anchor_at": START, "clock": "24x7", "status": "armed", "breach": True, "tells": "[]", "clause": "P6b",
            "source": "default", "seconds": 1, "provisional": False, "late": False, "attempts": 0,
        }
        for n in range(armed)
    ]  # fmt: skip
    with store.transaction() as session:
        for start in range(0, armed, CHUNK):
            session.connection().execute(insert(models.table(models.Deadline)), rows[start : start + CHUNK])


def _idle(store: Store) -> tuple[int, float]:
    said: list[str] = []
    event.listen(
        store.engine, "before_cursor_execute", lambda _c, _cur, statement, *_: said.append(statement)
    )
    took = []
    for _ in range(LOOKS):
        said.clear()
        began = time.perf_counter()
        with store.reading() as session:
            look(session, START)
        took.append(time.perf_counter() - began)
    return len([s for s in said if not s.startswith("BEGIN")]), median(took) * 1e6
