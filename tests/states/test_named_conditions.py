"""Conditions about whom records name, about what was filled in and about what a form says of itself; and whom they keep out (B2, B10, B12)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from casework.rested import rests_on
from states.acts import Step
from states.conditions import EveryNamed
from states.facts import Actor, DoneAct, Kin
from states.forms import names_several
from states.law import bureau_complaint_2026 as bureau
from states.law import bureau_forms as forms
from states.people import Named
from states.refusals import move_requirements, named_requirements
from states.soundness import contradictions
from tests.states.test_facts import ANNA, BEN, CARL, act, facts

LAW = bureau.PROCEDURE
OUT = "the person complained of has no part in this case"


def about(*people: int) -> DoneAct:
    return act("registration", 9, *(f"registration.against@{person}" for person in people))


def judged(name: str, person: int, seq: int, round_: int = 1) -> DoneAct:
    return act(name, 8, f"{name}.respondent@{person}", seq=seq, round_=round_)


@pytest.mark.clause("B12")
def test_nobody_is_left_out_once_each_respondent_has_a_finding_of_one_kind_or_the_other() -> None:
    one, both = judged("upheld", ANNA, 2), judged("not_upheld", BEN, 3)

    assert not facts(LAW, about(ANNA, BEN), one).holds(bureau.every_respondent_judged)
    assert facts(LAW, about(ANNA, BEN), one, both).holds(bureau.every_respondent_judged)


@pytest.mark.clause("B12")
def test_a_respondent_named_later_is_left_out_again() -> None:
    later = act("supplement", 9, f"supplement.against@{CARL}", seq=4)

    assert not facts(LAW, about(ANNA), judged("upheld", ANNA, 2), later).holds(bureau.every_respondent_judged)


@pytest.mark.clause("B13")
def test_a_finding_of_the_round_before_does_not_count_in_the_review() -> None:
    before = judged("upheld", ANNA, 2)

    assert not facts(LAW, about(ANNA), before, round_=2).holds(bureau.every_respondent_judged)
    assert facts(LAW, about(ANNA), before, judged("upheld", ANNA, 5, 2), round_=2).holds(
        bureau.every_respondent_judged
    )


@pytest.mark.clause("B12")
def test_where_nobody_is_named_nobody_is_left_out() -> None:
    assert facts(LAW, about()).holds(bureau.every_respondent_judged)


@pytest.mark.clause("B12")
def test_a_finding_on_somebody_who_is_no_respondent_is_found_out() -> None:
    assert not facts(LAW, about(ANNA), judged("upheld", BEN, 2)).holds(bureau.nobody_else_judged)


def test_what_compares_persons_rests_on_every_step_that_names_them() -> None:
    rests = rests_on(bureau.propose)

    assert {"registration", "supplement", "upheld", "not_upheld", "statement"} <= rests
    assert rests <= set(LAW.step_named), "a condition looks at something that is no step"


@pytest.mark.clause("B7a")
def test_a_field_is_given_when_something_stands_in_it() -> None:
    given = bureau.registration.given("department")

    nothing: list[object] = [None, "", (), []]
    assert [given.told_by(value) for value in nothing] == [False] * 4
    assert given.told_by("budget")
    with pytest.raises(LookupError, match="no field nothing"):
        bureau.registration.given("nothing")


@pytest.mark.clause("B7a")
def test_a_form_says_of_itself_whether_it_is_complete() -> None:
    said: dict[str, Any] = {
        "channel": "web", "subject": "official", "department": "budget", "person_words": "the tall one", "matter": "they waited",
        "reason": "the form was complete", "anonymous": True, "receipt": True, "reply_by": "receipt_page",
    }  # fmt: skip
    without = [
        name
        for name in ("department", "person_words", "reason")
        if not forms.Registration(**{**said, name: None if name == "department" else ""}).complete
    ]

    assert forms.Registration(**said).complete
    assert without == ["department", "person_words", "reason"]
    with pytest.raises(LookupError, match="no property matter"):
        bureau.registration.fact("matter")


@pytest.mark.clause("B7a")
def test_nothing_is_asked_of_somebody_whom_nobody_can_ask() -> None:
    """An anonymous letter without a code: what is missing is found out, or stays missing."""
    scope = act("scope", 9, seq=2)
    nobody = act(
        "registration", 9, "registration.department!", "registration.anonymous", "registration.reply_by=none"
    )
    somebody = act("registration", 9, "registration.department!")
    member = Actor("person", 9, frozenset({"member"}))

    assert list(move_requirements(facts(LAW, nobody, scope), bureau.accept, member)) == []
    missing = [r.do for r in move_requirements(facts(LAW, somebody, scope), bureau.accept, member)]
    assert missing == [("supplement_request",)]


def refused(step: Step[Any], field: str, person: int, by: int) -> list[str]:
    who = Actor("person", by, frozenset({"member", "custodian"}))
    named = {field: frozenset({person})}
    return [r.sentence for r in named_requirements(facts(LAW, about(ANNA)), step, named, who)]


@pytest.mark.clause("B10")
def test_nobody_consents_to_their_own_reading() -> None:
    assert refused(bureau.consent, "reader", BEN, BEN) == ["Somebody else must record this: it is about you."]
    assert refused(bureau.consent, "reader", BEN, CARL) == []


@pytest.mark.clause("B12")
def test_a_record_about_the_respondent_may_name_them_and_one_that_puts_them_in_charge_may_not() -> None:
    assert refused(bureau.upheld, "respondent", ANNA, BEN) == []
    assert refused(bureau.assignment, "handler", ANNA, BEN) == [OUT]
    assert refused(bureau.registration, "against", BEN, BEN) == [OUT]


@pytest.mark.clause("B12")
def test_whom_a_linked_case_is_about_has_no_part_in_this_one() -> None:
    linked = Kin("linked", LAW, (about(BEN),), is_open=True, of_this_round=False)
    case = facts(LAW, about(ANNA), act("scope", 9, seq=2), kin=(linked,))

    def sentences(person: int) -> list[str]:
        return [
            r.sentence
            for r in move_requirements(case, bureau.accept, Actor("person", person, frozenset({"member"})))
            if r.kind == "person"
        ]

    assert sentences(BEN) == [OUT]
    assert sentences(CARL) == []


@pytest.mark.clause("B13")
def test_what_was_done_in_a_linked_case_counts_as_done_before() -> None:
    linked = Kin("linked", LAW, (act("log", BEN, seq=1),), is_open=False, of_this_round=False)
    case = facts(LAW, about(ANNA), kin=(linked,))

    assert case.who_did((bureau.log,), "earlier rounds") == {BEN}
    assert case.who_did((bureau.log,), "ever") == {BEN}
    assert case.who_did((bureau.log,), "this round") == frozenset()


def test_a_field_of_several_persons_is_told_from_one_of_a_single_person() -> None:
    assert names_several(forms.Registration, "against")
    assert not names_several(forms.Upheld, "respondent")


def test_comparing_with_a_step_of_another_procedure_contradicts_itself() -> None:
    stranger = Step(forms.Upheld, "別處", "elsewhere", "B12", by=bureau.workers, during=(bureau.S.verifying,))
    only = replace(
        bureau.findings_complete[0], when=EveryNamed(bureau.respondents, (Named(stranger, "respondent"),))
    )
    submit = replace(bureau.submit, only=(only,))
    object.__setattr__(submit, "name", "submit")
    object.__setattr__(submit, "owner", LAW.name)

    wrong = list(
        contradictions(replace(LAW, moves=tuple(submit if m is bureau.submit else m for m in LAW.moves)))
    )

    assert any("not all of which are steps of this procedure" in text for text in wrong)


def test_custodians_belong_to_a_unit_of_the_group() -> None:
    assert LAW.secrecy is not None
    elsewhere = replace(LAW, secrecy=replace(LAW.secrecy, custodians_in="treasury"))

    assert "the custodians belong to treasury, which is no unit of the group" in list(
        contradictions(elsewhere)
    )
