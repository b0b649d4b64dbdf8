"""What `duecourse check` finds, and that it finds nothing wrong with the example."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from casework import fire, intake, registered
from casework.check import check_office
from casework.errors import BadInput
from casework.findings import Finding
from casework.office_file import load_office
from casework.people import actor_of, person_by_handle, retire_person
from casework.rosters import WEEK, gaps, in_words, minute_of_day, weekly
from casework.store import Store
from tests.building import INTAKES, MONDAY, a_store

EXAMPLE = (Path(__file__).parents[2] / "desk" / "examples" / "office-property.toml").read_text(
    encoding="utf-8"
)
REACHABLE = re.sub(r'handle = "(.+)"', r'handle = "\1"\ncontacts = ["json://\1.invalid"]', EXAMPLE)
"""The example, all of whose people can be reached."""
Check = Callable[..., list[Finding]]


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    opened = a_store(database_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def check(store: Store) -> Check:
    def check(text: str | None = REACHABLE, at: dt.datetime = MONDAY) -> list[Finding]:
        if text is not None:
            with store.transaction() as session:
                load_office(session, text, at, origin="court.toml")
        with store.reading() as session:
            return check_office(session, "court", at)

    return check


def told(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(f.severity, f.clause, f.told("en")) for f in findings]


def without_setting(name: str) -> str:
    start = REACHABLE.index(f'[[settings]]\nname = "{name}"')
    return (
        REACHABLE[:start]
        + REACHABLE[REACHABLE.index('reason = "開辦"\n', start) + len('reason = "開辦"\n') :]
    )


@pytest.mark.clause("P2a")
def test_nothing_is_wrong_with_the_example(check: Check) -> None:
    assert told(check()) == []
    assert told(check(EXAMPLE)) == [
        (
            "warning",
            "X3",
            "No holder of these roles has an address for alarms, which are seen here only: foreman, manager, staff, superior.",
        )
    ]


@pytest.mark.clause("P2a")
def test_a_gap_of_one_hour_in_the_hotline_roster_is_found_and_named(check: Check) -> None:
    gap = REACHABLE.replace(
        'days = ["tue", "thu", "sat"]\nfrom = "00:00"\nuntil = "08:00"',
        'days = ["tue", "thu"]\nfrom = "00:00"\nuntil = "08:00"',
        1,
    )
    gap += '\n[[rosters]]\nroster = "hotline"\nperson = "guard2"\ndays = ["sat"]\nfrom = "01:00"\nuntil = "08:00"\n'
    (finding,) = check(gap)
    assert told([finding]) == [
        ("error", "P2a", "Nobody answers the hotline from Saturday 00:00 to Saturday 01:00.")
    ]
    assert finding.as_dict()["hint"] == 'Add somebody to the rosters of the office file, roster "hotline".'


@pytest.mark.clause("P2a")
def test_a_gap_over_sunday_midnight_is_one_gap(check: Check) -> None:
    gap = REACHABLE.replace(
        'days = ["sat", "sun"]\nfrom = "08:00"\nuntil = "24:00"',
        'days = ["sat", "sun"]\nfrom = "08:00"\nuntil = "23:00"',
    )
    gap = gap.replace(
        'days = ["mon", "wed", "fri", "sun"]\nfrom = "00:00"', 'days = ["wed", "fri", "sun"]\nfrom = "00:00"'
    )
    assert [finding.told("en") for finding in check(gap)] == [
        "Nobody answers the hotline from Saturday 23:00 to Sunday 00:00.",
        "Nobody answers the hotline from Sunday 23:00 to Monday 08:00.",
    ]


@pytest.mark.clause("P2a")
def test_an_office_without_a_hotline_roster_is_told_once(check: Check) -> None:
    start, end = REACHABLE.index("# Who answers the hotline"), REACHABLE.index("# Everybody on the fire list")
    assert told(check(REACHABLE[:start] + REACHABLE[end:])) == [
        ("error", "P2a", "Nobody is on the roster of the hotline, which must be answered at every hour.")
    ]


@pytest.mark.clause("P2a")
def test_an_absence_that_leaves_the_hotline_unanswered_is_found_for_the_coming_week(check: Check) -> None:
    away = REACHABLE + (
        '\n[[absences]]\nperson = "desk3"\nstarts_at = 2026-03-07T20:00:00+08:00\nends_at = 2026-03-07T22:30:00+08:00\nreason = "leave"\n'
        '\n[[absences]]\nperson = "head1"\nstarts_at = 2026-03-03T00:00:00+08:00\nends_at = 2026-03-05T00:00:00+08:00\nreason = "leave"\n'
    )
    sentence = "In the coming week nobody answers the hotline from Saturday 20:00 to Saturday 22:30, because of absences."
    assert told(check(away)) == [("error", "P2a", sentence)]
    assert check(None, MONDAY + dt.timedelta(days=6)) == []
    # Four hours before the week of the absence begins.
    assert check(None, dt.datetime(2026, 2, 28, 8, 0, tzinfo=dt.UTC)) == []


def test_whoever_is_on_duty_must_be_able_to_do_it(check: Check) -> None:
    wrong = REACHABLE.replace('roster = "hotline"\nperson = "desk3"', 'roster = "hotline"\nperson = "tech1"')
    assert told(check(wrong)) == [
        ("error", "P2a", "tech1 is on the roster hotline and does not hold a role for it.")
    ]
    wrong = REACHABLE.replace(
        'roster = "fire_list"\nperson = "lead1"', 'roster = "fire_list"\nperson = "desk1"'
    )
    assert told(check(wrong)) == [
        ("error", "P2a", "desk1 is on the roster fire_list and does not hold a role for it.")
    ]


def test_a_role_that_nobody_holds_is_found(check: Check) -> None:
    found = check(REACHABLE.replace('role = "superior"', 'role = "staff"'))
    assert ("error", "Nobody holds the role superior, which common followup needs.") in [
        (f.severity, f.told("en")) for f in found
    ]


def test_fewer_people_than_the_smallest_lawful_office_is_found(check: Check) -> None:
    fewer = REACHABLE
    for unit in ("desk", "desk", "desk"):
        fewer = fewer.replace(f'role = "staff", unit = "{unit}"', f'role = "foreman", unit = "{unit}"', 1)
    sentences = [(f.severity, f.told("en")) for f in check(fewer)]
    assert ("error", "property complaint needs 3 people with the role staff; there are 2.") in sentences


@pytest.mark.clause("P6b")
def test_an_office_with_one_manager_is_warned_that_nobody_could_handle_a_complaint_about_the_manager(
    check: Check,
) -> None:
    alone = REACHABLE.replace(
        'role = "manager", valid_from = 2026-01-01 }]\n\n# The superior',
        'role = "staff", valid_from = 2026-01-01 }]\n\n# The superior',
    )
    assert told(check(alone)) == [
        (
            "warning",
            "house",
            "head1 alone holds the role manager: nobody else could handle a complaint about this person.",
        )
    ]


def test_an_office_whose_places_are_filled_twice_by_one_person_is_warned(check: Check) -> None:
    double = REACHABLE.replace('handle = "tech1"', 'handle = "tech1"', 1)
    double = double.replace(
        '{ role = "repairer", unit = "engineering", valid_from = 2026-01-01 },',
        '{ role = "emergency_list", valid_from = 2026-02-01 },',
    )
    double = double.replace(
        '{ role = "foreman", unit = "engineering", valid_from = 2026-01-01 },',
        '{ role = "foreman", valid_from = 2026-01-01 },\n    { role = "repairer", valid_from = 2026-01-01 },',
    )
    sentence = "property callout is meant for 7 different people; this office has them only by giving somebody two of its places."
    assert told(check(double)) == [("warning", "house", sentence)]


def test_a_person_who_has_left_and_is_still_published_is_found(store: Store, check: Check) -> None:
    check()
    with store.transaction() as session:
        retire_person(session, "court", "head1", MONDAY)
    found = told(check(None))
    assert (
        "error",
        "P2b",
        "head1 is published as responsible person and does not work here any more.",
    ) in found


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("developer_company", "P4"),
        ("hotline_number", "P2b"),
        ("mailbox", "P2b"),
        ("responsible_person", "P2b"),
        ("superior_body", "P5a"),
    ],
)
def test_a_blank_of_the_text_that_is_not_filled_is_found(check: Check, name: str, clause: str) -> None:
    assert told(check(without_setting(name))) == [
        ("error", clause, f"The setting {name} is empty: the text leaves a blank for it.")
    ]


@pytest.mark.clause("X4")
def test_working_days_that_are_not_announced_yet_are_named_as_provisional(check: Check) -> None:
    (finding,) = check(REACHABLE, dt.datetime(2030, 12, 10, 2, 0, tzinfo=dt.UTC))
    assert (finding.severity, finding.clause) == ("warning", "X4")
    assert (
        finding.told("en")
        == "The working days up to 2031-01-09 are not announced yet: what is due by then is provisional."
    )


@pytest.mark.clause("X4")
def test_a_clock_that_goes_behind_the_record_is_found(store: Store, check: Check) -> None:
    check()
    with store.transaction() as session:
        desk = actor_of(person_by_handle(session, "court", "desk1", MONDAY))
        intake.register(
            session, "court", "property.callout", desk, MONDAY, evidence=INTAKES["property.callout"]
        )
    assert told(check(None, MONDAY - dt.timedelta(hours=1))) == [
        (
            "error",
            "X4",
            "The clock of this machine shows 2026-03-02 09:00+08:00, and the record already goes to 2026-03-02 10:00+08:00.",
        )
    ]


def test_a_time_zone_that_this_machine_does_not_know_is_found(store: Store, check: Check) -> None:
    check()
    with store.transaction() as session:
        session.connection().execute(text("UPDATE office SET zone = 'Mars/Olympus'"))
    assert told(check(None)) == [
        ("error", "X4", "This machine does not know the time zone Mars/Olympus of the office.")
    ]


def test_open_cases_of_somebody_who_has_left_are_found(store: Store, check: Check) -> None:
    check()
    with store.transaction() as session:
        desk = actor_of(person_by_handle(session, "court", "desk1", MONDAY))
        done = intake.register(
            session, "court", "property.complaint", desk, MONDAY, evidence=INTAKES["property.complaint"]
        )
        assert isinstance(done, registered.Registered)
        fire.record(session, done.ref, "assignment", desk, MONDAY, evidence={"handler": "desk1"})
    later = MONDAY + dt.timedelta(days=1)
    with store.transaction() as session:
        retire_person(session, "court", "desk1", later)
    assert ("error", "P6b", "desk1 has left and still handles open cases: 1.") in told(check(None, later))


def test_an_unknown_office_is_refused_in_a_sentence(store: Store) -> None:
    with store.reading() as session, pytest.raises(BadInput, match="There is no office moon"):
        check_office(session, "moon", MONDAY)


@pytest.mark.clause("X5")
def test_a_finding_is_told_with_the_texts_own_words(check: Check) -> None:
    found = [
        finding.told("zh_Hant") for finding in check(REACHABLE.replace('role = "superior"', 'role = "staff"'))
    ]
    assert any("上級單位" in sentence and "回訪" in sentence for sentence in found)


parts = (
    st.tuples(st.integers(0, WEEK), st.integers(0, WEEK))
    .map(sorted)
    .filter(lambda part: part[0] < part[1])
    .map(lambda part: (part[0], part[1]))
)


@pytest.mark.clause("P2a")
@given(st.lists(parts, max_size=6))
def test_every_minute_of_the_week_is_either_covered_or_in_a_gap(slots: list[tuple[int, int]]) -> None:
    found = gaps(slots)
    for minute in {0, WEEK - 1, *(edge + by for part in slots for edge in part for by in (-1, 0))}:
        at = minute % WEEK
        covered = any(starts <= at < ends for starts, ends in slots)
        missing = any(starts <= at < ends or starts <= at + WEEK < ends for starts, ends in found)
        assert covered is not missing


def test_minutes_of_the_week_are_read_and_told_as_people_write_them() -> None:
    assert [minute_of_day(text) for text in ("00:00", "08:30", "24:00", "24:01", "8:30", "")] == [
        0,
        510,
        1440,
        None,
        None,
        None,
    ]
    assert weekly(["sun"], 22 * 60, 6 * 60) == [(6 * 1440 + 22 * 60, WEEK), (0, 6 * 60)]
    assert weekly(["tue"], 0, 1440) == [(1440, 2880)]
    assert in_words(WEEK + 61) == ("Monday", "01:01")
