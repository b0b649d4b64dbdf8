"""What the doctor finds, and that each finding says what to do."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

import models
from casework import watch
from casework.clock import FrozenClock
from casework.doctor import EXPECTED, examine, retry
from casework.settings import Settings
from tests.building import KEY, MONDAY, TestOffice, a_callout, a_complaint, a_store, an_office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from casework.findings import Finding

DEADLINES = models.table(models.Deadline)
OUTBOX = models.table(models.Outbox)
NOWHERE = "http://127.0.0.1:9/api"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings.read(
        {
            "DUECOURSE_HOME": str(tmp_path),
            "DUECOURSE_DATABASE": database_url,
            "DUECOURSE_KEY": KEY,
            "HOME": "/",
        }
    )


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    yield an_office(store, FrozenClock(MONDAY))
    store.close()


@contextmanager
def a_prefect(deployments: list[dict[str, Any]]) -> Iterator[str]:
    """Something that answers as Prefect's API does."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(deployments).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the server's own name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api"
    finally:
        server.shutdown()
        server.server_close()


def deployed(*, paused: str = "") -> list[dict[str, Any]]:
    return [{"name": name, "paused": False, "schedules": [{"active": name != paused}]} for name in EXPECTED]


def said(found: list[Finding]) -> list[str]:
    assert all(finding.hint for finding in found)
    return [f"{finding.severity}: {finding.told('en')}" for finding in found]


def test_an_installation_that_is_well_has_no_findings(office: TestOffice, settings: Settings) -> None:
    watch.beat(office.store, "watch", office.now, "0 due · 0 fired · 0 refused")

    with a_prefect(deployed()) as address:
        assert [] == said(examine(settings, office.now, prefect=address))


def test_a_prefect_that_is_down_is_said_with_what_still_works(office: TestOffice, settings: Settings) -> None:
    watch.beat(office.store, "watch", office.now, "")

    found = examine(settings, office.now, prefect=NOWHERE)

    assert [f"error: Prefect cannot be reached at {NOWHERE}."] == said(found)
    assert "Cases can be worked on without it" in found[0].hinted("en")


@pytest.mark.clause("X3")
def test_a_silent_watch_is_said_with_the_deadlines_that_wait_for_it(
    office: TestOffice, settings: Settings
) -> None:
    watch.beat(office.store, "watch", office.now, "")
    a_callout(office, "fire")
    office.clock.advance(minutes=5)

    with a_prefect(deployed()) as address:
        assert [
            "error: The watch is silent since 2026-03-02 02:00+00:00: no deadline fires.",
            "error: 3 deadlines are due and have not been fired.",
        ] == said(examine(settings, office.now, prefect=address))


def test_a_watch_that_never_ran_is_said(office: TestOffice, settings: Settings) -> None:
    with a_prefect(deployed()) as address:
        assert ["error: The watch has never run: no deadline fires."] == said(
            examine(settings, office.now, prefect=address)
        )


def test_a_stand_in_is_a_warning(office: TestOffice, settings: Settings) -> None:
    watch.beat(office.store, "watch", office.now, "")
    office.clock.advance(minutes=1)
    watch.beat(office.store, "stand-in", office.now, "")

    with a_prefect(deployed()) as address:
        assert [
            "warning: The watch is silent since 2026-03-02 02:00+00:00; the flows stand in for it."
        ] == said(examine(settings, office.now, prefect=address))


def test_paused_schedules_and_missing_flows_are_said(office: TestOffice, settings: Settings) -> None:
    watch.beat(office.store, "watch", office.now, "")

    with a_prefect(deployed(paused="deadline-watch")[:-1]) as address:
        assert [
            "error: Prefect does not know these flows: reconcile.",
            "warning: These schedules are paused in Prefect: deadline-watch.",
        ] == said(examine(settings, office.now, prefect=address))


@pytest.mark.clause("X3")
def test_what_was_set_aside_and_what_waits_is_counted_and_can_be_tried_again(
    office: TestOffice, settings: Settings
) -> None:
    a_complaint(office, in_state="handling")
    a_complaint(office, in_state="handling")
    with office.store.transaction() as session:
        connection = session.connection()
        connection.execute(
            update(DEADLINES).where(DEADLINES.c.id == 1).values(status="dead", error_code="KeyError")
        )
        connection.execute(
            update(OUTBOX).where(OUTBOX.c.id == 1).values(done_at=office.now, error_code="NotSent")
        )
    office.clock.advance(minutes=6)
    watch.beat(office.store, "watch", office.now, "3 due · telling failed: OSError")

    with a_prefect(deployed()) as address:
        assert [
            "error: Alarms cannot be sent: OSError.",
            "error: 1 deadlines could not be fired and were set aside (KeyError).",
            "error: 1 messages could not be delivered and were given up (NotSent).",
            "warning: 1 messages wait since 2026-03-02 02:00+00:00.",
        ] == said(examine(settings, office.now, prefect=address))
    assert (1, 1) == retry(office.store, office.now)


def test_a_database_of_another_key_is_said_and_prefect_is_still_looked_at(
    office: TestOffice, settings: Settings, tmp_path: Path
) -> None:
    other = KEY.replace("AAEC", "BBEC")
    wrong = Settings.read(
        {
            "DUECOURSE_HOME": str(tmp_path),
            "DUECOURSE_DATABASE": settings.database,
            "DUECOURSE_KEY": other,
            "HOME": "/",
        }
    )

    assert [
        "error: This master key does not belong to this database.",
        f"error: Prefect cannot be reached at {NOWHERE}.",
    ] == said(examine(wrong, office.now, prefect=NOWHERE))


def test_where_nothing_is_yet_the_doctor_says_how_to_begin(tmp_path: Path) -> None:
    nothing = Settings.read(
        {"DUECOURSE_HOME": str(tmp_path / "none"), "HOME": "/", "DUECOURSE_PREFECT_PORT": "9"}
    )

    found = examine(nothing, MONDAY)

    assert [
        f"error: There is nothing yet in {tmp_path / 'none'}.",
        f"error: Prefect cannot be reached at {NOWHERE}.",
    ] == said(found)
