"""Which editions cases were opened under, and that none of them has changed since (B15)."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

import models
from casework.errors import BadInput
from states.editions import editions
from states.fingerprint import fingerprint
from states.procedure import Procedure


def check_fingerprints(connection: Connection) -> None:
    """Raise BadInput if the text of an edition that cases use is no longer what it was, or is gone."""
    for row in connection.execute(select(models.table(models.EditionUsed))):
        procedure = editions().get((row.procedure, row.edition))
        if procedure is None:
            raise BadInput("The edition {edition} of {procedure} has cases but its file is gone.", hint="Put the file back: a case keeps its edition.",
                           edition=row.edition, procedure=row.procedure)  # fmt: skip
        if fingerprint(procedure) != row.fingerprint:
            raise BadInput(
                "The edition {edition} of {procedure} has cases and has been changed since.",
                hint="Put the file back as it was, and write the change as a new edition: `duecourse new-edition {procedure} DATE`.",
                edition=row.edition, procedure=row.procedure,
            )  # fmt: skip


def note_edition(
    noted: set[tuple[str, str]], connection: Connection, procedure: Procedure, at: datetime
) -> None:
    """Remember the fingerprint of an edition when its first case is opened.

    `noted`: editions that this process has seen in the table, where they stay; one just inserted may yet be rolled back.
    """
    table = models.table(models.EditionUsed)
    key = (procedure.name, procedure.edition.isoformat())
    if key in noted:
        return
    if connection.execute(
        select(table.c.id).where(table.c.procedure == key[0], table.c.edition == key[1])
    ).first():
        noted.add(key)
        return
    connection.execute(
        insert(table),
        {"procedure": key[0], "edition": key[1], "fingerprint": fingerprint(procedure), "first_used_at": at},
    )
