"""Abstract cases and what leads from one to the next: the words that the parts of the search share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from states.conditions import Given

if TYPE_CHECKING:
    from states.acts import Act, Ending, State
    from states.procedure import Procedure

OUTCOME = "outcome"  # the role by which the end of a sub-case fires a move of its parent


class Node(NamedTuple):
    """A set of cases: all that agree in state, level and the tracked facts. `pending`: a move that a sub-case's end fires next."""

    state: State
    level: int
    mask: int
    pending: str = ""


class Do(NamedTuple):
    """What leads from one node to the next."""

    kind: Literal["record", "correct", "move", "end", "then"]
    act: Act | None
    raised: tuple[str, ...] = ()
    by_p: bool = False
    sub: str = ""
    ending: Ending | None = None
    later_day: bool = False


def raised_by(procedure: Procedure, ending: Ending) -> tuple[str, ...]:
    """The atoms that the end of a sub-case makes true in its parent: how it ended, and that it says which case, how and when."""
    return tuple(
        key
        for key, flag in procedure.flags.items()
        if flag.step.name == ending.records.name
        and (isinstance(flag, Given) or (flag.field == "outcome" and flag.told_by(ending.state.value)))
    )
