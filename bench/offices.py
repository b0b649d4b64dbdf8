"""A store with an office of two persons and cases ready for one move: the same start for every contender."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

import models
from casework import fire, intake
from casework.keys import MasterKeys
from casework.offices import touch_offices
from casework.outcome import Fired
from casework.store import Store
from models.engine import Durability, create_engine
from models.schema import upgrade
from states.facts import Actor

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MOVED_AT = START + timedelta(minutes=2)
CLERK = Actor("person", 1, frozenset({"staff"}), office=1)


@dataclass(frozen=True)
class Prepared:
    """A store and the references of cases that lack nothing for the move `begin`."""

    store: Store
    url: str
    refs: list[str]


@contextmanager
def prepared(url: str, folder: Path, cases: int, durability: Durability = "FULL") -> Iterator[Prepared]:
    """Make the tables and an office, take `cases` complaints as far as the move `begin`, and close the store at the end."""
    engine = create_engine(url, durability=durability)
    upgrade(engine)
    keys = MasterKeys.create_file(folder / f"{abs(hash(url))}.key")
    store = Store(engine, keys)
    with store.transaction() as session:
        connection = session.connection()
        connection.execute(
            insert(models.table(models.Office)),
            {"key": "p", "name": "bench", "kind": "property", "zone": "Asia/Shanghai", "created_at": START},
        )
        for handle in ("desk1", "desk2"):
            connection.execute(
                insert(models.table(models.Person)),
                {
                    "office_id": 1,
                    "handle": handle,
                    "name_sealed": b"-",
                    "language": "en",
                    "active_from": START.date(),
                },
            )
        for person in (1, 2):
            held = {"person_id": person, "role": "staff", "valid_from": START.date()}
            connection.execute(insert(models.table(models.PersonRole)), held)
        touch_offices(connection, "set up", START)
    yield Prepared(store, url, [_ready(store) for _ in range(cases)])
    store.close()


def _ready(store: Store) -> str:
    with store.transaction() as session:
        taken = intake.register(
            session, "p", "property.complaint", CLERK, START,
            evidence={"channel": "hotline", "service": "noise", "matter": "music after midnight", "complainants": [{"name": "n", "phone": "13800000000"}]},
        )  # fmt: skip
        told = {"words": "a guard will come by tonight", "told_to_all": True, "channel": "hotline"}
        fire.record(session, taken.ref, "opinion", CLERK, START, evidence=told)
        fire.record(session, taken.ref, "assignment", CLERK, START, evidence={"handler": "desk1"})
    return taken.ref


def through_the_door(ready: Prepared, ref: str) -> None:
    """Make the move as a person does: everything checked, everything recorded."""
    with ready.store.transaction() as session:
        done = fire.fire(session, ref, "begin", CLERK, MOVED_AT)
    if not isinstance(done, Fired):
        raise TypeError("the bench prepared a case that lacks something")
