"""What is major: the general manager's own list, in the law's words, dated; and the number above which compensation needs a manager."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

import models
from casework import audit, major_matters
from casework.asked_settings import lists_asked, numbers_asked, words_allowed
from casework.check import check_office
from casework.errors import BadInput
from casework.evidence import words_of
from casework.kinds import kinds
from casework.major_matters import MajorMatters, major_of
from casework.office_file import BadOfficeFile
from casework.office_settings import known_settings
from casework.outcome import Refused
from states.law.hotel_forms import MAJOR_BY_DEFAULT, Matter
from tests.building import a_store, an_office, granted
from tests.hotel_staff import Hotel, a_hotel, the_file

TODAY = dt.date(2026, 3, 2)
DAY = dt.timedelta(days=1)


@pytest.fixture
def hotel(database_url: str, tmp_path: Path) -> Iterator[Hotel]:
    store = a_store(database_url, tmp_path)
    yield a_hotel(store)
    store.close()


def set_major(hotel: Hotel, *matters: str, by: str = "head1", reason: str = "") -> MajorMatters | Refused:
    with hotel.store.transaction() as session:
        return major_matters.set_major(session, hotel.actor(by), matters, hotel.now, reason=reason)


def major(hotel: Hotel, day: dt.date = TODAY) -> tuple[str, ...]:
    with hotel.store.reading() as session:
        (office,) = hotel.store.offices(session.connection()).values()
    return major_of(office, day)


def rows(hotel: Hotel) -> list[tuple[str, dt.date, int | None, str]]:
    settings = models.table(models.OfficeSetting)
    wanted = select(settings).where(settings.c.name == "major_matters").order_by(settings.c.id)
    with hotel.store.reading() as session:
        found = session.connection().execute(wanted).all()
    return [(row.value, row.valid_from, row.approved_by, row.reason) for row in found]


def setting(name: str, value: str, by: str = "head1") -> str:
    return f'[[settings]]\nname = "{name}"\nvalue = {value}\nvalid_from = 2026-03-02\napproved_by = "{by}"\nreason = "開辦"\n'


@pytest.mark.clause("H4.4")
def test_until_there_is_a_list_the_default_of_the_edition_holds(hotel: Hotel) -> None:
    assert set(major(hotel)) == set(MAJOR_BY_DEFAULT)
    assert words_allowed("hotel", "major_matters") == tuple(one.value for one in Matter)


@pytest.mark.clause("H4.4")
def test_the_general_manager_writes_the_list_and_it_holds_from_that_day(hotel: Hotel) -> None:
    done = set_major(hotel, "noise", "injury", "noise")
    assert done == MajorMatters("hotel", ("noise", "injury"), TODAY, changed=True)
    head = hotel.people["head1"].id
    assert rows(hotel) == [('"noise,injury"', TODAY, head, "the general manager's own list")]
    assert major(hotel) == ("noise", "injury")
    assert set(major(hotel, TODAY - DAY)) == set(MAJOR_BY_DEFAULT)
    again = granted(set_major(hotel, "injury", "noise"))
    assert (again.changed, len(rows(hotel))) == (False, 1)
    hotel.clock.advance(days=1)
    granted(set_major(hotel, "food", reason="the kitchen is new"))
    assert major(hotel) == ("noise", "injury")
    assert major(hotel, TODAY + DAY) == ("food",)
    assert rows(hotel)[-1] == ('"food"', TODAY + DAY, head, "the kitchen is new")


@pytest.mark.clause("H4.4")
def test_of_two_lists_of_one_day_the_later_holds(hotel: Hotel) -> None:
    granted(set_major(hotel, "food"))
    granted(set_major(hotel, "noise"))
    assert major(hotel) == ("noise",)
    with hotel.store.reading() as session:
        (office,) = hotel.store.offices(session.connection()).values()
    assert words_of(office.setting("major_matters", TODAY)) == {"noise"}


@pytest.mark.clause("H4.4")
@pytest.mark.parametrize("by", ["owner1", "chief1", "day1", "lead1", "desk1"])
def test_nobody_else_writes_it(hotel: Hotel, by: str) -> None:
    refused = set_major(hotel, "noise", by=by)
    assert isinstance(refused, Refused)
    assert (refused.procedure, refused.act_kind, refused.act) == (
        "hotel.complaint",
        "setting",
        "major_matters",
    )
    assert [(r.kind, r.clause, r.who) for r in refused.requirements] == [
        ("role", "H4.4", ("general_manager",))
    ]
    assert rows(hotel) == []


@pytest.mark.clause("H4.4")
@pytest.mark.parametrize("words", [(), ("",), ("noise", "weather"), ("Noise",)])
def test_a_list_of_other_words_or_of_none_is_refused_without_repeating_them(
    hotel: Hotel, words: tuple[str, ...]
) -> None:
    with pytest.raises(BadInput) as refused:
        set_major(hotel, *words)
    assert str(refused.value).startswith(
        "This is no list of what is major: it must be some of attitude, room, cleanliness, noise,"
    )
    assert "weather" not in str(refused.value)
    assert rows(hotel) == []


@pytest.mark.clause("H4.4")
def test_a_reason_has_a_length(hotel: Hotel) -> None:
    with pytest.raises(BadInput, match="A reason has at most 200 characters"):
        set_major(hotel, "noise", reason="x" * 201)


@pytest.mark.clause("H4.4", "X2")
def test_the_list_goes_into_the_chain_of_the_office(hotel: Hotel) -> None:
    granted(set_major(hotel, "noise"))
    events = models.table(models.OfficeEvent)
    with hotel.store.reading() as session:
        newest = session.connection().execute(select(events).order_by(events.c.seq.desc()).limit(1)).one()
    assert (newest.what, newest.actor_id) == ("major matters", hotel.people["head1"].id)
    assert audit.verify(hotel.store).whole


@pytest.mark.clause("H3.3", "H4.4")
def test_every_number_and_list_that_the_law_asks_an_office_for_is_a_setting(hotel: Hotel) -> None:
    for kind in kinds():
        assert {*numbers_asked(kind), *lists_asked(kind)} <= set(known_settings(kind))
    assert list(numbers_asked("hotel")) == ["compensation_limit"]
    assert list(lists_asked("hotel")) == ["major_matters"]


@pytest.mark.clause("H3.3", "H4.4")
def test_an_office_file_sets_the_limit_and_the_list_with_the_general_managers_approval(hotel: Hotel) -> None:
    hotel.load(
        the_file(
            more=setting("compensation_limit", "800") + setting("major_matters", '"safety， media、injury"')
        )
    )
    with hotel.store.reading() as session:
        (office,) = hotel.store.offices(session.connection()).values()
    assert office.setting("compensation_limit", TODAY) == 800
    assert major(hotel) == ("injury", "safety", "media")


@pytest.mark.clause("H3.3", "H4.4")
@pytest.mark.parametrize(
    ("more", "fault"),
    [
        (
            setting("compensation_limit", "0"),
            "settings[1].value: it must be a whole number from 1 to 100000000",
        ),
        (
            setting("compensation_limit", "-5"),
            "settings[1].value: it must be a whole number from 1 to 100000000",
        ),
        (
            setting("compensation_limit", "1.5"),
            "settings[1].value: it must be a whole number from 1 to 100000000",
        ),
        (
            setting("compensation_limit", "true"),
            "settings[1].value: it must be a whole number from 1 to 100000000",
        ),
        (
            setting("compensation_limit", '"much"'),
            "settings[1].value: it must be a whole number from 1 to 100000000",
        ),
        (
            setting("compensation_limit", "800", "chief1"),
            "settings[1].approved_by: on that day chief1 is none of general_manager",
        ),
        (
            setting("major_matters", '"noise"', "owner1"),
            "settings[1].approved_by: on that day owner1 is none of general_manager",
        ),
        (setting("major_matters", "5"), "settings[1].value: it must be some of attitude, room,"),
        (
            setting("major_matters", '"noise, weather"'),
            "settings[1].value: it must be some of attitude, room,",
        ),
    ],
)
def test_nonsense_in_an_office_file_is_a_fault_with_its_place(hotel: Hotel, more: str, fault: str) -> None:
    with pytest.raises(BadOfficeFile) as refused:
        hotel.load(the_file(more=more))
    (told,) = refused.value.faults
    assert told.startswith(fault)


@pytest.mark.clause("H3.1", "H3.3")
def test_the_check_tells_of_a_house_without_rules_and_of_a_limit_that_nobody_set(hotel: Hotel) -> None:
    def found() -> list[tuple[str, str, str, str]]:
        with hotel.store.reading() as session:
            findings = check_office(session, hotel.key, hotel.now)
        mine = [one for one in findings if one.clause in {"H3.1", "H3.3"}]
        return [(one.severity, one.clause, one.told("en"), one.hinted("en")) for one in mine]

    no_rule = (
        "error", "H3.1", "No rule of the house is in force, and every answer to a complaint about the own department cites one.",
        "`duecourse rule add KEY --words WORDS`, by somebody with the role dept manager, general manager.",
    )  # fmt: skip
    no_limit = (
        "warning", "H3.3", "The setting compensation_limit is not set: 500 holds, the default of the edition.",
        "Add it to the settings of the office file.",
    )  # fmt: skip
    assert found() == [no_rule, no_limit]
    hotel.load(the_file(more=setting("compensation_limit", "800")))
    assert found() == [no_rule]


def test_in_an_office_that_is_no_hotel_nobody_says_what_is_major(hotel: Hotel) -> None:
    office = an_office(hotel.store)
    with (
        hotel.store.transaction() as session,
        pytest.raises(BadInput, match="Nobody says in the office court what is major"),
    ):
        major_matters.set_major(session, office.manager, ["noise"], office.now)
    with hotel.store.reading() as session:
        assert {
            one.told("en") for one in check_office(session, "court", office.now) if one.clause.startswith("H")
        } == set()
        court = next(one for one in hotel.store.offices(session.connection()).values() if one.key == "court")
        assert major_of(court, TODAY) == ()
