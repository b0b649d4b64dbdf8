"""The master key, and everything that is sealed or proved with it (clause B10).

AES-256-GCM with a key per case, each wrapped by the newest master key. After a rotation the case keys are wrapped again.
The oldest master key stays for ever: the blind indexes, the event chain and the fingerprint derive from it, so that
rotation breaks none of them. Whoever has it can forge a chain and guess at blind indexes, but read nothing sealed since.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework import keyfile
from casework.errors import BadInput, KeyProblem, WrongKey
from casework.settings import Settings

KEY_BYTES = keyfile.KEY_BYTES
NONCE_BYTES = 12
MISSING_HINT = "Put its line back where the keys are kept. If it was added since this program was started, start it again."
_COUNTRY_MARK = re.compile(r"\+|00(?=[1-9])")
_MOBILE_WITH_COUNTRY = re.compile(r"86(?=1[0-9]{10}$)")


@dataclass(repr=False)
class MasterKeys:
    """The master keys of this installation, newest first, each with its id. Its repr shows the ids only.

    A process keeps them as long as it lives. Where a key is met that was added since, they are read again where they came from.
    """

    lines: tuple[tuple[str, bytes], ...]
    again: "Callable[[str], MasterKeys] | None" = field(default=None, compare=False)
    """Reads them again, because of a key with this id; None where that would give the same."""

    @classmethod
    def from_settings(cls, settings: Settings) -> "MasterKeys":
        """Load the keys from wherever `settings` says they are. Raises KeyProblem."""
        if settings.key is not None:
            return cls.from_environment(settings.key)
        if settings.key_command:
            return cls.from_command(settings.key_command)
        return cls.from_file(settings.key_file)

    @classmethod
    def from_file(cls, path: Path) -> "MasterKeys":
        """Load a key file. Raises KeyProblem when it is missing, malformed, or open to others."""
        return cls(keyfile.parse(keyfile.read_file(path), str(path)), lambda _: cls.from_file(path))

    @classmethod
    def from_environment(cls, text: str) -> "MasterKeys":
        """Load the text of a variable, where a semicolon does for a line break. Raises KeyProblem."""
        return cls(keyfile.parse(text.replace(";", "\n"), "DUECOURSE_KEY"))

    @classmethod
    def from_command(cls, argv: Sequence[str]) -> "MasterKeys":
        """Load what a program prints. Raises KeyProblem when it fails, takes 30 seconds, or prints no keys."""
        # Asked once for each unknown id: a program is not started again for every case that needs a lost key.
        again = lru_cache(maxsize=64)(lambda _: cls.from_command(argv))
        return cls(keyfile.parse(keyfile.ask_command(argv), "the key command's output"), again)

    @classmethod
    def create_file(cls, path: Path) -> "MasterKeys":
        """Write a new key file (mode 0600) and load it. Raises KeyProblem rather than overwrite anything."""
        keyfile.create_file(path)
        return cls.from_file(path)

    @property
    def newest_id(self) -> str:
        """The id of the key that wraps now; case keys with another id are to be wrapped again."""
        return self.lines[0][0]

    def knows(self, master_id: str) -> bool:
        """Whether there is a key with this id, if need be after reading them again. Raises KeyProblem when they cannot be read.

        Keys of another installation, which some other file has in its last line, are not taken over.
        """
        if master_id not in dict(self.lines) and self.again is not None:
            fresh = self.again(master_id)
            if fresh.lines[-1] == self.lines[-1]:
                self.lines = fresh.lines
        return master_id in dict(self.lines)

    def wrap(self, key: bytes, aad: bytes) -> tuple[bytes, str]:
        """Return `key` sealed under the newest master key, and that key's id; `aad` ties it to its owner."""
        master_id, master = self.lines[0]
        return seal(_subkey(master, b"wrap"), key, aad), master_id

    def unwrap(self, wrapped: bytes, master_id: str, aad: bytes) -> bytes:
        """Return the key that `wrap` sealed. Raises KeyProblem when that master key is gone, else as `open_sealed`."""
        if not self.knows(master_id):
            raise KeyProblem(
                "The master key {master_id} is missing.",
                hint=MISSING_HINT,
                master_id=master_id,
            )
        return open_sealed(_subkey(dict(self.lines)[master_id], b"wrap"), wrapped, aad)

    def blind(self, kind: str, value: str) -> bytes:
        """Return 32 bytes that are the same for the same value of a kind, and say nothing without the key.

        Raises BadInput when nothing of `value` is left in its `normal_form`: all such values would look alike.
        """
        normal = normal_form(kind, value).encode(errors="surrogatepass")
        if not normal:
            raise BadInput("There is nothing to compare in this {kind}.", kind=kind)
        name = kind.encode()
        return hmac.digest(self._blind_key, b"%d:%b%b" % (len(name), name, normal), "sha256")

    def chain_key(self) -> bytes:
        """Return the 32-byte key of the event hashes."""
        return self._chain_key

    def proof_key(self, purpose: str) -> bytes:
        """Return the 32-byte key of one kind of seal (`casework.seals`). Rotation does not change it."""
        return _subkey(self.lines[-1][1], b"proof " + purpose.encode())

    def fingerprint(self) -> str:
        """Return what a database keeps to know its key file by: 64 hex digits that rotation does not change."""
        return hmac.digest(_subkey(self.lines[-1][1], b"fingerprint"), b"duecourse", "sha256").hex()

    def check(self, fingerprint: str) -> None:
        """Raise WrongKey unless `fingerprint`, as a database keeps it, is that of these keys."""
        if not hmac.compare_digest(self.fingerprint().encode(), fingerprint.encode()):
            raise WrongKey(
                "This master key does not belong to this database.",
                hint="Use the key file that the database was made with; its oldest line must stay the last.",
            )

    @cached_property
    def _blind_key(self) -> bytes:
        return _subkey(self.lines[-1][1], b"blind")

    @cached_property
    def _chain_key(self) -> bytes:
        return _subkey(self.lines[-1][1], b"chain")

    def __repr__(self) -> str:
        return f"MasterKeys({', '.join(master_id for master_id, _ in self.lines)})"


def new_key() -> bytes:
    """Return a new random key of 32 bytes."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Return a random nonce and the ciphertext with its tag; `aad` is not kept and must be the same at opening."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def open_sealed(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Return the plaintext. Raises WrongKey when key, `aad` or sealed bytes are not what they were."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
    except (InvalidTag, ValueError):
        # ValueError: too short to be anything sealed, or a key of no valid length.
        raise WrongKey(
            "What is sealed does not open: the key is another one, or the sealed data was changed."
        ) from None


def token_digest(token: str) -> str:
    """Return the SHA-256 of a token in hex. The token has 192 random bits, so no slow hash is needed."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def normal_form(kind: str, value: str) -> str:
    """Return `value` as it is compared: width, case, spaces and invisible marks do not count.

    A "phone" is its digits alone, without +86 and without the trunk zero of an area code. The result may be empty.
    """
    text, before = value, None
    while text != before:  # what is taken out may let its neighbours combine: a second round settles that
        before = text
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        text = "".join(char for char in text if not char.isspace() and unicodedata.category(char) != "Cf")
    if kind != "phone":
        return text
    digits = "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())
    if _COUNTRY_MARK.match(text):
        digits = digits.removeprefix("00").removeprefix("86")
    return _MOBILE_WITH_COUNTRY.sub("", digits, count=1).lstrip("0")


@lru_cache(
    maxsize=64
)  # a derivation costs as much as an act's whole evidence check, and the master key is in memory anyway
def _subkey(master: bytes, purpose: bytes) -> bytes:
    """Derive a key for one purpose, so that no two uses of the master key can be played against each other."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"duecourse 1 " + purpose).derive(master)
