"""What operations learn of secret cases: nothing of one, and no number of fewer than three (B10). Real cases, through the door."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, select, update

import models
from casework import archive, outbox, reconcile, watch
from casework.archive_secret import InSecret, archive_in_secret
from casework.boards import Board, boards
from casework.clock import FrozenClock
from casework.dispatch import dispatch
from casework.doctor import Retried, _left_over, _watch, retry
from casework.errors import BadInput, Broken
from casework.fire import Acting
from casework.hand import take
from casework.offices import touch_offices
from casework.operations import secret_kinds, secret_procedures, tellable
from casework.people import PersonView
from casework.watch import Swept
from tests.building import MONDAY, TestOffice, a_complaint, a_store, an_office
from tests.bureau import Bureau, a_bureau
from tests.outside import Outside
from tests.secret_cases import a_secret, reachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Row

    from casework.findings import Finding
    from casework.store import Store

CASES = models.table(models.Case)
DEADLINES = models.table(models.Deadline)
OUTBOX = models.table(models.Outbox)
VISITS = models.table(models.Visit)


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    store = a_store(database_url, tmp_path)
    yield store
    store.close()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(MONDAY)


@pytest.fixture
def bureau(store: Store, clock: FrozenClock, tmp_path: Path) -> Bureau:
    return a_bureau(store, tmp_path / "archive", clock)


def rows(store: Store, table: Any, *where: Any) -> list[Row[Any]]:
    with store.reading() as session:
        return list(session.connection().execute(select(table).where(*where)).all())


def sweep(office: TestOffice) -> Swept:
    return watch.sweep(office.store, office.now, worker="test")


def deliver(office: TestOffice, outside: Outside) -> None:
    while dispatch(office.store, office.now, outside).claimed:
        pass


def board_of(office: TestOffice, procedure: str) -> Board:
    with office.store.reading() as session:
        return next(one for one in boards(session, office.now) if one.procedure.name == procedure)


def test_the_bureaus_procedures_are_secret_and_so_are_its_offices() -> None:
    assert {"bureau.complaint", "bureau.measure"} == secret_procedures()
    assert {"bureau"} == secret_kinds()
    assert [None, None, None, 3, 4] == [tellable(n) for n in range(5)]


@pytest.mark.clause("B10")
def test_operations_are_told_of_no_move_no_opening_and_no_breach_of_a_secret_case(
    store: Store, clock: FrozenClock, bureau: Bureau
) -> None:
    ordinary = an_office(store, clock)
    outside = Outside()
    secret = a_secret(bureau, "filed")
    known = a_complaint(ordinary, in_state="handling")
    clock.advance(days=21)
    sweep(bureau)
    deliver(bureau, outside)

    # Its clocks ran and were broken: silence is not for want of anything to say.
    assert [row for row in rows(store, DEADLINES, DEADLINES.c.status == "fired") if row.kind == "archive_due"]
    assert {known} == {event.facts["ref"] for event in outside.events}
    assert {"moved", "breached"} == {event.facts["what"] for event in outside.events}
    assert not [row for row in rows(store, OUTBOX, OUTBOX.c.kind == "event") if secret in row.payload]


@pytest.mark.clause("B10")
@pytest.mark.parametrize("lies", [True, False])
def test_an_event_of_a_secret_case_that_should_never_have_been_written_is_not_sent(
    bureau: Bureau,
    lies: bool,  # noqa: FBT001  whether the row names another procedure than the case's
) -> None:
    ref, outside = a_secret(bureau), Outside()
    case_id = rows(bureau.store, CASES)[0].id
    facts = {"ref": ref, "what": "moved", "procedure": "property.complaint" if lies else "bureau.complaint"}
    row = {"office_id": rows(bureau.store, CASES)[0].office_id, "case_id": case_id if lies else None, "kind": "event", "attempts": 0,
           "payload": json.dumps(facts), "created_at": bureau.now, "not_before": bureau.now}  # fmt: skip
    with bureau.store.transaction() as session:
        session.connection().execute(insert(OUTBOX), row)

    deliver(bureau, outside)

    assert [] == outside.events
    written = rows(bureau.store, OUTBOX, OUTBOX.c.kind == "event")[0]
    assert ("Secret", bureau.now) == (written.error_code, written.done_at)


@pytest.mark.clause("B10")
def test_a_sweep_counts_secret_rungs_apart_and_says_nothing_of_them(
    store: Store, clock: FrozenClock, bureau: Bureau
) -> None:
    for _ in range(4):
        a_secret(bureau)
    clock.advance(days=21)

    alone = sweep(bureau)

    assert (0, "0 due · 0 fired · 0 refused") == (alone.due, str(alone))
    assert len(rows(store, DEADLINES, DEADLINES.c.status == "fired")) == alone.secret == alone.claimed >= 4

    a_complaint(an_office(store, clock))
    a_secret(bureau)
    clock.advance(days=21)
    both = sweep(bureau)
    assert both.due
    assert str(Swept(both.due, both.fired)) == str(both)
    assert both.claimed == both.due + both.secret > both.due


@pytest.mark.clause("B10")
def test_a_secret_rung_that_cannot_be_fired_is_counted_apart_as_well(
    store: Store, clock: FrozenClock, bureau: Bureau
) -> None:
    a_secret(bureau)
    with store.transaction() as session:
        session.connection().execute(delete(models.table(models.CaseKey)))
    clock.advance(days=21)
    seen = Swept()
    for _ in range(9):
        seen += sweep(bureau)
        clock.advance(minutes=10)

    assert rows(store, DEADLINES, DEADLINES.c.status == "dead")
    assert Swept(secret=seen.secret) == seen


@pytest.mark.clause("B10")
def test_nought_one_and_two_secret_cases_give_the_same_board_and_three_are_counted(
    clock: FrozenClock, bureau: Bureau
) -> None:
    started = clock.now()
    drawn = [board_of(bureau, "bureau.complaint")]
    for _ in range(3):
        a_secret(bureau)
        drawn.append(board_of(bureau, "bureau.complaint"))
    none, one, two, three = drawn

    assert none == one == two
    assert ({}, None, None) == (none.counts, none.due_count, none.broken_count)
    assert ({"registered": 3}, None, None) == (three.counts, three.due_count, three.broken_count)
    clock.advance(days=21)
    sweep(bureau)
    later = board_of(bureau, "bureau.complaint")
    assert (clock.now() - started, 3) == (timedelta(days=21), later.broken_count)
    assert (frozenset(), (), (), ()) == (later.late, later.due, later.broken, later.visits)


@pytest.mark.clause("B10")
def test_many_deadlines_of_two_secret_cases_do_not_make_a_number(clock: FrozenClock, bureau: Bureau) -> None:
    a_secret(bureau)
    a_secret(bureau)
    clock.advance(days=400)
    sweep(bureau)

    assert 3 <= len(rows(bureau.store, DEADLINES, DEADLINES.c.status == "fired", DEADLINES.c.breach))
    assert None is board_of(bureau, "bureau.complaint").broken_count


@pytest.mark.clause("B10")
def test_a_visit_of_a_secret_case_is_refused_and_never_becomes_a_run(bureau: Bureau) -> None:
    ref = a_secret(bureau)
    store, outside = bureau.store, Outside()
    with store.transaction() as session:
        hand = take(store, session.connection(), ref)
        with pytest.raises(Broken, match="has no visits"):
            outbox.tell_visit(Acting(store, session, bureau.now), hand, 0)

    # And should there be one all the same, nobody makes a run for it.
    with store.transaction() as session:
        planted = {"case_id": hand.id, "rev": 0, "planned_at": bureau.now, "status": "planned"}
        session.connection().execute(insert(VISITS), planted)
    assert 0 == reconcile.settle_visits(store, hand.id, bureau.now, outside)
    assert 0 == reconcile.reconcile(store, bureau.now, outside).runs
    assert {} == outside.runs


@pytest.mark.clause("B10")
def test_whoever_asks_for_the_visit_of_a_secret_case_is_answered_as_if_there_were_none(
    bureau: Bureau,
) -> None:
    ref = a_secret(bureau)
    said = []
    for asked in (ref, "c-0000000000"):
        with pytest.raises(BadInput) as caught, bureau.store.transaction() as session:
            reconcile.announce_visit(session, asked, bureau.now)
        frames = [(e.name, e.lineno) for e in caught.traceback]
        said.append((str(caught.value).replace(asked, "?"), frames[-1]))

    assert said[0] == said[1]


@pytest.mark.clause("B10", "X4")
def test_due_dates_of_secret_cases_that_move_are_not_counted(bureau: Bureau) -> None:
    a_secret(bureau, "guided")
    store = bureau.store
    reconcile.rederive(store, bureau.now)
    before = {row.id: row.due_at for row in rows(store, DEADLINES, DEADLINES.c.clock != "24x7")}
    with store.transaction() as session:
        office_id = rows(store, CASES)[0].office_id
        holidays = [{"office_id": office_id, "day": MONDAY.date() + timedelta(days=n), "working": False, "reason": "x"} for n in range(1, 4)]  # fmt: skip
        session.connection().execute(insert(models.table(models.DayOverride)), holidays)
        touch_offices(session.connection(), "days", bureau.now, None)

    assert 0 == reconcile.rederive(store, bureau.now)

    after = {row.id: row.due_at for row in rows(store, DEADLINES, DEADLINES.c.clock != "24x7")}
    assert before.keys() == after.keys()
    assert before != after


# ── the archive ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B10", "B14")
def test_secret_cases_are_archived_and_no_reference_of_theirs_is_handed_out(
    store: Store, clock: FrozenClock, bureau: Bureau, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    refs = [a_secret(bureau, "filed") for _ in range(2)]
    known = a_complaint(an_office(store, clock), in_state="filed")
    with store.reading() as session:
        assert [known] == archive.waiting(session)
        assert refs == archive.waiting(session, secret=True)

    with caplog.at_level(logging.DEBUG):
        assert InSecret(0, 0) == archive_in_secret(store, bureau.now, str(tmp_path / "archive"))

    assert {"archived"} == {row.state for row in rows(store, CASES, CASES.c.ref.in_(refs))}
    assert {"filed"} == {row.state for row in rows(store, CASES, CASES.c.ref == known)}
    assert not [ref for ref in refs if ref in caplog.text]


@pytest.mark.clause("B10", "B14")
def test_three_archived_or_failed_are_counted_and_one_that_fails_holds_up_no_other(
    store: Store, bureau: Bureau, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    refs = [a_secret(bureau, "filed") for _ in range(6)]
    with store.transaction() as session:
        broken = [row.id for row in rows(store, CASES, CASES.c.ref.in_(refs[:3]))]
        keys = models.table(models.CaseKey)
        session.connection().execute(delete(keys).where(keys.c.case_id.in_(broken)))

    assert InSecret(3, 3) == archive_in_secret(store, bureau.now, str(tmp_path / "archive"))

    assert ["a secret case could not be archived: StoreProblem"] * 3 == [
        r.getMessage() for r in caplog.records
    ]
    assert not [ref for ref in refs if ref in caplog.text]
    assert InSecret(0, 3) == archive_in_secret(store, bureau.now, str(tmp_path / "archive"))


# ── the doctor ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def examined(office: TestOffice, person: PersonView | None = None) -> list[Finding]:
    return [*_watch(office.store, office.now, person), *_left_over(office.store, office.now, person)]


@pytest.mark.clause("B10")
@pytest.mark.parametrize("n", [0, 1, 3])
def test_the_doctor_says_of_secret_cases_what_it_says_of_none_but_to_who_examines_them(
    clock: FrozenClock, bureau: Bureau, n: int
) -> None:
    """However many they are: whoever sees all but one would learn of that one from the sum."""
    reachable(bureau)
    for _ in range(n):
        a_secret(bureau)
    clock.advance(days=21)
    sweep(bureau)  # alarms wait to be sent
    clock.advance(days=200)  # and other rungs to be fired
    with bureau.store.transaction() as session:
        first = select(DEADLINES.c.case_id, DEADLINES.c.id).where(models.ARMED)
        dead = {row.case_id: row.id for row in session.connection().execute(first)}.values()
        values = {"status": "dead", "error_code": "KeyError"}
        session.connection().execute(update(DEADLINES).where(DEADLINES.c.id.in_(dead)).values(values))
        mine = OUTBOX.c.payload.contains('"rung":0')
        given_up = {"done_at": bureau.now, "error_code": "ValueError"}
        session.connection().execute(update(OUTBOX).where(mine).values(given_up))

    for person in (None, bureau.person("chief1")):
        assert ["The watch has never run: no deadline fires."] == [
            f.told("en") for f in examined(bureau, person)
        ]
    seen = [finding.told("en") for finding in examined(bureau, bureau.person("audit1"))][1:]
    expected = ["have not been fired", "were set aside", "were given up", "wait since"] if n else []
    assert len(expected) == len(seen)
    assert all(words in sentence for words, sentence in zip(expected, seen, strict=True))
    assert Retried(0, 0) == retry(bureau.store, bureau.now)
    assert not rows(bureau.store, DEADLINES, DEADLINES.c.status == "dead")


@pytest.mark.clause("B10")
def test_the_doctor_counts_ordinary_cases_alone_beside_few_secret_ones(
    store: Store, clock: FrozenClock, bureau: Bureau
) -> None:
    a_secret(bureau)
    a_complaint(an_office(store, clock))
    clock.advance(days=400)

    overdue = next(f for f in examined(bureau) if "have not been fired" in f.sentence)

    ordinary = [
        row for row in rows(store, DEADLINES, DEADLINES.c.status == "armed") if row.clause.startswith("P")
    ]
    assert {"n": len(ordinary)} == overdue.params
