"""The bureau's example file: what it says of accounts and undertakings, and what `duecourse check` finds in it."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

import models
from casework.approvals import approve_edition
from casework.check import check_office
from casework.findings import Finding
from casework.office_file import BadOfficeFile, OfficeLoaded, load_office
from casework.people import actor_of, people_of, person_by_handle, retire_person
from casework.store import Store
from tests.building import MONDAY, a_store

EXAMPLE = (Path(__file__).parents[2] / "desk" / "examples" / "office-bureau.toml").read_text(encoding="utf-8")
REACHABLE = re.sub(r'handle = "(.+)"', r'handle = "\1"\ncontacts = ["json://\1.invalid"]', EXAMPLE)
"""The example, all of whose people can be reached."""
UNAPPROVED = ("error", "B16", "The edition 2026-01-01 of bureau complaint is in force and was not approved.")
DAY = dt.timedelta(days=1)
Load = Callable[..., OfficeLoaded]


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    opened = a_store(database_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def load(store: Store) -> Load:
    def load(text: str = REACHABLE, at: dt.datetime = MONDAY) -> OfficeLoaded:
        with store.transaction() as session:
            return load_office(session, text, at, origin="bureau.toml")

    return load


def check(store: Store, at: dt.datetime = MONDAY) -> list[Finding]:
    with store.reading() as session:
        return check_office(session, "bureau", at)


def told(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(one.severity, one.clause, one.told("en")) for one in findings if one.told("en") != UNAPPROVED[2]]


def faults(load: Load, text: str, at: dt.datetime = MONDAY) -> tuple[str, ...]:
    with pytest.raises(BadOfficeFile) as refused:
        load(text, at)
    return refused.value.faults


def without(handle: str) -> str:
    start = REACHABLE.index(f'[[people]]\nhandle = "{handle}"')
    return REACHABLE[:start] + REACHABLE[REACHABLE.index("}]\n", start) + 3 :]


def changed(handle: str, was: str, becomes: str) -> str:
    """The example with something of one person changed."""
    start = REACHABLE.index(f'handle = "{handle}"')
    return REACHABLE[:start] + REACHABLE[start:].replace(was, becomes, 1)


@pytest.mark.clause("B3a", "B6", "B10", "B16")
def test_nothing_is_wrong_with_the_example_once_the_party_group_has_approved_the_edition(
    store: Store, load: Load
) -> None:
    assert len(load().added) == 20
    assert [(one.severity, one.clause, one.told("en")) for one in check(store)] == [UNAPPROVED]
    with store.transaction() as session:
        party = actor_of(person_by_handle(session, "bureau", "party1", MONDAY))
        approve_edition(
            session, "bureau", "bureau.complaint", "2026-01-01", party, MONDAY, minute="2026-1", on=dt.date(2026, 1, 5)
        )  # fmt: skip
    assert check(store) == []


def test_the_same_file_again_changes_nothing(load: Load) -> None:
    load()
    assert load().unchanged
    assert load(at=MONDAY + 40 * DAY).unchanged


@pytest.mark.clause("B3a")
@pytest.mark.parametrize(
    ("unit", "says", "handles"),
    [
        ("discipline", "紀檢組", ("member1", "member2")),
        ("supervision", "監督科", ("member3", "member4")),
        ("office", "辦公室", ("member5", "member6")),
    ],
)
def test_the_group_needs_a_current_member_in_each_of_its_units(
    store: Store, load: Load, unit: str, says: str, handles: tuple[str, ...]
) -> None:
    load()
    with store.transaction() as session:
        retire_person(session, "bureau", handles[0], MONDAY + DAY)
    assert told(check(store, MONDAY + DAY)) == []
    with store.transaction() as session:
        retire_person(session, "bureau", handles[1], MONDAY + DAY)
    assert told(check(store, MONDAY + DAY)) == [
        (
            "error",
            "B3a",
            f"Nobody in the unit {unit} ({says}) holds the role member, which bureau complaint needs.",
        )
    ]


@pytest.mark.clause("B3a")
def test_a_member_without_a_unit_stands_for_none(store: Store, load: Load) -> None:
    text = REACHABLE
    for handle in ("member3", "member4"):
        start = text.index(f'handle = "{handle}"')
        text = text[:start] + text[start:].replace(', unit = "supervision"', "", 1)
    load(text)
    assert [clause for _, clause, _ in told(check(store))] == ["B3a"]


@pytest.mark.clause("B10")
def test_a_custodian_belongs_to_the_discipline_group(store: Store, load: Load) -> None:
    load(changed("keeper2", 'unit = "discipline"', 'unit = "office"'))
    assert told(check(store)) == [
        (
            "error",
            "B10",
            "keeper2 holds the role custodian and does not belong to the unit discipline (紀檢組).",
        )
    ]


@pytest.mark.parametrize(
    ("name", "clause", "why"),
    [
        ("complaint_number", "B6", "the text leaves a blank for it"),
        ("secrecy_rules", "B10", "the text points to rules that the office must name"),
        ("legal_bases", "B1", "the text points to rules that the office must name"),
    ],
)
def test_what_the_text_leaves_to_the_office_is_required(
    store: Store, load: Load, name: str, clause: str, why: str
) -> None:
    start = REACHABLE.index(f'[[settings]]\nname = "{name}"')
    load(
        REACHABLE[:start]
        + REACHABLE[REACHABLE.index('reason = "開辦"\n', start) + len('reason = "開辦"\n') :]
    )
    assert ("error", clause, f"The setting {name} is empty: {why}.") in told(check(store))


@pytest.mark.clause("B1")
def test_laws_that_were_replaced_or_misnamed_are_flagged_until_the_office_names_what_holds(
    store: Store, load: Load
) -> None:
    load(re.sub(r'value = "《中華人民共和國監察法》.*"', 'value = "《中華人民共和國監察法》"', REACHABLE))
    assert told(check(store)) == [
        ("warning", "B1", "The law 國家公務員法, which the text names, is called 中華人民共和國公務員法."),
        (
            "warning",
            "B1",
            "The law 監察機關舉報工作辦法, which the text names, was replaced by 紀檢監察機關處理檢舉控告工作規則.",
        ),
    ]


@pytest.mark.clause("B10")
def test_whoever_has_a_part_and_has_not_signed_is_named(store: Store, load: Load) -> None:
    load(changed("member3", "undertaking = 2026-01-05\n", "").replace("undertaking = 2026-01-05\n", "", 1))
    assert told(check(store)) == [
        (
            "warning",
            "B10",
            "These people have not signed the undertaking of secrecy, and are refused secret cases until then: member1, member3.",
        )
    ]


@pytest.mark.clause("B10")
def test_the_file_keeps_who_signed_the_offices_text_and_when(store: Store, load: Load) -> None:
    load()
    found = re.search(r'name = "undertaking_text"\nvalue = "(.+)"', REACHABLE)
    assert found is not None
    table, people = models.table(models.Undertaking), models.table(models.Person)
    wanted = select(table.c.signed_on, table.c.text_sha256, table.c.recorded_by, people.c.handle).join(
        people, people.c.id == table.c.person_id
    )
    with store.reading() as session:
        rows = session.connection().execute(wanted).all()
    assert {(row.signed_on, row.text_sha256, row.recorded_by) for row in rows} == {
        (dt.date(2026, 1, 5), sha256(found[1].encode()).hexdigest(), None)
    }
    assert {row.handle for row in rows} == {
        h for h in re.findall('handle = "(.+)"', REACHABLE) if "clerk" not in h
    }


@pytest.mark.clause("B10")
def test_an_undertaking_that_cannot_be_is_a_fault_of_the_file(load: Load) -> None:
    assert faults(load, REACHABLE.replace("undertaking = 2026-01-05", "undertaking = 2026-03-03", 1)) == (
        "people[1].undertaking: it lies in the future",
    )
    start = REACHABLE.index('[[settings]]\nname = "undertaking_text"')
    end = REACHABLE.index("[[settings]]", start + 1)
    found = faults(load, REACHABLE[:start] + REACHABLE[end:])
    assert (
        found[0]
        == "people[1].undertaking: which text was signed is not said: the setting undertaking_text is missing"
    )
    assert len(found) == 16


ALIAS = """
[[people]]
handle = "clerk9"
name = "周正明"
same_as = "member1"
roles = [{ role = "official", unit = "budget", valid_from = 2026-01-01 }]
"""


@pytest.mark.clause("B12")
def test_the_file_says_which_account_is_another_one_of_the_same_person(store: Store, load: Load) -> None:
    load(REACHABLE + ALIAS.replace('same_as = "member1"\n', ""))
    assert told(check(store)) == [
        (
            "warning",
            "X2",
            "These accounts have the same name and are not declared to be one person's: clerk9, member1.",
        )
    ]
    assert load(REACHABLE + ALIAS).changed == 1
    assert load(REACHABLE + ALIAS).unchanged
    assert told(check(store)) == []
    with store.reading() as session:
        people = {one.handle: one for one in people_of(session, "bureau", MONDAY)}
    assert people["clerk9"].id == people["member1"].id
    assert people["clerk9"].same_as == "member1"
    assert people["member1"].roles == {"member", "official"}


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("member1", "moon", "people[21].same_as: there is no person moon"),
        ("member1", "clerk9", "people[21].same_as: clerk9 is one account: name another one"),
        ("member1", "Member", "people[21].same_as: a handle is up to 32 small letters"),
    ],
)
def test_an_account_of_nobody_is_a_fault_of_the_file(load: Load, was: str, becomes: str, fault: str) -> None:
    (found,) = faults(load, REACHABLE + ALIAS.replace(f'same_as = "{was}"', f'same_as = "{becomes}"'))
    assert found.startswith(fault)


def test_a_chain_of_accounts_is_a_fault_of_the_file_and_of_what_is_there_already(load: Load) -> None:
    chain = (
        REACHABLE
        + ALIAS
        + ALIAS.replace("clerk9", "clerk8").replace('same_as = "member1"', 'same_as = "clerk9"')
    )
    assert faults(load, chain) == ("people[22].same_as: clerk9 is itself another account of member1",)
    load(REACHABLE + ALIAS)
    turned = REACHABLE.replace('handle = "member1"\n', 'handle = "member1"\nsame_as = "clerk9"\n', 1)
    assert faults(load, turned + ALIAS) == ("people[1].same_as: clerk9 is itself another account of member1",)
    other = REACHABLE + ALIAS.replace('same_as = "member1"', 'same_as = "member2"')
    assert faults(load, other) == (
        "people[21].same_as: clerk9 is already another account of member1, and stays so",
    )
    assert load(REACHABLE + ALIAS.replace('same_as = "member1"\n', "")).unchanged


@pytest.mark.clause("B12")
def test_what_a_year_is_may_be_chosen_only_as_one_of_two_and_by_the_party_group(load: Load) -> None:
    setting = '\n[[settings]]\nname = "ladder.window"\nvalue = "{}"\nvalid_from = 2026-01-01\napproved_by = "{}"\nreason = "x"\n'
    assert faults(load, REACHABLE + setting.format("two years", "party1")) == (
        "settings[7].value: it must be one of 12 months, calendar year",
    )
    assert faults(load, REACHABLE + setting.format("calendar year", "chief1")) == (
        "settings[7].approved_by: on that day chief1 is none of party_group",
    )
    assert load(REACHABLE + setting.format("calendar year", "party1")).settings[-1] == "ladder.window"
