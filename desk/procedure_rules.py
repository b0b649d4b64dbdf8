"""What a procedure's page says of the rules themselves: the laws it rests on, who approves and interprets it, who handles its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.law.bases import outdated_in
from states.words import label, say, strung

if TYPE_CHECKING:
    from collections.abc import Iterator

    from states.procedure import Procedure


def rules(p: Procedure, language: str) -> str:
    """A list; empty for a procedure of which there is nothing to say."""
    return "".join(f"- {line}\n" for line in _lines(p, language))


def _lines(p: Procedure, language: str) -> Iterator[str]:
    if p.bases:
        bases = [_basis(words, language) for words in p.bases]
        yield say("Legal bases, in the words of the text: {bases}.", language, bases=strung(bases, language))
    if p.approved_by is not None:
        said = "Each edition is approved by {role}, who also rules how a clause is read (B16): `duecourse edition list`, `duecourse interpretation list`."
        yield say(said, language, role=label(p.approved_by, language))
    if p.group is not None:
        said = "Cases are handled by people with the role {role}, at least one of each ({clause}): {units}."
        units = strung((says for _, says in p.group.units), language)
        yield say(said, language, role=label(p.group.role, language), clause=p.group.clause, units=units)
    if p.ladder is not None:
        said = "The measures of the first, the second and every further upheld finding on one person within a year ({clause}): {rungs}; where no person is named: {otherwise}. Another measure needs its reason. How they are counted is a default of this edition; the office may set the calendar year (`ladder.window`)."
        known = p.ladder.measures_known
        rungs = strung(
            (f"{n}. {label(known[one], language)}" for n, one in enumerate(p.ladder.measures, start=1)),
            language,
        )
        otherwise = label(known[p.ladder.otherwise], language)
        yield say(said, language, clause=p.ladder.clause, rungs=rungs, otherwise=otherwise)


def _basis(words: str, language: str) -> str:
    """A law as the text names it, and what it is called today if that is something else."""
    found = [law.today for law in outdated_in((words,))]
    return f"{words} ({say('today {law}', language, law='、'.join(found))})" if found else words
