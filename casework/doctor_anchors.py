"""Whether the record is anchored: that there is a fresh anchor, and a copy of it in every place that was named."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

import models
from casework.anchor_delivery import FAILED, failing
from casework.anchors import newest
from casework.findings import Finding
from casework.settings import Settings
from casework.store import Store

OFFICES = models.table(models.Office)
STALE = timedelta(days=2)
_CLAUSE = "X2"
_HINT = "The flow `anchor` makes one each day: look at its last run, or run `duecourse audit anchor`."


def anchor_findings(store: Store, settings: Settings, at: datetime) -> Iterator[Finding]:
    """Yield what the record lacks of anchors."""
    with store.reading() as session:
        connection = session.connection()
        last = newest(connection)
        # Not since the first case: where there are only secret ones, that would tell of it.
        first = connection.execute(select(func.min(OFFICES.c.created_at))).scalar()
        places = failing(session, store.keys, settings)
    if last is None and first is not None and first < at - STALE:
        yield Finding("warning", "No anchor of the record has been made yet.", _CLAUSE, _HINT)
    elif last is not None and last.made_at < at - STALE:
        said = "The last anchor of the record was made at {time}: an older copy in the place of the database would not show."
        yield Finding("error", said, _CLAUSE, _HINT, {"time": last.made_at})
    for number, beat in places:
        yield Finding(
            "error",
            "The anchors could not be brought to place {number} of DUECOURSE_ANCHORS, at {time} ({code}).",
            _CLAUSE,
            "Mend what stands in the way; the next run of the flow `anchor` brings everything that is missing there.",
            {"number": number, "time": beat.at, "code": beat.detail.removeprefix(FAILED)},
        )
