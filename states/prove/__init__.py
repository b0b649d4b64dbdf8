"""Proof of the promises: every one of a procedure, exactly, or the shortest way to break it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.promises import AccusedNever, Never, NeverWithout, OnlyBy, Promise, TwoPersons
from states.prove.search import prove_safety
from states.prove.verdict import Verdict

def prove(procedure, promise):
    return prove_safety(procedure, promise)
