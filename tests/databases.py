"""A fresh database for each test that asks for one: on SQLite, and on PostgreSQL where its programs are found.

`database_url` has the tables if the tests beside it say how (`prepare_schema`); `empty_database_url` never has any.
One PostgreSQL server serves a whole run, however many processes run its tests: the first that needs it starts it
under a lock, and the process that began the run stops it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.engine import make_url

from tests import postgres, postgres_programs
from tests.fresh_databases import drop, fresh, one_at_a_time, postgres_template, sqlite_template
from tests.left_out import leave_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KINDS = ("sqlite", "postgresql")
SETTING = "DUECOURSE_TEST_POSTGRES"
WITHOUT = f"on PostgreSQL, whose programs (initdb, pg_ctl) were not found: {postgres_programs.HOW_TO_GET_IT}"
RUN = pytest.StashKey[Path]()


def postgres_is_there() -> bool:
    """Say whether tests on PostgreSQL can run here."""
    return bool(os.environ.get(SETTING)) or postgres_programs.find_programs() is not None


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that the processes of one run share."""
    given = getattr(config, "workerinput", {}).get("duecourse_run")
    config.stash[RUN] = Path(given) if given else Path(tempfile.mkdtemp(prefix="duecourse-run-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker process where that folder is."""
    node.workerinput["duecourse_run"] = str(node.config.stash[RUN])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Where the run began: stop the server, if one was started, and remove what the run shared."""
    if hasattr(config, "workerinput"):
        return
    run = config.stash[RUN]
    if (note := run / "server.json").exists():
        _noted(note).stop()
    else:
        for kept in run.glob("*.template"):
            drop(os.environ[SETTING], kept.read_text(encoding="utf-8"))
    shutil.rmtree(run, ignore_errors=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once per kind of database; without PostgreSQL its half is not made at all, and counted as left out."""
    if "database_kind" not in metafunc.fixturenames:
        return
    chosen = any("database_kind" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if chosen:
        return
    kinds = KINDS if postgres_is_there() else KINDS[:1]
    if kinds != KINDS:
        leave_out(metafunc.config, 1, WITHOUT)
    metafunc.parametrize("database_kind", kinds)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out the tests that are about PostgreSQL alone where there is none, and count them."""
    absent = set() if postgres_is_there() else {"postgres_url"}
    if postgres_programs.find_programs() is None:
        absent.add("server_programs")
    out = [item for item in items if absent.intersection(getattr(item, "fixturenames", ()))]
    if out:
        leave_out(config, len(out), WITHOUT)
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


@pytest.fixture(scope="session")
def server_programs() -> Path:
    """Folder of PostgreSQL's programs, for a test that starts a server of its own."""
    programs = postgres_programs.find_programs()
    assert programs is not None, f"tests {WITHOUT}"
    return programs


@pytest.fixture(scope="session")
def postgres_url(pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> str:
    """Address of the run's PostgreSQL server: the one named in the environment, or a private one."""
    if given := os.environ.get(SETTING):
        return make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    run = pytestconfig.stash[RUN]
    with one_at_a_time(run):
        note = run / "server.json"
        if not note.exists():
            started = postgres.start(request.getfixturevalue("server_programs"), durable=False)
            note.write_text(json.dumps(asdict(started), default=str), encoding="utf-8")
        return _noted(note).url()


@pytest.fixture(scope="session")
def prepare_schema() -> Callable[[str], None] | None:
    """Say how an empty database at an address gets its tables; None leaves it empty.

    A conftest.py overrides this for the tests of its folder. It runs once per run (PostgreSQL) or process (SQLite),
    and each test gets a copy; it must close its connections.
    """
    return None


@pytest.fixture
def empty_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database of the test's own, without tables."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with fresh(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture
def database_url(
    database_kind: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    prepare_schema: Callable[[str], None] | None,
) -> Iterator[str]:
    """Address of a database of the test's own, with tables (`prepare_schema`) and no rows."""
    with new_database(database_kind, request, tmp_path, prepare_schema) as url:
        yield url


@contextmanager
def new_database(
    kind: str, request: pytest.FixtureRequest, folder: Path, prepare_schema: Callable[[str], None] | None
) -> Iterator[str]:
    """A database with tables and no rows, which is there as long as the context is: also for several tests that share it."""
    run = request.config.stash[RUN]
    if kind == "sqlite":
        path = folder / "duecourse.db"
        if prepare_schema:
            shutil.copyfile(sqlite_template(run, prepare_schema), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_url")
    template = postgres_template(run, server, prepare_schema) if prepare_schema else None
    with fresh(server, template) as url:
        yield url


def _noted(note: Path) -> postgres.Server:
    kept = json.loads(note.read_text(encoding="utf-8"))
    return postgres.Server(Path(kept["programs"]), Path(kept["folder"]), kept["port"], kept["password"])
