"""`up`, `demo`: an installation that runs, and something to look at."""

from typing import Annotated

import typer

from desk.session import desk_of

PANEL = "Starting"


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the application."""
    app.command(
        "up", help="Start the Prefect server and the flows; Ctrl-C stops them cleanly.", rich_help_panel=PANEL
    )(up)
    app.command(
        "demo",
        help="Make demonstration offices with people and cases, if there is no office.",
        rich_help_panel=PANEL,
    )(demo)


def up(
    context: typer.Context,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=1,
            max=65535,
            metavar="PORT",
            help="Port of the Prefect server; none: DUECOURSE_PREFECT_PORT, or 4200.",
        ),
    ] = None,
    *,
    with_demo: Annotated[
        bool, typer.Option("--demo", help="Make the demonstration offices first, if there is no office.")
    ] = False,
) -> None:
    """Run everything until it is stopped."""
    from dataclasses import replace  # noqa: PLC0415

    from desk import up as supervisor  # noqa: PLC0415

    desk = desk_of(context)
    if with_demo:
        from desk.demo import make_demo  # noqa: PLC0415

        make_demo(desk)
        desk.close()
    code = supervisor.up(replace(desk.settings, language=desk.language), port=port, tell=desk.tell)
    if code:
        raise typer.Exit(code)


def demo(context: typer.Context) -> None:
    """Make the demonstration offices."""
    from desk.demo import make_demo  # noqa: PLC0415

    make_demo(desk_of(context))
