"""What is written down of a guest's complaint: name, department, matter; and that it was read back (H2.1, H2.2)."""

import json
from typing import Any

import pytest

from casework import fire
from casework.errors import BadInput
from tests.hotel import GUEST, USUAL, Hotel

NOTE = dict(USUAL["note"])
NAME = "record the guest's name, or that the guest gave none"


def refused(hotel: Hotel, **evidence: Any) -> str:
    """What the form of the record says that cannot be taken; never who complains."""
    told = hotel.refused_form(hotel.comes_in(), "note", "desk1", **evidence)
    assert GUEST["name"] not in told
    return told


@pytest.mark.clause("H2.1")
@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        ({"guests": []}, NAME),
        ({"name_declined": True}, NAME),
        ({"department": ""}, "department (String should match pattern"),
        (
            {"department": "spa"},
            "department is no unit of the office: there is dining, front, rooms, security",
        ),
        ({"matters": []}, "matters (Tuple should have at least 1 item"),
        ({"matters": ["weather"]}, "matters.0 (Input should be"),
        ({"happened": " "}, "happened (String should have at least 2 characters)"),
        ({"against": ["nobody"]}, "The office has nobody with this handle."),
        ({"against": ["owner1"]}, "against must be somebody who is hotel_staff or"),
    ],
)
def test_what_is_missing_in_the_record_is_told_and_never_what_was_said(
    shared_hotel: Hotel, evidence: dict[str, object], told: str
) -> None:
    assert told in refused(shared_hotel, **evidence)


@pytest.mark.clause("H2.1")
@pytest.mark.parametrize("channel", ["in_person", "lobby_manager", "phone", "letter", "email", "web"])
def test_name_department_and_matter_are_there_by_whatever_way_it_came(
    shared_hotel: Hotel, channel: str
) -> None:
    hotel = shared_hotel
    ref = hotel.comes_in(channel=channel)
    for act in ("heard", "first_apology"):
        hotel.does(ref, act, "desk1")

    assert hotel.stopped(ref, "write_down", "desk1") == [
        "H2.1 write down name, department and matter, and read it back"
    ]
    hotel.does(ref, "note", "desk1", department="dining", matters=["food", "attitude"])
    hotel.does(ref, "write_down", "desk1")
    (note,) = (event for event in hotel.events(ref, "recorded") if event.name == "note")
    said = json.loads(note.clear)
    assert (said["department"], said["matters"]) == ("dining", ["food", "attitude"])
    assert GUEST["name"] not in note.clear
    assert NOTE["happened"] not in note.clear


@pytest.mark.clause("H2.1")
def test_a_guest_who_gives_no_name_has_answered(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("recorded", note={"guests": [], "name_declined": True})

    hotel.finishes(ref)

    assert hotel.state(ref) == "archived"


@pytest.mark.clause("H2.1")
def test_it_is_written_down_while_the_guest_is_listened_to_and_once(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("recorded")

    assert hotel.stopped(ref, "note", "desk1") == [
        "H2.1 This is recorded in listening; the case is in recorded.",
        "H2.1 This is already recorded; a mistake is mended with a correction.",
    ]


@pytest.mark.clause("H2.1")
def test_a_mistake_in_the_record_is_mended_by_another_record(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("handling")
    (seq,) = (event.seq for event in hotel.events(ref, "recorded") if event.name == "note")

    hotel.corrects(ref, seq, "desk1", **NOTE | {"matters": ["cleanliness"]})

    (mended,) = hotel.events(ref, "corrected")
    assert (json.loads(mended.clear)["corrects"], json.loads(mended.clear)["matters"]) == (
        seq,
        ["cleanliness"],
    )


@pytest.mark.clause("H2.2")
@pytest.mark.parametrize("answer", ["confirmed", "declined"])
def test_the_record_is_read_back_and_the_guest_says_yes_or_does_not_want_it(
    shared_hotel: Hotel, answer: str
) -> None:
    hotel = shared_hotel
    ref = hotel.a_case("recorded", note={"read_back": answer})

    (note,) = (event for event in hotel.events(ref, "recorded") if event.name == "note")
    assert json.loads(note.clear)["read_back"] == answer


@pytest.mark.clause("H2.2")
def test_a_record_that_was_not_read_back_is_none(shared_hotel: Hotel) -> None:
    hotel = shared_hotel
    ref = hotel.comes_in()
    without = {name: value for name, value in NOTE.items() if name != "read_back"}

    with pytest.raises(BadInput, match="read_back is missing"), hotel.store.transaction() as session:
        fire.record(session, ref, "note", hotel.who("desk1"), hotel.now, evidence=without)
    assert "read_back (Input should be 'confirmed' or 'declined')" in refused(hotel, read_back="perhaps")
