"""Whoever reads what is sealed says for what purpose, and is on record before anything is opened (B10)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

import models
from casework import reading_log, readings
from casework.errors import BadInput, StoreProblem
from states.facts import Actor
from tests.building import TestOffice, a_complaint, a_store, an_office, granted

READINGS, KEYS = models.table(models.Reading), models.table(models.CaseKey)
UNKNOWN = "No case has the reference"


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    yield an_office(store)
    store.close()


def opened(office: TestOffice, ref: str, by: Actor, purpose: str = "to call back") -> readings.Opened:
    with office.store.transaction() as session:
        return granted(readings.open_case(session, ref, by, office.now, purpose=purpose))


def read(office: TestOffice, ref: str) -> tuple[reading_log.ReadingView, ...]:
    with office.store.reading() as session:
        return reading_log.readings_of(session, ref)


def test_identities_and_narrative_are_opened_for_a_purpose_and_the_reading_is_recorded(
    office: TestOffice,
) -> None:
    ref = a_complaint(office, "handling")

    found = opened(office, ref, office.manager, "to answer the letter")

    (party,) = found.parties
    assert party.identity is not None
    assert ("complainant", 1, "王小明", "13800000000") == (
        party.kind,
        party.no,
        party.identity.name,
        party.identity.phone,
    )
    assert ["the pump hums all night", "we will mend it"] == [
        e.words.get("matter") or e.words.get("words") for e in found.events
    ]
    assert [("head1", "case", office.now, "to answer the letter")] == [
        (r.handle, r.what, r.at, r.purpose) for r in read(office, ref)
    ]


@pytest.mark.parametrize("purpose", ["", "   ", "abc", " ab ", "x" * 1001])
def test_without_a_purpose_nothing_is_opened_and_nothing_recorded(office: TestOffice, purpose: str) -> None:
    ref = a_complaint(office)

    with pytest.raises(BadInput, match="purpose"):
        opened(office, ref, office.manager, purpose)

    assert () == read(office, ref)


def test_the_purpose_is_not_kept_in_plain(office: TestOffice) -> None:
    ref = a_complaint(office)
    opened(office, ref, office.manager, "because of the pump")

    with office.store.reading() as session:
        (row,) = session.connection().execute(select(READINGS)).all()
    assert b"pump" not in row.purpose_sealed


def test_the_accused_a_stranger_and_a_mechanism_are_told_that_there_is_no_such_case(
    office: TestOffice,
) -> None:
    ref = a_complaint(office, "remedied", against="desk3")
    elsewhere = an_office(office.store, office.clock, key="elsewhere")
    nobody = Actor("person", office.staff(1).person, frozenset({"cashier"}))
    with office.store.reading() as session:
        cases = models.table(models.Case)
        callback = (
            session.connection()
            .execute(select(cases.c.ref).where(cases.c.parent_id.is_not(None)))
            .scalar_one()
        )

    for asked, by in [
        (ref, office.staff(3)),
        (callback, office.staff(3)),  # what the case is about spans the cases linked to it
        (ref, elsewhere.manager),
        (ref, nobody),
        (ref, Actor("clock", None, frozenset({"clock"}))),
        ("c-0000000000", office.manager),
    ]:
        with pytest.raises(BadInput, match=UNKNOWN):
            opened(office, asked, by)
    assert () == read(office, ref)


def test_a_reading_that_is_rolled_back_leaves_neither_record_nor_words_with_its_caller(
    office: TestOffice,
) -> None:
    """The record comes first, in the same transaction: a caller that fails afterwards has read nothing that counts."""
    ref = a_complaint(office)

    def read_and_fail() -> None:
        with office.store.transaction() as session:
            readings.open_case(session, ref, office.manager, office.now, purpose="to answer")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read_and_fail()

    assert () == read(office, ref)


def test_after_the_key_is_destroyed_nothing_opens_and_who_had_read_it_still_stands(
    office: TestOffice,
) -> None:
    ref = a_complaint(office)
    opened(office, ref, office.manager)
    with office.store.transaction() as session:
        session.connection().execute(update(KEYS).values(wrapped=None, destroyed_at=office.now))

    with pytest.raises(StoreProblem, match="destroyed at its disposal"):
        opened(office, ref, office.manager)

    assert [("head1", None)] == [(r.handle, r.purpose) for r in read(office, ref)]


def test_the_readings_of_an_unknown_case_are_refused(office: TestOffice) -> None:
    with pytest.raises(BadInput, match=UNKNOWN):
        read(office, "c-0000000000")
