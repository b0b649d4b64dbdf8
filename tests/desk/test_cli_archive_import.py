"""Archiving by hand and taking over an older register."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.desk.counter import Counter

ROOT = Path(__file__).parents[2]
REGISTER = ROOT / "tests" / "data" / "service-requests-2018.csv"
MAPPING = ROOT / "desk" / "examples" / "service-requests-2018.mapping.toml"


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """The first forty rows of the real register."""
    with REGISTER.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[:41]
    part = tmp_path / "register.csv"
    with part.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return part


def test_a_dry_run_says_what_would_be_done_and_does_nothing(counter: Counter, register: Path) -> None:
    before = counter.everything()
    answer = counter.type(
        "--json", "import", str(register), "--mapping", str(MAPPING), "--dry-run", by="head1"
    )
    told = answer.json

    assert told["rows"] == 40
    assert told["rows"] == told["live"] + told["history"] + told["refused"] + told["already"]
    assert counter.everything() == before


def test_every_row_is_accounted_for_and_the_same_again_adds_nothing(counter: Counter, register: Path) -> None:
    first = counter.type("--json", "import", str(register), "--mapping", str(MAPPING), by="head1")
    again = counter.type("--json", "import", str(register), "--mapping", str(MAPPING), by="head1")

    assert first.code == (1 if first.json["refused"] else 0)
    assert again.json["live"] == again.json["history"] == 0
    assert again.json["already"] == first.json["live"] + first.json["history"]


def test_a_refused_row_ends_with_1_and_says_where_the_reason_is(counter: Counter, register: Path) -> None:
    with register.open("a", encoding="utf-8") as file:
        file.write("one field,where the header has more\n")
    answer = counter.type("import", str(register), "--mapping", str(MAPPING), by="head1")

    assert answer.code == 1
    assert "refused" in answer.out
    assert "register.csv.refused.csv" in answer.out
    assert (register.parent / "register.csv.refused.csv").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,2\n", "column"),
        (b'a,b\n"1,2\n', ""),
        ("鍵,值\n".encode("utf-16"), ""),
        (b"", ""),
    ],
    ids=["missing columns", "broken quote", "wrong encoding", "empty"],
)
def test_a_file_that_cannot_be_read_to_its_end_imports_nothing(
    counter: Counter, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes(content)
    before = counter.everything()
    answer = counter.type("import", str(file), "--mapping", str(MAPPING), by="head1")

    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert words in answer.err
    assert counter.everything() == before


def test_a_mapping_that_there_is_not(counter: Counter, register: Path) -> None:
    answer = counter.type("import", str(register), "--mapping", "none.toml", by="head1")

    assert answer.code == 2
    assert "none.toml" in answer.err


@pytest.mark.clause("X1")
def test_what_waits_is_archived_once(counter: Counter) -> None:
    ref = counter.done(
        "register",
        "property.opinion",
        "--set",
        "kind=praise",
        "--set",
        "channel=visit",
        "--set",
        "matter=kind staff",
        by="desk1",
    )["ref"]
    counter.record(ref, "reading", by="head1", remark="thank them")
    counter.done("move", ref, "note", by="head1")
    first, again = counter.done("archive", "run"), counter.done("archive", "run")

    assert [one["ref"] for one in first["archived"]] == [ref]
    assert again == {"archived": [], "refused": []}
    assert counter.done("show", ref, by="desk1")["state"] == "archived"


def test_an_archived_case_is_opened_for_a_purpose_and_its_files_are_written_to_a_new_folder(
    counter: Counter, tmp_path: Path
) -> None:
    paper = tmp_path / "letter.txt"
    paper.write_text("as it was written", encoding="utf-8")
    ref = counter.done(
        "register",
        "property.opinion",
        "--set",
        "kind=praise",
        "--set",
        "channel=visit",
        "--set",
        "matter=kind staff",
        by="desk1",
    )["ref"]
    counter.done("attach", ref, str(paper), by="desk1")
    counter.record(ref, "reading", by="head1", remark="thank them")
    counter.done("move", ref, "note", by="head1")
    counter.done("archive", "run")
    folder = tmp_path / "opened"
    page = counter.type(
        "archive", "open", ref, "--purpose", "the writer asks for it", "--into", str(folder), by="head1"
    )

    assert page.code == 0, page.err
    assert "kind staff" in page.out
    assert [file.read_text(encoding="utf-8") for file in folder.iterdir()] == ["as it was written"]
    assert (
        "exists already"
        in counter.type(
            "archive", "open", ref, "--purpose", "again, please", "--into", str(folder), by="head1"
        ).err
    )
