from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models import schema
from models.engine import create_engine
from tests.building import a_store
from tests.bureau import Bureau, a_bureau


@pytest.fixture(scope="session")
def prepare_schema() -> Callable[[str], None]:
    """Give each test's database our tables."""

    def prepare(address: str) -> None:
        engine = create_engine(address, durability="NORMAL")
        schema.upgrade(engine)
        engine.dispose()

    return prepare


@pytest.fixture
def bureau(database_url: str, tmp_path: Path) -> Iterator[Bureau]:
    """A bureau whose edition is approved, with everybody it needs."""
    store = a_store(database_url, tmp_path)
    yield a_bureau(store, tmp_path / "archive")
    store.close()
