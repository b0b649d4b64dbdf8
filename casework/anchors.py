"""The anchor of a day: the ends of all chains that moved, written down outside the tables (design 7).

A chain shows what was changed, a seal that an end was cut off. That the whole database is an older copy of itself shows only beside
something kept elsewhere: that is what an anchor is. Its costs follow the events since the last one, never the size of the tables.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

import models
from casework.anchor_papers import Totals, heads, opening, shown
from casework.anchor_places import Place, home_folder, name_of, settle
from casework.chain import GENESIS
from casework.errors import Stale, StoreProblem
from casework.hand import CASES
from casework.office_chain import EVENTS as OFFICE_EVENTS
from casework.record import EVENTS
from casework.refusal_chain import REFUSALS
from casework.sealing import ANCHORS_HEAD
from casework.seals import put_head
from casework.settings import Settings
from casework.store import Store

ANCHORS = models.table(models.Anchor)
LAG = timedelta(minutes=10)
"""An event younger than this may stand before one that is not committed yet: such are looked at again by the next anchor."""
_PART = ".part"
_AT_ONCE = 1000


@dataclass(frozen=True)
class Anchored:
    """An anchor that was made. `heads`: how many cases had events since the last one; `digest`: as it is shown to people."""

    no: int
    heads: int
    digest: str


def make_anchor(store: Store, settings: Settings, at: datetime) -> Anchored:
    """Write an anchor into the home's folder and its row into the table, in one act: after a crash there are both or, mended by the next run, neither.

    Raises StoreProblem when the folder cannot be written or already holds anchors that this database does not know, Stale when another run
    made one meanwhile.
    """
    folder = home_folder(settings)
    with _folder_errors(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with store.reading() as session:
            isolated = (
                {"isolation_level": "REPEATABLE READ"} if store.engine.dialect.name == "postgresql" else {}
            )
            connection = session.connection(execution_options=isolated)
            last = newest(connection)
            _mend(folder, last)
            part = folder / f"{name_of((last.no if last else 0) + 1)}.{secrets.token_hex(4)}{_PART}"
            try:
                totals, digest, cases = _written(store, connection, part, last, at)
            except (
                BaseException
            ):  # half a document must not stay, whatever stopped its writing; it goes on its way
                part.unlink(missing_ok=True)
                raise
        try:
            _keep(store, totals, digest, last)
        except BaseException:  # nor one that the table does not know
            part.unlink(missing_ok=True)
            raise
        part.rename(folder / name_of(totals.no))
        settle(folder)
    return Anchored(totals.no, cases, shown(digest))


def newest(connection: Connection) -> Row[Any] | None:
    """The last anchor that was made."""
    return connection.execute(select(ANCHORS).order_by(ANCHORS.c.no.desc()).limit(1)).one_or_none()


def _written(
    store: Store, connection: Connection, part: Path, last: Row[Any] | None, at: datetime
) -> tuple[Totals, bytes, int]:
    """Write the document; return its totals, its digest and how many cases are in it."""
    since = last.high_event_id if last is not None else 0
    changed = select(EVENTS.c.case_id).where(EVENTS.c.id > since)
    cases = (
        select(CASES.c.ref, CASES.c.head_seq, CASES.c.head_hash)
        .where(CASES.c.id.in_(changed))
        .order_by(CASES.c.id)
    )
    newest_of = select(func.max(OFFICE_EVENTS.c.id)).group_by(OFFICE_EVENTS.c.office_id)
    offices = (
        select(OFFICE_EVENTS).where(OFFICE_EVENTS.c.id.in_(newest_of)).order_by(OFFICE_EVENTS.c.office_id)
    )
    refusal = connection.execute(select(REFUSALS.c.no, REFUSALS.c.mac).order_by(REFUSALS.c.no.desc()).limit(1)).one_or_none()  # fmt: skip
    made, lines = hashlib.sha256(), 0
    high = _settled(connection, since, at)
    totals = Totals(
        1 if last is None else last.no + 1, at, high, (last.cases if last else 0) + _count(connection, since, high, "opened"),
        (last.events if last else 0) + _count(connection, since, high), refusal.no if refusal is not None else 0, bytes(last.digest) if last is not None else b"",
    )  # fmt: skip
    with part.open("xb") as opened:
        found = connection.execute(cases.execution_options(yield_per=_AT_ONCE))
        end = (refusal.no, bytes(refusal.mac)) if refusal is not None else (0, GENESIS)
        for line in chain((opening(totals.no),), heads(store.keys, found, connection.execute(offices), end)):
            opened.write(line)
            made.update(line)
            lines += line.startswith(b'{"case"')
        digest = totals.digest(store.keys, made.digest())
        opened.write(totals.line(digest))
        opened.flush()
    settle(part)
    return totals, digest, lines


def _settled(connection: Connection, since: int, at: datetime) -> int:
    """The highest event before which nothing can still appear: the next anchor begins after it, and lists some cases again."""
    young = select(func.min(EVENTS.c.id)).where(EVENTS.c.id > since, EVENTS.c.recorded_at > at - LAG)
    first = connection.execute(young).scalar()
    if first is not None:
        return int(first) - 1
    return int(connection.execute(select(func.max(EVENTS.c.id)).where(EVENTS.c.id > since)).scalar() or since)


def _count(connection: Connection, since: int, high: int, kind: str | None = None) -> int:
    wanted = select(func.count()).select_from(EVENTS).where(EVENTS.c.id > since, EVENTS.c.id <= high)
    return int(
        connection.execute(wanted if kind is None else wanted.where(EVENTS.c.kind == kind)).scalar_one()
    )


def _keep(store: Store, totals: Totals, digest: bytes, before: Row[Any] | None) -> None:
    """Write the row. Raises Stale if another anchor was made meanwhile."""
    with store.transaction() as session:
        connection = session.connection()
        there = connection.execute(
            select(ANCHORS.c.no).order_by(ANCHORS.c.no.desc()).limit(1).with_for_update()
        ).scalar()
        if there != (before.no if before is not None else None):
            raise Stale("Another anchor was made in the meantime.")
        row = {
            "no": totals.no, "made_at": totals.made_at, "high_event_id": totals.high_event_id, "cases": totals.cases, "events": totals.events,
            "refusals": totals.refusals, "digest": digest, "prev_digest": totals.previous,
        }  # fmt: skip
        connection.execute(insert(ANCHORS), row)
        put_head(connection, store.keys, ANCHORS_HEAD, totals.no, digest)


def _mend(folder: Path, last: Row[Any] | None) -> None:
    """Take up the document of a run that died after its row was written, and remove those of runs that died before.

    Raises StoreProblem for anchors that this database does not know: it is an older copy of itself.
    """
    no = last.no if last is not None else 0
    if (latest := max(Place.at(str(folder)).documents(), default=0)) > no:
        raise StoreProblem(
            "The folder of anchors holds number {there}, but this database has made {no}: it is an older copy.",
            hint="`duecourse audit verify` says what is missing. If you have restored it on purpose, move the newer anchors to another folder.",
            there=latest,
            no=no,
        )
    for part in folder.glob(f"*{_PART}"):
        if last is not None and part.name.startswith(name_of(no)) and not (folder / name_of(no)).exists():
            with suppress(OSError):
                if part.read_bytes().endswith(Totals.of(last).line(bytes(last.digest))):
                    part.rename(folder / name_of(no))
                    continue
        if part.name[: len(name_of(no))] <= name_of(no):
            part.unlink(missing_ok=True)


@contextmanager
def _folder_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreProblem(
            "The folder {folder} for anchors cannot be written.",
            hint="Check its rights, and that its disk is not full.",
            folder=str(folder),
        ) from error
