"""Abstract cases and what can become of them: every behaviour of the engine, and more where facts are not tracked.

A correction is taken to pass through the requirements of its step (all but "already recorded") and to replace what the record said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from states.people import FromSub
from states.prove.atoms import subject
from states.prove.bits import Bits
from states.prove.nodes import Do, Node
from states.prove.sub_views import SubView
from states.prove.views import MoveView, StepView

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from states.acts import Act, State, Step, Sub
    from states.procedure import Procedure


class Abstraction:
    """One procedure seen through some tracked facts. `watch`: acts to follow although nothing tracked changes by them."""

    def __init__(
        self,
        procedure: Procedure,
        tracked: Iterable[str],
        watch: Iterable[Act] = (),
        since: State | None = None,
    ) -> None:
        self.procedure, self.since, self.watch = procedure, since, frozenset(a.key for a in watch)
        self.bits = bits = Bits(procedure, tracked)
        self.limit = procedure.max_level
        self.subs = tuple(procedure.subs.values())
        self.persons = bool(bits.starting("did:", "named:"))
        self.steps = {s.name: StepView(self, s) for s in procedure.steps}
        self.moves = {m.name: MoveView(self, m) for m in procedure.moves}
        live = [v for v in self.steps.values() if v.matters and not isinstance(v.step.by, FromSub)]
        self.steps_in = {s: tuple(v for v in live if s in v.step.during) for s in procedure.states}
        self.moves_in = {
            s: tuple(v for v in self.moves.values() if s in v.move.sources) for s in procedure.states
        }
        self.sub_views = tuple(SubView(self, sub) for sub in self.subs)
        self.round_mask = self._round_mask()
        self.now, self.fresh = bits.any(a for a in bits.atoms if a.endswith("@now")), bits.starting("fresh:")

    @property
    def start(self) -> Node:
        """A case of which nothing is recorded yet."""
        return Node(self.procedure.initial, 0, 0)

    def _round_mask(self) -> int:
        steps = self.procedure.step_named
        lasting = [
            a
            for a in self.bits.atoms
            if a.startswith(("did:", "ever:", "named:", "others:"))
            or (
                a.startswith("open:")
                and a.removeprefix("open:").removesuffix("#2") in self.procedure.lasting_subs
            )
            or (not a.startswith("open:") and steps[subject(a)].lasts == "case")
        ]
        return ((1 << len(self.bits.atoms)) - 1) & ~self.bits.any(lasting)

    def forget(self, step: Step[Any]) -> int:
        """The bits that fall when a step counts no longer."""
        keep = ("did:", "ever:", "open:")
        return self.bits.any(a for a in self.bits.atoms if subject(a) == step.name and not a.startswith(keep))

    def opened(self, mask: int, subs: tuple[Sub, ...]) -> int:
        """Start sub-cases: one is open then, and a second one of the kind is remembered; of one for each record, as many as there are."""
        of = self.bits.of
        for sub in subs:
            one, two = of.get(f"open:{sub.kind}", 0), of.get(f"open:{sub.kind}#2", 0)
            if not one or (sub.each is not None and not mask & of[sub.each.name]):
                continue
            several = sub.each is not None and mask & of[f"{sub.each.name}#2"]
            mask |= one | two if several or mask & one else one
        return mask

    def edges(self, node: Node) -> Iterator[tuple[Do, Node]]:
        """Yield everything that may happen next."""
        if node.pending:
            yield from self.moves[node.pending].follow(node)
            return
        for view in self.steps_in[node.state]:
            yield from view.edges(node)
        if node.state not in self.procedure.finals:
            for sub in self.sub_views:
                yield from sub.edges(node)
        for move in self.moves_in[node.state]:
            yield from move.edges(node)
