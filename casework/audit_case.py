"""One case examined: its chain to the sealed end, what its events make of it, and what is kept beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from casework.audit_bureau import instrument_faults, number_faults, receipt_faults
from casework.audit_clocks import Clocks, clock_faults
from casework.audit_findings import finding_faults
from casework.audit_flaws import Flaw
from casework.audit_lengths import Lengths
from casework.audit_marks import Marks
from casework.audit_noted import Beside, noted_faults
from casework.audit_people import people_faults
from casework.audit_row import bag_faults, import_faults, key_faults, row_faults
from casework.chain import GENESIS
from casework.errors import Broken, KeyProblem
from casework.offices import OfficeView
from casework.record import event_hash
from casework.replay import Impossible, Recorded, Replay
from casework.seals import head_seal
from casework.store import Store
from states.editions import editions

UNSEALED = "Nothing seals the end of the case {ref}, which is event {seq}: it was recorded past the door, or its seal was taken away."


@dataclass(frozen=True)
class CaseRows:
    """What the database holds of one case. `unreadable`: the reference of a case whose rows are no longer what their columns say."""

    case: Row[Any] | None
    office: OfficeView | None
    parts: Mapping[str, Sequence[Row[Any]]] = field(default_factory=dict)
    unreadable: str = ""

    def of(self, part: str) -> Sequence[Row[Any]]:
        """The rows of one part (`audit.PARTS`), in order."""
        return self.parts.get(part, ())


@dataclass(frozen=True)
class Beyond:
    """What is known of the whole database when a case is examined."""

    store: Store
    marks: Marks
    lengths: Lengths


def findings_of(beyond: Beyond, rows: CaseRows) -> Iterator[Flaw]:
    """Yield what is wrong with a case. A broken chain is told once, by its first bad event: what follows from it says nothing more."""
    case = rows.case
    if case is None:
        last = rows.of("events")[-1].seq if rows.of("events") else 0
        yield Flaw(
            rows.unreadable,
            last + 1,
            "The case {ref} cannot be read: something in it is no longer what it was stored as.",
            {"ref": rows.unreadable},
        )
        return
    law = editions().get((case.procedure, case.edition))
    if rows.office is None or law is None:
        yield Flaw(
            case.ref,
            None,
            "The case {ref} names an office or an edition that there is not.",
            {"ref": case.ref},
        )
        return
    replay, clocks, told = Replay(law, rows.office), Clocks(law), list[Recorded]()
    broken = _follow(beyond.store, case.ref, rows.of("events"), replay, clocks, told) or _end(beyond, rows)
    if broken is not None:
        yield broken
        return
    for fault in _faults(beyond, rows, replay, clocks, told):
        yield Flaw(
            case.ref,
            None,
            "The case {ref} is not what its events make of it: {fault}.",
            {"ref": case.ref, "fault": fault},
        )


def _follow(
    store: Store,
    ref: str,
    events: Sequence[Row[Any]],
    replay: Replay,
    clocks: Clocks,
    told: list[Recorded],
) -> Flaw | None:
    """Go along the chain and replay the case. The first event that is not as it was written, or that the law does not know, ends it.

    `told` is filled with the events on the way.
    """
    prev = GENESIS
    for expected, row in enumerate(events, start=1):
        if row.seq > expected:
            return _missing(ref, expected)
        try:
            stored = dict(zip(row._fields, row, strict=True))
            intact = (
                row.seq == expected
                and bytes(row.prev_hash) == prev
                and event_hash(store, ref, stored) == row.hash
            )
        except (Broken, TypeError, ValueError):
            intact = False
        if not intact:
            return Flaw(
                ref,
                row.seq,
                "In the case {ref}, event {seq} was changed, put in or moved.",
                {"ref": ref, "seq": row.seq},
            )
        prev = bytes(row.hash)
        try:
            event = Recorded.of(row)
            told.append(event)
            before = replay.facts() if replay.entered_at is not None else None
            replay.follow(event)
            clocks.follow(before, replay.facts(), event)
        except Impossible as error:
            why = error.sentence.format(**error.params)
            return Flaw(
                ref,
                row.seq,
                "In the case {ref}, event {seq} cannot have happened: {why}.",
                {"ref": ref, "seq": row.seq, "why": why},
            )
    return None if events else _missing(ref, 1)


def _missing(ref: str, seq: int) -> Flaw:
    return Flaw(ref, seq, "In the case {ref}, event {seq} is missing.", {"ref": ref, "seq": seq})


def _end(beyond: Beyond, rows: CaseRows) -> Flaw | None:
    """Whether the chain ends where the case's row says, and the row says what was sealed when its last event was written."""
    case, last = rows.case, rows.of("events")[-1]
    assert case is not None  # noqa: S101  asked before
    if case.head_seq > last.seq:
        return _missing(case.ref, last.seq + 1)
    told = {"ref": case.ref, "seq": last.seq}
    if (case.head_seq, bytes(case.head_hash)) != (last.seq, bytes(last.hash)):
        return Flaw(
            case.ref,
            last.seq,
            "The row of the case {ref} does not end with its last event, which is {seq}.",
            told,
        )
    if not case.head_seal:
        return Flaw(case.ref, last.seq, UNSEALED, told)
    keys = beyond.store.keys
    if bytes(case.head_seal) != head_seal(
        keys, case.id, case.office_id, case.ref, last.seq, bytes(last.hash)
    ):
        return Flaw(
            case.ref,
            last.seq + 1,
            "In the case {ref}, event {seq} is missing: the end was cut off and the row set back, or the row was moved to another office.",
            told | {"seq": last.seq + 1},
        )
    return None


def _faults(
    beyond: Beyond, rows: CaseRows, replay: Replay, clocks: Clocks, told: Sequence[Recorded]
) -> Iterator[str]:
    """Everything beside the chain that does not agree with it."""
    case, events, store, law = rows.case, rows.of("events"), beyond.store, replay.procedure
    assert case is not None  # noqa: S101  asked before
    yield from row_faults(case, events, law, replay)
    recorded = {row.seq: row.recorded_at for row in events}
    yield from clock_faults(law, clocks, rows.of("deadlines"), told, recorded, replay.office, beyond.lengths)
    yield from finding_faults(law, replay, case, events, rows.of("findings"))
    yield from bag_faults(events, rows.of("archives"), law)
    yield from receipt_faults(events, rows.of("receipts"))
    yield from number_faults(case, law, told, rows.of("numbers"))
    yield from instrument_faults(store.keys, case.ref, replay, told, rows.of("instruments"))
    yield from import_faults(case, events, rows.of("imported"))
    yield from key_faults(case, events)
    key = None
    if case.wrapped is not None:
        try:
            key = store.keys.unwrap(case.wrapped, case.master_id, case.ref.encode())
        except (KeyProblem, TypeError):
            yield "its key does not open"
            return
        yield from people_faults(
            store, law, replay, key, case.ref, (events, rows.of("parties"), rows.of("blind"))
        )
    beside = Beside(case.ref, events, key, beyond.marks)
    yield from noted_faults(
        beside, *(rows.of(part) for part in ("readings", "links", "alarms", "attachments"))
    )
