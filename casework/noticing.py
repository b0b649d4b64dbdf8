"""Noticing in cases that are open already that one of their people is on a list (H4.4): what the law names for it is recorded, through the door."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import Connection, select
from sqlmodel import Session

import models
from casework import fire
from casework.docket import read_docket
from casework.errors import Broken
from casework.hand import CASES
from casework.listed import GUESTS, in_force
from casework.offices import OfficeView
from casework.outcome import Refused
from casework.store import store_of
from states.conditions import Listed
from states.editions import edition
from states.facts import Actor
from states.law.roles import guest_list

BLIND = models.table(models.BlindIndex)
GUEST_LIST = Actor("import", None, frozenset({guest_list.name}))
"""Who notices a guest: the list itself, and no person."""


def notice(
    session: Session, office: OfficeView, kept: str, at: datetime, day: date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Record in every open case of somebody on the list that it is one, where that was not recorded yet. Returns in which, and in which it cannot be."""
    store, noticed, held_back = store_of(session), list[str](), list[str]()
    for ref, step in list(_unnoticed(session.connection(), office, kept, day)):
        hand = fire.take_for(store, session, ref, GUEST_LIST)
        # A refusal would take the whole import back, and the case itself says what is missing.
        if fire.requirements_of(hand.facts(), hand.procedure.step_named[step], GUEST_LIST):
            held_back.append(ref)
            continue
        done = fire.record(session, ref, step, GUEST_LIST, at, evidence={})
        if isinstance(done, Refused):
            raise Broken("Nothing stood in the way of {step}, and yet it was refused.", step=step)
        noticed.append(ref)
    return tuple(noticed), tuple(held_back)


def _unnoticed(connection: Connection, office: OfficeView, kept: str, day: date) -> Iterator[tuple[str, str]]:
    """Open cases whose parties are on the list, oldest first, each with the step that says so.

    Left out is a case in which it was recorded, or in which a record found the guest on the list already.
    """
    cases = (
        select(CASES.c.ref, CASES.c.procedure, CASES.c.edition, CASES.c.docket)
        .where(
            CASES.c.office_id == office.id,
            CASES.c.closed_at.is_(None),
            CASES.c.id.in_(
                select(BLIND.c.case_id)
                .join(GUESTS, (GUESTS.c.kind == BLIND.c.kind) & (GUESTS.c.digest == BLIND.c.digest))
                .where(GUESTS.c.office_id == office.id, GUESTS.c.list == kept, in_force(day))
            ),
        )
        .order_by(CASES.c.id)
    )
    for row in connection.execute(cases).all():
        law = edition(row.procedure, row.edition)
        if law.noticed is None or law.noticed[0] != kept:
            continue
        step = law.noticed[1].name
        found = {flag.key for flag in law.flags.values() if isinstance(flag, Listed) and flag.kept == kept}
        acts = [act for act in read_docket(row.docket) if act.counts]
        if not any(act.name == step or not found.isdisjoint(act.raised) for act in acts):
            yield row.ref, step
