"""`rule`, `guest`, `delegation`, `major`: what a hotel keeps beside its cases, at the command line."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.desk.counter import Counter, one_sentence
from tests.hotel_staff import the_file

if TYPE_CHECKING:
    from collections.abc import Sequence

ADD = ("rule", "add", "r-3", "--words", "A room that is too loud is changed.")
PAPER = "茲委託前廳部經理代為批示"


@pytest.fixture(scope="session")
def opened_hotel(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    """The hotel that every test gets a copy of. Loading it ends with 1: no file can say which rules the house has."""
    folder = tmp_path_factory.mktemp("hotel")
    file = folder / "hotel.toml"
    file.write_text(the_file(), encoding="utf-8")
    counter = Counter(folder / "home")
    loaded = counter.type("--json", "office", "load", str(file))
    assert loaded.code == 1, loaded.err
    for handle in json.loads(loaded.out)["added"]:
        counter.tokens[handle] = counter.done("person", "token", handle)["token"]
    return counter


@pytest.fixture
def hotel(opened_hotel: Counter, tmp_path: Path) -> Counter:
    """A hotel and a counter at which to type."""
    shutil.copytree(opened_hotel.home, tmp_path / "hotel")
    return Counter(tmp_path / "hotel", tokens=dict(opened_hotel.tokens))


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """What the general manager has signed."""
    file = tmp_path / "paper.txt"
    file.write_text(PAPER, encoding="utf-8")
    return file


def a_list(folder: Path, *rows: str, encoding: str = "utf-8") -> str:
    file = folder / "guests.csv"
    file.write_text("\n".join(("name,phone,until", *rows)) + "\n", encoding=encoding)
    return str(file)


def written_down(hotel: Counter, phone: str) -> str:
    """A complaint by a guest with this telephone, as the front desk has written it down."""
    ref = str(
        hotel.done(
            "register",
            "hotel.complaint",
            "--set",
            "channel=in_person",
            "--set",
            "department=front",
            by="desk1",
        )["ref"]
    )
    hotel.record(ref, "heard", to_the_end="yes", understanding="yes")
    hotel.record(ref, "first_apology", spoken_by="desk1")
    note = {
        "department": "rooms",
        "matters": "noise",
        "happened": "drilling at night",
        "read_back": "confirmed",
        "complainant": "",
    }
    given = json.dumps(
        {name: value for name, value in note.items() if value}
        | {"matters": ["noise"], "guests": [{"phone": phone}]}
    )
    file = hotel.home / "note.json"
    file.write_text(given, encoding="utf-8")
    hotel.done("record", ref, "note", "--evidence", str(file), by="desk1")
    return ref


@pytest.mark.clause("H3.1")
def test_a_rule_of_the_house_is_written_listed_and_ended(hotel: Counter) -> None:
    assert "There is no rule of the house yet." in hotel.type("rule", "list").out
    assert "No rule of the house is in force" in hotel.type("check").out
    said = hotel.type(*ADD, by="chief1")
    assert (said.code, said.out) == (0, "✓ The house rule r-3 holds from 2026-03-02 on.\n")
    assert "No rule of the house is in force" not in hotel.type("check").out
    (rule,) = hotel.done("rule", "list")["rules"]
    assert (rule["key"], rule["by"], rule["holds"], rule["valid_until"]) == ("r-3", "chief1", True, None)
    page = hotel.type("rule", "list", by="desk1").out
    assert "r-3  from 2026-03-02 on\n  A room that is too loud is changed." in page
    said = hotel.type("rule", "end", "r-3", "--until", "2026-03-31", by="head1")
    assert said.out == "✓ The last day of the house rule r-3 is 2026-03-31.\n"
    assert "r-3  from 2026-03-02 until 2026-03-31" in hotel.type("rule", "list").out
    again = hotel.done(*ADD, "--from", "2026-04-01", by="head1")
    assert (again["key"], again["valid_from"]) == ("r-3", "2026-04-01")
    hotel.clock.advance(days=40)
    assert len(hotel.done("rule", "list")["rules"]) == 1
    assert len(hotel.done("rule", "list", "--all")["rules"]) == 2


@pytest.mark.clause("H3.1")
def test_the_words_of_a_rule_are_asked_for(hotel: Counter) -> None:
    asked = hotel.type("rule", "add", "r-4", by="head1", answers=["Breakfast is served until ten."])
    assert asked.code == 0
    assert "The rule (it names nobody):" in asked.out
    assert hotel.done("rule", "list")["rules"][0]["words"] == "Breakfast is served until ten."


@pytest.mark.clause("H4.4")
def test_a_list_of_guests_is_imported_and_says_in_which_open_cases_one_was_noticed(
    hotel: Counter, tmp_path: Path
) -> None:
    assert hotel.done("guest", "status")["lists"] == [
        {"kept": "vip", "names": 0, "phones": 0, "ended": 0, "changed_at": None}
    ]
    mine = written_down(hotel, "13800000000")
    said = hotel.type(
        "guest", "import", a_list(tmp_path, "金絲雀,138-0000-0000,2026-12-31", "李夫人,,"), by="head1"
    )
    assert said.code == 0, said.err
    assert (
        "Guests in the file: 2. New: 2, with another end: 0, no longer on the list: 0, as they were: 0."
        in said.out
    )
    assert f"duecourse show {mine}" in said.out
    assert "金絲雀" not in said.out
    again = hotel.done(
        "guest",
        "import",
        a_list(tmp_path, "金絲雀,138-0000-0000,2026-12-31", encoding="utf-8-sig"),
        by="chief1",
    )
    assert (again["guests"], again["unchanged"], again["cases"], again["held_back"]) == (1, 1, [], [])
    (status,) = hotel.done("guest", "status")["lists"]
    assert (status["names"], status["phones"], status["ended"]) == (2, 1, 0)
    page = hotel.type("guest", "status").out
    assert page.split() == [
        "List",
        "Names",
        "Telephones",
        "Over",
        "Last",
        "changed",
        "vip",
        "2",
        "1",
        "0",
        "03-02",
        "10:00",
    ]
    for file in hotel.home.iterdir():
        if file.name != "note.json":
            assert "金絲雀".encode() not in file.read_bytes()


@pytest.mark.clause("H5.2")
def test_a_delegation_is_given_with_its_paper_listed_and_ended(hotel: Counter, paper: Path) -> None:
    assert "Nothing is delegated." in hotel.type("delegation", "list").out
    given = ("delegation", "give", "chief1", "--until", "2026-03-08", "--paper", str(paper))
    said = hotel.type(*given, by="head1")
    assert (said.code, said.out) == (0, "✓ chief1 stands in, in writing, from 2026-03-02 until 2026-03-08.\n")
    (row,) = hotel.done("delegation", "list")["delegations"]
    assert row["text_sha256"] == sha256(PAPER.encode()).hexdigest()
    assert (row["handle"], row["role"], row["given_by"], row["holds"]) == (
        "chief1",
        "gm_delegate",
        "head1",
        True,
    )
    page = " ".join(hotel.type("delegation", "list").out.split())
    assert page == "chief1 gm delegate from 2026-03-02 until 2026-03-08 given by head1 holds today"
    assert "What chief1 was given in writing ends with 2026-03-08." in hotel.type("check").out
    later = (
        "delegation",
        "give",
        "chief1",
        "--from",
        "2026-03-09",
        "--until",
        "2026-04-30",
        "--paper",
        str(paper),
    )
    assert hotel.done(*later, by="head1")["valid_from"] == "2026-03-09"
    assert hotel.type("delegation", "end", "chief1", by="head1").out == "✓ chief1 stands in no longer.\n"
    assert hotel.done("delegation", "list")["delegations"] == []
    assert "ended by head1" in hotel.type("delegation", "list", "--all").out


@pytest.mark.clause("H4.4")
def test_what_is_major_is_shown_by_default_and_as_the_general_manager_has_set_it(hotel: Counter) -> None:
    shown = hotel.done("major", "show")
    assert (shown["own"], "injury" in shown["major"], "noise" in shown["not_major"]) == (False, True, True)
    assert "By default, until the general manager has made a list." in hotel.type("major", "show").out
    said = hotel.type("major", "set", "noise", "food", by="head1")
    assert (said.code, said.out) == (0, "✓ From 2026-03-02 on is major: noise, food.\n")
    assert hotel.done("major", "show")["major"] == ["noise", "food"]
    page = hotel.type("major", "show").out
    assert "The general manager's own list." in page
    assert page.count("major\n") == 2
    assert "That was major already" in hotel.type("major", "set", "food", "noise", by="head1").out


@pytest.mark.parametrize(
    ("typed", "by", "refused"),
    [
        (ADD, "lead1", "H3.1 Only general manager, dept manager may do this."),
        (("rule", "end", "r-3"), "day1", "H3.1 Only general manager, dept manager may do this."),
        (("guest", "import", "{list}"), "desk1", "H4.4 Only general manager, dept manager may do this."),
        (
            ("delegation", "give", "chief2", "--until", "2026-12-31", "--paper", "{paper}"),
            "chief1",
            "H5.2 Only general manager may do this.",
        ),
        (("delegation", "end", "chief2"), "owner1", "H5.2 Only general manager may do this."),
        (("major", "set", "noise"), "owner1", "H4.4 Only general manager may do this."),
    ],
)
def test_whoever_may_not_is_refused_with_the_clause(
    hotel: Counter, tmp_path: Path, paper: Path, typed: Sequence[str], by: str, refused: str
) -> None:
    places = {"list": a_list(tmp_path, "金絲雀,,"), "paper": str(paper)}
    before = hotel.everything()
    assert hotel.refused(*(one.format_map(places) for one in typed), by=by) == [refused]
    assert hotel.everything() == before


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("rule", "add", "Rule 3", "--words", "x y"), "The key of a house rule is up to 32 small letters"),
        ((*ADD, "--from", "soon"), '"soon" is not a day.'),
        ((*ADD, "--from", "2026-03-01"), "A house rule begins today or later"),
        (("rule", "add", "r-3"), "A house rule needs 2 to 2000 characters."),
        (("rule", "end", "r-3"), "There is no such house rule in this office. There is: none yet."),
        ((*ADD, "--office", "moon"), "There is no office moon."),
        (("guest", "import", "nowhere.csv"), "There is no file nowhere.csv."),
        (("guest", "import", "{list}"), "The file is not UTF-8: byte 18, on line 2, does not fit."),
        (
            ("delegation", "give", "chief1", "--until", "2026-12-31", "--paper", "nowhere.txt"),
            "There is no file nowhere.txt.",
        ),
        (("delegation", "give", "chief1", "--until", "once", "--paper", "{paper}"), '"once" is not a day.'),
        (
            ("delegation", "give", "chief1", "--until", "2028-01-01", "--paper", "{paper}"),
            "at most 366 days ahead",
        ),
        (
            ("delegation", "give", "head1", "--until", "2026-12-31", "--paper", "{paper}"),
            "Nobody delegates to themselves.",
        ),
        (
            ("delegation", "give", "moon", "--until", "2026-12-31", "--paper", "{paper}"),
            "no person with the handle moon",
        ),
        (("delegation", "end", "chief1"), "chief1 was given nothing in writing."),
        (
            ("person", "role", "chief1", "gm_delegate"),
            "`duecourse delegation give HANDLE --until DAY --paper FILE`",
        ),
        (("person", "role", "chief1", "gm_delegate", "--take"), "`duecourse delegation end HANDLE`"),
        (("major", "set", "weather"), "This is no list of what is major: it must be some of attitude,"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(
    hotel: Counter, tmp_path: Path, paper: Path, typed: Sequence[str], words: str
) -> None:
    places = {"list": a_list(tmp_path, "金絲雀,,", encoding="gb18030"), "paper": str(paper)}
    before = hotel.everything()
    answer = hotel.type(*(one.format_map(places) for one in typed), by="head1")
    one_sentence(answer, words)
    assert "金" not in answer.err
    assert hotel.everything() == before


def test_an_empty_paper_is_none(hotel: Counter, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text(" \n", encoding="utf-8")
    typed = ("delegation", "give", "chief1", "--until", "2026-12-31", "--paper", str(empty))
    one_sentence(hotel.type(*typed, by="head1"), "The file empty.txt is empty.")


def test_without_a_token_nobody_changes_anything(hotel: Counter) -> None:
    one_sentence(hotel.type(*ADD), "It is not known who you are.")
    one_sentence(hotel.type("major", "set", "noise"), "It is not known who you are.")


def test_an_office_that_is_no_hotel_keeps_none_of_it(counter: Counter, tmp_path: Path, paper: Path) -> None:
    one_sentence(counter.type(*ADD, by="head1"), "The office court keeps no rules of the house")
    one_sentence(
        counter.type("guest", "import", a_list(tmp_path, "x,,"), by="head1"),
        "The office court keeps no list of guests",
    )
    one_sentence(
        counter.type(
            "delegation", "give", "desk1", "--until", "2026-12-31", "--paper", str(paper), by="head1"
        ),
        "Nothing is delegated in the office court.",
    )
    one_sentence(
        counter.type("major", "set", "noise", by="head1"), "Nobody says in the office court what is major."
    )
    assert "keeps no list of guests" in counter.type("guest", "status").out
    assert "Nobody says in the office court what is major." in counter.type("major", "show").out
    assert "There is no rule of the house yet." in counter.type("rule", "list").out
