"""Writes what follows from the law: the pages of `docs/procedures` and the catalogues of `states/locale`.

`python -m desk.docs` writes them, `python -m desk.docs --check` names what is stale and ends with 1.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from desk import catalogues
from desk.procedure_page import pages
from states.words import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]


def stale(root: Path, wanted: Mapping[Path, bytes]) -> list[Path]:
    """Return the files that are missing or are not as they should be, and pages of procedures that are no more."""
    differs = [path for path, content in wanted.items() if not path.is_file() or path.read_bytes() != content]
    return sorted([*differs, *_left_over(root, wanted)])


def _left_over(root: Path, wanted: Mapping[Path, bytes]) -> list[Path]:
    return [path for path in (root / "docs" / "procedures").rglob("*.md") if path not in wanted]


def check(root: Path) -> list[Path]:
    """Return what is stale, without writing anything."""
    return stale(root, {**catalogues.files(root), **pages(root)})


def write(root: Path) -> list[Path]:
    """Bring everything up to date and return what was changed. The pages come last: they speak by the catalogues."""
    changed = _write(root, catalogues.files(root))
    catalogue.cache_clear()
    written = pages(root)
    changed += _write(root, written)
    for path in _left_over(root, written):
        path.unlink()
        changed.append(path)
    return changed


def _write(root: Path, wanted: Mapping[Path, bytes]) -> list[Path]:
    changed = [path for path in stale(root, wanted) if path in wanted]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wanted[path])
    return changed


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check, as the command line asks; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m desk.docs", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; name what is stale and end with 1"
    )
    asked = parser.parse_args(arguments)
    found = check(ROOT) if asked.check else write(ROOT)
    names = "".join(f"  {path.relative_to(ROOT)}\n" for path in found)
    if asked.check:
        if found:
            sys.stderr.write(f"Stale; `make docs` writes them afresh:\n{names}")
        return 1 if found else 0
    sys.stdout.write(f"Written:\n{names}" if found else "Everything is up to date.\n")
    for language in catalogues.TRANSLATED:
        missing = catalogues.untranslated(catalogues.read(ROOT, language))
        if missing:
            sys.stdout.write(
                f"{language} has no words yet for {len(missing)} of the messages; see {catalogues.path_of(Path(), language)}\n"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
