"""Which rosters of an office must have somebody at every hour, and by which clause: the hotline (P2a), and every role that is held on duty only.

A role of a roster is nobody's at an hour at which nobody is on it: who was to be told then finds nobody there (H4.4).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from casework.findings import Finding, Param, Word
from casework.kinds import procedures_of
from casework.office_faults import HOTLINE
from casework.offices import OfficeView
from casework.rosters import WEEK, in_words
from states.people import Role, roles_of
from states.procedure import Procedure

KINDS = frozenset({"property"})
"""Kinds of offices whose text demands a telephone that is answered at every hour."""
HOTLINE_CLAUSE = "P2a"


What: TypeAlias = Literal["empty", "gap", "absent", "never"]
"""Nobody is on it at all; it has a gap every week; it has one in the coming seven days alone; it has nobody in all of these."""
_HOTLINE: dict[What, str] = {
    "empty": "Nobody is on the roster of the hotline, which must be answered at every hour.",
    "gap": "Nobody answers the hotline from {from_day} {from_time} to {to_day} {to_time}.",
    "absent": "In the coming week nobody answers the hotline from {from_day} {from_time} to {to_day} {to_time}, because of absences.",
    "never": "Nobody answers the hotline at any hour of the coming week.",
}
_ROLE: dict[What, str] = {
    "empty": "Nobody is on the roster of the role {role}, which must have somebody on duty at every hour.",
    "gap": "Nobody is on duty as {role} from {from_day} {from_time} to {to_day} {to_time}.",
    "absent": "In the coming week nobody is on duty as {role} from {from_day} {from_time} to {to_day} {to_time}, because of absences, or because a role ends.",
    "never": "Nobody is on duty as {role} at any hour of the coming week.",
}


class Manned(NamedTuple):
    """A roster that must have somebody at every hour. `role`: whose it is; None: the hotline's."""

    roster: str
    clause: str
    role: Role | None = None

    def finding(self, what: What, starts: int = 0, ends: int = 0) -> Finding:
        """What a check says of it; `starts` and `ends`: minutes of the week."""
        (from_day, from_time), (to_day, to_time) = in_words(starts), in_words(ends)
        hours: dict[str, Param] = {"from_day": Word(from_day), "from_time": from_time}
        hours |= {"to_day": Word(to_day), "to_time": to_time}
        if self.role is None:
            mend = 'Add somebody to the rosters of the office file, roster "hotline".'
            return Finding("error", _HOTLINE[what], self.clause, mend, hours)
        mend = "Add somebody who holds the role {role} to its roster in the office file."
        return Finding("error", _ROLE[what], self.clause, mend, hours | {"role": self.role})

    def told(self, language: str, starts: int, ends: int) -> str:
        """A gap in words. Names nobody."""
        what: What = "never" if ends - starts >= WEEK else "gap"
        return self.finding(what, starts, ends).told(language)


def manned(office: OfficeView, day: date) -> tuple[Manned, ...]:
    """The rosters of an office that must have somebody at every hour, by what is in force on a day."""
    hotline = (Manned(HOTLINE, HOTLINE_CLAUSE),) if office.kind in KINDS else ()
    return (*hotline, *_of_roles(procedures_of(office.kind, day)))


def _of_roles(procedures: Sequence[Procedure]) -> Iterator[Manned]:
    roles = {role for procedure in procedures for role in procedure.roles() if role.rostered}
    for role in sorted(roles, key=lambda role: role.name):
        yield Manned(role.name, clause_of(role, procedures), role)


def clause_of(role: Role, procedures: Sequence[Procedure]) -> str:
    """The clause by which somebody of this role must be there: of the first act that is for this role before any other, else of what tells it."""
    own = (
        act.clause for procedure in procedures for act in procedure.acts if role in roles_of(act.by, 0)[:1]
    )
    told = (
        deadline.clause
        for procedure in procedures
        for deadline in procedure.deadlines
        for rung in deadline.ladder
        if role in rung.tell
    )
    return next(own, None) or next(told, "house")
