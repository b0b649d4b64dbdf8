"""What is in an older database is still there after its upgrade, and the new columns say that they are new."""

import pytest
from sqlalchemy import Engine, exc, select, text

from models import Case, Reading, Refusal, RegisterCounter, schema, table
from models.engine import for_writing
from tests.models.older import REFUSALS, a_store_of_the_sixth
from tests.models.rows import a_case, a_refusal, an_event
from tests.models.stores import checks_and_indexes, everything_in, migrate


@pytest.fixture
def upgraded(bare: Engine) -> Engine:
    """Give a database of the sixth migration, with rows, brought to today's tables."""
    a_store_of_the_sixth(bare)
    schema.upgrade(bare)
    return bare


def test_an_upgrade_loses_no_row_and_changes_none(bare: Engine) -> None:
    a_store_of_the_sixth(bare)
    before = everything_in(bare)
    schema.upgrade(bare)
    after = everything_in(bare)
    assert schema.state_of(bare) == "current"
    for name in before.keys() - {"alembic_version"}:
        columns, rows = before[name]
        now, found = after[name]
        places = [now.index(column) for column in columns]
        assert [tuple(row[place] for place in places) for row in found] == rows, name


def test_refusals_that_were_there_are_numbered_in_the_order_of_their_keys_without_gaps(
    upgraded: Engine,
) -> None:
    refusals = table(Refusal).c
    with upgraded.connect() as connection:
        rows = connection.execute(select(refusals.id, refusals.no, refusals.mac).order_by(refusals.id)).all()
    assert [tuple(row) for row in rows] == [(key, no, b"") for no, key in enumerate(REFUSALS, start=1)]


def test_what_was_sealed_by_nothing_says_so(upgraded: Engine) -> None:
    """In bytes, not in a text, which SQLite would keep in a column of bytes as it is."""
    with upgraded.connect() as connection:
        assert list(connection.execute(select(table(Case).c.head_seal)).scalars()) == [b"", b""]
        assert list(connection.execute(select(table(RegisterCounter).c.seal)).scalars()) == [b""]
        assert list(connection.execute(select(table(Reading).c.event_seq)).scalars()) == [None]


@pytest.mark.parametrize("name", ["event", "refusal", "reading", "link"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_there_can_be_neither_changed_nor_deleted_after_it(
    upgraded: Engine, name: str, statement: str
) -> None:
    with (
        pytest.raises(exc.IntegrityError, match=f"{name} is append-only"),
        for_writing(upgraded).begin() as connection,
    ):
        connection.execute(text(statement.format(name)))


def test_an_upgraded_database_has_the_same_indexes_and_checks_as_a_new_one(
    upgraded: Engine, engine: Engine
) -> None:
    assert checks_and_indexes(upgraded) == checks_and_indexes(engine)


def test_rows_go_on_being_added_after_an_upgrade(upgraded: Engine) -> None:
    with for_writing(upgraded).begin() as connection:
        case = a_case(connection, id=77, office_id=1, parent_id=1, parent_round=0)
        assert an_event(connection, case, id=99, actor_kind="complainant") == 99
        a_refusal(connection, case, id=99, no=len(REFUSALS) + 1)
        with pytest.raises(exc.IntegrityError), connection.begin_nested():
            a_refusal(connection, case, id=100, no=1)


def test_an_upgrade_is_not_taken_back_once_a_complainant_has_acted(engine: Engine) -> None:
    """The older tables have no word for who acted, and an event is not left behind."""
    with for_writing(engine).begin() as connection:
        an_event(connection, a_case(connection), actor_kind="complainant")
    before = everything_in(engine)
    with pytest.raises(exc.IntegrityError):
        migrate(engine, schema.REVISIONS[5], down=True)
    assert everything_in(engine) == before
    assert schema.state_of(engine) == "current"
