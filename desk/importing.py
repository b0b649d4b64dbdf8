"""Taking over an older register: what would be done, or was done, row by row accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.text import Text

from casework.imports import read_mapping, run_import
from desk.answer import give
from desk.progress import bar
from desk.troubles import FOUND_WRONG
from states.editions import in_force
from states.words import catalogue, label

if TYPE_CHECKING:
    from pathlib import Path

    from casework.imports import ImportReport
    from desk.output import Paper
    from desk.session import Desk


def run(desk: Desk, file: Path, mapping_file: Path, *, dry_run: bool) -> None:
    """Import a file, or say what that would do; ends with 1 where rows were refused. Raises BadInput with nothing imported."""
    mapping = read_mapping(mapping_file)
    with desk.reading() as (_, actor, me):
        office = me.office_key
    with bar(desk, desk.say("rows")) as progress:
        report = run_import(
            desk.store,
            office,
            file,
            mapping,
            actor,
            desk.at,
            dry_run=dry_run,
            progress=progress,
            translate=catalogue(desk.language).gettext,
        )
    give(desk, report, lambda paper: _write(desk, paper, report, dry_run=dry_run))
    if report.refused:
        raise typer.Exit(FOUND_WRONG)


def _write(desk: Desk, paper: Paper, report: ImportReport, *, dry_run: bool) -> None:
    paper.line(
        (
            desk.say("A dry run: nothing was written.") if dry_run else desk.say("Imported."),
            "soon" if dry_run else "fine",
        )
    )
    rows = [
        (Text(desk.say("rows")), Text(f"{report.rows:,}")),
        (Text(desk.say("open, as live cases")), Text(f"{report.live:,}", "fine")),
        (Text(desk.say("closed, as history")), Text(f"{report.history:,}", "fine")),
        (Text(desk.say("there already")), Text(f"{report.already:,}", "faint")),
        (Text(desk.say("refused")), Text(f"{report.refused:,}", "late" if report.refused else "faint")),
    ]
    paper.table(["", ""], rows, indent=2)
    for name, counts in report.by_procedure.items():
        law = label(in_force(name, desk.at.date()), desk.language)
        paper.line(
            f"{law}: ",
            desk.say(
                "{live} live, {history} as history",
                live=counts.get("live", 0),
                history=counts.get("history", 0),
            ),
            indent=4,
        )
    if report.refused:
        reasons = ", ".join(f"{reason} {n:,}" for reason, n in report.by_reason.items())
        paper.line((desk.say("Refused: {reasons}.", reasons=reasons), "late"), indent=2)
        if report.refused_file is not None:
            paper.line(
                desk.say(
                    "Each with its reason in {file}: mend them in the original and import it again.",
                    file=str(report.refused_file),
                ),
                indent=2,
            )
