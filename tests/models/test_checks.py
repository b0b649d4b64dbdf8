"""Rows that contradict themselves, refused by the database itself, whoever writes them."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import Connection, exc, update

from models import CaseKey, ImportRow, Party, Person, PersonToken, RosterSlot, table
from tests.models.rows import (
    HOUR,
    NOON,
    a_case,
    a_deadline,
    a_person,
    a_refusal,
    a_visit,
    add,
    an_event,
    an_office,
    an_outbox_row,
)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"received_at": NOON + HOUR}, "received_before_recorded"),
        ({"state": ""}, "state_filled"),
        ({"register_no": 0}, "register_no_positive"),
        ({"version": -1}, "version_counted"),
        ({"parent_round": 1}, "parent_together"),
        ({"sub_kind": "callback"}, "sub_kind_of_a_sub_case"),
        ({"source": "register.csv"}, "source_together"),
    ],
)
def test_a_case_that_contradicts_itself_is_refused(
    connection: Connection, values: dict[str, object], constraint: str
) -> None:
    with pytest.raises(exc.IntegrityError, match=f"ck_cases_{constraint}"):
        a_case(connection, **values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"happened_at": NOON + HOUR}, "happened_before_recorded"),
        ({"actor_kind": "person"}, "person_named"),
        ({"actor_kind": "ghost"}, "actor_kind_known"),
        ({"actor_kind": "console"}, "actor_kind_known"),
        ({"hash": b""}, "hash_filled"),
    ],
)
def test_an_event_that_contradicts_itself_is_refused(
    connection: Connection, values: dict[str, object], constraint: str
) -> None:
    case = a_case(connection)
    with pytest.raises(exc.IntegrityError, match=f"ck_event_{constraint}"):
        an_event(connection, case, **values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"status": "sleeping"}, "status_known"),
        ({"source": "rumour"}, "source_known"),
        ({"status": "fired"}, "fired_has_time"),
        ({"status": "kept"}, "kept_has_time"),
        ({"confirmed_at": NOON}, "confirmed_together"),
        ({"claimed_by": "watch"}, "claim_together"),
    ],
)
def test_a_deadline_that_contradicts_itself_is_refused(
    connection: Connection, values: dict[str, object], constraint: str
) -> None:
    case = a_case(connection)
    with pytest.raises(exc.IntegrityError, match=f"ck_deadline_{constraint}"):
        a_deadline(connection, case, **values)


def test_a_word_that_a_column_does_not_know_is_refused(connection: Connection) -> None:
    case = a_case(connection)
    refuses(connection, "ck_outbox_kind_known", lambda: an_outbox_row(connection, kind="gossip"))
    refuses(connection, "ck_visit_status_known", lambda: a_visit(connection, case, status="forgotten"))
    refuses(
        connection,
        "ck_party_kind_known",
        lambda: add(connection, Party, case_id=case, kind="onlooker", no=1),
    )


def test_a_visit_is_not_cancelled_without_a_reason(connection: Connection) -> None:
    case = a_case(connection)
    refuses(
        connection, "ck_visit_cancelled_with_reason", lambda: a_visit(connection, case, status="cancelled")
    )
    a_visit(connection, case, status="cancelled", reason="moved house")


def test_a_key_is_there_or_destroyed_never_both_nor_neither(connection: Connection) -> None:
    case = a_case(connection)
    for values in ({"wrapped": None}, {"wrapped": b"key", "destroyed_at": NOON}):
        refuses(
            connection,
            "ck_case_key_destroyed_or_wrapped",
            partial(add, connection, CaseKey, case_id=case, master_id="m1", **values),
        )
    add(connection, CaseKey, case_id=case, master_id="m1", wrapped=b"key")


def test_an_imported_row_is_a_case_or_a_reason(connection: Connection) -> None:
    row = {"source": "311", "source_key": "1", "row_sha256": "0" * 64, "at": NOON}
    refuses(connection, "ck_import_row_", lambda: add(connection, ImportRow, outcome="live", **row))
    refuses(connection, "ck_import_row_", lambda: add(connection, ImportRow, outcome="refused", **row))
    add(connection, ImportRow, outcome="refused", reason_code="no_date", **row)
    with pytest.raises(exc.IntegrityError, match="source_key"):
        add(connection, ImportRow, outcome="refused", reason_code="no_date", **row)


def test_a_complainant_acts_without_a_row_of_his_own(connection: Connection) -> None:
    case = a_case(connection)
    an_event(connection, case, actor_kind="complainant")
    a_refusal(connection, case, actor_kind="complainant")
    refuses(
        connection, "ck_refusal_actor_kind_known", lambda: a_refusal(connection, case, actor_kind="ghost")
    )


def test_refusals_are_numbered_from_one_and_no_number_is_given_twice(connection: Connection) -> None:
    case = a_case(connection)
    refuses(connection, "ck_refusal_no_positive", lambda: a_refusal(connection, case, no=0))
    a_refusal(connection, case, no=7)
    refuses(connection, r"refusal.*no", lambda: a_refusal(connection, case, no=7))


def test_an_account_is_not_another_one_of_itself(connection: Connection) -> None:
    office = an_office(connection)
    first = a_person(connection, office)
    second = a_person(connection, office)
    people = table(Person)
    point = update(people).where(people.c.id == second)
    refuses(
        connection,
        "ck_person_same_as_another",
        lambda: connection.execute(point.values(same_as_id=second)),
    )
    refuses(connection, r"(?i)foreign key", lambda: connection.execute(point.values(same_as_id=404)))
    connection.execute(point.values(same_as_id=first))


def test_only_the_hash_of_a_token_fits_where_a_token_is_kept(connection: Connection) -> None:
    person = a_person(connection, an_office(connection))
    with pytest.raises(exc.IntegrityError, match="token_sha256_hexed"):
        add(connection, PersonToken, person_id=person, token_sha256="the token itself", created_at=NOON)


@pytest.mark.parametrize(("starts", "ends"), [(600, 600), (-1, 60), (9000, 10081)])
def test_a_roster_slot_lies_inside_the_week(connection: Connection, starts: int, ends: int) -> None:
    office = an_office(connection)
    person = a_person(connection, office)
    with pytest.raises(exc.IntegrityError, match="ck_roster_slot_week"):
        add(
            connection,
            RosterSlot,
            office_id=office,
            roster="hotline",
            person_id=person,
            starts_minute=starts,
            ends_minute=ends,
        )


def refuses(connection: Connection, constraint: str, act: Callable[[], object]) -> None:
    with pytest.raises(exc.IntegrityError, match=constraint), connection.begin_nested():
        act()
