"""Changing the master key: every case key and office key is wrapped again by the newest line, and nothing that is sealed is touched.

The new line is on disk before anything is wrapped by it, and old lines stay: at every moment every key opens. Keys are wrapped in batches,
each a transaction of its own, so that a rotation can be stopped anywhere; the next one goes on where it ended.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from casework import keyfile
from casework.errors import BadInput, Broken, KeyProblem
from casework.kept_keys import TABLES, Kept, Keys, wraps
from casework.offices import put_mark, touch_offices
from casework.settings import Settings
from casework.store import NEWEST_MARK, Store

BATCH = 200
"""Keys wrapped in one transaction: on SQLite nobody else writes meanwhile, for some milliseconds."""


@dataclass(frozen=True)
class KeyLine:
    """A master key by its id: how many keys it wraps, and which place its line has."""

    id: str
    wraps: Keys
    newest: bool = False
    oldest: bool = False

    @property
    def needed(self) -> bool:
        """Whether its line must stay. The newest wraps; from the oldest come the indexes and every proof; of the others, what they wrap."""
        return self.newest or self.oldest or bool(self.wraps)


@dataclass(frozen=True)
class KeyStatus:
    """Which master keys there are, newest first. `missing`: those that wrapped something and are not there."""

    source: str  # file, variable or command
    lines: tuple[KeyLine, ...]
    missing: tuple[KeyLine, ...]

    @property
    def waiting(self) -> bool:
        """Whether something is to be wrapped again: by a line that is there, and is not the newest."""
        return any(line.wraps for line in self.lines if not line.newest)


@dataclass(frozen=True)
class Rotated:
    """What a rotation did. `added`: the new line's id; empty: none was added. `unopened`: some keys did not open and stay as they were."""

    added: str
    newest: str
    wrapped: Keys
    unopened: bool


def status(store: Store, settings: Settings) -> KeyStatus:
    """Count what each master key wraps; keys that were destroyed count no more. Never anything of the keys themselves."""
    with store.reading() as session:
        found = wraps(session.connection())
    known = [master_id for master_id, _ in store.keys.lines]
    lines = (
        KeyLine(one, found.get(one, Keys()), newest=one == known[0], oldest=one == known[-1]) for one in known
    )
    missing = (KeyLine(one, found[one]) for one in sorted(found.keys() - set(known)))
    return KeyStatus(source_of(settings), tuple(lines), tuple(missing))


def source_of(settings: Settings) -> str:
    """Where the master keys come from: file, variable or command."""
    if settings.key is not None:
        return "variable"
    return "command" if settings.key_command else "file"


def add_line(store: Store, settings: Settings) -> str:
    """Put a new line on top of the key file and wrap nothing: on several machines, the file is then copied before `rotate`.

    Returns its id. Raises BadInput where the keys are in no file or a rotation is not finished, KeyProblem when the file cannot be written.
    """
    if source_of(settings) != "file":
        raise BadInput(
            "The master keys are not kept in a file here.",
            hint="Put the new line on top where they are kept.",
        )
    if status(store, settings).waiting:
        raise BadInput(
            "An earlier rotation is not finished.", hint="Finish it first: `duecourse key rotate`."
        )
    return _new_line(store, settings)


def rotate(
    store: Store, settings: Settings, *, progress: Callable[[int, int], None] | None = None
) -> Rotated:
    """Finish a rotation that was begun; where there is none, put a new line on top of the key file and wrap every key by it.

    Keys in a variable or from a program are another's to write: they are only wrapped again by the newest line there is. `progress` is
    told how many keys of how many are done. One that does not open stays as it was, and hinders no other.
    Raises KeyProblem when the key file cannot be written; it is then as it was.
    """
    done = _wrap_all(store, progress)
    if done.wrapped or source_of(settings) != "file":
        return done
    added = _new_line(store, settings)
    done = _wrap_all(store, progress)
    return replace(done, added=added)


def _new_line(store: Store, settings: Settings) -> str:
    added = keyfile.add_line(settings.key_file)
    if not store.keys.knows(added):
        raise Broken("The new line {id} was put into the key file and is not found there.", id=added)
    return added


def _wrap_all(store: Store, progress: Callable[[int, int], None] | None) -> Rotated:
    """Wrap whatever the newest line does not wrap, until a round finds nothing more: meanwhile cases may be opened under the line before."""
    wrapped = Keys()
    while True:
        tried, before = 0, wrapped
        total = _announce(store)
        for kept in TABLES if total else ():
            for read, done in _batches(store, kept):
                tried, wrapped = tried + read, wrapped.more(done)
                if progress is not None:
                    progress(min(tried, total), total)
        if wrapped == before:
            return Rotated("", store.keys.newest_id, wrapped, unopened=tried > 0)


def _announce(store: Store) -> int:
    """Count the keys that wait, and if there are any, tell every process which key wraps from now on."""
    newest = store.keys.newest_id
    with store.reading() as session:
        found = wraps(session.connection())
    total = sum(sum(keys) for master_id, keys in found.items() if master_id != newest)
    if total:
        with store.transaction() as session:
            put_mark(session.connection(), NEWEST_MARK, newest)
            touch_offices(session.connection())
    return total


def _batches(store: Store, kept: Kept) -> Iterator[tuple[int, Keys]]:
    """Wrap the keys of a table, batch by batch: how many were read, and those of them that are wrapped anew."""
    last = 0
    while True:
        with store.reading() as session:
            waits = kept.waiting.where(kept.id > last, kept.table.c.master_id != store.keys.newest_id)
            rows = session.connection().execute(waits.limit(BATCH)).all()
        if not rows:
            return
        done = Keys()
        if again := [one for row in rows for one in _again(store, row)]:
            with store.transaction() as session:
                done = kept.keys(session.connection().execute(kept.change, again).rowcount)
        last = rows[-1].owner_id
        yield len(rows), done


def _again(store: Store, row: Row[Any]) -> Iterator[dict[str, Any]]:
    """A key wrapped by the newest line; nothing where it does not open: its line is missing, or it was changed, which others say."""
    aad, was = row.owner.encode(), bytes(row.wrapped)
    with suppress(KeyProblem):
        new, by = store.keys.wrap(store.keys.unwrap(was, row.master_id, aad), aad)
        yield {"one": row.owner_id, "was": was, "new": new, "by": by}
