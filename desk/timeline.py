"""What happened in a case, oldest first: when, what, by whom, with the evidence that is not sealed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from casework.evidence import BESIDE
from casework.form_fields import fields_of
from casework.ladder_rows import LADDER, noted
from desk.fields import value_in_words
from desk.times import shown
from states.words import label, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from casework.queries import CaseView, Happened, RefusalView
    from desk.output import Paper
    from desk.session import Desk
    from states.procedure import Procedure

MARKS = {
    "opened": ("○", "faint"),
    "recorded": ("•", ""),
    "moved": ("▸", "fine"),
    "breached": ("✗", "late"),
    "reminded": ("!", "soon"),
    "corrected": ("✎", "soon"),
}
OURS = frozenset(
    {
        "rung",
        "tells",
        "clause",
        "late",
        "register",
        "edition",
        "before_first_edition",
        "ref",
        "at",
        "manifest_sha256",
        "row",
        "code_digest",
        BESIDE,
        LADDER,
    }
)
"""Parts of an event that the page tells otherwise or that say nothing to a reader."""


def write_timeline(desk: Desk, paper: Paper, law: Procedure, view: CaseView, zone: tzinfo) -> None:
    """Write every event, and the attempts that were refused where they happened."""
    paper.head(desk.say("What happened"))
    rows = [(event.recorded_at, 0, event.seq, _event(desk, law, event, zone)) for event in view.timeline]
    rows += [
        (refusal.at, 1, number, _refusal(desk, law, refusal, zone))
        for number, refusal in enumerate(view.refusals)
    ]
    paper.table(
        ["", "", "", "", ""], [row for _, _, _, row in sorted(rows, key=lambda one: one[:3])], indent=2
    )
    if any(event.sealed for event in view.timeline):
        paper.line(
            (desk.say("⚿ has a sealed part: duecourse show {ref} --open PURPOSE", ref=view.ref), "faint"),
            indent=2,
        )


def _event(desk: Desk, law: Procedure, event: Happened, zone: tzinfo) -> tuple[Text, Text, Text, Text, Text]:
    mark, style = MARKS.get(event.kind, ("•", ""))
    what = Text(f"{mark} {_what(desk, law, event)}", style)
    if event.kind == "moved":
        what.append(f" → {label(law.states(event.to_state), desk.language)}", "state")
    when = Text(shown(event.happened_at, zone, desk.at), "soon" if event.late else "")
    about = Text(_details(desk, law, event, zone), "faint")
    if event.late and event.kind not in {"breached", "reminded"}:
        about.append(
            (" · " if about.plain else "")
            + desk.say("recorded {time}", time=shown(event.recorded_at, zone, desk.at)),
            "soon",
        )
    if event.sealed:
        about.append(" ⚿", "faint")
    return Text(f"{event.seq}", "faint"), when, what, Text(_by(desk, event.actor), "faint"), about


def _what(desk: Desk, law: Procedure, event: Happened) -> str:
    act = law.step_named.get(event.name) or law.move_named.get(event.name)
    clock = next((deadline for deadline in law.deadlines if deadline.name == event.name), None)
    if act is not None:
        return label(act, desk.language)
    if clock is not None:
        what = label(clock, desk.language)
        return (
            desk.say("limit passed: {what}", what=what)
            if event.kind == "breached"
            else desk.say("reminder: {what}", what=what)
        )
    return label(law, desk.language) if event.name == law.name else plain(event.name)


def _by(desk: Desk, actor: str) -> str:
    """A handle or a reference as it is; a mechanism in words."""
    match actor:
        case "clock":
            return desk.say("the clock")
        case "sub":
            return desk.say("a linked case")
        case "import":
            return desk.say("the import")
        case "prefect":
            return desk.say("the flows")
        case _:
            return actor


def _details(desk: Desk, law: Procedure, event: Happened, zone: tzinfo) -> str:
    """The evidence in the clear, each value in words."""
    step = law.step_named.get(event.name)
    form = step.form if step is not None else None
    known = [
        (name, value)
        for name, value in event.clear.items()
        if name not in OURS and value not in (None, "", [])
    ]
    moments = (
        {field.name for field in fields_of(form) if field.type == "moment"}
        if form is not None
        else {"planned_at"}
    )
    told = []
    for name, value in known:
        asked = (
            plain(name)
            if desk.language == "en" or form is None or name not in form.model_fields
            else desk.say(form.model_fields[name].description or plain(name))
        )
        in_words = (
            shown(datetime.fromisoformat(value), zone, desk.at)
            if name in moments and isinstance(value, str)
            else value_in_words(form, name, value, desk.language)
        )
        told.append(f"{asked}: {in_words}")
    return " · ".join([*told, *_rung(desk, law, event)])


def _rung(desk: Desk, law: Procedure, event: Happened) -> Iterator[str]:
    """What the ladder gave when this was recorded (B12)."""
    said = noted(event.clear)
    if law.ladder is not None and said.get("number"):
        measure = label(law.ladder.measures_known[said["measure"]], desk.language)
        yield desk.say(
            "the ladder gives {measure}: number {number} within a year",
            measure=measure,
            number=said["number"],
        )


def _refusal(
    desk: Desk, law: Procedure, refusal: RefusalView, zone: tzinfo
) -> tuple[Text, Text, Text, Text, Text]:
    act = law.step_named.get(refusal.act) or law.move_named.get(refusal.act)
    what = desk.say("refused: {act}", act=label(act, desk.language) if act is not None else refusal.act)
    clauses = ", ".join(dict.fromkeys(clause for _, clause in refusal.sentences))
    return (
        Text(),
        Text(shown(refusal.at, zone, desk.at), "faint"),
        Text(f"⊘ {what}", "soon"),
        Text(_by(desk, refusal.actor), "faint"),
        Text(clauses, "clause"),
    )
