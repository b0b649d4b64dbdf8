"""The fingerprint of an edition: a digest of everything in it that is law, so that a used edition cannot change unseen.

States, steps with their forms and validators, moves, deadlines, rules about persons, promises, the smallest office and the clauses
cited count. What is only shown does not: labels, sentences, descriptions, the order in which things are written down.

A part that has its declared default is left out, so that the vocabulary can gain a part without changing old fingerprints; a
default must therefore never change. Sources are compared as syntax trees, so that neither layout nor the version of Python counts.
"""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import inspect
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from states.acts import Move, Step
from states.deadlines import Deadline, Rung
from states.forms import (
    About,
    Another,
    CaseRef,
    Form,
    Happened,
    Holds,
    HouseRule,
    Led,
    Numbered,
    Parties,
    PersonRef,
    Planned,
    Sealed,
    UnitKey,
    marked,
)
from states.ladder import Ladder
from states.people import Climb
from states.source_trees import ARGUMENTS_SHOWN, Json, parsed, tree

if TYPE_CHECKING:
    from states.procedure import Procedure

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


# Only shown, and where the edition stands.
SHOWN = frozenset({"says", "asks", "module"})
# Where the order is law: the rungs of a deadline, the roles of a climb, the two bounds of a number, the measures of B12.
ORDERED = frozenset({(Deadline, "ladder"), (Rung, "between"), (Climb, "roles"), (Ladder, "measures")})
# Markers of a form's field without a value of their own.
MARKS: Mapping[type[Any], str] = {
    Sealed: "sealed",
    PersonRef: "person",
    Happened: "happened",
    Planned: "planned",
    About: "about",
    Another: "another",
    UnitKey: "unit",
    CaseRef: "case",
    HouseRule: "house rule",
}


def fingerprint(procedure: Procedure) -> str:
    """Return the sha256 of an edition's law, in hex: the same in every process and version of Python."""
    text = json.dumps(described(procedure), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def described(procedure: Procedure) -> dict[str, Any]:
    """Return everything in an edition that is law, as plain JSON."""
    law = _parts(procedure)
    law["states"] = sorted(state.value for state in procedure.states)
    for sort, things in (
        ("steps", procedure.steps),
        ("moves", procedure.moves),
        ("deadlines", procedure.deadlines),
    ):
        law[sort] = {thing.name: _parts(thing) for thing in things}
    return law


def _parts(thing: DataclassInstance) -> dict[str, Any]:
    """The parts of something declared that are law and not left at their default."""
    found: dict[str, Any] = {"is": type(thing).__name__}
    for part in dataclasses.fields(thing):
        value = getattr(thing, part.name)
        if part.name not in SHOWN and not _is_default(value, part):
            found[part.name] = _plain(value, ordered=(type(thing), part.name) in ORDERED)
    return found


def _is_default(value: object, part: dataclasses.Field[Any]) -> bool:
    """Compared by type too: `0 == False`."""
    return type(value) is type(part.default) and value == part.default


def _plain(value: object, *, ordered: bool = False) -> Json:  # noqa: C901, PLR0911  one line for each sort of value
    match value:
        case Step() | Move() | Deadline():
            return f"{type(value).__name__.lower()} {value.owner}.{value.name}"
        case Enum():
            return str(value.value)
        case None | bool() | int() | str():
            return value
        case timedelta():
            return f"{value // timedelta(microseconds=1)} us"
        case date():
            return value.isoformat()
        case type() if issubclass(value, Form):
            return _form(value)
        case type():
            return value.__name__
        case tuple():
            items = [_plain(item) for item in value]
            return items if ordered else sorted(items, key=json.dumps)
        case Mapping():
            return sorted(([_plain(k), _plain(v)] for k, v in value.items()), key=json.dumps)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return _parts(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a fingerprint")


@cache
def _form(form: type[Form]) -> dict[str, Any]:
    """A form: the schema of its fields, how they are kept, how it is configured, and the source of it and of every form in it."""
    return {
        "schema": _without_words(form.model_json_schema()),
        "kept": {cls.__name__: _kept(cls) for cls in _forms(form)},
        "source": {cls.__name__: tree(cls) for cls in _forms(form)},
        "called": sorted(json.dumps(tree(function)) for cls in _forms(form) for function in _functions(cls)),
    }


def _forms(form: type[Form]) -> Iterator[type[Form]]:
    """A form, the forms it builds on and the forms its fields hold, each once."""
    found: dict[type[Form], None] = {}
    waiting = [form]
    while waiting:
        cls = waiting.pop()
        if cls in found:
            continue
        found[cls] = None
        waiting.extend(base for base in cls.__mro__[1:] if issubclass(base, Form) and base is not Form)
        waiting.extend(held for field in cls.model_fields.values() for held in _held(field.annotation))
    yield from found


def _held(annotation: object) -> Iterator[type[Form]]:
    if isinstance(annotation, type) and issubclass(annotation, Form):
        yield annotation
    for inner in get_args(annotation):
        yield from _held(inner)


def _kept(form: type[Form]) -> dict[str, list[str]]:
    """What the schema does not tell: how each field is kept, and how the form reads what it is given."""
    found = {
        "": sorted(
            f"{key}={value}"
            for key, value in form.model_config.items()
            if isinstance(value, str | bool | int)
        )
    }
    for name, field in form.model_fields.items():
        found[name] = [word for marker, word in MARKS.items() if marked(field, marker) is not None]
        parties, holds, numbered = marked(field, Parties), marked(field, Holds), marked(field, Numbered)
        found[name] += [f"parties {parties.capacity}"] if isinstance(parties, Parties) else []
        found[name] += [f"holds {role}" for role in sorted(holds.roles)] if isinstance(holds, Holds) else []
        led = marked(field, Led)
        found[name] += [f"led by {role}" for role in sorted(led.roles)] if isinstance(led, Led) else []
        found[name] += [f"numbered {numbered.kind}"] if isinstance(numbered, Numbered) else []
    return found


def _functions(form: type[Form]) -> list[Callable[..., Any]]:
    """The functions of ours that a form rests on: validators beside a field's type, whatever it calls by name, and what those call."""
    found: dict[Callable[..., Any], None] = {}
    for field in form.model_fields.values():
        found.update(
            (f, None) for item in field.metadata if inspect.isfunction(f := getattr(item, "func", None))
        )
    waiting: list[type[Any] | Callable[..., Any]] = [form, *found]
    while waiting:
        thing = waiting.pop()
        known = vars(sys.modules[thing.__module__])
        for name in {node.id for node in ast.walk(parsed(thing)) if isinstance(node, ast.Name)}:
            called = known.get(name)
            if inspect.isfunction(called) and called not in found and _is_ours(called, form):
                found[called] = None
                waiting.append(called)
    return list(found)


def _is_ours(function: Callable[..., Any], form: type[Form]) -> bool:
    """Whether a function belongs to the law, not to a library: it comes from the same package as the form."""
    return function.__module__.partition(".")[0] == form.__module__.partition(".")[0]


def _without_words(schema: Json) -> Json:
    """A JSON schema without titles and descriptions; a field that is itself called `title` stays."""
    if isinstance(schema, list):
        return [_without_words(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Json] = {}
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            found[key] = {name: _without_words(inner) for name, inner in value.items()}
        elif key not in ARGUMENTS_SHOWN:
            found[key] = _without_words(value)
    return found
