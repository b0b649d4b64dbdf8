"""The report of a run says which clauses have passing tests, and a test of an unknown clause fails."""

from __future__ import annotations

import json

import pytest

SAMPLE = """
import pytest

@pytest.mark.clause("P6b", "X2")
@pytest.mark.parametrize("attempt", [1, 2])
def test_a_callback_follows(attempt): pass

@pytest.mark.clause("P6c")
def test_that_fails(): assert False

@pytest.mark.clause("P6d")
def test_that_fails_afterwards(failing_at_its_end): pass

@pytest.mark.clause("B1")
def test_skipped(): pytest.skip()

@pytest.fixture
def failing_at_its_end():
    yield
    assert False
"""


@pytest.fixture
def inner(pytester: pytest.Pytester) -> pytest.Pytester:
    """Give a run of its own with the report."""
    pytester.makeconftest('pytest_plugins = ["tests.clause_report"]')
    pytester.makeini("[pytest]\nmarkers =\n    clause(*identifiers): as in pyproject.toml")
    return pytester


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_clause_counts_as_tested_when_its_test_passed_from_set_up_to_end(
    inner: pytest.Pytester, processes: str
) -> None:
    inner.makepyfile(test_sample=SAMPLE)

    result = inner.runpytest_inprocess("-n", processes)

    result.stdout.fnmatch_lines(
        ["P6b: test_a_callback_follows", "X2: test_a_callback_follows", "With a failed test: P6c P6d"]
    )
    table = json.loads((inner.path / "build" / "clauses.json").read_text(encoding="utf-8"))
    both = [f"test_sample.py::test_a_callback_follows[{attempt}]" for attempt in (1, 2)]
    assert {"passed": both, "failed": []} == table["P6b"] == table["X2"]
    assert {"passed": [], "failed": ["test_sample.py::test_that_fails"]} == table["P6c"]
    assert {"passed": [], "failed": ["test_sample.py::test_that_fails_afterwards"]} == table["P6d"]
    assert {"passed": [], "failed": []} == table["B1"] == table["H5.2"]


@pytest.mark.parametrize("named", ['"P6z"', '"P6b", "house"', ""])
def test_a_test_that_names_a_clause_that_does_not_exist_fails(inner: pytest.Pytester, named: str) -> None:
    inner.makepyfile(f"import pytest\n@pytest.mark.clause({named})\ndef test_one(): pass")

    result = inner.runpytest_inprocess()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["no such clause in states/clauses.tsv: *"])


def test_a_run_without_such_tests_prints_no_report(inner: pytest.Pytester) -> None:
    inner.makepyfile("def test_one(): pass")

    result = inner.runpytest_inprocess()

    result.stdout.no_fnmatch_line("*have passing tests*")
