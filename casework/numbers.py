"""Numbers that belong to one case only, such as those of the party group's minutes (B12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

import models
from casework.errors import BadInput
from casework.prepared import Prepared
from states.forms import Form, Numbered, marked

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from casework.hand import Hand

TAKEN = models.table(models.TakenNumber)
_COLUMNS = ("office_id", "kind", "value", "case_id")
_TAKE = Prepared(
    {
        "sqlite": sqlite.insert(TAKEN).on_conflict_do_nothing().inline(),
        "postgresql": postgresql.insert(TAKEN).on_conflict_do_nothing().inline(),
    },
    _COLUMNS,
)
_WHOSE = Prepared(
    select(TAKEN.c.case_id).where(
        *(TAKEN.c[name] == bindparam(name) for name in ("office_id", "kind", "value"))
    )
)


def keep_numbers(connection: Connection, hand: Hand, form: Form) -> None:
    """Take the numbers that a record names for the case in hand. Raises BadInput if one belongs to another case."""
    for name, field in type(form).model_fields.items():
        numbered, value = marked(field, Numbered), getattr(form, name)
        if not isinstance(numbered, Numbered) or not value:
            continue
        which = {"office_id": hand.office.id, "kind": numbered.kind, "value": str(value)}
        _TAKE.write(connection, which | {"case_id": hand.id})
        if _WHOSE.run(connection, which).scalar_one() != hand.id:
            raise BadInput(
                "The number {number} was given to another case already.",
                hint="Look it up and give the right one.",
                number=value,
            )
