"""A form in words: what each field asks, what kind of answer it takes, and how the answer is kept."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, get_args, get_origin

from pydantic import AwareDatetime

from states.forms import Form, Happened, Holds, Parties, PersonRef, Planned, Sealed, marked
from states.phrases import holders
from states.words import label, listed, plain, say, strung

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def fields(form: type[Form], language: str) -> str:
    """Return a form's fields for a cell of a table, one a line."""
    return "<br>".join(_field(name, field, language) for name, field in form.model_fields.items())


def _field(name: str, field: FieldInfo, language: str) -> str:
    asked = say(field.description, language) if field.description else plain(name)
    kept = [kind_of(field, language)]
    if marked(field, Sealed) is not None or marked(field, Parties) is not None:
        kept.append(say("sealed", language))
    if not field.is_required():
        kept.append(say("may be left out", language))
    return f"`{name}`: {asked} ({strung(kept, language)})"


def kind_of(field: FieldInfo, language: str) -> str:
    """Return what kind of answer a field takes."""
    if marked(field, Parties) is not None:
        return say("persons", language)
    holds = marked(field, Holds)
    if isinstance(holds, Holds):
        return holders(holds.roles, language)
    if marked(field, PersonRef) is not None:
        return say("a person of the office", language)
    day = field.annotation is date
    if marked(field, Happened) is not None:
        return say("a day, behind us", language) if day else say("day and time, behind us", language)
    if marked(field, Planned) is not None:
        return say("a day, ahead of us", language) if day else say("day and time, ahead of us", language)
    return _kind(field.annotation, language)


def _kind(annotation: object, language: str) -> str:
    """`X | None` is an X that may be left out; a mark may stand on the X."""
    inner = [argument for argument in get_args(annotation) if argument not in (type(None), Ellipsis)]
    if PersonRef in inner:
        return say("a person of the office", language)
    if get_origin(annotation) is Annotated:
        return _kind(inner[0], language)
    if inner:
        kinds = listed(dict.fromkeys(_kind(argument, language) for argument in inner), language)
        return (
            say("several: {kind}", language, kind=kinds)
            if get_origin(annotation) in (tuple, list, frozenset)
            else kinds
        )
    return _simple(annotation, language) if isinstance(annotation, type) else say("text", language)


def _simple(annotation: type, language: str) -> str:
    if issubclass(annotation, Enum):
        return listed((label(value, language) for value in annotation), language)
    if issubclass(annotation, Form):
        return fields(annotation, language)
    if issubclass(annotation, bool):
        return say("yes or no", language)
    if issubclass(annotation, int | float):
        return say("a number", language)
    if issubclass(annotation, datetime | AwareDatetime):
        return say("day and time", language)
    return say("text", language)
