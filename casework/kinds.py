"""Kinds of offices: which procedures an office of a kind works by, and which roles its people may hold."""

from collections.abc import Mapping
from datetime import date

from states.editions import editions, in_force, procedures
from states.people import Role
from states.procedure import Procedure

COMMON = "common"
"""The first word of the procedures that every office works by."""


def kinds() -> tuple[str, ...]:
    """The kinds of offices there are: the first words of the procedures' names."""
    return tuple(dict.fromkeys(word for name in procedures() if (word := name.partition(".")[0]) != COMMON))


def procedures_of(kind: str, day: date) -> tuple[Procedure, ...]:
    """The procedures of a kind of office, each in the edition in force on that day."""
    return tuple(in_force(name, day) for name in procedures() if name.partition(".")[0] in {kind, COMMON})


def own_procedures_of(kind: str, day: date) -> tuple[Procedure, ...]:
    """Those of them that are this kind's own: their manager manages the office."""
    return tuple(one for one in procedures_of(kind, day) if one.name.partition(".")[0] == kind)


def roles_of_kind(kind: str) -> Mapping[str, Role]:
    """The roles that people of such an office may hold, by name, of all editions. Mechanisms are no people."""
    mine = [p for (name, _), p in editions().items() if name.partition(".")[0] in {kind, COMMON}]
    found = {role.name: role for p in mine for role in (*p.roles(), *p.staff) if role.human}
    return dict(sorted(found.items()))
