"""`endorse`: what waits for one's own words, and words for many cases at once, each with its own."""

from pathlib import Path
from typing import Annotated

import typer

from desk.session import desk_of


def add_to(app: typer.Typer) -> None:
    """Hang the command on the application."""
    app.command(
        "endorse",
        help="List what waits for your endorsement, or endorse many cases, each with a text of its own.",
        rich_help_panel="Acting on a case",
    )(endorse)


def endorse(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="A CSV file in UTF-8 whose first line is ref,words (or both with a tab between); - reads standard input.",
        ),
    ] = None,
    *,
    waiting: Annotated[
        bool, typer.Option("--list", help="List what waits for you; also without any option.")
    ] = False,
) -> None:
    """List, or endorse."""
    from desk import endorsing  # noqa: PLC0415

    if file is not None and waiting:
        raise typer.BadParameter("--list and --file are given one at a time")
    if file is None:
        endorsing.show_waiting(desk_of(context))
    else:
        endorsing.run(desk_of(context), file)
