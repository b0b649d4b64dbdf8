from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from casework.store import Store
from models import schema
from models.engine import create_engine
from tests.building import a_store
from tests.bureau import Bureau, a_bureau
from tests.databases import new_database
from tests.hotel import Hotel, a_hotel


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


@pytest.fixture
def hotel(database_url: str, tmp_path: Path) -> Iterator[Hotel]:
    """A hotel with everybody it needs."""
    store = a_store(database_url, tmp_path)
    yield a_hotel(store, tmp_path)
    store.close()


@pytest.fixture(scope="module")
def hotels() -> Iterator[tuple[dict[str, Hotel], ExitStack]]:
    """The hotels that the tests of one module share, by the kind of their database, and what closes them."""
    with ExitStack() as closing:
        yield {}, closing


@pytest.fixture
def shared_hotel(
    database_kind: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    prepare_schema: Callable[[str], None],
    hotels: tuple[dict[str, Hotel], ExitStack],
) -> Hotel:
    """A hotel that the tests of one module share: each has complaints of its own, and none changes who works there."""
    there, closing = hotels
    if database_kind not in there:
        folder = tmp_path_factory.mktemp("hotel")
        url = closing.enter_context(new_database(database_kind, request, folder, prepare_schema))
        opened = a_store(url, folder)
        opened.close()
        store = Store(create_engine(url, durability="NORMAL"), opened.keys)
        closing.callback(store.close)
        there[database_kind] = a_hotel(store, folder)
    return there[database_kind]
