"""The prover judged by chance: no random walk may break a promise that it calls proven, in no procedure with a mistake in it.

The walks use the requirement functions of the product and a meaning of "broken" written apart from the search. Seeded, so that a
failure can be had again.
"""

from __future__ import annotations

from random import Random

import pytest

from states.editions import editions
from states.mutants import bypasses, removals
from states.prove import prove
from states.prove.verdict import title
from tests.states.walking import walked

WALKS = 6  # of each mutant
LENGTH = 90  # acts of one walk
OF_ITSELF = 40  # walks of the procedure without a mistake


@pytest.mark.parametrize("name", [name for name, _ in editions()])
def test_no_walk_breaks_a_promise_of_the_law_itself(name: str) -> None:
    procedure = next(p for (known, _), p in editions().items() if known == name)
    random = Random(f"law of {name}")
    for _ in range(OF_ITSELF):
        assert not [title(q) for q in walked(procedure, random, LENGTH)]


@pytest.mark.parametrize("name", [name for name, _ in editions()])
def test_no_walk_breaks_what_is_proved_of_a_mutant(name: str) -> None:
    procedure = next(p for (known, _), p in editions().items() if known == name)
    random = Random(f"mutants of {name}")
    met = 0
    for mutant in (*removals(procedure), *bypasses(procedure)):
        if mutant.kind in ("clock", "notice"):
            continue
        broken = {q for _ in range(WALKS) for q in walked(mutant.procedure, random, LENGTH)}
        wrong = [title(q) for q in broken if prove(mutant.procedure, q, vacuity=False).holds]
        assert not wrong, mutant.what
        met += len(broken)
    assert met > 0, "chance broke nothing: the walks are too short to judge anything"
