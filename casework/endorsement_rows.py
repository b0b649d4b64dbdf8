"""The rows of a file of endorsements: the reference of a case, and the words for it (H5.2).

Many at once, but each with a text of its own: words that stand there twice are refused like words that are missing. What is wrong is told
by line and column, all at once, before anything is done; the words themselves are never repeated.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from casework.errors import BadInput
from casework.refs import read_ref
from casework.short_tables import BadRows, read_table

COLUMNS = ("ref", "words")
LEAST, LONGEST = 2, 8000
"""Characters of an endorsement."""
MOST = 1000
"""Cases of one file."""


class Row(NamedTuple):
    """One case of the file and the words for it. `line`: where it begins; the names of the columns stand on line 1."""

    line: int
    ref: str
    words: str


class BadEndorsements(BadRows):
    """A file of endorsements of which nothing was done. `faults`: every sentence, each with its line."""

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__("No case was endorsed: {faults}", faults)


def read_rows(content: bytes) -> list[Row]:
    """Read a whole file, its columns separated by commas or by tabs. A byte order mark is accepted.

    Raises BadInput for what is no UTF-8, is no CSV, has not the two columns or has too many cases, and BadEndorsements with every faulty
    line: without words, with the words of another, without a reference, with a case that was named before.
    """
    rows: list[Row] = []
    faults: list[str] = []
    for line, cells in read_table(content, COLUMNS, faults):
        rows.append(Row(line, cells["ref"], cells["words"]))
    faults += _faults(rows)
    if faults:
        raise BadEndorsements(faults)
    if not rows:
        raise BadInput("The file names no case.", hint="Each line below the first is a case: ref,words.")
    if len(rows) > MOST:
        raise BadInput("A file has at most {most} cases.", hint="Split it.", most=MOST)
    return [row._replace(ref=read_ref(row.ref)) for row in rows]


def _faults(rows: list[Row]) -> Iterator[str]:
    cases: dict[str, int] = {}
    texts: dict[str, int] = {}
    for row in rows:
        try:
            ref = read_ref(row.ref)
        except BadInput:
            yield f"line {row.line}, column ref: it is no reference of a case"
        else:
            first = cases.setdefault(ref, row.line)
            if first != row.line:
                yield f"line {row.line}, column ref: the case stands on line {first} already"
        if len(row.words) < LEAST:
            yield f"line {row.line}, column words: the endorsement has no words"
            continue
        if len(row.words) > LONGEST:
            yield f"line {row.line}, column words: they are longer than {LONGEST} characters"
        first = texts.setdefault(_alike(row.words), row.line)
        if first != row.line:
            yield f"line {row.line}, column words: they are those of line {first}, and each case has its own"


def _alike(words: str) -> str:
    """The words without what does not make them others: blanks, punctuation, width, capitals."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    return "".join(one for one in plain if one.isalnum()) or plain
