"""Evidence on its way in: checked by the step's form, split into what is kept in the clear and what is sealed."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from casework.docket import micros
from casework.errors import BadInput
from casework.offices import OfficeView
from states.acts import Step
from states.conditions import Above, Among, ByOffice, Fact, Flag, Given, HeldBy, Listed
from states.forms import (
    Complainant,
    Form,
    Happened,
    Holds,
    HouseRule,
    Led,
    Parties,
    Planned,
    UnitKey,
    marked,
    person_fields,
    sealed_fields,
)
from states.procedure import Procedure

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}|[0-9]{1,4}")
BESIDE = "facts"
"""Beside the evidence in the clear: the facts that cannot be told from it, where a rule asks for them."""


IsListed: TypeAlias = Callable[[str, Sequence[Complainant]], bool]


def nobody_is_listed(_kept: str, _people: Sequence[Complainant]) -> bool:
    """Answer for a procedure that asks for no list."""
    return False


@dataclass(frozen=True, repr=False)
class Evidence:
    """One step's evidence. `raised`: the facts it makes true; `parties`: people who become parties, by capacity; `persons`: handles' ids."""

    form: Form
    clear: Mapping[str, object]
    sealed: Mapping[str, object]
    raised: tuple[str, ...]
    persons: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    parties: Mapping[str, tuple[Complainant, ...]] = field(default_factory=dict)


def read_evidence(
    procedure: Procedure,
    step: Step[Any],
    office: OfficeView,
    given: Mapping[str, object],
    *,
    received_at: datetime,
    at: datetime,
    begun: datetime | None = None,
    listed: IsListed = nobody_is_listed,
) -> Evidence:
    """Check what was given against the step's form; `received_at` and `at` bound the moments it may name.

    `begun`: when everything was there that it rests on; no day that lies behind, such as that of a minute, comes before. `listed`: answers
    whether some of these people are on a list that the office keeps.

    Raises BadInput naming every field that is missing, unknown or wrong; never the values.
    """
    try:
        form: Form = step.form.model_validate(dict(given))
    except ValidationError as error:
        raise BadInput("The evidence for {step} cannot be taken: {faults}.", hint="`duecourse show REF --form {step}` shows what it asks for.",
                       step=step.name, faults="; ".join(_fault(e) for e in error.errors(include_input=False, include_url=False))) from None  # fmt: skip
    faults = tuple(_impossible(form, office, received_at, at, begun or received_at))
    if faults:
        raise BadInput(
            "The evidence for {step} cannot be taken: {faults}.", step=step.name, faults="; ".join(faults)
        )
    shown = form.model_dump(mode="json")
    secret = sealed_fields(step.form)
    persons = {
        n: tuple(dict.fromkeys(office.person(h) for h in handles_in(shown[n])))
        for n in person_fields(step.form)
        if shown.get(n)
    }
    flags = procedure.flags_of_step[step.name]
    day = office.calendar.local_day(at)
    raised = [
        f.key
        for f in flags
        if (
            by_the_office(f, getattr(form, f.field), office, day, persons.get(f.field, ()), listed)
            if isinstance(f, ByOffice)
            else f.told_by(getattr(form, f.field))
        )
    ]
    raised += [f"{step.name}.{n}@{p}" for n in procedure.named_fields[step.name] for p in persons.get(n, ())]
    raised += places_and_moments(procedure, step, shown)
    clear: dict[str, object] = {n: v for n, v in shown.items() if n not in secret}
    if beside := [f.key for f in flags if not_in_the_clear(f, secret) and f.key in raised]:
        clear[BESIDE] = beside
    parties = {
        marker.capacity: tuple(getattr(form, name))
        for name, f in step.form.model_fields.items()
        if (marker := marked(f, Parties)) is not None
    }
    return Evidence(
        form,
        clear,
        {n: v for n, v in shown.items() if n in secret and v not in ("", None, [])},
        tuple(raised),
        persons,
        parties,
    )


def not_in_the_clear(flag: Flag, secret: frozenset[str]) -> bool:
    """Whether a fact cannot be told from what is kept in the clear: a sealed field was filled in, the form says it of itself, or the office's data decided."""
    return isinstance(flag, Fact | ByOffice) or (isinstance(flag, Given) and flag.field in secret)


def by_the_office(
    flag: ByOffice, value: object, office: OfficeView, day: date, persons: tuple[int, ...], listed: IsListed
) -> bool:
    """Whether a record means this by the office's own data on its day."""
    match flag:
        case Above(setting=setting, default=default):
            return isinstance(value, int) and value > int(str(office.setting(setting, day, default)))
        case Among(setting=setting, default=default):
            words = {str(one) for one in value} if isinstance(value, tuple | list) else {str(value)}
            return not words.isdisjoint(words_of(office.setting(setting, day, ",".join(default))))
        case HeldBy(role=role):
            return role is not None and any(office.holds(person, (role.name,), day) for person in persons)
        case Listed(kept=kept):
            return isinstance(value, tuple) and listed(kept, value)
        case _:
            raise TypeError(f"nobody decides {type(flag).__name__}")


def words_of(setting: object) -> frozenset[str]:
    """The words of a setting that is a list: separated by commas."""
    return frozenset(word.strip() for word in str(setting).split(",") if word.strip())


def places_and_moments(procedure: Procedure, step: Step[Any], shown: Mapping[str, object]) -> Iterator[str]:
    """The atoms of the units that a record names and of the moments that a clock counts from, of what is kept in the clear."""
    for name in procedure.unit_fields[step.name]:
        if shown.get(name):
            yield f"{step.name}.{name}|{shown[name]}"
    for one in procedure.moments[step.name]:
        if shown.get(one.field):
            yield f"{one.moment}{micros(datetime.fromisoformat(str(shown[one.field])))}"


def handles_in(value: object) -> tuple[str, ...]:
    """The handles that a field of persons holds: one, or several."""
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else (str(value),)


def _impossible(
    form: Form, office: OfficeView, received_at: datetime, at: datetime, rested: datetime
) -> Iterator[str]:
    """What the form alone cannot see: moments that cannot be, and persons who cannot do it."""
    since = office.calendar.local_day(rested)
    for name, field_ in type(form).model_fields.items():
        value = getattr(form, name)
        if value is None or value == "":
            continue
        # A day is compared with the office's days, a moment with moments.
        begun, now = (received_at, at) if isinstance(value, datetime) else _days(office, received_at, at)
        if marked(field_, Happened) is not None and not begun <= value <= now:
            yield f"{name} lies in the future" if value > now else f"{name} lies before the case was received"
        elif marked(field_, Happened) is not None and not isinstance(value, datetime) and value < since:
            yield f"{name} lies before what it rests on"
        if marked(field_, Planned) is not None and value < now:
            yield f"{name} lies in the past"
        if marked(field_, UnitKey) is not None and value not in office.units:
            yield f"{name} is no unit of the office: there is {', '.join(office.units) or 'none'}"
        yield from _of_the_house(name, field_, str(value), office, office.calendar.local_day(at))
        roles = marked(field_, Holds)
        day = office.calendar.local_day(at)
        if roles is not None and not all(
            office.holds(office.person(handle), roles.roles, day) for handle in handles_in(value)
        ):
            yield f"{name} must be somebody who is {' or '.join(roles.roles)} here today"


def _of_the_house(name: str, field: FieldInfo, value: str, office: OfficeView, day: date) -> Iterator[str]:
    """What the office's own data say against a value: a rule that is not in force, a unit that nobody leads."""
    if marked(field, HouseRule) is not None and not office.rule_holds(value, day):
        yield f"{name} is no rule of the house in force: `duecourse rule list` shows them"
    led = marked(field, Led)
    if isinstance(led, Led) and value in office.units and not office.is_led(value, led.roles, day):
        yield f"{name} is a unit in which nobody is {' or '.join(led.roles)} today: name another, or appoint somebody first"


def _days(office: OfficeView, received_at: datetime, at: datetime) -> tuple[date, date]:
    return office.calendar.local_day(received_at), office.calendar.local_day(at)


def _fault(error: ErrorDetails) -> str:
    """One field's fault as a phrase. Pydantic's own message is about the kind of value, never the value, once inputs are left out.

    What is not like the name of a field is not repeated either: it may be somebody's.
    """
    where = ".".join(str(part) if _NAME.fullmatch(str(part)) else "…" for part in error["loc"]) or "the whole"
    kinds = {"missing": "is missing", "extra_forbidden": "is not a field of this form"}
    return f"{where} {kinds.get(error['type'], '(' + str(error['msg']) + ')')}"
