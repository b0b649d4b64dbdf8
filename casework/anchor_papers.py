"""An anchor as a document: one JSON object a line, the same bytes for the same facts.

First what it is; then, for every case that had events since the last one, a keyed number of the case, the number of its last event and that
event's hash; for every office the same of its chain; the last refusal. At the end the totals, the digest of the anchor before, and a keyed
digest over everything. Nobody without the key learns from it which cases these are, nor can change a line.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.docket import micros
from casework.keys import MasterKeys
from casework.seals import seal_of

FORMAT = "duecourse anchor 1"
HALF = 32
"""A digest in the table is that of the lines, and after it the keyed one over the totals and those."""
NUMBERS = ("no", "high_event_id", "cases", "events", "refusals")


@dataclass(frozen=True)
class Totals:
    """The last line. `high_event_id`: events up to this one are counted; `previous`: the digest of the anchor before, none in the first."""

    no: int
    made_at: datetime
    high_event_id: int
    cases: int
    events: int
    refusals: int
    previous: bytes

    @classmethod
    def of(cls, row: Any) -> "Totals":  # noqa: ANN401  a row of the anchor table
        """The totals that a row of the table keeps."""
        counted = (row.high_event_id, row.cases, row.events, row.refusals)
        return cls(row.no, row.made_at, *counted, bytes(row.prev_digest))

    def digest(self, keys: MasterKeys, lines: bytes) -> bytes:
        """The digest of the anchor; `lines`: the SHA-256 of the lines before the last one."""
        fields = {name: getattr(self, name) for name in NUMBERS}
        keyed = {**fields, "made_at": micros(self.made_at), "previous": self.previous, "lines": lines}
        return lines + seal_of(keys, "anchor", keyed)

    def line(self, digest: bytes) -> bytes:
        """The last line of the document."""
        told = {name: getattr(self, name) for name in NUMBERS}
        return line_of(
            {**told, "made_at": self.made_at.isoformat(), "previous": self.previous.hex(), "lines": digest[:HALF].hex(), "digest": shown(digest)}
        )  # fmt: skip


class NotAnAnchor(Exception):
    """A document is not whole, or not one that the key's holder wrote. Caught by whoever reads it."""


@dataclass(frozen=True)
class Paper:
    """An anchor that was read, and whose digest fits. `lines`: between the first and the last, as they were written."""

    totals: Totals
    digest: bytes
    lines: tuple[Mapping[str, Any], ...]

    @classmethod
    def read(cls, keys: MasterKeys, content: bytes) -> "Paper":
        """Read a document. Raises NotAnAnchor."""
        body, _, last = content.removesuffix(b"\n").rpartition(b"\n")
        try:
            end: Mapping[str, Any] = json.loads(last)
            first, *lines = (json.loads(line) for line in body.splitlines())
            no, *counted = (int(end[name]) for name in NUMBERS)
            made_at, previous = datetime.fromisoformat(end["made_at"]), bytes.fromhex(end["previous"])
            totals = Totals(no, made_at, counted[0], counted[1], counted[2], counted[3], previous)
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise NotAnAnchor from error
        digest = totals.digest(keys, hashlib.sha256(body + b"\n").digest())
        if (
            not isinstance(first, dict)
            or first.get("format") != FORMAT
            or totals.line(digest) != last + b"\n"
        ):
            raise NotAnAnchor
        return cls(totals, digest, tuple(lines))


def opening(no: int) -> bytes:
    """The first line."""
    return line_of({"format": FORMAT, "no": no})


def line_of(told: Mapping[str, object]) -> bytes:
    """One line."""
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def case_number(keys: MasterKeys, ref: str) -> str:
    """What stands for a case: the same in every anchor, and nothing to whoever has not the key."""
    return seal_of(keys, "anchored case", {"ref": ref})[:16].hex()


def office_number(keys: MasterKeys, office_id: int) -> str:
    """What stands for an office."""
    return seal_of(keys, "anchored office", {"office": office_id})[:16].hex()


def heads(
    keys: MasterKeys, cases: Iterable[Any], offices: Iterable[Any], refusal: tuple[int, bytes]
) -> Iterator[bytes]:
    """The lines of an anchor. `cases`: rows of ref, head_seq, head_hash; `offices`: rows of office_id, seq, hash."""
    for row in cases:
        yield line_of(
            {"case": case_number(keys, row.ref), "seq": row.head_seq, "hash": bytes(row.head_hash).hex()}
        )
    for row in offices:
        yield line_of(
            {"office": office_number(keys, row.office_id), "seq": row.seq, "hash": bytes(row.hash).hex()}
        )
    yield line_of({"refusals": refusal[0], "hash": refusal[1].hex()})


def shown(digest: bytes) -> str:
    """An anchor's digest as it is shown and sent to people: 64 hex digits, which nobody without the key can make for other facts."""
    return digest[HALF:].hex()
