"""How what stands in the way can be met: by whom, and by typing what."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from casework.form_fields import fields_of
from casework.queries import CaseView
from states.acts import Step
from states.editions import edition
from states.people import FromSub, roles_of
from states.procedure import Procedure
from states.words import sentence

if TYPE_CHECKING:
    from states.refusals import Requirement


@dataclass(frozen=True)
class Way:
    """One requirement as a person sees it. `commands` can be typed as they stand; `asks` is what the first of them will ask for.

    `interpretations`: the numbers of those of its clause.
    """

    kind: str
    clause: str
    sentence: str
    roles: tuple[str, ...]
    people: tuple[str, ...]
    commands: tuple[str, ...]
    asks: tuple[str, ...] = ()
    interpretations: tuple[int, ...] = ()


@dataclass(frozen=True)
class Finder:
    """Finds the ways for one case. `view`: None where the case was not opened; `able`: who holds a role here now, by role.

    `interpreted`: the numbers of the interpretations of each clause in the office.
    """

    procedure: Procedure
    view: CaseView | None
    able: Mapping[str, tuple[str, ...]]
    language: str
    interpreted: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def ways(
        self, requirements: Iterable[Requirement], asked: str, others: Iterable[str] = ()
    ) -> tuple[Way, ...]:
        """One way for each requirement. `asked`: the command that was refused; `others`: who could do the very same."""
        return tuple(self._way(requirement, asked, tuple(others)) for requirement in requirements)

    def _way(self, needed: Requirement, asked: str, others: tuple[str, ...]) -> Way:
        commands = tuple(dict.fromkeys(self._commands(needed, asked)))
        if needed.kind in {"role", "person"}:
            people: tuple[str, ...] = others
        else:
            people = tuple(dict.fromkeys(handle for role in needed.who for handle in self.able.get(role, ())))
        first = next(self._typed(needed), None) if needed.kind == "missing" else None
        asks = (
            tuple(field.name for field in fields_of(first.form) if field.required)
            if first is not None
            else ()
        )
        return Way(
            needed.kind,
            needed.clause,
            sentence(needed, self.procedure, self.language),
            tuple(dict.fromkeys(needed.who)),
            people,
            commands,
            asks,
            self.interpreted.get(needed.clause, ()),
        )

    def _commands(self, needed: Requirement, asked: str) -> Iterator[str]:
        match needed.kind:
            case "missing":
                yield from (f"duecourse record {self._ref} {step.name}" for step in self._typed(needed))
                yield from self._linked(needed)
            case "sub":
                yield from self._linked(needed)
            case "role" | "person":
                yield f"{asked} --as TOKEN"
            case "again":
                yield from self._correct(needed.atoms[0] if needed.atoms else "")
            case "condition":
                yield from self._mend(needed)
            case "state":
                yield from self._towards(dict(needed.params).get("states", ""))

    def _typed(self, needed: Requirement) -> Iterator[Step[Any]]:
        """The steps that would meet it and that people record: not how a linked case ends, nor what the complainant does."""
        level = self.view.level if self.view is not None else 0
        steps = (self.procedure.step_named[name] for name in needed.do)
        yield from (step for step in steps if any(role.human for role in roles_of(step.by, level)))

    @property
    def _ref(self) -> str:
        return self.view.ref if self.view is not None else "REF"

    def _linked(self, needed: Requirement) -> Iterator[str]:
        """The linked case whose end is awaited; if there is none yet, what starts one."""
        steps = [self.procedure.step_named[name] for name in needed.do]
        kinds = {step.by.kind for step in steps if isinstance(step.by, FromSub)} | {
            v for k, v in needed.params if k == "kind"
        }
        children = (
            [child for child in self.view.children if child.open and child.procedure in kinds]
            if self.view
            else []
        )
        yield from (f"duecourse show {child.ref}" for child in children)
        if not children:
            starting = (
                act
                for act in self.procedure.acts
                if any(sub.kind in kinds for sub in self.procedure.subs_of(act))
            )
            yield from (
                f"duecourse {'record' if isinstance(act, Step) else 'move'} {self._ref} {act.name}"
                for act in starting
            )

    def _correct(self, name: str) -> Iterator[str]:
        """Mending the last record of a step."""
        events = (
            [event for event in self.view.timeline if event.name == name and event.kind == "recorded"]
            if self.view
            else []
        )
        if events:
            yield f"duecourse correct {self._ref} {events[-1].seq}"

    def _mend(self, needed: Requirement) -> Iterator[str]:
        """Recording again (or for the first time) a step that the condition asks about, where it can be recorded now."""
        recorded = (
            {event.name for event in self.view.timeline if event.kind == "recorded"} if self.view else set()
        )
        for atom in needed.atoms:
            step = self.procedure.step_named.get(atom.partition(".")[0].partition("#")[0])
            if (
                step is None
                or self.view is None
                or isinstance(step.by, FromSub)
                or self.view.state not in step.during
            ):
                continue
            if step.often or step.name not in recorded:
                yield f"duecourse record {self._ref} {step.name}"
            else:
                yield from self._correct(step.name)

    def _towards(self, states: str) -> Iterator[str]:
        """The first move of the shortest way from the present state to one of these; none if there is no way back."""
        if self.view is None:
            return
        wanted, first = set(states.split(",")), {self.view.state: ""}
        waiting = deque([self.view.state])
        while waiting:
            here = waiting.popleft()
            if here in wanted and first[here]:
                yield f"duecourse move {self._ref} {first[here]}"
                return
            for move in self.procedure.moves:
                if here in move.sources and move.dest.value not in first:
                    first[move.dest.value] = first[here] or move.name
                    waiting.append(move.dest.value)


def finder(
    view: CaseView,
    able: Mapping[str, tuple[str, ...]],
    language: str,
    interpreted: Mapping[str, tuple[int, ...]],
) -> Finder:
    """The ways of a case that is shown."""
    return Finder(edition(view.procedure, view.edition), view, able, language, interpreted)
