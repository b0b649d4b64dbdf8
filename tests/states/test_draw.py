"""Pictures and tables show everything that is declared."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import auto
from typing import TYPE_CHECKING

import pytest

from states.acts import Move, State
from states.deadlines import Deadline
from states.draw import markdown_table, mermaid, table
from states.editions import editions
from states.law import property_complaint_2026 as complaint
from states.words import LANGUAGES, label
from tests.states import toy

if TYPE_CHECKING:
    from states.procedure import Procedure

COMPLAINT = complaint.PROCEDURE
EVERY = [
    pytest.param(p, language, id=f"{p.name}-{language}")
    for p in editions().values()
    for language in LANGUAGES
]
NODE = re.compile(r'^  (\w+)\(\[?"(.+?)"\]?\):::(\w+)$', re.MULTILINE)


def nodes(drawn: str) -> dict[str, tuple[str, str]]:
    """What each node says, and its style."""
    return {name: (words, style) for name, words, style in NODE.findall(drawn)}


@pytest.mark.parametrize(("procedure", "language"), EVERY)
def test_the_picture_shows_every_state_and_every_move(procedure: Procedure, language: str) -> None:
    drawn = mermaid(procedure, language)

    assert [label(state, language) for state in procedure.states] == [
        words for words, _ in nodes(drawn).values()
    ]
    for move in procedure.moves:
        for source in move.sources:
            assert re.search(
                rf'  {source}_ (-->|-\.->|==>)\|"[^"]*{re.escape(label(move, language))}[^"]*"\| {move.dest}_',
                drawn,
            )


def test_the_picture_begins_where_a_case_begins() -> None:
    assert 'start_(("接報")) --> received_' in mermaid(COMPLAINT, "zh_Hant")


def test_final_states_are_marked() -> None:
    styles = {name: style for name, (_, style) in nodes(mermaid(COMPLAINT, "en")).items()}

    assert {f"{s}_" for s in COMPLAINT.finals} == {name for name, style in styles.items() if style == "final"}
    assert "waiting" == styles["received_"]


def test_live_counts_stand_below_the_state() -> None:
    drawn = nodes(mermaid(COMPLAINT, "zh_Hant", {complaint.S.received: 12, "handling": 0}))

    assert ("接到投訴<br/>12", "waiting") == drawn["received_"]
    assert ("處理中<br/>0", "waiting") == drawn["handling_"]


def test_a_state_whose_count_is_withheld_shows_none() -> None:
    assert ("待回訪", "waiting") == nodes(mermaid(COMPLAINT, "zh_Hant", {"received": 12}))["remedied_"]


def test_a_late_state_is_red() -> None:
    drawn = mermaid(COMPLAINT, "en", {"received": 1}, {"received"})

    assert ("received<br/>1", "late") == nodes(drawn)["received_"]
    assert "classDef late" in drawn


def test_a_new_round_is_dashed_and_moves_between_the_same_states_share_an_arrow() -> None:
    drawn = mermaid(COMPLAINT, "en")

    assert '  remedied_ -.->|"reopen"| handling_' in drawn
    assert '  remedied_ -->|"file<br/>close unsatisfied"| filed_' in drawn


def test_a_move_of_the_clock_is_thick() -> None:
    due = Deadline((toy.S.begun,), "received", toy.whole.ladder, "到期", "X1", move=toy.finish)
    object.__setattr__(due, "name", "due")
    timed = replace(toy.PROCEDURE, deadlines=(due,))

    assert '  begun_ ==>|"finish"| end_' in mermaid(timed, "en")
    assert "by itself at the end of due" in table(timed, "en")


def test_words_cannot_break_the_picture() -> None:
    class Odd(State):
        end = auto(), 'a "quoted" <b> & #1'

    move = Move((Odd.end,), Odd.end, "x", "X1", by=toy.chief)
    object.__setattr__(move, "name", "go")
    odd = replace(toy.PROCEDURE, states=Odd, initial=Odd.end, finals=(), moves=(move,), deadlines=())
    drawn = mermaid(odd, "zh_Hant")

    assert ("a #quot;quoted#quot; #lt;b#gt; #amp; #35;1", "waiting") == nodes(drawn)["end_"]
    assert not re.search(r"^  end\b", drawn, re.MULTILINE)


@pytest.mark.parametrize(("procedure", "language"), EVERY)
def test_the_table_has_a_row_for_every_move(procedure: Procedure, language: str) -> None:
    lines = table(procedure, language).splitlines()

    assert len(procedure.moves) + 2 == len(lines)
    assert {6} == {line.replace(r"\|", "").count(" | ") + 1 for line in lines}


def test_a_row_says_who_when_and_what_comes_first() -> None:
    rows = [line.strip("| ").split(" | ") for line in table(COMPLAINT, "en").splitlines()]

    assert ["From", "Move", "By", "Needs first", "To", "Clause"] == rows[0]
    assert ["received", "refer", "staff, manager", "guidance; referral agreed", "referred", "X7"] in rows


def test_a_need_that_holds_only_sometimes_says_when() -> None:
    assert "paper; signature, if the case has climbed at least 1 times; “paper” at least 2 times" in table(
        toy.PROCEDURE, "en"
    )


def test_a_cell_cannot_break_a_table() -> None:
    assert "| A | B |\n| --- | --- |\n| a\\|b | c d |\n" == markdown_table(["A", "B"], [["a|b", "c\nd"]])
