"""What somebody typed by hand from the text, and how a procedure is held against it: who may do what, and every clock.

The tables themselves stand beside the tests; they are never derived from a procedure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from states.acts import Step, gate_of
from states.conditions import Flag
from states.facts import EPOCH, Actor, Facts
from states.forms import Holds, marked
from states.people import FromSub, roles_of
from states.refusals import move_requirements, step_requirements

if TYPE_CHECKING:
    from datetime import timedelta

    from states.acts import Act
    from states.deadlines import Deadline, Rung
    from states.procedure import Procedure

Permitted: TypeAlias = Mapping[tuple[str, str], frozenset[str]]
BY_TABLE = "the table of who may do what"
BY_CLOCKS = "the table of clocks"
BY_NOTICES = "the table of notices"
BY_ASIDE = "the table of ends in which a duty falls away"
BY_HOLDS = "the table of who may be named"


@dataclass(frozen=True)
class Clock:
    """One rung of a ladder as the text has it: what is due by which clause, how long after what, who is told, whose number it is.

    Lengths in seconds, working days counted as days; `between`: how far an office may move a default.
    """

    clause: str
    what: str
    since: str
    seconds: int
    tells: frozenset[str]
    breach: bool = True
    source: str = "default"
    between: tuple[int, int] | None = None
    until: str = ""
    clock: str = "24x7"


@dataclass(frozen=True)
class Tables:
    """What was typed by hand for one procedure.

    `permitted`: by level, (state, role) -> moves and steps; `notices`: clause -> what every screen says; `aside`: ends in which a
    duty falls away; `holds`: `step.field` -> the roles of which the person named there must hold one.
    """

    permitted: Mapping[int, Permitted] = field(default_factory=dict)
    clocks: frozenset[Clock] = frozenset()
    notices: Mapping[str, str] = field(default_factory=dict)
    aside: frozenset[str] = frozenset()
    holds: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def differ(self, procedure: Procedure) -> list[str]:
        """Which of the tables say otherwise than the procedure."""
        found = []
        if any(permitted(procedure, level) != table for level, table in self.permitted.items()):
            found.append(BY_TABLE)
        if clocks(procedure) != self.clocks:
            found.append(BY_CLOCKS)
        if {n.clause: n.says for n in procedure.notices} != self.notices:
            found.append(BY_NOTICES)
        if {s.value for s in procedure.aside} != self.aside:
            found.append(BY_ASIDE)
        if holds(procedure) != self.holds:
            found.append(BY_HOLDS)
        return found


def permitted(procedure: Procedure, level: int = 0) -> dict[tuple[str, str], frozenset[str]]:
    """What each role may do in each state when everything needed is done, as the requirement functions have it."""
    levels = range(procedure.max_level + 1)
    able = {r for n in levels for a in procedure.acts for r in roles_of(a.by, n)}
    roles = sorted(able, key=lambda r: r.name)
    found: dict[tuple[str, str], frozenset[str]] = {}
    for state in procedure.states:
        facts = Facts(procedure, state.value, 1, level, 0, EPOCH, EPOCH, ())
        for role in roles:
            who = Actor("person" if role.human else "clock", None, frozenset({role.name}))
            open_to = (a for a in procedure.acts if not isinstance(a.by, FromSub))
            acts = frozenset(a.name for a in open_to if _place_and_role(facts, a, who))
            if acts:
                found[state.value, role.name] = acts
    return found


def _place_and_role(facts: Facts, act: Act, who: Actor) -> bool:
    """Whether neither the state nor the role stands in the way."""
    asked = (
        step_requirements(facts, act, who) if isinstance(act, Step) else move_requirements(facts, act, who)
    )
    return not any(r.kind in ("state", "role") for r in asked)


def holds(procedure: Procedure) -> dict[str, frozenset[str]]:
    """The fields that may only name somebody with one of these roles."""
    return {
        f"{step.name}.{name}": frozenset(asked.roles)
        for step in procedure.steps
        for name, shown in step.form.model_fields.items()
        if isinstance(asked := marked(shown, Holds), Holds)
    }


def clocks(procedure: Procedure) -> frozenset[Clock]:
    """Every rung of every ladder."""
    return frozenset(_clock(d, r) for d in procedure.deadlines for r in d.ladder)


def _clock(deadline: Deadline, rung: Rung) -> Clock:
    since = deadline.since
    anchor = since if isinstance(since, str) else since.key if isinstance(since, Flag) else since.name
    low_high = rung.between and (_seconds(rung.between[0]), _seconds(rung.between[1]))
    until = "" if deadline.until is None else "|".join(s.name for s in gate_of(deadline.until))
    tells = frozenset(r.name for r in rung.tell)
    return Clock(
        deadline.clause, deadline.name, anchor, _seconds(rung.after), tells, rung.breach, rung.source, low_high, until, deadline.clock
    )  # fmt: skip


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
