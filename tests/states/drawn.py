"""Small procedures drawn by lot, each with a sub-case of its own: what no author would write, so that the prover meets what nobody thought of.

A lot is a seeded generator: the same one draws the same procedure again.
"""

from __future__ import annotations

from datetime import date
from enum import auto
from typing import TYPE_CHECKING, Any

from states.acts import Ending, Move, Only, StartIf, State, Step, Sub, When
from states.conditions import AtLeast, Cond, Done, Open
from states.forms import Ended
from states.people import Apart, Barred, FromSub, Named, OfUnit, Same, Scope, UnitNamed
from states.procedure import Procedure, Unsound, declare
from tests.states.drawn_kid import KIND, ROLES, K, a_clock, a_kid, a_step, boss, chief, clerk, owner

if TYPE_CHECKING:
    from random import Random

    from states.acts import Act, Need


class S(State):
    """Where a drawn case stands."""

    a = auto(), "甲"
    b = auto(), "乙"
    c = auto(), "丙"
    done = auto(), "終結"


FLAGS = ("so", "far")
LIVE = (S.a, S.b, S.c)
SCOPES: tuple[Scope, ...] = ("ever", "this round", "earlier rounds")
STAFF = ((1, 1, 1), (2, 1, 1), (2, 2, 1), (2, 2, 2))


def drawn(lot: Random) -> tuple[Procedure, Procedure] | None:
    """A procedure and its sub-case; None where the lot falls on one that contradicts itself."""
    kid = a_kid(lot)
    try:
        return _Drawing(lot, kid).procedure(), kid
    except Unsound:
        return None


class _Drawing:
    """One procedure while it is drawn."""

    def __init__(self, lot: Random, kid: Procedure) -> None:
        self.lot, self.kid = lot, kid
        self.often = 0.15 if self.sometimes(0.7) else 0.5  # how often an act has a condition
        lasts = lot.choice(("case", "round"))
        starts = self.sometimes(0.1)
        self.known = a_step("known", FromSub(KIND), LIVE, Ended, lasts=lasts, often=self.sometimes(0.8))
        self.sub = Sub(
            KIND,
            (Ending(K.over, self.known), Ending(K.other, self.known)),
            lasts=lot.choice(("case", "round")),
        )
        if starts:
            object.__setattr__(self.known, "starts", (self.sub,))
        self.note = a_step("note", lot.choice(ROLES), (S.a,), lasts=lot.choice(("case", "case", "round")))
        self.steps: list[Step[Any]] = [self.note]

    def sometimes(self, share: float) -> bool:
        """Whether the lot falls on it."""
        return self.lot.random() < share

    def some(self, things: list[Any], share: float) -> tuple[Any, ...]:
        """Some of them."""
        return tuple(thing for thing in things if self.sometimes(share))

    def cond(self, *, joined: bool = False) -> Cond:
        """A condition."""
        step = self.lot.choice(self.steps)
        flag = step.flag(self.lot.choice(FLAGS))
        plain = (
            Done(step),
            flag,
            Open(KIND),
            AtLeast(2, step),
            Done(self.known),
            flag | Done(self.lot.choice(self.steps)),
        )
        cond: Cond = self.lot.choice((*plain, ~self.note.names_a("against", boss)))
        cond = ~cond if self.sometimes(0.5) and cond in plain else cond
        if joined or not self.sometimes(0.2):
            return cond
        return cond & self.cond(joined=True) if self.sometimes(0.5) else cond | self.cond(joined=True)

    def need(self) -> Need:
        """A need."""
        step = self.known if self.sometimes(0.12) else self.lot.choice(self.steps)
        gate = step | self.lot.choice(self.steps) if self.sometimes(0.2) else step
        return When(self.cond(), gate) if self.sometimes(self.often) else gate

    def only(self) -> tuple[Only, ...]:
        """A condition of an act, or none."""
        return (Only(self.cond(), "house", "not so"),) if self.sometimes(self.often) else ()

    def step(self, name: str) -> Step[Any]:
        """One more step."""
        often, during = (
            self.sometimes(0.4),
            LIVE if self.sometimes(0.6) else self.some(list(LIVE), 0.6) or (S.b,),
        )
        return a_step(
            name, self.lot.choice(ROLES), during, after=(self.need(),) if self.sometimes(0.3) else (), only=self.only(),
            lasts=self.lot.choice(("case", "round")), often=often, latest=often and self.sometimes(0.5),
            renews=self.some(self.steps, 0.07), starts=(self.sub,) if self.sometimes(0.2) else (),
        )  # fmt: skip

    def move(self, sources: tuple[State, ...], dest: State, **fields: Any) -> Move:
        """A move."""
        return Move(
            sources, dest, "", "X1", by=self.lot.choice((*ROLES, (boss, owner), (boss, owner))), only=self.only(),
            needs=tuple(self.need() for _ in range(self.lot.choice((0, 1, 1, 2)))),
            starts=(self.sub,) if self.sometimes(0.15) else (), renews=self.some(self.steps, 0.1), **fields,
        )  # fmt: skip

    def procedure(self) -> Procedure:
        """The procedure. Raises Unsound where it contradicts itself."""
        for n in range(self.lot.randint(2, 4)):
            self.steps.append(self.step(f"s{n}"))
        parts: dict[str, Any] = {"known": self.known, **{step.name: step for step in self.steps}}
        parts |= {"m1": self.move((S.a,), S.b), "m2": self.move((S.b,), S.c), "m3": self.move((S.c,), S.done)}
        if self.sometimes(0.5):
            parts["m4"] = self.move((S.a, S.b), S.c)
        if self.sometimes(0.4):
            parts["m5"] = self.move((S.c,), S.a, new_round=self.sometimes(0.7), climbs=self.sometimes(0.5))
        acts: list[Act] = [*self.steps, parts["m1"], parts["m2"], parts["m3"]]
        parts |= self.rules(acts) | {"wait": a_clock(LIVE)}
        staff = dict(zip((clerk, chief, boss), self.lot.choice(STAFF), strict=True))
        led = self.lot.choice(((), (clerk,), (clerk, chief)))
        return declare(
            parts, "drawn.case", date(2026, 1, 1), says="抽", register=("drawn", "D"), states=S, initial=S.a, finals=(S.done,),
            intake=self.note, manager=boss, staff=staff, promises=(), led_by=led,
        )  # fmt: skip

    def rules(self, acts: list[Act]) -> dict[str, Any]:
        """Rules about persons and units, and what records start."""
        found: dict[str, Any] = {}
        one, theirs = (
            self.lot.choice(self.steps),
            [act for act in self.kid.acts if act.name in ("answer", "finish", "leave")],
        )
        if self.sometimes(0.7):
            when = one.flag(self.lot.choice(FLAGS)) if self.sometimes(0.7) else one.names_a("against", boss)
            found["start"] = StartIf(one, when, self.sub)
        if self.sometimes(0.6):
            found["out"] = Barred(
                Named(self.note, "against"), "X1", "no part", but=self.some(self.steps, 0.1)
            )
        if self.sometimes(0.3):
            scope = self.lot.choice(SCOPES)
            found["apart"] = Apart(
                (self.lot.choice(self.steps),), (self.lot.choice(acts),), "X1", "not the same", scope
            )
        if self.sometimes(0.3):
            found["apart_below"] = Apart((one,), (self.lot.choice(theirs),), "X1", "not the same")
        if self.sometimes(0.15):
            as_ = (self.lot.choice(self.steps),) if self.sometimes(0.6) else Named(self.note, "against")
            found["same"] = Same(
                (self.lot.choice(acts),), as_, "X1", "the same", self.lot.choice(((), (owner,), (boss,)))
            )
        if self.sometimes(0.35):
            units = (UnitNamed(self.note, "unit"), *self.some([UnitNamed(one, "unit")], 0.3))
            whose = self.some([*acts[1:], *theirs], 0.4)
            found["of_unit"] = OfUnit(
                whose, units, "X1", "of the unit", self.lot.choice(((), (boss,), (owner,), (boss, owner)))
            )
        return found
