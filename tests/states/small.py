"""The smallest procedure that is sound, in pieces, so that a test can spoil one of them."""

from __future__ import annotations

from datetime import date
from enum import auto
from typing import Any

from pydantic import Field

from states.acts import Move, State, Step
from states.deadlines import Deadline, Rung, days
from states.forms import Form
from states.people import Role
from states.procedure import Procedure, declare

clerk = Role("clerk", "文員")
chief = Role("chief", "主管")
owner = Role("owner", "業主", outside=True)


class S(State):
    """Where a small case stands."""

    begun = auto(), "開始"
    heard = auto(), "聽取"
    done = auto(), "終結"


class Ticked(Form):
    """One thing that can be so or not."""

    so: bool = Field(default=False, description="it is so")


def pieces() -> dict[str, Any]:
    """The declarations of the small procedure, made anew, as a module's globals would hold them."""
    note = Step(Ticked, "記錄", "note it", "X1", by=(clerk, chief), during=(S.begun,))
    hear = Move((S.begun,), S.heard, "聽取", "X1", by=(clerk, chief), needs=(note,))
    finish = Move((S.heard,), S.done, "終結", "X1", by=chief)
    wait = Deadline((S.begun, S.heard), "received", (Rung(days(1), (chief,)),), "全部", "X3")
    return {"note": note, "hear": hear, "finish": finish, "wait": wait}


def small(parts: dict[str, Any] | None = None, **fields: Any) -> Procedure:
    """Declare it, with other pieces or other fields."""
    parts = pieces() if parts is None else parts
    given: dict[str, Any] = {
        "says": "小",
        "register": ("small", "S"),
        "states": S,
        "initial": S.begun,
        "finals": (S.done,),
        "intake": parts["note"],
        "manager": chief,
        "staff": {clerk: 1, chief: 1},
        "promises": (),
    }
    return declare(parts, "test.small", date(2026, 1, 1), **(given | fields))
