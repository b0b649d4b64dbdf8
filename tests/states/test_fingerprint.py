"""The fingerprint of an edition changes with everything that is law and with nothing else."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from enum import auto
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from states.acts import Move, State, Step
from states.conditions import Cond, Level
from states.deadlines import Deadline
from states.editions import editions
from states.fingerprint import SHOWN, fingerprint
from states.forms import Form, SealedWords
from states.people import Climb, Role
from states.procedure import Procedure
from tests.states import toy

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLDEN = "ed689567cf07f8cf9ce4e6c1ea6e42cb6dd1c394ec93f6602b11bb0214164d13"
ROOT = Path(__file__).parents[2]
TOY = toy.PROCEDURE
DECLARED = (Step, Move, Deadline)
# The parts of a procedure that hold what it declares, and those that a procedure cannot vary by itself.
CHANGED_ELSEWHERE = frozenset({"name", "owner", "states"})


def altered(thing: Any, **changes: object) -> Any:
    """A copy of something declared with other parts; it keeps its name."""
    made = replace(thing, **changes)
    if isinstance(thing, DECLARED):
        object.__setattr__(made, "name", thing.name)
        object.__setattr__(made, "owner", thing.owner)
    return made


def parts(thing: Any) -> Iterator[tuple[str, Any]]:
    """The parts of something declared that are law."""
    for part in dataclasses.fields(thing):
        if part.name not in SHOWN and not (
            part.name in CHANGED_ELSEWHERE and isinstance(thing, (*DECLARED, Procedure))
        ):
            yield part.name, getattr(thing, part.name)


def other(part: str, value: Any) -> Any:  # noqa: C901, PLR0911, PLR0912  one line for each sort of value
    """A value that differs from this one."""
    match value:
        case bool():
            return not value
        case State():
            return next(state for state in type(value) if state is not value)
        case str():
            return f"{value}!"
        case int():
            return value + 1
        case timedelta():
            return value + timedelta(seconds=1)
        case date():
            return value + timedelta(days=1)
        case Step():
            return toy.signature if value is toy.paper else toy.paper
        case Role():
            return replace(value, name=f"{value.name}!")
        case Cond():
            return ~value
        case Climb():
            return replace(value, roles=value.roles[::-1])
        case tuple() if value:
            return value[:-1]
        case dict():
            return {role: n + 1 for role, n in value.items()}
        case type() if issubclass(value, Form):
            return Short
        case _:
            pass
    empty = {
        "move": toy.finish,
        "when": Level(1),
        "until": toy.paper,
        "lapse": toy.finish,
        "history": toy.S.end,
        "aside": (toy.S.end,),
        "since": toy.S.begun,
    }
    return empty.get(part, (toy.paper,))


def mutants(thing: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every copy of this that differs in one part, however deep; what is declared by itself is changed at its own place."""
    for name, value in parts(thing):
        where = f"{path}.{name}" if path else name
        yield where, altered(thing, **{name: other(name, value)})
        inner = value if isinstance(value, tuple) else (value,)
        for place, item in enumerate(inner):
            reference = isinstance(item, DECLARED) and name not in ("steps", "moves", "deadlines")
            if dataclasses.is_dataclass(item) and not isinstance(item, type) and not reference:
                for deeper, changed in mutants(item, f"{where}[{place}:{type(item).__name__}]"):
                    whole = (
                        (*inner[:place], changed, *inner[place + 1 :])
                        if isinstance(value, tuple)
                        else changed
                    )
                    yield deeper, altered(thing, **{name: whole})


class Short(Form):
    """A shorter form."""

    words: SealedWords


MUTANTS = dict(mutants(TOY))


@pytest.mark.parametrize("path", MUTANTS)
def test_every_part_that_is_law_counts(path: str) -> None:
    assert fingerprint(TOY) != fingerprint(MUTANTS[path])


def test_the_mutants_reach_every_sort_of_declaration_and_every_part_of_it() -> None:
    reached = {path.rpartition("[")[2].partition(":")[2].partition("]")[0] for path in MUTANTS}

    assert {
        "Step", "Move", "Deadline", "Rung", "Only", "When", "Apart", "Same", "Barred", "Named", "Notice", "Role", "Climb", "OneOf",
        "Flag", "Not", "AllOf", "AtLeast", "Level", "Open", "NeverWithout", "Never", "OnlyBy", "TwoPersons", "Owed", "AlwaysCanEnd",
    } <= reached  # fmt: skip
    assert {"aside", "aparts[0:Apart].named"} <= set(MUTANTS)
    assert len(MUTANTS) > 150


def test_no_two_mutants_look_the_same_unless_one_is_the_other() -> None:
    digests = {fingerprint(mutant) for mutant in MUTANTS.values()}

    assert len(digests) > 0.9 * len(MUTANTS)


def test_a_state_more_counts() -> None:
    class More(State):
        begun = auto(), "開始"
        middle = auto(), "中間"
        end = auto(), "終結"

    assert fingerprint(TOY) != fingerprint(replace(TOY, states=More))


def spoken(thing: Any) -> Any:
    """The same thing in other words."""
    words = {part.name: "other words" for part in dataclasses.fields(thing) if part.name in SHOWN}
    return altered(thing, **words)


def test_what_is_only_shown_does_not_count() -> None:
    same_law = replace(
        TOY,
        says="other words",
        module="elsewhere",
        steps=tuple(spoken(s) for s in TOY.steps),
        moves=tuple(spoken(m) for m in TOY.moves),
        deadlines=tuple(spoken(d) for d in TOY.deadlines),
        aparts=tuple(spoken(r) for r in TOY.aparts),
        sames=tuple(spoken(r) for r in TOY.sames),
        barred=tuple(spoken(r) for r in TOY.barred),
        notices=tuple(spoken(n) for n in TOY.notices),
        staff={spoken(role): n for role, n in TOY.staff.items()},
        manager=spoken(TOY.manager),
    )

    assert fingerprint(TOY) == fingerprint(same_law)


def test_the_order_in_which_things_are_written_does_not_count() -> None:
    turned = replace(
        TOY,
        steps=TOY.steps[::-1],
        deadlines=TOY.deadlines[::-1],
        promises=TOY.promises[::-1],
        staff=dict(reversed(list(TOY.staff.items()))),
    )

    assert fingerprint(TOY) == fingerprint(turned)


def test_the_order_of_rungs_counts() -> None:
    turned = altered(toy.whole, ladder=toy.whole.ladder[::-1])

    assert fingerprint(TOY) != fingerprint(replace(TOY, deadlines=(turned, toy.signing)))


FORM = '''
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from states.forms import (
    About, Another, Appointed, CaseRef, Complainant, Form, Holds, Moment, Numbered, Parties, Person, PersonRef, Sealed, UnitKey,
)

Helper = Annotated[str, PersonRef, Holds(("clerk", "chief"))]

class Inner(Form):
    """What stands inside."""

    name: str = Field(max_length=20)

def unlucky(number: int) -> bool:
    """Called by a validator, and law as much as that."""
    return number in (13, 14)

def even(number: int) -> int:
    """Two of a kind."""
    if number % 2:
        raise ValueError("the number is odd")
    return number

class Paper(Form):
    """A paper."""

    title: Annotated[str, Sealed, Field(min_length=2)]
    number: Annotated[int, AfterValidator(even)] = Field(default=0, ge=0, description="how many")
    against: Person
    helper: Helper
    written_at: Moment
    due_at: Appointed
    inner: tuple[Inner, ...] = ()
    who: Annotated[tuple[Complainant, ...], Parties("complainant")] = ()
    about: Annotated[str, PersonRef, About] = "a"
    reader: Annotated[str, PersonRef, Another] = "b"
    unit: Annotated[str, UnitKey, Field(pattern="^[a-z]+$")] = "c"
    like: Annotated[str, CaseRef, Field(pattern="^c-")] = "c-"
    minute: Annotated[str, Numbered("minute"), Field(pattern="^[0-9]+$")] = "1"

    @model_validator(mode="after")
    def never_seven(self) -> Self:
        """Seven is bad luck."""
        if self.number == 7 or unlucky(self.number):
            raise ValueError("never seven")
        return self
'''


def with_form(folder: Path, source: str) -> str:
    """The fingerprint of the toy with the form that this module declares."""
    path = folder / f"paper_{len(list(folder.iterdir()))}.py"
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(f"tests.{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    step = altered(toy.signature, form=module.Paper)
    return fingerprint(replace(TOY, steps=(toy.paper, step)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("self.number == 7", "self.number == 8"),
        ('raise ValueError("never seven")', 'raise AssertionError("never seven")'),
        ('mode="after"', 'mode="before"'),
        ("if number % 2", "if number % 3"),
        ("number in (13, 14)", "number in (13,)"),
        ("PersonRef, About", "PersonRef"),
        ("PersonRef, Another", "PersonRef"),
        ("str, UnitKey, Field", "str, Field"),
        ("str, CaseRef, Field", "str, Field"),
        ('Numbered("minute")', 'Numbered("letter")'),
        ("min_length=2", "min_length=3"),
        ("ge=0", "ge=-1"),
        ("default=0", "default=2"),
        ("max_length=20", "max_length=21"),
        ("str, Sealed, Field", "str, Field"),
        ("against: Person", "against: str = Field(min_length=1, max_length=64)"),
        ("against: Person", "against: Person | None = None"),
        ('Parties("complainant")', 'Parties("respondent")'),
        ("against: Person", "against: Person\n    more: bool = False"),
        ("number:", "numbers:"),
        ("written_at: Moment", "written_at: Appointed"),
        ("due_at: Appointed", "due_at: AwareDatetime"),
        ('Holds(("clerk", "chief"))', 'Holds(("clerk",))'),
        (', Holds(("clerk", "chief"))]', "]"),
        ("class Inner(Form):", "class Inner(Form, frozen=False):"),
        ("class Paper(Form):", 'class Paper(Form, extra="ignore"):'),
    ],
)
def test_every_part_of_a_form_that_is_law_counts(tmp_path: Path, old: str, new: str) -> None:
    assert old in FORM

    assert with_form(tmp_path, FORM) != with_form(tmp_path, FORM.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("how many", "the number"),
        (', description="how many"', ""),
        ("ge=0,", 'ge=0, title="Number", examples=[1],'),
        ("A paper.", "A sheet."),
        ("What stands inside.", "Contents."),
        ("Seven is bad luck.", "It always was."),
        ("Two of a kind.", "Pairs."),
        ("Called by a validator, and law as much as that.", "Bad luck."),
        ("never seven", "seven is not possible"),
        ("the number is odd", "odd"),
        ("        return self", "        # a comment\n\n        return (self)"),
        ('Holds(("clerk", "chief"))', 'Holds(("chief", "clerk"))'),
    ],
)
def test_the_words_and_the_layout_of_a_form_do_not_count(tmp_path: Path, old: str, new: str) -> None:
    assert old in FORM

    assert with_form(tmp_path, FORM) == with_form(tmp_path, FORM.replace(old, new, 1))


def test_a_field_called_title_is_a_field(tmp_path: Path) -> None:
    assert with_form(tmp_path, FORM) != with_form(
        tmp_path, FORM.replace("    title: Annotated", "    headline: Annotated")
    )


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_fingerprint_is_the_same_in_every_process(seed: str) -> None:
    program = (
        "from states.editions import editions; from states.fingerprint import fingerprint; from tests.states import toy\n"
        "for p in (*editions().values(), toy.PROCEDURE): print(p.name, p.edition, fingerprint(p))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )

    assert [
        f"{p.name} {p.edition} {fingerprint(p)}" for p in (*editions().values(), TOY)
    ] == done.stdout.splitlines()


def test_the_fingerprint_is_the_same_in_every_version_of_python_and_of_duecourse() -> None:
    """A change here makes every store refuse to start: it is right only before the first release."""
    assert GOLDEN == fingerprint(TOY)


def test_procedures_differ() -> None:
    digests = [fingerprint(p) for p in (*editions().values(), TOY)]

    assert len(digests) == len(set(digests))
    assert all(len(digest) == 64 for digest in digests)
