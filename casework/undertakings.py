"""Undertakings of secrecy (B10): who signed which text on which day. Append-only; what was signed by one account holds for the human."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Connection, func, insert, select
from sqlmodel import Session

import models
from casework.errors import BadInput
from casework.kinds import procedures_of
from casework.offices import OfficeView, touch_offices
from casework.outcome import Refused
from casework.roles_held import PEOPLE, office_row, person_id
from casework.rulings import refuse_for_roles, ruled_office
from states.facts import Actor
from states.procedure import Procedure

UNDERTAKINGS = models.table(models.Undertaking)
TEXT = "undertaking_text"
"""The setting that holds what people of the office sign."""


@dataclass(frozen=True)
class Undertaken:
    """An undertaking as it is kept. `text_sha256`: of what was signed; `added`: False if it was kept already."""

    office_key: str
    handle: str
    signed_on: date
    text_sha256: str
    added: bool = True


def undertake(
    session: Session,
    office_key: str,
    handle: str,
    actor: Actor,
    at: datetime,
    *,
    on: date,
    text: bytes | None,
) -> Undertaken | Refused:
    """Record that somebody signed the undertaking on a day. `text`: what was signed; None: the office's own text of that day.

    Refused to whoever neither keeps the secrets of the office nor heads its group. Raises BadInput for an unknown office or person, an
    office that keeps no secrets, a day that has not come, and a text that is missing.
    """
    connection, office = session.connection(), ruled_office(session, office_key, actor)
    today = office.calendar.local_day(at)
    law = _secret(office, at)
    keepers = tuple(dict.fromkeys((_custodian(law), law.manager.name)))
    if actor.person is None or actor.roles.isdisjoint(keepers):
        return refuse_for_roles(session, law, actor, at, ("undertaking", "undertake"), keepers, "B10")
    person = person_id(connection, office_row(connection, office.key), handle)
    if on > today:
        raise BadInput("The undertaking is of {day}, which lies in the future.", day=on)
    signed = (
        text if text is not None else str(office.setting(TEXT, on, office.setting(TEXT, today, ""))).encode()
    )
    if not signed.strip():
        raise BadInput(
            "It is not known which text was signed.",
            hint="Give it with --text FILE, or set `{name}` in the office file.",
            name=TEXT,
        )
    digest = sha256(signed).hexdigest()
    added = keep(connection, person, on, digest, at, actor.person)
    if added:
        touch_offices(connection, "undertaking", at, actor.person)
    return Undertaken(office.key, handle, on, digest, added)


def _secret(office: OfficeView, at: datetime) -> Procedure:
    """A procedure of the office that is kept secret. Raises BadInput where there is none."""
    for law in procedures_of(office.kind, office.calendar.local_day(at)):
        if law.secrecy is not None and not law.secrecy.above:
            return law
    raise BadInput(
        "The office {key} keeps no secret cases: nobody signs anything for them here.", key=office.key
    )


def _custodian(law: Procedure) -> str:
    return law.secrecy.custodian.name if law.secrecy is not None else law.manager.name


def keep(connection: Connection, person: int, on: date, digest: str, at: datetime, by: int | None) -> bool:
    """Keep an undertaking, unless the same is kept already; say whether it is new. The caller touches the offices."""
    same = UNDERTAKINGS.c.signed_on == on, UNDERTAKINGS.c.text_sha256 == digest
    if connection.execute(select(UNDERTAKINGS.c.id).where(UNDERTAKINGS.c.person_id == person, *same)).first():
        return False
    row = {"person_id": person, "signed_on": on, "text_sha256": digest, "recorded_by": by, "recorded_at": at}
    connection.execute(insert(UNDERTAKINGS), row)
    return True


def has_signed(connection: Connection, person: int) -> bool:
    """Whether a person has signed, under any account."""
    return person in signers(connection, (person,))


def signers(connection: Connection, people: Iterable[int]) -> frozenset[int]:
    """Those of these persons who have signed, under any account of theirs."""
    other = PEOPLE.alias("other")
    same = func.coalesce(other.c.same_as_id, other.c.id) == func.coalesce(PEOPLE.c.same_as_id, PEOPLE.c.id)
    wanted = (
        select(PEOPLE.c.id)
        .join(other, same)
        .join(UNDERTAKINGS, UNDERTAKINGS.c.person_id == other.c.id)
        .where(PEOPLE.c.id.in_(tuple(people)))
    )
    return frozenset(connection.execute(wanted).scalars())
