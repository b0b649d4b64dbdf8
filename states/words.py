"""What people read: sentences and labels in English, 繁體 and 简体.

The English sentence is the message identifier. A label is the text's own word in Traditional Chinese, its translation in the
Simplified catalogue, and in English the declared name with spaces. The catalogues are kept by `make docs`.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from states.acts import Move, State, Step
from states.deadlines import Deadline
from states.people import Role
from states.procedure import Procedure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from enum import Enum

    from states.refusals import Requirement

Language: TypeAlias = Literal["en", "zh_Hant", "zh_Hans"]
Labelled: TypeAlias = "Role | State | Step[Any] | Move | Deadline | Procedure | Enum | bool"
LANGUAGES: tuple[Language, ...] = get_args(Language)
DOMAIN = "duecourse"

SIMPLIFIED = frozenset({"hans", "cn", "sg", "my"})
ENGLISH = frozenset({"en", "c", "posix"})


class _Filled(dict[str, object]):
    """A parameter that was forgotten stays visible as `{name}`: half a sentence helps more than an error about one."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the translations of a language; English needs none. Raises LookupError for a language that is not spoken here."""
    if language not in LANGUAGES:
        raise LookupError(f"{language} is not one of the languages {', '.join(LANGUAGES)}.")
    compiled = resources.files("states").joinpath("locale", language, "LC_MESSAGES", f"{DOMAIN}.mo")
    if language == "en" or not compiled.is_file():
        return NullTranslations()
    with compiled.open("rb") as file:
        return GNUTranslations(file)


def language_of(tag: str | None) -> Language:
    """Return the language meant by a tag such as `zh-TW`, `zh_CN.UTF-8`, `zh-Hans` or `C`; the texts' own, 繁體, for any other."""
    parts = (tag or "").replace("-", "_").partition(".")[0].lower().split("_")
    if parts[0] in ENGLISH:
        return "en"
    return "zh_Hans" if parts[0] == "zh" and SIMPLIFIED.intersection(parts) else "zh_Hant"


def say(msgid: str, language: str, **params: object) -> str:
    """Return a sentence in a language with its `{parameters}` filled in. Raises LookupError for an unknown language."""
    # gettext answers the empty identifier with the header of the catalogue
    told = catalogue(language).gettext(msgid) if msgid else ""
    return told.format_map(_Filled(params))


def label(thing: Labelled, language: str) -> str:
    """Return the name of something declared, of a value that a form offers, or of yes and no. Raises LookupError for an unknown language."""
    if isinstance(thing, bool):
        return say("yes" if thing else "no", language)
    if isinstance(thing, State | Role | Step | Move | Deadline | Procedure):
        return _own_word(thing.value if isinstance(thing, State) else thing.name, thing.says, language)
    return catalogue(language).pgettext(*context_of(thing))


def _own_word(name: str, says: str, language: str) -> str:
    known = catalogue(language)
    if language == "en" or not says:
        return plain(name)
    return says if language == "zh_Hant" else known.gettext(says)


def context_of(value: Enum) -> tuple[str, str]:
    """Return (context, message) of a value that a form offers: `other` of a channel is not `other` of a service."""
    return type(value).__name__, plain(str(value.value))


def plain(name: str) -> str:
    """Return a declared name as English words."""
    return name.replace("_", " ").replace(".", " ")


def listed(words: Iterable[str], language: str) -> str:
    """Join words as the language does."""
    return (", " if language == "en" else "、").join(words)


def strung(parts: Iterable[str], language: str) -> str:
    """Join parts that may hold lists of words themselves."""
    return ("; " if language == "en" else "；").join(parts)


def sentence(requirement: Requirement, procedure: Procedure, language: str) -> str:
    """Return what stands in the way as a sentence; names in its parameters are shown by their labels."""
    shown = {name: named(name, value, procedure, language) for name, value in requirement.params}
    return say(requirement.sentence, language, **shown)


def named(parameter: str, value: str, procedure: Procedure, language: str) -> str:
    """Return the comma-joined names that a parameter holds as labels of this procedure.

    `parameter` is `states`, `steps`, `moves`, `roles`, `measures`, `kinds` or one of them in the singular; the value of any other stays as it is.
    """
    known = _named_things(parameter.removesuffix("s"), procedure)
    if known is None:
        return value
    names = [name for name in value.split(",") if name]
    return listed(
        [label(known[name], language) if name in known else plain(name) for name in names], language
    )


def _named_things(sort: str, procedure: Procedure) -> Mapping[str, Labelled] | None:  # noqa: PLR0911  one case for each sort of thing
    match sort:
        case "state":
            return {state.value: state for state in procedure.states}
        case "step":
            return procedure.step_named
        case "move":
            return procedure.move_named
        case "role":
            return {role.name: role for role in procedure.roles()}
        case "measure" if procedure.ladder is not None:
            return procedure.ladder.measures_known
        case "kind":
            from states.editions import in_force, procedures  # noqa: PLC0415  loads the whole law, seldom needed

            return {name: in_force(name, procedure.edition) for name in procedures()}
        case _:
            return None
