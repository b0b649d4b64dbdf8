"""How master keys are written down, and read from a file, a variable or a program.

One line per key, newest first: `duecourse-key 1 <id> <base64 of 32 bytes>`; blank lines and lines with `#` are skipped.
Rotation puts a new line on top. No error shows anything of a key, only the number of the line.
"""

import base64
import codecs
import fcntl
import os
import re
import secrets
import stat
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from casework.errors import KeyProblem

KEY_BYTES = 32
COMMAND_SECONDS = 30

_LINE = re.compile(r"duecourse-key 1 ([A-Za-z0-9_.-]{1,40}) ([A-Za-z0-9+/]{43}=)")


def new_line() -> str:
    """Return a line with a new random key and a new random id."""
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    return f"duecourse-key 1 {secrets.token_hex(4)} {key}"


def parse(text: str, where: str) -> tuple[tuple[str, bytes], ...]:
    """Return the ids and keys that `text` lists, newest first; `where` names it in the sentence of a KeyProblem."""
    keys: dict[str, bytes] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = " ".join(line.split())
        if not words or words.startswith("#"):
            continue
        found = _LINE.fullmatch(words)
        if found is None:
            raise KeyProblem(
                "Line {line} of {where} is not a key.",
                hint='It must read "duecourse-key 1", an id, and 32 bytes in base64.',
                line=number,
                where=where,
            )
        if found[1] in keys:
            raise KeyProblem(
                "Line {line} of {where} repeats the id of an earlier line.", line=number, where=where
            )
        keys[found[1]] = base64.b64decode(found[2])
    if not keys:
        raise KeyProblem("There is no key in {where}.", where=where)
    return tuple(keys.items())


def read_file(path: Path) -> str:
    """Return the text of a key file. Raises KeyProblem when it cannot be read, or can be read by others."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read()
    except OSError as problem:
        raise KeyProblem(
            "The key file {path} cannot be read: {why}.", path=path, why=problem.strerror
        ) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyProblem(
            "People other than its owner can use the key file {path}.",
            hint="Run: chmod 600 {path}",
            path=path,
        )
    return _text(content)


def ask_command(argv: Sequence[str]) -> str:
    """Return what a program prints within 30 seconds; its complaints go to our stderr. Raises KeyProblem."""
    if not argv:
        raise KeyProblem("The key command is empty.")
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command, run without a shell
            list(argv), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=COMMAND_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        # The error would carry along what the program had printed by then.
        why = f"it took longer than {COMMAND_SECONDS} seconds"
    except OSError as problem:
        why = f"it cannot be started ({problem.strerror})"
    else:
        if done.returncode == 0:
            return _text(done.stdout)
        why = f"it ended with status {done.returncode}"
    raise KeyProblem("The key command gave no key: {why}.", why=why)


def create_file(path: Path) -> None:
    """Write a file with one new key, for its owner alone. Raises KeyProblem when it exists or cannot be written."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as problem:
        if os.path.lexists(path):
            raise KeyProblem("There is a file at {path} already; it is not overwritten.", path=path) from None
        raise _not_written(path, problem) from None
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(new_line() + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        path.unlink(missing_ok=True)  # half a key must not stand in the way of a whole one
        raise _not_written(path, problem) from None


def add_line(path: Path) -> str:
    """Put a new key on top of a key file and return its id. Every old line, the file's owner and its mode stay as they are.

    The file is replaced in one step: after a crash it is the old one or the new one, never half of either; two at once follow each other.
    Raises KeyProblem when it cannot be read or written, or holds a line that is no key; it is then as it was.
    """
    target = path.resolve()  # behind a link, which stays
    try:
        with _alone(target.parent) as folder:
            parse(read_file(target), str(path))
            old, line = target.read_bytes().removeprefix(codecs.BOM_UTF8), new_line()
            _replace(target, f"{line}\n".encode() + old)
            os.fsync(
                folder
            )  # the new name must outlast a power failure before anything is wrapped by the new key
    except OSError as problem:
        raise _not_written(path, problem) from None
    return line.split()[2]


@contextmanager
def _alone(folder: Path) -> Iterator[int]:
    """Hold a lock on a folder that ends with the process, and give its handle."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _replace(target: Path, content: bytes) -> None:
    """Write a whole new file with the owner and the mode of the old one beside it, then put it in its place."""
    was, beside = target.stat(), target.with_name(f".{target.name}.new")
    beside.unlink(missing_ok=True)  # of one that crashed: nobody else writes here now
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            if (was.st_uid, was.st_gid) != (os.geteuid(), os.fstat(handle).st_gid):
                os.fchown(handle, was.st_uid, was.st_gid)  # else the service could no longer read its own key
            os.fchmod(handle, stat.S_IMODE(was.st_mode))
            file.write(content)
            file.flush()
            os.fsync(handle)
        beside.replace(target)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _not_written(path: Path, problem: OSError) -> KeyProblem:
    return KeyProblem("No key file can be written at {path}: {why}.", path=path, why=problem.strerror)


def _text(content: bytes) -> str:
    # Replaced rather than refused: a decoding error would carry the content along, and the line is refused anyway.
    return content.decode("utf-8-sig", errors="replace")
