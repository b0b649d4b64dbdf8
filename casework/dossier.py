"""The redacted dossier of a case, for anyone to read: what happened when, what each clause asked and got, which clocks were kept (X8).

No identity, no narrative, no register number, no digest of a file that would tell who holds a copy of it. A member of staff stands under
the handle, and one whom the case is about is not named at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

import models
from casework.arming import TABLE as DEADLINES
from casework.hand import CASES, Hand
from casework.ladder_rows import LADDER
from casework.noted import READ
from casework.record import EVENTS
from casework.replay import Recorded
from casework.times import SAME_CONTACT
from states.acts import Step
from states.clauses import clauses
from states.fingerprint import fingerprint

FORMAT = "duecourse dossier 1"
WITHHELD = "withheld"
_NOT_SHOWN = frozenset({"register", "sha256", "source", "key", "by", "row", "other", "code_digest", LADDER})
"""Plain fields of events that are not evidence and stay inside the office: register numbers, digests of files, keys of older registers, other cases,
how often somebody was found at fault in other cases."""


@dataclass(frozen=True)
class Papers:
    """What the database holds of one case in hand, read under its lock."""

    hand: Hand
    events: Sequence[Row[Any]]
    deadlines: Sequence[Row[Any]]
    linked: Sequence[Row[Any]]
    attachments: Sequence[Row[Any]]
    subs: Sequence["Papers"] = ()

    @classmethod
    def of(cls, connection: Connection, hand: Hand, subs: Sequence["Papers"] = ()) -> "Papers":
        """Read everything that belongs to the case in hand. `subs`: the papers of sub-cases that have no archive of their own."""
        files = models.table(models.Attachment)
        return cls(
            hand,
            connection.execute(select(EVENTS).where(EVENTS.c.case_id == hand.id).order_by(EVENTS.c.seq)).all(),
            connection.execute(select(DEADLINES).where(DEADLINES.c.case_id == hand.id).order_by(DEADLINES.c.entry, DEADLINES.c.kind, DEADLINES.c.rung)).all(),
            connection.execute(
                select(CASES.c.id, CASES.c.ref, CASES.c.procedure, CASES.c.state, CASES.c.parent_id).where((CASES.c.parent_id == hand.id) | (CASES.c.id == (hand.parent_id or 0))).order_by(CASES.c.id)
            ).all(),
            connection.execute(select(files).where(files.c.case_id == hand.id).order_by(files.c.id)).all(),
            subs,
        )  # fmt: skip

    def everyone(self) -> Iterator["Papers"]:
        """These papers and those of the sub-cases, in the order of their numbers."""
        yield self
        for sub in self.subs:
            yield from sub.everyone()


def dossier(papers: Papers, at: datetime) -> dict[str, Any]:
    """The dossier as plain JSON. `at`: when it was drawn up; every time in it is UTC."""
    hand, law = papers.hand, papers.hand.procedure
    shown = _Shown(papers)
    # Who has read what is sealed is for whoever audits it; the numbers of the others show that something stands between them.
    events = [shown.event(row) for row in papers.events if row.kind != READ]
    deadlines = [_deadline(hand, row) for row in papers.deadlines]
    return {
        "format": FORMAT,
        "ref": hand.ref,
        "procedure": law.name,
        "says": law.says,
        "edition": law.edition.isoformat(),
        "edition_fingerprint": fingerprint(law),
        "bases": list(law.bases),
        "drawn_up_at": at.isoformat(),
        "zone": hand.office.zone.key,
        "received_at": hand.received_at.isoformat(),
        "state": hand.state,
        "state_says": law.states(hand.state).says,
        "rounds": hand.round + 1,
        "climbed": hand.level,
        "linked": [
            {
                "ref": c.ref,
                "procedure": c.procedure,
                "state": c.state,
                "is": "child" if c.parent_id == hand.id else "parent",
            }
            for c in papers.linked
        ],
        "attachments": [
            {"event": row.event_seq, "size": row.size, "media_type": row.media_type}
            for row in papers.attachments
        ],
        "events": events,
        "deadlines": deadlines,
        "compliance": list(_compliance(hand, events, deadlines)),
        "sub_cases": [dossier(sub, at) for sub in papers.subs],
        "chain": {
            "made_with": "HMAC-SHA256, duecourse event 1",
            "head_seq": hand.head_seq,
            "head_hash": hand.head_hash.hex(),
        },
    }


class _Shown:
    """Events as anyone may read them."""

    def __init__(self, papers: Papers) -> None:
        """Find out first whom the case is about."""
        self.hand = papers.hand
        law = papers.hand.procedure
        family = [one for one in (papers.hand, papers.hand.parent) if one is not None]
        marks = [
            (one, f"{bar.named.step.name}.{bar.named.field}@")
            for one in family
            for bar in one.procedure.barred
        ]
        # Also whom a record named that was corrected since.
        self.barred = frozenset(
            int(atom[len(mark) :])
            for one, mark in marks
            for act in one.acts
            for atom in act.raised
            if atom.startswith(mark)
        )
        self.withheld = {(bar.named.step.name, bar.named.field) for bar in law.barred}
        self.handles = {number: handle for handle, number in papers.hand.office.people.items()}
        self.corrected = {
            Recorded.of(row).shown["corrects"]: row.seq for row in papers.events if row.kind == "corrected"
        }

    def event(self, row: Row[Any]) -> dict[str, Any]:
        """One event, its plain evidence without what may point at a person outside or at the accused."""
        hidden = {self.handles[p] for p in self.barred if p in self.handles}
        evidence = {
            name: WITHHELD
            if ((row.name, name) in self.withheld and value is not None)
            or (isinstance(value, str) and value in hidden)
            else value
            for name, value in Recorded.of(row).shown.items()
            if name not in _NOT_SHOWN
        }
        return {
            "seq": row.seq, "kind": row.kind, "name": row.name, "from": row.from_state, "to": row.to_state, "by": self._by(row),
            "roles": [role for role in row.roles.split(",") if role], "round": row.round, "happened_at": row.happened_at.isoformat(),
            "recorded_at": row.recorded_at.isoformat(), "recorded_late": row.kind in {"recorded", "moved"} and row.recorded_at - row.happened_at > SAME_CONTACT,
            "evidence": evidence, "sealed": row.sealed is not None, "superseded_by": self.corrected.get(row.seq), "hash": bytes(row.hash).hex(),
        }  # fmt: skip

    def _by(self, row: Row[Any]) -> str:
        if row.actor_kind != "person":
            return str(row.actor_kind)
        return WITHHELD if row.actor_id in self.barred else self.handles.get(row.actor_id, "?")


def _deadline(hand: Hand, row: Row[Any]) -> dict[str, Any]:
    says = next((d.says for d in hand.procedure.deadlines if d.name == row.kind), "")
    return {
        "deadline": row.kind, "says": says, "rung": row.rung, "clause": row.clause, "source": row.source, "is_breach": row.breach,
        "counted_from": row.anchor_at.isoformat(), "due_at": row.due_at.isoformat(), "done_at": row.kept_at.isoformat() if row.kept_at else None,
        "fired_at": row.fired_at.isoformat() if row.fired_at else None, "standing": standing(row),
    }  # fmt: skip


def standing(row: Row[Any]) -> str:
    """How a rung of a clock ended: kept, fell away, reminded, breached, kept late, or kept and recorded late."""
    if row.status != "fired":
        return {"kept": "kept", "cancelled": "fell away", "armed": "running", "dead": "set aside"}[row.status]
    if row.kept_at is not None and row.kept_at <= row.due_at:
        return "kept, recorded late" if row.confirmed_at is not None else "recorded late, not confirmed"
    if not row.breach:
        return "reminded"
    return "breached" if row.kept_at is None else "kept late"


def _compliance(
    hand: Hand, events: Sequence[Mapping[str, Any]], deadlines: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Clause by clause, in the order of the texts: what was done for it and when, by whom, what was not needed, which clocks ran."""
    law = hand.procedure
    words = clauses()
    cited = {a.clause for a in law.acts} | {d["clause"] for d in deadlines}
    for clause in sorted(cited, key=list(words).index):
        acts = {a.name: a for a in law.acts if a.clause == clause}
        done = [e for e in events if e["kind"] in {"recorded", "corrected", "moved"} and e["name"] in acts]
        names = {e["name"] for e in done}
        yield {
            "clause": clause,
            "words": words[clause],
            "done": [
                {
                    "act": e["name"], "says": acts[e["name"]].says, "is": "step" if isinstance(acts[e["name"]], Step) else "move", "seq": e["seq"],
                    "by": e["by"], "roles": e["roles"], "happened_at": e["happened_at"], "recorded_at": e["recorded_at"],
                    "recorded_late": e["recorded_late"], "superseded_by": e["superseded_by"],
                }
                for e in done
            ],
            "not_done": [{"act": name, "says": act.says} for name, act in acts.items() if name not in names],
            "deadlines": [d for d in deadlines if d["clause"] == clause],
        }  # fmt: skip
