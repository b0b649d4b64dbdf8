"""Who may know of a secret case, who consents to a reading of what is sealed, and who makes up the body that handles it (B3a, B10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from states.conditions import Flag
    from states.people import Named, Role


@dataclass(frozen=True, eq=False)
class Secrecy:
    """A procedure whose cases are kept secret inside the office too.

    Of such a case know: whoever recorded its intake, whoever is named in one of `admits` and not later in one of `dismisses`, and the
    holders of the roles in `sees`; never a person it is about. Operations learn of none of them. A record of `consents.step` that names
    somebody in `consents.field` allows that person one reading of what is sealed.
    `above`: all this is decided by the case that started this one.
    """

    clause: str
    sees: tuple[Role, ...]
    custodian: Role
    auditor: Role  # sees every reading
    numbers: tuple[Role, ...]  # who sees register numbers, whose gaps would tell of a case
    admits: tuple[Named, ...] = ()
    dismisses: tuple[Named, ...] = ()
    consents: Named | None = None
    served: tuple[
        Named, ...
    ] = ()  # whoever is named there has been served an instrument, and sees that alone
    upward: tuple[
        Flag, ...
    ] = ()  # facts that only somebody from outside the office takes back by a correction
    above: bool = False
    custodians_in: str = ""  # the key of the unit of `Group` that the custodian belongs to; empty: any


@dataclass(frozen=True, eq=False)
class Group:
    """The body that handles the cases: somebody with this role in each of these units (key and the text's own name)."""

    role: Role
    units: tuple[tuple[str, str], ...]
    clause: str
