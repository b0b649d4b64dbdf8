"""Whatever is changed behind the door's back is found: chains, states worked out again, numbers, clocks, people (design 7)."""

import json
import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

import models
from casework import alarms, archive, attachments, audit, corrections, watch
from casework.audit import AuditReport, examine
from casework.audit_flaws import Flaw
from models.engine import for_writing
from models.schema import GUARDED
from tests.building import TestOffice, a_callout, a_complaint, a_store, an_office, called_back

TABLES = {
    name: models.table(cast("type[SQLModel]", model))
    for name, model in {
        "cases": models.Case, "event": models.Event, "deadline": models.Deadline, "party": models.Party, "blind": models.BlindIndex, "key": models.CaseKey,
        "attachment": models.Attachment, "record": models.ArchiveRecord, "counter": models.RegisterCounter, "edition": models.EditionUsed,
    }.items()
}  # fmt: skip
EVENT, CASES, DEADLINE = TABLES["event"], TABLES["cases"], TABLES["deadline"]

NOT_SHOWN: Mapping[str, frozenset[str]] = {
    # What `cannot_prove` says stands beside the chain.
    "cases": frozenset({"id", "office_id"}),
    "event": frozenset({"id"}),
    "deadline": frozenset({"id", "provisional", "attempts", "error_code", "claimed_by", "lease_until"}),
    "party": frozenset({"id"}),
    "blind": frozenset({"id"}),
    "key": frozenset({"destroyed_at"}),
    "attachment": frozenset({"id", "name_sealed", "stored_as"}),
    "record": frozenset({"id", "bag_name", "payload_sha256", "built_at", "verified_at"}),
    "counter": frozenset({"id"}),
    "edition": frozenset({"id", "first_used_at"}),
}
"""Columns whose change this examination does not claim to find."""


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    """Give an office where a bit of everything has happened."""
    store = a_store(database_url, tmp_path)
    office = an_office(store)
    archived = a_complaint(office, "filed")
    archive.archive_case(store, archived, office.now, str(tmp_path / "archive"))
    a_complaint(
        office,
        "handling",
        against="desk3",
        complainants=[{"name": "王小明", "phone": "13800000000"}, {"name": "李", "receives_for_all": True}],
    )
    reopened = a_complaint(office, "remedied")
    with store.reading() as session:
        waiting = (CASES.c.parent_id.is_not(None), CASES.c.closed_at.is_(None))
        callback = session.connection().execute(select(CASES.c.ref).where(*waiting)).scalar_one()
    called_back(office, callback, by=office.staff(2), content=False)
    with store.transaction() as session:
        attachments.attach(
            session,
            reopened,
            b"a letter",
            office.staff(1),
            office.now,
            folder=tmp_path / "attachments",
            name="letter",
        )
    a_callout(office, "fire", reported_ago=timedelta(minutes=4))
    watch.sweep(store, office.now, worker="w")
    mended = a_complaint(office)
    with store.transaction() as session:
        missed = (
            session.connection()
            .execute(select(DEADLINE.c.id).where(DEADLINE.c.status == "fired", DEADLINE.c.breach))
            .scalars()
            .first()
        )
        assert missed is not None
        alarms.confirm_late(session, missed, office.manager, office.now)
        given = {
            "channel": "visit",
            "service": "parking",
            "matter": "cars",
            "complainants": [{"name": "周", "phone": "139"}],
        }
        corrections.correct(
            session, mended, 2, office.staff(1), office.now, evidence=given, reason="mistyped"
        )
    yield office
    store.close()


def report(office: TestOffice) -> AuditReport:
    return audit.verify(office.store)


def tampering(office: TestOffice) -> Connection:
    """A connection in a transaction of its own from which the guards of the record have been taken away."""
    connection = for_writing(office.store.engine).connect()
    for model in GUARDED:
        name = model.__tablename__
        for act in ("update", "delete"):
            connection.execute(
                text(
                    f"DROP TRIGGER {name}_no_{act}"
                    + ("" if connection.dialect.name == "sqlite" else f" ON {name}")
                )
            )
    return connection


def found_after(office: TestOffice, *statements: Any) -> list[Flaw]:
    """What is found after these statements, which are then undone."""
    connection = tampering(office)
    try:
        for statement in statements:
            connection.execute(statement)
        return list(examine(office.store, connection).findings)
    finally:
        connection.rollback()
        connection.close()


def value_of(office: TestOffice, statement: Any) -> Any:
    with office.store.reading() as session:
        return session.connection().execute(statement).first()


@pytest.mark.clause("P1a", "X2")
def test_a_record_that_nobody_touched_is_whole_and_says_what_that_does_not_prove(office: TestOffice) -> None:
    told: list[tuple[int, int]] = []

    found = audit.verify(office.store, progress=lambda done, of: told.append((done, of)))

    assert [] == [finding.message for finding in found.findings]
    assert found.whole
    assert (7, 7) == told[-1] == (found.cases, 7)
    assert found.events == value_of(office, select(text("count(*)")).select_from(EVENT))[0]
    assert any("oldest master key" in sentence for sentence in found.cannot_prove)
    assert any("anchors kept elsewhere" in sentence for sentence in found.cannot_prove)


@pytest.mark.clause("X2")
def test_the_first_bad_event_of_each_case_is_named_and_no_other(office: TestOffice) -> None:
    first, second = (
        row[0] for row in (value_of(office, select(CASES.c.ref).where(CASES.c.id == n)) for n in (1, 3))
    )
    found = found_after(
        office,
        update(EVENT).where(EVENT.c.case_id == 1, EVENT.c.seq.in_((5, 7))).values(name="withdraw"),
        delete(EVENT).where(EVENT.c.case_id == 3, EVENT.c.seq == 2),
    )

    assert [(first, 5), (second, 2)] == [(finding.ref, finding.seq) for finding in found]
    assert [
        f"In the case {first}, event 5 was changed, put in or moved.",
        f"In the case {second}, event 2 is missing.",
    ] == [f.message for f in found]


@pytest.mark.clause("X2")
def test_an_end_that_was_cut_off_is_found(office: TestOffice) -> None:
    last = value_of(office, select(CASES.c.head_seq).where(CASES.c.id == 1))[0]
    cut = delete(EVENT).where(EVENT.c.case_id == 1, EVENT.c.seq == last)
    ref, kept = value_of(
        office,
        select(CASES.c.ref, EVENT.c.hash)
        .join_from(CASES, EVENT)
        .where(EVENT.c.case_id == 1, EVENT.c.seq == last - 1),
    )

    assert [(ref, last, f"In the case {ref}, event {last} is missing.")] == [
        (f.ref, f.seq, f.message) for f in found_after(office, cut)
    ]
    # Also when the row was made to fit: nobody without the key can seal it there.
    fits = update(CASES).where(CASES.c.id == 1).values(head_seq=last - 1, head_hash=kept)
    (found,) = found_after(office, cut, fits)
    assert (ref, last) == (found.ref, found.seq)
    assert "the end was cut off and the row set back" in found.message


@pytest.mark.clause("X2")
def test_an_event_that_was_put_in_is_found_although_it_follows_the_last(office: TestOffice) -> None:
    row = dict(
        value_of(office, select(EVENT).where(EVENT.c.case_id == 3).order_by(EVENT.c.seq.desc()))._mapping
    )
    forged = {k: v for k, v in row.items() if k != "id"} | {
        "seq": row["seq"] + 1,
        "prev_hash": row["hash"],
        "hash": b"f" * 32,
    }

    (found,) = found_after(
        office,
        insert(EVENT).values(forged),
        update(CASES).where(CASES.c.id == 3).values(head_seq=row["seq"] + 1, head_hash=b"f" * 32),
    )

    assert row["seq"] + 1 == found.seq


@pytest.mark.clause("X2")
def test_two_events_that_changed_places_are_found(office: TestOffice) -> None:
    two, three = (
        value_of(office, select(EVENT).where(EVENT.c.case_id == 3, EVENT.c.seq == n)) for n in (2, 3)
    )

    found = found_after(
        office,
        update(EVENT).where(EVENT.c.id == two.id).values(seq=99),
        update(EVENT).where(EVENT.c.id == three.id).values(seq=2),
        update(EVENT).where(EVENT.c.id == two.id).values(seq=3),
    )

    assert [2] == [finding.seq for finding in found]


@pytest.mark.clause("P1a")
def test_a_missing_number_and_a_counter_that_was_turned_are_found(office: TestOffice) -> None:
    counter = TABLES["counter"]

    turned = found_after(office, update(counter).where(counter.c.kind == "callout").values(last_no=2))
    assert ["The register callout of 2026 ends with number 1, but 2 were given."] == [
        f.message for f in turned
    ]
    renumbered = found_after(office, update(CASES).where(CASES.c.id == 3).values(register_no=40))
    assert "The register complaint of 2026 has a gap: number 2 is missing." in [f.message for f in renumbered]


@pytest.mark.clause("P6c")
def test_a_breach_that_was_hidden_is_found(office: TestOffice) -> None:
    hidden = (
        update(DEADLINE)
        .where(DEADLINE.c.status == "fired")
        .values(status="armed", fired_at=None, late=False, confirmed_at=None, confirmed_by=None)
    )

    assert found_after(office, hidden)


@pytest.mark.clause("X9")
def test_people_put_in_taken_out_or_made_unfindable_are_found(office: TestOffice) -> None:
    party, blind = TABLES["party"], TABLES["blind"]

    assert ["its people are not those of the evidence"] == [
        f.params["fault"]
        for f in found_after(office, delete(party).where(party.c.case_id == 3, party.c.no == 2))
    ]
    assert ["the marks by which its people are found again are others"] == [
        f.params["fault"] for f in found_after(office, delete(blind).where(blind.c.case_id == 3))
    ]


@pytest.mark.clause("X2")
def test_a_moment_that_is_no_moment_is_found_and_stops_no_other_case(office: TestOffice) -> None:
    if office.store.engine.dialect.name != "sqlite":
        return  # PostgreSQL keeps no such thing in a column of moments
    spoiled = text("UPDATE event SET happened_at = '0000-yesterday' WHERE case_id = 3 AND seq = 4")
    number = text("UPDATE cases SET received_at = '0000-never' WHERE id = 1")

    day = text("UPDATE edition_used SET first_used_at = '0000-never'")
    assert ["The table edition_used cannot be read: something in it is no longer what it was stored as."] == [
        f.message for f in found_after(office, day)
    ]
    found = {(f.ref, f.seq) for f in found_after(office, spoiled, number)}

    refs = {n: value_of(office, select(CASES.c.ref).where(CASES.c.id == n))[0] for n in (1, 3)}
    assert (refs[3], 4) in found
    assert refs[1] in {ref for ref, _ in found}
    assert 2 == len(found)


EDITS = 250


@pytest.mark.clause("P1a", "X2")
def test_of_many_random_edits_none_stays_unseen(office: TestOffice) -> None:
    """Somebody with the database and without the key changes one value, takes one row away, or writes one row twice."""
    chance = random.Random(20260302)
    connection = tampering(office)
    unseen: list[str] = []
    refused = 0
    for _ in range(EDITS):
        point = connection.begin_nested()
        try:
            done = edit(chance, connection)
        except DBAPIError:  # the database's own checks stand in the way
            refused += 1
            point.rollback()
            continue
        if done and not examine(office.store, connection).findings:
            unseen.append(done)
        point.rollback()
    connection.rollback()
    connection.close()

    assert not unseen, "; ".join(unseen)
    assert refused < EDITS // 2
    assert report(office).whole, "everything was undone"


def edit(chance: random.Random, connection: Connection) -> str:
    """Make one random edit and say what it was; nothing if it changed nothing."""
    name = chance.choice([*TABLES, "event", "event", "cases", "deadline"])
    table = TABLES[name]
    row = chance.choice(connection.execute(select(table).order_by(*table.primary_key)).all())
    me = [column == row._mapping[column.name] for column in table.primary_key]
    if chance.random() < 0.1 and name != "cases":
        connection.execute(delete(table).where(*me))
        return f"{name} {me}: removed"
    column = chance.choice([c for c in table.columns if c.name not in NOT_SHOWN[name]])
    if (
        name == "deadline"
        and column.name in {"due_at", "seconds"}
        and row.clock != "24x7"
        and row.status != "fired"
    ):
        return ""  # a due time in working days, which follows the calendar
    if name == "key" and row.wrapped is None:
        return ""
    value = other(chance, column, row._mapping[column.name])
    if value == row._mapping[column.name] or (name == "deadline" and value == "dead"):
        return ""
    connection.execute(update(table).where(*me).values({column.name: value}))
    return f"{name}.{column.name} {row._mapping[column.name]!r} -> {value!r}"


WORDS = (
    "received", "handling", "remedied", "filed", "archived", "withdrawn", "recorded", "moved", "corrected", "complaint", "opinion", "begin", "person", "clock",
    "armed", "kept", "cancelled", "fired", "24x7", "text", "default", "P6b", "staff", "manager", "property.complaint", "2026-01-01", "visit", "{}", "[]", "x",
)  # fmt: skip


def other(chance: random.Random, column: Any, value: object) -> object:
    """Another value for a column, as a forger would choose it."""
    if value is None:
        return next(new for name, new in FOR_NOTHING.items() if name in type(column.type).__name__.lower())
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return max(0, value + chance.choice((-1, 1, 7)))
    if isinstance(value, datetime):
        return value + chance.choice((-1, 1)) * chance.choice(
            (timedelta(microseconds=1), timedelta(minutes=1), timedelta(days=30))
        )
    if isinstance(value, bytes):
        place = chance.randrange(len(value))
        return value[:place] + bytes((value[place] ^ 1 << chance.randrange(8),)) + value[place + 1 :]
    return other_text(chance, str(value))


FOR_NOTHING: Mapping[str, object] = {
    "string": "x",
    "text": "x",
    "datetime": datetime.fromisoformat("2026-03-02T03:00+00:00"),
    "binary": b"x",
    "id": 1,
    "integer": 1,
}
"""What is written where nothing stood, by the kind of column."""


def other_text(chance: random.Random, value: str) -> str:
    """Another text: evidence slightly changed, a digest turned round, or a word of the office."""
    if value.startswith(("{", "[")):
        return chance.choice(
            (
                value.replace("1", "2", 1),
                value.replace("true", "false", 1),
                "{}",
                "[]",
                json.dumps({"corrects": 2}),
            )
        )
    return value[::-1] if len(value) == 64 else chance.choice(WORDS)
