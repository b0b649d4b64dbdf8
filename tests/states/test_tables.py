"""The law held against the tables typed by hand from the text: who may do what, after how long whom a clock tells, what screens say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from states.editions import editions
from states.expected import BY_ASIDE, BY_CLOCKS, BY_HOLDS, BY_NOTICES, BY_TABLE, clocks, holds, permitted
from states.law import property_callout_2026 as callout
from states.law.roles import foreman, staff
from states.mutants import changed
from tests.states.tables import CALLOUT, TABLES


@pytest.mark.parametrize(("name", "edition"), list(editions()))
def test_each_role_may_do_in_each_state_what_the_table_says(name: str, edition: str) -> None:
    procedure, table = editions()[name, edition], TABLES[name, edition].permitted

    assert set(table) == set(range(procedure.max_level + 1)), "a level without a table"
    for level, expected in table.items():
        assert permitted(procedure, level) == expected, f"at level {level}"


@pytest.mark.clause("P6", "P6a", "P6b", "P6c", "P6d", "P2a", "P1b")
@pytest.mark.parametrize(("name", "edition"), list(editions()))
def test_every_clock_has_the_number_the_rungs_and_the_recipients_of_the_table(
    name: str, edition: str
) -> None:
    assert clocks(editions()[name, edition]) == TABLES[name, edition].clocks


@pytest.mark.parametrize(("name", "edition"), list(editions()))
def test_a_duty_falls_away_in_the_ends_of_the_table_and_in_no_other(name: str, edition: str) -> None:
    assert {s.value for s in editions()[name, edition].aside} == TABLES[name, edition].aside


@pytest.mark.clause("P6c", "P6d")
@pytest.mark.parametrize(("name", "edition"), list(editions()))
def test_a_record_names_nobody_but_whom_the_table_says(name: str, edition: str) -> None:
    assert holds(editions()[name, edition]) == TABLES[name, edition].holds


@pytest.mark.clause("P6c")
def test_the_screen_says_119() -> None:
    assert {n.clause: n.says for n in callout.PROCEDURE.notices} == CALLOUT.notices


@pytest.mark.clause("P6a", "P6c", "P6d")
def test_the_numbers_of_the_text_can_only_be_tightened() -> None:
    arrivals = (callout.repair_arrival, callout.fire_arrival, callout.emergency_arrival)

    for rung in (r for d in arrivals for r in d.ladder if r.source == "text" and r.after):
        assert rung.allows(rung.after)
        assert rung.allows(rung.after / 2)
        assert not rung.allows(rung.after * 1.01)


def test_each_table_notices_what_it_is_for() -> None:
    law = callout.PROCEDURE

    assert CALLOUT.differ(law) == []
    assert CALLOUT.differ(changed(law, callout.lowering, by=(staff, foreman))) == [BY_TABLE]
    assert CALLOUT.differ(changed(law, callout.fire_arrival, ladder=callout.fire_arrival.ladder[1:])) == [
        BY_CLOCKS
    ]
    assert CALLOUT.differ(replace(law, notices=())) == [BY_NOTICES]
    assert CALLOUT.differ(replace(law, aside=law.aside[:1])) == [BY_ASIDE]
    anybody = changed(law, callout.fire_crew, form=callout.Arrival)
    assert CALLOUT.differ(anybody) == [BY_HOLDS]
