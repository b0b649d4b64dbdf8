"""The tables of a mapping: what the columns and the words of an older register mean. `casework.import_mapping` reads and checks it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from states.editions import in_force

if TYPE_CHECKING:
    from datetime import date

    from states.procedure import Procedure

COMPLAINANT = "complainants"
"""The field of an intake form that holds who complains."""

CHANNEL = "channel"
"""The field of an intake form that says how it came in."""


class _Part(BaseModel):
    """A table of the file. Frozen; a misspelt setting is refused, so that it is never silently without effect."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Columns(_Part):
    """Which columns hold what every row has. `key` is the old register's own number: with the source it names a row for ever."""

    key: str
    type: str
    received: str
    closed: str | None = None
    status: str | None = None
    channel: str | None = None


class Status(_Part):
    """Which words of the status column mean an open case, which a closed one, and which leave it to whether there is a closing date."""

    open: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    by_date: tuple[str, ...] = ()


class Channels(_Part):
    """Which words of the channel column mean which of our channels; `other` is for words not listed and for rows without one."""

    words: dict[str, str] = Field(default_factory=dict)
    other: str | None = None


class Text(_Part):
    """A text of the evidence: the columns it is put together from, those that are empty left out."""

    columns: tuple[str, ...] = Field(min_length=1)
    between: str = "\n"


class Kind(_Part):
    """Some types of the old register, and the procedure that their rows become cases of."""

    procedure: str
    types: tuple[str, ...] = Field(min_length=1)
    evidence: dict[str, str | int | bool] = Field(default_factory=dict)
    """Fields of the intake form that are the same for all of them."""
    texts: dict[str, Text] = Field(default_factory=dict)
    """In place of the texts that hold for the whole register, by field of the intake form."""


class Mapping(_Part):
    """One register's mapping. `source` names the register: the same source and key are the same row, whatever the file is called."""

    source: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    encoding: str = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    zone: str
    date_formats: tuple[str, ...] = Field(min_length=1)
    columns: Columns
    status: Status | None = None
    channels: Channels = Channels()
    texts: dict[str, Text] = Field(default_factory=dict)
    complainant: dict[Literal["name", "phone", "contact"], str] = Field(default_factory=dict)
    """Columns of the person who complains, by what they hold."""
    kinds: tuple[Kind, ...] = Field(min_length=1)

    @cached_property
    def kind_of(self) -> dict[str, Kind]:
        """The kind of each type, by the type as `folded`."""
        return {folded(word): kind for kind in self.kinds for word in kind.types}

    @cached_property
    def status_of(self) -> dict[str, Literal["open", "closed", "by_date"]]:
        """What each word of the status column means, by the word as `folded`."""
        given = self.status or Status()
        names: tuple[Literal["open", "closed", "by_date"], ...] = ("open", "closed", "by_date")
        return {folded(word): name for name in names for word in getattr(given, name)}

    @cached_property
    def channel_of(self) -> dict[str, str]:
        """Our channel for each word of the channel column, by the word as `folded`."""
        return {folded(word): channel for word, channel in self.channels.words.items()}

    @cached_property
    def tz(self) -> ZoneInfo:
        """The zone of the register's clock."""
        return ZoneInfo(self.zone)

    def texts_of(self, kind: Kind) -> dict[str, Text]:
        """The texts of a kind's evidence by field: its own before those of the whole register."""
        return {**self.texts, **kind.texts}

    def needed(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        named = [c for c in self.columns.model_dump().values() if c is not None]
        named += [c for kind in self.kinds for text in self.texts_of(kind).values() for c in text.columns]
        return tuple(dict.fromkeys((*named, *self.complainant.values())))


def folded(word: str) -> str:
    """A word of the old register as it is compared: letter case and outer spaces do not count."""
    return word.strip().casefold()


def procedure_of(kind: Kind, day: date) -> Procedure:
    """The edition of a kind's procedure in force on a day. The mapping was checked, so it exists."""
    return in_force(kind.procedure, day)
