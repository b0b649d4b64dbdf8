"""Reads an office file; what is not as it must be becomes one sentence each, with its place.

`people[3].roles[1].role: ...` is the first role of the third person: places are counted from 1. No sentence repeats a name or an address.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from casework.errors import BadInput
from casework.office_schema import OfficeFile

T = TypeVar("T")
_LISTS = ("units", "people", "rosters", "absences", "days", "settings")
_PLAIN = re.compile("[a-z_]{1,40}")
_AT = re.compile(r"\(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)")
_PHRASES: Mapping[str, str] = {
    "missing": "it is missing",
    "extra_forbidden": "this is not known here",
    "string_type": "it must be a text in quotation marks",
    "bool_type": "it must be true or false",
    "date_type": "it must be a day such as 2026-03-01, without quotation marks",
    "datetime_type": "it must be a time such as 2026-03-01T09:30:00+08:00, without quotation marks",
    "timezone_aware": "the time needs its zone, such as 2026-03-01T09:30:00+08:00",
    "list_type": "it must be a list",
    "model_type": "it must be a table",
    "too_short": "it needs at least one",
    "too_long": "it has too many",
}


class BadOfficeFile(BadInput):
    """An office file that cannot be loaded. `faults`: every sentence."""

    def __init__(self, origin: str, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "{origin} cannot be loaded, and nothing was changed: {faults}",
            hint="Places are counted from 1.",
            origin=origin,
            faults=" ".join(f"{fault}." for fault in self.faults),
        )


@dataclass(frozen=True)
class Reading:
    """What could be read of a file. `kept`: the place of each entry of a table in the file, since entries with faults are left out.

    `file` is None if the whole is not as it must be. `handles` and `units`: those of all entries, so that nothing else seems to miss one.
    """

    file: OfficeFile | None
    faults: tuple[str, ...]
    kept: Mapping[str, Sequence[int]]
    handles: frozenset[str]
    units: frozenset[str]

    def numbered(self, table: str, entries: Sequence[T]) -> Iterator[tuple[int, T]]:
        """The entries of a table, each with its place in the file, from 0."""
        return zip(self.kept[table], entries, strict=True)


def read_office(text: str, origin: str) -> Reading:
    """Read the text of an office file. Raises BadOfficeFile if it is no TOML."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadOfficeFile(origin, [_not_toml(str(error))]) from None
    places = {name: list(range(len(tables[name]))) for name in _LISTS if isinstance(tables.get(name), list)}
    named = {
        name: frozenset(str(entry[key]) for entry in _tables(tables, name) if isinstance(entry.get(key), str))
        for name, key in (("people", "handle"), ("units", "key"))
    }
    file, faults, spoilt = _validated(tables)
    if file is None and spoilt is not None:
        kept = {name: [n for n in numbers if (name, n) not in spoilt] for name, numbers in places.items()}
        file, _, _ = _validated(
            {**tables, **{name: [tables[name][n] for n in numbers] for name, numbers in kept.items()}}
        )
        places = kept
    every = {name: places.get(name, []) for name in _LISTS}
    return Reading(file, faults, every, named["people"], named["units"])


def _tables(tables: Mapping[str, Any], name: str) -> list[Mapping[str, object]]:
    entries = tables.get(name)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _validated(
    tables: Mapping[str, object],
) -> tuple[OfficeFile | None, tuple[str, ...], set[tuple[str, int]] | None]:
    """The file, its faults, and the entries that are spoilt; None for these if more is spoilt than entries of lists."""
    try:
        return OfficeFile.model_validate(tables), (), set()
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=True)
    faults = tuple(dict.fromkeys(_fault(one["loc"], one["type"], one.get("ctx", {})) for one in found))
    spoilt: set[tuple[str, int]] = set()
    for one in found:
        match one["loc"]:
            case (str() as name, int() as number, *_) if name in _LISTS:
                spoilt.add((name, number))
            case _:
                return None, faults, None
    return None, faults, spoilt


def _not_toml(message: str) -> str:
    # The parser's own words may quote what stands there.
    found = _AT.search(message)
    if found is None or found[1] is None:
        return "it is not TOML: something is not closed at its end"
    return f"it is not TOML: line {found[1]}, column {found[2]} cannot be read"


def _fault(loc: tuple[int | str, ...], kind: str, context: Mapping[str, object]) -> str:
    if "value" in loc:  # every type that a setting's value might have had complains
        return f"{place(loc[: loc.index('value') + 1])}: it must be a text, a number, true or false"
    if kind == "value_error":
        return f"{place(loc)}: {context['error']}"
    if kind == "literal_error":
        return f"{place(loc)}: it must be {context['expected']}"
    return f"{place(loc)}: {_PHRASES.get(kind, 'it cannot be taken')}"


def place(loc: Iterable[int | str]) -> str:
    """Where something stands, counted from 1; a key that is not one of ours is not repeated."""
    found = ""
    for part in loc:
        if isinstance(part, int):
            found += f"[{part + 1}]"
        else:
            found += ("." if found else "") + (part if _PLAIN.fullmatch(part) else "(a key)")
    return found or "the file"
