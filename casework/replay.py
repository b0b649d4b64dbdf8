"""A case worked out again from its events alone: where it stands, in which round and level, and which acts count for law.

The same law is applied as at the door, but nothing is read besides the events: `duecourse audit verify` compares the outcome with what
is stored, and a correction asks what later acts rested on. What a correction does to the acts stands in `casework.standing`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from casework.docket import micros, renewed
from casework.offices import OfficeView
from casework.standing import named_persons, raised_by, speaks, superseded
from states.acts import Act, Step
from states.facts import DoneAct, Facts, Kin
from states.procedure import Procedure

LAWFUL = frozenset({"recorded", "moved", "corrected"})
"""The kinds of event that change what the law sees; each raises the case's version by one."""


class Impossible(Exception):
    """An event that the law does not know or that could not happen where it stands: a sentence with parameters."""

    def __init__(self, sentence: str, **params: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.params: Mapping[str, object] = params


@dataclass(frozen=True)
class Recorded:
    """One event as far as a replay needs it."""

    seq: int
    kind: str
    name: str
    from_state: str
    to_state: str
    actor_kind: str
    actor_id: int | None
    round: int
    happened_at: datetime
    clear: str

    @classmethod
    def of(cls, row: Any) -> "Recorded":  # noqa: ANN401  a row of the event table, whatever columns were asked for beside these
        """Take what is needed from a row."""
        return cls(
            row.seq,
            row.kind,
            row.name,
            row.from_state,
            row.to_state,
            row.actor_kind,
            row.actor_id,
            row.round,
            row.happened_at,
            row.clear,
        )

    @cached_property
    def shown(self) -> Mapping[str, object]:
        """The evidence that is not sealed. Raises Impossible if it is no JSON object."""
        try:
            found = json.loads(self.clear)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Impossible("its evidence is not readable")
        return found

    @property
    def person(self) -> int | None:
        """The person who acted; `actor_id` of an act that a sub-case caused is that sub-case."""
        return None if self.actor_kind == "sub" else self.actor_id


@dataclass
class Replay:
    """A case as its events so far have made it. `stands`: its state, which only the door may assign."""

    procedure: Procedure
    office: OfficeView
    stands: str = ""
    version: int = 0
    round: int = 0
    level: int = 0
    entry: int = 1
    entered_at: datetime | None = None
    received_at: datetime | None = None
    handler: int | None = None
    channel: str | None = None  # how the case came in, where its intake says so
    acts: list[DoneAct] = field(default_factory=list)
    roots: dict[int, int] = field(
        default_factory=dict
    )  # event of a record or correction -> the act it speaks for

    def facts(self, kin: tuple[Kin, ...] = ()) -> Facts:
        """The case as the law sees it at this point. Raises Impossible before its first event."""
        if self.entered_at is None or self.received_at is None:
            raise Impossible("it comes before the case was opened")
        return Facts(
            self.procedure, self.stands, self.round, self.level, self.entry, self.entered_at, self.received_at, tuple(self.acts), kin, self.office.zone,
        )  # fmt: skip

    def follow(self, event: Recorded) -> None:
        """Apply the next event. Raises Impossible where the law does not know it or it contradicts what came before."""
        if event.kind == "opened":
            self._open(event)
            return
        if event.from_state != self.stands:
            raise Impossible(
                "it starts from {found}, but the case stood in {stood}",
                found=event.from_state,
                stood=self.stands,
            )
        if event.round != self.round:
            raise Impossible(
                "it says round {found}, but the case was in round {stood}",
                found=event.round,
                stood=self.round,
            )
        if event.kind == "moved":
            self._move(event)
        elif event.to_state != self.stands:
            raise Impossible("it changes the state although it is no move")
        elif event.kind == "recorded":
            self._record(event)
        elif event.kind == "corrected":
            self._correct(event)
        elif event.kind == "imported" and "closed_at" in event.shown:
            # History enters its end on the day that the older register says.
            self.entered_at = datetime.fromisoformat(str(event.shown["closed_at"]))

    def _open(self, event: Recorded) -> None:
        if self.entered_at is not None:
            raise Impossible("it opens a case that is open already")
        self.stands, self.entry = event.to_state, event.seq
        self.entered_at = self.received_at = event.happened_at

    def _record(self, event: Recorded) -> None:
        step = self.procedure.step_named.get(event.name)
        if step is None:
            raise Impossible("{procedure} has no step {name}", procedure=self.procedure.name, name=event.name)
        persons = named_persons(step, self.office, event.shown)
        self.version += 1
        self.roots[event.seq] = event.seq
        self._renew(step)
        self.acts.append(
            DoneAct(
                event.seq,
                step.name,
                self._by(event),
                self.round,
                micros(event.happened_at),
                raised_by(self.procedure, step, event.shown, persons),
            )
        )
        self._says(step, event, persons)

    def _move(self, event: Recorded) -> None:
        move = self.procedure.move_named.get(event.name)
        if move is None:
            raise Impossible("{procedure} has no move {name}", procedure=self.procedure.name, name=event.name)
        if event.from_state not in move.sources or event.to_state != move.dest:
            raise Impossible(
                "{name} does not lead from {source} to {dest}",
                name=event.name,
                source=event.from_state,
                dest=event.to_state,
            )
        self.version += 1
        self._renew(move)
        self.acts.append(
            DoneAct(event.seq, move.name, self._by(event), self.round, micros(event.happened_at))
        )
        self.stands, self.entry, self.entered_at = event.to_state, event.seq, event.happened_at
        self.round += move.new_round
        self.level = min(self.level + move.climbs, self.procedure.max_level)

    def _by(self, event: Recorded) -> int | None:
        """Who acted, under whichever account: the law knows a human by the first."""
        return None if event.person is None else self.office.human(event.person)

    def _renew(self, act: Act) -> None:
        if act.renews:
            self.acts = renewed(self.acts, frozenset(s.name for s in act.renews))

    def _correct(self, event: Recorded) -> None:
        corrected = event.shown.get("corrects")
        root = self.roots.get(corrected) if isinstance(corrected, int) else None
        old = next((a for a in self.acts if a.seq == root and a.counts and a.name == event.name), None)
        step = self.procedure.step_named.get(event.name)
        if root is None or old is None or step is None:
            raise Impossible("it corrects a record that there is not")
        persons = named_persons(step, self.office, event.shown)
        new = old._replace(
            by=self._by(event),
            at_us=micros(event.happened_at),
            raised=raised_by(self.procedure, step, event.shown, persons),
        )
        self.version += 1
        self.roots[event.seq] = root
        self.acts = superseded(self.acts, old, new)
        if speaks(self.acts, new):
            self._says(step, event, persons)

    def _says(self, step: Step[Any], event: Recorded, persons: Mapping[str, tuple[int, ...]]) -> None:
        """Keep what the last record of a step says of who handles the case and how it came in."""
        self.handler = next(iter(persons.get("handler", ())), self.handler)
        if step is self.procedure.intake and "channel" in event.shown:
            self.channel = str(event.shown["channel"])
