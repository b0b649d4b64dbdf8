"""Moves a second: the door, the raw limit and the usual way, taking turns in one run on the same disk."""

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.offices import prepared, through_the_door
from bench.plain import plain_mover
from bench.raw import raw_mover
from models.engine import Durability

BATCH = 20


@dataclass(frozen=True)
class Race:
    """What one database gave: moves a second by contender, and the door's and the usual way's ratio to the raw limit."""

    where: str
    per_second: dict[str, float]

    def ratio(self, contender: str) -> float:
        """The contender's moves for each of the raw limit's."""
        return self.per_second[contender] / self.per_second["raw limit"]


def race(where: str, urls: tuple[str, str, str], cases: int, durability: Durability) -> Race:
    """Let the three take turns, `BATCH` moves each, in changing order. The ratio is the median over turns, so that a slow moment of the disk counts once."""
    folder = Path(tempfile.mkdtemp(prefix="duecourse-bench-"))
    with (
        prepared(urls[0], folder, cases, durability) as ours,
        prepared(urls[1], folder, cases, durability) as theirs,
        prepared(urls[2], folder, cases, durability) as usual,
    ):
        raw, close = raw_mover(theirs.url, durability)
        contenders: dict[str, tuple[Callable[[str], None], list[str]]] = {
            "the door": (lambda ref: through_the_door(ours, ref), ours.refs),
            "raw limit": (raw, theirs.refs),
            "the usual way": (plain_mover(usual.store.engine), usual.refs),
        }
        took: dict[str, list[float]] = {name: [] for name in contenders}
        order = list(contenders)
        rng = random.Random(1)
        for start in range(0, cases - BATCH + 1, BATCH):
            rng.shuffle(order)
            for name in order:
                move, refs = contenders[name]
                began = time.perf_counter()
                for ref in refs[start : start + BATCH]:
                    move(ref)
                took[name].append(time.perf_counter() - began)
        close()
    return Race(where, {name: BATCH / median(times[1:]) for name, times in took.items()})
