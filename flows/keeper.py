"""Sees to it that a watch is always alive: when its heartbeat is silent, another run is asked for, and the deadlines are watched here meanwhile.

A run can be killed, its schedule paused, Prefect wedged. A fire call has three minutes.
"""

import logging
import os
from datetime import datetime, timedelta
from threading import Event

from casework.clock import Clock
from casework.deliver import NotReachable
from casework.store import Store
from casework.watch import Swept, heartbeats
from flows.names import RECONCILE, WATCH
from flows.prefect_side import PrefectSide
from flows.vigil import Vigil
from flows.watch import HEARTBEAT

SILENT = timedelta(seconds=12)
"""A watch writes its heartbeat every 5 seconds."""
ASK_AGAIN = timedelta(seconds=60)
STAND_IN = timedelta(seconds=5)
STANDING_IN = "stand-in"
PAUSE = 2.0


class Keeper:
    """Looks after the watch of one store until `stop` is set."""

    def __init__(self, store: Store, clock: Clock, prefect: PrefectSide, stop: Event) -> None:
        self._store, self._clock, self._prefect, self._stop = store, clock, prefect, stop
        self._asked: datetime | None = None
        self._vigil = Vigil(store, clock, prefect, f"keeper {os.getpid()}", STANDING_IN, _nothing)

    def keep(self) -> None:
        """Look every two seconds. Nothing that goes wrong ends it."""
        while not self._stop.is_set():
            try:
                self.once(self._clock.now())
            except Exception as error:  # noqa: BLE001  the last line of defence must hold; an error's text may hold what is in a case
                logging.getLogger("duecourse").warning("the keeper of the watch met %s", type(error).__name__)
            self._stop.wait(PAUSE)

    def once(self, at: datetime) -> None:
        """If the watch is silent, ask Prefect for a run and stand in for it."""
        if not self._silent(at):
            return
        if self._asked is None or at - self._asked >= ASK_AGAIN:
            self._ask(at)
        until = at + STAND_IN
        self._vigil.keep(lambda now: now < until, self._stop)

    def _ask(self, at: datetime) -> None:
        first = self._asked is None
        try:
            self._prefect.ask_for(WATCH)
            if first:
                self._prefect.ask_for(RECONCILE)
        except NotReachable:
            return
        self._asked = at

    def _silent(self, at: datetime) -> bool:
        with self._store.reading() as session:
            last = heartbeats(session).get(HEARTBEAT)
        return last is None or at - last.at > SILENT


def _nothing(_swept: Swept) -> None:
    """A batch of the stand-in is seen in its heartbeat alone."""
