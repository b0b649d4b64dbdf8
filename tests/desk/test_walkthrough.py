"""The scripts of `docs/` that take cases from first word to `archived` by commands alone, as they stand."""

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
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


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


@pytest.fixture
def run(duecourse: Path, tmp_path: Path) -> Callable[[Path], str]:
    """Run a script as it stands and return what it wrote. It counts what each refusal says, and stops where a count is wrong."""
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DUECOURSE": str(duecourse),
        "LANG": "C.UTF-8",
        "TMPDIR": str(tmp_path),
    }

    def to_its_end(script: Path) -> str:
        before = set(tmp_path.iterdir())
        done = subprocess.run(
            ["bash", str(script)], env=environ, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        assert set(tmp_path.iterdir()) == before, "nothing is left behind"
        return done.stdout

    return to_its_end


@pytest.mark.clause("P6b", "P6a", "P2a", "X1", "X9")
def test_a_complaint_and_a_repair_go_from_first_word_to_archived_by_commands_alone(
    run: Callable[[Path], str],
) -> None:
    """Refused on the way for each thing they lack."""
    told = run(DOCS / "walkthrough.sh")

    assert told.count("● archived") == 2
    assert "From first word to archived" in told
    assert "is whole" in told


@pytest.mark.clause("B3b", "B8", "B10", "B12", "B13", "B14")
def test_an_upheld_complaint_about_an_official_goes_from_registration_to_archived_by_commands_alone(
    run: Callable[[Path], str],
) -> None:
    """Refused on the way for each thing it lacks, and hidden from whom it is about; another one is taken back by its receipt code."""
    told = run(DOCS / "walkthrough-bureau.sh")

    assert told.count("● archived") == 1
    assert told.count("● withdrawn") == 2
    assert "Mr Sun" in told, "it was opened once, with the custodian's consent"
    assert "From registration to archived" in told
    assert "is whole" in told


@pytest.mark.parametrize(
    ("script", "told_at_the_end"),
    [
        pytest.param(
            "walkthrough-hotel.sh",
            "From the first word to archived",
            marks=pytest.mark.clause(
                "H1.1", "H1.2a", "H1.2b", "H2.1", "H2.2", "H3.1", "H3.2", "H3.3", "H4.1", "H5.2"
            ),
        ),
        pytest.param(
            "walkthrough-hotel-departments.sh",
            "archived when the general manager knew of the guest",
            marks=pytest.mark.clause("H3.4", "H4.2", "H4.4"),
        ),
        pytest.param(
            "walkthrough-hotel-night.sh",
            "From the night to archived",
            marks=pytest.mark.clause("H1.2b", "H1.3", "H4.4"),
        ),
        pytest.param("walkthrough-hotel-above.sh", "Endorsed by the owner", marks=pytest.mark.clause("H5.2")),
        pytest.param(
            "walkthrough-hotel-departed.sh", "Sought on three days", marks=pytest.mark.clause("H4.3")
        ),
        pytest.param(
            "walkthrough-hotel-twice.sh",
            "Not satisfied twice, and answered",
            marks=pytest.mark.clause("H4.3", "H5.2"),
        ),
        pytest.param(
            "walkthrough-hotel-endorsed.sh", "Endorsed together", marks=pytest.mark.clause("H5.2", "X7")
        ),
    ],
)
def test_a_guests_complaint_goes_from_the_first_word_to_archived_by_commands_alone(
    run: Callable[[Path], str], script: str, told_at_the_end: str
) -> None:
    """Refused on the way for each thing it lacks; time passes by command."""
    told = run(DOCS / script)

    assert "● archived" in told
    assert told_at_the_end in told
    assert "is whole" in told


def test_the_scripts_work_in_a_folder_of_their_own() -> None:
    """It is removed however they end, and no office that is there already is touched."""
    words = (DOCS / "walkthrough-words.sh").read_text(encoding="utf-8")

    assert "trap 'rm -rf \"$home\"' EXIT" in words
    assert "unset DUECOURSE_TOKEN DUECOURSE_DATABASE" in words
    scripts = [script for script in DOCS.glob("walkthrough*.sh") if script.name != "walkthrough-words.sh"]
    assert len(scripts) == 9
    for script in scripts:
        assert '. "$(dirname "$0")/walkthrough-words.sh"' in script.read_text(encoding="utf-8")
