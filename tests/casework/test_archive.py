"""A filed case is archived in one valid bag, whatever dies on the way; anyone may read its dossier, and only its own key opens the rest."""

import errno
import json
import shutil
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import bagit
import fsspec
import pytest
from sqlalchemy import select, update

import models
from casework import archive, attachments, audit, bag_content, bags, reading_log, readings
from casework.archive import Archived
from casework.bags import Shelf
from casework.errors import BadInput, StoreProblem, WrongKey
from casework.outcome import Refused
from states.editions import editions
from tests.building import TestOffice, a_complaint, a_store, an_office, granted

CASES, EVENTS = models.table(models.Case), models.table(models.Event)
KEYS, RECORDS = models.table(models.CaseKey), models.table(models.ArchiveRecord)


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    yield an_office(store)
    store.close()


@pytest.fixture
def root(tmp_path: Path) -> str:
    return str(tmp_path / "archive")


def archived(office: TestOffice, ref: str, root: str) -> Archived:
    done = archive.archive_case(office.store, ref, office.now, root)
    assert isinstance(done, Archived), done
    return done


def an_opinion(office: TestOffice) -> str:
    """Register an opinion that waits for the archive."""
    ref = office.register("property.opinion", complainants=[{"name": "王小明"}]).ref
    office.record(ref, "reading", office.manager, remark="benches ordered")
    office.move(ref, "note", office.manager)
    return ref


def case(office: TestOffice, ref: str) -> Any:
    with office.store.reading() as session:
        return session.connection().execute(select(CASES).where(CASES.c.ref == ref)).one()


def waiting(office: TestOffice) -> list[str]:
    with office.store.reading() as session:
        return archive.waiting(session)


def folder_of(root: str, done: Archived) -> Path:
    return Path(root) / done.ref / done.bag


@pytest.mark.clause("X1", "X3")
def test_what_waits_for_the_archive_follows_from_the_procedures(office: TestOffice, root: str) -> None:
    a_complaint(office, "remedied")
    first = a_complaint(office, "filed")
    office.clock.advance(minutes=1)
    second = an_opinion(office)

    assert [first, second] == waiting(office)
    assert {"property.complaint", "property.callout", "property.opinion"} <= {
        law.name for law in editions().values() if archive.ways(law)
    }
    archived(office, first, root)
    assert [second] == waiting(office)


@pytest.mark.clause("X1", "X3")
def test_a_filed_case_is_archived_in_a_bag_that_others_find_whole(office: TestOffice, root: str) -> None:
    ref = a_complaint(office, "filed")

    done = archived(office, ref, root)

    folder = folder_of(root, done)
    assert bagit.Bag(str(folder)).is_valid()
    assert {
        "manifest-sha256.txt",
        "manifest-sha512.txt",
        "tagmanifest-sha256.txt",
        "tagmanifest-sha512.txt",
    } <= {p.name for p in folder.iterdir()}
    assert ("archived", office.now) == (case(office, ref).state, case(office, ref).closed_at)
    with office.store.reading() as session:
        record = session.connection().execute(select(RECORDS)).one()
        proof = session.connection().execute(select(EVENTS).where(EVENTS.c.name == "bag")).one()
    assert (done.bag, done.manifest_sha256, bags.digest(folder / "data/sealed/evidence.bin")) == (
        record.bag_name,
        record.manifest_sha256,
        record.payload_sha256,
    )
    assert {"manifest_sha256": bags.digest(folder / "manifest-sha256.txt"), "verified": True} == json.loads(
        proof.clear
    )
    assert ("clock", None) == (proof.actor_kind, proof.actor_id)
    info = bagit.Bag(str(folder)).info
    assert (ref, "property.complaint", "2026-01-01") == (
        info["External-Identifier"],
        info["Duecourse-Procedure"],
        info["Duecourse-Edition"],
    )
    assert archive.BagReport(ref, done.manifest_sha256, ()) == archive.verify_bag(str(folder))
    assert audit.verify(office.store).whole


@pytest.mark.clause("X1", "X3")
def test_archiving_again_gives_the_same_bag(office: TestOffice, root: str) -> None:
    ref = an_opinion(office)
    first, version = archived(office, ref, root), case(office, ref).version

    again = archived(office, ref, root)

    assert (first.bag, first.manifest_sha256, True, False) == (
        again.bag,
        again.manifest_sha256,
        again.again,
        first.again,
    )
    assert [first.bag] == [p.name for p in (Path(root) / ref).iterdir()]
    assert version == case(office, ref).version


@pytest.mark.clause("X1")
def test_a_case_that_does_not_wait_is_refused_by_the_door_and_stays(office: TestOffice, root: str) -> None:
    ref = a_complaint(office, "handling")

    done = archive.archive_case(office.store, ref, office.now, root)

    assert isinstance(done, Refused)
    assert "state" in [r.kind for r in done.requirements]
    assert "handling" == case(office, ref).state
    assert not Path(root).exists()
    missed = office.register("property.missed_call").ref
    with pytest.raises(BadInput, match=r"Cases of property.missed_call are not archived"):
        archive.archive_case(office.store, missed, office.now, root)


def test_the_dossier_tells_the_whole_course_and_names_nobody_outside(office: TestOffice, root: str) -> None:
    ref = a_complaint(office, "filed", against="desk3", matter="canary matter", place="canary place")
    folder = folder_of(root, archived(office, ref, root))
    told = json.loads((folder / "data/dossier.json").read_text(encoding="utf-8"))
    text = (folder / "data/dossier.md").read_text(encoding="utf-8") + json.dumps(told, ensure_ascii=False)

    for secret in (
        "王小明",
        "13800000000",
        "canary",
        "the pump",
        "we will mend it",
        "desk3",
        "C-2026-000001",
        "complaint 2026 1",
        "翠園",
    ):
        assert secret not in text
    names = [e["name"] for e in told["events"]]
    assert [
        "property.complaint",
        "complaint",
        "opinion",
        "assignment",
        "begin",
        "remedy",
        "finish",
        "callback",
        "dossier",
        "file",
    ] == names
    assert ("desk1", ["staff"], "withheld") == (
        told["events"][1]["by"],
        told["events"][1]["roles"],
        told["events"][1]["evidence"]["against"],
    )
    assert ["P1a", "P2a", "P6b", "X1", "X7"] == sorted(part["clause"] for part in told["compliance"])
    p6b = next(part for part in told["compliance"] if part["clause"] == "P6b")
    assert {"opinion", "remedy", "callback"} <= {d["act"] for d in p6b["done"]}
    assert "withdraw" in {d["act"] for d in p6b["not_done"]}
    assert {"kept"} == {d["standing"] for d in p6b["deadlines"]}
    assert ["attempt", "answer", "close_satisfied"] == [e["name"] for e in told["sub_cases"][0]["events"]][1:]
    with office.store.reading() as session:
        hashes = [
            bytes(h).hex()
            for h in session.connection()
            .execute(
                select(EVENTS.c.hash)
                .join(CASES, CASES.c.id == EVENTS.c.case_id)
                .where(CASES.c.ref == ref)
                .order_by(EVENTS.c.seq)
            )
            .scalars()
        ]
    assert hashes[: len(names)] == [e["hash"] for e in told["events"]]
    assert told["chain"]["head_hash"] == hashes[len(names) - 1]


@pytest.mark.clause("P6a")
def test_the_dossier_says_of_every_clock_how_it_ended(office: TestOffice, root: str) -> None:
    ref = office.register("property.callout").ref
    office.clock.advance(minutes=16)
    one = office.repairer
    office.record(ref, "arrival", one, who="tech1")
    office.move(ref, "arrive", one)
    office.record(
        ref,
        "completion",
        one,
        started_at=office.now,
        finished_at=office.now,
        done="mended",
        verdict="satisfied",
    )
    office.move(ref, "finish", one)
    office.record(ref, "dossier", office.staff(1), complete=True)
    office.move(ref, "file", office.staff(1))

    folder = folder_of(root, archived(office, ref, root))

    told = json.loads((folder / "data/dossier.json").read_text(encoding="utf-8"))
    standing = {(d["deadline"], d["rung"]): d["standing"] for d in told["deadlines"]}
    assert ("reminded", "kept late", "kept") == tuple(standing["repair_arrival", rung] for rung in range(3))
    assert "running" == standing["archive_due", 0]
    text = next(d for d in told["deadlines"] if d["deadline"] == "repair_arrival" and d["rung"] == 1)[
        "source"
    ]
    assert "text" == text, "a number of the text is told from a default"


def test_the_sealed_part_opens_for_a_purpose_with_everything_in_it(office: TestOffice, root: str) -> None:
    ref = a_complaint(office, "remedied")
    with office.store.transaction() as session:
        callback = (
            session.connection()
            .execute(select(CASES.c.ref).where(CASES.c.parent_id.is_not(None)))
            .scalar_one()
        )
        folder = Path(root).parent / "attachments"
        attachments.attach(
            session, callback, b"canary content", office.staff(2), office.now, folder=folder, name="王.txt"
        )
    office.record(callback, "attempt", office.staff(2), method="call", reached=True)
    office.record(callback, "answer", office.staff(2), content=True, words="canary answer")
    office.move(callback, "close_satisfied", office.staff(2))
    office.record(ref, "dossier", office.staff(1), complete=True, told_to_all=True)
    office.move(ref, "file", office.staff(1))
    archived(office, ref, root)

    with pytest.raises(BadInput, match="purpose"):
        archive.open_bag(office.store, ref, office.manager, office.now, "", root=root)
    why = "a question of the residents"
    found = granted(archive.open_bag(office.store, ref, office.manager, office.now, why, root=root))

    assert "王小明" == found.evidence["parties"][0]["identity"]["name"]
    assert {"matter": "the pump hums all night"}.items() <= found.evidence["events"][0]["words"].items()
    assert "canary answer" in json.dumps(found.evidence["sub_cases"])
    assert ("王.txt", callback) == (
        found.evidence["attachments"][0]["name"],
        found.evidence["attachments"][0]["ref"],
    )
    assert [b"canary content"] == list(found.contents.values())
    with office.store.reading() as session:
        assert [("head1", "bag", "a question of the residents")] == [
            (r.handle, r.what, r.purpose) for r in reading_log.readings_of(session, ref)
        ]
    plain = b"".join(path.read_bytes() for path in Path(root).rglob("*") if path.is_file())
    assert b"canary" not in plain
    assert "王".encode() not in plain


def test_whoever_destroys_the_key_destroys_the_evidence_in_every_copy(
    office: TestOffice, root: str, tmp_path: Path
) -> None:
    ref = an_opinion(office)
    done = archived(office, ref, root)
    with office.store.transaction() as session:
        session.connection().execute(update(KEYS).values(wrapped=None, destroyed_at=office.now))

    with pytest.raises(StoreProblem, match="destroyed at its disposal"):
        archive.open_bag(office.store, ref, office.manager, office.now, "to look again", root=root)
    assert () == archive.verify_bag(str(folder_of(root, done))).faults
    # Nobody disposed of it: a disposal would be an event of the case.
    assert ["its key is gone, and nothing says that it was destroyed"] == [
        flaw.params["fault"] for flaw in audit.verify(office.store).findings
    ]


def test_a_bag_that_was_changed_is_found_and_not_opened(office: TestOffice, root: str) -> None:
    ref = an_opinion(office)
    folder = folder_of(root, archived(office, ref, root))
    dossier = folder / "data" / "dossier.md"
    before = dossier.read_bytes()

    dossier.write_bytes(before[:-1] + b"?")
    assert any("dossier.md" in fault for fault in archive.verify_bag(str(folder)).faults)
    with pytest.raises(StoreProblem, match="not as it was recorded"):
        archive.open_bag(office.store, ref, office.manager, office.now, "to look again", root=root)
    dossier.write_bytes(before)
    (folder / "data/sealed/evidence.bin").unlink()
    assert archive.verify_bag(str(folder)).faults
    shutil.rmtree(folder)
    with pytest.raises(StoreProblem, match="not there"):
        archive.open_bag(office.store, ref, office.manager, office.now, "to look again", root=root)
    with pytest.raises(BadInput, match="There is no bag there"):
        archive.verify_bag(str(folder))


def test_what_is_sealed_in_one_bag_does_not_open_under_the_name_of_another(
    office: TestOffice, root: str
) -> None:
    ref = an_opinion(office)
    done = archived(office, ref, root)
    with office.store.transaction() as session:
        key = granted(
            readings.begin_reading(
                session, ref, office.manager, office.now, what="bag", purpose="to look again"
            )
        ).key

    bag_content.opened(folder_of(root, done), done.bag, key, contents=False)
    with pytest.raises(WrongKey):
        bag_content.opened(folder_of(root, done), f"{ref}-00000000", key, contents=False)


def test_an_archive_that_cannot_be_written_is_said_in_a_sentence_and_the_case_stays_filed(
    office: TestOffice, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = an_opinion(office)
    Path(root).write_text("a file where the folder should be")

    with pytest.raises(StoreProblem, match="cannot be read or written"):
        archive.archive_case(office.store, ref, office.now, root)
    Path(root).unlink()

    def full(_shelf: Shelf, _ref: str, _name: str, _folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Shelf, "place", full)
        with pytest.raises(StoreProblem, match="cannot be read or written"):
            archive.archive_case(office.store, ref, office.now, root)
    with pytest.raises(BadInput, match="address cannot be used"):
        archive.archive_case(office.store, ref, office.now, "nowhere://x/y")
    assert ("read", [ref]) == (case(office, ref).state, waiting(office))
    archived(office, ref, root)


@pytest.mark.clause("X1")
def test_a_bag_that_is_not_whole_when_read_back_is_removed_and_the_case_stays(
    office: TestOffice, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = an_opinion(office)
    place = Shelf.place

    def losing(shelf: Shelf, ref: str, name: str, folder: Path) -> None:
        (folder / "data" / "dossier.json").write_text("{}")
        place(shelf, ref, name, folder)

    with monkeypatch.context() as patched:
        patched.setattr(Shelf, "place", losing)
        with pytest.raises(StoreProblem, match="not whole when it was read back"):
            archive.archive_case(office.store, ref, office.now, root)

    assert ("read", []) == (case(office, ref).state, list((Path(root) / ref).iterdir()))
    archived(office, ref, root)


@pytest.mark.clause("X1", "X3")
def test_a_case_that_changes_while_its_bag_is_built_gets_a_bag_of_what_it_is_now(
    office: TestOffice, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = an_opinion(office)
    place, changes = Shelf.place, iter([True])

    def slow(shelf: Shelf, ref: str, name: str, folder: Path) -> None:
        place(shelf, ref, name, folder)
        if next(changes, False):
            with office.store.transaction() as session:
                attachments.attach(
                    session,
                    ref,
                    b"x",
                    office.staff(1),
                    office.now,
                    folder=Path(root).parent / "attachments",
                    name="late.txt",
                )

    monkeypatch.setattr(Shelf, "place", slow)
    done = archived(office, ref, root)

    assert [done.bag] == [p.name for p in (Path(root) / ref).iterdir()]
    found = granted(
        archive.open_bag(office.store, ref, office.manager, office.now, "to look again", root=root)
    )
    assert ["late.txt"] == [file["name"] for file in found.evidence["attachments"]]


@pytest.mark.clause("X3")
def test_two_runs_at_once_archive_a_case_once(office: TestOffice, root: str) -> None:
    refs = [an_opinion(office) for _ in range(4)]
    found: list[object] = []

    def run() -> None:
        found.extend(archive.archive_case(office.store, ref, office.now, root) for ref in refs)

    runs = [threading.Thread(target=run) for _ in range(2)]
    for each in runs:
        each.start()
    for each in runs:
        each.join()

    assert 8 == len(found)
    assert all(isinstance(each, Archived) for each in found)
    for ref in refs:
        (bag,) = (Path(root) / ref).iterdir()
        assert () == archive.verify_bag(str(bag)).faults
    assert audit.verify(office.store).whole


def test_a_store_that_is_no_folder_does_as_well(office: TestOffice) -> None:
    ref = an_opinion(office)
    address = "memory://archive-of-a-test"

    done = archived(office, ref, address)

    assert () == archive.verify_bag(f"{address}/{ref}/{done.bag}").faults
    assert "benches ordered" in json.dumps(
        granted(
            archive.open_bag(office.store, ref, office.manager, office.now, "to look", root=address)
        ).evidence
    )
    fsspec.filesystem("memory").rm("/archive-of-a-test", recursive=True)


class Killed(BaseException):
    """The process dies here."""


LINES = ("archive.py", "bagging.py", "bags.py", "bag_content.py", "dossier.py")


def lines_of_a_run(office: TestOffice, root: str) -> list[tuple[str, int]]:
    """Every line of the archive's own files that a run passes, each once."""
    passed: dict[tuple[str, int], None] = {}

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if not frame.f_code.co_filename.endswith(tuple(f"casework/{name}" for name in LINES)):
            return None
        if event == "line":
            passed[frame.f_code.co_filename, frame.f_lineno] = None
        return trace

    ref = an_opinion(office)
    sys.settrace(trace)
    try:
        archived(office, ref, root)
    finally:
        sys.settrace(None)
    return list(passed)


def die_at(office: TestOffice, ref: str, root: str, place: tuple[str, int]) -> None:
    def trace(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename != place[0]:
            return None
        if event == "line" and frame.f_lineno == place[1]:
            sys.settrace(None)
            raise Killed
        return trace

    sys.settrace(trace)
    try:
        archive.archive_case(office.store, ref, office.now, root)
    except Killed:
        return
    finally:
        sys.settrace(None)


@pytest.mark.clause("X1", "X3")
def test_a_run_may_die_at_any_line_and_the_next_one_ends_with_one_archived_case_in_one_whole_bag(
    office: TestOffice, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a real death leaves on the shelf is left here too; folders for temporary files would only be cleaned up more.
    every = lines_of_a_run(office, root)
    assert 80 < len(every)
    tried = every if office.store.engine.dialect.name == "sqlite" else every[::4]
    for place in tried:
        ref = an_opinion(office)
        die_at(office, ref, root, place)
        office.clock.advance(seconds=1)
        done = archived(office, ref, root)
        assert [done.bag] == [p.name for p in (Path(root) / ref).iterdir()], place
        assert () == archive.verify_bag(str(folder_of(root, done))).faults, place
    with office.store.reading() as session:
        connection = session.connection()
        assert len(tried) + 1 == len(connection.execute(select(RECORDS)).all())
        assert {"archived"} == set(connection.execute(select(CASES.c.state)).scalars())
        assert len(tried) + 1 == len(
            connection.execute(select(EVENTS.c.id).where(EVENTS.c.name == "bag")).all()
        )
    assert audit.verify(office.store).whole


def test_the_clock_that_waits_for_the_archive_is_kept_by_it(office: TestOffice, root: str) -> None:
    ref = an_opinion(office)
    office.clock.advance(days=2)

    archived(office, ref, root)

    with office.store.reading() as session:
        breached = (
            session.connection()
            .execute(select(EVENTS.c.name, EVENTS.c.happened_at).where(EVENTS.c.kind == "breached"))
            .all()
        )
    assert [("archive_due", office.now - timedelta(days=1))] == [tuple(row) for row in breached]
