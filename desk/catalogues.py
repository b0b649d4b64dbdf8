"""Keeps the catalogues of `states/locale`: every sentence of every room, the translations made so far, and the compiled form.

Only `desk/docs.py` and the tests come here; a running program reads the compiled catalogues by `states.words`.
"""

from __future__ import annotations

import ast
from io import BytesIO
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from casework.audit_scope import CANNOT_PROVE
from casework.office_settings import BLANK, POINTED_AT
from casework.receipts import ANSWERED, LOOKED_INTO, NOT_NOW, OBJECTED, STANDS, TAKEN_BACK
from casework.rosters import DAY_NAMES
from states.sentences import SHOWN, Message, in_source, law_messages, parsed
from states.words import DOMAIN, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
TITLES = {
    "zh_Hant": "Duecourse in Traditional Chinese, in the texts' own vocabulary.",
    "zh_Hans": "Duecourse in Simplified Chinese.",
}
# The rooms that show sentences besides the law.
ROOMS = ("casework", "desk", "flows")
# Arguments of our errors that people read: the sentence and the hint.
RAISED: tuple[int | str, ...] = (0, "hint")
# What else people read, in calls: what a check or an audit found, and the help of the command line.
FOUND: Mapping[str, tuple[int | str, ...]] = {
    "Finding": (1, 3, "sentence", "hint"),
    "Word": (0,),
    "Flaw": (2, "sentence"),
    "Typer": ("help",),
    "command": ("help",),
    "Option": ("help",),
    "Argument": ("help",),
}
# Sentences that one module keeps and another shows.
KEPT: Mapping[str, tuple[str, ...]] = {
    "casework.office_settings": (BLANK, POINTED_AT),
    "casework.rosters": DAY_NAMES,
    "casework.audit_scope": CANNOT_PROVE,
    "casework.receipts": (ANSWERED, LOOKED_INTO, OBJECTED, TAKEN_BACK, *STANDS.values(), *NOT_NOW.values()),
}


class _Dateless(Catalog):
    """A catalogue whose header names neither a day nor a tool, so that the same messages give the same bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """What a reader of the catalogue must know."""
        return [
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
        ]


def path_of(root: Path, language: str, ending: str = "po") -> Path:
    """Where a language's catalogue stands under the repository's root."""
    return root / "states" / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.{ending}"


def all_messages(root: Path) -> Mapping[Message, frozenset[str]]:
    """Return every message of the repository, each with the places that show it."""
    found = {message: set(places) for message, places in law_messages().items()}
    sources = {
        path: path.read_text(encoding="utf-8")
        for room in ROOMS
        for path in sorted((root / room).rglob("*.py"))
    }
    shown = {**SHOWN, **FOUND, **errors_in(sources.values())}
    for path, source in sources.items():
        place = ".".join(path.relative_to(root).with_suffix("").parts)
        told = (*in_source(source, shown), *own_sentences(source, shown), *KEPT.get(place, ()))
        for text in told:
            found.setdefault(Message(text), set()).add(place)
    return {message: frozenset(places) for message, places in found.items() if message.text}


def errors_in(sources: Iterable[str], root: str = "Duecourse") -> Mapping[str, tuple[int | str, ...]]:
    """Return the classes that derive from the root of our errors, each with the arguments that people read."""
    parents: dict[str, set[str]] = {}
    for source in sources:
        for node in ast.walk(parsed(source)):
            if isinstance(node, ast.ClassDef):
                parents.setdefault(node.name, set()).update(
                    base.id for base in node.bases if isinstance(base, ast.Name)
                )
    found = {root}
    while more := {name for name, bases in parents.items() if bases & found} - found:
        found |= more
    return dict.fromkeys(found, RAISED)


def own_sentences(source: str, errors: Mapping[str, tuple[int | str, ...]]) -> Iterator[str]:
    """Yield the sentences that an error class of ours hands up by `super().__init__`."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.ClassDef) and node.name in errors:
            yield from in_source(ast.unparse(node), {"__init__": RAISED})


def updated(root: Path, language: str, messages: Mapping[Message, frozenset[str]]) -> Catalog:
    """Return a language's catalogue with exactly these messages. Translations are kept, those of vanished messages as obsolete."""
    known = read(root, language)
    made = {(m.id, m.context): m.string for m in [*known, *known.obsolete.values()] if m.id and m.string}
    fresh = _Dateless(locale=language, header_comment=f"# {TITLES[language]}", fuzzy=False)
    for message in sorted(messages, key=lambda m: (m.text, m.context or "")):
        if message.is_label and language == "zh_Hant":
            continue
        places = [(place, 0) for place in sorted(messages[message])]
        fresh.add(
            message.text, made.pop((message.text, message.context), ""), places, context=message.context
        )
    leftover = Catalog()
    for (text, context), string in made.items():
        fresh.obsolete[str(text) if context is None else f"{context}\4{text}"] = leftover.add(
            text, string, context=context
        )
    return fresh


def read(root: Path, language: str) -> Catalog:
    """Return a language's catalogue as it stands, empty if there is none."""
    path = path_of(root, language)
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as translators edit it."""
    out = BytesIO()
    write_po(out, catalogue, width=0, sort_output=True)
    return out.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue as programs read it; what has no translation is left out, so that English stands in."""
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def untranslated(catalogue: Catalog) -> tuple[str, ...]:
    """Return the messages that have no translation yet."""
    return tuple(str(m.id) for m in catalogue if m.id and not m.string)


def files(root: Path) -> Mapping[Path, bytes]:
    """Return every file of the catalogues as it should be."""
    messages = all_messages(root)
    found: dict[Path, bytes] = {}
    for language in TRANSLATED:
        catalogue = updated(root, language, messages)
        found[path_of(root, language)] = written(catalogue)
        found[path_of(root, language, "mo")] = compiled(catalogue)
    return found
