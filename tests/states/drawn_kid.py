"""What drawn procedures are made of, and a sub-case drawn by lot."""

from __future__ import annotations

from datetime import date
from enum import auto
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from states.acts import Move, Only, State, Step
from states.deadlines import Deadline, Rung, days
from states.forms import Form, Person, UnitKey
from states.law.roles import outcome
from states.people import Apart, Barred, By, Climb, Named, Role
from states.procedure import Procedure, declare

if TYPE_CHECKING:
    from random import Random

clerk, chief, boss = Role("clerk", "文員"), Role("chief", "主管"), Role("boss", "總管")
owner = Role("owner", "業主", outside=True)
KIND = "drawn.kid"


class K(State):
    """Where its sub-case stands."""

    told = auto(), "已告"
    heard = auto(), "已聽"
    over = auto(), "終"
    other = auto(), "另終"


class Said(Form):
    """What a record says."""

    so: bool = Field(default=False, description="it is so")
    far: bool = Field(default=False, description="it is far")
    against: Person | None = Field(default=None, description="against whom")
    unit: Annotated[str, UnitKey, Field(pattern="^[a-z]+$")] = Field(
        default="north", description="which unit"
    )


ROLES: tuple[By, ...] = (
    (clerk,), (chief,), (boss,), (clerk, chief), (chief, boss), (clerk, chief, boss), (boss, owner), (chief, owner), (clerk, chief, owner),
    Climb((clerk, chief, boss), highest=1), Climb((chief, boss, owner)),
)  # fmt: skip


def a_step(name: str, by: By, during: tuple[State, ...], form: type[Form] = Said, **fields: Any) -> Step[Any]:
    """A step that knows its name already, so that conditions on it can be drawn before it is declared."""
    made: Step[Any] = Step(form, name, name, "X1", by=by, during=during, **fields)
    object.__setattr__(made, "name", name)
    return made


def a_clock(states: tuple[State, ...]) -> Deadline:
    """A clock that only leaving these states stops."""
    return Deadline(states, "received", (Rung(days(1), (owner,)),), "全部", "X3")


def a_kid(lot: Random) -> Procedure:
    """A sub-case of two ways to end, in which people may be kept apart or shut out."""
    by = lot.choice
    answer = a_step("answer", by(ROLES), (K.told, K.heard), often=lot.random() < 0.3)
    why = a_step("why", by(ROLES), (K.told,), lasts="case")
    about = why.names_a("against", boss)
    parts: dict[str, Any] = {
        "telling": a_step("telling", outcome, (K.told,), lasts="case"),
        "answer": answer,
        "why": why,
    }
    parts["go"] = Move(
        (K.told,), K.heard, "", "X1", by=by(ROLES), needs=(answer,) if lot.random() < 0.5 else ()
    )
    only = (Only(~about, "house", "it is about the boss"),) if lot.random() < 0.3 else ()
    parts["finish"] = Move((K.heard,), K.over, "", "X1", by=by(ROLES), only=only)
    parts["leave"] = Move((K.told, K.heard), K.other, "", "X1", by=by(ROLES), needs=(answer,))
    if lot.random() < 0.3:
        parts["apart"] = Apart((answer,), (parts["finish"],), "X1", "not the same")
    if lot.random() < 0.3:
        parts["out"] = Barred(Named(why, "against"), "X1", "no part")
    parts["wait"] = a_clock((K.told, K.heard))
    return declare(
        parts, KIND, date(2026, 1, 1), says="小", register=("kid", "K"), states=K, initial=K.told, finals=(K.over, K.other),
        intake=parts["telling"], manager=boss, staff={clerk: 1, chief: 1, boss: 1}, promises=(),
    )  # fmt: skip
