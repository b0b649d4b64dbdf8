"""The ladder at the command line (B12): what it gives, what was decided, and what would be decided otherwise since a finding was overturned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bureau import KEY, Bureau
from tests.desk.counter import one_sentence
from tests.desk.either_database import bureau_office, counter_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.desk.counter import Counter

pytestmark = pytest.mark.clause("B12")
GIVES = "the ladder gives {}: number {} within a year"
OVERTURNED = "Decided with a finding that was overturned since:"


@pytest.fixture(scope="session")
def prepare_schema() -> Callable[[str], None]:
    return bureau_office


@pytest.fixture
def counter(database_url: str, tmp_path: Path) -> Counter:
    return counter_at(database_url, tmp_path / "home")


@pytest.fixture
def bureau(counter: Counter) -> Iterator[Bureau]:
    """The same office, worked in by the builders: the tests below only look."""
    store = counter.open()
    there = Bureau(store, counter.clock, KEY, root=str(counter.home / "archive"))
    there.meet()
    yield there
    store.close()


def overturned(bureau: Bureau, ref: str, whom: str = "clerk1") -> None:
    """Take a decided complaint through its reply and a review by others, who find that it was not so."""
    bureau.goes_on(ref, "replied", measure="talk")
    bureau.does(ref, "objection", "member3")
    for handle in ("member4", "member5"):
        bureau.does(ref, "admission", "chief1", person=handle)
    bureau.does(ref, "assignment", "chief1", handler="member4")
    bureau.does(ref, "review", "chief1")
    bureau.goes_on(ref, "verifying", handler="member4")
    bureau.does(ref, "not_upheld", "member4", respondent=whom)
    bureau.does(ref, "countersigned", "member5")
    bureau.does(ref, "conclude", "member4")


def page(counter: Counter, *typed: str, by: str) -> str:
    return " ".join(counter.type(*typed, by=by).out.split())


def test_a_case_shows_for_each_person_found_against_what_the_ladder_gives_and_what_was_decided(
    counter: Counter, bureau: Bureau
) -> None:
    bureau.a_case("executing")
    ref = bureau.a_case("proposing", against=("clerk1", "clerk2"))

    told = counter.done("show", ref, by="member1")["ladder"]
    assert [(one["handle"], one["number"], one["measure"], one["decided"]) for one in told] == [
        ("clerk1", 2, "public_criticism", None),
        ("clerk2", 1, "talk", None),
    ]
    shown = page(counter, "show", ref, by="member1")
    assert f"clerk1 {GIVES.format('public criticism', 2)} clerk2 {GIVES.format('talk', 1)}" in shown

    chosen = (
        {"respondent": "clerk1", "measure": "suspension", "deviates_because": "everybody saw it"},
        {"respondent": "clerk2", "measure": "talk"},
    )
    for one in chosen:
        bureau.does(ref, "proposal", "member1", **one)
    bureau.does(ref, "submit", "member1")
    for one in chosen:
        bureau.does(ref, "minute", "party1", **one)
    shown = page(counter, "show", ref, by="party1")
    assert f"{GIVES.format('public criticism', 2)} decided: suspension" in shown
    assert f"{GIVES.format('talk', 1)} decided: talk" in shown
    assert "everybody saw it" not in shown


def test_a_department_has_no_rung_and_a_case_without_findings_no_ladder(
    counter: Counter, bureau: Bureau
) -> None:
    ref = bureau.a_case("proposing", against=(), subject="department")
    none = bureau.a_case("verifying")

    assert "the department no rung of the ladder: rectification" in page(counter, "show", ref, by="member1")
    assert counter.done("show", none, by="member1")["ladder"] == []
    assert "The ladder of measures" not in page(counter, "show", none, by="member1")


def test_a_decision_that_counted_a_finding_overturned_since_is_told_in_its_case_and_in_what_is_due(
    counter: Counter, bureau: Bureau
) -> None:
    first = bureau.a_case("executing")
    second = bureau.a_case("executing", measure="public_criticism")
    assert counter.done("due", by="chief1")["flagged"] == []
    assert OVERTURNED not in page(counter, "due", by="chief1")
    overturned(bureau, first)
    said = "⚠ clerk1: a finding that this decision counted was overturned since. It was number 2; today it would be 1: talk. B12"

    for handle in ("chief1", "party1"):
        assert said in page(counter, "show", second, by=handle)
        (flag,) = counter.done("show", second, by=handle)["flagged"]
        assert (flag["was"], flag["now"], flag["measure"]) == (2, 1, "public_criticism")
        assert f"{OVERTURNED} duecourse show {second}" in page(counter, "due", by=handle)
        assert [one["ref"] for one in counter.done("due", by=handle)["flagged"]] == [second]
    assert said not in page(counter, "show", first, by="chief1")
    assert counter.done("show", first, by="chief1")["flagged"] == []


@pytest.mark.clause("B10")
def test_neither_the_ladder_nor_a_flag_is_told_to_whoever_may_not_know_of_the_case(
    counter: Counter, bureau: Bureau
) -> None:
    first = bureau.a_case("executing")
    second = bureau.a_case("executing", measure="public_criticism")
    overturned(bureau, first)

    for handle in ("member6", "party2"):
        one_sentence(counter.type("show", second, by=handle), "No case has the reference")
        assert counter.done("due", by=handle)["flagged"] == []
        assert OVERTURNED not in page(counter, "due", by=handle)
    counter.done("person", "role", "clerk1", "group_head")
    assert second not in counter.type("due", by="clerk1").out
