"""What a run left out, said at its end; with DUECOURSE_REQUIRE_ALL=1 leaving anything out is a failure.

Left out are tests that this machine cannot run, and tests that were skipped or expected to fail.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUIRE_ALL = "DUECOURSE_REQUIRE_ALL"
LEFT_OUT = pytest.StashKey[Counter[str]]()
SKIPPED = "skipped or expected to fail (see above)"


def leave_out(config: pytest.Config, count: int, reason: str) -> None:
    """Count tests that cannot run here. The reason is said as "12 tests <reason>"."""
    config.stash.setdefault(LEFT_OUT, Counter())[reason] += count


def pytest_configure(config: pytest.Config) -> None:
    """Begin with nothing left out."""
    config.pluginmanager.register(_Record(config), "duecourse-left-out")


class _Record:
    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.left_out = config.stash.setdefault(LEFT_OUT, Counter())

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(self.config, "workerinput"):
            self.left_out[SKIPPED] += 1

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker left out; each worker collects every test, so the largest count is the true one."""
        told: Mapping[str, int] = getattr(node, "workeroutput", {}).get("left_out", {})
        self.left_out |= Counter(told)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["left_out"] = dict(self.left_out)
        elif self.left_out and _everything_is_required() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.left_out:
            return
        terminalreporter.section("left out", bold=True)
        for reason, count in self.left_out.items():
            terminalreporter.line(f"Left out: {count} {'test' if count == 1 else 'tests'} {reason}.")
        if _everything_is_required():
            terminalreporter.line(f"{REQUIRE_ALL}=1 makes that a failure.", red=True)


def _everything_is_required() -> bool:
    return os.environ.get(REQUIRE_ALL) == "1"
