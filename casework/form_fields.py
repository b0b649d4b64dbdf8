"""What a form asks, field by field, as data: for prompts on the command line, the desk's pages, the API's schema."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from states.forms import Form, person_fields, sealed_fields

FieldType = Literal["words", "yes or no", "number", "moment", "day", "choice", "person", "list"]


@dataclass(frozen=True)
class FieldView:
    """One field. `person`: a handle of the office; `moment`: a time with its zone; `list`: any number of records of `fields`.

    `several`: it takes any number of such answers, none twice.
    """

    name: str
    type: FieldType
    required: bool
    sealed: bool
    description: str
    choices: tuple[str, ...] = ()
    default: object = None
    fields: tuple["FieldView", ...] = ()
    several: bool = False


def fields_of(form: type[Form]) -> tuple[FieldView, ...]:
    """The fields of a form, in their order. Raises TypeError for a type that no screen could ask for: a mistake in the procedure."""
    return _fields_of(form)


@cache
def _fields_of(form: type[Form]) -> tuple[FieldView, ...]:
    sealed, persons = sealed_fields(form), person_fields(form)
    return tuple(
        _view(name, field, name in sealed, name in persons) for name, field in form.model_fields.items()
    )


def _view(name: str, field: FieldInfo, sealed: bool, person: bool) -> FieldView:  # noqa: FBT001  two marks of one field
    bare = _bare(field.annotation)
    inner = _inner(bare)
    several = inner is None and get_origin(bare) is tuple
    if several:
        bare = _bare(get_args(bare)[0])
    default = field.get_default(call_default_factory=False) if not field.is_required() else None
    return FieldView(
        name,
        "person" if person else _type(bare, inner),
        field.is_required(),
        sealed,
        field.description or name.replace("_", " "),
        tuple(str(value.value) for value in bare)
        if isinstance(bare, type) and issubclass(bare, Enum)
        else (),
        default.value if isinstance(default, Enum) else default if default != () else None,
        fields_of(inner) if inner is not None else (),
        several,
    )


def _bare(annotation: object) -> object:
    """The type without None and without what pydantic is told about it."""
    if get_origin(annotation) in {Union, UnionType}:
        return _bare(next(part for part in get_args(annotation) if part is not NoneType))
    if hasattr(annotation, "__metadata__"):
        return _bare(get_args(annotation)[0])
    return annotation


def _inner(bare: object) -> type[Form] | None:
    """The form of which a tuple field holds any number."""
    return next((part for part in get_args(bare) if isinstance(part, type) and issubclass(part, Form)), None)


def _type(bare: object, inner: type[Form] | None) -> FieldType:
    if inner is not None:
        return "list"
    if isinstance(bare, type):
        for kind, shown in _TYPES:
            if issubclass(bare, kind):
                return shown
    if getattr(bare, "__name__", "") == "AwareDatetime":
        return "moment"
    raise TypeError(f"no screen can ask for {bare}")


_TYPES: tuple[tuple[type, FieldType], ...] = (
    (bool, "yes or no"),
    (Enum, "choice"),
    (int, "number"),
    (float, "number"),
    (datetime, "moment"),
    (date, "day"),
    (str, "words"),
)
