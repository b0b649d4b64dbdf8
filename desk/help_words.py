"""The help pages in the language of the run. They are written in English beside the commands, as every sentence is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.errors import Duecourse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from desk.session import Desk


def translate(desk: Desk, command: Any, arguments: Sequence[str]) -> None:  # noqa: ANN401  typer's command, click's by another name
    """Translate what a command and everything under it says of itself. English needs nothing, and settings that cannot be read mean English."""
    language = _language(desk, arguments)
    if language == "en":
        return
    from states.words import catalogue  # noqa: PLC0415  only another language needs the catalogues

    words = catalogue(language).gettext
    for each in every(command):
        for thing in (each, *each.params):
            said = getattr(thing, "help", None)
            if said:
                thing.help = words(said)


def every(command: Any) -> Iterator[Any]:  # noqa: ANN401  the same
    """A command and all commands under it."""
    yield command
    for inner in getattr(command, "commands", {}).values():
        yield from every(inner)


def _language(desk: Desk, arguments: Sequence[str]) -> str:
    for one, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if one == "--lang":
            return (
                following.replace("-", "_")
                if following.replace("-", "_") in {"en", "zh_Hant", "zh_Hans"}
                else "en"
            )
        if one.startswith("--lang="):
            return (
                one.partition("=")[2].replace("-", "_")
                if one.partition("=")[2].replace("-", "_") in {"en", "zh_Hant", "zh_Hans"}
                else "en"
            )
    try:
        return desk.settings.language
    except Duecourse:
        return "en"
