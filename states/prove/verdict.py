"""What the prover answers about one promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from states.promises import Promise


@dataclass(frozen=True)
class Verdict:
    """Whether a promise holds. If it does not: the shortest way to break it, one readable act a line, or why it says nothing."""

    promise: Promise
    holds: bool
    explored: int  # abstract cases looked at
    path: tuple[str, ...] = ()
    why: str = ""

    def lines(self) -> tuple[str, ...]:
        """The verdict as lines for a terminal: what failed, then the acts that lead there."""
        what = f"{type(self.promise).__name__} ({self.promise.clause})"
        if self.holds:
            return (f"{what}: holds, {self.explored} cases looked at",)
        return (f"{what}: broken: {self.why}", *(f"  {n}. {act}" for n, act in enumerate(self.path, 1)))
