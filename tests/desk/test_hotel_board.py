"""The hotel's boards are right at any moment: after every act, and after every stretch of time, they say what the tables say (H4.4, X3).

Counted by hand, in SQL of its own: where a case stands from the last event that moved it, what is due and what is late from the rungs, which
reports wait from the links between cases.
"""

from __future__ import annotations

from collections import Counter as Tally
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, bindparam, text

import models
from casework.boards import boards
from casework.people import issue_token
from models import schema
from models.engine import create_engine
from tests.building import KEY, a_store
from tests.desk.counter import Counter
from tests.hotel import STATES, TO_GM, TO_MANAGER, TO_OWNER, Hotel, a_hotel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from casework.outcome import Fired, Refused

ENDS = {
    "hotel.complaint": {"archived"},
    TO_GM: {"acknowledged", "instructed", "informed"},
    TO_MANAGER: {"acknowledged"},
    TO_OWNER: {"acknowledged"},
}
"""Typed by hand: where a case of each procedure is over."""
STANDING = """
SELECT c.procedure, e.to_state, count(*)
FROM cases c JOIN event e ON e.case_id = c.id
WHERE c.procedure LIKE 'hotel.%'
  AND e.seq = (SELECT max(last.seq) FROM event last WHERE last.case_id = c.id AND last.kind IN ('opened', 'moved'))
GROUP BY c.procedure, e.to_state
"""
DUE = """
SELECT c.procedure, count(*) FROM deadline d JOIN cases c ON c.id = d.case_id
WHERE d.status = 'armed' AND d.due_at <= :until AND c.closed_at IS NULL AND c.procedure LIKE 'hotel.%' GROUP BY c.procedure
"""
LATE = """
SELECT c.procedure, c.state, count(*) FROM deadline d JOIN cases c ON c.id = d.case_id
WHERE d.status = 'fired' AND d.breach = :yes AND d.kept_at IS NULL AND c.closed_at IS NULL AND c.procedure LIKE 'hotel.%'
GROUP BY c.procedure, c.state
"""
WAITING = """
SELECT child.procedure, count(*) FROM cases child JOIN cases c ON c.id = child.parent_id
WHERE c.procedure = 'hotel.complaint' AND child.closed_at IS NULL GROUP BY child.procedure
"""
SOON = timedelta(hours=24)


@pytest.fixture(scope="session")
def prepare_schema() -> Callable[[str], None]:
    """Give each test's database our tables."""

    def prepare(address: str) -> None:
        engine = create_engine(address, durability="NORMAL")
        schema.upgrade(engine)
        engine.dispose()

    return prepare


@dataclass
class ByHand:
    """What the tables say: open cases by procedure and state, rungs that are due and late, reports that wait."""

    standing: dict[str, dict[str, int]]
    due: Tally[str]
    late: Tally[str]
    late_in: dict[str, set[str]]
    waiting: Tally[str]


def by_hand(connection: Connection, at: datetime) -> ByHand:
    """Count."""
    moment = models.table(models.Deadline).c.due_at.type
    standing: dict[str, dict[str, int]] = {procedure: {} for procedure in ENDS}
    for procedure, state, n in connection.execute(text(STANDING)):
        if state not in ENDS[procedure]:
            standing[procedure][state] = n
    late, late_in = Tally[str](), {procedure: set[str]() for procedure in ENDS}
    for procedure, state, n in connection.execute(text(LATE), {"yes": True}):
        late[procedure] += n
        late_in[procedure].add(state)
    until = text(DUE).bindparams(bindparam("until", type_=moment))
    due = Tally(dict(connection.execute(until, {"until": at + SOON}).tuples().all()))
    return ByHand(standing, due, late, late_in, Tally(dict(connection.execute(text(WAITING)).tuples().all())))


def compare(hotel: Hotel) -> ByHand:
    """The boards of this moment say the same as the tables."""
    with hotel.store.reading() as session:
        counted = by_hand(session.connection(), hotel.now)
        shown = {one.procedure.name: one for one in boards(session, hotel.now)}
    for procedure, ends in ENDS.items():
        board = shown[procedure]
        assert {state: n for state, n in board.counts.items() if n} == counted.standing[procedure]
        assert set(board.counts) == {state.value for state in board.procedure.states} - ends
        assert board.due_count == counted.due[procedure] == len(board.due)
        assert board.broken_count == counted.late[procedure] == len(board.broken)
        assert board.late == counted.late_in[procedure]
    for report in (TO_GM, TO_MANAGER, TO_OWNER):
        assert sum(shown[report].counts.values()) == counted.waiting[report]
    return counted


@dataclass
class Watched(Hotel):
    """A hotel whose boards are compared with the tables after every act and every refusal."""

    __test__ = False

    looks: int = 0
    seen: set[tuple[str, str]] = field(default_factory=set)  # procedure and state that some board showed
    late: set[str] = field(
        default_factory=set
    )  # procedures of which some board showed that something is late

    def tries(self, *arguments: Any, **evidence: Any) -> Fired | Refused:
        done = super().tries(*arguments, **evidence)
        self.look()
        return done

    def time_passes(self, **by: float) -> None:
        super().time_passes(**by)
        self.look()

    def look(self) -> ByHand:
        """Compare."""
        counted = compare(self)
        self.looks += 1
        self.seen |= {(procedure, state) for procedure, of in counted.standing.items() for state in of}
        self.late |= set(counted.late)
        return counted


@pytest.fixture
def hotel(database_url: str, tmp_path: Path) -> Iterator[Watched]:
    """A hotel that is watched."""
    store = a_store(database_url, tmp_path)
    built = a_hotel(store, tmp_path)
    yield Watched(store, built.clock, built.key, built.people, built.root)
    store.close()


@pytest.fixture
def counter(hotel: Watched, database_url: str, tmp_path: Path) -> Counter:
    """A counter at the same hotel, where the owner types: nobody sees more."""
    with hotel.store.transaction() as session:
        token = issue_token(session, hotel.key, "owner1", hotel.now)
    return Counter(tmp_path, hotel.clock, {"owner1": token}, database_url)


def told(counter: Counter, hotel: Watched) -> None:
    """What the owner is shown at the command line is what the tables say, too."""
    counted = hotel.look()
    for procedure, states in counted.standing.items():
        rows = counter.done(
            "list", "--procedure", procedure, "--limit", "200", by="owner1", DUECOURSE_KEY=KEY
        )
        assert Tally(row["state"] for row in rows["rows"]) == states
    due = counter.done("due", "--within", "24h", by="owner1", DUECOURSE_KEY=KEY)["due"]
    coming = Tally(one["procedure"] for one in due if one["standing"] == "armed")
    assert coming == +counted.due
    late = Tally(one["procedure"] for one in due if one["standing"] == "passed" and one["breach"])
    assert late == +counted.late


@pytest.mark.clause("H4.4", "X3")
def test_the_boards_say_what_the_tables_say_after_every_act(hotel: Watched, counter: Counter) -> None:
    """Six complaints side by side, with everything that may rise, time that passes, and whoever should answer silent for a while."""
    told(counter, hotel)
    ways: dict[str, dict[str, Any]] = {
        "own": {},
        "other": {"to": "rooms", "simple": False},
        "elsewhere": {"guided": True},
        "important": {"vip": True},
        "head": {"note": {"against": ["head1"]}},
        "twice": {"simple": False},
    }
    cases = {name: hotel.a_case("listening", **way) for name, way in ways.items()}
    told(counter, hotel)
    hotel.rises(cases["own"], "mood")
    hotel.rises(cases["own"], "noise")
    hotel.rises(cases["other"], "gravity")
    hotel.time_passes(minutes=6)
    told(counter, hotel)
    for turn in range(3):
        for ref in cases.values():
            hotel.takes_a_step(ref)
        hotel.time_passes(minutes=(7, 40, 130)[turn])
        told(counter, hotel)
    hotel.goes_again(cases["twice"])
    hotel.rises(cases["other"], "major")
    hotel.time_passes(minutes=11)
    told(counter, hotel)
    hotel.takes_over(hotel.children(cases["other"], TO_GM)[0])
    hotel.time_passes(hours=30)
    told(counter, hotel)
    for ref in cases.values():
        hotel.finishes(ref)
        told(counter, hotel)

    shown = {state for procedure, state in hotel.seen if procedure == "hotel.complaint"}
    assert shown == set(STATES) - {"archived"}
    assert {"told", "taken"} == {state for procedure, state in hotel.seen if procedure == TO_GM}
    assert {(TO_MANAGER, "told"), (TO_OWNER, "told")} <= hotel.seen
    assert hotel.late == set(ENDS)
    assert hotel.looks > 100
