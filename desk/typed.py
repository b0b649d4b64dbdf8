"""Evidence as it is typed: `--set field=value`, `--evidence FILE.json`, both together. What it means is checked by the door.

`complainants.1.name=…` is the first of several people; `complainants.name=…` is the first too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from casework.errors import BadInput
from desk.fields import Asked, asked
from desk.times import read_moment
from states.words import LANGUAGES, label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo
    from enum import Enum

    from states.forms import Form

YES = frozenset({"yes", "y", "true", "1", "on", "是", "對", "对"})
NO = frozenset({"no", "n", "false", "0", "off", "否", "不", "不是"})
MOST_PEOPLE = 50


def read_evidence(
    form: type[Form], loaded: str, typed: Sequence[str], zone: tzinfo, now: datetime
) -> dict[str, object]:
    """Return what was given: a JSON object's text (empty: none), then what was typed, which wins.

    Raises BadInput, one sentence, for what is no JSON object, has no `=`, or is not the kind of answer that its field takes.
    """
    fields = {field.name: field for field in asked(form)}
    given = _loaded(loaded)
    for field in fields.values():
        if field.kind == "time" and isinstance(given.get(field.name), str):
            given[field.name] = read_moment(str(given[field.name]), zone, now).isoformat()
    for one in typed:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise BadInput('"{typed}" sets nothing.', hint="Write --set field=value.", typed=_short(one))
        _put(given, fields, name.strip(), value, zone, now)
    return given


def _loaded(text: str) -> dict[str, object]:
    if not text.strip():
        return {}
    try:
        given = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise BadInput("The evidence is no JSON: look at its line {line}.", line=line) from None
    if not isinstance(given, dict):
        raise BadInput("The evidence must be a JSON object.", hint='Write it like {"field": "value"}.')
    return given


def _put(given: dict[str, object], fields: dict[str, Asked], name: str, value: str, zone: tzinfo, now: datetime) -> None:
    head, dot, rest = name.partition(".")
    field = fields.get(head)
    if field is None or not dot:
        if field is not None and field.kind == "people" and value.strip()[:1] in {"[", "{"}:
            found = _json(value, head)
            given[head] = found if isinstance(found, list) else [found]
        elif field is not None:
            answer = convert(field, value, zone, now)
            if answer is None:
                given.pop(head, None)
            else:
                given[head] = answer
        else:
            given[name] = value  # the form itself says that it has no such field
        return
    number, dot, inner = rest.partition(".") if rest[:1].isdigit() else ("1", ".", rest)
    if field.kind != "people" or not dot or not number.isdigit() or not 1 <= int(number) <= MOST_PEOPLE:
        raise BadInput("{name} names no part of a field.", hint="The first of several people is {field}.1.", name=_short(name), field=head)
    people = given.setdefault(head, [])
    if not isinstance(people, list):
        raise BadInput("{field} holds several people: give them as a list.", field=head)
    people.extend({} for _ in range(int(number) - len(people)))
    part = next((one for one in field.inner if one.name == inner), None)
    people[int(number) - 1][inner] = value if part is None else convert(part, value, zone, now)


def convert(field: Asked, value: str, zone: tzinfo, now: datetime) -> object:
    """Turn what was typed into what the form takes; None for a field that may be left out and was left empty. Raises BadInput."""
    text = value.strip()
    if not text and not field.required:
        return None
    match field.kind:
        case "time":
            return read_moment(text, zone, now).isoformat()
        case "yes or no":
            return _yes_or_no(field, text)
        case "choice":
            return _chosen(field.choices, text)
        case _:
            return value


def _yes_or_no(field: Asked, text: str) -> bool:
    if text.casefold() in YES | NO:
        return text.casefold() in YES
    raise BadInput("{field} is answered by yes or no.", field=field.name)


def _chosen(choices: Sequence[Enum], text: str) -> str:
    """A value, or its label in any language; another word goes on to the form, which names the values."""
    for value in choices:
        if text.casefold() in {str(value.value).casefold(), *(label(value, language).casefold() for language in LANGUAGES)}:
            return str(value.value)
    return text


def _json(value: str, name: str) -> Any:  # noqa: ANN401  whatever JSON holds
    try:
        return json.loads(value)
    except ValueError:
        raise BadInput("What was given for {field} is no JSON.", field=name) from None


def _short(typed: str) -> str:
    """Enough to recognise it; what follows the `=` may be somebody's name."""
    return typed.partition("=")[0][:40]
