"""The cases that a procedure starts, as a table of its page: by which act, under which condition, and how their ends are heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.phrases import condition, kind
from states.words import label, listed, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from states.acts import Act, Ending, Sub
    from states.procedure import Procedure


def links(p: Procedure, language: str) -> list[list[str]]:
    """One row a way of starting a case: the act, what is started, when, and what its ends record."""
    return [list(row) for act in p.acts for row in _of(p, act, language)]


def link_heads(language: str) -> list[str]:
    """The heads of the columns."""
    return [say("Act", language), say("Starts", language), say("If", language), say("Its ends", language)]


def _of(p: Procedure, act: Act, language: str) -> Iterator[tuple[str, ...]]:
    name = f"`{act.name}`"
    for sub in act.starts:
        each = (
            say("for each “{step}”", language, step=label(sub.each, language)) if sub.each is not None else ""
        )
        yield name, kind(sub.kind, language), each, _ends(p, sub, language)
    for one in (one for one in p.starting if one.step is act):
        yield name, kind(one.sub.kind, language), condition(one.when, language), _ends(p, one.sub, language)


def _ends(p: Procedure, sub: Sub, language: str) -> str:
    return listed((_end(p, one, language) for one in sub.endings), language)


def _end(p: Procedure, ending: Ending, language: str) -> str:
    told = say(
        "“{state}” records “{step}”",
        language,
        state=label(ending.state, language),
        step=label(ending.records, language),
    )
    if not ending.then:
        return told
    return say("{told}, then “{move}”", language, told=told, move=label(p.move_named[ending.then], language))
