"""`record`, `move`, `assign`, `attach`, `void`, `correct`: acting on a case."""

from pathlib import Path
from typing import Annotated

import typer

from desk.commands.options import CommandId, Evidence, HappenedAt, Reason, Ref, Set, Step, Version
from desk.session import desk_of

PANEL = "Acting on a case"


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the application."""
    app.command("record", help="Record a step with its evidence.", rich_help_panel=PANEL)(record)
    app.command("move", help="Move a case on.", rich_help_panel=PANEL)(move)
    app.command("assign", help="Say who handles a case.", rich_help_panel=PANEL)(assign)
    app.command("attach", help="Attach a file, sealed under the case's key.", rich_help_panel=PANEL)(attach)
    app.command("void", help="Void a mistaken entry, with the reason.", rich_help_panel=PANEL)(void)
    app.command("correct", help="Mend a mistyped record by one that supersedes it.", rich_help_panel=PANEL)(
        correct
    )


def record(
    context: typer.Context,
    ref: Ref,
    step: Step,
    given: Set = None,
    evidence: Evidence = None,
    happened_at: HappenedAt = "",
    reason: Reason = "",
    command_id: CommandId = "",
    version: Version = None,
) -> None:
    """Record a step; what its form still needs is asked for."""
    from desk import recording  # noqa: PLC0415

    recording.record(
        desk_of(context),
        ref,
        step,
        given,
        evidence,
        happened_at=happened_at,
        reason=reason,
        command_id=command_id,
        version=version,
    )


def move(
    context: typer.Context,
    ref: Ref,
    name: Annotated[
        str,
        typer.Argument(
            metavar="MOVE", help="A move out of its present state; `duecourse show REF` names them."
        ),
    ],
    happened_at: HappenedAt = "",
    reason: Reason = "",
    command_id: CommandId = "",
    version: Version = None,
) -> None:
    """Move a case on, or learn everything that stands in the way."""
    from desk import recording  # noqa: PLC0415

    recording.move(
        desk_of(context),
        ref,
        name,
        happened_at=happened_at,
        reason=reason,
        command_id=command_id,
        version=version,
    )


def assign(
    context: typer.Context,
    ref: Ref,
    handle: Annotated[str, typer.Argument(metavar="HANDLE", help="Who handles it from now on.")],
) -> None:
    """Record the step `assignment`."""
    from desk import recording  # noqa: PLC0415

    recording.record(desk_of(context), ref, "assignment", [f"handler={handle}"], None)


def attach(
    context: typer.Context,
    ref: Ref,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file; it stays where it is, a sealed copy is kept.")
    ],
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="Keep it under this name; kept sealed.")
    ] = "",
) -> None:
    """Attach a file."""
    from desk import recording  # noqa: PLC0415

    recording.attach_file(desk_of(context), ref, file, name)


def void(
    context: typer.Context,
    ref: Ref,
    reason: Annotated[
        str, typer.Option("--reason", metavar="WORDS", help="Why the entry is void; kept sealed.")
    ] = "",
) -> None:
    """Record the step `void_reason` and make the move `void`, both or neither."""
    from desk import recording  # noqa: PLC0415

    recording.void(desk_of(context), ref, reason)


def correct(
    context: typer.Context,
    ref: Ref,
    seq: Annotated[
        int, typer.Argument(metavar="SEQ", help="The number of the record in the case's timeline.")
    ],
    given: Set = None,
    evidence: Evidence = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="WORDS", help="Why it is corrected; kept sealed.")
    ] = "",
    happened_at: HappenedAt = "",
) -> None:
    """Supersede a record with a whole new one; the old one stays in the timeline."""
    from desk import recording  # noqa: PLC0415

    recording.correct_record(
        desk_of(context), ref, seq, given, evidence, reason=reason, happened_at=happened_at
    )
