"""What the door answers: done, or refused with every requirement that is not met."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from states.refusals import Requirement


@dataclass(frozen=True)
class Fired:
    """An act that was done. `opened`: references of the cases it started; `followed`: moves that followed by themselves."""

    ref: str
    act: str
    seq: int
    state: str
    version: int
    round: int
    level: int
    opened: tuple[str, ...] = ()
    followed: tuple[str, ...] = ()

    def as_json(self) -> str:
        """The form in which a command remembers its result."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Fired":
        """Read a remembered result."""
        stored: Mapping[str, Any] = json.loads(text)
        return cls(**{**stored, "opened": tuple(stored["opened"]), "followed": tuple(stored["followed"])})


@dataclass(frozen=True)
class Refused:
    """An act that was refused: every unmet requirement at once. The case stays as it was."""

    ref: str
    case_id: int | None
    procedure: str
    edition: str
    act_kind: str  # step, move or register
    act: str
    requirements: tuple[Requirement, ...]
