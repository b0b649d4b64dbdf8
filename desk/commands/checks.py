"""`check`, `doctor`, `audit verify`, `archive`, `import`: whether all is well, and what is taken over and laid down."""

from pathlib import Path
from typing import Annotated

import typer

from desk.commands.options import Ref
from desk.session import desk_of

PANEL = "Looking after it"


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the application."""
    app.command(
        "check",
        help="Check an office: roles nobody holds, gaps in a roster, blanks of the text.",
        rich_help_panel=PANEL,
    )(check)
    app.command(
        "doctor", help="Examine this installation: database, key, watch, clock.", rich_help_panel=PANEL
    )(doctor)
    audit = typer.Typer(help="The record that shows every change.", no_args_is_help=True)
    audit.command("verify", help="Replay every event and find any change, removal or truncation.")(verify)
    audit.command(
        "anchor",
        help="Write the ends of all chains down outside the tables, as the flow `anchor` does each day.",
    )(anchor)
    app.add_typer(audit, name="audit", rich_help_panel=PANEL)
    archive = typer.Typer(help="Bags of archived cases.", no_args_is_help=True)
    archive.command("run", help="Archive the filed cases that wait.")(archive_run)
    archive.command("open", help="Open an archived case's bag for a purpose; that you did is recorded.")(
        archive_open
    )
    app.add_typer(archive, name="archive", rich_help_panel=PANEL)
    app.command("import", help="Take over an older register from a CSV file.", rich_help_panel=PANEL)(import_)


def check(
    context: typer.Context,
    office: Annotated[
        str, typer.Argument(metavar="[OFFICE]", help="The office; none: yours, or the only one.")
    ] = "",
) -> None:
    """Check an office and end with 1 if something is wrong."""
    from desk import examining  # noqa: PLC0415

    examining.check(desk_of(context), office)


def doctor(
    context: typer.Context,
    *,
    retry: Annotated[
        bool,
        typer.Option(
            "--retry",
            help="Try again the deadlines and messages that were set aside, once the cause is mended.",
        ),
    ] = False,
) -> None:
    """Examine the installation and end with 1 if something is wrong; or try again what was set aside."""
    from desk import examining  # noqa: PLC0415

    if retry:
        examining.try_again(desk_of(context))
    else:
        examining.doctor(desk_of(context))


def verify(
    context: typer.Context,
    anchors: Annotated[
        str,
        typer.Option(
            "--anchors",
            metavar="FOLDER_OR_ADDRESS",
            help="Where copies of the anchors lie; none: the home's own.",
        ),
    ] = "",
) -> None:
    """Verify the record, beside its anchors, and end with 1 if it was changed."""
    from desk import proving  # noqa: PLC0415

    proving.verify_record(desk_of(context), anchors)


def anchor(context: typer.Context) -> None:
    """Make an anchor and bring it everywhere; end with 1 if a place could not be reached."""
    from desk import proving  # noqa: PLC0415

    proving.make_one(desk_of(context))


def archive_run(context: typer.Context) -> None:
    """Archive what waits, for a machine on which no flows run."""
    from desk import archiving  # noqa: PLC0415

    archiving.run(desk_of(context))


def archive_open(
    context: typer.Context,
    ref: Ref,
    purpose: Annotated[
        str, typer.Option("--purpose", metavar="WORDS", help="For what purpose you read it; kept sealed.")
    ] = "",
    into: Annotated[
        Path | None,
        typer.Option(
            "--into", metavar="FOLDER", help="Write the opened files here; none: only the words are shown."
        ),
    ] = None,
) -> None:
    """Open a bag."""
    from desk import archiving  # noqa: PLC0415

    archiving.open_one(desk_of(context), ref, purpose, into)


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The older register, a CSV file.")],
    mapping: Annotated[
        Path,
        typer.Option(
            "--mapping", metavar="MAP.toml", help="What its columns and words mean; see desk/examples."
        ),
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
) -> None:
    """Import a register."""
    from desk import importing  # noqa: PLC0415

    importing.run(desk_of(context), file, mapping, dry_run=dry_run)
