"""Every promise of every edition is proved; what is not so is answered with the shortest way to do it."""

from __future__ import annotations

from dataclasses import replace
from time import process_time
from typing import TYPE_CHECKING, Any

import pytest

from states.acts import Move, Only
from states.conditions import Done
from states.editions import editions
from states.law import common_followup_2026 as followup
from states.law import property_complaint_2026 as complaint
from states.law.roles import manager
from states.mutants import changed
from states.promises import (
    AccusedNever,
    Never,
    NeverWithout,
    OnlyBy,
    Promise,
    TwoPersons,
)
from states.prove import prove, prove_all
from states.prove.search import VACUOUS
from states.prove.verdict import title
from tests.states.small import S, chief, clerk, pieces, small

if TYPE_CHECKING:
    from states.procedure import Procedure

LAW = complaint.PROCEDURE
OWN = ("house",)  # no clause of a text


def every_promise() -> list[Any]:
    """Each promise of each edition, carrying its clause."""
    return [
        pytest.param(
            p, q, id=f"{p.name}-{n}-{title(q)}", marks=() if q.clause in OWN else pytest.mark.clause(q.clause)
        )
        for p in editions().values()
        for n, q in enumerate(p.promises)
    ]


@pytest.mark.parametrize(("procedure", "promise"), every_promise())
def test_it_holds(procedure: Procedure, promise: Promise) -> None:
    verdict = prove(procedure, promise)

    assert verdict.holds, "\n".join(verdict.lines())


def test_everything_is_proved_well_within_half_a_minute() -> None:
    start = process_time()
    verdicts = [v for p in editions().values() for v in prove_all(p)]

    assert process_time() - start < 30
    assert len(verdicts) == sum(len(p.promises) for p in editions().values())


def the(kind: type[Promise], procedure: Procedure, which: str = "") -> Any:
    """The first promise of a kind whose title contains some words."""
    return next(q for q in procedure.promises if isinstance(q, kind) and which in title(q))


def test_a_need_taken_away_is_answered_with_the_shortest_way_to_use_it() -> None:
    mutant = changed(LAW, complaint.finish, needs=())

    verdict = prove(mutant, the(NeverWithout, mutant, "remedy before remedied"))

    assert verdict.lines() == (
        "P6b NeverWithout remedy before remedied since handling: this can be done",
        "  1. staff1 records complaint",
        "  2. staff1 records opinion [told_to_all]",
        "  3. staff1 records assignment",
        "  4. staff1 begin -> handling",
        "  5. staff1 finish -> remedied",
    )


def test_a_round_forgotten_is_found_after_a_dissatisfied_callback() -> None:
    mutant = changed(LAW, complaint.reopen, new_round=False)

    verdict = prove(mutant, the(NeverWithout, mutant, "remedy before remedied"))

    assert verdict.path[-4:] == (
        "staff1 finish -> remedied",
        "common.followup ends dissatisfied",
        "outcome reopen -> handling",
        "staff1 finish -> remedied",
    )


def test_one_person_who_may_do_both_is_found() -> None:
    mutant = replace(LAW, aparts=())

    verdict = prove(mutant, the(TwoPersons, mutant, "guidance"))

    assert verdict.path == (
        "one and the same person records guidance",
        "one and the same person records referral_agreed",
    )


def test_the_accused_who_may_act_is_found_even_where_he_mends_the_record_that_names_him() -> None:
    mutant = replace(LAW, barred=())

    verdict = prove(mutant, the(AccusedNever, mutant))

    assert verdict.path == (
        "staff1 records complaint [against=the accused]",
        "the accused corrects complaint",  # whatever it says then
    )


def test_attempts_on_one_day_are_not_attempts_on_three() -> None:
    law = followup.PROCEDURE
    mutant = changed(law, followup.give_up, only=followup.give_up.only[1:])

    verdict = prove(mutant, the(Never, mutant, "unreachable while attempt#3d"))

    assert verdict.path == (
        "staff1 records attempt",
        "manager1 records consent",
        "staff1 give_up -> unreachable",
    )


@pytest.mark.parametrize(
    "promise",
    [
        NeverWithout("X1", complaint.remedy, complaint.S.imported),
        Never("X1", complaint.S.imported, Done(complaint.remedy)),
        OnlyBy("X1", complaint.callback, (manager,)),
        NeverWithout("X1", complaint.remedy, complaint.S.filed, when=Done(complaint.void_reason) & Done(complaint.final_reply) & ~Done(complaint.callback)),
        TwoPersons("X1", (complaint.void,), (complaint.remedy,)),
    ],
    ids=title,
)  # fmt: skip
def test_a_promise_that_nothing_could_break_fails_and_is_said_to_be_vacuous(promise: Promise) -> None:
    verdict = prove(LAW, promise)

    assert not verdict.holds
    assert verdict.why == VACUOUS
    assert verdict.lines() == (f"{title(promise)}: {VACUOUS}",)


def test_since_a_state_means_after_it_was_last_entered() -> None:
    """A note that lasts for the case would do for a promise without `since`."""
    parts = pieces()
    note = replace(parts["note"], lasts="case", often=True)
    back = Move((S.heard,), S.begun, "退回", "X1", by=chief)
    law = small(
        parts
        | {
            "note": note,
            "hear": Move((S.begun,), S.heard, "聽取", "X1", by=clerk, needs=(note,)),
            "back": back,
        },
        intake=note,
    )

    assert prove(law, NeverWithout("X1", note, S.heard)).holds
    verdict = prove(law, NeverWithout("X1", note, S.heard, since=S.begun))
    assert verdict.path == (
        "clerk1 records note",
        "clerk1 hear -> heard",
        "chief1 back -> begun",
        "clerk1 hear -> heard",
    )


def test_a_correction_can_take_back_what_a_later_state_relies_on() -> None:
    parts = pieces()
    note = replace(parts["note"], during=(S.begun, S.heard))
    so = note.flag("so")
    hear = Move(
        (S.begun,), S.heard, "聽取", "X1", by=clerk, needs=(note,), only=(Only(so, "X1", "it is not so"),)
    )
    law = small(parts | {"note": note, "hear": hear}, intake=note, promises=(Never("X1", S.done, ~so),))

    verdict = prove_all(law)[0]

    assert verdict.path == (
        "clerk1 records note [so]",
        "clerk1 hear -> heard",
        "clerk1 corrects note",
        "chief1 finish -> done",
    )


def test_what_one_role_too_many_may_do_is_shown_with_that_role() -> None:
    law = small(promises=(OnlyBy("X1", S.heard, (chief,)),))

    assert prove_all(law)[0].path == ("clerk1 records note", "clerk1 hear -> heard")
