"""The edge: every error becomes one sentence on standard error and an exit code. A traceback only with `--debug`.

0 done · 1 looked for something and found it wrong · 2 what was given cannot be used · 3 refused · 4 somebody else was quicker ·
70 our mistake · 130 stopped by hand.
"""

from __future__ import annotations

import json
import sys
import traceback
from dataclasses import dataclass

import typer

from desk.session import Desk

FOUND_WRONG = 1
UNUSABLE = 2
REFUSED = 3
STALE = 4
OUR_MISTAKE = 70
STOPPED = 130

# The command line's own errors: typer brings its click along in some versions and imports it in others.
USAGE_ERROR, COMMAND_ERROR = typer.BadParameter.__mro__[1:3]


def tell(desk: Desk, error: BaseException) -> int:
    """Say what went wrong in one sentence and return the exit code. Never shows a value that an unexpected error carries."""
    voice = Voice(desk)
    if isinstance(error, typer.Exit):
        return int(error.exit_code)
    if desk.debug and isinstance(error, Exception) and not isinstance(error, COMMAND_ERROR):
        desk.err.write("".join(traceback.format_tb(error.__traceback__)))
    if isinstance(error, COMMAND_ERROR) and not str(error):
        return UNUSABLE  # a group without its command: typer has shown the help page already
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return _write(
            desk, "Stopped", voice.say("Stopped. What was not finished was not done at all."), STOPPED
        )
    return _write(desk, type(error).__name__, *_sentence(voice, error))


def _sentence(voice: Voice, error: BaseException) -> tuple[str, int]:  # noqa: PLR0911  one line for each sort of error
    from casework.errors import Broken, Duecourse, Stale  # noqa: PLC0415  only now is it needed

    if isinstance(error, COMMAND_ERROR):
        return _of_command_line(voice, error), UNUSABLE
    if isinstance(error, Duecourse):
        told = error.told(voice.translated)
        if isinstance(error, Broken):
            return f"{told} {voice.say('This is our mistake, not yours; nothing was changed.')}", OUR_MISTAKE
        return told, STALE if isinstance(error, Stale) else UNUSABLE
    if (
        type(error) is LookupError
        or _is(error, "models.engine", "UnknownDatabase")
        or _is(error, "models.schema", "UnusableStore")
    ):
        return str(error), UNUSABLE
    if _is(error, "states.procedure", "Unsound"):
        return voice.say("The procedures contradict themselves: {what}", what=str(error)), UNUSABLE
    if isinstance(error, OSError) and error.filename is not None:
        why = error.strerror or type(error).__name__
        return voice.say(
            "The file {path} cannot be read or written: {why}.", path=error.filename, why=why
        ), UNUSABLE
    ours = voice.say(
        "Something went wrong that should not have ({name}). This is our mistake, not yours; nothing was half done. Add --debug to see where.",
        name=type(error).__name__,
    )
    return ours, OUR_MISTAKE


def _is(error: BaseException, module: str, name: str) -> bool:
    """Whether it is of this class, without loading the module: an error of a module that was never loaded cannot have come."""
    return module in sys.modules and isinstance(error, getattr(sys.modules[module], name))


def _of_command_line(voice: Voice, error: BaseException) -> str:
    said = str(getattr(error, "format_message", lambda: str(error))()).strip()
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "duecourse"
    sentence = said if said.endswith((".", "?", "!")) else f"{said}."
    return f"{sentence} {voice.say('`{command} --help` shows how it is used.', command=path)}"


@dataclass(frozen=True)
class Voice:
    """Speaks the language of the run; English where not even that can be found out."""

    desk: Desk

    def say(self, msgid: str, /, **params: object) -> str:
        """A sentence with its parameters filled in."""
        return self.translated(msgid).format_map(params)

    def translated(self, msgid: str) -> str:
        """A sentence with its parameters open."""
        from casework.errors import BadInput  # noqa: PLC0415
        from states.words import catalogue  # noqa: PLC0415

        try:
            return catalogue(self.desk.language).gettext(msgid)
        except BadInput:
            return msgid


def refuse(desk: Desk, sentence: str) -> int:
    """Say in one sentence that something is not possible now, to somebody who may not learn why; return the exit code."""
    return _write(desk, "Refused", sentence, REFUSED)


def _write(desk: Desk, kind: str, sentence: str, code: int) -> int:
    if desk.as_json:
        told = json.dumps({"error": {"kind": kind, "sentence": sentence, "exit": code}}, ensure_ascii=False)
        desk.err.write(f"{told}\n")
    else:
        desk.err.write(f"{sentence}\n")
    return code
