"""How high a case climbs, where that is less than there are roles."""

from __future__ import annotations

from states.facts import Actor
from states.law import hotel_owner_escalation_2026 as report
from states.people import Climb, roles_of
from states.prove.walk import Walk
from tests.states.small import chief, clerk, owner
from tests.states.test_facts import facts
from tests.states.test_refusals import refused, who
from tests.states.toy_house import PROCEDURE as HOUSE
from tests.states.toy_house import REPORT, again, agreed, ask, letter

LOW, ALL = Climb((clerk, chief, owner), highest=1), Climb((clerk, chief, owner))


def test_without_a_limit_it_climbs_as_high_as_there_are_roles() -> None:
    assert ALL.top == 2
    assert [ALL.at(n) for n in range(4)] == [(clerk, chief, owner), (chief, owner), (owner,), (owner,)]


def test_with_a_limit_it_climbs_no_higher_and_everybody_above_may_act() -> None:
    assert LOW.top == 1
    assert [LOW.at(n) for n in range(4)] == [(clerk, chief, owner), *[(chief, owner)] * 3]
    assert roles_of(LOW, 2) == (chief, owner)


def test_a_limit_of_nought_is_a_limit() -> None:
    still = Climb((clerk, chief), highest=0)

    assert still.top == 0
    assert still.at(1) == (clerk, chief)


def test_the_limit_is_how_high_a_case_climbs() -> None:
    assert HOUSE.max_level == 1


def test_a_case_that_has_climbed_to_the_limit_climbs_no_more() -> None:
    case = Walk(HOUSE, {REPORT: report.PROCEDURE})
    clerk_, chief_ = (Actor("person", n, frozenset({role})) for n, role in ((1, "clerk"), (2, "chief")))
    owner_ = Actor("person", 3, frozenset({"owner"}))
    assert case.record(letter, clerk_) == ()
    seen = []
    for _ in range(3):
        assert case.move(ask, chief_) == ()
        assert case.record(agreed, owner_) == ()
        assert case.move(again, owner_) == ()
        seen.append(case.level)

    assert seen == [1, 1, 1]


def test_whoever_was_passed_by_a_climb_acts_no_more() -> None:
    low, high = facts(HOUSE, state="asked"), facts(HOUSE, state="asked", level=1)

    assert refused(low, agreed, who("chief")) == []
    assert [(r.kind, r.who) for r in refused(high, agreed, who("chief"))] == [("role", ("head", "owner"))]
    assert refused(high, agreed, who("head")) == []
    assert refused(high, agreed, who("owner")) == []
