"""Acts of an office's people in a test, by handle, and what the tables say of a case: what the builders of each kind of office share."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

import models
from casework import archive, audit, fire, watch
from casework.archive import Archived, BagReport
from casework.corrections import correct
from casework.errors import BadInput
from casework.outcome import Fired, Refused
from casework.people import actor_of, people_of
from states.editions import edition
from states.facts import Actor
from states.procedure import Procedure
from tests.building import TestOffice, told

CASES, EVENTS = models.table(models.Case), models.table(models.Event)


@dataclass
class ActingOffice(TestOffice, ABC):
    """An office in a test whose people act by handle. `root`: the folder of the archive's bags."""

    __test__ = False

    root: str = ""
    met_at: datetime | None = None
    laws: dict[str, Procedure] = field(default_factory=dict)  # of a case, by its reference

    def meet(self) -> None:
        """Know the people as the database has them now: after anybody came, went, or got another role."""
        with self.store.reading() as session:
            self.people = {one.handle: one for one in people_of(session, self.key, self.now, retired=True)}
        self.met_at = self.now

    def who(self, name: str) -> Actor:
        """Whoever acts under this name, with the roles of this moment."""
        if self.met_at != self.now:
            self.meet()
        return actor_of(self.people[name])

    @abstractmethod
    def usual(self, step: str) -> Mapping[str, object]:
        """What the form of a step asks for, as it is mostly answered."""

    # ── one act ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def tries(
        self, ref: str, act: str, by: str, /, *, ago: timedelta | None = None, **evidence: Any
    ) -> Fired | Refused:
        """Record a step, or make a move; what the form of a step asks for is filled in where the test says nothing.

        `ago`: how long ago it happened, if it is recorded late.
        """
        when: dict[str, Any] = {}
        if ago is not None:
            when = {"happened_at": self.now - ago, "reason": "there was no time"}
        actor = self.who(by)
        with self.store.transaction() as session:
            if act in self.law(ref).move_named:
                return fire.fire(session, ref, act, actor, self.now, **when)
            given = {**self.usual(act), **evidence}
            return fire.record(session, ref, act, actor, self.now, evidence=given, **when)

    def law(self, ref: str) -> Procedure:
        """The edition by which a case is handled."""
        if ref not in self.laws:
            row = self.row(ref)
            self.laws[ref] = edition(row.procedure, row.edition)
        return self.laws[ref]

    def does(self, ref: str, act: str, by: str, /, **evidence: Any) -> Fired:
        """Record a step or make a move that must be possible."""
        done = self.tries(ref, act, by, **evidence)
        assert isinstance(done, Fired), f"{act} by {by}: {in_the_way(done)}"
        return done

    def stopped(self, ref: str, act: str, by: str, /, **evidence: Any) -> list[str]:
        """Everything that stands in the way of a step or move that must be refused: each clause with its sentence. Nothing changed."""
        before = self.row(ref)
        done = self.tries(ref, act, by, **evidence)
        assert isinstance(done, Refused), f"{act} was done"
        assert self.row(ref) == before
        return in_the_way(done)

    def refused_form(self, ref: str, act: str, by: str, /, **evidence: Any) -> str:
        """What a form says that cannot be taken. Nothing was recorded."""
        before = self.row(ref)
        try:
            done = self.tries(ref, act, by, **evidence)
        except BadInput as wrong:
            assert self.row(ref) == before
            return wrong.message
        raise AssertionError(f"{act} was taken: {done}")

    def corrects(self, ref: str, seq: int, by: str, **evidence: Any) -> Fired | Refused:
        """Supersede a record by one with this evidence, which is given whole."""
        actor = self.who(by)
        with self.store.transaction() as session:
            return correct(session, ref, seq, actor, self.now, evidence=evidence, reason="mistyped")

    # ── around the case ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def tries_to_archive(self, ref: str) -> Archived | Refused:
        """Archive a case by the real archive, or be refused."""
        return archive.archive_case(self.store, ref, self.now, self.root)

    def archived(self, ref: str) -> BagReport:
        """Archive a filed case by the real archive, and read its bag back without any key."""
        done = self.tries_to_archive(ref)
        assert isinstance(done, Archived), told(done)
        return archive.verify_bag(str(Path(self.root) / done.ref / done.bag))

    def audited(self) -> list[str]:
        """Everything that is wrong with the whole record."""
        return [flaw.sentence for flaw in audit.verify(self.store).findings]

    def time_passes(self, **by: float) -> None:
        """Let time pass, and everything that falls due in it."""
        self.clock.advance(**by)
        while True:
            swept = watch.sweep(self.store, self.now, limit=200, worker="test")
            if not (swept.fired or swept.secret):
                return

    # ── what the tables say ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def row(self, ref: str) -> Any:
        """The stored case."""
        with self.store.reading() as session:
            return session.connection().execute(select(CASES).where(CASES.c.ref == ref)).one()

    def state(self, ref: str) -> str:
        """Where a case stands."""
        return str(self.row(ref).state)

    def children(self, ref: str, procedure: str = "", *, open_only: bool = True) -> list[str]:
        """The sub-cases of a case, of one procedure only if it is named, in the order in which they were opened."""
        parent = select(CASES.c.id).where(CASES.c.ref == ref).scalar_subquery()
        wanted = select(CASES.c.ref).where(CASES.c.parent_id == parent).order_by(CASES.c.id)
        if procedure:
            wanted = wanted.where(CASES.c.procedure == procedure)
        if open_only:
            wanted = wanted.where(CASES.c.closed_at.is_(None))
        with self.store.reading() as session:
            return list(session.connection().execute(wanted).scalars())

    def events(self, ref: str, *kinds: str) -> list[Any]:
        """What happened in a case, in order; of these kinds only."""
        wanted = select(EVENTS).join(CASES, CASES.c.id == EVENTS.c.case_id).where(CASES.c.ref == ref)
        if kinds:
            wanted = wanted.where(EVENTS.c.kind.in_(kinds))
        with self.store.reading() as session:
            return list(session.connection().execute(wanted.order_by(EVENTS.c.seq)))

    def told(self, ref: str) -> list[tuple[str, str, list[str]]]:
        """Each limit of a case that was passed, in order: its name, whether it was broken or only near, and whom it tells."""
        passed = self.events(ref, "breached", "reminded")
        return [(event.name, event.kind, json.loads(event.clear)["tells"]) for event in passed]

    def moves(self, ref: str) -> list[str]:
        """The moves that a case has made, in order."""
        return [event.name for event in self.events(ref, "moved")]


def in_the_way(refused: object) -> list[str]:
    """Each requirement that is not met: its clause and its sentence."""
    if not isinstance(refused, Refused):
        return [repr(refused)]
    return [f"{r.clause} {r.sentence.format(**dict(r.params))}" for r in refused.requirements]
