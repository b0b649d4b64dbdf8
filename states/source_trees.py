"""The source of a class or function as a plain tree, without what is only shown: neither layout nor the version of Python counts."""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias

Json: TypeAlias = "dict[str, Any] | list[Any] | str | int | bool | None"

ARGUMENTS_SHOWN = frozenset({"description", "title", "examples"})


def tree(thing: type[Any] | Callable[..., Any]) -> Json:
    """The source of a class or function as a plain tree."""
    return _node(parsed(thing))


def parsed(thing: type[Any] | Callable[..., Any]) -> ast.Module:
    """The syntax tree of a class or function. Each file is parsed once: to look for one class Python would parse it anew each time."""
    file = inspect.getsourcefile(thing)
    node = _defined(file).get(thing.__qualname__) if file is not None else None
    if node is None:  # made inside a function, or under a condition
        return ast.parse(textwrap.dedent(inspect.getsource(thing)))
    return ast.Module([node], [])


@cache
def _defined(file: str) -> dict[str, ast.stmt]:
    """The classes and functions of a file, and those inside its classes, by qualified name; left out is what is defined twice."""
    found: dict[str, ast.stmt] = {}
    twice: set[str] = set()
    waiting: list[tuple[str, ast.stmt]] = [
        ("", node) for node in ast.parse("".join(linecache.getlines(file))).body
    ]
    while waiting:
        within, node = waiting.pop()
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = within + node.name
            twice |= {name} & found.keys()
            found[name] = node
            waiting += [(f"{name}.", inner) for inner in node.body] if isinstance(node, ast.ClassDef) else []
    return {name: node for name, node in found.items() if name not in twice}


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
