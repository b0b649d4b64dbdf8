"""The check that only the door changes a case's state notices each way to do it, and no innocent look-alike."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tests.state_rule import DOOR, INTAKE, breaches

ELSEWHERE = PurePosixPath("casework/assign.py")

WRITES = [
    'case.state = "archived"',
    "case.state, case.version = new, 3",
    "case.state += suffix",
    "case.state: str = new",
    "for case.state in states: pass",
    "with opened() as case.state: pass",
    "del case.state",
    'setattr(case, "state", new)',
    'object.__setattr__(case, "state", new)',
    "update(cases).where(cases.c.id == 1).values(state=new)",
    'update(cases).values({"state": new})',
    "update(cases).values({cases.c.state: new})",
    "update(Case).values({Case.state: new})",
    'update(cases).values({name: bindparam(f"new_{name}") for name in ("state", "version")})',
    'cases.update().values(state="archived")',
    'session.execute(update(cases), [{"id": 1, "state": new}])',
    'session.execute("UPDATE cases SET version = 2, state = ? WHERE id = ?", (new, 1))',
    "class Row:\n    def __init__(self, case): case.state = new",
    'text("""update cases\n set state=:s""")',
]
INNOCENT = [
    "if case.state == new: pass",
    "update(cases).where(cases.c.state == old).values(handler_id=1)",
    "select(cases.c.state)",
    'row = {"state": case.state}',
    'session.execute(select(cases), {"state": old})',
    "request.state.person = person",
    "text(\"UPDATE cases SET handler_id = 1 WHERE state = 'received'\")",
    "class Case:\n    state: str = 'received'",
    "class Row:\n    def __init__(self, state):\n        self.state = state",
]
FIRST_STATE = [
    "insert(cases).values(state=first)",
    'connection.execute("INSERT INTO cases (ref, state) VALUES (?, ?)", row)',
]


@pytest.mark.parametrize("sample", WRITES)
def test_each_way_to_write_the_state_is_noticed(sample: str) -> None:
    assert 1 == len(breaches(sample, ELSEWHERE))


@pytest.mark.parametrize("sample", WRITES)
def test_not_even_intake_may_change_a_state(sample: str) -> None:
    assert breaches(sample, INTAKE)


@pytest.mark.parametrize("sample", WRITES)
def test_the_door_may(sample: str) -> None:
    assert [] == breaches(sample, DOOR)


@pytest.mark.parametrize("sample", INNOCENT)
def test_reading_a_state_is_no_breach(sample: str) -> None:
    assert [] == breaches(sample, ELSEWHERE)


@pytest.mark.parametrize("sample", FIRST_STATE)
def test_only_intake_gives_a_new_case_its_first_state(sample: str) -> None:
    assert [] == breaches(sample, INTAKE)
    assert breaches(sample, ELSEWHERE)
