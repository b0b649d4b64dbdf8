"""One stretch of watching: a look a second, what is due is fired here, what is to be told goes out on a thread of its own.

The thread is what keeps a slow channel or a Prefect that hangs from making a deadline late. Everything is claimed in the table, so any
number of vigils may overlap and any of them may die.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime, timedelta
from signal import SIGTERM, signal
from threading import Event, current_thread, main_thread

from casework.alarms import escalate
from casework.clock import Clock
from casework.deliver import Deliver
from casework.dispatch import dispatch
from casework.errors import StoreProblem
from casework.store import Store
from casework.watch import Swept, beat, look, sweep

SECOND = timedelta(seconds=1)
BEAT = timedelta(seconds=5)
BATCH = 200
MOST_TROUBLES = 60
"""Looks in a row at a database that cannot be used, after which the run fails so that somebody sees it."""
LAST_WORDS = 5.0
"""Seconds at the end for what is being told; what is not told by then is told by the next vigil."""


class Vigil:
    """Watches the deadlines of one store. `worker` names its claims, `name` its heartbeat; `told` hears of every batch."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        deliver: Deliver,
        worker: str,
        name: str,
        told: Callable[[Swept], None],
    ) -> None:
        self._store, self._clock, self._deliver, self._worker, self._name, self._told = (
            store,
            clock,
            deliver,
            worker,
            name,
            told,
        )
        self.total = Swept()
        self._beaten: datetime | None = None
        self._teller = ThreadPoolExecutor(1, thread_name_prefix="telling")
        self._telling: Future[None] | None = None
        self._trouble = ""

    def keep(self, going: Callable[[datetime], bool], stop: Event) -> Swept:
        """Look once a second while `going` says so and nobody stops it. Raises StoreProblem when the database stays away."""
        troubles = 0
        while not stop.is_set() and going(at := self._clock.now()):
            try:
                self.once(at)
                troubles = 0
            except StoreProblem:
                troubles += 1
                if troubles >= MOST_TROUBLES:
                    raise
            stop.wait(max(0.0, (at + SECOND - self._clock.now()) / SECOND))
        if self._telling is not None:
            wait([self._telling], timeout=LAST_WORDS)
        return self.total

    def once(self, at: datetime) -> None:
        """One look, and what follows from it."""
        with self._store.reading() as session:
            there_is = look(session, at)
        claimed = self._fire(at) if there_is.deadlines else 0
        if claimed or there_is.outbox or there_is.alarms:
            self._tell()
        if self._beaten is None or at - self._beaten >= BEAT:
            beat(self._store, self._name, at, f"{self.total}{self._trouble}")
            self._beaten = at

    def _fire(self, at: datetime) -> int:
        """Sweep until nothing is due, or until it is time for a sign of life. A batch of secret cases alone is heard of by nobody."""
        claimed, swept = 0, Swept(due=BATCH)
        while swept.claimed >= BATCH and self._clock.now() - at < BEAT:
            swept = sweep(self._store, at, limit=BATCH, worker=self._worker)
            claimed += swept.claimed
            self.total += swept
            if swept.due:
                self._told(swept)
        return claimed

    def _tell(self) -> None:
        """Have what waits delivered on the other thread, unless it still is at it."""
        if self._telling is not None:
            if not self._telling.done():
                return
            error = self._telling.exception()
            self._trouble = f" · telling failed: {type(error).__name__}" if error is not None else ""
        self._telling = self._teller.submit(self._deliver_all)

    def _deliver_all(self) -> None:
        """What fails stays claimed until its lease is over, and is tried again."""
        escalate(self._store, self._clock.now())
        while dispatch(self._store, self._clock.now(), self._deliver, worker=self._worker).done:
            pass


@contextmanager
def stopped_by_signal() -> Iterator[Event]:
    """An event that SIGTERM sets, so that a run that is told to stop ends well instead of being cut off."""
    stop = Event()
    if current_thread() is not main_thread():
        yield stop
        return
    before = signal(SIGTERM, lambda *_: stop.set())
    try:
        yield stop
    finally:
        signal(SIGTERM, before)
