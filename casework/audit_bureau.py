"""Receipts, served instruments and numbers used once, beside the events that they follow from."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row

from casework.instruments import KIND, number_of
from casework.keys import MasterKeys
from casework.noted import ISSUED, told_digest
from casework.replay import Recorded, Replay
from casework.standing import named_persons
from states.forms import Numbered, marked
from states.procedure import Procedure

Rows = Sequence[Row[Any]]
RECORDS = ("recorded", "corrected")


def receipt_faults(events: Rows, receipts: Rows) -> Iterator[str]:
    """Yield what is wrong with the code given out for a case. Nothing closes one but the end of its case."""
    given = sorted((str(Recorded.of(row).shown.get("code_digest")), row.recorded_at) for row in events if row.kind == ISSUED)  # fmt: skip
    if given != sorted((told_digest(bytes(row.digest)), row.issued_at) for row in receipts):
        yield "the code given out for it is another, or gone"
    elif any(row.closed_at is not None for row in receipts):
        yield "the code given out for it was closed, which nobody does"


def number_faults(case: Row[Any], law: Procedure, told: Sequence[Recorded], numbers: Rows) -> Iterator[str]:
    """Yield that the numbers which no other case may use are not those that its records cite."""
    fields = _numbered(law)
    cited = {
        (case.office_id, kind, str(event.shown[name]))
        for event in told
        if event.kind in RECORDS
        for name, kind in fields.get(event.name, {}).items()
        if event.shown.get(name)
    }
    if {(row.office_id, row.kind, row.value) for row in numbers} != cited or len(numbers) != len(cited):
        yield "the numbers that it alone may cite are not those of its records"


def instrument_faults(
    keys: MasterKeys, ref: str, replay: Replay, told: Sequence[Recorded], instruments: Rows
) -> Iterator[str]:
    """Yield that what was served, on whom and when, is not what its records say."""
    secrecy = replay.procedure.secrecy
    said = {}
    for event in told:
        for named in secrecy.served if secrecy is not None else ():
            if event.kind == "recorded" and named.step.name == event.name:
                people = named_persons(named.step, replay.office, event.shown).get(named.field, ())
                kind = str(event.shown.get(KIND, event.name))
                said[event.seq] = (number_of(keys, ref, event.seq), people, kind, event.happened_at)
    kept = {
        r.event_seq: (r.number, (replay.office.human(r.person_id),), r.kind, r.served_at) for r in instruments
    }
    if kept != said or len(kept) != len(instruments):
        yield "what was served on whom is not what its records say"


@cache
def _numbered(law: Procedure) -> Mapping[str, Mapping[str, str]]:
    """By step and field, the kind of number that only one case may cite."""
    return {
        step.name: {
            name: mark.kind
            for name, field in step.form.model_fields.items()
            if (mark := marked(field, Numbered)) is not None
        }
        for step in law.steps
    }
