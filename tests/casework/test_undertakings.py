"""Undertakings of secrecy: who records them, what is kept of them, and for whom they hold."""

import datetime as dt
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import exc, select, text

import models
from casework.aliases import declare_same
from casework.errors import BadInput
from casework.outcome import Refused
from casework.people import add_person
from casework.undertakings import Undertaken, has_signed, undertake
from tests.building import TestOffice, a_store, an_office
from tests.bureau import Bureau

PAPER = "I keep secret what 金絲雀 wrote.".encode()
ON = dt.date(2026, 2, 27)


def joined(office: TestOffice, handle: str = "member9") -> int:
    with office.store.transaction() as session:
        return add_person(session, office.key, handle, office.now, name="蔡九", roles=("member",))


def sign(
    office: TestOffice,
    handle: str = "member9",
    *,
    by: str = "keeper1",
    on: dt.date = ON,
    paper: bytes | None = PAPER,
) -> Undertaken | Refused:
    with office.store.transaction() as session:
        return undertake(session, office.key, handle, office.actor(by), office.now, on=on, text=paper)


def signed(office: TestOffice, person: int) -> bool:
    with office.store.reading() as session:
        return has_signed(session.connection(), person)


def kept(office: TestOffice, person: int) -> list[tuple[dt.date, str, int | None]]:
    table = models.table(models.Undertaking)
    wanted = select(table.c.signed_on, table.c.text_sha256, table.c.recorded_by).where(
        table.c.person_id == person
    )
    with office.store.reading() as session:
        return [(row[0], row[1], row[2]) for row in session.connection().execute(wanted)]


@pytest.mark.clause("B10")
@pytest.mark.parametrize("handle", ["keeper1", "chief1"])
def test_a_custodian_or_the_head_records_who_signed_which_text_on_which_day(
    bureau: Bureau, handle: str
) -> None:
    person = joined(bureau)
    assert not signed(bureau, person)
    done = sign(bureau, by=handle)
    assert isinstance(done, Undertaken)
    assert kept(bureau, person) == [(ON, sha256(PAPER).hexdigest(), bureau.people[handle].id)]
    assert signed(bureau, person)
    events = models.table(models.OfficeEvent)
    with bureau.store.reading() as session:
        newest = session.connection().execute(select(events).order_by(events.c.seq.desc()).limit(1)).one()
    assert (newest.what, newest.actor_id) == ("undertaking", bureau.people[handle].id)


@pytest.mark.clause("B10")
@pytest.mark.parametrize("handle", ["member1", "party1", "audit1", "clerk1"])
def test_nobody_else_records_an_undertaking(bureau: Bureau, handle: str) -> None:
    person = joined(bureau)
    refused = sign(bureau, by=handle)
    assert isinstance(refused, Refused)
    assert [(r.kind, r.clause, r.who) for r in refused.requirements] == [
        ("role", "B10", ("custodian", "group_head"))
    ]
    assert not signed(bureau, person)


@pytest.mark.clause("B10")
def test_the_same_paper_is_recorded_once_and_a_new_text_is_signed_anew(bureau: Bureau) -> None:
    person = joined(bureau)
    first, again = sign(bureau), sign(bureau, by="chief1")
    assert isinstance(first, Undertaken)
    assert isinstance(again, Undertaken)
    assert (first.added, again.added) == (True, False)
    sign(bureau, paper=b"another text")
    assert len(kept(bureau, person)) == 2


@pytest.mark.clause("B10")
def test_what_was_signed_under_one_account_holds_under_every_other(bureau: Bureau) -> None:
    first, other = joined(bureau), joined(bureau, "member8")
    sign(bureau, "member8")
    assert not signed(bureau, first)
    with bureau.store.transaction() as session:
        declare_same(session, bureau.key, "member8", "member9", bureau.now)
    assert signed(bureau, first)
    assert signed(bureau, other)
    assert not signed(bureau, bureau.people["clerk1"].id)


@pytest.mark.clause("B10")
def test_an_undertaking_is_never_changed_or_deleted(bureau: Bureau) -> None:
    person = joined(bureau)
    sign(bureau)
    for statement in ("UPDATE undertaking SET signed_on = '2020-01-01'", "DELETE FROM undertaking"):
        with pytest.raises(exc.DBAPIError), bureau.store.engine.begin() as connection:
            connection.execute(text(statement))
    assert signed(bureau, person)


@pytest.mark.clause("B10")
def test_an_undertaking_that_cannot_be_is_refused_in_a_sentence(bureau: Bureau) -> None:
    joined(bureau)
    with pytest.raises(BadInput, match="The undertaking is of 2026-03-03, which lies in the future"):
        sign(bureau, on=dt.date(2026, 3, 3))
    with pytest.raises(BadInput, match="no person with the handle moon"):
        sign(bureau, "moon")
    with pytest.raises(BadInput, match="It is not known which text was signed"):
        sign(bureau, paper=b"  \n")


@pytest.mark.clause("B10")
def test_without_a_paper_the_offices_own_text_was_signed(bureau: Bureau) -> None:
    person = joined(bureau)
    sign(bureau, paper=None)
    with bureau.store.reading() as session:
        (view,) = bureau.store.offices(session.connection()).values()
    text_ = str(view.setting("undertaking_text", ON)).encode()
    assert [row[1] for row in kept(bureau, person)] == [sha256(text_).hexdigest()]


def test_an_office_without_secrets_records_none(database_url: str, tmp_path: Path) -> None:
    store = a_store(database_url, tmp_path)
    office = an_office(store)
    with pytest.raises(BadInput, match="The office court keeps no secret cases"):
        sign(office, "desk1", by="head1")
    store.close()
