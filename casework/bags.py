"""Bags on a shelf: written, put in place, read back (BagIt, RFC 8493).

A bag is written here and checked by `bagit`, so that it is somebody else's reading that finds it whole. `bagit` writes bags too, but
changes the working directory of the whole process for it, and runs of flows share one.
"""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bagit
import fsspec
from fsspec.implementations.local import LocalFileSystem

from casework.errors import BadInput, StoreProblem

ALGORITHMS = ("sha256", "sha512")
MANIFEST = "manifest-sha256.txt"
"""The file whose digest stands for a bag: it lists the digests of the whole payload."""
_HALF = ".incoming-"
_CHUNK = 1 << 20


def write_tags(folder: Path, info: Mapping[str, str]) -> None:
    """Make a bag of a folder whose payload lies under `data/`: declaration, manifests, `info`, and manifests of those."""
    payload = sorted(path for path in (folder / "data").rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in payload)
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in info.items())
        + f"Payload-Oxum: {size}.{len(payload)}\n",
        **{f"manifest-{name}.txt": _manifest(folder, payload, name) for name in ALGORITHMS},
    }
    for name, text in tags.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    for name in ALGORITHMS:
        text = _manifest(folder, [folder / tag for tag in sorted(tags)], name)
        (folder / f"tagmanifest-{name}.txt").write_text(text, encoding="utf-8", newline="\n")


def _manifest(folder: Path, files: list[Path], algorithm: str) -> str:
    return "".join(f"{digest(path, algorithm)}  {path.relative_to(folder).as_posix()}\n" for path in files)


def digest(path: Path, algorithm: str = "sha256") -> str:
    """Digest of a file in hex, read piece by piece."""
    made = hashlib.new(algorithm)
    with path.open("rb") as opened:
        while piece := opened.read(_CHUNK):
            made.update(piece)
    return made.hexdigest()


def faults(folder: Path) -> tuple[str, ...]:
    """What `bagit` finds wrong with a bag; nothing if it is whole."""
    try:
        bagit.Bag(str(folder)).validate()
    except bagit.BagError as error:
        return tuple(str(each) for each in getattr(error, "details", None) or [error])
    except (OSError, UnicodeDecodeError) as error:
        return (type(error).__name__,)
    return ()


def info_of(folder: Path) -> Mapping[str, str]:
    """What a bag says of itself. Of a bag that is not whole, nothing that can be trusted."""
    return {name: str(value) for name, value in bagit.Bag(str(folder)).info.items()}


@dataclass(frozen=True)
class Shelf:
    """Where bags stand: a folder, or any store that fsspec has an address for. Those of one case stand together."""

    files: Any
    path: str
    shown: str

    @classmethod
    def at(cls, root: str) -> "Shelf":
        """The shelf at an address. Raises BadInput if nothing here can reach such an address."""
        try:
            files, path = fsspec.core.url_to_fs(root)
        except (ImportError, ValueError) as error:
            raise BadInput(
                "The archive's address cannot be used.",
                hint="Give a folder, or an address whose fsspec driver is installed.",
            ) from error
        # An address may carry a password; only a folder is shown.
        return cls(
            files,
            path,
            path
            if isinstance(files, LocalFileSystem)
            else f"{files.protocol if isinstance(files.protocol, str) else files.protocol[0]}://",
        )

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Say in a sentence that the shelf, or the folder for temporary files, cannot be used."""
        try:
            yield
        except OSError as error:
            raise StoreProblem(
                "The archive at {root} cannot be read or written.",
                hint="Check its rights and its space, and that of the folder for temporary files. The case stays as it is; run it again.", root=self.shown,
            ) from error  # fmt: skip

    def names(self, ref: str) -> list[str]:
        """The bags that stand there for a case, and the halves of bags that a crash left behind."""
        place = f"{self.path}/{ref}"
        if not self.files.isdir(place):
            return []
        return sorted(
            str(found).rstrip("/").rpartition("/")[2] for found in self.files.ls(place, detail=False)
        )

    def place(self, ref: str, name: str, folder: Path) -> None:
        """Copy a bag there under a name that no bag has yet: first under a name that nobody takes for a bag, then by one move."""
        half, whole = f"{self.path}/{ref}/{_HALF}{secrets.token_hex(4)}", f"{self.path}/{ref}/{name}"
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            target = f"{half}/{path.relative_to(folder).as_posix()}"
            self.files.makedirs(target.rpartition("/")[0], exist_ok=True)
            self.files.put_file(str(path), target)
            if isinstance(self.files, LocalFileSystem):
                _settle(Path(target))
        self.files.mv(half, whole, recursive=True)

    def remove(self, ref: str, name: str) -> None:
        """Take a bag, or the half of one, away."""
        with suppress(FileNotFoundError):  # another run was quicker
            self.files.rm(f"{self.path}/{ref}/{name}", recursive=True)

    @contextmanager
    def copy(self, ref: str, name: str) -> Iterator[Path]:
        """A copy of a bag in a folder that goes away afterwards."""
        with _fetched(self.files, f"{self.path}/{ref}/{name}") as folder:
            yield folder


@contextmanager
def fetched(address: str) -> Iterator[Path]:
    """A copy of the bag at an address in a folder that goes away afterwards. Raises BadInput as `Shelf.at`, and where there is no bag."""
    shelf = Shelf.at(address)
    with shelf.at_work():
        if not shelf.files.isdir(shelf.path):
            raise BadInput("There is no bag there.", hint="Give the folder that holds bagit.txt.")
        with _fetched(shelf.files, shelf.path) as folder:
            yield folder


@contextmanager
def _fetched(files: Any, path: str) -> Iterator[Path]:  # noqa: ANN401  fsspec is untyped
    with tempfile.TemporaryDirectory(prefix="duecourse-bag-") as temporary:
        folder = Path(temporary) / "bag"
        folder.mkdir()
        for found in files.find(path):
            target = folder / str(found)[len(path) :].lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            files.get_file(found, str(target))
        yield folder


def _settle(path: Path) -> None:
    """Have the disk keep a file, so that a case is not archived in a bag that a power cut empties."""
    with path.open("rb") as opened:
        os.fsync(opened.fileno())
