"""The list of refused rows beside the imported file: number, key, reason and code, for whoever mends the original.

What stood in the row is not repeated: it holds names and addresses, and the original is where it was.
"""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from casework.errors import BadInput
from casework.import_plan import RowRefused
from casework.import_rows import Row

HEADER = ["row", "key", "reason", "code"]
ENCODING = "utf-8-sig"
"""With the mark by which spreadsheets know UTF-8."""

_FORMULA = ("=", "+", "-", "@")


@dataclass
class Refusals:
    """What was refused so far, counted by code. `translate` gives the reasons in the language of whoever imports."""

    file: TextIO
    translate: Callable[[str], str]
    by_code: dict[str, int] = field(default_factory=dict)

    def add(self, row: Row, refused: RowRefused) -> None:
        """Write one down."""
        key = row.key if row.named else ""
        # A spreadsheet would run a key that looks like a formula.
        shown = f"'{key}" if key.startswith(_FORMULA) else key
        csv.writer(self.file).writerow([row.number, shown, refused.told(self.translate), refused.code])
        self.by_code[refused.code] = self.by_code.get(refused.code, 0) + 1


def refused_path(path: Path) -> Path:
    """Where the refused rows of a file are listed."""
    return path.with_name(path.name + ".refused.csv")


@contextmanager
def listing(path: Path, translate: Callable[[str], str]) -> Iterator[Refusals]:
    """Keep the list of one run. It takes the place of an earlier run's at the end, and is not there when nothing was refused.

    Raises BadInput, before anything is imported, where the list cannot be written or another file has its name.
    """
    target = refused_path(path)
    part = target.with_name(target.name + ".part")
    try:
        _check_ours(target)
        file = part.open("w", encoding=ENCODING, errors="replace", newline="")
    except OSError as error:
        raise BadInput(
            "The list of refused rows {file} cannot be written.",
            hint="Import from a folder that you may write to.",
            file=target.name,
        ) from error
    try:
        with file:
            csv.writer(file).writerow(HEADER)
            refusals = Refusals(file, translate)
            yield refusals
        if refusals.by_code:
            part.replace(target)
        else:
            target.unlink(missing_ok=True)
    finally:
        part.unlink(missing_ok=True)


def _check_ours(target: Path) -> None:
    if not target.exists():
        return
    with target.open("rb") as file:
        first = file.readline(100)
    if first.strip() != ",".join(HEADER).encode(ENCODING):
        raise BadInput(
            "There is a file {file}, and it is no list of refused rows.",
            hint="Move it away or rename it.",
            file=target.name,
        )
