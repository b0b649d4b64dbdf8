"""Whether an office has set what its procedures leave to it: rules of the house (H3.1), numbers (H3.3), and delegations that go on (H5.2)."""

from collections.abc import Iterator
from datetime import timedelta

from sqlmodel import Session

from casework import delegations, house_rules
from casework.asked_settings import numbers_asked
from casework.check_roles import Checked
from casework.delegated import delegations_of
from casework.findings import Finding, Param
from casework.office_settings import known_settings

SOON = timedelta(days=7)
"""How long before its last day a delegation is told of."""


def house_findings(session: Session, checked: Checked) -> Iterator[Finding]:
    """Yield what is missing or about to be."""
    yield from _rules(checked)
    yield from _numbers(checked)
    yield from _delegations(session, checked)


def _rules(checked: Checked) -> Iterator[Finding]:
    """Where an answer cites a rule of the house, there must be one."""
    office, day = checked.office, checked.day
    if house_rules.law_of_rules(office, day) is None or any(
        office.rule_holds(key, day) for key in office.rules
    ):
        return
    sentence = "No rule of the house is in force, and every answer to a complaint about the own department cites one."
    hint = "`duecourse rule add KEY --words WORDS`, by somebody with the role {keepers}."
    keepers = tuple(
        role for law in checked.procedures for role in law.roles() if role.name in house_rules.KEEPERS
    )
    named = tuple(sorted(set(keepers), key=lambda role: role.name))
    yield Finding("error", sentence, house_rules.CLAUSE, hint, {"keepers": named})


def _numbers(checked: Checked) -> Iterator[Finding]:
    """A number that the office has not set is the edition's."""
    known = known_settings(checked.office.kind)
    for name, flag in numbers_asked(checked.office.kind).items():
        if checked.office.setting(name, checked.day) is None:
            sentence = "The setting {name} is not set: {number} holds, the default of the edition."
            hint = "Add it to the settings of the office file."
            params: dict[str, Param] = {"name": name, "number": flag.default}
            yield Finding("warning", sentence, known[name].clause, hint, params)


def _delegations(session: Session, checked: Checked) -> Iterator[Finding]:
    """Whoever stands in for somebody else stops when the day has come, also in the middle of a case."""
    there = delegations_of(session, checked.office.key, checked.at)
    for one in there:
        goes_on = any(
            other.person_id == one.person_id
            and other.valid_from <= one.last_day + delegations.DAY
            and other.last_day > one.last_day
            for other in there
        )
        if one.holds and not goes_on and one.last_day <= checked.day + SOON:
            sentence = "What {handle} was given in writing ends with {day}."
            hint = (
                "If it is to go on: `duecourse delegation give {handle} --from DAY --until DAY --paper FILE`."
            )
            params: dict[str, Param] = {"handle": one.handle, "day": one.last_day}
            yield Finding("warning", sentence, delegations.CLAUSE, hint, params)
