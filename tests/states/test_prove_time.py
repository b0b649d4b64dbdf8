"""Promises about time: what clocks run, and whom they tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from states.acts import Step
from states.conditions import Done
from states.deadlines import Deadline, Rung, days, hours, minutes
from states.law import property_callout_2026 as callout
from states.law import property_complaint_2026 as complaint
from states.law.roles import manager
from states.mutants import changed, without
from states.promises import (
    EveryWaitHasDeadline,
    LaddersEndFilled,
    NoTimeLoop,
    Owed,
)
from states.prove import prove
from states.prove.search import VACUOUS
from tests.states.small import S, Ticked, chief, clerk, pieces, small

if TYPE_CHECKING:
    from states.procedure import Procedure
from tests.states.test_prove import LAW, the


def owed(procedure: Procedure, which: str) -> Any:
    """One promise that somebody is told."""
    return the(Owed, procedure, which)


class TestClocks:
    """Promises about time."""

    @pytest.mark.clause("P6c")
    def test_a_fire_call_is_told_to_the_manager_within_three_minutes_and_not_within_two(self) -> None:
        promise = owed(callout.PROCEDURE, "fire_crew to manager")

        assert prove(callout.PROCEDURE, promise).holds
        verdict = prove(callout.PROCEDURE, replace(promise, within=minutes(2)))
        assert verdict.why == "no clock tells manager in time in reported (report, report.kind=fire)"

    def test_a_clock_taken_away_breaks_it(self) -> None:
        mutant = replace(
            callout.PROCEDURE, deadlines=without(callout.PROCEDURE.deadlines, callout.fire_arrival)
        )

        assert not prove(mutant, owed(mutant, "fire_crew to fire_list")).holds

    def test_a_number_that_an_office_may_move_counts_as_far_as_it_may_be_moved(self) -> None:
        looser = (Rung(minutes(30), (manager,), between=(minutes(10), hours(2))),)
        mutant = changed(LAW, complaint.opinion_due, ladder=looser)

        assert not prove(mutant, owed(mutant, "opinion to manager")).holds

    def test_a_clock_that_something_else_stops_breaks_it(self) -> None:
        mutant = changed(LAW, complaint.opinion_due, until=complaint.assignment)

        verdict = prove(mutant, owed(mutant, "opinion to manager"))

        assert verdict.why == "no clock tells manager in time in received (assignment)"

    def test_a_clock_from_entry_counts_only_where_the_duty_waits_in_one_state_alone(self) -> None:
        parts = pieces()
        sign = Step(Ticked, "簽", "sign", "X1", by=chief, during=(S.begun, S.heard))
        clock = Deadline((S.begun, S.heard), "entered", (Rung(days(1), (chief,), source="text"),), "簽", "X3")
        law = small(parts | {"sign": sign, "clock": clock})
        promise = Owed("X3", sign, chief, days(1))

        assert prove(small(pieces()), Owed("X3", pieces()["note"], chief, days(1))).holds
        assert prove(law, promise).holds  # the clock from receipt tells him
        later = replace(law, deadlines=(clock,))
        assert not prove(later, promise).holds

    def test_a_duty_that_never_waits_is_vacuous(self) -> None:
        promise = Owed("P6b", complaint.opinion, manager, minutes(30), when=Done(complaint.bag))

        assert prove(LAW, promise).why == VACUOUS

    def test_a_state_without_a_clock_is_named(self) -> None:
        mutant = replace(LAW, deadlines=without(LAW.deadlines, complaint.archive_due))

        assert prove(mutant, EveryWaitHasDeadline("X3")).why == "no clock runs in filed"

    def test_a_ring_without_a_clock_from_receipt_is_named(self) -> None:
        mutant = replace(LAW, deadlines=without(LAW.deadlines, complaint.whole))

        assert prove(mutant, NoTimeLoop("X3")).why == "a case can go round unseen in handling, remedied"

    def test_a_ladder_that_ends_in_a_role_nobody_need_hold_is_named(self) -> None:
        ladder = (Rung(days(1), (clerk,)),)
        law = small(pieces() | {"tick": Deadline((S.begun,), "entered", ladder, "滴", "X3")})

        assert (
            prove(replace(law, staff={chief: 1}), LaddersEndFilled("X3")).why
            == "tick ends in a role that nobody need hold"
        )
        assert prove(law, LaddersEndFilled("X3")).holds
