"""What somebody is told of a case that was registered: its reference, its number if they may see it, other cases of the same person (X6)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

import models
from casework.hand import CASES, Hand
from casework.need_to_know import shows_number
from casework.sight import eye_of, refs_seen
from states.editions import edition

if TYPE_CHECKING:
    from casework.store import Store
    from states.facts import Actor

BLIND = models.table(models.BlindIndex)


@dataclass(frozen=True)
class Registered:
    """A case that was opened. `similar`: references of open cases of the same person within 30 days (X6), to link, never to merge.

    `number`: empty where it must not be shown to whoever registered the case (B10). `receipt`: the code that was given to the complainant,
    this once; `receipt_given`: there is one, also where it is no longer shown (B7b). `opened`: references of the cases it started.
    """

    ref: str
    number: str
    procedure: str
    edition: str
    state: str
    version: int
    similar: tuple[str, ...] = ()
    receipt: str = field(default="", repr=False)
    receipt_given: bool = False
    opened: tuple[str, ...] = ()

    def as_json(self) -> str:
        """The form in which a command remembers its result: without the code, which is kept nowhere."""
        return json.dumps(asdict(replace(self, receipt="")))

    @classmethod
    def from_json(cls, text: str) -> Registered:
        """Read a remembered result."""
        stored = json.loads(text)
        lists = {name: tuple(stored.get(name, ())) for name in ("similar", "opened")}
        return cls(**{**stored, **lists})


def similar(connection: Connection, hand: Hand, at: datetime) -> tuple[str, ...]:
    """References of cases of the same person received within 30 days (X6), whoever may know of them."""
    mine, theirs = BLIND.alias("mine"), BLIND.alias("theirs")
    same = (
        select(CASES.c.ref)
        .join_from(mine, theirs, (theirs.c.kind == mine.c.kind) & (theirs.c.digest == mine.c.digest))
        .join(CASES, CASES.c.id == theirs.c.case_id)
        .where(
            mine.c.case_id == hand.id,
            theirs.c.case_id != hand.id,
            CASES.c.office_id == hand.office.id,
            CASES.c.received_at > at - timedelta(days=30),
        )
        .distinct()
        .order_by(CASES.c.ref)
    )
    return tuple(connection.execute(same).scalars())


def told_to(store: Store, connection: Connection, done: Registered, actor: Actor) -> Registered:
    """The same without what this actor may not know: a register number, and cases about which nothing may be learnt."""
    eye = eye_of(store, connection, actor)
    if eye is None:
        return done
    law = edition(done.procedure, done.edition)
    # Of a secret case asked in any event: else it would take longer where there is something to hide.
    ask = bool(done.similar) or law.secrecy is not None
    seen = refs_seen(connection, done.similar, eye) if ask else set()
    return replace(
        done,
        number=done.number if shows_number((law,), actor.roles) else "",
        similar=tuple(ref for ref in done.similar if ref in seen),
    )
