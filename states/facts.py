"""A frozen view of one case: what has been done, by whom, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Literal, NamedTuple

from states.acts import Act
from states.conditions import Cond, Flag, fields_of_every
from states.people import Named, Scope, UnitNamed
from states.procedure import Procedure

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Undecided(Exception):
    """A condition asked for something that no fact can answer: a mistake in the procedure, never "allowed"."""


class DoneAct(NamedTuple):
    """One step recorded or move made. `raised` holds the atoms it made true, and `field@person` for the persons it names."""

    seq: int
    name: str
    by: int | None
    round: int
    at_us: int  # microseconds since 1970, UTC: when it happened
    raised: tuple[str, ...] = ()
    counts: bool = True  # False once superseded by a correction or renewed by a move

    @property
    def happened_at(self) -> datetime:
        """When it happened, aware UTC."""
        return EPOCH + timedelta(microseconds=self.at_us)


class Kin(NamedTuple):
    """A linked case as far as person rules look at it. `round`: for a parent, the round of it that started this case."""

    relation: Literal["parent", "child", "linked"]
    procedure: Procedure
    acts: tuple[DoneAct, ...]
    is_open: bool
    of_this_round: bool
    round: int = 0
    id: int = 0


def _within(kin: Kin, act: DoneAct, scope: Scope) -> bool:
    """Whether an act of a linked case falls into the scope: a parent's by its own round, a child's by the round that started it.

    A case that is only linked has no round in common with this one: it counts as earlier.
    """
    if scope == "ever":
        return True
    if kin.relation == "linked":
        return scope == "earlier rounds"
    if kin.relation == "parent":
        return act.round == kin.round if scope == "this round" else act.round < kin.round
    return kin.of_this_round is (scope == "this round")


@dataclass(frozen=True)
class Actor:
    """Who acts: a person (database id) of an office with the roles of the day, the complainant, or a mechanism.

    The mechanisms are `clock`, `prefect`, `sub` and `import`; the complainant is known by a receipt code and by no name. `via` is the sub-case (database id) whose end acts, for kind `sub`. A person without an office acts nowhere.
    `posts`: the roles held in one unit, with the unit's key; `off_duty`: roles of today that are held on duty only, by who is not on duty now.
    """

    kind: Literal["person", "complainant", "clock", "prefect", "sub", "import"]
    person: int | None
    roles: frozenset[str]
    via: int | None = None
    office: int | None = None
    posts: frozenset[tuple[str, str]] = frozenset()
    off_duty: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """Under which name command ids are remembered."""
        return f"{self.kind}:{self.person}" if self.person is not None else self.kind


@dataclass(frozen=True)
class Facts:
    """Everything the law may look at. `entry` is the sequence of the event that entered the present state."""

    procedure: Procedure
    state: str
    round: int
    level: int
    entry: int
    entered_at: datetime
    received_at: datetime
    acts: tuple[DoneAct, ...]
    kin: tuple[Kin, ...] = ()
    zone: tzinfo = UTC

    @cached_property
    def _counted(self) -> dict[str, list[DoneAct]]:
        """Acts that count, by name: of this round, or of the case where the step lasts so long."""
        found: dict[str, list[DoneAct]] = {}
        steps = self.procedure.step_named
        for act in self.acts:
            if act.counts and (
                act.round == self.round
                or ((step := steps.get(act.name)) is not None and step.lasts == "case")
            ):
                found.setdefault(act.name, []).append(act)
        return found

    @cached_property
    def _true(self) -> frozenset[str]:
        """Atoms of steps and flags that hold."""
        holds: set[str] = set()
        steps = self.procedure.step_named
        for name, acts in self._counted.items():
            holds.add(name)
            step = steps.get(name)
            speaking = acts[-1:] if step is not None and step.latest else acts
            for act in speaking:
                holds.update(act.raised)
        return frozenset(holds)

    @property
    def open_kinds(self) -> frozenset[str]:
        """Kinds of the sub-cases that are still open: of this round, or of whichever where they concern the case."""
        lasting = self.procedure.lasting_subs
        return frozenset(
            k.procedure.name
            for k in self.kin
            if k.relation == "child" and k.is_open and (k.of_this_round or k.procedure.name in lasting)
        )

    def unit_of(self, units: tuple[UnitNamed, ...]) -> str | None:
        """The unit that the last record of any of these names, by its key, here or in the case that started this one; None if none does."""
        told: list[tuple[int, str]] = []
        for one in units:
            mark, step = f"{one.step.name}.{one.field}|", one.step
            if step.owner == self.procedure.name:
                acts = list(self.counted(step.name))
            else:
                kin = [k for k in self.kin if k.relation == "parent" and k.procedure.name == step.owner]
                acts = [a for k in kin for a in k.acts if a.name == step.name and a.counts]
            told += [(a.seq, atom[len(mark) :]) for a in acts for atom in a.raised if atom.startswith(mark)]
        return max(told)[1] if told else None

    def counted(self, name: str) -> Iterator[DoneAct]:
        """Yield the records of a step that count, oldest first."""
        yield from self._counted.get(name, ())

    def done(self, name: str) -> bool:
        """Whether a step has been recorded and counts."""
        return name in self._counted

    def look(self, atom: str) -> bool:
        """Answer one atom (`states.conditions`)."""
        if atom in self._true:
            return True
        kind, colon, rest = atom.partition(":")
        if colon and kind in ("open", "level", "every"):
            return self._look_around(kind, rest)
        name, hash_, least = atom.partition("#")
        if not hash_:
            return False
        if least.endswith("d"):
            return len({a.happened_at.astimezone(self.zone).date() for a in self.counted(name)}) >= int(
                least[:-1]
            )
        return len(self._counted.get(name, ())) >= int(least)

    def _look_around(self, kind: str, rest: str) -> bool:
        """Answer an atom that is not about one record: what is open, how high the case has climbed, whether somebody is left out."""
        if kind == "open":
            return rest in self.open_kinds
        if kind == "level":
            return self.level >= int(rest)
        those, here = fields_of_every(rest)
        return self._named_now(those) <= self._named_now(here)

    def _named_now(self, fields: tuple[str, ...]) -> frozenset[str]:
        """Whom records that count name in these fields, as the atoms keep them."""
        steps = self.procedure.step_named
        found: set[str] = set()
        for name in fields:
            step = steps[name.partition(".")[0]]
            acts = list(self.counted(step.name))
            for act in acts[-1:] if step.latest else acts:
                found.update(a.removeprefix(f"{name}@") for a in act.raised if a.startswith(f"{name}@"))
        return frozenset(found)

    def holds(self, cond: Cond) -> bool:
        """Decide a condition. Raises Undecided if it cannot be."""
        value = cond.holds(self.look)
        if value is None:
            raise Undecided("a condition could not be decided")
        return value

    def said(self, flag: Flag) -> bool:
        """Whether a record that counts says this, here or in the case that started this one."""
        if flag.step.owner == self.procedure.name:
            return self.holds(flag)
        kin = (k for k in self.kin if k.relation == "parent" and k.procedure.name == flag.step.owner)
        return any(flag.key in act.raised for k in kin for act in k.acts if act.counts)

    def who_did(self, acts: tuple[Act, ...], scope: Scope) -> frozenset[int]:
        """Persons who did any of these acts, here or in a linked case. What was superseded was still done."""
        found: set[int] = set()
        mine = {a.name for a in acts if a.owner == self.procedure.name}
        if mine:
            found.update(
                a.by for a in self.acts if a.by is not None and a.name in mine and self._here(a, scope)
            )
        for kin in self.kin:
            theirs = {a.name for a in acts if a.owner == kin.procedure.name}
            found.update(
                a.by for a in kin.acts if a.by is not None and a.name in theirs and _within(kin, a, scope)
            )
        return frozenset(found)

    def ever_named(self, named: Named, scope: Scope) -> frozenset[int]:
        """Persons that a field names now or named within the scope: who handled a case, not only who handles it."""
        mark, step = f"{named.step.name}.{named.field}@", named.step
        if step.owner == self.procedure.name:
            acts = [a for a in self.acts if a.name == step.name and self._here(a, scope)]
        else:
            kin = [k for k in self.kin if k.procedure.name == step.owner]
            acts = [a for k in kin for a in k.acts if a.name == step.name and _within(k, a, scope)]
        earlier = {int(atom[len(mark) :]) for a in acts for atom in a.raised if atom.startswith(mark)}
        return self.named(named) | earlier

    def _here(self, act: DoneAct, scope: Scope) -> bool:
        """Whether an act of this case falls into the scope."""
        return scope == "ever" or (
            act.round == self.round if scope == "this round" else act.round < self.round
        )

    def named(self, named: Named) -> frozenset[int]:
        """Persons that a field of a recorded step names; of a step whose latest record speaks, only that record's."""
        mark = f"{named.step.name}.{named.field}@"
        if named.step.owner == self.procedure.name:
            acts = [a for a in self.acts if a.name == named.step.name and a.counts]
        else:
            acts = [
                a
                for k in self.kin
                if k.procedure.name == named.step.owner
                for a in k.acts
                if a.name == named.step.name and a.counts
            ]
        if named.step.latest:
            acts = acts[-1:]
        return frozenset(
            int(atom[len(mark) :]) for act in acts for atom in act.raised if atom.startswith(mark)
        )
