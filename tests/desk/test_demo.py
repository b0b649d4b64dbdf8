"""The demonstration: a case in every state, tokens that nobody else can read, and never beside an office that is real."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from casework.clock import FrozenClock
from states.editions import editions
from tests.desk.counter import EXAMPLE, MONDAY, Counter

if TYPE_CHECKING:
    from pathlib import Path


def test_there_is_a_case_in_every_state(demo: Counter) -> None:
    """But for what only the import of an older register makes."""
    found = {
        (row["procedure"], row["state"])
        for handle in ("desk1", "above1", "rooms1")
        for row in demo.done("list", "--all", "--limit", "200", by=handle)["rows"]
    }
    wanted = {
        (name, state.value)
        for (name, _), law in editions().items()
        for state in law.states
        if state is not law.history
    }

    assert wanted - found == set()


def test_one_is_late_and_a_fire_call_waits(demo: Counter) -> None:
    due = demo.done("due", by="head1")["due"]

    assert [one for one in due if one["breach"] and one["seconds_left"] < 0]
    assert [one for one in due if one["deadline"] == "fire_arrival" and 0 < one["seconds_left"] < 180]


@pytest.mark.clause("B10")
def test_nobody_sees_the_bureaus_cases_but_those_who_must(demo: Counter) -> None:
    """Neither the office next door nor the officials who are complained of, nor somebody of the group with no part in them."""
    for handle in ("desk1", "head1", "clerk1", "clerk2", "member5", "party2"):
        rows = demo.done("list", "--all", "--limit", "200", by=handle)["rows"]
        assert not [row for row in rows if row["procedure"].startswith("bureau.")], handle
    mine = demo.done("list", "--all", "--limit", "200", by="member1")["rows"]
    assert len(mine) > 15
    assert demo.type("check", "bureau").code == 0


@pytest.mark.clause("B1")
def test_each_case_of_the_bureau_cites_its_edition_and_its_legal_bases(demo: Counter) -> None:
    rows = demo.done("list", "--procedure", "bureau.complaint", by="member1")["rows"]
    page = " ".join(demo.type("show", rows[0]["ref"], by="member1").out.split())
    assert "bureau.complaint · 2026-01-01" in page
    assert (
        "Legal bases: 《中華人民共和國行政監察法》, 《國家公務員法》, 監察部《監察機關舉報工作辦法》." in page
    )
    dossiers = [
        json.loads(path.read_text(encoding="utf-8")) for path in (demo.home / "archive").rglob("dossier.json")
    ]
    cited = [one["bases"] for one in dossiers if one["procedure"] == "bureau.complaint"]
    assert [3, 3] == [len(bases) for bases in cited]


def test_a_complainant_without_a_name_comes_back_with_the_code(demo: Counter) -> None:
    code = demo.home / "demo-receipt"
    assert stat.S_IMODE(code.stat().st_mode) == 0o600
    assert "has been received" in demo.type("receipt", "show", "--code-file", str(code)).out


def test_the_tokens_are_readable_by_their_owner_alone_and_work(demo: Counter) -> None:
    assert stat.S_IMODE((demo.home / "demo-tokens").stat().st_mode) == 0o600
    assert {demo.type("list", by=handle).code for handle in demo.tokens} == {0}


def test_the_same_again_changes_nothing(demo: Counter) -> None:
    before, tokens = demo.everything(), (demo.home / "demo-tokens").read_bytes()
    again = demo.done("demo")

    assert not again["made"]
    assert demo.everything() == before
    assert (demo.home / "demo-tokens").read_bytes() == tokens


def test_it_is_made_at_an_hour_at_which_it_is_another_day_in_the_office(tmp_path: Path) -> None:
    late = MONDAY.replace(hour=20)
    assert Counter(tmp_path / "home", FrozenClock(late)).done("demo")["offices"] == [
        "bureau",
        "court",
        "hotel",
    ]


def test_it_is_never_made_beside_a_real_office(tmp_path: Path) -> None:
    counter = Counter(tmp_path / "home")
    counter.done("office", "load", str(EXAMPLE))
    before = counter.everything()
    answer = counter.type("demo")

    assert answer.code == 0
    assert "There is an office already: court. Nothing was changed." in answer.out
    assert counter.everything() == before
    assert not (counter.home / "demo-tokens").exists()


def test_its_record_is_whole_and_its_archive_opens(demo: Counter) -> None:
    assert demo.done("audit", "verify")["whole"]
    archived = demo.done(
        "list", "--all", "--state", "archived", "--procedure", "property.complaint", by="head1"
    )["rows"]
    assert len(demo.done("list", "--all", "--state", "archived", by="above1")["rows"]) == 2
    opened = demo.done(
        "archive", "open", archived[0]["ref"], "--purpose", "a look at the demonstration", by="head1"
    )

    assert opened["evidence"]["parties"]
