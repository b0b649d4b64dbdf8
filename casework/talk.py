"""What was said in a case between the complainant and the office, and the replies that were posted, as they stand after corrections (B7b, B13)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from casework.hand import Hand
from casework.keys import open_sealed
from casework.record import EVENTS, aad

REPLY, POSTED = "reply", "posted"
MINE = frozenset({"word_in", "withdrawal", "objection", "satisfaction"})
"""Steps that hold the complainant's own words, whoever wrote them down."""
SAID: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((*MINE, "word_out"), ("words",)),
    "supplement_request": ("asks",),
    "guidance": ("why_not_ours", "authority"),
}
"""Steps by which something was said by the complainant or to the complainant, with the fields that hold it."""


@dataclass(frozen=True)
class Told:
    """One record. `root`: the number of the one that was made first, before any correction."""

    root: int
    name: str
    at: datetime
    words: Mapping[str, str]

    @property
    def mine(self) -> bool:
        """Whether the complainant said it."""
        return self.name in MINE

    @property
    def said(self) -> str:
        """What was said; empty for a reply and for its posting."""
        return "\n".join(filter(None, (self.words.get(field, "") for field in SAID.get(self.name, ()))))


def told_in(connection: Connection, hand: Hand) -> list[Told]:
    """What was said both ways, and the replies with their postings, in the order in which it was recorded. Nothing else is opened."""
    wanted = select(
        EVENTS.c.seq, EVENTS.c.kind, EVENTS.c.name, EVENTS.c.happened_at, EVENTS.c["clear"], EVENTS.c.sealed
    ).where(
        EVENTS.c.case_id == hand.id,
        EVENTS.c.kind.in_(("recorded", "corrected")),
        EVENTS.c.name.in_((*SAID, REPLY, POSTED)),
    )
    standing: dict[int, tuple[int, Row[Any]]] = {}  # by the number of the last record, with the first one's
    for row in connection.execute(wanted.order_by(EVENTS.c.seq)):
        mends = json.loads(row.clear).get("corrects") if row.kind == "corrected" else None
        root = row.seq if mends is None else standing.pop(mends)[0]
        standing[row.seq] = root, row
    last = sorted(standing.values(), key=lambda one: one[0])
    return [Told(root, row.name, row.happened_at, _opened(hand, row)) for root, row in last]


def _opened(hand: Hand, row: Row[Any]) -> Mapping[str, str]:
    if row.sealed is None:
        return {}
    found: dict[str, str] = json.loads(open_sealed(hand.key, row.sealed, aad(hand.ref, row.seq)))
    return found


def posted_replies(told: Sequence[Told]) -> Iterator[tuple[Told, str]]:
    """Each posting of a reply with the words of the reply that was there by then: one written since is not posted yet."""
    for posting in (one for one in told if one.name == POSTED):
        before = [one for one in told if one.name == REPLY and one.root < posting.root]
        if before:
            yield posting, before[-1].words.get("words", "")
