"""One real installation for all tests of this folder that need a Prefect server: started as `duecourse up` starts it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings
from sqlalchemy import update

import models
from casework.clock import FrozenClock, SystemClock
from casework.names import office_key, seal_contacts
from casework.settings import Settings
from casework.store import open_store
from desk.up import Running, started
from models import schema
from models.engine import create_engine
from tests.building import KEY, MONDAY, TestOffice, an_office
from tests.outside import Receiver, a_receiver

if TYPE_CHECKING:
    from datetime import datetime


@pytest.fixture(scope="session")
def prepare_schema() -> Callable[[str], None]:
    """Give each test's database our tables."""

    def prepare(address: str) -> None:
        engine = create_engine(address, durability="NORMAL")
        schema.upgrade(engine)
        engine.dispose()

    return prepare


class RealClock(FrozenClock):
    """The clock of the machine, for what happens together with other processes."""

    def __init__(self) -> None:
        super().__init__(MONDAY)

    def now(self) -> datetime:
        return SystemClock().now()


@dataclass
class Installation:
    """An office whose installation runs, and the receiver to which its people's alarms go."""

    settings: Settings
    office: TestOffice
    receiver: Receiver
    port: int
    running: Running | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        self.running = Running(self.settings, self.port)
        self._stack.enter_context(started(self.running, _say_nothing))
        self._stack.enter_context(temporary_settings({PREFECT_API_URL: f"{self.running.address}/api"}))

    def stop(self) -> None:
        self._stack.close()
        self._stack = ExitStack()


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    home = tmp_path_factory.mktemp("home")
    settings = Settings.read(
        {"DUECOURSE_HOME": str(home), "DUECOURSE_KEY": KEY, "HOME": str(home), "DUECOURSE_LANGUAGE": "en"}
    )
    with _an_open_office(settings) as office, a_receiver() as receiver:
        for handle in office.people:
            give_contact(office, handle, receiver.contact)
        there = Installation(settings, office, receiver, a_free_port())
        there.start()
        try:
            yield there
        finally:
            there.stop()


@contextmanager
def _an_open_office(settings: Settings) -> Iterator[TestOffice]:
    store = open_store(settings, create=True)
    try:
        yield an_office(store, RealClock())
    finally:
        store.close()


def give_contact(office: TestOffice, handle: str, *addresses: str) -> None:
    """Give a person an address, and English to read."""
    people = models.table(models.Person)
    with office.store.transaction() as session:
        connection = session.connection()
        key = office_key(office.store, connection, office.people[handle].office_id)
        values = {"contact_sealed": seal_contacts(key, handle, addresses), "language": "en"}
        connection.execute(update(people).where(people.c.handle == handle).values(values))


def a_free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _say_nothing(_msgid: str, /, **_params: object) -> None:
    """Nobody reads it."""
