"""Who has read what is sealed of a case, when, and for what purpose (B10): for whoever audits it, never for the readers themselves."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import Session

import models
from casework import fire
from casework.errors import KeyProblem
from casework.hand import CASES, KEYS, key_of_case, unknown_case
from casework.keys import open_sealed
from casework.noted import READINGS, purpose_aad
from casework.outcome import Refused
from casework.readings import seen
from casework.refs import read_ref
from casework.store import Store, store_of
from states.editions import edition
from states.facts import Actor
from states.people import Role
from states.procedure import Procedure
from states.refusals import Requirement

PEOPLE = models.table(models.Person)
_ABOVE = CASES.alias("above")
_CASE = (
    select(
        CASES.c.id, CASES.c.ref, CASES.c.procedure, CASES.c.edition, KEYS.c.wrapped, KEYS.c.master_id,
        _ABOVE.c.procedure.label("above_procedure"), _ABOVE.c.edition.label("above_edition"),
    )
    .outerjoin_from(CASES, KEYS, KEYS.c.case_id == CASES.c.id)
    .outerjoin(_ABOVE, _ABOVE.c.id == CASES.c.parent_id)
)  # fmt: skip


@dataclass(frozen=True)
class ReadingView:
    """One reading: who, what, when and for what purpose; None: the case's key is gone, and the purpose with it."""

    handle: str
    what: str
    at: datetime
    purpose: str | None


def readings_for(session: Session, ref: str, actor: Actor, at: datetime) -> tuple[ReadingView, ...] | Refused:
    """Every reading of a case for somebody who audits it: of a secret case the auditor, the custodian and the superior, of another its heads.

    `session` writes, since a refusal is kept. Raises BadInput for a case that this person may not see, in the words of an unknown one.
    """
    seen(session, ref, actor)
    row = _case(session.connection(), ref)
    law = edition(row.procedure, row.edition)
    above = edition(row.above_procedure, row.above_edition) if row.above_procedure is not None else None
    who = tuple(sorted(role.name for role in _auditors(law, above)))
    if actor.roles.isdisjoint(who):
        clause = next(
            (p.secrecy.clause for p in (law, above) if p is not None and p.secrecy is not None), "house"
        )
        missing = (
            Requirement("role", "Only {roles} may do this.", clause, (("roles", ",".join(who)),), who),
        )
        refused = Refused(row.ref, row.id, law.name, row.edition, "readings", "readings", missing)
        return fire.refuse(session, refused, actor, at)
    return _readings(store_of(session), session.connection(), row)


def readings_of(session: Session, ref: str) -> tuple[ReadingView, ...]:
    """Every reading of a case, oldest first, also after its disposal. The caller has checked who asks. Raises BadInput for an unknown case."""
    connection = session.connection()
    return _readings(store_of(session), connection, _case(connection, ref))


def _auditors(law: Procedure, above: Procedure | None) -> set[Role]:
    """Who may see the readings: those whom the secrecy names, or the manager; and whoever stands above the office and sees the case anyway."""
    secrecy = law.secrecy or (above.secrecy if above is not None else None)
    if secrecy is None:
        return {law.manager, *(role for role in law.roles() if role.outside)}
    if secrecy.above and above is not None and above.secrecy is not None:
        secrecy = above.secrecy
    return {secrecy.auditor, secrecy.custodian, *(role for role in secrecy.sees if role.outside)}


def _case(connection: Connection, ref: str) -> Row[Any]:
    row = connection.execute(_CASE.where(CASES.c.ref == read_ref(ref))).one_or_none()
    if row is None:
        raise unknown_case(read_ref(ref))
    return row


def _readings(store: Store, connection: Connection, case: Row[Any]) -> tuple[ReadingView, ...]:
    key = None
    if case.wrapped is not None:
        with suppress(KeyProblem):  # who has read is told all the same
            key = key_of_case(store, case.ref, case.wrapped, case.master_id)
    rows = connection.execute(
        select(READINGS, PEOPLE.c.handle)
        .join_from(READINGS, PEOPLE, PEOPLE.c.id == READINGS.c.person_id)
        .where(READINGS.c.case_id == case.id)
        .order_by(READINGS.c.id)
    )
    return tuple(ReadingView(row.handle, row.what, row.at, _purpose(key, case.ref, row)) for row in rows)


def _purpose(key: bytes | None, ref: str, row: Row[Any]) -> str | None:
    if key is not None:
        with suppress(KeyProblem):
            return open_sealed(key, row.purpose_sealed, purpose_aad(ref, row.person_id, row.at)).decode()
    return None
