"""Archiving secret cases where everybody may look on: no reference comes out of here, and no number of fewer than three cases (B10).

A case that cannot be archived stays filed, and is tried again at the next run. Who may know of it sees it there, and the clock that runs
until it is archived tells them; operations hear of it in a line of the log that names no case.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from casework.archive import archive_case, waiting
from casework.operations import tellable
from casework.outcome import Refused
from casework.store import Store, database_is_away

_LOG = logging.getLogger("duecourse")


@dataclass(frozen=True)
class InSecret:
    """How many secret cases were archived, and how many could not be; 0 stands for fewer than three."""

    archived: int
    failed: int


def archive_in_secret(
    store: Store, at: datetime, root: str, *, attachments: Path | None = None, language: str = "en"
) -> InSecret:
    """Archive every secret case that waits. Arguments as for `archive_case`. Raises StoreProblem when the database cannot be used."""
    with store.reading() as session:
        refs = waiting(session, secret=True)
    done = [_archived(store, ref, at, root, attachments, language) for ref in refs]
    return InSecret(tellable(done.count(True)) or 0, tellable(done.count(False)) or 0)


def _archived(
    store: Store, ref: str, at: datetime, root: str, attachments: Path | None, language: str
) -> bool:
    try:
        outcome = archive_case(store, ref, at, root, attachments=attachments, language=language)
    except Exception as error:
        # Whatever is wrong with one case must not hold up the others; a database that is away is no fault of the case.
        if database_is_away(error):
            raise
        # Its class only: an error's text may hold what is in a case.
        _LOG.warning("a secret case could not be archived: %s", type(error).__name__)
        return False
    return not isinstance(outcome, Refused)
