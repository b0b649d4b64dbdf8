"""Whether anybody would notice a mistake in a procedure: every line is taken away in turn, every missing way is added.

Noticers are the checks at import, the promises, and tables typed by hand from the text (`states.expected`). Each removal is *redundant*
(restated as a promise, the line still holds without it: it may be deleted), *noticed*, noticed by a *mirror only* (a promise that
notices no bypass and nothing but this one line), or noticed by *nobody*. A bypass by anyone must be noticed if it leads forward.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from states.mutants import Mutant, bypasses, removals
from states.procedure import Procedure
from states.promises import AccusedNever, AlwaysCanEnd, Never, NeverWithout, OnlyBy, Promise, TwoPersons
from states.prove import prove
from states.prove.atoms import subject
from states.prove.search import VACUOUS, entering
from states.prove.verdict import Verdict, name_of, title
from states.soundness import contradictions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from states.expected import Tables

Outcome: TypeAlias = Literal["redundant", "noticed", "mirror only", "nobody"]
AT_IMPORT = "the checks at import"


@dataclass(frozen=True)
class Row:
    """What came of one mutant. `by`: who noticed."""

    mutant: Mutant
    outcome: Outcome
    by: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """The mutation report of one procedure."""

    procedure: Procedure
    removals: tuple[Row, ...]
    bypasses: tuple[Row, ...]
    mirrors: tuple[str, ...]
    vacuous: tuple[str, ...]

    @property
    def leftovers(self) -> Mapping[str, Outcome]:
        """What no promise and no table notices in earnest, and must be explained."""
        rows = (*self.removals, *(r for r in self.bypasses if r.outcome == "nobody"))
        return {r.mutant.what: r.outcome for r in rows if r.outcome != "noticed"}

    @property
    def unnoticed_forward(self) -> tuple[str, ...]:
        """Bypasses that lead forward and that nobody notices. There must be none."""
        return tuple(r.mutant.what for r in self.bypasses if r.mutant.forward and r.outcome == "nobody")

    def lines(self) -> tuple[str, ...]:
        """The report for a terminal or a page."""
        tally = Counter(r.outcome for r in self.removals)
        added = Counter(r.outcome for r in self.bypasses)
        head = f"{self.procedure.name} of {self.procedure.edition}: {len(self.removals)} lines removed, {len(self.bypasses)} ways added"
        counts = [f"  removed: {n} {outcome}" for outcome, n in sorted(tally.items())]
        counts += [f"  added: {n} {outcome}" for outcome, n in sorted(added.items())]
        return (
            head,
            *counts,
            *(f"  {outcome}: {what}" for what, outcome in self.leftovers.items()),
            *(f"  mirror: {text}" for text in self.mirrors),
            *(f"  vacuous: {text}" for text in self.vacuous),
        )


def report(procedure: Procedure, tables: Tables | None = None) -> Report:
    """Break a procedure in every way and say who noticed. Without tables only the promises and the checks at import watch.

    Of a bypass the tables say nothing: they name every act, so that any new one would be noticed, whatever it does.
    """
    base = {title(q): prove(procedure, q) for q in procedure.promises}
    removed = [(m, _noticed(m, tables, base)) for m in removals(procedure)]
    added = _bypassed(procedure)
    mirrors = _mirrors(procedure, removed, added)
    return Report(
        procedure,
        tuple(Row(m, _outcome(m, by, mirrors), by) for m, by in removed),
        tuple(Row(m, "noticed" if by else "nobody", by) for m, by in added),
        tuple(t for t in map(title, procedure.promises) if t in mirrors),
        tuple(t for t, verdict in base.items() if VACUOUS in verdict.why),
    )


def _noticed(mutant: Mutant, tables: Tables | None, base: Mapping[str, Verdict]) -> tuple[str, ...]:
    """Who notices: the promises that are broken or else those that come to say nothing, the checks, the tables."""
    p = mutant.procedure
    watching = [q for q in p.promises if not _same_proof(mutant, q, base[title(q)])]
    found = [title(q) for q in watching if not prove(p, q, vacuity=False, like=base[title(q)]).holds]
    if any(contradictions(p)):
        found.append(AT_IMPORT)
    if tables is not None:
        found += tables.differ(p)
    if found or mutant.kind not in ("starts", "again", "where"):
        return tuple(found)  # what is broken otherwise allows more, so that nothing comes to say nothing
    concerned = (
        q for q in p.promises if not mutant.about or not mutant.about.isdisjoint(base[title(q)].walked)
    )
    said = {(title(entering(q)), getattr(q, "when", None)): q for q in concerned if is_about_acts(q)}
    silent = next((title(q) for q in said.values() if VACUOUS in prove(p, q).why), None)
    return () if silent is None else (silent,)


def _same_proof(mutant: Mutant, promise: Promise, base: Verdict) -> bool:  # noqa: PLR0911  one case for each sort of mutant
    """Whether the proof for the unbroken procedure holds word for word: what is gone is nothing that it looked at."""
    if base.given or not is_about_acts(promise):
        return False
    tracked = base.tracked
    persons = isinstance(promise, TwoPersons | AccusedNever)
    match mutant.kind:
        case "clock" | "end" | "notice":
            return True
        case "need" | "rule":
            return mutant.asks.isdisjoint(tracked) and not any(a.startswith("level:") for a in mutant.asks)
        case "person":
            return not persons
        case "who":
            return not persons and not isinstance(promise, OnlyBy)
        case "again" | "where":
            looked_at = {subject(atom) for atom in tracked} | _acts_of(promise)
            anything = isinstance(promise, AccusedNever)
            return bool(mutant.about) and not anything and mutant.about.isdisjoint(looked_at)
        case _:
            return False


def _acts_of(promise: Promise) -> set[str]:
    """Names of the acts that a promise itself speaks of."""
    match promise:
        case TwoPersons(these=these, those=those):
            return {act.name for act in (*these, *those)}
        case NeverWithout(before=target) | Never(what=target) | OnlyBy(what=target):
            return {name_of(target)}
        case _:
            return set()


def _bypassed(procedure: Procedure) -> list[tuple[Mutant, tuple[str, ...]]]:
    """Who notices each bypass: at least one noticer if there is any, and each promise at least once if it notices any."""
    watching = [q for q in procedure.promises if not isinstance(q, AlwaysCanEnd | AccusedNever)]
    proved: set[str] = set()
    rows = []
    for mutant in bypasses(procedure):
        found: list[str] = []
        for promise in sorted(watching, key=lambda q: title(q) in proved):
            if found and title(promise) in proved:
                break
            if not prove(mutant.procedure, promise, vacuity=False).holds:
                found.append(title(promise))
        proved.update(found)
        if not found and any(contradictions(mutant.procedure)):
            found.append(AT_IMPORT)
        rows.append((mutant, tuple(found)))
    return rows


def is_about_acts(promise: Promise) -> bool:
    """Whether one act can break it, so that clocks have no part in it."""
    return isinstance(promise, NeverWithout | Never | OnlyBy | TwoPersons | AccusedNever)


def _mirrors(
    procedure: Procedure,
    removed: list[tuple[Mutant, tuple[str, ...]]],
    added: list[tuple[Mutant, tuple[str, ...]]],
) -> frozenset[str]:
    """The promises about acts that notice no bypass and at most one removal: they repeat a line."""
    lost = Counter(t for _, by in removed for t in by)
    met = Counter(t for _, by in added for t in by)
    return frozenset(
        t for t in map(title, filter(is_about_acts, procedure.promises)) if not met[t] and lost[t] <= 1
    )


def _outcome(mutant: Mutant, by: tuple[str, ...], mirrors: frozenset[str]) -> Outcome:
    if by:
        return "mirror only" if set(by) <= mirrors else "noticed"
    if mutant.twin is not None and prove(mutant.procedure, mutant.twin, vacuity=False).holds:
        return "redundant"
    return "nobody"
