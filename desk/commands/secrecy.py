"""`reveal`, `readings`, `served`: what is sealed, who has read it, and the papers that were served on oneself."""

from typing import Annotated

import typer

from desk.commands.options import Ref
from desk.session import desk_of

PANEL = "What is sealed"


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the application."""
    app.command(
        "reveal",
        help="Show who complains and what was said, for a purpose; that you did is recorded.",
        rich_help_panel=PANEL,
    )(reveal)
    app.command(
        "readings",
        help="Show who has read what is sealed of a case, and for what purpose.",
        rich_help_panel=PANEL,
    )(readings)
    app.command("served", help="Show the papers that were served on you.", rich_help_panel=PANEL)(served)


def reveal(
    context: typer.Context,
    ref: Ref,
    purpose: Annotated[
        str, typer.Option("--purpose", metavar="WORDS", help="For what purpose you read it; kept sealed.")
    ] = "",
) -> None:
    """Open identities and narrative on the terminal, and nowhere else."""
    from desk import revealing  # noqa: PLC0415

    revealing.reveal(desk_of(context), ref, purpose)


def readings(context: typer.Context, ref: Ref) -> None:
    """List the readings of a case."""
    from desk import revealing  # noqa: PLC0415

    revealing.show_readings(desk_of(context), ref)


def served(context: typer.Context) -> None:
    """List the papers served on the person of the token."""
    from desk import revealing  # noqa: PLC0415

    revealing.show_served(desk_of(context))
