"""Every word that can be written in a bureau goes in as a canary and comes out in plain where it is meant to be read, and nowhere else (B10).

Whatever a form asks for in words, who complains and works there, codes, papers, rulings and purposes: not in any table or file, not in what is
sent to a database, to people or to operations, in no log, and in the answer of no command but those that exist to show it.
"""

from __future__ import annotations

import json
import logging
import re
import tomllib
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select, update

import models
from casework import watch
from casework.boards import boards
from casework.dispatch import dispatch
from states.editions import editions
from states.forms import sealed_fields
from tests.bureau import CODED, EXAMPLE, KEY, LETTER, Bureau
from tests.canaries import Cage, Spoken, fields_to_fill, files_under, kept, statements, without_a_column
from tests.desk.either_database import bureau_office, counter_at
from tests.outside import Outside
from tests.secret_cases import reachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.clause("B10")
CASES, KEYS, OUTBOX = (models.table(one) for one in (models.Case, models.CaseKey, models.Outbox))
WHO = {"name": "鳴禽甲", "phone": "13900003333", "contact": "bird@aviary.example"}
SAID = ("note", "person_words", "matter", "reason")
"""What is written at registration besides who complains."""
STAFF, ADDRESS = "鳴禽乙", "json://aviary-staff.example/bird"
NUMBER = re.compile(rb"\b[BM]-20[0-9]{2}-[0-9]{6}\b|\b(?:complaint|measure) 20[0-9]{2} [0-9]+\b")
"""A register number as it is shown and as it is stored."""
SHOWS = ("receipt show", "reveal", "readings", "served", "interpretation list", "archive open")
"""The commands that exist to show what is sealed; what each of them shows has a test of its own."""
FORMS = {
    step.name: step.form
    for (name, _), law in editions().items()
    if name.startswith("bureau.")
    for step in law.steps
}


@pytest.fixture(scope="session")
def prepare_schema() -> Callable[[str], None]:
    return bureau_office


@dataclass
class Singer(Bureau):
    """Whatever the builders have written in words is a canary here."""

    cage: Cage = field(default_factory=Cage)

    def usual(self, step: str) -> dict[str, object]:
        """What the form asks for, and a canary in every field that takes words."""
        given = super().usual(step)
        rest = {"proposal.no_improvement_because", "proposal.deviates_because", "minute.deviates_because"}
        sings = {f"{step}.{name}": name for name in sorted(sealed_fields(FORMS[step]) - {"complainants"})}
        return given | {name: self.cage.words(what) for what, name in sings.items() if what not in rest}

    def registers(self, **evidence: object) -> Any:
        """Register a complaint in which everything that can be said is said."""
        given: dict[str, Any] = {name: self.cage.words(f"registration.{name}") for name in SAID}
        who: dict[str, Any] = {"complainants": [WHO]} if not evidence.get("anonymous") else {}
        done = self.comes_in(**{**given, **who, **evidence})
        if done.receipt:
            self.cage.also(f"code of {done.ref}", done.receipt)
            self.cage.also(f"plain code of {done.ref}", done.receipt.replace("-", ""))
        return done


@dataclass
class Scene:
    """What was done and said. `main`: the complaint that is upheld and archived, `code` what opens its page; `given`: files that were typed in."""

    bureau: Singer
    spoken: Spoken
    given: Path
    main: str = ""
    code: str = ""
    outside: Outside = field(default_factory=Outside)

    @property
    def cage(self) -> Cage:
        """The canaries."""
        return self.bureau.cage

    def file(self, what: str, *, name: str = "") -> str:
        """A file with a canary in it, for a command to read."""
        path = self.given / (name or f"{what}.txt")
        path.write_text(self.cage.words(what), encoding="utf-8")
        return str(path)

    def coded(self, verb: str, *typed: str, what: str = "", code: str = "") -> None:
        """Type a command of the complainant with something to say."""
        more = ("--words-file", self.file(what)) if what else ()
        answer = self.spoken.type("receipt", verb, *typed, *more, DUECOURSE_RECEIPT=code or self.code)
        assert answer.code == 0, answer.err


@pytest.fixture
def scene(database_url: str, tmp_path: Path) -> Iterator[Scene]:
    counter = counter_at(database_url, tmp_path / "home")
    store = counter.open()
    bureau = Singer(store, counter.clock, KEY, root=str(counter.home / "archive"))
    bureau.meet()
    reachable(bureau, contact=ADDRESS)
    cage = bureau.cage
    for what, text in WHO.items():
        cage.also(f"complainant.{what}", text)
    cage.also("address of staff", ADDRESS.removeprefix("json://"))
    for person in tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["people"]:
        cage.also(f"name of {person['handle']}", str(person["name"]))
    (tmp_path / "given").mkdir()
    yield Scene(bureau, Spoken(counter), tmp_path / "given")
    store.close()


def typed(fields: dict[str, str]) -> list[str]:
    return [part for name, value in fields.items() for part in ("--set", f"{name}={value}")]


# ── what is sung ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def inquired(scene: Scene) -> None:
    """The main complaint as far as its findings, typed by commands where something is written for the first time; it has a receipt code."""
    bureau, spoken, words = scene.bureau, scene.spoken, scene.cage.words
    fields = {name: words(f"registration.{name}") for name in SAID}
    fields |= {f"complainants.1.{name}": text for name, text in WHO.items()}
    fields |= {"channel": "visit", "subject": "official", "department": "budget", "against": "clerk1"}
    fields |= {"anonymous": "no", "receipt": "yes", "reply_by": "phone"}
    late = ("--received-at", "-26h", "--reason", words("reason for registering late"))
    done = spoken.done("register", "bureau.complaint", *typed(fields), *late, by="member1")
    ref, scene.main, scene.code = done["ref"], done["ref"], done["receipt"]
    scene.cage.also("code", scene.code)
    scene.cage.also("plain code", scene.code.replace("-", ""))
    for step in ("supplement", "supplement_request"):
        bureau.does(ref, step, "member1")
    bureau.does(ref, "assignment", "chief1", handler="member1")
    for handle in ("member2", "member3", "member6", "party1"):
        bureau.does(ref, "admission", "chief1", person=handle)
    bureau.does(ref, "dismissal", "chief1", person="member6")
    bureau.does(ref, "scope", "member1", suspected_violation=True)
    bureau.does(ref, "accept", "member1")
    scene.coded("say", what="word_in.words")
    bureau.does(ref, "word_out", "member1")
    bureau.does(ref, "investigate", "member1")
    bureau.does(ref, "redaction", "keeper1")
    for step in ("service", "statement"):
        bureau.does(ref, step, "member1", respondent="clerk1")
    bureau.does(ref, "law_referral", "member1")
    spoken.done("attach", ref, scene.file("attachment", name="kanarie 金絲雀 letter.txt"), by="member1")
    late = ("--happened-at", "-1h", "--reason", words("reason for recording late"))
    spoken.done("record", ref, "log", *typed({"done_at": "-1h", "words": words("log before it was mended")}), *late, by="member1")  # fmt: skip
    seq = spoken.done("show", ref, by="member1")["timeline"][-1]["seq"]
    mended = typed({"done_at": "-1h", "words": words("log.words")})
    spoken.done("correct", ref, str(seq), *mended, "--reason", words("reason of a correction"), by="member1")
    asked = spoken.type("record", ref, "log", by="member1", answers=["now", words("log that was asked for")])
    assert asked.code == 0, asked.err
    for act in ("analyse", "memo", "verify"):
        bureau.does(ref, act, "member1")


def decided_and_archived(scene: Scene) -> None:
    """The main complaint from its findings into the archive, with a proposal that was given back and a measure that is not the ladder's."""
    bureau, spoken, words, ref = scene.bureau, scene.spoken, scene.cage.words, scene.main
    bureau.does(ref, "upheld", "member1", respondent="clerk1")
    bureau.does(ref, "countersigned", "member2")
    bureau.does(ref, "propose", "member1")
    chosen = {"respondent": "clerk1", "measure": "suspension"}
    for again in (False, True):
        bureau.does(ref, "proposal", "member1", **chosen, deviates_because=words("proposal.deviates_because"))
        bureau.does(ref, "submit", "member1")
        for act in () if again else ("returned", "send_back"):
            bureau.does(ref, act, "party1")
    minute = {"number": "2026-700", "on": bureau.today.isoformat(), **chosen}
    minute["deviates_because"] = words("minute.deviates_because")
    spoken.done("record", ref, "minute", *typed(minute), by="party1")
    bureau.does(ref, "approve", "party1")
    bureau.goes_on(ref, "replying")
    for step in ("reply", "posted", "reply_attempt", "delivered"):
        bureau.does(ref, step, "member1")
    scene.coded("show")
    bureau.does(ref, "answer", "member1")
    scene.coded("answer", "not_satisfied", what="satisfaction.words")
    bureau.does(ref, "checklist", "member1")
    bureau.does(ref, "file", "member1")
    assert spoken.type("archive", "run").code == 0
    assert bureau.state(ref) == "archived"


def the_other_answers(scene: Scene) -> None:
    """Malicious, unreachable and objected to all the same; a letter that nobody can answer; nothing to improve, and a measure that is revoked."""
    bureau, words = scene.bureau, scene.cage.words
    done = bureau.registers(receipt=True)
    ref = done.ref
    bureau.goes_on(ref, "verifying")
    bureau.does(ref, "not_upheld", "member1", respondent="clerk1", outcome="malicious")
    bureau.does(ref, "malice_approved", "chief1")
    bureau.does(ref, "countersigned", "member2")
    bureau.does(ref, "conclude", "member1")
    bureau.does(ref, "reply", "member1")
    for _ in range(3):
        bureau.does(ref, "reply_attempt", "member1")
        bureau.clock.advance(days=1)
    bureau.does(ref, "unreachable", "chief1")
    bureau.does(ref, "answer", "member1")
    scene.coded("object", what="objection.words", code=done.receipt)
    ref = bureau.registers(**LETTER).ref
    bureau.goes_on(ref, "replying", upheld=False)
    for step, who in (("reply", "member1"), ("impossible", "member1"), ("impossible_agreed", "member2")):
        bureau.does(ref, step, who)
    ref = bureau.registers(against=["clerk2"]).ref
    bureau.goes_on(ref, "proposing", against=("clerk2",))
    none = {"improvement": "", "no_improvement_because": words("proposal.no_improvement_because")}
    bureau.does(ref, "proposal", "member1", respondent="clerk2", **none)
    bureau.goes_on(ref, "executing", against=("clerk2",))
    (measure,) = bureau.children(ref)
    bureau.does(measure, "revocation", "party1")
    bureau.does(measure, "revoke", "party1")
    bureau.does(ref, "carried", "chief1")
    bureau.does(ref, "carry_out", "member1")


def without_a_decision(scene: Scene) -> None:
    """Out of scope, taken back into it and out of it again; withdrawn by code and by letter; sent up; taken over."""
    bureau = scene.bureau
    ref = bureau.registers().ref
    for reviewed in ("refusal_reversed", "refusal_reviewed"):
        bureau.does(ref, "scope", "member1", outside=True, items=[])
        bureau.does(ref, "guidance", "member1")
        bureau.does(ref, "guide", "member1")
        bureau.does(ref, reviewed, "chief1")
        bureau.does(ref, "reverse" if reviewed == "refusal_reversed" else "confirm", "chief1")
    scene.coded("withdraw", what="withdrawal.words", code=bureau.registers(**CODED).receipt)
    ref = bureau.registers().ref
    bureau.goes_on(ref, "accepted")
    bureau.does(ref, "withdrawal_letter", "member1")
    bureau.does(ref, "withdrawal_verified", "member2")
    bureau.does(ref, "withdraw", "chief1")
    ref = bureau.registers(subject="group", against=[], department=None).ref
    bureau.does(ref, "transfer", "member1")
    bureau.does(ref, "send_up", "member1")
    ref = bureau.registers().ref
    bureau.does(ref, "takeover", "above1")
    bureau.does(ref, "take_over", "above1")


def around_the_cases(scene: Scene) -> None:
    """Undertakings, rulings, people: what is written about the office itself."""
    spoken, words = scene.spoken, scene.cage.words
    scene.cage.also("name of staff", STAFF)
    address = ("--contact", scene.cage.also("another address", "json://second-aviary.example"))
    role = ("--role", "member", "--unit", "office")
    assert spoken.type("person", "add", "bird1", "--name", STAFF, *role, *address).code == 0
    text = scene.file("undertaking")
    spoken.done("person", "undertake", "bird1", "--on", "2026-03-02", "--text", text, by="chief1")
    ruled = ("--clause", "B12", "--minute", "2026-800", "--on", "2026-03-02")
    said = ("--question", words("question"), "--ruling", words("ruling"))
    spoken.done("interpretation", "add", *ruled, *said, by="party1")
    file = scene.given / "ruling.json"
    both = {"question": words("asked in a file"), "ruling": words("ruled in a file")}
    file.write_text(json.dumps(both), encoding="utf-8")
    spoken.done("interpretation", "add", *ruled, "--words", str(file), by="party1")


def what_shows(scene: Scene) -> None:
    """The commands that show what is sealed, and their purposes."""
    spoken, words, ref = scene.spoken, scene.cage.words, scene.main
    for reader, verb in (("member1", "reveal"), ("member2", "archive open")):
        why = ("--purpose", words(f"purpose of {verb}"))
        assert spoken.type(*verb.split(), ref, *why, by=reader).code == 3, "nobody has consented"
        scene.bureau.does(ref, "consent", "keeper1", reader=reader)
        assert spoken.type(*verb.split(), ref, *why, by=reader).code == 0
    spoken.looks("readings", ref, by="audit1")
    spoken.looks("served", by="clerk1")
    spoken.looks("interpretation", "list", by="member1")
    spoken.looks("receipt", "show", DUECOURSE_RECEIPT=scene.code)


WRONG: tuple[tuple[str, dict[str, str]], ...] = (
    ("log", {"done_at": "{}", "words": "{}"}),
    ("log", {"done_at": "now", "words": "{}", "nothing": "{}"}),
    ("scope", {"outside": "{}"}),
    ("scope", {"outside": "no", "items": "{}"}),
    ("admission", {"person": "{}"}),
    ("supplement", {"source": "complainant", "department": "{}", "against": "{}"}),
    ("minute", {"number": "{}", "on": "{}", "respondent": "{}", "measure": "{}"}),
    ("upheld", {"same_incident_as": "{}", "rule": "{}", "facts_clear": "no"}),
    ("word_out", {"words": "{}" * 1500}),
    ("consent", {"reader": "member1", "purpose": "{}"}),
    ("withdrawal_letter", {"scan_sha256": "{}"}),
    ("sing", {"words": "{}"}),
)
"""Evidence that cannot be used or is refused: "{}" is a canary."""


def refused_and_wrong(scene: Scene) -> None:
    """Everything that can be said wrongly, by whoever may not say it, and what an error of ours says."""
    spoken, words = scene.spoken, scene.cage.words
    ref = scene.bureau.registers().ref
    for (step, fields), flags in zip(WRONG, cycle(((), ("--json",), ("--debug",))), strict=False):
        wrong = typed({name: text.replace("{}", words("said wrongly")) for name, text in fields.items()})
        for by in ("member1", "clerk1"):
            assert spoken.type(*flags, "record", ref, step, *wrong, by=by).code in {2, 3}
    for field_, how in (("evidence", ""), ("broken", "{"), ("listed", "[1")):
        file = scene.given / f"{field_}.json"
        file.write_text(
            how + json.dumps({"words": words("in a file"), words("as a name"): 1}, ensure_ascii=False),
            encoding="utf-8",
        )
        assert spoken.type("record", ref, "log", "--evidence", str(file), by="member1").code == 2
    why = words("purpose that was refused")
    for by in ("member1", "clerk1", "audit1"):
        assert spoken.type("reveal", ref, "--purpose", why, by=by).code in {2, 3}
        assert spoken.type("show", ref, "--open", why, by=by).code in {2, 3}
    for typing in (("move", ref, "investigate", "--reason", why), ("correct", ref, "2", "--set", f"matter={why}", "--reason", why)):  # fmt: skip
        assert spoken.type(*typing, by="member1").code in {2, 3}
    for code in (scene.code[:-1] + ("0" if scene.code[-1] != "0" else "1"), words("no code")):
        for verb in ("say", "withdraw", "object"):
            said = scene.file("said with a wrong code")
            assert spoken.type("receipt", verb, "--words-file", said, DUECOURSE_RECEIPT=code).code == 2
    assert spoken.type("receipt", "answer", words("no answer"), DUECOURSE_RECEIPT=scene.code).code == 2


def everybody_looks(scene: Scene) -> None:
    """Lists, reports and examinations, by whoever has a part and whoever has none."""
    spoken, ref = scene.spoken, scene.main
    counter = spoken.counter
    places = {"DUECOURSE_ANCHORS": str(counter.home.parent / "copies")}
    for report in ("audit verify", "check"):
        spoken.looks(*report.split(), by="audit1")
        for by in ("chief1", "clerk1", ""):
            spoken.type(*report.split(), by=by)
    for listing in ("list --all", "due --within 300d", "alarms --all", f"show {ref}"):
        spoken.looks(*listing.split(), by="chief1")
        for by in ("member1", "clerk1", "party1"):
            spoken.type(*listing.split(), by=by)
    with scene.bureau.store.reading() as session:
        refs = session.connection().execute(select(CASES.c.ref)).scalars().all()
    for one in refs:
        spoken.type("--json", "show", one, by="chief1")
    spoken.looks("audit", "anchor", **places)
    spoken.looks("audit", "verify", "--anchors", places["DUECOURSE_ANCHORS"])
    for report in (
        "doctor", "doctor --retry", "key status", "key rotate", "office show", "office limits", "person list --all", "edition list", "visit list", "archive run",
    ):  # fmt: skip
        spoken.looks(*report.split(), by="chief1")
    for language in ("zh_Hant", "zh_Hans"):
        spoken.type("--lang", language, "show", ref, by="chief1")


def time_passes(scene: Scene) -> None:
    """Every limit is passed, alarms are raised, and people and operations are told."""
    bureau = scene.bureau
    for _ in range(4):
        bureau.clock.advance(days=60)
        while watch.sweep(bureau.store, bureau.now, worker="test").secret:
            pass
        while dispatch(bureau.store, bureau.now, scene.outside).claimed:
            pass
    ids = scene.spoken.done("alarms", by="chief1")["alarms"]
    assert scene.spoken.type("alarms", "ack", str(ids[0]["id"]), by="chief1").code == 0


def errors_of_ours(scene: Scene) -> None:
    """A key that is gone is ours to say, and a column that is gone; what is no docket is an exception that nobody foresaw."""
    spoken, words, store = scene.spoken, scene.cage.words, scene.bureau.store
    ref, other = (scene.bureau.registers().ref for _ in range(2))
    with store.transaction() as session:
        connection = session.connection()
        mine = select(CASES.c.id).where(CASES.c.ref == ref).scalar_subquery()
        connection.execute(delete(KEYS).where(KEYS.c.case_id == mine))
    log = typed({"outside": "yes", "words": words("said without a key")})
    for flags in ((), ("--debug",), ("--json", "--debug")):
        assert spoken.type(*flags, "record", ref, "scope", *log, by="member1").code == 2
    fields = {name: words(f"registration.{name}") for name in ("note", "matter", "reason")}
    fields |= {"channel": "visit", "subject": "official", "department": "budget", "against": "clerk1"}
    fields |= {"anonymous": "no", "reply_by": "phone", "complainants.1.name": WHO["name"]}
    with without_a_column(store):
        for flags in ((), ("--debug",), ("--json", "--debug")):
            answer = spoken.type(*flags, "register", "bureau.complaint", *typed(fields), by="member1")
            assert answer.code in {2, 70}
    with store.transaction() as session:
        connection = session.connection()
        docket = connection.execute(select(CASES.c.docket).where(CASES.c.ref == other)).scalar_one()
        connection.execute(update(CASES).where(CASES.c.ref == other).values(docket="no docket"))
    for flags in ((), ("--debug",), ("--json", "--debug")):
        assert spoken.type(*flags, "record", other, "scope", *log, by="member1").code == 70
    with store.transaction() as session:
        session.connection().execute(update(CASES).where(CASES.c.ref == other).values(docket=docket))


def sing(scene: Scene) -> None:
    """Everything, in an order in which all of it is possible."""
    inquired(scene)
    decided_and_archived(scene)
    the_other_answers(scene)
    without_a_decision(scene)
    around_the_cases(scene)
    what_shows(scene)
    refused_and_wrong(scene)
    time_passes(scene)
    everybody_looks(scene)
    errors_of_ours(scene)


# ── where it is heard ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_canary_is_heard_where_it_is_not_meant_to_be_read(
    scene: Scene, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    cage, spoken, store = scene.cage, scene.spoken, scene.bureau.store
    with caplog.at_level(logging.DEBUG), statements() as sent:
        sing(scene)
    assert set() == fields_to_fill(("bureau",)) - set(cage.known), "a field that nobody has filled"

    # In the database, in what was sent to it, and in files: of the home, of the copies of the anchors, of the database where it is one.
    files = dict(files_under(tmp_path, without="given"))
    assert {"dossier.json", "evidence.bin", "bag-info.txt"} <= {name.rpartition("/")[2] for name in files}
    assert any(name.startswith("copies/anchor-") for name in files)
    assert {} == kept(cage, store, files)
    assert set() == cage.heard(bytes(sent))
    # In what people and operations are told, and in what is printed and logged.
    with store.reading() as session:
        told = session.connection().execute(select(OUTBOX.c.payload)).scalars().all()
        board = boards(session, scene.bureau.now)
    messages = [(title, body) for _, title, body in scene.outside.messages]
    assert len(messages) > 3
    assert not scene.outside.events
    assert not scene.outside.runs
    left = f"{messages!r}{board!r}{told!r}".encode()
    printed = capfd.readouterr()
    logged = f"{caplog.text}\n{printed.out}\n{printed.err}".encode()
    assert set() == cage.heard(left) | cage.heard(logged)
    assert {"register bureau.complaint": {"code"}} == spoken.heard(cage, SHOWS)

    # Nor does a register number leave, which would tell that there is a case.
    outside = b"\n".join(content for name, content in files.items() if not name.startswith("duecourse.db"))
    assert [] == NUMBER.findall(left + logged + outside), "neither do anchors and bags hold one in the clear"
    assert [] == [command for command, text in spoken.said if NUMBER.search(text.encode())]
    assert NUMBER.findall(spoken.counter.type("list", "--all", by="above1").out.encode()), (
        "or there is no such number"
    )

    _each_shows_what_it_is_there_to_show(scene)


def _each_shows_what_it_is_there_to_show(scene: Scene) -> None:
    """The search would find nothing either if everything had been thrown away, or if it could not hear."""
    spoken = scene.spoken
    heard = {command: spoken.heard_from(scene.cage, command) for command in SHOWS}
    steps = {event["name"] for event in spoken.done("show", scene.main, by="chief1")["timeline"]}
    sung = {what for what in fields_to_fill(("bureau",)) if what.partition(".")[0] in steps}
    sung -= {"proposal.no_improvement_because"}
    sung |= {f"registration.{name}" for name in SAID}
    sung |= {f"complainant.{what}" for what in WHO}
    sung |= {
        "reason for registering late",
        "reason for recording late",
        "reason of a correction",
        "log before it was mended",
    }
    assert len(sung) > 35

    talk = {"word_in.words", "word_out.words", "supplement_request.asks", "satisfaction.words"}
    assert heard["receipt show"] == talk | {"reply.words"}
    assert sung <= heard["reveal"]
    assert sung - {"consent.purpose"} | {"proof.words"} <= heard["archive open"]
    assert heard["readings"] == {"purpose of reveal", "purpose of archive open"}
    assert heard["served"] == {"service.words"}
    assert heard["interpretation list"] == {"question", "ruling", "asked in a file", "ruled in a file"}
