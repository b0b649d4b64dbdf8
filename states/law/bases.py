"""Laws that article 1 of the bureau's text names and that were replaced since, or are called otherwise (B1). Its words are kept.

An office names what holds today in its setting `legal_bases`; `duecourse check` compares.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Outdated:
    """A law by the name that the text gives it, and the name of what holds today."""

    named: str
    fault: Literal["replaced", "misnamed"]
    today: str


OUTDATED = (
    Outdated("中華人民共和國行政監察法", "replaced", "中華人民共和國監察法"),
    Outdated("國家公務員法", "misnamed", "中華人民共和國公務員法"),
    Outdated("監察機關舉報工作辦法", "replaced", "紀檢監察機關處理檢舉控告工作規則"),
)


def outdated_in(bases: tuple[str, ...]) -> tuple[Outdated, ...]:
    """Those of the laws that these words name."""
    return tuple(one for one in OUTDATED if any(one.named in words for words in bases))
