"""Each contradiction of `states.soundness`, made in one line, with the exact sentence that it is answered with."""

from __future__ import annotations

from dataclasses import replace
from enum import auto
from typing import Annotated, Any

import pytest
from pydantic import Field

from states.acts import Ending, Move, Notice, Only, State, Step, Sub
from states.conditions import Done
from states.deadlines import Deadline, Rung, days
from states.editions import editions
from states.forms import Ended, Form, Holds, PersonRef, Sealed
from states.law.common_followup_2026 import S as F
from states.people import Apart, FromSub, Role
from states.procedure import Unsound
from states.promises import AlwaysCanEnd
from states.soundness import contradictions
from tests.states.small import S, Ticked, chief, clerk, owner, pieces, small


def said(parts: dict[str, Any] | None = None, **fields: Any) -> list[str]:
    """What is wrong with the spoiled procedure."""
    with pytest.raises(Unsound) as wrong:
        small(parts, **fields)
    head, _, sentences = str(wrong.value).partition(": ")
    assert head == "test.small of 2026-01-01"
    return sentences.split("; ")


def spoiled(**changes: Any) -> dict[str, Any]:
    """The pieces with some exchanged or added."""
    return pieces() | changes


def test_the_small_procedure_itself_is_sound() -> None:
    assert list(contradictions(small())) == []


@pytest.mark.parametrize("key", list(editions()))
def test_every_edition_is_sound(key: tuple[str, str]) -> None:
    assert list(contradictions(editions()[key])) == []


def test_one_name_for_two_things() -> None:
    parts = spoiled(heard=Step(Ticked, "聽", "hear", "X1", by=clerk, during=(S.begun,)))

    assert said(parts) == ["heard names two things"]


def test_a_name_that_is_not_plain() -> None:
    parts = spoiled(Shout=Step(Ticked, "喊", "shout", "X1", by=clerk, during=(S.begun,)))

    assert said(parts) == ["'Shout' is not a plain lower-case name"]


def test_two_acts_that_start_a_kind_in_two_ways() -> None:
    parts = pieces()
    called = Step(Ended, "回訪", "call back", "X1", by=FromSub("common.followup"), during=(S.heard,))
    one, other = (Sub("common.followup", (Ending(F.satisfied, called),)) for _ in range(2))
    note = replace(parts["note"], starts=(one,))
    hear = Move((S.begun,), S.heard, "聽取", "X1", by=clerk, needs=(note,), starts=(other,))

    assert said(parts | {"called": called, "note": note, "hear": hear}, intake=note) == [
        "note starts common.followup in another way than a later act does"
    ]
    same = replace_move(hear, starts=(one,))
    assert (
        small(parts | {"called": called, "note": note, "hear": same}, intake=note).subs["common.followup"]
        is one
    )


def test_an_intake_of_another_procedure() -> None:
    stray = Step(Ticked, "迷", "stray", "X1", by=clerk, during=(S.begun,))

    assert said(intake=stray) == ["the intake is not a step of this procedure"]


def test_an_intake_that_cannot_be_taken() -> None:
    parts = pieces()
    late = Step(Ticked, "遲", "late", "X1", by=clerk, during=(S.heard,))

    assert said(parts | {"late": late}, intake=late) == ["the intake late cannot be recorded in begun"]


def test_an_end_of_a_sub_case_that_a_person_may_record() -> None:
    parts = pieces()
    sub = Sub("common.followup", (Ending(F.satisfied, parts["note"]),))

    assert said(parts | {"hear": replace_move(parts["hear"], starts=(sub,))}) == [
        "the end of common.followup records note, which a person may record too"
    ]


def test_an_end_of_a_sub_case_that_fires_nothing() -> None:
    parts = pieces()
    called = Step(Ended, "回訪", "call back", "X1", by=FromSub("common.followup"), during=(S.heard,))
    sub = Sub("common.followup", (Ending(F.satisfied, called, then="vanish"),))

    assert said(parts | {"called": called, "hear": replace_move(parts["hear"], starts=(sub,))}) == [
        "the end of common.followup fires vanish, which is not a move"
    ]


class Longer(State):
    """The same with two more states."""

    begun = auto(), "開始"
    heard = auto(), "聽取"
    done = auto(), "終結"
    lost = auto(), "迷失"


def longer(**changes: Any) -> dict[str, Any]:
    """The pieces for the longer states, with some exchanged or added."""
    note = Step(Ticked, "記錄", "note it", "X1", by=(clerk, chief), during=(Longer.begun,))
    parts = {
        "note": note,
        "hear": Move((Longer.begun,), Longer.heard, "聽取", "X1", by=clerk, needs=(note,)),
        "finish": Move((Longer.heard,), Longer.done, "終結", "X1", by=chief),
        "wait": Deadline((Longer.begun, Longer.heard, Longer.lost), "received", (Rung(days(1), (chief,)),), "全部", "X3"),
    }  # fmt: skip
    return parts | changes


def in_longer(parts: dict[str, Any], **fields: Any) -> list[str]:
    """What is wrong with the longer procedure."""
    return said(parts, states=Longer, initial=Longer.begun, **({"finals": (Longer.done,)} | fields))


def test_a_state_that_nothing_leads_to() -> None:
    leave = Move((Longer.lost,), Longer.done, "離開", "X1", by=chief)

    assert in_longer(longer(leave=leave)) == ["lost can never be reached"]


def test_a_state_without_a_way_out() -> None:
    lose = Move((Longer.heard,), Longer.lost, "迷失", "X1", by=chief)

    assert in_longer(longer(lose=lose)) == ["lost is a trap: no way leads from it to an end"]


def test_a_way_out_of_an_end() -> None:
    parts = pieces()

    assert said(parts | {"again": Move((S.done,), S.heard, "重來", "X1", by=chief)}) == [
        "again leaves done, which is final"
    ]


def test_history_that_is_not_an_end() -> None:
    assert "lost holds closed history and must be final" in in_longer(longer(), history=Longer.lost)


def test_a_duty_that_falls_away_where_the_case_goes_on() -> None:
    assert said(aside=(S.heard, S.done)) == ["heard is an end in which a duty falls away and must be final"]


def test_a_way_into_history() -> None:
    lose = Move((Longer.heard,), Longer.lost, "迷失", "X1", by=chief)
    parts = longer(lose=lose)
    parts["wait"] = Deadline(
        (Longer.begun, Longer.heard), "received", (Rung(days(1), (chief,)),), "全部", "X3"
    )

    wrong = in_longer(parts, finals=(Longer.done, Longer.lost), history=Longer.lost)

    assert "; ".join(wrong) == "lost is for imported history; no move may lead there"


def test_a_role_that_the_smallest_office_lacks() -> None:
    assert said(staff={clerk: 1}) == ["the smallest office has no chief, who has a part in this procedure"]


def test_somebody_of_another_body_need_not_be_staff() -> None:
    parts = pieces()
    parts["finish"] = Move((S.heard,), S.done, "終結", "X1", by=(chief, owner))

    assert small(parts).move_named["finish"].by == (chief, owner)


def test_an_act_that_nobody_may_do() -> None:
    nobody: tuple[Role, ...] = ()
    parts = spoiled(finish=Move((S.heard,), S.done, "終結", "X1", by=nobody))

    assert said(parts) == ["nobody may do finish"]


class Appointing(Form):
    """Who is to do it."""

    who: Annotated[str, PersonRef, Holds(("chief", "herald"))] | None = Field(default=None, description="who")


def test_a_role_that_somebody_must_hold_and_nobody_knows() -> None:
    parts = spoiled(call=Step(Appointing, "任命", "appoint", "X1", by=clerk, during=(S.begun,)))

    assert said(parts) == ["call asks that who holds herald, no role of this procedure"]


class Loose(Form):
    """Free text for everybody to read."""

    words: str = Field(default="", description="words")
    optional: str | None = Field(default=None, description="words, perhaps")
    kept: Annotated[str, Sealed] = Field(default="", description="sealed words")
    digest: str = Field(default="0", pattern="^[0-9]$", description="a figure")


def test_free_text_that_is_not_sealed() -> None:
    parts = spoiled(loose=Step(Loose, "散", "loose", "X1", by=clerk, during=(S.begun,)))

    assert said(parts) == [
        "loose keeps the free text words unsealed",
        "loose keeps the free text optional unsealed",
    ]


def test_clauses_that_do_not_exist() -> None:
    parts = pieces()
    note = parts["note"]
    parts["extra"] = Move(
        (S.begun,), S.done, "加", "Z2", by=chief, only=(Only(Done(note), "Z3", "it is not noted"),)
    )  # fmt: skip
    parts["wait"] = Deadline((S.begun, S.heard), "received", (Rung(days(1), (chief,)),), "全部", "Z4")
    parts["apart"] = Apart((note,), (parts["finish"],), "Z5", "not the same")
    parts["bell"] = Notice(Done(note), "Ring.", "Z7")

    assert said(parts, promises=(AlwaysCanEnd("Z6"),)) == [
        "extra cites 'Z2', which is not a clause",
        "wait cites 'Z4', which is not a clause",
        "only of extra cites 'Z3', which is not a clause",
        "a person rule cites 'Z5', which is not a clause",
        "a promise cites 'Z6', which is not a clause",
        "a notice cites 'Z7', which is not a clause",
    ]


def replace_move(move: Move, **fields: Any) -> Move:
    """A move with other values in some fields."""
    return replace(move, **fields)
