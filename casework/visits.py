"""Planned visits: one row a revision. The outbox then plans, moves or removes the run in Prefect; cancelling a run cancels nothing here.

A secret case has none: its run would stand in Prefect for that one case (B10). No sound procedure asks for it, and the outbox refuses.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

import models
from casework import outbox

if TYPE_CHECKING:
    from casework.fire import Acting
    from casework.hand import Hand

VISITS = models.table(models.Visit)
_COMING = VISITS.c.status.in_(("planned", "submitted"))


def plan(acting: Acting, hand: Hand, planned_at: datetime) -> None:
    """Plan a visit at this moment (aware UTC), in place of the one planned before. Raises Broken in a secret case."""
    connection = acting.session.connection()
    connection.execute(
        update(VISITS).where(VISITS.c.case_id == hand.id, _COMING).values(status="cancelled", reason="moved")
    )
    last = connection.execute(select(func.max(VISITS.c.rev)).where(VISITS.c.case_id == hand.id)).scalar()
    rev = 0 if last is None else int(last) + 1
    connection.execute(
        insert(VISITS), {"case_id": hand.id, "rev": rev, "planned_at": planned_at, "status": "planned"}
    )
    outbox.tell_visit(acting, hand, rev)


def finish(acting: Acting, hand: Hand) -> None:
    """The follow-up has ended: what was planned is done, or no longer needed if it lapsed."""
    if hand.procedure.visit is None:
        return
    lapsed = hand.procedure.lapse is not None and hand.state == hand.procedure.lapse.dest
    values = {"status": "cancelled", "reason": "lapsed"} if lapsed else {"status": "done"}
    done = acting.session.connection().execute(
        update(VISITS).where(VISITS.c.case_id == hand.id, _COMING).values(values)
    )
    if done.rowcount:
        outbox.tell_visit(acting, hand, -1)
