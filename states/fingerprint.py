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
import textwrap
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

from states.acts import Move, Step
from states.deadlines import Deadline, Rung
from states.forms import (
    About,
    Another,
    CaseRef,
    Form,
    Happened,
    Holds,
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

if TYPE_CHECKING:
    from states.procedure import Procedure

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Json: TypeAlias = "dict[str, Any] | list[Any] | str | int | bool | None"

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
}
ARGUMENTS_SHOWN = frozenset({"description", "title", "examples"})


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
        "source": {cls.__name__: _tree(cls) for cls in _forms(form)},
        "called": sorted(json.dumps(_tree(function)) for cls in _forms(form) for function in _functions(cls)),
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
        found[name] += [f"numbered {numbered.kind}"] if isinstance(numbered, Numbered) else []
    return found


def _functions(form: type[Form]) -> Iterator[Callable[..., Any]]:
    """Validators that stand beside a field's type instead of in the form."""
    for field in form.model_fields.values():
        for item in field.metadata:
            function = getattr(item, "func", None)
            if inspect.isfunction(function):
                yield function


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


def _tree(thing: type[Any] | Callable[..., Any]) -> Json:
    """The source of a class or function as a plain tree."""
    return _node(ast.parse(textwrap.dedent(inspect.getsource(thing))))


def _node(node: object) -> Json:
    """A syntax tree as lists, without what is only shown: docstrings, descriptions, the sentences of errors.

    Parts that are empty are left out: versions of Python differ in which empty parts they have.
    """
    if isinstance(node, list):
        return [_node(item) for item in node if not _is_docstring(item)]
    if isinstance(node, ast.Constant):
        return f"{type(node.value).__name__} {node.value!r}"
    if not isinstance(node, ast.AST):
        return str(node)
    return [
        type(node).__name__,
        *([name, _node(part)] for name, part in _law_of(node) if part not in (None, [])),
    ]


def _law_of(node: ast.AST) -> Iterator[tuple[str, object]]:
    """The parts of a node of a syntax tree that can change what the code does."""
    if isinstance(node, ast.Raise):
        yield "exc", node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return
    for name, part in ast.iter_fields(node):
        if name == "keywords" and isinstance(node, ast.Call):
            yield name, [keyword for keyword in node.keywords if keyword.arg not in ARGUMENTS_SHOWN]
        elif name not in ("ctx", "kind", "type_comment"):
            yield name, part


def _is_docstring(node: object) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
