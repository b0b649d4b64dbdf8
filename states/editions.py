"""Every edition of every procedure: found in `states.law`, loaded once, checked against one another.

A case keeps the edition of the day it was received; the cases it starts take theirs from the day they are started.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, TypeAlias

from states import law
from states.people import FromSub
from states.procedure import Procedure, Unsound
from states.promises import TwoPersons

if TYPE_CHECKING:
    from datetime import date

    from states.acts import Act, Ending, Sub

Editions: TypeAlias = Mapping[tuple[str, str], Procedure]

# `property_complaint_2026` declares an edition; `roles` declares what editions share.
OF_A_YEAR = re.compile(r"_\d{4}(_\d{2}){0,2}$")


@cache
def editions() -> Editions:
    """Return (name, ISO date) -> procedure for everything in `states.law`, sorted.

    Raises Unsound with everything that is wrong between the editions.
    """
    modules = (import_module(found.name) for found in iter_modules(law.__path__, f"{law.__name__}."))
    return collected(modules)


def collected(modules: Iterable[ModuleType]) -> Editions:
    """Return the editions that these modules declare, checked against one another.

    Raises Unsound if two modules declare the same edition, one declares none, or procedures do not fit together.
    """
    found: dict[tuple[str, str], Procedure] = {}
    wrong: list[str] = []
    for module in modules:
        procedure = getattr(module, "PROCEDURE", None)
        if not isinstance(procedure, Procedure):
            if OF_A_YEAR.search(module.__name__):
                wrong.append(f"{module.__name__} is named like an edition and declares no PROCEDURE")
            continue
        key = (procedure.name, procedure.edition.isoformat())
        if key in found:
            wrong.append(
                f"{found[key].module} and {procedure.module} both declare the edition {key[1]} of {key[0]}"
            )
        else:
            found[key] = procedure
    wrong.extend(misfits(tuple(found.values())))
    if wrong:
        raise Unsound("The procedures do not fit together: " + "; ".join(dict.fromkeys(wrong)))
    return MappingProxyType(dict(sorted(found.items())))


def procedures() -> tuple[str, ...]:
    """Names of all procedures, sorted, each once."""
    return tuple(dict.fromkeys(name for name, _ in editions()))


def edition(name: str, iso: str) -> Procedure:
    """Return one edition by its ISO date. Raises LookupError with a sentence that names what there is."""
    try:
        return editions()[name, iso]
    except KeyError:
        dates = [known for other, known in editions() if other == name]
        if not dates:
            raise LookupError(_unknown(name)) from None
        raise LookupError(f"{name} has no edition of {iso}; there are: {', '.join(dates)}.") from None


def in_force(name: str, day: date) -> Procedure:
    """Return the latest edition that began on or before the day; before the first, the first. Raises LookupError for an unknown name."""
    known = [procedure for (other, _), procedure in editions().items() if other == name]
    if not known:
        raise LookupError(_unknown(name))
    return [known[0], *(p for p in known if p.edition <= day)][-1]


def _unknown(name: str) -> str:
    return f"There is no procedure {name}; there are: {', '.join(procedures())}."


def misfits(every: tuple[Procedure, ...]) -> Iterator[str]:
    """Yield a sentence for everything that does not fit between procedures."""
    for p in every:
        where = f"{p.name} of {p.edition}"
        for act in p.acts:
            for sub in p.subs_of(act):
                yield from (f"{where}: {text}" for text in _sub(p, sub, every))
        yield from (f"{where}: {text}" for text in _strangers(p, every))
    yield from _letters(every)


def startable(p: Procedure, kind: str, every: tuple[Procedure, ...]) -> tuple[Procedure, ...]:
    """Editions of a kind that a case of this edition may start: the one in force on its first day, and every later one."""
    known = sorted((q for q in every if q.name == kind), key=lambda q: q.edition)
    before = [q for q in known if q.edition <= p.edition][-1:]
    return tuple(before + [q for q in known if q.edition > p.edition])


def _sub(p: Procedure, sub: Sub, every: tuple[Procedure, ...]) -> Iterator[str]:
    kinds = startable(p, sub.kind, every)
    if not kinds:
        yield f"it starts {sub.kind}, which is no procedure"
    for ending in sub.endings:
        by = ending.records.by
        if isinstance(by, FromSub) and by.kind != sub.kind:
            yield f"the end of {sub.kind} records {ending.records.name}, which is for the end of {by.kind}"
    for kind in kinds:
        yield from _endings(sub.endings, kind)
        if (p.secrecy is None) is not (kind.secrecy is None):
            which = f"{kind.name} of {kind.edition}"
            yield f"it starts {which}, and only one of the two is secret: how the other moves would tell of it"


def _endings(endings: tuple[Ending, ...], kind: Procedure) -> Iterator[str]:
    """Whether the endings foreseen are the ends there are. A lapse comes from the parent itself, history from an import."""
    which = f"{kind.name} of {kind.edition}"
    foreseen = [ending.state.value for ending in endings]
    finals = {final.value for final in kind.finals}
    strange = [s for s in foreseen if s not in finals]
    yield from (f"it foresees that {which} ends in {s}, which is not an end of it" for s in strange)
    twice = sorted({s for s in foreseen if foreseen.count(s) > 1})
    yield from (f"it foresees twice that {which} ends in {s}" for s in twice)
    lapsed = kind.lapse.dest if kind.lapse is not None else None
    unasked = {state.value for state in (kind.history, lapsed) if state is not None}
    yield from (
        f"it does not foresee that {which} ends in {s}" for s in sorted(finals - unasked - set(foreseen))
    )


def _strangers(p: Procedure, every: tuple[Procedure, ...]) -> Iterator[str]:
    """Acts of other procedures in rules about persons: only a case that this one starts, or that starts it, is ever looked at."""
    linked = set(p.subs) | {q.name for q in every if p.name in q.subs}
    for act in _persons_acts(p):
        if act.owner == p.name:
            continue
        if act.owner not in linked:
            yield f"a rule about persons names {act.name} of {act.owner}, whose cases are never linked to it"
            continue
        for other in startable(p, act.owner, every):
            if act.name not in {a.name for a in other.acts}:
                yield f"a rule about persons names {act.name}, which {other.name} of {other.edition} does not have"


def _persons_acts(p: Procedure) -> Iterator[Act]:
    """Every act that a rule or promise about persons names."""
    for apart in p.aparts:
        yield from (*apart.these, *apart.those, *(named.step for named in apart.named))
    for promise in p.promises:
        if isinstance(promise, TwoPersons):
            yield from (*promise.these, *promise.those)
    for same in p.sames:
        yield from (*same.acts, *(same.as_ if isinstance(same.as_, tuple) else (same.as_.step,)))
    for bar in p.barred:
        yield from (bar.named.step, *bar.but)


def _letters(every: tuple[Procedure, ...]) -> Iterator[str]:
    """Within one office a letter stands for one register, else two cases would show the same number."""
    offices = {p.name.partition(".")[0] for p in every} - {"common"}
    for office in sorted(offices) or ["common"]:
        seen: dict[str, str] = {}
        for p in (p for p in every if p.name.partition(".")[0] in (office, "common")):
            if seen.setdefault(p.letter, p.register) != p.register:
                yield f"the letter {p.letter} stands for the registers {seen[p.letter]} and {p.register}"
