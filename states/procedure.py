"""A procedure in one edition, collected from the module that declares it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from states.acts import Act, Declared, Move, Need, Notice, StartIf, State, Step, Sub, cond_of, gate_of
from states.conditions import Cond, EveryNamed, Flag, Level, MomentOf
from states.deadlines import Deadline
from states.people import Apart, Barred, By, Climb, FromSub, Named, OfUnit, Role, Same, UnitNamed, roles_of
from states.promises import Promise
from states.secrecy import Group, Secrecy

if TYPE_CHECKING:
    from states.ladder import Ladder

T = TypeVar("T")


class Unsound(Exception):
    """A procedure contradicts itself; the message lists everything that is wrong, so that one edit can mend it."""


@dataclass(frozen=True, eq=False)
class Procedure:
    """One edition of one procedure. `staff` is the smallest office it must work in; `lapse` ends an open sub-case when its parent is over."""

    name: str
    edition: date
    says: str
    register: str  # which numbered register its cases enter
    letter: str  # the register's letter, shown before the number
    states: type[State]
    initial: State
    finals: tuple[State, ...]
    intake: Step[Any]
    manager: Role
    staff: Mapping[Role, int]
    promises: tuple[Promise, ...]
    steps: tuple[Step[Any], ...]
    moves: tuple[Move, ...]
    deadlines: tuple[Deadline, ...]
    aparts: tuple[Apart, ...] = ()
    sames: tuple[Same, ...] = ()
    barred: tuple[Barred, ...] = ()
    notices: tuple[Notice, ...] = ()
    history: State | None = (
        None  # a final state entered only by the import of closed rows of an older register
    )
    lapse: Move | None = None
    aside: tuple[State, ...] = ()  # ends in which a duty falls away instead of being done: withdrawn, void
    visit: tuple[Step[Any], timedelta] | None = (
        None  # the step whose `planned_at` plans a visit, and after how long one is planned at first
    )
    bases: tuple[str, ...] = ()  # legal bases each case cites
    secrecy: Secrecy | None = None  # None: an ordinary case, known to everybody with a part in its procedure
    group: Group | None = None
    ladder: Ladder | None = None
    approved_by: Role | None = (
        None  # whose recorded approval an edition needs before cases are opened under it
    )
    of_units: tuple[OfUnit, ...] = ()
    starting: tuple[StartIf, ...] = ()
    answering: tuple[UnitNamed, ...] = ()  # whose records name the unit that answers for the case
    led_by: tuple[Role, ...] = ()  # of these each unit has somebody
    many_at_once: tuple[
        tuple[Step[Any], Move], ...
    ] = ()  # what may be done for many cases together, each with its own text: a step and the move it leads to
    noticed: tuple[str, Step[Any]] | None = (
        None  # a list of parties the office keeps, and the step recorded of who is on it
    )
    module: str = field(default="", compare=False)

    @cached_property
    def step_named(self) -> Mapping[str, Step[Any]]:
        """Steps by name."""
        return {s.name: s for s in self.steps}

    @cached_property
    def move_named(self) -> Mapping[str, Move]:
        """Moves by name."""
        return {m.name: m for m in self.moves}

    @cached_property
    def acts(self) -> tuple[Act, ...]:
        """Every step and every move."""
        return (*self.steps, *self.moves)

    @cached_property
    def max_level(self) -> int:
        """How often a case may climb: the highest level that any role, or else any condition, speaks of."""
        by_role = max((_top(act.by) for act in self.acts), default=0)
        if by_role or not any(move.climbs for move in self.moves):
            return by_role
        return max(
            (c.at_least for cond in self.conditions() for c in cond.leaves() if isinstance(c, Level)),
            default=0,
        )

    def subs_of(self, act: Act) -> tuple[Sub, ...]:
        """The kinds of linked cases that an act starts or may start."""
        return (*act.starts, *(one.sub for one in self.starting if one.step is act))

    def started_by(self, act: Act, said: Collection[str]) -> tuple[Sub, ...]:
        """What an act starts, one of each kind; `said`: the atoms that its own record makes true."""
        besides = (one.sub for one in self.starting if one.step is act and one.when.key in said)
        return tuple(dict.fromkeys((*act.starts, *besides)))

    @cached_property
    def subs(self) -> Mapping[str, Sub]:
        """What this procedure starts, by kind."""
        return {sub.kind: sub for act in self.acts for sub in self.subs_of(act)}

    @cached_property
    def lasting_subs(self) -> frozenset[str]:
        """Kinds of the sub-cases that concern the case in whichever round it is."""
        return frozenset(kind for kind, sub in self.subs.items() if sub.lasts == "case")

    @cached_property
    def unit_fields(self) -> Mapping[str, tuple[str, ...]]:
        """Fields of each step that name a unit some rule looks at."""
        named = [*self.answering, *(unit for rule in self.of_units for unit in rule.units)]
        return {s.name: tuple(sorted({n.field for n in named if n.step is s})) for s in self.steps}

    @cached_property
    def moments(self) -> Mapping[str, tuple[MomentOf, ...]]:
        """Moments that a clock counts from, by the step that names them."""
        since = [d.since for d in self.deadlines if isinstance(d.since, MomentOf)]
        return {s.name: tuple({m.field: m for m in since if m.step is s}.values()) for s in self.steps}

    @cached_property
    def starters(self) -> frozenset[str]:
        """Names of the acts that start a sub-case: without one of them a case has no children."""
        return frozenset(act.name for act in self.acts if self.subs_of(act))

    @cached_property
    def flags(self) -> Mapping[str, Flag]:
        """Every fact that some rule, deadline, notice or promise asks about, by atom."""
        return {
            leaf.key: leaf for cond in self.conditions() for leaf in cond.leaves() if isinstance(leaf, Flag)
        }

    @cached_property
    def flags_of_step(self) -> Mapping[str, tuple[Flag, ...]]:
        """Those facts by the step that carries them."""
        return {s.name: tuple(f for f in self.flags.values() if f.step is s) for s in self.steps}

    @cached_property
    def named_fields(self) -> Mapping[str, tuple[str, ...]]:
        """Fields of each step that name persons some rule looks at."""
        named = [b.named for b in self.barred] + [s.as_ for s in self.sames if not isinstance(s.as_, tuple)]
        named += [n for a in self.aparts for n in a.named]
        every = [leaf for cond in self.conditions() for leaf in cond.leaves() if isinstance(leaf, EveryNamed)]
        named += [n for leaf in every for n in (*leaf.those, *leaf.here)]
        named += self._secret_names()
        return {s.name: tuple(sorted({n.field for n in named if n.step is s})) for s in self.steps}

    def _secret_names(self) -> list[Named]:
        secrecy = self.secrecy
        if secrecy is None:
            return []
        consents = (secrecy.consents,) if secrecy.consents is not None else ()
        return [*secrecy.admits, *secrecy.dismisses, *consents, *secrecy.served]

    def conditions(self) -> Iterator[Cond]:
        """Every condition written anywhere in the procedure."""
        for act in self.acts:
            yield from (only.when for only in act.only)
            yield from (cond for need in needs_of(act) if (cond := cond_of(need)) is not None)
            yield from (e.when for sub in self.subs_of(act) for e in sub.endings if e.when is not None)
        yield from (one.when for one in self.starting)
        for deadline in self.deadlines:
            if deadline.when is not None:
                yield deadline.when
            if isinstance(deadline.since, Flag):
                yield deadline.since
        yield from (notice.when for notice in self.notices)
        for promise in self.promises:
            when = getattr(promise, "when", None)
            if when is not None:
                yield when

    def roles(self) -> frozenset[Role]:
        """Every role that may act in it at any level or is told of a breach."""
        acting = {r for a in self.acts for level in range(self.max_level + 1) for r in roles_of(a.by, level)}
        return frozenset(
            acting
            | {r for d in self.deadlines for rung in d.ladder for r in rung.tell}
            | {self.manager}
            | ({*self.secrecy.sees, self.secrecy.custodian, self.secrecy.auditor} if self.secrecy else set())
        )


def needs_of(act: Act) -> tuple[Need, ...]:
    """What must be done before this act."""
    return act.needs if isinstance(act, Move) else act.after


def _top(by: By) -> int:
    return by.top if isinstance(by, Climb) else 0


def declare(
    namespace: Mapping[str, Any],
    name: str,
    edition: date,
    *,
    says: str,
    register: tuple[str, str],
    states: type[State],
    initial: State,
    finals: tuple[State, ...],
    intake: Step[Any],
    manager: Role,
    staff: Mapping[Role, int],
    promises: tuple[Promise, ...],
    history: State | None = None,
    lapse: Move | None = None,
    aside: tuple[State, ...] = (),
    visit: tuple[Step[Any], timedelta] | None = None,
    bases: tuple[str, ...] = (),
    secrecy: Secrecy | None = None,
    group: Group | None = None,
    ladder: Ladder | None = None,
    approved_by: Role | None = None,
    answering: tuple[UnitNamed, ...] = (),
    led_by: tuple[Role, ...] = (),
    noticed: tuple[str, Step[Any]] | None = None,
    many_at_once: tuple[tuple[Step[Any], Move], ...] = (),
) -> Procedure:
    """Collect steps, moves, deadlines and rules from a module's globals, give each the name of its variable, and check the result.

    `namespace` is the module's `globals()`, `register` the numbered register and its letter. Things imported from another
    procedure keep their owner and are not collected. Raises Unsound with every contradiction found.
    """

    def mine(kind: type[T]) -> tuple[T, ...]:
        found: list[T] = []
        for variable, thing in namespace.items():
            if not isinstance(thing, kind) or any(thing is seen for seen in found):
                continue
            if isinstance(thing, Declared):
                if thing.owner and thing.owner != name:
                    continue
                object.__setattr__(thing, "name", variable.rstrip("_"))
                object.__setattr__(thing, "owner", name)
            found.append(thing)
        return tuple(found)

    procedure = Procedure(
        name=name, edition=edition, says=says, register=register[0], letter=register[1], states=states, initial=initial, finals=finals,
        intake=intake, manager=manager, staff=staff, promises=promises, history=history, lapse=lapse, aside=aside, visit=visit, bases=bases,
        secrecy=secrecy, group=group, ladder=ladder, approved_by=approved_by, answering=answering, led_by=led_by, noticed=noticed, many_at_once=many_at_once, of_units=mine(OfUnit), starting=mine(StartIf), steps=mine(Step), moves=mine(Move), deadlines=mine(Deadline), aparts=mine(Apart), sames=mine(Same), barred=mine(Barred),
        notices=mine(Notice), module=str(namespace.get("__name__", "")),
    )  # fmt: skip
    from states.soundness import contradictions  # noqa: PLC0415  the checks need the finished class

    wrong = tuple(contradictions(procedure))
    if wrong:
        raise Unsound(f"{name} of {edition}: " + "; ".join(wrong))
    return procedure


def from_subs(procedure: Procedure) -> Mapping[str, str]:
    """Steps that only a sub-case records, with the kind of sub-case."""
    return {s.name: s.by.kind for s in procedure.steps if isinstance(s.by, FromSub)}


def satisfiers(procedure: Procedure) -> Mapping[str, tuple[str, ...]]:
    """For each act, the names of the steps that could meet one of its needs."""
    return {a.name: tuple(s.name for need in needs_of(a) for s in gate_of(need)) for a in procedure.acts}
