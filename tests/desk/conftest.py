from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.desk.counter import Counter, open_counter

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    """A property office and a counter at which to type."""
    return open_counter(tmp_path / "home")
