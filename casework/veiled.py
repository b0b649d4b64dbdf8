"""Numbers of alarms, deadlines and attachments as they are shown in an office that keeps secrets (B10).

The rows are counted one after another over the whole installation. Whoever sees two numbers of their own would learn from the step between
them how many others there are, of cases that they may not know of. So there they are shown scrambled: as short, as lasting and as easy to
type, each standing for one row, and none telling of another. Other offices see the rows' own numbers.
"""

import hmac
from collections.abc import Callable
from typing import Literal, TypeAlias

from casework.keys import MasterKeys
from casework.need_to_know import secret_laws
from casework.offices import OfficeView

Sort: TypeAlias = Literal["alarm", "deadline", "attachment"]
HALF = 18
"""Bits of each half of a number: twice as many are eleven digits, enough for 68 thousand million rows."""
FIRST = 10_000_000_000
"""The lowest number shown: all have eleven digits, and none is known by its length."""
_MASK = (1 << HALF) - 1
_ROUNDS = range(6)


def numbering(keys: MasterKeys, office: OfficeView, sort: Sort) -> Callable[[int], int]:
    """How the numbers of rows of this sort are shown to people of an office."""
    if not secret_laws(office.kind):
        return int
    return lambda number: FIRST + _scrambled(keys, sort, number, back=False)


def meant(keys: MasterKeys, office: OfficeView, sort: Sort, shown: int) -> int:
    """The number of the row for which a number stands that is shown to people of an office; of none, one that no row has."""
    if not secret_laws(office.kind):
        return shown
    number = shown - FIRST
    return _scrambled(keys, sort, number, back=True) if 0 <= number >> HALF <= _MASK else -1


def _scrambled(keys: MasterKeys, sort: Sort, number: int, *, back: bool) -> int:
    """A Feistel network: each round mixes one half into the other by a keyed digest, so that it can be undone and nothing collides."""
    left, right = (number >> HALF) & _MASK, number & _MASK
    key = keys.proof_key(f"number of {sort}")
    if back:
        for turn in reversed(_ROUNDS):
            left, right = right ^ _mixed(key, turn, left), left
    else:
        for turn in _ROUNDS:
            left, right = right, left ^ _mixed(key, turn, right)
    return left << HALF | right


def _mixed(key: bytes, turn: int, half: int) -> int:
    return int.from_bytes(hmac.digest(key, b"%d %d" % (turn, half), "sha256")[:4]) & _MASK
