"""Evidence as it is typed: fields, parts of fields, labels for values, what is left empty."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from casework.errors import BadInput
from desk.typed import Reader
from states.law.property_callout_2026 import Completion
from states.law.property_complaint_2026 import Complaint, Opinion

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
