"""Waiting for something that another process does: the only kind of waiting in the tests."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(condition: Callable[[], T], *, seconds: float, why: str, every: float = 0.1) -> T:
    """Return the first true answer of `condition`. Fails after so many seconds, saying what was waited for."""
    give_up = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < give_up, f"waited {seconds} s in vain: {why}"
        time.sleep(every)
