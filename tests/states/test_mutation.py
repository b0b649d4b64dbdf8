"""Every line of the law taken away, every way added: somebody must notice, or the reason why nobody does stands in leftovers.py."""

from __future__ import annotations

from functools import cache

import pytest

from states.editions import editions
from states.mutants import changed, removals
from states.mutate import AT_IMPORT, Report, report
from tests.states.leftovers import LEFTOVERS
from tests.states.tables import TABLES

# One worker makes the report of one edition, once, for all its tests.
EDITIONS = [pytest.param(*key, marks=pytest.mark.xdist_group(f"mutants of {key[0]}")) for key in editions()]


@cache
def report_of(name: str, edition: str) -> Report:
    """The report of one edition, made once."""
    return report(editions()[name, edition], TABLES[name, edition])


@pytest.mark.parametrize(("name", "edition"), EDITIONS)
def test_no_bypass_that_leads_forward_goes_unnoticed(name: str, edition: str) -> None:
    assert report_of(name, edition).unnoticed_forward == ()


@pytest.mark.parametrize(("name", "edition"), EDITIONS)
def test_no_promise_is_vacuous(name: str, edition: str) -> None:
    assert report_of(name, edition).vacuous == ()


@pytest.mark.parametrize(("name", "edition"), EDITIONS)
def test_everything_left_over_is_explained_and_nothing_is_explained_that_is_not_left_over(
    name: str, edition: str
) -> None:
    left, explained = dict(report_of(name, edition).leftovers), LEFTOVERS[name, edition]

    assert sorted(set(left) - set(explained)) == [], "left over without a reason in leftovers.py"
    assert sorted(set(explained) - set(left)) == [], (
        "in leftovers.py, but somebody notices or the line is gone"
    )
    assert all(len(reason) > 10 for reason in explained.values())
    said = {what for what, reason in explained.items() if reason.startswith("redundant")}
    assert {what for what, outcome in left.items() if outcome == "redundant"} == said


def test_every_edition_has_its_tables_and_its_leftovers() -> None:
    assert set(TABLES) == set(LEFTOVERS) == set(editions())


def test_a_need_taken_away_is_noticed_by_the_promise_of_its_clause() -> None:
    rows = {r.mutant.what: r for r in report_of("property.complaint", "2026-01-01").removals}

    row = rows["finish: needs remedy"]

    assert row.outcome == "noticed"
    assert "P6b NeverWithout remedy before remedied since handling" in row.by


def test_a_clock_taken_away_is_noticed_even_without_the_tables() -> None:
    rows = {r.mutant.what: r for r in report_of("property.callout", "2026-01-01").removals}

    by = rows["clock fire_arrival"].by

    assert {"P6c Owed fire_crew to manager", "P6c Owed fire_crew to superior"} <= {
        t.partition(" while")[0] for t in by
    }


def test_the_report_can_be_printed() -> None:
    lines = report_of("property.opinion", "2026-01-01").lines()

    assert lines[0] == "property.opinion of 2026-01-01: 25 lines removed, 16 ways added"
    assert "  mirror only: apart: whoever registered an entry does not void it" in lines


def test_a_mutant_speaks_of_the_changed_step_everywhere() -> None:
    """Else the checks at import would notice a stranger, and no removal would ever be judged by the promises."""
    law = editions()["property.complaint", "2026-01-01"]
    remedy = law.step_named["remedy"]

    mutant = changed(law, remedy, lasts="case")

    new = mutant.step_named["remedy"]
    assert new is not remedy
    assert new.key == remedy.key
    assert mutant.move_named["finish"].needs == (new,)
    assert next(a for a in mutant.aparts if a.clause == "P6b").these == (new,)
    assert new in mutant.sames[0].acts


def test_no_removal_is_noticed_at_import_for_its_bookkeeping_alone() -> None:
    law = editions()["property.complaint", "2026-01-01"]
    base = {m.what for m in removals(law) if m.kind in ("need", "rule", "again", "person")}
    rows = report_of("property.complaint", "2026-01-01").removals

    at_import = [r.mutant.what for r in rows if r.mutant.what in base and AT_IMPORT in r.by]

    assert at_import == []
