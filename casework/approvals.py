"""The register of approved editions (B16): who approved which text when. Append-only: another text is another edition.

What follows from it for a case that comes in stands in `casework.editions_approved`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, insert, select
from sqlmodel import Session

import models
from casework.editions_approved import edition_on, is_changed, text_of
from casework.errors import BadInput
from casework.kinds import names_of
from casework.offices import OfficeView, lock_office, touch_offices
from casework.outcome import Refused
from casework.rulings import UNKNOWN, only_rulers, read_minute, ruled_office
from states.editions import edition, editions
from states.facts import Actor
from states.procedure import Procedure

APPROVALS = models.table(models.EditionApproval)


@dataclass(frozen=True)
class EditionApproved:
    """An edition that was approved just now. `fingerprint`: of its text as it stands."""

    office_key: str
    procedure: str
    edition: str
    minute: str
    approved_on: date
    fingerprint: str


@dataclass(frozen=True)
class EditionView:
    """An edition and its approval. `changed`: its file is no longer the text that was approved; `holds`: cases are received by it today."""

    procedure: str
    edition: str
    approved_on: date | None
    minute: str | None
    by: str | None
    changed: bool
    holds: bool


def approve_edition(
    session: Session,
    office_key: str,
    procedure: str,
    iso: str,
    actor: Actor,
    at: datetime,
    *,
    minute: str,
    on: date,
) -> EditionApproved | Refused:
    """Record that the text of an edition, as it stands, was approved on a day by a minute. Refused to whoever does not hold the role.

    Raises BadInput for an unknown office, procedure or edition, one that needs no approval or has it, and a minute that cannot be.
    """
    connection, office = session.connection(), ruled_office(session, office_key, actor)
    named = procedure if procedure in names_of(office.kind) else UNKNOWN
    if (refused := only_rulers(session, office, actor, at, ("edition", named))) is not None:
        return refused
    law = _asked(office, procedure, iso)
    said = read_minute(office, minute, on, at)
    lock_office(connection, office.id)
    there = APPROVALS.c.procedure == law.name, APPROVALS.c.edition == iso
    known = connection.execute(select(APPROVALS).where(APPROVALS.c.office_id == office.id, *there)).first()
    if known is not None:
        raise _known(law, known)
    row = {
        "office_id": office.id, "procedure": law.name, "edition": iso, "fingerprint": text_of(law), "minute": said.number, "approved_on": said.on,
        "by_person": actor.person, "recorded_at": at,
    }  # fmt: skip
    connection.execute(insert(APPROVALS), row)
    touch_offices(connection, "edition approved", at, actor.person)
    return EditionApproved(office.key, law.name, iso, said.number, said.on, text_of(law))


def _asked(office: OfficeView, procedure: str, iso: str) -> Procedure:
    """The edition that is to be approved. Raises BadInput."""
    there = sorted(name for name in names_of(office.kind) if _needs_approval(name))
    if procedure not in there:
        raise BadInput(
            "No edition of {name} is approved in this office.",
            hint="There is: {there}.",
            name=procedure[:60],
            there=", ".join(there),
        )
    try:
        return edition(procedure, iso)
    except LookupError:
        dates = ", ".join(known for name, known in editions() if name == procedure)
        raise BadInput(
            "{procedure} has no edition of {edition}.",
            hint="There is: {there}.",
            procedure=procedure,
            edition=iso[:20],
            there=dates,
        ) from None


def _needs_approval(name: str) -> bool:
    return any(law.approved_by is not None for (other, _), law in editions().items() if other == name)


def _known(law: Procedure, known: Row[tuple[object, ...]]) -> BadInput:
    said = {"edition": law.edition, "procedure": law.name, "day": known.approved_on, "minute": known.minute}
    if known.fingerprint == text_of(law):
        return BadInput(
            "The edition {edition} of {procedure} was approved already, on {day} by the minute {minute}.",
            **said,
        )
    return BadInput(
        "The edition {edition} of {procedure} was approved on {day} by the minute {minute} with another text.",
        hint="Put its file back as it was, and write the change as a new edition: `duecourse new-edition {procedure} DATE`.",
        **said,
    )


def edition_list(session: Session, office: OfficeView, day: date) -> list[EditionView]:
    """Every edition that needs approval in this office, oldest first within its procedure, with its approval."""
    people = models.table(models.Person)
    wanted = select(APPROVALS, people.c.handle).join(people, people.c.id == APPROVALS.c.by_person)
    rows = session.connection().execute(wanted.where(APPROVALS.c.office_id == office.id))
    kept = {(row.procedure, row.edition): row for row in rows}
    found: list[EditionView] = []
    for (name, iso), law in editions().items():
        if name not in names_of(office.kind) or law.approved_by is None:
            continue
        row = kept.get((name, iso))
        on, minute, by = (None, None, None) if row is None else (row.approved_on, row.minute, row.handle)
        holds = edition_on(office, name, day) is law
        found.append(EditionView(name, iso, on, minute, by, changed=is_changed(office, law), holds=holds))
    return found
