"""Changing the master key: nothing is lost, whatever happens on the way, and everybody who works meanwhile goes on (B10, design 7)."""

import base64
import fcntl
import os
import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import delete, event, select, update

import models
from casework import audit, keyfile, readings, rotation
from casework.doctor import examine
from casework.errors import BadInput, KeyProblem, StoreProblem, WrongKey
from casework.kept_keys import Keys
from casework.keys import MasterKeys
from casework.names import name_of
from casework.queries import list_cases
from casework.settings import Settings
from casework.store import Store, open_store
from tests.building import TestOffice, a_complaint, an_office, told

KEYS, OFFICE_KEYS = models.table(models.CaseKey), models.table(models.OfficeKey)


class Death(Exception):
    """The process dies here."""


@dataclass
class Installation:
    """A database with its key file, and whoever works with them."""

    url: str
    home: Path
    opened: list[Store] = field(default_factory=list)

    def settings(self, **more: str) -> Settings:
        return Settings.read({"DUECOURSE_HOME": str(self.home), "DUECOURSE_DATABASE": self.url, **more})

    def start(self, **more: str) -> Store:
        """Open the store as a new process does."""
        self.opened.append(open_store(self.settings(**more)))
        return self.opened[-1]

    @property
    def file(self) -> Path:
        return self.settings().key_file

    @property
    def ids(self) -> list[str]:
        return [line.split()[2] for line in self.file.read_text().splitlines()]

    @property
    def text(self) -> str:
        """The lines as a variable holds them."""
        return self.file.read_text().replace("\n", ";")


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    home = tmp_path / "home"
    home.mkdir()
    MasterKeys.create_file(home / "master.key")
    place = Installation(database_url, home)
    yield place
    for store in place.opened:
        store.close()


@pytest.fixture
def office(place: Installation) -> TestOffice:
    return an_office(place.start())


def seen_by(office: TestOffice, store: Store) -> TestOffice:
    """The same office as another process works in it."""
    return TestOffice(store, office.clock, office.key, office.people)


def words_of(office: TestOffice, ref: str) -> list[str]:
    """What is sealed in a case."""
    with office.store.transaction() as session:
        found = readings.open_case(session, ref, office.manager, office.now, purpose="to look")
    assert isinstance(found, readings.Opened), told(found)
    return [str(party.identity.name) for party in found.parties if party.identity] + [
        str(words) for one in found.events for words in one.words.values()
    ]


def wrapped_by(store: Store) -> dict[str, int]:
    """How many keys of cases and offices each master key wraps."""
    found: dict[str, int] = {}
    with store.reading() as session:
        for table in (KEYS, OFFICE_KEYS):
            for master_id in session.connection().execute(select(table.c.master_id)).scalars():
                found[master_id] = found.get(master_id, 0) + 1
    return found


def whole(store: Store) -> bool:
    return audit.verify(store).whole


def destroy(store: Store, office: TestOffice, case_id: int) -> None:
    with store.transaction() as session:
        session.connection().execute(
            update(KEYS).where(KEYS.c.case_id == case_id).values(wrapped=None, destroyed_at=office.now)
        )


def test_after_a_rotation_everything_opens_is_found_and_verifies(
    place: Installation, office: TestOffice
) -> None:
    refs = [a_complaint(office, "handling"), a_complaint(office)]
    before, (old,) = [words_of(office, ref) for ref in refs], place.ids

    done = rotation.rotate(office.store, place.settings())

    assert place.ids == [done.added, old]
    assert (done.newest, done.wrapped, done.unopened) == (done.added, Keys(cases=2, offices=1), False)
    assert wrapped_by(office.store) == {done.added: 3}
    for store in (office.store, place.start()):
        there = seen_by(office, store)
        assert before == [words_of(there, ref) for ref in refs]
        assert (
            refs[0] in there.register(complainants=[{"name": "王小明", "phone": "+86 13800000000"}]).similar
        )
        with store.reading() as session:
            assert name_of(session, office.people["head1"].id) == "林八"
        assert whole(store)


def test_an_old_line_that_wraps_nothing_may_go_and_the_oldest_never(
    place: Installation, office: TestOffice
) -> None:
    ref = a_complaint(office)
    (oldest,) = place.ids
    middle = rotation.rotate(office.store, place.settings()).added
    assert [line.needed for line in rotation.status(office.store, place.settings()).lines] == [True, True]
    newest = rotation.rotate(office.store, place.settings()).added

    lines = rotation.status(office.store, place.settings()).lines
    assert [(newest, True), (middle, False), (oldest, True)] == [(line.id, line.needed) for line in lines]

    kept = [line for line in place.file.read_text().splitlines() if f" {middle} " not in line]
    place.file.write_text("\n".join(kept))
    there = seen_by(office, place.start())
    assert "王小明" in words_of(there, ref)
    assert whole(there.store)
    place.file.write_text(kept[0])
    with pytest.raises(WrongKey, match="its oldest line must stay the last"):
        place.start()


def test_a_process_that_was_running_goes_on_and_wraps_by_the_new_key(
    place: Installation, office: TestOffice
) -> None:
    ref = a_complaint(office)
    running, another = seen_by(office, place.start()), seen_by(office, place.start())
    running.register()

    added = rotation.rotate(office.store, place.settings()).added

    assert "王小明" in words_of(running, ref)
    running.record(
        ref, "opinion", running.staff(1), words="we will look", told_to_all=True, channel="hotline"
    )
    another.register()
    assert wrapped_by(office.store) == {added: 4}
    assert whole(running.store)


def test_a_process_that_cannot_read_the_new_key_says_start_it_again_and_loses_nothing(
    place: Installation, office: TestOffice
) -> None:
    """Its keys came with its environment. What it opens meanwhile is wrapped by the old line, and is wrapped again later."""
    ref = a_complaint(office)
    running = seen_by(office, place.start(DUECOURSE_KEY=place.text))
    old = place.ids[0]
    rotation.rotate(office.store, place.settings())

    with pytest.raises(KeyProblem, match="start it again") as raised:
        words_of(running, ref)
    fresh = running.register().ref
    running.record(
        fresh, "opinion", running.staff(1), words="we will look", told_to_all=True, channel="hotline"
    )

    assert ref in str(raised.value)
    assert rotation.status(office.store, place.settings()).waiting
    again = rotation.rotate(office.store, place.settings())
    assert (again.added, again.wrapped, again.unopened) == ("", Keys(cases=1), False)
    assert old not in wrapped_by(office.store)
    there = seen_by(office, place.start(DUECOURSE_KEY=place.text))
    assert "we will look" in words_of(there, fresh)
    assert whole(there.store)


@pytest.mark.parametrize("source", ["DUECOURSE_KEY", "DUECOURSE_KEY_COMMAND"])
def test_keys_that_are_anothers_to_write_are_only_wrapped_again(
    place: Installation, office: TestOffice, source: str
) -> None:
    ref = a_complaint(office)
    before = place.file.read_bytes()
    given = {source: place.text if source == "DUECOURSE_KEY" else f"cat {place.file}"}
    settings = place.settings(**given)

    nothing = rotation.rotate(place.start(**given), settings)
    assert (nothing.added, nothing.wrapped) == ("", Keys())
    assert place.file.read_bytes() == before
    with pytest.raises(BadInput, match="not kept in a file"):
        rotation.add_line(office.store, settings)

    place.file.write_text(f"{keyfile.new_line()}\n{place.file.read_text()}")  # as the operator does it
    given = {source: place.text if source == "DUECOURSE_KEY" else f"cat {place.file}"}
    store = place.start(**given)
    done = rotation.rotate(store, place.settings(**given))

    assert (done.added, done.newest, done.wrapped) == ("", place.ids[0], Keys(cases=1, offices=1))
    assert "王小明" in words_of(seen_by(office, store), ref)
    assert rotation.status(store, place.settings(**given)).source in {"variable", "command"}


def test_a_line_alone_is_for_several_machines_and_is_wrapped_by_afterwards(
    place: Installation, office: TestOffice
) -> None:
    a_complaint(office)
    (old,) = place.ids

    added = rotation.add_line(office.store, place.settings())

    assert place.ids == [added, old]
    assert wrapped_by(office.store) == {old: 2}
    with pytest.raises(BadInput, match="not finished"):
        rotation.add_line(office.store, place.settings())
    assert rotation.rotate(office.store, place.settings()).added == ""
    assert wrapped_by(office.store) == {added: 2}


@contextmanager
def dying_at(store: Store, number: int) -> Iterator[None]:
    """Let the process die before its statement or commit of this number."""
    left = number

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Death

    for name in ("before_cursor_execute", "commit"):
        event.listen(store.engine, name, count)
    yield


def test_a_rotation_that_dies_anywhere_is_gone_on_with_and_until_then_everything_opens(
    place: Installation, office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    refs = [a_complaint(office) for _ in range(5)]
    died = 0
    while True:
        store, lines = place.start(), place.ids
        try:
            with dying_at(store, died + 1):
                done = rotation.rotate(store, place.settings())
        except Death:
            died += 1
        else:
            break
        finally:
            store.close()
        there = seen_by(office, place.start())
        assert place.ids[-len(lines) :] == lines, "an old line was lost"
        assert ["王小明"] * 5 == [words_of(there, ref)[0] for ref in refs]
        if died % 5 == 0:
            rotation.rotate(there.store, place.settings())
            assert wrapped_by(there.store) == {place.ids[0]: 6}

    assert died > 10
    assert not done.unopened
    assert whole(place.start())


def test_two_rotations_at_once_lose_no_line_and_no_key(
    place: Installation, office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 1)
    refs = [a_complaint(office) for _ in range(4)]
    stores, wrong = [place.start() for _ in range(3)], list[BaseException]()

    def turn(store: Store) -> None:
        try:
            rotation.rotate(store, place.settings())
        except BaseException as error:  # noqa: BLE001  shown by the test
            wrong.append(error)

    threads = [threading.Thread(target=turn, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    there = seen_by(office, place.start())
    rotation.rotate(there.store, place.settings())
    assert {place.ids[0]} == set(wrapped_by(there.store))
    assert ["王小明"] * 4 == [words_of(there, ref)[0] for ref in refs]


def test_a_key_that_is_destroyed_stays_destroyed(place: Installation, office: TestOffice) -> None:
    """Also one that is destroyed between being read and being wrapped again."""
    refs = [a_complaint(office) for _ in range(3)]
    destroy(office.store, office, 1)
    meanwhile, done = place.start(), list[bool]()

    def then(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "case_key.wrapped, case_key.master_id" in statement and "LIMIT" in statement and not done:
            done.append(True)
            destroy(meanwhile, office, 2)

    event.listen(office.store.engine, "after_cursor_execute", then)
    rotated = rotation.rotate(office.store, place.settings())
    event.remove(office.store.engine, "after_cursor_execute", then)

    assert rotated.wrapped.cases == 1
    for ref in refs[:2]:
        with pytest.raises(StoreProblem, match="destroyed at its disposal"):
            words_of(office, ref)
    assert "王小明" in words_of(office, refs[2])
    assert [1, 0] == [line.wraps.cases for line in rotation.status(office.store, place.settings()).lines]


@pytest.mark.parametrize("loss", ["its line", "its row", "its bytes"])
def test_a_key_missing_for_one_case_is_told_of_that_case_alone(
    place: Installation, office: TestOffice, loss: str
) -> None:
    lost, other = a_complaint(office), a_complaint(office)
    with office.store.transaction() as session:
        mine = KEYS.c.case_id == 1
        if loss == "its line":
            session.connection().execute(update(KEYS).where(mine).values(master_id="gone"))
        elif loss == "its row":
            session.connection().execute(delete(KEYS).where(mine))
        else:
            session.connection().execute(update(KEYS).where(mine).values(wrapped=b"x" * 60))
    sentence = {
        "its line": "The master key gone is missing, without which the case {ref} cannot be opened.",
        "its row": "The key of the case {ref} is gone from the database",
        "its bytes": "The key of the case {ref} does not open",
    }[loss]

    for attempt in (
        lambda: words_of(office, lost),
        lambda: office.move(lost, "begin", office.staff(1)),
        lambda: office.record(lost, "assignment", office.staff(1), handler="desk1"),
    ):
        with pytest.raises((KeyProblem, StoreProblem)) as raised:
            attempt()
        assert sentence.format(ref=lost) in str(raised.value)
    with office.store.reading() as session:
        rows = list_cases(session, office.key, person=office.people["desk1"]).rows
    assert {lost, other} == {row.ref for row in rows}
    assert "王小明" in words_of(office, other)
    office.record(other, "assignment", office.staff(1), handler="desk1")

    done = rotation.rotate(office.store, place.settings())
    assert (done.wrapped.cases, done.unopened) == (1, loss != "its row")
    assert "王小明" in words_of(office, other)
    (missing,) = rotation.status(office.store, place.settings()).missing or (None,)
    assert (missing is not None) == (loss == "its line")
    assert rotation.rotate(office.store, place.settings()).added, (
        "one lost key does not stop the next rotation"
    )


def test_the_doctor_says_which_line_is_missing_and_that_a_rotation_is_not_finished(
    place: Installation, office: TestOffice
) -> None:
    a_complaint(office), a_complaint(office)
    rotation.add_line(office.store, place.settings())
    with office.store.transaction() as session:
        session.connection().execute(update(KEYS).where(KEYS.c.case_id == 1).values(master_id="gone"))

    said = [
        finding.told("en")
        for finding in examine(place.settings(), office.now, prefect="http://127.0.0.1:9/api")
    ]

    assert "The master key gone is missing: what it wraps cannot be opened." in said
    assert "Some keys are still wrapped by an older master key." in said


def test_the_status_shows_ids_and_counts_and_nothing_of_a_key(
    place: Installation, office: TestOffice
) -> None:
    a_complaint(office)
    rotation.rotate(office.store, place.settings())

    told = repr(rotation.status(office.store, place.settings())) + repr(office.store.keys)

    for line in place.file.read_text().splitlines():
        assert line.split()[3][:8] not in told
        assert base64.b64decode(line.split()[3]).hex()[:8] not in told


# The file.


def a_file(folder: Path, text: str = "", mode: int = 0o600) -> Path:
    path = folder / "master.key"
    path.write_bytes((text or f"# in the safe\r\n{keyfile.new_line()}\n{keyfile.new_line()}").encode())
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_new_line_stands_on_top_and_what_was_there_stays_byte_for_byte(tmp_path: Path, mode: int) -> None:
    path = a_file(tmp_path, mode=mode)
    before = path.read_bytes()

    added = keyfile.add_line(path)

    first, after = path.read_bytes().split(b"\n", 1)
    assert after == before
    assert first.decode().split()[2] == added == MasterKeys.from_file(path).newest_id
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert [path] == list(tmp_path.iterdir())


def test_the_mark_that_some_editors_put_first_does_not_end_up_in_the_middle(tmp_path: Path) -> None:
    path = a_file(tmp_path, f"\ufeff{keyfile.new_line()}\r\n")

    keyfile.add_line(path)

    assert len(MasterKeys.from_file(path).lines) == 2


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    path, link = a_file(tmp_path / "secrets"), tmp_path / "linked.key"
    link.symlink_to(path)

    keyfile.add_line(link)

    assert link.is_symlink()
    assert len(MasterKeys.from_file(path).lines) == 3


@pytest.mark.parametrize("call", ["open", "fchmod", "fsync", "fsync of the folder", "replace", "flock"])
def test_a_file_that_cannot_be_written_is_as_it_was_or_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = a_file(tmp_path)
    before = path.read_bytes()
    times = 2 if call == "fsync of the folder" else 1

    def fail(*_: object, **__: object) -> None:
        nonlocal times
        times -= 1
        if not times:
            raise OSError(28, "No space left on device")

    if call == "replace":
        monkeypatch.setattr(Path, "replace", fail)
    elif call == "flock":
        monkeypatch.setattr(fcntl, "flock", fail)
    else:
        monkeypatch.setattr(os, call.partition(" ")[0], fail)
    with pytest.raises(KeyProblem, match="No space left on device"):
        keyfile.add_line(path)
    monkeypatch.undo()

    after = path.read_bytes()
    assert after.endswith(before)
    assert (after == before) == (call != "fsync of the folder")
    assert [path] == list(tmp_path.iterdir())
    assert len(MasterKeys.from_file(path).lines) in {2, 3}


def test_what_one_that_crashed_left_beside_the_file_does_not_stand_in_the_way(tmp_path: Path) -> None:
    path = a_file(tmp_path)
    (tmp_path / ".master.key.new").write_text("duecourse-key 1 half")

    keyfile.add_line(path)

    assert len(MasterKeys.from_file(path).lines) == 3
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("fault", ["gone", "torn", "open to others"])
def test_no_line_is_added_to_a_file_that_is_not_sound(tmp_path: Path, fault: str) -> None:
    path = a_file(tmp_path)
    if fault == "gone":
        path.unlink()
    elif fault == "torn":
        path.write_text("duecourse-key 1 torn")
    else:
        path.chmod(0o640)
    before = path.read_bytes() if path.exists() else None

    with pytest.raises(KeyProblem):
        keyfile.add_line(path)

    assert (path.read_bytes() if path.exists() else None) == before


def test_keys_of_another_installation_are_not_taken_over(
    place: Installation, office: TestOffice, tmp_path: Path
) -> None:
    a_complaint(office)
    shutil.copy(a_file(tmp_path), place.file)

    assert not office.store.keys.knows("unknown")
    assert len(office.store.keys.lines) == 1
