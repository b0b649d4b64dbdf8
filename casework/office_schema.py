"""What an office file may say: the tables of the TOML, strictly typed. A word that is not known is refused, never lost.

The messages never repeat a value: a name or an address may stand in any of them.
"""

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from casework.rosters import Day, minute_of_day
from casework.settings import LANGUAGES
from casework.staffing import ADDRESS, CODE, HANDLE


def _handle(value: str) -> str:
    if HANDLE.fullmatch(value) is None:
        raise ValueError(
            "a handle is up to 32 small letters, digits, - and _, beginning with a letter, and never a name"
        )
    return value


def _code(value: str) -> str:
    if CODE.fullmatch(value) is None:
        raise ValueError(
            "a code is up to 32 small letters, digits and _, beginning with a letter: never a sentence"
        )
    return value


def _words(value: str) -> str:
    if not value:
        raise ValueError("it is empty")
    return value


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueError(f"it must be one of {', '.join(LANGUAGES)}")
    return value


def _address(value: str) -> str:
    if ADDRESS.fullmatch(value) is None:
        raise ValueError("an address is an Apprise URL, such as mailto://…")
    return value


def _clock(value: str) -> str:
    if minute_of_day(value) is None:
        raise ValueError('a time of the day is written like "08:30", at most "24:00"')
    return value


Handle = Annotated[str, AfterValidator(_handle)]
Key = Annotated[str, AfterValidator(_handle)]
Code = Annotated[str, AfterValidator(_code)]
Words = Annotated[str, AfterValidator(_words)]
Language = Annotated[str, AfterValidator(_language)]
Address = Annotated[str, AfterValidator(_address)]
ClockTime = Annotated[str, AfterValidator(_clock)]


class Table(BaseModel):
    """Base of every table of the file: strict, frozen, nothing beside what is known."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", str_strip_whitespace=True)


class OfficeTable(Table):
    """`[office]`: its key (for commands), its name, which procedures it works by, its time zone."""

    key: Key
    name: Words
    kind: Words
    zone: Words


class UnitTable(Table):
    """`[[units]]`: a department."""

    key: Key
    name: Words


class RoleTable(Table):
    """One role of a person. Without `valid_from` it begins on the day the file is loaded; `valid_until` is its last day."""

    role: Words
    unit: Key | None = None
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


class PersonTable(Table):
    """`[[people]]`: the handle is shown everywhere; name and contacts are sealed.

    `same_as`: another account of whoever has that handle; `undertaking`: the day on which the office's text was signed.
    """

    handle: Handle
    name: Words
    language: Language = "zh_Hant"
    contacts: list[Address] = Field(default_factory=list, max_length=10)
    roles: list[RoleTable] = Field(min_length=1)
    same_as: Handle | None = None
    undertaking: dt.date | None = None


class SlotTable(Table):
    """`[[rosters]]`: who is on duty, on which days, from when to when; `until` at or before `from` goes over midnight."""

    roster: Words
    person: Handle
    days: list[Day] = Field(min_length=1)
    starts: ClockTime = Field(alias="from")
    ends: ClockTime = Field(alias="until")


class AbsenceTable(Table):
    """`[[absences]]`: who is away, from which moment until which."""

    person: Handle
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: Code


class DayTable(Table):
    """`[[days]]`: a day on which the office works, or rests, against the public calendar."""

    day: dt.date
    working: bool
    reason: Words


class SettingTable(Table):
    """`[[settings]]`: one setting from one day on."""

    name: Words
    value: str | int | float | bool
    valid_from: dt.date
    approved_by: Handle | None = None
    reason: Words


class OfficeFile(Table):
    """The whole file."""

    office: OfficeTable
    units: list[UnitTable] = Field(default_factory=list)
    people: list[PersonTable] = Field(min_length=1)
    rosters: list[SlotTable] = Field(default_factory=list)
    absences: list[AbsenceTable] = Field(default_factory=list)
    days: list[DayTable] = Field(default_factory=list)
    settings: list[SettingTable] = Field(default_factory=list)
