"""Places in which anchors lie: the folder in the home, and any folder or store that fsspec reaches. None of their addresses is ever shown."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from casework.anchor_papers import NotAnAnchor, Paper
from casework.errors import BadInput, StoreProblem
from casework.keys import MasterKeys
from casework.settings import Settings

FOLDER = "anchors"
_NAME = re.compile(r"anchor-([0-9]{6,})\.jsonl")
_HALF = ".incoming-"


@dataclass(frozen=True)
class Place:
    """A folder, or a store that fsspec reaches, in which anchors lie."""

    files: Any
    path: str

    @classmethod
    def at(cls, address: str) -> "Place":
        """The place at an address. Raises BadInput if nothing here can reach such an address."""
        try:
            files, path = fsspec.core.url_to_fs(address)
        except (ImportError, ValueError) as error:
            raise BadInput(
                "The address of a place for anchors cannot be used.",
                hint="Give a folder, or an address whose fsspec driver is installed.",
            ) from error
        return cls(files, path)

    def documents(self) -> dict[int, str]:
        """The path of every anchor that lies there, by number, lowest first. Raises StoreProblem when nobody can look."""
        with _reached():
            names = self.files.ls(self.path, detail=False) if self.files.isdir(self.path) else []
        found = ((_NAME.fullmatch(str(path).rpartition("/")[2]), str(path)) for path in names)
        return dict(sorted((int(match[1]), path) for match, path in found if match is not None))

    def read(self, path: str) -> bytes:
        """The content of one document. Raises StoreProblem."""
        with _reached():
            content: bytes = self.files.cat_file(path)
        return content

    def put(self, no: int, content: bytes) -> None:
        """Put a document there and read it back: first under a name that nobody takes for an anchor, then by one move. Raises StoreProblem."""
        half, whole = f"{self.path}/{_HALF}{name_of(no)}", f"{self.path}/{name_of(no)}"
        with _reached():
            self.files.makedirs(self.path, exist_ok=True)
            self.files.pipe_file(half, content)
            if isinstance(self.files, LocalFileSystem):
                settle(Path(half))
            self.files.mv(half, whole)
            if self.files.cat_file(whole) != content:
                raise OSError("what was written is not what is read")


@dataclass(frozen=True)
class Copies:
    """The documents in one place, read one at a time. `numbers`: which there are."""

    place: Place
    numbers: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def at(cls, address: str) -> "Copies":
        """What lies at an address; nothing, if it is not there. Raises BadInput, and StoreProblem when nobody can look."""
        place = Place.at(address)
        return cls(place, place.documents())

    def newest_first(self, keys: MasterKeys) -> Iterator[tuple[int, Paper | None]]:
        """Every document with its number; None for one that was changed or is no anchor of these keys. Raises StoreProblem."""
        for no, path in sorted(self.numbers.items(), reverse=True):
            try:
                paper = Paper.read(keys, self.place.read(path))
            except NotAnAnchor:
                yield no, None
            else:
                yield no, paper if paper.totals.no == no else None


def name_of(no: int) -> str:
    """The name of an anchor's document."""
    return f"anchor-{no:06}.jsonl"


def home_folder(settings: Settings) -> Path:
    """The folder in the home."""
    return settings.home / FOLDER


def is_for_files(address: str) -> bool:
    """Whether an address names a place for files, rather than a channel to people."""
    scheme, mark, _ = address.partition("://")
    return not mark or scheme.partition("::")[0] in fsspec.available_protocols()


def settle(path: Path) -> None:
    """Have the disk keep a file or a folder."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _reached() -> Iterator[None]:
    """Say in a sentence, without the address, that a place cannot be read or written."""
    try:
        yield
    except Exception as error:  # a driver of fsspec raises whatever its own library does
        raise StoreProblem(
            "A place where anchors lie cannot be read or written.",
            hint="Check that it is there, and who may use it.",
        ) from error
