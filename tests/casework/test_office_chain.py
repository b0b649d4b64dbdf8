"""The chains beside the cases: an office's own rows, and the refusals; and the seals that an older database is given (design 7)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, delete, insert, select, text, update

import models
from casework import audit
from casework.closing import note_change
from casework.keys import MasterKeys
from casework.people import add_person, give_role, issue_token, retire_person
from casework.rotation import rotate
from casework.store import Store, open_store
from models.engine import create_engine, for_writing, sqlite_connection
from models.schema import GUARDED
from tests.building import TestOffice, a_complaint, a_store, an_office
from tests.casework.varied_cases import settings_of
from tests.models.stores import MIGRATIONS

EVENTS = models.table(models.OfficeEvent)
PEOPLE, ROLES, TOKENS = (models.table(one) for one in (models.Person, models.PersonRole, models.PersonToken))
CASES, COUNTERS, MARK, REFUSALS = (
    models.table(one) for one in (models.Case, models.RegisterCounter, models.StoreMark, models.Refusal)
)


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    yield an_office(store)
    store.close()


def chain(store: Store) -> list[tuple[int, str, str]]:
    with store.reading() as session:
        rows = session.connection().execute(select(EVENTS).order_by(EVENTS.c.office_id, EVENTS.c.seq))
        return [(row.seq, row.what, row.actor_kind) for row in rows]


def messages(store: Store) -> list[str]:
    return [flaw.message for flaw in audit.verify(store).findings]


def found_after(office: TestOffice, *statements: Any) -> list[str]:
    """What is found after these statements by somebody without the key, which are then undone."""
    with for_writing(office.store.engine).connect() as connection:
        for model in GUARDED:
            for act in ("update", "delete"):
                on = "" if connection.dialect.name == "sqlite" else f" ON {model.__tablename__}"
                connection.execute(text(f"DROP TRIGGER {model.__tablename__}_no_{act}{on}"))
        for statement in statements:
            connection.execute(statement)
        found = [flaw.message for flaw in audit.examine(office.store, connection).findings]
        connection.rollback()
    return found


@pytest.mark.clause("B3a", "X2")
def test_every_transaction_that_changes_an_office_ends_with_one_event_of_its_chain(
    office: TestOffice,
) -> None:
    began = chain(office.store)
    with office.store.transaction() as session:
        add_person(session, office.key, "desk4", office.now, name="新人", roles=("staff",))
        give_role(session, office.key, "desk4", "fire_list", office.now)
        issue_token(session, office.key, "desk4", office.now)
    with office.store.transaction() as session:
        give_role(session, office.key, "desk4", "fire_list", office.now)  # held already: nothing changes
    with office.store.transaction() as session:
        note_change(session.connection(), "nothing", office.now)
    office.register()  # begins a register
    office.register()
    with office.store.transaction() as session:
        retire_person(session, office.key, "desk4", office.now)

    assert [(1, "office opened, role given, person added", "console")] == began
    assert [
        (2, "role given, person added, token", "console"), (3, "register begun", "console"), (4, "person retired", "console"),
    ] == chain(office.store)[1:]  # fmt: skip
    assert [] == messages(office.store)


@pytest.mark.clause("B3a", "X2")
def test_a_change_past_the_chain_is_found_with_its_table_also_when_the_chain_was_set_back(
    office: TestOffice,
) -> None:
    with office.store.transaction() as session:
        give_role(session, office.key, "desk1", "manager", office.now)
    one = office.people["desk2"].id
    with office.store.reading() as session:
        row = session.connection().execute(select(ROLES).order_by(ROLES.c.id.desc()).limit(1)).one()
    forged = {"person_id": one, "token_sha256": "0" * 64, "created_at": office.now}

    past = "The office court was changed past its chain, which ends with event 2: {}."
    assert [past.format("person_token")] == found_after(office, insert(TOKENS).values(forged))
    assert [past.format("person_role")] == found_after(office, delete(ROLES).where(ROLES.c.id == row.id))
    assert [past.format("person")] == found_after(
        office, update(PEOPLE).where(PEOPLE.c.id == one).values(language="en")
    )
    undone = (delete(ROLES).where(ROLES.c.id == row.id), delete(EVENTS).where(EVENTS.c.seq == 2))
    assert ["In the chain of the office court, event 2 is missing: the end was cut off."] == found_after(
        office, *undone
    )


def test_a_rotation_of_the_master_key_is_no_change_of_an_office(database_url: str, tmp_path: Path) -> None:
    settings = settings_of(database_url, tmp_path, DUECOURSE_KEY="")
    MasterKeys.create_file(settings.key_file)
    store = open_store(settings)
    office = an_office(store)
    a_complaint(office)
    began = chain(store)

    before = store.keys.newest_id

    rotate(store, settings)

    assert before != store.keys.newest_id
    assert began == chain(store)
    assert [] == messages(store)
    store.close()


@pytest.mark.clause("X2")
def test_refusals_are_numbered_and_chained_also_when_many_are_refused_at_once(office: TestOffice) -> None:
    ref = office.register().ref

    def attempt(number: int) -> None:
        office.refused_move(ref, "file", office.staff(1 + number % 3))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(attempt, range(20)))

    with office.store.reading() as session:
        numbers = session.connection().execute(select(REFUSALS.c.no).order_by(REFUSALS.c.no)).scalars().all()
        seventh = session.connection().execute(select(REFUSALS.c.mac).where(REFUSALS.c.no == 7)).scalar_one()
    assert list(range(1, 21)) == list(numbers)
    assert [] == messages(office.store)
    assert ["The refusal 8 is missing."] == found_after(office, delete(REFUSALS).where(REFUSALS.c.no == 8))
    assert ["The refusal 3 was changed or put in."] == found_after(
        office, update(REFUSALS).where(REFUSALS.c.no == 3).values(act="begin")
    )
    (cut,) = found_after(office, delete(REFUSALS).where(REFUSALS.c.no > 7))
    assert "end with number 7" in cut
    value = f"7 {bytes(seventh).hex()}"
    assert [cut] == found_after(
        office,
        delete(REFUSALS).where(REFUSALS.c.no > 7),
        update(MARK).where(MARK.c.key == "head:refusals").values(value=value),
    )


@pytest.mark.clause("B3a")
def test_an_office_that_many_change_at_once_has_one_chain(office: TestOffice) -> None:
    def add(number: int) -> None:
        with office.store.transaction() as session:
            add_person(session, office.key, f"new{number}", office.now, name="新人", roles=("staff",))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(8)))

    assert list(range(1, 10)) == [seq for seq, _, _ in chain(office.store)]
    assert [] == messages(office.store)


@pytest.mark.clause("P1a")
def test_the_last_case_removed_with_its_number_is_found(office: TestOffice) -> None:
    office.register("property.opinion")
    office.register("property.opinion")
    turned = update(COUNTERS).where(COUNTERS.c.kind == "opinion").values(last_no=1)
    with office.store.reading() as session:
        last = session.connection().execute(select(CASES.c.id).where(CASES.c.register_no == 2)).scalar_one()
    gone = [
        delete(models.table(model)).where(models.table(model).c.case_id == last)
        for model in (
            models.Event,
            models.Deadline,
            models.Party,
            models.BlindIndex,
            models.CaseKey,
            models.Outbox,
        )
    ]

    (found,) = found_after(office, *gone, delete(CASES).where(CASES.c.id == last), turned)

    assert "The register opinion of 2026 ends with number 1, but that is not where it was sealed" in found


def test_ends_without_a_seal_are_told_once_until_the_next_act_seals_them(office: TestOffice) -> None:
    first, second = office.register().ref, office.register().ref
    with office.store.transaction() as session:
        session.connection().execute(update(CASES).values(head_seal=b""))

    (told,) = messages(office.store)
    assert f"the ends of 2 cases, of which {first} is the first" in told
    office.record(first, "assignment", office.staff(1), handler="desk1")
    (told,) = messages(office.store)
    assert f"Nothing seals the end of the case {second}, which is event 2" in told


@pytest.mark.clause("X2")
def test_an_older_database_is_sealed_as_it_stands_when_it_is_brought_to_this_version(
    database_url: str, tmp_path: Path
) -> None:
    store = a_store(database_url, tmp_path)
    office = an_office(store)
    ref = a_complaint(office, "handling")
    for _ in range(2):
        office.refused_move(ref, "begin", office.staff(1))
    # As a database of the version before has it: none of the new columns and tables, and no seal among the marks.
    with store.transaction() as session:
        session.connection().execute(delete(MARK).where(MARK.c.key.startswith("head:")))
    store.close()
    brought_down(create_engine(database_url))

    office.store = a_store(database_url, tmp_path)

    assert [] == messages(office.store)
    assert [(1, "sealed as it stood", "console")] == chain(office.store)
    office.refused_move(ref, "begin", office.staff(1))
    office.record(ref, "remedy", office.staff(1), done="mended", finished_at=office.now)
    assert [] == messages(office.store)
    assert ["The refusal 1 was changed or put in."] == found_after(
        office, update(REFUSALS).where(REFUSALS.c.no == 1).values(mac=b"x")
    )
    assert ["The refusal 3 was changed or put in."] == found_after(
        office, update(REFUSALS).where(REFUSALS.c.no == 1).values(act="file")
    )
    office.store.close()


def brought_down(engine: Engine) -> None:
    """Take a database with rows back to the version before."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with for_writing(engine).connect() as connection:
        if connection.dialect.name == "sqlite":
            # A migration copies a table to change it, as `models.schema.upgrade` knows.
            sqlite_connection(connection).execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            config.attributes["connection"] = connection
            command.downgrade(config, "duecourse_0006")
    engine.dispose()
