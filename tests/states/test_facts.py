"""What follows from the acts of a case: what counts, what is true, who did what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from states.conditions import AtLeast, Cond, Level, Open
from states.facts import EPOCH, DoneAct, Facts, Kin, Undecided
from states.law import common_followup_2026 as followup
from states.law import property_callout_2026 as callout
from states.law import property_complaint_2026 as complaint
from states.law import property_missed_call_2026 as missed
from states.people import Named

if TYPE_CHECKING:
    from states.procedure import Procedure

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANNA, BEN, CARL = 1, 2, 3


def act(
    name: str, by: int | None = ANNA, *raised: str, seq: int = 1, round_: int = 1, at: datetime = MORNING
) -> DoneAct:
    """One act of a case."""
    return DoneAct(seq, name, by, round_, (at - EPOCH) // timedelta(microseconds=1), raised)


def facts(procedure: Procedure, *acts: DoneAct, state: str = "", round_: int = 1, **more: Any) -> Facts:
    """A case that began in the morning."""
    given: dict[str, Any] = {"level": 0, "entry": 0, "entered_at": MORNING, "received_at": MORNING} | more
    return Facts(procedure, state or procedure.initial.value, round_, acts=acts, **given)


def test_a_step_of_the_round_counts_in_its_round_alone() -> None:
    again = facts(complaint.PROCEDURE, act("remedy"), round_=2)

    assert not again.done("remedy")
    assert facts(complaint.PROCEDURE, act("remedy")).done("remedy")


def test_a_step_of_the_case_counts_in_every_round() -> None:
    assert facts(complaint.PROCEDURE, act("opinion"), round_=3).done("opinion")


def test_what_is_superseded_counts_no_longer() -> None:
    wrong = act("remedy")._replace(counts=False)

    assert not facts(complaint.PROCEDURE, wrong).done("remedy")
    assert facts(complaint.PROCEDURE, wrong, act("remedy", seq=2)).done("remedy")


def test_flags_of_a_step_that_is_recorded_often_only_rise() -> None:
    """P6d: once reported as more urgent, a call stays so whatever is recorded later."""
    both = facts(
        callout.PROCEDURE,
        act("raising", ANNA, "raising.to=fire"),
        act("raising", ANNA, "raising.to=emergency", seq=2),
    )

    assert both.holds(callout.fire)


@pytest.mark.parametrize(
    ("procedure", "step", "flag"),
    [
        (complaint.PROCEDURE, "opinion", complaint.told_to_all),
        (complaint.PROCEDURE, "final_reply", complaint.replied_to_all),
        (complaint.PROCEDURE, "dossier", complaint.complete),
        (complaint.PROCEDURE, "bag", complaint.verified),
        (callout.PROCEDURE, "dossier", callout.complete),
        (callout.PROCEDURE, "bag", callout.verified),
    ],
)
def test_of_a_step_whose_latest_record_speaks_earlier_flags_fall(
    procedure: Procedure, step: str, flag: Cond
) -> None:
    yes, no = act(step, ANNA, next(flag.atoms())), act(step, ANNA, seq=2)

    assert facts(procedure, yes).holds(flag)
    assert not facts(procedure, yes, no).holds(flag)
    assert facts(procedure, no, yes._replace(seq=3)).holds(flag)


def test_the_last_one_named_is_the_handler() -> None:
    named = Named(complaint.assignment, "handler")
    first, second = (
        act("assignment", ANNA, f"assignment.handler@{BEN}"),
        act("assignment", ANNA, f"assignment.handler@{CARL}", seq=2),
    )

    assert facts(complaint.PROCEDURE, first).named(named) == {BEN}
    assert facts(complaint.PROCEDURE, first, second).named(named) == {CARL}


@pytest.mark.clause("P6b")
def test_whoever_was_in_charge_before_is_remembered_within_the_scope() -> None:
    """Also where a correction took the name away: who was in charge, was."""
    named = complaint.handled_by
    first = act("assignment", ANNA, f"assignment.handler@{BEN}")._replace(counts=False)
    second = act("assignment", ANNA, f"assignment.handler@{CARL}", seq=2)
    here, later = (
        facts(complaint.PROCEDURE, first, second),
        facts(complaint.PROCEDURE, first, second, round_=2),
    )

    assert here.named(named) == {CARL}
    assert here.ever_named(named, "this round") == {BEN, CARL}
    assert later.ever_named(named, "this round") == {CARL}
    assert later.ever_named(named, "earlier rounds") == {BEN, CARL}
    above = Kin("parent", complaint.PROCEDURE, (first, second), is_open=True, of_this_round=True, round=2)
    assert facts(followup.PROCEDURE, kin=(above,)).ever_named(named, "this round") == {CARL}
    assert facts(followup.PROCEDURE, kin=(above,)).ever_named(named, "ever") == {BEN, CARL}


def test_a_person_named_in_a_linked_case_is_known() -> None:
    above = Kin(
        "parent",
        complaint.PROCEDURE,
        (act("complaint", ANNA, f"complaint.against@{BEN}"),),
        is_open=True,
        of_this_round=True,
        round=1,
    )

    assert facts(followup.PROCEDURE, kin=(above,)).named(complaint.accused) == {BEN}


@pytest.mark.clause("P2a")
def test_attempts_are_counted() -> None:
    twice = facts(missed.PROCEDURE, act("attempt"), act("attempt", seq=2))

    assert not twice.holds(missed.three_times)
    assert facts(missed.PROCEDURE, *twice.acts, act("attempt", seq=3)).holds(missed.three_times)


@pytest.mark.clause("P6b")
def test_attempts_on_one_day_are_one_day_by_the_office_s_own_calendar() -> None:
    """23:30 and 00:30 in Shanghai are two days there and one day in UTC."""
    late = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
    calls = (act("attempt", at=late), act("attempt", seq=2, at=late + timedelta(hours=1)))
    two_days = AtLeast(2, followup.attempt, on_different_days=True)

    assert not facts(followup.PROCEDURE, *calls).holds(two_days)
    assert facts(followup.PROCEDURE, *calls, zone=timezone(timedelta(hours=8))).holds(two_days)


def test_a_level_is_reached_and_stays() -> None:
    case = facts(complaint.PROCEDURE, level=2)

    assert case.holds(Level(2))
    assert case.holds(Level(1))
    assert not case.holds(Level(3))


def test_only_a_sub_case_of_this_round_is_open() -> None:
    kid = Kin("child", followup.PROCEDURE, (), is_open=True, of_this_round=True, round=1)
    is_open = Open("common.followup")

    assert facts(complaint.PROCEDURE, kin=(kid,)).holds(is_open)
    assert not facts(complaint.PROCEDURE, kin=(kid._replace(of_this_round=False),)).holds(is_open)
    assert not facts(complaint.PROCEDURE, kin=(kid._replace(is_open=False),)).holds(is_open)


class Shrug(Cond):
    """A condition that cannot be decided."""

    def holds(self, look: object) -> bool | None:  # noqa: ARG002
        """Say neither yes nor no."""
        return None


def test_what_cannot_be_decided_is_a_mistake_and_never_allowed() -> None:
    with pytest.raises(Undecided):
        facts(complaint.PROCEDURE).holds(Shrug())


def test_what_was_superseded_was_still_done() -> None:
    """Else a correction would free the one who made the mistake to approve it."""
    wrong = act("guidance", BEN)._replace(counts=False)

    assert facts(complaint.PROCEDURE, wrong).who_did((complaint.guidance,), "ever") == {BEN}


def test_who_did_it_in_which_round() -> None:
    case = facts(complaint.PROCEDURE, act("remedy", ANNA), act("remedy", BEN, seq=2, round_=2), round_=2)
    remedy = (complaint.remedy,)

    assert case.who_did(remedy, "ever") == {ANNA, BEN}
    assert case.who_did(remedy, "this round") == {BEN}
    assert case.who_did(remedy, "earlier rounds") == {ANNA}


@pytest.mark.clause("P6b")
def test_a_callback_looks_at_the_round_that_started_it() -> None:
    """Whoever handled an earlier round may call; whoever handled this one may not."""
    above = Kin(
        "parent",
        complaint.PROCEDURE,
        (act("remedy", ANNA), act("remedy", BEN, seq=2, round_=2)),
        is_open=True,
        of_this_round=True,
        round=2,
    )
    case = facts(followup.PROCEDURE, kin=(above,))

    assert case.who_did((complaint.remedy,), "this round") == {BEN}
    assert case.who_did((complaint.remedy,), "earlier rounds") == {ANNA}
    assert case.who_did((complaint.remedy,), "ever") == {ANNA, BEN}


def test_what_was_done_in_a_callback_is_known_above() -> None:
    kid = Kin("child", followup.PROCEDURE, (act("attempt", CARL),), is_open=True, of_this_round=True, round=1)
    case = facts(complaint.PROCEDURE, kin=(kid,))

    assert case.who_did((followup.attempt,), "this round") == {CARL}
    assert case.who_did((followup.attempt,), "earlier rounds") == frozenset()
    assert replace(case, kin=(kid._replace(of_this_round=False),)).who_did(
        (followup.attempt,), "earlier rounds"
    ) == {CARL}
