"""What a check found: a sentence, with what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

from states.people import Role
from states.procedure import Procedure
from states.words import label, listed, say

Severity: TypeAlias = Literal["error", "warning"]


class Word(str):
    """A parameter that is itself a sentence identifier, such as a day of the week: it is translated when it is shown."""

    __slots__ = ()


Param: TypeAlias = "str | int | date | Word | Role | Procedure | tuple[Role, ...]"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong (`error`) or to be thought about (`warning`), with its clause and what would mend it."""

    severity: Severity
    sentence: str
    clause: str
    hint: str = ""
    params: Mapping[str, Param] = field(default_factory=dict)

    def told(self, language: str) -> str:
        """The sentence in a language, its parameters filled in."""
        return say(self.sentence, language, **self._shown(language))

    def hinted(self, language: str) -> str:
        """What to do about it, in a language; empty if there is nothing to say."""
        return say(self.hint, language, **self._shown(language))

    def as_dict(self) -> dict[str, object]:
        """The finding as JSON can hold it, in English."""
        return {
            "severity": self.severity,
            "sentence": self.told("en"),
            "clause": self.clause,
            "hint": self.hinted("en"),
        }

    def _shown(self, language: str) -> dict[str, object]:
        return {name: _shown(value, language) for name, value in self.params.items()}


def _shown(value: Param, language: str) -> object:
    match value:
        case Word():
            return say(str(value), language)
        case Role() | Procedure():
            return label(value, language)
        case tuple():
            return listed((label(role, language) for role in value), language)
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case _:
            return value
