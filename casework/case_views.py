"""One case as it is shown to one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from casework.form_fields import FieldView
from casework.views import AlarmView, DueView, View
from states.refusals import Requirement


@dataclass(frozen=True)
class Happened(View):
    """One event. `late`: recorded more than five minutes after it happened, or fired late. `sealed`: there is more, sealed."""

    seq: int
    kind: str
    name: str
    says: str
    actor: str
    happened_at: datetime
    recorded_at: datetime
    late: bool
    from_state: str
    to_state: str
    round: int
    clear: Mapping[str, object]
    sealed: bool


@dataclass(frozen=True)
class MoveView(View):
    """A move out of the present state, with everything that stands in its way for this actor."""

    name: str
    says: str
    dest: str
    clause: str
    requirements: tuple[Requirement, ...]

    @property
    def allowed(self) -> bool:
        """Whether the actor may make it now."""
        return not self.requirements


@dataclass(frozen=True)
class StepView(View):
    """A step of the present state, with its form and what stands in its way for this actor. `done`: it counts already."""

    name: str
    says: str
    asks: str
    clause: str
    often: bool
    done: bool
    requirements: tuple[Requirement, ...]
    fields: tuple[FieldView, ...]

    @property
    def allowed(self) -> bool:
        """Whether the actor may record it now."""
        return not self.requirements


@dataclass(frozen=True)
class NoticeView(View):
    """A sentence that must be shown while it holds (P6c: call 119 first)."""

    says: str
    clause: str


@dataclass(frozen=True)
class LinkView(View):
    """A case that has to do with this one. `kind`: parent, child, or how the link was made; `from_here`: this case was linked to it."""

    ref: str
    kind: str
    procedure: str
    says: str
    state: str
    state_says: str
    open: bool
    from_here: bool
    round: int | None = None


@dataclass(frozen=True)
class VisitView(View):
    """One planned time of a follow-up."""

    rev: int
    planned_at: datetime
    status: str
    reason: str | None


@dataclass(frozen=True)
class RefusalView(View):
    """One attempt that was refused: who tried what, and which sentences, with their clauses, stood in the way."""

    at: datetime
    act_kind: str
    act: str
    actor: str
    requirements: tuple[Requirement, ...]

    @property
    def sentences(self) -> tuple[tuple[str, str], ...]:
        """The sentences as they are written in the law, with their clauses."""
        return tuple((r.sentence, r.clause) for r in self.requirements)


@dataclass(frozen=True)
class CaseView(View):
    """Everything one person may see of one case, without opening anything sealed."""

    ref: str
    number: str
    office: str
    procedure: str
    edition: str
    says: str
    state: str
    state_says: str
    open: bool
    history: bool
    round: int
    level: int
    version: int
    channel: str
    received_at: datetime
    recorded_at: datetime
    closed_at: datetime | None
    handler: str | None
    parties: Mapping[str, int]
    notices: tuple[NoticeView, ...]
    timeline: tuple[Happened, ...]
    moves: tuple[MoveView, ...]
    steps: tuple[StepView, ...]
    due: tuple[DueView, ...]
    parent: LinkView | None
    children: tuple[LinkView, ...]
    links: tuple[LinkView, ...]
    visits: tuple[VisitView, ...]
    alarms: tuple[AlarmView, ...]
    refusals: tuple[RefusalView, ...]

    @property
    def allowed_moves(self) -> tuple[str, ...]:
        """Names of the moves that the actor may make now."""
        return tuple(move.name for move in self.moves if move.allowed)

    @property
    def allowed_steps(self) -> tuple[str, ...]:
        """Names of the steps that the actor may record now."""
        return tuple(step.name for step in self.steps if step.allowed)
