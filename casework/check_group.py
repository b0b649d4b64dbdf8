"""Whether the body that handles secret cases is made up as the text demands (B3a), and whether everybody in it has promised secrecy (B10)."""

from collections.abc import Iterator

from sqlalchemy import or_, select

import models
from casework.check_roles import Checked
from casework.findings import Finding, Param
from casework.need_to_know import has_part
from casework.undertakings import signers
from states.people import Role
from states.procedure import Procedure

ROLES = models.table(models.PersonRole)
UNITS = models.table(models.Unit)
_MEND = "Give the role, with this unit, to somebody in the office file."


def group_findings(checked: Checked) -> Iterator[Finding]:
    """Yield what is wrong with the body that handles the cases."""
    for procedure in checked.procedures:
        if procedure.group is not None:
            yield from _units(checked, procedure)
            yield from _custodians(checked, procedure)
    yield from _unsigned(checked)


def _units(checked: Checked, procedure: Procedure) -> Iterator[Finding]:
    """At least one current member in each unit that the text names."""
    group = procedure.group
    if group is None:
        return
    there = _held_in(checked, group.role)
    for key, says in group.units:
        if key not in there.values():
            sentence = "Nobody in the unit {unit} ({says}) holds the role {role}, which {procedure} needs."
            params: dict[str, Param] = {"unit": key, "says": says, "role": group.role, "procedure": procedure}
            yield Finding("error", sentence, group.clause, _MEND, params)


def _custodians(checked: Checked, procedure: Procedure) -> Iterator[Finding]:
    """A custodian belongs to the unit that the law says."""
    group, secrecy = procedure.group, procedure.secrecy
    if group is None or secrecy is None or not secrecy.custodians_in:
        return
    wanted = secrecy.custodians_in
    inside = {
        person
        for role in (secrecy.custodian, group.role)
        for (person, _), unit in _held_in(checked, role).items()
        if unit == wanted
    }
    for person in checked.holders(secrecy.custodian):
        if person.id not in inside:
            sentence = "{handle} holds the role {role} and does not belong to the unit {unit} ({says})."
            params: dict[str, Param] = {
                "handle": person.handle,
                "role": secrecy.custodian,
                "unit": wanted,
                "says": dict(group.units)[wanted],
            }
            yield Finding("error", sentence, secrecy.clause, _MEND, params)


def _held_in(checked: Checked, role: Role) -> dict[tuple[int, int], str]:
    """The units in which people who work here hold a role today, by human and row."""
    here = {account: person.id for person in checked.working() for account in person.accounts}
    today = or_(ROLES.c.valid_until.is_(None), ROLES.c.valid_until >= checked.day)
    wanted = (
        select(ROLES.c.id, ROLES.c.person_id, UNITS.c.key)
        .join(UNITS, UNITS.c.id == ROLES.c.unit_id)
        .where(UNITS.c.office_id == checked.office.id, ROLES.c.role == role.name)
        .where(ROLES.c.valid_from <= checked.day, today)
    )
    rows = checked.connection.execute(wanted)
    return {(here[row.person_id], row.id): row.key for row in rows if row.person_id in here}


def _unsigned(checked: Checked) -> Iterator[Finding]:
    """Whoever has a part in secret cases and has not signed is refused their first look at one."""
    part = [person for person in checked.working() if has_part(checked.office.kind, person.granted)]
    signed = signers(checked.connection, (person.id for person in part))
    missing = [person.handle for person in part if person.id not in signed]
    if missing:
        sentence = "These people have not signed the undertaking of secrecy, and are refused secret cases until then: {handles}."
        hint = "`duecourse person undertake HANDLE --on DAY`, by somebody who keeps the secrets, or `undertaking` in the office file."
        yield Finding("warning", sentence, "B10", hint, {"handles": ", ".join(missing)})
