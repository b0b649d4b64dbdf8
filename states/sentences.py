"""Every sentence and word that is shown to people and so must stand in the catalogues of `states/locale`.

Declared objects give their own; the rest is read from the sources: the first argument of `say(...)`, the sentences of
`Requirement(...)`, and for the other rooms those of their errors. A sentence must be written out where it is used.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from enum import Enum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple, get_args

from states.conditions import Fact
from states.editions import editions
from states.forms import Form
from states.phrases import conditions_named
from states.words import context_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from states.people import Role
    from states.procedure import Procedure

# Which arguments of a call are shown: positions and keywords.
SHOWN: Mapping[str, tuple[int | str, ...]] = {"say": (0,), "Requirement": (1, "sentence")}


class Message(NamedTuple):
    """One entry of the catalogues. A label is a word of the texts and needs no translation into Traditional Chinese."""

    text: str
    context: str | None = None
    is_label: bool = False


def messages() -> set[str]:
    """Return all English sentences and words of the law, the message identifiers."""
    return {message.text for message in law_messages() if not message.is_label}


def labels() -> set[str]:
    """Return the texts' own words, Traditional Chinese, that stand beside what is declared."""
    return {message.text for message in law_messages() if message.is_label}


def law_messages() -> Mapping[Message, frozenset[str]]:
    """Return every message of `states/`, each with the names of the procedures or modules that show it."""
    found: dict[Message, set[str]] = {}
    for procedure in editions().values():
        for message in _of_procedure(procedure):
            found.setdefault(message, set()).add(procedure.name)
    for name in conditions_named().values():
        found.setdefault(Message(name, "condition"), set()).add("states.law")
    for file in resources.files("states").iterdir():
        if file.name.endswith(".py"):
            for text in in_source(file.read_text(encoding="utf-8"), SHOWN):
                found.setdefault(Message(text), set()).add(f"states.{file.name.removesuffix('.py')}")
    return {message: frozenset(places) for message, places in found.items()}


def _of_procedure(p: Procedure) -> Iterator[Message]:
    says = [p.says, *(state.says for state in p.states), *(role.says for role in _roles(p))]
    says += [*(act.says for act in p.acts), *(deadline.says for deadline in p.deadlines)]
    yield from (Message(text, is_label=True) for text in says)
    told = [only.says for act in p.acts for only in act.only] + [notice.says for notice in p.notices]
    told += [
        *(rule.says for rule in p.aparts),
        *(rule.says for rule in p.sames),
        *(rule.says for rule in p.barred),
    ]
    yield from (Message(text) for text in (*told, *(step.asks for step in p.steps)))
    yield from (Message(plain(f.field), "condition") for f in p.flags.values() if isinstance(f, Fact))
    for step in p.steps:
        yield from of_form(step.form)


def _roles(p: Procedure) -> frozenset[Role]:
    return (
        p.roles() | {role for promise in p.promises for role in getattr(promise, "roles", ())} | set(p.staff)
    )


def of_form(form: type[Form]) -> Iterator[Message]:
    """Yield what a form shows: what each field asks, the values it offers, and what its validators say."""
    for field in form.model_fields.values():
        if field.description:
            yield Message(field.description)
        yield from _of_type(field.annotation)
    for base in form.__mro__:
        if issubclass(base, Form) and base is not Form:
            yield from (Message(text) for text in _said_by_validators(base))


@cache
def _said_by_validators(form: type[Form]) -> tuple[str, ...]:
    """Finding a class in its source is slow, and many steps share a form."""
    return tuple(in_source(textwrap.dedent(inspect.getsource(form)), {"ValueError": (0,)}))


def _of_type(annotation: object) -> Iterator[Message]:
    if isinstance(annotation, type) and issubclass(annotation, Form):
        yield from of_form(annotation)
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        for value in annotation:
            context, text = context_of(value)
            yield Message(text, context)
    for inner in get_args(annotation):
        yield from _of_type(inner)


@cache
def parsed(source: str) -> ast.Module:
    """Return a source as a syntax tree, remembered: several passes go over the same files."""
    return ast.parse(source)


def in_source(source: str, shown: Mapping[str, tuple[int | str, ...]]) -> Iterator[str]:
    """Yield the sentences written out in those arguments of calls, or in a variable that is given there.

    A function of the same file that passes one of its own parameters on to such an argument shows that parameter too.
    """
    tree = parsed(source)
    given, every = _variables(tree), {**shown, **_passing_on(tree, shown)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for argument in _arguments(node, every):
                yield from _written_out(argument, given)


def _arguments(call: ast.Call, shown: Mapping[str, tuple[int | str, ...]]) -> Iterator[ast.expr]:
    """The arguments of a call that are shown."""
    wanted = shown.get(_called(call), ())
    yield from (argument for place, argument in enumerate(call.args) if place in wanted)
    yield from (keyword.value for keyword in call.keywords if keyword.arg in wanted)


def _passing_on(
    tree: ast.Module, shown: Mapping[str, tuple[int | str, ...]]
) -> Mapping[str, tuple[int | str, ...]]:
    """The functions of a file that show a parameter of theirs: by place and by name."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    found: dict[str, tuple[int | str, ...]] = {}
    while True:
        before = dict(found)
        for function in functions:
            passed = {
                argument.id
                for node in ast.walk(function)
                if isinstance(node, ast.Call)
                for argument in _arguments(node, {**shown, **found})
                if isinstance(argument, ast.Name)
            }
            if places := _places(function, passed):
                found[function.name] = places
        if found == before:
            return {name: places for name, places in found.items() if name not in shown}


def _places(function: ast.FunctionDef | ast.AsyncFunctionDef, passed: set[str]) -> tuple[int | str, ...]:
    """Where these parameters stand in a call of the function."""
    takes = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    takes = takes[1:] if takes[:1] in (["self"], ["cls"]) else takes
    named = [argument.arg for argument in function.args.kwonlyargs]
    places = [place for place, name in enumerate(takes) if name in passed]
    return (*places, *(name for name in (*takes, *named) if name in passed))


def _variables(tree: ast.Module) -> Mapping[str, list[ast.expr]]:
    """What the variables of a file are given anywhere in it, by name."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        pairs: list[tuple[ast.expr, ast.expr]] = []
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            pairs = [(node.target, node.value)]
        elif isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        for target, value in pairs:
            for name, given in _one_by_one(target, value):
                found.setdefault(name, []).append(given)
    return found


def _one_by_one(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """`a, b = 1, 2` gives two."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for part, given in zip(target.elts, value.elts, strict=False):
            yield from _one_by_one(part, given)


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _written_out(argument: ast.expr, given: Mapping[str, list[ast.expr]]) -> Iterator[str]:
    """One literal, several if a condition chooses between them, or all that a variable or a table of the file holds."""
    match argument:
        case ast.Constant(value=str() as text):
            yield text
        case ast.IfExp():
            yield from _written_out(argument.body, given)
            yield from _written_out(argument.orelse, given)
        case ast.Name(id=name):
            # what is given to itself (`said = said or "…"`) is looked at once
            others = {other: values for other, values in given.items() if other != name}
            for value in given.get(name, ()):
                yield from _written_out(value, others)
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Dict(values=items):
            for item in items:
                yield from _written_out(item, given)
        case (
            ast.Subscript(value=ast.Name() as table)
            | ast.Call(func=ast.Attribute(value=ast.Name() as table, attr="get"))
        ):
            yield from _written_out(table, given)
        case _:
            return
