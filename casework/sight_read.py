"""What is read of a case, and of those above it, to say who may see it: in one statement, and one row whether or not there is such a case."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Row, Select, and_, bindparam, exists, literal, select

import models
from casework.around import ACCOUNTS, about_person
from casework.hand import CASES
from casework.prepared import Prepared

OFFICES = models.table(models.Office)
PARTIES = models.table(models.Party)
UNDERTAKINGS = models.table(models.Undertaking)
LINEAGE = (CASES.alias("itself"), CASES.alias("above"), CASES.alias("highest"))
"""A case, the one that started it, the one that started that: no procedure goes deeper, and what is deeper is hidden."""


class Viewer(Protocol):
    """Who looks: number, office, roles of the day, and the numbers of all accounts of the same human."""

    @property
    def id(self) -> int:
        """Of the first account."""

    @property
    def office_id(self) -> int:
        """Of the office in which they work."""

    @property
    def roles(self) -> frozenset[str]:
        """Those held today."""

    @property
    def granted(self) -> frozenset[str]:
        """Those given to them for today, on duty or not: off duty one still sees what one worked on."""

    @property
    def accounts(self) -> tuple[int, ...]:
        """Under each of them something may have been recorded."""


def lineage(row: Row[Any]) -> Sequence[Mapping[str, Any]]:
    """The case of a row, and those above it."""
    read = row._mapping  # noqa: SLF001  the public name of a row's columns by label
    found = [{name: read[f"{one.name}_{name}"] for name in _READ} for one in LINEAGE]
    return [one for one in found if one["id"] is not None]


def asked(person: Viewer, **case: object) -> dict[str, object]:
    """What the statements are told: who looks, and which case is meant."""
    return {"person": person.id, "office": person.office_id, **case}


_READ = ("id", "ref", "office_id", "procedure", "edition", "docket", "parent_id")
_ITSELF, _ABOVE, _HIGHEST = LINEAGE
_NAMED = and_(PARTIES.c.kind == "respondent", PARTIES.c.person_id.in_(select(ACCOUNTS.c.id)))
_AROUND = about_person()
_SIGHT: Select[Any] = select(
    *(one.c[name].label(f"{one.name}_{name}") for one in LINEAGE for name in _READ),
    select(OFFICES.c.kind).where(OFFICES.c.id == bindparam("office")).scalar_subquery().label("kind"),
    exists().where(UNDERTAKINGS.c.person_id.in_(select(ACCOUNTS.c.id))).label("signed"),
    exists().where(_NAMED, PARTIES.c.case_id.in_([one.c.id for one in LINEAGE])).label("is_respondent"),
    exists().where(_AROUND.c.id == _ITSELF.c.id).label("is_around"),
)


def _sight(whose: Any) -> Select[Any]:  # noqa: ANN401  whatever can be joined
    higher = whose.outerjoin(_ABOVE, _ABOVE.c.id == _ITSELF.c.parent_id)
    return _SIGHT.select_from(higher.outerjoin(_HIGHEST, _HIGHEST.c.id == _ABOVE.c.parent_id))


_ONE = select(literal(1).label("one")).subquery("one")
_MINE = _ITSELF.c.office_id == bindparam("office")
BY_REF = Prepared(_sight(_ONE.outerjoin(_ITSELF, and_(_ITSELF.c.ref == bindparam("ref"), _MINE))))
BY_ID = Prepared(_sight(_ONE.outerjoin(_ITSELF, and_(_ITSELF.c.id == bindparam("case"), _MINE))))
OF_MANY = _sight(_ITSELF)
