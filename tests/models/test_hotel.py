"""The tables of the hotel: what they hold once, and what contradicts itself."""

import pytest
from sqlalchemy import Connection, exc

from tests.models.hotel_rows import DAY, a_delegation, a_house_rule, a_listed_guest
from tests.models.rows import NOON, a_person, an_office


def test_a_rule_of_the_house_begins_once_a_day_under_a_key_and_begins_again_later(
    connection: Connection,
) -> None:
    office, other = an_office(connection), an_office(connection)
    a_house_rule(connection, office, valid_until=NOON.date())
    a_house_rule(connection, office, valid_from=NOON.date() + DAY)
    a_house_rule(connection, office, key="r-2")
    a_house_rule(connection, other)
    with pytest.raises(exc.IntegrityError, match="valid_from"):
        a_house_rule(connection, office, words="another text")


def test_a_guest_stands_once_on_a_list_by_name_and_once_by_telephone(connection: Connection) -> None:
    office, other = an_office(connection), an_office(connection)
    a_listed_guest(connection, office)
    a_listed_guest(connection, office, kind="name")
    a_listed_guest(connection, other)
    with pytest.raises(exc.IntegrityError, match="digest"):
        a_listed_guest(connection, office, valid_until=NOON.date())


def test_a_delegation_is_ended_once(connection: Connection) -> None:
    office = an_office(connection)
    one, giver = a_person(connection, office), a_person(connection, office)
    given = a_delegation(connection, office, one, giver)
    a_delegation(connection, office, one, giver, ends_id=given, valid_until=NOON.date())
    with pytest.raises(exc.IntegrityError, match="ends_id"):
        a_delegation(connection, office, one, giver, ends_id=given)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"key": ""}, "key_filled"),
        ({"words": ""}, "words_filled"),
        ({"valid_until": NOON.date() - DAY}, "valid_in_order"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(
    connection: Connection, values: dict[str, object], constraint: str
) -> None:
    with pytest.raises(exc.IntegrityError, match=f"ck_house_rule_{constraint}"):
        a_house_rule(connection, an_office(connection), **values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"list": "friends"}, "list_known"),
        ({"kind": "room"}, "kind_known"),
        ({"digest": b""}, "digest_filled"),
    ],
)
def test_an_entry_of_a_list_that_says_nothing_is_refused(
    connection: Connection, values: dict[str, object], constraint: str
) -> None:
    with pytest.raises(exc.IntegrityError, match=f"ck_listed_guest_{constraint}"):
        a_listed_guest(connection, an_office(connection), **values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"role": ""}, "role_filled"),
        ({"text_sha256": "the paper"}, "text_sha256_hexed"),
        ({"valid_until": NOON.date() - DAY}, "valid_in_order"),
    ],
)
def test_a_delegation_that_contradicts_itself_is_refused(
    connection: Connection, values: dict[str, object], constraint: str
) -> None:
    office = an_office(connection)
    one, giver = a_person(connection, office), a_person(connection, office)
    with pytest.raises(exc.IntegrityError, match=f"ck_delegation_{constraint}"):
        a_delegation(connection, office, one, giver, **values)


def test_nobody_delegates_to_themselves_and_no_delegation_is_without_an_end(connection: Connection) -> None:
    office = an_office(connection)
    one, giver = a_person(connection, office), a_person(connection, office)
    with (
        pytest.raises(exc.IntegrityError, match="ck_delegation_given_to_another"),
        connection.begin_nested(),
    ):
        a_delegation(connection, office, giver, giver)
    with pytest.raises(exc.IntegrityError, match="valid_until"), connection.begin_nested():
        a_delegation(connection, office, one, giver, valid_until=None)
    # One who has come to hold the role that gives it may still end what they were given.
    given = a_delegation(connection, office, one, giver)
    a_delegation(connection, office, one, one, ends_id=given, valid_until=NOON.date() - DAY)
