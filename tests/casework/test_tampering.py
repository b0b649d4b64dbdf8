"""A thousand edits by somebody who can write every table and has not the key: none stays unseen, and the first bad event is named (B10, X2)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from casework.audit import examine
from casework.audit_flaws import Flaw
from casework.audit_scope import NOT_PROVED, NOT_PROVED_COLUMNS, PROVED
from models.engine import for_writing
from tests.casework.forger import TABLES, Forger, a_forger
from tests.casework.varied_cases import a_varied_record

EDITS = 1000


def test_every_table_is_either_proved_or_told_not_to_be() -> None:
    everything = set(SQLModel.metadata.tables)

    assert everything == PROVED.keys() | NOT_PROVED.keys()
    assert not PROVED.keys() & NOT_PROVED.keys()
    assert NOT_PROVED_COLUMNS.keys() <= PROVED.keys()
    for name, columns in NOT_PROVED_COLUMNS.items():
        assert columns.keys() <= {column.name for column in TABLES[name].columns}


@pytest.fixture
def forger(database_url: str, tmp_path: Path) -> Iterator[Forger]:
    store = a_varied_record(database_url, tmp_path)
    connection = for_writing(store.engine).connect()
    yield a_forger(store, connection, 20260302)
    connection.rollback()
    connection.close()
    store.close()


@pytest.mark.clause("B10", "X2")
def test_of_a_thousand_edits_without_the_key_every_one_is_found_and_the_first_bad_event_named(
    forger: Forger,
) -> None:
    assert not [name for name, rows in forger.rows.items() if not rows], (
        "every proved table has rows to be changed"
    )
    assert [] == found(forger)
    unseen: list[str] = []
    unnamed: list[str] = []
    made = refused = 0
    while made < EDITS:
        point = forger.connection.begin_nested()
        try:
            edit = forger()
        except DBAPIError:  # the database's own checks stand in the way
            refused += 1
            edit = None
        if edit is not None:
            made += 1
            what, named = edit
            flaws = found(forger)
            if not flaws:
                unseen.append(what)
            elif not named <= {(flaw.ref, flaw.seq) for flaw in flaws}:
                unnamed.append(f"{what}: {named} is not in {[flaw.message for flaw in flaws]}")
        point.rollback()

    assert not unseen, "\n".join(unseen)
    assert not unnamed, "\n".join(unnamed)
    assert refused < EDITS
    assert [] == found(forger), "everything was undone"


def found(forger: Forger) -> list[Flaw]:
    return list(examine(forger.store, forger.connection).findings)
