"""The sealed ends of the chains as store_mark keeps them, and the rows of a time when there were no events or digests for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from casework.audit_flaws import Flaw
from casework.errors import Broken
from casework.keys import MasterKeys
from casework.noted import LINKS, READINGS
from casework.sealing import LINKS_BEFORE, READINGS_BEFORE, digest_before
from casework.seals import heads_of, mark_of

_SAID = {
    READINGS_BEFORE: "The readings of the time before they were events are not those that were sealed.",
    LINKS_BEFORE: "The links of the time before they were events are not those that were sealed.",
}


@dataclass(frozen=True)
class Marks:
    """What store_mark says of the chains. `readings`, `links`: the number of the last row that left no event."""

    keys: MasterKeys
    heads: Mapping[str, str] = field(repr=False)

    @classmethod
    def read(cls, keys: MasterKeys, connection: Connection) -> "Marks":
        """Read them all."""
        return cls(keys, heads_of(connection))

    def fits(self, name: str, number: int, digest: bytes) -> bool:
        """Whether a chain ends where its sealed mark says."""
        return self.heads.get(name) == mark_of(self.keys, name, number, digest)

    def number(self, name: str) -> int:
        """The number that a mark names, whether or not its seal fits."""
        text = self.heads.get(name, "").partition(" ")[0]
        return int(text) if text.isdecimal() else 0

    @property
    def readings(self) -> int:
        """The last reading that left no event."""
        return self.number(READINGS_BEFORE)

    @property
    def links(self) -> int:
        """The last link that left no event."""
        return self.number(LINKS_BEFORE)


def before_findings(connection: Connection, marks: Marks) -> Iterator[Flaw]:
    """Yield what is wrong with the readings and links that were there before they left events."""
    for name, table in ((READINGS_BEFORE, READINGS), (LINKS_BEFORE, LINKS)):
        number = marks.number(name)
        try:
            digest = digest_before(marks.keys, connection, select(table), number)
        except (Broken, TypeError, ValueError):
            digest = b""
        if not marks.fits(name, number, digest):
            yield Flaw(None, None, _SAID[name])
