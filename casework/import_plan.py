"""What a row of an older register becomes: a closed case of history, a live one, or a sentence that says why neither.

Nothing here touches the database. A row is refused by itself, whatever becomes of its neighbours.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from casework import import_schema as schema
from casework.errors import BadInput
from casework.evidence import Evidence, read_evidence
from casework.import_rows import Row
from casework.import_schema import folded
from casework.offices import OfficeView
from states.procedure import Procedure

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
"""A date before this is a slip of the keyboard."""

_SHOWN = 60  # characters of a word of the old register that a sentence repeats


class RowRefused(BadInput):
    """A row that was not imported. `code` is what the database keeps of the reason; the sentence never repeats free text."""

    def __init__(self, sentence: str, /, *, code: str, **params: object) -> None:
        super().__init__(sentence, hint=None, **params)
        self.code = code


@dataclass(frozen=True)
class Planned:
    """What a row becomes: a case of this edition, with the evidence of its intake. `closed_at`: when it says it was closed; an open one may."""

    procedure: Procedure
    evidence: Evidence
    received_at: datetime
    closed_at: datetime | None
    is_history: bool
    channel: str


def understand(row: Row, mapping: schema.Mapping, office: OfficeView, at: datetime) -> Planned:
    """Say what a row becomes. Raises RowRefused for the first thing that stands in its way, and touches no database."""
    if not row.whole:
        raise RowRefused(
            "The row has {found} fields where the header has {wanted}.",
            code="fields",
            found=row.width,
            wanted=row.wanted,
        )
    if not row.key:
        raise RowRefused("The row has nothing in {column}.", code="no key", column=mapping.columns.key)
    if not row.named:
        raise RowRefused(
            "What stands in {column} is no key: it is too long, or has marks that cannot be shown.",
            code="bad key",
            column=mapping.columns.key,
        )
    word = row.cells[mapping.columns.type]
    kind = mapping.kind_of.get(folded(word))
    if kind is None:
        raise RowRefused("The mapping does not say what {word} is.", code="unknown type", word=_shown(word))
    received = _moment(row, mapping, mapping.columns.received, at)
    if received is None:
        raise RowRefused(
            "The row has nothing in {column}.", code="no receipt", column=mapping.columns.received
        )
    closed = (
        _moment(row, mapping, mapping.columns.closed, at, not_before=received)
        if mapping.columns.closed
        else None
    )
    if closed is not None and closed < received:
        raise RowRefused("It was closed before it was received.", code="closed first")
    is_history = _is_closed(row, mapping, closed)
    procedure = schema.procedure_of(kind, office.calendar.local_day(received if is_history else at))
    given = _evidence(row, mapping, kind, procedure)
    try:
        evidence = read_evidence(procedure, procedure.intake, office, given, received_at=received, at=at)
    except BadInput as error:
        raise RowRefused(error.sentence, code="evidence", **error.params) from error
    return Planned(procedure, evidence, received, closed, is_history, str(given.get(schema.CHANNEL, "")))


def _moment(
    row: Row, mapping: schema.Mapping, column: str, at: datetime, *, not_before: datetime | None = None
) -> datetime | None:
    """A moment in UTC, or None where the column is empty.

    A time that the clocks passed over is read as if they had not been put forward yet. One that they showed twice is the first, and for
    a closing the second if only that comes after the receipt.
    """
    text = row.cells[column].strip()
    if not text:
        return None
    try:
        found = _wall(text, mapping)
        local = found.replace(tzinfo=mapping.tz) if found.tzinfo is None else found
        moment = local.astimezone(UTC)
        if not_before is not None and moment < not_before:
            moment = local.replace(fold=1).astimezone(UTC)
    except (ValueError, OverflowError):
        raise RowRefused(
            "What stands in {column} is no date of the form {forms}.",
            code="bad date",
            column=column,
            forms=" or ".join(mapping.date_formats),
        ) from None
    if moment < EARLIEST:
        raise RowRefused("The date in {column} lies before 1900.", code="bad date", column=column)
    if moment > at:
        raise RowRefused("The date in {column} lies in the future.", code="future", column=column)
    return moment


def _wall(text: str, mapping: schema.Mapping) -> datetime:
    for form in mapping.date_formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  the mapping's zone is put to it
        except ValueError:
            continue
    raise ValueError


def _is_closed(row: Row, mapping: schema.Mapping, closed: datetime | None) -> bool:
    """Whether the row is history. One that calls itself open stays open even with a closing date: a case closed by mistake is lost."""
    meaning: str | None = "by_date"
    if mapping.columns.status is not None:
        word = row.cells[mapping.columns.status]
        meaning = mapping.status_of.get(folded(word))
        if meaning is None:
            raise RowRefused(
                "The mapping does not say whether {word} is open or closed.",
                code="unknown status",
                word=_shown(word),
            )
    if meaning == "closed" and closed is None:
        raise RowRefused(
            "The row is closed and has no date in {column}.", code="no closing", column=mapping.columns.closed
        )
    return meaning != "open" and closed is not None


def _evidence(
    row: Row, mapping: schema.Mapping, kind: schema.Kind, procedure: Procedure
) -> dict[str, object]:
    given: dict[str, object] = dict(kind.evidence)
    for field, text in mapping.texts_of(kind).items():
        given[field] = text.between.join(cell for name in text.columns if (cell := row.cells[name].strip()))
    fields = procedure.intake.form.model_fields
    if schema.CHANNEL in fields and schema.CHANNEL not in given:
        given[schema.CHANNEL] = _channel(row, mapping)
    person = {part: cell for part, name in mapping.complainant.items() if (cell := row.cells[name].strip())}
    if person:
        given[schema.COMPLAINANT] = [person]
    return given


def _channel(row: Row, mapping: schema.Mapping) -> str:
    word = row.cells[mapping.columns.channel] if mapping.columns.channel is not None else ""
    channel = mapping.channel_of.get(folded(word), mapping.channels.other)
    if channel is None:
        raise RowRefused(
            "The mapping does not say which channel {word} is.", code="unknown channel", word=_shown(word)
        )
    return channel


def _shown(word: str) -> str:
    """A word of the old register on one line, short enough that a column named by mistake gives nothing away."""
    plain = "".join(char for char in word if char.isprintable()).strip()
    return f'"{plain if len(plain) <= _SHOWN else plain[:_SHOWN] + "…"}"'
