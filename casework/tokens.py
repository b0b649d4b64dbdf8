"""Tokens by which people act: shown once, kept as a hash, withdrawn at once (B3a, P2b)."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session

import models
from casework.closing import note_change
from casework.errors import BadInput
from casework.keys import token_digest
from casework.refs import new_token
from casework.roles_held import PEOPLE, has_left, office_row, person_id

TOKENS = models.table(models.PersonToken)


def issue_token(session: Session, office_key: str, handle: str, at: datetime) -> str:
    """Make a token by which a person acts. It is shown once: only its hash is kept. Raises BadInput for somebody who is not there."""
    connection = session.connection()
    office = office_row(connection, office_key)
    person, day = person_id(connection, office, handle), office.day(at)
    row = connection.execute(
        select(PEOPLE.c.active_from, PEOPLE.c.active_until).where(PEOPLE.c.id == person)
    ).one()
    if has_left(row.active_from, row.active_until, day):
        raise BadInput("{handle} no longer works in this office.", handle=handle)
    token = new_token()
    connection.execute(
        insert(TOKENS), {"person_id": person, "token_sha256": token_digest(token), "created_at": at}
    )
    note_change(connection, "token", at)
    return token


def revoke_tokens(session: Session, office_key: str, handle: str, at: datetime) -> int:
    """Withdraw every token of a person, with effect now. Returns how many. Raises BadInput for an unknown person."""
    connection = session.connection()
    person = person_id(connection, office_row(connection, office_key), handle)
    gone = (
        update(TOKENS)
        .where(TOKENS.c.person_id == person, TOKENS.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    note_change(connection, "tokens withdrawn", at)
    return connection.execute(gone).rowcount
