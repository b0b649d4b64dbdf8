"""Which deadlines are armed, kept or cancelled when a case has changed: the difference of what ran before and what runs now.

Nothing is read for it: what runs follows from the facts. An act that comes after a rung was due breaks that rung first, whoever is
quicker, the watch or the door.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, case, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

import models
from casework.errors import BadInput
from casework.hand import Hand
from casework.offices import OfficeView
from casework.prepared import Prepared
from states.deadlines import Deadline, Rung, Running, running, stopped_by_duty
from states.facts import Facts

TABLE = models.table(models.Deadline)


def _again(dialect: Callable[[Table], Any]) -> Any:  # noqa: ANN401  both dialects' inserts, which share no type
    statement = dialect(TABLE).inline()
    return statement.on_conflict_do_update(
        index_elements=["case_id", "kind", "rung", "entry"],
        set_={
            "status": "armed",
            "due_at": statement.excluded.due_at,
            "claimed_by": None,
            "lease_until": None,
            "attempts": 0,
            "error_code": None,
        },
        where=TABLE.c.status == "cancelled",
    )


_MINE = and_(
    TABLE.c.case_id == bindparam("c"), TABLE.c.kind == bindparam("k"), TABLE.c.entry == bindparam("e")
)
# By the moment of recording: whoever is quicker, the watch or the door, a late record leaves the same trace for the manager to confirm.
_LATE = Prepared(
    select(
        TABLE.c.id, TABLE.c.kind, TABLE.c.rung, TABLE.c.due_at, TABLE.c.breach, TABLE.c.tells, TABLE.c.clause
    ).where(_MINE, TABLE.c.status == "armed", TABLE.c.due_at < bindparam("now"))
)
_BREAK = Prepared(
    update(TABLE)
    .where(TABLE.c.id == bindparam("i"))
    .values(status="fired", fired_at=bindparam("now"), late=True, claimed_by=None, lease_until=None)
)
_KEEP = Prepared(
    update(TABLE)
    .where(_MINE, TABLE.c.status != "cancelled", TABLE.c.kept_at.is_(None))
    .values(kept_at=bindparam("t"), status=case((TABLE.c.status == "armed", "kept"), else_=TABLE.c.status))
)
_ROW = (
    "case_id", "kind", "rung", "entry", "due_at", "anchor_at", "clock", "status", "breach", "tells", "clause", "source", "seconds", "provisional", "late", "attempts",
)  # fmt: skip
_ARM = Prepared(
    {
        name: _again(dialect)
        for name, dialect in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
    },
    _ROW,
)
_ARM_NEW = Prepared(insert(TABLE).inline(), _ROW)
_CANCEL = Prepared(update(TABLE).where(_MINE, TABLE.c.status == "armed").values(status="cancelled"))


@dataclass(frozen=True)
class BrokenRung:
    """A rung that was due before the act that would have kept it."""

    deadline_id: int
    kind: str
    rung: int
    due_at: datetime
    breach: bool
    tells: tuple[str, ...]
    clause: str


def limit(office: OfficeView, deadline: Deadline, rung: Rung, number: int, at: datetime) -> timedelta:
    """How long this rung is for this office today: the edition's number, or the office's own where the rung allows it.

    Raises BadInput for a setting outside the bounds; `duecourse office load` refuses it earlier.
    """
    name = f"limit.{deadline.owner}.{deadline.name}.{number}"
    own = office.setting(name, office.calendar.local_day(at))
    if own is None:
        return rung.after
    chosen = timedelta(seconds=float(str(own)))
    if not rung.allows(chosen):
        raise BadInput("The setting {name} lies outside what the clause {clause} allows.", hint="A number of the text can only be tightened.",
                       name=name, clause=deadline.clause)  # fmt: skip
    return chosen


def due_at(office: OfficeView, run: Running, length: timedelta) -> datetime:
    """The moment (UTC) a rung is due: on the 24x7 clock by adding, on the working-day clock by counting the office's working days."""
    if run.deadline.clock == "24x7":
        return run.anchor + length
    return office.calendar.add_working_days(run.anchor, length.days)


def rows(hand: Hand, runs: Iterable[Running]) -> list[dict[str, Any]]:
    """The rows to insert for these deadlines, one a rung."""
    return [_row(hand, run, number, rung) for run in runs for number, rung in enumerate(run.deadline.ladder)]


def _row(hand: Hand, run: Running, number: int, rung: Rung) -> dict[str, Any]:
    deadline, office = run.deadline, hand.office
    length = limit(office, deadline, rung, number, run.anchor)
    due = due_at(office, run, length)
    return {
        "case_id": hand.id, "kind": deadline.name, "rung": number, "entry": run.entry, "due_at": due, "anchor_at": run.anchor,
        "clock": deadline.clock, "status": "armed", "breach": rung.breach, "tells": json.dumps([r.name for r in rung.tell]),
        "clause": deadline.clause, "source": rung.source, "seconds": int(length.total_seconds()),
        "provisional": deadline.clock != "24x7" and office.calendar.provisional(office.calendar.local_day(due)),
        "late": False, "attempts": 0,
    }  # fmt: skip


def arm(connection: Connection, made: list[dict[str, Any]]) -> None:
    """Arm these rungs. One that was cancelled for the same entry runs again from the same anchor; one that fired stays fired."""
    if not made:
        return
    _ARM.write(connection, made)


def arm_new(connection: Connection, made: list[dict[str, Any]]) -> None:
    """Arm the rungs of a case that has just been opened."""
    if made:
        _ARM_NEW.write(connection, made)


def rearm(connection: Connection, hand: Hand, before: Facts, now: datetime) -> list[BrokenRung]:
    """Cancel, keep and arm what the change from `before` to the case in hand demands. Returns the rungs broken by coming too late."""
    after = hand.facts()
    was = {(r.deadline.name, r.entry): r for r in running(before.procedure, before)}
    runs = {(r.deadline.name, r.entry): r for r in running(after.procedure, after)}
    broken: list[BrokenRung] = []
    for key in sorted(was.keys() - runs.keys()):
        kept_at = stopped_by_duty(was[key].deadline, after)
        which = {"c": hand.id, "k": key[0], "e": key[1]}
        if kept_at is None:
            _CANCEL.write(connection, which)
            continue
        for r in _LATE.run(connection, which | {"now": now}).all():
            _BREAK.write(connection, {"i": r.id, "now": now})
            tells = tuple(json.loads(r.tells))
            broken.append(BrokenRung(r.id, r.kind, r.rung, r.due_at, r.breach, tells, r.clause))
        _KEEP.write(connection, which | {"t": kept_at})
    arm(connection, rows(hand, [runs[key] for key in sorted(runs.keys() - was.keys())]))
    return sorted(broken, key=lambda rung: (rung.due_at, rung.kind, rung.rung))
