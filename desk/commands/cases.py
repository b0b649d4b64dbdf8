"""`register`, `show`, `list`: cases come in and are looked at."""

from typing import Annotated

import typer

from desk.commands.options import CommandId, Evidence, Reason, Ref, Set
from desk.session import desk_of

PANEL = "Cases"


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the application."""
    app.command("register", help="Register what came in, by its procedure's form.", rich_help_panel=PANEL)(
        register
    )
    app.command(
        "show",
        help="Show a case: what can be done, what is missing, what is due, what happened.",
        rich_help_panel=PANEL,
    )(show)
    app.command("list", help="List the cases you may see.", rich_help_panel=PANEL)(list_)


def register(
    context: typer.Context,
    procedure: Annotated[
        str, typer.Argument(metavar="PROCEDURE", help="What it is: property.complaint, property.callout …")
    ],
    given: Set = None,
    evidence: Evidence = None,
    received_at: Annotated[
        str,
        typer.Option(
            "--received-at",
            metavar="TIME",
            help='When it really came in: "2026-03-01 09:30", -2:50, "2m50s ago".',
        ),
    ] = "",
    reason: Reason = "",
    linked: Annotated[str, typer.Option("--from", metavar="REF", help="The case that it arose from.")] = "",
    command_id: CommandId = "",
) -> None:
    """Open a case under the edition in force on the day of receipt."""
    from desk import registering  # noqa: PLC0415

    registering.register(
        desk_of(context), procedure, given, evidence, received_at, reason, linked, command_id
    )


def show(
    context: typer.Context,
    ref: Ref,
    form: Annotated[str, typer.Option("--form", metavar="STEP", help="What a step's form asks for.")] = "",
    purpose: Annotated[
        str,
        typer.Option(
            "--open",
            metavar="PURPOSE",
            help="Open what is sealed, for this purpose; that you did is recorded.",
        ),
    ] = "",
) -> None:
    """Show a case, a form, or what is sealed."""
    from desk import revealing, showing  # noqa: PLC0415

    desk = desk_of(context)
    if purpose:
        revealing.reveal(desk, ref, purpose)
    elif form:
        showing.show_form(desk, ref, form)
    else:
        showing.show_case(desk, ref)


def list_(
    context: typer.Context,
    procedure: Annotated[
        str, typer.Option("--procedure", metavar="PROCEDURE", help="Only of this procedure.")
    ] = "",
    state: Annotated[str, typer.Option("--state", metavar="STATE", help="Only in this state.")] = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    mine: Annotated[bool, typer.Option("--mine", help="Only those you handle.")] = False,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=200, metavar="N", help="How many at most.")
    ] = 50,
    after: Annotated[str, typer.Option("--after", metavar="REF", help="Go on after this case.")] = "",
) -> None:
    """List cases, newest first."""
    from desk import showing  # noqa: PLC0415

    showing.list_cases(desk_of(context), procedure, state, every=every, mine=mine, limit=limit, after=after)
