"""Evidence as it is typed: fields, parts of fields, labels for values, what is left empty."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from casework.errors import BadInput
from desk.typed import Reader
from states.law.bureau_forms import Minute, Registration, Scope
from states.law.property_callout_2026 import Completion
from states.law.property_complaint_2026 import Complaint, Guidance, Opinion

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def complaint(*typed: str, loaded: str = "") -> dict[str, object]:
    """Read what was typed for a complaint."""
    return Reader(Complaint, SHANGHAI, NOW).read(loaded, typed)


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        (["channel=hotline"], {"channel": "hotline"}),
        (["channel=HOTLINE"], {"channel": "hotline"}),
        (["channel=熱線"], {"channel": "hotline"}),
        (["channel=pigeon"], {"channel": "pigeon"}),
        (["matter=a=b"], {"matter": "a=b"}),
        (["against="], {}),
        (["complainants.1.name=Sun", "complainants.2.name=Ma", "complainants.1.receives_for_all=yes"], {"complainants": [{"name": "Sun", "receives_for_all": True}, {"name": "Ma"}]}),
        (["complainants.name=Sun"], {"complainants": [{"name": "Sun"}]}),
        (['complainants=[{"name": "Sun"}]'], {"complainants": [{"name": "Sun"}]}),
        (['complainants={"name": "Sun"}'], {"complainants": [{"name": "Sun"}]}),
        (["colour=red"], {"colour": "red"}),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_what_the_form_takes(typed: list[str], given: dict[str, object]) -> None:
    assert complaint(*typed) == given


@pytest.mark.parametrize(
    "typed", ["clerk1, clerk2", "clerk1，clerk2", "clerk1、clerk2", '["clerk1", "clerk2"]']
)
def test_several_answers_are_separated_by_commas_or_given_as_a_list(typed: str) -> None:
    assert Reader(Registration, SHANGHAI, NOW).read("", [f"against={typed}"]) == {
        "against": ["clerk1", "clerk2"]
    }


def test_several_choices_are_read_by_value_or_label() -> None:
    assert Reader(Scope, SHANGHAI, NOW).read("", ["items=delay,FAVOURS,pigeon"]) == {
        "items": ["delay", "favours", "pigeon"]
    }
    assert Reader(Scope, SHANGHAI, NOW).read("", ["items="]) == {}


def test_a_list_that_is_no_list_is_said_so() -> None:
    with pytest.raises(BadInput, match="no JSON"):
        Reader(Scope, SHANGHAI, NOW).read("", ["items=[delay"])


@pytest.mark.parametrize("yes", ["yes", "Y", "true", "1", "是", "对"])
def test_yes_in_several_words(yes: str) -> None:
    assert Reader(Opinion, SHANGHAI, NOW).read("", [f"told_to_all={yes}"]) == {"told_to_all": True}


def test_times_in_a_form_are_read_in_the_office_zone_from_both_sides() -> None:
    given = Reader(Completion, SHANGHAI, NOW).read(
        '{"started_at": "2026-03-02 09:00"}', ["finished_at=-10:00"]
    )

    assert given == {"started_at": "2026-03-02T01:00:00+00:00", "finished_at": "2026-03-02T01:50:00+00:00"}


def test_what_is_typed_wins_over_the_file() -> None:
    assert complaint("channel=email", loaded='{"channel": "visit", "service": "noise"}') == {
        "channel": "email",
        "service": "noise",
    }


@pytest.mark.parametrize(
    "typed",
    [
        "words",
        "=x",
        "complainants.0.name=Sun",
        "complainants.51.name=Sun",
        "complainants.1=Sun",
        "channel.1.name=x",
        "complainants=Sun",
    ],
)
def test_what_sets_nothing_that_could_be_set(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        complaint(typed)

    assert "Sun" not in str(refused.value), "a value is never repeated"


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ("on=2026-03-02", {"on": "2026-03-02"}),
        ("respondent=", {}),
        ("respondent=clerk1", {"respondent": "clerk1"}),
    ],
)
def test_a_day_and_a_person_who_may_be_left_out(typed: str, given: dict[str, object]) -> None:
    assert Reader(Minute, SHANGHAI, NOW).read("", [typed]) == given


@pytest.mark.parametrize("typed", ["against=[clerk1", "against.1=clerk1"])
def test_what_is_none_of_several_answers_is_told_how_to_write_them(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        Reader(Registration, SHANGHAI, NOW).read("", [typed])

    assert refused.value.hint == "Separate several answers by commas."
    assert "clerk1" not in str(refused.value), "a value is never repeated"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("told_at=he asked for a gift", "told_at is not a time"),
        ("finished_at=昨天他要禮物", "finished_at is not a time"),
        ("he asked for a gift", '"…" sets nothing'),
        ("=he asked for a gift", '"…" sets nothing'),
        ("words", '"words" sets nothing'),
    ],
)
def test_what_belongs_elsewhere_is_not_repeated(typed: str, sentence: str) -> None:
    """Of evidence no value is told, and of a name only what looks like a field's: either may be what somebody said."""
    form = Guidance if typed.startswith("told_at") else Completion
    with pytest.raises(BadInput, match=sentence) as told:
        Reader(form, SHANGHAI, NOW).read("", [typed])
    assert "gift" not in str(told.value)
    assert "禮物" not in str(told.value)
