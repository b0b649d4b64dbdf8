"""One bag at a time: found again, built, read back, and what other runs left beside it removed."""

import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from casework import bag_content
from casework.bag_content import Inside
from casework.bags import MANIFEST, Shelf, digest, faults, write_tags
from casework.errors import StoreProblem

_LOOKS = 3


@dataclass(frozen=True)
class Bag:
    """A bag in its place, read back from there."""

    name: str
    manifest_sha256: str
    payload_sha256: str


def found(shelf: Shelf, inside: Inside) -> Bag | None:
    """A whole bag of the case as it is now, left by a run that died before the door. What else is left there is removed once the case is archived."""
    for name in shelf.names(inside.ref):
        bag = None if name.startswith(".") else read_back(shelf, inside, name)
        if bag is not None:
            return bag
    return None


def built(shelf: Shelf, inside: Inside, at: datetime, language: str) -> Bag:
    """Build a bag, put it in its place and read it back from there. Raises StoreProblem if it is not whole then."""
    name = f"{inside.ref}-{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory(prefix="duecourse-bag-") as temporary:
        inside.write(Path(temporary), name, at, language)
        write_tags(Path(temporary), inside.info(name, at))
        shelf.place(inside.ref, name, Path(temporary))
    bag = read_back(shelf, inside, name)
    if bag is None:
        shelf.remove(inside.ref, name)
        raise StoreProblem(
            "The bag of {ref} was not whole when it was read back.",
            hint="Check the archive's disk. The case stays as it is; run it again.",
            ref=inside.ref,
        )
    return bag


def read_back(shelf: Shelf, inside: Inside, name: str) -> Bag | None:
    """The bag as it stands on the shelf, if it is whole and holds exactly the case as it is now."""
    with shelf.copy(inside.ref, name) as folder:
        if faults(folder) or not inside.is_in(folder, name):
            return None
        return Bag(name, digest(folder / MANIFEST), digest(folder / bag_content.EVIDENCE))


def tidy(shelf: Shelf, ref: str, kept: str) -> None:
    """Remove what this run and others left for an archived case. Every run does so at its end, so that the last one leaves one bag.

    Two that remove the same thing stumble over each other, hence the second look; what cannot be reached now is left to the next run.
    """
    for _ in range(_LOOKS):
        with suppress(OSError):
            left = [name for name in shelf.names(ref) if name != kept]
            if not left:
                return
            for name in left:
                shelf.remove(ref, name)
