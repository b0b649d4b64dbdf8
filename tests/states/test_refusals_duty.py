"""What is said to whoever is not on duty, and to whoever acts by a delegation in a case about the one who gave it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from states.acts import Act
from states.facts import Actor, Kin
from states.mutants import changed
from tests.states.small import small
from tests.states.test_facts import ANNA, BEN, act, facts
from tests.states.test_refusals import refused, who
from tests.states.toy_house import PROCEDURE as HOUSE
from tests.states.toy_house import ask, close, deputy, letter, word, word_for

OFF = "You are {roles}, and not on duty now: only who is on the roster at this hour may do this."
GIVER = "It is about whoever gave you the delegation by which you act: you have no part in it."


def off_duty(*roles: str) -> Actor:
    """Somebody who is a keeper, but not at this hour."""
    return Actor("person", ANNA, frozenset(roles), off_duty=frozenset({"keeper"}))


def test_whoever_is_not_on_duty_is_told_so() -> None:
    found = refused(facts(HOUSE), letter, off_duty())

    assert [(r.kind, r.sentence, r.params, r.who) for r in found] == [
        ("role", OFF, (("roles", "keeper"),), ("clerk", "chief", "keeper"))
    ]


def test_whoever_is_on_duty_is_told_nothing() -> None:
    assert refused(facts(HOUSE), letter, who("keeper")) == []


def test_whoever_has_another_role_for_it_need_not_be_on_duty() -> None:
    assert refused(facts(HOUSE), letter, off_duty("chief")) == []


def test_whoever_could_not_do_it_on_duty_either_is_told_who_can() -> None:
    found = refused(facts(HOUSE, state="asked"), word, off_duty())

    assert [(r.sentence, r.params) for r in found] == [("Only {roles} may do this.", (("roles", "head"),))]


def test_whoever_was_never_on_the_roster_is_told_who_can() -> None:
    found = refused(facts(HOUSE), letter, who("owner"))

    assert [(r.sentence, r.params) for r in found] == [
        ("Only {roles} may do this.", (("roles", "clerk,chief,keeper"),))
    ]


def test_duty_is_not_asked_of_whoever_stands_in_for_a_unit_and_is_off_duty() -> None:
    """A role that is not held now stands in for no unit."""
    case = facts(HOUSE, act("letter", BEN, "letter.unit|north"))
    chief = replace(off_duty("chief"), posts=frozenset({("chief", "south")}))

    assert [r.sentence for r in refused(case, ask, chief)] == ["this is for the unit that answers"]


ABOUT_HEAD = act("letter", BEN, "letter.against^head")


@pytest.mark.parametrize("what", [word_for, close], ids=lambda a: a.name)
def test_whoever_acts_by_a_delegation_has_no_part_in_a_case_about_the_giver(what: Act) -> None:
    found = refused(facts(HOUSE, ABOUT_HEAD, state="asked"), what, who("deputy"))
    told = [r for r in found if r.kind == "person"]

    assert [(r.sentence, r.clause, r.atoms) for r in told] == [(GIVER, "X1", ("letter.against^head",))]
    assert "deputy" in told[0].who


def test_whoever_acts_by_a_delegation_acts_where_it_is_not_about_the_giver() -> None:
    case = facts(HOUSE, act("letter", BEN), state="asked")

    assert refused(case, word_for, who("deputy")) == []


def test_what_was_corrected_is_about_nobody() -> None:
    case = facts(HOUSE, ABOUT_HEAD._replace(counts=False), act("letter", BEN, seq=2), state="asked")

    assert refused(case, word_for, who("deputy")) == []


def test_whoever_holds_another_role_for_it_does_not_act_by_the_delegation() -> None:
    case = facts(HOUSE, ABOUT_HEAD, state="asked")

    assert GIVER not in [r.sentence for r in refused(case, close, who("deputy", "owner"))]


def test_a_role_that_cannot_do_it_takes_no_delegation_away() -> None:
    case = facts(HOUSE, ABOUT_HEAD, state="asked")

    assert GIVER in [r.sentence for r in refused(case, word_for, who("deputy", "clerk"))]


def test_nobody_else_is_kept_out_by_a_delegation() -> None:
    case = facts(HOUSE, ABOUT_HEAD, state="asked")

    assert GIVER not in [r.sentence for r in refused(case, word_for, who("clerk"))]
    assert GIVER not in [r.sentence for r in refused(case, close, who("head"))]


def test_where_nobody_is_barred_a_delegation_goes_on() -> None:
    law = replace(HOUSE, barred=())

    assert GIVER not in [
        r.sentence for r in refused(facts(law, ABOUT_HEAD, state="asked"), word_for, who("deputy"))
    ]


def test_nor_in_a_case_that_was_started_by_one_about_the_giver() -> None:
    """A delegation that is void above is void below."""
    plain = small()
    law = changed(plain, plain.step_named["note"], by=deputy)
    above = Kin("parent", HOUSE, (ABOUT_HEAD,), is_open=True, of_this_round=True, round=1)
    innocent = above._replace(acts=(act("letter", BEN),))

    def told(kin: Kin) -> list[str]:
        return [r.sentence for r in refused(facts(law, kin=(kin,)), law.step_named["note"], who("deputy"))]

    assert told(above) == [GIVER]
    assert told(innocent) == []
