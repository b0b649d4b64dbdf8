"""Commands for whoever looks after an installation, who need not know of any secret case: they answer as if there were none (B10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

import models
from casework import watch
from tests.building import KEY, a_store
from tests.bureau import a_bureau
from tests.desk.counter import Counter
from tests.secret_cases import a_secret

if TYPE_CHECKING:
    from pathlib import Path

CASES = models.table(models.Case)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def type_at(home: Path, days: float, *arguments: str) -> tuple[int, str]:
    """Type a command so many days after Monday; what it says of the disk and the folder is the same every time."""
    counter = Counter(home)
    counter.clock.advance(days=days)
    answer = counter.type(*arguments, DUECOURSE_KEY=KEY)
    return answer.code, answer.out + answer.err


@pytest.mark.clause("B10", "B14")
@pytest.mark.parametrize("n", [0, 1, 2])
def test_archiving_by_hand_archives_secret_cases_and_shows_none(home: Path, n: int) -> None:
    store = a_store(f"sqlite:///{home / 'duecourse.sqlite'}", home)
    bureau = a_bureau(store, home / "archive")
    refs = [a_secret(bureau, "filed") for _ in range(n)]
    store.close()

    assert (0, "No case waits to be archived.\n") == type_at(home, 1, "archive", "run")

    with store.reading() as session:
        states = (
            session.connection().execute(select(CASES.c.state).where(CASES.c.ref.in_(refs))).scalars().all()
        )
    store.close()
    assert ["archived"] * n == list(states)


@pytest.mark.clause("B10")
def test_the_doctor_answers_alike_whether_there_are_two_secret_cases_or_none(tmp_path: Path) -> None:
    said = []
    for n in (0, 2):
        home = tmp_path / str(n) / "home"
        home.mkdir(parents=True)
        store = a_store(f"sqlite:///{home / 'duecourse.sqlite'}", home)
        bureau = a_bureau(store, home / "archive")
        for _ in range(n):
            a_secret(bureau)
        bureau.clock.advance(days=12)
        assert (n > 0) is bool(watch.sweep(store, bureau.now, worker="test").claimed)
        store.close()
        answers = [
            type_at(home, days, *asked)
            for days in (13, 100)
            for asked in (("doctor",), ("doctor", "--retry"))
        ]
        said.append([(code, text.replace(str(home), "HOME")) for code, text in answers])

    assert said[0] == said[1]
