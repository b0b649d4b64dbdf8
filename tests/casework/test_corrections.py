"""A correction supersedes and never changes: the case stays where it is, no anchor moves, nothing that rests on a record loses its ground."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import auto
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field
from sqlalchemy import select

import models
from casework import audit, correctable, corrections, readings, watch
from casework.docket import micros, read_docket
from casework.errors import BadInput, Stale
from casework.hand import Hand
from casework.outcome import Fired, Refused
from casework.standing import superseded
from states.acts import Move, State, Step
from states.deadlines import Deadline, Rung, anchor_of, days
from states.editions import edition
from states.facts import Actor, DoneAct, Facts
from states.forms import Form
from states.law.roles import manager, staff
from states.procedure import Procedure, declare
from states.promises import AlwaysCanEnd
from tests.building import (
    MONDAY,
    TestOffice,
    a_callout,
    a_complaint,
    a_store,
    an_office,
    called_back,
    granted,
)

CASES, EVENTS, DEADLINES = (
    models.table(models.Case),
    models.table(models.Event),
    models.table(models.Deadline),
)
PARTIES, BLIND, VISITS = (
    models.table(models.Party),
    models.table(models.BlindIndex),
    models.table(models.Visit),
)
COMPLAINT: dict[str, Any] = {
    "channel": "visit",
    "service": "parking",
    "matter": "cars in the yard",
    "complainants": [{"name": "周大", "phone": "139"}],
}
OPINION: dict[str, Any] = {"words": "we shall mend it", "told_to_all": True, "channel": "visit"}


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    """Give an office whose record is examined when the test is over: a correction must not look like tampering."""
    store = a_store(database_url, tmp_path)
    yield an_office(store)
    assert [] == [finding.message for finding in audit.verify(store).findings]
    store.close()


def correct(
    office: TestOffice, ref: str, seq: int, by: Actor, reason: str = "mistyped", /, **given: Any
) -> Fired | Refused:
    options = {
        name: given.pop(name) for name in ("happened_at", "command_id", "expected_version") if name in given
    }
    with office.store.transaction() as session:
        return corrections.correct(
            session, ref, seq, by, office.now, evidence=given, reason=reason, **options
        )


def corrected(
    office: TestOffice, ref: str, seq: int, by: Actor, reason: str = "mistyped", /, **given: Any
) -> Fired:
    done = correct(office, ref, seq, by, reason, **given)
    assert isinstance(done, Fired), done
    return done


def refused(office: TestOffice, ref: str, seq: int, by: Actor, /, **given: Any) -> list[tuple[str, str]]:
    done = correct(office, ref, seq, by, **given)
    assert isinstance(done, Refused)
    return [(r.sentence, r.clause) for r in done.requirements]


def rows(office: TestOffice, table: Any, **where: object) -> list[Any]:
    with office.store.reading() as session:
        query = select(table).order_by(table.c.id)
        for column, value in where.items():
            query = query.where(table.c[column] == value)
        return list(session.connection().execute(query))


def case(office: TestOffice, ref: str) -> Any:
    return rows(office, CASES, ref=ref)[0]


def event_of(office: TestOffice, ref: str, name: str) -> int:
    return int(
        next(
            e.seq
            for e in rows(office, EVENTS, case_id=case(office, ref).id)
            if e.name == name and e.kind == "recorded"
        )
    )


@pytest.mark.clause("X2")
def test_a_correction_stands_in_the_place_of_the_record_and_both_can_be_read(office: TestOffice) -> None:
    ref = a_complaint(office, "handling")
    before, seq = case(office, ref), event_of(office, ref, "opinion")
    office.clock.advance(hours=1)

    done = corrected(office, ref, seq, office.staff(2), **OPINION)

    after = case(office, ref)
    assert (before.state, before.round, before.level, before.entry, before.version + 1) == (
        after.state,
        after.round,
        after.level,
        after.entry,
        after.version,
    )
    acts = [a for a in read_docket(after.docket) if a.name == "opinion"]
    assert [(seq, False, office.staff(1).person), (seq, True, office.staff(2).person)] == [
        (a.seq, a.counts, a.by) for a in acts
    ]
    assert acts[0].at_us == acts[1].at_us, "it happened when it happened"
    with office.store.transaction() as session:
        found = granted(readings.open_case(session, ref, office.staff(1), office.now, purpose="compare"))
    opened = {e.seq: e for e in found.events}
    assert ("we will mend it", done.seq) == (opened[seq].words["words"], opened[seq].superseded_by)
    assert ("we shall mend it", "mistyped") == (
        opened[done.seq].words["words"],
        opened[done.seq].words["reason for the correction"],
    )


@pytest.mark.clause("X2")
def test_a_correction_can_be_corrected_and_a_record_only_once(office: TestOffice) -> None:
    ref = a_complaint(office)
    first = corrected(office, ref, 2, office.staff(1), **COMPLAINT)

    with pytest.raises(BadInput, match=rf"corrected before. Correct number {first.seq}"):
        correct(office, ref, 2, office.staff(1), **COMPLAINT)
    corrected(office, ref, first.seq, office.staff(1), **COMPLAINT | {"service": "noise"})

    assert [(2, False), (2, False), (2, True)] == [
        (a.seq, a.counts) for a in read_docket(case(office, ref).docket)
    ]


def test_what_cannot_be_corrected_is_said_in_a_sentence(office: TestOffice) -> None:
    ref = a_complaint(office, "handling")
    one, opinion = office.staff(1), event_of(office, ref, "opinion")

    with pytest.raises(BadInput, match="no record number 5"):
        correct(office, ref, 5, one, **OPINION)  # the move
    with pytest.raises(BadInput, match="no record number 99"):
        correct(office, ref, 99, one, **OPINION)
    with pytest.raises(BadInput, match="A correction needs a reason"):
        correct(office, ref, opinion, one, " x ", **OPINION)
    with pytest.raises(BadInput, match="words is missing"):
        correct(office, ref, opinion, one, told_to_all=True, channel="visit")
    with pytest.raises(BadInput, match="No case has the reference"):
        correct(office, "c-0000000000", opinion, one, **OPINION)
    with pytest.raises(Stale):
        correct(office, ref, opinion, one, expected_version=1, **OPINION)


@pytest.mark.clause("X2", "P6b")
def test_only_whoever_may_record_a_step_may_correct_it(office: TestOffice) -> None:
    ref = a_complaint(office, "handling")
    office.record(ref, "remedy", office.staff(1), done="mended", finished_at=office.now)
    seq, evidence = (
        event_of(office, ref, "remedy"),
        {"done": "mended well", "finished_at": office.now.isoformat()},
    )

    assert [("this is for the handler of the complaint", "house")] == refused(
        office, ref, seq, office.staff(2), **evidence
    )
    assert [("Only {roles} may do this.", "P6b")] == refused(
        office, ref, event_of(office, ref, "opinion"), office.superior, **OPINION
    )
    corrected(office, ref, seq, office.staff(1), **evidence)
    # Whoever corrects it has done it, and does not call the complainant back.
    callback = office.move(ref, "finish", office.staff(1)).opened[0]
    barred = office.refused_record(callback, "attempt", office.staff(1), method="call", reached=True)
    assert ["person"] == [r.kind for r in barred.requirements]


@pytest.mark.clause("X2")
def test_what_a_linked_case_recorded_and_what_is_over_is_not_corrected(office: TestOffice) -> None:
    ref = a_complaint(office, "remedied")
    callback = next(c.ref for c in rows(office, CASES) if c.parent_id is not None)
    called_back(office, callback, by=office.staff(2), content=True)

    outcome = {"outcome": "dissatisfied", "ref": callback, "at": office.now.isoformat()}
    assert ("This is recorded by how the linked case ended, by no person.", "P6b") in refused(
        office, ref, event_of(office, ref, "callback"), office.staff(1), **outcome
    )
    answer = {"content": False, "rating": 1, "words": "not at all"}
    assert ("The case is over: its record is corrected no more.", "P6b") in refused(
        office, callback, event_of(office, callback, "answer"), office.staff(2), **answer
    )


@pytest.mark.clause("X2")
def test_a_record_of_an_earlier_round_counts_no_longer(office: TestOffice) -> None:
    ref = a_complaint(office, "remedied")
    seq = event_of(office, ref, "remedy")
    callback = next(c.ref for c in rows(office, CASES) if c.parent_id is not None)
    called_back(office, callback, by=office.staff(2), content=False)

    assert ("This record counts no longer: there is nothing to correct.", "P6b") in refused(
        office, ref, seq, office.staff(1), done="mended well", finished_at=office.now.isoformat()
    )


@pytest.mark.clause("X2", "X9", "P6b")
def test_a_correction_is_refused_where_a_move_made_since_rested_on_the_record(office: TestOffice) -> None:
    ref = a_complaint(office, "handling")
    seq = event_of(office, ref, "opinion")

    assert [
        ("{move} was made since, and would not have been allowed with this.", "X9"),
        ("every complainant must be told", "X9"),
    ] == refused(office, ref, seq, office.staff(1), **OPINION | {"told_to_all": False})

    received = a_complaint(office)
    office.record(received, "opinion", office.staff(1), **OPINION)
    corrected(office, received, 3, office.staff(1), **OPINION | {"told_to_all": False})
    assert [("every complainant must be told", "X9")] == [
        (r.sentence, r.clause)
        for r in office.refused_move(received, "begin", office.staff(1)).requirements
        if r.kind == "condition"
    ]


@pytest.mark.clause("X2", "P6b")
def test_a_correction_is_refused_where_a_record_made_since_rested_on_it(office: TestOffice) -> None:
    a_complaint(office, "remedied")
    callback = next(c.ref for c in rows(office, CASES) if c.parent_id is not None)
    two = office.staff(2)
    office.record(callback, "attempt", two, method="call", reached=True)
    office.record(callback, "answer", two, content=True, rating=5, words="fine")

    assert [
        ("{step} was recorded since, and would not have been allowed with this.", "P6b"),
        ("the complainant has not been reached", "P6b"),
    ] == refused(office, callback, 2, two, method="call", reached=False)
    corrected(office, callback, 2, two, method="visit", reached=True)


@pytest.mark.clause("X6", "X9")
def test_corrected_people_take_the_place_of_the_others_and_are_found_by_their_own_names(
    office: TestOffice,
) -> None:
    ref = a_complaint(
        office,
        complainants=[{"name": "王小明", "phone": "13800000000"}, {"name": "李", "phone": "13800000000"}],
    )
    corrected(office, ref, 2, office.staff(1), **COMPLAINT)

    with office.store.transaction() as session:
        found = granted(readings.open_case(session, ref, office.staff(1), office.now, purpose="compare"))
    parties = found.parties
    assert [("complainant", 1, "周大")] == [
        (p.kind, p.no, p.identity.name if p.identity else "") for p in parties
    ]
    assert () == office.register(complainants=[{"name": "王小明", "phone": "13800000000"}]).similar
    assert (ref,) == office.register(complainants=[{"name": "周大"}]).similar
    assert "visit" == case(office, ref).channel


def test_whom_a_correction_names_is_shut_out_and_whom_it_names_no_more_is_not(office: TestOffice) -> None:
    ref = a_complaint(office, against="desk2")
    corrected(office, ref, 2, office.manager, **COMPLAINT | {"against": "desk3"})

    with office.store.transaction() as session:
        readings.open_case(session, ref, office.staff(2), office.now, purpose="to help")
    with pytest.raises(BadInput, match="No case has the reference"), office.store.transaction() as session:
        readings.open_case(session, ref, office.staff(3), office.now, purpose="to help")
    assert [office.staff(3).person] == [p.person_id for p in rows(office, PARTIES, kind="respondent")]


def test_the_handler_follows_a_correction_of_the_last_assignment_only(office: TestOffice) -> None:
    ref = a_complaint(office)
    office.record(ref, "assignment", office.staff(1), handler="desk1")
    office.record(ref, "assignment", office.staff(1), handler="desk2")

    corrected(office, ref, 3, office.staff(1), handler="desk3")
    assert office.staff(2).person == case(office, ref).handler_id
    corrected(office, ref, 4, office.staff(1), handler="desk3")
    assert office.staff(3).person == case(office, ref).handler_id


def test_a_corrected_appointment_moves_the_visit_and_an_unchanged_one_does_not(office: TestOffice) -> None:
    a_complaint(office, "remedied")
    callback = next(c.ref for c in rows(office, CASES) if c.parent_id is not None)
    when = office.now + timedelta(days=2)
    office.record(callback, "appointment", office.staff(2), planned_at=when.isoformat(), method="call")
    revisions = len(rows(office, VISITS))

    corrected(office, callback, 2, office.staff(2), planned_at=when.isoformat(), method="visit")
    assert revisions == len(rows(office, VISITS))
    later = when + timedelta(hours=2)
    corrected(office, callback, 3, office.staff(2), planned_at=later.isoformat(), method="visit")
    assert (later, "planned") == [(v.planned_at, v.status) for v in rows(office, VISITS)][-1]


def limit_of(office: TestOffice) -> Any:
    """The rung of fifteen minutes."""
    return next(d for d in rows(office, DEADLINES) if (d.kind, d.rung) == ("repair_arrival", 1))


@pytest.mark.clause("P6a", "P6c")
def test_the_deadlines_are_those_of_the_corrected_record_counted_from_the_same_report(
    office: TestOffice,
) -> None:
    ref = a_callout(office, "repair", reported_ago=timedelta(minutes=2))
    received = case(office, ref).received_at
    report = {"kind": "fire", "channel": "hotline", "matter": "smoke", "place": "block 3"}

    done = corrected(office, ref, 2, office.staff(1), **report)

    running = {(d.kind, d.rung): d for d in rows(office, DEADLINES) if d.status == "armed"}
    assert {"fire_arrival", "whole"} == {kind for kind, _ in running}
    assert received + timedelta(minutes=3) == running["fire_arrival", 2].due_at
    with office.store.transaction() as session:
        lowered = corrections.correct(
            session,
            ref,
            done.seq,
            office.staff(1),
            office.now,
            evidence=report | {"kind": "repair"},
            reason="only steam",
        )
    assert isinstance(lowered, Refused)  # lowering a call is the foreman's own step (P6d)
    office.record(ref, "lowering", office.foreman, reason="only steam")
    back = {(d.kind, d.rung): d for d in rows(office, DEADLINES) if d.status == "armed"}
    assert received + timedelta(minutes=15) == back["repair_arrival", 1].due_at


@pytest.mark.clause("P6a")
def test_an_arrival_corrected_to_after_the_limit_is_late_and_no_longer_only_recorded_late(
    office: TestOffice,
) -> None:
    ref = a_callout(office, "repair")
    start = office.now
    office.clock.advance(minutes=20)
    office.record(
        ref,
        "arrival",
        office.repairer,
        happened_at=start + timedelta(minutes=14),
        reason="no signal",
        who="tech1",
    )
    limit = limit_of(office)
    assert ("fired", start + timedelta(minutes=14)) == (limit.status, limit.kept_at)

    corrected(
        office,
        ref,
        event_of(office, ref, "arrival"),
        office.repairer,
        happened_at=start + timedelta(minutes=16),
        who="tech1",
    )

    limit = limit_of(office)
    assert ("fired", start + timedelta(minutes=16), True) == (
        limit.status,
        limit.kept_at,
        limit.kept_at > limit.due_at,
    )


@pytest.mark.clause("P6a")
def test_an_arrival_corrected_to_within_the_limit_leaves_the_breach_to_be_confirmed(
    office: TestOffice,
) -> None:
    ref = a_callout(office, "repair")
    start = office.now
    office.clock.advance(minutes=16)
    watch.sweep(office.store, office.now, worker="w")
    office.clock.advance(seconds=1)
    office.record(ref, "arrival", office.repairer, who="tech1")
    seq = event_of(office, ref, "arrival")

    corrected(office, ref, seq, office.repairer, happened_at=start + timedelta(minutes=12), who="tech1")

    limit = limit_of(office)
    assert ("fired", start + timedelta(minutes=12), None) == (limit.status, limit.kept_at, limit.confirmed_at)


@pytest.mark.clause("X2")
def test_an_act_did_not_happen_after_it_was_recorded_nor_before_the_case_nor_long_ago(
    office: TestOffice,
) -> None:
    ref = a_complaint(office)
    office.clock.advance(days=5)
    office.record(ref, "opinion", office.staff(1), **OPINION)
    office.clock.advance(hours=1)

    def dated(happened_at: datetime) -> None:
        correct(office, ref, 3, office.staff(1), happened_at=happened_at, **OPINION)

    with pytest.raises(BadInput, match="after it was recorded or after what rests on it"):
        dated(office.now)
    with pytest.raises(BadInput, match="before what it rests on"):
        dated(MONDAY - timedelta(minutes=1))
    with pytest.raises(BadInput, match="dated back 72 hours"):
        dated(MONDAY + timedelta(days=1))
    with pytest.raises(BadInput, match="no time zone"):
        dated(datetime(2026, 3, 6))  # noqa: DTZ001  what the test is about


@pytest.mark.clause("X2")
def test_an_act_did_not_happen_after_what_rests_on_it(office: TestOffice) -> None:
    a_complaint(office, "remedied")
    callback = next(c.ref for c in rows(office, CASES) if c.parent_id is not None)
    start = office.now
    office.clock.advance(minutes=30)
    office.record(
        callback,
        "attempt",
        office.staff(2),
        method="call",
        reached=True,
        happened_at=start + timedelta(minutes=1),
        reason="in the field",
    )
    office.record(
        callback,
        "answer",
        office.staff(2),
        content=True,
        words="fine",
        happened_at=start + timedelta(minutes=2),
        reason="in the field",
    )

    with pytest.raises(BadInput, match="after it was recorded or after what rests on it"):
        correct(
            office,
            callback,
            2,
            office.staff(2),
            method="call",
            reached=True,
            happened_at=start + timedelta(minutes=3),
        )
    corrected(
        office,
        callback,
        2,
        office.staff(2),
        method="call",
        reached=True,
        happened_at=start + timedelta(minutes=2),
    )


@pytest.mark.clause("X2")
def test_the_same_correction_again_is_made_once(office: TestOffice) -> None:
    ref = a_complaint(office)
    first = corrected(office, ref, 2, office.staff(1), command_id="once", **COMPLAINT)

    assert first == corrected(office, ref, 2, office.staff(1), command_id="once", **COMPLAINT)
    with pytest.raises(BadInput, match="already used"):
        correct(office, ref, 2, office.staff(1), command_id="once", **COMPLAINT | {"service": "noise"})


def test_the_accused_is_told_that_there_is_no_such_case(office: TestOffice) -> None:
    ref = a_complaint(office, against="desk3")

    with pytest.raises(BadInput, match="No case has the reference"):
        correct(office, ref, 2, office.staff(3), **COMPLAINT)


class S(State):
    asked = auto(), "問"
    told = auto(), "答"


class Mark(Form):
    urgent: bool = Field(description="urgent")


class Times:
    """A made-up procedure with a clock since a step and one since a flag."""

    mark = Step(Mark, "記", "mark it", "X3", by=(staff,), during=(S.asked,), often=True)
    intake = Step(Mark, "登", "take it", "X3", by=(staff,), during=(S.asked,))
    end = Move((S.asked,), S.told, "終", "X3", by=(staff, manager))
    since_step = Deadline((S.asked,), mark, (Rung(days(1), (manager,)),), "步", "X3")
    since_flag = Deadline((S.asked,), mark.flag("urgent"), (Rung(days(1), (manager,)),), "標", "X3")
    always = Deadline((S.asked,), "entered", (Rung(days(9), (manager,)),), "常", "X3")


LAW = declare(
    vars(Times), "test.times", date(2026, 1, 1), says="試", register=("times", "T"), states=S, initial=S.asked, finals=(S.told,), intake=Times.intake,
    manager=manager, staff={staff: 1, manager: 1}, promises=(AlwaysCanEnd("X3"),),
)  # fmt: skip
ACT = st.tuples(st.integers(0, 600), st.booleans())


@pytest.mark.clause("X3")
@given(
    st.lists(ACT, min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 600), st.booleans()), max_size=6),
)
def test_no_correction_moves_an_anchor_to_a_later_moment(
    recorded: list[tuple[int, bool]], changes: list[tuple[int, int, bool]]
) -> None:
    """Whatever is corrected in whatever order: a deadline that runs is counted from where it was, from earlier, or falls away."""
    acts = [_mark(seq, minute, urgent=urgent) for seq, (minute, urgent) in enumerate(recorded, start=2)]
    for place, minute, urgent in changes:
        old = [a for a in acts if a.counts][place % len(recorded)]
        new = _mark(old.seq, minute, urgent=urgent)
        before, after = _facts(acts), _facts(superseded(acts, old, new))
        hand = _Hand(LAW, acts)
        kinds = [
            r.sentence
            for r in correctable.in_the_way(
                cast("Hand", hand), old, new, Actor("person", 1, frozenset({"staff"})), {}, []
            )
        ]
        moved = "No correction moves the moment from which a deadline is counted." in kinds
        for deadline in LAW.deadlines:
            was, now = anchor_of(deadline, before), anchor_of(deadline, after)
            if was is not None and now is not None and not moved:
                assert now == was or (now[0] != was[0] and now[1] <= was[1])
        if not moved:
            acts = superseded(acts, old, new)


@dataclass
class _Hand:
    """As much of a case in hand as the rules of a correction look at."""

    procedure: Procedure
    acts: list[DoneAct]
    kin: tuple[()] = ()
    final: bool = False
    office: None = None

    def facts(self) -> Facts:
        return _facts(self.acts)


def _mark(seq: int, minute: int, *, urgent: bool) -> DoneAct:
    return DoneAct(
        seq, "mark", 1, 0, micros(MONDAY + timedelta(minutes=minute)), ("mark.urgent",) if urgent else ()
    )


def _facts(acts: list[DoneAct]) -> Facts:
    return Facts(LAW, "asked", 0, 0, 1, MONDAY, MONDAY, tuple(acts))


def test_the_procedures_of_today_are_corrected_by_their_own_forms() -> None:
    """A form that keeps a field named as the mark of a correction would make the two look alike."""
    fields = {
        n
        for name in ("property.complaint", "property.callout")
        for s in edition(name, "2026-01-01").steps
        for n in s.form.model_fields
    }
    assert "corrects" not in fields


@pytest.mark.clause("P6d")
def test_no_correction_lowers_a_fire_to_a_repair(office: TestOffice) -> None:
    """Only the foreman or the manager lowers a call, by its own step; a mended record would stop the same clock."""
    ref = office.register("property.callout", kind="fire").ref
    given = {"kind": "repair", "channel": "hotline", "matter": "no water", "place": "block 3"}

    with office.store.transaction() as session:
        done = corrections.correct(
            session, ref, 2, office.staff(1), office.now, evidence=given, reason="mistyped"
        )

    assert isinstance(done, Refused)
    assert ("No correction stops a clock whose duty is still open.", "P6c") in [
        (r.sentence, r.clause) for r in done.requirements
    ]


def test_only_the_head_takes_off_whom_a_case_is_about(office: TestOffice) -> None:
    ref = office.register("property.complaint", against="desk2").ref
    given = {"channel": "hotline", "service": "noise", "matter": "the pump hums all night"}

    def take_off(by: Actor) -> object:
        with office.store.transaction() as session:
            return corrections.correct(
                session, ref, 2, by, office.now, evidence=given, reason="another person was meant"
            )

    assert isinstance(take_off(office.staff(1)), Refused)
    assert isinstance(take_off(office.manager), Fired)
