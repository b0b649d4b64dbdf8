"""Evidence on its way in: checked by the step's form, split into what is kept in the clear and what is sealed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from casework.errors import BadInput
from casework.offices import OfficeView
from states.acts import Step
from states.forms import (
    Complainant,
    Form,
    Happened,
    Holds,
    Parties,
    Planned,
    marked,
    person_fields,
    sealed_fields,
)
from states.procedure import Procedure


@dataclass(frozen=True, repr=False)
class Evidence:
    """One step's evidence. `raised`: the facts it makes true; `parties`: people who become parties, by capacity; `persons`: handles' ids."""

    form: Form
    clear: Mapping[str, object]
    sealed: Mapping[str, object]
    raised: tuple[str, ...]
    persons: Mapping[str, int] = field(default_factory=dict)
    parties: Mapping[str, tuple[Complainant, ...]] = field(default_factory=dict)


def read_evidence(
    procedure: Procedure,
    step: Step[Any],
    office: OfficeView,
    given: Mapping[str, object],
    *,
    received_at: datetime,
    at: datetime,
) -> Evidence:
    """Check what was given against the step's form; `received_at` and `at` bound the moments it may name.

    Raises BadInput naming every field that is missing, unknown or wrong; never the values.
    """
    try:
        form: Form = step.form.model_validate(dict(given))
    except ValidationError as error:
        raise BadInput("The evidence for {step} cannot be taken: {faults}.", hint="`duecourse show REF --form {step}` shows what it asks for.",
                       step=step.name, faults="; ".join(_fault(e) for e in error.errors(include_input=False, include_url=False))) from None  # fmt: skip
    faults = tuple(_impossible(form, office, received_at, at))
    if faults:
        raise BadInput(
            "The evidence for {step} cannot be taken: {faults}.", step=step.name, faults="; ".join(faults)
        )
    shown = form.model_dump(mode="json")
    secret = sealed_fields(step.form)
    persons = {n: office.person(str(shown[n])) for n in person_fields(step.form) if shown.get(n)}
    raised = [f.key for f in procedure.flags_of_step[step.name] if getattr(form, f.field) == f.value]
    raised += [f"{step.name}.{n}@{persons[n]}" for n in procedure.named_fields[step.name] if n in persons]
    parties = {
        marker.capacity: tuple(getattr(form, name))
        for name, f in step.form.model_fields.items()
        if (marker := marked(f, Parties)) is not None
    }
    return Evidence(
        form,
        {n: v for n, v in shown.items() if n not in secret},
        {n: v for n, v in shown.items() if n in secret and v not in ("", None, [])},
        tuple(raised),
        persons,
        parties,
    )


def _impossible(form: Form, office: OfficeView, received_at: datetime, at: datetime) -> Iterator[str]:
    """What the form alone cannot see: moments that cannot be, and persons who cannot do it."""
    for name, field_ in type(form).model_fields.items():
        value = getattr(form, name)
        if value is None or value == "":
            continue
        if marked(field_, Happened) is not None and not received_at <= value <= at:
            yield f"{name} lies in the future" if value > at else f"{name} lies before the case was received"
        if marked(field_, Planned) is not None and value < at:
            yield f"{name} lies in the past"
        roles = marked(field_, Holds)
        if roles is not None and not office.holds(
            office.person(value), roles.roles, office.calendar.local_day(at)
        ):
            yield f"{name} must be somebody who is {' or '.join(roles.roles)} here today"


def _fault(error: ErrorDetails) -> str:
    """One field's fault as a phrase. Pydantic's own message is about the kind of value, never the value, once inputs are left out."""
    where = ".".join(str(part) for part in error["loc"]) or "the whole"
    kinds = {"missing": "is missing", "extra_forbidden": "is not a field of this form"}
    return f"{where} {kinds.get(error['type'], '(' + str(error['msg']) + ')')}"
