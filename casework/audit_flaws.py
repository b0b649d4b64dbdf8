"""What an examination of the record found wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong: with which case, from which of its events on. `sentence` is filled by `params`.

    Without `ref` it is about no single case; `seq` is then the number of an office's event, a refusal or an anchor, if it is about one.
    """

    ref: str | None
    seq: int | None
    sentence: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence in English."""
        return self.sentence.format(**self.params)
