"""Every word that can be written in a property office goes in as a canary and comes out in plain where it is meant to be read, and nowhere else.

The bureau, which keeps more, has its own file beside this one (`test_canaries_bureau.py`).
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from dataclasses import dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

import models
from casework import attachments, corrections, fire, intake, readings, watch
from casework.boards import boards
from casework.dispatch import dispatch
from casework.errors import BadInput
from casework.people import people_of
from tests.building import TestOffice, called_back
from tests.canaries import Cage, Spoken, fields_to_fill, files_under, kept, statements, without_a_column
from tests.casework.varied_cases import MAPPING
from tests.desk.either_database import counter_at, property_office
from tests.outside import Outside
from tests.secret_cases import reachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlmodel import Session

CASES, OUTBOX = models.table(models.Case), models.table(models.Outbox)
WHO = {"name": "鳴禽丙", "phone": "13900004444", "contact": "bird@aviary.example"}
ADDRESS = "json://aviary-staff.example/bird"
NUMBER = re.compile(rb"\b[A-Z]-20[0-9]{2}-[0-9]{6}\b|\b[a-z_]+ 20[0-9]{2} [0-9]+\b")
"""A register number as it is shown and as it is stored."""
SHOWS = ("reveal", "readings", "archive open")
"""The commands that exist to show what is sealed."""


@pytest.fixture(scope="session")
def prepare_schema() -> Callable[[str], None]:
    return property_office


@dataclass
class Scene:
    """What was done and said. `main`: the complaint that goes the whole way; `given`: files that were typed in."""

    office: TestOffice
    spoken: Spoken
    given: Path
    cage: Cage = field(default_factory=Cage)
    main: str = ""
    outside: Outside = field(default_factory=Outside)

    def words(self, what: str) -> str:
        """A canary."""
        return self.cage.words(what)

    def file(self, name: str, content: str) -> str:
        """A file for a command to read."""
        (self.given / name).write_text(content, encoding="utf-8")
        return str(self.given / name)

    def comes_in(self, procedure: str, step: str, *names: str, **more: object) -> str:
        """Register a case in which everything that can be said is said."""
        said: dict[str, Any] = {name: self.words(f"{step}.{name}") for name in names}
        who = {"complainants": [WHO, WHO]} if procedure != "property.missed_call" else {}
        return self.office.register(procedure, **{**said, **who, **more}).ref

    def child(self, ref: str) -> str:
        """The open sub-case of a case."""
        parent = select(CASES.c.id).where(CASES.c.ref == ref).scalar_subquery()
        wanted = select(CASES.c.ref).where(CASES.c.parent_id == parent, CASES.c.closed_at.is_(None))
        with self.office.store.reading() as session:
            return str(session.connection().execute(wanted).scalar_one())

    def deliver(self) -> None:
        """Tell people and operations what waits to be told."""
        while dispatch(self.office.store, self.office.now, self.outside).claimed:
            pass


@pytest.fixture
def scene(database_url: str, tmp_path: Path) -> Iterator[Scene]:
    counter = counter_at(database_url, tmp_path / "home")
    store = counter.open()
    office = TestOffice(store, counter.clock, "court")
    with store.reading() as session:
        office.people = {person.handle: person for person in people_of(session, "court", office.now)}
    reachable(office, contact=ADDRESS)
    (tmp_path / "given").mkdir()
    scene = Scene(office, Spoken(counter), tmp_path / "given")
    for what, text in WHO.items():
        scene.cage.also(f"complainant.{what}", text)
    scene.cage.also("address of staff", ADDRESS.removeprefix("json://"))
    yield scene
    store.close()


def typed(fields: dict[str, str]) -> list[str]:
    return [part for name, value in fields.items() for part in ("--set", f"{name}={value}")]


# ── what is sung ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def remedied_and_archived(scene: Scene) -> None:
    """A complaint from its registration to its bag, by commands where something is written."""
    office, spoken, words = scene.office, scene.spoken, scene.words
    one, two = office.staff(1), office.staff(2)
    fields = {
        "channel": "hotline",
        "service": "noise",
        "matter": words("complaint.matter"),
        "place": words("complaint.place"),
    }
    fields |= {f"complainants.1.{name}": text for name, text in WHO.items()}
    late = ("--received-at", "-2h", "--reason", words("reason for registering late"))
    ref = scene.main = spoken.done("register", "property.complaint", *typed(fields), *late, by="desk1")["ref"]
    late = ("--happened-at", "-1h", "--reason", words("reason for recording late"))
    opinion = typed({"words": words("opinion that was mistyped"), "told_to_all": "yes", "channel": "visit"})
    seq = spoken.done("record", ref, "opinion", *opinion, *late, by="desk1")["seq"]
    mended = typed({"words": words("opinion.words"), "told_to_all": "yes", "channel": "visit"})
    spoken.done("correct", ref, str(seq), *mended, "--reason", words("reason of a correction"), by="desk1")
    spoken.done("assign", ref, "desk1", by="desk1")
    office.clock.advance(hours=1)
    spoken.done(
        "move", ref, "begin", "--happened-at", "-1m", "--reason", words("reason for moving late"), by="desk1"
    )
    spoken.done("attach", ref, scene.file(f"{words('name of a file')}.txt", words("attachment")), by="desk1")
    asked = spoken.type("record", ref, "remedy", by="desk1", answers=[words("remedy.done"), "now"])
    assert asked.code == 0, asked.err
    callback = spoken.done("move", ref, "finish", by="desk1")["opened"][0]
    spoken.done("visit", "move", callback, "+1d", "--reason", words("appointment.reason"), by="desk2")
    spoken.looks("visit", "list", by="desk2")
    scene.deliver()
    office.record(callback, "attempt", two, method="call", reached=True, remark=words("attempt.remark"))
    office.record(callback, "answer", two, content=True, rating=5, words=words("answer.words"))
    office.move(callback, "close_satisfied", two)
    office.record(ref, "dossier", one, complete=True, told_to_all=True, remark=words("dossier.remark"))
    office.move(ref, "file", one)
    assert spoken.type("archive", "run").code == 0


def never_satisfied_and_never_reached(scene: Scene) -> None:
    """A complaint that the manager ends by a reply, and one whose complainant is sought in vain."""
    office, words = scene.office, scene.words
    one, two, boss, now = office.staff(1), office.staff(2), office.manager, office.now
    complaint = ("property.complaint", "complaint", "matter", "place")
    ref = scene.comes_in(*complaint)
    office.record(ref, "opinion", one, words=words("opinion.words"), told_to_all=True, channel="visit")
    office.record(ref, "assignment", one, handler="desk1")
    office.move(ref, "begin", one)
    for handler in (one, one, boss):
        office.record(ref, "remedy", handler, done=words("remedy.done"), finished_at=now)
        office.move(ref, "finish", handler)
        called_back(office, scene.child(ref), by=two, content=False)
    office.record(ref, "dossier", boss, complete=True, told_to_all=True)
    office.record(
        ref, "final_reply", boss, words=words("final_reply.words"), channel="letter", told_to_all=True
    )
    office.move(ref, "close_unsatisfied", boss)
    ref = scene.comes_in(*complaint)
    office.record(ref, "opinion", one, words=words("opinion.words"), told_to_all=True, channel="visit")
    office.record(ref, "assignment", one, handler="desk1")
    office.move(ref, "begin", one)
    office.record(ref, "remedy", one, done=words("remedy.done"), finished_at=now)
    office.move(ref, "finish", one)
    for _ in range(3):
        office.record(
            scene.child(ref), "attempt", two, method="call", reached=False, remark=words("attempt.remark")
        )
        office.clock.advance(days=1)
    office.record(scene.child(ref), "consent", boss, reason=words("consent.reason"))
    office.move(scene.child(ref), "give_up", two)


def ended_at_once(scene: Scene) -> None:
    """Not for this office; taken back; void."""
    office, words = scene.office, scene.words
    one, two, boss, now = office.staff(1), office.staff(2), office.manager, office.now
    complaint = ("property.complaint", "complaint", "matter", "place")
    ref = scene.comes_in(*complaint)
    said: dict[str, Any] = {name: words(f"guidance.{name}") for name in ("why_not_ours", "authority")}
    office.record(ref, "guidance", one, told_at=now, **said)
    office.record(ref, "referral_agreed", boss, reason=words("referral_agreed.reason"))
    office.move(ref, "refer", one)
    ref = scene.comes_in(*complaint)
    office.record(ref, "withdrawal", two, words=words("withdrawal.words"), channel="visit")
    office.move(ref, "withdraw", two)
    ref = scene.comes_in(*complaint)
    scene.spoken.done("void", ref, "--reason", words("void_reason.reason"), by="head1")


def calls_and_opinions(scene: Scene) -> None:
    """Calls, opinions, calls that nobody answered."""
    office, words = scene.office, scene.words
    one, boss, now = office.staff(1), office.manager, office.now
    report = ("property.callout", "report", "matter", "place")
    ref = scene.comes_in(*report, kind="repair", channel="hotline")
    office.record(ref, "raising", office.foreman, to="emergency", reason=words("raising.reason"))
    office.record(ref, "lowering", office.foreman, reason=words("lowering.reason"))
    office.record(ref, "arrival", office.repairer, who="tech1")
    office.move(ref, "arrive", office.repairer)
    finished: dict[str, Any] = {
        "started_at": now,
        "finished_at": now,
        "verdict": "satisfied",
        "done": words("completion.done"),
    }
    office.record(ref, "completion", office.repairer, **finished)
    office.move(ref, "finish", office.repairer)
    office.record(ref, "dossier", office.foreman, complete=True, remark=words("dossier.remark"))
    office.move(ref, "file", office.foreman)
    ref = scene.comes_in(*report, kind="repair", channel="hotline")
    office.record(ref, "standing_down", office.foreman, words=words("standing_down.words"))
    office.move(ref, "stand_down", office.foreman)
    scene.comes_in(*report, kind="fire", channel="hotline")
    ref = scene.comes_in("property.opinion", "entry", "matter", "place", kind="praise", channel="visit")
    office.record(ref, "reading", boss, remark=words("reading.remark"))
    office.move(ref, "note", boss)
    ref = scene.comes_in("property.missed_call", "missed_call", "number")
    office.record(ref, "attempt", one, reached=True)
    office.record(ref, "result", one, words=words("result.words"))
    office.move(ref, "return_call", one)
    assert scene.spoken.type("archive", "run").code == 0


def an_older_register(scene: Scene) -> None:
    """What is taken over goes in sealed as well, and is not repeated where a row cannot be used."""
    words = scene.words
    rows = [f"1,Noise,2019-05-01 10:00,2019-05-03 09:00,closed,phone,{WHO['name']},{words('older words')}"]
    rows += [
        f"2,{words('older sort')},{words('older day')},,{words('older status')},phone,,{words('older words')}"
    ]
    book = scene.file("book.csv", "\n".join(("No,About,Came,Ended,Status,By,Name,Words", *rows)))
    mapping = scene.file("map.toml", MAPPING)
    for more in (("--dry-run",), ()):
        scene.spoken.type("import", book, "--mapping", mapping, *more, by="head1")


def what_shows(scene: Scene) -> None:
    """The commands that show what is sealed, and their purposes."""
    for verb in ("reveal", "archive open"):
        why = ("--purpose", scene.words(f"purpose of {verb}"))
        assert scene.spoken.type(*verb.split(), scene.main, *why, by="head1").code == 0
    scene.spoken.looks("readings", scene.main, by="head1")


WRONG: tuple[tuple[str, dict[str, str]], ...] = (
    ("opinion", {"words": "{}", "told_to_all": "{}", "channel": "{}"}),
    ("opinion", {"words": "{}", "nothing": "{}", "channel": "visit"}),
    ("opinion", {"words": "{}" * 1500, "told_to_all": "yes", "channel": "visit"}),
    ("remedy", {"done": "{}", "finished_at": "{}"}),
    ("assignment", {"handler": "{}"}),
    ("guidance", {"why_not_ours": "{}", "authority": "{}", "told_at": "{}"}),
    ("void_reason", {"reason": "{}"}),
    ("sing", {"words": "{}"}),
)
"""Evidence that cannot be used or is refused: "{}" is a canary."""


def refused_and_wrong(scene: Scene) -> None:
    """Everything that can be said wrongly, and what an error of ours says."""
    spoken, words, store = scene.spoken, scene.words, scene.office.store
    ref = scene.comes_in("property.complaint", "complaint", "matter", "place", against="desk3")
    for (step, fields), flags in zip(WRONG, cycle(((), ("--json",), ("--debug",))), strict=False):
        wrong = typed({name: text.replace("{}", words("said wrongly")) for name, text in fields.items()})
        for by in ("desk3", "guard1"):
            assert spoken.type(*flags, "record", ref, step, *wrong, by=by).code in {2, 3}
    said = {words("as a name"): words("in a file"), "words": words("in a file")}
    for name, how in (("odd.json", ""), ("broken.json", "{"), ("listed.json", "[1")):
        file = scene.file(name, how + json.dumps(said, ensure_ascii=False))
        assert spoken.type("record", ref, "opinion", "--evidence", file, by="desk1").code == 2
    assert spoken.type("record", ref, "opinion", "--set", words("without a field"), by="desk1").code == 2
    why = words("purpose that was refused")
    for typing in (
        ("reveal", ref, "--purpose", why),
        ("show", ref, "--open", why),
        ("void", ref, "--reason", why),
    ):
        for flags in ((), ("--json", "--debug")):
            assert spoken.type(*flags, *typing, by="desk3").code in {2, 3}
    fields = {"channel": "visit", "service": "noise", "matter": words("complaint.matter")}
    fields |= {"complainants.1.name": WHO["name"], "complainants.1.phone": WHO["phone"]}
    for inner in ("complainants.1.age", "complainants.x.name", "complainants"):
        assert (
            spoken.type(
                "register", "property.complaint", *typed(fields | {inner: WHO["phone"]}), by="desk1"
            ).code
            == 2
        )
    with without_a_column(store):
        for flags in ((), ("--debug",), ("--json", "--debug")):
            assert spoken.type(*flags, "register", "property.complaint", *typed(fields), by="desk1").code in {
                2,
                70,
            }


def time_passes(scene: Scene) -> None:
    """Limits are passed, alarms are raised, and people and operations are told."""
    office = scene.office
    for _ in range(3):
        office.clock.advance(days=15)
        while watch.sweep(office.store, office.now, worker="test").fired:
            pass
        scene.deliver()


def everybody_looks(scene: Scene) -> None:
    """Lists, reports and examinations."""
    spoken, copies = scene.spoken, str(scene.spoken.counter.home.parent / "copies")
    for by in ("desk1", "head1"):
        for listing in ("list --all", "due --within 300d", "alarms --all", f"show {scene.main}"):
            spoken.looks(*listing.split(), by=by)
    with scene.office.store.reading() as session:
        refs = session.connection().execute(select(CASES.c.ref)).scalars().all()
    for one in refs:
        spoken.type("--json", "show", one, by="head1")
    spoken.looks("audit", "anchor", DUECOURSE_ANCHORS=copies)
    for report in (
        "audit verify", f"audit verify --anchors {copies}", "check", "doctor", "doctor --retry", "key status", "key rotate", "office show", "office limits",
        "person list --all", "edition list", "archive run",
    ):  # fmt: skip
        spoken.looks(*report.split())
    for language in ("zh_Hant", "zh_Hans"):
        spoken.type("--lang", language, "show", scene.main, by="head1")


def sing(scene: Scene) -> None:
    """Everything, in an order in which all of it is possible."""
    remedied_and_archived(scene)
    never_satisfied_and_never_reached(scene)
    ended_at_once(scene)
    calls_and_opinions(scene)
    an_older_register(scene)
    what_shows(scene)
    refused_and_wrong(scene)
    time_passes(scene)
    everybody_looks(scene)


# ── where it is heard ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_canary_is_heard_where_it_is_not_meant_to_be_read(
    scene: Scene, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    cage, spoken, store = scene.cage, scene.spoken, scene.office.store
    with caplog.at_level(logging.DEBUG), statements() as sent:
        sing(scene)
    assert set() == fields_to_fill(("property", "common")) - set(cage.known), "a field that nobody has filled"

    # In the database, in what was sent to it, and in files: of the home, of the copies of the anchors, of the database where it is one.
    files = dict(files_under(tmp_path, without="given"))
    assert {"dossier.json", "evidence.bin", "bag-info.txt"} <= {name.rpartition("/")[2] for name in files}
    assert any(name.startswith("copies/anchor-") for name in files)
    assert {} == kept(cage, store, files)
    assert set() == cage.heard(bytes(sent))
    # In what people and operations are told, and in what is printed and logged.
    with store.reading() as session:
        told = session.connection().execute(select(OUTBOX.c.payload)).scalars().all()
        board = boards(session, scene.office.now)
    messages = [(title, body) for _, title, body in scene.outside.messages]
    for some in (messages, scene.outside.events, scene.outside.runs, told):
        assert some
    left = f"{messages!r}{board!r}{told!r}{scene.outside.events!r}{scene.outside.runs!r}".encode()
    printed = capfd.readouterr()
    logged = f"{caplog.text}\n{printed.out}\n{printed.err}".encode()
    assert set() == cage.heard(left) | cage.heard(logged)
    assert {} == spoken.heard(cage, SHOWS)

    # Nor does a register number leave: a gap between two would tell that there is a case.
    anchors = b"".join(content for name, content in files.items() if "anchor-" in name)
    assert [] == NUMBER.findall(left + logged + anchors)
    assert NUMBER.findall(spoken.counter.type("list", "--all", by="head1").out.encode()), (
        "or there is no such number"
    )

    _each_shows_what_it_is_there_to_show(scene)


def _each_shows_what_it_is_there_to_show(scene: Scene) -> None:
    """The search would find nothing either if everything had been thrown away, or if it could not hear."""
    heard = {command: scene.spoken.heard_from(scene.cage, command) for command in SHOWS}
    sung = {
        *(f"complainant.{what}" for what in WHO),
        "complaint.matter",
        "complaint.place",
        "opinion that was mistyped",
        "opinion.words",
        "remedy.done",
    }
    sung |= {
        "reason for registering late",
        "reason for recording late",
        "reason for moving late",
        "reason of a correction",
        "dossier.remark",
    }
    sung |= {"name of a file"}
    assert heard["reveal"] == sung
    assert heard["archive open"] == sung | {"appointment.reason", "attempt.remark", "answer.words"}
    assert heard["readings"] == {"purpose of reveal", "purpose of archive open"}


def wrong_at_the_door(scene: Scene) -> list[Callable[[Session], object]]:
    """Every kind of bad input to the casework itself, with a canary in it."""
    one, now, words, folder = scene.office.staff(1), scene.office.now, scene.words("at the door"), scene.given
    ref = scene.comes_in("property.complaint", "complaint", "matter", "place")
    whole = {"channel": "web", "service": "noise", "matter": words}

    def registers(**more: object) -> Callable[[Session], object]:
        return lambda session: intake.register(
            session, "court", "property.complaint", one, now, evidence=whole | more
        )

    return [
        registers(whose=WHO["name"]),
        registers(complainants=[WHO | {"age": WHO["phone"]}]),
        registers(matter=words * 2000),
        lambda session: fire.record(
            session, ref, "remedy", one, now, evidence={"done": words, "finished_at": words}
        ),
        lambda session: fire.record(session, "c-0000000000", "remedy", one, now, evidence={"done": words}),
        lambda session: corrections.correct(
            session, ref, 2, one, now, evidence={"matter": words}, reason=words
        ),
        lambda session: attachments.attach(session, ref, folder / f"{words}.pdf", one, now, folder=folder),
        lambda session: attachments.attach(
            session, ref, b"x", one, now, folder=folder, name=words, media_type=words
        ),
        lambda session: readings.open_case(session, ref, one, now, purpose=words * 1000),
    ]


def test_an_error_repeats_nothing_of_what_was_given_in_its_words_its_parameters_or_its_causes(
    scene: Scene,
) -> None:
    for attempt in wrong_at_the_door(scene):
        with pytest.raises(BadInput) as caught, scene.office.store.transaction() as session:
            attempt(session)
        said = (
            "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(caught.value.params)
        )
        assert set() == scene.cage.heard(said.encode())


def test_the_search_hears_a_canary_however_it_is_written() -> None:
    cage = Cage()
    words, name = cage.words("words"), cage.also("name", "鳴禽丙")
    for text, what in ((words, "words"), (name, "name")):
        for content in (
            f"…{text}…".encode(), text.encode("utf-16-le"), json.dumps([text]).encode(), repr([text.encode()]).encode(), ascii(text).encode(),
            f"{text[:2]}\n      {text[2:]}".encode(), quote(text).encode(),
        ):  # fmt: skip
            assert cage.heard(content) == {what}
    assert cage.heard(b"a kanarie that was cut off") == {"?"}
    assert cage.heard(b"nothing of the kind") == set()
