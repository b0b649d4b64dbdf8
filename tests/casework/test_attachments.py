"""A file is sealed under its case's key, spoken of by an event, opened for a purpose only, and never left behind without a row."""

import errno
import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import models
from casework import attachments, audit, reading_log
from casework.attachments import Attached
from casework.errors import BadInput, StoreProblem, WrongKey
from casework.outcome import Refused
from states.facts import Actor
from tests.building import TestOffice, a_complaint, a_store, an_office, granted

EVENTS = models.table(models.Event)
CONTENT = b"canary content of a letter"


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    yield an_office(store)
    assert audit.verify(store).whole
    store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "attachments"


def attach(
    office: TestOffice, ref: str, file: Path | bytes, folder: Path, by: Actor | None = None, /, **given: str
) -> Attached:
    with office.store.transaction() as session:
        done = attachments.attach(
            session, ref, file, by or office.staff(1), office.now, folder=folder, **given
        )
    assert isinstance(done, Attached), done
    return done


def opened(
    office: TestOffice, ref: str, number: int, folder: Path, by: Actor | None = None
) -> attachments.OpenedAttachment:
    with office.store.transaction() as session:
        return granted(
            attachments.open_attachment(
                session, ref, number, by or office.staff(1), office.now, folder=folder, purpose="to read it"
            )
        )


def test_a_file_is_kept_sealed_and_comes_back_as_it_was(
    office: TestOffice, folder: Path, tmp_path: Path
) -> None:
    ref, path = a_complaint(office), tmp_path / "王小明的信.pdf"
    path.write_bytes(CONTENT)

    done = attach(office, ref, path, folder)

    assert ("application/pdf", len(CONTENT), hashlib.sha256(CONTENT).hexdigest()) == (
        done.media_type,
        done.size,
        done.sha256,
    )
    (kept,) = folder.iterdir()
    assert CONTENT not in kept.read_bytes()
    assert "信" not in kept.name
    found = opened(office, ref, done.id, folder)
    assert ("王小明的信.pdf", "application/pdf", CONTENT) == (found.name, found.media_type, found.content)
    with office.store.reading() as session:
        event = session.connection().execute(select(EVENTS).where(EVENTS.c.kind == "attached")).one()
        assert [done] == list(attachments.attachments_of(session, ref))
        assert ["attachment"] == [r.what for r in reading_log.readings_of(session, ref)]
    assert done.seq == event.seq
    assert "信" not in event.clear


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    content=st.binary(min_size=1, max_size=2000),
    name=st.text(min_size=1, max_size=60).filter(
        lambda t: any(c.isprintable() and not c.isspace() for c in t)
    ),
)
def test_any_content_under_any_name_comes_back(
    office: TestOffice, folder: Path, content: bytes, name: str
) -> None:
    ref = a_complaint(office)

    found = opened(office, ref, attach(office, ref, content, folder, name=name).id, folder)

    assert content == found.content


def test_what_cannot_be_attached_is_said_in_a_sentence(
    office: TestOffice, folder: Path, tmp_path: Path
) -> None:
    ref, empty = a_complaint(office), tmp_path / "empty"
    empty.write_bytes(b"")

    wrong: list[tuple[Path | bytes, dict[str, str], str]] = [
        (tmp_path / "missing", {}, "no such file"),
        (tmp_path, {}, "no such file"),
        (empty, {}, "is empty"),
        (b"", {"name": "a.txt"}, "is empty"),
        (b"x", {}, "needs a name"),
        (b"x", {"name": "n" * 256}, "needs a name"),
        (b"x", {"name": "a.txt", "media_type": "王小明"}, "not a media type"),
    ]
    for file, told, said in wrong:
        with pytest.raises(BadInput, match=said):
            attach(office, ref, file, folder, None, **told)
    assert not folder.exists()


def test_a_file_larger_than_the_office_allows_is_refused_before_it_is_read_whole(
    office: TestOffice, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, large = a_complaint(office), tmp_path / "large"
    with large.open("wb") as sparse:
        sparse.truncate(10**12)  # a terabyte that takes no space: reading it whole would not end
    monkeypatch.setattr(attachments, "MOST_BYTES", 1000)

    with pytest.raises(BadInput, match="larger than 1000 bytes"):
        attach(office, ref, large, folder)
    attach(office, ref, b"x" * 1000, folder, name="just right")


@pytest.mark.clause("X2")
def test_nothing_is_attached_to_a_case_that_is_over_or_by_whoever_has_no_part_in_it(
    office: TestOffice, folder: Path
) -> None:
    ref = a_complaint(office, "received")
    office.record(ref, "withdrawal", office.staff(1), words="never mind", channel="hotline")
    office.move(ref, "withdraw", office.staff(1))

    with office.store.transaction() as session:
        done = attachments.attach(
            session, ref, b"x", Actor("clock", None, frozenset()), office.now, folder=folder, name="a"
        )
    assert isinstance(done, Refused)
    assert ["state", "role"] == [r.kind for r in done.requirements]
    with pytest.raises(BadInput, match="No case has the reference"):
        attach(office, a_complaint(office, against="desk3"), b"x", folder, office.staff(3), name="a")
    assert not folder.exists()


@pytest.mark.clause("X2")
def test_a_transaction_that_fails_leaves_no_file(office: TestOffice, folder: Path) -> None:
    ref = a_complaint(office)

    def attach_and_fail() -> None:
        with office.store.transaction() as session:
            attachments.attach(session, ref, b"x", office.staff(1), office.now, folder=folder, name="a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        attach_and_fail()

    assert [] == list(folder.iterdir())


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing(
    office: TestOffice, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = a_complaint(office)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StoreProblem, match="cannot be kept"):
            attach(office, ref, b"x", folder, name="a")
    assert [] == list(folder.iterdir())
    attach(office, ref, b"x", folder, name="a")


def test_what_a_crash_left_behind_is_removed_and_what_may_still_be_committed_is_not(
    office: TestOffice, folder: Path
) -> None:
    ref = a_complaint(office)
    named = attach(office, ref, b"x", folder, name="a")
    (kept,) = folder.iterdir()
    old, young, half = folder / "old.sealed", folder / "young.sealed", folder / "half.sealed.part"
    for path in (old, young, half, kept):
        path.write_bytes(path.read_bytes() if path == kept else b"orphan")
    hour_ago = (datetime.now(UTC) - timedelta(hours=2)).timestamp()  # noqa: TID251  the files' own clock is the machine's
    for path in (old, half, kept):
        os.utime(path, (hour_ago, hour_ago))

    assert 2 == attachments.sweep_orphans(office.store, folder, datetime.now(UTC))  # noqa: TID251  the same
    assert {kept, young} == set(folder.iterdir())
    assert b"x" == opened(office, ref, named.id, folder).content
    assert 0 == attachments.sweep_orphans(office.store, folder / "none", office.now)


def test_a_file_that_was_changed_lost_or_belongs_to_another_case_does_not_open(
    office: TestOffice, folder: Path
) -> None:
    ref, other = a_complaint(office), a_complaint(office)
    one, two = attach(office, ref, b"one", folder, name="1"), attach(office, other, b"two", folder, name="2")

    with pytest.raises(BadInput, match="has no attachment"):
        opened(office, ref, two.id, folder)
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(WrongKey):
        opened(office, ref, one.id, folder)
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(StoreProblem, match="cannot be read from"):
        opened(office, ref, one.id, folder)
