"""`prove`, `diagram`, `new-edition`: the procedures at the command line."""

from __future__ import annotations

import io
import json
import sys
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from desk import proof_page, scaffold
from desk.cli import main
from states import law
from states.fingerprint import described
from states.law.property_opinion_2026 import PROCEDURE
from states.prove import Verdict

if TYPE_CHECKING:
    from states.procedure import Procedure
    from states.promises import Promise


def typed(*arguments: str, home: Path) -> tuple[int, str, str]:
    """Type a command where there is no office."""
    out, err = io.StringIO(), io.StringIO()
    code = main(arguments, environ={"HOME": str(home), "DUECOURSE_HOME": str(home)}, out=out, err=err)
    return code, out.getvalue(), err.getvalue()


def test_every_promise_is_proved_and_told_with_its_clause(tmp_path: Path) -> None:
    code, page, _ = typed("prove", "property.opinion", home=tmp_path)

    assert code == 0
    assert "✓  P1b     Nothing enters “archived” without “reading”." in page
    assert f"All {len(PROCEDURE.promises)} promises of 1 editions hold" in page


def test_the_proof_for_programs(tmp_path: Path) -> None:
    code, answer, _ = typed("--json", "prove", "property.opinion", home=tmp_path)
    told = json.loads(answer)

    assert code == 0
    assert told["holds"] is True
    assert set(told["procedures"][0]) == {"procedure", "edition", "holds", "promises"}
    assert set(told["procedures"][0]["promises"][0]) == {
        "clause",
        "kind",
        "promise",
        "holds",
        "explored",
        "seconds",
        "path",
        "why",
    }


def test_a_broken_promise_is_shown_with_the_shortest_way_to_break_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(procedure: Procedure, promise: Promise) -> Verdict:
        del procedure
        return Verdict(
            promise,
            promise is not PROCEDURE.promises[1],
            7,
            ("entry by staff", "note by manager"),
            "the reading is missing",
        )

    monkeypatch.setattr(proof_page, "prove", broken)
    code, page, _ = typed("prove", "property.opinion", home=tmp_path)

    assert code == 1
    assert "✗ P1b  Nothing enters “archived” without “reading”." in page
    assert "the reading is missing" in page
    assert page.index("1. entry by staff") < page.index("2. note by manager")
    assert f"1 of {len(PROCEDURE.promises)} promises do not hold" in page


@pytest.mark.parametrize(
    ("language", "word"), [("en", "recorded"), ("zh_Hant", "已登記"), ("zh_Hans", "已登记")]
)
def test_a_diagram_speaks_the_language_of_the_run(tmp_path: Path, language: str, word: str) -> None:
    code, picture, _ = typed("diagram", "property.opinion", "--lang", language, home=tmp_path)

    assert code == 0
    assert picture.startswith("flowchart TD\n")
    assert word in picture


def test_a_diagram_of_an_edition_that_there_is_not(tmp_path: Path) -> None:
    code, _, err = typed("diagram", "property.opinion", "--edition", "1999-01-01", home=tmp_path)

    assert code == 2
    assert "property.opinion has no edition of 1999-01-01; there are: 2026-01-01." in err


def test_a_new_edition_is_the_latest_with_another_date_and_the_old_file_is_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Path(law.__path__[0]) / "property_opinion_2026.py"
    before = source.read_bytes()
    done = scaffold.new_edition("property.opinion", "2027-07-01", tmp_path)

    assert done.file == tmp_path / "property_opinion_2027_07_01.py"
    assert source.read_bytes() == before
    made = loaded(done.file, monkeypatch)
    assert made.edition == date(2027, 7, 1)
    assert without_edition(described(made)) == without_edition(described(PROCEDURE))
    assert "edition of 2027-07-01" in done.file.read_text(encoding="utf-8").partition('"""\n')[0]


@pytest.mark.parametrize(
    "name",
    ["common.followup", "property.callout", "property.complaint", "property.missed_call", "property.opinion"],
)
def test_every_procedure_can_have_a_new_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    file = scaffold.new_edition(name, "2030-01-01", tmp_path).file

    assert loaded(file, monkeypatch).edition == date(2030, 1, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["property.party", "2027-01-01"], ["There is no procedure property.party.", "property.opinion"]),
        (["property.opinion", "2027-02-30"], ['"2027-02-30" is not a day.']),
        (["property.opinion", "soon"], ['"soon" is not a day.']),
        (["property.opinion", "2026-01-01"], ["already has an edition of 2026-01-01"]),
        (["property.opinion", "2025-12-31"], ["a new one must begin later"]),
    ],
)
def test_an_edition_that_cannot_be_is_refused_and_nothing_is_written(
    tmp_path: Path, arguments: list[str], words: list[str]
) -> None:
    before = sorted(Path(law.__path__[0]).iterdir())
    code, out, err = typed("new-edition", *arguments, home=tmp_path)

    assert code == 2
    assert not out
    assert err.count("\n") == 1
    assert [] == [word for word in words if word not in err]
    assert sorted(Path(law.__path__[0]).iterdir()) == before


def test_a_file_that_exists_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "property_opinion_2027_01_01.py"
    made.write_text("# what somebody wrote\n", encoding="utf-8")
    made_by = scaffold.new_edition
    monkeypatch.setattr(scaffold, "new_edition", lambda name, day: made_by(name, day, tmp_path))
    code, _, err = typed("new-edition", "property.opinion", "2027-01-01", home=tmp_path)

    assert code == 2
    assert "The file property_opinion_2027_01_01.py exists already." in err
    assert made.read_text(encoding="utf-8") == "# what somebody wrote\n"


def test_what_to_type_next_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_by = scaffold.new_edition
    monkeypatch.setattr(scaffold, "new_edition", lambda name, day: made_by(name, day, tmp_path))
    code, page, _ = typed("new-edition", "property.opinion", "2027-01-01", home=tmp_path)

    assert code == 0
    assert "duecourse prove property.opinion --edition 2027-01-01" in page


def loaded(file: Path, monkeypatch: pytest.MonkeyPatch) -> Procedure:
    """The procedure that a file declares, without making it one of ours."""
    spec = spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, file.stem, module)  # its source is looked up there
    spec.loader.exec_module(module)
    procedure: Procedure = module.PROCEDURE
    return procedure


def without_edition(described_law: dict[str, Any]) -> dict[str, Any]:
    """What is law in an edition but for its date."""
    return {name: part for name, part in described_law.items() if name != "edition"}
