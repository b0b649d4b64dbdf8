"""`duecourse audit anchor` and `audit verify --anchors`: the record is anchored, and compared with what was anchored."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from models.engine import create_engine
from tests.desk.counter import Counter, one_sentence, open_counter

MANY = 5


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return open_counter(tmp_path / "home")


@pytest.mark.clause("X2")
def test_an_anchor_is_made_copied_and_compared(counter: Counter, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    counter.complaint()

    made = counter.done("audit", "anchor", DUECOURSE_ANCHORS=str(place))
    verified = counter.done("audit", "verify", "--anchors", str(place))

    assert (1, 1, []) == (made["anchor"], made["places"], made["failed"])
    assert (True, 1, []) == (verified["whole"], verified["anchors"], verified["findings"])
    assert MANY < len(verified["cannot_prove"])
    answer = counter.type("audit", "anchor")
    assert 0 == answer.code
    assert "✓ Anchor 2 is made; 1 cases had events since the last one. Its digest:" in answer.out
    assert "It was compared with 2 anchors." in counter.type("audit", "verify").out


@pytest.mark.clause("X2")
def test_an_older_copy_of_the_file_is_found_beside_the_anchors_and_ends_with_1(
    counter: Counter, tmp_path: Path
) -> None:
    ref = counter.complaint()
    counter.done("audit", "anchor")
    file = counter.home / "duecourse.sqlite"
    with create_engine(f"sqlite:///{file}").connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    older = shutil.copy(file, tmp_path / "older.sqlite")
    counter.record(ref, "assignment", handler="desk1")
    counter.clock.advance(days=1)
    counter.done("audit", "anchor")
    for left in counter.home.glob("duecourse.sqlite*"):
        left.unlink()

    shutil.copy(older, file)

    answer = counter.type("audit", "verify")
    assert 1 == answer.code
    assert (
        "This database is older than the anchor 2 of 2026-03-03: it is an older copy of itself." in answer.out
    )
    assert (
        f"In the case {ref}, event 3 is not the one that the anchor 2 of 2026-03-03 lists, or it is missing."
        in answer.out
    )
    one_sentence(counter.type("audit", "anchor"), "holds number 2, but this database has made 1")


def test_where_there_is_no_anchor_that_is_said(counter: Counter, tmp_path: Path) -> None:
    one_sentence(
        counter.type("audit", "verify", "--anchors", str(tmp_path / "nowhere")), "There is no anchor there."
    )
    assert "It was compared with no anchor" in counter.type("audit", "verify").out
    bad = tmp_path / "file"
    bad.write_text("no folder", encoding="utf-8")
    answer = counter.type("audit", "anchor", DUECOURSE_ANCHORS=f"{bad}/below")
    assert 1 == answer.code
    assert "✗ Place 1 of DUECOURSE_ANCHORS could not be brought up to date" in answer.out
