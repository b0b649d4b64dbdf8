"""The keys of cases and offices as they are wrapped: counted by the master key that wraps them, read in order, put anew in their place."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    Update,
    bindparam,
    func,
    literal,
    select,
    update,
)

from casework.hand import CASES
from casework.hand import KEYS as CASE_KEYS
from casework.names import KEYS as OFFICE_KEYS
from casework.names import OFFICES


class Keys(NamedTuple):
    """How many keys, of cases and of offices. Secret cases are among them: who may be told the first number is the desk's to say."""

    cases: int = 0
    offices: int = 0

    def __bool__(self) -> bool:
        """Whether there are any."""
        return any(tuple(self))

    def more(self, other: "Keys") -> "Keys":
        """Both together."""
        return Keys(self.cases + other.cases, self.offices + other.offices)


@dataclass(frozen=True)
class Kept:
    """A table of wrapped keys. `owners`: with whom they are read; `owner`: what ties a key to its owner."""

    table: Table
    id: ColumnElement[int]
    owners: FromClause
    owner: ColumnElement[str]

    @cached_property
    def counted(self) -> Select[Any]:
        """How many keys each master key wraps; one that was destroyed counts no more."""
        kept = self.table.c
        counted = select(kept.master_id, func.count().label("n")).where(kept.wrapped.is_not(None))
        return counted.group_by(kept.master_id)

    @cached_property
    def waiting(self) -> Select[Any]:
        """Keys in the order of their owners."""
        kept = self.table.c
        columns = self.id.label("owner_id"), self.owner.label("owner"), kept.wrapped, kept.master_id
        return select(*columns).select_from(self.owners).where(kept.wrapped.is_not(None)).order_by(self.id)

    @cached_property
    def change(self) -> Update:
        """Put a key in the place of what was read: not of one that was destroyed meanwhile, or wrapped by somebody else."""
        same = self.id == bindparam("one"), self.table.c.wrapped == bindparam("was")
        return update(self.table).where(*same).values(wrapped=bindparam("new"), master_id=bindparam("by"))

    def keys(self, number: int) -> Keys:
        """So many keys of this table."""
        return Keys(offices=number) if self.table is OFFICE_KEYS else Keys(cases=number)


TABLES = (
    Kept(OFFICE_KEYS, OFFICE_KEYS.c.office_id, OFFICE_KEYS.join(OFFICES), literal("office:") + OFFICES.c.key),
    Kept(CASE_KEYS, CASE_KEYS.c.case_id, CASE_KEYS.join(CASES), CASES.c.ref),
)


def wraps(connection: Connection) -> dict[str, Keys]:
    """How many keys each master key wraps, by its id."""
    found: dict[str, Keys] = {}
    for kept in TABLES:
        for row in connection.execute(kept.counted):
            found[row.master_id] = found.get(row.master_id, Keys()).more(kept.keys(row.n))
    return found
