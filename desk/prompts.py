"""Asking a person for what a form still needs, one field at a time, in the form's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from casework.errors import BadInput
from casework.form_fields import FieldView, fields_of
from desk.fields import answers, choice, choices, inner_form, question
from desk.typed import COMMAS, Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.session import Desk


def complete(
    desk: Desk, reader: Reader, given: dict[str, object], handles: Sequence[str]
) -> dict[str, object]:
    """Return what was given with the answers to what was not; without a person to ask, only what was given.

    An empty answer leaves a field out where that is allowed. An answer that the form would refuse is asked for again.
    """
    if desk.ask is None or desk.as_json:
        return given
    missing = [field for field in fields_of(reader.form) if field.name not in given]
    if not any(field.required for field in missing):
        return given
    answered = dict(given)
    for field in missing:
        value = (
            _people(desk, reader, field, handles)
            if field.type == "list"
            else _one(desk, reader, field, handles)
        )
        if value is not None:
            answered[field.name] = value
    return answered


def _people(desk: Desk, reader: Reader, field: FieldView, handles: Sequence[str]) -> list[dict[str, object]]:
    """Any number of records; an empty answer to the first question of one ends them."""
    desk.paper.line((question(field, desk.language), "head"))
    within = Reader(inner_form(reader.form, field.name), reader.zone, reader.now)
    found: list[dict[str, object]] = []
    while True:
        record: dict[str, object] = {}
        for number, inner in enumerate(field.fields):
            value = _one(desk, within, inner, handles, before=f"{len(found) + 1}. ", ends=number == 0)
            if value is None and number == 0:
                return found
            if value is not None:
                record[inner.name] = value
        found.append(record)


def _one(
    desk: Desk,
    reader: Reader,
    field: FieldView,
    handles: Sequence[str],
    *,
    before: str = "",
    ends: bool = False,
) -> object:
    """One answer that the field takes, or None."""
    while True:
        typed = (desk.ask or input)(f"{before}{_prompt(desk, reader, field, handles, ends=ends)}: ").strip()
        if not typed and (ends or not field.required):
            return None
        try:
            value = reader.answer(field, _by_number(reader, field, typed, handles))
            _check(reader, field, value)
        except BadInput as error:
            desk.paper.line((error.told(desk.say), "soon"), indent=2)
        else:
            return value


def _prompt(desk: Desk, reader: Reader, field: FieldView, handles: Sequence[str], *, ends: bool) -> str:
    asks = question(field, desk.language)
    if field.type == "choice":
        offered = [choice(value, desk.language) for value in choices(reader.form, field.name)]
    elif field.type == "person":
        offered = list(handles)
    else:
        offered = []
    shown = "  ".join(f"{number}) {one}" for number, one in enumerate(offered, 1))
    if not shown and field.type != "words":
        shown = answers(reader.form, field, desk.language)
    elif field.several:
        shown = desk.say("{answers}; several separated by commas", answers=shown)
    if ends:
        shown = desk.say("Enter: nobody more")
    elif not field.required:
        shown = f"{shown}; {desk.say('Enter: leave out')}" if shown else desk.say("Enter: leave out")
    return f"{asks} [{shown}]" if shown else asks


def _by_number(reader: Reader, field: FieldView, typed: str, handles: Sequence[str]) -> str:
    """The number of an offered answer stands for it."""
    if field.several and COMMAS.search(typed):
        return ",".join(_by_number(reader, field, one.strip(), handles) for one in COMMAS.split(typed))
    offered = (
        [str(value.value) for value in choices(reader.form, field.name)] if field.type == "choice" else []
    )
    if field.type == "person":
        offered = list(handles)
    return offered[int(typed) - 1] if typed.isdigit() and 1 <= int(typed) <= len(offered) else typed


def _check(reader: Reader, field: FieldView, value: object) -> None:
    """Ask the field's own type, so that a slip is mended at once and not after the last question. Raises BadInput."""
    info = reader.form.model_fields[field.name]
    try:
        TypeAdapter(info.rebuild_annotation()).validate_python(value)
    except ValidationError as error:
        faults = "; ".join(fault["msg"] for fault in error.errors(include_input=False, include_url=False))
        raise BadInput("This does not fit: {faults}.", faults=faults) from None
