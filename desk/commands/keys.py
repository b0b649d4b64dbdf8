"""`key`: the master key, by its ids; what it is never comes out."""

from typing import Annotated

import typer

from desk.session import desk_of

PANEL = "Looking after it"


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the application."""
    key = typer.Typer(help="The master key: which there are, and changing it.", no_args_is_help=True)
    key.command("status", help="List the master keys by id, and how many keys each wraps.")(status)
    key.command("rotate", help="Change the master key; stopped anywhere, the next one goes on.")(rotate)
    app.add_typer(key, name="key", rich_help_panel=PANEL)


def status(context: typer.Context) -> None:
    """List the master keys and end with 1 if one is missing."""
    from desk import rotating  # noqa: PLC0415

    rotating.show_status(desk_of(context))


def rotate(
    context: typer.Context,
    *,
    line_only: Annotated[
        bool,
        typer.Option(
            "--line-only",
            help="Only put the new line into the key file: on several machines, copy it everywhere, then rotate.",
        ),
    ] = False,
) -> None:
    """Put a new line on top of the key file and wrap every key by it."""
    from desk import rotating  # noqa: PLC0415

    desk = desk_of(context)
    if line_only:
        rotating.add_line(desk)
    else:
        rotating.rotate(desk)
