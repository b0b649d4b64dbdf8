"""The names under which things are known outside: case references, tokens, register numbers.

A reference is random and says nothing about its case (clause B10). A register number has no gaps (clause P1a) and stays
inside the office: never give it to Prefect.
"""

import re
import secrets
import unicodedata
from dataclasses import dataclass

from casework.errors import BadInput, Broken

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32, lower case: no i, l, o, u."""

REF_LENGTH = 10
"""Characters after the prefix: 50 random bits. The database's unique index catches the rare double."""

MISREAD = str.maketrans("oil", "011")
_REF = re.compile(f"c?([{ALPHABET}]{{{REF_LENGTH}}})")
_PREFIX = re.compile("c-+")
_KIND = re.compile(r"[A-Z]+(?:-[A-Z]+)*")
_REGISTER = re.compile(r"([A-Z]+(?:-[A-Z]+)*)-([0-9]{4})-([0-9]{1,12})")
_LAST_YEAR = 9999
_LAST_NO = 999_999_999_999
_SHOWN = 20  # too little for a token that was pasted into the wrong field


@dataclass(frozen=True)
class RegisterNumber:
    """The parts of a register number: its kind ("C", or with the office's letter "P-C"), year, running number from 1."""

    kind: str
    year: int
    no: int

    def __str__(self) -> str:
        """Return it as it is printed."""
        return register_number(self.kind, self.year, self.no)


def new_ref() -> str:
    """Return a new random case reference such as "c-7k3m9qv2xw"."""
    return "c-" + "".join(secrets.choice(ALPHABET) for _ in range(REF_LENGTH))


def read_ref(typed: str) -> str:
    """Return the reference that `typed` means: any case, O for 0, I or L for 1, with or without prefix and hyphens.

    Raises BadInput when it cannot be one.
    """
    text = plain(typed).lower().translate(MISREAD)
    # With its prefix taken off first, a reference that lost a character is not read as another one that begins with c.
    prefix = _PREFIX.match(text)
    body = (text[prefix.end() :] if prefix else text).replace("-", "")
    if _REGISTER.fullmatch(plain(typed).upper()) is not None:
        raise BadInput(
            '"{typed}" is a register number, which names a case inside its register only.',
            hint="`duecourse list` shows the reference beside each register number.",
            typed=_shortened(typed),
        )
    found = _REF.fullmatch(body) if not prefix or len(body) == REF_LENGTH else None
    if found is None:
        raise BadInput(
            '"{typed}" is not a case reference.',
            hint='A reference is "c-" and ten letters and digits, such as c-7k3m9qv2xw.',
            typed=_shortened(typed),
        )
    return "c-" + found[1]


def new_token() -> str:
    """Return a new secret for a person's access, 192 random bits; only its digest is ever stored."""
    return "dc_" + secrets.token_urlsafe(24)


def register_number(kind: str, year: int, no: int) -> str:
    """Return "C-2026-000012" for ("C", 2026, 12). Raises Broken when a part could not be read back."""
    if _KIND.fullmatch(kind) is None or not 1 <= year <= _LAST_YEAR or not 1 <= no <= _LAST_NO:
        raise Broken(
            "No register number can be made of {kind}, {year} and {no}.", kind=kind, year=year, no=no
        )
    return f"{kind}-{year:04d}-{no:06d}"


def read_register_number(typed: str) -> RegisterNumber:
    """Return the parts of a register number; case and leading zeros do not matter. Raises BadInput for anything else."""
    found = _REGISTER.fullmatch(plain(typed).upper())
    if found is None or int(found[2]) == 0 or int(found[3]) == 0:
        raise BadInput(
            '"{typed}" is not a register number.',
            hint="A register number looks like C-2026-000012.",
            typed=_shortened(typed),
        )
    return RegisterNumber(found[1], int(found[2]), int(found[3]))


def plain(typed: str) -> str:
    """Undo what keyboards and copying do: full-width letters, any kind of dash, spaces, invisible marks."""
    text = unicodedata.normalize("NFKC", typed)
    text = "".join("-" if unicodedata.category(char) == "Pd" else char for char in text)
    return "".join(char for char in text if not char.isspace() and unicodedata.category(char) != "Cf")


def _shortened(typed: str) -> str:
    """Return enough of what was typed to recognise it, on one line."""
    shown = "".join(char for char in typed if char.isprintable()).strip()
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
