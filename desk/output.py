"""What the terminal shows: colours with a meaning, tables, lines that wrap and commands that do not.

Late is red, soon is yellow, done is green, what a person types is cyan; without colours the words say the same.
"""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PLAIN_WIDTH = 120
"""Where nobody looks at a terminal, nothing is cut to eighty columns."""

THEME = Theme(
    {
        "head": "bold",
        "late": "bold red",
        "soon": "yellow",
        "fine": "green",
        "type": "cyan",
        "faint": "dim",
        "clause": "magenta",
        "state": "bold blue",
    }
)


class Paper:
    """What one answer is written on."""

    def __init__(self, out: IO[str], language: str) -> None:
        self.language = language
        seen = bool(getattr(out, "isatty", lambda: False)()) or bool(os.environ.get("FORCE_COLOR"))
        self.console = Console(
            file=out,
            theme=THEME,
            highlight=False,
            markup=False,
            emoji=False,
            width=None if seen else PLAIN_WIDTH,
        )

    def line(self, *parts: str | tuple[str, str] | Text, indent: int = 0) -> None:
        """Write one line, wrapped where it must be; a part may come with its style."""
        self.console.print(Padding(words(*parts), (0, 0, 0, indent), expand=False))

    def command(self, typed: str, indent: int = 0) -> None:
        """Write a command to type. It is never broken: what is copied must run."""
        self.console.print(Text(" " * indent + typed, style="type"), soft_wrap=True)

    def head(self, *parts: str | tuple[str, str] | Text) -> None:
        """Write a heading, with room above it."""
        self.console.print()
        self.console.print(words(*parts), style="head")

    def gap(self) -> None:
        """Write an empty line."""
        self.console.print()

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str | Text]], *, indent: int = 0) -> None:
        """Write a table, headings in bold, nothing drawn around it. Without rows nothing is written."""
        grid = Table(box=None, pad_edge=False, header_style="head", show_header=any(head))
        for name in head:
            grid.add_column(name, overflow="fold")
        for row in rows:
            grid.add_row(*row)
        if grid.row_count:
            self.console.print(Padding(grid, (0, 0, 0, indent), expand=False))

    def show(self, thing: RenderableType) -> None:
        """Write anything that rich can draw."""
        self.console.print(thing)


def words(*parts: str | tuple[str, str] | Text) -> Text:
    """Join parts to one text; a part may come with its style."""
    return Text.assemble(*parts)
