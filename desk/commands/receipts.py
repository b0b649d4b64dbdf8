"""`receipt`: what somebody does who has a receipt code and no name. No token is needed; the code is never an argument, which others could read."""

from pathlib import Path
from typing import Annotated

import typer

from desk.session import desk_of

PANEL = "With a receipt code"
Code = Annotated[
    Path | None,
    typer.Option(
        "--code-file",
        metavar="FILE",
        help="The file that holds the code; - reads it from standard input. None: DUECOURSE_RECEIPT, or it is asked for.",
    ),
]
Words = Annotated[
    Path | None,
    typer.Option(
        "--words-file",
        metavar="FILE",
        help="The file that holds what is said; - reads it from standard input. None: it is asked for.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the application."""
    receipt = typer.Typer(help="Come back to a complaint with its receipt code.", no_args_is_help=True)
    receipt.command("show", help="Read how it stands, what was said, and the answer.")(show)
    receipt.command("say", help="Say something to whoever handles it.")(say)
    receipt.command("withdraw", help="Take the complaint back, and say why.")(withdraw)
    receipt.command("object", help="Object to the answer, and say why.")(object_)
    receipt.command("answer", help="Say whether the answer satisfies you.")(answer)
    app.add_typer(receipt, name="receipt", rich_help_panel=PANEL)


def show(context: typer.Context, code: Code = None) -> None:
    """Show what the code opens."""
    from desk import receipt_page  # noqa: PLC0415

    receipt_page.show(desk_of(context), code)


def say(context: typer.Context, code: Code = None, words: Words = None) -> None:
    """Say something."""
    from desk import receipt_page  # noqa: PLC0415

    receipt_page.say(desk_of(context), code, words)


def withdraw(context: typer.Context, code: Code = None, words: Words = None) -> None:
    """Take the complaint back."""
    from desk import receipt_page  # noqa: PLC0415

    receipt_page.withdraw(desk_of(context), code, words)


def object_(context: typer.Context, code: Code = None, words: Words = None) -> None:
    """Object to the answer."""
    from desk import receipt_page  # noqa: PLC0415

    receipt_page.object_(desk_of(context), code, words)


def answer(
    context: typer.Context,
    said: Annotated[
        str,
        typer.Argument(metavar="ANSWER", help="satisfied, not_satisfied, or declined to say nothing of it."),
    ],
    code: Code = None,
    words: Annotated[
        Path | None,
        typer.Option(
            "--words-file",
            metavar="FILE",
            help="The file that holds what else is said of it; - reads it from standard input.",
        ),
    ] = None,
) -> None:
    """Say what one thinks of the answer."""
    from desk import receipt_page  # noqa: PLC0415

    receipt_page.answer(desk_of(context), said, code, words)
