"""Everything that people read is there in three languages."""

from __future__ import annotations

import re

import pytest

from states.deadlines import minutes
from states.draw import table
from states.editions import editions
from states.law import property_callout_2026 as callout
from states.law import property_complaint_2026 as complaint
from states.phrases import condition, conditions_named, length, need, who
from states.promise_words import promise
from states.refusals import Requirement
from states.words import LANGUAGES, context_of, label, language_of, named, say, sentence

COMPLAINT = complaint.PROCEDURE


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
