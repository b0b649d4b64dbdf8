"""Anchors: the ends of all chains, written down outside the tables, beside which an older copy of the whole database shows (design 7)."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlmodel import SQLModel

import models
from casework import audit, doctor_anchors
from casework.anchor_delivery import Delivered, deliver
from casework.anchor_places import Copies, is_for_files, name_of
from casework.anchors import Anchored, make_anchor
from casework.audit_flaws import Flaw
from casework.errors import BadInput, StoreProblem
from casework.settings import Settings
from casework.store import Store
from models.engine import for_writing
from models.schema import GUARDED
from tests.building import TestOffice, a_complaint, a_store, an_office
from tests.casework.varied_cases import settings_of
from tests.outside import a_receiver

ANCHORS = models.table(models.Anchor)
DAY = timedelta(days=1)


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path / "home")
    yield an_office(store)
    store.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_of(database_url, tmp_path / "home")


def flaws(office: TestOffice, place: Path) -> list[Flaw]:
    return list(audit.verify(office.store, copies=Copies.at(str(place))).findings)


def messages(office: TestOffice, place: Path) -> list[str]:
    return [flaw.message for flaw in flaws(office, place)]


def next_day(office: TestOffice, settings: Settings) -> Anchored:
    office.clock.advance(days=1)
    return make_anchor(office.store, settings, office.now)


Rows = dict[str, list[dict[str, Any]]]


def kept_elsewhere(store: Store) -> Rows:
    """A copy of every row there is."""
    with store.reading() as session:
        connection = session.connection()
        return {
            t.name: [dict(row) for row in connection.execute(select(t)).mappings()]
            for t in SQLModel.metadata.sorted_tables
        }


def put_back(store: Store, rows: Rows) -> None:
    """Put a copy in the place of the whole database, as somebody does who may do everything there."""
    with for_writing(store.engine).begin() as connection:
        for model in GUARDED:
            name = str(model.__tablename__)
            for act in ("update", "delete"):
                connection.execute(
                    text(
                        f"DROP TRIGGER {name}_no_{act}"
                        + ("" if connection.dialect.name == "sqlite" else f" ON {name}")
                    )
                )
        connection.execute(
            update(models.table(models.Case)).values(parent_id=None, parent_round=None, sub_kind=None)
        )
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(delete(table))
        for table in SQLModel.metadata.sorted_tables:
            if rows[table.name]:
                connection.execute(insert(table), rows[table.name])


@pytest.mark.clause("X2")
def test_an_older_copy_in_the_place_of_the_database_is_found_by_its_anchors_and_by_nothing_else(
    office: TestOffice, settings: Settings, tmp_path: Path
) -> None:
    ref = a_complaint(office, "received")
    make_anchor(office.store, settings, office.now)
    older = kept_elsewhere(office.store)
    office.clock.advance(hours=1)
    office.record(
        ref, "opinion", office.staff(1), words="we will mend it", told_to_all=True, channel="hotline"
    )
    new = office.register().ref
    office.refused_move(new, "begin", office.staff(1))
    next_day(office, settings)
    home = tmp_path / "home" / "anchors"
    assert [] == messages(office, home)

    put_back(office.store, older)

    assert audit.verify(office.store).whole, "the copy is whole in itself"
    found = flaws(office, home)
    day = office.now.date().isoformat()
    assert (
        f"This database is older than the anchor 2 of {day}: it is an older copy of itself."
        == found[0].message
    )
    assert (ref, 3) in {(flaw.ref, flaw.seq) for flaw in found}, "the first event that is missing"
    assert f"The anchor 2 of {day} lists a case that is gone." in [flaw.message for flaw in found]
    assert f"The refusal 1 is not the one that the anchor 2 of {day} lists, or it is missing." in [
        flaw.message for flaw in found
    ]
    with pytest.raises(StoreProblem, match="holds number 2, but this database has made 1"):
        make_anchor(office.store, settings, office.now)


@pytest.mark.clause("B10")
def test_an_anchor_tells_nobody_without_the_key_which_cases_there_are(
    office: TestOffice, settings: Settings, tmp_path: Path
) -> None:
    ref = a_complaint(office, "handling", against="desk3")

    made = make_anchor(office.store, settings, office.now)

    content = (tmp_path / "home" / "anchors" / name_of(1)).read_text(encoding="utf-8")
    for canary in (
        ref,
        "complaint",
        "C-2026",
        "desk",
        "handling",
        "property",
        "court",
        "王小明",
        office.person("desk1").handle,
    ):
        assert canary not in content
    lines = [json.loads(line) for line in content.splitlines()]
    assert ["format", "case", "office", "refusals", "totals"] == [
        next(
            (
                kind
                for kind in ("format", "case", "office", "refusals")
                if kind in line and "digest" not in line
            ),
            "totals",
        )
        for line in lines
    ]
    assert made.digest == lines[-1]["digest"]


@pytest.mark.clause("X2")
def test_an_anchor_lists_what_moved_since_the_last_one_and_costs_no_more(
    office: TestOffice, settings: Settings
) -> None:
    first, second, _ = (office.register().ref for _ in range(3))
    assert 3 == make_anchor(office.store, settings, office.now).heads
    # What had just been written may stand before something that was not committed yet: it is listed once more.
    assert 3 == next_day(office, settings).heads

    assert 0 == next_day(office, settings).heads
    office.record(
        second, "opinion", office.staff(1), words="we will mend it", told_to_all=True, channel="hotline"
    )
    office.clock.advance(hours=1)
    assert 1 == make_anchor(office.store, settings, office.now).heads
    assert 0 == next_day(office, settings).heads
    with office.store.reading() as session:
        totals = (
            session.connection()
            .execute(select(ANCHORS.c.cases, ANCHORS.c.events).order_by(ANCHORS.c.no))
            .all()
        )
    assert [(0, 0), (3, 6), (3, 6), (3, 10), (3, 10)] == [tuple(row) for row in totals]
    assert first != second


@pytest.mark.clause("X2")
def test_copies_that_were_changed_taken_away_or_put_in_are_found(
    office: TestOffice, settings: Settings, tmp_path: Path
) -> None:
    office.register()
    for _ in range(3):
        next_day(office, settings)
    place = tmp_path / "elsewhere"
    shutil.copytree(tmp_path / "home" / "anchors", place)
    two, three = place / name_of(2), place / name_of(3)

    three.write_bytes(three.read_bytes().replace(b'"seq":2', b'"seq":1').replace(b'"cases":1', b'"cases":0'))
    assert ["The copy of the anchor 3 was changed, or is none of this installation."] == messages(
        office, place
    )
    shutil.copy(two, three)
    assert ["The copy of the anchor 3 was changed, or is none of this installation."] == messages(
        office, place
    )
    three.unlink()
    two.unlink()
    assert [
        "Of 2 anchors, of which number 2 is the first, there is no copy where they were looked for."
    ] == messages(office, place)
    assert [] == messages(office, tmp_path / "home" / "anchors")


@pytest.mark.clause("X2")
def test_every_place_gets_every_anchor_and_one_that_fails_is_told_and_tried_again(
    office: TestOffice, database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    bad.write_text("a file where a folder should be", encoding="utf-8")
    settings = settings_of(
        database_url, tmp_path / "home", DUECOURSE_ANCHORS=f"{good} file://{bad}/secret-word"
    )
    office.register()

    for _ in range(2):
        next_day(office, settings)
        done = deliver(office.store, settings, office.now)

    assert (1, [2]) == (done.places, [number for number, _ in done.failed])
    assert [name_of(1), name_of(2)] == sorted(path.name for path in good.iterdir())
    (told,) = doctor_anchors.anchor_findings(office.store, settings, office.now)
    assert told.told("en").startswith(
        "The anchors could not be brought to place 2 of DUECOURSE_ANCHORS, at 2026-03-04"
    )
    assert "place 2 of DUECOURSE_ANCHORS" in caplog.text
    assert "secret-word" not in caplog.text + told.told("en")

    bad.unlink()
    assert Delivered(2, ()) == deliver(office.store, settings, office.now)
    assert [name_of(1), name_of(2)] == sorted(path.name for path in (bad / "secret-word").iterdir())
    assert [] == list(doctor_anchors.anchor_findings(office.store, settings, office.now))
    # An anchor is never written over: another one under the same number is told.
    (good / name_of(2)).write_bytes(b"another")
    assert ((1, "OtherAnchors"),) == deliver(office.store, settings, office.now).failed


@pytest.mark.clause("X2")
def test_a_channel_to_people_gets_number_day_and_digest_once(
    office: TestOffice, database_url: str, tmp_path: Path
) -> None:
    office.register()
    with a_receiver() as receiver:
        settings = settings_of(database_url, tmp_path / "home", DUECOURSE_ANCHORS=receiver.contact)
        receiver.refuses = True
        made = make_anchor(office.store, settings, office.now)
        assert ((1, "NotSent"),) == deliver(office.store, settings, office.now).failed
        receiver.refuses = False
        for _ in range(2):
            assert Delivered(1, ()) == deliver(office.store, settings, office.now)

    assert [("Duecourse anchor 1", f"1 · 2026-03-02 · {made.digest}")] == [
        (post["title"], post["message"]) for post in receiver.posts
    ]


def test_a_run_that_died_before_the_file_had_its_name_is_mended_by_the_next(
    office: TestOffice, settings: Settings, tmp_path: Path
) -> None:
    home = tmp_path / "home" / "anchors"
    office.register()
    make_anchor(office.store, settings, office.now)
    (home / name_of(1)).rename(home / f"{name_of(1)}.0a0a0a0a.part")
    (home / f"{name_of(1)}.0b0b0b0b.part").write_bytes(b"half of one")

    next_day(office, settings)

    assert [name_of(1), name_of(2)] == sorted(path.name for path in home.iterdir())
    assert [] == messages(office, home)


@pytest.mark.clause("X2")
def test_the_doctor_says_when_the_last_anchor_is_old(office: TestOffice, settings: Settings) -> None:
    def said() -> list[tuple[str, str]]:
        found = doctor_anchors.anchor_findings(office.store, settings, office.now)
        return [(one.severity, one.told("en").partition(":")[0]) for one in found]

    office.register()
    assert [] == said()
    office.clock.advance(days=3)
    assert [("warning", "No anchor of the record has been made yet.")] == said()
    make_anchor(office.store, settings, office.now)
    office.clock.advance(days=2)
    assert [] == said()
    office.clock.advance(minutes=1)
    assert [("error", "The last anchor of the record was made at 2026-03-05 02")] == said()


def test_an_anchor_table_that_was_changed_is_found(office: TestOffice, settings: Settings) -> None:
    office.register()
    for _ in range(2):
        next_day(office, settings)
    connection = for_writing(office.store.engine).connect()
    for act in ("update", "delete"):
        connection.execute(
            text(
                f"DROP TRIGGER anchor_no_{act}"
                + ("" if connection.dialect.name == "sqlite" else " ON anchor")
            )
        )
    for edit, said in (
        (update(ANCHORS).where(ANCHORS.c.no == 2).values(events=1), "The anchor 2 was changed or put in."),
        (delete(ANCHORS).where(ANCHORS.c.no == 1), "The anchor 1 is missing."),
        (
            delete(ANCHORS).where(ANCHORS.c.no == 2),
            "The anchor 2 is missing: the end of their list was cut off.",
        ),
    ):
        point = connection.begin_nested()
        connection.execute(edit)
        assert [said] == [flaw.message for flaw in audit.examine(office.store, connection).findings]
        point.rollback()
    connection.rollback()
    connection.close()


def test_places_are_told_from_channels_and_a_folder_must_be_absolute(
    database_url: str, tmp_path: Path
) -> None:
    assert [True, True, True, False, False] == [
        is_for_files(each)
        for each in (
            "/srv/anchors",
            "s3://bucket/anchors",
            "sftp://host/anchors",
            "mailto://me@example.org",
            "json://host/path",
        )
    ]
    with pytest.raises(BadInput, match="not an absolute path"):
        settings_of(database_url, tmp_path, DUECOURSE_ANCHORS="anchors mailto://user:word@example.org")
    assert "word" not in repr(
        settings_of(database_url, tmp_path, DUECOURSE_ANCHORS="mailto://user:word@example.org")
    )
