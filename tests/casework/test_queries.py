"""What screens and commands read: a case, lists of cases, what is due, the limits; and who is not told that a case exists."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select, update

import models
from casework.errors import BadInput
from casework.form_fields import fields_of
from casework.hand import take
from casework.people import actor_of, add_person
from casework.queries import (
    CaseView,
    alarm_list,
    case_view,
    due_list,
    limits_table,
    list_cases,
    refusal_counts,
    visible_case,
)
from states.editions import editions
from states.facts import Actor
from tests.building import MONDAY, TestOffice, a_callout, a_complaint, a_store, an_office, called_back

MINUTE = dt.timedelta(minutes=1)
DEADLINES = models.table(models.Deadline)


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    yield an_office(store)
    store.close()


def seen(office: TestOffice, ref: str, by: Actor | None = None) -> CaseView:
    with office.store.reading() as session:
        return case_view(session, ref, by or office.staff(1), office.now)


@contextmanager
def queries(office: TestOffice) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    event.listen(office.store.engine, "before_cursor_execute", note)
    yield sent
    event.remove(office.store.engine, "before_cursor_execute", note)


def test_a_case_is_shown_with_its_life_and_what_may_be_done_now(office: TestOffice) -> None:
    ref = a_complaint(office)
    office.clock.advance(minutes=20)
    office.record(ref, "opinion", office.staff(1), words="we will mend it", told_to_all=True, channel="hotline", happened_at=office.now - 10 * MINUTE, reason="the line was busy")  # fmt: skip
    case = seen(office, ref)
    assert (case.ref, case.number, case.office, case.procedure, case.edition) == (
        ref,
        "C-2026-000001",
        "court",
        "property.complaint",
        "2026-01-01",
    )
    assert (case.state, case.state_says, case.open, case.round, case.level) == (
        "received",
        "接到投訴",
        True,
        0,
        0,
    )
    assert (case.received_at, case.channel, case.parties) == (MONDAY, "hotline", {"complainant": 1})
    assert [(h.seq, h.kind, h.name, h.actor, h.late, h.sealed) for h in case.timeline] == [
        (1, "opened", "property.complaint", "desk1", False, False),
        (2, "recorded", "complaint", "desk1", False, True),
        (3, "recorded", "opinion", "desk1", True, True),
        (
            4,
            "reminded",
            "opinion_due",
            "clock",
            True,
            False,
        ),  # its moment passed before the opinion was recorded
    ]
    assert case.timeline[2].clear == {"told_to_all": True, "channel": "hotline"}
    assert case.timeline[2].happened_at == MONDAY + 10 * MINUTE
    assert {m.name: [r.clause for r in m.requirements] for m in case.moves} == {
        "begin": ["P6b"],
        "refer": ["X7", "X7"],
        "withdraw": ["P6b"],
        "void": ["P1a", "P1a"],
    }
    assert case.allowed_moves == ()
    assert case.allowed_steps == ("opinion", "assignment", "guidance", "withdrawal")


def test_what_stands_in_the_way_is_told_for_this_actor(office: TestOffice) -> None:
    ref = a_complaint(office, "handling")
    (remedy,) = [s for s in seen(office, ref, office.staff(2)).steps if s.name == "remedy"]
    assert [(r.kind, r.sentence) for r in remedy.requirements] == [
        ("person", "this is for the handler of the complaint")
    ]
    assert "remedy" in seen(office, ref).allowed_steps
    assert seen(office, ref).handler == "desk1"


def test_a_step_brings_its_form(office: TestOffice) -> None:
    (opinion,) = [s for s in seen(office, a_complaint(office)).steps if s.name == "opinion"]
    assert [(f.name, f.type, f.required, f.sealed) for f in opinion.fields] == [
        ("words", "words", True, True),
        ("told_to_all", "yes or no", True, False),
        ("channel", "choice", True, False),
    ]
    assert "hotline" in opinion.fields[2].choices
    assert opinion.asks == "tell the complainant a sincere opinion on how it will be handled"


def test_every_form_of_every_procedure_can_be_asked_for() -> None:
    for procedure in editions().values():
        for step in procedure.steps:
            assert [f.name for f in fields_of(step.form)] == list(step.form.model_fields)
    (complaint,) = [p.intake for (name, _), p in editions().items() if name == "property.complaint"]
    against, people = fields_of(complaint.form)[-1], fields_of(complaint.form)[-2]
    assert (against.type, against.required) == ("person", False)
    assert (people.type, [f.name for f in people.fields]) == (
        "list",
        ["name", "phone", "contact", "receives_for_all"],
    )


@pytest.mark.clause("P6c")
def test_a_fire_call_says_119_and_what_is_due_to_the_second(office: TestOffice) -> None:
    ref = a_callout(office, "fire", reported_ago=dt.timedelta(seconds=100))
    case = seen(office, ref)
    assert [(n.says, n.clause) for n in case.notices] == [
        ("Call 119 first. Everybody on the fire list has been alerted.", "P6c")
    ]
    due = {d.rung: d for d in case.due if d.deadline == "fire_arrival"}
    assert (due[2].seconds_left, due[2].source, due[2].breach, due[2].tells) == (
        80,
        "text",
        True,
        ("manager", "superior"),
    )
    assert (due[1].seconds_left, due[1].source) == (20, "default")
    assert seen(office, a_callout(office)).notices == ()


@pytest.mark.clause("P6a")
def test_a_breach_stays_visible_and_says_how_it_stands(office: TestOffice) -> None:
    ref = a_callout(office, reported_ago=20 * MINUTE)
    with office.store.transaction() as session:
        fired = {"status": "fired", "fired_at": office.now}
        session.connection().execute(update(DEADLINES).where(DEADLINES.c.due_at < office.now).values(fired))

    def standing() -> list[tuple[int, str, int]]:
        return [
            (d.rung, d.standing, d.seconds_left)
            for d in seen(office, ref).due
            if d.deadline == "repair_arrival"
        ]

    assert standing() == [(0, "passed", -900), (1, "passed", -300), (2, "armed", 600)]
    office.record(
        ref,
        "arrival",
        office.repairer,
        who="tech1",
        happened_at=office.now - 7 * MINUTE,
        reason="no signal in the cellar",
    )
    assert standing() == [(0, "kept late", -900), (1, "recorded late", -300)]
    with office.store.transaction() as session:
        confirmed = {"confirmed_at": office.now, "confirmed_by": office.manager.person}
        session.connection().execute(update(DEADLINES).where(DEADLINES.c.rung == 1).values(confirmed))
    assert standing() == [(0, "kept late", -900), (1, "recorded late, confirmed", -300)]
    assert [
        d.confirmed_by for d in seen(office, ref).due if d.rung == 1 and d.deadline == "repair_arrival"
    ] == ["head1"]


def test_what_is_no_longer_asked_for_is_said_to_have_fallen_away(office: TestOffice) -> None:
    ref = a_callout(office, "fire", reported_ago=10 * MINUTE)
    with office.store.transaction() as session:
        fired = {"status": "fired", "fired_at": office.now}
        session.connection().execute(update(DEADLINES).where(DEADLINES.c.due_at < office.now).values(fired))
        overdue = {d.deadline for d in due_list(session, "court", office.now, MINUTE)}
    assert "fire_arrival" in overdue
    office.record(ref, "lowering", office.foreman, reason="it was steam")
    standing = {d.standing for d in seen(office, ref).due if d.deadline == "fire_arrival"}
    assert standing == {"fell away"}
    with office.store.reading() as session:
        assert "fire_arrival" not in {d.deadline for d in due_list(session, "court", office.now, MINUTE)}


@pytest.mark.clause("P6b")
def test_parent_child_visit_and_outcome_are_shown_on_both_sides(office: TestOffice) -> None:
    ref = a_complaint(office, "remedied")
    (child,) = seen(office, ref).children
    assert (child.kind, child.procedure, child.state, child.open, child.round) == (
        "child",
        "common.followup",
        "planned",
        True,
        0,
    )
    callback = seen(office, child.ref, office.staff(2))
    assert callback.parent is not None
    assert (callback.parent.ref, callback.parent.kind) == (ref, "parent")
    (visit,) = callback.visits
    assert (visit.rev, visit.status) == (0, "planned")
    called_back(office, child.ref, by=office.staff(2), content=False)
    case = seen(office, ref)
    assert (case.state, case.round, case.level) == ("handling", 1, 1)
    (outcome,) = [h for h in case.timeline if h.name == "callback"]
    assert outcome.actor == child.ref


def test_linked_cases_are_shown_from_both_sides(office: TestOffice) -> None:
    one, two = a_complaint(office), a_callout(office)
    cases = models.table(models.Case)
    with office.store.transaction() as session:
        ids = dict(session.connection().execute(select(cases.c.ref, cases.c.id)).tuples().all())
        row = {"case_id": ids[two], "other_id": ids[one], "kind": "arose from", "at": office.now}
        session.connection().execute(insert(models.table(models.Link)), row)
    assert [(k.ref, k.kind, k.from_here) for k in seen(office, two).links] == [(one, "arose from", True)]
    assert [(k.ref, k.kind, k.from_here) for k in seen(office, one).links] == [(two, "arose from", False)]


def test_refused_attempts_are_shown_and_counted(office: TestOffice) -> None:
    ref = a_complaint(office)
    office.refused_move(ref, "begin", office.staff(2))
    office.refused_move(ref, "begin", office.staff(2))
    (first, _) = seen(office, ref).refusals
    assert (first.act, first.actor) == ("begin", "desk2")
    assert ("say who handles it", "P6b") in first.sentences
    with office.store.reading() as session:
        counted = refusal_counts(session, "court", office.now - MINUTE, office.now + MINUTE)
        assert [(c.procedure, c.act, c.clause, c.times) for c in counted] == [
            ("property.complaint", "begin", "P6b", 2),
            ("property.complaint", "begin", "X9", 2),
        ]
        assert refusal_counts(session, "court", office.now - 2 * MINUTE, office.now - MINUTE) == []


def test_nothing_sealed_is_ever_shown(office: TestOffice) -> None:
    ref = a_complaint(
        office, "remedied", matter="金絲雀 sang", complainants=[{"name": "蔡金絲雀", "phone": "13912345678"}]
    )
    shown = json.dumps(seen(office, ref).as_dict(), default=str, ensure_ascii=False)
    assert "金絲雀" not in shown
    assert "13912345678" not in shown
    assert "陳一" not in shown


def test_a_case_is_read_in_a_few_queries_however_long_its_life(office: TestOffice) -> None:
    short, long = a_complaint(office), a_complaint(office, "filed")
    for _ in range(5):
        office.refused_move(long, "archive", office.staff(1))
    seen(office, short)
    with queries(office) as for_short:
        seen(office, short)
    with queries(office) as for_long:
        seen(office, long)
    assert len(for_long) == len(for_short) <= 12


def test_the_person_complained_of_is_answered_as_if_there_were_no_such_case(office: TestOffice) -> None:
    ref = a_complaint(office, "remedied", against="desk3")
    callback = seen(office, ref).children[0].ref
    accused = office.person("desk3")
    with office.store.reading() as session:
        for hidden in (ref, callback):
            with pytest.raises(BadInput) as unknown:
                take(office.store, session.connection(), "c-0000000000")
            with pytest.raises(BadInput) as told:
                visible_case(session, hidden, accused)
            assert str(told.value).replace(hidden, "c-0000000000") == str(unknown.value)
            with pytest.raises(BadInput, match=f"No case has the reference {hidden}"):
                case_view(session, hidden, actor_of(accused), office.now)
        assert list_cases(session, "court", person=accused).rows == ()
        assert due_list(session, "court", office.now, dt.timedelta(days=60), person=accused) == []
        with pytest.raises(BadInput, match="There is no page after"):
            list_cases(session, "court", after=ref, person=accused)
        visible_case(session, ref, office.person("desk2"))
        assert len(list_cases(session, "court", person=office.person("desk2")).rows) == 2


def test_a_respondent_by_his_row_is_not_told_either(office: TestOffice) -> None:
    ref, cases = a_complaint(office), models.table(models.Case)
    with office.store.transaction() as session:
        number = session.connection().execute(select(cases.c.id).where(cases.c.ref == ref)).scalar_one()
        row = {
            "case_id": number,
            "kind": "respondent",
            "no": 1,
            "person_id": office.people["desk3"].id,
            "speaks_for_all": False,
        }
        session.connection().execute(insert(models.table(models.Party)), row)
    with office.store.reading() as session:
        with pytest.raises(BadInput, match="No case has the reference"):
            visible_case(session, ref, office.person("desk3"))
        assert list_cases(session, "court", person=office.person("desk3")).rows == ()


def test_only_people_of_the_office_with_a_part_in_the_procedure_may_see_a_case(office: TestOffice) -> None:
    other = an_office(office.store, office.clock, key="garden")
    ref = a_complaint(office)
    strangers = [other.person("desk1"), office.person("tech1"), office.person("guard1")]
    for stranger in strangers:
        with office.store.reading() as session:
            with pytest.raises(BadInput, match="No case has the reference"):
                visible_case(session, ref, stranger)
            with pytest.raises(BadInput, match="No case has the reference"):
                case_view(session, ref, actor_of(stranger), office.now)
    callout = a_callout(office)
    with office.store.reading() as session:
        visible_case(session, callout, office.person("tech1"))
        visible_case(session, ref, office.person("board1"))
        for typed in ("c-0000000000", "nonsense"):
            with pytest.raises(BadInput):
                visible_case(session, typed, office.person("desk1"))


def test_a_list_goes_page_by_page_newest_first(office: TestOffice) -> None:
    refs = [office.register("property.opinion").ref for _ in range(7)]
    found: list[str] = []
    after: str | None = None
    with office.store.reading() as session:
        for size in (3, 3, 1):
            page = list_cases(session, "court", limit=3, after=after, person=office.person("desk1"))
            assert len(page.rows) == size
            found += [row.ref for row in page.rows]
            after = page.after
    assert after is None
    assert found == refs[::-1]


def test_a_page_is_full_although_some_cases_are_hidden(office: TestOffice) -> None:
    for number in range(6):
        a_complaint(office, **({"against": "desk3"} if number % 2 else {}))
    with office.store.reading() as session:
        first = list_cases(session, "court", limit=2, person=office.person("desk3"))
        second = list_cases(session, "court", limit=2, after=first.after, person=office.person("desk3"))
    assert [row.number for row in first.rows] == ["C-2026-000005", "C-2026-000003"]
    assert [row.number for row in second.rows] == ["C-2026-000001"]
    assert second.after is None


def test_a_list_is_narrowed_by_state_procedure_handler_and_openness(office: TestOffice) -> None:
    handled, fresh, call = a_complaint(office, "handling"), a_complaint(office), a_callout(office)
    office.record(call, "standing_down", office.staff(1), words="it runs again")
    office.move(call, "stand_down", office.foreman)
    with office.store.reading() as session:

        def refs(**narrowed: object) -> set[str]:
            return {row.ref for row in list_cases(session, "court", **narrowed).rows}  # type: ignore[arg-type]

        assert refs() == {handled, fresh, call}
        assert refs(open_only=True) == {handled, fresh}
        assert refs(procedure="property.callout") == {call}
        assert refs(state="received") == {fresh}
        assert refs(handler="desk1") == {handled}
        for wrong in (
            {"state": "sold"},
            {"procedure": "property.party"},
            {"handler": "nobody"},
            {"after": "c-0000000000"},
        ):
            with pytest.raises(BadInput):
                refs(**wrong)
        (row,) = list_cases(session, "court", procedure="property.callout").rows
    assert (row.number, row.state, row.state_says, row.open, row.next_due, row.late) == (
        "R-2026-000001",
        "stood_down",
        "已取消",
        False,
        None,
        0,
    )


def test_a_list_tells_the_next_limit_and_the_breaches_in_as_many_queries_for_many_cases(
    office: TestOffice,
) -> None:
    for _ in range(3):
        a_complaint(office)
    person = office.person("desk1")
    with office.store.reading() as session, queries(office) as few:
        rows = list_cases(session, "court", person=person, limit=1).rows
    assert rows[0].next_due == MONDAY + 30 * MINUTE
    with office.store.transaction() as session:
        fired = {"status": "fired", "fired_at": office.now}
        session.connection().execute(
            update(DEADLINES).where(DEADLINES.c.due_at <= MONDAY + 30 * MINUTE).values(fired)
        )
    with office.store.reading() as session, queries(office) as many:
        rows = list_cases(session, "court", person=person).rows
    assert [row.late for row in rows] == [1, 1, 1]
    assert len(many) <= len(few)


@pytest.mark.clause("P6b")
def test_what_is_due_comes_earliest_first_and_what_is_overdue_stays(office: TestOffice) -> None:
    ref = a_complaint(office)
    with office.store.reading() as session:
        soon = due_list(session, "court", office.now, 30 * MINUTE)
        assert [(d.ref, d.deadline, d.rung, d.seconds_left) for d in soon] == [
            (ref, "opinion_due", 0, 900),
            (ref, "opinion_due", 1, 1800),
        ]
        assert due_list(session, None, office.now, MINUTE) == []
    with office.store.transaction() as session:
        fired = {"status": "fired", "fired_at": office.now}
        session.connection().execute(
            update(DEADLINES).where(DEADLINES.c.rung == 0, DEADLINES.c.kind == "opinion_due").values(fired)
        )
    office.clock.advance(minutes=16)
    with office.store.reading() as session:
        (overdue,) = due_list(session, "court", office.now, MINUTE)
    assert (overdue.standing, overdue.seconds_left) == ("passed", -60)


@pytest.mark.clause("P6")
def test_the_table_of_limits_says_of_each_number_whether_it_is_the_texts_own(office: TestOffice) -> None:
    row = {
        "office_id": office.people["desk1"].office_id,
        "name": "limit.property.callout.repair_arrival.1",
        "value": "600",
        "valid_from": dt.date(2026, 3, 3),
        "reason": "closer workshop",
        "recorded_at": office.now,
    }
    with office.store.transaction() as session:
        session.connection().execute(insert(models.table(models.OfficeSetting)), row)
        add_person(
            session, "court", "desk9", office.now, name="蔡九", roles=()
        )  # raises the mark by which offices are read again
    with office.store.reading() as session:
        before = {
            (r.procedure, r.deadline, r.rung): r for r in limits_table(session, "court", dt.date(2026, 3, 2))
        }
        after = {
            (r.procedure, r.deadline, r.rung): r for r in limits_table(session, "court", dt.date(2026, 3, 3))
        }
    repair = ("property.callout", "repair_arrival", 1)
    assert (before[repair].seconds, before[repair].source, before[repair].own) == (900, "text", False)
    assert (
        after[repair].seconds,
        after[repair].edition_seconds,
        after[repair].own,
        after[repair].between,
    ) == (600, 900, True, (0, 900))
    assert after[repair].valid_from == dt.date(2026, 3, 3)
    fire = ("property.callout", "fire_arrival", 2)
    assert (after[fire].seconds, after[fire].source, after[fire].clause) == (180, "text", "P6c")
    opinion = ("property.complaint", "opinion_due", 1)
    assert (after[opinion].seconds, after[opinion].source, after[opinion].between) == (
        1800,
        "default",
        (600, 1800),
    )


def test_alarms_are_listed_and_hidden_with_their_cases(office: TestOffice) -> None:
    ref, cases, alarms = (
        a_complaint(office, against="desk3"),
        models.table(models.Case),
        models.table(models.Alarm),
    )
    with office.store.transaction() as session:
        number = session.connection().execute(select(cases.c.id).where(cases.c.ref == ref)).scalar_one()
        row = {"case_id": number, "office_id": office.people["desk1"].office_id, "kind": "opinion_due", "role": "manager",
               "person_id": office.manager.person, "raised_at": office.now, "rung": 1, "clause": "P6b"}  # fmt: skip
        answered = {"acknowledged_at": office.now, "acknowledged_by": office.manager.person}
        session.connection().execute(insert(alarms), row)
        session.connection().execute(insert(alarms), row | answered)
    with office.store.reading() as session:
        assert [(a.ref, a.person, a.acknowledged_by) for a in alarm_list(session, "court")] == [
            (ref, "head1", "head1"),
            (ref, "head1", None),
        ]
        assert len(alarm_list(session, "court", unanswered=True)) == 1
        assert len(alarm_list(session, "court", person=office.person("desk1"))) == 2
        assert alarm_list(session, "court", person=office.person("desk3")) == []
    assert len(seen(office, ref).alarms) == 2
