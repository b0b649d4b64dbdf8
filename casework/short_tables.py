"""Short CSV files with columns of fixed names, read whole: a list of guests, a file of endorsements.

What is wrong is told by line and column, all at once and never by value: whoever reads the sentence need not know what stands there.
A register of any size and encoding is for `casework.import_rows`.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from casework.errors import BadInput

_TOLD = 20
"""Faults that are told of one file; of more, how many there are."""


class BadRows(BadInput):
    """A file of which nothing was done. `faults`: every sentence, each with its line. The sentence has the one parameter `faults`."""

    def __init__(self, sentence: str, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        told = [f"{fault}." for fault in self.faults[:_TOLD]]
        if len(self.faults) > _TOLD:
            told.append(f"(+{len(self.faults) - _TOLD})")
        super().__init__(
            sentence, hint="The line with the names of the columns is line 1.", faults=" ".join(told)
        )


def read_table(
    content: bytes, columns: tuple[str, ...], faults: list[str]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the line on which each record begins and its cells by column; records without anything in them are passed over.

    The columns stand in any order, with commas or tabs between them; a byte order mark is accepted. A record with more or fewer fields is
    added to `faults` and left out. Raises BadInput for what is no UTF-8, no CSV or has not these columns.
    """
    text = _text(content)
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            record = [cell.strip() for cell in next(reader)]
        except StopIteration:
            break
        except csv.Error:
            raise BadInput(
                "The record that begins on line {line} is no CSV.",
                hint="A field with a quotation mark in it stands in quotation marks, and the mark is written twice.",
                line=line,
            ) from None
        if header is None:
            header = [name.casefold() for name in record]
            if sorted(header) != sorted(columns):
                raise _unnamed(columns)
        elif any(record) and len(record) != len(header):
            faults.append(f"line {line}: it has {len(record)} fields, and there are {len(header)} columns")
        elif any(record):
            yield line, dict(zip(header, record, strict=True))
    if header is None:
        raise _unnamed(columns)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadInput(
            "The file is not UTF-8: byte {position}, on line {line}, does not fit.",
            hint="Save it as UTF-8 (in a spreadsheet: CSV UTF-8) and try again.",
            position=error.start + 1,
            line=line,
        ) from None


def _unnamed(columns: tuple[str, ...]) -> BadInput:
    """The first line is not repeated: where the columns have no names, it is somebody's."""
    return BadInput(
        "The first line must name the columns: {columns}.",
        hint="They may stand in any order, with commas or tabs between them.",
        columns=",".join(columns),
    )
