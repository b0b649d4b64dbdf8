import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Engine, delete, exc, insert, inspect, select, update
from sqlmodel import Session, SQLModel

from models import (
    Case,
    Deadline,
    Office,
    Person,
    RegisterCounter,
    table,
)
from tests.models.rows import NOON, a_case, a_deadline, a_person, add, an_event, an_office


def test_a_naive_time_is_refused(connection: Connection) -> None:
    with pytest.raises(exc.StatementError, match="must have timezone information"):
        a_case(connection, received_at=dt.datetime(2026, 3, 2, 12, 0))  # noqa: DTZ001


def test_a_time_comes_back_as_the_same_moment_in_utc(connection: Connection) -> None:
    noon_there = NOON.astimezone(ZoneInfo("Asia/Shanghai"))
    case = a_case(connection, received_at=noon_there)
    stored = connection.execute(
        select(table(Case).c.received_at).where(table(Case).c.id == case)
    ).scalar_one()
    assert stored == NOON
    assert stored.tzinfo is dt.UTC


def test_times_are_ordered_to_the_microsecond(connection: Connection) -> None:
    """SQLite keeps them as text, so a whole second must not sort after its fractions."""
    case = a_case(connection)
    moments = [NOON + dt.timedelta(microseconds=offset) for offset in (1, 0, 999_999, 500_000)]
    for rung, moment in enumerate(moments):
        a_deadline(connection, case, rung=rung, due_at=moment)
    stored = connection.execute(select(table(Deadline).c.due_at).order_by(table(Deadline).c.due_at)).scalars()
    assert list(stored) == sorted(moments)


def test_two_cases_cannot_have_the_same_register_number(connection: Connection) -> None:
    office = an_office(connection)
    a_case(connection, office_id=office, register_no=12)
    with pytest.raises(exc.IntegrityError, match="register_no"):
        a_case(connection, office_id=office, register_no=12)


def test_two_offices_count_their_cases_each_for_itself(connection: Connection) -> None:
    a_case(connection, register_no=12)
    a_case(connection, register_no=12)


def test_two_cases_cannot_have_the_same_reference(connection: Connection) -> None:
    a_case(connection, ref="c-7k3m9qv2xw")
    with pytest.raises(exc.IntegrityError, match="ref"):
        a_case(connection, ref="c-7k3m9qv2xw")


def test_two_events_of_a_case_cannot_have_the_same_sequence(connection: Connection) -> None:
    case = a_case(connection)
    an_event(connection, case, seq=1)
    with pytest.raises(exc.IntegrityError, match="seq"):
        an_event(connection, case, seq=1)


def test_a_rung_is_armed_once_for_each_entry_into_a_state(connection: Connection) -> None:
    case = a_case(connection)
    a_deadline(connection, case, rung=1, entry=4)
    a_deadline(connection, case, rung=1, entry=9)
    with pytest.raises(exc.IntegrityError, match="rung"):
        a_deadline(connection, case, rung=1, entry=4)


def test_a_row_cannot_belong_to_a_case_that_does_not_exist(connection: Connection) -> None:
    with pytest.raises(exc.IntegrityError, match=r"(?i)foreign key"):
        a_deadline(connection, 404)


def test_an_office_with_people_cannot_be_deleted(connection: Connection) -> None:
    office = an_office(connection)
    a_person(connection, office)
    with pytest.raises(exc.IntegrityError, match=r"(?i)foreign key"):
        connection.execute(delete(table(Office)).where(table(Office).c.id == office))


def test_a_case_and_a_number_series_begin_without_a_seal(connection: Connection) -> None:
    case = a_case(connection)
    cases = table(Case).c
    assert connection.execute(select(cases.head_seal).where(cases.id == case)).scalar_one() == b""
    counters = table(RegisterCounter).c
    add(connection, RegisterCounter, office_id=an_office(connection), kind="C", year=2026, last_no=1)
    assert connection.execute(select(counters.seal)).scalar_one() == b""


def test_a_compare_and_swap_on_a_stale_version_changes_nothing(connection: Connection) -> None:
    cases = table(Case)
    case = a_case(connection)
    swap = update(cases).where(cases.c.id == case, cases.c.version == 0).values(version=1)
    assert connection.execute(swap).rowcount == 1
    assert connection.execute(swap).rowcount == 0


def test_a_row_written_by_a_session_reads_back_as_it_was(engine: Engine) -> None:
    with Session(engine) as session:
        office = Office(key="green", name="翠园", kind="property", zone="Asia/Shanghai", created_at=NOON)
        session.add(office)
        session.flush()
        session.add(
            Person(
                office_id=office.id,
                handle="desk1",
                name_sealed=b"\x00\xff",
                language="zh-Hans",
                active_from=NOON.date(),
            )
        )
        session.commit()
        session.expire_all()
        person = session.get_one(Person, 1)
        assert (person.name_sealed, person.active_from, person.active_until) == (
            b"\x00\xff",
            NOON.date(),
            None,
        )
        assert session.get_one(Office, person.office_id).name == "翠园"


def test_keys_of_rows_have_64_bits_on_postgresql_and_are_the_row_number_on_sqlite(engine: Engine) -> None:
    expected = {"postgresql": "BIGINT", "sqlite": "INTEGER"}[engine.dialect.name]
    words = {"command_id", "master_id", "run_id"}
    for name in SQLModel.metadata.tables:
        for column in inspect(engine).get_columns(name):
            if column["name"] == "id" or (column["name"].endswith("_id") and column["name"] not in words):
                assert str(column["type"]) == expected, f"{name}.{column['name']}"


def test_every_time_column_refuses_a_naive_time_and_every_text_is_unbounded() -> None:
    for described in SQLModel.metadata.tables.values():
        for column in described.columns:
            kind = type(column.type).__name__
            assert kind in {
                "Id",
                "Integer",
                "AutoString",
                "Text",
                "Boolean",
                "Date",
                "LargeBinary",
                "UTCDateTime",
            }
            assert getattr(column.type, "length", None) is None, f"{described.name}.{column.name}"
            if column.name.endswith(("_at", "until")) and kind != "Date":
                assert kind == "UTCDateTime", f"{described.name}.{column.name}"


def test_a_row_left_incomplete_is_refused(connection: Connection) -> None:
    with pytest.raises(exc.IntegrityError):
        connection.execute(insert(table(Case)).values(ref="c-1"))
