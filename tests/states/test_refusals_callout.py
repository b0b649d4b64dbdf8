"""Call-outs: who must arrive, who may raise and lower, and how a call ends unvisited."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from states.acts import Step
from states.law import property_callout_2026 as callout
from tests.states.test_facts import ANNA, BEN, CARL, act, facts
from tests.states.test_refusals import refused, who


@pytest.mark.clause("P6c", "P6d")
@pytest.mark.parametrize("step", [callout.arrival, callout.fire_crew, callout.emergency_crew])
def test_each_person_who_arrives_is_recorded_even_after_the_first(step: Step[Any]) -> None:
    arrived = facts(callout.PROCEDURE, act(step.name, ANNA), state="on_scene")

    assert refused(arrived, step, who("fire_list", person=BEN)) == []
    assert refused(arrived, step, who("emergency_list", person=ANNA)) == []


@pytest.mark.clause("P6c", "P6d")
@pytest.mark.parametrize(
    ("kind", "wanted", "other"),
    [
        ("fire", callout.fire_crew, callout.emergency_crew),
        ("emergency", callout.emergency_crew, callout.fire_crew),
    ],
)
def test_a_call_is_on_the_scene_when_somebody_of_its_own_list_has_arrived(
    kind: str, wanted: Step[Any], other: Step[Any]
) -> None:
    call = facts(
        callout.PROCEDURE, act("report", ANNA, f"report.kind={kind}"), act("arrival"), act(other.name)
    )

    assert [(r.kind, r.do) for r in refused(call, callout.arrive, who("staff"))] == [
        ("missing", (wanted.name,))
    ]
    there = replace(call, acts=(*call.acts, act(wanted.name, BEN, seq=9)))
    assert refused(there, callout.arrive, who("staff")) == []


@pytest.mark.clause("P6c")
def test_a_fire_call_is_never_cancelled_from_afar() -> None:
    fire = facts(callout.PROCEDURE, act("report", ANNA, "report.kind=fire"), act("standing_down"))

    assert [(r.kind, r.clause) for r in refused(fire, callout.stand_down, who("foreman"))] == [
        ("condition", "P6c")
    ]


@pytest.mark.clause("P6c")
def test_a_fire_call_is_never_made_void_unvisited_and_any_other_is() -> None:
    said = act("void_reason", CARL, seq=2)
    fire = facts(callout.PROCEDURE, act("report", ANNA, "report.kind=fire"), said)
    repair = facts(callout.PROCEDURE, act("report", ANNA, "report.kind=repair"), said)

    assert [r.sentence for r in refused(fire, callout.void, who("manager"))] == [
        "a fire call is never made void unvisited: somebody must arrive"
    ]
    assert refused(repair, callout.void, who("manager")) == []


def test_whoever_lowered_a_call_does_not_end_it_unvisited() -> None:
    call = facts(callout.PROCEDURE, act("report", ANNA, "report.kind=fire"), act("lowering", BEN, seq=2))

    for step, role in ((callout.standing_down, "foreman"), (callout.void_reason, "manager")):
        assert [r.sentence for r in refused(call, step, who(role, person=BEN))] == [
            "whoever lowered a call does not end it unvisited"
        ]
        assert refused(call, step, who(role, person=CARL)) == []


@pytest.mark.clause("P6d")
def test_an_emergency_can_still_be_raised_to_a_fire_and_by_anybody_on_the_spot() -> None:
    case = facts(callout.PROCEDURE, act("raising", ANNA, "raising.to=emergency"))

    assert refused(case, callout.raising, who("repairer")) == []
    raised = replace(case, acts=(*case.acts, act("raising", BEN, "raising.to=fire", seq=2)))
    assert raised.holds(callout.fire)
    assert not raised.holds(callout.emergency)


@pytest.mark.clause("P6d")
def test_only_a_supervisor_lowers_a_call() -> None:
    case = facts(callout.PROCEDURE, act("report", ANNA, "report.kind=emergency"))

    assert [r.kind for r in refused(case, callout.lowering, who("staff"))] == ["role"]
    assert refused(case, callout.lowering, who("foreman")) == []
    lowered = replace(case, acts=(*case.acts, act("lowering", BEN, seq=2)))
    assert lowered.holds(callout.repair)
