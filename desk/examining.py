"""Whether all is well: the office, the installation. Something wrong ends with 1, and says what to do about it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import typer

from casework.check import check_office
from casework.errors import Duecourse
from casework.report_scope import examines, keeps_secrets
from desk.answer import give
from desk.troubles import FOUND_WRONG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.findings import Finding
    from casework.people import PersonView
    from desk.output import Paper
    from desk.session import Desk


def check(desk: Desk, key: str) -> None:
    """Check an office."""
    with desk.store.reading() as session:
        where = desk.office(session, key or None)
        found = check_office(session, where.key, desk.at, person=desk.whoever(session))
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
    person = _whoever(desk)
    found = examine(
        desk.settings,
        desk.at,
        prefect=None if (desk.settings.home / ADDRESS).is_file() else elsewhere,
        person=person,
    )
    _tell(desk, found, desk.say("This installation is well."), {}, note=_left_out(desk, person))


def try_again(desk: Desk) -> None:
    """Try again what was set aside: the watch fires and delivers it at its next look."""
    from casework.doctor import retry  # noqa: PLC0415  as above

    done = retry(desk.store, desk.at, _whoever(desk))
    said = desk.say(
        "Tried again as soon as the watch runs: deadlines: {deadlines}, messages: {messages}.",
        **done._asdict(),
    )
    give(desk, done._asdict(), lambda paper: paper.line((f"✓ {said}", "fine")))


def _left_out(desk: Desk, person: PersonView | None) -> str:
    """That something is not counted here, where that is so."""
    with suppress(Duecourse), desk.store.reading() as session:
        if keeps_secrets(session) and not (person and examines(session.connection(), person)):
            return desk.say("Secret cases are counted here for their auditor alone: add --as TOKEN.")
    return ""


def _whoever(desk: Desk) -> PersonView | None:
    """Who asks, where that can be found out: also an installation that cannot be opened is examined."""
    with suppress(Duecourse), desk.store.reading() as session:
        return desk.whoever(session)
    return None


def _tell(
    desk: Desk, found: Sequence[Finding], well: str, more: dict[str, object], *, note: str = ""
) -> None:
    errors = [one for one in found if one.severity == "error"]

    def show(paper: Paper) -> None:
        write_findings(desk, paper, found)
        if not errors:
            paper.line((f"✓ {well}", "fine"))
        if note:
            paper.line((note, "faint"))

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
