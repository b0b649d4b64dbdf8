"""Which edition holds for a case of an office, by who approved which text when (B15, B16).

An edition whose file is no longer the text that was approved is not approved. Before the first edition there is none, and intake is never
refused: where no approved one is in force, the first holds, and `duecourse check` says so. Nothing is asked of the database: what is
approved is known of the office already.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache

from casework.offices import OfficeView
from states.editions import editions, in_force, startable
from states.fingerprint import fingerprint
from states.procedure import Procedure


def edition_on(office: OfficeView, name: str, day: date) -> Procedure:
    """The edition by which a case received on this day is registered: the latest one in force that was approved by then, else the first.

    Raises LookupError for an unknown procedure.
    """
    law = in_force(name, day)
    if law.approved_by is None:
        return law
    return _latest(office, [one for (other, _), one in editions().items() if other == name], day)


def sub_edition_on(office: OfficeView, parent: Procedure, kind: str, day: date) -> Procedure:
    """The edition of a sub-case started on this day, out of those whose ends the edition of its parent foresees."""
    law = in_force(kind, day)
    if law.approved_by is None:
        return law
    return _latest(office, startable(parent, kind, tuple(editions().values())), day)


def _latest(office: OfficeView, known: Sequence[Procedure], day: date) -> Procedure:
    good = [one for one in known if one.edition <= day and is_approved(office, one, day)]
    return [known[0], *good][-1]


def is_approved(office: OfficeView, law: Procedure, day: date) -> bool:
    """Whether the text of an edition, as it stands, had been approved by a day; true where nobody's approval is asked."""
    if law.approved_by is None:
        return True
    found = office.approvals.get((law.name, law.edition.isoformat()))
    return found is not None and found.on <= day and found.fingerprint == text_of(law)


def is_changed(office: OfficeView, law: Procedure) -> bool:
    """Whether an edition was approved and is another text since."""
    found = office.approvals.get((law.name, law.edition.isoformat()))
    return found is not None and found.fingerprint != text_of(law)


@cache
def text_of(law: Procedure) -> str:
    """The fingerprint of an edition, worked out once a process."""
    return fingerprint(law)
