"""Evidence as it is typed: `--set field=value`, `--evidence FILE.json`, both together. What it means is checked by the door.

`complainants.1.name=…` is the first of several people; `complainants.name=…` is the first too.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from casework.errors import BadInput
from casework.form_fields import FieldView, fields_of
from desk.fields import choices, inner_form
from desk.times import HOW, read_moment
from states.forms import Form
from states.words import LANGUAGES, label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

YES = frozenset({"yes", "y", "true", "1", "on", "是", "對", "对"})
NO = frozenset({"no", "n", "false", "0", "off", "否", "不", "不是"})
MOST_RECORDS = 50
FIELD = re.compile(r"[a-z][a-z0-9_.]{0,39}")
COMMAS = re.compile("[,，、]")
"""Of either writing."""
SEVERAL, PEOPLE = (
    "Separate several answers by commas.",
    "One of several people is written as {field}.1.name=…",
)


@dataclass(frozen=True)
class Reader:
    """Reads what is typed for one form; `zone` is the office's, `now` aware UTC."""

    form: type[Form]
    zone: tzinfo
    now: datetime

    def read(self, loaded: str, typed: Sequence[str]) -> dict[str, object]:
        """Return what was given: a JSON object's text (empty: none), then what was typed, which wins.

        Raises BadInput, one sentence, for what is no JSON object, sets nothing, or is not the kind of answer that its field takes.
        """
        fields = {field.name: field for field in fields_of(self.form)}
        given = _loaded(loaded)
        for name, value in given.items():
            if name in fields and fields[name].type == "moment" and isinstance(value, str):
                given[name] = self.answer(fields[name], value)
        for one in typed:
            name, equals, value = one.partition("=")
            if not equals or not name.strip():
                raise BadInput('"{typed}" sets nothing.', hint="Write --set field=value.", typed=_short(one))
            self._put(given, fields, name.strip(), value)
        return given

    def answer(self, field: FieldView, value: str) -> object:  # noqa: PLR0911  one line for each sort of answer
        """Turn what was typed into what the form takes; None for a field that may be left out and was left empty. Raises BadInput."""
        text = value.strip()
        if not text and not field.required:
            return None
        if field.several:
            return self._several(field, text)
        match field.type:
            case "moment":
                return self._moment(field, text)
            case "yes or no":
                return _yes_or_no(field, text)
            case "choice":
                return self._chosen(field, text)
            case "list":
                found = _json(value, field.name, PEOPLE)
                return found if isinstance(found, list) else [found]
            case _:
                return value

    def _moment(self, field: FieldView, text: str) -> str:
        """A moment. What is none is not repeated, as of no answer on a form: it may be words that belong elsewhere."""
        try:
            return read_moment(text, self.zone, self.now).isoformat()
        except BadInput as error:
            if "typed" not in error.params:
                raise
            raise BadInput("{field} is not a time.", hint=HOW, field=field.name) from None

    def _several(self, field: FieldView, text: str) -> list[object]:
        """Any number of answers: separated by commas, or a JSON list."""
        given = _json(text, field.name, SEVERAL) if text.startswith("[") else COMMAS.split(text)
        if not isinstance(given, list):
            raise _no_json(field.name, SEVERAL)
        one = replace(field, several=False)
        return [self.answer(one, part) for part in (str(g).strip() for g in given) if part]

    def _put(self, given: dict[str, object], fields: Mapping[str, FieldView], name: str, value: str) -> None:
        head, dot, rest = name.partition(".")
        field = fields.get(head)
        if field is None:
            given[name] = value  # the form itself says that it has no such field
        elif dot:
            self._put_inner(given, field, name, rest, value)
        else:
            given[head] = self.answer(field, value)
            if given[head] is None:
                del given[head]

    def _put_inner(
        self, given: dict[str, object], field: FieldView, name: str, rest: str, value: str
    ) -> None:
        number, dot, inner = rest.partition(".") if rest[:1].isdigit() else ("1", ".", rest)
        if field.type != "list" or not dot or not number.isdigit() or not 1 <= int(number) <= MOST_RECORDS:
            raise BadInput(
                "{name} names no part of a field.",
                hint=SEVERAL if field.several else "The first of several people is {field}.1.",
                name=name[:40],
                field=field.name,
            )
        records = given.setdefault(field.name, [])
        if not isinstance(records, list):
            raise BadInput("{field} holds several people: give them as a list.", field=field.name)
        records.extend({} for _ in range(int(number) - len(records)))
        part = next((one for one in field.fields if one.name == inner), None)
        within = Reader(inner_form(self.form, field.name), self.zone, self.now)
        answer = value if part is None else within.answer(part, value)
        if answer is not None:
            records[int(number) - 1][inner] = answer

    def _chosen(self, field: FieldView, text: str) -> str:
        """A value, or its label in any language; another word goes on to the form, which names the values."""
        for value in choices(self.form, field.name):
            if text.casefold() in {
                str(value.value).casefold(),
                *(label(value, language).casefold() for language in LANGUAGES),
            }:
                return str(value.value)
        return text


def _loaded(text: str) -> dict[str, object]:
    if not text.strip():
        return {}
    try:
        given = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise BadInput("The evidence is no JSON: look at its line {line}.", line=line) from None
    if not isinstance(given, dict):
        raise BadInput(
            "The evidence must be a JSON object.", hint="Write it as the fields' names with their values."
        )
    return given


def _yes_or_no(field: FieldView, text: str) -> bool:
    if text.casefold() in YES | NO:
        return text.casefold() in YES
    raise BadInput("{field} is answered by yes or no.", field=field.name)


def _json(value: str, name: str, hint: str) -> Any:  # noqa: ANN401  whatever JSON holds
    try:
        return json.loads(value)
    except ValueError:
        raise _no_json(name, hint) from None


def _no_json(name: str, hint: str) -> BadInput:
    return BadInput("What was given for {field} is no JSON.", hint=hint, field=name)


def _short(typed: str) -> str:
    """Enough to recognise it, if it is like a field: anything else may be words, or somebody's name."""
    head = typed.partition("=")[0].strip()
    return head if FIELD.fullmatch(head) else "…"
