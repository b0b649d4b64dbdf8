"""Two bureaus alike in everything, but that in one of them there are cases about somebody who works there; and what he is told in both."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from casework import fire, intake, watch
from casework.clock import FrozenClock
from casework.dispatch import dispatch
from casework.errors import BadInput
from casework.outcome import Fired
from casework.people import actor_of, give_role, person_by_handle, take_role
from casework.registered import Registered
from casework.store import Store
from casework.undertakings import keep
from tests.building import told
from tests.desk.counter import MONDAY, Counter
from tests.outside import Outside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.desk.counter import Answer

HIM = "clerk1"
ROLES = ("member", "group_head", "custodian", "party_group", "auditor", "superior_body", "assigned")
NOWHERE = "c-0000000000"
WORDS = "he asked for a gift"
_LOTS = re.compile(r"\b[0-9a-f]{64}\b|\bdc_[A-Za-z0-9_-]+|\b[0-9a-f]{8}\b|\b\d{8,}\b")
"""What else is drawn by lot or made with a key: digests, tokens, names of keys, the scrambled numbers of alarms, deadlines and attachments."""
_REF = re.compile(r"\bc-[0-9a-hjkmnp-tv-z]{10}\b")


@dataclass
class World:
    """One bureau. `hidden`: the cases that he may not know of, by what they are; `seen`: those that he may, in the order he meets them."""

    counter: Counter
    hidden: dict[str, str] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the store beside the commands."""
        opened = self.counter.open()
        yield opened
        opened.close()

    def type(self, arguments: Sequence[str], *, by: str = HIM, answers: list[str] | None = None) -> Answer:
        """Type a command."""
        return self.counter.type(*arguments, by=by, answers=answers)

    def told(self, answer: Answer, typed: str = "") -> tuple[int, str, str]:
        """An answer with everything that was drawn by lot, and the reference that was typed, replaced by what it stands for."""
        return answer.code, self._plain(answer.out, typed), self._plain(answer.err, typed)

    def _plain(self, text: str, typed: str) -> str:
        def name(found: re.Match[str]) -> str:
            ref = found.group()
            assert ref == typed or ref not in self.hidden.values(), "a hidden case is named"
            return "TYPED" if ref == typed else self.seen.setdefault(ref, f"case {len(self.seen)}")

        text = _REF.sub(name, text.replace(str(self.counter.home), "HOME"))
        text = _LOTS.sub("LOT", text)
        # A table is as wide as what stands in it.
        return re.sub(" +", " ", text)

    def numbers(self, *listing: str) -> list[int]:
        """The numbers that a list shows him."""
        answer = self.type(["--json", *listing])
        return [one["id"] for one in answer.json[listing[0]]] if answer.code == 0 else []

    def hold(self, roles: frozenset[str]) -> None:
        """Give him these roles and no others."""
        with self.store() as store, store.transaction() as session:
            now = self.counter.clock.now()
            held = person_by_handle(session, "bureau", HIM, now).roles
            for role in sorted((held & frozenset(ROLES)) - roles):
                with suppress(BadInput):  # held under a second account, which he may have by then
                    take_role(session, "bureau", HIM, role, now)
            for role in sorted(roles - held):
                give_role(session, "bureau", HIM, role, now)

    def wait(self, days: float, *, watched: bool = True) -> None:
        """Let time pass; deadlines fire, and people are told, unless nothing runs that would do so."""
        self.counter.clock.advance(days=days)
        if not watched:
            return
        with self.store() as store:
            watch.sweep(store, self.counter.clock.now(), worker="test")
            while dispatch(store, self.counter.clock.now(), Outside()).claimed:
                pass

    def of_hidden(self) -> list[Any]:
        """Every row that belongs to a hidden case, but for the key, which a change of the master key wraps anew."""
        with closing(sqlite3.connect(self.counter.home / "duecourse.sqlite")) as database:
            refs = ",".join(f"'{ref}'" for ref in self.hidden.values())
            ids = ",".join(
                str(row[0]) for row in database.execute(f"SELECT id FROM cases WHERE ref IN ({refs})")
            )
            tables = [
                row[0]
                for row in database.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
                )
            ]
            rows = [(f"SELECT * FROM cases WHERE id IN ({ids})")] + [
                f"SELECT * FROM {table} WHERE case_id IN ({ids})"
                for table in tables
                if table != "case_key"
                and "case_id" in {c[1] for c in database.execute(f"PRAGMA table_info({table})")}
            ]
            return [database.execute(one).fetchall() for one in rows]

    def copy(self, home: Path) -> World:
        """The same once more, to be changed."""
        shutil.copytree(self.counter.home, home)
        clock = FrozenClock(self.counter.clock.now())
        return World(Counter(home, clock, dict(self.counter.tokens)), dict(self.hidden), dict(self.seen))


@dataclass
class Script:
    """What people do in a bureau, straight through the door."""

    store: Store
    clock: FrozenClock

    def register(self, by: str, *against: str, linked_to: str | None = None) -> str:
        """Register a complaint by the same complainant."""
        given: dict[str, object] = {
            "channel": "email", "subject": "official", "department": "budget", "against": list(against), "matter": WORDS, "reason": WORDS,
            "anonymous": False, "complainants": [{"name": "王小明", "phone": "13800000000"}], "reply_by": "email",
        }  # fmt: skip
        with self.store.transaction() as session:
            done = intake.register(session, "bureau", "bureau.complaint", self._actor(session, by), self.clock.now(), evidence=given, linked_to=linked_to)  # fmt: skip
        assert isinstance(done, Registered), told(done)
        return done.ref

    def record(self, ref: str, step: str, by: str, **evidence: object) -> Fired:
        """Record a step."""
        with self.store.transaction() as session:
            done = fire.record(
                session, ref, step, self._actor(session, by), self.clock.now(), evidence=evidence
            )
        assert isinstance(done, Fired), told(done)
        return done

    def move(self, ref: str, move: str, by: str) -> Fired:
        """Make a move."""
        with self.store.transaction() as session:
            done = fire.fire(session, ref, move, self._actor(session, by), self.clock.now())
        assert isinstance(done, Fired), told(done)
        return done

    def _actor(self, session: Any, handle: str) -> Any:
        return actor_of(person_by_handle(session, "bureau", handle, self.clock.now()))

    def accepted(self, by: str, *against: str) -> str:
        """A complaint that member1 handles."""
        ref = self.register(by, *against)
        self.record(ref, "assignment", "chief1", handler="member1")
        for handle in ("member2", "party1"):
            self.record(ref, "admission", "chief1", person=handle)
        self.record(ref, "scope", "member1", outside=False, items=["favours"])
        self.move(ref, "accept", "member1")
        return ref

    def decided(self, by: str, respondent: str) -> tuple[str, str]:
        """A complaint with a measure against somebody on whom a paper was served; and the measure."""
        ref, now = self.accepted(by, respondent), self.clock.now().isoformat()
        self.move(ref, "investigate", "member1")
        self.record(ref, "redaction", "keeper1", nothing_names=True)
        self.record(
            ref,
            "service",
            "member1",
            respondent=respondent,
            paper="request_for_statement",
            words="please say what happened",
        )
        self.record(ref, "statement", "member1", respondent=respondent, taken=True, words="it was not so")
        self.record(ref, "log", "member1", done_at=now, words="the counter was seen")
        self.move(ref, "analyse", "member1")
        self.record(ref, "memo", "member1", words="all was weighed")
        self.move(ref, "verify", "member1")
        self.record(ref, "upheld", "member1", respondent=respondent, facts_clear=True, evidence_conclusive=True, conduct_verified=True,
                    item="favours", rule="article 5", evidence_for="two saw it", evidence_against="none")  # fmt: skip
        self.record(ref, "countersigned", "member2")
        self.move(ref, "propose", "member1")
        self.record(
            ref, "proposal", "member1", respondent=respondent, measure="talk", improvement="greet people"
        )
        self.move(ref, "submit", "member1")
        self.record(
            ref, "minute", "party1", number="2026-77", on="2026-03-02", respondent=respondent, measure="talk"
        )
        return ref, self.move(ref, "approve", "party1").opened[0]


def worlds(office: Counter, folder: Path) -> tuple[World, World]:
    """The world in which there is something to hide from him, and the one in which there is not. He is a member who has signed."""
    found = []
    for secret in (True, False):
        home = folder / ("with" if secret else "without")
        shutil.copytree(office.home, home)
        world = World(Counter(home, FrozenClock(MONDAY), dict(office.tokens)))
        world.hold(frozenset({"member"}))
        with world.store() as store:
            script = Script(store, world.counter.clock)
            with store.transaction() as session:
                person, now = person_by_handle(session, "bureau", HIM, MONDAY), world.counter.clock.now()
                keep(session.connection(), person.id, now.date(), "0" * 64, now, None)
            first = script.register(HIM, "clerk2")
            if secret:
                about, measure = script.decided("chief1", HIM)
                linked = script.register("chief2", "clerk3", linked_to=about)
                world.hidden = {"about him": about, "the measure": measure, "linked": linked}
            second = script.accepted("chief1", "clerk2")
            script.record(second, "admission", "chief1", person=HIM)
            third = script.register("member3", "clerk4")
            world.seen = {ref: f"case {number}" for number, ref in enumerate((first, second, third))}
        world.wait((timedelta(days=45)).days)
        found.append(world)
    return found[0], found[1]
