"""From everywhere a case can come to, an end can be reached, with the smallest lawful office."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from states.acts import Move, Step
from states.law import common_followup_2026 as followup
from states.law import property_callout_2026 as callout
from states.law import property_complaint_2026 as complaint
from states.law.roles import manager, staff
from states.mutants import changed
from states.people import Apart, Barred, Named
from states.promises import (
    AlwaysCanEnd,
)
from states.prove.liveness import can_end
from states.prove.persons import Supply
from tests.states.small import S, Ticked, chief, clerk, owner, pieces, small

if TYPE_CHECKING:
    from states.procedure import Procedure
    from states.prove.verdict import Verdict
from tests.states.test_prove import LAW, the


def ends(procedure: Procedure, **fields: Any) -> Verdict:
    """Whether a case of it can always end."""
    return can_end(procedure, AlwaysCanEnd("X1", **fields))


class TestThatItCanAlwaysEnd:
    """Liveness, with people counted."""

    @pytest.mark.clause("X1")
    def test_a_complaint_can_be_archived_without_the_complainant_withdrawing(self) -> None:
        but = tuple(s for s in LAW.finals if s is not complaint.S.archived)

        assert ends(LAW, but=but).holds

    @pytest.mark.clause("X1")
    def test_a_call_can_be_archived_whatever_the_caller_says(self) -> None:
        but = tuple(s for s in callout.PROCEDURE.finals if s is not callout.S.archived)

        assert ends(callout.PROCEDURE, but=but).holds

    def test_without_a_callback_nothing_could_be_filed(self) -> None:
        mutant = changed(LAW, complaint.finish, starts=())

        verdict = ends(mutant, but=the(AlwaysCanEnd, LAW).but)

        assert not verdict.holds
        assert verdict.why.startswith("stuck in remedied")

    def test_an_end_that_nobody_hears_of_leaves_the_case_stuck(self) -> None:
        sub = complaint.follow_up
        deaf = replace(sub, endings=tuple(e for e in sub.endings if e.state is not followup.S.unreachable))

        verdict = ends(changed(LAW, complaint.finish, starts=(deaf,)), but=the(AlwaysCanEnd, LAW).but)

        assert verdict.why.startswith("stuck in remedied")
        assert verdict.path[-1] == "common.followup ends unheard"

    @pytest.mark.parametrize("clerks", [2, 3])
    def test_where_the_rules_leave_nobody_in_the_office_the_superior_calls_back(self, clerks: int) -> None:
        """One may be complained of, one did the remedy, one gave consent, and each of them may have been in charge."""
        assert ends(replace(LAW, staff={staff: clerks, manager: 1})).holds

    def test_whoever_may_have_been_named_is_counted_beside_whoever_did_it(self) -> None:
        """A record that can be made anew may have named everybody in turn; without the superior nobody would be left to call."""
        inside = changed(followup.PROCEDURE, followup.attempt, by=(staff, manager))
        attempt = inside.step_named["attempt"]
        unnamed = replace(LAW, aparts=tuple(replace(a, named=()) for a in LAW.aparts))

        assert Supply(inside, LAW).lacking(attempt, 0) == (
            "the rules can keep everybody from attempt: the smallest office has 5 for it"
        )
        assert Supply(inside, unnamed).lacking(attempt, 0) == ""

    def test_an_end_in_which_the_duty_falls_away_does_not_count(self) -> None:
        """Nobody need bring it about: there is nothing left to do."""
        assert ends(small()).holds
        assert ends(small(aside=(S.done,))).why == "stuck in heard"

    def test_one_whom_the_case_is_about_can_be_the_only_one_who_may_act(self) -> None:
        parts = pieces()
        bar = Barred(Named(parts["note"], "so"), "house", "no part")
        law = small(parts | {"bar": bar})

        assert (
            ends(law).why
            == "stuck in heard; the rules can keep everybody from finish: the smallest office has 1 for it"
        )

    def test_somebody_of_another_body_is_never_shut_out(self) -> None:
        parts = pieces()
        parts["bar"] = Barred(Named(parts["note"], "so"), "house", "no part")
        parts["hear"] = Move((S.begun,), S.heard, "聽取", "X1", by=(clerk, owner), needs=(parts["note"],))
        parts["finish"] = Move((S.heard,), S.done, "終結", "X1", by=(chief, owner))

        assert ends(small(parts)).holds

    def test_a_record_due_in_another_state_is_not_simply_caught_up_with(self) -> None:
        """What was not noted at the beginning cannot be noted later: the way is open, the end is not."""
        parts = pieces()
        note = parts["note"]
        skip = Move((S.begun,), S.heard, "跳過", "X1", by=clerk)
        law = small(
            parts | {"skip": skip, "finish": Move((S.heard,), S.done, "終結", "X1", by=chief, needs=(note,))}
        )

        verdict = ends(law)

        assert verdict.why == "stuck in heard"
        assert verdict.path == ("clerk skip -> heard",)

    def test_two_who_must_differ_need_two_people(self) -> None:
        parts = pieces()
        seal = Step(Ticked, "蓋章", "seal it", "X1", by=chief, during=(S.heard,))
        finish = Move((S.heard,), S.done, "終結", "X1", by=chief, needs=(seal,))
        parts |= {"seal": seal, "finish": finish, "apart": Apart((seal,), (finish,), "X1", "not the same")}

        assert ends(small(parts, staff={clerk: 1, chief: 2})).holds
        assert not ends(small(parts, staff={clerk: 1, chief: 1})).holds
