"""The demonstration's hotel: every state of its four procedures, everything that it keeps beside them, and each act at an hour that fits."""

from __future__ import annotations

from collections import Counter as Tally
from typing import TYPE_CHECKING, Any

import pytest

from casework.clock import FrozenClock
from states.editions import in_force
from tests.desk.counter import MONDAY, Counter

if TYPE_CHECKING:
    from pathlib import Path

LAWS = ("hotel.complaint", "hotel.escalation", "hotel.manager_escalation", "hotel.owner_escalation")


def rows(demo: Counter, by: str, *more: str) -> list[dict[str, Any]]:
    """The hotel's cases that somebody sees."""
    found: list[dict[str, Any]] = demo.done("list", "--all", "--limit", "200", *more, by=by)["rows"]
    return found


def test_each_of_its_procedures_has_a_case_in_every_state(demo: Counter) -> None:
    """Also of what goes up: told, acknowledged, instructed by telephone, taken in hand, informed afterwards."""
    there = {(row["procedure"], row["state"]) for row in rows(demo, "rooms1")}
    wanted = {(name, state.value) for name in LAWS for state in in_force(name, MONDAY.date()).states}

    assert wanted - there == set()


def test_it_can_work_as_its_procedures_demand(demo: Counter) -> None:
    """Rules of the house, a limit, whoever is on duty at every hour: no error, and no warning but what no file can mend."""
    findings = demo.done("check", "hotel")
    assert demo.type("check", "hotel").code == 0
    assert {one["severity"] for one in findings["findings"]} <= {"warning"}
    assert len(demo.done("rule", "list", by="front1")["rules"]) == 5
    assert demo.done("major", "show", by="gm1")["own"]


@pytest.mark.clause("H4.4")
def test_its_list_of_important_guests_names_nobody(demo: Counter) -> None:
    """One of its complaints came from somebody on it, and the general manager knows."""
    (kept,) = demo.done("guest", "status", by="gm1")["lists"]
    assert (kept["kept"], kept["names"], kept["phones"]) == ("vip", 2, 2)
    acknowledged = [row for row in rows(demo, "gm1") if row["procedure"] == "hotel.escalation"]
    assert "acknowledged" in {row["state"] for row in acknowledged}


@pytest.mark.clause("H5.2")
def test_what_waits_for_an_endorsement_is_there_to_be_endorsed_together(
    demo: Counter, tmp_path: Path
) -> None:
    """By the general manager, or whoever has it in writing; what is about the general manager waits for the owner."""
    (given,) = demo.done("delegation", "list", by="gm1")["delegations"]
    assert (given["handle"], given["holds"]) == ("deputy1", True)
    waiting = demo.done("endorse", by="gm1")["waiting"]
    assert {one["ref"] for one in waiting} == {
        one["ref"] for one in demo.done("endorse", "--list", by="deputy1")["waiting"]
    }
    (owners,) = demo.done("endorse", by="owner1")["waiting"]
    assert owners["step"] == "owner_endorsement"
    assert owners["ref"] not in {row["ref"] for row in rows(demo, "gm1")}
    file = tmp_path / "words.csv"
    file.write_text(
        "ref,words\n" + "".join(f"{one['ref']},The words for number {n}.\n" for n, one in enumerate(waiting)),
        encoding="utf-8",
    )
    done = demo.done("endorse", "--file", str(file), by="gm1")["rows"]
    assert [one["state"] for one in done] == ["filed"] * len(waiting)
    assert demo.done("endorse", by="deputy1")["waiting"] == []


@pytest.mark.clause("H5.2")
def test_the_general_manager_sees_nothing_of_the_complaints_about_the_general_manager(demo: Counter) -> None:
    seen, every = rows(demo, "gm1"), rows(demo, "rooms1")
    hidden = {row["ref"] for row in every} - {row["ref"] for row in seen}
    of = Tally(row["procedure"] for row in every if row["ref"] in hidden)
    assert of == {"hotel.complaint": 2, "hotel.owner_escalation": 2}


def test_somebody_is_told_of_what_has_just_come_in(demo: Counter) -> None:
    """One is late since it was left alone; of an angry guest the general manager is to be told now, of a theft the manager in charge."""
    due = demo.done("due", by="owner1")["due"]
    late = {one["ref"] for one in due if one["breach"] and one["seconds_left"] < 0}
    assert 1 <= len(late) <= 4
    waiting = {one["deadline"] for one in due if one["standing"] == "armed" and 0 < one["seconds_left"] < 600}
    assert {"acknowledgement_due", "answer_due", "leading_due"} <= waiting


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_it_is_made_by_whoever_is_on_duty_at_that_hour(tmp_path: Path, hour: int) -> None:
    """Duty managers hold their role at the hours of their roster alone, also in a demonstration."""
    counter = Counter(tmp_path / "home", FrozenClock(MONDAY.replace(hour=hour)))
    assert "hotel" in counter.done("demo")["offices"]
