"""Whether somebody is always left to do an act: by counting, not by searching.

The rules can shut out so many people; the smallest lawful office has so many, each with one role. Somebody of another body
(`outside`) and a mechanism are never shut out. What a correction adds to those who did an act or are named is not counted.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from states.acts import Act, Move, Only, State, Step
from states.people import Apart, FromSub, Named, Role, Same, Scope, roles_of
from states.prove.atoms import state_span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from states.procedure import Procedure


class Supply:
    """The people of the smallest office for one procedure; as a sub-case of `above`, with the rules and the staff of that."""

    def __init__(self, procedure: Procedure, above: Procedure | None = None) -> None:
        self.procedure, self.above = procedure, above
        self.family = (procedure,) if above is None else (procedure, above)
        self.staff = {r: n for r, n in self.family[-1].staff.items() if n} or dict(procedure.staff)
        self._known: dict[tuple[str, int, frozenset[Role]], str] = {}

    def lacking(self, act: Act, level: int, clear: frozenset[Role] = frozenset()) -> str:
        """Return a sentence if the rules can shut out everybody who might do the act at this level; empty if somebody is left.

        `clear`: roles of which nobody is named by those rules that shut out whom a case is about.
        """
        key = (act.name, level, clear)
        if key not in self._known:
            self._known[key] = self._lacking(act, roles_of(act.by, level), clear)
        return self._known[key]

    def _lacking(self, act: Act, roles: tuple[Role, ...], clear: frozenset[Role]) -> str:
        if any(not r.human for r in roles):
            return ""
        bound = [same for same in self.procedure.sames if act.key in {a.key for a in same.acts}]
        if short := next((short for same in bound if (short := self._bound(act, same, roles))), ""):
            return short
        if any(r.outside for r in roles):
            return ""
        of_clear = tuple(r for r in roles if r in clear)
        if of_clear and not bound:
            apart = sum(self._apart(act, rule, p, of_clear) for p in self.family for rule in p.aparts)
            if apart < self._able(act, of_clear):
                return ""
        people = self._able(act, roles)
        out = self._named(act) + sum(
            self._apart(act, rule, p, roles) for p in self.family for rule in p.aparts
        )
        if out >= people:
            return f"the rules can keep everybody from {act.name}: the smallest office has {people} for it"
        return ""

    def _people(self, roles: Iterable[Role]) -> int:
        """How many people have these roles. What somebody else must delegate first nobody need have."""
        return sum(self.staff.get(r, 0) for r in set(roles) if not r.delegated_by)

    def _able(self, act: Act, roles: tuple[Role, ...]) -> int:
        """How many of them may do the act in whichever unit it falls to: those of no unit, and one of the unit where each surely has one."""
        rules = [u for p in self.family for u in p.of_units if act.key in {a.key for a in u.acts}]
        if not rules:
            return self._people(roles)
        free = tuple(r for r in roles if all(r in rule.or_roles for rule in rules))
        led = set(self.family[-1].led_by)
        one_unit = len({frozenset((u.step.key, u.field) for u in rule.units) for rule in rules}) == 1
        of_the_unit = bool(led) and led <= set(roles) and led.isdisjoint(free) and one_unit
        return self._people(free) + of_the_unit

    def _bound(self, act: Act, same: Same, roles: tuple[Role, ...]) -> str:
        """Whether an act of one certain person can be left with nobody: he may be complained of, or gone."""
        if set(same.or_roles) & set(roles):
            return self._lacking_plain(act, tuple(r for r in roles if r in same.or_roles))
        if isinstance(same.as_, Named) and same.as_.step.often and same.as_.step.latest:
            where = state_span(act)
            return (
                ""
                if where <= state_span(same.as_.step)
                else f"whoever must do {act.name} cannot be named anew where it is due"
            )
        return f"{act.name} is for one person alone, who may be shut out"

    def _lacking_plain(self, act: Act, roles: tuple[Role, ...]) -> str:
        if any(r.outside for r in roles):
            return ""
        out = self._named(act) + sum(
            self._apart(act, rule, p, roles) for p in self.family for rule in p.aparts
        )
        return (
            ""
            if out < self._able(act, roles)
            else f"the rules can keep everybody from {act.name} who may stand in"
        )

    def _named(self, act: Act) -> float:
        out = 0.0
        for procedure in self.family:
            for bar in procedure.barred:
                if act.key not in {a.key for a in bar.but}:
                    many = bar.named.step.often and not bar.named.step.latest
                    out += inf if many else 1
        return out

    def _apart(self, act: Act, rule: Apart, of: Procedure, roles: tuple[Role, ...]) -> float:
        others = {a.key: a for a in rule.against(act)}.values()
        out = sum(self._doers(act, other, rule.scope, of, roles) for other in others)
        if act.key not in {a.key for a in rule.those}:
            return out
        return out + sum(min(self._named_ever(n, rule.scope, of), self._people(roles)) for n in rule.named)

    def _named_ever(self, named: Named, scope: Scope, of: Procedure) -> float:
        """How many people are or were named there in the scope. Where the latest record speaks, the one of an earlier round is named no more."""
        if named.step.often:
            return inf
        return times(named.step, "ever" if named.step.lasts == "case" else scope, of)

    def _doers(self, act: Act, other: Act, scope: Scope, of: Procedure, roles: tuple[Role, ...]) -> float:
        """How many of these people may have done the other act before, in the scope."""
        if isinstance(other.by, FromSub) or not self._may_precede(other, act, scope, of):
            return 0
        may = {r for n in range(of.max_level + 1) for r in roles_of(other.by, n)}
        return min(times(other, scope, of), self._people(set(roles) & may))

    def _may_precede(self, other: Act, act: Act, scope: Scope, of: Procedure) -> bool:
        if other.owner == act.owner:
            return meets(of if of.name == act.owner else self.procedure, _after(other), act, scope)
        if act.owner == of.name:  # the other act belongs to a sub-case: it must have been started before
            starts = [a for a in of.acts if any(s.kind == other.owner for s in of.subs_of(a))]
            return any(meets(of, _after(a), act, scope) for a in starts)
        return True


def _after(act: Act) -> frozenset[State]:
    return frozenset((act.dest,)) if isinstance(act, Move) else frozenset(act.during)


def meets(procedure: Procedure, start: frozenset[State], act: Act, scope: Scope) -> bool:
    """Whether a case can come from these states to where the act may be done; within one round if the scope is one."""
    reached, ways = set(start), [m for m in procedure.moves if not (m.new_round and scope == "this round")]
    while more := {m.dest for m in ways if not reached.isdisjoint(m.sources)} - reached:
        reached |= more
    return not reached.isdisjoint(state_span(act))


def times(act: Act, scope: Scope, procedure: Procedure) -> float:
    """How many different people may have done an act in a scope, if nothing else hinders them."""
    again = any(act.key == s.key for a in procedure.acts for s in a.renews)
    if not isinstance(act, Step) or act.often or again:
        return inf
    if act.lasts == "case" or scope == "this round":
        return 1
    return rounds(procedure) - (scope == "earlier rounds")


def rounds(procedure: Procedure) -> float:
    """How many rounds a case can have: bounded where each new round climbs and a rule forbids it from some level on."""
    bounds = [
        _rounds_by(move.only, move.climbs, procedure.max_level) for move in procedure.moves if move.new_round
    ]
    return max(bounds, default=1)


def _rounds_by(only: Iterable[Only], climbs: bool, top: int) -> float:  # noqa: FBT001  a field of the move
    if not climbs:
        return inf
    for level in range(top + 1):

        def look(atom: str, level: int = level) -> bool | None:
            return level >= int(atom[6:]) if atom.startswith("level:") else None

        if any(rule.when.holds(look) is False for rule in only):
            return level + 1
    return inf
