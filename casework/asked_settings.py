"""The settings that the law itself asks for: numbers and lists of an office's own, with which conditions of its procedures compare a record."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, get_args

from casework.kinds import editions_of
from states.conditions import Above, Among
from states.procedure import Procedure


@cache
def numbers_asked(kind: str) -> Mapping[str, Above]:
    """Settings that are a number, each with the condition that asks for it: of the latest edition that does."""
    return {
        flag.setting: flag
        for law in editions_of(kind)
        for flag in law.flags.values()
        if isinstance(flag, Above)
    }


@cache
def lists_asked(kind: str) -> Mapping[str, Among]:
    """Settings that are a list of words, likewise."""
    return {
        flag.setting: flag
        for law in editions_of(kind)
        for flag in law.flags.values()
        if isinstance(flag, Among)
    }


def words_asked(kind: str, setting: str) -> tuple[StrEnum, ...]:
    """The words that may stand in a list: those which the record that is compared with it offers; none for a list that nobody asks for."""
    flag = lists_asked(kind).get(setting)
    if flag is None:
        return ()
    annotation = flag.step.form.model_fields[flag.field].annotation
    return tuple(word for enum in _enums(annotation) for word in enum)


def words_allowed(kind: str, setting: str) -> tuple[str, ...]:
    """The same words as a setting stores them."""
    return tuple(str(word.value) for word in words_asked(kind, setting))


def default_list(laws: tuple[Procedure, ...], setting: str) -> tuple[str, ...]:
    """What holds by these editions where the office has set nothing."""
    flags = (flag for law in laws for flag in law.flags.values() if isinstance(flag, Among))
    return next((flag.default for flag in flags if flag.setting == setting), ())


def _enums(annotation: Any) -> Iterator[type[StrEnum]]:  # noqa: ANN401  any annotation
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        yield annotation
    for part in get_args(annotation):
        yield from _enums(part)
