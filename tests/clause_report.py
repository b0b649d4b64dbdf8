"""Which clauses have passing tests: said at the end of a run, and written to build/clauses.json.

A test says which clauses it holds for: `@pytest.mark.clause("P6b")`. A test that names another fails.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from states.clauses import clauses

if TYPE_CHECKING:
    from collections.abc import Iterable

MARK = "clause"
HOUSE = "house"  # what an office adds of its own is no clause: nothing has to be proved of it


def identifiers() -> list[str]:
    """List what a test may name, in the order of the texts."""
    return [name for name in clauses() if name != HOUSE]


def pytest_configure(config: pytest.Config) -> None:
    """Keep one report per run, where the run began."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Report(config), "duecourse-clauses")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Carry each test's clauses along with its outcome, since worker processes hand over outcomes only."""
    for item in items:
        item.user_properties.extend((MARK, name) for name in _named(item))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let a test fail, and not the collection, which worker processes cannot report: one wrong name hides no other test."""
    known = identifiers()
    if wrong := [name for name in _named(item) if name not in known]:
        pytest.fail(f"no such clause in states/clauses.tsv: {', '.join(wrong)}", pytrace=False)


class Report:
    """The outcomes of one run by clause."""

    def __init__(self, config: pytest.Config) -> None:
        """Begin with no outcomes."""
        self.folder = config.rootpath / "build"
        self.tests: dict[str, set[str]] = {name: set() for name in identifiers()}
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that ran, and one that failed, also while being set up or taken down."""
        if report.failed:
            self.failed.add(report.nodeid)
        if report.when == "call" and not report.skipped:
            for name, value in report.user_properties:
                if name == MARK and value in self.tests:
                    self.tests[str(value)].add(report.nodeid)

    def passed(self, clause: str) -> list[str]:
        """List the clause's tests that passed, in the order of their names."""
        return sorted(self.tests[clause] - self.failed)

    def pytest_sessionfinish(self) -> None:
        """Write every clause with its passing and its failed tests."""
        table = {
            name: {"passed": self.passed(name), "failed": sorted(self.tests[name] & self.failed)}
            for name in self.tests
        }
        self.folder.mkdir(exist_ok=True)
        text = json.dumps(table, ensure_ascii=False, indent=1)
        (self.folder / "clauses.json").write_text(text + "\n", encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print each clause that was tested with its tests, then those without a passing one."""
        if not any(self.tests.values()):
            return
        terminalreporter.section("clauses", bold=True)
        proved = [name for name in self.tests if self.passed(name)]
        for name in proved:
            terminalreporter.line(f"{name}: {_names(self.passed(name))}")
        failed = [name for name in self.tests if self.tests[name] & self.failed]
        if failed:
            terminalreporter.line(f"With a failed test: {' '.join(failed)}", red=True)
        terminalreporter.line(
            f"Without a passing test: {' '.join(name for name in self.tests if name not in proved)}"
        )
        terminalreporter.line(
            f"{len(proved)} of {len(self.tests)} have passing tests; build/clauses.json lists them all."
        )


def _named(item: pytest.Item) -> list[str]:
    """List the clauses of a test; a mark without any is itself a wrong name."""
    return list(
        dict.fromkeys(name for mark in item.iter_markers(MARK) for name in mark.args or ("nothing named",))
    )


def _names(nodes: Iterable[str]) -> str:
    """Shorten test addresses to their names, each once however often it ran with other values."""
    return ", ".join(dict.fromkeys(node.rpartition("::")[2].partition("[")[0] for node in nodes))
