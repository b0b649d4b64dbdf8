"""Who is told of a secret case: only who may know of it, in words that say nothing, and whoever is told counts only what he may see (B10)."""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select, update

import models
from casework import alarms, intake, undertakings, watch
from casework.alarms import Answered
from casework.clock import FrozenClock
from casework.dispatch import dispatch
from casework.errors import BadInput
from casework.offices import touch_offices
from casework.outcome import Refused
from casework.people import add_person
from casework.queries import alarm_list
from casework.veiled import Sort, numbering
from tests.building import MONDAY, a_store
from tests.bureau import Bureau, a_bureau
from tests.outside import Outside
from tests.secret_cases import CANARIES, a_secret, reachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Row

ALARMS = models.table(models.Alarm)
CASES = models.table(models.Case)
PEOPLE = models.table(models.Person)


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Bureau]:
    store = a_store(database_url, tmp_path)
    office = a_bureau(store, tmp_path / "archive", FrozenClock(MONDAY))
    reachable(office)
    yield office
    store.close()


def sweep_and_deliver(office: Bureau, *, days: float, outside: Outside | None = None) -> Outside:
    """Let time pass, fire what is due, tell what is to be told."""
    outside = outside or Outside()
    office.clock.advance(days=days)
    watch.sweep(office.store, office.now, worker="test")
    for _ in range(2):
        while dispatch(office.store, office.now, outside).claimed:
            pass
        office.clock.advance(seconds=15)  # what is late is gathered for a while
    return outside


def told(outside: Outside) -> list[str]:
    return [
        contacts[0].removeprefix("json://").removesuffix(".example") for contacts, _, _ in outside.messages
    ]


def shown(office: Bureau, sort: Sort, number: int) -> int:
    """The number of an alarm or deadline as people of the office see it."""
    with office.store.reading() as session:
        view = office.store.offices(session.connection())[office.people["member1"].office_id]
    return numbering(office.store.keys, view, sort)(number)


def rows(office: Bureau) -> list[Row[Any]]:
    with office.store.reading() as session:
        wanted = select(ALARMS, PEOPLE.c.handle).outerjoin(PEOPLE, PEOPLE.c.id == ALARMS.c.person_id)
        return list(session.connection().execute(wanted.order_by(ALARMS.c.id)).all())


def answer(office: Bureau, alarm: int, handle: str) -> Answered | Refused:
    with office.store.transaction() as session:
        return alarms.acknowledge(session, alarm, office.actor(handle), office.now)


def same_human(office: Bureau, handle: str, first: str) -> None:
    with office.store.transaction() as session:
        connection, ids = session.connection(), {h: office.people[h].id for h in (handle, first)}
        connection.execute(update(PEOPLE).where(PEOPLE.c.id == ids[handle]).values(same_as_id=ids[first]))
        touch_offices(connection, "accounts", office.now, None)


@pytest.mark.clause("B10")
def test_of_those_who_hold_the_told_role_only_they_hear_who_may_know(office: Bureau) -> None:
    """The reminder of the tenth day is for members; of three only one recorded the complaint."""
    a_secret(office, by="member2")

    assert ["member2"] == told(sweep_and_deliver(office, days=10.1))


@pytest.mark.clause("B10")
def test_whoever_is_admitted_hears_of_it_and_whoever_was_dismissed_does_not(office: Bureau) -> None:
    ref = a_secret(office)
    office.record(ref, "admission", office.actor("chief1"), person="member3")
    office.record(ref, "dismissal", office.actor("chief1"), person="member1")

    assert ["member3"] == told(sweep_and_deliver(office, days=10.1))


@pytest.mark.clause("B10")
def test_what_is_sent_says_nothing_but_the_number_of_the_alarm(office: Bureau) -> None:
    ref = a_secret(office)

    _, title, body = sweep_and_deliver(office, days=10.1).messages[0]

    number = shown(office, "alarm", rows(office)[0].id)
    assert "A deadline is near" == title
    assert (
        f"What alarm {number} is about is shown at the desk only.\nPlease acknowledge alarm {number}." == body
    )
    assert not [
        word for word in (*CANARIES, ref, "bureau", "B5", "B10", "受理", "2026") if word in title + body
    ]


@pytest.mark.clause("B10")
def test_a_head_whom_the_case_is_about_is_passed_over_for_the_role_above(office: Bureau) -> None:
    a_secret(office, against=("chief1", "chief2"))

    outside = sweep_and_deliver(office, days=15.1)

    assert {"chief1", "chief2"}.isdisjoint(told(outside))
    assert "above1" in told(outside)
    assert [("group_head", None)] == [
        (row.role, row.handle) for row in rows(office) if row.role == "group_head"
    ]
    # That the head is passed over is no business of whoever reads the message over a shoulder.
    assert not [body for _, _, body in outside.messages if "group head" in body]


@pytest.mark.clause("B10")
def test_the_other_account_of_whom_it_is_about_is_passed_over_as_well(office: Bureau) -> None:
    same_human(office, "chief1", "clerk1")
    a_secret(office, against=("clerk1",))

    outside = sweep_and_deliver(office, days=15.1)

    assert {"member1", "chief2"} == set(told(outside))


@pytest.mark.clause("B10")
def test_whom_a_linked_case_is_about_hears_of_neither(office: Bureau) -> None:
    about_head = a_secret(office, against=("chief1", "chief2"))
    given: dict[str, Any] = {
        "channel": "web",
        "subject": "official",
        "matter": "again",
        "anonymous": True,
        "reply_by": "none",
    }
    with office.store.transaction() as session:
        intake.register(session, office.key, "bureau.complaint", office.actor("member1"), office.now, evidence=given, linked_to=about_head)  # fmt: skip

    outside = sweep_and_deliver(office, days=15.1)

    assert 2 == len({row.case_id for row in rows(office)})
    assert {"chief1", "chief2"}.isdisjoint(told(outside))


@pytest.mark.clause("B10")
def test_whoever_has_not_signed_the_undertaking_hears_of_no_secret_case(office: Bureau) -> None:
    with office.store.transaction() as session:
        add_person(session, office.key, "chief3", office.now, name="新來的", roles=("group_head",))
    office.people["chief3"] = office.person("chief3")
    reachable(office, "chief3")
    a_secret(office)

    before = told(sweep_and_deliver(office, days=15.1))
    with office.store.transaction() as session:
        undertakings.keep(
            session.connection(), office.people["chief3"].id, date(2026, 3, 1), "0" * 64, office.now, None
        )
    a_secret(office)
    after = told(sweep_and_deliver(office, days=15.1))

    assert ("chief1" in before, "chief3" in before, "chief3" in after) == (True, False, True)


@pytest.mark.clause("B10")
def test_whoever_is_named_after_an_alarm_was_raised_gets_no_message_any_more(office: Bureau) -> None:
    ref = a_secret(office)
    kept = a_secret(office)
    office.clock.advance(days=15.1)
    watch.sweep(office.store, office.now, worker="test")
    dispatch(office.store, office.now, Outside(deaf=True))  # raised, and nothing could be sent
    assert 2 == [row.handle for row in rows(office)].count("chief1")
    office.record(ref, "supplement", office.actor("member1"), source="group", against=["chief1"])
    outside = sweep_and_deliver(office, days=0.1)

    mine = [body for contacts, _, body in outside.messages if contacts == ("json://chief1.example",)]
    with office.store.reading() as session:
        case_id = session.connection().execute(select(CASES.c.id).where(CASES.c.ref == kept)).scalar_one()
    mine_still = [row.id for row in rows(office) if row.handle == "chief1" and row.case_id == case_id]
    numbers = [shown(office, "alarm", row_id) for row_id in mine_still]
    assert [
        f"What alarm {n} is about is shown at the desk only.\nPlease acknowledge alarm {n}." for n in numbers
    ] == mine


@pytest.mark.clause("B10")
def test_an_alarm_about_a_hidden_case_is_answered_like_one_that_does_not_exist(office: Bureau) -> None:
    a_secret(office, against=("chief1", "chief2"))
    sweep_and_deliver(office, days=15.1)
    alarm = shown(office, "alarm", next(row.id for row in rows(office) if row.handle is not None))

    for handle in ("chief1", "member2", "clerk1", "party1"):
        said = []
        for number in (alarm, 999_999):
            with pytest.raises(BadInput) as caught:
                answer(office, number, handle)
            said.append(str(caught.value).replace(str(number), "?"))
        assert said[0] == said[1], handle
    assert isinstance(answer(office, alarm, "keeper1"), Refused)
    mine = shown(office, "alarm", next(row.id for row in rows(office) if row.handle == "member1"))
    assert isinstance(answer(office, mine, "member1"), Answered)


@pytest.mark.clause("B10")
def test_a_missed_limit_of_a_hidden_case_cannot_be_confirmed(office: Bureau) -> None:
    a_secret(office, against=("chief1", "chief2"))
    sweep_and_deliver(office, days=15.1)
    deadline = shown(office, "deadline", next(row.deadline_id for row in rows(office)))
    said = []
    for number in (deadline, 999_999):
        with pytest.raises(BadInput) as caught, office.store.transaction() as session:
            alarms.confirm_late(session, number, office.actor("chief1"), office.now)
        said.append(str(caught.value).replace(str(number), "?"))

    assert said[0] == said[1]


@pytest.mark.clause("B10")
def test_the_list_of_alarms_is_as_long_for_a_viewer_as_if_the_hidden_ones_were_not_there(
    office: Bureau,
) -> None:
    a_secret(office, by="member2")
    sweep_and_deliver(office, days=10.1)
    for _ in range(3):
        a_secret(office)
    sweep_and_deliver(office, days=10.1)
    me = office.person("member2")

    with office.store.reading() as session:
        mine = alarm_list(session, office.key, person=me, limit=2)
        everything = alarm_list(session, office.key, limit=100)
        hidden = alarm_list(session, office.key, person=office.person("clerk1"))

    refs = {alarm.ref for alarm in mine}
    assert (2, 1) == (len(mine), len(refs))
    assert [alarm for alarm in everything if alarm.ref in refs][:2] == mine
    assert [] == hidden


@pytest.mark.clause("B10")
def test_an_alarm_of_a_secret_case_that_cannot_be_passed_on_is_logged_without_its_number(
    office: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    a_secret(office)
    sweep_and_deliver(office, days=10.1)
    with office.store.transaction() as session:
        session.connection().execute(delete(models.table(models.CaseKey)))
    office.clock.advance(minutes=10)

    with caplog.at_level(logging.WARNING):
        assert 0 == alarms.escalate(office.store, office.now)

    assert ["an alarm could not be passed on: StoreProblem"] == [r.getMessage() for r in caplog.records]


@pytest.mark.clause("B10", "B12")
def test_of_a_measure_hears_who_may_know_of_the_complaint_above_it(office: Bureau) -> None:
    """Operations hear nothing of either, although a case was opened, moved, and its limits were missed."""
    office.a_case("executing")
    outside = sweep_and_deliver(office, days=60)

    with office.store.reading() as session:
        wanted = select(PEOPLE.c.handle, CASES.c.procedure).join_from(
            ALARMS, CASES, CASES.c.id == ALARMS.c.case_id
        )
        raised = session.connection().execute(wanted.join(PEOPLE, PEOPLE.c.id == ALARMS.c.person_id)).all()
    of_measure = {row.handle for row in raised if row.procedure == "bureau.measure"}
    assert {"member1", "member2", "member3", "chief1", "chief2", "party1", "above1"} == of_measure
    assert [] == outside.events
