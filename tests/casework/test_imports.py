"""Taking over an older register: 1,000 real rows, and everything that can be wrong with a row, a file or a mapping."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import models
from casework.audit import verify
from casework.chain import GENESIS
from casework.errors import BadInput
from casework.import_cases import take_over
from casework.import_mapping import read_mapping
from casework.import_refusals import HEADER, refused_path
from casework.imports import ImportReport, run_import
from casework.keys import open_sealed
from casework.people import actor_of, person_by_handle
from casework.record import aad, event_hash
from states.facts import Actor
from tests.building import MONDAY, a_store, an_office
from tests.desk.counter import open_counter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.import_schema import Mapping
    from casework.store import Store

ROOT = Path(__file__).parents[2]
REAL = ROOT / "tests" / "data" / "service-requests-2018.csv"
EXAMPLE = ROOT / "desk" / "examples" / "service-requests-2018.mapping.toml"
NOW = MONDAY

SMALL = """
source = "book"
zone = "America/New_York"
date_formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d"]

[columns]
key = "No"
type = "About"
received = "Came"
closed = "Ended"
status = "Status"
channel = "By"

[status]
open = ["open"]
closed = ["closed"]
by_date = [""]

[channels.words]
phone = "hotline"

[complainant]
name = "Name"
phone = "Phone"

[texts.matter]
columns = ["About", "Words"]

[[kinds]]
procedure = "property.complaint"
evidence = { service = "noise" }
types = ["Noise"]

[[kinds]]
procedure = "property.callout"
evidence = { kind = "fire" }
types = ["Fire"]
texts = { place = { columns = ["Where"] } }
"""
COLUMNS = ["No", "About", "Came", "Ended", "Status", "By", "Name", "Phone", "Words", "Where"]
ROW = {
    "No": "1",
    "About": "Noise",
    "Came": "2019-05-01 10:00",
    "Ended": "2019-05-03 09:00",
    "Status": "closed",
    "By": "phone",
    "Name": "",
    "Phone": "",
    "Words": "a dog",
    "Where": "yard",
}


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    """Give a store with the office "east"."""
    opened = a_store(database_url, tmp_path / "home")
    an_office(opened, key="east")
    yield opened
    opened.close()


def the_mapping(folder: Path, text: str = SMALL) -> Mapping:
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path)


def a_file(folder: Path, *rows: dict[str, str], name: str = "book.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows({**ROW, **row} for row in rows)
    return path


def person_of(store: Store, office: str, handle: str = "head1") -> Actor:
    with store.reading() as session:
        return actor_of(person_by_handle(session, office, handle, NOW))


def bring_in(
    store: Store,
    path: Path,
    mapping: Mapping,
    *,
    office: str = "east",
    actor: Actor | None = None,
    **how: Any,
) -> ImportReport:
    """Import as the manager of the office, unless the test says who."""
    return run_import(store, office, path, mapping, actor or person_of(store, office), NOW, **how)


def every(store: Store, model: Any) -> list[Any]:
    table = models.table(model)
    with store.reading() as session:
        return list(session.connection().execute(select(table).order_by(*table.primary_key.columns)))


def listed(path: Path) -> list[dict[str, str]]:
    with refused_path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def nothing_is_there(store: Store) -> bool:
    return not any(
        every(store, model)
        for model in (models.Case, models.Event, models.ImportRow, models.RegisterCounter, models.Deadline)
    )


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """Give real rows in a folder where the refused ones can be listed: the first seventy, and all that are not plainly closed."""
    header, *rows = REAL.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [row for number, row in enumerate(rows) if number < 70 or ",Closed," not in row]
    path = tmp_path / "requests.csv"
    path.write_text("".join([header, *kept]), encoding="utf-8")
    return path


def test_each_of_the_thousand_real_rows_is_accounted_for_and_a_second_run_adds_nothing(
    store: Store, tmp_path: Path
) -> None:
    mapping, path = read_mapping(EXAMPLE), Path(shutil.copy(REAL, tmp_path / "requests.csv"))

    first = bring_in(store, path, mapping)
    cases, events = every(store, models.Case), every(store, models.Event)
    second = bring_in(store, path, mapping)

    assert (1000, 17, 973, 10, 0) == (first.rows, first.live, first.history, first.refused, first.already)
    assert {"closed first": 10} == first.by_reason
    assert 10 == len(listed(path))
    assert Counter(row.outcome for row in every(store, models.ImportRow)) == {
        "history": 973,
        "live": 17,
        "refused": 10,
    }
    assert (1000, 0, 0, 10, 990) == (second.rows, second.live, second.history, second.refused, second.already)
    assert (cases, events) == (every(store, models.Case), every(store, models.Event))
    assert () == verify(store).findings


def test_closed_rows_become_history_under_their_own_dates_and_numbers_and_without_deadlines(
    store: Store, real: Path
) -> None:
    bring_in(store, real, read_mapping(EXAMPLE))
    cases = every(store, models.Case)
    old = [case for case in cases if case.history]
    numbers = defaultdict(list)
    for case in cases:
        numbers[case.register_kind, case.register_year].append(case.register_no)

    assert {"imported"} == {case.state for case in old}
    assert all(case.register_kind.endswith(".history") == case.history for case in cases)
    assert all(case.received_at <= case.closed_at == case.entered_at < NOW for case in old)
    assert all(sorted(given) == list(range(1, len(given) + 1)) for given in numbers.values())
    assert not {case.id for case in old} & {due.case_id for due in every(store, models.Deadline)}
    known = next(case for case in old if case.source_key == "39573567")
    assert datetime(2018, 6, 26, 14, 58, 54, tzinfo=UTC) == known.received_at
    assert datetime(2018, 6, 26, 16, 50, 1, tzinfo=UTC) == known.closed_at
    assert ("complaint.history", 2018, "hotline") == (known.register_kind, known.register_year, known.channel)
    assert [] == every(store, models.Outbox)


def test_open_rows_become_live_cases_whose_deadlines_run_from_the_import(store: Store, real: Path) -> None:
    bring_in(store, real, read_mapping(EXAMPLE))
    live = [case for case in every(store, models.Case) if not case.history]
    due = every(store, models.Deadline)
    told = {
        event.case_id: json.loads(event.clear)
        for event in every(store, models.Event)
        if event.kind == "imported"
    }

    assert 17 == len(live)
    assert {NOW} == {case.received_at for case in live}
    assert {2026} == {case.register_year for case in live}
    assert {case.id for case in live} == {rung.case_id for rung in due}
    assert all(rung.anchor_at == NOW < rung.due_at for rung in due)
    hydrant = next(case for case in live if case.source_key == "40134213")
    assert {
        "by": "head1",
        "source": "east/nyc-311",
        "key": "40134213",
        "received_at": "2018-08-28T12:50:00+00:00",
        "said_closed_at": "2018-08-28T12:50:00+00:00",
        "channel": "hotline",
        "row": next(row.row_sha256 for row in every(store, models.ImportRow) if row.case_id == hydrant.id),
    } == told[hydrant.id]


def test_an_imported_case_is_sealed_and_chained_like_any_other(store: Store, real: Path) -> None:
    bring_in(store, real, read_mapping(EXAMPLE))
    case = next(case for case in every(store, models.Case) if case.source_key == "39573567")
    wrapped = next(key for key in every(store, models.CaseKey) if key.case_id == case.id)
    key = store.keys.unwrap(wrapped.wrapped, wrapped.master_id, case.ref.encode())
    events = [event for event in every(store, models.Event) if event.case_id == case.id]
    taken_down = json.loads(open_sealed(key, events[1].sealed, aad(case.ref, 2)))

    assert ["opened", "recorded", "imported"] == [event.kind for event in events]
    assert {("import", None)} == {(event.actor_kind, event.actor_id) for event in events}
    assert {"matter", "place"} == set(taken_down)
    assert taken_down["matter"].startswith("Non-Emergency Police Matter\nOther (complaint details)\n")
    assert "91-33 97 STREET, WOODHAVEN, 11421" == taken_down["place"]
    head = GENESIS
    for event in events:
        assert head == event.prev_hash
        head = event_hash(store, case.ref, event._asdict())
        assert head == event.hash
    assert (3, head) == (case.head_seq, case.head_hash)
    plain = " ".join(
        str(value)
        for model in (models.Event, models.Case, models.ImportRow)
        for row in every(store, model)
        for value in row
    )
    assert "97 STREET" not in plain
    assert "police action" not in plain


def test_who_complained_becomes_a_party_that_is_sealed_and_can_be_found(store: Store, tmp_path: Path) -> None:
    bring_in(store, a_file(tmp_path, {"Name": "Li Ming", "Phone": "13800000000"}), the_mapping(tmp_path))

    assert ["complainant"] == [party.kind for party in every(store, models.Party)]
    assert {store.keys.blind("phone", "13800000000"), store.keys.blind("name", "li ming")} == {
        row.digest for row in every(store, models.BlindIndex)
    }


def test_a_row_that_changed_after_it_was_imported_is_told_and_changes_nothing(
    store: Store, tmp_path: Path
) -> None:
    mapping = the_mapping(tmp_path)
    bring_in(store, a_file(tmp_path, {}), mapping)
    before = every(store, models.Case), every(store, models.ImportRow)

    path = a_file(tmp_path, {"Words": "two dogs"})
    report = bring_in(store, path, mapping)

    assert {"changed": 1} == report.by_reason
    assert before == (every(store, models.Case), every(store, models.ImportRow))
    assert [
        {"row": "2", "key": "1", "reason": "The row has changed since it was imported.", "code": "changed"}
    ] == listed(path)


def test_the_order_of_the_columns_is_no_change(store: Store, tmp_path: Path) -> None:
    mapping = the_mapping(tmp_path)
    bring_in(store, a_file(tmp_path, {}), mapping)
    path = tmp_path / "turned.csv"
    path.write_text(
        ",".join([*reversed(COLUMNS), "New"]) + "\n" + ",".join([ROW[c] for c in reversed(COLUMNS)] + [""]),
        encoding="utf-8",
    )

    assert 1 == bring_in(store, path, mapping).already


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_key_that_stands_twice_in_a_file_is_one_case(
    store: Store, tmp_path: Path, *, dry_run: bool
) -> None:
    """The same row again adds nothing; another row under the key is refused, and says where the first stands."""
    path = a_file(
        tmp_path,
        {},
        {},
        {"Words": "another"},
        {"No": "2", "Ended": "no date"},
        {"No": "2", "Ended": "no date"},
        {"No": "2"},
    )

    for _ in range(2):  # within one hundred rows and, the second time, against what is kept
        report = bring_in(store, path, the_mapping(tmp_path), dry_run=dry_run)
        assert {"duplicate": 2, "bad date": 2} == report.by_reason
        assert 6 == report.rows == report.history + report.refused + report.already
        assert "Its key stands in row 2 already, with another content." == listed(path)[0]["reason"]
    assert (0 if dry_run else 1) == len(every(store, models.Case))


def test_a_refused_row_is_tried_again_once_the_mapping_or_the_row_is_mended(
    store: Store, tmp_path: Path
) -> None:
    path = a_file(tmp_path, {"About": "Lift"}, {"No": "2", "Came": "yesterday"})
    assert {"unknown type": 1, "bad date": 1} == bring_in(store, path, the_mapping(tmp_path)).by_reason
    assert {"refused"} == {row.outcome for row in every(store, models.ImportRow)}

    path = a_file(tmp_path, {"About": "Lift"}, {"No": "2"})
    report = bring_in(
        store, path, the_mapping(tmp_path, SMALL.replace('types = ["Noise"]', 'types = ["noise ", "lift"]'))
    )

    assert (2, 0) == (report.history, report.refused)
    assert {("history", None)} == {(row.outcome, row.reason_code) for row in every(store, models.ImportRow)}
    assert not refused_path(path).exists()


def test_a_dry_run_says_what_would_happen_and_does_nothing(store: Store, real: Path) -> None:
    mapping = read_mapping(EXAMPLE)
    dry = bring_in(store, real, mapping, dry_run=True)

    assert nothing_is_there(store)
    assert dry == bring_in(store, real, mapping)


def test_a_crash_loses_no_hundred_that_was_finished_and_a_second_run_does_the_rest(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_file(tmp_path, *({"No": str(number)} for number in range(1, 251)))
    mapping, whole, done = the_mapping(tmp_path), take_over, Counter[str]()

    def dies(*given: Any) -> int:
        done["cases"] += 1
        if done["cases"] > 150:
            raise OSError("the machine dies")
        return whole(*given)

    monkeypatch.setattr("casework.imports.take_over", dies)
    with pytest.raises(OSError, match="dies"):
        bring_in(store, path, mapping)
    assert 100 == len(every(store, models.Case)) == len(every(store, models.ImportRow))
    assert not list(tmp_path.glob("*.part"))

    monkeypatch.undo()
    report = bring_in(store, path, mapping)

    assert (150, 100) == (report.history, report.already)
    assert list(range(1, 251)) == sorted(case.register_no for case in every(store, models.Case))


def test_two_imports_of_the_same_file_at_once_make_each_case_once(store: Store, tmp_path: Path) -> None:
    rows = [{"No": str(number)} for number in range(1, 121)]
    paths = [a_file(tmp_path, *rows, name=f"{number}.csv") for number in range(2)]
    mapping = the_mapping(tmp_path)

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda path: bring_in(store, path, mapping), paths))

    assert 120 == len(every(store, models.Case)) == sum(report.history for report in reports)
    assert 120 == sum(report.already for report in reports)


def test_two_offices_may_take_over_registers_of_the_same_name(store: Store, tmp_path: Path) -> None:
    an_office(store, key="west")
    path, mapping = a_file(tmp_path, {}), the_mapping(tmp_path)
    bring_in(store, path, mapping)

    assert 1 == bring_in(store, path, mapping, office="west").history


def test_only_who_leads_the_office_imports(store: Store, tmp_path: Path) -> None:
    east, west = (person_of(store, office) for office in ("east", an_office(store, key="west").key))
    for actor in (
        Actor("person", east.person, frozenset({"staff", "foreman"})),
        Actor("person", west.person, frozenset({"manager"})),
        Actor("clock", None, frozenset({"manager"})),
    ):
        with pytest.raises(BadInput, match="may import"):
            bring_in(store, a_file(tmp_path, {}), the_mapping(tmp_path), actor=actor)
    assert nothing_is_there(store)


def test_an_unknown_office_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no office north"):
        bring_in(
            store, a_file(tmp_path, {}), the_mapping(tmp_path), office="north", actor=person_of(store, "east")
        )


REASONS = [
    ({"No": ""}, "no key", "The row has nothing in No."),
    (
        {"No": "k" * 81},
        "bad key",
        "What stands in No is no key: it is too long, or has marks that cannot be shown.",
    ),
    (
        {"No": "a\x00b"},
        "bad key",
        "What stands in No is no key: it is too long, or has marks that cannot be shown.",
    ),
    ({"About": "Lift"}, "unknown type", 'The mapping does not say what "Lift" is.'),
    ({"About": ""}, "unknown type", 'The mapping does not say what "" is.'),
    (
        {"Status": "waiting"},
        "unknown status",
        'The mapping does not say whether "waiting" is open or closed.',
    ),
    ({"By": "pigeon"}, "unknown channel", 'The mapping does not say which channel "pigeon" is.'),
    ({"Came": ""}, "no receipt", "The row has nothing in Came."),
    ({"Came": "1 May"}, "bad date", "What stands in Came is no date of the form %Y-%m-%d %H:%M or %Y-%m-%d."),
    ({"Came": "0001-01-01"}, "bad date", "The date in Came lies before 1900."),
    (
        {"Came": "2019-02-29"},
        "bad date",
        "What stands in Came is no date of the form %Y-%m-%d %H:%M or %Y-%m-%d.",
    ),
    (
        {"Ended": "9999-12-31 23:59"},
        "bad date",
        "What stands in Ended is no date of the form %Y-%m-%d %H:%M or %Y-%m-%d.",
    ),
    ({"Ended": "2030-01-01"}, "future", "The date in Ended lies in the future."),
    ({"Ended": ""}, "no closing", "The row is closed and has no date in Ended."),
    ({"Ended": "2019-05-01 09:59"}, "closed first", "It was closed before it was received."),
    ({"Status": "open", "Ended": "2019-04-30"}, "closed first", "It was closed before it was received."),
    (
        {"Words": "w" * 8000},
        "evidence",
        "The evidence for complaint cannot be taken: matter (String should have at most 8000 characters).",
    ),
]


@pytest.mark.parametrize(("change", "code", "sentence"), REASONS)
def test_a_row_is_refused_with_its_reason_and_its_neighbours_are_not(
    store: Store, tmp_path: Path, change: dict[str, str], code: str, sentence: str
) -> None:
    path = a_file(tmp_path, {"No": "before"}, change, {"No": "after"})
    report = bring_in(store, path, the_mapping(tmp_path))

    assert (2, {code: 1}) == (report.history, report.by_reason)
    assert report.refused_file == refused_path(path)
    assert [("3", sentence, code)] == [(row["row"], row["reason"], row["code"]) for row in listed(path)]


def test_a_row_with_too_many_or_too_few_fields_is_refused_by_itself(store: Store, tmp_path: Path) -> None:
    path = a_file(tmp_path, {})
    path.write_text(
        path.read_text(encoding="utf-8") + "2,Noise\n\n" + ",".join("x" * 11) + "\n", encoding="utf-8"
    )
    report = bring_in(store, path, the_mapping(tmp_path))

    assert (1, {"fields": 2}) == (report.history, report.by_reason)
    assert [("3", ""), ("5", "")] == [(row["row"], row["key"]) for row in listed(path)]
    assert "The row has 2 fields where the header has 10." == listed(path)[0]["reason"]


def test_the_status_decides_and_where_it_does_not_the_closing_date(store: Store, tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        {"No": "open with a date", "Status": "Open"},
        {"No": "nothing said, date", "Status": ""},
        {"No": "nothing said, no date", "Status": " ", "Ended": ""},
    )
    bring_in(store, path, the_mapping(tmp_path))

    assert {"open with a date": False, "nothing said, date": True, "nothing said, no date": False} == {
        case.source_key: case.history for case in every(store, models.Case)
    }


def test_a_live_fire_call_has_all_its_alarms_before_it(store: Store, tmp_path: Path) -> None:
    bring_in(store, a_file(tmp_path, {"About": "Fire", "Status": "open", "Ended": ""}), the_mapping(tmp_path))
    fire = sorted(
        rung.due_at - NOW
        for rung in every(store, models.Deadline)
        if rung.kind == "fire_arrival" and rung.status == "armed"
    )

    assert [timedelta(minutes=minutes) for minutes in (0, 2, 3, 6)] == fire
    assert {"cancelled"} == {r.status for r in every(store, models.Deadline) if r.kind == "repair_arrival"}


def test_an_hour_that_the_clocks_showed_twice_is_read_so_that_the_row_makes_sense(
    store: Store, tmp_path: Path
) -> None:
    """In New York it was 01:30 twice on 2019-11-03; 02:30 of 2019-03-10 never was."""
    path = a_file(
        tmp_path,
        {"No": "twice", "Came": "2019-11-03 01:30", "Ended": "2019-11-03 01:10"},
        {"No": "once", "Came": "2019-11-03 01:10", "Ended": "2019-11-03 01:30"},
        {"No": "never", "Came": "2019-03-10 02:30", "Ended": "2019-03-10 03:45"},
    )
    bring_in(store, path, the_mapping(tmp_path))

    lasted = {
        case.source_key: (case.closed_at - case.received_at).total_seconds() / 60
        for case in every(store, models.Case)
    }
    assert {"twice": 40, "once": 20, "never": 15} == lasted


WRONG_FILES = [
    (b"", "is empty"),
    (b"\xef\xbb\xbf\n", "is empty"),
    (b"No,Came\n1,2\n", "has no column About, Ended, Status, By, Words, Where, Name, Phone"),
    (",".join([*COLUMNS, "No"]).encode(), "more than one column No"),
    (",".join(COLUMNS).encode() + b'\n1,"Noise', "A quotation begins in the record on line 2"),
    (",".join(COLUMNS).encode() + b'\n1,"No"ise,\n', "The record that begins on line 2"),
    (",".join(COLUMNS).encode() + b"\n1,Noise,\xff", "byte 62, on line 2, does not fit"),
    (b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\n1,Noise,\xff", "byte 65, on line 2, does not fit"),
    (("\ufeff" + ",".join(COLUMNS)).encode("utf-16-le"), "byte 1, on line 1"),
    (",".join(COLUMNS).encode() + b"\n" + b"x" * 200_000, "The record that begins on line 2"),
]


@pytest.mark.parametrize(("content", "sentence"), WRONG_FILES)
def test_a_file_that_cannot_be_read_to_its_end_is_refused_whole_with_one_sentence(
    store: Store, tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=sentence) as caught:
        bring_in(store, path, the_mapping(tmp_path))

    assert "\n" not in str(caught.value)
    assert caught.value.hint
    assert nothing_is_there(store)
    assert not refused_path(path).exists()


def test_what_is_no_file_is_told(store: Store, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(BadInput, match="There is no file"):
            bring_in(store, path, the_mapping(tmp_path))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "big5", "utf-16"])
def test_a_register_in_another_encoding_is_read_if_the_mapping_says_so(
    store: Store, tmp_path: Path, encoding: str
) -> None:
    """Whatever was broken before it came into the file is kept as it is."""
    words = "下水道" if encoding == "big5" else "下水道 â€™s"
    said = encoding.removesuffix("-sig")
    mapping = the_mapping(tmp_path, SMALL.replace("zone =", f'encoding = "{said}"\nzone ='))
    bring_in(store, a_file(tmp_path, {"Words": words}, encoding=encoding), mapping)

    case, key = every(store, models.Case)[0], every(store, models.CaseKey)[0]
    opened = open_sealed(
        store.keys.unwrap(key.wrapped, key.master_id, case.ref.encode()),
        every(store, models.Event)[1].sealed,
        aad(case.ref, 2),
    )
    assert f"Noise\n{words}" == json.loads(opened)["matter"]


def test_a_list_of_refused_rows_holds_nothing_of_a_row_but_its_number_and_key(
    store: Store, tmp_path: Path
) -> None:
    path = a_file(
        tmp_path,
        {"No": "=1+1", "About": "Lift\n" * 40, "Name": "Li Ming", "Where": "Gate 4", "Words": "he fell"},
    )
    bring_in(store, path, the_mapping(tmp_path))

    assert HEADER == list(listed(path)[0])
    assert "'=1+1" == listed(path)[0]["key"]
    assert 100 > len(listed(path)[0]["reason"])
    text = refused_path(path).read_text(encoding="utf-8")
    assert not any(said in text for said in ("Li Ming", "Gate 4", "he fell"))


def test_a_file_of_somebody_else_is_not_overwritten_by_the_list(store: Store, tmp_path: Path) -> None:
    path = a_file(tmp_path, {"About": "Lift"})
    refused_path(path).write_text("mine\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no list of refused rows"):
        bring_in(store, path, the_mapping(tmp_path))

    assert "mine\n" == refused_path(path).read_text(encoding="utf-8")
    assert nothing_is_there(store)


def test_the_reasons_are_told_in_the_language_of_whoever_imports(store: Store, tmp_path: Path) -> None:
    path = a_file(tmp_path, {"About": "Lift"})
    bring_in(store, path, the_mapping(tmp_path), translate=lambda msgid: f"<{msgid}>")

    assert '<The mapping does not say what "Lift" is.>' == listed(path)[0]["reason"]


def test_progress_is_told_after_every_hundred_rows(store: Store, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = a_file(tmp_path, *({"No": str(number)} for number in range(205)))
    bring_in(
        store,
        path,
        the_mapping(tmp_path),
        dry_run=True,
        progress=lambda done, total: told.append((done, total)),
    )

    assert [(100, 205), (200, 205), (205, 205)] == told


WRONG_MAPPINGS = [
    ("x = 1", ["x: Extra inputs are not permitted"]),
    ('date_formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d"]', ["date_formats: Field required"], ""),
    (
        'zone = "America/New_York"',
        ["there is no time zone Mars/Base", "encoding klingon"],
        'zone = "Mars/Base"\nencoding = "klingon"',
    ),
    ('zone = "America/New_York"', ["no text encoding hex"], 'zone = "UTC"\nencoding = "hex"'),
    ('"%Y-%m-%d"]', ["%H:%M does not say a whole day", "%Q does not say a whole day"], '"%H:%M", "%Q"]'),
    ("property.complaint", ["there is no such procedure", "property.callout"], "property.compliant"),
    ("property.complaint", ["older registers are not imported into it"], "property.missed_call"),
    ('service = "noise"', ["service (Input should be"], 'service = "din"'),
    ('service = "noise"', ["service (Field required)"], ""),
    ('phone = "hotline"', ["channel (Input should be"], 'phone = "pigeon"'),
    ("[texts.matter]", ["matters is no text of its intake"], "[texts.matters]"),
    ("[texts.matter]", ["channel is no text of its intake"], "[texts.channel]"),
    ('types = ["Fire"]', ["kinds: noise stands there twice"], 'types = ["Fire", "NOISE"]'),
    ('closed = "Ended"', ["a closed row must have its closing date"], ""),
    ('status = "Status"', ["the words are given and no column for them"], ""),
    ('channel = "By"', ["the words are given and no column for them"], ""),
    ('source = "book"', ["source: String should match pattern"], 'source = "my book"'),
]


@pytest.mark.parametrize("wrong", WRONG_MAPPINGS)
def test_a_mapping_that_cannot_work_is_refused_with_everything_that_is_wrong(
    tmp_path: Path, wrong: tuple[Any, ...]
) -> None:
    old, told, new = wrong if len(wrong) == 3 else ("", wrong[1], wrong[0] + "\n")
    text = SMALL.replace(old, new) if old else new + SMALL
    assert text != SMALL
    with pytest.raises(BadInput) as caught:
        the_mapping(tmp_path, text)

    assert [] == [words for words in told if words not in str(caught.value)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"source =", "is not TOML"),
        (b"\xff", "is not UTF-8"),
        (b"x = " + b"[" * 5000, "is not TOML"),
        (None, "cannot be read"),
    ],
)
def test_a_mapping_that_is_no_toml_is_told(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "map.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput, match=sentence):
        read_mapping(path)


def test_the_example_names_every_type_of_the_real_register_and_no_other() -> None:
    with REAL.open(encoding="utf-8", newline="") as file:
        there = {row["Complaint Type"].casefold() for row in csv.DictReader(file)}

    assert there == set(read_mapping(EXAMPLE).kind_of)


CELL = st.one_of(
    st.sampled_from(
        ["Noise", "Fire", "open", "closed", "phone", "2019-05-01", "2019-05-02 10:00", "1", "2", ""]
    ),
    st.text(st.sampled_from('ab1 ,"\n\r\t\x00é水\ud7ff'), max_size=8),
)
LINES = st.lists(st.lists(CELL, min_size=8, max_size=11), max_size=6)
PIECES = st.lists(
    st.one_of(
        st.binary(max_size=6),
        st.sampled_from([b",", b'"', b"\n", b"\r\n", b"Noise", b"2019-05-01", b"closed"]),
    ),
    max_size=40,
).map(b"".join)


@st.composite
def garbage(draw: st.DrawFn) -> bytes:
    """Draw a file: bytes of any kind, or rows that nearly fit, well quoted or not at all."""
    head = ",".join(COLUMNS).encode() + b"\n"
    kind = draw(st.integers(0, 2))
    if kind == 0:
        return draw(st.sampled_from([b"", head])) + draw(PIECES)
    lines = draw(LINES)
    if kind == 1:
        return head + "\n".join(",".join(cells) for cells in lines).encode()
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in cells) for cells in lines)
    return head + "\r\n".join(quoted).encode()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=garbage())
def test_whatever_a_file_holds_it_is_imported_and_accounted_for_or_refused_whole(
    store: Store, tmp_path: Path, content: bytes
) -> None:
    """Nothing but BadInput is raised, and nothing is half done: a case has its three events, its key and its row."""
    before = len(every(store, models.Case))
    path = tmp_path / "garbage.csv"
    path.write_bytes(content)
    mapping = the_mapping(tmp_path, SMALL.replace('source = "book"', f'source = "s{before}"'))
    try:
        report = bring_in(store, path, mapping)
    except BadInput as error:
        assert "\n" not in str(error)  # noqa: PT017  a refusal is one of two good ends
        report = None
    cases = every(store, models.Case)

    assert len(cases) - before == (report.live + report.history if report else 0)
    if report:
        assert report.rows == report.live + report.history + report.refused + report.already
        assert report.refused == (len(listed(path)) if report.refused else 0)
    assert Counter(event.case_id for event in every(store, models.Event)) == {case.id: 3 for case in cases}
    assert {case.id for case in cases} == {key.case_id for key in every(store, models.CaseKey)}
    assert {case.id for case in cases} == {
        row.case_id for row in every(store, models.ImportRow) if row.case_id
    }


def test_the_command_imports_what_the_example_says_and_says_what_it_refused(tmp_path: Path) -> None:
    counter = open_counter(tmp_path / "home")
    header, *rows = REAL.read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path / "requests.csv"
    path.write_text(
        "".join([header, *rows[:20], *(row for row in rows if ",Pending," in row)]), encoding="utf-8"
    )
    typed = ("import", str(path), "--mapping", str(EXAMPLE))

    dry = counter.type("--json", *typed, "--dry-run", by="head1")
    real = counter.type("--json", *typed, by="head1")
    by_staff = counter.type(*typed, by="desk1")
    wrong = counter.type("import", str(EXAMPLE), "--mapping", str(EXAMPLE), by="head1")

    assert (1, 1) == (dry.code, real.code)  # something was refused
    assert dry.json == real.json
    assert {"rows": 34, "refused": 10, "history": 23, "live": 1} == {
        name: real.json[name] for name in ("rows", "refused", "history", "live")
    }
    assert str(refused_path(path)) == real.json["refused_file"]
    assert (2, 2) == (by_staff.code, wrong.code)
    assert "Only manager may import a register." in by_staff.err
    assert "has no column" in wrong.err
