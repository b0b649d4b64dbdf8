"""Whether an office has the people that its procedures need, and whether they can be told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

import models
from casework.findings import Finding, Param
from casework.offices import OfficeView
from casework.people import PersonView
from states.people import Role, roles_of
from states.procedure import Procedure

PEOPLE = models.table(models.Person)


@dataclass(frozen=True)
class Checked:
    """The office as it is looked at; `everybody`: every account, also of those who have left."""

    connection: Connection
    office: OfficeView
    at: datetime
    day: date
    everybody: list[PersonView]
    procedures: tuple[Procedure, ...]

    def working(self) -> list[PersonView]:
        """Who works here today: every human once, by the first account if it is in use."""
        found: dict[int, PersonView] = {}
        for person in self.everybody:
            if person.active and (person.id not in found or person.same_as is None):
                found[person.id] = person
        return list(found.values())

    def holders(self, role: Role) -> list[PersonView]:
        """Who holds a role today, on duty or not."""
        return [person for person in self.working() if role.name in person.granted]


def role_findings(checked: Checked) -> Iterator[Finding]:
    """Yield what is wrong with who holds which role."""
    yield from _held(checked)
    for procedure in checked.procedures:
        yield from _hands(checked, procedure)
    yield from _reachable(checked)


def _held(checked: Checked) -> Iterator[Finding]:
    """Roles that nobody holds, or too few; and a manager whom nobody could replace."""
    needed: dict[Role, tuple[int, Procedure]] = {}
    for procedure in checked.procedures:
        for role in sorted(
            (r for r in procedure.roles() if r.human and not r.delegated_by), key=lambda r: r.name
        ):
            wanted = max(procedure.staff.get(role, 0), 1)
            if role not in needed or wanted > needed[role][0]:
                needed[role] = (wanted, procedure)
    managers = {procedure.manager for procedure in checked.procedures}
    for role, (wanted, procedure) in needed.items():
        there = checked.holders(role)
        params: dict[str, Param] = {
            "role": role,
            "procedure": procedure,
            "wanted": wanted,
            "there": len(there),
        }
        clause, mend = _clause_of(role, procedure), "Give the role to somebody in the office file."
        if not there:
            yield Finding(
                "error", "Nobody holds the role {role}, which {procedure} needs.", clause, mend, params
            )
        elif role in managers and len(there) == 1:
            sentence = "{handle} alone holds the role {role}: nobody else could handle a complaint about this person."
            yield Finding("warning", sentence, "house", mend, params | {"handle": there[0].handle})
        elif len(there) < wanted:
            sentence = "{procedure} needs {wanted} people with the role {role}; there are {there}."
            yield Finding("error", sentence, clause, mend, params)


def _clause_of(role: Role, procedure: Procedure) -> str:
    """The clause by which a procedure needs a role: of the first act that is its own, else of the first clock that tells it, else of its secrecy."""
    acts = [
        a.clause
        for a in procedure.acts
        for level in range(procedure.max_level + 1)
        if role in roles_of(a.by, level)
    ]
    told = [d.clause for d in procedure.deadlines for rung in d.ladder if role in rung.tell]
    kept = [procedure.secrecy.clause] if procedure.secrecy is not None else []
    return (acts + told + kept)[0]


def _hands(checked: Checked, procedure: Procedure) -> Iterator[Finding]:
    """The smallest lawful office is made of different people: warn if some must fill two of its places."""
    places = [
        role
        for role, wanted in sorted(procedure.staff.items(), key=lambda item: item[0].name)
        for _ in range(wanted)
    ]
    filled: dict[int, int] = {}  # person -> place
    takers = [[person.id for person in checked.holders(role)] for role in places]

    def take(place: int, tried: set[int]) -> bool:
        for person in takers[place]:
            if person not in tried:
                tried.add(person)
                if person not in filled or take(filled[person], tried):
                    filled[person] = place
                    return True
        return False

    short = sum(not take(place, set()) for place in range(len(places)) if takers[place])
    enough = all(len(takers[place]) >= procedure.staff[role] for place, role in enumerate(places))
    if short and enough:
        sentence = "{procedure} is meant for {wanted} different people; this office has them only by giving somebody two of its places."
        hint = "Whoever has acted in one place may be missing in the other: give the roles to more people."
        yield Finding("warning", sentence, "house", hint, {"procedure": procedure, "wanted": len(places)})


def _reachable(checked: Checked) -> Iterator[Finding]:
    """Roles that are told of a breach and of whom nobody has an address."""
    with_address = select(func.coalesce(PEOPLE.c.same_as_id, PEOPLE.c.id)).where(
        PEOPLE.c.office_id == checked.office.id, PEOPLE.c.contact_sealed.is_not(None)
    )
    reachable = set(checked.connection.execute(with_address).scalars())
    told = {
        role
        for p in checked.procedures
        for d in p.deadlines
        for rung in d.ladder
        if rung.breach
        for role in rung.tell
    }
    silent = [
        r
        for r in told
        if (there := checked.holders(r)) and reachable.isdisjoint(person.id for person in there)
    ]
    if silent:
        sentence = "No holder of these roles has an address for alarms, which are seen here only: {roles}."
        hint = "Add contacts (Apprise URLs) to people in the office file."
        yield Finding("warning", sentence, "X3", hint, {"roles": tuple(sorted(silent, key=lambda r: r.name))})
