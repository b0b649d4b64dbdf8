from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Engine

from models import schema
from models.engine import create_engine, for_writing


@pytest.fixture(scope="session")
def prepare_schema() -> Callable[[str], None]:
    """Give each test's database our tables."""

    def prepare(address: str) -> None:
        engine = create_engine(address, durability="NORMAL")
        schema.upgrade(engine)
        engine.dispose()

    return prepare


@pytest.fixture
def bare(empty_database_url: str) -> Iterator[Engine]:
    """Give an engine on a database without any table."""
    engine = create_engine(empty_database_url, durability="NORMAL")
    yield engine
    engine.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Give an engine on a database with our tables."""
    engine = create_engine(database_url, durability="NORMAL")
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a writing transaction that is rolled back."""
    with for_writing(engine).connect() as opened:
        yield opened
