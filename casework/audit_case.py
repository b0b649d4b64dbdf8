"""One case examined: its chain, what its events make of it, and what is kept beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from casework.archive import ways
from casework.audit_clocks import Clocks, clock_faults
from casework.audit_people import people_faults
from casework.chain import GENESIS
from casework.docket import read_docket
from casework.errors import Broken, KeyProblem
from casework.offices import OfficeView
from casework.record import event_hash
from casework.replay import Impossible, Recorded, Replay
from casework.store import Store
from states.editions import editions
from states.facts import DoneAct
from states.procedure import Procedure


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong: with which case, from which of its events on. `sentence` is filled by `params`."""

    ref: str | None
    seq: int | None
    sentence: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence in English."""
        return self.sentence.format(**self.params)


@dataclass(frozen=True)
class CaseRows:
    """What the database holds of one case. `unreadable`: the reference of a case whose rows are no longer what their columns say."""

    case: Row[Any] | None
    office: OfficeView | None
    parts: Mapping[str, Sequence[Row[Any]]] = field(default_factory=dict)
    unreadable: str = ""

    def of(self, part: str) -> Sequence[Row[Any]]:
        """The rows of one part, in order: events, deadlines, parties, blind, attachments or archives."""
        return self.parts.get(part, ())


def findings_of(store: Store, rows: CaseRows) -> Iterator[Flaw]:
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
    replay, clocks = Replay(law, rows.office), Clocks(law)
    broken = _follow(store, case.ref, rows.of("events"), replay, clocks)
    if broken is not None:
        yield broken
        return
    for fault in _faults(store, rows, law, replay, clocks):
        yield Flaw(
            case.ref,
            None,
            "The case {ref} is not what its events make of it: {fault}.",
            {"ref": case.ref, "fault": fault},
        )


def _follow(
    store: Store, ref: str, events: Sequence[Row[Any]], replay: Replay, clocks: Clocks
) -> Flaw | None:
    """Go along the chain and replay the case. The first event that is not as it was written, or that the law does not know, ends it."""
    prev = GENESIS
    for expected, row in enumerate(events, start=1):
        if row.seq != expected:
            return Flaw(
                ref, expected, "In the case {ref}, event {seq} is missing.", {"ref": ref, "seq": expected}
            )
        try:
            stored = dict(zip(row._fields, row, strict=True))
            intact = bytes(row.prev_hash) == prev and event_hash(store, ref, stored) == row.hash
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
    return (
        None if events else Flaw(ref, 1, "In the case {ref}, event {seq} is missing.", {"ref": ref, "seq": 1})
    )


def _faults(store: Store, rows: CaseRows, law: Procedure, replay: Replay, clocks: Clocks) -> Iterator[str]:
    """Everything beside the chain that does not agree with it."""
    case, last, first = rows.case, rows.of("events")[-1], rows.of("events")[0]
    assert case is not None  # noqa: S101  asked before
    if (case.head_seq, case.head_hash) != (last.seq, last.hash):
        yield (
            f"it says that its last event is {case.head_seq}, but there are {last.seq}"
            if case.head_seq != last.seq
            else "the hash of its last event is another"
        )
        return
    for name, stored, replayed in _columns(case, first, law, replay, rows.of("events")):
        if stored != replayed:
            yield f"its {name} is another"
    if _acts(case.docket) != _comparable(replay.acts):
        yield "the acts that count are others"
    yield from clock_faults(
        law,
        clocks,
        rows.of("deadlines"),
        [Recorded.of(row) for row in rows.of("events")],
        {row.seq: row.recorded_at for row in rows.of("events")},
    )
    yield from _attached(rows)
    yield from _archived(rows, law)
    if case.has_key is None or (case.wrapped is None) == (case.destroyed_at is None):
        yield "its key is gone, and nothing says that it was destroyed"
    elif case.wrapped is not None:
        try:
            key = store.keys.unwrap(case.wrapped, case.master_id, case.ref.encode())
        except (KeyProblem, TypeError):
            yield "its key does not open"
            return
        yield from people_faults(
            store, law, replay, key, case.ref, (rows.of("events"), rows.of("parties"), rows.of("blind"))
        )


def _columns(
    case: Row[Any], first: Row[Any], law: Procedure, replay: Replay, events: Sequence[Row[Any]]
) -> Iterator[tuple[str, object, object]]:
    """Columns of the case's row, as stored and as they follow from the events."""
    opened = Recorded.of(first).shown
    yield "procedure", case.procedure, first.name
    yield "edition", case.edition, opened.get("edition")
    yield (
        "register number",
        f"{case.register_kind} {case.register_year} {case.register_no}",
        opened.get("register"),
    )
    yield "mark of history", bool(case.history), case.register_kind.endswith(".history")
    yield "state", case.state, replay.stands
    for name in ("version", "round", "level", "entry", "entered_at", "received_at"):
        yield name, getattr(case, name), getattr(replay, name)
    yield "day of recording", case.recorded_at, first.recorded_at
    yield "end", case.closed_at, replay.entered_at if replay.stands in law.finals else None
    yield "handler", case.handler_id, replay.handler
    if replay.channel is not None or case.source is None:
        yield "channel", case.channel, replay.channel or ""
    yield "parent", (case.parent_id, case.parent_round), (opened.get("parent"), opened.get("parent_round"))
    yield "kind of sub-case", case.sub_kind, case.procedure if case.parent_id is not None else None
    imported = next((Recorded.of(row).shown for row in events if row.kind == "imported"), {})
    yield "source", (case.source, case.source_key), (imported.get("source"), imported.get("key"))


def _comparable(acts: Sequence[DoneAct]) -> list[tuple[object, ...]]:
    return [(*act._replace(raised=()), frozenset(act.raised)) for act in acts]


def _acts(docket: str) -> list[tuple[object, ...]] | None:
    try:
        return _comparable(read_docket(docket))
    except (ValueError, TypeError):
        return None


def _attached(rows: CaseRows) -> Iterator[str]:
    told = {row.seq: Recorded.of(row).shown for row in rows.of("events") if row.kind == "attached"}
    kept = {
        row.event_seq: {"sha256": row.sha256, "size": row.size, "media_type": row.media_type}
        for row in rows.of("attachments")
    }
    if {seq: dict(shown) for seq, shown in told.items()} != kept or len(kept) != len(rows.of("attachments")):
        yield "its attachments are not those that were attached"


def _archived(rows: CaseRows, law: Procedure) -> Iterator[str]:
    shown = [Recorded.of(row).shown for row in rows.of("events") if row.kind == "recorded"]
    proofs = [
        evidence["manifest_sha256"]
        for evidence in shown
        if evidence.get("verified") and "manifest_sha256" in evidence
    ]
    if any(row.manifest_sha256 not in proofs for row in rows.of("archives")):
        yield "its bag is not the one that was recorded"
    into_the_archive = {move.name for move, _ in ways(law)}
    if not rows.of("archives") and any(
        row.kind == "moved" and row.name in into_the_archive for row in rows.of("events")
    ):
        yield "it is archived, but nothing says in which bag"
