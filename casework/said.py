"""What a record that counts says, in the clear and sealed, as it stands corrected by now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, or_, select

from casework.evidence import BESIDE
from casework.keys import open_sealed
from casework.prepared import Prepared
from casework.record import EVENTS, aad

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from casework.hand import Hand
    from states.facts import DoneAct

_RECORDS = Prepared(
    select(EVENTS.c.seq, EVENTS.c.kind, EVENTS.c["clear"], EVENTS.c.sealed)
    .where(
        EVENTS.c.case_id == bindparam("case"),
        EVENTS.c.name == bindparam("step"),
        or_(EVENTS.c.kind == "recorded", EVENTS.c.kind == "corrected"),
    )
    .order_by(EVENTS.c.seq)
)


def said_in(connection: Connection, hand: Hand, act: DoneAct) -> dict[str, Any]:
    """The fields of the record of this act of the case in hand; what the door adds beside them is left out."""
    roots: dict[int, int] = {}
    said: dict[str, Any] = {}
    for row in _RECORDS.run(connection, {"case": hand.id, "step": act.name}):
        clear = json.loads(row.clear)
        corrected = clear.pop("corrects", None)
        roots[row.seq] = row.seq if corrected is None else roots[corrected]
        if roots[row.seq] == act.seq:
            clear.pop(BESIDE, None)
            sealed = (
                open_sealed(hand.key, row.sealed, aad(hand.ref, row.seq)) if row.sealed is not None else b"{}"
            )
            said = {**clear, **json.loads(sealed)}
    return said
