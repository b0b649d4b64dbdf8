"""Who answers a guest's complaint, by what rule, with which measures, and how it is handed over to another department (H3.1 to H3.4)."""

from datetime import date

import pytest

from casework import house_rules
from casework.outcome import Fired, Refused
from casework.people import retire_person, take_role
from tests.acting import in_the_way
from tests.hotel import LEADS, LIMIT, Hotel
from tests.hotel_staff import KEY

LISTENED = "H3.1 this is for the supervisor of the department that listened, or whoever stands above"
ANSWERS = "H3.4 this is for the supervisor of the department that answers, or whoever stands above"
ITS_MANAGER = "H4.2 this is for the manager of the department that answers, or whoever stands above"
ACCUSED = "H3.4 the person complained of has no part in this case"
FACTS = "H3.3 find out the facts, and verify them"
UNVERIFIED = "H3.3 the facts are not verified"
OFFER = "H3.2 offer the guest more than one measure where possible"
CHOICE = "H3.2 record what the guest chose"
EXPLAIN = "H3.1 explain it to the guest, with the facts, by a rule of the house"
AGREE = "H3.3 a manager agrees to what is above the limit"
ASCERTAIN = "H3.4 ascertain and write down the facts before it is handed over"
NAME_IT = "H3.4 name the department that answers"
ASSIGN = "H3.1 say who is responsible"


def last(hotel: Hotel, ref: str, step: str) -> int:
    """The number of the last record of a step, also of a correction."""
    return max(int(event.seq) for event in hotel.events(ref, "recorded", "corrected") if event.name == step)


# ── H3.1 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H3.1")
def test_its_own_department_answers_by_its_supervisor_or_whoever_stands_above(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("recorded")

    for other in ("lead2", "chief2", "lead4"):
        assert hotel.stopped(ref, "sorting", other) == [LISTENED]
    assert hotel.stopped(ref, "sorting", "desk1")[0].startswith(
        "H4.1 Only supervisor,dept_manager,duty_manager"
    )
    hotel.does(ref, "sorting", "lead1")
    assert hotel.stopped(ref, "answer", "lead1") == [ASSIGN]
    hotel.does(ref, "assignment", "lead1")
    assert hotel.stopped(ref, "answer", "lead2") == [LISTENED]
    hotel.does(ref, "answer", "lead1")
    hotel.does(ref, "facts", "lead1")
    for other in ("lead2", "lead3", "chief4"):
        assert hotel.stopped(ref, "explanation", other) == [ANSWERS]
    for above in ("lead1", "chief1", "day1", "head1", "owner1"):
        hotel.does(ref, "explanation", above)


@pytest.mark.clause("H3.1")
def test_what_another_department_does_is_not_answered_as_ones_own_and_the_other_way_round(
    shared_hotel: Hotel,
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("recorded")
    for act in ("assignment", "ascertained", "handover"):
        hotel.does(ref, act, "lead1")

    hotel.does(ref, "sorting", "lead1", own_department=False)
    assert hotel.stopped(ref, "answer", "lead1") == ["H3.4 it concerns another department: hand it over"]
    hotel.does(ref, "sorting", "lead1", own_department=True)
    assert hotel.stopped(ref, "hand_over", "lead1") == ["H3.1 it is this department's own: answer it"]


@pytest.mark.clause("H3.1", "H3.4")
def test_a_hand_over_that_was_thought_of_and_not_made_gives_nobody_else_a_say(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("recorded")
    hotel.does(ref, "sorting", "lead1", own_department=False)
    for act in ("assignment", "ascertained", "handover"):
        hotel.does(ref, act, "lead1")

    hotel.does(ref, "sorting", "lead1", own_department=True)
    hotel.does(ref, "answer", "lead1")

    assert hotel.stopped(ref, "facts", "lead2") == [ANSWERS]
    hotel.does(ref, "facts", "lead1")
    hotel.finishes(ref)


@pytest.mark.clause("H3.1", "H3.4")
@pytest.mark.parametrize("to", ["", "rooms"])
def test_no_correction_moves_who_answers_without_a_hand_over(shared_hotel: Hotel, to: str) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("handling", to=to)
    lead = LEADS[to or "front"][0]
    first = {"channel": "in_person", "department": "security"}

    for step, by, evidence in (
        ("encounter", "desk1", first),
        ("handover", "lead1", {"department": "security"}),
    ):
        if step == "encounter" or to:
            hotel.corrects(ref, last(hotel, ref, step), by, **evidence)
    assert ANSWERS in hotel.stopped(ref, "facts", "lead4")
    hotel.does(ref, "facts", lead)


@pytest.mark.clause("H3.1")
def test_the_answer_cites_a_rule_of_the_house_that_is_in_force(hotel: Hotel) -> None:
    ref = hotel.a_case("handling")
    hotel.does(ref, "facts", "lead1")

    no_rule = "rule is no rule of the house in force"
    for wrong in ("early-breakfast", "", "A rule"):
        assert "rule " in hotel.refused_form(ref, "explanation", "lead1", rule=wrong)
    with hotel.store.transaction() as session:
        house_rules.end(session, KEY, "late-check-out", hotel.who("chief1"), hotel.now)
    hotel.does(ref, "explanation", "lead1")
    hotel.clock.advance(days=1)
    assert no_rule in hotel.refused_form(ref, "explanation", "lead1")
    with hotel.store.transaction() as session:
        house_rules.add(session, KEY, "quiet", "quiet after ten", hotel.who("head1"), hotel.now)
    hotel.does(ref, "explanation", "lead1", rule="quiet")


# ── H3.2 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H3.2")
def test_one_option_is_none_unless_there_is_a_reason(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("handling")
    assert hotel.stopped(ref, "options", "lead1") == [FACTS]
    hotel.does(ref, "facts", "lead1")

    assert "offer more than one, or say why there is no choice" in hotel.refused_form(
        ref, "options", "lead1", offered=["another room"]
    )
    assert "offered (Tuple should have at least 1 item" in hotel.refused_form(
        ref, "options", "lead1", offered=[]
    )
    hotel.does(ref, "options", "lead1", offered=["another room"], why_one="the house is full")


@pytest.mark.clause("H3.2")
def test_what_the_guest_chose_is_recorded_of_what_was_offered_last(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("handling")
    for act in ("facts", "options", "explanation"):
        hotel.does(ref, act, "lead1")

    assert hotel.stopped(ref, "tell", "lead1") == [CHOICE]
    hotel.does(ref, "choice", "lead1")
    hotel.does(ref, "options", "lead1", offered=["the suite", "a dinner"])
    assert hotel.stopped(ref, "tell", "lead1") == [CHOICE]
    hotel.does(ref, "choice", "lead1", chosen="the suite")
    hotel.does(ref, "tell", "lead1")


# ── H3.3 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H3.3")
def test_nothing_is_settled_or_explained_without_verified_facts(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("handling")

    assert hotel.stopped(ref, "tell", "lead1") == [FACTS, OFFER, CHOICE, EXPLAIN, UNVERIFIED]
    hotel.does(ref, "facts", "lead1", verified=False)
    assert hotel.stopped(ref, "explanation", "lead1") == [UNVERIFIED]
    hotel.does(ref, "facts", "lead1")
    for act in ("explanation", "options", "choice"):
        hotel.does(ref, act, "lead1")
    hotel.does(ref, "facts", "lead1", verified=False)
    assert hotel.stopped(ref, "tell", "lead1") == [UNVERIFIED]
    hotel.does(ref, "facts", "lead1")
    hotel.does(ref, "tell", "lead1")


@pytest.mark.clause("H3.3")
@pytest.mark.parametrize(("amount", "asked"), [(LIMIT, False), (LIMIT + 1, True)])
def test_a_manager_agrees_to_what_is_above_the_limit(shared_hotel: Hotel, amount: int, asked: bool) -> None:  # noqa: FBT001  one table
    hotel = shared_hotel
    ref = hotel.a_case("handling")
    for act in ("facts", "options", "choice", "explanation"):
        hotel.does(ref, act, "lead1")
    hotel.does(ref, "compensation", "lead1", amount=amount)

    if asked:
        assert hotel.stopped(ref, "tell", "lead1") == [AGREE]
        only = "H3.3 Only dept_manager,general_manager,owner may do this."
        apart = "H3.3 nobody agrees to their own compensation"
        assert hotel.stopped(ref, "compensation_agreed", "lead1") == [only, ITS_MANAGER, apart]
        assert hotel.stopped(ref, "compensation_agreed", "chief2") == [ITS_MANAGER]
        hotel.does(ref, "compensation_agreed", "chief1")
        hotel.does(ref, "compensation", "lead1", amount=amount + 1)
        assert hotel.stopped(ref, "tell", "lead1") == [AGREE], "what was agreed to was less"
        hotel.does(ref, "compensation_agreed", "head1")
    hotel.does(ref, "tell", "lead1")


@pytest.mark.clause("H3.3")
def test_a_manager_does_not_agree_to_what_the_manager_gave_and_no_correction_raises_what_was_agreed(
    shared_hotel: Hotel,
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("handling")
    hotel.does(ref, "compensation", "chief1", amount=LIMIT + 1)
    assert hotel.stopped(ref, "compensation_agreed", "chief1") == [
        "H3.3 nobody agrees to their own compensation"
    ]
    hotel.does(ref, "compensation_agreed", "head1")

    done = hotel.corrects(
        ref, last(hotel, ref, "compensation"), "chief1", amount=9 * LIMIT, given="all of it"
    )

    assert isinstance(done, Refused)
    assert (
        "H3.3 compensation_agreed was recorded since and rests on it: record it anew instead of correcting it."
        in in_the_way(done)
    )
    assert "amount (Input should be greater than or equal to 0)" in hotel.refused_form(
        ref, "compensation", "chief1", amount=-1
    )


# ── H3.4 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H3.4")
def test_facts_are_ascertained_and_somebody_named_before_it_is_handed_over_and_accepted(
    shared_hotel: Hotel,
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("recorded")
    hotel.does(ref, "sorting", "lead1", own_department=False)

    assert hotel.stopped(ref, "hand_over", "lead1") == [ASSIGN, ASCERTAIN, NAME_IT]
    for act in ("assignment", "ascertained", "handover"):
        hotel.does(ref, act, "lead1")
    assert hotel.stopped(ref, "hand_over", "lead2") == [LISTENED]
    hotel.does(ref, "hand_over", "lead1")
    assert hotel.stopped(ref, "accepted", "lead1") == [ANSWERS]
    assert hotel.stopped(ref, "accept", "lead2") == ["H3.4 take it over by name"]
    hotel.does(ref, "accepted", "lead2")
    hotel.does(ref, "accept", "lead2")
    hotel.does(ref, "facts", "lead2")
    hotel.does(ref, "second_apology", "lead2", spoken_by="lead2")
    for not_theirs in ("lead1", "chief1", "lead3"):
        assert hotel.stopped(ref, "explanation", not_theirs) == [ANSWERS]
    hotel.does(ref, "explanation", "lead2")


@pytest.mark.clause("H3.4")
def test_the_first_receiver_stays_responsible_until_it_is_accepted(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("handing_over", to="rooms")
    first = hotel.row(ref).handler_id

    assert first == hotel.people["lead1"].id
    hotel.does(ref, "accepted", "lead2", handler="chief2")
    hotel.does(ref, "accept", "lead2")
    assert hotel.row(ref).handler_id == hotel.people["chief2"].id


@pytest.mark.clause("H3.4")
def test_it_comes_back_with_a_reason_and_may_go_elsewhere(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("handing_over", to="rooms")

    assert hotel.stopped(ref, "decline", "lead2") == ["H3.4 say why it is not for this department"]
    assert "reason (String should have at least 2 characters)" in hotel.refused_form(
        ref, "declined", "lead2", reason=""
    )
    hotel.does(ref, "declined", "lead2")
    hotel.does(ref, "decline", "lead2")
    assert hotel.stopped(ref, "hand_over", "lead1") == [
        "H4.1 say whether it is the department's own, and whether it is simple", NAME_IT,
    ]  # fmt: skip
    hotel.does(ref, "sorting", "lead1", own_department=False)
    hotel.does(ref, "handover", "lead1", department="dining")
    hotel.does(ref, "hand_over", "lead1")
    assert hotel.stopped(ref, "accepted", "lead2") == [ANSWERS]
    hotel.does(ref, "accepted", "lead3", handler="lead3")


@pytest.mark.clause("H3.4")
def test_nothing_is_handed_over_to_a_department_that_nobody_leads(hotel: Hotel) -> None:
    ref = hotel.a_case("recorded")
    with hotel.store.transaction() as session:
        retire_person(session, KEY, "lead4", hotel.now)
        take_role(session, KEY, "chief4", "dept_manager", hotel.now)
    hotel.clock.advance(days=1)

    told = hotel.refused_form(ref, "handover", "lead1", department="security")
    assert (
        "department is a unit in which nobody is supervisor or dept_manager today: name another, or appoint somebody first"
        in told
    )
    assert "department is no unit of the office: there is dining" in hotel.refused_form(
        ref, "handover", "lead1", department="spa"
    )
    hotel.does(ref, "handover", "lead1", department="dining")


@pytest.mark.clause("H3.4")
def test_where_the_supervisor_is_complained_of_the_superior_answers_and_explains(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("handing_over", to="rooms", note={"against": ["lead2"]})

    assert hotel.stopped(ref, "accepted", "lead2", handler="chief2") == [ACCUSED]
    told = hotel.stopped(ref, "accepted", "chief2", handler="lead2")
    assert told == [ACCUSED], "nobody puts the person complained of in charge"
    hotel.does(ref, "accepted", "chief2", handler="chief2")
    hotel.does(ref, "accept", "chief2")
    hotel.does(ref, "facts", "chief2")
    hotel.does(ref, "second_apology", "chief2", spoken_by="chief2")
    assert hotel.stopped(ref, "explanation", "lead2") == [ACCUSED]
    hotel.does(ref, "explanation", "chief2")


@pytest.mark.clause("H3.4")
def test_whoever_is_complained_of_later_has_no_part_in_it_from_then_on(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("handling")
    hotel.does(ref, "facts", "lead1")
    hotel.does(ref, "also_against", "desk1", against=["lead1"])

    assert hotel.stopped(ref, "explanation", "lead1") == [ACCUSED]
    assert hotel.stopped(ref, "reassignment", "chief1", handler="lead1") == [ACCUSED]
    hotel.does(ref, "reassignment", "chief1", handler="chief1")
    hotel.finishes(ref)


@pytest.mark.clause("H3.4")
def test_whoever_the_guest_named_is_taken_off_by_the_head_and_by_nobody_else(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("recorded", note={"against": ["lead1"]})
    whole = {
        "guests": [{"name": "王小明", "phone": "13800000000"}], "department": "front", "matters": ["room"], "happened": "it was cold",
        "read_back": "confirmed",
    }  # fmt: skip

    for by in ("desk1", "chief1", "day1"):
        done = hotel.corrects(ref, last(hotel, ref, "note"), by, **whole)
        assert in_the_way(done) == ["H3.4 Only general_manager,owner may take off whom the case is about."]
    assert isinstance(hotel.corrects(ref, last(hotel, ref, "note"), "head1", **whole), Fired)
    hotel.does(ref, "sorting", "lead1")


@pytest.mark.clause("H3.4")
def test_a_supervisor_of_yesterday_or_of_tomorrow_is_no_supervisor_today(hotel: Hotel) -> None:
    ref = hotel.a_case("handling")
    with hotel.store.transaction() as session:
        take_role(session, KEY, "lead1", "supervisor", hotel.now)
    hotel.clock.advance(days=1)

    assert hotel.today == date(2026, 3, 3)
    assert hotel.stopped(ref, "facts", "lead1") == [
        "H3.3 Only supervisor,dept_manager,duty_manager,general_manager,owner may do this.", ANSWERS,
    ]  # fmt: skip
    hotel.does(ref, "facts", "chief1")
