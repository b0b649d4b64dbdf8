"""`rehearse`: playing through what would happen, in a folder of its own and at whatever hour it would."""

from typing import Annotated

import typer

from desk.session import desk_of


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the application."""
    rehearse = typer.Typer(
        help="Play through what would happen, in an empty folder, by a clock that is moved on by hand.",
        no_args_is_help=True,
    )
    rehearse.command("begin", help="Begin a rehearsal in DUECOURSE_HOME, which must be empty.")(begin)
    rehearse.command("until", help="Let time pass, and everything that falls due in it.")(until)
    app.add_typer(rehearse, name="rehearse", rich_help_panel="Looking after it")


def begin(
    context: typer.Context,
    when: Annotated[
        str,
        typer.Argument(
            metavar="TIME", help='The moment at which it begins, with its offset: "2026-03-02 22:50+08:00".'
        ),
    ],
) -> None:
    """Begin."""
    from desk import rehearsing  # noqa: PLC0415

    rehearsing.begin(desk_of(context), when)


def until(
    context: typer.Context,
    when: Annotated[str, typer.Argument(metavar="TIME", help='Until when: +5m, 23:30, "2026-03-03 03:00".')],
) -> None:
    """Let time pass."""
    from desk import rehearsing  # noqa: PLC0415

    rehearsing.until(desk_of(context), when)
