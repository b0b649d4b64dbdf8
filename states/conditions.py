"""Conditions over the facts of one case, three-valued so that the prover may leave facts untracked.

A condition is asked through atoms: short strings naming one fact (`opinion`, `report.kind=fire`, `level:2`, `attempt#3`).
The engine answers every atom with yes or no; the prover may answer "not tracked" (None).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from states.acts import Step
    from states.people import Named, Role

Look: TypeAlias = Callable[[str], bool | None]


class Cond:
    """Base of all conditions; combine with `|`, `&` and `~`."""

    def __or__(self, other: Cond) -> Cond:
        """Hold when either holds."""
        return AnyOf((self, other))

    def __and__(self, other: Cond) -> Cond:
        """Hold when both hold."""
        return AllOf((self, other))

    def __invert__(self) -> Cond:
        """Hold when this does not."""
        return Not(self)

    def holds(self, look: Look) -> bool | None:
        """Answer yes, no, or None where an atom that matters is not tracked."""
        return look(self.key)

    def atoms(self) -> Iterator[str]:
        """Name every atom that can decide this condition."""
        yield self.key

    def leaves(self) -> Iterator[Cond]:
        """Yield the elementary conditions below this one."""
        yield self

    def steps(self) -> tuple[Step[Any], ...]:
        """The steps whose records an elementary condition looks at."""
        return ()

    @property
    def key(self) -> str:
        """The atom of an elementary condition."""
        raise TypeError(f"{type(self).__name__} is not elementary")


@dataclass(frozen=True, eq=False)
class Flag(Cond):
    """One field of a recorded step's form has one value. Made by `step.flag("vip")`, which checks the field against the form."""

    step: Step[Any]
    field: str
    value: object = True

    @property
    def key(self) -> str:
        """`step.field` for a yes, `step.field=value` otherwise."""
        return f"{self.step.name}.{self.field}" + ("" if self.value is True else f"={self.value}")

    def steps(self) -> tuple[Step[Any], ...]:
        """The step that carries the field."""
        return (self.step,)

    def told_by(self, value: object) -> bool:
        """Whether this value of the field makes it true."""
        return value == self.value


@dataclass(frozen=True, eq=False)
class Given(Flag):
    """A field of a recorded step's form was filled in. Made by `step.given("department")`."""

    @property
    def key(self) -> str:
        """`step.field!`."""
        return f"{self.step.name}.{self.field}!"

    def told_by(self, value: object) -> bool:
        """Whether this value is one."""
        return value not in (None, "", (), [])


@dataclass(frozen=True, eq=False)
class Fact(Flag):
    """What a recorded step's form says of itself, a property of the form: a yes or no. Made by `step.fact("complete")`."""


@dataclass(frozen=True, eq=False)
class MomentOf(Given):
    """A field that holds a moment was filled in. As the `since` of a clock it stands for that very moment."""

    @property
    def moment(self) -> str:
        """What the atom of the moment itself begins with; microseconds since 1970 follow."""
        return f"{self.step.name}.{self.field}&"


@dataclass(frozen=True, eq=False)
class ByOffice(Flag):
    """What a record means by the office's own data on its day: decided when it is recorded, and kept with the record."""


@dataclass(frozen=True, eq=False)
class Above(ByOffice):
    """A number is above what the office has set; without a setting, above the default of the edition."""

    setting: str = ""
    default: int = 0

    @property
    def key(self) -> str:
        """`step.field>setting`."""
        return f"{self.step.name}.{self.field}>{self.setting}"


@dataclass(frozen=True, eq=False)
class Among(ByOffice):
    """A word, or one of several, is on a list of the office's own; without a setting, on the default list of the edition."""

    setting: str = ""
    default: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """`step.field~setting`."""
        return f"{self.step.name}.{self.field}~{self.setting}"


@dataclass(frozen=True, eq=False)
class HeldBy(ByOffice):
    """Somebody named here holds a role that day."""

    role: Role | None = None

    @property
    def key(self) -> str:
        """`step.field^role`."""
        return f"{self.step.name}.{self.field}^{self.role.name if self.role is not None else ''}"


@dataclass(frozen=True, eq=False)
class Listed(ByOffice):
    """A party named here is on a list that the office keeps, such as that of its important guests."""

    kept: str = ""

    @property
    def key(self) -> str:
        """`step.field%list`."""
        return f"{self.step.name}.{self.field}%{self.kept}"


@dataclass(frozen=True, eq=False)
class EveryNamed(Cond):
    """Everybody named by a record that counts in one of `those` fields is named in one of `here`: nobody is left out."""

    those: tuple[Named, ...]
    here: tuple[Named, ...]

    def steps(self) -> tuple[Step[Any], ...]:
        """Those that name persons, here or there."""
        return tuple(named.step for named in (*self.those, *self.here))

    @property
    def key(self) -> str:
        """`every:step.field,step.field<=step.field`."""
        return f"every:{_fields(self.those)}<={_fields(self.here)}"

    def atoms(self) -> Iterator[str]:
        """The condition itself, and who is named where: what the prover tracks of any one person."""
        yield self.key
        yield from (f"has:{n.step.name}.{n.field}" for n in (*self.those, *self.here))


def _fields(named: tuple[Named, ...]) -> str:
    return ",".join(f"{n.step.name}.{n.field}" for n in named)


def fields_of_every(atom: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields that an atom `every:a.b,c.d<=e.f` compares: those named here must be named there."""
    those, _, here = atom.removeprefix("every:").partition("<=")
    return tuple(those.split(",")), tuple(here.split(","))


@dataclass(frozen=True, eq=False)
class Done(Cond):
    """A step has been recorded and still counts."""

    step: Step[Any]

    def steps(self) -> tuple[Step[Any], ...]:
        """The step."""
        return (self.step,)

    @property
    def key(self) -> str:
        """The step's name."""
        return self.step.name


@dataclass(frozen=True, eq=False)
class AtLeast(Cond):
    """A step that may be recorded often counts at least this many times, on different local days where `on_different_days`."""

    times: int
    step: Step[Any]
    on_different_days: bool = False

    def steps(self) -> tuple[Step[Any], ...]:
        """The step that is counted."""
        return (self.step,)

    @property
    def key(self) -> str:
        """`step#3`, or `step#3d` counting days."""
        return f"{self.step.name}#{self.times}" + ("d" if self.on_different_days else "")


@dataclass(frozen=True, eq=False)
class Open(Cond):
    """A sub-case of this kind is still open."""

    kind: str

    @property
    def key(self) -> str:
        """`open:kind`."""
        return f"open:{self.kind}"


@dataclass(frozen=True, eq=False)
class Level(Cond):
    """The case has climbed at least this many times."""

    at_least: int

    @property
    def key(self) -> str:
        """`level:n`."""
        return f"level:{self.at_least}"


@dataclass(frozen=True, eq=False)
class Not(Cond):
    """The opposite of a condition."""

    of: Cond

    def holds(self, look: Look) -> bool | None:
        """Negate, keeping "not tracked"."""
        value = self.of.holds(look)
        return None if value is None else not value

    def atoms(self) -> Iterator[str]:
        """The atoms of what is negated."""
        return self.of.atoms()

    def leaves(self) -> Iterator[Cond]:
        """The leaves of what is negated."""
        return self.of.leaves()


@dataclass(frozen=True, eq=False)
class AllOf(Cond):
    """Every one of several conditions."""

    of: tuple[Cond, ...]

    def holds(self, look: Look) -> bool | None:
        """No if any says no; else unknown if any is."""
        got = [c.holds(look) for c in self.of]
        return False if False in got else None if None in got else True

    def atoms(self) -> Iterator[str]:
        """The atoms of all."""
        for cond in self.of:
            yield from cond.atoms()

    def leaves(self) -> Iterator[Cond]:
        """The leaves of all."""
        for cond in self.of:
            yield from cond.leaves()


@dataclass(frozen=True, eq=False)
class AnyOf(Cond):
    """At least one of several conditions."""

    of: tuple[Cond, ...]

    def holds(self, look: Look) -> bool | None:
        """Yes if any says yes; else unknown if any is."""
        got = [c.holds(look) for c in self.of]
        return True if True in got else None if None in got else False

    def atoms(self) -> Iterator[str]:
        """The atoms of all."""
        for cond in self.of:
            yield from cond.atoms()

    def leaves(self) -> Iterator[Cond]:
        """The leaves of all."""
        for cond in self.of:
            yield from cond.leaves()
