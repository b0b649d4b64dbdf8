"""Builders for what a hotel keeps: each inserts one row, as those of `rows` do."""

import datetime as dt

from sqlalchemy import Connection

from models import Delegation, HouseRule, ListedGuest
from tests.models.rows import NOON, add

DAY = dt.timedelta(days=1)


def a_house_rule(connection: Connection, office_id: int, **values: object) -> int:
    defaults: dict[str, object] = {
        "office_id": office_id,
        "key": "r-1",
        "words": "a room that is too loud is changed",
        "valid_from": NOON.date(),
        "recorded_at": NOON,
    }
    return add(connection, HouseRule, **(defaults | values))


def a_listed_guest(connection: Connection, office_id: int, **values: object) -> int:
    defaults: dict[str, object] = {
        "office_id": office_id,
        "list": "vip",
        "kind": "phone",
        "digest": b"digest",
        "recorded_at": NOON,
    }
    return add(connection, ListedGuest, **(defaults | values))


def a_delegation(
    connection: Connection, office_id: int, person_id: int, given_by: int, **values: object
) -> int:
    defaults: dict[str, object] = {
        "office_id": office_id,
        "person_id": person_id,
        "role": "gm_delegate",
        "valid_from": NOON.date(),
        "valid_until": NOON.date() + 30 * DAY,
        "text_sha256": "0" * 64,
        "given_by": given_by,
        "recorded_at": NOON,
    }
    return add(connection, Delegation, **(defaults | values))
