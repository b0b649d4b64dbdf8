"""What is to be told outside, written in the transaction that caused it. References and counts only: it leaves this database.

Of a secret case operations are told nothing at all, not even its random reference (B10): when it moves says too much.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import insert

import models
from casework.errors import Broken
from casework.prepared import Prepared
from states.acts import Act, Move

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from casework.arming import BrokenRung
    from casework.fire import Acting
    from casework.hand import Hand

TABLE = models.table(models.Outbox)
_INSERT = Prepared(
    insert(TABLE).inline(),
    ("office_id", "case_id", "kind", "payload", "created_at", "not_before", "attempts"),
)


def put(acting: Acting, hand: Hand, kind: str, payload: dict[str, object]) -> None:
    """Queue one thing to tell: an event, an alarm, a visit."""
    _INSERT.write(
        acting.session.connection(),
        {
            "office_id": hand.office.id, "case_id": hand.id, "kind": kind, "payload": json.dumps(payload, separators=(",", ":")),
            "created_at": acting.at, "not_before": acting.at, "attempts": 0,
        },
    )  # fmt: skip


def tell_event(acting: Acting, hand: Hand, act: Act, from_state: str) -> None:
    """Operations are told of moves; the record of a step is the office's own business."""
    if isinstance(act, Move):
        _tell_operations(acting, hand, "moved", act.name, from_state)


def tell_opened(acting: Acting, hand: Hand) -> None:
    """Operations are told that a case was opened."""
    _tell_operations(acting, hand, "opened", "", "")


def tell_breached(acting: Acting, hand: Hand, kind: str) -> None:
    """Operations are told that a deadline was missed."""
    _tell_operations(acting, hand, "breached", kind, hand.state)


def _tell_operations(acting: Acting, hand: Hand, what: str, name: str, from_state: str) -> None:
    if hand.procedure.secrecy is None:
        put(acting, hand, "event", {"ref": hand.ref, "what": what, "procedure": hand.procedure.name, "name": name, "from": from_state,
                                    "to": hand.state})  # fmt: skip


def raise_alarm(acting: Acting, hand: Hand, rung: BrokenRung) -> None:
    """Everybody whom a rung tells is to be told; who that is, is found when it is sent."""
    put(acting, hand, "alarm", {"ref": hand.ref, "deadline": rung.deadline_id, "kind": rung.kind, "rung": rung.rung, "breach": rung.breach,
                                "tells": list(rung.tells), "clause": rung.clause, "procedure": hand.procedure.name})  # fmt: skip


def raise_office_alarm(connection: Connection, office: int, kind: str, clause: str, at: datetime) -> None:
    """What an office itself lacks is to be told to its manager, or to whoever stands above it."""
    payload = json.dumps({"office": office, "kind": kind, "clause": clause}, separators=(",", ":"))
    _INSERT.write(
        connection,
        {
            "office_id": office, "case_id": None, "kind": "alarm", "payload": payload, "created_at": at, "not_before": at, "attempts": 0,
        },
    )  # fmt: skip


def tell_visit(acting: Acting, hand: Hand, rev: int) -> None:
    """The planned run in Prefect must follow this revision; -1: no run is needed any more.

    Raises Broken for a secret case: a run of its own would show that there is one. No procedure that is sound plans visits in secret.
    """
    if hand.procedure.secrecy is not None:
        raise Broken("A secret case of {procedure} has no visits.", procedure=hand.procedure.name)
    put(acting, hand, "visit", {"ref": hand.ref, "rev": rev})
