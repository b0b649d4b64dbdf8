"""Recording steps, making moves, attaching files, mending records: from what was typed through the door to what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework import fire
from casework.attachments import Attached, attach
from casework.corrections import correct
from casework.errors import BadInput
from casework.outcome import Fired, Refused
from desk.acts import do, evidence_for, handles, loaded, moment, refused_before_asking, seen, show_done
from desk.answer import give
from desk.typed import Reader
from states.editions import edition

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlmodel import Session

    from casework.people import PersonView
    from desk.session import Desk
    from states.acts import Step
    from states.facts import Actor
    from states.procedure import Procedure


def _step(law: Procedure, name: str) -> Step[Any]:
    """The step of this name. Raises BadInput listing those there are, in the door's words."""
    step = law.step_named.get(name)
    if step is None:
        raise BadInput("{procedure} has no {kind} {name}.", hint="There is: {there}.", procedure=law.name, kind="step", name=name[:60],
                       there=", ".join(law.step_named))  # fmt: skip
    return step


def record(
    desk: Desk, ref: str, name: str, typed: Sequence[str] | None, file: Path | None, *, happened_at: str = "", reason: str = "",
    command_id: str = "", version: int | None = None,
) -> None:  # fmt: skip
    """Record a step. Raises BadInput, Stale, or Turned when the door refuses."""
    view, zone, able = seen(desk, ref)
    step = _step(edition(view.procedure, view.edition), name)
    happened = moment(desk, happened_at, zone)
    refused_before_asking(desk, view, step, typed or file)
    evidence = evidence_for(desk, step.form, zone, handles(able), typed, file)

    def act(session: Session, actor: Actor, _: PersonView) -> Fired | Refused:
        return fire.record(
            session, ref, name, actor, desk.at, evidence=evidence, happened_at=happened, reason=reason, expected_version=version,
            command_id=command_id or None,
        )  # fmt: skip

    done = do(desk, ref, ["record", view.ref, name], act)
    give(desk, done, lambda paper: show_done(desk, paper, done))


def move(
    desk: Desk,
    ref: str,
    name: str,
    *,
    happened_at: str = "",
    reason: str = "",
    command_id: str = "",
    version: int | None = None,
) -> None:
    """Make a move. Raises BadInput, Stale, or Turned when the door refuses."""
    view, zone, _ = seen(desk, ref)
    happened = moment(desk, happened_at, zone)

    def act(session: Session, actor: Actor, _: PersonView) -> Fired | Refused:
        return fire.fire(
            session,
            ref,
            name,
            actor,
            desk.at,
            happened_at=happened,
            reason=reason,
            expected_version=version,
            command_id=command_id or None,
        )

    done = do(desk, ref, ["move", view.ref, name], act)
    give(desk, done, lambda paper: show_done(desk, paper, done))


def void(desk: Desk, ref: str, reason: str) -> None:
    """Void an entry: the reason and the move in one transaction. A reason recorded before is not asked for again."""
    view, _, _ = seen(desk, ref)
    law = edition(view.procedure, view.edition)
    if "void_reason" not in law.step_named or "void" not in law.move_named:
        raise BadInput(
            "An entry of {procedure} is not voided.",
            hint="`duecourse show {ref}` says what can be done.",
            procedure=law.name,
            ref=view.ref,
        )
    recorded = any(step.done for step in view.steps if step.name == "void_reason")
    if not recorded and not reason and desk.ask is not None and not desk.as_json:
        reason = desk.ask(f"{desk.say(law.step_named['void_reason'].asks)}: ").strip()

    def act(session: Session, actor: Actor, _: PersonView) -> Fired | Refused:
        if not recorded:
            said = fire.record(session, ref, "void_reason", actor, desk.at, evidence={"reason": reason})
            if isinstance(said, Refused):
                return said
        return fire.fire(session, ref, "void", actor, desk.at)

    done = do(desk, ref, ["void", view.ref], act)
    give(desk, done, lambda paper: show_done(desk, paper, done))


def attach_file(desk: Desk, ref: str, file: Path, name: str) -> None:
    """Attach a file. What it is called is kept sealed and is not repeated."""

    def act(session: Session, actor: Actor, _: PersonView) -> Attached | Refused:
        return attach(
            session, ref, file, actor, desk.at, folder=desk.settings.home / "attachments", name=name
        )

    done = do(desk, ref, ["attach", ref, "FILE"], act)
    said = "Attached to {ref} as event {seq}: {size} bytes, {kind}, sealed."
    told = desk.say(said, ref=done.ref, seq=done.seq, size=f"{done.size:,}", kind=done.media_type)
    give(desk, done, lambda paper: paper.line((f"✓ {told}", "fine")))


def correct_record(
    desk: Desk,
    ref: str,
    seq: int,
    typed: Sequence[str] | None,
    file: Path | None,
    *,
    reason: str,
    happened_at: str,
) -> None:
    """Supersede a record. What was typed is the whole new record: nothing is taken over from the old one unseen."""
    view, zone, able = seen(desk, ref)
    law = edition(view.procedure, view.edition)
    event = next((one for one in view.timeline if one.seq == seq), None)
    step = (
        law.step_named.get(event.name)
        if event is not None and event.kind in {"recorded", "corrected"}
        else None
    )
    if step is None:
        raise BadInput(
            "The event {seq} of {ref} is no record of a step.",
            hint="`duecourse show {ref}` numbers the records.",
            seq=seq,
            ref=view.ref,
        )
    happened = moment(desk, happened_at, zone)
    if desk.ask is None:
        evidence = Reader(step.form, zone, desk.at).read(loaded(file), typed or ())
    else:
        evidence = evidence_for(desk, step.form, zone, handles(able), typed, file)
    if not reason and desk.ask is not None and not desk.as_json:
        reason = desk.ask(f"{desk.say('Why is it corrected?')} ").strip()

    def act(session: Session, actor: Actor, _: PersonView) -> Fired | Refused:
        return correct(
            session, ref, seq, actor, desk.at, evidence=evidence, reason=reason, happened_at=happened
        )

    done = do(desk, ref, ["correct", view.ref, str(seq)], act)
    give(desk, done, lambda paper: show_done(desk, paper, done))
