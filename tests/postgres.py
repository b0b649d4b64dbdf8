"""A private PostgreSQL server: started in a folder of its own, reachable from this machine only, thrown away at its end.

The tests share one per run (tests/databases.py), the bench starts its own. Nothing here imports pytest.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.postgres_programs import PATIENCE, PostgresTrouble, end_of, identity, run

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
max_connections = 200
# Neither UTC nor the zone of any machine it runs on: a query that leans on the session's zone shows itself.
timezone = 'Asia/Kolkata'
"""
# What a power cut would lose does not matter to a test, and it saves most of the time of a commit.
CARELESS = """
fsync = off
full_page_writes = off
synchronous_commit = off
"""
ADMIN = "duecourse"
ROOM = 2 * 1024**3  # bytes; a container has often 64 MiB there
ATTEMPTS = 5  # at a port that nobody else takes between our look and the server's start


@dataclass(frozen=True)
class Server:
    """A running server and where it lives."""

    programs: Path
    folder: Path
    port: int
    password: str

    def url(self, database: str = "postgres", *, by_socket: bool = False) -> str:
        """Give the SQLAlchemy address of one of its databases."""
        place = (
            f"/{database}?host={self.folder}&port={self.port}"
            if by_socket
            else f"127.0.0.1:{self.port}/{database}"
        )
        return f"postgresql+psycopg://{ADMIN}:{self.password}@{place}"

    def stop(self) -> None:
        """Stop it at once and remove its folder; its data is of no more use."""
        data = self.folder / "data"
        run(self.programs / "pg_ctl", "stop", "-D", data, "-m", "immediate", "-w", at=self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


def start(programs: Path, *, durable: bool) -> Server:
    """Make a new server and start it.

    `durable` keeps PostgreSQL's own defaults: each commit is on the disk before it returns, as the bench must have it.

    Raises PostgresTrouble if it cannot be started.
    """
    folder = Path(tempfile.mkdtemp(prefix="duecourse-pg-", dir=None if durable else _memory()))
    try:
        if owner := identity():
            os.chown(folder, owner["user"], owner["group"])
        password = secrets.token_hex(16)
        _init(programs, folder, password)
        return Server(programs, folder, _launch_on_a_free_port(programs, folder, durable=durable), password)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def server(programs: Path, *, durable: bool) -> Iterator[Server]:
    """Run a private server for as long as the block lasts."""
    running = start(programs, durable=durable)
    try:
        yield running
    finally:
        running.stop()


def _init(programs: Path, folder: Path, password: str) -> None:
    """Make the files of a server that asks for the password on TCP; its socket lies in a folder that only its owner enters."""
    secret = folder / "password"
    secret.write_text(password, encoding="utf-8")
    if owner := identity():
        os.chown(secret, owner["user"], owner["group"])
    arguments = ["--pgdata", folder / "data", "--username", ADMIN, "--pwfile", secret, "--encoding", "UTF8"]
    trust = ["--auth-local", "trust", "--auth-host", "scram-sha-256", "--locale", "C", "--no-sync"]
    run(programs / "initdb", *arguments, *trust, at=folder)
    secret.unlink()


def _launch_on_a_free_port(programs: Path, folder: Path, *, durable: bool) -> int:
    """Start the server; another program can take the port between our look and its start, so try a few."""
    for attempt in range(ATTEMPTS):
        port = _free_port()
        text = SETTINGS.format(folder=folder, port=port) + ("" if durable else CARELESS)
        (folder / "data" / "postgresql.conf").write_text(text, encoding="utf-8")
        try:
            _launch(programs, folder)
        except PostgresTrouble as trouble:
            if attempt == ATTEMPTS - 1 or "Address already in use" not in str(trouble):
                raise
        else:
            return port
    raise AssertionError


def _launch(programs: Path, folder: Path) -> None:
    log = folder / "log"
    log.unlink(missing_ok=True)
    try:
        run(programs / "pg_ctl", "start", "-D", folder / "data", "-l", log, "-w", "-t", PATIENCE, at=folder)
    except PostgresTrouble as trouble:
        raise PostgresTrouble(f"{trouble}\n{end_of(log)}") from trouble


def _memory() -> Path | None:
    """Find a folder in memory with room enough: a new database is 300 files, a hundredth of a second there and a fifth on a disk."""
    folder = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder in it that only its owner enters
    if folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM:
        return folder
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
