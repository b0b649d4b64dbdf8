"""The guest is listened to: to the end, with understanding and an apology, nothing explained; mood, noise and what is serious (H1.1 to H1.3)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

import models
from casework.errors import BadInput
from tests.hotel import TO_MANAGER, Hotel

HEAR = "H1.1 listen to the end, and express understanding"
NOT_TO_THE_END = "H1.1 the guest has not been listened to, to the end"
NOT_UNDERSTOOD = "H1.1 understanding has not been expressed"
APOLOGISE = "H1.1 apologise"
WRITE = "H2.1 write down name, department and matter, and read it back"
UPSET = "H1.2b the guest has not calmed down: do not explain yet"
LEAD_AWAY = "H1.3 try to lead the noisy guest away from the others, and record what came of it"
ITS_MANAGER = "H4.2 this is for the manager of the department that answers, or whoever stands above"
ONLY_MANAGERS = "H1.2c Only dept_manager,duty_manager,general_manager,owner may do this."
REFUSALS = models.table(models.Refusal)


def refusals(hotel: Hotel, ref: str) -> list[tuple[str, int]]:
    """The acts that were refused in a case, with who tried, in order."""
    with hotel.store.reading() as session:
        wanted = select(REFUSALS.c.act, REFUSALS.c.actor_id).where(REFUSALS.c.case_id == hotel.row(ref).id)
        return [
            (row.act, row.actor_id) for row in session.connection().execute(wanted.order_by(REFUSALS.c.id))
        ]


# ── H1.1 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H1.1")
def test_nobody_writes_down_before_the_guest_was_heard_and_there_was_an_apology(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.comes_in()

    assert hotel.stopped(ref, "write_down", "desk1") == [
        HEAR,
        APOLOGISE,
        WRITE,
        NOT_TO_THE_END,
        NOT_UNDERSTOOD,
    ]
    hotel.does(ref, "heard", "desk1")
    hotel.does(ref, "note", "desk1")
    assert hotel.stopped(ref, "write_down", "desk1") == [APOLOGISE]
    hotel.does(ref, "first_apology", "desk1")
    hotel.does(ref, "write_down", "desk1")
    assert hotel.state(ref) == "recorded"


@pytest.mark.clause("H1.1")
@pytest.mark.parametrize(
    ("heard", "missing"),
    [
        ({"to_the_end": False}, [NOT_TO_THE_END]),
        ({"understanding": False}, [NOT_UNDERSTOOD]),
        ({"to_the_end": False, "understanding": False}, [NOT_TO_THE_END, NOT_UNDERSTOOD]),
    ],
)
def test_half_a_hearing_is_none_and_the_last_word_on_it_counts(
    shared_hotel: Hotel, heard: dict[str, bool], missing: list[str]
) -> None:
    hotel = shared_hotel
    ref = hotel.comes_in()
    for act in ("heard", "note", "first_apology"):
        hotel.does(ref, act, "desk1")

    hotel.does(ref, "heard", "desk1", **heard)
    assert hotel.stopped(ref, "write_down", "desk1") == missing
    hotel.does(ref, "heard", "desk1")
    hotel.does(ref, "write_down", "desk1")


@pytest.mark.clause("H1.1")
def test_the_apology_has_its_time_and_who_spoke_it_and_only_at_the_first_hearing(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.comes_in()

    told = hotel.refused_form(ref, "first_apology", "desk1", spoken_by="owner1")
    assert "spoken_by must be somebody who is hotel_staff or supervisor" in told
    hotel.does(ref, "first_apology", "desk1", spoken_by="maid1")
    (apology,) = (event for event in hotel.events(ref, "recorded") if event.name == "first_apology")
    assert '"spoken_by":"maid1"' in apology.clear
    assert apology.happened_at == hotel.now
    with pytest.raises(BadInput, match="lies before"):
        hotel.tries(hotel.comes_in(), "first_apology", "desk1", ago=timedelta(hours=1))
    hotel.goes_on(ref, "recorded")
    assert (
        hotel.stopped(ref, "first_apology", "desk1")[0]
        == "H1.1 This is recorded in listening; the case is in recorded."
    )


@pytest.mark.clause("H1.1")
def test_whether_the_guest_felt_heard_stands_beside_what_staff_attested(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("telling")
    for act in ("result", "result_apology"):
        hotel.does(ref, act, "lead1")

    hotel.does(ref, "opinion", "desk1", opinion="satisfied", felt_heard=1)

    hotel.finishes(ref)
    assert any(
        '"felt_heard":1' in event.clear for event in hotel.events(ref, "recorded") if event.name == "opinion"
    )


# ── H1.2a ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H1.2a")
@pytest.mark.parametrize("who", ["desk1", "lead1", "chief1", "head1"])
def test_nothing_is_explained_while_the_guest_is_listened_to_and_the_attempt_is_kept(
    shared_hotel: Hotel, who: str
) -> None:
    hotel = shared_hotel
    ref = hotel.comes_in()

    for explaining in ("explanation", "guidance"):
        stopped = hotel.stopped(ref, explaining, who)
        assert any("; the case is in listening." in sentence for sentence in stopped)
    assert refusals(hotel, ref) == [(act, hotel.people[who].id) for act in ("explanation", "guidance")]
    assert hotel.state(ref) == "listening"


# ── H1.2b ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H1.2b")
@pytest.mark.parametrize("temper", ["angry", "intoxicated", "irritable"])
def test_whoever_is_upset_is_told_no_reasons_until_calm_again(shared_hotel: Hotel, temper: str) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("listening")
    hotel.does(ref, "mood", "desk1", **{"angry": False, temper: True})
    hotel.answering = False
    hotel.goes_on(ref, "handling")
    hotel.answering = True
    hotel.does(ref, "facts", "lead1")

    assert hotel.stopped(ref, "explanation", "lead1") == [UPSET]
    hotel.does(ref, "calmed", "desk1")
    hotel.does(ref, "mood", "maid1")
    assert hotel.stopped(ref, "explanation", "head1") == [UPSET]
    hotel.does(ref, "calmed", "maid1")
    hotel.does(ref, "explanation", "lead1")


@pytest.mark.clause("H1.2b")
def test_that_it_is_not_for_this_hotel_is_explained_to_nobody_who_is_upset(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("recorded")
    hotel.does(ref, "mood", "desk1")

    assert hotel.stopped(ref, "guidance", "lead1") == [UPSET]
    hotel.does(ref, "calmed", "desk1")
    hotel.does(ref, "guidance", "lead1")


@pytest.mark.clause("H1.2b", "H1.3")
def test_calm_before_the_storm_is_no_calm_after_it_and_so_with_noise(shared_hotel: Hotel) -> None:
    """An answer is not dated before what it answers."""
    hotel = shared_hotel
    ref = hotel.a_case("handling")
    hotel.does(ref, "facts", "lead1")
    hotel.clock.advance(minutes=40)
    hotel.does(ref, "mood", "desk1")
    hotel.does(ref, "noise", "desk1")
    hotel.clock.advance(minutes=2)

    for answer in ("calmed", "led_away"):
        with pytest.raises(BadInput, match="lies before what it rests on"):
            hotel.tries(ref, answer, "desk1", ago=timedelta(minutes=20))
    assert hotel.stopped(ref, "explanation", "lead1") == [UPSET]
    hotel.does(ref, "calmed", "desk1", ago=timedelta(minutes=1))
    with pytest.raises(BadInput, match="lies before what it rests on"):
        hotel.tries(ref, "explanation", "lead1", ago=timedelta(minutes=2))


@pytest.mark.clause("H1.2b")
def test_a_mood_is_one_of_the_three(shared_hotel: Hotel) -> None:
    assert "say what the guest's mood is" in shared_hotel.refused_form(
        shared_hotel.comes_in(), "mood", "desk1", angry=False
    )


# ── H1.2c ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H1.2c")
@pytest.mark.parametrize("why", ["injury", "safety", "theft", "police", "media", "several_guests", "money"])
def test_what_is_serious_is_told_to_the_manager_in_charge_at_once(shared_hotel: Hotel, why: str) -> None:
    hotel = shared_hotel
    ref = hotel.comes_in()

    hotel.does(ref, "gravity", "desk1", why=why)

    (report,) = hotel.children(ref, TO_MANAGER)
    hotel.time_passes(seconds=1)
    assert hotel.told(report) == [("acknowledgement_due", "reminded", ["dept_manager"])]
    for nobody in ("desk1", "lead1"):
        assert hotel.stopped(report, "manager_acknowledgement", nobody) == [ONLY_MANAGERS, ITS_MANAGER]
    assert hotel.stopped(report, "manager_acknowledgement", "chief2") == [ITS_MANAGER]
    hotel.does(report, "manager_acknowledgement", "chief1")
    hotel.does(report, "acknowledge", "chief1")
    assert hotel.children(ref) == []


@pytest.mark.clause("H1.2c")
def test_without_an_acknowledgement_the_next_on_the_ladder_is_told_and_then_the_next(hotel: Hotel) -> None:
    ref = hotel.comes_in()
    hotel.does(ref, "gravity", "desk1")
    (report,) = hotel.children(ref)

    ladder = []
    for minutes in (4, 1.1, 5, 10):
        hotel.time_passes(minutes=minutes)
        ladder.append([(kind, *roles) for _, kind, roles in hotel.told(report)])

    steps = [
        ("reminded", "dept_manager"),
        ("breached", "duty_manager"),
        ("breached", "general_manager"),
        ("breached", "owner"),
    ]
    assert ladder == [steps[:count] for count in (1, 2, 3, 4)]
    hotel.does(report, "manager_acknowledgement", "day1")
    hotel.does(report, "acknowledge", "day1")


@pytest.mark.clause("H1.2c")
def test_each_report_is_acknowledged_by_somebody_whom_it_is_not_about(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("endorsing", note={"against": ["chief1"]})
    hotel.does(ref, "endorsement", "head1")
    for _ in range(2):
        hotel.does(ref, "gravity", "desk1")
    first, second = hotel.children(ref, TO_MANAGER)

    assert hotel.stopped(first, "manager_acknowledgement", "chief1") == [
        "H3.4 the person complained of has no part in this case"
    ]
    hotel.does(first, "manager_acknowledgement", "day1")
    hotel.does(first, "acknowledge", "day1")
    assert hotel.stopped(ref, "endorse", "head1") == ["H1.2c the manager in charge has not acknowledged yet"]
    hotel.answers(second)
    hotel.does(ref, "endorse", "head1")


@pytest.mark.clause("H1.2c")
def test_what_turns_serious_after_a_hand_over_goes_to_the_manager_who_answers_now(
    shared_hotel: Hotel,
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("handling", to="rooms")
    hotel.does(ref, "gravity", "maid1")
    (report,) = hotel.children(ref)

    assert hotel.stopped(report, "manager_acknowledgement", "chief1") == [ITS_MANAGER]
    hotel.does(report, "manager_acknowledgement", "chief2")


# ── H1.3 ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("H1.3")
@pytest.mark.parametrize(
    "came_of_it", [{"result": "led", "place": "the garden"}, {"result": "refused"}, {"result": "impossible"}]
)
def test_a_noisy_guest_is_led_away_or_it_was_tried_before_anything_is_written_down(
    shared_hotel: Hotel, came_of_it: dict[str, str]
) -> None:
    hotel = shared_hotel
    ref = hotel.comes_in()
    for act in ("noise", "heard", "note", "first_apology"):
        hotel.does(ref, act, "desk1")

    assert hotel.stopped(ref, "write_down", "desk1") == [LEAD_AWAY]
    hotel.does(ref, "led_away", "desk1", **{"place": "", **came_of_it})
    hotel.does(ref, "write_down", "desk1")


@pytest.mark.clause("H1.3")
def test_whoever_was_led_away_was_led_somewhere(shared_hotel: Hotel) -> None:
    ref = shared_hotel.comes_in()
    shared_hotel.does(ref, "noise", "desk1")

    assert "say where the guest was led" in shared_hotel.refused_form(
        ref, "led_away", "desk1", result="led", place=""
    )


@pytest.mark.clause("H1.3")
def test_noise_once_more_is_led_away_once_more(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("filed")
    hotel.does(ref, "noise", "desk1")
    hotel.does(ref, "led_away", "desk1")
    hotel.does(ref, "noise", "desk1")

    assert hotel.presses_on(ref).everybody == {LEAD_AWAY}
    hotel.finishes(ref)
