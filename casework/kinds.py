"""Kinds of offices: which procedures an office of a kind works by, and which roles its people may hold."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from states.editions import editions, in_force, procedures
from states.people import Role
from states.procedure import Procedure

COMMON = "common"
"""The first word of procedures that belong to no kind of office: they count where an own procedure starts them."""


def kinds() -> tuple[str, ...]:
    """The kinds of offices there are: the first words of the procedures' names."""
    return tuple(dict.fromkeys(word for name in procedures() if (word := name.partition(".")[0]) != COMMON))


@cache
def names_of(kind: str) -> frozenset[str]:
    """The procedures of a kind of office: its own, and whatever any edition of these starts, and so on.

    Of every edition, since a case goes on starting what its own edition starts.
    """
    starts: dict[str, set[str]] = {}
    for (name, _), procedure in editions().items():
        starts.setdefault(name, set()).update(procedure.subs)
    found: set[str] = set()
    waiting = [name for name in starts if name.partition(".")[0] == kind]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += starts.get(name, ())
    return frozenset(found)


def procedures_of(kind: str, day: date) -> tuple[Procedure, ...]:
    """The procedures of a kind of office, each in the edition in force on that day."""
    return tuple(in_force(name, day) for name in procedures() if name in names_of(kind))


def own_procedures_of(kind: str, day: date) -> tuple[Procedure, ...]:
    """Those of them that are this kind's own, and that no other of its own starts: their manager manages the office."""
    own = tuple(one for one in procedures_of(kind, day) if one.name.partition(".")[0] == kind)
    started = {name for one in own for name in one.subs}
    return tuple(one for one in own if one.name not in started)


def editions_of(kind: str) -> tuple[Procedure, ...]:
    """Every edition of the procedures of a kind of office."""
    return tuple(procedure for (name, _), procedure in editions().items() if name in names_of(kind))


def roles_of_kind(kind: str) -> Mapping[str, Role]:
    """The roles that people of such an office may hold, by name, of all editions. Mechanisms are no people."""
    found = {
        role.name: role
        for p in editions_of(kind)
        for role in (*p.roles(), *p.staff, *_of_group(p))
        if role.human
    }
    return dict(sorted(found.items()))


@cache
def rostered() -> frozenset[str]:
    """The names of the roles, of whichever office and edition, that are held only while on duty by the roster of that name."""
    return frozenset(
        role.name for p in editions().values() for role in (*p.roles(), *p.staff) if role.rostered
    )


@cache
def delegated(kind: str) -> Mapping[str, str]:
    """The roles that nobody but the holder of another gives away, in writing and until a last day: each with the other's name."""
    return {name: role.delegated_by for name, role in roles_of_kind(kind).items() if role.delegated_by}


def _of_group(procedure: Procedure) -> tuple[Role, ...]:
    """The roles that make up the body which handles the cases, and that approve the editions."""
    handles = () if procedure.group is None else (procedure.group.role,)
    return handles if procedure.approved_by is None else (*handles, procedure.approved_by)
