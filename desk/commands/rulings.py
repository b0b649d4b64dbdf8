"""`edition`, `interpretation`: what the leading body rules on the rules themselves (B16)."""

from pathlib import Path
from typing import Annotated

import typer

from desk.commands.options import Office
from desk.session import desk_of

PANEL = "The office"
Minute = Annotated[
    str, typer.Option("--minute", metavar="NUMBER", help="The number of the minute, such as 2026-3.")
]
On = Annotated[str, typer.Option("--on", metavar="DAY", help="The day of the minute, such as 2026-03-02.")]


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the application."""
    edition = typer.Typer(help="Editions of the procedures, and who approved them.", no_args_is_help=True)
    edition.command("approve", help="Record that an edition was approved, with its text as it stands.")(
        approve
    )
    edition.command("list", help="List the editions: which are approved, which one holds.")(editions)
    app.add_typer(edition, name="edition", rich_help_panel=PANEL)
    interpretation = typer.Typer(help="How clauses are to be read.", no_args_is_help=True)
    interpretation.command("add", help="Record a question about a clause, and the ruling on it.")(interpret)
    interpretation.command("list", help="List the interpretations by number.")(interpretations)
    app.add_typer(interpretation, name="interpretation", rich_help_panel=PANEL)


def approve(
    context: typer.Context,
    procedure: Annotated[
        str, typer.Argument(metavar="PROCEDURE", help="A procedure, such as bureau.complaint.")
    ],
    edition: Annotated[str, typer.Argument(metavar="EDITION", help="The edition, such as 2026-01-01.")],
    minute: Minute,
    on: On,
    office: Office = "",
) -> None:
    """Approve an edition."""
    from desk import ruling  # noqa: PLC0415

    ruling.approve(desk_of(context), office, procedure, edition, minute, on)


def editions(context: typer.Context, office: Office = "") -> None:
    """List editions."""
    from desk import ruling  # noqa: PLC0415

    ruling.show_editions(desk_of(context), office)


def interpret(
    context: typer.Context,
    clause: Annotated[str, typer.Option("--clause", metavar="CLAUSE", help="The clause, such as B12.")],
    minute: Minute,
    on: On,
    question: Annotated[
        str,
        typer.Option("--question", metavar="WORDS", help="The question; kept sealed. None: it is asked for."),
    ] = "",
    ruling: Annotated[
        str, typer.Option("--ruling", metavar="WORDS", help="The ruling; kept sealed. None: it is asked for.")
    ] = "",
    words: Annotated[
        Path | None,
        typer.Option(
            "--words",
            metavar="FILE",
            help="A JSON file with question and ruling instead; - reads it from standard input.",
        ),
    ] = None,
    office: Office = "",
) -> None:
    """Record an interpretation."""
    from desk import ruling as pages  # noqa: PLC0415

    pages.interpret(
        desk_of(context), office, clause, minute, on, {"question": question, "ruling": ruling}, words
    )


def interpretations(
    context: typer.Context,
    clause: Annotated[str, typer.Option("--clause", metavar="CLAUSE", help="Only of this clause.")] = "",
    office: Office = "",
) -> None:
    """List interpretations."""
    from desk import ruling  # noqa: PLC0415

    ruling.show_interpretations(desk_of(context), office, clause)
