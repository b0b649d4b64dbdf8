"""The clock of a rehearsal: a folder of its own in which somebody plays through what would happen, at whatever hour it would.

It stands still until it is moved on by hand. There is none but in a folder that was empty when the rehearsal began, with its own database
in it: the record of a real office takes its time from nowhere but the machine.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from casework.clock import FrozenClock
from casework.errors import BadInput
from casework.settings import Settings

FILE = "rehearsal"
"""In the folder: the moment at which the clock stands, with the offset in which it was typed."""


def rehearsed(environ: Mapping[str, str]) -> FrozenClock | None:
    """The clock of the rehearsal that `environ` leads to; None where there is none. Raises BadInput as `stands_at`."""
    at = stands_at(environ)
    return None if at is None else FrozenClock(at)


def stands_at(environ: Mapping[str, str]) -> datetime | None:
    """The moment at which the rehearsal stands, with its offset. Raises BadInput for a database elsewhere and for a file that is none."""
    home = _folder(environ)
    if home is None or not (file := home / FILE).is_file():
        return None
    _alone(environ)
    try:
        return _read(file.read_text(encoding="utf-8").strip())
    except (ValueError, UnicodeDecodeError):
        raise BadInput(
            "The clock of the rehearsal cannot be read: {file}.",
            hint="Begin another rehearsal, in another folder.",
            file=str(file),
        ) from None


def begin(environ: Mapping[str, str], typed: str) -> datetime:
    """Begin a rehearsal in an empty folder. Raises BadInput for a folder that is not, and for a moment without an offset."""
    folder = _folder(environ)
    if folder is None:
        raise BadInput(
            "A rehearsal needs a folder of its own.", hint="Set DUECOURSE_HOME to one that is empty."
        )
    _alone(environ)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(
            "A rehearsal needs a folder of its own, and {home} is not empty.",
            hint="Set DUECOURSE_HOME to one that is.",
            home=str(folder),
        )
    try:
        at = _read(typed.strip())
    except ValueError:
        raise BadInput(
            '"{typed}" is not a moment with its offset.',
            hint='Write it like "2026-03-02 22:50+08:00".',
            typed=typed[:40],
        ) from None
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder, at)
    return at


def stand(environ: Mapping[str, str], at: datetime) -> None:
    """Let the clock of a rehearsal that has begun stand at a moment from now on. Raises BadInput where there is none."""
    folder = _folder(environ)
    if folder is None or not (folder / FILE).is_file():
        raise BadInput("There is no rehearsal whose clock could be moved.")
    _write(folder, at)


def _write(folder: Path, at: datetime) -> None:
    (folder / FILE).write_text(f"{at.isoformat()}\n", encoding="utf-8")


def _folder(environ: Mapping[str, str]) -> Path | None:
    """The folder that is named; that of everyday is none to rehearse in."""
    return Settings.read(environ).home if environ.get("DUECOURSE_HOME", "").strip() else None


def _read(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.utcoffset() is None:
        raise ValueError("no offset")
    return at


def _alone(environ: Mapping[str, str]) -> None:
    if environ.get("DUECOURSE_DATABASE", "").strip():
        raise BadInput("A rehearsal keeps to its own folder.", hint="Unset DUECOURSE_DATABASE.")
