"""Random people do anything at any time through the door. No way leads to the archive past a gate, against a person rule, or out of step.

The invariants are typed by hand from the clauses and read the event log alone: they know nothing of `states/`.
"""

import json
import random
import secrets
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import insert, select

import models
from casework import fire, intake
from casework.errors import BadInput
from casework.hand import Hand, take
from casework.keys import MasterKeys
from casework.offices import touch_offices
from casework.outcome import Fired, Refused
from casework.store import Store
from models.engine import create_engine
from states.acts import Move, Step
from states.editions import edition
from states.facts import Actor
from states.forms import person_fields
from states.people import FromSub
from tests.evidence import random_evidence

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PEOPLE: dict[str, frozenset[str]] = {
    "desk1": frozenset({"staff"}),
    "desk2": frozenset({"staff", "repairer"}),
    "desk3": frozenset({"staff", "fire_list", "emergency_list"}),
    "foreman": frozenset({"foreman", "staff"}),
    "manager": frozenset({"manager"}),
    "superior": frozenset({"superior"}),
}
MECHANISM = Actor("clock", None, frozenset({"archive_flow", "clock"}))
EVENT, CASE, DEADLINE = models.table(models.Event), models.table(models.Case), models.table(models.Deadline)
FINALS = {
    "archived",
    "referred",
    "withdrawn",
    "voided",
    "imported",
    "stood_down",
    "returned",
    "satisfied",
    "dissatisfied",
    "unreachable",
    "lapsed",
}
SEEDS = st.integers(0, 2**32)
LEAST_WALKS, MOST_WALKS = 24, 150
"""How many long walks there are; more of them only as long as an end has not been met, which hangs on the order of sets."""
ASIDE = {
    "withdraw",
    "withdrawal",
    "void",
    "void_reason",
    "refer",
    "guidance",
    "stand_down",
    "standing_down",
    "give_up",
}
REACHED = {
    ("property.complaint", "archived"), ("property.callout", "archived"), ("property.opinion", "archived"), ("common.followup", "satisfied"),
    ("common.followup", "dissatisfied"),
}  # fmt: skip


@pytest.fixture
def office(database_url: str) -> Store:
    """Give a store with one office and six people of different functions."""
    store = Store(
        create_engine(database_url, durability="NORMAL"), MasterKeys((("k1", secrets.token_bytes(32)),))
    )
    with store.transaction() as session:
        connection = session.connection()
        made = {"key": "p", "name": "p", "kind": "property", "zone": "Asia/Shanghai", "created_at": START}
        connection.execute(insert(models.table(models.Office)), made)
        for handle, roles in PEOPLE.items():
            person = {
                "office_id": 1,
                "handle": handle,
                "name_sealed": b"-",
                "language": "en",
                "active_from": START.date(),
            }
            connection.execute(insert(models.table(models.Person)), person)
            for role in roles:
                held = {"person_id": list(PEOPLE).index(handle) + 1, "role": role, "valid_from": START.date()}
                connection.execute(insert(models.table(models.PersonRole)), held)
        touch_offices(connection, "set up", START)
    return store


@pytest.mark.clause("P6b", "P6c", "P1a", "X1", "X2", "X7")
def test_nobody_finds_a_way_around_the_gates_or_the_person_rules(office: Store) -> None:
    class Crowd(RandomActors):
        store = office

    run_state_machine_as_test(
        Crowd,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
    reached: set[tuple[str, str]] = set()
    for seed in range(MOST_WALKS):
        Crowd().walk(seed)
        if seed >= LEAST_WALKS:
            reached = ends_of(office)
        if REACHED <= reached:
            break
    office.close()
    # Walks that never get far prove nothing: these ends must have been met.
    assert REACHED <= reached


def ends_of(store: Store) -> set[tuple[str, str]]:
    """The ends that cases have come to, by procedure."""
    with store.reading() as session:
        ends = select(CASE.c.procedure, CASE.c.state).where(CASE.c.closed_at.is_not(None)).distinct()
        return {(row.procedure, row.state) for row in session.connection().execute(ends)}


class RandomActors(RuleBasedStateMachine):
    """A crowd at the door of one office."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.refs: list[str] = []

    @initialize(
        seed=SEEDS,
        procedure=st.sampled_from(
            ["property.complaint", "property.callout", "property.opinion", "property.missed_call"]
        ),
    )
    def somebody_complains(self, seed: int, procedure: str) -> None:
        """Begin with one case, whoever may register it."""
        rng = random.Random(seed)
        while not self.refs:
            self._register(rng, procedure)

    @rule(
        seed=SEEDS,
        procedure=st.sampled_from(["property.complaint", "property.complaint", "property.callout"]),
    )
    def one_more(self, seed: int, procedure: str) -> None:
        """One more case, now and then."""
        if len(self.refs) < 3:
            self._register(random.Random(f"{seed} {self.now}"), procedure)

    @rule(minutes=st.sampled_from([1, 4, 16, 600, 1500, 3000]))
    def time_passes(self, minutes: int) -> None:
        """The clock goes on; nobody fires a deadline here, so the door itself must notice what was missed."""
        self.now += timedelta(minutes=minutes)

    @rule(seed=SEEDS)
    def anything(self, seed: int) -> None:
        """Anybody tries any act with any evidence; most of it is refused."""
        rng = random.Random(f"{seed} {self.now}")
        for _ in range(4):
            self._try(rng, sensible=False)

    @rule(seed=SEEDS, days=st.sampled_from([0, 0, 0, 1]))
    def work(self, seed: int, days: int) -> None:
        """People do what nothing stands in the way of, a few acts in a row, so that walks get far."""
        rng = random.Random(f"{seed} {self.now}")
        for _ in range(25):
            self.now += timedelta(days=days)
            self._try(rng, sensible=True)

    def walk(self, seed: int) -> None:
        """The same crowd without Hypothesis: long walks that get far, whatever it chooses to try."""
        rng = random.Random(seed)
        procedures = ("property.complaint", "property.complaint", "property.callout", "property.opinion")
        while not self.refs:
            self._register(rng, procedures[seed % 4])
        for _ in range(100):
            if rng.random() < 0.1:
                self.time_passes(rng.choice([1, 600, 3000]))
            self._try(rng, sensible=rng.random() < 0.9)
        self.the_record_holds()

    def _actor(self, handle: str) -> Actor:
        return Actor("person", list(PEOPLE).index(handle) + 1, PEOPLE[handle], office=1)

    def _register(self, rng: random.Random, procedure: str) -> None:
        self.now += timedelta(seconds=20)
        given = random_evidence(rng, edition(procedure, "2026-01-01").intake.form, list(PEOPLE), self.now)
        with self.store.transaction() as session:
            taken = intake.register(
                session, "p", procedure, self._actor(rng.choice(list(PEOPLE))), self.now, evidence=given
            )
        if not isinstance(taken, Refused):
            self.refs.append(taken.ref)

    def _try(self, rng: random.Random, *, sensible: bool) -> None:
        if not self.refs:
            return
        self.now += timedelta(seconds=20)
        ref = rng.choice(self.refs)
        with self.store.transaction() as session:
            hand = take(self.store, session.connection(), ref)
        act, who = self._choice(rng, hand, sensible=sensible)
        if act is None:
            return
        actor = MECHANISM if who == "mechanism" else self._actor(who)
        # Now and then an act is said to have happened earlier: perhaps before what it rests on, which must be an error.
        earlier = (
            self.now - timedelta(minutes=rng.randint(1, 2000))
            if rng.random() < 0.2 and actor.person
            else None
        )
        try:
            with self.store.transaction() as session:
                if isinstance(act, Step):
                    given = random_evidence(rng, act.form, list(PEOPLE), self.now)
                    result = fire.record(
                        session,
                        ref,
                        act.name,
                        actor,
                        self.now,
                        evidence=given,
                        happened_at=earlier,
                        reason="forgot",
                    )
                else:
                    result = fire.fire(
                        session, ref, act.name, actor, self.now, happened_at=earlier, reason="forgot"
                    )
        except BadInput:
            return  # evidence that contradicts itself, or an impossible time
        if isinstance(result, Fired):
            self.refs += result.opened
        else:
            assert not sensible or (isinstance(act, Step) and person_fields(act.form)), result

    def _choice(
        self, rng: random.Random, hand: Hand, *, sensible: bool
    ) -> tuple[Step[Any] | Move | None, str]:
        """Any act by anybody; or one that nothing stands in the way of, rather a move than a step, rather something new."""
        options: list[tuple[Step[Any] | Move, str]] = [
            (act, who)
            for act in hand.procedure.acts
            if not isinstance(act.by, FromSub)
            for who in (*PEOPLE, "mechanism")
        ]
        if not sensible:
            options = [o for o in options if o[0].name not in ASIDE or rng.random() < 0.2]
        else:
            facts = hand.facts()
            options = [
                (a, w)
                for a, w in options
                if not fire.requirements_of(facts, a, MECHANISM if w == "mechanism" else self._actor(w))
            ]
            options = [o for o in options if o[0].name not in ASIDE or rng.random() < 0.01] or options
            forward = [o for o in options if isinstance(o[0], Move) and o[0].name not in ASIDE]
            fresh = [
                o
                for o in options
                if isinstance(o[0], Step) and o[0].name not in ASIDE and not facts.done(o[0].name)
            ]
            better = (
                forward if forward and rng.random() < 0.7 else fresh if fresh and rng.random() < 0.8 else []
            )
            options = better or options
        return rng.choice(options) if options else (None, "")

    @invariant()
    def the_record_holds(self) -> None:
        """After every act: the log agrees with the state, ends are ends, and no gate was passed."""
        if not self.refs:
            return
        with self.store.reading() as session:
            connection = session.connection()
            cases = {
                row.ref: row for row in connection.execute(select(CASE).where(CASE.c.ref.in_(self.refs)))
            }
            ids = [row.id for row in cases.values()]
            events: dict[int, list[Any]] = defaultdict(list)
            for row in connection.execute(
                select(EVENT).where(EVENT.c.case_id.in_(ids)).order_by(EVENT.c.case_id, EVENT.c.seq)
            ):
                events[row.case_id].append(row)
            armed = set(
                connection.execute(
                    select(DEADLINE.c.case_id).where(
                        DEADLINE.c.case_id.in_(ids), DEADLINE.c.status == "armed"
                    )
                ).scalars()
            )
        for case in cases.values():
            log = events[case.id]
            assert [e.seq for e in log] == list(range(1, case.head_seq + 1))
            state = log[0].to_state
            for event in log[1:]:
                assert event.from_state == state
                state = event.to_state
            assert state == case.state
            moves = [e for e in log if e.kind == "moved"]
            assert moves == sorted(moves, key=lambda e: e.happened_at), (
                "a move happened before the one it follows"
            )
            assert (case.closed_at is not None) == (case.state in FINALS)
            if case.state in FINALS:
                assert case.id not in armed, f"{case.state} has an armed deadline"
            GATES.get(case.procedure, _no_gate)(case, log, cases, events)


def _no_gate(case: Any, log: list[Any], cases: Mapping[str, Any], events: Mapping[int, list[Any]]) -> None:
    """Nothing more is asked of this procedure here."""


def _acts(log: list[Any], name: str, kind: str = "recorded") -> list[Any]:
    return [e for e in log if e.name == name and e.kind == kind]


def complaint_gates(
    case: Any, log: list[Any], cases: Mapping[str, Any], events: Mapping[int, list[Any]]
) -> None:
    """P6b, X1, P1a, X7: typed from the text."""
    if case.state not in {"received", "voided", "referred", "withdrawn"}:
        opinion = [e for e in _acts(log, "opinion") if e.seq < _acts(log, "begin", "moved")[0].seq]
        assert opinion, "left `received` without a handling opinion"
        assert json.loads(opinion[-1].clear)["told_to_all"]
    if case.state in {"filed", "archived"}:
        filed = next(e for e in log if e.to_state == "filed" and e.kind == "moved")
        last_remedied = max(
            e.seq for e in log if e.to_state == "remedied" and e.kind == "moved" and e.seq < filed.seq
        )
        callbacks = [e for e in _acts(log, "callback") if last_remedied < e.seq < filed.seq]
        assert callbacks, "closed without a callback"
        assert all(e.actor_kind == "sub" for e in callbacks), "a person recorded how a callback ended"
        if json.loads(callbacks[-1].clear)["outcome"] == "dissatisfied":
            assert filed.name == "close_unsatisfied"
            assert set(filed.roles.split(",")) & {"manager", "superior"}
            assert len(_acts(log, "callback")) >= 3
            assert [
                e
                for e in _acts(log, "final_reply")
                if e.seq > last_remedied and json.loads(e.clear)["told_to_all"]
            ]
        assert [
            e
            for e in _acts(log, "dossier")
            if last_remedied < e.seq < filed.seq and json.loads(e.clear)["complete"]
        ]
    if case.state == "archived":
        assert log[-1].actor_kind == "clock"
        assert json.loads(_acts(log, "bag")[-1].clear)["verified"]
    _apart(_acts(log, "complaint"), _acts(log, "void_reason"))
    _apart(_acts(log, "guidance"), _acts(log, "referral_agreed"))
    accused = {json.loads(e.clear).get("against") for e in _acts(log, "complaint")} - {None}
    names = list(PEOPLE)
    family = [
        *log[2:],
        *(e for child in cases.values() if child.parent_id == case.id for e in events[child.id]),
    ]
    assert not [e for e in family if e.actor_kind == "person" and names[e.actor_id - 1] in accused], (
        "the person complained of acted"
    )
    for child in (c for c in cases.values() if c.parent_id == case.id):
        calls = [*_acts(events[child.id], "attempt"), *_acts(events[child.id], "answer")]
        _apart([e for e in _acts(log, "remedy") if e.round == child.parent_round], calls)
        for call in calls:  # whoever was in charge at that moment or earlier in the round does not call
            before = [e for e in _acts(log, "assignment") if e.recorded_at <= call.recorded_at]
            in_charge = {json.loads(e.clear)["handler"] for e in before if e.round == child.parent_round} | {
                json.loads(before[-1].clear)["handler"]
            }
            assert names[call.actor_id - 1] not in in_charge, "the handler called back himself"


def followup_gates(
    case: Any, log: list[Any], cases: Mapping[str, Any], events: Mapping[int, list[Any]]
) -> None:
    """P6b: the caller, the attempts on different days, the manager's consent."""
    attempts, answers, consents = _acts(log, "attempt"), _acts(log, "answer"), _acts(log, "consent")
    _apart([*attempts, *answers], consents)
    if case.state in {"satisfied", "dissatisfied"}:
        assert [e for e in attempts if json.loads(e.clear)["reached"]]
        assert json.loads(answers[-1].clear)["content"] == (case.state == "satisfied")
    if case.state == "unreachable":
        shanghai = timedelta(hours=8)
        assert len({(e.happened_at + shanghai).date() for e in attempts}) >= 3
        assert consents
        assert "manager" in consents[0].roles.split(",")
        assert not [e for e in attempts if json.loads(e.clear)["reached"]]


def callout_gates(
    case: Any, log: list[Any], cases: Mapping[str, Any], events: Mapping[int, list[Any]]
) -> None:
    """P6a, P6c, P6d: nobody is on the scene, and nothing is archived, before somebody arrived; a fire is not stood down."""
    if case.state in {"on_scene", "done", "filed", "archived"}:
        assert [e for e in log if e.name in {"arrival", "fire_crew", "emergency_crew"}]
    if case.state in {"filed", "archived"} and _on_fire(log):
        assert _acts(log, "fire_crew"), "a fire is over and nobody of the fire list came"
    if case.state in {"stood_down", "voided"}:
        assert not _on_fire(log)
    _apart(_acts(log, "lowering"), [*_acts(log, "standing_down"), *_acts(log, "void_reason")])
    for lowering in _acts(log, "lowering"):
        assert set(lowering.roles.split(",")) & {"foreman", "manager"}


def _on_fire(log: list[Any]) -> bool:
    lowered = max((e.seq for e in _acts(log, "lowering")), default=0)
    raised = [e for e in _acts(log, "raising") if e.seq > lowered and json.loads(e.clear)["to"] == "fire"]
    return bool(raised) or (json.loads(_acts(log, "report")[0].clear)["kind"] == "fire" and not lowered)


def _apart(these: list[Any], those: list[Any]) -> None:
    both = {e.actor_id for e in these if e.actor_kind == "person"} & {
        e.actor_id for e in those if e.actor_kind == "person"
    }
    assert not both, f"the same person {both} did {these[0].name} and {those[0].name}"


GATES = {
    "property.complaint": complaint_gates,
    "common.followup": followup_gates,
    "property.callout": callout_gates,
}
