"""Who acts, who holds what from when to when, who is there now, and what people are called."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

import models
from casework.errors import BadInput, WrongKey
from casework.names import open_name, seal_name
from casework.people import (
    actor_for,
    add_person,
    contacts_of,
    give_role,
    holders,
    issue_token,
    name_of,
    people_of,
    retire_person,
    return_person,
    revoke_tokens,
    set_absence,
    take_role,
)
from tests.building import MONDAY, TestOffice, a_store, an_office

DAY = dt.timedelta(days=1)


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TestOffice]:
    store = a_store(database_url, tmp_path)
    yield an_office(store)
    store.close()


def holding(office: TestOffice, role: str, at: dt.datetime) -> list[str]:
    """Handles of those who hold a role and are there."""
    with office.store.reading() as session:
        view = office.store.offices(session.connection())[office.people["desk1"].office_id]
        handles = {number: handle for handle, number in view.people.items()}
        return [handles[person] for person in holders(session.connection(), view, role, at)]


def token_of(office: TestOffice, handle: str) -> str:
    with office.store.transaction() as session:
        return issue_token(session, office.key, handle, office.now)


def test_who_acts_with_a_token_holds_the_roles_of_the_day(office: TestOffice) -> None:
    token = token_of(office, "desk1")
    with office.store.transaction() as session:
        give_role(session, office.key, "desk1", "foreman", office.now, valid_from=dt.date(2026, 3, 9))
    with office.store.reading() as session:
        actor, person = actor_for(session, token, office.now)
        later, _ = actor_for(session, token, office.now + 7 * DAY)
    assert person.handle == "desk1"
    assert person.office_key == "court"
    assert actor.person == person.id
    assert actor.roles == {"staff"}
    assert later.roles == {"staff", "foreman"}


def test_the_day_of_a_role_is_the_day_on_the_wall_of_the_office(office: TestOffice) -> None:
    with office.store.transaction() as session:
        give_role(session, office.key, "desk1", "foreman", office.now, valid_from=dt.date(2026, 3, 9))
    before, after = (
        dt.datetime(2026, 3, 8, 15, 59, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 8, 16, 0, tzinfo=dt.UTC),
    )
    assert "desk1" not in holding(office, "foreman", before)
    assert "desk1" in holding(office, "foreman", after)


def test_only_the_hash_of_a_token_is_kept(office: TestOffice) -> None:
    token = token_of(office, "desk1")
    with office.store.reading() as session:
        (row,) = session.connection().execute(select(models.table(models.PersonToken))).all()
    assert token.startswith("dc_")
    assert token not in str(row)


def test_an_unknown_token_and_a_withdrawn_one_are_refused_without_being_repeated(office: TestOffice) -> None:
    token = token_of(office, "desk1")
    with office.store.transaction() as session:
        assert revoke_tokens(session, office.key, "desk1", office.now) == 1
    with office.store.reading() as session:
        with pytest.raises(BadInput, match="This token has been withdrawn") as withdrawn:
            actor_for(session, token, office.now)
        with pytest.raises(BadInput, match="This token is not known here"):
            actor_for(session, "dc_guessed", office.now)
    assert token not in str(withdrawn.value)


def test_whoever_leaves_loses_token_roles_and_duty_at_once_and_is_never_deleted(office: TestOffice) -> None:
    office.clock.advance(days=10)
    token, person = token_of(office, "desk2"), office.people["desk2"].id
    slots = models.table(models.RosterSlot)
    with office.store.transaction() as session:
        row = {
            "office_id": 1,
            "roster": "hotline",
            "person_id": person,
            "starts_minute": 0,
            "ends_minute": 60,
        }
        session.connection().execute(insert(slots), row | {"office_id": office.people["desk2"].office_id})
        retire_person(session, office.key, "desk2", office.now)
    with office.store.reading() as session:
        with pytest.raises(BadInput, match="withdrawn"):
            actor_for(session, token, office.now)
        assert session.connection().execute(select(slots)).all() == []
        assert "desk2" not in [p.handle for p in people_of(session, office.key, office.now)]
        everybody = people_of(session, office.key, office.now, retired=True)
        (gone,) = [p for p in everybody if p.handle == "desk2"]
        (then,) = [p for p in people_of(session, office.key, office.now - DAY) if p.handle == "desk2"]
        assert name_of(session, person) == "李二"
    assert (gone.active, gone.roles) == (False, frozenset())
    assert then.roles == {"staff"}
    assert "desk2" not in holding(office, "staff", office.now)
    with pytest.raises(BadInput, match="no longer works in this office"):
        token_of(office, "desk2")


def test_whoever_leaves_on_the_day_of_coming_is_gone_at_once_too(office: TestOffice) -> None:
    with office.store.transaction() as session:
        retire_person(session, office.key, "desk2", office.now)
    assert not office.person("desk2").active
    assert "desk2" not in holding(office, "staff", office.now)


def test_somebody_who_left_comes_back_under_the_same_handle_without_roles(office: TestOffice) -> None:
    office.clock.advance(days=1)
    with office.store.transaction() as session:
        retire_person(session, office.key, "desk2", office.now)
        return_person(session, office.key, "desk2", office.now)
    back = office.person("desk2")
    assert back.id == office.people["desk2"].id
    assert (back.active, back.roles) == (True, frozenset())


def test_a_role_that_is_taken_ends_now_and_was_held_before(office: TestOffice) -> None:
    office.clock.advance(days=3)
    with office.store.transaction() as session:
        take_role(session, office.key, "lead1", "foreman", office.now)
    assert holding(office, "foreman", office.now) == []
    assert holding(office, "foreman", office.now - DAY) == ["lead1"]
    with (
        pytest.raises(BadInput, match="lead1 does not hold the role foreman"),
        office.store.transaction() as session,
    ):
        take_role(session, office.key, "lead1", "foreman", office.now)


def test_a_role_given_twice_is_held_once(office: TestOffice) -> None:
    with office.store.transaction() as session:
        give_role(session, office.key, "lead1", "foreman", office.now)
    with office.store.reading() as session:
        roles = models.table(models.PersonRole)
        mine = select(roles).where(roles.c.person_id == office.people["lead1"].id)
        assert len(session.connection().execute(mine).all()) == 1


@pytest.mark.clause("P6c")
def test_those_on_duty_are_told_first_and_those_away_not_at_all(office: TestOffice) -> None:
    with office.store.transaction() as session:
        for handle in ("desk1", "desk2", "desk3"):
            give_role(session, office.key, handle, "fire_list", office.now)
        set_absence(
            session,
            office.key,
            "desk1",
            office.now,
            starts_at=office.now,
            ends_at=office.now + DAY,
            reason_code="leave",
        )
        duty = {
            "office_id": office.people["desk3"].office_id,
            "roster": "fire_list",
            "person_id": office.people["desk3"].id,
            "starts_minute": 8 * 60,
            "ends_minute": 12 * 60,
        }
        session.connection().execute(insert(models.table(models.RosterSlot)), duty)
    assert holding(office, "fire_list", office.now) == ["desk3", "desk2", "guard1"]
    noon = office.now + dt.timedelta(hours=2)
    assert holding(office, "fire_list", noon) == ["desk2", "desk3", "guard1"]
    assert holding(office, "fire_list", office.now + DAY)[0] == "desk1"


def test_names_and_addresses_are_sealed_and_open_only_on_purpose(office: TestOffice) -> None:
    address = "mailto://canary:secret@example.invalid"
    with office.store.transaction() as session:
        person = add_person(
            session, office.key, "desk9", office.now, name="蔡金絲雀", roles=("staff",), contacts=(address,)
        )
    with office.store.reading() as session:
        stored = [tuple(row) for row in session.connection().execute(text("SELECT * FROM person"))]
        assert "金絲雀".encode() not in b"".join(
            bytes(v) for row in stored for v in row if isinstance(v, bytes | memoryview)
        )
        assert "canary" not in str(stored)
        assert name_of(session, person) == "蔡金絲雀"
        assert contacts_of(session, person) == (address,)
        assert contacts_of(session, office.people["desk1"].id) == ()


def test_a_sealed_name_does_not_open_for_another_handle() -> None:
    key = bytes(32)
    with pytest.raises(WrongKey):
        open_name(key, "desk2", seal_name(key, "desk1", "陳一"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"handle": "desk1"}, "already has a person with the handle desk1"),
        ({"handle": "王小明"}, "A handle is up to 32 small letters"),
        ({"name": "  "}, "The name of desk9 is missing"),
        ({"roles": ("boss",)}, "There is no role boss in this office. There is: emergency_list, fire_list"),
        ({"roles": ("archive_flow",)}, "There is no role archive_flow"),
        ({"unit": "moon"}, "The office has no unit moon. There is: none"),
        ({"language": "fr"}, "fr is not one of the languages"),
        ({"contacts": ("王小明",)}, "An address of desk9 is no Apprise URL"),
        ({"office_key": "moon"}, "There is no office moon. There is: court"),
    ],
)
def test_a_person_who_cannot_be_added_is_refused_in_a_sentence_that_names_nobody(
    office: TestOffice, wrong: dict[str, str], sentence: str
) -> None:
    given = {"office_key": office.key, "handle": "desk9", "name": "蔡九", "roles": ("staff",)} | wrong
    with pytest.raises(BadInput) as refused, office.store.transaction() as session:
        add_person(session, at=MONDAY, **given)  # type: ignore[arg-type]
    assert sentence in str(refused.value)
    assert "蔡九" not in str(refused.value)
    assert "王小明" not in str(refused.value)
    with office.store.reading() as session:
        assert len(people_of(session, office.key, MONDAY)) == len(office.people)


@pytest.mark.parametrize("reason", ["she has the flu", "Ill", ""])
def test_the_reason_of_an_absence_is_a_code_and_never_a_sentence(office: TestOffice, reason: str) -> None:
    with pytest.raises(BadInput, match="a code such as leave"), office.store.transaction() as session:
        set_absence(
            session,
            office.key,
            "desk1",
            office.now,
            starts_at=MONDAY,
            ends_at=MONDAY + DAY,
            reason_code=reason,
        )
