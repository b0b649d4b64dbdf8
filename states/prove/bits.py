"""The tracked facts of a case as the bits of one number, and the rules of a procedure read over them.

Everything here is three-valued: a fact that is not tracked is neither true nor false.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from states.acts import Move, Need, Step, cond_of, gate_of
from states.conditions import fields_of_every
from states.prove.atoms import closed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from states.conditions import Cond
    from states.procedure import Procedure


class Bits:
    """Which bit stands for which atom."""

    def __init__(self, procedure: Procedure, tracked: Iterable[str]) -> None:
        self.atoms = closed(tracked, procedure)
        self.of = {atom: 1 << n for n, atom in enumerate(self.atoms)}

    def any(self, atoms: Iterable[str]) -> int:
        """The bits of those atoms that are tracked."""
        found = 0
        for atom in atoms:
            found |= self.of.get(atom, 0)
        return found

    def starting(self, *prefixes: str) -> int:
        """The bits of all atoms with one of these beginnings."""
        return self.any(a for a in self.atoms if a.startswith(prefixes))

    def names(self, mask: int) -> tuple[str, ...]:
        """The atoms that are set in a number."""
        return tuple(a for a, bit in self.of.items() if mask & bit)


class Question:
    """A condition read over bits and level, each answer kept.

    Whether nobody is left out is known of the person P alone: P left out is a certain no; else others may be, and the answer is not
    known. `of_p`: the question is about P, as in a promise, which is broken as soon as it is broken for any one person. Where the
    condition compares twice, one person may be left out here and another there, and P alone answers for neither.
    """

    __slots__ = ("answers", "bits", "cond", "levels", "mask", "of_p")

    def __init__(self, cond: Cond, bits: Bits, *, of_p: bool = False) -> None:
        atoms = tuple(cond.atoms())
        self.cond, self.bits = cond, bits.of
        self.of_p = of_p and len({a for a in atoms if a.startswith("every:")}) <= 1
        self.mask = bits.any(atoms)
        self.levels = any(a.startswith("level:") for a in atoms)
        self.answers: dict[tuple[int, int], bool | None] = {}

    def ask(self, mask: int, level: int) -> bool | None:
        """Yes, no, or None where something that matters is not tracked."""
        key = (mask & self.mask, level if self.levels else 0)
        if key not in self.answers:

            def look(atom: str) -> bool | None:
                if atom.startswith("level:"):
                    return level >= int(atom[6:])
                if atom.startswith("every:"):
                    return self._nobody_left_out(atom, mask)
                bit = self.bits.get(atom)
                return None if bit is None else bool(mask & bit)

            self.answers[key] = self.cond.holds(look)
        return self.answers[key]

    def _nobody_left_out(self, atom: str, mask: int) -> bool | None:
        those, here = ([self.bits.get(f"has:{f}") for f in fields] for fields in fields_of_every(atom))
        if any(bit is None for bit in (*those, *here)):
            return None
        left_out = any(mask & (bit or 0) for bit in those) and not any(mask & (bit or 0) for bit in here)
        return False if left_out else True if self.of_p else None


class Rules:
    """The needs and conditions of one act, read over bits."""

    __slots__ = ("needs", "onlys")

    def __init__(self, act: Step[Any] | Move, bits: Bits) -> None:
        self.needs = tuple(Wanted(need, bits) for need in (act.needs if isinstance(act, Move) else act.after))
        self.onlys = tuple(Question(only.when, bits) for only in act.only)

    def may(self, mask: int, level: int) -> bool:
        """Whether nothing tracked stands in the way for certain."""
        for only in self.onlys:
            if only.ask(mask, level) is False:
                return False
        return all(need.may(mask, level) for need in self.needs)

    def must(self, mask: int, level: int) -> bool:
        """Whether nothing at all stands in the way for certain."""
        return all(only.ask(mask, level) is True for only in self.onlys) and all(
            need.met(mask, level) for need in self.needs
        )


class Wanted:
    """One need, read over bits."""

    __slots__ = ("cond", "gate", "known", "steps")

    def __init__(self, need: Need, bits: Bits) -> None:
        cond = cond_of(need)
        self.cond = None if cond is None else Question(cond, bits)
        self.steps = gate_of(need)
        self.gate = bits.any(s.name for s in self.steps)
        self.known = all(s.name in bits.of for s in self.steps)

    def may(self, mask: int, level: int) -> bool:
        """The need may be absent or met."""
        if not self.known or mask & self.gate:
            return True
        return self.cond is not None and self.cond.ask(mask, level) is not True

    def met(self, mask: int, level: int) -> bool:
        """The need is certainly absent or certainly met."""
        return bool(mask & self.gate) or (self.cond is not None and self.cond.ask(mask, level) is False)
