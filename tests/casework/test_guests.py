"""The list of important guests: imported whole or not at all, kept without names, and noticed in cases that are open already."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update

import models
from casework import audit, fire, rotation
from casework.errors import BadInput
from casework.guest_rows import BadGuestList
from casework.guests import GuestsImported, ListStatus, guest_status, import_guests, lookup
from casework.keys import MasterKeys
from casework.outcome import Fired, Refused
from casework.store import open_store
from models.engine import for_writing
from states.forms import Complainant
from tests.building import a_store, an_office, granted, told
from tests.casework.varied_cases import settings_of
from tests.hotel_staff import Hotel, a_hotel

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 3, 2)
GUESTS = models.table(models.ListedGuest)
WANG = Complainant(name="王小明", phone="13800000000")


@pytest.fixture
def hotel(database_url: str, tmp_path: Path) -> Iterator[Hotel]:
    store = a_store(database_url, tmp_path)
    yield a_hotel(store)
    store.close()


def imported(hotel: Hotel, *rows: str, by: str = "head1", head: str = "name,phone,until") -> GuestsImported:
    return granted(tries(hotel, "\n".join((head, *rows)).encode(), by=by))


def tries(hotel: Hotel, content: bytes, by: str = "head1") -> GuestsImported | Refused:
    with hotel.store.transaction() as session:
        return import_guests(session, hotel.key, content, hotel.actor(by), hotel.now)


def on_the_list(hotel: Hotel, *people: Complainant, after: dt.timedelta = dt.timedelta(0)) -> bool:
    with hotel.store.reading() as session:
        connection = session.connection()
        (office,) = (one for one in hotel.store.offices(connection).values() if one.key == hotel.key)
        day = office.calendar.local_day(hotel.now + after)
        return lookup(hotel.store, connection, office, day)("vip", people)


def does(hotel: Hotel, ref: str, step: str, by: str, **evidence: Any) -> None:
    with hotel.store.transaction() as session:
        done = fire.record(session, ref, step, hotel.actor(by), hotel.now, evidence=evidence)
    assert isinstance(done, Fired), told(done)


def written_down(hotel: Hotel, *guests: dict[str, str]) -> str:
    """A complaint that was listened to and written down, by these guests."""
    ref = hotel.complaint()
    does(hotel, ref, "heard", "desk1", to_the_end=True, understanding=True)
    does(hotel, ref, "first_apology", "desk1", spoken_by="desk1")
    does(
        hotel, ref, "note", "desk1", guests=guests, name_declined=not guests, department="rooms", matters=["noise"], happened="drilling at night",
        read_back="confirmed",
    )  # fmt: skip
    return ref


def acts_of(hotel: Hotel, ref: str) -> list[str]:
    with hotel.store.transaction() as session:
        hand = fire.take_for(hotel.store, session, ref, hotel.actor("head1"))
        return [act.name for act in hand.acts]


def entries(hotel: Hotel) -> list[tuple[str, dt.date | None]]:
    with hotel.store.reading() as session:
        rows = session.connection().execute(select(GUESTS).order_by(GUESTS.c.id))
        return [(row.kind, row.valid_until) for row in rows]


@pytest.mark.clause("H4.4")
def test_a_guest_is_known_by_telephone_or_by_name_until_the_last_day(hotel: Hotel) -> None:
    done = imported(hotel, "王小明,+86 138 0000 0000,2026-03-31", "李夫人,,", ",0755-1234567,")
    assert (done.guests, done.added, done.renewed, done.ended, done.unchanged) == (3, 3, 0, 0, 0)
    assert (done.cases, done.held_back) == ((), ())
    assert on_the_list(hotel, Complainant(name="Wang", phone="138-0000-0000"))
    assert on_the_list(hotel, Complainant(name=" 王 小明"))
    assert on_the_list(hotel, Complainant(name="王小明", phone="13900000000"))
    assert on_the_list(hotel, Complainant(name="路人"), Complainant(phone="0755 1234567"))
    assert not on_the_list(hotel, Complainant(name="路人", phone="13911111111"))
    assert not on_the_list(hotel, Complainant(contact="王小明"))
    assert not on_the_list(hotel)
    assert on_the_list(hotel, WANG, after=29 * DAY)
    assert not on_the_list(hotel, WANG, after=30 * DAY)
    assert on_the_list(hotel, Complainant(name="李夫人"), after=900 * DAY)


@pytest.mark.clause("B10", "H4.4")
def test_no_name_and_no_telephone_is_kept(hotel: Hotel) -> None:
    imported(hotel, "金絲雀,13812345678,")
    with hotel.store.reading() as session:
        (one, two) = session.connection().execute(select(GUESTS)).all()
    for row in (one, two):
        assert len(bytes(row.digest)) == 32
        assert "金絲雀" not in str(row)
        assert "13812345678" not in str(row)
        assert "金絲雀".encode() not in bytes(row.digest)


@pytest.mark.clause("H4.4")
def test_a_later_import_renews_adds_and_ends_and_the_same_file_again_changes_nothing(hotel: Hotel) -> None:
    rows = ("王小明,13800000000,2026-03-31", "李夫人,,", "張三,13700000000,2026-12-31")
    imported(hotel, *rows)
    events = models.table(models.OfficeEvent)
    with hotel.store.reading() as session:
        before = session.connection().execute(select(events)).all()
    again = imported(hotel, *rows)
    assert (again.unchanged, again.added, again.renewed, again.ended) == (3, 0, 0, 0)
    with hotel.store.reading() as session:
        assert session.connection().execute(select(events)).all() == before
    hotel.clock.advance(days=1)
    later = imported(
        hotel, "王小明,13800000000,2026-06-30", "李夫人,,2026-03-01", "趙六,13600000000,", "張三,,2026-12-31"
    )
    assert (later.guests, later.renewed, later.ended, later.added, later.unchanged) == (4, 1, 1, 1, 1)
    assert on_the_list(hotel, WANG, after=60 * DAY)
    assert not on_the_list(hotel, Complainant(name="李夫人"))
    assert on_the_list(hotel, Complainant(name="趙六"))
    back = imported(hotel, "李夫人,,2026-12-31")
    assert (back.added, back.renewed) == (1, 0)
    assert on_the_list(hotel, Complainant(name="李夫人"))


@pytest.mark.clause("H4.4")
def test_one_who_was_never_on_the_list_is_not_put_on_it_by_an_end_that_has_passed(hotel: Hotel) -> None:
    done = imported(hotel, "王小明,13800000000,2026-03-01")
    assert (done.guests, done.unchanged) == (1, 1)
    assert entries(hotel) == []


@pytest.mark.clause("H4.4")
def test_of_two_guests_of_one_name_the_longer_end_counts_for_the_name(hotel: Hotel) -> None:
    imported(hotel, "王小明,13800000000,2026-03-10", "王小明,13900000000,", "王小明,13700000000,2026-03-05")
    assert on_the_list(hotel, Complainant(name="王小明"), after=90 * DAY)
    assert not on_the_list(hotel, Complainant(phone="13800000000"), after=90 * DAY)
    assert on_the_list(hotel, Complainant(phone="13900000000"), after=90 * DAY)


@pytest.mark.clause("H4.4")
def test_a_mark_of_the_byte_order_other_orders_of_columns_quotations_and_empty_lines_are_taken(
    hotel: Hotel,
) -> None:
    content = '\ufeffUntil,Phone,Name\r\n2026-12-31,"138 0000 0000","王, 小明"\r\n,,\r\n\r\n,,李夫人\r\n'
    done = granted(tries(hotel, content.encode()))
    assert done.guests == 2
    assert on_the_list(hotel, Complainant(name="王,小明"))
    assert on_the_list(hotel, Complainant(name="李夫人"))


FAULTY = [
    ("", "The first line must name the columns: name,phone,until."),
    ("王小明,13800000000,\n", "The first line must name the columns: name,phone,until"),
    (
        "name;phone;until\n王小明;13800000000;\n",
        "The first line must name the columns: name,phone,until",
    ),
    ("name,phone\n王小明,13800000000\n", "The first line must name the columns: name,phone,until"),
    ("name,phone,until,room\n", "The first line must name the columns: name,phone,until"),
    ("name,phone,until\n王小明,13800000000\n", "line 2: it has 2 fields, and there are 3 columns."),
    ("name,phone,until\n,,2026-12-31\n", "line 2, columns name and phone: one of them is needed."),
    (
        "name,phone,until\n王小明,none,\n",
        "line 2, column phone: there is nothing in it that could be compared.",
    ),
    ("name,phone,until\n王小明,,soon\n", "line 2, column until: it is no day; write it like 2027-01-01"),
    (f"name,phone,until\n{'王' * 201},,\n", "line 2, column name: it is longer than 200 characters."),
    (f"name,phone,until\n王小明,{'1' * 41},\n", "line 2, column phone: it is longer than 40 characters."),
    ('name,phone,until\n"王小明,,\n', "The record that begins on line 2 is no CSV."),
]


@pytest.mark.clause("H4.4")
@pytest.mark.parametrize(("text", "sentence"), FAULTY)
def test_a_file_that_cannot_be_is_refused_whole_by_line_and_column_and_never_by_value(
    hotel: Hotel, text: str, sentence: str
) -> None:
    imported(hotel, "李夫人,,")
    with pytest.raises(BadInput) as refused:
        tries(hotel, text.encode())
    assert sentence in str(refused.value)
    for value in ("王", "138", "soon", "none", "111"):
        assert value not in str(refused.value)
    assert len(entries(hotel)) == 1


@pytest.mark.clause("H4.4")
def test_every_faulty_line_is_told_at_once_and_the_good_ones_are_not_taken(hotel: Hotel) -> None:
    text = 'name,phone,until\n趙六,13600000000,\n"two\nlines",,never\n,,\n王小明\n,x,soon\n'
    with pytest.raises(BadGuestList) as refused:
        tries(hotel, text.encode())
    assert refused.value.faults == (
        "line 3, column until: it is no day; write it like 2027-01-01, or leave it empty",
        "line 6: it has 1 fields, and there are 3 columns",
        "line 7, column phone: there is nothing in it that could be compared",
        "line 7, column until: it is no day; write it like 2027-01-01, or leave it empty",
    )
    assert entries(hotel) == []
    with pytest.raises(BadGuestList, match=r"line 21: it has 1 fields, and there are 3 columns\. \(\+10\)"):
        tries(hotel, ("name,phone,until\n" + "x\n" * 30).encode())


@pytest.mark.clause("H4.4")
@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_another_encoding_is_refused_with_what_to_do(hotel: Hotel, encoding: str) -> None:
    with pytest.raises(
        BadInput,
        match=r"The file is not UTF-8: byte \d+, on line \d, does not fit\. Save it as UTF-8",
    ):
        tries(hotel, "name,phone,until\n王小明,13800000000,\n".encode(encoding))
    assert entries(hotel) == []


@pytest.mark.clause("H4.4")
@pytest.mark.parametrize("by", ["desk1", "lead1", "day1", "owner1"])
def test_nobody_imports_but_whoever_leads_the_hotel_or_a_department(hotel: Hotel, by: str) -> None:
    refused = tries(hotel, b"name,phone,until\n,13800000000,\n", by=by)
    assert isinstance(refused, Refused)
    assert [(r.kind, r.clause, r.who) for r in refused.requirements] == [
        ("role", "H4.4", ("general_manager", "dept_manager"))
    ]
    assert entries(hotel) == []
    assert imported(hotel, ",13800000000,", by="chief1").added == 1


@pytest.mark.clause("H4.4")
def test_an_open_case_of_a_guest_who_comes_on_the_list_is_noticed_once_and_the_general_manager_told(
    hotel: Hotel,
) -> None:
    mine = written_down(hotel, {"name": "王小明", "phone": "13800000000"})
    other = written_down(hotel, {"name": "路人", "phone": "13911111111"})
    hotel.clock.advance(minutes=10)
    done = imported(hotel, ",13800000000,")
    assert (done.cases, done.held_back) == ((mine,), ())
    assert acts_of(hotel, mine).count("vip_noticed") == 1
    assert "vip_noticed" not in acts_of(hotel, other)
    cases, events = models.table(models.Case), models.table(models.Event)
    with hotel.store.reading() as session:
        connection = session.connection()
        parent = connection.execute(select(cases.c.id).where(cases.c.ref == mine)).scalar_one()
        told_of = (
            connection.execute(select(cases.c.procedure).where(cases.c.parent_id == parent)).scalars().all()
        )
        noticed = connection.execute(select(events).where(events.c.name == "vip_noticed")).one()
    assert list(told_of) == ["hotel.escalation"]
    assert (noticed.actor_kind, noticed.actor_id) == ("import", None)
    assert imported(hotel, ",13800000000,").cases == ()
    assert imported(hotel, "路人,,2027-01-01").cases == (other,)
    assert audit.verify(hotel.store).whole


@pytest.mark.clause("H4.4")
def test_a_guest_found_on_the_list_when_the_complaint_was_written_down_is_not_noticed_again(
    hotel: Hotel,
) -> None:
    imported(hotel, ",13800000000,2026-03-31")
    ref = written_down(hotel, {"name": "王小明", "phone": "13800000000"})
    cases = models.table(models.Case)
    with hotel.store.reading() as session:
        reports = session.connection().execute(
            select(cases.c.procedure).where(cases.c.parent_id.is_not(None))
        )
        assert list(reports.scalars()) == ["hotel.escalation"]
    done = imported(hotel, "王小明,13800000000,")
    assert (done.renewed, done.cases, done.held_back) == (1, (), ())
    assert "vip_noticed" not in acts_of(hotel, ref)


@pytest.mark.clause("H4.4")
def test_a_case_that_is_over_and_one_whose_guest_is_on_the_list_no_more_are_left_alone(hotel: Hotel) -> None:
    over, ended = (written_down(hotel, {"phone": phone}) for phone in ("13800000001", "13800000002"))
    cases = models.table(models.Case)
    with for_writing(hotel.store.engine).begin() as connection:
        connection.execute(update(cases).where(cases.c.ref == over).values(closed_at=hotel.now))
    done = imported(hotel, ",13800000001,", ",13800000002,2026-03-01")
    assert done.cases == ()
    assert "vip_noticed" not in acts_of(hotel, ended)


@pytest.mark.clause("H4.4")
def test_what_cannot_be_recorded_as_the_case_stands_is_told_and_hinders_no_other(hotel: Hotel) -> None:
    """No state of the edition is such; a later one may have some."""
    stuck = written_down(hotel, {"phone": "13800000001"})
    fine = written_down(hotel, {"phone": "13800000002"})
    cases = models.table(models.Case)
    with for_writing(hotel.store.engine).begin() as connection:
        connection.execute(update(cases).where(cases.c.ref == stuck).values(state="archived"))
    done = imported(hotel, ",13800000001,", ",13800000002,")
    assert (done.cases, done.held_back) == ((fine,), (stuck,))
    refusals = models.table(models.Refusal)
    with hotel.store.reading() as session:
        assert session.connection().execute(select(refusals)).all() == []


@pytest.mark.clause("H4.4")
def test_an_import_that_fails_leaves_neither_guests_nor_records(hotel: Hotel) -> None:
    ref = written_down(hotel, {"phone": "13800000000"})

    class Death(Exception):
        pass

    def die(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.lower().startswith("insert into office_event"):
            raise Death

    engine = hotel.store._writer
    event.listen(engine, "before_cursor_execute", die)
    with pytest.raises(Death):
        imported(hotel, ",13800000000,")
    event.remove(engine, "before_cursor_execute", die)
    assert entries(hotel) == []
    assert "vip_noticed" not in acts_of(hotel, ref)


@pytest.mark.clause("H4.4")
def test_whether_a_guest_is_on_the_list_costs_one_query_and_none_where_nobody_can_be_compared(
    hotel: Hotel,
) -> None:
    imported(hotel, "王小明,13800000000,")
    asked: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "listed_guest" in statement:
            asked.append(statement)

    event.listen(hotel.store.engine, "before_cursor_execute", note)
    assert on_the_list(hotel, *(Complainant(name=f"客{n}", phone=f"1370000{n:04}") for n in range(50)), WANG)
    assert len(asked) == 1
    assert not on_the_list(hotel, Complainant(contact="by letter"), Complainant(phone="none"))
    assert len(asked) == 1
    event.remove(hotel.store.engine, "before_cursor_execute", note)


@pytest.mark.clause("H4.4")
def test_each_office_has_its_own_list(hotel: Hotel) -> None:
    imported(hotel, ",13800000000,")
    office = an_office(hotel.store)
    with (
        hotel.store.transaction() as session,
        pytest.raises(BadInput, match="The office court keeps no list of guests"),
    ):
        import_guests(session, office.key, b"name,phone,until\n", office.manager, office.now)
    with hotel.store.transaction() as session, pytest.raises(BadInput, match="There is no office hotel"):
        import_guests(session, hotel.key, b"name,phone,until\n", office.manager, office.now)
    with hotel.store.reading() as session:
        connection = session.connection()
        (court,) = (one for one in hotel.store.offices(connection).values() if one.key == "court")
        assert not lookup(hotel.store, connection, court, TODAY)("vip", [WANG])
        assert guest_status(session, "court", office.now) == []


@pytest.mark.clause("H4.4")
def test_how_long_the_list_is_is_told_and_nothing_of_who_is_on_it(hotel: Hotel) -> None:
    def status() -> list[ListStatus]:
        with hotel.store.reading() as session:
            return guest_status(session, hotel.key, hotel.now)

    assert status() == [ListStatus("vip", 0, 0, 0, None)]
    imported(hotel, "王小明,13800000000,2026-03-02", "李夫人,,", "趙六,,2026-12-31")
    assert status() == [ListStatus("vip", 3, 1, 0, hotel.now)]
    hotel.clock.advance(days=1)
    (later,) = status()
    assert (later.names, later.phones, later.ended) == (2, 0, 2)


@pytest.mark.clause("H4.4")
def test_a_rotation_of_the_master_key_leaves_the_list_as_it_was(database_url: str, tmp_path: Path) -> None:
    settings = settings_of(database_url, tmp_path, DUECOURSE_KEY="")
    MasterKeys.create_file(settings.key_file)
    store = open_store(settings)
    hotel = a_hotel(store)
    imported(hotel, "王小明,13800000000,")
    before = store.keys.newest_id
    rotation.rotate(store, settings)
    assert store.keys.newest_id != before
    assert on_the_list(hotel, WANG)
    assert (imported(hotel, "王小明,13800000000,").unchanged, len(entries(hotel))) == (1, 2)
    store.close()
    later = Hotel(open_store(settings), hotel.clock, hotel.key, hotel.people)
    assert on_the_list(later, WANG)
    assert audit.verify(later.store).whole
    later.store.close()


@pytest.mark.clause("H4.4", "X2")
def test_a_guest_put_on_or_taken_off_past_the_program_is_found(hotel: Hotel) -> None:
    imported(hotel, "王小明,13800000000,")
    assert audit.verify(hotel.store).whole
    entry = {
        "office_id": hotel.people["head1"].office_id,
        "list": "vip",
        "kind": "name",
        "digest": b"x" * 32,
        "recorded_at": hotel.now,
    }
    with for_writing(hotel.store.engine).connect() as connection:
        for change in (
            insert(GUESTS).values(entry),
            update(GUESTS).values(valid_until=TODAY),
            GUESTS.delete(),
        ):
            with connection.begin() as transaction:
                connection.execute(change)
                (flaw,) = audit.examine(hotel.store, connection).findings
                assert flaw.message.endswith(": listed_guest.")
                transaction.rollback()
