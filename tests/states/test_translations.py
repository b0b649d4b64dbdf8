"""Every sentence shown to people is collected, from every room, and stands in both catalogues."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desk import catalogues
from states.editions import edition, editions
from states.forms import Form
from states.law import property_complaint_2026 as complaint
from states.sentences import SHOWN, in_source, labels, messages, of_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from states.sentences import Message

ROOT = Path(__file__).parents[2]
COMPLAINT = complaint.PROCEDURE
PARAMETER = re.compile(r"\{(\w*)")


def translations(language: str) -> dict[tuple[str, str | None], str]:
    return {(str(m.id), m.context): str(m.string) for m in catalogues.read(ROOT, language) if m.id}


@pytest.mark.parametrize(("language", "name"), [("zh_Hant", "a Traditional"), ("zh_Hans", "a Simplified")])
def test_every_sentence_shown_to_people_has_a_translation(language: str, name: str) -> None:
    """Of the law and of every room: what is refused, found, asked, told and helped with."""
    made, told = translations(language), catalogues.all_messages(ROOT)
    wanted = [m for m in told if not (m.is_label and language == "zh_Hant")]
    missing = sorted(
        f"{m.text!r} ({', '.join(sorted(told[m]))})" for m in wanted if not made.get((m.text, m.context))
    )

    assert [] == missing, (
        f"these have not {name} translation: run `make docs` and fill them in {catalogues.path_of(Path(), language)}"
    )


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_no_part_of_a_translation_was_left_in_english(language: str) -> None:
    """Names such as Prefect stay, and what is typed; two words in a row are a sentence."""
    typed = re.compile(r"`[^`]*`|\"[^\"]*\"|duecourse [a-z ]+")
    wrong = [
        told
        for told in translations(language).values()
        if re.search(r"[a-z]{2,} [a-z]{2,}", typed.sub("", told))
    ]

    assert [] == wrong


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_what_is_typed_stays_as_it_is_in_a_translation(language: str) -> None:
    """Commands, options and settings are never translated."""
    typed = re.compile(r"`[^`]*`|--[a-z]+|DUECOURSE_[A-Z_]+")
    wrong = [
        text
        for (text, _), told in translations(language).items()
        if sorted(typed.findall(text)) != sorted(typed.findall(told))
    ]

    assert [] == wrong


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_a_translation_has_the_parameters_of_its_sentence(language: str) -> None:
    wrong = [
        text
        for (text, _), told in translations(language).items()
        if told and set(PARAMETER.findall(text)) != set(PARAMETER.findall(told))
    ]

    assert [] == wrong


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_the_compiled_catalogue_is_that_of_the_written_one(language: str) -> None:
    compiled = catalogues.path_of(ROOT, language, "mo").read_bytes()

    assert catalogues.compiled(catalogues.updated(ROOT, language, catalogues.all_messages(ROOT))) == compiled


def test_simplified_differs_from_traditional() -> None:
    """No entry of one catalogue was copied into the other where the characters differ."""
    hant, hans = translations("zh_Hant"), translations("zh_Hans")
    traditional_only = set(
        "處這還個們來為與學會無見說話實對開關長門問間應當經義車書東馬鳥點後從發現給體權條數據國員區圖團壓縣廳歸檔電號環"
    )

    assert [] == sorted(told for told in hans.values() if traditional_only & set(told))
    assert sum(hant[key] != hans[key] for key in hant if hant[key]) > 50


def test_messages_hold_what_is_declared_and_what_is_written_out() -> None:
    assert {
        "tell the complainant a sincere opinion on how it will be handled",  # a step asks
        "every complainant must be told",  # a rule says
        "Call 119 first. Everybody on the fire list has been alerted.",  # a notice
        "whoever registered an entry does not void it",  # a rule about persons
        "which service it is about",  # a field of a form
        "telephone",  # a field of a form in a form
        "cleaning",  # a value that a form offers
        "the rating contradicts whether the complainant is satisfied",  # a validator
        "Only {roles} may do this.",  # a refusal
        "One of these is missing: {steps}.",  # a refusal that a condition chooses
        "{n} working days",  # written out
    } <= messages()
    assert {"接到投訴", "回訪", "管理處主任", "客戶對服務質量的投訴", "即時提出誠懇的處理意見"} <= labels()


def test_sentences_are_found_in_sources() -> None:
    source = """
say("one" if x else "two", language, n=3)
words.say("three", "en")
other("four")
Requirement("role", "five", clause)
said = "six"
say(said, language)
said = "seven"
say(said, language)
say(step.asks, language)
"""

    assert {"one", "two", "three", "five", "six", "seven"} == set(in_source(source, SHOWN))


def test_sentences_are_found_where_they_are_kept_and_passed_on() -> None:
    source = """
_TABLE: dict[str, str] = {"a": "one", "b": "two" if x else "three"}
LIST = ("four", "five")
hint, other = "six", clause()
def _told(severity, sentence, *, why=""):
    return say(sentence, language, why=say(why, language))
class Page:
    def _head(self, msgid, /):
        return self._told("no sentence", msgid)
_told("no sentence", "seven", why="eight")
page._head("nine")
say(_TABLE[key], language)
say(_TABLE.get(key, key), language)
say(hint, language)
say(never_given, language)
"""
    told = {"one", "two", "three", "six", "seven", "eight", "nine"}

    assert told == set(in_source(source, SHOWN))


def test_our_errors_are_found_by_their_ancestors() -> None:
    found = catalogues.errors_in(
        ["class A(Duecourse): ...\nclass B(A): ...", "class C(B): ...", "class D(Exception): ..."]
    )

    assert {"Duecourse", "A", "B", "C"} == set(found)
    assert ["a hint", "a sentence"] == sorted(
        in_source('raise C("a sentence", hint="a hint", ref="x")', found)
    )
    own = 'class C(B):\n def __init__(self):\n  super().__init__("its own", hint="its hint")'
    assert {"its own", "its hint"} == set(catalogues.own_sentences(own, found))
    assert [] == list(catalogues.own_sentences(own.replace("C(B)", "D(Exception)"), found))


def test_what_a_check_finds_and_what_an_audit_cannot_show_is_collected() -> None:
    told = {message.text for message in catalogues.all_messages(ROOT)}

    assert (
        {
            "The setting {name} is empty: the text leaves a blank for it.",  # a finding
            "Add it to the settings of the office file.",  # its hint
            "The working days up to {day} are not announced yet: what is due by then is provisional.",  # in a variable
            "In the case {ref}, event {seq} is missing.",  # a flaw of the record
            "Monday",  # a parameter
            "That what was recorded is true.",  # kept by one room, shown by another
            "Answer in JSON, for programs.",  # the help
            "Start it: `duecourse up`.",  # passed on
        }
        <= told
    )


def said(folder: str) -> Iterator[tuple[Path, ast.Call]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                yield path, node


@pytest.mark.parametrize("room", ["states", "casework", "desk", "flows"])
def test_what_is_said_is_written_out_or_declared(room: str) -> None:
    """A sentence that is put together before it is said can never be translated."""
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, call in said(room)
        if call.args and isinstance(call.args[0], (ast.JoinedStr, ast.BinOp))
    ]

    assert [] == wrong


def test_the_forms_of_every_step_describe_every_field() -> None:
    """A field without words would be shown by its English name."""
    bare = [
        f"{p.name} {step.name}.{name}"
        for p in editions().values()
        for step in p.steps
        for name, field in step.form.model_fields.items()
        if not field.description and step.form.__name__ != "Ended"
    ]

    assert [] == bare


def test_a_form_gives_its_words() -> None:
    class Nothing(Form):
        """A form without fields."""

    empty: list[Message] = []

    assert empty == list(of_form(Nothing))
    assert COMPLAINT is edition("property.complaint", "2026-01-01")
