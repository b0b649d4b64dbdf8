"""The example's bureau at whose counter tests type commands: loaded by the command, the edition approved, a token for everybody."""

from __future__ import annotations

import json
from pathlib import Path

from tests.desk.counter import Counter

EXAMPLE = Path(__file__).parents[2] / "desk" / "examples" / "office-bureau.toml"
"""An office with members member1 to member6, heads chief1 and chief2, custodians keeper1 and keeper2, party1 to party3, above1, sent1, audit1, and clerks."""
APPROVAL = (
    "edition",
    "approve",
    "bureau.complaint",
    "2026-01-01",
    "--minute",
    "2026-1",
    "--on",
    "2026-01-05",
)


def open_bureau(home: Path, *, approved: bool = True) -> Counter:
    """The bureau. Loading it ends with 1: no file can say that the party group has approved the edition."""
    counter = Counter(home)
    loaded = counter.type("--json", "office", "load", str(EXAMPLE))
    assert loaded.code == 1, loaded.err
    for handle in json.loads(loaded.out)["added"]:
        counter.tokens[handle] = counter.done("person", "token", handle)["token"]
    if approved:
        counter.done(*APPROVAL, by="party1")
    return counter
