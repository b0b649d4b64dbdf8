"""Whether the anchors are one chain, and everything that was anchored is still there: beside the table, and beside copies kept elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from casework.anchor_papers import Paper, Totals
from casework.anchor_places import Copies
from casework.anchors import ANCHORS
from casework.audit_anchored import There
from casework.audit_flaws import Flaw
from casework.audit_marks import Marks
from casework.errors import Broken
from casework.record import EVENTS
from casework.refusal_chain import REFUSALS
from casework.sealing import ANCHORS_HEAD

__all__ = ["Copies", "anchor_findings"]


def anchor_findings(connection: Connection, marks: Marks, copies: Copies | None) -> Iterator[Flaw]:
    """Yield what is wrong with the anchors, and what they show: events, cases or refusals that there were and are no more."""
    rows = connection.execute(select(ANCHORS).order_by(ANCHORS.c.no)).all()
    yield from _chain(marks, rows)
    if rows:
        yield from _shrunk(connection, Totals.of(rows[-1]))
    if copies is not None:
        yield from _copies(connection, marks, {row.no: row for row in rows}, copies)


def _chain(marks: Marks, rows: Sequence[Row[Any]]) -> Iterator[Flaw]:
    """The first anchor of the table that is not as it was written."""
    before = b""
    for expected, row in enumerate(rows, start=1):
        if row.no != expected:
            yield Flaw(None, expected, "The anchor {no} is missing.", {"no": expected})
            return
        if bytes(row.prev_digest) != before or _digest(marks, row) != bytes(row.digest):
            yield Flaw(None, row.no, "The anchor {no} was changed or put in.", {"no": row.no})
            return
        before = bytes(row.digest)
    if not marks.fits(ANCHORS_HEAD, len(rows), before):
        yield Flaw(None, len(rows) + 1, "The anchor {no} is missing: the end of their list was cut off.", {"no": len(rows) + 1})  # fmt: skip


def _digest(marks: Marks, row: Row[Any]) -> bytes:
    try:
        return Totals.of(row).digest(marks.keys, bytes(row.digest)[:32])
    except (Broken, TypeError, ValueError, AttributeError):
        return b""


def _shrunk(connection: Connection, totals: Totals) -> Iterator[Flaw]:
    """Fewer events, cases or refusals than there were when the anchor was made."""
    up_to = EVENTS.c.id <= totals.high_event_id
    counted = (
        ("events", totals.events, select(func.count()).select_from(EVENTS).where(up_to)),
        (
            "cases",
            totals.cases,
            select(func.count()).select_from(EVENTS).where(up_to, EVENTS.c.kind == "opened"),
        ),
        ("refusals", totals.refusals, select(func.count()).select_from(REFUSALS)),
    )
    for what, then, query in counted:
        now = connection.execute(query).scalar_one()
        if now < then:
            yield Flaw(
                None,
                totals.no,
                "The anchor {no} of {day} counted {then} {what}, and {now} of them are there.",
                {
                    "no": totals.no,
                    "day": totals.made_at.date().isoformat(),
                    "then": then,
                    "what": what,
                    "now": now,
                },
            )


def _copies(
    connection: Connection, marks: Marks, rows: Mapping[int, Row[Any]], copies: Copies
) -> Iterator[Flaw]:
    """Compare the copies with the table, and what they list with what is there. The newest come first: a case is looked for once."""
    yield from _absent(rows, copies)
    there = There(connection, marks)
    after: Paper | None = None
    newest = True
    for no, paper in copies.newest_first(marks.keys):
        told: dict[str, object] = {"no": no}
        if paper is None:
            yield Flaw(
                None, no, "The copy of the anchor {no} was changed, or is none of this installation.", told
            )
            after = None
            continue
        told["day"] = paper.totals.made_at.date().isoformat()
        if after is not None and after.totals.no == no + 1 and after.totals.previous != paper.digest:
            yield Flaw(
                None, no, "The copy of the anchor {no} is not the one that the next anchor followed.", told
            )
        if newest and no > max(rows, default=0):
            yield Flaw(None, no, "This database is older than the anchor {no} of {day}: it is an older copy of itself.", told)  # fmt: skip
            yield from _shrunk(connection, paper.totals)
        elif no in rows and bytes(rows[no].digest) != paper.digest:
            yield Flaw(
                None, no, "The copy of the anchor {no} is not the anchor that this database has made.", told
            )
        yield from there.lacking(paper, told)
        after, newest = paper, False


def _absent(rows: Mapping[int, Row[Any]], copies: Copies) -> Iterator[Flaw]:
    """Anchors that were made and of which there is no copy."""
    lost = sorted(rows.keys() - copies.numbers.keys())
    if lost:
        told = {"n": len(lost), "no": lost[0]}
        yield Flaw(None, lost[0], "Of {n} anchors, of which number {no} is the first, there is no copy where they were looked for.", told)  # fmt: skip
