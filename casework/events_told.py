"""What an event says in the clear, as it is told to one person: no number that counts more than this case (B10)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row

from casework.case_seen import Seen, shown
from casework.noted import LINKED
from casework.sight import refs_seen
from states.forms import CaseRef, marked

COUNTS = frozenset({"parent", "parent_round", "alarm", "incident"})
"""Numbers of rows of the database: from the steps between them one could tell how many others there are."""
REGISTER = "register"


def told(connection: Connection, seen: Seen, rows: Iterable[Row[Any]]) -> list[Mapping[str, object]]:
    """What each of these events says, in their order."""
    clear: list[dict[str, object]] = [json.loads(row.clear) for row in rows]
    others = {row.id: row.ref for row in shown(seen, seen.linked)}
    for one, row in zip(clear, rows, strict=True):
        if row.kind == LINKED:
            one["other"] = others.get(one.get("other"))
    if not seen.secret:
        return list(clear)
    named = [_cases_named(seen, row, one) for row, one in zip(rows, clear, strict=True)]
    wanted = {ref for refs in named for ref in refs.values()}
    known = refs_seen(connection, wanted, seen.eye) if wanted and seen.eye is not None else wanted
    return [
        {
            name: _plain(value)
            for name, value in one.items()
            if _may_be_told(seen, name) and refs.get(name) in {None, *known}
        }
        for one, refs in zip(clear, named, strict=True)
    ]


def _may_be_told(seen: Seen, name: str) -> bool:
    return name not in COUNTS and (seen.numbered or name != REGISTER)


def _plain(value: object) -> object:
    """The value without such numbers inside it."""
    return {k: v for k, v in value.items() if k not in COUNTS} if isinstance(value, dict) else value


def _cases_named(seen: Seen, row: Row[Any], clear: Mapping[str, object]) -> dict[str, str]:
    """The references that a record gives of other cases, by field."""
    step = seen.procedure.step_named.get(row.name)
    fields = step.form.model_fields if step is not None else {}
    return {
        name: str(value)
        for name, value in clear.items()
        if value and name in fields and marked(fields[name], CaseRef) is not None
    }
