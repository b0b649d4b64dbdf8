"""The ends of sub-cases over the tracked facts: what each records in the parent, and the move that then follows by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.prove.bits import Question
from states.prove.linked import silent_ends
from states.prove.nodes import Do, Node, raised_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from states.acts import Ending, State, Sub
    from states.prove.cases import Abstraction


class SubView:
    """How sub-cases of one kind can end, over the tracked facts."""

    def __init__(self, world: Abstraction, sub: Sub) -> None:
        bits = world.bits
        self.world, self.sub = world, sub
        self.one, self.two = bits.of.get(f"open:{sub.kind}", 0), bits.of.get(f"open:{sub.kind}#2", 0)
        self.whens = {id(e): Question(e.when, bits) for e in sub.endings if e.when is not None}
        self.silent = silent_ends(world.procedure, sub)
        self.moves_on = {e.state: self._moves_on(e) for e in sub.endings}
        self.matters = bool(self.one) or any(self.moves_on.values())

    def _moves_on(self, ending: Ending) -> frozenset[State]:
        """The states in which this end changes something that is tracked."""
        view, move = self.world.steps.get(ending.records.name), self.world.moves.get(ending.then)
        if view is not None and view.matters:
            return frozenset(self.world.procedure.states)
        return frozenset(move.move.sources) if move is not None else frozenset()

    def edges(self, node: Node) -> Iterator[tuple[Do, Node]]:
        """Yield every way in which an open sub-case of the kind can end."""
        if not self.matters or (self.one and not node.mask & self.one):
            return
        for ending in self.sub.endings:
            if self.one or node.state in self.moves_on[ending.state]:
                yield from self._end(node, ending)
        if self.silent:
            for mask in self._closed(node.mask):
                yield Do("end", None, sub=self.sub.kind), node._replace(mask=mask)

    def _closed(self, mask: int) -> tuple[int, ...]:
        if mask & self.two:
            return mask, mask & ~self.two
        return (mask & ~self.one,)

    def _end(self, node: Node, ending: Ending) -> Iterator[tuple[Do, Node]]:
        view = self.world.steps.get(ending.records.name)
        if view is None:
            return
        free = view.step.often or not node.mask & view.bit
        may = free and view.rules.may(node.mask, node.level)
        sure = may and (view.step.often or bool(view.bit)) and view.rules.must(node.mask, node.level)
        said = raised_by(self.world.procedure, ending)
        for closed in self._closed(node.mask):
            if may:
                for mask, later in view.after(closed, self.world.bits.any(said)):
                    do = Do(
                        "end",
                        ending.records,
                        tuple(a for a in said if a in self.world.bits.of),
                        False,
                        self.sub.kind,
                        ending,
                        later,
                    )
                    yield from ((do, after) for after in self._then(node._replace(mask=mask), ending))
            if not sure:
                do = Do("end", None, (), False, self.sub.kind, ending)
                yield from ((do, after) for after in self._then(node._replace(mask=closed), ending))

    def _then(self, node: Node, ending: Ending) -> Iterator[Node]:
        when = self.whens.get(id(ending))
        fires = bool(ending.then) and (True if when is None else when.ask(node.mask, node.level))
        if ending.then and fires is not False:
            yield node._replace(pending=ending.then)
        if not fires:
            yield node
