"""How a complaint is handled, simple or hard; the result, the apology with it and the guest's opinion; what goes to the general manager (H4.1 to H4.4)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from casework import check, major_matters
from casework.clock import FrozenClock
from casework.errors import BadInput
from casework.office_file import BadOfficeFile
from casework.outcome import Refused
from casework.store import Store
from tests.acting import in_the_way
from tests.building import a_store
from tests.hotel import MANAGERS, SETTINGS, TO_GM, TO_OWNER, VIP, Hotel, a_hotel
from tests.hotel_staff import DAY, KEY, NIGHT, the_file

ANSWERS = "H3.4 this is for the supervisor of the department that answers, or whoever stands above"
ITS_MANAGER = "H4.2 this is for the manager of the department that answers, or whoever stands above"
ACCUSED = "H3.4 the person complained of has no part in this case"
APOLOGISE_FIRST = "H4.2 apologise before anything is explained"
THANK = "H4.2 thank the guest for the valuable opinion"
NEXT = "H4.2 tell the guest what happens next"
REPORT = "H4.2 report to the manager of the department"
ACKNOWLEDGED = "H4.2 the manager of the department acknowledges"
RESULT = "H4.3 tell the guest the result"
APOLOGISE_AGAIN = "H4.3 apologise again with the result"
ASK = "H4.1 ask the guest's opinion of how it was settled"
NOT_SATISFIED = "H4.3 the guest is not satisfied: it is handled again, one level up"
ONCE = "H4.3 This is already recorded; a mistake is mended with a correction."
CONTENT = "H4.3 the guest is not dissatisfied"
HEAD = "H4.4 the general manager has not been told yet"
SIMPLE = ("facts", "options", "choice", "explanation")


def told_the_result(hotel: Hotel, ref: str, opinion: str, by: str = "lead1") -> None:
    """The result, the apology, and what the guest says of it."""
    hotel.does(ref, "result", by)
    hotel.does(ref, "result_apology", by, spoken_by=by)
    hotel.does(ref, "opinion", by, opinion=opinion)


# ── H4.1 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H4.1", "X1")
@pytest.mark.parametrize("opinion", ["satisfied", "declined"])
def test_what_the_supervisor_calls_simple_is_settled_at_once_and_the_guest_asked(
    shared_hotel: Hotel, opinion: str
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("recorded")
    hotel.does(ref, "assignment", "lead1")
    missing = "H4.1 say whether it is the department's own, and whether it is simple"
    assert missing in hotel.stopped(ref, "answer", "lead1")
    hotel.does(ref, "sorting", "lead1")
    hotel.does(ref, "answer", "lead1")
    for act in SIMPLE:
        hotel.does(ref, act, "lead1")

    hotel.does(ref, "tell", "lead1")
    assert hotel.stopped(ref, "complete", "lead1") == [
        "H4.3 One of these is missing: result,unreachable.", RESULT, APOLOGISE_AGAIN, ASK,
    ]  # fmt: skip
    hotel.does(ref, "result", "lead1")
    hotel.does(ref, "result_apology", "lead1")
    assert hotel.stopped(ref, "complete", "lead1") == [ASK]
    hotel.does(ref, "opinion", "desk1", opinion=opinion)
    hotel.does(ref, "complete", "lead1")
    hotel.finishes(ref)


@pytest.mark.clause("H4.1")
def test_what_takes_too_long_is_told_to_those_above(hotel: Hotel) -> None:
    ref = hotel.a_case("handling")

    hotel.time_passes(hours=9)

    assert [(kind, roles) for name, kind, roles in hotel.told(ref) if name == "handling_due"] == [
        ("breached", ["dept_manager"]), ("breached", ["general_manager", "owner"]),
    ]  # fmt: skip


# ── H4.2 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H4.2")
@pytest.mark.parametrize(("to", "lead", "chief"), [("", "lead1", "chief1"), ("rooms", "lead2", "chief2")])
def test_hard_or_of_another_department_apology_thanks_what_next_and_the_report_in_this_order(
    shared_hotel: Hotel, to: str, lead: str, chief: str
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("handling", to=to, simple=bool(to))
    hotel.does(ref, "facts", lead)

    assert hotel.stopped(ref, "explanation", lead) == [APOLOGISE_FIRST]
    assert hotel.stopped(ref, "thanks", lead) == [APOLOGISE_FIRST]
    assert hotel.stopped(ref, "next_told", lead) == [THANK]
    assert hotel.stopped(ref, "dept_report", lead) == [NEXT]
    assert hotel.stopped(ref, "dept_acknowledged", chief) == [REPORT]
    hotel.does(ref, "second_apology", lead, spoken_by=lead)
    for act in ("explanation", "options", "choice"):
        hotel.does(ref, act, lead)
    for act, missing in (
        ("thanks", [THANK, NEXT, ACKNOWLEDGED]),
        ("next_told", [NEXT, ACKNOWLEDGED]),
        ("dept_report", [ACKNOWLEDGED]),
    ):
        assert hotel.stopped(ref, "tell", lead) == missing
        hotel.does(ref, act, lead)
    assert hotel.stopped(ref, "tell", lead) == [ACKNOWLEDGED]
    hotel.does(ref, "dept_acknowledged", chief)
    hotel.does(ref, "tell", lead)


@pytest.mark.clause("H4.2")
def test_the_report_is_acknowledged_by_the_manager_of_that_department_and_by_no_one_who_made_it(
    shared_hotel: Hotel,
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("handling", to="rooms")
    for act in ("second_apology", "thanks", "next_told", "dept_report"):
        hotel.does(ref, act, "chief2", **({"spoken_by": "chief2"} if act == "second_apology" else {}))

    assert hotel.stopped(ref, "dept_acknowledged", "chief2") == ["H4.2 nobody acknowledges their own report"]
    assert hotel.stopped(ref, "dept_acknowledged", "chief1") == [ITS_MANAGER]
    only = "H4.2 Only dept_manager,general_manager,owner may do this."
    for nobody in ("lead2", "day1"):
        assert only in hotel.stopped(ref, "dept_acknowledged", nobody)
    hotel.does(ref, "dept_acknowledged", "head1")


@pytest.mark.clause("H4.2")
def test_a_case_that_turns_out_to_be_hard_is_not_explained_in_arrears(shared_hotel: Hotel) -> None:
    """Nobody makes it hard, or simple, after it was explained as the other."""
    hotel = shared_hotel
    ref = hotel.a_case("handling")
    for act in ("facts", "explanation"):
        hotel.does(ref, act, "lead1")
    (seq,) = (event.seq for event in hotel.events(ref, "recorded") if event.name == "sorting")

    done = hotel.corrects(ref, seq, "lead1", own_department=True, simple=False)

    assert isinstance(done, Refused)
    assert APOLOGISE_FIRST in in_the_way(done)


# ── H4.3 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H4.3")
def test_the_apology_comes_with_the_result_after_every_earlier_one_and_before_the_opinion(
    shared_hotel: Hotel,
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("telling", simple=False)
    hotel.clock.advance(minutes=30)

    assert RESULT in hotel.stopped(ref, "result_apology", "lead1")
    assert hotel.stopped(ref, "opinion", "desk1") == [RESULT, APOLOGISE_AGAIN]
    hotel.does(ref, "result", "lead1")
    with pytest.raises(BadInput, match="lies before what it rests on"):
        hotel.tries(ref, "result_apology", "lead1", ago=timedelta(minutes=20))
    hotel.does(ref, "result_apology", "lead1")
    hotel.does(ref, "opinion", "desk1")
    hotel.does(ref, "complete", "lead1")


@pytest.mark.clause("H4.3")
def test_the_result_is_told_once_so_that_the_apology_stays_the_last_word(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("telling")
    told_the_result(hotel, ref, "satisfied")

    assert hotel.stopped(ref, "result", "lead1", words="it is another heating after all") == [ONCE]
    hotel.does(ref, "redo", "lead1")
    for act in (*SIMPLE, "tell"):
        hotel.does(ref, act, "lead1")
    assert hotel.stopped(ref, "complete", "lead1")[1:] == [RESULT, APOLOGISE_AGAIN, ASK]
    hotel.finishes(ref)


@pytest.mark.clause("H4.3", "X9")
def test_each_guest_who_complained_is_told_before_there_is_a_result_to_apologise_for(
    shared_hotel: Hotel,
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("telling", note={"guests": [{"name": "甲"}, {"name": "乙"}]})

    with pytest.raises(BadInput, match="tell every guest who complained, then record it"):
        hotel.tries(ref, "result", "lead1", told_to_all=False)
    hotel.does(ref, "result", "lead1")
    hotel.does(ref, "result_apology", "lead1")


@pytest.mark.clause("H4.3")
def test_a_guest_who_is_not_satisfied_is_handled_again_one_level_up_and_then_the_general_manager_replies(
    shared_hotel: Hotel,
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("telling")
    told_the_result(hotel, ref, "not_satisfied")
    assert hotel.stopped(ref, "complete", "lead1") == [NOT_SATISFIED]
    assert hotel.stopped(ref, "close_unsatisfied", "head1") == [
        "H4.3 reply to the guest who is still not satisfied", "H4.3 it is handled again first, one level up",
    ]  # fmt: skip
    hotel.does(ref, "again", "lead1")

    assert (hotel.state(ref), hotel.row(ref).round, hotel.row(ref).level) == ("handling", 1, 1)
    only = "Only dept_manager,duty_manager,general_manager,owner may do this."
    assert hotel.stopped(ref, "facts", "lead1") == [f"H3.3 {only}", ANSWERS]
    for act in SIMPLE:
        hotel.does(ref, act, "chief1")
    assert f"H3.3 {only}" in hotel.stopped(ref, "tell", "lead1")
    hotel.does(ref, "tell", "chief1")
    told_the_result(hotel, ref, "not_satisfied", "chief1")
    assert hotel.stopped(ref, "again", "chief1") == [
        "H4.3 after the second round the general manager closes it with a reply"
    ]
    assert hotel.stopped(ref, "complete", "chief1") == [NOT_SATISFIED]
    assert hotel.stopped(ref, "close_unsatisfied", "head1") == [
        "H4.3 reply to the guest who is still not satisfied"
    ]
    for nobody in ("chief1", "day1"):
        assert hotel.stopped(ref, "final_reply", nobody) == ["H4.3 Only general_manager,owner may do this."]
    hotel.does(ref, "final_reply", "head1")
    assert hotel.stopped(ref, "close_unsatisfied", "chief1") == [
        "H4.3 Only general_manager,owner may do this."
    ]
    hotel.does(ref, "close_unsatisfied", "head1")
    hotel.finishes(ref)
    assert hotel.moves(ref)[-4:] == ["close_unsatisfied", "submit", "endorse", "archive"]


@pytest.mark.clause("H4.3")
def test_whoever_is_content_gets_neither_a_second_round_nor_a_last_reply(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("telling")
    told_the_result(hotel, ref, "satisfied")

    assert hotel.stopped(ref, "again", "lead1") == [CONTENT]
    assert hotel.stopped(ref, "final_reply", "head1") == [CONTENT]


@pytest.mark.clause("H4.3")
def test_a_guest_who_left_is_sought_on_three_days_and_another_manager_agrees_that_it_is_enough(
    hotel: Hotel,
) -> None:
    ref = hotel.a_case("handling")
    three = "H4.3 attempts on three different days come first"
    assert hotel.stopped(ref, "attempt", "desk1") == ["H4.3 record that the guest has left"]
    hotel.does(ref, "departed", "desk1")
    for _ in range(2):
        hotel.does(ref, "attempt", "desk1")
        hotel.does(ref, "attempt", "desk1")
        hotel.clock.advance(days=1)
    assert hotel.stopped(ref, "unreachable", "chief1") == [three]

    hotel.does(ref, "attempt", "chief1")
    assert hotel.stopped(ref, "unreachable", "chief1") == [
        "H4.3 whoever seeks the guest does not agree to giving up"
    ]
    assert "H4.3 Only dept_manager,general_manager,owner may do this." in hotel.stopped(
        ref, "unreachable", "day1"
    )
    hotel.does(ref, "unreachable", "head1")
    hotel.finishes(ref)
    assert "result" not in {event.name for event in hotel.events(ref, "recorded")}


@pytest.mark.clause("H4.3")
def test_a_guest_who_was_reached_is_told(hotel: Hotel) -> None:
    ref = hotel.a_case("handling")
    hotel.does(ref, "departed", "desk1")
    for _ in range(3):
        hotel.clock.advance(days=1)
        hotel.does(ref, "attempt", "desk1")
    hotel.does(ref, "attempt", "desk1", reached=True)

    assert hotel.stopped(ref, "unreachable", "chief1") == ["H4.3 the guest was reached"]


@pytest.mark.clause("H4.3")
def test_a_guest_who_left_no_way_to_be_reached_is_not_sought(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("handling", note={"guests": [], "name_declined": True})
    hotel.does(ref, "departed", "desk1")

    hotel.does(ref, "unreachable", "chief1")

    hotel.finishes(ref)


@pytest.mark.clause("H4.3")
def test_before_the_guest_leaves_the_result_is_told_and_afterwards_within_three_working_days(
    hotel: Hotel,
) -> None:
    leaves = hotel.now + timedelta(hours=6)
    ref = hotel.a_case("handling", leaves_at=leaves.isoformat())
    hotel.time_passes(hours=6, minutes=1)
    assert [kind for name, kind, _ in hotel.told(ref) if name == "before_checkout"] == [
        "reminded",
        "breached",
    ]

    hotel.does(ref, "departed", "desk1")
    hotel.time_passes(days=4)

    assert [(kind, roles) for name, kind, roles in hotel.told(ref) if name == "departed_due"] == [
        ("reminded", ["supervisor"]), ("breached", ["dept_manager"]),
    ]  # fmt: skip
    with pytest.raises(BadInput, match="leaves_at lies in the past"):
        hotel.comes_in(leaves_at=leaves.isoformat())


@pytest.mark.clause("H4.3")
def test_how_long_before_the_guest_leaves_somebody_is_reminded_is_for_the_hotel_to_set(hotel: Hotel) -> None:
    setting = '[[settings]]\nname = "limit.hotel.complaint.before_checkout.0"\nvalue = "{}"\nvalid_from = 2026-03-02\napproved_by = "head1"\nreason = "luggage"\n'
    with pytest.raises(BadOfficeFile, match="it must be from 2 hours before to 10 minutes before"):
        hotel.load(the_file(DAY + NIGHT, SETTINGS + setting.format("3 h before"), **MANAGERS))
    hotel.load(the_file(DAY + NIGHT, SETTINGS + setting.format("45 min before"), **MANAGERS))
    ref = hotel.a_case("handling", leaves_at=(hotel.now + timedelta(hours=6)).isoformat())

    hotel.time_passes(hours=5, minutes=14)
    assert [kind for name, kind, _ in hotel.told(ref) if name == "before_checkout"] == []
    hotel.time_passes(minutes=2)
    assert [kind for name, kind, _ in hotel.told(ref) if name == "before_checkout"] == ["reminded"]


# ── H4.4 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H4.4")
def test_what_is_major_or_from_an_important_guest_goes_to_the_general_manager_at_once(hotel: Hotel) -> None:
    hotel.lists(VIP)
    ways = {
        "at intake": hotel.comes_in(vip=True),
        "by the list": hotel.a_case("recorded", note={"guests": [dict(VIP)]}),
        "by the matter": hotel.a_case("recorded", note={"matters": ["room", "discrimination"]}),
        "neither": hotel.a_case("recorded"),
    }
    hotel.time_passes(seconds=1)

    reports = {how: hotel.children(ref, TO_GM) for how, ref in ways.items()}
    assert {how: len(those) for how, those in reports.items()} == {
        "at intake": 1,
        "by the list": 1,
        "by the matter": 1,
        "neither": 0,
    }
    for those in reports.values():
        assert [hotel.told(one) for one in those] == [
            [("answer_due", "reminded", ["general_manager"])]
        ] * len(those)


@pytest.mark.clause("H4.4")
def test_the_general_manager_acknowledges_and_nobody_does_it_for_them(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.comes_in(vip=True)
    (report,) = hotel.children(ref)

    assert hotel.stopped(report, "acknowledge", "head1") == ["H4.4 the general manager acknowledges"]
    for nobody in ("desk1", "lead1", "chief1", "day1", "owner1"):
        assert hotel.stopped(report, "gm_acknowledgement", nobody) == [
            "H4.4 Only general_manager may do this."
        ]
    hotel.does(report, "gm_acknowledgement", "head1")
    hotel.does(report, "acknowledge", "head1")
    assert hotel.state(report) == "acknowledged"


@pytest.mark.clause("H4.4")
def test_silent_for_five_minutes_the_duty_manager_is_told_and_takes_it_and_reports_afterwards(
    hotel: Hotel,
) -> None:
    ref = hotel.comes_in(vip=True)
    (report,) = hotel.children(ref)
    hotel.time_passes(minutes=5, seconds=1)
    assert hotel.told(report)[-1] == ("answer_due", "breached", ["duty_manager", "general_manager"])

    assert hotel.stopped(report, "takeover", "night1") == [
        "H4.4 You are duty_manager, and not on duty now: only who is on the roster at this hour may do this."
    ]
    assert hotel.stopped(report, "take", "day1") == ["H4.4 the duty manager takes it in hand"]
    hotel.does(report, "takeover", "day1")
    hotel.does(report, "take", "day1")
    assert hotel.children(ref) == [report], "it is open until the general manager was informed"
    assert hotel.stopped(report, "inform", "day1") == [
        "H4.4 record that the general manager was informed afterwards"
    ]
    hotel.time_passes(hours=13)
    assert [kind for name, kind, _ in hotel.told(report) if name == "report_due"] == ["reminded", "breached"]
    hotel.clock.advance(hours=11)
    hotel.does(report, "report_after", "day1")
    hotel.does(report, "inform", "day1")
    assert hotel.children(ref) == []


@pytest.mark.clause("H4.4")
def test_an_instruction_by_telephone_says_when_who_and_what(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.comes_in(vip=True)
    (report,) = hotel.children(ref)

    wrong: list[tuple[dict[str, Any], str]] = [
        ({"words": ""}, "words (String should have at least 2 characters)"),
        ({"spoke_to": "chief1"}, "spoke_to must be somebody who is general_manager here today"),
        ({"called_at": (hotel.now + timedelta(minutes=1)).isoformat()}, "called_at lies in the future"),
    ]
    for evidence, told in wrong:
        assert told in hotel.refused_form(report, "instruction", "day1", **evidence)
    hotel.does(report, "instruction", "day1")
    hotel.does(report, "instruct", "day1")
    assert hotel.state(report) == "instructed"


@pytest.mark.clause("H4.4")
def test_informed_afterwards_is_the_general_manager_and_never_who_is_complained_of(
    shared_hotel: Hotel,
) -> None:
    hotel = shared_hotel
    ref = hotel.comes_in(vip=True)
    (report,) = hotel.children(ref)
    for act in ("takeover", "take"):
        hotel.does(report, act, "day1")

    with pytest.raises(BadInput, match="whom must be somebody who is general_manager or owner here today"):
        hotel.tries(report, "report_after", "day1", whom="chief1")
    hotel.does(ref, "also_against", "desk1", against=["head1"])
    assert hotel.stopped(report, "report_after", "day1", whom="head1") == [ACCUSED]
    hotel.does(report, "report_after", "day1", whom="owner1")
    hotel.does(report, "inform", "day1")


@pytest.mark.clause("H4.4")
def test_nobody_takes_back_that_it_is_for_the_general_manager(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.comes_in(vip=True)
    hotel.corrects(ref, 2, "desk1", channel="in_person", department="front", vip=False)
    hotel.goes_on(ref, "completing")

    assert HEAD in hotel.presses_on(ref).everybody
    hotel.finishes(ref)


@pytest.mark.clause("H4.4")
def test_a_guest_who_comes_on_the_list_is_noticed_in_every_open_case_and_holds_up_the_archive(
    hotel: Hotel,
) -> None:
    """Also when everything is settled and endorsed; what is archived is over, and whoever notices it then is told so."""
    settled, over = (
        hotel.a_case("filed", note={"guests": [dict(VIP)]}),
        hotel.a_case("archived", note={"guests": [dict(VIP)]}),
    )

    assert hotel.lists(VIP).cases == (settled,)
    assert in_the_way(hotel.tries_to_archive(settled)) == [HEAD]
    assert hotel.stopped(over, "vip_noticed", "desk1")[0].endswith("; the case is in archived.")
    hotel.finishes(settled)


@pytest.mark.clause("H4.4")
def test_a_major_or_important_complaint_is_handled_on_without_a_pause(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.comes_in(vip=True)

    hotel.goes_on(ref, "completing")

    assert len(hotel.children(ref)) == 1, "nobody has answered yet, and nobody waited for it"


@pytest.mark.clause("H4.4")
def test_what_is_major_is_the_general_managers_own_list(hotel: Hotel) -> None:
    with hotel.store.transaction() as session:
        major_matters.set_major(session, hotel.who("head1"), ["food"], hotel.now)

    assert hotel.children(hotel.a_case("recorded", note={"matters": ["crime"]})) == []
    assert len(hotel.children(hotel.a_case("recorded", note={"matters": ["food"]}))) == 1


@pytest.mark.clause("H4.4")
def test_at_three_in_the_morning_with_nobody_on_the_roster_check_fails_and_the_owner_stands_in(
    database_url: str, tmp_path: Path
) -> None:
    """A gap in the roster is found beforehand; what comes in all the same is taken by whoever stands above."""
    store: Store = a_store(database_url, tmp_path)
    night = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)  # 03:00 in Shanghai
    hotel = a_hotel(store, tmp_path, FrozenClock(night))
    hotel.load(the_file(DAY, SETTINGS, **MANAGERS))
    ref = hotel.comes_in(vip=True)
    (report,) = hotel.children(ref)

    for off in ("day1", "night1"):
        assert hotel.stopped(report, "takeover", off) == [
            "H4.4 You are duty_manager, and not on duty now: only who is on the roster at this hour may do this."
        ]
    hotel.does(report, "takeover", "owner1")
    with store.reading() as session:
        found = [str(finding) for finding in check.check_office(session, KEY, hotel.now)]
    assert any("H4.4" in finding for finding in found)
    store.close()


@pytest.mark.clause("H4.4", "H5.2")
def test_an_important_guest_who_complains_of_the_general_manager_goes_to_the_duty_manager_and_the_owner(
    shared_hotel: Hotel,
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("recorded", vip=True, note={"against": ["head1"]})
    (to_head,), (to_owner,) = hotel.children(ref, TO_GM), hotel.children(ref, TO_OWNER)

    assert hotel.stopped(to_head, "gm_acknowledgement", "head1") == [ACCUSED]
    assert ACCUSED in hotel.stopped(to_head, "instruction", "day1")
    hotel.takes_over(to_head)
    hotel.answers(to_owner)
    hotel.finishes(ref)
