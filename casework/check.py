"""Whether an office can work as its procedures demand: `duecourse check`.

An error means that a clause cannot be kept today; a warning, that it hangs by a thread.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session

import models
from casework.check_accounts import account_findings
from casework.check_group import group_findings
from casework.check_house import house_findings
from casework.check_roles import Checked, role_findings
from casework.check_roster import roster_findings
from casework.check_rules import rule_findings
from casework.check_units import unit_findings
from casework.errors import BadInput
from casework.findings import Finding, Param
from casework.hand import CASES
from casework.kinds import procedures_of
from casework.need_to_know import secret_laws
from casework.office_settings import known_settings, required_settings
from casework.people import PersonView, office_row, people_of
from casework.sight import hidden_from
from casework.store import store_of
from casework.workdays import WorkCalendar

EVENTS = models.table(models.Event)
AHEAD = timedelta(days=30)
"""How far ahead working days should be certain: longer than any clock that counts them."""
SLACK = timedelta(minutes=5)
"""How far this machine's clock may be behind the newest event, which another machine may have written."""


def check_office(
    session: Session, office_key: str, at: datetime, *, person: PersonView | None = None
) -> list[Finding]:
    """Everything that is wrong with an office at `at`, errors first. `person`: who asks; secret cases are counted only for who may know of them.

    Raises BadInput for an unknown office.
    """
    connection = session.connection()
    row = office_row(connection, office_key)
    try:
        WorkCalendar(row.zone)
    except BadInput:
        sentence = "This machine does not know the time zone {zone} of the office."
        return [
            Finding(
                "error", sentence, "X4", "Install the time zone data of this machine.", {"zone": row.zone}
            )
        ]
    office = store_of(session).offices(connection)[row.id]
    day = office.calendar.local_day(at)
    everybody = people_of(session, office_key, at, retired=True)
    checked = Checked(connection, office, at, day, everybody, procedures_of(office.kind, day))
    found = [*role_findings(checked), *_settings(checked), *_left(checked, person), *_time(checked)]
    found += [*group_findings(checked), *rule_findings(checked), *account_findings(session, checked)]
    found += house_findings(session, checked)
    found += unit_findings(checked)
    found += roster_findings(connection, office, at, everybody, checked.procedures)
    return sorted(found, key=lambda finding: finding.severity)


def _settings(checked: Checked) -> Iterator[Finding]:
    """The blanks of the text, and who is said to be responsible (P2b)."""
    for setting in required_settings(checked.office.kind):
        if not checked.office.setting(setting.name, checked.day):
            hint = "Add it to the settings of the office file."
            yield Finding("error", setting.empty, setting.clause, hint, {"name": setting.name})
    working = {person.handle for person in checked.everybody if person.active}
    for setting in known_settings(checked.office.kind).values():
        handle = checked.office.setting(setting.name, checked.day) if setting.person else None
        if handle and str(handle) not in working:
            sentence = "{handle} is published as {name} and does not work here any more."
            hint = "Name somebody else in the settings, and publish it again."
            yield Finding(
                "error",
                sentence,
                setting.clause,
                hint,
                {"handle": str(handle), "name": setting.name.replace("_", " ")},
            )


def _left(checked: Checked, person: PersonView | None) -> Iterator[Finding]:
    """Open cases in the hands of people who have left."""
    here = {person.id for person in checked.working()}
    gone = {
        account: person.handle
        for person in checked.everybody
        for account in person.accounts
        if person.id not in here
    }
    theirs = CASES.c.office_id == checked.office.id, CASES.c.closed_at.is_(None), CASES.c.handler_id.in_(gone)
    rows = checked.connection.execute(select(CASES.c.id, CASES.c.handler_id).where(*theirs)).all()
    hidden = hidden_from(checked.connection, [row.id for row in rows], person)
    if person is None and secret_laws(checked.office.kind):
        hidden = {row.id for row in rows}
    counted = Counter(row.handler_id for row in rows if row.id not in hidden)
    for handler, n in sorted(counted.items()):
        sentence = "{handle} has left and still handles open cases: {n}."
        hint = (
            "`duecourse list --handler {handle}` shows them; `duecourse assign` gives them to somebody else."
        )
        yield Finding("error", sentence, "P6b", hint, {"handle": gone[handler], "n": n})


def _time(checked: Checked) -> Iterator[Finding]:
    """Working days that are not announced yet, and a clock that goes behind the record."""
    ahead = checked.office.calendar.local_day(checked.at + AHEAD)
    if checked.office.calendar.provisional(ahead):
        sentence = "The working days up to {day} are not announced yet: what is due by then is provisional."
        hint = "Update the holidays library, or enter the days in the office file."
        yield Finding("warning", sentence, "X4", hint, {"day": ahead})
    newest = checked.connection.execute(
        select(EVENTS.c.recorded_at).order_by(EVENTS.c.id.desc()).limit(1)
    ).scalar()
    if newest is not None and newest - checked.at > SLACK:
        sentence = "The clock of this machine shows {now}, and the record already goes to {newest}."
        params: dict[str, Param] = {
            "now": checked.office.calendar.local(checked.at),
            "newest": checked.office.calendar.local(newest),
        }
        yield Finding(
            "error", sentence, "X4", "Set the clock right before anything else is recorded.", params
        )
