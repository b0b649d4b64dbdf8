"""The clauses of the three procedures, verbatim, by identifier."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources

# What follows from all three procedures, and what an office adds of its own (stricter than the law: listed, not proved).
OWN = {"house": "stricter than the text: the office's own rule"} | {
    f"X{n}": "follows from all three procedures" for n in range(1, 10)
}


@cache
def clauses() -> Mapping[str, str]:
    """Return identifier -> the words of the text, with X1 to X9 and `house` beside them."""
    text = resources.files("states").joinpath("clauses.tsv").read_text(encoding="utf-8")
    return {
        row["clause"]: row["text"]
        for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    } | OWN
