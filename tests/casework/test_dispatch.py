"""The outbox carried out: once, again after a failure, later while the other side is down, and never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

import models
from casework import dispatch as outbox
from casework.clock import FrozenClock
from casework.dispatch import LEASE, MOST_ATTEMPTS, Dispatched, dispatch
from tests.building import MONDAY, TestOffice, a_complaint, a_store, an_office
from tests.outside import Outside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Row

    from casework.deliver import Told

OUTBOX = models.table(models.Outbox)


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    yield an_office(store, FrozenClock(MONDAY))
    store.close()


def rows(office: TestOffice) -> list[Row[Any]]:
    with office.store.reading() as session:
        return list(session.connection().execute(select(OUTBOX).order_by(OUTBOX.c.id)).all())


def test_operations_are_told_of_each_move_by_its_reference_alone(office: TestOffice) -> None:
    ref = a_complaint(office, in_state="handling")
    outside = Outside()

    done = dispatch(office.store, office.now, outside)

    moved = [told.facts for told in outside.events if told.facts["what"] == "moved"]
    assert [
        {
            "ref": ref,
            "what": "moved",
            "procedure": "property.complaint",
            "name": "begin",
            "from": "received",
            "to": "handling",
        }
    ] == moved
    assert done == Dispatched(claimed=len(rows(office)), done=len(rows(office)))
    assert Dispatched() == dispatch(office.store, office.now, outside)


def test_while_prefect_is_down_the_door_works_and_what_is_told_waits_without_being_counted_as_failed(
    office: TestOffice,
) -> None:
    outside = Outside(down=True)
    a_complaint(office, in_state="handling")
    for _ in range(20):
        dispatch(office.store, office.now, outside)
        office.clock.advance(minutes=10)

    assert {(0, None, None)} == {(row.attempts, row.error_code, row.done_at) for row in rows(office)}
    outside.down = False
    dispatch(office.store, office.now, outside)
    assert ["moved"] == [told.facts["what"] for told in outside.events]


def test_what_a_killed_dispatch_had_claimed_is_delivered_when_its_lease_is_over(office: TestOffice) -> None:
    a_complaint(office, in_state="handling")
    with office.store.transaction() as session:
        session.connection().execute(
            update(OUTBOX).values(claimed_by="killed", lease_until=office.now + LEASE)
        )
    outside = Outside()

    assert Dispatched() == dispatch(office.store, office.now, outside)
    office.clock.advance(seconds=LEASE.total_seconds())
    dispatch(office.store, office.now, outside)

    assert 1 == len(outside.events)


def test_a_row_that_cannot_be_delivered_is_given_up_with_a_code_and_holds_up_no_other(
    office: TestOffice,
) -> None:
    first, second = a_complaint(office, in_state="handling"), a_complaint(office, in_state="handling")

    class Picky(Outside):
        def event(self, told: Told) -> None:
            if told.facts["ref"] == first:
                raise KeyError("王小明")
            super().event(told)

    outside = Picky()
    for _ in range(MOST_ATTEMPTS):
        dispatch(office.store, office.now, outside)
        office.clock.advance(hours=1)

    assert [second] == [told.facts["ref"] for told in outside.events]
    given_up = [row for row in rows(office) if row.error_code]
    assert [("KeyError", MOST_ATTEMPTS, True)] == [
        (row.error_code, row.attempts, row.done_at is not None) for row in given_up
    ]
    with office.store.transaction() as session:
        assert 1 == outbox.revive(session, office.now)
    assert 1 == dispatch(office.store, office.now, Outside()).done


def test_a_failure_is_tried_again_after_a_growing_pause(office: TestOffice) -> None:
    a_complaint(office, in_state="handling")

    class Broken(Outside):
        def event(self, told: Told) -> None:
            raise OSError(told.facts["ref"])

    pauses = []
    for _ in range(3):
        dispatch(office.store, office.now, Broken())
        row = rows(office)[0]
        pauses.append((row.not_before - office.now).total_seconds())
        office.clock.set(row.not_before)

    assert [5, 10, 20] == pauses
