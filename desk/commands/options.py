"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Ref = Annotated[str, typer.Argument(metavar="REF", help="The case's reference, such as c-7k3m9qv2xw.")]
Step = Annotated[
    str,
    typer.Argument(metavar="STEP", help="A step of its procedure; `duecourse show REF` names those of now."),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="One field of the form; may be given again. complainants.1.name=… for the first of several people.",
    ),
]
Evidence = Annotated[
    Path | None,
    typer.Option(
        "--evidence",
        metavar="FILE",
        help="A JSON file with the form's fields; - reads it from standard input.",
    ),
]
HappenedAt = Annotated[
    str,
    typer.Option(
        "--happened-at",
        metavar="TIME",
        help='When it was really done: "2026-03-01 09:30" (the office\'s clock), -2:50, "2h ago".',
    ),
]
Reason = Annotated[
    str, typer.Option("--reason", metavar="WORDS", help="Why it is recorded late; kept sealed.")
]
CommandId = Annotated[
    str, typer.Option("--command-id", metavar="ID", help="The same again with the same id is done once.")
]
Version = Annotated[
    int | None,
    typer.Option(
        "--version", metavar="N", help="Only if the case is still at this version (see `show --json`)."
    ),
]
Office = Annotated[
    str, typer.Option("--office", metavar="OFFICE", help="The office meant, where there are several.")
]
