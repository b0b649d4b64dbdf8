"""A case in memory, driven by the very requirement functions that the door asks: the oracle of the prover.

No evidence is typed here: an act says directly which atoms it makes true.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from states.compile import Row, machine_of
from states.facts import EPOCH, Actor, DoneAct, Facts, Kin
from states.procedure import Procedure
from states.prove.nodes import OUTCOME, raised_by
from states.refusals import Requirement, move_requirements, step_requirements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from states.acts import Act, Ending, Move, Step, Sub
    from states.people import Role

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
MECHANISM: dict[str, Literal["sub", "clock", "complainant"]] = {
    OUTCOME: "sub",
    "clock": "clock",
    "complainant": "complainant",
}


class Disagree(Exception):
    """The requirements allow a move and the machine refuses it: a mistake of ours."""


def mechanism(role: Role) -> Actor:
    """The actor behind a role that no person holds."""
    return Actor(MECHANISM.get(role.name, "prefect"), None, frozenset({role.name}))


class Happened(NamedTuple):
    """One act that was done, with the facts before and after it."""

    case: Walk
    act: Act
    actor: Actor
    before: Facts
    after: Facts
    last: Mapping[str, int]  # step -> sequence of its last record before this act, corrections not counted
    entered: Mapping[str, int]  # state -> sequence of the move that last entered it before this act


def _nobody_hears(happened: Happened) -> None:
    """Listen to nothing."""


@dataclass(eq=False)
class Walk:
    """One case and, below it, the cases it started. `heard` is told of every act that is done."""

    procedure: Procedure
    kinds: dict[str, Procedure] = field(default_factory=dict)
    parent: Walk | None = None
    parent_round: int = 0
    heard: Callable[[Happened], None] = field(default=_nobody_hears)
    state: str = ""
    round: int = 1
    level: int = 0
    seq: int = 0
    entry: int = 0
    now: datetime = BEGINNING
    entered_at: datetime = BEGINNING
    acts: list[DoneAct] = field(default_factory=list)
    children: list[Walk] = field(default_factory=list)
    last: dict[str, int] = field(default_factory=dict)
    entered: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin in the initial state."""
        self.state = self.state or self.procedure.initial.value

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.state in {f.value for f in self.procedure.finals}

    def facts(self) -> Facts:
        """The frozen view that the law looks at."""
        kin = [
            Kin(
                "child",
                k.procedure,
                tuple(k.acts),
                not k.is_over,
                k.parent_round == self.round,
                k.parent_round,
            )
            for k in self.children
        ]
        if self.parent is not None:
            above = self.parent
            this_round = self.parent_round == above.round
            kin.append(
                Kin(
                    "parent",
                    above.procedure,
                    tuple(above.acts),
                    not above.is_over,
                    this_round,
                    self.parent_round,
                )
            )
        return Facts(
            self.procedure, self.state, self.round, self.level, self.entry, self.entered_at, BEGINNING, tuple(self.acts), tuple(kin)
        )  # fmt: skip

    def record(
        self,
        step: Step[Any],
        actor: Actor,
        raised: tuple[str, ...] = (),
        *,
        from_sub: bool = False,
        later_day: bool = False,
    ) -> tuple[Requirement, ...]:
        """Record a step, or return everything that stands in the way."""
        before, seen = self.facts(), self._seen()
        wrong = tuple(step_requirements(before, step, actor, from_sub=from_sub))
        if wrong:
            return wrong
        self._pass_time(later_day=later_day)
        self._supersede(step.renews)
        self._append(step, actor, raised)
        self.last[step.name] = self.seq
        self._start(self.procedure.started_by(step, raised))
        self.heard(Happened(self, step, actor, before, self.facts(), *seen))
        return ()

    def correct(
        self, step: Step[Any], which: int, actor: Actor, raised: tuple[str, ...]
    ) -> tuple[Requirement, ...]:
        """Replace the record with this sequence by one that says something else, or return what stands in the way.

        As in the product the new act keeps the place and the number of the one that it supersedes.
        """
        before, seen = self.facts(), self._seen()
        wrong = tuple(r for r in step_requirements(before, step, actor) if r.kind != "again")
        if wrong:
            return wrong
        old = next(a for a in self.acts if a.seq == which and a.counts)
        self._pass_time(later_day=False)
        at = self.acts.index(old)
        self.seq += 1
        self.acts[at : at + 1] = [
            old._replace(counts=False),
            old._replace(by=actor.person, raised=raised),
        ]
        was = self.procedure.started_by(step, old.raised)
        self._start(tuple(s for s in self.procedure.started_by(step, raised) if s not in was))
        self.heard(Happened(self, step, actor, before, self.facts(), *seen))
        return ()

    def move(self, move: Move, actor: Actor) -> tuple[Requirement, ...]:
        """Make a move, or return everything that stands in the way. Raises Disagree if the machine is of another mind."""
        before, seen = self.facts(), self._seen()
        wrong = tuple(move_requirements(before, move, actor))
        if wrong:
            return wrong
        row = Row(self.state)
        if not machine_of(self.procedure).events[move.name].trigger(row, facts=before, actor=actor):
            raise Disagree(f"{move.name} has no unmet requirement, and the machine refuses it")
        self._pass_time(later_day=False)
        self._append(move, actor, ())
        self._supersede(move.renews)
        self.state, self.entry, self.entered_at = row.state, self.seq, self.now
        self.entered[self.state] = self.seq
        self.round += move.new_round
        self.level = min(self.level + move.climbs, self.procedure.max_level)
        self._start(move.starts)
        self.heard(Happened(self, move, actor, before, self.facts(), *seen))
        self._ended()
        return ()

    def _seen(self) -> tuple[dict[str, int], dict[str, int]]:
        return dict(self.last), dict(self.entered)

    def _pass_time(self, *, later_day: bool) -> None:
        self.now += timedelta(days=1) if later_day else timedelta(milliseconds=1)

    def _append(self, act: Act, actor: Actor, raised: tuple[str, ...]) -> None:
        self.seq += 1
        at_us = (self.now - EPOCH) // timedelta(microseconds=1)
        self.acts.append(DoneAct(self.seq, act.name, actor.person, self.round, at_us, raised))

    def _supersede(self, steps: tuple[Step[Any], ...]) -> None:
        names = {s.name for s in steps}
        self.acts[:] = [a._replace(counts=False) if a.name in names else a for a in self.acts]

    def _start(self, subs: tuple[Sub, ...]) -> None:
        facts = self.facts()
        for sub in subs:
            kind = self.kinds.get(sub.kind)
            many = 1 if sub.each is None else len(list(facts.counted(sub.each.name)))
            for _ in range(many if kind is not None else 0):
                assert kind is not None  # noqa: S101  asked in the line above
                self.children.append(Walk(kind, self.kinds, self, self.round, self.heard, now=self.now))

    def _ended(self) -> None:
        if not self.is_over:
            return
        for child in self.children:
            lapse = child.procedure.lapse
            if lapse is not None and not child.is_over:
                child.move(lapse, Actor("sub", None, frozenset({OUTCOME})))
        if self.parent is not None:
            self.parent.hear(self)

    def hear(self, child: Walk) -> None:
        """Record how a sub-case ended, and make the move that follows. An answer to an earlier round changes nothing."""
        sub = self.procedure.subs.get(child.procedure.name)
        outdated = child.parent_round != self.round and (sub is None or sub.lasts == "round")
        if sub is None or outdated or self.is_over:
            return
        ending = next((e for e in sub.endings if e.state.value == child.state), None)
        if ending is not None:
            self._hear(ending)

    def _hear(self, ending: Ending) -> None:
        by_sub = Actor("sub", None, frozenset({OUTCOME}))
        step = self.procedure.step_named.get(ending.records.name)
        if step is not None:
            self.record(step, by_sub, raised_by(self.procedure, ending), from_sub=True)
        move = self.procedure.move_named.get(ending.then)
        if move is not None and (ending.when is None or self.facts().holds(ending.when)):
            self.move(move, by_sub)

    def end(self, kind: str, state: str) -> bool:
        """Let an open sub-case of this round end in a state, whatever its own rules say. False if none is open."""
        for child in self.children:
            here = child.parent_round == self.round or kind in self.procedure.lasting_subs
            if child.procedure.name == kind and not child.is_over and here:
                child.state = state
                self.hear(child)
                return True
        return False
