"""The code by which somebody without a name comes back to their complaint (clause B7b): made, read as it was typed, and looked for.

128 random bits in Crockford's letters with one to check them, easy to say and to write down. Only a keyed digest is kept: neither
whoever reads the database nor whoever asks for a thousand codes comes any nearer to one.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select

import models
from casework.errors import BadInput
from casework.hand import CASES, KEYS
from casework.keys import MasterKeys
from casework.prepared import Prepared
from casework.refs import ALPHABET, MISREAD, plain

BITS = 128
LETTERS = 26
"""As many letters of five bits as 128 bits need; the one that checks them is the last after them."""
GROUP = 3
LONGEST = 200
"""Characters: what is longer is no code, however it is written."""
STAYS = timedelta(days=30)
"""D: how long a code still opens its page after the case has ended."""

RECEIPTS = models.table(models.Receipt)
_FIND = Prepared(
    select(RECEIPTS.c.case_id, RECEIPTS.c.closed_at, CASES.c.closed_at.label("ended_at"), KEYS.c.destroyed_at)
    .join_from(RECEIPTS, CASES, CASES.c.id == RECEIPTS.c.case_id)
    .outerjoin(KEYS, KEYS.c.case_id == CASES.c.id)
    .where(RECEIPTS.c.digest == bindparam("digest"))
)


def new_code() -> str:
    """Return a new code such as "1h3-k8m-…": 27 letters and digits in groups of three."""
    number = secrets.randbits(BITS)
    body = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LETTERS)))
    whole = body + _check(body)
    return "-".join(whole[place : place + GROUP] for place in range(0, len(whole), GROUP))


def read_code(typed: str) -> str | None:
    """Return the letters of the code that was typed, whatever case, hyphens and spaces, O for 0, I or L for 1; None for what is none."""
    if len(typed) > LONGEST:
        return None
    code = plain(typed).lower().translate(MISREAD).replace("-", "")
    if len(code) != LETTERS + 1 or not set(code) <= set(ALPHABET):
        return None
    return code if _check(code[:-1]) == code[-1] else None


def digest_of(keys: MasterKeys, typed: str) -> bytes:
    """Return what a code is known by: 32 bytes, which the rotation of the master key does not change. What is no code gets one that none has."""
    code = read_code(typed)
    text = b"receipt " + code.encode() if code is not None else b"none " + secrets.token_bytes(16)
    return hmac.digest(keys.proof_key("receipt"), text, "sha256")


def issue(keys: MasterKeys, connection: Connection, case_id: int, at: datetime) -> str:
    """Make the code of a case, in the transaction that opens it. It is returned this once and never kept."""
    code = new_code()
    row = {"case_id": case_id, "digest": digest_of(keys, code), "issued_at": at}
    connection.execute(insert(RECEIPTS), row)
    return code


def case_of(keys: MasterKeys, connection: Connection, typed: str, at: datetime) -> int:
    """The database id of the case that a code opens at this moment.

    Raises BadInput, one sentence for every other: malformed, unknown or closed. All take the same one statement, which locks nothing.
    """
    row = _FIND.run(connection, {"digest": digest_of(keys, typed)}).one_or_none()
    ends = [] if row is None else [row.closed_at, row.destroyed_at, row.ended_at and row.ended_at + STAYS]
    if row is None or any(end is not None and end <= at for end in ends):
        raise wrong_code()
    return int(row.case_id)


def wrong_code() -> BadInput:
    """The one answer to every code that opens nothing."""
    return BadInput(
        "This code opens nothing.",
        hint="Look at it again and type it once more; capital letters, spaces and hyphens do not matter.",
    )


def _check(body: str) -> str:
    """The letter that checks the others: over the field of 32 elements, so that one wrong letter, or two that changed places, never fit."""
    sum_ = 0
    for letter in body:
        sum_ = (sum_ ^ ALPHABET.index(letter)) << 1
        if sum_ & 32:
            sum_ ^= 0b100101
    return ALPHABET[sum_]
