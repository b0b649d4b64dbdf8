"""Whether every edition is the one that its cases were opened under (B15)."""

from collections.abc import Iterator
from functools import cache

from sqlalchemy import Connection, func, select

import models
from casework.audit_flaws import Flaw
from casework.hand import CASES
from states.editions import editions
from states.fingerprint import fingerprint
from states.procedure import Procedure

USED = models.table(models.EditionUsed)


def edition_findings(connection: Connection) -> Iterator[Flaw]:
    """Yield editions whose law is not the one that their cases were opened under (B15), and notes of editions that no case uses."""
    first = select(CASES.c.procedure, CASES.c.edition, func.min(CASES.c.id).label("first")).group_by(
        CASES.c.procedure, CASES.c.edition
    )
    used = {(row.procedure, row.edition): row.first for row in connection.execute(first)}
    began = {
        row.id: row.recorded_at
        for row in connection.execute(
            select(CASES.c.id, CASES.c.recorded_at).where(CASES.c.id.in_(used.values()))
        )
    }
    noted = {(row.procedure, row.edition): row for row in connection.execute(select(USED))}
    for name, iso in sorted(used.keys() | noted.keys()):
        law, note = editions().get((name, iso)), noted.get((name, iso))
        same = note is not None and (name, iso) in used and note.first_used_at == began[used[name, iso]]
        if not same or (law is not None and note is not None and note.fingerprint != _text_of(law)):
            yield Flaw(None, None, "The edition {edition} of {procedure} is not the one its cases were opened under.",
                       {"edition": iso, "procedure": name})  # fmt: skip


@cache
def _text_of(law: Procedure) -> str:
    """The fingerprint of an edition, worked out once a process."""
    return fingerprint(law)
