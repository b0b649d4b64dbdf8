"""Which role is held in which unit: known of the person, of who acts, and of the office (H3.4)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, update

import models
from casework.offices import touch_offices
from casework.people import actor_for, actor_of, give_role, issue_token, retire_person, take_role
from casework.posts import Post
from tests.building import a_store, an_office
from tests.hotel_staff import Hotel, a_hotel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from casework.offices import OfficeView
    from casework.store import Store

PEOPLE = models.table(models.Person)
TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)
LEADING = ("supervisor", "dept_manager")


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    opened = a_store(database_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def hotel(store: Store) -> Hotel:
    return a_hotel(store)


def seen(hotel: Hotel) -> OfficeView:
    with hotel.store.reading() as session:
        return hotel.store.offices(session.connection())[hotel.people["desk1"].office_id]


@pytest.mark.clause("H3.4")
def test_a_role_held_in_a_unit_is_a_post_and_one_of_the_whole_office_is_none(hotel: Hotel) -> None:
    lead, chief = hotel.person("lead1"), hotel.person("chief9")

    assert (["supervisor"], [("supervisor", "front")]) == (sorted(lead.roles), sorted(lead.posts))
    assert (["dept_manager"], []) == (sorted(chief.roles), sorted(chief.posts))
    assert {("supervisor", "front")} == actor_of(lead).posts


@pytest.mark.clause("H3.4")
def test_whoever_holds_a_role_in_the_whole_hotel_is_not_bound_to_the_unit_it_is_held_in_besides(
    hotel: Hotel,
) -> None:
    with hotel.store.transaction() as session:
        give_role(session, hotel.key, "chief9", "dept_manager", hotel.now, unit="front")
    chief = hotel.person("chief9")

    assert (["dept_manager"], []) == (sorted(chief.roles), sorted(chief.posts))


@pytest.mark.clause("H3.4")
def test_a_post_has_its_days(hotel: Hotel) -> None:
    with hotel.store.transaction() as session:
        give_role(
            session, hotel.key, "lead1", "supervisor", hotel.now, unit="dining", valid_from=TOMORROW, valid_until=TOMORROW
        )  # fmt: skip

    assert {("supervisor", "front")} == hotel.person("lead1").posts
    assert (
        Post("supervisor", "front", date(2026, 1, 1), None),
        Post("supervisor", "dining", TOMORROW, TOMORROW),
    ) == seen(hotel).posts[hotel.people["lead1"].id]
    hotel.clock.advance(days=1)
    assert {("supervisor", "front"), ("supervisor", "dining")} == hotel.person("lead1").posts
    hotel.clock.advance(days=1)
    assert {("supervisor", "front")} == hotel.person("lead1").posts


@pytest.mark.clause("H3.4")
def test_a_unit_is_led_while_somebody_holds_a_leading_role_in_it(hotel: Hotel) -> None:
    assert [True] * 4 == [
        seen(hotel).is_led(unit, LEADING, TODAY) for unit in ("front", "rooms", "dining", "security")
    ]
    assert not seen(hotel).is_led("security", ("dept_manager",), TODAY)  # of every department is of none
    hotel.clock.advance(days=1)
    with hotel.store.transaction() as session:
        retire_person(session, hotel.key, "lead4", hotel.now)
        take_role(session, hotel.key, "lead3", "supervisor", hotel.now)

    assert not seen(hotel).is_led("security", LEADING, TOMORROW)
    assert not seen(hotel).is_led("dining", LEADING, TOMORROW)
    assert seen(hotel).is_led("dining", LEADING, TODAY)


@pytest.mark.clause("H3.4")
def test_who_answers_for_a_unit_holds_the_role_in_it_or_in_none(hotel: Hotel) -> None:
    view, ids = seen(hotel), {handle: one.id for handle, one in hotel.people.items()}

    assert [True, False, True, False] == [
        view.answers(ids[handle], "dept_manager", "front", TODAY)
        for handle in ("chief1", "chief2", "chief9", "lead1")
    ]


@pytest.mark.clause("H3.4")
def test_the_posts_of_all_accounts_are_the_humans(hotel: Hotel) -> None:
    ids = {handle: hotel.people[handle].id for handle in ("lead1", "lead2")}
    with hotel.store.transaction() as session:
        session.connection().execute(
            update(PEOPLE).where(PEOPLE.c.id == ids["lead2"]).values(same_as_id=ids["lead1"])
        )
        touch_offices(session.connection(), "accounts", hotel.now, None)

    both = {("supervisor", "front"), ("supervisor", "rooms")}
    assert both == hotel.person("lead1").posts == hotel.person("lead2").posts
    assert both == {(post.role, post.unit) for post in seen(hotel).posts[ids["lead1"]]}


@pytest.mark.clause("H4.4")
def test_off_duty_a_post_of_a_roster_is_held_by_nobody(hotel: Hotel) -> None:
    with hotel.store.transaction() as session:
        take_role(session, hotel.key, "night1", "duty_manager", hotel.now)  # of the whole hotel
        give_role(session, hotel.key, "night1", "duty_manager", hotel.now, unit="front")

    assert frozenset() == hotel.person("night1").posts
    hotel.clock.advance(hours=10)
    assert {("duty_manager", "front")} == hotel.person("night1").posts


def test_as_json_the_posts_are_lists(hotel: Hotel) -> None:
    shown = hotel.person("lead1").as_dict()

    assert (["supervisor"], [("supervisor", "front")], []) == (
        shown["roles"],
        shown["posts"],
        shown["off_duty"],
    )


def test_the_unit_costs_no_statement_more(hotel: Hotel) -> None:
    with hotel.store.transaction() as session:
        token = issue_token(session, hotel.key, "lead1", hotel.now)
    sent: list[str] = []
    event.listen(
        hotel.store.engine,
        "before_cursor_execute",
        lambda *args: sent.append(args[2]) if args[2].startswith("SELECT") else None,
    )

    with hotel.store.reading() as session:
        actor, _ = actor_for(session, token, hotel.now)

    assert (1, [("supervisor", "front")]) == (len(sent), sorted(actor.posts))


def test_an_office_without_units_has_no_posts(store: Store) -> None:
    office = an_office(store)

    assert frozenset() == office.person("desk1").posts
