"""Sealed files in a folder beside the database: written before the transaction that speaks of them commits, and gone if it does not.

What a crash in between leaves behind is named by no row and removed by `sweep_orphans`.
"""

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, select
from sqlmodel import Session

import models
from casework.errors import BadInput, StoreProblem
from casework.store import Store

SUFFIX = ".sealed"
UNSETTLED = timedelta(hours=1)
"""A file younger than this may belong to a transaction that has not committed yet."""
ATTACHMENTS = models.table(models.Attachment)


def content_of(file: Path | bytes, most: int) -> bytes:
    """The content of a file, no more than `most` bytes of it ever read."""
    if isinstance(file, Path):
        try:
            if not file.is_file():
                raise BadInput("There is no such file.", hint="Give the path of one file.")
            with file.open("rb") as opened:
                content = opened.read(most + 1)
        except OSError as error:
            raise BadInput("The file cannot be read.", hint="Check who may read it.") from error
    else:
        content = file
    if not content:
        raise BadInput("The file is empty.", hint="Look whether it is the one you meant.")
    if len(content) > most:
        raise BadInput(
            "The file is larger than {most} bytes.",
            hint="Attach it in parts, or have the office set `attachment_bytes`.",
            most=most,
        )
    return content


def keep(session: Session, folder: Path, stored_as: str, sealed: bytes) -> None:
    """Write the sealed file under its final name, and see to it that it goes if the transaction does not commit."""
    path, part = folder / stored_as, folder / (stored_as + ".part")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with part.open("xb") as opened:
            opened.write(sealed)
            opened.flush()
            os.fsync(opened.fileno())
        part.rename(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StoreProblem(
            "The file cannot be kept in {folder}.",
            hint="Check that its disk is not full; nothing was changed.",
            folder=str(folder),
        ) from error
    _unsettled(session).append(path)


def _unsettled(session: Session) -> list[Path]:
    """The files written in this transaction, removed when it rolls back.

    Not once a commit has begun: it may have reached the database although the answer was lost.
    """
    kept: list[Path] | None = session.info.get("unsettled_files")
    if kept is not None:
        return kept
    files: list[Path] = []
    session.info["unsettled_files"] = files

    def remove(_: object) -> None:
        for path in files:
            path.unlink(missing_ok=True)

    event.listen(session.connection(), "commit", lambda _: files.clear())
    event.listen(session.connection(), "rollback", remove)
    return files


def sweep_orphans(store: Store, folder: Path, at: datetime) -> int:
    """Remove the sealed files that no row names and that are older than `UNSETTLED`. Returns how many."""
    if not folder.is_dir():
        return 0
    found = sorted(path for path in folder.iterdir() if path.name.endswith((SUFFIX, SUFFIX + ".part")))
    old = [path for path in found if datetime.fromtimestamp(path.stat().st_mtime, UTC) < at - UNSETTLED]
    with store.reading() as session:
        named = set(session.connection().execute(select(ATTACHMENTS.c.stored_as)).scalars())
    orphans = [path for path in old if path.name not in named]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
