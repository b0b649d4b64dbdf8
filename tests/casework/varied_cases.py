"""A record in which a bit of everything has happened, in three offices: what a forger could want to change."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import insert, select

import models
from casework import (
    alarms,
    anchors,
    archive,
    attachments,
    corrections,
    delegations,
    dispatch,
    guests,
    house_rules,
    imports,
    intake,
    interpretations,
    readings,
    receipts,
    reconcile,
    watch,
)
from casework.clock import FrozenClock
from casework.intake import Registered
from casework.offices import touch_offices
from casework.people import issue_token, set_absence
from casework.settings import Settings
from casework.store import Store
from tests.building import (
    KEY,
    MONDAY,
    TestOffice,
    a_callout,
    a_complaint,
    a_store,
    an_office,
    called_back,
    granted,
    told,
)
from tests.casework.upheld_cases import Bureau, a_bureau
from tests.hotel_staff import Hotel, a_hotel

ALARMS, CASES, DEADLINES = (models.table(one) for one in (models.Alarm, models.Case, models.Deadline))
REGISTER = """No,About,Came,Ended,Status,By,Name,Words
1,Noise,2019-05-01 10:00,2019-05-03 09:00,closed,phone,,a dog
2,Noise,2026-02-27 10:00,,open,phone,Lin,another dog
"""
MAPPING = """
source = "book"
zone = "Asia/Shanghai"
date_formats = ["%Y-%m-%d %H:%M"]
[columns]
key = "No"
type = "About"
received = "Came"
closed = "Ended"
status = "Status"
channel = "By"
[status]
open = ["open"]
closed = ["closed"]
[channels.words]
phone = "hotline"
[complainant]
name = "Name"
[texts.matter]
columns = ["About", "Words"]
[[kinds]]
procedure = "property.complaint"
evidence = { service = "noise" }
types = ["Noise"]
"""


class Quiet:
    """Takes whatever is to be told outside, and tells nobody."""

    def __getattr__(self, _name: str) -> object:
        return lambda *_args: "run"


def settings_of(database_url: str, home: Path, **more: str) -> Settings:
    """Where everything lies, as `a_store` has it."""
    return Settings.read(
        {"DUECOURSE_HOME": str(home), "DUECOURSE_DATABASE": database_url, "DUECOURSE_KEY": KEY, **more}
    )


def a_varied_record(database_url: str, home: Path) -> Store:
    """Open a store and let a bit of everything happen in it."""
    store = a_store(database_url, home)
    clock = FrozenClock(MONDAY)
    _property(an_office(store, clock), home)
    anchors.make_anchor(store, settings_of(database_url, home), clock.now())
    clock.advance(hours=2)
    _bureau(a_bureau(store, clock))
    _hotel(a_hotel(store, clock))
    reconcile.rederive(store, clock.now())
    anchors.make_anchor(store, settings_of(database_url, home), clock.now())
    return store


def _property(office: TestOffice, home: Path) -> None:
    store = office.store
    archived = a_complaint(office, "filed")
    archive.archive_case(store, archived, office.now, str(home / "archive"))
    a_complaint(
        office, "handling", against="desk3", complainants=[{"name": "王小明", "phone": "13800000000"}, {"name": "李", "receives_for_all": True}],
    )  # fmt: skip
    reopened = a_complaint(office, "remedied")
    with store.reading() as session:
        waiting = (CASES.c.parent_id.is_not(None), CASES.c.closed_at.is_(None))
        callback = session.connection().execute(select(CASES.c.ref).where(*waiting)).scalar_one()
    called_back(office, callback, by=office.staff(2), content=False)
    with store.transaction() as session:
        attachments.attach(session, reopened, b"a letter", office.staff(1), office.now, folder=home / "attachments", name="letter")  # fmt: skip
        readings.open_case(session, reopened, office.staff(1), office.now, purpose="to call back")
        readings.open_case(session, archived, office.manager, office.now, purpose="to look back")
    with store.transaction() as session:
        evidence = {
            "channel": "visit",
            "service": "noise",
            "matter": "again",
            "complainants": [{"name": "王小明"}],
        }
        intake.register(session, office.key, "property.complaint", office.staff(1), office.now, evidence=evidence, linked_to=reopened)  # fmt: skip
        issue_token(session, office.key, "desk1", office.now)
        set_absence(session, office.key, "desk3", office.now, starts_at=office.now, ends_at=office.now + timedelta(days=3), reason_code="leave")  # fmt: skip
    for _ in range(3):
        office.refused_move(reopened, "file", office.staff(1))
    _fire(office)
    _corrected(office)
    _imported(office, home)
    _on_duty(office)


def _fire(office: TestOffice) -> None:
    """A fire that nobody answered in time, an alarm that somebody did answer, a breach that was confirmed."""
    a_callout(office, "fire", reported_ago=timedelta(minutes=4))
    watch.sweep(office.store, office.now, worker="w")
    dispatch.dispatch(office.store, office.now, Quiet(), worker="w")  # type: ignore[arg-type]
    with office.store.transaction() as session:
        connection = session.connection()
        mine = ALARMS.c.person_id == office.people["head1"].id
        for alarm in (
            connection.execute(select(ALARMS.c.id).where(mine).order_by(ALARMS.c.id).limit(1)).scalars().all()
        ):
            assert isinstance(alarms.acknowledge(session, alarm, office.manager, office.now), alarms.Answered)
        missed = connection.execute(select(DEADLINES.c.id).where(DEADLINES.c.status == "fired", DEADLINES.c.breach)).scalars().first()  # fmt: skip
        assert missed is not None
        alarms.confirm_late(session, missed, office.manager, office.now)


def _corrected(office: TestOffice) -> None:
    mended = a_complaint(office)
    given = {
        "channel": "visit",
        "service": "parking",
        "matter": "cars",
        "complainants": [{"name": "周", "phone": "139"}],
    }
    with office.store.transaction() as session:
        corrections.correct(
            session, mended, 2, office.staff(1), office.now, evidence=given, reason="mistyped"
        )


def _imported(office: TestOffice, home: Path) -> None:
    (home / "book.csv").write_text(REGISTER, encoding="utf-8")
    (home / "map.toml").write_text(MAPPING, encoding="utf-8")
    mapping = imports.read_mapping(home / "map.toml")
    done = imports.run_import(
        office.store, office.key, home / "book.csv", mapping, office.manager, office.now
    )
    assert (1, 1) == (done.live, done.history), done.by_reason


def _bureau(bureau: Bureau) -> None:
    """Two complaints decided, one of them on two people; one by somebody without a name, who talks to the office; a paper served, a reading."""
    bureau.decided("ann", "bob")
    ref = bureau.submitted("ann")
    evidence: Mapping[str, object] = {
        "channel": "web", "subject": "official", "department": "tax", "against": ["bob"], "matter": "he shouted", "reason": "at all of us",
        "anonymous": True, "receipt": True, "reply_by": "receipt_page",
    }  # fmt: skip
    with bureau.store.transaction() as session:
        done = intake.register(
            session, bureau.key, "bureau.complaint", bureau.actor("head"), bureau.now, evidence=evidence
        )
        assert isinstance(done, Registered), told(done)
    with bureau.store.transaction() as session:
        receipts.say(session, done.receipt, "the hat was red", bureau.now)
    bureau.record(
        ref,
        "service",
        "m1",
        respondent="ann",
        paper="request_for_statement",
        words="come and say what happened",
    )
    bureau.record(ref, "consent", "keeper", reader="m1", purpose="to ask the witness")
    with bureau.store.transaction() as session:
        readings.open_case(session, ref, bureau.actor("m1"), bureau.now, purpose="to ask the witness")
    with bureau.store.transaction() as session:
        interpretations.interpret(
            session, bureau.key, "B5", bureau.actor("party1"), bureau.now, question="is shouting rude?", ruling="it is", minute="2026-901", on=date(2026, 3, 1),
        )  # fmt: skip
    bureau.set("opens", "08:30")


def _hotel(hotel: Hotel) -> None:
    """Rules of the house, guests on the list, a delegation that was ended and one that holds, and a guest whose complaint is reported upward."""
    today = hotel.now.date()
    with hotel.store.transaction() as session:
        for key in ("r-1", "r-2"):
            granted(
                house_rules.add(
                    session, hotel.key, key, "the room is changed", hotel.actor("head1"), hotel.now
                )
            )
        listed = "name,phone,until\n王貴賓,13900000001,\n李貴賓,13900000002,2027-01-01\n".encode()
        granted(guests.import_guests(session, hotel.key, listed, hotel.actor("head1"), hotel.now))
        for handle in ("chief1", "chief2"):
            until = today + timedelta(days=9)
            granted(delegations.give(session, hotel.actor("head1"), handle, until, "d" * 64, hotel.now))
        granted(delegations.end(session, hotel.actor("head1"), "chief2", hotel.now))
    hotel.complaint(vip=True)
    hotel.complaint()


def _on_duty(office: TestOffice) -> None:
    """Who is on duty, and a day off."""
    one = office.people["guard1"]
    with office.store.transaction() as session:
        connection = session.connection()
        duty = {"office_id": one.office_id, "roster": "fire_list", "person_id": one.id}
        for starts in (0, 1440):
            connection.execute(
                insert(models.table(models.RosterSlot)),
                duty | {"starts_minute": starts, "ends_minute": starts + 480},
            )
        for day, reason in (
            (date(2026, 3, 20), "the office moves"),
            (date(2026, 4, 17), "the office is painted"),
        ):
            off = {"office_id": one.office_id, "day": day, "working": False, "reason": reason}
            connection.execute(insert(models.table(models.DayOverride)), off)
        touch_offices(connection, "office file", office.now)
