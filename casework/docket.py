"""The docket of a case: the acts that count for law, kept on the case's row so that the door needs one read.

It is derived: `duecourse audit verify` replays the events and compares.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from states.facts import EPOCH, DoneAct

_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Microseconds since 1970 of an aware moment."""
    return (at - EPOCH) // _MICROSECOND


def moment(at_us: int) -> datetime:
    """The aware UTC moment of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=at_us)


def read_docket(text: str, aliases: Mapping[int, int] | None = None) -> list[DoneAct]:
    """Acts of a stored docket, oldest first. `aliases`: account -> first account of the same human, who is known by that one alone."""
    acts = [
        DoneAct(seq, name, by, round_, at, tuple(raised), bool(counts))
        for seq, name, by, round_, at, raised, counts in json.loads(text)
    ]
    return [one_human(act, aliases) for act in acts] if aliases else acts


def one_human(act: DoneAct, aliases: Mapping[int, int]) -> DoneAct:
    """The act with everybody it names known by the first account."""
    by = None if act.by is None else aliases.get(act.by, act.by)
    return act._replace(by=by, raised=tuple(dict.fromkeys(_atom(atom, aliases) for atom in act.raised)))


def _atom(atom: str, aliases: Mapping[int, int]) -> str:
    field, at, person = atom.rpartition("@")
    return f"{field}@{aliases.get(int(person), int(person))}" if at and person.isdecimal() else atom


def write_docket(acts: Iterable[DoneAct]) -> str:
    """The compact JSON that `read_docket` reads."""
    return json.dumps(
        [[a.seq, a.name, a.by, a.round, a.at_us, a.raised, int(a.counts)] for a in acts],
        separators=(",", ":"),
    )


def renewed(acts: Iterable[DoneAct], names: frozenset[str]) -> list[DoneAct]:
    """The acts, those of these names no longer counting."""
    return [a._replace(counts=False) if a.name in names and a.counts else a for a in acts]
