"""What the flows show of secret cases without a server at hand: boards, batches, failures, and the lock at the edge (B10)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from casework.archive_secret import InSecret
from casework.boards import boards
from casework.clock import FrozenClock
from casework.deliver import Told, VisitRun
from casework.errors import Broken
from casework.reconcile import announce_visit
from casework.watch import heartbeats
from flows import board
from flows.archive import _told
from flows.prefect_side import PrefectSide
from flows.quiet import RunFailed, hushed
from flows.vigil import Vigil
from tests.building import MONDAY, a_complaint, a_store, an_office
from tests.bureau import Bureau, a_bureau
from tests.flows.test_flows import Second
from tests.outside import Outside
from tests.secret_cases import CANARIES, a_secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from casework.store import Store
    from casework.watch import Swept


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    store = a_store(database_url, tmp_path)
    yield store
    store.close()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(MONDAY)


@pytest.fixture
def bureau(store: Store, clock: FrozenClock, tmp_path: Path) -> Bureau:
    return a_bureau(store, tmp_path / "archive", clock)


def drawn(office: Bureau, procedure: str, language: str = "en") -> str:
    with office.store.reading() as session:
        found = next(one for one in boards(session, office.now) if one.procedure.name == procedure)
    return board.markdown(found, language, MONDAY)


@pytest.mark.clause("B10")
def test_the_board_of_a_secret_procedure_looks_alike_for_nought_one_and_two_cases(
    store: Store, clock: FrozenClock, bureau: Bureau
) -> None:
    started = clock.now()
    said = []
    refs = []
    for _ in range(3):
        said.append(drawn(bureau, "bureau.complaint"))
        refs.append(a_secret(bureau))
    three = drawn(bureau, "bureau.complaint")

    assert said[0] == said[1] == said[2] != three
    assert "These cases are secret: numbers of them below 3 are not shown." in said[0]
    assert "## Broken and not done: fewer than 3" in said[0]
    assert "## Due within 24 hours: fewer than 3" in said[0]
    states = [line for line in said[0].splitlines() if ":::" in line]
    assert states
    assert not [line for line in states if "<br/>" in line or ":::late" in line]
    assert "<br/>3" in three
    assert not [word for word in (*refs, *CANARIES) if word in three]
    assert started == clock.now()


@pytest.mark.clause("B10")
def test_the_board_of_an_ordinary_procedure_says_nothing_of_secrets(
    store: Store, clock: FrozenClock, bureau: Bureau
) -> None:
    a_secret(bureau)
    a_complaint(an_office(store, clock))

    shown = drawn(bureau, "property.complaint")

    assert "secret" not in shown
    assert "fewer than" not in shown


@pytest.mark.clause("B10")
def test_a_vigil_shows_no_batch_of_secret_cases_and_does_its_work_all_the_same(
    store: Store, clock: FrozenClock, bureau: Bureau
) -> None:
    for _ in range(4):
        a_secret(bureau)
    told: list[Swept] = []
    outside = Outside()
    clock.advance(days=21)
    vigil = Vigil(store, clock, outside, "test", "watch", told.append)

    vigil.keep(lambda at: at < MONDAY + timedelta(days=21, seconds=2), Second(clock, 10))

    assert [] == told
    assert [] == outside.events
    assert vigil.total.secret >= 4
    with store.reading() as session:
        assert "0 due · 0 fired · 0 refused" == heartbeats(session)["watch"].detail


@pytest.mark.clause("B10")
def test_a_run_asked_for_with_the_reference_of_a_secret_case_fails_as_one_of_no_case(
    bureau: Bureau,
) -> None:
    ref = a_secret(bureau)
    said = []
    for asked in (ref, "c-0000000000"):
        with pytest.raises(RunFailed) as caught, bureau.store.transaction() as session:
            hushed(lambda asked=asked, session=session: announce_visit(session, asked, bureau.now), asked)  # type: ignore[misc]
        said.append(str(caught.value).replace(asked, "?"))

    assert said[0] == said[1]
    assert said[0].startswith("BadInput at casework/visit_runs.py:")


@pytest.mark.clause("B10")
def test_nothing_of_a_secret_procedure_passes_the_last_door_to_prefect() -> None:
    """It is refused before the server is looked for: there is none here."""
    side = PrefectSide()
    told = Told(
        1, MONDAY, "bureau", {"ref": "c-0000000000", "what": "moved", "procedure": "bureau.complaint"}
    )
    run = VisitRun("c-0000000000", 0, MONDAY, "visit:c-0000000000:0", "bureau.measure", "bureau")

    with pytest.raises(Broken, match=r"Nothing of a case of bureau\.complaint may go to Prefect"):
        side.event(told)
    with pytest.raises(Broken, match=r"Nothing of a case of bureau\.measure may go to Prefect"):
        side.plan_visit(run)


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        (InSecret(0, 0), ""),
        (InSecret(3, 0), " · 3 secret archived"),
        (InSecret(4, 5), " · 4 secret archived · 5 secret failed"),
    ],
)
def test_the_name_of_an_archive_run_counts_secret_cases_where_they_are_many(
    secret: InSecret, told: str
) -> None:
    assert told == _told(secret)
