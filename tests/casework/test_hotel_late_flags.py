"""What rises late in a guest's complaint is never skipped: each flag, risen in each state, is answered before anything is archived.

The table is typed by hand; what a complaint in the archive must have is read from its events alone (`tests.casework.hotel_oracle`).
"""

from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from casework.outcome import Fired, Refused
from tests.casework.hotel_crowd import Crowd
from tests.casework.hotel_oracle import story_of, wrong_in_the_archive
from tests.hotel import FLAGS, STATES, USUAL, VIP, Hotel

MANAGER = "H1.2c the manager in charge has not acknowledged yet"
HEAD = "H4.4 the general manager has not been told yet"
OWNER = "H5.2 the owner has not been told yet"
LEAD_AWAY = "H1.3 try to lead the noisy guest away from the others, and record what came of it"
UPSET = "H1.2b the guest has not calmed down: do not explain yet"
STANDS: dict[str, tuple[str, str]] = {
    "mood": ("H1.2b", UPSET),
    "noise": ("H1.3", LEAD_AWAY),
    "gravity": ("H1.2c", MANAGER),
    "major": ("H4.4", HEAD),
    "vip": ("H4.4", HEAD),
    "listed": ("H4.4", HEAD),  # the guest comes on the list of important guests
    "mended": ("H4.4", HEAD),  # a correction of the first record says that the guest is important
    "gm": ("H5.2", OWNER),
    "noted": (
        "H5.2",
        OWNER,
    ),  # the record of the complaint names the general manager, at first or by a correction
}
"""Each flag, and what stands in everybody's way while it is not answered."""
EXPLAINED = {"listening": "explanation", "recorded": "explanation", "handing_over": "explanation", "handling": "explanation", "handling again": "explanation"}  # fmt: skip
"""Where something will still be explained, mood stands in the way of that; later there is nothing that it could."""
BEFORE_RECORDED = {"listening": "write_down"}
"""Noise stands in the way of writing down what is only listened to."""
LAST = {"filed": "archive"}
"""Everything else stands in the way of the endorsement, and of the archive once it is endorsed."""
WHERE = (*STATES[:-1], "handling again", "telling again")
EXAMPLES = {"sqlite": 30, "postgresql": 6}
WALKS = {"sqlite": (15, 60), "postgresql": (4, 20)}
"""How many long walks there are at least, and at most as long as too few flags have risen in too few states."""
ENDS = {"sqlite": 24, "postgresql": 12}
"""How many pairs of a flag and the state in which it rose must be met in the archive by random runs; the table above meets all."""


def a_case_in(hotel: Hotel, state: str) -> str:
    """A complaint in a state, perhaps of the second round, whose guest is nobody else's."""
    guest = {"name": f"客{len(hotel.ways)}", "phone": f"1370000{len(hotel.ways):04}"}
    note = {"guests": [guest]}
    if not state.endswith("again"):
        return hotel.a_case(state, note=note)
    ref = hotel.a_case("telling", note=note)
    hotel.goes_again(ref)
    hotel.goes_on(ref, state.removesuffix(" again"))
    return ref


def rises(hotel: Hotel, ref: str, flag: str) -> None:
    """Let a flag rise for the first time."""
    if flag in FLAGS:
        hotel.rises(ref, flag)
    elif flag == "listed":
        came_on_the_list(hotel, ref)
    elif flag == "mended":
        mended(hotel, ref, vip=True)
    else:
        named_in_the_record(hotel, ref)


def rises_again(hotel: Hotel, ref: str, flag: str) -> None:
    """Let it rise once more, after it was answered."""
    if flag == "mended":
        for vip in (False, True):
            mended(hotel, ref, vip=vip)
    else:
        hotel.rises(ref, {"listed": "vip", "noted": "gm"}.get(flag, flag))


def came_on_the_list(hotel: Hotel, ref: str) -> None:
    guest = hotel.ways[ref].note["guests"][0]
    open_cases = hotel.lists(guest).cases
    if hotel.state(ref) == "listening":
        assert open_cases == (), "nobody knows the guest's name yet"
        hotel.does(ref, "note", "desk1", guests=[guest])
    else:
        assert open_cases == (ref,)


def mended(hotel: Hotel, ref: str, *, vip: bool) -> None:
    """The record of how the guest came was wrong; once it was sorted by it, what is known now is recorded beside it."""
    seq = max(e.seq for e in hotel.events(ref, "recorded", "corrected") if e.name == "encounter")
    done = hotel.corrects(ref, seq, "desk1", channel="in_person", department="front", vip=vip)
    if hotel.counts(ref, "sorting"):
        assert isinstance(done, Refused), "it says which department answers"
        hotel.rises(ref, "vip")
    else:
        assert isinstance(done, Fired), done


def named_in_the_record(hotel: Hotel, ref: str) -> None:
    """The guest complains of the general manager: in the record, or in what stands in its place; once endorsed, in a record of its own."""
    evidence = {**USUAL["note"], **hotel.ways[ref].note, "against": ["head1"]}
    if hotel.state(ref) == "listening":
        hotel.does(ref, "note", "desk1", **evidence)
        return
    (seq,) = (e.seq for e in hotel.events(ref, "recorded") if e.name == "note")
    done = hotel.corrects(ref, seq, "desk1", **evidence)
    if hotel.state(ref) == "filed":
        assert isinstance(done, Refused), "the general manager's own words rested on it"
        hotel.rises(ref, "gm")
    else:
        assert isinstance(done, Fired), done


def answered(hotel: Hotel, ref: str) -> None:
    """Answer what has risen; nothing else."""
    hotel.calms(ref)
    hotel.quietens(ref)
    for child in hotel.children(ref):
        hotel.answers(child)


def pressed_on(hotel: Hotel, ref: str, flag: str, state: str) -> None:
    """Nobody can go on to the end without an answer; what stood in the way is what it says in the table."""
    if flag == "mood" and state not in EXPLAINED:
        return
    gates = {"mood": EXPLAINED, "noise": BEFORE_RECORDED | LAST}.get(flag, LAST)
    stuck = hotel.presses_on(ref)
    assert stuck.act == gates.get(state, "endorse")
    assert STANDS[flag][1] in stuck.everybody


@pytest.mark.clause("H1.2b", "H1.2c", "H1.3", "H4.4", "H5.2", "X1")
@pytest.mark.parametrize("state", WHERE)
@pytest.mark.parametrize("flag", STANDS)
def test_what_rises_in_whatever_state_and_again_is_answered_before_the_archive(
    shared_hotel: Hotel, flag: str, state: str
) -> None:
    hotel = shared_hotel
    ref = a_case_in(hotel, state)

    rises(hotel, ref, flag)
    answered(hotel, ref)
    rises_again(hotel, ref, flag)
    pressed_on(hotel, ref, flag, state)
    hotel.finishes(ref)

    assert hotel.state(ref) == "archived"
    assert wrong_in_the_archive(story_of(hotel, ref, listed=flag == "listed" and state == "listening")) == []


@pytest.mark.clause("H1.2b", "H1.2c", "H1.3", "H4.2", "H4.3", "H4.4", "H5.2", "X1")
def test_whatever_people_try_nothing_reaches_the_archive_without_what_its_flags_demand(
    shared_hotel: Hotel, database_kind: str
) -> None:
    class InThisHotel(Crowd):
        hotel = shared_hotel
        reached: ClassVar[set[tuple[str, str]]] = set()

    shared_hotel.lists(VIP)
    run_state_machine_as_test(
        InThisHotel,
        settings=settings(
            max_examples=EXAMPLES[database_kind],
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
            phases=(Phase.generate,),  # a run takes too long for a failure to be made small
        ),
    )

    least, most = WALKS[database_kind]
    for seed in range(most):
        if seed >= least and len(InThisHotel.reached) >= ENDS[database_kind]:
            break
        InThisHotel().walk(seed)

    # Runs that never get far prove nothing.
    assert {flag for flag, _ in InThisHotel.reached} == set(FLAGS)
    assert len(InThisHotel.reached) >= ENDS[database_kind]
