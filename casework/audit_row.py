"""A case's own row, its bag and its key beside its chain: what the events make of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row

from casework.archive import ways
from casework.docket import read_docket
from casework.offices import OfficeView
from casework.replay import Recorded, Replay
from states.facts import DoneAct
from states.procedure import Procedure

Rows = Sequence[Row[Any]]
DISPOSED = "disposed"
"""The kind of the event that says a case's key was destroyed."""


def row_faults(case: Row[Any], events: Rows, law: Procedure, replay: Replay) -> Iterator[str]:
    """Yield every column that is not as it follows from the events."""
    for name, stored, replayed in _columns(case, events, law, replay):
        if stored != replayed:
            yield f"its {name} is another"
    if _acts(case.docket, replay.office) != _comparable(replay.acts):
        yield "the acts that count are others"


def _columns(
    case: Row[Any], events: Rows, law: Procedure, replay: Replay
) -> Iterator[tuple[str, object, object]]:
    """Columns of the case's row, as stored and as they follow from the events."""
    first, opened = events[0], Recorded.of(events[0]).shown
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
    yield "handler", case.handler_id and replay.office.human(case.handler_id), replay.handler
    imported = next((Recorded.of(row).shown for row in events if row.kind == "imported"), {})
    yield "source", (case.source, case.source_key), (imported.get("source"), imported.get("key"))
    if replay.channel is not None or case.source is None:
        yield "channel", case.channel, replay.channel or ""
    elif "channel" in imported:
        yield "channel", case.channel, imported["channel"]
    yield "parent", (case.parent_id, case.parent_round), (opened.get("parent"), opened.get("parent_round"))
    yield "kind of sub-case", case.sub_kind, case.procedure if case.parent_id is not None else None


def _comparable(acts: Sequence[DoneAct]) -> list[tuple[object, ...]]:
    return [(*act._replace(raised=()), frozenset(act.raised)) for act in acts]


def _acts(docket: str, office: OfficeView) -> list[tuple[object, ...]] | None:
    try:
        return _comparable(read_docket(docket, office.aliases))
    except (ValueError, TypeError):
        return None


def bag_faults(events: Rows, archives: Rows, law: Procedure) -> Iterator[str]:
    """Yield that the bag on the shelf is not the one that the case was archived in."""
    proofs = {}
    for row in events:
        shown = Recorded.of(row).shown if row.kind == "recorded" else {}
        if shown.get("verified") and "manifest_sha256" in shown:
            proofs[shown["manifest_sha256"]] = row.recorded_at
    for row in archives:
        at = proofs.get(row.manifest_sha256)
        if at is None or (row.built_at, row.verified_at) != (at, at):
            yield "its bag is not the one that was recorded"
            return
    into_the_archive = {move.name for move, _ in ways(law)}
    archived = any(row.kind == "moved" and row.name in into_the_archive for row in events)
    if archived and not archives:
        yield "it is archived, but nothing says in which bag"
    elif archives and not archived:
        yield "there is a bag of it, but it was not archived"


def import_faults(case: Row[Any], events: Rows, imported: Rows) -> Iterator[str]:
    """Yield that the row of an older register that a case came of says another thing, or is gone."""
    told = next((Recorded.of(row).shown for row in events if row.kind == "imported"), None)
    if len(imported) != (told is not None):
        yield "the row of the older register that it came of is missing, or there are others"
    elif told is not None:
        (row,) = imported
        outcome = "history" if case.history else "live"
        expected = (case.source, case.source_key, outcome, case.recorded_at)
        if (row.source, row.source_key, row.outcome, row.at) != expected or row.row_sha256 != told.get(
            "row", row.row_sha256
        ):
            yield "the row of the older register that it came of is another"


def key_faults(case: Row[Any], events: Rows) -> Iterator[str]:
    """Yield that a case's key is gone although no event says that it was destroyed, or not gone although one does."""
    disposed = [row.recorded_at for row in events if row.kind == DISPOSED]
    destroyed = [case.destroyed_at] if case.destroyed_at is not None else []
    if case.has_key is None or (case.wrapped is None) == (not destroyed) or disposed != destroyed:
        yield "its key is gone, and nothing says that it was destroyed"
