"""One shared, model-less `transitions` machine per edition: the second lock behind the refusals."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from transitions import EventData, Machine

from states.acts import Move
from states.procedure import Procedure
from states.refusals import move_requirements

# Keyed by the object itself: an id may be used again for another procedure, and a mutant once got another's machine.
_machines: WeakKeyDictionary[Procedure, Machine] = WeakKeyDictionary()


class Row:
    """All the shared machine ever writes on: a state."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        """Start from a stored state."""
        self.state = state


def machine_of(procedure: Procedure) -> Machine:
    """Return the edition's machine: explicit sources, no auto-transitions, not queued, nothing registered.

    Fire with `machine.events[move].trigger(Row(state), facts=facts, actor=actor)`: False or MachineError after an empty list of
    requirements means that the two locks disagree, which is our mistake.
    """
    machine = _machines.get(procedure)
    if machine is None:
        machine = _machines[procedure] = Machine(
            model=None,
            states=[s.value for s in procedure.states],
            initial=None,
            auto_transitions=False,
            send_event=True,
            queued=False,
            transitions=[
                {"trigger": m.name, "source": s.value, "dest": m.dest.value, "conditions": _allowed(m)}
                for m in procedure.moves
                for s in m.sources
            ],
        )
    return machine


def _allowed(move: Move) -> Callable[[EventData], bool]:
    def allowed(event: EventData) -> bool:
        return next(move_requirements(event.kwargs["facts"], move, event.kwargs["actor"]), None) is None

    return allowed
