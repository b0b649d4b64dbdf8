"""The one door: all or nothing, everything that stands in the way at once, each command once, one winner."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text

import models
from casework import fire, intake
from casework.errors import BadInput, Broken, Duecourse, Stale
from casework.outcome import Fired, Refused
from states import compile as compiled
from states.editions import edition
from states.facts import Actor
from tests.building import TestOffice, a_complaint, a_store, an_office, called_back

CASES, EVENTS, DEADLINES = (
    models.table(models.Case),
    models.table(models.Event),
    models.table(models.Deadline),
)
REFUSALS, OUTBOX = models.table(models.Refusal), models.table(models.Outbox)


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    yield an_office(store)
    store.close()


def rows(office: TestOffice, table: Any, **where: object) -> list[Any]:
    with office.store.reading() as session:
        query = select(table).order_by(table.c.id)
        for column, value in where.items():
            query = query.where(table.c[column] == value)
        return list(session.connection().execute(query))


def say(office: TestOffice, ref: str, step: str, by: Actor, **evidence: object) -> Fired | Refused:
    """Record a step whose form has a field `reason`, which the builders keep for late records."""
    with office.store.transaction() as session:
        return fire.record(session, ref, step, by, office.now, evidence=evidence)


def everything(office: TestOffice) -> dict[str, list[Any]]:
    tables = (
        CASES,
        EVENTS,
        DEADLINES,
        OUTBOX,
        models.table(models.Visit),
        models.table(models.RegisterCounter),
    )
    return {table.name: [tuple(row) for row in rows(office, table)] for table in tables}


@pytest.mark.clause("P6b")
def test_a_complaint_without_opinion_and_handler_is_refused_with_everything_that_is_missing(
    office: TestOffice,
) -> None:
    ref = a_complaint(office)

    refused = office.refused_move(ref, "begin", office.repairer)

    assert [
        ("tell the complainant a sincere opinion on how it will be handled", "P6b"),
        ("say who handles it", "P6b"),
        ("every complainant must be told", "X9"),
        ("Only {roles} may do this.", "P6b"),
    ] == [(r.sentence, r.clause) for r in refused.requirements]


@pytest.mark.clause("X2")
def test_a_refusal_changes_nothing_and_is_kept_without_the_values_of_the_evidence(office: TestOffice) -> None:
    ref = a_complaint(office)
    before = everything(office)

    office.refused_record(
        ref, "remedy", office.staff(1), done="canary words", finished_at=office.now.isoformat()
    )

    assert before == everything(office)
    (kept,) = rows(office, REFUSALS)
    assert (ref, "step", "remedy", "person", office.staff(1).person) == (
        kept.case_ref,
        kept.act_kind,
        kept.act,
        kept.actor_kind,
        kept.actor_id,
    )
    assert "canary" not in kept.requirements


@pytest.mark.clause("X2")
def test_the_same_command_again_gives_the_first_result_and_does_nothing(office: TestOffice) -> None:
    ref = a_complaint(office)

    def tell() -> Fired | Refused:
        with office.store.transaction() as session:
            evidence = {"words": "a guard comes", "told_to_all": True, "channel": "hotline"}
            return fire.record(
                session, ref, "opinion", office.staff(1), office.now, evidence=evidence, command_id="once"
            )

    first = tell()
    after = everything(office)

    assert first == tell()
    assert after == everything(office)


def test_a_command_id_used_for_another_request_is_an_error(office: TestOffice) -> None:
    ref = a_complaint(office)
    with office.store.transaction() as session:
        fire.record(
            session,
            ref,
            "assignment",
            office.staff(1),
            office.now,
            evidence={"handler": "desk1"},
            command_id="once",
        )

    with pytest.raises(BadInput, match="already used"), office.store.transaction() as session:
        fire.record(
            session,
            ref,
            "assignment",
            office.staff(1),
            office.now,
            evidence={"handler": "desk2"},
            command_id="once",
        )


def test_a_refused_command_may_be_tried_again_under_the_same_id(office: TestOffice) -> None:
    ref = a_complaint(office)

    def begin() -> Fired | Refused:
        with office.store.transaction() as session:
            return fire.fire(session, ref, "begin", office.staff(1), office.now, command_id="begin it")

    assert isinstance(begin(), Refused)
    office.record(ref, "opinion", office.staff(1), words="we will", told_to_all=True, channel="hotline")
    office.record(ref, "assignment", office.staff(1), handler="desk1")

    assert isinstance(begin(), Fired)


def test_registering_twice_under_one_command_id_opens_one_case(office: TestOffice) -> None:
    def take_down() -> object:
        with office.store.transaction() as session:
            given = {"channel": "hotline", "service": "noise", "matter": "hum"}
            return intake.register(
                session,
                office.key,
                "property.complaint",
                office.staff(1),
                office.now,
                evidence=given,
                command_id="call 17",
            )

    assert take_down() == take_down()
    assert 1 == len(rows(office, CASES))


def test_somebody_who_saw_an_older_version_is_stale(office: TestOffice) -> None:
    ref = a_complaint(office)
    office.record(ref, "assignment", office.staff(1), handler="desk1")

    with pytest.raises(Stale, match="changed by somebody else"), office.store.transaction() as session:
        fire.record(
            session,
            ref,
            "assignment",
            office.staff(2),
            office.now,
            evidence={"handler": "desk2"},
            expected_version=1,
        )


@pytest.mark.clause("X2")
def test_of_two_who_file_at_once_one_wins(office: TestOffice) -> None:
    ref = a_complaint(office, in_state="remedied")
    (callback,) = [c.ref for c in rows(office, CASES, procedure="common.followup")]
    called_back(office, callback, by=office.staff(2), content=True)
    office.record(ref, "dossier", office.staff(1), complete=True, told_to_all=True)
    version = rows(office, CASES, ref=ref)[0].version
    start = threading.Barrier(2)
    results: list[object] = []

    def file() -> None:
        start.wait()
        try:
            with office.store.transaction() as session:
                results.append(
                    fire.fire(session, ref, "file", office.staff(1), office.now, expected_version=version)
                )
        except Stale as stale:
            results.append(stale)

    both = [threading.Thread(target=file) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert {"Fired", "Stale"} == {type(result).__name__ for result in results}
    assert 1 == len([e for e in rows(office, EVENTS) if e.name == "file"])


def test_a_death_at_any_write_leaves_the_database_as_it_was(office: TestOffice) -> None:
    """The move writes eight kinds of rows; whichever statement is the last one, nothing of it stays."""
    ref = a_complaint(office, in_state="handling")
    office.record(ref, "remedy", office.staff(1), done="mended", finished_at=office.now.isoformat())
    before = everything(office)

    for last in range(1, 100):
        seen = 0

        def die(*_: object, last: int = last) -> None:
            nonlocal seen
            seen += 1
            if seen == last:
                raise KeyboardInterrupt

        event.listen(office.store.engine, "before_cursor_execute", die)
        try:
            office.move(ref, "finish", office.staff(1))
        except KeyboardInterrupt:
            assert before == everything_quietly(office, die)
        else:
            break
        finally:
            if event.contains(office.store.engine, "before_cursor_execute", die):
                event.remove(office.store.engine, "before_cursor_execute", die)

    assert last > 15
    assert "remedied" == rows(office, CASES, ref=ref)[0].state


def everything_quietly(office: TestOffice, listener: Any) -> dict[str, list[Any]]:
    event.remove(office.store.engine, "before_cursor_execute", listener)
    return everything(office)


def test_two_locks_that_disagree_are_our_mistake_and_never_allowed(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = a_complaint(office)
    office.record(ref, "opinion", office.staff(1), words="we will", told_to_all=True, channel="hotline")
    office.record(ref, "assignment", office.staff(1), handler="desk1")
    other = compiled.machine_of(edition("common.followup", "2026-01-01"))
    monkeypatch.setitem(compiled._machines, edition("property.complaint", "2026-01-01"), other)

    with pytest.raises(Broken):
        office.move(ref, "begin", office.staff(1))

    assert "received" == rows(office, CASES, ref=ref)[0].state


@pytest.mark.parametrize(
    ("hours", "reason", "sentence"),
    [
        (-1, "why", "lies in the future"),
        (48, "why", "before what it rests on"),
        (2, "", "say why it is recorded late"),
    ],
)
def test_an_impossible_or_unexplained_time_is_one_clear_sentence(
    office: TestOffice, hours: int, reason: str, sentence: str
) -> None:
    ref = a_complaint(office)
    office.clock.advance(hours=10)
    before = everything(office)

    with pytest.raises(BadInput, match=sentence):
        office.record(
            ref,
            "assignment",
            office.staff(1),
            handler="desk1",
            happened_at=office.now - timedelta(hours=hours),
            reason=reason,
        )

    assert before == everything(office)


def test_dating_back_is_bounded(office: TestOffice) -> None:
    ref = a_complaint(office)
    office.clock.advance(days=10)

    with pytest.raises(BadInput, match="72 hours at most"):
        office.record(
            ref,
            "assignment",
            office.staff(1),
            handler="desk1",
            happened_at=office.now - timedelta(hours=73),
            reason="forgot",
        )


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        (("move", "c-0000000000", "begin"), "No case has the reference"),
        (("move", "nonsense", "begin"), "is not a case reference"),
        (("move", "here", "explode"), "has no move explode"),
        (("record", "here", "remedy?"), "has no step"),
    ],
)
def test_what_does_not_exist_is_named_with_what_does(
    office: TestOffice, verb: tuple[str, str, str], sentence: str
) -> None:
    ref = a_complaint(office) if verb[1] == "here" else verb[1]

    with pytest.raises(BadInput, match=sentence):
        office.move(ref, verb[2], office.staff(1)) if verb[0] == "move" else office.record(
            ref, verb[2], office.staff(1)
        )


def test_evidence_that_does_not_validate_names_every_field_and_no_value(office: TestOffice) -> None:
    ref = a_complaint(office)

    with pytest.raises(BadInput) as told:
        office.record(ref, "opinion", office.staff(1), words="x", told_to_all="canary", chanel="hotline")

    assert "words" in str(told.value)
    assert "told_to_all" in str(told.value)
    assert "channel is missing" in str(told.value)
    assert "chanel is not a field of this form" in str(told.value)
    assert "canary" not in str(told.value)


@pytest.mark.clause("P6b", "X1")
def test_a_dissatisfied_complainant_begins_a_new_round_in_which_everything_is_done_again(
    office: TestOffice,
) -> None:
    ref = a_complaint(office, in_state="remedied")
    (callback,) = [c.ref for c in rows(office, CASES, procedure="common.followup")]

    called_back(office, callback, by=office.staff(2), content=False)

    case = rows(office, CASES, ref=ref)[0]
    assert ("handling", 1, 1) == (case.state, case.round, case.level)
    assert "record what was done" in [
        r.sentence for r in office.refused_move(ref, "finish", office.staff(1)).requirements
    ]


@pytest.mark.clause("P6b")
def test_the_third_time_the_manager_handles_it_and_may_close_it_with_a_reply(office: TestOffice) -> None:
    ref = a_complaint(office, in_state="remedied")
    for handler in (office.staff(1), office.manager):
        open_callback = next(
            c.ref for c in rows(office, CASES, procedure="common.followup") if c.closed_at is None
        )
        called_back(office, open_callback, by=office.staff(2), content=False)
        if handler is office.manager:
            office.refused_record(
                ref, "remedy", office.staff(1), done="again", finished_at=office.now.isoformat()
            )
        office.record(ref, "remedy", handler, done="again", finished_at=office.now.isoformat())
        office.move(ref, "finish", handler)
    last = next(c.ref for c in rows(office, CASES, procedure="common.followup") if c.closed_at is None)
    called_back(office, last, by=office.staff(2), content=False)

    assert "remedied" == rows(office, CASES, ref=ref)[0].state
    office.record(ref, "dossier", office.manager, complete=True, told_to_all=True)
    office.refused_move(ref, "file", office.manager)
    missing = office.refused_move(ref, "close_unsatisfied", office.manager)
    assert ["reply formally, since the complainant is still not satisfied"] == [
        r.sentence for r in missing.requirements if r.kind == "missing"
    ]
    office.record(ref, "final_reply", office.manager, words="we regret", channel="letter", told_to_all=True)
    office.move(ref, "close_unsatisfied", office.manager)

    assert "filed" == rows(office, CASES, ref=ref)[0].state


@pytest.mark.clause("P6b")
def test_whoever_handled_the_complaint_cannot_call_back_and_the_other_way_round(office: TestOffice) -> None:
    ref = a_complaint(office, in_state="remedied")
    (callback,) = [c.ref for c in rows(office, CASES, procedure="common.followup")]

    (told,) = office.refused_record(
        callback, "attempt", office.staff(1), method="call", reached=True
    ).requirements

    assert ("person", "P6b") == (told.kind, told.clause)
    office.record(callback, "attempt", office.staff(2), method="call", reached=True)
    assert "remedied" == rows(office, CASES, ref=ref)[0].state


def test_the_person_complained_of_has_no_part_in_the_case_nor_in_its_callback(office: TestOffice) -> None:
    ref = a_complaint(office, against="desk2", in_state="remedied")
    (callback,) = [c.ref for c in rows(office, CASES, procedure="common.followup")]

    here = office.refused_record(ref, "assignment", office.staff(2), handler="desk3")
    there = office.refused_record(callback, "attempt", office.staff(2), method="call", reached=True)

    named = office.refused_record(ref, "assignment", office.staff(1), handler="desk2")

    assert ["the person complained of has no part in this case"] == [r.sentence for r in here.requirements]
    assert ["the person complained of has no part in this case"] == [r.sentence for r in named.requirements]
    assert ["the person complained of has no part in this case"] == [r.sentence for r in there.requirements]


def test_an_end_of_the_parent_ends_its_open_callback(office: TestOffice) -> None:
    ref = a_complaint(office, in_state="remedied")
    assert isinstance(
        office.try_record(ref, "withdrawal", office.staff(1), words="never mind", channel="hotline"), Refused
    )
    office.record(ref, "withdrawal", office.staff(3), words="never mind", channel="hotline")

    office.move(ref, "withdraw", office.staff(3))

    assert ["lapsed"] == [c.state for c in rows(office, CASES, procedure="common.followup")]
    assert not [d for d in rows(office, DEADLINES) if d.status == "armed"]


def test_an_answer_that_comes_for_an_earlier_round_changes_nothing_in_this_one(office: TestOffice) -> None:
    ref = a_complaint(office, in_state="remedied")
    (callback,) = [c.ref for c in rows(office, CASES, procedure="common.followup")]
    with office.store.transaction() as session:
        session.connection().execute(CASES.update().where(CASES.c.ref == ref).values(round=1))

    called_back(office, callback, by=office.staff(2), content=True)

    assert "callback" not in [e.name for e in rows(office, EVENTS)]


@pytest.mark.clause("P6c")
def test_an_arrival_in_time_but_recorded_after_the_limit_stays_visible_until_the_manager_confirms_it(
    office: TestOffice,
) -> None:
    ref = office.register("property.callout", kind="fire").ref
    office.clock.advance(minutes=4)

    office.record(
        ref, "fire_crew", office.actor("guard1"), who="guard1", happened_at=office.now - timedelta(seconds=61)
    )

    status = {d.rung: d.status for d in rows(office, DEADLINES, kind="fire_arrival")}
    assert {0: "fired", 1: "fired", 2: "fired", 3: "kept"} == status
    (late,) = [d for d in rows(office, DEADLINES, kind="fire_arrival") if d.rung == 2]
    assert late.kept_at < late.due_at < late.fired_at


@pytest.mark.clause("P6c")
def test_an_arrival_a_second_after_three_minutes_breaks_the_limit_even_if_the_watch_was_asleep(
    office: TestOffice,
) -> None:
    ref = office.register("property.callout", kind="fire").ref
    office.clock.advance(seconds=181)

    office.record(ref, "fire_crew", office.actor("guard1"), who="guard1")

    (breached,) = [
        d for d in rows(office, DEADLINES, kind="fire_arrival") if d.breach and d.status == "fired"
    ]
    assert timedelta(seconds=180) == breached.due_at - breached.anchor_at
    assert ["breached"] == [e.kind for e in rows(office, EVENTS, name="fire_arrival") if e.kind == "breached"]


@pytest.mark.clause("P6a")
@pytest.mark.parametrize(("seconds", "status"), [(900, "kept"), (901, "fired")])
def test_a_repairer_who_arrives_at_15_00_is_in_time_and_at_15_01_late(
    office: TestOffice, seconds: int, status: str
) -> None:
    ref = office.register("property.callout", kind="repair").ref
    office.clock.advance(seconds=seconds)

    office.record(ref, "arrival", office.repairer, who="tech1")

    assert {1: status} == {
        d.rung: d.status for d in rows(office, DEADLINES, kind="repair_arrival") if d.rung == 1
    }


@pytest.mark.clause("P6d")
def test_raising_a_repair_to_an_emergency_keeps_the_first_reports_time(office: TestOffice) -> None:
    ref = office.register("property.callout", kind="repair").ref
    reported = office.now
    office.clock.advance(minutes=2)

    say(office, ref, "raising", office.staff(1), to="emergency", reason="the ceiling came down")

    armed = {(d.kind, d.rung): d.due_at - reported for d in rows(office, DEADLINES) if d.status == "armed"}
    assert timedelta(minutes=3) == armed["emergency_arrival", 2]
    assert not [key for key in armed if key[0] == "repair_arrival"]


@pytest.mark.clause("P6d")
def test_only_the_foreman_or_the_manager_lowers_a_call_and_raising_it_again_runs_from_the_first_report(
    office: TestOffice,
) -> None:
    ref = office.register("property.callout", kind="fire").ref
    reported = office.now

    assert isinstance(say(office, ref, "lowering", office.staff(1), reason="only smoke from a pan"), Refused)
    say(office, ref, "lowering", office.foreman, reason="only smoke from a pan")
    assert {"repair_arrival", "whole"} == {d.kind for d in rows(office, DEADLINES) if d.status == "armed"}
    say(office, ref, "raising", office.staff(1), to="fire", reason="it burns after all")

    again = {
        d.rung: d.due_at - reported
        for d in rows(office, DEADLINES, kind="fire_arrival")
        if d.status == "armed"
    }
    assert timedelta(minutes=3) == again[2]


@pytest.mark.clause("X9")
def test_each_of_several_complainants_must_be_told(office: TestOffice) -> None:
    people = [{"name": "王小明"}, {"name": "李小紅", "receives_for_all": True}]
    ref = a_complaint(office, complainants=people)
    office.record(ref, "opinion", office.staff(1), words="we will", told_to_all=False, channel="hotline")
    office.record(ref, "assignment", office.staff(1), handler="desk1")

    (told,) = office.refused_move(ref, "begin", office.staff(1)).requirements

    assert ("every complainant must be told", "X9") == (told.sentence, told.clause)
    assert [False, True] == [p.speaks_for_all for p in rows(office, models.table(models.Party))]


@pytest.mark.clause("P2a")
@pytest.mark.parametrize("days", range(7))
def test_intake_is_open_at_three_in_the_morning_of_every_day_of_the_week(
    office: TestOffice, days: int
) -> None:
    office.clock.advance(days=days, hours=17)  # 03:00 in Shanghai

    assert office.register("property.complaint").number


@pytest.mark.clause("X6")
def test_the_same_person_within_thirty_days_is_suggested_and_never_merged(office: TestOffice) -> None:
    first = office.register("property.complaint", complainants=[{"name": "王小明", "phone": "138 0000 0000"}])
    office.clock.advance(days=29)
    second = office.register(
        "property.complaint", complainants=[{"name": "somebody else", "phone": "+86 13800000000"}]
    )
    office.clock.advance(days=2)
    third = office.register("property.complaint", complainants=[{"name": "nobody", "phone": "13900000000"}])

    assert (first.ref,) == second.similar
    assert () == third.similar
    assert 3 == len(rows(office, CASES))


@pytest.mark.clause("P1a")
def test_register_numbers_have_no_gaps_even_after_refusals_and_crashes(office: TestOffice) -> None:
    office.register("property.complaint")
    with office.store.transaction() as session:
        refused = intake.register(
            session,
            office.key,
            "property.complaint",
            office.repairer,
            office.now,
            evidence={"channel": "hotline", "service": "noise", "matter": "hum"},
        )
    assert isinstance(refused, Refused)
    with pytest.raises(Duecourse):
        office.register("property.complaint", matter="x")

    assert "C-2026-000002" == office.register("property.complaint").number


@pytest.mark.clause("X2")
def test_what_an_actor_may_do_is_decided_by_the_roles_he_comes_with(office: TestOffice) -> None:
    ref = a_complaint(office)
    nobody = replace(office.staff(1), roles=frozenset())

    (told,) = office.refused_record(ref, "assignment", nobody, handler="desk1").requirements

    assert ("role", ("staff", "manager")) == (told.kind, told.who)


def test_a_rung_is_armed_again_only_if_its_clock_was_cancelled(office: TestOffice) -> None:
    ref = office.register("property.callout", kind="repair").ref
    with office.store.transaction() as session:
        connection: Connection = session.connection()
        connection.execute(
            text(
                "UPDATE deadline SET status = 'fired', fired_at = due_at WHERE kind = 'repair_arrival' AND rung = 0"
            )
        )

    say(office, ref, "raising", office.staff(1), to="emergency", reason="worse than thought")
    say(office, ref, "lowering", office.foreman, reason="not so bad")

    assert {0: "fired", 1: "armed", 2: "armed"} == {
        d.rung: d.status for d in rows(office, DEADLINES, kind="repair_arrival")
    }
