"""An installation that cannot be used as it is: another database, another key, another edition, an office file that is none."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from casework import editions_used
from tests.desk.counter import EXAMPLE, Counter, one_sentence, unchanged

if TYPE_CHECKING:
    from pathlib import Path


def test_an_edition_that_was_changed_after_it_was_used(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.complaint()
    monkeypatch.setattr(editions_used, "fingerprint", lambda _: "another")

    one_sentence(unchanged(counter, "list"), "has been changed since", "new-edition")


@pytest.mark.parametrize("kind", ["foreign", "no database", "half-written"])
def test_a_database_that_is_not_ours_or_not_whole(counter: Counter, kind: str) -> None:
    path = counter.home / "duecourse.sqlite"
    if kind == "foreign":
        path.unlink()
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("CREATE TABLE recipes (name TEXT)")
    elif kind == "no database":
        path.write_bytes(b"these are the notes of a meeting, and no database" * 100)
    else:
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("DROP TABLE alarm")
    before = path.read_bytes()

    one_sentence(counter.type("list", by="desk1"), "left as it is")
    one_sentence(counter.type("office", "load", str(EXAMPLE)), "left as it is")
    assert path.read_bytes() == before


def test_no_database_yet(tmp_path: Path) -> None:
    counter = Counter(tmp_path / "empty", tokens={"desk1": "dc_x"})

    one_sentence(counter.type("list", by="desk1"), "There is no database yet.", "duecourse up")
    assert not (tmp_path / "empty").exists()


def test_a_database_that_duecourse_does_not_know(counter: Counter) -> None:
    one_sentence(
        counter.type("list", by="desk1", DUECOURSE_DATABASE="mysql://root@host/complaints"),
        "not a database that Duecourse can use",
    )


def test_a_key_file_that_is_missing_wrong_or_torn(counter: Counter, tmp_path: Path) -> None:
    key, other = counter.home / "master.key", tmp_path / "other.key"
    shutil.copy2(key, other)
    kept = key.read_bytes()
    key.unlink()
    one_sentence(counter.type("list", by="desk1"), "master.key")
    one_sentence(counter.type("office", "load", str(EXAMPLE)), "key file")
    assert not key.exists(), "a new key for an old database would lock its cases for ever"
    key.write_bytes(b"duecourse-key 1 torn")
    key.chmod(0o600)
    one_sentence(counter.type("list", by="desk1"), "is not a key")
    stranger = Counter(tmp_path / "stranger")
    stranger.done("office", "load", str(EXAMPLE))
    key.write_bytes((stranger.home / "master.key").read_bytes())
    one_sentence(counter.type("list", by="desk1"), "key")
    key.write_bytes(kept)
    assert counter.type("list", by="desk1").code == 0


def test_an_office_file_with_a_gap_in_the_roster(counter: Counter, tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    file.write_text(
        EXAMPLE.read_text(encoding="utf-8").replace('days = ["sat", "sun"]', 'days = ["sat"]'),
        encoding="utf-8",
    )

    answer = counter.type("office", "load", str(file))

    assert answer.code == 1
    assert "Nobody answers the hotline from Sunday 08:00 to Monday 00:00." in answer.out
    assert "Add somebody to the rosters of the office file" in answer.out
    assert counter.type("check").code == 1


def test_an_office_file_that_is_none(counter: Counter, tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    file.write_text("[office\n", encoding="utf-8")

    one_sentence(unchanged(counter, "office", "load", str(file)), "office.toml")
    one_sentence(unchanged(counter, "office", "load", str(tmp_path / "none.toml")), "none.toml")


def test_a_settings_variable_that_cannot_be_used(counter: Counter) -> None:
    one_sentence(counter.type("list", DUECOURSE_LANGUAGE="klingon"), 'DUECOURSE_LANGUAGE is "klingon"')
    one_sentence(counter.type("list", DUECOURSE_HOME="relative/folder"), "absolute path")
