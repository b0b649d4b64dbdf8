"""Registering, looking, listing: what is shown, in which order, in which language, and what never is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk.counter import Counter

KEYS = {
    "ref", "number", "office", "procedure", "edition", "says", "state", "state_says", "open", "history", "round", "level", "version", "channel",
    "received_at", "recorded_at", "closed_at", "handler", "parties", "notices", "timeline", "moves", "steps", "due", "parent", "children", "links",
    "visits", "alarms", "refusals", "allowed",
}  # fmt: skip


def test_what_can_be_done_next_stands_first_then_what_is_missing_what_is_due_and_what_happened(
    counter: Counter,
) -> None:
    ref = counter.complaint()
    page = counter.type("show", ref, by="desk1").out
    places = [
        page.index(head)
        for head in ("What you can do next", "What is missing", "What is due", "What happened")
    ]

    assert places == sorted(places)
    assert f"duecourse record {ref} opinion" in page[places[0] : places[1]]
    assert (
        "tell the complainant a sincere opinion on how it will be handled  P6b" in page[places[1] : places[2]]
    )
    assert "limit → manager" in page[places[2] : places[3]]
    assert "channel: hotline · service: noise" in page[places[3] :]


def test_the_keys_of_the_json_answer_are_stable(counter: Counter) -> None:
    """Programs are written against them: a key may be added here, never renamed."""
    answer = counter.done("show", counter.complaint(), by="desk1")

    assert set(answer) >= KEYS
    assert answer["allowed"] == {"moves": [], "steps": ["opinion", "assignment", "guidance", "withdrawal"]}
    assert {move["name"] for move in answer["moves"]} == {"begin", "refer", "withdraw", "void"}
    assert answer["received_at"] == "2026-03-02T02:00:00+00:00"
    assert [field["name"] for field in answer["steps"][0]["fields"]]


@pytest.mark.clause("P6b", "X9")
def test_a_refusal_names_everything_at_once_with_clause_who_can_meet_it_and_what_to_type(
    counter: Counter,
) -> None:
    ref = counter.complaint()
    answer = counter.type("move", ref, "begin", by="desk1")

    assert answer.code == 3
    assert "“begin” is refused; 3 things stand in the way:" in answer.err
    assert "1. tell the complainant a sincere opinion on how it will be handled  P6b" in answer.err
    assert "2. say who handles it  P6b" in answer.err
    assert "3. every complainant must be told  X9" in answer.err
    assert "who: staff, manager: desk1, desk2" in answer.err
    assert f"duecourse record {ref} assignment" in answer.err
    assert "asks for: words, told_to_all, channel" in answer.err
    assert answer.out == ""


def test_a_refusal_in_json_has_stable_keys(counter: Counter) -> None:
    ref = counter.complaint()
    told = counter.type("--json", "move", ref, "begin", by="desk1").json["refused"]

    assert set(told) == {"ref", "act_kind", "act", "procedure", "edition", "requirements"}
    assert set(told["requirements"][0]) == {
        "kind",
        "clause",
        "sentence",
        "roles",
        "people",
        "commands",
        "asks",
        "interpretations",
    }
    assert told["requirements"][0]["commands"] == [f"duecourse record {ref} opinion"]


def test_whoever_may_not_do_it_is_told_who_could_and_nobody_is_sent_in_vain(counter: Counter) -> None:
    """The handler does not call back; desk2 may. The person complained of is never named as one who could."""
    ref, callback = counter.remedied()
    del ref
    told = counter.type(
        "--json", "record", callback, "attempt", "--set", "method=call", "--set", "reached=yes", by="desk1"
    ).json["refused"]
    (apart,) = told["requirements"]

    assert apart["kind"] == "person"
    assert "desk2" in apart["people"]
    assert "desk1" not in apart["people"]
    assert apart["commands"] == [f"duecourse record {callback} attempt --as TOKEN"]


def test_what_waits_for_a_linked_case_points_to_it(counter: Counter) -> None:
    ref, callback = counter.remedied()
    told = counter.type("--json", "move", ref, "file", by="desk1").json["refused"]

    assert told["requirements"][0]["commands"] == [f"duecourse show {callback}"]


def test_a_form_shows_what_it_asks_and_the_command_to_type(counter: Counter) -> None:
    ref = counter.complaint()
    page = counter.type("show", ref, "--form", "opinion", by="desk1").out

    assert "how the complaint will be handled" in page
    assert "visit | hotline" in page
    assert f"duecourse record {ref} opinion --set words=… --set told_to_all=… --set channel=…" in page
    assert [
        field["name"] for field in counter.done("show", ref, "--form", "opinion", by="desk1")["fields"]
    ] == ["words", "told_to_all", "channel"]


def test_what_is_sealed_is_shown_only_when_it_is_opened_for_a_purpose(counter: Counter) -> None:
    ref = counter.done(
        "register", "property.complaint", "--set", "channel=visit", "--set", "service=noise", "--set", "matter=CANARY-WORDS",
        "--set", "complainants.1.name=CANARY-NAME", "--set", "complainants.1.phone=13800138000", by="desk1",
    )["ref"]  # fmt: skip
    looked = [
        counter.type(*flags, "show", ref, by="desk1").out for flags in ([], ["--json"], ["--lang", "zh_Hant"])
    ]
    opened = counter.type("show", ref, "--open", "the complainant asks about it", by="desk1")

    assert not [page for page in looked if "CANARY" in page or "13800138000" in page]
    assert "CANARY-WORDS" in opened.out
    assert "CANARY-NAME" in opened.out
    assert "Your reading is recorded." in opened.out
    assert "⚿" in looked[0]


@pytest.mark.clause("P6c")
def test_a_fire_call_says_first_to_call_119(counter: Counter) -> None:
    page = counter.type(
        "register", "property.callout", "--set", "kind=fire", "--set", "channel=hotline", "--set", "matter=smoke", "--set", "place=cellar",
        "--received-at", "-2:50", by="desk2",
    ).out  # fmt: skip

    assert page.index("Call 119 first.") < page.index("What you can do next")
    assert "in 10 seconds" in page
    assert "limit → manager, superior" in page


def test_whoever_sits_at_the_terminal_is_asked_for_what_is_missing(counter: Counter) -> None:
    """A choice by its number, people one by one, a slip mended at once; what was given already is not asked for."""
    answers = ["fax", "2", "6", "drilling at noon", "", "Mr Sun", "13900000001", "", "", "", "desk9", "desk3"]
    answer = counter.type(
        "register", "property.complaint", "--set", "place=3-502", by="desk1", answers=answers
    )

    assert answer.code == 2, "desk9 is asked for again only by the door"
    answers = ["fax", "2", "6", "drilling at noon", "Mr Sun", "13900000001", "", "yes", "", ""]
    answer = counter.type(
        "register", "property.complaint", "--set", "place=3-502", by="desk1", answers=answers
    )

    assert answer.code == 0, answer.err
    assert "how it came in [1) visit  2) hotline" in answer.out
    assert "This does not fit" in answer.out
    row = counter.done("list", by="desk1")["rows"][0]
    shown = counter.done("show", row["ref"], by="desk1")
    assert shown["timeline"][1]["clear"] == {"channel": "hotline", "service": "noise", "against": None}
    assert shown["parties"] == {"complainant": 1}


def test_nobody_is_asked_for_words_that_would_be_refused(counter: Counter) -> None:
    """The refusal comes before the first question, and is kept as an attempt."""
    ref = counter.handled()
    answer = counter.type("record", ref, "dossier", by="desk2", answers=[])

    assert answer.code == 3
    assert "stand in the way" in answer.err
    assert len(counter.done("show", ref, by="desk1")["refusals"]) == 1


def test_evidence_comes_from_a_file_and_what_is_typed_wins(counter: Counter, tmp_path: Path) -> None:
    ref, file = counter.complaint(), tmp_path / "opinion.json"
    file.write_text(
        json.dumps({"words": "we will look at it", "told_to_all": False, "channel": "email"}),
        encoding="utf-8",
    )
    counter.done("record", ref, "opinion", "--evidence", str(file), "--set", "told_to_all=yes", by="desk1")
    event = counter.done("show", ref, by="desk1")["timeline"][-1]

    assert event["clear"] == {"told_to_all": True, "channel": "email"}


def test_a_case_that_arose_from_another_is_linked_to_it(counter: Counter) -> None:
    first = counter.complaint()
    second = counter.done(
        "register",
        "property.opinion",
        "--set",
        "kind=suggestion",
        "--set",
        "channel=visit",
        "--set",
        "matter=better lights",
        "--from",
        first,
        by="desk1",
    )["ref"]

    assert [link["ref"] for link in counter.done("show", second, by="desk1")["links"]] == [first]


def test_the_same_person_within_thirty_days_is_told_and_never_merged(counter: Counter) -> None:
    one, other = (
        counter.complaint(**{"complainants.1.name": "Mr Sun", "complainants.1.phone": "13900000001"})
        for _ in range(2)
    )
    again = counter.done(
        "register", "property.complaint", "--set", "channel=visit", "--set", "service=noise", "--set", "matter=again", "--set",
        "complainants.1.phone=139 0000 0001", by="desk1",
    )  # fmt: skip

    assert again["similar"] == sorted([one, other])


def test_the_list_goes_on_where_it_ended(counter: Counter) -> None:
    refs = [counter.complaint() for _ in range(3)]
    first = counter.done("list", "--limit", "2", by="desk1")
    rest = counter.done("list", "--limit", "2", "--after", first["after"], by="desk1")

    assert [row["ref"] for row in (*first["rows"], *rest["rows"])] == refs[::-1]
    assert rest["after"] is None
    assert f"duecourse list --after {refs[1]}" in counter.type("list", "--limit", "2", by="desk1").out


@pytest.mark.parametrize("language", ["zh_Hant", "zh_Hans"])
def test_the_law_speaks_the_language_of_the_run(counter: Counter, language: str) -> None:
    ref = counter.complaint()
    page = counter.type("show", ref, "--lang", language, by="desk1").out
    refused = counter.type("move", ref, "begin", by="desk1", DUECOURSE_LANGUAGE=language).err

    assert {"zh_Hant": "接到投訴", "zh_Hans": "接到投诉"}[language] in page
    assert {"zh_Hant": "指定承辦人", "zh_Hans": "指定承办人"}[language] in refused
    assert {"zh_Hant": "噪音", "zh_Hans": "噪音"}[language] in page
