"""Loading an office from its file: everything or nothing, every fault at once, and by date."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table, select, text

import models
from casework import intake, registered
from casework.office_file import BadOfficeFile, OfficeLoaded, load_office
from casework.offices import OfficeView
from casework.people import actor_of, contacts_of, name_of, people_of, person_by_handle
from casework.store import Store
from casework.workdays import WorkCalendar
from tests.building import INTAKES, MONDAY, a_store

EXAMPLE = (Path(__file__).parents[2] / "desk" / "examples" / "office-property.toml").read_text(
    encoding="utf-8"
)
DAY = dt.timedelta(days=1)
BOARD = EXAMPLE[EXAMPLE.index("# The superior body's person") : EXAMPLE.index("# Who answers the hotline")]
LIMIT = "limit.property.callout.repair_arrival.1"


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    opened = a_store(database_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def load(store: Store) -> Callable[..., OfficeLoaded]:
    def load(text: str = EXAMPLE, at: dt.datetime = MONDAY) -> OfficeLoaded:
        with store.transaction() as session:
            return load_office(session, text, at, origin="court.toml")

    return load


def faults(load: Callable[..., OfficeLoaded], text: str, at: dt.datetime = MONDAY) -> tuple[str, ...]:
    with pytest.raises(BadOfficeFile) as refused:
        load(text, at)
    assert str(refused.value).startswith("court.toml cannot be loaded, and nothing was changed:")
    return refused.value.faults


def setting(name: str, value: object, valid_from: str = "2026-01-01", approved_by: str = "head1") -> str:
    return f'\n[[settings]]\nname = "{name}"\nvalue = {json.dumps(value)}\nvalid_from = {valid_from}\napproved_by = "{approved_by}"\nreason = "test"\n'


def view(store: Store) -> OfficeView:
    with store.reading() as session:
        (office,) = store.offices(session.connection()).values()
        return office


def test_the_example_is_loaded_whole(store: Store, load: Callable[..., OfficeLoaded]) -> None:
    loaded = load()
    assert loaded.created
    assert len(loaded.added) == 10
    office = view(store)
    assert (office.key, office.kind, str(office.zone)) == ("court", "property", "Asia/Shanghai")
    assert office.setting("developer_company", MONDAY.date()) == "翠園房地產開發公司"
    assert office.setting("limit.property.complaint.opinion_due.0", MONDAY.date()) == 600
    with store.reading() as session:
        guard = person_by_handle(session, "court", "guard1", MONDAY)
        assert guard.roles == {"staff", "fire_list", "emergency_list"}
        assert name_of(session, guard.id) == "吳志強"


def test_the_same_file_again_changes_nothing(store: Store, load: Callable[..., OfficeLoaded]) -> None:
    load()
    with store.reading() as session:
        before = [session.connection().execute(select(t).order_by(*t.primary_key)).all() for t in tables()]
    assert load().unchanged
    assert load(at=MONDAY + 40 * DAY).unchanged
    with store.reading() as session:
        assert before == [
            session.connection().execute(select(t).order_by(*t.primary_key)).all() for t in tables()
        ]


def tables() -> list[Table]:
    kinds = (
        models.Office,
        models.OfficeSetting,
        models.Person,
        models.PersonRole,
        models.RosterSlot,
        models.DayOverride,
        models.StoreMark,
    )
    return [models.table(kind) for kind in kinds]


def test_every_fault_is_told_at_once_with_its_place_and_nothing_is_half_done(
    store: Store, load: Callable[..., OfficeLoaded]
) -> None:
    wrong = EXAMPLE.replace('zone = "Asia/Shanghai"', 'zone = "Mars/Olympus"').replace(
        'language = "en"', 'language = "fr"'
    ).replace('role = "superior"', 'role = "boss"').replace('person = "desk3"', 'person = "desk33"').replace(
        'until = "24:00"', 'until = "24:30"', 1
    ).replace('name = "mailbox"', 'name = "mailbx"').replace('value = "10 min"', 'value = "26 min"').replace(
        'unit = "desk", valid_from = 2026-01-01 }]', 'unit = "moon", valid_from = 2026-01-01 }]', 1
    ) + setting(LIMIT, "16 min", approved_by="desk1")
    found = faults(load, wrong)
    assert found == (
        "people[9].language: it must be one of en, zh_Hant, zh_Hans",
        'rosters[2].until: a time of the day is written like "08:30", at most "24:00"',
        'office.zone: there is no such time zone; write an IANA name such as "Asia/Shanghai"',
        "people[1].roles[1].unit: there is no unit moon",
        "people[10].roles[1].role: there is no role boss; there is: emergency_list, fire_list, foreman, manager, repairer, staff, superior",
        "rosters[3].person: there is no person desk33",
        "settings[4].name: there is no setting mailbx; there is: opens, closes, backdating_hours, alarm_answer_seconds, attachment_bytes, developer_company, hotline_number, mailbox, responsible_person, superior_body, and limit.PROCEDURE.DEADLINE.RUNG",
        "settings[8].value: it must be from 5 minutes to 25 minutes (P6b, a default of the edition)",
        "settings[9].value: the text says 15 minutes (P6a): an office can only tighten it",
        "settings[9].approved_by: on that day desk1 is none of manager, superior",
    )
    with store.reading() as session:
        assert session.connection().execute(text("SELECT count(*) FROM office")).scalar() == 0
        assert session.connection().execute(text("SELECT count(*) FROM person")).scalar() == 0


def test_a_fault_in_a_later_file_leaves_the_office_as_it_was(
    store: Store, load: Callable[..., OfficeLoaded]
) -> None:
    load()
    assert faults(load, EXAMPLE.replace(BOARD, "").replace('role = "foreman"', 'role = "boss"'))
    with store.reading() as session:
        assert len(people_of(session, "court", MONDAY)) == 10


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("office = [", "it is not TOML: something is not closed at its end"),
        ('[office]\nkey = "王小明\n', "it is not TOML: line 2, column 11 cannot be read"),
        ("", "office: it is missing"),
        ('[office]\nkey = "Court"\n', "office.key: a handle is up to 32 small letters"),
    ],
)
def test_what_is_no_office_file_is_refused_by_its_place(
    load: Callable[..., OfficeLoaded], wrong: str, sentence: str
) -> None:
    assert any(fault.startswith(sentence) for fault in faults(load, wrong))


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ('name = "陳靜怡"', "name = 5", "people[1].name: it must be a text"),
        ('handle = "desk1"\n', 'handle = "陳靜怡"\n', "people[1].handle: a handle is"),
        ('language = "zh_Hant"\n', 'languag = "zh_Hant"\n', "people[1].languag: this is not known here"),
        ('language = "zh_Hant"\n', '"陳靜怡" = 1\n', "people[1].(a key): this is not known here"),
        (
            "valid_from = 2026-01-01 }]",
            'valid_from = "2026" }]',
            "people[1].roles[1].valid_from: it must be a day",
        ),
        (
            'language = "zh_Hant"\n',
            'contacts = ["陳靜怡"]\n',
            "people[1].contacts[1]: an address is an Apprise URL",
        ),
        ('days = ["mon", ', 'days = ["monday", ', "rosters[1].days[1]: it must be 'mon', 'tue'"),
        ('handle = "desk2"', 'handle = "desk1"', "people[2].handle: desk1 stands there twice"),
    ],
)
def test_no_fault_repeats_a_name(
    load: Callable[..., OfficeLoaded], was: str, becomes: str, place: str
) -> None:
    found = faults(load, EXAMPLE.replace(was, becomes, 1))
    assert any(fault.startswith(place) for fault in found), found
    assert "靜怡" not in " ".join(found)


@pytest.mark.clause("P6", "P6a")
def test_a_number_of_the_text_can_only_be_tightened(store: Store, load: Callable[..., OfficeLoaded]) -> None:
    assert faults(load, EXAMPLE + setting(LIMIT, "15 min 1 s"))
    assert faults(load, EXAMPLE + setting(LIMIT, 901)) == (
        "settings[9].value: the text says 15 minutes (P6a): an office can only tighten it",
    )
    load(EXAMPLE + setting(LIMIT, 600))
    assert view(store).setting(LIMIT, MONDAY.date()) == 600


@pytest.mark.clause("P6")
def test_a_default_moves_within_its_bounds_and_only_with_the_managers_approval(
    load: Callable[..., OfficeLoaded],
) -> None:
    name = "limit.property.complaint.handling_due.1"
    assert faults(load, EXAMPLE + setting(name, "11 days")) == (
        "settings[9].value: it must be from 1 working day to 10 working days (P6b, a default of the edition)",
    )
    assert faults(load, EXAMPLE + setting(name, "36 h")) == (
        "settings[9].value: it is counted in whole working days",
    )
    assert faults(load, EXAMPLE + setting(name, "4 days", approved_by="desk1")) == (
        "settings[9].approved_by: on that day desk1 is none of manager, superior",
    )
    unapproved = EXAMPLE + setting(name, "4 days").replace('approved_by = "head1"\n', "")
    assert faults(load, unapproved) == (
        "settings[9].approved_by: it is missing: a limit is approved by a person",
    )
    assert load(EXAMPLE + setting(name, "4 days")).settings[-1] == name


def test_the_limits_of_one_ladder_come_one_after_the_other(load: Callable[..., OfficeLoaded]) -> None:
    assert faults(load, EXAMPLE + setting(LIMIT, "5 min")) == (
        "settings: from 2026-01-01 the limits of property.callout.repair_arrival would not come one after the other",
    )


def test_a_misspelt_limit_is_answered_with_those_there_are(load: Callable[..., OfficeLoaded]) -> None:
    found = faults(load, EXAMPLE + setting("limit.property.callout.repair_arrival.7", "5 min"))
    assert found == (
        "settings[9].name: there is no such limit; there is: limit.property.callout.repair_arrival.0, limit.property.callout.repair_arrival.1, limit.property.callout.repair_arrival.2",
    )


def test_an_office_that_would_close_before_it_opens_is_refused(load: Callable[..., OfficeLoaded]) -> None:
    found = faults(load, EXAMPLE.replace('value = "08:30"', 'value = "19:00"'))
    assert found == ("settings: from 2026-01-01 the office would close before it opens",)


@pytest.mark.clause("P6")
def test_a_new_limit_holds_for_what_is_received_from_its_day_on(
    store: Store, load: Callable[..., OfficeLoaded]
) -> None:
    load()
    later = setting(LIMIT, "10 min", valid_from="2026-03-03")
    assert load(EXAMPLE + later).settings == (LIMIT,)

    def seconds(at: dt.datetime) -> int:
        with store.transaction() as session:
            desk = actor_of(person_by_handle(session, "court", "desk1", at))
            done = intake.register(
                session, "court", "property.callout", desk, at, evidence=INTAKES["property.callout"]
            )
        assert isinstance(done, registered.Registered)
        deadlines, cases = models.table(models.Deadline), models.table(models.Case)
        wanted = select(deadlines.c.seconds).join(cases, cases.c.id == deadlines.c.case_id)
        with store.reading() as session:
            rung = wanted.where(
                cases.c.ref == done.ref, deadlines.c.kind == "repair_arrival", deadlines.c.rung == 1
            )
            return int(session.connection().execute(rung).scalar_one())

    assert seconds(MONDAY) == 900
    assert seconds(MONDAY + DAY) == 600


def test_what_held_on_days_that_have_passed_is_not_changed(load: Callable[..., OfficeLoaded]) -> None:
    load()
    assert faults(load, EXAMPLE + setting(LIMIT, "10 min", valid_from="2026-03-01")) == (
        "settings[9].valid_from: a new setting begins today or later, since deadlines were counted by what held before",
    )
    assert load(EXAMPLE + setting(LIMIT, "10 min", valid_from="2026-03-02")).settings == (LIMIT,)


def test_a_person_who_is_no_longer_in_the_file_has_left_and_a_role_ended_yesterday(
    store: Store, load: Callable[..., OfficeLoaded]
) -> None:
    load()
    changed = EXAMPLE.replace(BOARD, "").replace(
        '    { role = "repairer", unit = "engineering", valid_from = 2026-01-01 },\n', ""
    )
    loaded = load(changed, MONDAY + DAY)
    assert loaded.retired == ("board1",)
    with store.reading() as session:
        handles = {p.handle: p.roles for p in people_of(session, "court", MONDAY + DAY)}
        before = {p.handle: p.roles for p in people_of(session, "court", MONDAY)}
    assert "board1" not in handles
    assert handles["tech1"] == {"emergency_list"}
    assert before["tech1"] == {"repairer", "emergency_list"}
    assert before["board1"] == {"superior"}


def test_a_handle_stays_with_its_person_who_may_come_back(
    store: Store, load: Callable[..., OfficeLoaded]
) -> None:
    load()
    load(EXAMPLE.replace(BOARD, ""), MONDAY + DAY)
    assert faults(load, EXAMPLE.replace("高明遠", "蔡九"), MONDAY + 2 * DAY) == (
        "people[10].handle: board1 belonged to somebody who has left, and stays theirs: choose another handle",
    )
    assert load(EXAMPLE, MONDAY + 2 * DAY).returned == ("board1",)
    with store.reading() as session:
        assert person_by_handle(session, "court", "board1", MONDAY + 2 * DAY).roles == {"superior"}


def test_a_name_and_an_address_may_change_and_stay_sealed(
    store: Store, load: Callable[..., OfficeLoaded]
) -> None:
    load()
    changed = EXAMPLE.replace("陳靜怡", "陳金絲雀").replace(
        'handle = "desk1"\n', 'handle = "desk1"\ncontacts = ["json://canary.invalid"]\n', 1
    )
    assert load(changed).changed == 1
    with store.reading() as session:
        person = person_by_handle(session, "court", "desk1", MONDAY).id
        assert name_of(session, person) == "陳金絲雀"
        assert contacts_of(session, person) == ("json://canary.invalid",)
        rows = session.connection().execute(text("SELECT name_sealed, contact_sealed FROM person")).all()
    stored = b"".join(bytes(value) for row in rows for value in row if value is not None)
    assert "金絲雀".encode() not in stored
    assert b"canary" not in stored


def test_an_office_keeps_its_procedures_and_its_zone(load: Callable[..., OfficeLoaded]) -> None:
    load()
    assert faults(load, EXAMPLE.replace("Asia/Shanghai", "Asia/Tokyo")) == (
        "office.zone: the office court counts its days in Asia/Shanghai, and goes on so",
    )
    assert faults(load, EXAMPLE.replace('kind = "property"', 'kind = "circus"'))[0].startswith(
        "office.kind: there are no procedures for circus; there is: "
    )


@pytest.mark.clause("P2a")
def test_a_duty_over_sunday_night_is_kept_in_two_parts(
    store: Store, load: Callable[..., OfficeLoaded]
) -> None:
    load()
    slots, people = models.table(models.RosterSlot), models.table(models.Person)
    wanted = (
        select(slots.c.starts_minute, slots.c.ends_minute)
        .join(people)
        .where(slots.c.roster == "fire_list", people.c.handle == "guard1")
    )
    with store.reading() as session:
        kept = sorted(tuple(row) for row in session.connection().execute(wanted))
    evening, morning = 18 * 60, 8 * 60
    assert kept == [
        (0, morning),
        (evening, 1440 + morning),
        (2 * 1440 + evening, 3 * 1440 + morning),
        (4 * 1440 + evening, 5 * 1440 + morning),
        (6 * 1440 + evening, 7 * 1440),
    ]


@pytest.mark.clause("X4")
def test_the_days_of_the_office_go_before_the_public_calendar_and_those_that_passed_stay(
    store: Store, load: Callable[..., OfficeLoaded]
) -> None:
    def calendar() -> WorkCalendar:
        return view(store).calendar

    rest = '\n[[days]]\nday = 2026-03-04\nworking = false\nreason = "搬遷"\n'
    load(EXAMPLE + rest)
    assert not calendar().is_working(dt.date(2026, 3, 4))
    load(EXAMPLE)
    assert calendar().is_working(dt.date(2026, 3, 4))
    load(EXAMPLE + rest)
    load(EXAMPLE, MONDAY + 7 * DAY)
    assert not calendar().is_working(dt.date(2026, 3, 4))


def test_an_absence_of_the_file_is_added_once(store: Store, load: Callable[..., OfficeLoaded]) -> None:
    away = '\n[[absences]]\nperson = "desk1"\nstarts_at = 2026-03-03T09:00:00+08:00\nends_at = 2026-03-03T12:00:00+08:00\nreason = "leave"\n'
    load(EXAMPLE + away)
    load(EXAMPLE + away)
    with store.reading() as session:
        assert len(session.connection().execute(select(models.table(models.Absence))).all()) == 1
    assert faults(load, EXAMPLE + away.replace("leave", "the flu")) == (
        "absences[1].reason: a code is up to 32 small letters, digits and _, beginning with a letter: never a sentence",
    )
    assert faults(load, EXAMPLE + away.replace("T12:00:00+08:00", "T12:00:00")) == (
        "absences[1].ends_at: the time needs its zone, such as 2026-03-01T09:30:00+08:00",
    )
