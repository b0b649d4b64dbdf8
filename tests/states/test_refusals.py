"""Every unmet requirement at once, each with its clause, who can meet it and how."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from states.acts import Act, Step
from states.facts import Actor, DoneAct, Kin
from states.law import common_followup_2026 as followup
from states.law import property_complaint_2026 as complaint
from states.law import property_missed_call_2026 as missed
from states.refusals import Requirement, move_requirements, named_requirements, step_requirements
from tests.states.test_facts import ANNA, BEN, CARL, act, facts

LAW = complaint.PROCEDURE


def who(*roles: str, person: int | None = ANNA) -> Actor:
    """Somebody with these roles."""
    return Actor("person", person, frozenset(roles))


def refused(case: object, what: Act, actor: Actor) -> list[Requirement]:
    """Everything that stands in the way."""
    asked = step_requirements if isinstance(what, Step) else move_requirements
    return list(asked(case, what, actor))  # type: ignore[arg-type]


@pytest.mark.clause("P6b")
def test_a_complaint_cannot_leave_received_without_an_opinion_told_to_the_customer() -> None:
    found = refused(facts(LAW, act("complaint")), complaint.begin, who("staff"))

    assert [(r.kind, r.sentence, r.clause) for r in found] == [
        ("missing", "tell the complainant a sincere opinion on how it will be handled", "P6b"),
        ("missing", "say who handles it", "P6b"),
        ("condition", "every complainant must be told", "X9"),
    ]
    assert found[0].who == ("staff", "manager")
    assert found[0].do == ("opinion",)


@pytest.mark.clause("X2")
def test_state_needs_conditions_and_role_are_refused_together() -> None:
    found = refused(facts(LAW, state="handling"), complaint.begin, who("superior"))

    assert [r.kind for r in found] == ["state", "missing", "missing", "missing", "condition", "role"]
    assert found[0].sentence == "This starts from {states}; the case is in {state}."
    assert dict(found[0].params) == {"states": "received", "state": "handling"}
    assert found[-1].sentence == "Only {roles} may do this."
    assert found[-1].who == ("staff", "manager")


def test_nothing_stands_in_the_way_of_what_may_be_done() -> None:
    ready = facts(LAW, act("complaint"), act("opinion", ANNA, "opinion.told_to_all"), act("assignment"))

    assert refused(ready, complaint.begin, who("staff")) == []


def test_a_step_that_is_recorded_once_is_mended_by_a_correction() -> None:
    found = refused(facts(LAW, act("complaint")), complaint.complaint, who("staff"))

    assert [(r.kind, r.sentence) for r in found] == [
        ("again", "This is already recorded; a mistake is mended with a correction.")
    ]


@pytest.mark.clause("P6b", "X1")
def test_a_case_is_not_filed_without_a_callback_and_its_end_alone_records_it() -> None:
    remedied = facts(LAW, state="remedied")

    by_person = refused(remedied, complaint.callback, who("staff", "manager"))
    missing = refused(remedied, complaint.file, who("staff"))

    assert [(r.kind, r.sentence) for r in by_person] == [
        ("sub", "This is recorded by how the linked case ended, by no person.")
    ]
    assert [(r.kind, r.do) for r in missing if r.clause == "P6b"][0] == ("sub", ("callback",))  # noqa: RUF015
    outcome = Actor("sub", None, frozenset({"outcome"}))
    assert list(step_requirements(remedied, complaint.callback, outcome, from_sub=True)) == []


@pytest.mark.clause("P6b")
def test_whoever_handled_the_complaint_does_not_call_the_complainant_back() -> None:
    above = Kin("parent", LAW, (act("remedy", ANNA),), is_open=True, of_this_round=True, round=1)
    call = facts(followup.PROCEDURE, kin=(above,))

    found = refused(call, followup.attempt, who("staff", person=ANNA))

    assert [(r.kind, r.sentence, r.clause) for r in found] == [
        ("person", "whoever handled the complaint does not call the complainant back", "P6b")
    ]
    assert refused(call, followup.attempt, who("staff", person=BEN)) == []


@pytest.mark.clause("P6b")
def test_whoever_called_does_not_handle_the_same_round() -> None:
    kid = Kin("child", followup.PROCEDURE, (act("attempt", CARL),), is_open=True, of_this_round=True, round=1)
    case = facts(LAW, state="handling", kin=(kid,))

    assert [r.kind for r in refused(case, complaint.remedy, who("staff", person=CARL))] == ["person"]
    earlier = replace(case, kin=(kid._replace(of_this_round=False),))
    assert refused(earlier, complaint.remedy, who("staff", person=CARL)) == []


def in_charge(*handlers: int) -> tuple[DoneAct, ...]:
    """One after the other is put in charge."""
    return tuple(
        act("assignment", 9, f"assignment.handler@{h}", seq=n) for n, h in enumerate(handlers, start=1)
    )


@pytest.mark.clause("P6b")
@pytest.mark.parametrize("handlers", [(BEN,), (BEN, CARL), (CARL, BEN)])
def test_whoever_is_or_was_in_charge_does_not_call_the_complainant_back(handlers: tuple[int, ...]) -> None:
    above = Kin("parent", LAW, in_charge(*handlers), is_open=True, of_this_round=True, round=1)
    call = facts(followup.PROCEDURE, kin=(above,))

    for step in (followup.attempt, followup.answer):
        told = {r.sentence for r in refused(call, step, who("staff", person=BEN)) if r.kind == "person"}
        assert told == {"whoever handled the complaint does not call the complainant back"}
    assert refused(call, followup.attempt, who("staff", person=ANNA)) == []


@pytest.mark.parametrize("handlers", [(BEN,), (BEN, CARL)])
def test_whoever_is_or_was_in_charge_does_not_record_the_withdrawal(handlers: tuple[int, ...]) -> None:
    case = facts(LAW, *in_charge(*handlers), state="handling")

    assert [
        (r.sentence, r.clause) for r in refused(case, complaint.withdrawal, who("staff", person=BEN))
    ] == [("whoever handled the complaint does not record its withdrawal", "house")]
    assert refused(case, complaint.withdrawal, who("staff", person=ANNA)) == []
    # being in charge keeps nobody from handling it
    assert refused(case, complaint.remedy, who("staff", "manager", person=handlers[-1])) == []


@pytest.mark.clause("P6b")
def test_the_superior_consents_where_the_manager_called() -> None:
    call = facts(followup.PROCEDURE, act("attempt", BEN))

    assert [r.kind for r in refused(call, followup.consent, who("manager", person=BEN))] == ["person"]
    assert refused(call, followup.consent, who("superior", person=CARL)) == []


@pytest.mark.clause("P2a")
def test_a_caller_who_was_reached_is_not_given_up() -> None:
    tries = tuple(
        act("attempt", ANNA, *said, seq=n) for n, said in enumerate([(), (), ("attempt.reached",)], 1)
    )
    case = facts(missed.PROCEDURE, act("missed_call"), *tries, act("result", seq=4))

    assert [(r.kind, r.sentence) for r in refused(case, missed.give_up, who("staff"))] == [
        ("condition", "somebody answered: return the call")
    ]
    assert refused(case, missed.return_call, who("staff")) == []


def test_nobody_whom_the_case_is_about_is_put_in_charge_of_it() -> None:
    case = facts(LAW, act("complaint", ANNA, f"complaint.against@{BEN}"))

    def said(step: Step[Any], field: str, *named: int, by: int = ANNA) -> list[str]:
        who_acts = Actor("person", by, frozenset({"staff"}))
        return [r.sentence for r in named_requirements(case, step, {field: frozenset(named)}, who_acts)]

    assert said(complaint.assignment, "handler", BEN, CARL) == [
        "the person complained of has no part in this case"
    ]
    assert said(complaint.assignment, "handler", CARL) == []
    assert said(complaint.complaint, "against", BEN) == []


def test_nobody_records_a_complaint_about_themselves() -> None:
    case = facts(LAW)

    said = named_requirements(
        case, complaint.complaint, {"against": frozenset({BEN})}, Actor("person", BEN, frozenset({"staff"}))
    )

    assert [r.sentence for r in said] == ["the person complained of has no part in this case"]


@pytest.mark.clause("X7")
def test_a_second_person_agrees_that_it_is_not_for_this_office() -> None:
    guided = facts(LAW, act("guidance", ANNA))

    assert [r.sentence for r in refused(guided, complaint.referral_agreed, who("manager", person=ANNA))] == [
        "a second person agrees, not the one who guided"
    ]
    assert refused(guided, complaint.referral_agreed, who("manager", person=BEN)) == []


def test_the_one_complained_of_has_no_part_in_the_case_nor_in_one_linked_to_it() -> None:
    naming = act("complaint", ANNA, f"complaint.against@{BEN}")
    above = Kin("parent", LAW, (naming,), is_open=True, of_this_round=True, round=1)
    said = ["the person complained of has no part in this case"]

    here = refused(facts(LAW, naming), complaint.opinion, who("staff", person=BEN))
    there = refused(facts(followup.PROCEDURE, kin=(above,)), followup.attempt, who("staff", person=BEN))

    assert [r.sentence for r in here] == said
    assert [r.sentence for r in there] == said


def test_only_the_handler_acts_and_the_heads_may_stand_in() -> None:
    case = facts(LAW, act("assignment", ANNA, f"assignment.handler@{BEN}"), state="handling")

    assert refused(case, complaint.remedy, who("staff", person=BEN)) == []
    assert [r.sentence for r in refused(case, complaint.remedy, who("staff", person=CARL))] == [
        "this is for the handler of the complaint"
    ]
    assert refused(case, complaint.remedy, who("manager", person=CARL)) == []


@pytest.mark.clause("P6b")
def test_the_second_time_it_goes_to_the_manager() -> None:
    case = facts(LAW, state="handling", level=2)

    assert [r.kind for r in refused(case, complaint.remedy, who("staff"))] == ["role"]
    assert refused(case, complaint.remedy, who("manager")) == []
    assert refused(case, complaint.remedy, who("superior")) == []


def test_a_mechanism_is_no_person() -> None:
    built = facts(LAW, act("bag", None, "bag.verified"), state="filed")

    assert refused(built, complaint.archive, Actor("prefect", None, frozenset({"archive_flow"}))) == []
    assert [r.kind for r in refused(built, complaint.archive, who("manager"))] == ["role"]
    # nor does a person become one by being given its role
    assert [r.kind for r in refused(built, complaint.archive, who("archive_flow"))] == ["role"]
    assert [r.kind for r in refused(built, complaint.bag, who("archive_flow"))] == ["role"]
