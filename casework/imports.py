"""Taking over an older register: closed rows become history, open ones live cases, every other row is refused with its reason.

Rows are written a hundred at a time, all of them or none. What became of a row is kept under its key with a keyed digest of its content:
a run that was broken off is simply run again, the same row adds nothing, and a row that changed after it was imported is told.
A refused row is tried anew by every run, since the mapping or the row may have been mended.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from sqlmodel import Session

from casework import fire, intake
from casework.errors import BadInput
from casework.import_cases import Fate, Origin, import_actor, keep, known, one_at_a_time, take_over
from casework.import_mapping import read_mapping
from casework.import_plan import Planned, RowRefused, understand
from casework.import_refusals import Refusals, listing, refused_path
from casework.import_rows import Row, read_rows
from casework.import_schema import Mapping as RegisterMapping
from casework.import_schema import procedure_of
from casework.offices import OfficeView
from casework.store import Store
from states.facts import Actor, Facts

__all__ = ["ImportReport", "read_mapping", "read_rows", "run_import"]

BATCH = 100
"""Rows of one transaction."""

Outcome: TypeAlias = Literal["live", "history", "refused", "already"]


@dataclass(frozen=True)
class ImportReport:
    """What became of every row: `rows` is the sum of the next four.

    `by_procedure`: the new cases by procedure, live and history apart. `by_reason`: the refused rows by code; `refused_file` lists them.
    """

    rows: int
    live: int
    history: int
    refused: int
    already: int
    by_procedure: Mapping[str, Mapping[str, int]]
    by_reason: Mapping[str, int]
    refused_file: Path | None


class _Seen(NamedTuple):
    """The first row of this run with some key."""

    number: int
    digest: str


class _Read(NamedTuple):
    """A row with the keyed digest of its content, and what it would become by itself."""

    row: Row
    digest: str
    plan: Planned | RowRefused


@dataclass
class _Run:
    """One run over one file, with the first row of every key so far."""

    store: Store
    office: OfficeView
    mapping: RegisterMapping
    importer: str
    at: datetime
    dry: bool
    refusals: Refusals
    seen: dict[str, _Seen] = field(default_factory=dict)
    counts: dict[Outcome, int] = field(
        default_factory=lambda: {"live": 0, "history": 0, "refused": 0, "already": 0}
    )
    by_procedure: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """Under which name rows are known: two offices may take over registers of the same name."""
        return f"{self.office.key}/{self.mapping.source}"

    def count(self, outcome: Outcome, procedure: str = "") -> None:
        """Count a row."""
        self.counts[outcome] += 1
        if procedure:
            self.by_procedure.setdefault(procedure, {"live": 0, "history": 0})[outcome] += 1

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction, or for a dry run a look."""
        with self.store.reading() if self.dry else self.store.transaction() as session:
            yield session


def run_import(
    store: Store,
    office_key: str,
    path: Path,
    mapping: RegisterMapping,
    actor: Actor,
    at: datetime,
    *,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
    translate: Callable[[str], str] = str,
) -> ImportReport:
    """Import a file into an office, or say what that would do. `progress` is given (done, total) rows after each hundred.

    An open row is a live case received at `at`: its deadlines run from the import, so that nothing is breached by having been waited for.
    When it really came in is kept in the event `imported`. Raises BadInput, with nothing imported, for an actor who does not lead the
    procedures, an unknown office, and a file that cannot be read to its end; StoreProblem when the database cannot be written, with
    whole hundreds imported: run it again.
    """
    total = sum(1 for _ in read_rows(path, mapping))  # to the end, before anything is written
    with store.reading() as session:
        office = intake.office_of(store.offices(session.connection()), office_key)
    importer = _importer(office, mapping, actor, at)
    with listing(path, translate) as refusals:
        run = _Run(store, office, mapping, importer, at, dry_run, refusals)
        rows, done = read_rows(path, mapping), 0
        while batch := list(islice(rows, BATCH)):
            _batch(run, batch)
            done += len(batch)
            if progress is not None:
                progress(done, max(done, total))
    counts = run.counts
    return ImportReport(
        done, counts["live"], counts["history"], counts["refused"], counts["already"], run.by_procedure, refusals.by_code,
        refused_path(path) if refusals.by_code else None,
    )  # fmt: skip


def _importer(office: OfficeView, mapping: RegisterMapping, actor: Actor, at: datetime) -> str:
    """The handle of whoever imports: a person of the office who leads every procedure that the register goes into."""
    handle = next(
        (
            handle
            for handle, person in office.people.items()
            if actor.kind == "person" and person == actor.person
        ),
        None,
    )
    if handle is None:
        raise BadInput(
            "Only a person of the office {office} may import its register.",
            hint="Give the token of one who leads it.",
            office=office.key,
        )
    lead = {procedure_of(kind, office.calendar.local_day(at)).manager.name for kind in mapping.kinds}
    if not lead <= actor.roles:
        raise BadInput(
            "Only {roles} may import a register.",
            hint="Give the token of one who is.",
            roles=", ".join(sorted(lead)),
        )
    return handle


def _plan(run: _Run, row: Row) -> Planned | RowRefused:
    """What a row becomes by itself. The door is asked as for a case received now; its answer is a reason like any other."""
    try:
        planned = understand(row, run.mapping, run.office, run.at)
    except RowRefused as refused:
        return refused
    procedure = planned.procedure
    new = Facts(procedure, procedure.initial.value, 0, 0, 1, run.at, run.at, (), zone=run.office.zone)
    missing = fire.requirements_of(new, procedure.intake, import_actor(procedure))
    if missing:
        return RowRefused(missing[0].sentence, code="requirement", **dict(missing[0].params))
    return planned


def _batch(run: _Run, rows: list[Row]) -> None:
    """Import some rows, all or none. An error ends the run, so that what it has counted by then tells nobody anything."""
    read = [_Read(row, run.store.keys.blind("import row", row.sha256).hex(), _plan(run, row)) for row in rows]
    with run.session() as session:
        connection = session.connection()
        if not run.dry:
            one_at_a_time(connection, run.office)
        before = known(connection, run.source, [row.key for row in rows if row.named])
        acting = fire.Acting(run.store, session, run.at)
        fates = [fate for each in read if (fate := _settle(run, acting, before, each)) is not None]
        if not run.dry:
            keep(connection, run.source, fates, before, run.at)


def _settle(run: _Run, acting: fire.Acting, before: Mapping[str, Fate], read: _Read) -> Fate | None:
    """Decide one row, count it, and write its case. Returns what is to be kept of it: nothing where its key is not its own."""
    row, digest = read.row, read.digest
    verdict: Planned | RowRefused | None = read.plan
    first, earlier = run.seen.get(row.key), before.get(row.key)
    if row.named:
        verdict = _verdict(read, first, earlier)
        run.seen.setdefault(row.key, _Seen(row.number, digest))
    if verdict is None:
        run.count("already")
        return None
    if isinstance(verdict, RowRefused):
        run.count("refused")
        run.refusals.add(row, verdict)
        own = row.named and first is None and (earlier is None or earlier.outcome == "refused")
        return Fate(row.key, digest, "refused", reason_code=verdict.code) if own else None
    outcome: Literal["history", "live"] = "history" if verdict.is_history else "live"
    case_id = (
        None
        if run.dry
        else take_over(acting, run.office, verdict, Origin(run.source, row.key, run.importer, digest))
    )
    run.count(outcome, verdict.procedure.name)
    return Fate(row.key, digest, outcome, case_id)


def _verdict(read: _Read, first: _Seen | None, earlier: Fate | None) -> Planned | RowRefused | None:
    """What becomes of a row beside others with its key, in this file and in earlier runs. None: it is a case already."""
    if earlier is not None and earlier.outcome != "refused" and earlier.digest == read.digest:
        return None
    if first is not None and first.digest != read.digest:
        return RowRefused(
            "Its key stands in row {first} already, with another content.",
            code="duplicate",
            first=first.number,
        )
    if earlier is not None and earlier.outcome != "refused":
        return RowRefused("The row has changed since it was imported.", code="changed")
    return read.plan if first is None or isinstance(read.plan, RowRefused) else None
