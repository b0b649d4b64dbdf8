import pytest
from sqlalchemy import Connection, Engine, exc, text
from sqlmodel import SQLModel

from models import (
    Anchor,
    Delegation,
    EditionApproval,
    Event,
    Interpretation,
    Link,
    OfficeEvent,
    Reading,
    Refusal,
    Undertaking,
)
from models.engine import for_writing
from models.schema import GUARDED, state_of
from tests.models.bureau_rows import (
    an_anchor,
    an_approval,
    an_interpretation,
    an_office_event,
    an_undertaking,
)
from tests.models.hotel_rows import a_delegation
from tests.models.rows import a_case, a_link, a_person, a_reading, a_refusal, an_event, an_office

RECORD = [
    Event,
    Refusal,
    Reading,
    Link,
    Undertaking,
    Interpretation,
    EditionApproval,
    OfficeEvent,
    Anchor,
    Delegation,
]
PROTECTED = pytest.mark.parametrize("model", RECORD, ids=lambda model: model.__tablename__)


@pytest.fixture
def record(engine: Engine) -> Engine:
    """Give a database that holds one row of each protected table."""
    with for_writing(engine).begin() as connection:
        office = an_office(connection)
        case = a_case(connection, office_id=office)
        an_event(connection, case)
        a_refusal(connection, case)
        person = a_person(connection, office)
        a_reading(connection, case, person)
        a_link(connection, case, a_case(connection, office_id=office))
        an_undertaking(connection, person)
        an_interpretation(connection, office, person)
        an_approval(connection, office, person)
        an_office_event(connection, office)
        an_anchor(connection)
        a_delegation(connection, office, person, a_person(connection, office))
    return engine


@PROTECTED
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_a_row_of_the_record_can_be_neither_changed_nor_deleted(
    record: Engine, model: type[SQLModel], statement: str
) -> None:
    name = str(model.__tablename__)
    with (
        pytest.raises(
            exc.IntegrityError, match=f"{name} is append-only: its rows are never changed or deleted"
        ),
        for_writing(record).begin() as connection,
    ):
        connection.execute(text(statement.format(name)))
    assert rows_of(record, name) == 1


@pytest.mark.parametrize("database_kind", ["postgresql"])
@PROTECTED
def test_no_statement_empties_a_protected_table_at_once(
    record: Engine, postgres_url: str, model: type[SQLModel]
) -> None:
    """PostgreSQL's TRUNCATE fires no trigger of a row; SQLite has no such statement."""
    with pytest.raises(exc.IntegrityError, match="append-only"), record.begin() as connection:
        connection.execute(text(f"TRUNCATE {model.__tablename__}"))


@PROTECTED
def test_a_row_is_not_replaced_by_inserting_another_one_in_its_place(
    record: Engine, model: type[SQLModel]
) -> None:
    name = str(model.__tablename__)
    if record.dialect.name == "sqlite":
        statement = f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}"
    else:
        statement = f"INSERT INTO {name} SELECT * FROM {name} ON CONFLICT (id) DO UPDATE SET id = excluded.id"
    with (
        pytest.raises(exc.IntegrityError, match="append-only"),
        for_writing(record).begin() as connection,
    ):
        connection.execute(text(statement))


def test_an_event_can_still_be_added_to_a_case(record: Engine) -> None:
    with for_writing(record).begin() as connection:
        case = connection.execute(text("SELECT min(id) FROM cases")).scalar_one()
        an_event(connection, case, seq=2)
    assert rows_of(record, "event") == 2


@PROTECTED
def test_a_database_in_which_a_protected_table_lost_its_guard_is_half(
    record: Engine, model: type[SQLModel]
) -> None:
    name = str(model.__tablename__)
    on = f" ON {name}" if record.dialect.name == "postgresql" else ""
    with for_writing(record).begin() as connection:
        connection.execute(text(f"DROP TRIGGER {name}_no_delete{on}"))
    assert state_of(record) == "half"


def test_no_other_table_is_protected() -> None:
    assert set(RECORD) == set(GUARDED)


def rows_of(engine: Engine, name: str) -> int:
    with engine.connect() as connection:
        return count(connection, name)


def count(connection: Connection, name: str) -> int:
    return int(connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one())
