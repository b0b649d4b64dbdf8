"""`office load | show | limits`: the office itself, from its file."""

from pathlib import Path
from typing import Annotated

import typer

from desk.commands.options import Office
from desk.session import desk_of


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the application."""
    office = typer.Typer(help="The office: its file, its people, its numbers.", no_args_is_help=True)
    office.command(
        "load", help="Load an office from its TOML file, all of it or nothing; again to bring it up to date."
    )(load)
    office.command("show", help="Show an office: its zone, its hours, who holds which role today.")(show)
    office.command("limits", help="Show every number the office works by, and where it comes from.")(limits)
    app.add_typer(office, name="office", rich_help_panel="The office")


def load(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The office's file; see desk/examples.")],
) -> None:
    """Load an office."""
    from desk import office  # noqa: PLC0415

    office.load(desk_of(context), file)


def show(context: typer.Context, office: Office = "") -> None:
    """Show an office."""
    from desk import office as pages  # noqa: PLC0415

    pages.show_office(desk_of(context), office)


def limits(
    context: typer.Context,
    office: Office = "",
    procedure: Annotated[
        str, typer.Option("--procedure", metavar="PROCEDURE", help="Only of this procedure.")
    ] = "",
) -> None:
    """Show the table of limits (P6)."""
    from desk import office as pages  # noqa: PLC0415

    pages.show_limits(desk_of(context), office, procedure)
