"""The office and its people at the command line. Handles are shown; names and addresses never."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.desk.counter import EXAMPLE

if TYPE_CHECKING:
    from tests.desk.counter import Counter


def test_people_are_listed_by_handle_with_their_roles_of_today_and_without_names(counter: Counter) -> None:
    page = counter.type("person", "list").out
    people = {one["handle"]: one["roles"] for one in counter.done("person", "list")["people"]}

    assert people["lead1"] == ["fire_list", "foreman"]
    assert "desk1   staff" in page
    assert "陳靜怡" not in page


def test_a_person_joins_acts_and_leaves(counter: Counter) -> None:
    ref = counter.complaint()
    counter.done("person", "add", "desk4", "--name", "CANARY-NAME", "--role", "staff")
    counter.tokens["desk4"] = counter.done("person", "token", "desk4")["token"]
    counter.done("assign", ref, "desk4", by="desk4")
    counter.done("person", "retire", "desk4")

    assert "withdrawn" in counter.type("list", by="desk4").err
    assert counter.done("show", ref, by="desk1")["handler"] == "desk4"
    assert b"CANARY-NAME" not in (counter.home / "duecourse.sqlite").read_bytes()


def test_a_token_alone_is_written_to_standard_output(counter: Counter) -> None:
    """So that `TOKEN=$(duecourse person token desk1)` works."""
    answer = counter.type("person", "token", "desk1")

    assert answer.out.startswith("dc_")
    assert answer.out.count("\n") == 1
    assert "shown this once" in answer.err


def test_a_role_is_given_and_taken(counter: Counter) -> None:
    ref = counter.complaint()
    assert counter.refused("void", ref, "--reason", "twice", by="desk2") == [
        "P1a Only manager, superior may do this."
    ]
    counter.done("person", "role", "desk2", "manager")
    assert counter.done("void", ref, "--reason", "twice", by="desk2")["state"] == "voided"
    counter.done("person", "role", "desk2", "manager", "--take")
    other = counter.complaint()

    assert counter.refused("void", other, "--reason", "twice", by="desk2")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["add", "desk1", "--name", "Sun"], "already has a person with the handle desk1"),
        (["add", "Mr Sun", "--name", "Sun"], "A handle is"),
        (["add", "desk9", "--name", "Sun", "--role", "king"], "There is no role king in this office."),
        (["add", "desk9"], "The name of desk9 is missing."),
        (["add", "desk9", "--name", "Sun", "--contact", "CANARY"], "is no Apprise URL"),
        (["role", "desk1", "staff", "--from", "soon"], '"soon" is not a day.'),
        (["role", "desk1", "foreman", "--take"], "does not hold the role"),
        (["absent", "desk1", "now", "2026-03-01 09:00"], "ends before it begins"),
        (["absent", "desk1", "now", "+1d", "--reason", "a bad cold"], "nobody's business"),
    ],
)
def test_what_cannot_be_said_of_people(counter: Counter, typed: list[str], words: str) -> None:
    before = counter.everything()
    answer = counter.type("person", *typed)

    assert answer.code == 2
    assert words in answer.err
    assert "CANARY" not in answer.err
    assert counter.everything() == before


def test_somebody_is_away(counter: Counter) -> None:
    told = counter.done("person", "absent", "desk1", "2026-03-03 09:00", "+3d")

    assert told["starts_at"] == "2026-03-03T01:00:00+00:00"
    assert (
        "desk1 is away from 03-03 09:00"
        in counter.type("person", "absent", "desk1", "2026-03-03 09:00", "+3d").out
    )


def test_an_office_is_loaded_again_without_a_change(counter: Counter) -> None:
    before = counter.everything()
    again = counter.done("office", "load", str(EXAMPLE))

    assert again["added"] == []
    assert not again["created"]
    assert counter.everything() == before


def test_an_office_shows_who_holds_which_role_and_what_nobody_holds(counter: Counter) -> None:
    shown = counter.done("office", "show")

    assert shown["roles"]["manager"] == ["head1", "head2"]
    assert shown["opens"] == "08:30"
    assert "翠園管理處" in counter.type("office", "show").out


@pytest.mark.clause("P6a", "P6c", "P6d")
def test_the_table_of_limits_says_where_each_number_comes_from(counter: Counter) -> None:
    page = counter.type("office", "limits", "--procedure", "property.callout").out
    rows = counter.done("office", "limits", "--procedure", "property.callout")["limits"]
    fire = [row["seconds"] for row in rows if row["deadline"] == "fire_arrival"]

    assert fire == [0, 120, 180, 360]
    assert "the text's own; may only be tightened" in page
    assert "by default; 16 minutes to 2 hours" in page
    assert "set by the office since 2026-01-01" in counter.type("office", "limits").out


def test_a_sound_office_is_checked(counter: Counter) -> None:
    answer = counter.done("check")

    assert answer["ok"]
    assert answer["office"] == "court"
