"""A progress bar where somebody watches long work; elsewhere nothing is written."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from desk.session import Desk


@contextmanager
def bar(desk: Desk, what: str) -> Iterator[Callable[[int, int], None] | None]:
    """Give what is to be told how many are done of how many; None where nobody watches. `what`: what is counted, in the run's language."""
    if desk.as_json or not desk.paper.console.is_terminal:
        yield None
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=desk.paper.console, transient=True) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
