"""Reading a mapping: the TOML file beside an older register's CSV, checked as a whole.

Everything that is wrong with it is said at once, before a row is read: a mapping that is accepted names procedures that there are, and
gives every field that their intake asks for.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from casework.errors import BadInput
from casework.import_schema import CHANNEL, COMPLAINANT, Kind, Mapping, folded, procedure_of
from states.editions import procedures
from states.forms import Form, Parties, marked, sealed_fields

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_mapping(path: Path) -> Mapping:
    """Read a mapping. Raises BadInput naming everything that is wrong with it."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInput(
            "The mapping {file} cannot be read.",
            hint="Check its name, and that you may read it.",
            file=path.name,
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(
            "The mapping {file} is not UTF-8 text.", hint="Save it as UTF-8.", file=path.name
        ) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput("The mapping {file} is not TOML: {why}.", file=path.name, why=str(error)) from error
    try:
        mapping = Mapping.model_validate(given)
    except ValidationError as error:
        wrong = [
            f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors(include_url=False)
        ]
    else:
        wrong = list(_faults(mapping))
        if not wrong:
            return mapping
    raise BadInput(
        "The mapping {file} cannot be used: {faults}.",
        hint="Mend what is named; nothing was imported.",
        file=path.name,
        faults="; ".join(wrong),
    )


def _faults(mapping: Mapping) -> Iterator[str]:
    """What no single value shows to be wrong."""
    try:
        ZoneInfo(mapping.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"zone: there is no time zone {mapping.zone}"
    if not _is_text_encoding(mapping.encoding):
        yield f"encoding: there is no text encoding {mapping.encoding}"
    if mapping.delimiter in '"\r\n':
        yield "delimiter: it must be a single character, no quotation mark and no line break"
    yield from (
        f"date_formats: {form} does not say a whole day"
        for form in mapping.date_formats
        if not _says_a_day(form)
    )
    yield from _words(mapping)
    for number, kind in enumerate(mapping.kinds):
        yield from (f"kinds.{number} ({kind.procedure}): {fault}" for fault in _of_kind(mapping, kind))


def _is_text_encoding(name: str) -> bool:
    try:
        b"a".decode(name)
    except (LookupError, ValueError) as error:
        # One letter is too little for UTF-16: what does not decode has been looked up. A null character in a name has not.
        return isinstance(error, UnicodeError)
    return True


def _says_a_day(form: str) -> bool:
    shown = datetime(2018, 11, 23, 16, 5, 9)  # noqa: DTZ001  a specimen of the old register's wall clock
    try:
        # With an offset of its own a format is read as an aware moment; the specimen has none.
        plain = re.sub(r"\s*%[zZ]", "", form)
        return datetime.strptime(shown.strftime(plain), plain).date() == shown.date()  # noqa: DTZ007
    except (ValueError, re.error):
        return False


def _words(mapping: Mapping) -> Iterator[str]:
    lists = {
        "kinds": [w for k in mapping.kinds for w in k.types],
        "channels.words": [*mapping.channels.words],
    }
    if mapping.status is not None:
        lists["status"] = [*mapping.status.open, *mapping.status.closed, *mapping.status.by_date]
        if mapping.columns.status is None:
            yield "columns.status: the words are given and no column for them"
    elif mapping.columns.status is not None:
        yield "status: the column is named and none of its words"
    if mapping.columns.closed is None and (mapping.status is None or mapping.status.closed):
        yield "columns.closed: a closed row must have its closing date"
    if mapping.columns.channel is None and mapping.channels.words:
        yield "columns.channel: the words are given and no column for them"
    for where, words in lists.items():
        seen = [folded(word) for word in words]
        yield from (
            f"{where}: {word} stands there twice" for word in sorted({w for w in seen if seen.count(w) > 1})
        )


def _of_kind(mapping: Mapping, kind: Kind) -> Iterator[str]:
    if kind.procedure not in procedures():
        yield f"there is no such procedure; there are {', '.join(procedures())}"
        return
    procedure = procedure_of(kind, date.max)
    if procedure.history is None:
        yield "older registers are not imported into it"
        return
    form, texts = procedure.intake.form, mapping.texts_of(kind)
    unsealed = [
        name
        for name in texts
        if name not in sealed_fields(form) or marked(form.model_fields[name], Parties) is not None
    ]
    yield from (f"{name} is no text of its intake" for name in unsealed)
    if mapping.complainant and COMPLAINANT not in form.model_fields:
        yield "its intake names no complainant"
    if not unsealed:
        yield from _unfit(form, mapping, {**kind.evidence, **dict.fromkeys(texts, "a specimen")})


def _unfit(form: type[Form], mapping: Mapping, specimen: dict[str, Any]) -> Iterator[str]:
    """What the intake form says to a row of this kind, once for every channel that rows can have."""
    channels: set[str | None] = {
        c for c in (*mapping.channels.words.values(), mapping.channels.other) if c is not None
    }
    told: dict[str, None] = {}
    for channel in sorted(channels, key=str) if CHANNEL in form.model_fields and channels else (None,):
        try:
            form.model_validate(specimen if channel is None else {CHANNEL: channel, **specimen})
        except ValidationError as error:
            for e in error.errors(include_url=False, include_input=False):
                told[f"{'.'.join(str(part) for part in e['loc'])} ({e['msg']})"] = None
    yield from told
