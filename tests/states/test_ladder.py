"""The ladder of B12 against a table typed by hand from the text and the clauses; nothing in it is computed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.fingerprint import fingerprint
from states.ladder import WINDOWS, Counted, Ladder, Upheld, Window, count, flagged, within
from states.law import bureau_complaint_2026 as complaint
from states.law import common_followup_2026 as followup

FROM = date(2026, 1, 1)
"""The edition's date."""
MEASURES = ("talk", "criticism", "failed_assessment", "suspension")


def on(day: str) -> date:
    """A day."""
    return date.fromisoformat(day)


def decided(no: int | None, day: str, incident: str = "", person: str | None = "P", **more: Any) -> Upheld:
    """A finding on P, approved as the `no`th decision of all; each on an incident of its own where none is said."""
    return Upheld(f"case {no} {day}", person, incident or f"{no} {day}", on(day), no, **more)


def now(day: str, incident: str = "this", person: str | None = "P") -> Upheld:
    """The finding that is before the party group."""
    return Upheld("this", person, incident, on(day))


# What came before (place in the order of approval, day of receipt, incident), this one's day of receipt and incident, its number.
TABLE: dict[str, tuple[tuple[Upheld, ...], Upheld, int]] = {
    "the first": ((), now("2026-03-02"), 1),
    "the second": ((decided(1, "2026-02-02"),), now("2026-03-02"), 2),
    "the third": ((decided(1, "2026-01-05"), decided(2, "2026-02-02")), now("2026-03-02"), 3),
    "the fourth": (
        (decided(1, "2026-01-05"), decided(2, "2026-02-02"), decided(3, "2026-02-20")),
        now("2026-03-02"),
        4,
    ),
    "the fifth": (
        (
            decided(1, "2026-01-05"),
            decided(2, "2026-02-02"),
            decided(3, "2026-02-20"),
            decided(4, "2026-02-21"),
        ),
        now("2026-03-02"),
        5,
    ),
    "exactly twelve months before": ((decided(1, "2026-03-02"),), now("2027-03-02"), 2),
    "twelve months and a day before": ((decided(1, "2026-03-02"),), now("2027-03-03"), 1),
    "exactly twelve months after": ((decided(1, "2027-03-02"),), now("2026-03-02"), 2),
    "twelve months and a day after": ((decided(1, "2027-03-03"),), now("2026-03-02"), 1),
    "received earlier but upheld later": (
        (decided(1, "2026-05-04"), decided(2, "2026-06-01")),
        now("2026-02-02"),
        3,
    ),
    "the same complaint upheld first": ((), now("2026-02-02"), 1),
    "one incident by three people, the second": ((decided(1, "2026-03-02", "queue"),), now("2026-03-03", "queue"), 1),
    "one incident by three people, the third": (
        (decided(1, "2026-03-02", "queue"), decided(2, "2026-03-03", "queue")),
        now("2026-03-04", "queue"),
        1,
    ),
    "another incident after one by three people": (
        (
            decided(1, "2026-03-02", "queue"),
            decided(2, "2026-03-03", "queue"),
            decided(3, "2026-03-04", "queue"),
        ),
        now("2026-04-01"),
        2,
    ),
    "an incident reported again keeps the number it has": (
        (decided(1, "2026-02-02"), decided(2, "2026-03-02", "queue"), decided(3, "2026-04-01")),
        now("2026-05-06", "queue"),
        2,
    ),
    "an incident reported again after more than a year": (
        (decided(1, "2026-02-02", "queue"), decided(2, "2027-02-01")),
        now("2027-03-03", "queue"),
        1,
    ),
    "one of two overturned": (
        (decided(1, "2026-02-02", overturned=True), decided(2, "2026-02-20")),
        now("2026-03-02"),
        2,
    ),
    "the only one overturned": ((decided(1, "2026-02-02", overturned=True),), now("2026-03-02"), 1),
    "one report of an incident overturned, another stands": (
        (decided(1, "2026-02-02", "queue", overturned=True), decided(2, "2026-02-03", "queue")),
        now("2026-03-02"),
        2,
    ),
    "upheld but not approved yet": ((decided(None, "2026-02-02"),), now("2026-03-02"), 1),
    "somebody else's": ((decided(1, "2026-02-02", person="Q"),), now("2026-03-02"), 1),
    "a department alone": ((decided(1, "2026-02-02"),), now("2026-03-02", person=None), 0),
    "a person after a department alone": ((decided(1, "2026-02-02", person=None),), now("2026-03-02"), 1),
    "two departments": ((decided(1, "2026-02-02", person=None),), now("2026-03-02", person=None), 0),
    "an earlier one received before the edition's date": ((decided(1, "2025-12-31"),), now("2026-03-02"), 1),
    "an earlier one received on the edition's date": ((decided(1, "2026-01-01"),), now("2026-03-02"), 2),
    "itself received before the edition's date": ((decided(1, "2026-02-02"),), now("2025-12-31"), 0),
    "the same incident, first reported before the edition's date": (
        (decided(1, "2025-12-31", "queue"), decided(2, "2026-02-02")),
        now("2026-03-02", "queue"),
        2,
    ),
    "a year from the leap day": ((decided(1, "2028-02-29"),), now("2029-02-28"), 2),
    "a year from the leap day and a day": ((decided(1, "2028-02-29"),), now("2029-03-01"), 1),
    "a year to the leap day": ((decided(1, "2027-03-01"),), now("2028-02-29"), 2),
    "a year and a day to the leap day": ((decided(1, "2027-02-28"),), now("2028-02-29"), 1),
    "four years from leap day to leap day": ((decided(1, "2028-02-29"),), now("2032-02-29"), 1),
}  # fmt: skip


@pytest.mark.clause("B12", "B15")
@pytest.mark.parametrize("case", TABLE)
def test_the_number_is_the_one_that_the_table_gives(case: str) -> None:
    before, this, number = TABLE[case]

    assert number == count(this, before, since=FROM).number


CALENDAR_YEAR: dict[str, tuple[tuple[Upheld, ...], Upheld, int]] = {
    "the last day of the year before": ((decided(1, "2026-12-31"),), now("2027-01-01"), 1),
    "the first and the last day of one year": ((decided(1, "2027-01-01"),), now("2027-12-31"), 2),
    "later in the year but approved before": ((decided(1, "2027-12-31"),), now("2027-01-01"), 2),
    "twelve months before": ((decided(1, "2026-03-02"),), now("2027-03-02"), 1),
    "before the edition's date": ((decided(1, "2025-12-31"),), now("2026-01-01"), 1),
    "the same incident in the year before": ((decided(1, "2026-12-31", "queue"),), now("2027-01-02", "queue"), 1),
}  # fmt: skip


@pytest.mark.clause("B12")
@pytest.mark.parametrize("case", CALENDAR_YEAR)
def test_an_office_may_count_by_calendar_year_instead(case: str) -> None:
    before, this, number = CALENDAR_YEAR[case]

    assert number == count(this, before, window="calendar year", since=FROM).number


LADDER: Any = Ladder(
    None, None, None, None, MEASURES, "rectification", "B12"  # type: ignore[arg-type]  # no step is looked at here
)  # fmt: skip
GIVEN = {0: "rectification", 1: "talk", 2: "criticism", 3: "failed_assessment", 4: "suspension", 5: "suspension", 9: "suspension"}  # fmt: skip


@pytest.mark.clause("B12(1)", "B12(2)", "B12(3)", "B12(4)")
@pytest.mark.parametrize("number", GIVEN)
def test_each_number_has_the_measure_of_the_text_and_four_stands_for_more(number: int) -> None:
    assert GIVEN[number] == LADDER.measure_of(Counted(number))


@pytest.mark.clause("B12")
def test_what_was_counted_is_told_one_an_incident_in_order_of_approval() -> None:
    earlier = (
        decided(7, "2026-01-05"),
        decided(3, "2026-02-02", "queue"),
        decided(5, "2026-02-03", "queue"),
        decided(9, "2025-02-03"),
    )

    assert Counted(3, (earlier[1], earlier[0])) == count(now("2026-03-02"), earlier, since=FROM)


@pytest.mark.clause("B12")
def test_a_finding_of_long_ago_counted_again_has_the_number_it_had_then() -> None:
    """Approved later does not count for it; itself among the others does not either."""
    every = (decided(1, "2026-01-05"), decided(2, "2026-02-02"), decided(3, "2026-02-20"))

    assert [1, 2, 3] == [count(one, every, since=FROM).number for one in every]


def numbered(no: int, day: str, number: int, incident: str = "", **more: Any) -> Upheld:
    """An approved finding with the number that it was given."""
    return decided(no, day, incident, number=number, **more)


@pytest.mark.clause("B12")
def test_an_overturned_finding_flags_the_later_decisions_that_had_counted_it() -> None:
    first = numbered(1, "2026-01-05", 1)
    gone = numbered(2, "2026-02-02", 2, overturned=True)
    third = numbered(3, "2026-02-20", 3)
    too_late_to_count_it = numbered(4, "2027-02-05", 2)
    fifth = numbered(5, "2026-03-02", 5)

    flags = flagged((fifth, first, gone, too_late_to_count_it, third), since=FROM)

    assert [(third, 3, 2), (fifth, 5, 4)] == [(f.finding, f.was, f.now) for f in flags]


@pytest.mark.clause("B12")
def test_nothing_is_flagged_that_was_decided_before_or_without_the_overturned_finding() -> None:
    first, gone = numbered(1, "2026-01-05", 1), numbered(2, "2026-02-02", 2, overturned=True)
    after_it_fell = numbered(3, "2026-03-02", 2)

    assert () == flagged((first, gone, after_it_fell), since=FROM)


@pytest.mark.clause("B12")
def test_nothing_is_flagged_where_another_report_of_the_incident_stands() -> None:
    gone, stands = (
        numbered(1, "2026-02-02", 1, "queue", overturned=True),
        numbered(2, "2026-02-03", 1, "queue"),
    )

    assert () == flagged((gone, stands, numbered(3, "2026-03-02", 2)), since=FROM)


@pytest.mark.clause("B12")
def test_a_second_report_that_took_its_number_from_an_overturned_finding_is_flagged_with_what_it_would_be() -> (
    None
):
    """The first report of the queue was the second incident; it fell together with the incident before it."""
    earlier = numbered(1, "2026-01-05", 1, overturned=True)
    first_report, second_report = numbered(2, "2026-02-02", 2, "queue"), numbered(3, "2026-02-03", 2, "queue")

    flags = flagged((earlier, first_report, second_report), since=FROM)

    assert [(first_report, 2, 1), (second_report, 2, 1)] == [(f.finding, f.was, f.now) for f in flags]


DAYS = st.dates(date(2025, 10, 1), date(2029, 4, 1))
PAST = st.lists(
    st.tuples(
        DAYS,
        st.sampled_from(["queue", "counter", "letter", "hall", "car"]),
        st.sampled_from(["P", "P", "P", "Q", None]),
        st.booleans(),
    ),
    max_size=8,
)


def as_findings(past: list[tuple[date, str, str | None, bool]]) -> list[Upheld]:
    """Findings in the order in which they were approved."""
    return [
        Upheld(no, person, incident, day, no, overturned)
        for no, (day, incident, person, overturned) in enumerate(past, start=1)
    ]


@given(
    PAST,
    DAYS,
    st.sampled_from(["queue", "other"]),
    st.sampled_from(WINDOWS),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_the_others_are_given_makes_no_difference(
    past: list[tuple[date, str, str | None, bool]], day: date, incident: str, window: Window, rng: Any
) -> None:
    this, others = Upheld("this", "P", incident, day), as_findings(past)
    shuffled = [*others]
    rng.shuffle(shuffled)

    assert count(this, others, window=window, since=FROM) == count(this, shuffled, window=window, since=FROM)


@given(PAST, DAYS, st.sampled_from(WINDOWS))
def test_overturning_a_finding_never_raises_a_number_of_another_incident(
    past: list[tuple[date, str, str | None, bool]], day: date, window: Window
) -> None:
    this, others = Upheld("this", "P", "this", day), as_findings(past)
    number = count(this, others, window=window, since=FROM).number

    for place, (when, incident, person, _) in enumerate(past):
        fewer = as_findings([*past[:place], (when, incident, person, True), *past[place + 1 :]])
        assert count(this, fewer, window=window, since=FROM).number <= number


@given(PAST, DAYS, st.sampled_from(WINDOWS))
def test_no_number_is_higher_than_the_incidents_there_are(
    past: list[tuple[date, str, str | None, bool]], day: date, window: Window
) -> None:
    others = as_findings(past)
    counted = count(Upheld("this", "P", "this", day), others, window=window, since=FROM)

    incidents = {o.incident for o in others if o.person == "P" and not o.overturned}
    assert (day >= FROM) == (counted.number >= 1)
    assert counted.number <= len(incidents) + 1
    assert counted.number == (len(counted.counted) + 1 if counted.number else 0)


@given(DAYS, DAYS, st.sampled_from(WINDOWS))
def test_two_receipts_lie_within_a_year_whichever_is_asked_first(
    one: date, other: date, window: Window
) -> None:
    assert within(one, other, window) == within(other, one, window)


@given(PAST, st.sampled_from(WINDOWS))
def test_nothing_is_flagged_as_long_as_nothing_is_overturned(
    past: list[tuple[date, str, str | None, bool]], window: Window
) -> None:
    standing = as_findings([(day, incident, person, False) for day, incident, person, _ in past])
    given_numbers = [
        replace(one, number=count(one, standing, window=window, since=FROM).number) for one in standing
    ]

    assert () == flagged(given_numbers, window=window, since=FROM)


@pytest.mark.clause("B12")
def test_the_bureau_s_ladder_is_the_one_of_the_text() -> None:
    ladder = complaint.PROCEDURE.ladder
    assert ladder is not None
    assert ("talk", "public_criticism", "failed_assessment", "suspension") == ladder.measures
    assert ("rectification", None, "B12") == (ladder.otherwise, ladder.since, ladder.clause)


def test_a_ladder_that_does_not_fit_its_procedure_says_everything_that_is_wrong() -> None:
    ladder = complaint.PROCEDURE.ladder
    assert ladder is not None
    wrong = replace(
        ladder,
        overturns=followup.PROCEDURE.intake,
        incident="where",
        measures=("talk", "a fine"),
        otherwise="talk",
    )

    assert [
        "the ladder looks at where of upheld, which its form does not have",
        f"the ladder looks at {followup.PROCEDURE.intake.name}, which is not a step of this procedure",
        f"the ladder looks at respondent of {followup.PROCEDURE.intake.name}, which its form does not have",
        "the ladder gives a fine, which no proposal can choose",
    ] == list(wrong.faults(complaint.PROCEDURE.steps))
    assert ["the ladder has no rung"] == list(replace(ladder, measures=()).faults(complaint.PROCEDURE.steps))


def test_the_order_of_the_measures_is_law() -> None:
    ladder = complaint.PROCEDURE.ladder
    assert ladder is not None
    turned = replace(complaint.PROCEDURE, ladder=replace(ladder, measures=ladder.measures[::-1]))

    assert fingerprint(complaint.PROCEDURE) != fingerprint(turned)
    assert fingerprint(complaint.PROCEDURE) == fingerprint(
        replace(complaint.PROCEDURE, ladder=replace(ladder))
    )
