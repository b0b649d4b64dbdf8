"""Counters on either database: an office is loaded by the commands once, and every test gets a copy with a token for everybody.

A module of tests overrides `prepare_schema` with one of the two offices, and opens its counter at its `database_url`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from casework.people import issue_token, people_of
from tests.building import KEY
from tests.desk import bureau_counter, counter
from tests.desk.counter import Counter


def property_office(address: str) -> None:
    """Load the example's property office into an empty database."""
    _load(address, counter.EXAMPLE)


def bureau_office(address: str) -> None:
    """Load the example's bureau into an empty database, and approve its edition."""
    _load(address, bureau_counter.EXAMPLE, *bureau_counter.APPROVAL)


def counter_at(address: str, home: Path) -> Counter:
    """A counter at a copy of an office."""
    opened = _with_key(home, address)
    store = opened.open()
    with store.transaction() as session:
        (office,) = (one.key for one in store.offices(session.connection()).values())
        for person in people_of(session, office, opened.clock.now()):
            opened.tokens[person.handle] = issue_token(session, office, person.handle, opened.clock.now())
    store.close()
    return opened


def _load(address: str, example: Path, *approval: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        loading = _with_key(Path(folder), address)
        loading.type("office", "load", str(example))
        if approval:
            loading.tokens["party1"] = loading.done("person", "token", "party1")["token"]
            loading.done(*approval, by="party1")


def _with_key(home: Path, address: str) -> Counter:
    home.mkdir(exist_ok=True)
    file = home / "master.key"
    file.write_text(f"{KEY}\n", encoding="utf-8")
    file.chmod(0o600)
    return Counter(home, database=address)
