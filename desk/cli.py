"""The command `duecourse`, put together from the modules of `desk/commands`.

`--json`, `--lang`, `--as` and `--debug` may stand anywhere. Nothing of the case work is imported before a command needs it.
"""

from __future__ import annotations

import os
import sys
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from desk.commands import (
    cases,
    checks,
    endorsements,
    install,
    keys,
    law,
    offices,
    people,
    receipts,
    records,
    registers,
    rehearsals,
    rulings,
    secrecy,
    times,
)
from desk.session import Desk, Turned
from desk.troubles import STOPPED, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from casework.clock import Clock

PARTS = (
    install,
    cases,
    records,
    endorsements,
    secrecy,
    times,
    offices,
    people,
    rulings,
    registers,
    checks,
    keys,
    law,
    receipts,
    rehearsals,
)
ORDER = (
    "up", "demo", "register", "show", "list", "record", "move", "assign", "attach", "void", "correct", "endorse", "reveal", "readings", "served", "due", "alarms", "visit",
    "office", "person", "edition", "interpretation", "rule", "guest", "delegation", "major", "check", "doctor", "audit", "archive", "import", "key", "prove", "diagram", "new-edition", "receipt", "rehearse",
)  # fmt: skip
"""As the help page lists them: what a new user needs first stands first."""
FLAGS = frozenset({"--json", "--debug"})
VALUED = frozenset({"--lang", "--as"})


def application() -> Any:  # noqa: ANN401  typer's command, click's by another name
    """The command with everything under it."""
    app = typer.Typer(
        name="duecourse",
        help="See every complaint through, in due course.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        pretty_exceptions_show_locals=False,
    )
    app.callback()(_everywhere)
    for part in PARTS:
        part.add_to(app)
    command: Any = typer.main.get_command(app)
    command.commands = {name: command.commands[name] for name in ORDER}
    return command


def _everywhere(
    context: typer.Context,
    *,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")] = False,
    lang: Annotated[
        str, typer.Option("--lang", metavar="en|zh_Hant|zh_Hans", help="Speak this language.")
    ] = "",
    token: Annotated[
        str,
        typer.Option(
            "--as", metavar="TOKEN", help="Act as the person of this token, instead of DUECOURSE_TOKEN."
        ),
    ] = "",
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    """Take what may stand anywhere."""
    desk: Desk = context.find_root().obj
    desk.as_json, desk.debug = json, debug
    desk.given_token = token.strip() or None
    if lang:
        desk.chosen_language = _language(lang)


def _language(typed: str) -> str:
    from states.words import LANGUAGES  # noqa: PLC0415

    for language in LANGUAGES:
        if typed.replace("-", "_").casefold() == language.casefold():
            return language
    raise typer.BadParameter(f'"{typed}" is not one of {", ".join(LANGUAGES)}', param_hint="--lang")


def hoisted(arguments: Sequence[str]) -> list[str]:
    """The arguments with those that may stand anywhere in front; after `--` nothing is moved."""
    front: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        one = waiting.pop(0)
        if one == "--":
            rest += [one, *waiting]
            break
        if one in FLAGS or one.partition("=")[0] in VALUED:
            front.append(one)
            if one in VALUED and waiting:
                front.append(waiting.pop(0))
        else:
            rest.append(one)
    return front + rest


def main(
    arguments: Sequence[str] | None = None,
    *,
    clock: Clock | None = None,
    environ: Mapping[str, str] | None = None,
    out: IO[str] | None = None,
    err: IO[str] | None = None,
    ask: Callable[[str], str] | None = None,
) -> int:
    """Run one command and return its exit code. A test brings its own clock, environment, paper and person to ask."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    desk = Desk(
        os.environ if environ is None else environ,
        out or sys.stdout,
        err or sys.stderr,
        ask or _person_there(),
        clock,
    )
    desk.as_json = "--json" in given  # so that even a mistyped command is answered in JSON
    desk.debug = "--debug" in given
    try:
        return _run(desk, hoisted(given))
    except BrokenPipeError:
        return 0  # whoever read the answer has seen enough
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  the outer edge
        return tell(desk, error)
    finally:
        desk.close()


def _run(desk: Desk, arguments: list[str]) -> int:
    command = application()
    if "--help" in arguments:
        _translate(desk, command, arguments)
    try:
        code = command.main(args=arguments, prog_name="duecourse", standalone_mode=False, obj=desk)
    except Turned as turned:
        from desk.refusal_page import show_refusal  # noqa: PLC0415  it loads what a refusal has loaded already

        return show_refusal(desk, turned)
    if code == STOPPED:
        raise KeyboardInterrupt  # typer has made an exit code of it
    return code if isinstance(code, int) else 0


def _person_there() -> Callable[[str], str] | None:
    """How to ask whoever sits at the terminal; None in a script."""
    return input if sys.stdin.isatty() and sys.stdout.isatty() else None


def _translate(desk: Desk, command: object, arguments: Sequence[str]) -> None:
    """Put the help into the language of this run; it is never a reason to fail."""
    from desk.help_words import translate  # noqa: PLC0415

    translate(desk, command, arguments)
