"""The deadlines of a case beside its chain: which ran, from when, and how each ended, all of it worked out from the events."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from casework.audit_lengths import Lengths, is_due
from casework.offices import OfficeView
from casework.replay import LAWFUL, Recorded
from states.deadlines import Deadline, Rung, Running, duty_done_at, running, stopped_by_duty
from states.facts import Facts
from states.procedure import Procedure


@dataclass(frozen=True)
class _Ran:
    """One deadline that ran. `armed_by`: the event that first armed it; `kept_at`: when the duty was done; `on`: it still runs."""

    run: Running
    armed_by: int
    on: bool = True
    kept_at: datetime | None = None


@dataclass
class Clocks:
    """The deadlines that the events of a case so far have started and stopped, by name and entry."""

    law: Procedure
    ran: dict[tuple[str, int], _Ran] = field(default_factory=dict)

    def follow(self, before: Facts | None, after: Facts, event: Recorded) -> None:
        """Do what the door does about deadlines at each act."""
        if event.kind != "opened" and event.kind not in LAWFUL:
            return
        if event.kind == "corrected" and before is not None:
            self._judge_again(before, after)
        runs = {(r.deadline.name, r.entry): r for r in running(self.law, after) if derivable(r.deadline)}
        for key, ran in self.ran.items():
            if ran.on and key not in runs:
                self.ran[key] = replace(
                    ran, on=False, kept_at=ran.kept_at or stopped_by_duty(ran.run.deadline, after)
                )
        for key, run in runs.items():
            known = self.ran.get(key)
            self.ran[key] = (
                _Ran(run, event.seq) if known is None else replace(known, on=known.kept_at is None)
            )

    def _judge_again(self, before: Facts, after: Facts) -> None:
        """A correction may move the moment at which a duty was done."""
        for key, ran in self.ran.items():
            was, now = duty_done_at(ran.run.deadline, before), duty_done_at(ran.run.deadline, after)
            if now is not None and was is not None and ran.kept_at == was:
                self.ran[key] = replace(ran, kept_at=now)


def derivable(deadline: Deadline) -> bool:
    """Whether the case's own events decide it; a condition on linked cases is not decided by them."""
    return deadline.when is None or not any(atom.startswith("open:") for atom in deadline.when.atoms())


def clock_faults(
    law: Procedure,
    clocks: Clocks,
    rows: Sequence[Row[Any]],
    events: Sequence[Recorded],
    recorded: Mapping[int, datetime],
    office: OfficeView,
    lengths: Lengths,
) -> Iterator[str]:
    """Yield what is wrong with the deadline rows of a case whose chain is whole. `recorded`: when each event was written."""
    known = {d.name: d for d in law.deadlines}
    moved = dict(_moved(rows, events))
    kept = {(row.kind, row.entry, row.rung): row for row in rows}
    asked = {
        (name, entry, rung)
        for (name, entry), ran in clocks.ran.items()
        for rung in range(len(ran.run.deadline.ladder))
    }
    for name, _, rung in sorted(asked - kept.keys()):
        yield f"rung {rung} of its deadline {name} is missing"
    for (name, entry, rung), row in sorted(kept.items()):
        deadline = known.get(name)
        if (
            deadline is None
            or rung >= len(deadline.ladder)
            or ((name, entry, rung) not in asked and derivable(deadline))
        ):
            yield f"it has a rung {rung} of a deadline {name} that never ran"
            continue
        ran = clocks.ran.get((name, entry))
        armed_at = recorded[ran.armed_by] if ran is not None else None
        faulty = _of_the_edition(deadline, deadline.ladder[rung], row)
        if timedelta(seconds=row.seconds) not in lengths.could_be(office, deadline, rung, row.anchor_at, armed_at):  # fmt: skip
            faulty = faulty or "is longer or shorter than it was set"
        if not is_due(office, row, derived=lengths.derived, moved_to=moved.get(row.id)):
            faulty = faulty or "is due at another time"
        faulty = faulty or (_outcome(ran, row) if ran is not None else "")
        if faulty:
            yield f"rung {rung} of its deadline {name} {faulty}"
    yield from _told(rows, events, recorded)


def _of_the_edition(deadline: Deadline, rung: Rung, row: Row[Any]) -> str:
    """What of a row does not agree with the law it was armed under."""
    stored = (row.clock, row.breach, row.clause, row.source, row.tells)
    if stored != (
        deadline.clock,
        rung.breach,
        deadline.clause,
        rung.source,
        json.dumps([role.name for role in rung.tell]),
    ):
        return "is not the one of its edition"
    length = timedelta(seconds=row.seconds)
    return (
        "" if length == rung.after or rung.allows(length) else "is longer or shorter than its clause allows"
    )


def _moved(rows: Sequence[Row[Any]], events: Sequence[Recorded]) -> Iterator[tuple[int, datetime]]:
    """By rung, where the last event about it moved it; of several entries it was the newest that was running."""
    for event in events:
        if event.kind == "rederived":
            mine = [row for row in rows if (row.kind, row.rung) == (event.name, event.shown.get("rung")) and row.entry <= event.seq]  # fmt: skip
            if mine:
                yield (
                    max(mine, key=lambda row: int(row.entry)).id,
                    datetime.fromisoformat(str(event.shown["is"])),
                )


def _outcome(ran: _Ran, row: Row[Any]) -> str:
    """How a rung ended, against how the events say it did."""
    kept_at: datetime | None = row.kept_at
    if row.anchor_at != ran.run.anchor:
        return "is counted from another moment"
    if kept_at != ran.kept_at:
        return "was done at another time, or not at all"
    if kept_at is not None and row.status == "kept" and row.due_at < kept_at:
        return "was kept, but the duty was done too late"
    settled = "armed" if ran.on else "cancelled" if kept_at is None else "kept"
    return (
        ""
        if row.status in {settled, "fired", "dead"}
        else f"stands as {row.status}, which the events do not say"
    )


def _told(
    rows: Sequence[Row[Any]], events: Sequence[Recorded], recorded: Mapping[int, datetime]
) -> Iterator[str]:
    """Every rung that fired is an event, and so is every confirmation; and the other way round."""
    fired = Counter(
        (r.kind, r.rung, r.due_at, r.fired_at, bool(r.breach), bool(r.late))
        for r in rows
        if r.status == "fired" or r.fired_at is not None
    )
    said = Counter(
        (e.name, e.shown.get("rung"), e.happened_at, recorded[e.seq], e.kind == "breached", bool(e.shown.get("late"))) for e in events if e.kind in {"breached", "reminded"}
    )  # fmt: skip
    for name, rung, *_ in sorted(((fired - said) | (said - fired)).keys(), key=str):
        yield f"rung {rung} of its deadline {name} and the events do not agree on whether and when it fired"
    if any(
        (r.status == "fired") != (r.fired_at is not None) or (r.late and r.fired_at is None) for r in rows
    ):
        yield "a deadline fired that did not"
    confirmed = Counter(
        (r.kind, r.rung, r.confirmed_at, r.confirmed_by) for r in rows if r.confirmed_at is not None
    )
    agreed = Counter(
        (e.name, e.shown.get("rung"), recorded[e.seq], e.actor_id) for e in events if e.kind == "confirmed"
    )
    if confirmed != agreed:
        yield "a breach was confirmed that nobody confirmed, or the other way round"
