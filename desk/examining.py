"""Whether all is well: the office, the installation, the record. Something wrong ends with 1, and says what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from casework.audit import verify
from casework.check import check_office
from desk.answer import give
from desk.troubles import FOUND_WRONG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.audit import AuditReport
    from casework.findings import Finding
    from desk.output import Paper
    from desk.session import Desk


def check(desk: Desk, key: str) -> None:
    """Check an office."""
    with desk.store.reading() as session:
        where = desk.office(session, key or None)
        found = check_office(session, where.key, desk.at)
    _tell(
        desk,
        found,
        desk.say("The office {key} can work as its procedures demand.", key=where.key),
        {"office": where.key},
    )


def doctor(desk: Desk) -> None:
    """Examine the installation, also one that cannot be opened."""
    from casework.doctor import ADDRESS, examine  # noqa: PLC0415  it alone looks at more than the store

    # Where `up` starts no server, on one of several machines, the flows know theirs from this variable.
    elsewhere = desk.environ.get("PREFECT_API_URL") or None
    found = examine(
        desk.settings,
        desk.at,
        prefect=None if (desk.settings.home / ADDRESS).is_file() else elsewhere,
    )
    _tell(desk, found, desk.say("This installation is well."), {})


def try_again(desk: Desk) -> None:
    """Try again what was set aside: the watch fires and delivers it at its next look."""
    from casework.doctor import retry  # noqa: PLC0415  as above

    done = retry(desk.store, desk.at)
    said = desk.say(
        "Tried again as soon as the watch runs: deadlines: {deadlines}, messages: {messages}.",
        **done._asdict(),
    )
    give(desk, done._asdict(), lambda paper: paper.line((f"✓ {said}", "fine")))


def _tell(desk: Desk, found: Sequence[Finding], well: str, more: dict[str, object]) -> None:
    errors = [one for one in found if one.severity == "error"]

    def show(paper: Paper) -> None:
        write_findings(desk, paper, found)
        if not errors:
            paper.line((f"✓ {well}", "fine"))

    give(desk, {**more, "ok": not errors, "findings": plain_findings(desk, found)}, show)
    if errors:
        raise typer.Exit(FOUND_WRONG)


def plain_findings(desk: Desk, found: Sequence[Finding]) -> list[dict[str, object]]:
    """What was found, for programs, in the language of the run."""
    return [
        {
            "severity": one.severity,
            "sentence": one.told(desk.language),
            "clause": one.clause,
            "hint": one.hinted(desk.language),
        }
        for one in found
    ]


def write_findings(desk: Desk, paper: Paper, found: Sequence[Finding]) -> None:
    """Write what is wrong in red, what is to be thought about in yellow, and under each what to do."""
    for one in found:
        mark, style = ("✗", "late") if one.severity == "error" else ("!", "soon")
        paper.line((f"{mark} {one.told(desk.language)}", style), (f"  {one.clause}", "clause"))
        if hint := one.hinted(desk.language):
            paper.line((hint, "faint"), indent=2)


def verify_record(desk: Desk) -> None:
    """Replay every event and compare; say what no such examination can show."""
    shown = not desk.as_json and desk.paper.console.is_terminal
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=desk.paper.console, transient=True, disable=not shown) as bar:
        task = bar.add_task(desk.say("cases"), total=None)
        report = verify(
            desk.store, progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    findings = [
        {"ref": one.ref, "seq": one.seq, "sentence": desk.say(one.sentence, **one.params)}
        for one in report.findings
    ]
    limits = [desk.say(sentence) for sentence in report.cannot_prove]
    answer = {
        "whole": report.whole,
        "cases": report.cases,
        "events": report.events,
        "findings": findings,
        "cannot_prove": limits,
    }
    give(desk, answer, lambda paper: _write_audit(desk, paper, report, limits))
    if not report.whole:
        raise typer.Exit(FOUND_WRONG)


def _write_audit(desk: Desk, paper: Paper, report: AuditReport, limits: Sequence[str]) -> None:
    for one in report.findings:
        paper.line((f"✗ {desk.say(one.sentence, **one.params)}", "late"))
    said = (
        "The record of {cases} cases with {events} events is whole."
        if report.whole
        else "{cases} cases with {events} events were examined: the record was changed."
    )
    paper.line(
        (
            desk.say(said, cases=f"{report.cases:,}", events=f"{report.events:,}"),
            "fine" if report.whole else "late",
        )
    )
    paper.line((desk.say("What this cannot show:"), "faint"))
    for sentence in limits:
        paper.line((f"· {sentence}", "faint"), indent=2)
