"""The stored findings that the ladder counts (B12): kept as the events have them, and locked for whoever counts."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

import models
from casework.hand import Hand
from casework.ladder_rows import RECORDS, Found, Told, found_in, step_names, told_by
from casework.offices import OfficeView
from casework.record import EVENTS

FINDINGS = models.table(models.Finding)
PEOPLE = models.table(models.Person)


def keep_findings(connection: Connection, hand: Hand) -> None:
    """Bring the rows of a case in hand to what its acts make of them now. Whoever is named is locked first: others count them."""
    case, told = (hand.id, hand.received_at), _read_told(connection, hand)
    wanted = {f.event_seq: f for f in found_in(hand.procedure, hand.office, case, hand.acts, told)}
    stored = {row.event_seq: Found.of(row) for row in rows_of(connection, hand.id)}
    lock_people(connection, hand.office, [f.person_id for f in (*wanted.values(), *stored.values())])
    here = FINDINGS.c.case_id == hand.id
    if gone := sorted(stored.keys() - wanted.keys()):
        connection.execute(delete(FINDINGS).where(here, FINDINGS.c.event_seq.in_(gone)))
    for seq, one in wanted.items():
        if seq not in stored:
            connection.execute(
                insert(FINDINGS), asdict(one) | {"office_id": hand.office.id, "case_id": hand.id}
            )
        elif stored[seq] != one:
            connection.execute(
                update(FINDINGS).where(here, FINDINGS.c.event_seq == seq).values(**asdict(one))
            )


def rows_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """The stored findings of a case, in the order of recording."""
    wanted = select(FINDINGS).where(FINDINGS.c.case_id == case_id).order_by(FINDINGS.c.event_seq)
    return connection.execute(wanted).all()


def _read_told(connection: Connection, hand: Hand) -> Told:
    names = step_names(hand.procedure.ladder) if hand.procedure.ladder is not None else set()
    wanted = select(EVENTS.c.seq, EVENTS.c.kind, EVENTS.c["clear"]).where(
        EVENTS.c.case_id == hand.id, EVENTS.c.kind.in_(RECORDS), EVENTS.c.name.in_(sorted(names))
    )
    rows = connection.execute(wanted.order_by(EVENTS.c.seq))
    return told_by((row.seq, row.kind, json.loads(row.clear)) for row in rows)


def lock_people(connection: Connection, office: OfficeView, people: Iterable[int | None]) -> None:
    """Lock the first accounts of these people, always in the same order, so that who counts their findings does so one after the other.

    On SQLite the transaction holds the writer's lock already.
    """
    humans = sorted({office.human(person) for person in people if person is not None})
    if humans and connection.dialect.name != "sqlite":
        locked = select(PEOPLE.c.id).where(PEOPLE.c.id.in_(humans)).order_by(PEOPLE.c.id)
        connection.execute(locked.with_for_update(key_share=True)).all()
