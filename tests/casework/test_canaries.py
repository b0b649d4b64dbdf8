"""Canary names, telephones and sentences go in at every door and come out in plain nowhere: not in the database, the files, the logs (B10)."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

import models
from casework import archive, attachments, corrections, fire, intake, readings
from casework.errors import BadInput, Duecourse
from tests.building import TestOffice, a_store, an_office

NAME, PHONE, CONTACT, WORDS = "金絲雀甲", "13900001111", "canary@example.org", "canary sentence 金絲雀說"
CANARIES = (NAME, PHONE, CONTACT, WORDS, "金絲雀")
WHO = {"name": NAME, "phone": PHONE, "contact": CONTACT}


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    yield an_office(store)
    store.close()


def forms_of(canary: str) -> tuple[bytes, ...]:
    """How a text may stand in a file: as it is, in UTF-16, and escaped as JSON does."""
    return canary.encode(), canary.encode("utf-16-le"), json.dumps(canary)[1:-1].encode()


def plain_in(content: bytes) -> list[str]:
    return [canary for canary in CANARIES if any(form in content for form in forms_of(canary))]


def database_of(office: TestOffice) -> Iterator[tuple[str, bytes]]:
    """Every value of every table, by table and column."""
    with office.store.reading() as session:
        for table in SQLModel.metadata.sorted_tables:
            for row in session.connection().execute(select(table)):
                for column, value in row._mapping.items():
                    yield (
                        f"{table.name}.{column}",
                        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode(),
                    )


def sing(office: TestOffice, folder: Path) -> str:
    """Put canaries in wherever a person can write something, and return the case."""
    one, two, boss, store = office.staff(1), office.staff(2), office.manager, office.store
    ref = office.register(matter=WORDS, place=WORDS, complainants=[WHO]).ref
    office.clock.advance(hours=1)
    office.record(
        ref,
        "opinion",
        one,
        words=WORDS,
        told_to_all=True,
        channel="visit",
        happened_at=office.now,
        reason=WORDS,
    )
    office.record(ref, "assignment", one, handler="desk1")
    office.move(ref, "begin", one, happened_at=office.now, reason=WORDS)
    office.clock.advance(hours=1)
    office.record(
        ref, "remedy", one, done=WORDS, finished_at=office.now, happened_at=office.clock.now(), reason=WORDS
    )
    with store.transaction() as session:
        corrections.correct(
            session,
            ref,
            2,
            one,
            office.now,
            evidence={"channel": "web", "service": "noise", "matter": WORDS, "complainants": [WHO, WHO]},
            reason=WORDS,
        )
        attachments.attach(
            session, ref, WORDS.encode(), one, office.now, folder=folder / "attachments", name=f"{NAME}.txt"
        )
    with store.transaction() as session:
        readings.open_case(session, ref, boss, office.now, purpose=WORDS)
    callback = office.move(ref, "finish", one).opened[0]
    office.record(callback, "attempt", two, method="call", reached=True, remark=WORDS)
    office.record(callback, "answer", two, content=True, rating=5, words=WORDS)
    office.move(callback, "close_satisfied", two)
    office.record(ref, "dossier", one, complete=True, told_to_all=True, remark=WORDS)
    office.move(ref, "file", one)
    archive.archive_case(store, ref, office.now, str(folder / "archive"))
    archive.open_bag(store, ref, boss, office.now, WORDS, root=str(folder / "archive"))
    office.register("property.missed_call", number=PHONE)
    office.register("property.opinion", matter=WORDS, complainants=[WHO])
    office.register(
        "property.callout", kind="fire", channel="hotline", matter=WORDS, place=WORDS, complainants=[WHO]
    )
    office.register(matter=WORDS, complainants=[WHO])  # the same person again: found by a blind index
    return ref


def refused_with_canaries(office: TestOffice, ref: str, folder: Path) -> list[str]:
    """Every kind of bad input with a canary in it; returns what was said."""
    one, now = office.staff(1), office.now
    wrong: list[Any] = [
        lambda s: intake.register(
            s,
            "court",
            "property.complaint",
            one,
            now,
            evidence={"channel": WORDS, "service": "noise", "matter": WORDS, "whose": NAME},
        ),
        lambda s: intake.register(
            s,
            "court",
            "property.complaint",
            one,
            now,
            evidence={
                "channel": "web",
                "service": "noise",
                "matter": WORDS,
                "complainants": [WHO | {"age": PHONE}],
            },
        ),
        lambda s: intake.register(
            s,
            "court",
            "property.complaint",
            one,
            now,
            evidence={"channel": "web", "service": "noise", "matter": WORDS * 2000},
        ),
        lambda s: fire.record(s, ref, "remedy", one, now, evidence={"done": WORDS, "finished_at": WORDS}),
        lambda s: corrections.correct(s, ref, 2, one, now, evidence={"matter": WORDS}, reason=WORDS),
        lambda s: attachments.attach(s, ref, folder / f"{NAME}.pdf", one, now, folder=folder / "attachments"),
        lambda s: attachments.attach(
            s, ref, b"x", one, now, folder=folder / "attachments", name=NAME, media_type=WORDS
        ),
        lambda s: readings.open_case(s, ref, one, now, purpose=NAME * 1000),
    ]
    said = []
    for attempt in wrong:
        try:
            with office.store.transaction() as session:
                said.append(repr(attempt(session)))
        except BadInput as error:
            said += [str(error), repr(error), *map(str, _causes(error))]
    return said


def _causes(error: BaseException) -> Iterator[BaseException]:
    while (cause := error.__cause__) is not None:
        yield cause
        error = cause


def test_no_canary_stands_in_plain_in_the_database_the_files_the_logs_or_what_is_said(
    office: TestOffice, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        ref = sing(office, tmp_path)
        said = refused_with_canaries(office, ref, tmp_path)

    assert {} == {place: found for place, value in database_of(office) if (found := plain_in(value))}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"dossier.json", "evidence.bin", "bag-info.txt"} <= {path.name for path in files}
    assert {} == {
        path.name: found for path in files if (found := plain_in(path.name.encode() + path.read_bytes()))
    }
    printed = capfd.readouterr()
    assert [] == plain_in("\n".join((caplog.text, printed.out, printed.err, *said)).encode())


def test_the_canaries_are_there_all_the_same_for_whoever_may_read_them(
    office: TestOffice, tmp_path: Path
) -> None:
    """The search above would also pass if everything had been thrown away."""
    ref = sing(office, tmp_path)

    with office.store.transaction() as session:
        opened = readings.open_case(session, ref, office.manager, office.now, purpose="to answer")

    assert [(NAME, PHONE, CONTACT)] * 2 == [
        (p.identity.name, p.identity.phone, p.identity.contact) for p in opened.parties if p.identity
    ]
    told = [str(value) for event in opened.events for value in event.words.values()]
    assert 8 <= sum(WORDS in text for text in told)
    bag = archive.open_bag(
        office.store, ref, office.manager, office.now, "to answer", root=str(tmp_path / "archive")
    )
    assert WORDS in json.dumps(bag.evidence, ensure_ascii=False)
    assert [WORDS.encode()] == list(bag.contents.values())


def test_what_goes_to_the_outside_carries_references_and_no_register_number(
    office: TestOffice, tmp_path: Path
) -> None:
    sing(office, tmp_path)

    with office.store.reading() as session:
        connection = session.connection()
        payloads = " ".join(connection.execute(select(models.table(models.Outbox).c.payload)).scalars())
        numbers = connection.execute(
            select(models.table(models.Event).c["clear"]).where(models.table(models.Event).c.kind == "opened")
        ).scalars()
        registers = [json.loads(clear)["register"] for clear in numbers]

    assert registers
    for register in registers:
        kind, year, number = register.split(" ")
        assert register not in payloads
        assert f"{year}-{int(number):06}" not in payloads, kind


def test_an_error_of_ours_shows_its_parameters_only(office: TestOffice) -> None:
    """Parameters travel; what is passed as one must never be a name. This holds the door's own sentences to it."""
    with pytest.raises(Duecourse) as caught, office.store.transaction() as session:
        fire.record(session, "c-0000000000", "remedy", office.staff(1), office.now, evidence={"done": WORDS})
    assert [] == plain_in(repr(caught.value.params).encode())
