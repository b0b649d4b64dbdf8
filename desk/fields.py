"""The fields of a step's form as the command line sees them: what each asks, which kind of answer it takes, whether it may be left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, get_args, get_origin

from pydantic import AwareDatetime
from pydantic_core import PydanticUndefined

from states.forms import Form, Parties, PersonRef, marked, sealed_fields
from states.words import label, plain, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

Kind: TypeAlias = Literal["text", "yes or no", "choice", "number", "time", "person", "people"]


@dataclass(frozen=True)
class Asked:
    """One field. `choices`: the values of a choice; `inner`: the fields of each of several people; `default`: what leaving it out means."""

    name: str
    asks: str
    kind: Kind
    required: bool
    sealed: bool
    choices: tuple[Enum, ...] = ()
    inner: tuple[Asked, ...] = ()
    default: object = None

    def question(self, language: str) -> str:
        """What the field asks, in words."""
        return say(self.asks, language) if self.asks else plain(self.name)

    def answers(self, language: str) -> str:
        """Which answers it takes, in words: the values to type, with their labels where these differ."""
        match self.kind:
            case "choice":
                return " | ".join(_choice(value, language) for value in self.choices)
            case "people":
                return " ".join(f"{self.name}.1.{field.name}=…" for field in self.inner)
            case "yes or no":
                return say("yes or no", language)
            case "number":
                return say("a number", language)
            case "time":
                return say("day and time", language)
            case "person":
                return say("a person of the office", language)
            case "text":
                return say("text", language)

    def as_json(self, language: str) -> dict[str, object]:
        """Stable keys for programs."""
        return {
            "name": self.name,
            "asks": self.question(language),
            "kind": self.kind,
            "required": self.required,
            "sealed": self.sealed,
            "choices": [str(value.value) for value in self.choices],
            "fields": [field.as_json(language) for field in self.inner],
        }


def _choice(value: Enum, language: str) -> str:
    typed, words = str(value.value), label(value, language)
    return typed if language == "en" or words == typed else f"{typed} ({words})"


def asked(form: type[Form]) -> tuple[Asked, ...]:
    """The fields of a form in the order in which they are asked."""
    secret = sealed_fields(form)
    return tuple(_asked(name, field, sealed=name in secret) for name, field in form.model_fields.items())


def required(form: type[Form]) -> tuple[str, ...]:
    """Names of the fields that may not be left out."""
    return tuple(field.name for field in asked(form) if field.required)


def _asked(name: str, field: FieldInfo, *, sealed: bool) -> Asked:
    kinds = list(_kinds(field.annotation))
    inner = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Form)), None)
    choices = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum)), None)
    person = marked(field, PersonRef) is not None or PersonRef in kinds
    people = marked(field, Parties) is not None or inner is not None
    kind: Kind = "people" if people else "person" if person else "choice" if choices is not None else _simple(kinds)
    return Asked(
        name,
        field.description or "",
        kind,
        field.is_required(),
        sealed,
        tuple(choices) if choices is not None else (),
        asked(inner) if inner is not None else (),
        None if field.default is PydanticUndefined else field.default,
    )


def _kinds(annotation: Any) -> Iterator[Any]:  # noqa: ANN401  whatever an annotation may be
    """The types and markers inside an annotation, whatever wraps them."""
    inner = get_args(annotation)
    if not inner or get_origin(annotation) is Literal:
        yield annotation
        return
    for argument in inner if get_origin(annotation) is not Annotated else inner[:1]:
        yield from _kinds(argument)
    if get_origin(annotation) is Annotated:
        yield from inner[1:]


def _simple(kinds: list[Any]) -> Kind:
    for kind in kinds:
        if kind is AwareDatetime or (isinstance(kind, type) and issubclass(kind, datetime)):
            return "time"
        if kind is bool:
            return "yes or no"
        if kind in (int, float):
            return "number"
    return "text"
