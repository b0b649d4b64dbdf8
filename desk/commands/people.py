"""`person`: who works in the office, what they may do from which day, by which token they act."""

from pathlib import Path
from typing import Annotated

import typer

from desk.commands.options import Office
from desk.session import desk_of

Handle = Annotated[str, typer.Argument(metavar="HANDLE", help="A handle such as desk1; never a name.")]


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the application."""
    person = typer.Typer(help="The people of the office.", no_args_is_help=True)
    person.command("list", help="List who works here, by handle, with their roles of today.")(list_)
    person.command("add", help="Add a person; the name is kept sealed.")(add)
    person.command("token", help="Make a token by which a person acts. It is shown once.")(token)
    person.command("role", help="Give a role, or take one away.")(role)
    person.command("absent", help="Say that somebody is away for a time.")(absent)
    person.command("alias", help="Say that two handles are accounts of one person.")(alias)
    person.command("undertake", help="Record that somebody signed the undertaking of secrecy.")(undertake)
    person.command("retire", help="End somebody's work here at once: roles, tokens, rosters.")(retire)
    app.add_typer(person, name="person", rich_help_panel="The office")


def list_(
    context: typer.Context,
    office: Office = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="Those who have left, too.")] = False,
) -> None:
    """List people."""
    from desk import staff  # noqa: PLC0415

    staff.show_people(desk_of(context), office, every=every)


def add(
    context: typer.Context,
    handle: Handle,
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="The name; kept sealed. None: it is asked for.")
    ] = "",
    roles: Annotated[
        list[str] | None,
        typer.Option("--role", metavar="ROLE", help="A role from today on; may be given again."),
    ] = None,
    unit: Annotated[
        str, typer.Option("--unit", metavar="UNIT", help="The unit in which the roles are held.")
    ] = "",
    contacts: Annotated[
        list[str] | None,
        typer.Option("--contact", metavar="URL", help="An Apprise address for alarms; may be given again."),
    ] = None,
    speaks: Annotated[
        str, typer.Option("--language", metavar="LANGUAGE", help="en, zh_Hant or zh_Hans.")
    ] = "zh_Hant",
    office: Office = "",
) -> None:
    """Add a person."""
    from desk import staff  # noqa: PLC0415

    staff.add(desk_of(context), office, handle, name, roles or [], unit, contacts or [], speaks)


def token(
    context: typer.Context,
    handle: Handle,
    *,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="Withdraw every token instead, with effect now.")
    ] = False,
    office: Office = "",
) -> None:
    """Make or withdraw tokens."""
    from desk import staff  # noqa: PLC0415

    staff.token(desk_of(context), office, handle, revoke=revoke)


def role(
    context: typer.Context,
    handle: Handle,
    name: Annotated[str, typer.Argument(metavar="ROLE", help="A role of this kind of office.")],
    *,
    take: Annotated[bool, typer.Option("--take", help="Take it away, with effect now.")] = False,
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day; none: today.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="The last day; none: open.")] = "",
    unit: Annotated[str, typer.Option("--unit", metavar="UNIT", help="The unit in which it is held.")] = "",
    office: Office = "",
) -> None:
    """Give or take a role."""
    from desk import staff  # noqa: PLC0415

    staff.role(desk_of(context), office, handle, name, take=take, since=since, until=until, unit=unit)


def absent(
    context: typer.Context,
    handle: Handle,
    starts: Annotated[str, typer.Argument(metavar="FROM", help='When it begins: "2026-03-01 09:00", now.')],
    ends: Annotated[
        str, typer.Argument(metavar="UNTIL", help='When the person is back: "2026-03-05 09:00", +2d.')
    ],
    code: Annotated[
        str,
        typer.Option(
            "--reason",
            metavar="CODE",
            help="A code, never a sentence: why somebody is ill is nobody's business.",
        ),
    ] = "leave",
    office: Office = "",
) -> None:
    """Note an absence."""
    from desk import staff  # noqa: PLC0415

    staff.absent(desk_of(context), office, handle, starts, ends, code)


def alias(
    context: typer.Context,
    handle: Handle,
    of: Annotated[
        str, typer.Option("--of", metavar="HANDLE", help="The handle by which the person stays known.")
    ],
    office: Office = "",
) -> None:
    """Join two accounts."""
    from desk import accounts  # noqa: PLC0415

    accounts.same(desk_of(context), office, handle, of)


def undertake(
    context: typer.Context,
    handle: Handle,
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="The day on the paper.")],
    text: Annotated[
        Path | None,
        typer.Option(
            "--text",
            metavar="FILE",
            help="What was signed; only its hash is kept. None: the office's own text.",
        ),
    ] = None,
    office: Office = "",
) -> None:
    """Record an undertaking."""
    from desk import accounts  # noqa: PLC0415

    accounts.undertake(desk_of(context), office, handle, on, text)


def retire(context: typer.Context, handle: Handle, office: Office = "") -> None:
    """Retire a person."""
    from desk import staff  # noqa: PLC0415

    staff.retire(desk_of(context), office, handle)
