from collections.abc import Callable

import pytest

from models import schema
from models.engine import create_engine


@pytest.fixture(scope="session")
def prepare_schema() -> Callable[[str], None]:
    """Give each test's database our tables."""

    def prepare(address: str) -> None:
        engine = create_engine(address, durability="NORMAL")
        schema.upgrade(engine)
        engine.dispose()

    return prepare
