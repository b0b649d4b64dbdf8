"""What a secret procedure may not declare, since everybody in operations would see it (B10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from states.acts import Sub
from states.editions import editions, misfits
from states.law import bureau_complaint_2026 as complaint
from states.law import bureau_measure_2026 as measure
from states.procedure import Procedure, Unsound
from states.secrecy import Secrecy
from tests.states.small import chief, owner, pieces, small

SECRET = Secrecy("B10", sees=(chief,), custodian=chief, auditor=owner, numbers=(owner,))


def without(procedure: Procedure) -> tuple[Procedure, ...]:
    """Every procedure, this one in place of the one of its name."""
    return (procedure, *(p for p in editions().values() if p.name != procedure.name))


@pytest.mark.clause("B10")
def test_a_secret_procedure_plans_no_visits() -> None:
    parts = pieces()

    with pytest.raises(
        Unsound,
        match="it is secret and plans visits, each of which would be a run that everybody in operations sees",
    ):
        small(parts, secrecy=SECRET, visit=(parts["note"], timedelta(days=1)))
    assert small(secrecy=SECRET).secrecy is SECRET


@pytest.mark.clause("B10")
@pytest.mark.parametrize(
    "spoiled", [replace(measure.PROCEDURE, secrecy=None), replace(complaint.PROCEDURE, secrecy=None)]
)
def test_a_case_and_what_it_starts_are_secret_together(spoiled: Procedure) -> None:
    assert isinstance(complaint.PROCEDURE.subs["bureau.measure"], Sub)

    wrong = [*dict.fromkeys(misfits(without(spoiled)))]

    start = "bureau.complaint of 2026-01-01: it starts bureau.measure of 2026-01-01, and only one of the two is secret"
    assert [f"{start}: how the other moves would tell of it"] == wrong
