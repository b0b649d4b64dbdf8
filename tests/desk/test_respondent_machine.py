"""Somebody who works here and is complained of types whatever can be typed, in every function, and never learns that there is a case (B10).

What he is told of a hidden case is compared byte for byte with what he is told of one that does not exist, and his lists and counts with
those of an office alike in everything but that case. What was drawn by lot (references, tokens, digests) stands under one name in both.
"""

from __future__ import annotations

import itertools
import json
import random
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.desk.bureau_counter import open_bureau
from tests.desk.everything_typed import COMMANDS, NUMBER, REF, choices, commands
from tests.desk.two_worlds import HIM, NOWHERE, ROLES, World, worlds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.clause("B10")
SEEDS = st.integers(0, 2**32)
FLAGS = ((), (), ("--json",), ("--lang", "zh_Hant"), ("--debug",))
INSIDE = tuple(role for role in ROLES if role != "superior_body")
"""The superior is no colleague of anybody here, and alone sees the register numbers: with that function lists are not compared."""
KNOWN = dict(commands())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, World]:
    """The bureau with something to hide from him, and the one without."""
    folder = tmp_path_factory.mktemp("worlds")
    return worlds(open_bureau(folder / "office"), folder)


@pytest.fixture
def both(built: tuple[World, World], tmp_path: Path) -> tuple[World, World]:
    """A copy of the two, to be changed."""
    return built[0].copy(tmp_path / "with"), built[1].copy(tmp_path / "without")


def test_every_command_and_every_parameter_is_tried() -> None:
    """A new command fails here until somebody has said of which sort it is, and a new parameter until there is something to try."""
    assert sorted(COMMANDS) == sorted(KNOWN)
    for name, command in KNOWN.items():
        if COMMANDS[name] == "case":
            assert {"ref", "linked", "after"} & {one.name for one in command.params}, name
        if COMMANDS[name] != "elsewhere":
            assert all(choices(name, one.name) for one in command.params)
    names = {
        name
        for name, command in KNOWN.items()
        for one in command.params
        if one.name in {"ref", "linked", "after"}
    }
    assert {name for name, sort in COMMANDS.items() if sort == "case"} == names


def typed(rng: random.Random, name: str, *, least: bool = False) -> list[str]:
    """One way of typing a command; `least`: only what it needs, and a reference."""
    found: list[str] = []
    for one in KNOWN[name].params:
        needed = one.required or one.name in {"linked", "after"} or one.name == "given"
        if needed or not least:
            options = choices(name, one.name)
            found += rng.choice(options) if not least else options[0]
    return [*rng.choice(FLAGS), *name.split(), *found]


def with_ref(arguments: list[str], ref: str) -> list[str]:
    return [ref if one == REF else one for one in arguments]


@pytest.mark.parametrize("role", ROLES)
def test_each_command_answers_of_a_hidden_case_what_it_answers_of_none(
    both: tuple[World, World], role: str
) -> None:
    """Each once, with no more than it needs, in each function; the random machine below varies the rest."""
    world, _ = both
    world.hold(frozenset({role}))
    before, turn = world.counter.everything(), itertools.cycle(world.hidden.values())
    for name in (name for name, sort in COMMANDS.items() if sort == "case"):
        arguments = typed(random.Random(f"{role} {name}"), name, least=True)
        said_of_none = world.told(world.type(with_ref(arguments, NOWHERE)), NOWHERE)
        ref = next(turn)
        assert world.told(world.type(with_ref(arguments, ref)), ref) == said_of_none, arguments
        assert said_of_none[0] != 0, "nothing can be done with a case that there is not"
    assert world.counter.everything() == before


def test_what_was_served_on_him_is_all_that_he_sees(both: tuple[World, World]) -> None:
    for world in both:
        world.hold(frozenset({"auditor"}))
    (paper,) = json.loads(both[0].type(["--json", "served"]).out)["served"]
    assert set(paper) == {"number", "kind", "served_at", "words"}
    assert (paper["kind"], paper["words"]) == ("request_for_statement", "please say what happened")
    assert not [ref for ref in both[0].hidden.values() if ref in json.dumps(paper)]
    assert json.loads(both[1].type(["--json", "served"]).out)["served"] == []


class Curious(RuleBasedStateMachine):
    """He tries everything, in two offices at once."""

    built: ClassVar[tuple[World, World]]
    homes: ClassVar[Iterator[Path]]

    def __init__(self) -> None:
        super().__init__()
        self.there, self.bare = (world.copy(next(self.homes)) for world in self.built)
        self.kept: list[Any] = self.there.of_hidden()

    @property
    def worlds(self) -> tuple[World, World]:
        """The one with something to hide, and the one without."""
        return self.there, self.bare

    @rule(role=st.sampled_from(INSIDE))
    def is_made(self, role: str) -> None:
        """He is given another function."""
        for world in self.worlds:
            world.hold(frozenset({role}))

    @rule(roles=st.frozensets(st.sampled_from(INSIDE), min_size=2))
    def is_made_much(self, roles: frozenset[str]) -> None:
        """He is given several."""
        for world in self.worlds:
            world.hold(roles)

    @rule(days=st.sampled_from([1, 20]), watched=st.booleans())
    def waits(self, days: int, watched: bool) -> None:  # noqa: FBT001  drawn
        """Deadlines pass, and people are told, or nothing runs that would tell them."""
        for world in self.worlds:
            world.wait(days, watched=watched)
        self.kept = self.there.of_hidden()

    @rule(seed=SEEDS, what=st.sampled_from(["about him", "the measure", "linked"]))
    def asks_for_a_hidden_case(self, seed: int, what: str) -> None:
        """The same of it, of none, and of none where it is not."""
        rng = random.Random(seed)
        name = rng.choice([name for name, sort in COMMANDS.items() if sort == "case"])
        arguments, ref = typed(rng, name), self.there.hidden[what]
        answers: list[str] | None = rng.choice([None, None, []])
        said = self.there.told(self.there.type(with_ref(arguments, ref), answers=answers), ref)
        assert said == self.there.told(
            self.there.type(with_ref(arguments, NOWHERE), answers=answers), NOWHERE
        ), arguments
        assert said == self.bare.told(
            self.bare.type(with_ref(arguments, NOWHERE), answers=answers), NOWHERE
        ), arguments

    @rule(seed=SEEDS)
    def asks_by_number(self, seed: int) -> None:
        """A number that a hidden alarm or deadline might have, or one of his own."""
        rng = random.Random(seed)
        name = rng.choice([name for name, sort in COMMANDS.items() if sort == "number"])
        listing = ("due", "--within", "900d") if name == "due confirm" else ("alarms", "--all")
        mine = list(zip(*(world.numbers(*listing) for world in self.worlds), strict=True))
        pair = rng.choice([*mine[:3], (guess := 10**10 + rng.randrange(1 << 36), guess), (17, 17)])
        arguments = typed(rng, name)
        self._compare([[str(n) if one == NUMBER else one for one in arguments] for n in pair])

    @rule(seed=SEEDS)
    def looks(self, seed: int) -> None:
        """At a list, a count, a report; with his token or without one."""
        rng = random.Random(seed)
        name = rng.choice([name for name, sort in COMMANDS.items() if sort == "look"])
        self._compare([typed(rng, name)] * 2, by=rng.choice([HIM, HIM, ""]))

    @rule(seed=SEEDS)
    def changes_the_office(self, seed: int) -> None:
        """Whatever else can be typed."""
        rng = random.Random(seed)
        name = rng.choice([name for name, sort in COMMANDS.items() if sort == "office"])
        self._compare([typed(rng, name)] * 2, by=rng.choice([HIM, HIM, ""]))

    @rule(seed=SEEDS)
    def works_on_a_case_of_his_own(self, seed: int) -> None:
        """What he does elsewhere shows nothing of it either: neither a suggestion, nor a refusal, nor a number that jumps."""
        rng = random.Random(seed)
        name = rng.choice([name for name, sort in COMMANDS.items() if sort == "case"])
        arguments = typed(rng, name)
        place = rng.randrange(min(len(world.seen) for world in self.worlds))
        self._compare([with_ref(arguments, list(world.seen)[place]) for world in self.worlds])

    @rule(every=st.booleans())
    def lists(self, every: bool) -> None:  # noqa: FBT001  drawn
        """The lists he looks at every day."""
        for arguments in (
            ["--json", "list", *(["--all"] if every else [])],
            ["--json", "due", "--within", "900d"],
            ["--json", "alarms", "--all"],
        ):
            self._compare([arguments] * 2)

    def _compare(self, typed_in: list[list[str]], *, by: str = HIM) -> None:
        there, bare = (
            world.told(world.type(arguments, by=by))
            for world, arguments in zip(self.worlds, typed_in, strict=True)
        )
        assert there == bare, typed_in[0]

    @invariant()
    def nothing_was_done_in_it(self) -> None:
        """Not a row of a hidden case has changed."""
        assert self.there.of_hidden() == self.kept


def test_whoever_is_complained_of_learns_nothing_and_does_nothing(
    built: tuple[World, World], tmp_path: Path
) -> None:
    class InTheseWorlds(Curious):
        homes = (tmp_path / str(number) for number in itertools.count())

    InTheseWorlds.built = built
    run_state_machine_as_test(
        InTheseWorlds,
        settings=settings(
            max_examples=8,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
            phases=(Phase.generate,),  # a step takes too long for a failure to be made small
        ),
    )
