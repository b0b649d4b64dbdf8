"""The rules of the house that no other tool checks."""

from __future__ import annotations

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.state_rule import breaches

ROOT = Path(__file__).parent.parent
PACKAGES = ("states", "models", "casework", "flows", "desk")
LOCKS = ("requirements-build.lock", "requirements.lock", "requirements-dev.lock")
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(PYPROJECT)["project"]
GROUPS: dict[str, list[str]] = tomllib.loads(PYPROJECT)["dependency-groups"]

# "- `property.callout`, `common.followup` (P6b, P6c; from 2026-01-01): what changed"; `house` is what is no procedure.
ENTRY = re.compile(r"- `[\w.]+`(, `[\w.]+`)* \([^;()]+(\(\d+\))?[^;]*; from \d{4}-\d{2}-\d{2}\): \S")


def declared(*groups: str) -> list[Requirement]:
    """List what pyproject.toml asks for, with the groups named."""
    lines = [
        *PROJECT["dependencies"],
        *(line for group in groups for line in GROUPS[group]),
    ]
    return [Requirement(line) for line in lines]


def locked(lock: str) -> list[Requirement]:
    """List the pins of a lock."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [Requirement(line.partition("--hash")[0].strip()) for line in text.splitlines() if line]


def versions(lock: str) -> dict[str, str]:
    """Give the pinned version by name, of what this interpreter and platform would install."""
    environment = {key: str(value) for key, value in default_environment().items()}
    pins = (pin for pin in locked(lock) if not pin.marker or pin.marker.evaluate(environment))
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}


@pytest.mark.parametrize("package", PACKAGES)
def test_the_generic_package_names_resolve_to_this_repository(package: str) -> None:
    """`models` or `flows` is a name that anybody may have taken; ours must win."""
    spec = find_spec(package)

    assert spec is not None
    assert str(ROOT / package / "__init__.py") == spec.origin


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_host(lock: str) -> None:
    """It installs from whatever index the machine is set up with, and the hashes guard it."""
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert [] == [
        line for line in text.splitlines() if re.search(r"://|^\s*-(?!-hash=sha256:[0-9a-f]{64})| @ ", line)
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_each_line_of_the_lock_is_one_version_with_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    line = re.compile(r"[\w.\-]+(\[[\w, \-]+\])?==[\w.]+( ; [^#@]+?)?(\s+--hash=sha256:[0-9a-f]{64})+")

    assert [] == [each for each in text.splitlines() if not line.fullmatch(each.rstrip())]


def test_each_lock_adds_to_the_smaller_one_and_changes_nothing_in_it() -> None:
    build, run, develop = (locked(lock) for lock in LOCKS)

    assert [] == [str(pin) for pin in build if pin not in run]
    assert [] == [str(pin) for pin in run if pin not in develop]


def test_the_locks_hold_what_the_project_asks_for() -> None:
    """A pin outside the declared range, or a dependency that was never locked, is a lock that is not fresh: `make lock`."""
    run, develop = versions("requirements.lock"), versions("requirements-dev.lock")
    asked = [(need, run) for need in declared("build")] + [
        (need, develop) for need in declared("build", "dev")
    ]

    assert [] == [
        str(need)
        for need, lock in asked
        if lock.get(canonicalize_name(need.name), "none") not in need.specifier
    ]


def test_the_build_backend_is_the_one_that_is_locked() -> None:
    assert set(tomllib.loads(PYPROJECT)["build-system"]["requires"]) <= set(GROUPS["build"])


def test_every_dependency_has_a_reason() -> None:
    needs = [
        *PROJECT["dependencies"],
        *(line for group in GROUPS.values() for line in group),
    ]
    reasoned = re.findall(r'^    "([^"]+)", +# (?=\S.{10,})', PYPROJECT, re.MULTILINE)

    assert [] == [need for need in needs if need not in reasoned]


def test_every_rule_that_is_switched_off_has_a_reason() -> None:
    lint = PYPROJECT.partition("[tool.ruff.lint]")[2].partition("[tool.ruff.lint.flake8-tidy-imports]")[0]
    switched_off = re.findall(r'^    "([A-Z]+\d*)",(.*)$', lint, re.MULTILINE)

    assert switched_off
    assert [] == [rule for rule, comment in switched_off if not re.fullmatch(r" +# \S.{5,}", comment)]


def test_only_the_door_changes_the_state_of_a_case() -> None:
    """The prover is let out: it walks states in memory, and `states` cannot import the tables (pyproject.toml, import-linter)."""
    prover = ROOT / "states" / "prove"
    sources = [
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if not path.is_relative_to(prover)
    ]
    found = {
        f"{path.relative_to(ROOT)}:{breach.line} {breach.why}"
        for path in sources
        for breach in breaches(path.read_text(encoding="utf-8"), PurePosixPath(path.relative_to(ROOT)))
    }

    assert set() == found


def test_every_entry_of_the_changelog_names_its_procedure_clause_and_day() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if line.startswith("- ")]

    assert entries
    assert [] == [entry for entry in entries if not ENTRY.match(entry)]


def test_every_decision_is_listed_with_its_title() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    titles = {
        path.name: path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        for path in folder.glob("[0-9]*.md")
    }

    assert titles
    assert [] == [title for name, title in titles.items() if f"[{title}]({name})" not in index]
