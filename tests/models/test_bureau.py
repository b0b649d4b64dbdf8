"""The tables of the bureau, of rulings and of the proof: what they hold once, and what contradicts itself."""

from functools import partial

import pytest
from sqlalchemy import Connection, exc

from tests.models.bureau_rows import (
    a_finding,
    a_receipt,
    a_taken_number,
    an_anchor,
    an_approval,
    an_instrument,
    an_interpretation,
    an_office_event,
    an_undertaking,
)
from tests.models.rows import a_case, a_person, a_reading, an_office


def test_a_case_has_one_receipt_and_a_code_opens_one_case(connection: Connection) -> None:
    case, other = a_case(connection), a_case(connection)
    a_receipt(connection, case, b"one")
    with pytest.raises(exc.IntegrityError), connection.begin_nested():
        a_receipt(connection, case, b"two")
    with pytest.raises(exc.IntegrityError, match="digest"):
        a_receipt(connection, other, b"one")


def test_an_event_serves_one_instrument(connection: Connection) -> None:
    office = an_office(connection)
    case, person = a_case(connection, office_id=office), a_person(connection, office)
    an_instrument(connection, case, person, event_seq=1)
    an_instrument(connection, case, person, event_seq=2)
    with pytest.raises(exc.IntegrityError, match="event_seq"):
        an_instrument(connection, case, person, event_seq=2)


def test_a_minute_is_cited_by_one_case_of_an_office(connection: Connection) -> None:
    office, other = an_office(connection), an_office(connection)
    case = a_case(connection, office_id=office)
    a_taken_number(connection, office, case, "2026/12")
    a_taken_number(connection, other, a_case(connection, office_id=other), "2026/12")
    with pytest.raises(exc.IntegrityError, match="value"):
        a_taken_number(connection, office, a_case(connection, office_id=office), "2026/12")


def test_a_decision_has_one_place_in_the_order_of_its_office(connection: Connection) -> None:
    """Findings that are not decided yet have none, and there may be many of them."""
    office, other = an_office(connection), an_office(connection)
    case = a_case(connection, office_id=office)
    for _ in range(2):
        a_finding(connection, office, case)
    a_finding(connection, office, case, decided_no=1)
    a_finding(connection, other, a_case(connection, office_id=other), decided_no=1)
    with pytest.raises(exc.IntegrityError, match="decided_no"):
        a_finding(connection, office, case, decided_no=1)


def test_rulings_and_changes_of_an_office_are_numbered_each_once(connection: Connection) -> None:
    office = an_office(connection)
    person = a_person(connection, office)
    for add_again in (
        partial(an_interpretation, connection, office, person, no=3),
        partial(an_approval, connection, office, person),
        partial(an_office_event, connection, office, seq=3),
        partial(an_anchor, connection, no=3),
    ):
        add_again()
        with pytest.raises(exc.IntegrityError), connection.begin_nested():
            add_again()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"outcome": "perhaps"}, "outcome_known"),
        ({"round": -1}, "round_counted"),
        ({"event_seq": -1}, "event_seq_counted"),
        ({"decided_no": 0}, "decided_no_positive"),
        ({"count": -1}, "count_counted"),
    ],
)
def test_a_finding_that_contradicts_itself_is_refused(
    connection: Connection, values: dict[str, object], constraint: str
) -> None:
    office = an_office(connection)
    case = a_case(connection, office_id=office)
    with pytest.raises(exc.IntegrityError, match=f"ck_finding_{constraint}"):
        a_finding(connection, office, case, **values)


def test_what_the_bureau_keeps_is_not_left_empty(connection: Connection) -> None:
    office = an_office(connection)
    person, case = a_person(connection, office), a_case(connection, office_id=office)
    for constraint, act in (
        ("ck_receipt_digest_filled", partial(a_receipt, connection, case, b"")),
        ("ck_instrument_kind_filled", partial(an_instrument, connection, case, person, kind="")),
        ("ck_taken_number_value_filled", partial(a_taken_number, connection, office, case, "")),
        (
            "ck_interpretation_minute_filled",
            partial(an_interpretation, connection, office, person, minute=""),
        ),
        ("ck_edition_approval_minute_filled", partial(an_approval, connection, office, person, minute="")),
        (
            "ck_undertaking_text_sha256_hexed",
            partial(an_undertaking, connection, person, text_sha256="the text"),
        ),
        ("ck_reading_event_seq_counted", partial(a_reading, connection, case, person, event_seq=-1)),
    ):
        with pytest.raises(exc.IntegrityError, match=constraint), connection.begin_nested():
            act()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"actor_kind": "person"}, "person_named"),
        ({"actor_kind": "ghost"}, "actor_kind_known"),
        ({"what": ""}, "what_filled"),
        ({"digest": b""}, "digest_filled"),
        ({"hash": b""}, "hash_filled"),
    ],
)
def test_a_change_of_an_office_that_contradicts_itself_is_refused(
    connection: Connection, values: dict[str, object], constraint: str
) -> None:
    office = an_office(connection)
    with pytest.raises(exc.IntegrityError, match=f"ck_office_event_{constraint}"):
        an_office_event(connection, office, **values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"no": 0}, "no_positive"),
        ({"events": -1}, "events_counted"),
        ({"high_event_id": -1}, "high_event_id_counted"),
        ({"digest": b""}, "digest_filled"),
    ],
)
def test_an_anchor_that_contradicts_itself_is_refused(
    connection: Connection, values: dict[str, object], constraint: str
) -> None:
    with pytest.raises(exc.IntegrityError, match=f"ck_anchor_{constraint}"):
        an_anchor(connection, **values)
