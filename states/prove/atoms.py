"""Which facts a proof must track.

An atom is a fact that `states.conditions` can ask about. Beside those the prover knows atoms about one person, P, who stands for
any single person (`did:act`, `named:step.field`, `ever:step.field`: is or was named there), `others:step.field` (somebody else is
named there), `has:step.field` (P is named there by a record that counts now) and `fresh:step` (recorded since the state that a promise names was last entered). What is not tracked may be either way: that only adds behaviour, so that
what is proved with few atoms holds with all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from states.acts import Act, Move, State, Step, gate_of
from states.promises import AccusedNever, Never, NeverWithout, OnlyBy, TwoPersons

if TYPE_CHECKING:
    from collections.abc import Iterable

    from states.procedure import Procedure
    from states.promises import Promise


def atoms_of(promise: Promise, procedure: Procedure) -> frozenset[str]:
    """Return the atoms that a promise speaks of: where a proof begins."""
    when = getattr(promise, "when", None)
    found: set[str] = set() if when is None else set(when.atoms())
    match promise:
        case NeverWithout(gate=gate, since=since):
            found.update(step.name for step in gate_of(gate))
            if since is not None:
                found.update(f"fresh:{step.name}" for step in gate_of(gate))
        case TwoPersons(these=these, those=those):
            found.update(f"did:{act.name}" for act in (*these, *those) if act.owner == procedure.name)
        case AccusedNever(who=who):
            found.update((who.step.name, f"named:{who.step.name}.{who.field}"))
        case _:
            pass
    return frozenset(found)


def every_atom(procedure: Procedure) -> frozenset[str]:
    """Return all facts of the case itself that some rule can ask about: what an exact search tracks."""
    found = {step.name for step in procedure.steps} | {f"open:{kind}" for kind in procedure.subs}
    for cond in procedure.conditions():
        found.update(cond.atoms())
    return frozenset(found)


def closed(tracked: Iterable[str], procedure: Procedure) -> tuple[str, ...]:
    """Return, sorted, the atoms and what tracking them needs: a flag its step, a count those below it, `did` and `ever` two times.

    Whether a sub-case is open needs the step for each record of which one is started, and whether there are two records.
    Levels are kept apart, and atoms of other procedures are no facts of this case: both fall away.
    """
    found: set[str] = set()
    for atom in tracked:
        found.update(_with_needs(atom))
        sub = procedure.subs.get(atom.removeprefix("open:")) if atom.startswith("open:") else None
        if sub is not None and sub.each is not None:
            found.update(_with_needs(f"{sub.each.name}#2"))
    steps = {s.name for s in procedure.steps}
    acts = steps | {m.name for m in procedure.moves}
    return tuple(
        sorted(
            a
            for a in found
            if a.startswith("open:") or subject(a) in (acts if a.startswith("did:") else steps)
        )
    )


def _with_needs(atom: str) -> set[str]:
    kind, _, rest = atom.partition("=")[0].partition(":")
    if kind in ("level", "every"):  # the latter is answered from `has:`, of the person P alone
        return set()
    if kind in ("did", "ever"):
        what = rest.partition("@")[0]
        below = {what} if kind == "did" else _with_needs(f"named:{what}")
        return below | {f"{kind}:{what}@now", f"{kind}:{what}@before"}
    if kind == "open":
        sub = rest.removesuffix("#2")
        return {f"open:{sub}", f"open:{sub}#2"}  # "two or more of the kind are open"
    if kind in ("named", "others"):
        return {subject(atom), f"named:{rest}", f"others:{rest}"}
    step, counted, least = atom.partition("=")[0].partition("#")
    if counted:
        mark = "d" if least.endswith("d") else ""
        return {step, *(f"{step}#{n}{mark}" for n in range(1, int(least.rstrip("d")) + 1))}
    return {subject(atom), atom}


def subject(atom: str) -> str:
    """The name of the step or move an atom is about."""
    body = atom.partition("=")[0]
    body = body.partition(":")[2] if ":" in body else body
    for mark in ("@", "#", "."):
        body = body.partition(mark)[0]
    return body


def target_of(promise: Promise) -> State | Step[Any] | None:
    """The state or step that a promise guards, if it guards one."""
    match promise:
        case NeverWithout(before=target) | Never(what=target) | OnlyBy(what=target):
            return target
        case _:
            return None


def state_span(act: Act) -> frozenset[State]:
    """The states in which an act may be done."""
    return frozenset(act.sources if isinstance(act, Move) else act.during)
