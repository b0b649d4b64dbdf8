"""The office at the command line: loading its file, what it is, the numbers it works by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from casework.check import check_office
from casework.kinds import roles_of_kind
from casework.office_file import load_office
from casework.people import people_of
from casework.queries import limits_table
from desk.acts import loaded
from desk.answer import as_json, give
from desk.examining import plain_findings, write_findings
from desk.refusal_page import able
from desk.troubles import FOUND_WRONG
from states.editions import in_force
from states.phrases import length
from states.words import label, listed, plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from casework.offices import OfficeView
    from casework.queries import LimitRow
    from desk.output import Paper
    from desk.session import Desk


def load(desk: Desk, file: Path) -> None:
    """Load an office's file, making the database if there is none, and say at once what it lacks: ends with 1 if a clause cannot be kept.

    Raises BadInput with everything that is wrong with the file; then nothing was loaded.
    """
    text = loaded(file)
    store = desk.make_store()
    with store.transaction() as session:
        done = load_office(session, text, desk.at, origin=file.name)
    with store.reading() as session:
        found = check_office(session, done.office_key, desk.at)
    lacks = [one for one in found if one.severity == "error"]

    def show(paper: Paper) -> None:
        paper.line((f"✓ {desk.say('The office {key} is loaded.', key=done.office_key)}", "fine"))
        if done.added:
            paper.line(desk.say("Whoever acts here needs a token:"))
            paper.command("duecourse person token HANDLE", indent=2)
        write_findings(desk, paper, found)

    give(desk, {**as_json(done), "findings": plain_findings(desk, found)}, show)
    if lacks:
        raise typer.Exit(FOUND_WRONG)


def show_office(desk: Desk, key: str) -> None:
    """Show an office, its hours, and who holds which role today."""
    with desk.store.reading() as session:
        where = desk.office(session, key or None)
        roles = able(people_of(session, where.key, desk.at))
    opens, closes = where.hours(where.calendar.local_day(desk.at))
    hours = {"opens": opens.isoformat("minutes"), "closes": closes.isoformat("minutes")}
    answer = {
        "key": where.key,
        "name": where.name,
        "kind": where.kind,
        "zone": str(where.zone),
        **hours,
        "roles": roles,
    }
    give(desk, answer, lambda paper: _write_office(desk, paper, where, roles, hours))


def _write_office(
    desk: Desk, paper: Paper, where: OfficeView, roles: Mapping[str, tuple[str, ...]], hours: dict[str, str]
) -> None:
    paper.line((where.name, "head"), (f"  {where.key} · {where.kind} · {where.zone}", "faint"))
    paper.line(desk.say("Open on working days from {opens} to {closes}.", **hours))
    paper.head(desk.say("Who holds which role today"))
    known = roles_of_kind(where.kind)
    rows = [
        (Text(label(role, desk.language)), Text(name, "faint"), Text(listed(roles[name], desk.language)) if name in roles else Text(desk.say("nobody"), "late"))
        for name, role in known.items()
    ]  # fmt: skip
    paper.table(["", "", ""], rows, indent=2)


def show_limits(desk: Desk, key: str, procedure: str) -> None:
    """Show every number: what the text demands, what this office has set within it."""
    with desk.store.reading() as session:
        where = desk.office(session, key or None)
        day = where.calendar.local_day(desk.at)
        rows = [row for row in limits_table(session, where.key, day) if procedure in {"", row.procedure}]
    give(
        desk,
        {"office": where.key, "day": day, "limits": rows},
        lambda paper: _write_limits(desk, paper, rows),
    )


def _write_limits(desk: Desk, paper: Paper, rows: list[LimitRow]) -> None:
    for name in dict.fromkeys(row.procedure for row in rows):
        law = in_force(name, desk.at.date())
        paper.head(label(law, desk.language), (f"  {name} · {law.edition}", "faint"))
        paper.table(
            ["", "", "", "", "", ""], [_limit(desk, row) for row in rows if row.procedure == name], indent=2
        )


def _limit(desk: Desk, row: LimitRow) -> tuple[Text, ...]:
    law = in_force(row.procedure, desk.at.date())
    deadline = next(one for one in law.deadlines if one.name == row.deadline)
    clock = deadline.clock
    if row.source == "text":
        where = Text(desk.say("the text's own; may only be tightened"), "faint")
    else:
        bounds = [length(timedelta(seconds=bound), desk.language, clock) for bound in row.between or ()]
        where = Text(
            desk.say("by default; {least} to {most}", least=bounds[0], most=bounds[1])
            if bounds
            else desk.say("by default"),
            "faint",
        )
    if row.own:
        where = Text(desk.say("set by the office since {day}", day=row.valid_from), "soon")
    roles = {role.name: label(role, desk.language) for role in law.roles()}
    tells = listed((roles.get(role, plain(role)) for role in row.tells), desk.language)
    sort = Text(desk.say("limit"), "head") if row.breach else Text(desk.say("reminder"), "faint")
    return (
        Text(label(deadline, desk.language) if row.rung == 0 else ""),
        Text(length(timedelta(seconds=row.seconds), desk.language, clock), "type"),
        sort,
        Text(tells),
        where,
        Text(row.clause, "clause"),
    )
