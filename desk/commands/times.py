"""`due`, `alarms`, `visit`: what time asks for."""

from typing import Annotated

import typer

from desk.commands.options import Ref
from desk.session import desk_of

PANEL = "Time"
Number = Annotated[int, typer.Argument(metavar="ID", help="Its number in the list.")]


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the application."""
    due_app = typer.Typer(help="What is due, and what is overdue.", invoke_without_command=True)
    due_app.callback()(due)
    due_app.command("confirm", help="Confirm, as the manager, that a passed limit was seen.")(confirm)
    app.add_typer(due_app, name="due", rich_help_panel=PANEL)
    alarm_app = typer.Typer(help="Alarms, and answering them.", invoke_without_command=True)
    alarm_app.callback()(alarms)
    alarm_app.command("ack", help="Answer for an alarm: nobody further up is told.")(acknowledge)
    app.add_typer(alarm_app, name="alarms", rich_help_panel=PANEL)
    visit_app = typer.Typer(help="Callbacks and visits to come.", no_args_is_help=True)
    visit_app.command("list", help="List what is planned.")(visit_list)
    visit_app.command("move", help="Agree on another time.")(visit_move)
    visit_app.command("cancel", help="Take a planned visit back; the follow-up stays.")(visit_cancel)
    app.add_typer(visit_app, name="visit", rich_help_panel=PANEL)


def due(
    context: typer.Context,
    within: Annotated[
        str, typer.Option("--within", metavar="TIME", help="How far ahead: 24h, 2d, 1h30m.")
    ] = "24h",
) -> None:
    """List what falls due and what is overdue."""
    if context.invoked_subcommand is None:
        from desk import timing  # noqa: PLC0415

        timing.show_due(desk_of(context), within)


def confirm(context: typer.Context, number: Number) -> None:
    """Confirm a passed limit."""
    from desk import timing  # noqa: PLC0415

    timing.confirm(desk_of(context), number)


def alarms(
    context: typer.Context,
    *,
    every: Annotated[bool, typer.Option("--all", help="Answered ones too.")] = False,
) -> None:
    """List alarms."""
    if context.invoked_subcommand is None:
        from desk import timing  # noqa: PLC0415

        timing.show_alarms(desk_of(context), every=every)


def acknowledge(context: typer.Context, number: Number) -> None:
    """Answer an alarm."""
    from desk import timing  # noqa: PLC0415

    timing.acknowledge_alarm(desk_of(context), number)


def visit_list(context: typer.Context) -> None:
    """List the visits to come."""
    from desk import visiting  # noqa: PLC0415

    visiting.show_visits(desk_of(context))


def visit_move(
    context: typer.Context,
    ref: Ref,
    when: Annotated[
        str,
        typer.Argument(metavar="TIME", help='The new time: "2026-03-05 14:00" (the office\'s clock), +2d.'),
    ],
    reason: Annotated[
        str, typer.Option("--reason", metavar="WORDS", help="Why it is moved; kept sealed.")
    ] = "",
    method: Annotated[str, typer.Option("--method", metavar="METHOD", help="call, visit or message.")] = "",
) -> None:
    """Record the appointment again with the new time."""
    from desk import visiting  # noqa: PLC0415

    visiting.move_visit(desk_of(context), ref, when, reason, method)


def visit_cancel(
    context: typer.Context,
    ref: Ref,
    reason: Annotated[str, typer.Option("--reason", metavar="WORDS", help="Why; kept sealed.")] = "",
) -> None:
    """Take back a visit."""
    from desk import visiting  # noqa: PLC0415

    visiting.cancel_visit(desk_of(context), ref, reason)
