"""Each test has a database of its own, and a run without PostgreSQL says what it left out."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests import databases, postgres, postgres_programs
from tests.left_out import REQUIRE_ALL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

INNER = """
import pytest

def test_on_both(database_url):
    assert database_url

def test_on_postgresql(postgres_url):
    raise AssertionError("never reached")

def test_on_none():
    pass
"""
PREPARED = """
import pytest, sqlalchemy

@pytest.fixture(scope="session")
def prepare_schema():
    def prepare(url):
        engine = sqlalchemy.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("CREATE TABLE thing (name TEXT)"))
        engine.dispose()
    return prepare

@pytest.mark.parametrize("time", [1, 2, 3])
def test_tables_without_rows(time, database_url):
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("INSERT INTO thing VALUES ('a')"))
        assert 1 == connection.execute(sqlalchemy.text("SELECT count(*) FROM thing")).scalar_one()

def test_no_tables(empty_database_url):
    engine = sqlalchemy.create_engine(empty_database_url)
    assert [] == sqlalchemy.inspect(engine).get_table_names()
"""


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Give a run of its own with the plugins of ours."""
    pytester.makeconftest('pytest_plugins = ["tests.left_out", "tests.databases"]')
    monkeypatch.delenv(REQUIRE_ALL, raising=False)
    return pytester


@pytest.fixture
def without_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide PostgreSQL."""
    monkeypatch.delenv(databases.SETTING, raising=False)
    monkeypatch.setattr(postgres_programs, "find_programs", lambda: None)


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_writes_the_next_does_not_see(turn: int, empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE trace (turn INTEGER)"))
    engine.dispose()


def test_the_kind_of_the_database_is_the_one_in_its_address(database_kind: str, database_url: str) -> None:
    assert database_kind == make_url(database_url).get_backend_name()


@pytest.mark.parametrize("processes", ["0", "2"])
def test_tables_are_prepared_once_and_copied_for_each_test(inner: pytest.Pytester, processes: str) -> None:
    inner.makepyfile(PREPARED)

    result = inner.runpytest_inprocess("-n", processes)

    result.assert_outcomes(passed=8 if databases.postgres_is_there() else 4)


def test_without_postgresql_its_tests_are_not_made_and_the_end_says_so(
    inner: pytest.Pytester, without_postgres: None
) -> None:
    inner.makepyfile(INNER)

    result = inner.runpytest_inprocess()

    result.assert_outcomes(passed=2, deselected=1)
    result.stdout.fnmatch_lines(["Left out: 2 tests on PostgreSQL, *apt-get install postgresql*"])
    assert pytest.ExitCode.OK == result.ret


def test_where_everything_is_required_leaving_something_out_is_a_failure(
    inner: pytest.Pytester, without_postgres: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REQUIRE_ALL, "1")
    inner.makepyfile(INNER)

    assert pytest.ExitCode.TESTS_FAILED == inner.runpytest_inprocess().ret


@pytest.mark.parametrize("processes", ["0", "2"])
def test_where_everything_is_required_a_skipped_test_is_a_failure(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, processes: str
) -> None:
    inner.makepyfile("import pytest\ndef test_one(): pytest.skip('later')\ndef test_two(): pass")

    assert pytest.ExitCode.OK == inner.runpytest_inprocess("-n", processes).ret

    monkeypatch.setenv(REQUIRE_ALL, "1")
    assert pytest.ExitCode.TESTS_FAILED == inner.runpytest_inprocess("-n", processes).ret


def test_the_private_server_of_the_bench_is_durable_and_gone_afterwards(
    server_programs: Path, as_text: Callable[[str, str], str]
) -> None:
    with postgres.server(server_programs, durable=True) as running:
        assert "on" == as_text(running.url(), "SHOW fsync")
        assert "on" == as_text(running.url(by_socket=True), "SHOW synchronous_commit")

    assert not running.folder.exists()
    with pytest.raises(psycopg.OperationalError):
        as_text(running.url(), "SELECT 1")


@pytest.fixture
def as_text() -> Callable[[str, str], str]:
    """Ask a server one question."""

    def ask(url: str, question: str) -> str:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        with closing(psycopg.connect(plain)) as connection:
            row = connection.execute(question.encode()).fetchone()
        assert row is not None
        return str(row[0])

    return ask


def test_a_server_that_cannot_start_says_what_its_programs_said(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("initdb", "pg_ctl"):
        (programs / name).write_text("#!/bin/sh\necho no room on the disk >&2\nexit 1\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)  # another user runs the programs when we are root

    with pytest.raises(postgres_programs.PostgresTrouble, match="no room on the disk"):
        postgres.start(programs, durable=False)
