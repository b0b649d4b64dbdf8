"""The master key at the command line: which there are, changing it, and what is said where it cannot be changed here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from casework import keyfile
from tests.desk.counter import one_sentence
from tests.desk.either_database import counter_at, property_office

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.desk.counter import Counter

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def prepare_schema() -> Callable[[str], None]:
    return property_office


@pytest.fixture
def counter(database_url: str, tmp_path: Path) -> Counter:
    return counter_at(database_url, tmp_path / "home")


def ids(counter: Counter) -> list[str]:
    return [line.split()[2] for line in (counter.home / "master.key").read_text().splitlines()]


def by_id(counter: Counter) -> dict[str, tuple[int, int, bool]]:
    lines = counter.done("key", "status")["lines"]
    return {line["id"]: (line["cases"], line["offices"], line["needed"]) for line in lines}


def without_line(counter: Counter, master_id: str) -> None:
    file = counter.home / "master.key"
    kept = [line for line in file.read_text().splitlines() if f" {master_id} " not in line]
    file.write_text("\n".join(kept))


def on_top(counter: Counter) -> str:
    """Put a new line on top as an operator does, and return the lines as a variable holds them."""
    file = counter.home / "master.key"
    file.write_text(f"{keyfile.new_line()}\n{file.read_text()}")
    return file.read_text().replace("\n", ";")


@pytest.mark.clause("B10")
def test_the_key_is_changed_and_everything_goes_on(counter: Counter) -> None:
    ref = counter.complaint()
    (old,) = ids(counter)
    assert by_id(counter) == {old: (1, 1, True)}

    done = counter.done("key", "rotate")

    assert ids(counter) == [done["added"], old]
    assert done == {
        "source": "file", "added": done["added"], "newest": done["added"], "cases": 1, "offices": 1, "unopened": False
    }  # fmt: skip
    assert by_id(counter) == {done["added"]: (1, 1, True), old: (0, 0, True)}
    assert "drilling at noon" in counter.type("show", ref, "--open", "to answer", by="desk1").out
    counter.record(ref, "opinion", words="we will look at it", told_to_all="yes", channel="hotline")
    assert counter.done("audit", "verify")["whole"]


def test_an_old_line_is_taken_out_once_the_status_says_so(counter: Counter) -> None:
    ref = counter.complaint()
    counter.done("key", "rotate")
    counter.done("key", "rotate")
    newest, middle, oldest = ids(counter)
    page = counter.type("key", "status").out

    assert by_id(counter) == {newest: (1, 1, True), middle: (0, 0, False), oldest: (0, 0, True)}
    assert "its line may be taken out" in page
    assert "it must stay" in page

    without_line(counter, middle)
    assert "drilling at noon" in counter.type("show", ref, "--open", "to answer", by="desk1").out
    assert counter.done("audit", "verify")["whole"]
    without_line(counter, oldest)
    one_sentence(counter.type("key", "status"), "oldest line must stay the last")


def test_nothing_of_a_key_is_ever_shown(counter: Counter) -> None:
    counter.complaint()
    said = [
        counter.type(*typed)
        for typed in (["key", "rotate"], ["key", "status"], ["--json", "key", "rotate"], ["--json", "key", "status"])
    ]  # fmt: skip
    told = "".join(answer.out + answer.err for answer in said)
    kept = b"".join(
        path.read_bytes() for path in counter.home.rglob("*") if path.name != "master.key" and path.is_file()
    )

    for line in (counter.home / "master.key").read_text().splitlines():
        assert line.split()[3][:6] not in told
        assert line.split()[3][:6].encode() not in kept


def test_a_line_whose_cases_remain_is_missed_and_named(counter: Counter) -> None:
    ref, other = counter.complaint(), counter.complaint()
    first = counter.done("key", "rotate")["added"]
    fresh = counter.complaint()
    without_line(counter, first)

    page = counter.type("key", "status")
    assert page.code == 1
    assert f"The line of the key {first} is missing: what it wraps cannot be opened. Put it back." in page.out
    for lost in (ref, other, fresh):
        told = counter.type("show", lost, "--open", "to answer", by="desk1")
        one_sentence(
            told, f"The master key {first} is missing, without which the case {lost} cannot be opened."
        )
    assert len(counter.done("list", by="desk1")["rows"]) == 3
    assert counter.done("show", ref, by="desk1")["ref"] == ref
    assert "still wrapped" not in page.out

    answer = counter.type("key", "rotate")
    assert answer.code == 1
    assert "Some keys do not open and were left as they are" in answer.out


@pytest.mark.parametrize("source", ["DUECOURSE_KEY", "DUECOURSE_KEY_COMMAND"])
def test_keys_that_the_operator_keeps_are_wrapped_again_and_never_written(
    counter: Counter, source: str
) -> None:
    ref = counter.complaint()
    file = counter.home / "master.key"

    def given() -> dict[str, Any]:
        text = file.read_text().replace("\n", ";")
        return {source: text if source == "DUECOURSE_KEY" else f"cat {file}"}

    before = file.read_bytes()
    nothing = counter.type("key", "rotate", **given())
    assert nothing.code == 0
    assert source in nothing.out
    assert "put a new line on top there" in nothing.out
    one_sentence(counter.type("key", "rotate", "--line-only", **given()), "not kept in a file")
    assert file.read_bytes() == before

    on_top(counter)
    after = file.read_bytes()
    assert "Some keys are still wrapped by an older line." in counter.type("key", "status", **given()).out
    done = counter.done("key", "rotate", **given())
    assert (done["added"], done["cases"], done["newest"]) == (None, 1, ids(counter)[0])
    assert file.read_bytes() == after
    assert "drilling at noon" in counter.type("show", ref, "--open", "to answer", by="desk1", **given()).out


def test_a_line_alone_waits_until_every_machine_has_it(counter: Counter) -> None:
    counter.complaint()
    added = counter.type("key", "rotate", "--line-only")

    assert (
        f"The key {ids(counter)[0]} stands on top of the key file; nothing is wrapped by it yet." in added.out
    )
    assert "Some keys are still wrapped by an older line." in counter.type("key", "status").out
    one_sentence(counter.type("key", "rotate", "--line-only"), "An earlier rotation is not finished.")
    page = counter.type("key", "rotate").out
    assert "no new key was made" in page
    assert len(ids(counter)) == 2


def test_a_key_file_that_cannot_be_written_is_as_it_was(counter: Counter) -> None:
    counter.complaint()
    file = counter.home / "master.key"
    before, mode = file.read_bytes(), file.stat().st_mode
    file.chmod(0o640)
    one_sentence(counter.type("key", "rotate"), "People other than its owner can use the key file")
    file.chmod(mode & 0o777)

    assert file.read_bytes() == before
    assert counter.done("key", "rotate")["cases"] == 1
    assert file.stat().st_mode == mode


@pytest.fixture
def killed_after(counter: Counter) -> int:
    """How many keys had been wrapped when a rotation was killed in the middle of its work."""
    program = """
import os, signal, sys
from casework import rotation
from desk.cli import main
rotation.BATCH = 2
whole = rotation.rotate
def killed(store, settings, progress):
    def tell(done, total):
        if done >= 5:
            os.kill(os.getpid(), signal.SIGKILL)
    return whole(store, settings, progress=tell)
rotation.rotate = killed
sys.exit(main(["key", "rotate"]))
"""
    for _ in range(7):
        counter.complaint()
    environ = {"PATH": os.environ["PATH"], **counter.environ}
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environ, check=False)
    assert done.returncode == -signal.SIGKILL
    return by_id(counter)[ids(counter)[0]][0]


def test_a_rotation_that_was_killed_is_gone_on_with(counter: Counter, killed_after: int) -> None:
    assert 0 < killed_after < 7
    assert "Some keys are still wrapped by an older line." in counter.type("key", "status").out
    for row in counter.done("list", by="desk1")["rows"]:
        assert "drilling at noon" in counter.type("show", row["ref"], "--open", "to look", by="desk1").out

    page = counter.type("key", "rotate").out

    assert "wraps everything anew" in page
    assert "no new key was made" in page
    assert len(ids(counter)) == 2
    assert by_id(counter)[ids(counter)[0]] == (7, 1, True)
