"""The rules of the house: by whom, from when to when, in one wording at a time, and in force where a record cites one."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, update

import models
from casework import audit, house_rules
from casework.errors import BadInput
from casework.evidence import read_evidence
from casework.house_rules import RuleKept, RuleView, rule_list
from casework.offices import OfficeView
from casework.outcome import Refused
from models.engine import for_writing
from states.editions import in_force
from tests.building import a_store, an_office, granted
from tests.hotel_staff import Hotel, a_hotel

TODAY = dt.date(2026, 3, 2)
DAY = dt.timedelta(days=1)
WORDS = "A room that is too loud is changed, free of charge."


@pytest.fixture
def hotel(database_url: str, tmp_path: Path) -> Iterator[Hotel]:
    store = a_store(database_url, tmp_path)
    yield a_hotel(store)
    store.close()


def add(
    hotel: Hotel,
    key: str = "r-3",
    *,
    by: str = "head1",
    words: str = WORDS,
    valid_from: dt.date | None = None,
) -> RuleKept | Refused:
    with hotel.store.transaction() as session:
        return house_rules.add(
            session, hotel.key, key, words, hotel.actor(by), hotel.now, valid_from=valid_from
        )


def end(
    hotel: Hotel, key: str = "r-3", *, by: str = "head1", until: dt.date | None = None
) -> RuleKept | Refused:
    with hotel.store.transaction() as session:
        return house_rules.end(session, hotel.key, key, hotel.actor(by), hotel.now, until=until)


def listed(hotel: Hotel, *, every: bool = False) -> list[RuleView]:
    with hotel.store.reading() as session:
        return rule_list(session, hotel.key, hotel.now, every=every)


def view(hotel: Hotel) -> OfficeView:
    with hotel.store.reading() as session:
        (found,) = hotel.store.offices(session.connection()).values()
    return found


@pytest.mark.clause("H3.1")
@pytest.mark.parametrize("by", ["head1", "chief1", "chief9"])
def test_whoever_leads_the_hotel_or_a_department_writes_a_rule_and_the_office_knows_it(
    hotel: Hotel, by: str
) -> None:
    assert add(hotel, by=by) == RuleKept("hotel", "r-3", TODAY, None)
    (shown,) = listed(hotel)
    assert (shown.key, shown.words, shown.valid_from, shown.valid_until) == ("r-3", WORDS, TODAY, None)
    assert (shown.by, shown.holds) == (by, True)
    assert view(hotel).rule_holds("r-3", TODAY)
    assert not view(hotel).rule_holds("r-3", TODAY - DAY)
    assert not view(hotel).rule_holds("r-4", TODAY)


@pytest.mark.clause("H3.1")
@pytest.mark.parametrize("by", ["desk1", "lead1", "day1", "owner1"])
def test_nobody_else_writes_or_ends_one_and_the_attempt_is_kept(hotel: Hotel, by: str) -> None:
    granted(add(hotel, "r-1"))
    for refused in (add(hotel, by=by), end(hotel, "r-1", by=by)):
        assert isinstance(refused, Refused)
        assert [(r.kind, r.clause, r.who) for r in refused.requirements] == [
            ("role", "H3.1", ("general_manager", "dept_manager"))
        ]
    assert [(one.key, one.valid_until) for one in listed(hotel)] == [("r-1", None)]
    refusals = models.table(models.Refusal)
    with hotel.store.reading() as session:
        kept = session.connection().execute(select(refusals).order_by(refusals.c.no)).all()
    assert [(row.act_kind, row.act, row.actor_id) for row in kept] == [
        ("house_rule", "add", hotel.people[by].id),
        ("house_rule", "end", hotel.people[by].id),
    ]
    assert WORDS not in str(kept)


@pytest.mark.clause("H3.1")
def test_a_rule_ends_with_its_last_day_and_begins_again_with_other_words_after_it(hotel: Hotel) -> None:
    granted(add(hotel))
    assert end(hotel) == RuleKept("hotel", "r-3", TODAY, TODAY)
    assert view(hotel).rule_holds("r-3", TODAY)
    assert not view(hotel).rule_holds("r-3", TODAY + DAY)
    with pytest.raises(BadInput) as refused:
        add(hotel, words="another text")
    assert str(refused.value) == (
        "The last day of the house rule r-3 is 2026-03-02: it begins again after that day."
        " Name the first day with --from."
    )
    granted(add(hotel, words="another text", valid_from=TODAY + 3 * DAY))
    assert view(hotel).rules["r-3"] == ((TODAY, TODAY), (TODAY + 3 * DAY, None))
    assert [view(hotel).rule_holds("r-3", TODAY + n * DAY) for n in range(5)] == [
        True,
        False,
        False,
        True,
        True,
    ]
    hotel.clock.advance(days=4)
    assert [one.words for one in listed(hotel)] == ["another text"]
    assert [(one.words, one.holds) for one in listed(hotel, every=True)] == [
        (WORDS, False),
        ("another text", True),
    ]


@pytest.mark.clause("H3.1")
def test_ending_one_twice_or_one_that_is_not_there_is_said(hotel: Hotel) -> None:
    with pytest.raises(BadInput, match=r"^There is no such house rule in this office. There is: none yet.$"):
        end(hotel)
    granted(add(hotel))
    granted(add(hotel, "wine.7"))
    with pytest.raises(
        BadInput, match=r"There is no such house rule in this office\. There is: r-3, wine\.7\."
    ):
        end(hotel, "r-4")
    granted(end(hotel, until=TODAY + 9 * DAY))
    for again in (None, TODAY + DAY):
        with pytest.raises(BadInput) as refused:
            end(hotel, until=again)
        assert str(refused.value) == "The house rule r-3 was ended before: its last day is 2026-03-11."


@pytest.mark.clause("H3.1")
def test_a_rule_that_holds_or_will_hold_is_not_written_over(hotel: Hotel) -> None:
    granted(add(hotel, valid_from=TODAY + 7 * DAY))
    assert not view(hotel).rule_holds("r-3", TODAY)
    assert [(one.key, one.holds) for one in listed(hotel)] == [("r-3", False)]
    for first in (None, TODAY + 30 * DAY):
        with pytest.raises(
            BadInput, match=r"There is a house rule r-3 already, since 2026-03-09\. End it first"
        ):
            add(hotel, valid_from=first)
    with pytest.raises(
        BadInput, match=r"The house rule r-3 only begins on 2026-03-09: it cannot end before\."
    ):
        end(hotel)
    granted(end(hotel, until=TODAY + 7 * DAY))


@pytest.mark.clause("H3.1")
@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"key": "Rule 3"}, "The key of a house rule is up to 32 small letters, digits, dots and hyphens"),
        ({"key": "-3"}, "The key of a house rule is up to 32"),
        ({"key": "r" * 33}, "The key of a house rule is up to 32"),
        ({"key": ""}, "The key of a house rule is up to 32"),
        ({"words": " x "}, "A house rule needs 2 to 2000 characters. It is shown to everybody: name nobody."),
        ({"words": "x" * 2001}, "A house rule needs 2 to 2000 characters."),
        ({"valid_from": TODAY - DAY}, "A house rule begins today or later"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_in_a_sentence(
    hotel: Hotel, wanted: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadInput) as refused:
        add(hotel, **wanted)  # type: ignore[arg-type]
    assert str(refused.value).startswith(sentence)
    assert listed(hotel, every=True) == []


@pytest.mark.clause("H3.1")
def test_a_rule_does_not_end_in_the_past(hotel: Hotel) -> None:
    granted(add(hotel))
    hotel.clock.advance(days=3)
    with pytest.raises(BadInput, match="A house rule ends today or later, since it may have been cited"):
        end(hotel, until=TODAY + DAY)


@pytest.mark.clause("H3.1")
def test_of_two_who_write_the_same_rule_at_once_one_does(hotel: Hotel) -> None:
    def write(words: str) -> str:
        try:
            granted(add(hotel, words=words))
        except BadInput as error:
            return error.sentence
        return "written"

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(write, [f"text {n}" for n in range(6)]))
    assert told == ["There is a house rule {key} already, since {day}."] * 5 + ["written"]
    assert len(listed(hotel)) == 1


@pytest.mark.clause("H3.1")
def test_a_record_cites_only_a_rule_that_is_in_force_that_day(hotel: Hotel) -> None:
    granted(add(hotel))
    granted(end(hotel))
    law = in_force("hotel.complaint", TODAY)
    given = {"words": "the room next door was repaired", "rule": "r-3"}

    def explain(at: dt.datetime) -> None:
        read_evidence(law, law.step_named["explanation"], view(hotel), given, received_at=hotel.now, at=at)

    explain(hotel.now)
    with pytest.raises(
        BadInput, match="rule is no rule of the house in force: `duecourse rule list` shows them"
    ):
        explain(hotel.now + DAY)


@pytest.mark.clause("H3.1", "X2")
def test_what_was_written_goes_into_the_chain_of_the_office_and_a_rule_changed_past_it_is_found(
    hotel: Hotel,
) -> None:
    granted(add(hotel))
    granted(end(hotel, until=TODAY + DAY))
    events, rules = models.table(models.OfficeEvent), models.table(models.HouseRule)
    with hotel.store.reading() as session:
        newest = session.connection().execute(select(events).order_by(events.c.seq.desc()).limit(2)).all()
    assert [(row.what, row.actor_id) for row in newest] == [
        ("house rule ended", hotel.people["head1"].id),
        ("house rule", hotel.people["head1"].id),
    ]
    assert audit.verify(hotel.store).whole
    with for_writing(hotel.store.engine).begin() as connection:
        connection.execute(update(rules).values(words="we owe nobody anything"))
    (flaw,) = audit.verify(hotel.store).findings
    assert flaw.message.endswith(": house_rule.")


def test_an_office_whose_procedures_cite_no_rule_keeps_none(database_url: str, tmp_path: Path) -> None:
    store = a_store(database_url, tmp_path)
    office = an_office(store)
    with (
        store.transaction() as session,
        pytest.raises(BadInput, match="The office court keeps no rules of the house"),
    ):
        house_rules.add(session, office.key, "r-1", WORDS, office.manager, office.now)
    with store.reading() as session:
        assert rule_list(session, office.key, office.now) == []
    store.close()


def test_the_rules_of_another_office_are_nobodys_business(hotel: Hotel) -> None:
    other = an_office(hotel.store)
    with hotel.store.transaction() as session, pytest.raises(BadInput, match="There is no office hotel"):
        house_rules.add(session, hotel.key, "r-1", WORDS, other.manager, other.now)
