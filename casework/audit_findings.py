"""Whether the findings that the ladder counts (B12) are those that the events of their case make."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from casework.ladder_rows import RECORDS, Found, found_in, step_names, told_by
from casework.offices import OfficeView
from casework.replay import Recorded, Replay
from states.procedure import Procedure


def finding_faults(
    law: Procedure, replay: Replay, case: Row[Any], events: Sequence[Row[Any]], findings: Sequence[Row[Any]]
) -> Iterator[str]:
    """Yield what is wrong with the stored findings of a case; of a procedure without a ladder there must be none."""
    names = step_names(law.ladder) if law.ladder is not None else set()
    said = (Recorded.of(row) for row in events if row.kind in RECORDS and row.name in names)
    told = told_by((event.seq, event.kind, event.shown) for event in said)
    made = {
        f.event_seq: f for f in found_in(law, replay.office, (case.id, case.received_at), replay.acts, told)
    }
    stored = {row.event_seq: _as_human(Found.of(row), replay.office) for row in findings}
    if any(row.office_id != case.office_id for row in findings) or len(stored) != len(findings):
        yield "its findings are not its own"
    for seq in sorted(made.keys() | stored.keys()):
        if seq not in stored:
            yield f"the finding of event {seq} is missing"
        elif seq not in made:
            yield f"no event makes the finding of event {seq}"
        elif stored[seq] != made[seq]:
            yield f"the finding of event {seq} is another"


def _as_human(found: Found, office: OfficeView) -> Found:
    """A finding stored under another account than the first, from before the two were known to be one human's."""
    return found if found.person_id is None else replace(found, person_id=office.human(found.person_id))
