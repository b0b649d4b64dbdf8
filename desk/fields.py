"""The fields of a step's form in words: what each asks and which answers it takes. What they are is `casework.form_fields`."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, get_args

from states.forms import Form
from states.words import label, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.form_fields import FieldView


def question(field: FieldView, language: str) -> str:
    """What the field asks."""
    return say(field.description, language)


def answers(form: type[Form], field: FieldView, language: str) -> str:
    """Which answers a field takes: the values to type, with their labels where these differ."""
    one = _answer(form, field, language)
    return say("{answers}; several separated by commas", language, answers=one) if field.several else one


def _answer(form: type[Form], field: FieldView, language: str) -> str:  # noqa: PLR0911  one line for each sort of answer
    match field.type:
        case "choice":
            return " | ".join(choice(value, language) for value in choices(form, field.name))
        case "list":
            return " ".join(f"{field.name}.1.{inner.name}=…" for inner in field.fields)
        case "yes or no":
            return say("yes or no", language)
        case "number":
            return say("a number", language)
        case "moment":
            return say("day and time", language)
        case "day":
            return say("a day, such as 2026-03-02", language)
        case "person":
            return say("a person of the office", language)
        case "words":
            return say("text", language)


def choice(value: Enum, language: str) -> str:
    """One value of a choice as it is typed, with its label where that differs."""
    typed, shown = str(value.value), label(value, language)
    return typed if language == "en" or shown == typed else f"{typed} ({shown})"


def choices(form: type[Form], name: str) -> tuple[Enum, ...]:
    """The values that a field of a form offers, with their labels; none for a field that offers none."""
    field = form.model_fields.get(name)
    kinds = _kinds(field.annotation) if field is not None else iter(())
    return next((tuple(kind) for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum)), ())


def inner_form(form: type[Form], name: str) -> type[Form]:
    """The form of each of several people (or other records) that a field holds. Raises LookupError if it holds none."""
    kinds = _kinds(form.model_fields[name].annotation)
    found = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Form)), None)
    if found is None:
        raise LookupError(f"{name} holds no records")
    return found


def value_in_words(form: type[Form] | None, name: str, value: object, language: str) -> str:
    """A recorded value as people read it: yes, the label of a choice, else as it is."""
    if isinstance(value, bool):
        return label(value, language)
    if isinstance(value, list):
        return ", ".join(value_in_words(form, name, one, language) for one in value)
    offered = choices(form, name) if form is not None else ()
    return next((label(one, language) for one in offered if one.value == value), str(value))


def _kinds(annotation: Any) -> Iterator[Any]:  # noqa: ANN401  whatever an annotation may be
    yield annotation
    for inner in get_args(annotation):
        yield from _kinds(inner)
