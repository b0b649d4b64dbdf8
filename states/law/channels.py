"""The channels by which a complaint reaches the office (P0b); every record names its own."""

from enum import StrEnum, auto


class Channel(StrEnum):
    """How something came in or was told."""

    visit = auto()
    hotline = auto()
    letter = auto()
    email = auto()
    web = auto()
    survey = auto()
    symposium = auto()
    superior = auto()
    register = auto()
    other = auto()
