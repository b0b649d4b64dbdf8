"""Our store, opened from the environment once a run."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from casework.settings import Settings
from casework.store import Store, open_store


def settings() -> Settings:
    """Where things are. Raises BadInput."""
    return Settings.read(os.environ)


@contextmanager
def opened() -> Iterator[Store]:
    """The open store. Raises StoreProblem, KeyProblem or BadInput when it cannot be used."""
    store = open_store(settings())
    try:
        yield store
    finally:
        store.close()
