"""Whether the record is whole, and its anchors. Something wrong ends with 1."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from casework.anchor_delivery import deliver
from casework.anchor_places import Copies, home_folder
from casework.anchors import make_anchor
from casework.audit import verify
from casework.audit_flaws import Flaw
from casework.errors import BadInput
from casework.report_scope import report_scope
from desk.answer import give
from desk.counting import countable
from desk.troubles import FOUND_WRONG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.anchor_delivery import Delivered
    from casework.anchors import Anchored
    from casework.audit import AuditReport
    from casework.report_scope import ReportScope
    from desk.output import Paper
    from desk.session import Desk

ELSEWHERE = "Something else was changed, about which only the auditor of an office with secret cases is told: run it with that token."


def verify_record(desk: Desk, anchors: str) -> None:
    """Replay every event and compare, also with the anchors at an address, else with the home's own; say what no such examination can show.

    Raises BadInput where no anchor lies at the address that was given.
    """
    copies = Copies.at(anchors or str(home_folder(desk.settings)))
    if anchors and not copies.numbers:
        raise BadInput(
            "There is no anchor there.", hint="Give the folder or address in which their files lie."
        )
    shown = not desk.as_json and desk.paper.console.is_terminal
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=desk.paper.console, transient=True, disable=not shown) as bar:
        task = bar.add_task(desk.say("cases"), total=None)
        report = verify(
            desk.store,
            copies=copies,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    with desk.store.reading() as session:
        scope = report_scope(session, desk.whoever(session))
    report = told_of(report, scope)
    findings = [
        {"ref": one.ref, "seq": one.seq, "sentence": desk.say(one.sentence, **one.params)}
        for one in report.findings
    ]
    limits = [desk.say(sentence) for sentence in report.cannot_prove]
    answer = {
        "whole": report.whole,
        "cases": report.cases,
        "events": report.events,
        "anchors": report.anchors,
        "findings": findings,
        "cannot_prove": limits,
    }
    give(desk, answer, lambda paper: _write_audit(desk, paper, report, limits))
    if not report.whole:
        raise typer.Exit(FOUND_WRONG)


def told_of(report: AuditReport, scope: ReportScope) -> AuditReport:
    """The report as it may be told: secret cases are neither counted nor named to whoever may not know of them.

    Where an office tells nothing here at all, it is still said that something was changed, and who is told what.
    """
    if not scope.secrets:
        return report
    open_to = report.findings
    if scope.partly:
        open_to = tuple(one for one in report.findings if one.ref is not None)
    found = tuple(one for one in open_to if one.ref not in scope.hidden)
    if scope.partly and len(found) < len(report.findings):
        found = (*found, Flaw(None, None, ELSEWHERE))
    return replace(report, cases=scope.cases, events=scope.events, findings=found)


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
    beside = (
        "It was compared with {n} anchors."
        if report.anchors
        else "It was compared with no anchor: `duecourse audit anchor` makes one."
    )
    paper.line((desk.say(beside, n=report.anchors), "faint"))
    paper.line((desk.say("What this cannot show:"), "faint"))
    for sentence in limits:
        paper.line((f"· {sentence}", "faint"), indent=2)


def make_one(desk: Desk) -> None:
    """Make an anchor now, and bring every place up to date."""
    made = make_anchor(desk.store, desk.settings, desk.at)
    delivered = deliver(desk.store, desk.settings, desk.at)
    failed = [{"place": number, "code": code} for number, code in delivered.failed]
    answer = {
        "anchor": made.no,
        "digest": made.digest,
        "cases": countable(desk, made.heads),
        "places": delivered.places,
        "failed": failed,
    }
    give(desk, answer, lambda paper: _write_anchor(desk, paper, made, delivered))
    if failed:
        raise typer.Exit(FOUND_WRONG)


def _write_anchor(desk: Desk, paper: Paper, made: Anchored, delivered: Delivered) -> None:
    n = countable(desk, made.heads)
    said = desk.say("Anchor {no} is made. Its digest:", no=made.no)
    if n is not None:
        said = desk.say(
            "Anchor {no} is made; {n} cases had events since the last one. Its digest:", no=made.no, n=n
        )
    paper.line((f"✓ {said}", "fine"))
    paper.line((made.digest, "faint"), indent=2)
    for number, code in delivered.failed:
        failed = desk.say(
            "Place {number} of DUECOURSE_ANCHORS could not be brought up to date ({code}).",
            number=number,
            code=code,
        )
        paper.line((f"✗ {failed}", "late"))
