"""States, steps and moves: the nouns and verbs of a procedure.

Declarations are compared by identity and learn their name from the variable that holds them (see `states.procedure.declare`),
so that a name is written once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Literal, Self, TypeAlias, TypeVar

from states.conditions import Above, Among, Cond, Fact, Flag, Given, HeldBy, Listed, MomentOf
from states.forms import Form
from states.people import By, Role

F = TypeVar("F", bound=Form)


class State(StrEnum):
    """A state of a procedure: `received = auto(), "接報"`. Name, value and stored text are equal; `says` is the text's own word."""

    says: str

    def __new__(cls, value: str, says: str = "") -> Self:
        """Keep the text's own word beside the stored text."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.says = says
        return member


class Declared:
    """What learns its name and its procedure when the procedure is declared."""

    name: str
    owner: str

    @property
    def key(self) -> tuple[str, str]:
        """Procedure and name: the same in every edition."""
        return self.owner, self.name


@dataclass(frozen=True, eq=False)
class Step(Declared, Generic[F]):
    """Something that must be recorded, as a typed form.

    `often`: may be recorded again and again; its flags then only rise. `latest`: the last record is the one that speaks.
    `lasts`: for the round, or for the whole case. `renews`: these count no longer. `settled_by`: names of later acts after which a record
    is corrected no more, since somebody has signed, decided or received what it says. `at_once`: it is done by being recorded, and never
    happened earlier. `during`: the states in which it may be recorded, never derived from the moves.
    """

    form: type[F]
    says: str  # the text's own words, Traditional Chinese
    asks: str  # the sentence shown while it is missing, English, translated by gettext
    clause: str
    by: By
    during: tuple[State, ...]
    after: tuple[Need, ...] = ()
    only: tuple[Only, ...] = ()
    lasts: Literal["round", "case"] = "round"
    often: bool = False
    latest: bool = False
    starts: tuple[Sub, ...] = ()
    renews: tuple[Step[Any], ...] = ()
    settled_by: tuple[str, ...] = ()  # names, since what settles a record is declared after it
    at_once: bool = False
    name: str = field(init=False, default="")
    owner: str = field(init=False, default="")

    def flag(self, name: str, value: object = True) -> Flag:  # noqa: FBT002  a fact is a yes unless it says otherwise
        """Return the condition that this field of the form has this value.

        Raises LookupError if the form has no such field.
        """
        self._has(name)
        return Flag(self, name, value)

    def given(self, name: str) -> Given:
        """Return the condition that this field of the form is filled in. Raises LookupError if the form has no such field."""
        self._has(name)
        return Given(self, name)

    def at(self, name: str) -> MomentOf:
        """Return the condition that this moment is given; a clock may count from it. Raises LookupError if the form has no such field."""
        self._has(name)
        return MomentOf(self, name)

    def above(self, name: str, setting: str, default: int) -> Above:
        """Return the condition that this number is above what the office has set. Raises LookupError if the form has no such field."""
        self._has(name)
        return Above(self, name, setting=setting, default=default)

    def among(self, name: str, setting: str, default: tuple[str, ...]) -> Among:
        """Return the condition that this is on a list of the office's own. Raises LookupError if the form has no such field."""
        self._has(name)
        return Among(self, name, setting=setting, default=default)

    def names_a(self, name: str, role: Role) -> HeldBy:
        """Return the condition that somebody named here holds a role. Raises LookupError if the form has no such field."""
        self._has(name)
        return HeldBy(self, name, role=role)

    def listed(self, name: str, kept: str) -> Listed:
        """Return the condition that somebody named here is on a list that the office keeps. Raises LookupError if there is no such field."""
        self._has(name)
        return Listed(self, name, kept=kept)

    def _has(self, name: str) -> None:
        if name not in self.form.model_fields:
            raise LookupError(f"{self.form.__name__} has no field {name}")

    def fact(self, name: str) -> Fact:
        """Return the condition that this property of the form is true. Raises LookupError if the form has no such property."""
        if not isinstance(getattr(self.form, name, None), property):
            raise LookupError(f"{self.form.__name__} has no property {name}")  # noqa: TRY004  as for a field
        return Fact(self, name)

    def __or__(self, other: Step[Any] | OneOf) -> OneOf:
        """Either of these satisfies the need."""
        return OneOf((self, *(other.of if isinstance(other, OneOf) else (other,))))


@dataclass(frozen=True, eq=False)
class OneOf:
    """Any one of several steps."""

    of: tuple[Step[Any], ...]

    def __or__(self, other: Step[Any]) -> OneOf:
        """Add one more alternative."""
        return OneOf((*self.of, other))


Gate: TypeAlias = "Step[Any] | OneOf"


@dataclass(frozen=True, eq=False)
class When:
    """A need that exists only while the condition holds."""

    cond: Cond
    gate: Gate


Need: TypeAlias = "Step[Any] | OneOf | When"


@dataclass(frozen=True, eq=False)
class Only:
    """The act exists only while the condition holds. Clause `house`: the office is stricter than the law; listed, not proved."""

    when: Cond
    clause: str
    says: str


@dataclass(frozen=True, eq=False)
class Ending:
    """How a sub-case that ends in this state is recorded in the parent, and the move of the parent that then follows by itself."""

    state: State
    records: Step[Any]
    then: str = ""  # a move's name, since moves are declared after what starts them
    when: Cond | None = None  # the move follows only while this holds


@dataclass(frozen=True, eq=False)
class Sub:
    """A linked case that an act starts in the same transaction; with `each`, one for every record of that step that counts.

    The intake of such a case is recorded with it, with those fields of the record that both forms have.
    `lasts`: it concerns the round that started it, or the case in whichever round it is.
    """

    kind: str
    endings: tuple[Ending, ...]
    each: Step[Any] | None = None
    lasts: Literal["round", "case"] = "round"


@dataclass(frozen=True, eq=False)
class StartIf:
    """A linked case that a record of this step starts if it says so. The condition is asked of this very record alone."""

    step: Step[Any]
    when: Flag
    sub: Sub


@dataclass(frozen=True, eq=False)
class Move(Declared):
    """One way from some states to another. `renews`: these steps must be done again. `new_round`: all steps of the round must."""

    sources: tuple[State, ...]
    dest: State
    says: str  # the text's own words, Traditional Chinese
    clause: str
    by: By
    needs: tuple[Need, ...] = ()
    only: tuple[Only, ...] = ()
    starts: tuple[Sub, ...] = ()
    renews: tuple[Step[Any], ...] = ()
    new_round: bool = False
    climbs: bool = False
    name: str = field(init=False, default="")
    owner: str = field(init=False, default="")


Act: TypeAlias = "Step[Any] | Move"


def gate_of(need: Need) -> tuple[Step[Any], ...]:
    """The steps of which any one satisfies the need."""
    if isinstance(need, When):
        return gate_of(need.gate)
    return need.of if isinstance(need, OneOf) else (need,)


def cond_of(need: Need) -> Cond | None:
    """The condition under which the need exists; None: always."""
    return need.cond if isinstance(need, When) else None


@dataclass(frozen=True, eq=False)
class Notice:
    """A sentence every screen shows while the condition holds (P6c: call 119)."""

    when: Cond
    says: str
    clause: str
