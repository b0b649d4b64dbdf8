"""The rule that only the door changes a case's state, as a check of the sources.

Refused outside casework/fire.py: assigning or deleting an attribute `state`, `setattr` of it, and statements that write
a column `state` (`.values(state=...)`, rows with a key "state" given to an `update(...)`, and SQL text that sets it).
casework/intake.py may insert the first state of a new row, and no more. An object may set a `state` of its own while it is
being made; no other table has a column of that name.
"""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

DOOR = PurePosixPath("casework/fire.py")
INTAKE = PurePosixPath("casework/intake.py")
STATE = "state"

SETS_STATE = re.compile(
    r"\bupdate\s+(?:only\s+)?\"?cases\"?\b.*?\bset\b(?:(?!\bwhere\b).)*?(?<![.\w])\"?state\"?\s*=",
    re.IGNORECASE | re.DOTALL,
)
PUTS_STATE = re.compile(r"\binsert\b.*\binto\s+\"?cases\"?\s*\([^)]*\bstate\b", re.IGNORECASE | re.DOTALL)


class Breach(NamedTuple):
    """A place that writes the state."""

    line: int
    why: str


def breaches(source: str, path: PurePosixPath) -> list[Breach]:
    """List the places of one file that write a case's state and may not."""
    if path == DOOR:
        return []
    tree = ast.parse(source, filename=str(path))
    own = _set_while_being_made(tree)
    nodes = (node for node in ast.walk(tree) if node not in own)
    return sorted(breach for node in nodes for breach in _breaches(node, inserting=path == INTAKE))


def _set_while_being_made(tree: ast.Module) -> set[ast.AST]:
    """Find each `self.state` of an `__init__`: no case is there yet, since table classes have no `__init__` of their own."""
    makers = (
        each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) and each.name == "__init__"
    )
    return {
        node
        for maker in makers
        for node in ast.walk(maker)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }


def _breaches(node: ast.AST, *, inserting: bool) -> Iterator[Breach]:
    match node:
        case ast.Attribute(attr="state", ctx=ast.Store() | ast.Del()):
            yield Breach(node.lineno, "assigns .state")
        case ast.Call():
            if _is_setattr(node):
                yield Breach(node.lineno, "setattr of state")
            if _writes_column(node) and not (inserting and _begins_with(node, "insert")):
                yield Breach(node.lineno, "writes the column state")
        case ast.Constant(value=str(text)):
            if SETS_STATE.search(text) or (PUTS_STATE.search(text) and not inserting):
                yield Breach(node.lineno, "SQL that writes cases.state")
        case _:
            pass


def _is_setattr(call: ast.Call) -> bool:
    """Recognise setattr(x, "state", ...) and object.__setattr__(x, "state", ...)."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return name in {"setattr", "__setattr__", "delattr", "__delattr__"} and any(
        _is_state(argument) for argument in call.args
    )


def _writes_column(call: ast.Call) -> bool:
    """Recognise .values(state=...), .values({...: state}) and rows with a state given to an executed update."""
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "values":
        return any(keyword.arg == STATE for keyword in call.keywords) or any(
            _holds_state(each) for each in call.args
        )
    if call.func.attr in {"execute", "exec", "executemany"} and call.args:
        return _begins_with(call.args[0], "update") and any(_holds_state(each) for each in call.args[1:])
    return False


def _holds_state(node: ast.AST) -> bool:
    """Say whether a row, or a list of rows, has the key "state" or the column itself as a key."""
    if any(
        _is_state(name)
        for row in ast.walk(node)
        if isinstance(row, ast.DictComp)
        for each in row.generators
        for name in ast.walk(each.iter)
    ):
        return True
    rows = (each for each in ast.walk(node) if isinstance(each, ast.Dict))
    return any(
        _is_state(key) or (isinstance(key, ast.Attribute) and key.attr == STATE)
        for row in rows
        for key in row.keys
    )


def _begins_with(node: ast.AST, name: str) -> bool:
    """Say whether a chain of calls such as update(cases).where(...).values(...) has a call of that name in it."""
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return any(
        (func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")) == name for func in calls
    )


def _is_state(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value == STATE
