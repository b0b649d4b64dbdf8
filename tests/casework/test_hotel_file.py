"""What the file of a guest's complaint holds, whose words end it, and that nothing else leads into the archive (H5.1, H5.2, X1)."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert

import models
from casework import delegations, fire
from casework.errors import BadInput
from casework.offices import touch_offices
from casework.outcome import Fired, Refused
from casework.people import give_role, take_role
from tests.acting import in_the_way
from tests.casework.hotel_oracle import story_of, wrong_in_the_archive
from tests.hotel import PAPER, TO_OWNER, Hotel
from tests.hotel_staff import KEY

DETAIL = "H5.1 write it down in full, with the result"
BY_HEAD = "H5.2 One of these is missing: endorsement,delegated_endorsement."
BY_OWNER = "H5.2 the owner endorses it, since the general manager is complained of"
FOR_THE_OWNER = "H5.2 the general manager is complained of: this is for the owner"
FOR_THE_HEAD = "H5.2 the general manager is not complained of: this is for the general manager"
OWNER_WAITS = "H5.2 the owner has not been told yet"
ACKNOWLEDGE = "H5.2 acknowledge first that you were told"
ACCUSED = "H3.4 the person complained of has no part in this case"
THE_GIVER = "H5.2 It is about whoever gave you the delegation by which you act: you have no part in it."
ONLY_ENDORSERS = "H5.2 Only general_manager,gm_delegate,owner may do this."
ABSENCES = models.table(models.Absence)
WHOLE = {"where": "room 12", "when": "last night", "result": "mended", "cost": 100}
"""What the full record says beside what is recorded already."""


def whole(hotel: Hotel, ref: str) -> None:
    """It is archived, in a bag that anybody finds whole, and nothing is missing."""
    hotel.finishes(ref)
    assert wrong_in_the_archive(story_of(hotel, ref)) == []


# ── H5.1 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H5.1")
@pytest.mark.parametrize("left_out", [*WHOLE])
def test_where_when_the_result_and_the_cost_are_written_down_before_it_is_handed_in(
    shared_hotel: Hotel, left_out: str
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("completing")
    said = {name: value for name, value in WHOLE.items() if name != left_out}

    with pytest.raises(BadInput, match=f"{left_out} is missing"), hotel.store.transaction() as session:
        fire.record(session, ref, "detail", hotel.who("lead1"), hotel.now, evidence=said)
    assert hotel.stopped(ref, "submit", "lead1") == [DETAIL]
    hotel.does(ref, "detail", "lead1")
    hotel.does(ref, "submit", "lead1")


@pytest.mark.clause("H5.1", "X1")
def test_the_file_says_who_when_where_which_department_facts_apologies_options_choice_cost_result_and_opinion(
    shared_hotel: Hotel,
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("archived", to="rooms")

    records = {event.name: json.loads(event.clear) for event in hotel.events(ref, "recorded")}
    assert {
        "encounter", "note", "heard", "first_apology", "second_apology", "result_apology", "facts", "options", "choice", "explanation", "result",
        "opinion", "detail", "endorsement", "bag", "sorting", "handover", "accepted", "dept_acknowledged",
    } <= set(records)  # fmt: skip
    assert records["detail"] == {"cost": 100}, "what may name somebody is sealed"
    assert (records["note"]["department"], records["handover"]["department"]) == ("front", "rooms")
    assert hotel.archived(ref).faults == ()
    assert hotel.audited() == []


@pytest.mark.clause("H5.1")
def test_the_record_in_full_is_written_by_the_department_that_answered(shared_hotel: Hotel) -> None:
    ref = shared_hotel.a_case("completing", to="rooms")

    assert shared_hotel.stopped(ref, "detail", "lead1") == [
        "H3.4 this is for the supervisor of the department that answers, or whoever stands above"
    ]
    shared_hotel.does(ref, "detail", "lead2")


# ── H5.2: own words ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H5.2")
def test_it_is_filed_by_the_general_managers_own_words_and_nobody_elses(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("endorsing")

    assert hotel.stopped(ref, "endorse", "head1") == [BY_HEAD]
    for nothing in ("", " ", "。"):
        assert "words (String should have at least 2 characters)" in hotel.refused_form(
            ref, "endorsement", "head1", words=nothing
        )
    for nobody in ("desk1", "lead1", "chief1", "day1", "owner1"):
        assert hotel.stopped(ref, "endorsement", nobody) == ["H5.2 Only general_manager may do this."]
    assert hotel.stopped(ref, "owner_endorsement", "owner1") == [FOR_THE_HEAD]
    for nobody in ("desk1", "lead1", "chief1", "day1"):
        assert hotel.stopped(ref, "endorse", nobody) == [BY_HEAD, ONLY_ENDORSERS]
    hotel.does(ref, "endorsement", "head1")
    hotel.does(ref, "endorse", "head1")
    (words,) = (event for event in hotel.events(ref, "recorded") if event.name == "endorsement")
    assert words.happened_at == hotel.now
    assert json.loads(words.clear) == {}
    whole(hotel, ref)


@pytest.mark.clause("H5.2")
@pytest.mark.parametrize("state", ["listening", "recorded", "handling", "telling", "completing", "guided"])
def test_nothing_is_endorsed_before_it_is_handed_in(shared_hotel: Hotel, state: str) -> None:
    ref = shared_hotel.a_case(state)

    assert shared_hotel.stopped(ref, "endorsement", "head1") == [
        f"H5.2 This is recorded in endorsing,filed; the case is in {state}."
    ]


@pytest.mark.clause("H5.2")
def test_the_duty_manager_does_not_endorse_unless_delegated_in_writing_and_until_the_last_day(
    hotel: Hotel,
) -> None:
    one, other = hotel.a_case("endorsing"), hotel.a_case("endorsing")
    only = "H5.2 Only gm_delegate may do this."
    assert hotel.stopped(one, "delegated_endorsement", "day1") == [only]
    assert hotel.stopped(one, "endorsement", "day1") == ["H5.2 Only general_manager may do this."]
    with pytest.raises(BadInput), hotel.store.transaction() as session:
        give_role(session, KEY, "day1", "gm_delegate", hotel.now)

    hotel.delegates("day1", days=2)
    hotel.does(one, "delegated_endorsement", "day1")
    hotel.does(one, "endorse", "day1")
    hotel.clock.advance(days=3)
    assert hotel.stopped(other, "delegated_endorsement", "day1") == [only]
    whole(hotel, one)


@pytest.mark.clause("H5.2")
def test_nobody_but_the_general_manager_delegates_and_never_by_word_of_mouth(hotel: Hotel) -> None:
    for nobody in ("day1", "owner1", "chief1"):
        with hotel.store.transaction() as session:
            done = delegations.give(
                session, hotel.who(nobody), "night1", hotel.today + timedelta(days=2), PAPER, hotel.now
            )
        assert isinstance(done, Refused)
    with pytest.raises(BadInput, match="its paper is missing"), hotel.store.transaction() as session:
        delegations.give(
            session, hotel.who("head1"), "night1", hotel.today + timedelta(days=2), "", hotel.now
        )


@pytest.mark.clause("H5.2")
def test_it_may_be_given_back_and_is_then_done_again_with_new_words(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("endorsing")
    hotel.does(ref, "endorsement", "head1")
    assert "reason (String should have at least 2 characters)" in hotel.refused_form(
        ref, "returned", "head1", reason=""
    )
    assert hotel.stopped(ref, "returned", "day1") == [ONLY_ENDORSERS]

    hotel.does(ref, "returned", "head1")
    assert hotel.stopped(ref, "endorse", "head1") == ["H5.2 it was given back: it is done again first"]
    hotel.does(ref, "send_back", "head1")
    assert hotel.stopped(ref, "submit", "lead1") == [DETAIL]
    hotel.does(ref, "redo", "lead1")
    hotel.goes_on(ref, "endorsing")
    assert hotel.stopped(ref, "endorse", "head1") == [BY_HEAD]
    whole(hotel, ref)


@pytest.mark.clause("H5.2")
def test_the_general_manager_is_reminded_after_three_days(hotel: Hotel) -> None:
    ref = hotel.a_case("endorsing")

    hotel.time_passes(days=3, minutes=-1)
    assert [name for name, _, _ in hotel.told(ref) if name == "endorsement_due"] == []
    hotel.time_passes(minutes=2)

    assert [told for told in hotel.told(ref) if told[0] == "endorsement_due"] == [
        ("endorsement_due", "reminded", ["general_manager"])
    ]


@pytest.mark.clause("H5.2", "X1")
def test_only_the_archive_archives_and_only_what_was_filed(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("filed")
    for nobody in ("head1", "owner1", "day1"):
        assert hotel.stopped(ref, "bag", nobody, manifest_sha256="a" * 64, verified=True) == [
            "X1 Only archive_flow may do this."
        ]
        assert hotel.stopped(ref, "archive", nobody)[-1] == "H5.2 Only archive_flow may do this."
    for state in ("listening", "handling", "endorsing"):
        done = hotel.tries_to_archive(hotel.a_case(state))
        assert isinstance(done, Refused)
        assert in_the_way(done)[0] == f"H5.2 This starts from filed; the case is in {state}."
    assert hotel.archived(ref).faults == ()


# ── H5.2: the general manager is complained of ──────────────────────────────────────────────────────────────────────────────────────────


def by_the_record(hotel: Hotel) -> str:
    """The guest said so at once."""
    return hotel.a_case("endorsing", note={"against": ["head1"]})


def by_a_later_one(hotel: Hotel) -> str:
    """The guest said so when the general manager had endorsed it already."""
    ref = hotel.a_case("endorsing")
    hotel.does(ref, "endorsement", "head1")
    hotel.does(ref, "also_against", "desk1", against=["chief2", "head1"])
    return ref


@pytest.mark.clause("H5.2")
@pytest.mark.parametrize("accused", [by_the_record, by_a_later_one])
def test_the_owner_knows_of_it_and_then_endorses_and_nobody_else_does(
    hotel: Hotel, accused: Callable[[Hotel], str]
) -> None:
    hotel.delegates("chief3")
    with hotel.store.transaction() as session:
        give_role(session, KEY, "chief4", "general_manager", hotel.now)
    hotel.meet()
    ref = accused(hotel)
    (report,) = hotel.children(ref, TO_OWNER)

    assert hotel.stopped(ref, "endorsement", "head1") == [FOR_THE_OWNER, ACCUSED]
    assert hotel.stopped(ref, "endorsement", "chief4") == [FOR_THE_OWNER], (
        "one general manager does not endorse for another"
    )
    assert hotel.stopped(ref, "delegated_endorsement", "chief3") == [FOR_THE_OWNER, THE_GIVER]
    for act in ("returned", "endorse", "send_back"):
        assert THE_GIVER in hotel.stopped(ref, act, "chief3")
    assert hotel.stopped(ref, "owner_endorsement", "owner1") == [ACKNOWLEDGE]
    assert hotel.stopped(ref, "endorse", "owner1") == [BY_OWNER, OWNER_WAITS]
    assert hotel.stopped(report, "owner_acknowledgement", "day1") == ["H5.2 Only owner may do this."]
    hotel.answers(report)
    hotel.does(ref, "owner_endorsement", "owner1")
    hotel.does(ref, "endorse", "owner1")
    whole(hotel, ref)


@pytest.mark.clause("H5.2")
def test_the_owner_is_told_at_once_and_again_after_a_day(hotel: Hotel) -> None:
    ref = by_the_record(hotel)
    (report,) = hotel.children(ref)

    hotel.time_passes(days=1, minutes=1)

    assert hotel.told(report) == [
        ("acknowledgement_due", "reminded", ["owner"]),
        ("acknowledgement_due", "breached", ["owner"]),
    ]


@pytest.mark.clause("H5.2")
def test_a_general_manager_on_leave_is_a_general_manager_complained_of(hotel: Hotel) -> None:
    with hotel.store.transaction() as session:
        away = {
            "person_id": hotel.people["head1"].id,
            "starts_at": hotel.now - timedelta(days=1),
            "ends_at": hotel.now + timedelta(days=9),
        }
        session.connection().execute(insert(ABSENCES), away | {"reason_code": "leave"})
        touch_offices(session.connection(), "absence", hotel.now)
    hotel.meet()
    ref = hotel.a_case("endorsing", note={"against": ["head1"]})

    assert hotel.stopped(ref, "endorsement", "head1") == [FOR_THE_OWNER, ACCUSED]
    whole(hotel, ref)


@pytest.mark.clause("H5.2")
def test_whoever_has_become_another_general_manager_since_does_not_take_the_owners_place(
    hotel: Hotel,
) -> None:
    """Whom the guest complained of was the general manager then; that somebody else is by now changes nothing."""
    ref = by_the_record(hotel)
    with hotel.store.transaction() as session:
        take_role(session, KEY, "head1", "general_manager", hotel.now)
        give_role(session, KEY, "chief4", "general_manager", hotel.now)
    hotel.clock.advance(days=1)

    assert hotel.stopped(ref, "endorsement", "chief4") == [FOR_THE_OWNER]
    whole(hotel, ref)


@pytest.mark.clause("H5.2")
def test_a_filed_complaint_in_which_the_general_manager_turns_out_to_be_meant_waits_for_the_owner(
    shared_hotel: Hotel,
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("filed")
    hotel.does(ref, "also_against", "desk1", against=["head1"])

    done = hotel.tries_to_archive(ref)
    assert isinstance(done, Refused)
    assert in_the_way(done) == [BY_OWNER, OWNER_WAITS]
    whole(hotel, ref)


@pytest.mark.clause("H5.2")
def test_nobody_writes_into_the_record_after_the_endorsement_that_the_general_manager_was_meant(
    shared_hotel: Hotel,
) -> None:
    """The words would stand on another complaint than they were said of: it is recorded anew instead."""
    hotel = shared_hotel
    ref = hotel.a_case("filed")
    (note,) = (event for event in hotel.events(ref, "recorded") if event.name == "note")
    said = {
        "guests": [{"name": "王小明"}],
        "department": "front",
        "matters": ["room"],
        "happened": "it was cold",
        "read_back": "confirmed",
    }

    done = hotel.corrects(ref, note.seq, "desk1", **said, against=["head1"])

    assert isinstance(done, Refused)
    assert "H5.2 endorsement was recorded since, and would not have been allowed with this." in in_the_way(
        done
    )
    assert isinstance(hotel.tries(ref, "also_against", "desk1", against=["head1"]), Fired)


@pytest.mark.clause("H5.2")
def test_the_owner_is_not_complained_of_in_a_hotel_that_is_the_owners(shared_hotel: Hotel) -> None:
    """Whoever stands above cannot be barred: nobody would be left to end it."""
    ref = shared_hotel.a_case("handling")

    told = shared_hotel.refused_form(ref, "also_against", "desk1", against=["head1", "owner1"])
    assert "against must be somebody who is hotel_staff or supervisor" in told


# ── X7, X1 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("X7", "H5.2")
def test_what_is_not_for_this_hotel_is_guided_by_one_reviewed_by_another_and_endorsed(
    shared_hotel: Hotel,
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("recorded")
    assert hotel.stopped(ref, "guide", "lead1") == [
        "X7 explain, and guide the guest to whoever has the power"
    ]
    hotel.does(ref, "guidance", "chief1")
    hotel.does(ref, "guide", "chief1")

    assert hotel.stopped(ref, "not_ours", "chief1") == ["X7 a second person reviews, not the one who guided"]
    assert hotel.stopped(ref, "confirm", "head1") == [
        "X7 a second person agrees that it is not for this hotel"
    ]
    hotel.does(ref, "not_ours", "head1")
    hotel.does(ref, "confirm", "head1")
    assert hotel.stopped(ref, "endorse", "head1") == [BY_HEAD]
    whole(hotel, ref)


@pytest.mark.clause("X7")
def test_what_is_for_this_hotel_after_all_is_taken_up(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    one, other = hotel.a_case("guided"), hotel.a_case("endorsing", guided=True)
    hotel.does(one, "ours_after_all", "chief1")
    assert hotel.stopped(one, "confirm", "head1")[-1] == "X7 a second person found that it is for this hotel"
    hotel.does(one, "take_up", "chief1")
    hotel.does(other, "returned", "head1")
    assert hotel.stopped(other, "send_back", "head1") == [
        "X7 it was guided elsewhere: there is nothing to do again"
    ]
    hotel.does(other, "take_up_again", "head1")

    for ref in (one, other):
        assert hotel.state(ref) == "recorded"
        hotel.ways.pop(ref)
        whole(hotel, ref)
        assert "result_apology" in {event.name for event in hotel.events(ref, "recorded")}
