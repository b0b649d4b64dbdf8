"""What those who operate Duecourse may learn of secret cases: nothing of any one of them, and no count of fewer than three (B10).

Prefect, the doctor and the logs are read by people who need not know of any case. Of the others they see random references; of a secret
case not even that, since the moment at which a reference moves says as much as a name. Nought, one and two look alike, and no total
counts both sorts, so that nothing follows from the difference.
"""

from sqlalchemy import ColumnElement

from casework.hand import CASES
from casework.kinds import kinds, names_of
from states.editions import editions

FEWEST = 3
"""The smallest number of secret cases that is told."""


def secret_procedures() -> frozenset[str]:
    """Names of the procedures whose cases are secret, in whichever edition."""
    return frozenset(name for (name, _), law in editions().items() if law.secrecy is not None)


def secret_kinds() -> frozenset[str]:
    """The kinds of offices that work by such a procedure."""
    return frozenset(kind for kind in kinds() if not names_of(kind).isdisjoint(secret_procedures()))


def is_secret() -> ColumnElement[bool]:
    """The condition that a row of the cases is a secret case's."""
    return CASES.c.procedure.in_(sorted(secret_procedures()))


def tellable(count: int) -> int | None:
    """A number of secret cases as it may be told; None: fewer than `FEWEST`."""
    return count if count >= FEWEST else None
