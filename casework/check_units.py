"""Whether each unit of an office has somebody who can answer for it: a complaint handed over to it would find nobody (H3.4)."""

from collections.abc import Iterator

from casework.check_roles import Checked
from casework.findings import Finding, Param


def unit_findings(checked: Checked) -> Iterator[Finding]:
    """Yield each unit in which nobody holds a role that leads it, where a unit answers for the cases of a procedure."""
    for procedure in checked.procedures:
        if not procedure.answering or not procedure.led_by:
            continue
        leading = tuple(role.name for role in procedure.led_by)
        # By the clause of the step that gives a case to a unit: the last that names one.
        clause = procedure.answering[-1].step.clause
        for unit in checked.office.units:
            if not checked.office.is_led(unit, leading, checked.day):
                params: dict[str, Param] = {"unit": unit, "roles": procedure.led_by}
                sentence = "Nobody in the unit {unit} is {roles}: nobody could answer a complaint for it."
                hint = "Give one of these roles, with this unit, to somebody in the office file."
                yield Finding("error", sentence, clause, hint, params)
