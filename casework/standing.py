"""Which acts stand after a correction, and what a record says, worked out from what is stored of it.

A correction supersedes a record in its place. The new act keeps the place and the number of the act that it mends, so that the anchor of
no deadline moves and no deadline is armed a second time; the old act stays beside it without counting, since what was superseded was
still done.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from casework.evidence import BESIDE, handles_in, not_in_the_clear, places_and_moments
from casework.offices import OfficeView
from states.acts import Step
from states.facts import DoneAct
from states.forms import person_fields, sealed_fields
from states.procedure import Procedure


def superseded(acts: Iterable[DoneAct], old: DoneAct, new: DoneAct) -> list[DoneAct]:
    """The acts with `new` in the place of `old`, which stays before it without counting."""
    found: list[DoneAct] = []
    for act in acts:
        if act == old:
            found += [old._replace(counts=False), new]
        else:
            found.append(act)
    return found


def speaks(acts: Iterable[DoneAct], act: DoneAct) -> bool:
    """Whether this is the last record of its step that counts."""
    return [a for a in acts if a.name == act.name and a.counts][-1:] == [act]


def respondents(procedure: Procedure, acts: Iterable[DoneAct]) -> list[int]:
    """The members of staff whom the records name as those the case is about, each once; whom a correction no longer names is none."""
    marks = tuple(f"{bar.named.step.name}.{bar.named.field}@" for bar in procedure.barred)
    standing = {
        act.seq: act for act in acts
    }  # the act that stands in the place of another has its number and comes after it
    named = (atom for act in standing.values() for atom in act.raised if atom.startswith(marks))
    return list(dict.fromkeys(int(atom.rpartition("@")[2]) for atom in named)) if marks else []


def named_persons(
    step: Step[Any], office: OfficeView, clear: Mapping[str, object]
) -> dict[str, tuple[int, ...]]:
    """The persons whom a record names by their handles, by field; a handle that the office no longer knows is left out."""
    handles = {name: handles_in(clear[name]) for name in sorted(person_fields(step.form)) if clear.get(name)}
    return {
        name: tuple(dict.fromkeys(office.person(one) for one in these if one in office.people))
        for name, these in handles.items()
    }


def raised_by(
    procedure: Procedure, step: Step[Any], clear: Mapping[str, object], persons: Mapping[str, tuple[int, ...]]
) -> tuple[str, ...]:
    """The facts that a stored record makes true, as `casework.evidence` found them when it was recorded."""
    beside, secret = clear.get(BESIDE, ()), sealed_fields(step.form)
    raised = [
        flag.key
        for flag in procedure.flags_of_step[step.name]
        if (
            isinstance(beside, list) and flag.key in beside
            if not_in_the_clear(flag, secret)
            else flag.field in clear and flag.told_by(clear[flag.field])
        )
    ]
    named = procedure.named_fields[step.name]
    about = (f"{step.name}.{name}@{p}" for name in named for p in persons.get(name, ()))
    return (*raised, *about, *places_and_moments(procedure, step, clear))
