"""Everything that people read is there in three languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desk import catalogues
from states.deadlines import minutes
from states.draw import table
from states.editions import edition, editions
from states.forms import Form
from states.law import property_callout_2026 as callout
from states.law import property_complaint_2026 as complaint
from states.phrases import condition, conditions_named, length, need, who
from states.promise_words import promise
from states.refusals import Requirement
from states.sentences import SHOWN, in_source, labels, law_messages, messages, of_form
from states.words import LANGUAGES, context_of, label, language_of, named, say, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from states.sentences import Message

ROOT = Path(__file__).parents[2]
COMPLAINT = complaint.PROCEDURE
PARAMETER = re.compile(r"\{(\w*)")


def translations(language: str) -> dict[tuple[str, str | None], str]:
    return {(str(m.id), m.context): str(m.string) for m in catalogues.read(ROOT, language) if m.id}


@pytest.mark.parametrize(("language", "name"), [("zh_Hant", "a Traditional"), ("zh_Hans", "a Simplified")])
def test_every_sentence_of_the_law_has_a_translation(language: str, name: str) -> None:
    made = translations(language)
    wanted = [m for m in law_messages() if not (m.is_label and language == "zh_Hant")]
    missing = sorted(
        f"{m.text!r} ({', '.join(sorted(law_messages()[m]))})"
        for m in wanted
        if not made.get((m.text, m.context))
    )

    assert [] == missing, (
        f"these have not {name} translation: run `make docs` and fill them in {catalogues.path_of(Path(), language)}"
    )


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


def test_a_label_is_the_texts_own_word() -> None:
    assert "回訪" == label(complaint.callback, "zh_Hant")
    assert "回访" == label(complaint.callback, "zh_Hans")
    assert "close unsatisfied" == label(complaint.close_unsatisfied, "en")
    assert "接到投訴" == label(complaint.S.received, "zh_Hant")
    assert "客户对服务质量的投诉" == label(COMPLAINT, "zh_Hans")
    assert "property complaint" == label(COMPLAINT, "en")
    assert "管理处主任" == label(COMPLAINT.manager, "zh_Hans")


def test_a_value_is_told_in_the_context_of_its_form() -> None:
    channel = COMPLAINT.intake.form.model_fields["channel"].annotation
    assert isinstance(channel, type)

    assert ("Channel", "visit") == context_of(channel("visit"))
    assert "來訪" == label(channel("visit"), "zh_Hant")
    assert "visit" == label(channel("visit"), "en")
    assert "是" == label(thing=True, language="zh_Hans")


def test_what_declares_no_word_of_its_own_is_called_by_its_name() -> None:
    assert "plain words" == label(edition_without_words(), "zh_Hant")


def edition_without_words() -> complaint.S:
    made = str.__new__(complaint.S, "plain_words")
    made._value_, made.says = "plain_words", ""
    return made


def test_an_unknown_language_is_refused_by_name() -> None:
    with pytest.raises(LookupError, match="fr is not one of the languages en, zh_Hant, zh_Hans"):
        say("reason", "fr")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en_US.UTF-8", "en"), ("C", "en"), ("C.UTF-8", "en"), ("POSIX", "en"), ("zh-TW", "zh_Hant"), ("zh_HK.UTF-8", "zh_Hant"),
        ("zh-Hant-HK", "zh_Hant"), ("zh", "zh_Hant"), ("zh_CN.UTF-8", "zh_Hans"), ("zh-Hans", "zh_Hans"), ("zh-SG", "zh_Hans"),
        ("de_DE.UTF-8", "zh_Hant"), ("", "zh_Hant"), (None, "zh_Hant"),
    ],
)  # fmt: skip
def test_a_language_is_known_by_many_tags(tag: str | None, language: str) -> None:
    assert language == language_of(tag)


def test_every_language_is_known_by_its_own_tag() -> None:
    assert list(LANGUAGES) == [language_of(language) for language in LANGUAGES]


def test_a_sentence_without_translation_stays_english() -> None:
    assert "Nobody wrote this down." == say("Nobody wrote this down.", "zh_Hans")


def test_a_forgotten_parameter_stays_visible() -> None:
    assert "Only {roles} may do this." == say("Only {roles} may do this.", "en")


def test_a_parameter_that_holds_braces_is_not_filled_again() -> None:
    assert "Only {0} may do this." == say("Only {roles} may do this.", "en", roles="{0}")


def test_no_words_are_no_words() -> None:
    assert "" == say("", "zh_Hant")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "This is recorded in handling, remedied; the case is in received."),
        ("zh_Hant", "此項在「處理中、待回訪」時記錄；個案現處於「接到投訴」。"),
        ("zh_Hans", "此项在“处理中、待回访”时记录；个案现处于“接到投诉”。"),
    ],
)
def test_names_in_a_requirement_are_shown_by_their_labels(language: str, told: str) -> None:
    wrong = Requirement(
        "state",
        "This is recorded in {states}; the case is in {state}.",
        "P6b",
        (("states", "handling,remedied"), ("state", "received")),
    )

    assert told == sentence(wrong, COMPLAINT, language)


@pytest.mark.parametrize(
    ("parameter", "value", "told"),
    [
        ("roles", "manager,superior", "管理處主任、上級單位"), ("steps", "remedy", "處理結果"), ("kind", "common.followup", "回訪"),
        ("move", "reopen", "重新處理"), ("roles", "nobody_known", "nobody known"), ("count", "3", "3"), ("states", "", ""),
    ],
)  # fmt: skip
def test_each_sort_of_name_has_its_label(parameter: str, value: str, told: str) -> None:
    assert told == named(parameter, value, COMPLAINT, "zh_Hant")


def test_lengths_read_as_people_say_them() -> None:
    assert ["at once", "1 minute", "90 minutes", "2 hours", "1 working day", "2 days"] == [
        length(minutes(0), "en"),
        length(minutes(1), "en"),
        length(minutes(90), "en"),
        length(minutes(120), "en"),
        length(minutes(1440), "en", "working days"),
        length(minutes(2880), "en"),
    ]


def test_a_condition_with_a_name_is_told_by_it() -> None:
    assert "fire" == conditions_named()[callout.fire]
    assert "“fire” holds" == condition(callout.fire, "en")
    assert "屬「消防事故」" == condition(callout.fire, "zh_Hant")


def test_rules_read_as_sentences() -> None:
    assert "the outcome of the linked case: common followup" == who(complaint.callback.by, "en")
    assert "callback" == need(complaint.dossier.after[0], "en")
    assert "“callback” ended: dissatisfied" == condition(complaint.dissatisfied, "en")
    assert "「回訪」的結果為「不滿意」" == condition(complaint.dissatisfied, "zh_Hant")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_promise_and_every_move_has_words(language: str) -> None:
    for procedure in editions().values():
        assert all("{" not in promise(kept, language) for kept in procedure.promises)
        assert "{" not in table(procedure, language)


def test_chinese_promises_hold_no_english() -> None:
    english = [promise(kept, "zh_Hant") for p in editions().values() for kept in p.promises]

    assert [] == [told for told in english if re.search(r"[A-Za-z]{2}", told)]


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


def test_our_errors_are_found_by_their_ancestors() -> None:
    found = catalogues.errors_in(
        ["class A(Duecourse): ...\nclass B(A): ...", "class C(B): ...", "class D(Exception): ..."]
    )

    assert {"Duecourse", "A", "B", "C"} == set(found)
    assert ["a hint", "a sentence"] == sorted(
        in_source('raise C("a sentence", hint="a hint", ref="x")', found)
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
