"""Builders: an office with people, and cases taken as far as a test needs, all through the door.

    office = an_office(a_store(database_url, tmp_path), FrozenClock(MONDAY))
    ref = a_complaint(office, in_state="handling")
    office.record(ref, "remedy", office.staff(1), done="repaired", finished_at=office.now)
    office.move(ref, "finish", office.staff(1))

What is refused although the test wanted it done fails the test with every sentence. A test that wants to be refused says so:
`office.refused_move(ref, "begin", office.staff(1))`.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from casework import fire, intake
from casework.clock import FrozenClock
from casework.names import open_office
from casework.outcome import Fired, Refused
from casework.people import PersonView, actor_of, add_person, person_by_handle
from casework.registered import Registered
from casework.settings import Settings
from casework.store import Store, open_store
from states.facts import Actor

Done = TypeVar("Done")
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday, 10:00 in Shanghai."""
KEY = "duecourse-key 1 test AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
"""A master key that is no secret."""
PEOPLE = {
    "desk1": ("陳一", "staff"),
    "desk2": ("李二", "staff"),
    "desk3": ("張三", "staff"),
    "lead1": ("黃四", "foreman"),
    "tech1": ("周五", "repairer"),
    "guard1": ("吳六", "fire_list"),
    "guard2": ("鄭七", "emergency_list"),
    "head1": ("林八", "manager"),
    "head2": ("何九", "manager"),
    "board1": ("高十", "superior"),
}
"""Handles, names and roles: just enough people for every procedure of a property office."""


def a_store(database_url: str, home: Path) -> Store:
    """Open a store on a test's own database, with a key that is no secret."""
    environ = {"DUECOURSE_HOME": str(home), "DUECOURSE_DATABASE": database_url, "DUECOURSE_KEY": KEY}
    return open_store(Settings.read(environ), create=True)


@dataclass
class TestOffice:
    """One office in a test. Its clock stands still until the test moves it; acts happen at `now` unless a test says otherwise."""

    __test__ = False

    store: Store
    clock: FrozenClock
    key: str
    people: dict[str, PersonView] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """What the test's clock shows."""
        return self.clock.now()

    def person(self, handle: str) -> PersonView:
        """A person as the database has it now."""
        with self.store.reading() as session:
            return person_by_handle(session, self.key, handle, self.now)

    def actor(self, handle: str) -> Actor:
        """A person of the standing cast who acts, with the roles the office was built with."""
        return actor_of(self.people[handle])

    def staff(self, number: int = 1) -> Actor:
        """One of three members of staff."""
        return self.actor(f"desk{number}")

    @property
    def foreman(self) -> Actor:
        """The foreman."""
        return self.actor("lead1")

    @property
    def repairer(self) -> Actor:
        """The repairer."""
        return self.actor("tech1")

    @property
    def manager(self) -> Actor:
        """The manager."""
        return self.actor("head1")

    @property
    def other_manager(self) -> Actor:
        """The second manager."""
        return self.actor("head2")

    @property
    def superior(self) -> Actor:
        """The superior body's person."""
        return self.actor("board1")

    def register(
        self,
        procedure: str = "property.complaint",
        by: Actor | None = None,
        *,
        received_at: datetime | None = None,
        reason: str = "",
        **evidence: object,
    ) -> Registered:
        """Register a case; what the intake asks for is filled in where the test says nothing."""
        given = INTAKES[procedure] | evidence
        with self.store.transaction() as session:
            done = intake.register(
                session, self.key, procedure, by or self.staff(1), self.now, evidence=given, received_at=received_at, reason=reason
            )  # fmt: skip
        assert isinstance(done, Registered), told(done)
        return done

    def record(
        self,
        ref: str,
        step: str,
        by: Actor,
        *,
        happened_at: datetime | None = None,
        late_because: str = "",
        **evidence: object,
    ) -> Fired:
        """Record a step. For a step without a reason of its own, `reason` beside `happened_at` says why it is recorded late."""
        done = self._record(ref, step, by, evidence, happened_at, late_because)
        assert isinstance(done, Fired), told(done)
        return done

    def move(
        self, ref: str, move: str, by: Actor, *, happened_at: datetime | None = None, reason: str = ""
    ) -> Fired:
        """Make a move."""
        done = self.try_move(ref, move, by, happened_at=happened_at, reason=reason)
        assert isinstance(done, Fired), told(done)
        return done

    def refused_record(self, ref: str, step: str, by: Actor, **evidence: object) -> Refused:
        """Try to record a step that must be refused."""
        done = self._record(ref, step, by, evidence)
        assert isinstance(done, Refused), f"{step} was recorded"
        return done

    def refused_move(self, ref: str, move: str, by: Actor) -> Refused:
        """Try to make a move that must be refused."""
        done = self.try_move(ref, move, by)
        assert isinstance(done, Refused), f"{move} was made"
        return done

    def try_record(
        self,
        ref: str,
        step: str,
        by: Actor,
        *,
        happened_at: datetime | None = None,
        late_because: str = "",
        **evidence: object,
    ) -> Fired | Refused:
        """Try to record a step; arguments as for `record`."""
        return self._record(ref, step, by, evidence, happened_at, late_because)

    def _record(
        self,
        ref: str,
        step: str,
        by: Actor,
        evidence: dict[str, object],
        happened_at: datetime | None = None,
        late_because: str = "",
    ) -> Fired | Refused:
        if happened_at is not None and not late_because:
            late_because = str(evidence.pop("reason", ""))
        with self.store.transaction() as session:
            return fire.record(
                session,
                ref,
                step,
                by,
                self.now,
                evidence=evidence,
                happened_at=happened_at,
                reason=late_because,
            )

    def try_move(
        self, ref: str, move: str, by: Actor, *, happened_at: datetime | None = None, reason: str = ""
    ) -> Fired | Refused:
        """Try to make a move."""
        with self.store.transaction() as session:
            return fire.fire(session, ref, move, by, self.now, happened_at=happened_at, reason=reason)


INTAKES: dict[str, dict[str, object]] = {
    "property.complaint": {
        "channel": "hotline",
        "service": "noise",
        "matter": "the pump hums all night",
        "complainants": [{"name": "王小明", "phone": "13800000000"}],
    },
    "property.callout": {"kind": "repair", "channel": "hotline", "matter": "no water", "place": "block 3"},
    "property.opinion": {"kind": "suggestion", "channel": "register", "matter": "more benches"},
    "property.missed_call": {"number": "13800000000"},
}


def an_office(store: Store, clock: FrozenClock | None = None, *, key: str = "court") -> TestOffice:
    """Open a property office with its standing cast: three staff, two managers, one of everything else."""
    clock = clock if clock is not None else FrozenClock(MONDAY)
    office = TestOffice(store, clock, key)
    with store.transaction() as session:
        open_office(session, key, clock.now(), name="翠園管理處", kind="property", zone="Asia/Shanghai")
        for handle, (name, role) in PEOPLE.items():
            add_person(session, key, handle, clock.now(), name=name, roles=(role,))
    with store.reading() as session:
        office.people = {handle: person_by_handle(session, key, handle, clock.now()) for handle in PEOPLE}
    return office


COMPLAINT_STATES = ("received", "handling", "remedied", "filed")


def a_complaint(office: TestOffice, in_state: str = "received", **evidence: object) -> str:
    """Register a complaint and take it to a state, handled by desk1 and called back, satisfied, by desk2; return its reference."""
    wanted = COMPLAINT_STATES.index(in_state)
    given: dict[str, Any] = dict(evidence)
    ref = office.register("property.complaint", **given).ref
    one, two = office.staff(1), office.staff(2)
    if wanted >= 1:
        office.record(ref, "opinion", one, words="we will mend it", told_to_all=True, channel="hotline")
        office.record(ref, "assignment", one, handler="desk1")
        office.move(ref, "begin", one)
    if wanted >= 2:
        office.record(ref, "remedy", one, done="mended", finished_at=office.now)
        callback = office.move(ref, "finish", one).opened[0]
    if wanted >= 3:
        called_back(office, callback, by=two, content=True)
        office.record(ref, "dossier", one, complete=True, told_to_all=True)
        office.move(ref, "file", one)
    return ref


def called_back(office: TestOffice, callback: str, *, by: Actor, content: bool) -> None:
    """Call the complainant back once and close the callback by the answer."""
    office.record(callback, "attempt", by, method="call", reached=True)
    office.record(callback, "answer", by, content=content, rating=5 if content else 1, words="so it is")
    office.move(callback, "close_satisfied" if content else "close_dissatisfied", by)


def a_callout(
    office: TestOffice, kind: str = "repair", *, reported_ago: timedelta | None = None, **evidence: object
) -> str:
    """Register a call-out, reported now or so long ago; return its reference."""
    received = office.now - reported_ago if reported_ago is not None else None
    given: dict[str, Any] = {"kind": kind, "received_at": received, "reason": "the line was busy"} | evidence
    return office.register("property.callout", **given).ref


def granted(done: Done | Refused) -> Done:
    """What was asked for and must not be refused."""
    assert not isinstance(done, Refused), told(done)
    return done


def told(refused: object) -> str:
    """Everything that stood in the way, for the message of a failed test."""
    if not isinstance(refused, Refused):
        return repr(refused)
    return "; ".join(f"{r.sentence} ({r.clause})" for r in refused.requirements)
