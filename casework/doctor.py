"""Whether this installation is well, and what to do about what is not: `duecourse doctor`.

It examines what it can reach: an installation that cannot be opened still has a Prefect server to look at. Whoever may run it need not
know of any secret case, so that these are counted only for who examines them (`casework.tallies`).
"""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.request import Request, urlopen

from sqlalchemy import and_

import models
from casework import dispatch, rotation, watch
from casework.doctor_anchors import anchor_findings
from casework.errors import Duecourse
from casework.findings import Finding, Param
from casework.people import PersonView
from casework.pulse import DEADLINES, OUTBOX, Beat, heartbeats
from casework.settings import Settings
from casework.store import Store, open_store
from casework.tallies import GIVEN_UP, tally_deadlines, tally_messages

SILENT = timedelta(seconds=30)
OVERDUE = timedelta(seconds=60)
WAITING = timedelta(minutes=5)
LITTLE, TOO_LITTLE = 1_000_000_000, 100_000_000
"""Bytes free on the disk: for a warning, and for an error."""
EXPECTED = ("anchor", "archive", "deadline-watch", "follow-up", "reconcile")
"""The deployments that must be there; a test compares them with the flows."""
ADDRESS = "prefect/address"
"""Beside the database: where the Prefect server of this installation listens, as `duecourse up` last started it."""


def examine(
    settings: Settings, at: datetime, *, prefect: str | None = None, person: PersonView | None = None
) -> list[Finding]:
    """Everything that is not as it should be, errors first. `prefect`: address of its API, else where `duecourse up` started it.

    `person`: who asks; secret cases are counted only for whoever examines them.
    """
    found = [
        *_disk(settings.home),
        *_store(settings, at, person),
        *_prefect(prefect or prefect_api(settings)),
    ]
    return sorted(found, key=lambda finding: finding.severity)


def _store(settings: Settings, at: datetime, person: PersonView | None) -> Iterator[Finding]:
    """Whether the database can be opened with its key, and what it says; an installation of a home of its own that is not there yet."""
    if not settings.home.is_dir() and settings.database.startswith("sqlite"):
        yield _told(
            "error",
            "There is nothing yet in {home}.",
            "",
            "Run `duecourse up`, or `duecourse office load FILE`.",
            home=str(settings.home),
        )
        return
    try:
        store = open_store(settings)
        try:
            yield from (
                *_keys(store, settings),
                *_watch(store, at, person),
                *_left_over(store, at, person),
                *anchor_findings(store, settings, at),
            )
        finally:
            store.close()
    except Duecourse as error:
        yield _told("error", error.sentence, "", error.hint or "", **_shown(error))


class Retried(NamedTuple):
    """What is tried again: rungs of deadlines that were set aside, and rows of the outbox that were given up."""

    deadlines: int
    messages: int


def retry(store: Store, at: datetime, person: PersonView | None = None) -> Retried:
    """Try again everything that was set aside, once the cause is mended. `person`: who is told how much it was."""
    with store.transaction() as session:
        connection = session.connection()
        dead, given_up = (
            tally_deadlines(connection, models.DEAD, person),
            tally_messages(connection, GIVEN_UP, person),
        )
        told = Retried(dead.n, given_up.n)
        watch.revive(session)
        dispatch.revive(session, at)
    return told


def prefect_api(settings: Settings) -> str:
    """Where Prefect's API should be."""
    noted = settings.home / ADDRESS
    address = (
        noted.read_text(encoding="utf-8").strip()
        if noted.is_file()
        else f"http://127.0.0.1:{settings.prefect_port}"
    )
    return f"{address}/api"


def _told(severity: str, sentence: str, clause: str, hint: str, **params: Param) -> Finding:
    return Finding("error" if severity == "error" else "warning", sentence, clause, hint, params)


def _shown(error: Duecourse) -> dict[str, Param]:
    return {name: str(value) for name, value in error.params.items()}


def _disk(home: Path) -> Iterator[Finding]:
    if not home.is_dir():
        return
    free = shutil.disk_usage(home).free
    if free < LITTLE:
        yield _told("error" if free < TOO_LITTLE else "warning", "The disk of {home} has {megabytes} MB left.", "", "Make room: a full disk stops every act.",
                    home=str(home), megabytes=free // 1_000_000)  # fmt: skip


def _keys(store: Store, settings: Settings) -> Iterator[Finding]:
    """Whether every key can be opened, and by the newest line."""
    found = rotation.status(store, settings)
    for line in found.missing:
        hint = "Put its line back where the keys are kept."
        yield _told(
            "error", "The master key {id} is missing: what it wraps cannot be opened.", "", hint, id=line.id
        )
    if found.waiting:
        hint = "Finish the rotation: `duecourse key rotate`."
        yield _told("warning", "Some keys are still wrapped by an older master key.", "", hint)


def _watch(store: Store, at: datetime, person: PersonView | None = None) -> Iterator[Finding]:
    """Whether somebody watches the deadlines."""
    with store.reading() as session:
        beats = heartbeats(session)
        due = and_(models.ARMED, DEADLINES.c.due_at < at - OVERDUE)
        overdue = tally_deadlines(session.connection(), due, person).n
    last, stand_in = beats.get("watch"), beats.get("stand-in")
    if last is None:
        yield _told("error", "The watch has never run: no deadline fires.", "X3", "Start it: `duecourse up`.")
    elif at - last.at > SILENT:
        if stand_in is not None and at - stand_in.at <= SILENT:
            hint = "Prefect does not start its runs: look at the log `flows.log`; deadlines fire meanwhile."
            yield _told(
                "warning",
                "The watch is silent since {time}; the flows stand in for it.",
                "X3",
                hint,
                time=last.at,
            )
        else:
            yield _told(
                "error",
                "The watch is silent since {time}: no deadline fires.",
                "X3",
                "Start it: `duecourse up`; the reason may be in the log `flows.log`.",
                time=last.at,
            )
    if overdue:
        yield _told(
            "error",
            "{n} deadlines are due and have not been fired.",
            "X3",
            "They fire, in order, as soon as the watch runs.",
            n=overdue,
        )
    yield from _telling(last)


def _telling(last: Beat | None) -> Iterator[Finding]:
    _, failed, code = (last.detail if last is not None else "").partition("telling failed: ")
    if failed:
        yield _told(
            "error", "Alarms cannot be sent: {code}.", "X3", "Look at the log `flows.log`.", code=code
        )


def _left_over(store: Store, at: datetime, person: PersonView | None = None) -> Iterator[Finding]:
    """What was set aside, and what waits too long."""
    again = "Once the cause is mended: `duecourse doctor --retry`."
    with store.reading() as session:
        connection = session.connection()
        dead = tally_deadlines(connection, models.DEAD, person)
        given_up = tally_messages(connection, GIVEN_UP, person)
        waiting = and_(models.UNDONE, OUTBOX.c.created_at < at - WAITING, OUTBOX.c.not_before < at + WAITING)
        unsent = tally_messages(connection, waiting, person)
    if dead.n:
        yield _told(
            "error",
            "{n} deadlines could not be fired and were set aside ({code}).",
            "X3",
            again,
            n=dead.n,
            code=dead.code,
        )
    if given_up.n:
        yield _told(
            "error",
            "{n} messages could not be delivered and were given up ({code}).",
            "X3",
            again,
            n=given_up.n,
            code=given_up.code,
        )
    if unsent.since is not None:
        yield _told(
            "warning",
            "{n} messages wait since {time}.",
            "X3",
            "They are delivered as soon as the watch runs and Prefect can be reached.",
            n=unsent.n,
            time=unsent.since,
        )


def _prefect(api: str) -> Iterator[Finding]:
    try:
        there = _ask(f"{api}/deployments/filter", {"deployments": {"tags": {"all_": ["duecourse"]}}})
    except (URLError, OSError, ValueError):
        hint = (
            "Start it: `duecourse up`. Cases can be worked on without it; visits and operations' pages wait."
        )
        yield _told("error", "Prefect cannot be reached at {address}.", "", hint, address=api)
        return
    names = {one["name"] for one in there}
    missing = [name for name in EXPECTED if name not in names]
    if missing:
        yield _told(
            "error",
            "Prefect does not know these flows: {names}.",
            "",
            "Start them: `duecourse up`, or `prefect deploy --all`.",
            names=", ".join(missing),
        )
    paused = sorted(
        one["name"]
        for one in there
        if one["paused"] or any(not schedule["active"] for schedule in one["schedules"])
    )
    if paused:
        yield _told(
            "warning",
            "These schedules are paused in Prefect: {names}.",
            "X3",
            "They are resumed by themselves within minutes while the flows run.",
            names=", ".join(paused),
        )


def _ask(address: str, body: object) -> list[dict[str, Any]]:
    request = Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310  an address of our own
    with urlopen(request, timeout=5) as answer:  # noqa: S310  an address of our own
        there: list[dict[str, Any]] = json.loads(answer.read())
    return there
