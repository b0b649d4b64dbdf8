"""What has happened in a case, what was refused, and what it is linked to."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, or_, select

import models
from casework.case_seen import Seen, shown
from casework.case_views import Happened, LinkView, RefusalView
from casework.events_told import told
from casework.hand import CASES
from casework.noted import READ
from casework.times import SAME_CONTACT
from states.editions import edition
from states.procedure import Procedure
from states.refusals import Requirement

EVENTS = models.table(models.Event)
LINKS = models.table(models.Link)
_HAPPENED = select(
    EVENTS.c.seq, EVENTS.c.kind, EVENTS.c.name, EVENTS.c.from_state, EVENTS.c.to_state, EVENTS.c.actor_kind, EVENTS.c.actor_id, EVENTS.c.round,
    EVENTS.c.happened_at, EVENTS.c.recorded_at, EVENTS.c["clear"], EVENTS.c.sealed.is_not(None).label("has_sealed"),
)  # fmt: skip


def timeline(connection: Connection, seen: Seen) -> tuple[Happened, ...]:
    """Every event of the case, oldest first."""
    # Who has read what is sealed is told to whoever audits it, and to nobody else (`casework.reading_log`).
    mine = EVENTS.c.case_id == seen.row.id, EVENTS.c.kind != READ
    rows = connection.execute(_HAPPENED.where(*mine).order_by(EVENTS.c.seq)).all()
    return tuple(
        _happened(seen, row, clear) for row, clear in zip(rows, told(connection, seen, rows), strict=True)
    )


def _happened(seen: Seen, row: Row[Any], clear: Mapping[str, object]) -> Happened:
    late = bool(clear.get("late")) or row.recorded_at - row.happened_at > SAME_CONTACT
    return Happened(
        row.seq, row.kind, row.name, _says(seen.procedure, row.name), _actor(seen, row), row.happened_at, row.recorded_at, late, row.from_state,
        row.to_state, row.round, clear, row.has_sealed,
    )  # fmt: skip


def _says(law: Procedure, name: str) -> str:
    """The text's own word for what an event names: a step, a move, a deadline, or the procedure itself."""
    known = {
        law.name: law.says,
        **{d.name: d.says for d in law.deadlines},
        **{a.name: a.says for a in law.acts},
    }
    return known.get(name, name)


def _actor(seen: Seen, row: Row[Any]) -> str:
    """A person's handle, the reference of the linked case that ended, or the mechanism."""
    if row.actor_kind == "person":
        return seen.handles.get(row.actor_id, "?")
    linked = {
        r.id: r.ref
        for r in shown(seen, (*seen.children, *([seen.parent] if seen.parent is not None else [])))
    }
    return linked.get(row.actor_id, row.actor_kind) if row.actor_kind == "sub" else str(row.actor_kind)


def link_view(row: Row[Any], kind: str, *, from_here: bool = False, round_: int | None = None) -> LinkView:
    """A linked case as it is shown."""
    law = edition(row.procedure, row.edition)
    return LinkView(
        row.ref, kind, law.name, law.says, row.state, law.states(row.state).says, row.closed_at is None, from_here, round_
    )  # fmt: skip


def linked_to(connection: Connection, me: int) -> Sequence[Row[Any]]:
    """The cases that this one was linked to, and those that were linked to it, whoever may know of them."""
    mine = or_(LINKS.c.case_id == me, LINKS.c.other_id == me)
    other = or_(CASES.c.id == LINKS.c.other_id, CASES.c.id == LINKS.c.case_id) & (CASES.c.id != me)
    wanted = select(*CASES.c, LINKS.c.kind, (LINKS.c.case_id == me).label("from_here")).join_from(
        LINKS, CASES, other
    )
    return connection.execute(wanted.where(mine).order_by(LINKS.c.id)).all()


def links(seen: Seen) -> tuple[LinkView, ...]:
    """The linked cases, as far as whoever looks may know of them."""
    return tuple(link_view(row, row.kind, from_here=row.from_here) for row in shown(seen, seen.linked))


def refusal_view(seen: Seen, row: Row[Any]) -> RefusalView:
    """An attempt that was refused as it is shown."""
    missing = tuple(
        Requirement(kind, sentence, clause, tuple(params.items()), do=tuple(do))
        for kind, sentence, clause, do, params in json.loads(row.requirements)
    )
    return RefusalView(row.at, row.act_kind, row.act, _actor(seen, row), missing)
