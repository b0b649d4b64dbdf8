"""`rule`, `guest`, `delegation`, `major`: what a hotel keeps beside its cases."""

from pathlib import Path
from typing import Annotated

import typer

from desk.commands.options import Office
from desk.session import desk_of

PANEL = "The office"
Key = Annotated[str, typer.Argument(metavar="KEY", help="The key by which a rule is cited, such as r-3.")]
Handle = Annotated[str, typer.Argument(metavar="HANDLE", help="A handle such as desk1; never a name.")]
Every = Annotated[bool, typer.Option("--all", help="Those that are over, too.")]


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the application."""
    rule = typer.Typer(help="The rules of the house, which an answer cites.", no_args_is_help=True)
    rule.command("add", help="Write a rule of the house.")(add_rule)
    rule.command("end", help="Let a rule of the house end.")(end_rule)
    rule.command("list", help="List the rules of the house by key.")(rules)
    app.add_typer(rule, name="rule", rich_help_panel=PANEL)
    guest = typer.Typer(help="The list of important guests, kept without names.", no_args_is_help=True)
    guest.command("import", help="Import a list of guests from a CSV file: name, phone, until.")(
        import_guests
    )
    guest.command("status", help="Say how long the list is; who is on it cannot be told.")(guests)
    app.add_typer(guest, name="guest", rich_help_panel=PANEL)
    delegation = typer.Typer(help="Who stands in for the general manager, in writing.", no_args_is_help=True)
    delegation.command("give", help="Delegate in writing, until a last day.")(give)
    delegation.command("end", help="End a delegation, with effect now.")(end)
    delegation.command("list", help="List the delegations.")(delegations)
    app.add_typer(delegation, name="delegation", rich_help_panel=PANEL)
    major = typer.Typer(help="What is major: the general manager's own list.", no_args_is_help=True)
    major.command("set", help="Write the list anew, from today on.")(set_major)
    major.command("show", help="Show what is major today.")(show_major)
    app.add_typer(major, name="major", rich_help_panel=PANEL)


def add_rule(
    context: typer.Context,
    key: Key,
    words: Annotated[
        str,
        typer.Option("--words", metavar="WORDS", help="The rule; it names nobody. None: it is asked for."),
    ] = "",
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day; none: today.")] = "",
    office: Office = "",
) -> None:
    """Write a rule."""
    from desk import house  # noqa: PLC0415

    house.add_rule(desk_of(context), office, key, words, since)


def end_rule(
    context: typer.Context,
    key: Key,
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="The last day; none: today.")] = "",
    office: Office = "",
) -> None:
    """End a rule."""
    from desk import house  # noqa: PLC0415

    house.end_rule(desk_of(context), office, key, until)


def rules(context: typer.Context, office: Office = "", *, every: Every = False) -> None:
    """List rules."""
    from desk import house  # noqa: PLC0415

    house.show_rules(desk_of(context), office, every=every)


def import_guests(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A CSV file in UTF-8 whose first line is name,phone,until; - reads standard input.",
        ),
    ],
    office: Office = "",
) -> None:
    """Import guests."""
    from desk import guests  # noqa: PLC0415

    guests.run(desk_of(context), office, file)


def guests(context: typer.Context, office: Office = "") -> None:
    """Count the list."""
    from desk import guests as pages  # noqa: PLC0415

    pages.show(desk_of(context), office)


def give(
    context: typer.Context,
    handle: Handle,
    until: Annotated[
        str, typer.Option("--until", metavar="DAY", help="The last day, at most 366 days ahead.")
    ],
    paper: Annotated[
        Path,
        typer.Option(
            "--paper", metavar="FILE", help="The paper on which it is given; only its hash is kept."
        ),
    ],
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day; none: today.")] = "",
) -> None:
    """Delegate."""
    from desk import delegating  # noqa: PLC0415

    delegating.delegate(desk_of(context), handle, until, paper, since)


def end(context: typer.Context, handle: Handle) -> None:
    """End a delegation."""
    from desk import delegating  # noqa: PLC0415

    delegating.end(desk_of(context), handle)


def delegations(context: typer.Context, office: Office = "", *, every: Every = False) -> None:
    """List delegations."""
    from desk import delegating  # noqa: PLC0415

    delegating.show(desk_of(context), office, every=every)


def set_major(
    context: typer.Context,
    matters: Annotated[
        list[str],
        typer.Argument(
            metavar="MATTER...",
            help="The whole list, such as `injury theft`; `major show` says which words there are.",
        ),
    ],
    reason: Annotated[
        str, typer.Option("--reason", metavar="WORDS", help="Why; it is shown, and names nobody.")
    ] = "",
) -> None:
    """Write the list."""
    from desk import house  # noqa: PLC0415

    house.set_major(desk_of(context), matters, reason)


def show_major(context: typer.Context, office: Office = "") -> None:
    """Show the list."""
    from desk import house  # noqa: PLC0415

    house.show_major(desk_of(context), office)
