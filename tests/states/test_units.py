"""The unit that answers for a case, and what nobody of another unit does in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import pytest
from pydantic import Field

from states.acts import Act, Step
from states.facts import Actor, Facts, Kin
from states.forms import Form, UnitKey
from states.law import common_followup_2026 as followup
from states.people import OfUnit, UnitNamed
from states.procedure import Procedure
from states.promises import OnlyOfUnit
from states.prove import prove
from tests.states.small import S, clerk, pieces, small
from tests.states.test_facts import ANNA, BEN, act, facts
from tests.states.test_refusals import refused
from tests.states.test_soundness_office import CALL
from tests.states.toy_house import PROCEDURE as HOUSE
from tests.states.toy_house import agreed, ask, close, keeper, letter, owner, passed, units, word

NORTH = act("letter", BEN, "letter.unit|north", seq=1)
SOUTH = act("passed", BEN, "passed.unit|south", seq=2)
OURS = "this is for the unit that answers"


def one(role: str, *places: str, person: int = ANNA) -> Actor:
    """Somebody who holds this role in these units, or in none."""
    return Actor("person", person, frozenset({role}), posts=frozenset((role, place) for place in places))


def told(case: Facts, what: Act, actor: Actor) -> list[str]:
    """What is said of the unit."""
    return [r.sentence for r in refused(case, what, actor) if r.kind == "person"]


def test_the_unit_that_answers_is_the_one_that_the_last_record_names() -> None:
    assert facts(HOUSE, NORTH).unit_of(units) == "north"
    assert facts(HOUSE, NORTH, SOUTH).unit_of(units) == "south"
    assert (
        facts(HOUSE, NORTH, SOUTH, act("passed", BEN, "passed.unit|north", seq=3)).unit_of(units) == "north"
    )


def test_the_last_record_is_the_one_with_the_highest_number_wherever_it_stands() -> None:
    assert facts(HOUSE, SOUTH, NORTH).unit_of(units) == "south"


def test_what_was_renewed_or_corrected_names_no_unit_any_more() -> None:
    assert facts(HOUSE, NORTH, SOUTH._replace(counts=False)).unit_of(units) == "north"
    assert facts(HOUSE, NORTH._replace(counts=False)).unit_of(units) is None


def test_a_record_that_names_no_unit_changes_nothing() -> None:
    silent = act("passed", BEN, seq=2)

    assert facts(HOUSE, NORTH, silent).unit_of(units) == "north"
    assert facts(HOUSE, silent).unit_of(units) is None


def test_a_unit_is_named_by_the_field_that_is_asked_for() -> None:
    assert facts(HOUSE, NORTH, SOUTH).unit_of(units[:1]) == "north"


def test_a_case_below_knows_the_unit_of_the_case_that_started_it_and_of_no_other() -> None:
    above = Kin("parent", HOUSE, (NORTH, SOUTH), is_open=True, of_this_round=True, round=1)

    assert facts(followup.PROCEDURE, kin=(above,)).unit_of(units) == "south"
    assert facts(followup.PROCEDURE, kin=(above._replace(relation="linked"),)).unit_of(units) is None
    gone = above._replace(acts=(NORTH, SOUTH._replace(counts=False)))
    assert facts(followup.PROCEDURE, kin=(gone,)).unit_of(units) == "north"


def test_nobody_of_another_unit_does_what_is_for_the_unit_that_answers() -> None:
    case = facts(HOUSE, NORTH)
    found = [r for r in refused(case, ask, one("chief", "south")) if r.kind == "person"]

    assert [(r.sentence, r.clause, r.params, r.who) for r in found] == [
        (OURS, "X1", (("unit", "north"),), ("chief", "keeper"))
    ]
    assert told(case, ask, one("chief", "north")) == []
    assert told(facts(HOUSE, NORTH, SOUTH), ask, one("chief", "south")) == []
    assert told(facts(HOUSE, NORTH, SOUTH), ask, one("chief", "north")) == [OURS]


def test_whoever_leads_two_units_acts_for_both() -> None:
    assert told(facts(HOUSE, NORTH), passed, one("chief", "south", "north")) == []


def test_where_no_unit_is_named_none_is_asked_for() -> None:
    assert told(facts(HOUSE), ask, one("chief", "south")) == []


def test_a_role_that_is_held_in_no_unit_answers_for_every_unit() -> None:
    assert told(facts(HOUSE, NORTH), ask, one("chief")) == []
    elsewhere = replace(one("chief"), posts=frozenset({("clerk", "south")}))
    assert told(facts(HOUSE, NORTH), ask, elsewhere) == []


def test_another_role_in_the_unit_that_answers_does_not_help() -> None:
    mixed = Actor(
        "person",
        ANNA,
        frozenset({"chief", "clerk"}),
        posts=frozenset({("chief", "south"), ("clerk", "north")}),
    )

    assert told(facts(HOUSE, NORTH), ask, mixed) == [OURS]


def test_a_post_without_the_role_of_the_day_does_not_help() -> None:
    former = Actor("person", ANNA, frozenset({"clerk"}), posts=frozenset({("chief", "north")}))

    assert told(facts(HOUSE, NORTH), ask, former) == [OURS]


def test_roles_of_no_unit_stand_in() -> None:
    case = facts(HOUSE, NORTH, state="asked")

    assert told(case, ask, one("keeper", "south")) == []
    assert told(case, agreed, one("owner")) == []


def test_a_role_stands_in_only_for_what_it_may_do() -> None:
    both = Actor("person", ANNA, frozenset({"chief", "keeper"}), posts=frozenset({("chief", "south")}))

    assert told(facts(HOUSE, NORTH, state="asked"), agreed, both) == [OURS]
    assert told(facts(HOUSE, NORTH), passed, both) == []


def test_what_no_rule_speaks_of_is_done_by_every_unit() -> None:
    assert told(facts(HOUSE, NORTH, state="asked"), word, one("head", "south")) == []


def test_a_mechanism_is_of_no_unit() -> None:
    case = facts(HOUSE, NORTH)

    assert told(case, ask, Actor("clock", None, frozenset({"clock"}))) == []


class Placed(Form):
    """Which unit answers."""

    unit: Annotated[str, UnitKey, Field(pattern="^[a-z]+$")] = Field(
        default="north", description="which unit"
    )


def calling() -> Procedure:
    """A procedure whose rule speaks of an act of the case that it starts."""
    placed = Step(Placed, "單位", "name it", "X1", by=clerk, during=(S.begun,), starts=(CALL,))
    rule = OfUnit((followup.attempt,), (UnitNamed(placed, "unit"),), "X1", "the unit calls")
    return small(pieces() | {"placed": placed, "rule": rule})


@pytest.mark.parametrize(("place", "said"), [("south", ["the unit calls"]), ("north", [])])
def test_a_rule_of_the_case_above_holds_for_the_acts_of_the_case_below(place: str, said: list[str]) -> None:
    acts = (act("placed", BEN, "placed.unit|north"),)
    above = Kin("parent", calling(), acts, is_open=True, of_this_round=True, round=1)
    call = facts(followup.PROCEDURE, kin=(above,))

    assert told(call, followup.attempt, one("staff", place)) == said
    assert told(call, followup.answer, one("staff", place)) == []


def test_a_rule_of_a_case_that_is_only_linked_holds_for_nothing_here() -> None:
    acts = (act("placed", BEN, "placed.unit|north"),)
    beside = Kin("linked", calling(), acts, is_open=True, of_this_round=True, round=1)

    assert told(facts(followup.PROCEDURE, kin=(beside,)), followup.attempt, one("staff", "south")) == []


def test_that_only_the_unit_acts_is_proved_of_what_the_rule_says() -> None:
    assert prove(HOUSE, OnlyOfUnit("X1", (ask, agreed, passed), units, (keeper, owner))).holds


@pytest.mark.parametrize(
    "promise",
    [
        OnlyOfUnit("X1", (close,), units, (keeper, owner)),
        OnlyOfUnit("X1", (ask, close), units, (keeper, owner)),
        OnlyOfUnit("X1", (ask, agreed, passed), units, (owner,)),
        OnlyOfUnit("X1", (ask, agreed, passed), units[:1], (keeper, owner)),
    ],
    ids=["no rule", "a rule for one of two", "a role that stands in", "fewer units"],
)
def test_that_only_the_unit_acts_is_not_proved_of_more(promise: OnlyOfUnit) -> None:
    assert not prove(HOUSE, promise).holds


def test_without_the_rule_nothing_keeps_other_units_out() -> None:
    promise = OnlyOfUnit("X1", (ask, agreed, passed), units, (keeper, owner))

    assert not prove(replace(HOUSE, of_units=()), promise).holds


def test_the_fields_that_name_a_unit_are_known_by_their_step() -> None:
    assert HOUSE.unit_fields["letter"] == ("unit",)
    assert HOUSE.unit_fields["passed"] == ("unit",)
    assert HOUSE.unit_fields["word"] == ()
    assert HOUSE.step_named["letter"] is letter
