"""`duecourse endorse`: what waits for one's own words, and a file with a text for each case (H5.2)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from tests.desk.counter import Counter, one_sentence

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.clause("H5.2")


def waiting(demo: Counter, by: str = "gm1") -> list[dict[str, Any]]:
    """What waits for somebody's words in the demonstration's hotel."""
    found: list[dict[str, Any]] = demo.done("endorse", by=by)["waiting"]
    return found


def a_file(tmp_path: Path, *rows: tuple[str, str]) -> str:
    """A file with these cases and words."""
    file = tmp_path / "words.tsv"
    file.write_text("ref\twords\n" + "".join(f"{ref}\t{words}\n" for ref, words in rows), encoding="utf-8")
    return str(file)


def test_what_waits_is_listed_with_what_can_be_typed_next(demo: Counter) -> None:
    """The longest first. To others nothing waits."""
    page = demo.type("endorse", by="gm1").out
    found = waiting(demo)
    assert [page.index(one["ref"]) for one in found] == sorted(page.index(one["ref"]) for one in found)
    assert f"duecourse record {found[0]['ref']} endorsement" in page
    assert "duecourse endorse --file FILE" in page
    for by in ("front1", "duty1", "front-head1", "desk1", "chief1", "clerk1"):
        assert "Nothing waits for your endorsement." in demo.type("endorse", "--list", by=by).out


def test_those_that_are_refused_are_told_by_line_and_the_others_stand(demo: Counter, tmp_path: Path) -> None:
    one, two, *_ = (case["ref"] for case in waiting(demo))
    (owners,) = (case["ref"] for case in waiting(demo, "owner1"))
    file = a_file(tmp_path, (one, "Well done."), (owners, "This is not mine."), (two, "Go on."))
    answer = demo.type("endorse", "--file", file, by="deputy1")
    assert answer.code == 3
    assert f"line 3: {owners} is not endorsed:" in answer.out
    assert "the general manager is complained of: this is for the owner" in answer.out
    assert "Endorsed: 2 of 3." in answer.out
    assert "This is not mine" not in answer.out + answer.err
    assert {demo.done("show", ref, by="deputy1")["state"] for ref in (one, two)} == {"filed"}
    assert demo.done("show", owners, by="deputy1")["state"] == "endorsing"
    refusals = demo.done("show", owners, by="deputy1")["refusals"]
    assert refusals[-1]["act"] == "delegated_endorsement"


def test_a_program_is_told_the_same(demo: Counter, tmp_path: Path) -> None:
    first = waiting(demo)[0]["ref"]
    answer = demo.type("--json", "endorse", "--file", a_file(tmp_path, (first, "Well done.")), by="duty1")
    assert answer.code == 3
    (row,) = answer.json["rows"]
    assert (row["line"], row["ref"], row["done"], row["state"]) == (2, first, False, "")
    assert [way["clause"] for way in row["in_the_way"]] == ["H5.2"]
    done = demo.done("endorse", "--file", a_file(tmp_path, (first, "Well done.")), by="gm1")["rows"]
    assert [(row["done"], row["state"]) for row in done] == [(True, "filed")]


def test_nothing_is_done_by_a_file_with_anything_wrong_in_it(demo: Counter, tmp_path: Path) -> None:
    one, two, *_ = (case["ref"] for case in waiting(demo))
    before = demo.everything()
    for rows, said in (
        (((one, "Well done."), (two, "well done")), "line 3, column words"),
        (((one, "Well done."), (two, "")), "line 3, column words"),
        (((one, "Well done."), (one, "Go on.")), "line 3, column ref"),
        (((one, "Well done."), ("c-0000000000", "Go on.")), "line 3, column ref: no case has this reference"),
    ):
        answer = demo.type("endorse", "--file", a_file(tmp_path, *rows), by="gm1")
        one_sentence(answer, said)
        assert "ell done" not in answer.err
    assert demo.everything() == before


def test_it_is_read_from_standard_input_too(demo: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    first = waiting(demo)[0]["ref"]
    content = io.BytesIO(f"ref,words\n{first},批示：同意。\n".encode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(content))
    assert demo.done("endorse", "--file", "-", by="gm1")["rows"][0]["done"]


def test_one_option_at_a_time_and_a_file_that_is_there(demo: Counter, tmp_path: Path) -> None:
    file = a_file(tmp_path)
    one_sentence(demo.type("endorse", "--list", "--file", file, by="gm1"), "one at a time")
    one_sentence(
        demo.type("endorse", "--file", str(tmp_path / "none.csv"), by="gm1"), "There is no file none.csv"
    )
    one_sentence(demo.type("endorse", "--file", file, by="gm1"), "names no case")
    one_sentence(demo.type("endorse", "--file", str(tmp_path), by="gm1"), "There is no file")
