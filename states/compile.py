"""One shared, model-less `transitions` machine per edition: the second lock behind the refusals."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from transitions import EventData, Machine, MachineError

from states.acts import Move
from states.facts import Actor, Facts
from states.procedure import Procedure
from states.refusals import move_requirements

# Keyed by the object itself: an id may be used again for another procedure, and a mutant once got another's machine.
_machines: WeakKeyDictionary[Procedure, Machine] = WeakKeyDictionary()


class Disagreement(Exception):
    """The machine refuses a move that no requirement forbids: the two locks differ, which is our mistake."""


class Row:
    """All the shared machine ever writes on: a state."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        """Start from a stored state."""
        self.state = state


def machine_of(procedure: Procedure) -> Machine:
    """Return the edition's machine: explicit sources, no auto-transitions, not queued, nothing registered."""
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


def state_after(move: Move, facts: Facts, actor: Actor) -> str:
    """Fire the machine for a move and return the state it leads to.

    Raises Disagreement if the machine does not know the move here or its own look at the requirements says no.
    """
    row = Row(facts.state)
    try:
        moved = machine_of(facts.procedure).events[move.name].trigger(row, facts=facts, actor=actor)
    except (MachineError, KeyError) as error:
        raise Disagreement(f"{facts.procedure.name} does not know {move.name} in {facts.state}") from error
    if not moved:
        raise Disagreement(f"{facts.procedure.name} refuses {move.name} in {facts.state}")
    return row.state


def _allowed(move: Move) -> Callable[[EventData], bool]:
    def allowed(event: EventData) -> bool:
        return next(move_requirements(event.kwargs["facts"], move, event.kwargs["actor"]), None) is None

    return allowed
