"""Evidence is a typed form, not a tick: the base class and the markers that say how a field is kept.

Completeness inside one record is the form's own business (a pydantic validator). A validator's message must never repeat the
value it refuses: messages travel further than sealed fields may.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo


class Sealed:
    """Marks a field that is stored encrypted under the case's key: `Annotated[str, Sealed]`."""


class PersonRef:
    """Marks a field that holds the handle of a person of the office; the door refuses a handle it does not know."""


@dataclass(frozen=True)
class Holds:
    """Marks a person's handle that must be of somebody who works in the office and holds one of these roles on the day."""

    roles: tuple[str, ...]


class Happened:
    """Marks a moment or a day that lies behind: not before the case was received, not after now."""


class Planned:
    """Marks a moment or a day that lies ahead."""


class UnitKey:
    """Marks a field that holds the key of one of the office's units; the door refuses a unit it does not know."""


@dataclass(frozen=True)
class Led:
    """Marks a unit in which somebody must hold one of these roles today."""

    roles: tuple[str, ...]


class HouseRule:
    """Marks a field that holds the key of a rule of the house that is in force that day."""


class CaseRef:
    """Marks a field that holds the reference of another case of the office, one that whoever records it may see."""


class Another:
    """Marks a person's handle that is not the recorder's own: nobody consents to what they do themselves."""


class About:
    """Marks a person's handle that names whom the case is about, so that it may be the respondent's."""


@dataclass(frozen=True)
class Numbered:
    """Marks a number that belongs to one case only, such as that of a minute."""

    kind: str


@dataclass(frozen=True)
class Parties:
    """Marks a sealed tuple of people who become parties of the case in this capacity."""

    capacity: str  # complainant, respondent or representative


class Form(BaseModel):
    """What one step records. Frozen; unknown fields are refused, so that a misspelt one is never silently lost."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


# All free text is sealed: any of it may name somebody. `states.soundness` refuses a free text that is not.
SealedWords = Annotated[str, Sealed, Field(min_length=2, max_length=8000)]
SealedText = Annotated[str, Sealed, Field(max_length=2000)]
Person = Annotated[str, PersonRef, Field(min_length=1, max_length=64)]
Persons = Annotated[tuple[Person, ...], Field(max_length=20)]
Respondent = Annotated[str, PersonRef, About, Field(min_length=1, max_length=64)]
Respondents = Annotated[tuple[Respondent, ...], Field(max_length=20)]
Unit = Annotated[str, UnitKey, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Case = Annotated[str, CaseRef, Field(pattern=r"^c-[0-9a-z]{10}$")]
Rule = Annotated[str, HouseRule, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,31}$")]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Moment = Annotated[AwareDatetime, Happened]
Appointed = Annotated[AwareDatetime, Planned]
DayBehind = Annotated[date, Happened]
DayAhead = Annotated[date, Planned]


class Complainant(Form):
    """One of the people who complain (X9). One of several may receive for all; each is replied to."""

    name: str = Field(default="", max_length=200, description="name")
    phone: str = Field(default="", max_length=40, description="telephone")
    contact: str = Field(default="", max_length=300, description="other way to reach them")
    receives_for_all: bool = Field(default=False, description="receives the replies for all")


def marked(field: FieldInfo, marker: type[Any]) -> Any | None:  # noqa: ANN401  whichever marker it is
    """Return the marker carried by a form's field (the class itself or an instance of it), or None.

    Also where the field may be left out: of `Person | None` pydantic leaves the marker inside the union.
    """
    for item in (*field.metadata, *_inner(field.annotation)):
        if item is marker or isinstance(item, marker):
            return item
    return None


def _inner(annotation: Any) -> Iterator[Any]:  # noqa: ANN401  any annotation
    for part in get_args(annotation):
        yield from getattr(part, "__metadata__", ())
        yield from _inner(part)


def sealed_fields(form: type[Form]) -> frozenset[str]:
    """Names of the fields that are stored encrypted."""
    return frozenset(
        n
        for n, f in form.model_fields.items()
        if marked(f, Sealed) is not None or marked(f, Parties) is not None
    )


def person_fields(form: type[Form]) -> frozenset[str]:
    """Names of the fields that hold a person's handle."""
    return frozenset(n for n, f in form.model_fields.items() if marked(f, PersonRef) is not None)


def names_several(form: type[Form], name: str) -> bool:
    """Whether a field holds the handles of any number of persons, also where it may be left out."""
    return _holds_several(form.model_fields[name].annotation)


def _holds_several(annotation: Any) -> bool:  # noqa: ANN401  any annotation
    origin = get_origin(annotation)
    if origin in (tuple, list, set, frozenset):
        return True
    return origin is not None and any(_holds_several(part) for part in get_args(annotation))


def about_fields(form: type[Form]) -> frozenset[str]:
    """Names of the fields that name whom the case is about."""
    return frozenset(n for n, f in form.model_fields.items() if marked(f, About) is not None)


class Ended(Form):
    """What a sub-case's end records in its parent: no person types it."""

    outcome: str
    ref: str
    at: datetime
