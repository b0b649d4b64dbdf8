"""What is sealed, opened on the terminal and nowhere else; who has read it; the papers that were served on whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from casework.instruments import served_on
from casework.reading_log import readings_for
from casework.readings import open_case
from desk.acts import do, seen
from desk.answer import give
from desk.times import shown
from states.acts import Step
from states.editions import edition
from states.words import label, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from sqlmodel import Session

    from casework.instruments import InstrumentView
    from casework.outcome import Refused
    from casework.people import PersonView
    from casework.reading_log import ReadingView
    from casework.readings import Opened
    from desk.output import Paper
    from desk.session import Desk
    from states.facts import Actor
    from states.procedure import Procedure


def reveal(desk: Desk, ref: str, purpose: str) -> None:
    """Open identities and narrative for a purpose. The reading is recorded first. Raises BadInput, or Turned for want of a consent."""
    view, zone, _ = seen(desk, ref)

    def act(session: Session, actor: Actor, _: PersonView) -> Opened | Refused:
        return open_case(session, ref, actor, desk.at, purpose=purpose)

    # The words are kept sealed: the command to type again does not repeat them.
    opened = do(desk, ref, ["reveal", view.ref, "--purpose", "…"], act)
    law = edition(view.procedure, view.edition)
    give(desk, opened, lambda paper: _write_opened(desk, paper, law, opened, zone))


def _write_opened(desk: Desk, paper: Paper, law: Procedure, opened: Opened, zone: tzinfo) -> None:
    paper.line((desk.say("Opened: {ref}. Your reading is recorded.", ref=opened.ref), "soon"))
    _write_people(desk, paper, opened)
    paper.head(desk.say("Words"))
    for event in opened.events:
        act = law.step_named.get(event.name) or law.move_named.get(event.name)
        named = label(act, desk.language) if act is not None else plain(event.name)
        gone = (
            desk.say("corrected by {seq}", seq=event.superseded_by) if event.superseded_by is not None else ""
        )
        paper.line(
            (f"{event.seq}  {shown(event.happened_at, zone, desk.at)}  {named}", "head"),
            (f"  {gone}", "soon"),
            indent=2,
        )
        form = act.form if isinstance(act, Step) else None
        for name, words in event.words.items():
            field = form.model_fields.get(name) if form is not None else None
            asked = desk.say(field.description) if field is not None and field.description else plain(name)
            if isinstance(words, str):  # people stand above already
                paper.line((f"{asked}: ", "faint"), words, indent=4)


def _write_people(desk: Desk, paper: Paper, opened: Opened) -> None:
    rows = []
    for party in opened.parties:
        known = party.identity
        who = (
            [known.name or desk.say("without a name"), known.phone, known.contact]
            if known is not None
            else [desk.say("a member of staff")]
        )
        rows.append(
            (
                Text(f"{label_of_party(desk, party.kind)} {party.no}", "faint"),
                *(Text(part) for part in (*who, "", "")[:3]),
                Text(desk.say("receives for all") if party.speaks_for_all else "", "faint"),
            )
        )
    if rows:
        paper.head(desk.say("People"))
        paper.table(["", "", "", "", ""], rows, indent=2)


def label_of_party(desk: Desk, kind: str) -> str:
    """In which capacity somebody takes part."""
    match kind:
        case "complainant":
            return desk.say("complainant")
        case "respondent":
            return desk.say("respondent")
        case "representative":
            return desk.say("representative")
        case _:
            return plain(kind)


def show_readings(desk: Desk, ref: str) -> None:
    """List who has read what is sealed of a case. Raises BadInput, or Turned for whoever may see the case and not its readings."""
    view, zone, _ = seen(desk, ref)

    def act(session: Session, actor: Actor, _: PersonView) -> tuple[ReadingView, ...] | Refused:
        return readings_for(session, ref, actor, desk.at)

    found = do(desk, ref, ["readings", view.ref], act)
    give(desk, {"ref": view.ref, "readings": found}, lambda paper: _write_readings(desk, paper, found, zone))


def _write_readings(desk: Desk, paper: Paper, found: Sequence[ReadingView], zone: tzinfo) -> None:
    if not found:
        paper.line((desk.say("Nobody has read what is sealed of this case."), "faint"))
    what = {
        "case": desk.say("people and words"),
        "attachment": desk.say("an attachment"),
        "bag": desk.say("the bag in the archive"),
    }
    gone = desk.say("the purpose went with the key of the case")
    rows = [
        (
            Text(shown(one.at, zone, desk.at)),
            Text(one.handle, "head"),
            Text(what.get(one.what, plain(one.what))),
            Text(one.purpose) if one.purpose is not None else Text(gone, "faint"),
        )
        for one in found
    ]
    paper.table([desk.say("When"), desk.say("Who"), desk.say("What"), desk.say("For what purpose")], rows)


def show_served(desk: Desk) -> None:
    """List the papers that were served on the person of the token: number, kind, date and words, and nothing of any case."""
    with desk.reading() as (session, actor, _):
        found = served_on(session, actor)
        zone = desk.zone(session)
    give(desk, {"served": found}, lambda paper: _write_served(desk, paper, found, zone))


def _write_served(desk: Desk, paper: Paper, found: Sequence[InstrumentView], zone: tzinfo) -> None:
    if not found:
        paper.line((desk.say("Nothing has been served on you."), "faint"))
    for one in found:
        when = shown(one.served_at, zone, desk.at, seconds=False)
        paper.line((one.number, "type"), f"  {desk.say(plain(one.kind))}  ", (when, "faint"))
        words = one.words if one.words is not None else desk.say("Its words are no longer kept.")
        paper.line(words, indent=2)
