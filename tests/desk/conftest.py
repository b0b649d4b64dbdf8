from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from casework.clock import FrozenClock
from tests.desk.bureau_counter import open_bureau
from tests.desk.counter import MONDAY, Counter, open_counter

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    """The office that every test gets a copy of."""
    return open_counter(tmp_path_factory.mktemp("office") / "home")


@pytest.fixture
def counter(opened: Counter, tmp_path: Path) -> Counter:
    """A property office and a counter at which to type."""
    shutil.copytree(opened.home, tmp_path / "home")
    return Counter(tmp_path / "home", tokens=dict(opened.tokens))


@pytest.fixture(scope="session")
def opened_bureau(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    """The bureau that every test gets a copy of."""
    return open_bureau(tmp_path_factory.mktemp("bureau") / "home")


@pytest.fixture
def bureau(opened_bureau: Counter, tmp_path: Path) -> Counter:
    """A bureau and a counter at which to type."""
    shutil.copytree(opened_bureau.home, tmp_path / "bureau")
    return Counter(tmp_path / "bureau", tokens=dict(opened_bureau.tokens))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `duecourse demo` has made; every test gets a copy of it."""
    counter = Counter(tmp_path_factory.mktemp("demo") / "home", FrozenClock(MONDAY))
    assert counter.done("demo")["made"]
    return counter.home


@pytest.fixture
def demo(made: Path, tmp_path: Path) -> Counter:
    """A counter in the demonstration's offices."""
    shutil.copytree(made, tmp_path / "home")
    lines = (tmp_path / "home" / "demo-tokens").read_text(encoding="utf-8").splitlines()
    tokens = dict(line.split("\t") for line in lines)
    return Counter(tmp_path / "home", FrozenClock(MONDAY), tokens)
