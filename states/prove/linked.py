"""The procedures linked to one: those it starts, in the edition that its cases would start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.editions import editions, startable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from states.acts import Sub
    from states.procedure import Procedure


def started_by(procedure: Procedure) -> Mapping[str, tuple[Procedure, ...]]:
    """The editions of each kind of sub-case that a case of this procedure may start."""
    return {kind: startable(procedure, kind, tuple(editions().values())) for kind in procedure.subs}


def silent_ends(procedure: Procedure, sub: Sub) -> tuple[str, ...]:
    """Ends of a sub-case that its parent never hears of. A lapse comes from the parent itself, history from an import."""
    found: dict[str, None] = {}
    for kind in startable(procedure, sub.kind, tuple(editions().values())):
        unasked = {kind.history, kind.lapse.dest if kind.lapse is not None else None, *(e.state for e in sub.endings)}
        found.update(dict.fromkeys(s.value for s in kind.finals if s not in unasked))
    return tuple(found)
