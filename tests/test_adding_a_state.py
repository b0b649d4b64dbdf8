"""`docs/adding-a-state.md` is true: its edits are made on a copy of the repository, and what it says follows does."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "adding-a-state.md"
LAW = "states/law/property_complaint_2026.py"
EDIT = re.compile(r"^```python find\n(.*?)\n```\n\n```python put\n(.*?)\n```$", re.DOTALL | re.MULTILINE)

# Runs in the copy: what the packages there say of the changed procedure, as JSON.
LOOK = """
import json
from datetime import UTC, datetime
from pathlib import Path
import states
from desk.docs import write
from states.deadlines import running
from states.draw import mermaid
from states.editions import edition
from states.facts import Actor, DoneAct, Facts
from states.fingerprint import fingerprint
from states.promise_words import promise
from states.refusals import move_requirements, step_requirements
from states.words import label, sentence

p = edition("property.complaint", "2026-01-01")
at = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
us = int(at.timestamp() * 1_000_000)
def facts(state, *acts):
    done = tuple(DoneAct(seq, name, by, 1, us) for seq, (name, by) in enumerate(acts, start=1))
    return Facts(p, state, 1, 0, len(acts), at, at, done)
waiting = facts("approving", ("proposal", 7))
handled = facts("handling", ("proposal", 7), ("remedy", 7))
manager, proposer = Actor("person", 8, frozenset({"manager"})), Actor("person", 7, frozenset({"manager", "staff"}))
changed = write(Path.cwd())
page = Path("docs/procedures/property.complaint.md").read_text(encoding="utf-8")
print(json.dumps({
    "here": str(Path(states.__file__).parent),
    "states": [s.value for s in p.states],
    "fingerprint": fingerprint(p),
    "diagram": mermaid(p, "zh_Hant"),
    "running": [r.deadline.name for r in running(p, waiting)],
    "rungs": {d.name: [[r.after.days, [role.name for role in r.tell], r.breach] for r in d.ladder] for d in p.deadlines},
    "page": page,
    "changed": [str(path.relative_to(Path.cwd())) for path in changed],
    "form": p.step_named["proposal"].form.model_json_schema()["properties"],
    "finish": [sentence(r, p, "en") for r in move_requirements(handled, p.move_named["finish"], proposer)],
    "decide_own": [sentence(r, p, "en") for r in step_requirements(waiting, p.step_named["decision"], proposer)],
    "decide": [sentence(r, p, "en") for r in step_requirements(waiting, p.step_named["decision"], manager)],
    "promises": [promise(q, "en") for q in p.promises if q.clause == "house"],
}))
"""

PROVE = """
import json
from states.editions import edition
from states.prove import prove_all
from states.promise_words import promise
p = edition("property.complaint", "2026-01-01")
print(json.dumps([[promise(v.promise, "en"), v.holds, list(v.lines())] for v in prove_all(p)]))
"""


def edits() -> list[tuple[str, str]]:
    """The pairs of blocks on the page."""
    return EDIT.findall(PAGE.read_text(encoding="utf-8"))


def run(folder: Path, *arguments: str) -> str:
    """Run Python on the packages of a copy; what it writes must be UTF-8."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(folder),
            "PYTHONUTF8": "1",
            "HOME": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def copied(folder: Path) -> Path:
    """A copy of what the packages are, without the edits."""
    for name in ("states", "models", "casework", "flows", "desk", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with the edits of the page made."""
    folder = copied(tmp_path_factory.mktemp("repository"))
    law = folder / LAW
    text = law.read_text(encoding="utf-8")
    for old, new in edits():
        assert text.count(old) == 1, (
            f"{LAW} has this {text.count(old)} times, and {PAGE.name} wants it once: {old}"
        )
        text = text.replace(old, new)
    law.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def seen(changed: Path) -> dict[str, object]:
    """What the copy says of itself."""
    told: dict[str, object] = json.loads(run(changed, "-c", LOOK))
    assert str(changed / "states") == told["here"]
    return told


def test_the_page_edits_one_law_file_and_nothing_else(changed: Path, seen: dict[str, object]) -> None:
    differ = {
        str(path.relative_to(ROOT))
        for room in ("states", "models", "casework", "flows", "desk")
        for path in (ROOT / room).rglob("*.py")
        if path.read_bytes() != (changed / path.relative_to(ROOT)).read_bytes()
    }

    assert {LAW} == differ
    assert 9 == len(edits())


def test_the_diagram_shows_the_state(seen: dict[str, object]) -> None:
    diagram = str(seen["diagram"])

    assert "approving" in seen["states"]  # type: ignore[operator]
    assert 'approving_("待批准補償"):::waiting' in diagram
    assert 'handling_ -->|"報批補償"| approving_' in diagram
    assert 'approving_ -->|"決定補償"| remedied_' in diagram
    assert 'approving_ -->|"撤回"| withdrawn_' in diagram


def test_the_page_of_the_procedure_shows_it(seen: dict[str, object]) -> None:
    page = str(seen["page"])

    assert "| `approving` | 待批准補償 | the case waits | `decision_due`, `whole` |" in page
    assert (
        "| handling | propose | staff, manager, superior; higher up with each climb | remedy; proposal | approving | house |"
        in page
    )
    assert "remedy; not: “proposal” is recorded" in page
    assert "`yuan`: how much, in yuan (a number)" in page
    assert (
        "| house | 決定補償 `decision_due`: in approving | entering the state | 1 | 1 working day |" in page
    )
    assert "docs/procedures/property.complaint.md" in seen["changed"]  # type: ignore[operator]
    assert "states/locale/zh_Hans/LC_MESSAGES/duecourse.po" in seen["changed"]  # type: ignore[operator]


def test_its_clock_runs_and_so_does_the_clock_from_receipt(seen: dict[str, object]) -> None:
    rungs = seen["rungs"]

    assert {"decision_due", "whole"} == set(seen["running"])  # type: ignore[call-overload]
    assert [[1, ["manager"], False], [3, ["manager", "superior"], True]] == rungs["decision_due"]  # type: ignore[index]


def test_the_form_asks_for_amount_and_reason(seen: dict[str, object]) -> None:
    form = seen["form"]

    assert ["yuan", "reason"] == list(form)  # type: ignore[call-overload]
    assert "how much, in yuan" == form["yuan"]["description"]  # type: ignore[index]


def test_what_stands_in_the_way_is_told(seen: dict[str, object]) -> None:
    assert ["the compensation that was proposed must be decided first"] == seen["finish"]
    assert ["whoever proposes the compensation does not decide on it"] == seen["decide_own"]
    assert [] == seen["decide"]


def test_its_promises_are_proved_with_all_the_others(changed: Path, seen: dict[str, object]) -> None:
    pytest.importorskip("states.prove", reason="the prover is not there yet")
    verdicts = json.loads(run(changed, "-c", PROVE))

    assert [] == [lines for _, holds, lines in verdicts if not holds]
    assert {
        "Nothing enters “remedied” without “decision”, while “proposal” is recorded.",
        "“decision” is never recorded but by manager, superior.",
        "Nobody does both “proposal” and “decision”.",
    } <= {words for words, _, _ in verdicts}
    assert {
        "Nothing enters “remedied” without “decision”, while “proposal” is recorded.",
    } <= set(seen["promises"])  # type: ignore[call-overload]


def test_the_changed_edition_is_another_one(seen: dict[str, object]) -> None:
    from states.editions import edition  # noqa: PLC0415  the unchanged law, beside the copy's
    from states.fingerprint import fingerprint  # noqa: PLC0415

    assert fingerprint(edition("property.complaint", "2026-01-01")) != seen["fingerprint"]


COMMAND = "import sys; from desk.cli import main; sys.exit(main())"


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("diagram", "property.complaint", "--lang", "zh_Hant"), ["待批准補償", "報批補償"]),
        (("diagram", "property.complaint", "--table"), ["approving"]),
        (("prove", "property.complaint", "--json"), ["without “decision”, while “proposal” is recorded"]),
    ],
    ids=["diagram", "table", "prove"],
)
def test_the_command_line_shows_it(changed: Path, arguments: tuple[str, ...], shown: list[str]) -> None:
    written = run(changed, "-c", COMMAND, *arguments)

    assert [] == [words for words in shown if words not in written]


def without(folder: Path, *forgotten: tuple[str, str]) -> Path:
    """A copy with the edits of the page made but for what is forgotten."""
    law = copied(folder) / LAW
    text = law.read_text(encoding="utf-8")
    for old, new in edits():
        text = text.replace(old, new)
    for written, left in forgotten:
        assert written in text
        text = text.replace(written, left)
    law.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("forgotten", "sentence"),
    [
        ([("S.handling, S.approving, S.remedied", "S.handling, S.remedied"), ('    (S.approving,), "entered"', '    (S.handling,), "entered"')], "approving waits without a clock"),
        ([("S.handling, S.approving, S.remedied", "S.handling, S.remedied"), ("Move((S.approving,), S.remedied", "Move((S.approving,), S.approving")], "approving is a trap: no way leads from it to an end"),
    ],
    ids=["clock", "ways out"],
)  # fmt: skip
def test_what_is_forgotten_is_named_at_import(
    tmp_path: Path, forgotten: list[tuple[str, str]], sentence: str
) -> None:
    """The page says so of the clock and of the ways out."""
    folder = without(tmp_path, *forgotten)
    told = run(
        folder,
        "-c",
        "from states.procedure import Unsound\ntry:\n    import states.law.property_complaint_2026\nexcept Unsound as wrong:\n    print(wrong)",
    )

    assert sentence in told


@pytest.mark.parametrize(
    ("forgotten", "broken"),
    [
        (("needs=(remedy, proposal)", "needs=(proposal,)"), "Nothing enters “remedied” without “remedy” since “handling” was last entered."),
        (("Only(~Done(proposal),", "Only(~Done(bag),"), "Nothing enters “remedied” without “decision”, while “proposal” is recorded."),
        (("decision_apart = Apart((proposal,), (decision,)", "decision_apart = Apart((remedy,), (decision,)"), "Nobody does both “proposal” and “decision”."),
    ],
    ids=["old promise", "need", "persons"],
)  # fmt: skip
def test_what_is_forgotten_is_found_by_the_proof(
    tmp_path: Path, forgotten: tuple[str, str], broken: str
) -> None:
    pytest.importorskip("states.prove", reason="the prover is not there yet")
    verdicts = json.loads(run(without(tmp_path, forgotten), "-c", PROVE))

    assert broken in [words for words, holds, _ in verdicts if not holds]
