"""Child processes: started with their output in a file, stopped with everything they started; and what `up` refuses."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from casework.errors import BadInput
from casework.settings import Settings
from desk.children import MOST_LOG, Child, check_free
from desk.left_over import MARK, end_left_over, marked
from desk.surroundings import our_environment, prefect_environment
from desk.up import Running, started, up
from tests.building import KEY
from tests.flows.conftest import a_free_port
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""


def test_a_child_is_stopped_with_everything_it_started_even_what_does_not_listen(tmp_path: Path) -> None:
    child = Child.start("parent", [sys.executable, "-c", PARENT], os.environ, tmp_path, tmp_path / "logs")
    grandchild = int(
        wait_until(
            lambda: child.log.read_text(encoding="utf-8").strip(), seconds=20, why="the child said nothing"
        )
    )
    assert child.alive

    child.stop(0.5)

    assert not child.alive
    wait_until(
        lambda: (
            not Path(f"/proc/{grandchild}/cmdline").exists()
            or not Path(f"/proc/{grandchild}/cmdline").read_bytes()
        ),
        seconds=5,
        why="it lives",
    )
    assert 0o600 == child.log.stat().st_mode & 0o777


def test_a_log_that_has_grown_begins_anew_and_the_old_one_is_kept(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "big.log").write_bytes(b"x" * (MOST_LOG + 1))

    child = Child.start("big", [sys.executable, "-c", "print('new')"], os.environ, tmp_path, logs)
    child.process.wait(20)

    assert b"new\n" == child.log.read_bytes()
    assert MOST_LOG + 1 == (logs / "big.log.1").stat().st_size


def test_a_port_in_use_is_said_with_what_to_do() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(BadInput, match=rf"The port {port} is in use. .*--port"):
            check_free(port)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.read(
        {"DUECOURSE_HOME": str(tmp_path), "DUECOURSE_KEY": KEY, "HOME": "/", "DUECOURSE_TOKEN": "dc_secret"}
    )


def test_what_the_children_are_told_holds_no_token_and_the_server_no_secret_at_all(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_KEY", "somebody's own")
    monkeypatch.setenv("DUECOURSE_KEY", KEY)
    running = Running(settings, 4200)

    server, ours = prefect_environment(running, settings.home / "prefect"), our_environment(running)

    assert str(settings.home) == server[MARK]
    assert not [name for name in server if name.startswith("DUECOURSE_") or name == "PREFECT_API_KEY"]
    assert "DUECOURSE_TOKEN" not in ours
    assert Settings.read(ours | {"HOME": "/"}).key == settings.key


def test_up_says_which_part_died_and_where_the_reason_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = a_free_port()

    def start(running: Running, *_: object) -> None:
        argv = [sys.executable, "-c", "raise SystemExit('no')"]
        running.children.append(Child.start("flows", argv, os.environ, settings.home, running.logs))

    monkeypatch.setattr("desk.up._start", start)
    heard: list[str] = []

    assert 1 == up(settings, port=port, tell=heard.append)
    assert f"flows ended by itself; the reason is in {settings.home}/logs/flows.log" == heard[-1]
    assert "no\n" == (settings.home / "logs" / "flows.log").read_text(encoding="utf-8")


def test_an_installation_is_started_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.up._start", lambda *_: None)

    with started(Running(settings, a_free_port()), print), pytest.raises(BadInput, match="running already"):
        up(settings, port=a_free_port())


KILLED = """
import os, sys
from pathlib import Path
from desk.children import Child
home = Path(sys.argv[1])
environ = os.environ | {sys.argv[2]: str(home)}
child = Child.start("server", [sys.executable, "-c", sys.argv[3], sys.argv[4]], environ, home, home / "logs")
while not child.log.read_text():
    pass
print(child.process.pid, flush=True)
os.kill(os.getpid(), 9)
"""
LISTENS = """
import signal, socket, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
below = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(below.pid, flush=True)
time.sleep(600)
"""


def an_up_that_was_killed(home: Path, port: int) -> list[int]:
    """Start a child that holds the port, and one below it in a session of its own, and kill whoever started them: who lives on."""
    program = [sys.executable, "-c", KILLED, str(home), MARK, LISTENS, str(port)]
    killed = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert -signal.SIGKILL == killed.returncode, killed.stderr
    return [int(killed.stdout), int((home / "logs" / "server.log").read_text(encoding="utf-8"))]


def living(processes: list[int]) -> list[int]:
    """Those that have not ended; one that nobody has reaped has."""

    def lives(process: int) -> bool:
        try:
            return Path(f"/proc/{process}/cmdline").read_bytes() != b""
        except OSError:
            return False

    return [process for process in processes if lives(process)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows whose child a process is")
def test_what_a_killed_up_left_running_is_ended_by_the_next_one(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.up._start", lambda *_: None)
    monkeypatch.setattr("desk.up.STOP_SECONDS", 0.5)
    port, said = a_free_port(), list[str]()
    left = an_up_that_was_killed(tmp_path, port)
    assert left == living(left)
    with pytest.raises(BadInput, match="is in use"):
        check_free(port)

    with started(Running(settings, port), lambda msgid, **params: said.append(msgid.format(**params))):
        assert [] == living(left)
    assert ["Stopped what an earlier `duecourse up` had left running: 2 processes."] == said


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows whose child a process is")
def test_nothing_of_another_installation_is_ended_nor_what_only_looks_like_it(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine", tmp_path / "mine too"
    argv = [sys.executable, "-c", "import time; time.sleep(600)", f"{MARK}={mine}"]
    environments = [marked(other), {"NOT_" + MARK: str(mine)}, {}]
    children = [
        Child.start(str(n), argv, os.environ | env, tmp_path, tmp_path / "logs")
        for n, env in enumerate(environments)
    ]
    try:
        assert 0 == end_left_over(mine, 5)
        assert all(child.alive for child in children)
    finally:
        for child in children:
            child.stop(5)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows whose child a process is")
def test_while_an_up_runs_another_one_touches_nothing_of_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.up._start", lambda *_: None)
    argv = [sys.executable, "-c", "import time; time.sleep(600)"]

    with started(running := Running(settings, a_free_port()), print):
        child = Child.start("flows", argv, os.environ | marked(tmp_path), tmp_path, running.logs)
        running.children.append(child)
        with pytest.raises(BadInput, match="running already"):
            up(settings, port=a_free_port())
        assert child.alive
