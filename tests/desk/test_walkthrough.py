"""The script of `docs/` that takes a complaint and a repair from first word to `archived` by commands alone, as it stands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.desk.warm import client
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "walkthrough.sh"


@pytest.fixture
def duecourse(tmp_path: Path) -> Iterator[Path]:
    """A program that is called like `duecourse` and starts at once."""
    address, program = tmp_path / "warm", tmp_path / "duecourse"
    program.write_text(client(sys.executable, address), encoding="utf-8")
    program.chmod(0o700)
    server = subprocess.Popen([sys.executable, "-m", "tests.desk.warm", str(address)], cwd=ROOT)
    try:
        ready = lambda: address.exists() or server.poll() is not None  # noqa: E731
        wait_until(ready, seconds=30, why="the warm program is ready", every=0.05)
        yield program
    finally:
        server.terminate()
        server.wait()


@pytest.mark.clause("P6b", "P6a", "P2a", "X1", "X9")
def test_a_complaint_and_a_repair_go_from_first_word_to_archived_by_commands_alone(
    duecourse: Path, tmp_path: Path
) -> None:
    """Refused on the way for each thing they lack; the script counts what each refusal says, and stops where a count is wrong."""
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DUECOURSE": str(duecourse),
        "LANG": "C.UTF-8",
        "TMPDIR": str(tmp_path),
    }

    done = subprocess.run(
        ["bash", str(SCRIPT)], env=environ, cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert done.stdout.count("● archived") == 2
    assert "From first word to archived" in done.stdout
    assert "is whole" in done.stdout


def test_the_script_leaves_nothing_behind(tmp_path: Path) -> None:
    """Its own folder is removed however it ends."""
    text = SCRIPT.read_text(encoding="utf-8")

    assert "trap 'rm -rf \"$home\"' EXIT" in text
    assert "unset DUECOURSE_TOKEN DUECOURSE_DATABASE" in text
