"""`prove`, `diagram`, `new-edition`: the procedures themselves. No database is opened and Prefect is not loaded."""

from typing import Annotated

import typer

from desk.session import desk_of

Name = Annotated[
    str, typer.Argument(metavar="[PROCEDURE]", help="A procedure, such as property.complaint; none: all.")
]


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the application."""
    app.command(
        "prove", help="Prove every promise, or show the shortest way to break it.", rich_help_panel="The law"
    )(prove)
    app.command(
        "diagram", help="Draw a procedure as a mermaid diagram, or as a table.", rich_help_panel="The law"
    )(diagram)
    app.command(
        "new-edition",
        help="Write the file of a new edition, to be changed by hand.",
        rich_help_panel="The law",
    )(new_edition)


def prove(
    context: typer.Context,
    procedure: Name = "",
    edition: Annotated[
        str, typer.Option("--edition", metavar="DATE", help="One edition; none: every edition.")
    ] = "",
) -> None:
    """Prove the promises and end with 1 if one of them does not hold."""
    from desk.proof_page import prove_and_show  # noqa: PLC0415
    from desk.troubles import FOUND_WRONG  # noqa: PLC0415

    if not prove_and_show(desk_of(context), procedure, edition):
        raise typer.Exit(FOUND_WRONG)


def diagram(
    context: typer.Context,
    procedure: Annotated[
        str, typer.Argument(metavar="PROCEDURE", help="A procedure, such as property.complaint.")
    ],
    edition: Annotated[
        str, typer.Option("--edition", metavar="DATE", help="One edition; none: the latest.")
    ] = "",
    *,
    table: Annotated[bool, typer.Option("--table", help="The moves as a table instead.")] = False,
) -> None:
    """Write the mermaid source of a procedure."""
    from desk.proof_page import chosen  # noqa: PLC0415
    from states import draw  # noqa: PLC0415

    desk = desk_of(context)
    law = chosen(procedure, edition)[-1]
    picture, moves = draw.mermaid(law, desk.language), draw.table(law, desk.language)
    if desk.as_json:
        from desk.answer import give  # noqa: PLC0415

        answer = {"procedure": law.name, "edition": law.edition, "mermaid": picture, "table": moves}
        give(desk, answer, lambda paper: None)  # noqa: ARG005  nothing to show
    else:
        desk.out.write(moves if table else picture)


def new_edition(
    context: typer.Context,
    procedure: Annotated[
        str, typer.Argument(metavar="PROCEDURE", help="A procedure, such as property.complaint.")
    ],
    day: Annotated[
        str, typer.Argument(metavar="DATE", help="The first day of the new edition, such as 2027-01-01.")
    ],
) -> None:
    """Copy the latest edition's file under the new date."""
    from desk import scaffold  # noqa: PLC0415
    from desk.answer import give  # noqa: PLC0415
    from desk.output import Paper  # noqa: PLC0415

    desk = desk_of(context)
    done = scaffold.new_edition(procedure, day)

    def show(paper: Paper) -> None:
        said = "{file} is the edition of {edition}, so far the same as that of {before}."
        paper.line(
            (desk.say(said, file=str(done.file), edition=done.edition, before=done.from_edition), "fine")
        )
        paper.line(desk.say("Change it there and nowhere else; then:"))
        paper.command(f"duecourse prove {procedure} --edition {done.edition}", indent=2)
        paper.command(f"duecourse diagram {procedure} --edition {done.edition}", indent=2)

    give(desk, done, show)
