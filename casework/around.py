"""Which cases lie around a case: those above and below it, those linked with any of these, and those above and below the linked ones.

Whoever a case is about may know of none of the cases around it (B10): what is found there may be about the same people.
"""

from typing import Any

from sqlalchemy import CTE, Select, bindparam, case, func, or_, select, union

import models

CASES = models.table(models.Case)
LINKS = models.table(models.Link)
PARTIES = models.table(models.Party)
PEOPLE = models.table(models.Person)

_OF_HUMAN = PEOPLE.alias("of_human")
ACCOUNTS = (
    select(PEOPLE.c.id)
    .where(
        func.coalesce(PEOPLE.c.same_as_id, PEOPLE.c.id)
        == select(func.coalesce(_OF_HUMAN.c.same_as_id, _OF_HUMAN.c.id))
        .where(_OF_HUMAN.c.id == bindparam("person"))
        .scalar_subquery()
    )
    .cte("accounts")
)
"""Every account of the human with the number `person`."""


def about_person() -> CTE:
    """The cases (`id`) that the human `person` may never know of: those about them, and all around these."""
    about = (
        select(CASES.c.id, CASES.c.parent_id)
        .join_from(PARTIES, CASES, CASES.c.id == PARTIES.c.case_id)
        .where(PARTIES.c.kind == "respondent", PARTIES.c.person_id.in_(select(ACCOUNTS.c.id)))
    )
    return around(about)


def around(these: Select[Any]) -> CTE:
    """The given cases (`id`, `parent_id`) and all around them."""
    family = _family(these, "family")
    # One join on either end, and the parent looked up row by row: what the database could join as a whole it would read as a whole.
    either = or_(LINKS.c.case_id == family.c.id, LINKS.c.other_id == family.c.id)
    other = case((LINKS.c.case_id == family.c.id, LINKS.c.other_id), else_=LINKS.c.case_id)
    parent = select(CASES.c.parent_id).where(CASES.c.id == other).scalar_subquery()
    linked = select(other.label("id"), parent.label("parent_id")).join_from(family, LINKS, either)
    near = union(select(family.c.id, family.c.parent_id), linked).subquery("near")
    return _family(select(near.c.id, near.c.parent_id), "around")


def _family(these: Select[Any], name: str) -> CTE:
    """The given cases with all above and below them."""
    found = these.cte(name, recursive=True)
    other = CASES.alias(f"in_{name}")
    next_to = or_(other.c.parent_id == found.c.id, other.c.id == found.c.parent_id)
    return found.union(select(other.c.id, other.c.parent_id).join_from(found, other, next_to))
