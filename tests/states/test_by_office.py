"""What a record means by the office's own data: above its limit, on its list, held by somebody, one of those that it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from casework.evidence import by_the_office, nobody_is_listed
from casework.offices import OfficeView
from casework.posts import Held
from casework.workdays import WorkCalendar
from states.conditions import ByOffice
from states.forms import Complainant
from states.law import hotel_complaint_2026 as hotel
from states.phrases import condition
from tests.states.toy_house import Colour, about_head, big, coloured, of_a_friend

EVE, DAY = date(2026, 2, 28), date(2026, 3, 1)
HEAD, CLERK = 1, 2
HOUSE = OfficeView(
    1,
    "h",
    "House",
    "house",
    ZoneInfo("Asia/Shanghai"),
    WorkCalendar("Asia/Shanghai"),
    settings={"limit": ((DAY, 50),), "colours": ((DAY, "blue, green"),)},
    roles={HEAD: (Held("head", DAY, None),), CLERK: (Held("clerk", EVE, None),)},
)


def meant(flag: ByOffice, value: object, day: date = DAY, *persons: int) -> bool:
    """Whether the record of that day means it, of an office that keeps no list."""
    return by_the_office(flag, value, HOUSE, day, persons, nobody_is_listed)


def test_each_is_asked_for_by_an_atom_of_its_own() -> None:
    assert [one.key for one in (big, coloured, about_head, of_a_friend)] == [
        "letter.amount>limit",
        "letter.colours~colours",
        "letter.against^head",
        "letter.who%friends",
    ]


@pytest.mark.parametrize(
    ("day", "amount", "above"), [(DAY, 51, True), (DAY, 50, False), (EVE, 100, False), (EVE, 101, True)]
)
def test_a_number_is_above_the_limit_of_its_day_or_else_of_the_edition(
    day: date,
    amount: int,
    above: bool,  # noqa: FBT001  a case of the table
) -> None:
    assert meant(big, amount, day) is above


def test_a_number_that_is_not_given_is_above_nothing() -> None:
    assert not meant(big, None)


@pytest.mark.parametrize(
    ("day", "colours", "among"),
    [
        (DAY, (Colour.blue,), True),
        (DAY, (Colour.red,), False),
        (DAY, (Colour.red, Colour.blue), True),
        (EVE, (Colour.red,), True),
        (EVE, (Colour.blue,), False),
        (DAY, (), False),
        (DAY, Colour.blue, True),
        (DAY, Colour.red, False),
    ],
)
def test_one_of_several_words_is_on_the_list_of_its_day_or_else_of_the_edition(
    day: date,
    colours: object,
    among: bool,  # noqa: FBT001  a case of the table
) -> None:
    assert meant(coloured, colours, day) is among


def test_somebody_named_holds_the_role_that_day() -> None:
    assert meant(about_head, "handle", DAY, HEAD)
    assert meant(about_head, "handle", DAY, CLERK, HEAD)
    assert not meant(about_head, "handle", EVE, HEAD)
    assert not meant(about_head, "handle", DAY, CLERK)
    assert not meant(about_head, None, DAY)


def test_somebody_named_is_on_the_list_that_is_asked_for() -> None:
    def listed(kept: str, people: Sequence[Complainant]) -> bool:
        return kept == "friends" and any(one.name == "Fay" for one in people)

    def found(*names: str) -> bool:
        people = tuple(Complainant(name=name) for name in names)
        return by_the_office(of_a_friend, people, HOUSE, DAY, (), listed)

    assert found("Eve", "Fay")
    assert not found("Eve")
    assert not meant(of_a_friend, (Complainant(name="Fay"),))


def test_nobody_decides_what_is_of_no_known_sort() -> None:
    with pytest.raises(TypeError, match="nobody decides ByOffice"):
        meant(ByOffice(big.step, "amount"), 1)


@pytest.mark.parametrize(
    ("flag", "english", "hant", "hans"),
    [
        (hotel.above_limit, "is above what the office has set", "超出辦公室所定限額", "超出办公室所定限额"),
        (hotel.on_major_list, "is on the office's own list", "在辦公室自己的清單上", "在办公室自己的清单上"),
        (hotel.against_gm, "is general manager", "是總經理", "是总经理"),
        (hotel.listed, "is on a list that the office keeps", "在辦公室保存的名單上", "在办公室保存的名单上"),
    ],
    ids=["above", "among", "held by", "listed"],
)
def test_each_has_words_in_three_languages(flag: ByOffice, english: str, hant: str, hans: str) -> None:
    said = [condition(flag, language) for language in ("en", "zh_Hant", "zh_Hans")]

    assert [one.endswith(end) for one, end in zip(said, (english, hant, hans), strict=True)] == [True] * 3
