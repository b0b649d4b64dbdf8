"""Promises about persons across linked cases: one does not do in a callback what the rules keep him from in the complaint."""

from __future__ import annotations

from dataclasses import replace

from states.law import common_followup_2026 as followup
from states.law import property_complaint_2026 as complaint
from states.mutants import changed
from states.people import Apart, Barred
from states.promises import (
    AccusedNever,
    TwoPersons,
)
from states.prove import prove
from states.prove.search import VACUOUS
from tests.states.test_prove import LAW, the


class TestAcrossLinkedCases:
    """Rules between a complaint and its callback."""

    promise = TwoPersons("P6b", (complaint.remedy,), (followup.attempt,), "this round")

    def test_a_rule_that_covers_the_pair_proves_it(self) -> None:
        assert prove(LAW, self.promise).holds

    def test_without_the_rule_it_fails(self) -> None:
        verdict = prove(replace(LAW, aparts=()), self.promise)

        assert verdict.why == "whoever did remedy may do attempt in the same round, or the other way round"

    def test_a_rule_for_fewer_rounds_is_not_enough(self) -> None:
        verdict = prove(LAW, TwoPersons("P6b", (complaint.remedy,), (followup.attempt,)))

        assert verdict.why == "whoever did remedy may do attempt in another round, or the other way round"

    def test_a_rule_for_more_rounds_is(self) -> None:
        rule = Apart((followup.attempt,), (complaint.remedy,), "P6b", "never the same", "ever")

        assert prove(
            replace(LAW, aparts=(rule,)), TwoPersons("P6b", (complaint.remedy,), (followup.attempt,))
        ).holds

    def test_a_rule_for_some_of_the_acts_is_not_enough(self) -> None:
        rule = Apart((complaint.remedy,), (followup.answer,), "P6b", "not both", "this round")

        verdict = prove(replace(LAW, aparts=(rule,)), self.promise)

        assert verdict.why == "whoever did remedy may do attempt in the same round, or the other way round"

    def test_an_act_that_never_happens_makes_it_vacuous(self) -> None:
        mutant = changed(LAW, complaint.remedy, during=())

        verdict = prove(mutant, the(TwoPersons, mutant, "remedy and attempt"))

        assert verdict.why == f"{VACUOUS}: remedy never happens"

    def test_the_accused_is_kept_from_the_callback_too(self) -> None:
        mutant = replace(
            LAW, barred=(Barred(complaint.accused, "house", "no part", but=(followup.attempt,)),)
        )

        assert prove(mutant, AccusedNever("house", complaint.accused, but=(followup.attempt,))).holds
        verdict = prove(mutant, AccusedNever("house", complaint.accused))
        assert verdict.why == "the person named in complaint may do attempt in common.followup"
