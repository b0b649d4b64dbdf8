"""Linked cases that a record starts if it says so; and those that concern the case in whichever round it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from states.acts import Ending, Move, StartIf, Step, Sub
from states.conditions import Open
from states.facts import Actor, Kin
from states.forms import Ended
from states.law import hotel_owner_escalation_2026 as report
from states.people import FromSub
from states.procedure import Procedure
from states.prove.walk import Walk
from tests.states.small import S, Ticked, chief, clerk, pieces, small
from tests.states.test_facts import facts
from tests.states.toy_house import PROCEDURE as HOUSE
from tests.states.toy_house import REPORT, again, agreed, ask, friend_seen, letter, to_owner

CLERK = Actor("person", 1, frozenset({"clerk"}))
CHIEF = Actor("person", 2, frozenset({"chief"}))
OTHER = Actor("person", 3, frozenset({"chief"}))


def begun(*said: str) -> Walk:
    """A letter that says this."""
    case = Walk(HOUSE, {REPORT: report.PROCEDURE})
    assert case.record(letter, CLERK, said) == ()
    return case


@pytest.mark.parametrize("said", ["letter.urgent", "letter.against^head", "letter.who%friends"])
def test_a_record_that_says_so_starts_a_linked_case(said: str) -> None:
    assert [c.procedure.name for c in begun(said).children] == [REPORT]


@pytest.mark.parametrize("said", [(), ("letter.amount>limit",), ("letter.urgent=False",)])
def test_a_record_that_does_not_say_so_starts_nothing(said: tuple[str, ...]) -> None:
    assert begun(*said).children == []


def test_a_record_starts_one_of_each_kind_whatever_it_says_besides() -> None:
    assert len(begun("letter.urgent", "letter.against^head", "letter.who%friends").children) == 1
    assert HOUSE.started_by(letter, ("letter.urgent", "letter.against^head")) == (to_owner,)


def test_what_a_step_always_starts_it_starts_once_though_a_condition_would_start_it_too() -> None:
    starting = tuple(replace(one, step=friend_seen) for one in HOUSE.starting)
    law = replace(HOUSE, starting=starting)

    assert law.started_by(friend_seen, ("letter.urgent",)) == (to_owner,)
    assert law.started_by(friend_seen, ()) == (to_owner,)


def test_each_record_starts_its_own() -> None:
    case = begun("letter.urgent")
    for _ in range(2):
        assert case.record(friend_seen, CLERK) == ()

    assert len(case.children) == 3


def test_another_step_that_says_so_starts_nothing() -> None:
    assert HOUSE.started_by(agreed, ("letter.urgent",)) == ()


def test_what_a_correction_says_for_the_first_time_it_starts() -> None:
    case = begun()

    assert case.correct(letter, 1, CLERK, ("letter.urgent",)) == ()
    assert len(case.children) == 1


def test_a_correction_starts_nothing_a_second_time() -> None:
    case = begun("letter.urgent")

    assert case.correct(letter, 1, CLERK, ("letter.urgent", "letter.against^head")) == ()
    assert len(case.children) == 1


def in_the_second_round(*said: str) -> Walk:
    """A letter that says this, agreed to and taken up again."""
    case = begun(*said)
    assert case.move(ask, CHIEF) == ()
    assert case.record(agreed, CHIEF) == ()
    assert case.move(again, CHIEF) == ()
    assert case.round == 2
    return case


def test_what_concerns_the_case_is_open_in_whichever_round() -> None:
    case = in_the_second_round("letter.urgent")

    assert case.facts().holds(Open(REPORT))
    assert HOUSE.lasting_subs == {REPORT}


def test_what_concerns_the_case_is_heard_of_in_a_later_round() -> None:
    case = in_the_second_round("letter.urgent")
    assert not case.facts().done("heard")

    assert case.end(REPORT, report.S.acknowledged.value)
    assert case.facts().done("heard")
    assert not case.facts().holds(Open(REPORT))


def with_sub(sub_lasts: Literal["round", "case"]) -> Procedure:
    """The small procedure with a report that the note starts if it is so, and with rounds."""
    told = Step(
        Ended, "已知悉", "the owner knows", "X1", by=FromSub(REPORT), during=(S.begun, S.heard), often=True
    )
    note = Step(Ticked, "記錄", "note it", "X1", by=(clerk, chief), during=(S.begun,), lasts="case")
    sub = Sub(REPORT, (Ending(report.S.acknowledged, told),), lasts=sub_lasts)
    parts = pieces() | {
        "told": told,
        "note": note,
        "hear": Move((S.begun,), S.heard, "聽取", "X1", by=(clerk, chief), needs=(note,)),
        "back": Move((S.heard,), S.begun, "再辦", "X1", by=chief, new_round=True),
        "started": StartIf(note, note.flag("so"), sub),
    }
    return small(parts)


@pytest.mark.parametrize("lasts", ["round", "case"])
def test_the_round_that_started_it_matters_only_where_it_concerns_the_round(
    lasts: Literal["round", "case"],
) -> None:
    law = with_sub(lasts)
    case = Walk(law, {REPORT: report.PROCEDURE})
    assert case.record(law.step_named["note"], CLERK, ("note.so",)) == ()
    assert case.facts().holds(Open(REPORT))

    assert case.move(law.move_named["hear"], CLERK) == ()
    assert case.move(law.move_named["back"], CHIEF) == ()
    assert case.facts().holds(Open(REPORT)) is (lasts == "case")

    owner = Actor("person", 9, frozenset({"owner"}))
    below = case.children[0]
    assert below.record(report.owner_acknowledgement, owner) == ()
    assert below.move(report.acknowledge, owner) == ()
    assert case.facts().done("told") is (lasts == "case")


def test_a_report_that_is_over_is_not_open_in_any_round() -> None:
    kid = Kin("child", report.PROCEDURE, (), is_open=False, of_this_round=False, round=1)

    assert not facts(HOUSE, kin=(kid,), round_=2).holds(Open(REPORT))
    assert facts(HOUSE, kin=(kid._replace(is_open=True),), round_=2).holds(Open(REPORT))
