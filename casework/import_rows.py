"""The rows of an older register as its CSV file holds them.

A file that is no CSV in the encoding the mapping names is refused whole, since nobody could say where its rows begin. What a row means
is for `casework.import_plan`.
"""

import codecs
import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

from casework import import_schema as schema
from casework.errors import BadInput

LONGEST_KEY = 80


@dataclass(frozen=True)
class Row:
    """One row as it was read. `number` is the one a spreadsheet shows: the header is row 1."""

    number: int
    cells: Mapping[str, str]
    key: str
    sha256: str
    width: int
    wanted: int

    @property
    def whole(self) -> bool:
        """Whether every field can be said to belong to its column."""
        return self.width == self.wanted

    @property
    def named(self) -> bool:
        """Whether it has a key that can be kept and shown as it is."""
        return self.whole and 0 < len(self.key) <= LONGEST_KEY and self.key.isprintable()


def read_rows(path: Path, mapping: schema.Mapping) -> Iterator[Row]:
    """Yield the rows of a file one by one; lines without anything are passed over.

    Raises BadInput for a file that cannot be read, is empty, is not in the mapping's encoding or is no CSV, and for missing columns, all at once.
    """
    if not path.is_file():
        raise BadInput(
            "There is no file {file}.", hint="Give the path of the register's CSV file.", file=path.name
        )
    # A byte order mark is no part of the first column's name.
    encoding = "utf-8-sig" if codecs.lookup(mapping.encoding).name == "utf-8" else mapping.encoding
    try:
        with path.open(encoding=encoding, newline="") as file:
            yield from _rows(file, path, mapping)
    except UnicodeError:
        _tell_bad_byte(path, mapping.encoding)
    except OSError as error:
        raise BadInput(
            "The file {file} cannot be read.", hint="Check that you may read it.", file=path.name
        ) from error


def _rows(file: IO[str], path: Path, mapping: schema.Mapping) -> Iterator[Row]:
    records = _records(file, path, mapping)
    header = [name.strip() for name in next((record for _, record in records if record), [])]
    if not any(header):
        raise BadInput(
            "The file {file} is empty.", hint="Its first row must name the columns.", file=path.name
        )
    missing = [name for name in mapping.needed() if name not in header]
    if missing:
        raise BadInput("The file {file} has no column {columns}.", hint="Name the columns in the mapping as the file's first row does.",
                       file=path.name, columns=", ".join(missing))  # fmt: skip
    twice = [name for name in mapping.needed() if header.count(name) > 1]
    if twice:
        raise BadInput("The file {file} has more than one column {columns}.", hint="Rename all but the one that is meant.",
                       file=path.name, columns=", ".join(twice))  # fmt: skip
    key_at = header.index(mapping.columns.key)
    for number, record in records:
        if record:
            cells = dict(zip(header, record, strict=False))
            key = record[key_at].strip() if key_at < len(record) else ""
            yield Row(number, cells, key, _digest(header, record), len(record), len(header))


def _records(file: IO[str], path: Path, mapping: schema.Mapping) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(file, delimiter=mapping.delimiter, strict=True)
    number = 0
    while True:
        begun = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise BadInput("A quotation begins in the record on line {line} of {file} and never ends.", hint="Close it, or write a mark that is meant as itself twice.",
                               line=begun, file=path.name) from error  # fmt: skip
            raise BadInput("The record that begins on line {line} of {file} is no CSV: {why}.", hint="A field with a quotation mark in it stands in quotation marks, and the mark is written twice.",
                           line=begun, file=path.name, why=str(error)) from error  # fmt: skip
        number += 1
        yield number, record


def _digest(header: list[str], record: list[str]) -> str:
    """The content of a row, whatever the order of its columns; a column without anything in it counts as not there."""
    cells = (
        sorted(zip(header, record, strict=False))
        if len(record) == len(header)
        else [("", cell) for cell in record]
    )
    return hashlib.sha256(json.dumps([cell for cell in cells if cell[1]]).encode()).hexdigest()


def _tell_bad_byte(path: Path, encoding: str) -> NoReturn:
    content = path.read_bytes()
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadInput("The file {file} is not {encoding}: byte {position}, on line {line}, does not fit.", hint='Say its encoding in the mapping, such as encoding = "gb18030" or "cp1252", or save it as UTF-8.',
                       file=path.name, encoding=encoding, position=error.start + 1, line=content.count(b"\n", 0, error.start) + 1) from None  # fmt: skip
    except UnicodeError:
        pass
    raise BadInput(
        "The file {file} is not {encoding}.",
        hint="Say its encoding in the mapping.",
        file=path.name,
        encoding=encoding,
    ) from None
