"""What is wrong with an office file by itself: words that nobody knows, persons who are not there, settings outside their bounds."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casework.kinds import delegated, kinds, roles_of_kind
from casework.office_reading import Reading, place
from casework.office_schema import OfficeFile, RoleTable, SettingTable
from casework.office_settings import Setting, known_settings
from casework.rosters import minute_of_day

HOTLINE = "hotline"
"""The one roster that is not a role's: who answers the telephone (P2a)."""
_PLAIN = re.compile("[a-z_]{1,40}")


def faults_of(reading: Reading, file: OfficeFile) -> Iterator[str]:
    """Yield everything that is wrong with what could be read of a file, by itself."""
    if file.office.kind not in kinds():
        yield f"office.kind: there are no procedures for {_quoted(file.office.kind)}; there is: {', '.join(kinds())}"
        return
    if not _zone_known(file.office.zone):
        yield 'office.zone: there is no such time zone; write an IANA name such as "Asia/Shanghai"'
    yield from _twice(reading, "units", [unit.key for unit in file.units], "key")
    yield from _twice(reading, "people", [person.handle for person in file.people], "handle")
    yield from _twice(reading, "days", [day.day.isoformat() for day in file.days], "day")
    yield from _people(reading, file)
    yield from _duties(reading, file)
    yield from _settings(reading, file)


def _zone_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _quoted(word: str) -> str:
    return word if _PLAIN.fullmatch(word) else "this"


def _twice(reading: Reading, table: str, keys: list[str], field: str) -> Iterator[str]:
    """Every key that stands twice, at its second place."""
    seen: Counter[str] = Counter()
    for number, key in reading.numbered(table, keys):
        seen[key] += 1
        if seen[key] > 1:
            yield f"{place((table, number, field))}: {key} stands there twice"


def _people(reading: Reading, file: OfficeFile) -> Iterator[str]:
    roles = roles_of_kind(file.office.kind)
    for number, person in reading.numbered("people", file.people):
        for which, role in enumerate(person.roles):
            at = place(("people", number, "roles", which))
            if role.role not in roles:
                yield f"{at}.role: there is no role {_quoted(role.role)}; there is: {', '.join(roles)}"
            if (giver := delegated(file.office.kind).get(role.role)) is not None:
                yield f"{at}.role: {role.role} is given in writing, by whoever is {giver} alone: `duecourse delegation give HANDLE --until DAY --paper FILE`"
            if role.unit is not None and role.unit not in reading.units:
                yield f"{at}.unit: there is no unit {role.unit}"
            if not _in_order(role):
                yield f"{at}.valid_until: the role ends before it begins"


def _in_order(role: RoleTable) -> bool:
    return role.valid_from is None or role.valid_until is None or role.valid_from <= role.valid_until


def _duties(reading: Reading, file: OfficeFile) -> Iterator[str]:
    rosters = (HOTLINE, *roles_of_kind(file.office.kind))
    for number, slot in reading.numbered("rosters", file.rosters):
        at = place(("rosters", number))
        if slot.person not in reading.handles:
            yield f"{at}.person: there is no person {slot.person}"
        if slot.roster not in rosters:
            yield f"{at}.roster: there is no roster {_quoted(slot.roster)}; there is: {', '.join(rosters)}"
        if slot.starts == slot.ends or minute_of_day(slot.starts) == minute_of_day("24:00"):
            yield f'{at}.until: a slot needs a beginning and another end; a whole day is from "00:00" until "24:00"'
    for number, absence in reading.numbered("absences", file.absences):
        at = place(("absences", number))
        if absence.person not in reading.handles:
            yield f"{at}.person: there is no person {absence.person}"
        if not absence.starts_at < absence.ends_at:
            yield f"{at}.ends_at: the absence ends before it begins"


def _settings(reading: Reading, file: OfficeFile) -> Iterator[str]:
    known = known_settings(file.office.kind)
    for number, setting in reading.numbered("settings", file.settings):
        at, spec = place(("settings", number)), known.get(setting.name)
        if spec is None:
            yield f"{at}.name: {_unknown(setting.name, known)}"
            continue
        try:
            spec.read(setting.value)
        except ValueError as error:
            yield f"{at}.value: {error}"
        yield from (f"{at}.{text}" for text in _approval(reading, file, setting, spec))


def _approval(reading: Reading, file: OfficeFile, setting: SettingTable, spec: Setting) -> Iterator[str]:
    people = {person.handle: person for person in file.people}
    if spec.person and setting.value not in reading.handles:
        yield "value: there is no person with this handle"
    if setting.approved_by is None:
        if spec.approvers:
            yield "approved_by: it is missing: a limit is approved by a person"
        return
    approver = people.get(setting.approved_by)
    if setting.approved_by not in reading.handles:
        yield f"approved_by: there is no person {setting.approved_by}"
    elif (
        approver is not None
        and spec.approvers
        and not any(
            role.role in spec.approvers and _holds(role, setting.valid_from) for role in approver.roles
        )
    ):
        yield f"approved_by: on that day {setting.approved_by} is none of {', '.join(sorted(spec.approvers))}"


def _holds(role: RoleTable, day: date) -> bool:
    """Whether a role is held on the day from which a setting counts; one that begins when the file is loaded is held."""
    return (role.valid_from is None or role.valid_from <= day) and (
        role.valid_until is None or day <= role.valid_until
    )


def _unknown(name: str, known: Mapping[str, Setting]) -> str:
    """Say which names there are: the limits of the same deadline if it is one, else all but the limits."""
    if name.startswith("limit."):
        same = [n for n in known if n.rpartition(".")[0] == name.rpartition(".")[0]]
        there = same or sorted({n.rpartition(".")[0] + ".(0, 1, …)" for n in known if n.startswith("limit.")})
        return f"there is no such limit; there is: {', '.join(there)}"
    plain = [n for n in known if not n.startswith("limit.")]
    return f"there is no setting {_quoted(name)}; there is: {', '.join(plain)}, and limit.PROCEDURE.DEADLINE.RUNG"
