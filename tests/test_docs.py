"""The generated pages and catalogues are as the law says, and what is stale is named."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from desk import catalogues, docs
from desk.form_words import kind_of
from desk.procedure_page import page, pages
from states.editions import editions
from states.law import property_callout_2026 as callout
from states.law import property_complaint_2026 as complaint
from tests.states import toy

ROOT = Path(__file__).parents[1]
PO = Path("states/locale/zh_Hant/LC_MESSAGES/duecourse.po")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the generator reads and writes."""
    for folder in ("states/locale", "docs/procedures", "casework", "desk", "flows"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    docs.write(tmp_path)
    return tmp_path


def test_everything_generated_is_fresh() -> None:
    assert [] == docs.check(ROOT), "run `make docs`"


def test_writing_twice_changes_nothing(copy: Path) -> None:
    assert [] == docs.write(copy)
    assert [] == docs.check(copy)


def test_what_is_stale_is_named_and_mended(copy: Path) -> None:
    edited, left_over, lost = (
        copy / "docs" / "procedures" / name
        for name in ("property.opinion.md", "gone.md", "common.followup.md")
    )
    edited.write_text("by hand", encoding="utf-8")
    left_over.write_text("of a procedure that is no more", encoding="utf-8")
    lost.unlink()

    assert sorted([edited, left_over, lost]) == docs.check(copy)
    assert {edited, left_over, lost} == set(docs.write(copy))
    assert [] == docs.check(copy)
    assert not left_over.exists()


def test_a_translation_is_kept_and_a_vanished_one_waits_for_its_return(copy: Path) -> None:
    room = copy / "casework" / "new_room.py"
    room.write_text('say("A sentence of a new room.", language)', encoding="utf-8")
    docs.write(copy)
    assert 'msgid "A sentence of a new room."\nmsgstr ""' in (copy / PO).read_text(encoding="utf-8")

    text = (copy / PO).read_text(encoding="utf-8")
    (copy / PO).write_text(
        text.replace(
            '"A sentence of a new room."\nmsgstr ""', '"A sentence of a new room."\nmsgstr "新的一句。"'
        ),
        encoding="utf-8",
    )
    room.unlink()
    docs.write(copy)
    assert '#~ msgid "A sentence of a new room."\n#~ msgstr "新的一句。"' in (copy / PO).read_text(
        encoding="utf-8"
    )

    room.write_text('say("A sentence of a new room.", language)', encoding="utf-8")
    docs.write(copy)
    assert '#: casework.new_room\nmsgid "A sentence of a new room."\nmsgstr "新的一句。"' in (
        copy / PO
    ).read_text(encoding="utf-8")


def test_the_sentences_of_errors_are_collected(copy: Path) -> None:
    (copy / "flows" / "odd.py").write_text(
        'raise BadInput("An odd thing.", hint="Mend it.", ref="c-1")', encoding="utf-8"
    )

    assert {"An odd thing.", "Mend it."} <= {message.text for message in catalogues.all_messages(copy)}


def test_check_ends_with_one_and_names_the_files(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(docs, "ROOT", copy)
    assert 0 == docs.main(["--check"])
    (copy / "docs" / "procedures" / "property.opinion.md").unlink()

    assert 1 == docs.main(["--check"])
    assert (
        "Stale; `make docs` writes them afresh:\n  docs/procedures/property.opinion.md\n"
        == capsys.readouterr().err
    )
    assert 0 == docs.main([])
    assert "Written:\n  docs/procedures/property.opinion.md\n" in capsys.readouterr().out


def test_every_procedure_has_a_page_in_both_languages() -> None:
    names = {path.relative_to(ROOT / "docs" / "procedures").as_posix() for path in pages(ROOT)}

    assert {f"{folder}{name}.md" for name, _ in editions() for folder in ("", "zh_Hant/")} == names


def test_a_page_shows_everything_that_is_declared() -> None:
    shown = page(complaint.PROCEDURE, "en")

    for thing in (*complaint.PROCEDURE.steps, *complaint.PROCEDURE.deadlines):
        assert f"`{thing.name}`" in shown
    for state in complaint.PROCEDURE.states:
        assert f"| `{state.value}` | {state.says} |" in shown
    assert len(complaint.PROCEDURE.promises) == sum(
        line.startswith("- **") for line in shown.partition("## Promises")[2].splitlines()
    )
    assert "`matter`: what happened, in the complainant's words (text; sealed)" in shown
    assert "`against`: the member of staff complained of (a person of the office; may be left out)" in shown
    assert (
        "P6b | 即時提出誠懇的處理意見 `opinion_due`: in received; until “opinion” | receipt | 1 | 15 minutes | default: 5 minutes to 25 minutes | staff |"
        in shown
    )


def test_a_page_speaks_of_every_sort_of_rule() -> None:
    shown = page(toy.PROCEDURE, "en")

    assert "“finish” only by whoever did “signature”, or owner instead. (whoever signs finishes)" in shown
    assert "The person named in “paper” (against whom) does nothing in the case but finish." in shown
    assert "Nobody does both “guidance” and “referral agreed”. (a second person agrees" in page(
        complaint.PROCEDURE, "en"
    )
    assert "the text: can only be tightened" in shown
    assert (
        "until “signature”; while “both” holds" in shown
        or "until “signature”; while “paper” says: its colour: red" in shown
    )
    assert "sets aside: paper" in shown
    assert "Ring the bell." in shown
    assert (
        "Nobody does both “paper” and “signature” in one round; whoever is or was named in “paper” (who helps) counts as having done the former."
        in shown
    )
    assert "`helper`: who helps (a person of the office: clerk, chief; may be left out)" in shown
    assert "| `end` | 終結 | an end |" in shown
    put_aside = page(replace(toy.PROCEDURE, aside=(toy.S.end,)), "en")
    assert "| `end` | 終結 | an end in which the duty falls away |" in put_aside


def test_the_pages_of_the_law_speak_of_who_may_be_named_and_of_duties_that_fall_away() -> None:
    call, case = page(callout.PROCEDURE, "zh_Hant"), page(complaint.PROCEDURE, "zh_Hant")

    assert "`who`: 到場的消防有關人員 (本機構人員：消防有關人員)" in call
    assert "| `withdrawn` | 已撤回 | 終結，職責不再存在 |" in case
    assert "「指定承辦人」（承辦人）現在或曾經指明的人，視同已辦前者" in case


def test_kinds_of_answers_are_told() -> None:
    kinds = {name: kind_of(field, "en") for name, field in toy.Paper.model_fields.items()}

    assert {
        "words": "text",
        "colour": "red, blue",
        "against": "a person of the office",
        "who": "persons",
        "number": "a number",
        "helper": "a person of the office: clerk, chief",
        "written_at": "day and time, behind us",
        "due_at": "day and time, ahead of us",
    } == kinds
