"""What it means, in one concrete act, that a promise is broken. Written apart from the search, which it judges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from states.acts import Act, Move, State, Step, gate_of
from states.people import Scope, roles_of
from states.promises import AccusedNever, Never, NeverWithout, OnlyBy, OnlyOfUnit, Promise, TwoPersons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from states.conditions import Cond
    from states.prove.walk import Happened, Walk


def breaks(promise: Promise, done: Happened) -> bool:  # noqa: PLR0911  one case for each sort of promise
    """Whether this act broke the promise, which belongs to the act's own procedure or to that of its parent case."""
    match promise:
        case NeverWithout(gate=gate, before=before, when=when, since=since):
            names = [s.name for s in gate_of(gate)]
            return (
                hits(before, done)
                and true_at(when, done)
                and not any(_done_since(done, n, since) for n in names)
            )
        case Never(what=what, when=when):
            return hits(what, done) and true_at(when, done)
        case OnlyBy(what=what, roles=roles, when=when):
            # Broken already where the rules let somebody else do it: who happened to act is chance.
            able = {r.name for r in roles_of(done.act.by, done.before.level)}
            return (
                hits(what, done)
                and true_at(when, done)
                and bool(done.actor.roles & able - {r.name for r in roles})
            )
        case TwoPersons(these=these, those=those, scope=scope):
            return _both(these, those, scope, done) or _both(those, these, scope, done)
        case OnlyOfUnit(acts=acts, units=units, or_roles=or_roles):
            return done.act.key in {a.key for a in acts} and _of_another_unit(
                done, {(u.step.name, u.field) for u in units}, {r.name for r in or_roles}
            )
        case AccusedNever(who=who, but=but):
            about = done.case if done.case.procedure.name == who.step.owner else done.case.parent
            free = {a.key for a in but}
            if about is None or done.act.key in free or done.actor.person is None:
                return False
            facts = done.before if about is done.case else about.facts()
            return done.actor.person in facts.named(who)
        case _:
            raise TypeError(f"{type(promise).__name__} is not broken by one act")


def _of_another_unit(done: Happened, fields: set[tuple[str, str]], free: set[str]) -> bool:
    """Whether a person acted who belongs to other units alone than the one that was named last, and has no role that stands in."""
    told = [
        atom.partition("|")[2]
        for act in done.before.acts
        if act.counts
        for atom in act.raised
        for step, field in fields
        if act.name == step and atom.startswith(f"{step}.{field}|")
    ]
    able = {r.name for r in roles_of(done.act.by, done.before.level)} & done.actor.roles
    if done.actor.person is None or not told or able & free:
        return False
    places = [{unit for role, unit in done.actor.posts if role == name} for name in able]
    return not any(not place or told[-1] in place for place in places)


def touches(promise: Promise, done: Happened) -> bool:
    """Whether this act is one that the promise speaks of: it would have broken it, had what it asks for been missing."""
    match promise:
        case NeverWithout(before=target, when=when) | OnlyBy(what=target, when=when):
            return hits(target, done) and true_at(when, done)
        case Never(what=target):
            return hits(target, done)
        case _:
            return True


def hits(target: State | Step[Any], done: Happened) -> bool:
    """Whether the act enters the state or records the step that a promise guards."""
    if isinstance(target, State):
        return isinstance(done.act, Move) and done.act.dest is target
    return done.act.key == target.key


def true_at(cond: Cond | None, done: Happened) -> bool:
    """Whether a condition holds at the act: as before it, but for what the very record says."""

    def look(atom: str) -> bool:
        own = isinstance(done.act, Step) and atom.startswith(f"{done.act.name}.")
        return (done.after if own else done.before).look(atom)

    return cond is None or bool(cond.holds(look))


def _done_since(done: Happened, name: str, since: State | None) -> bool:
    """Whether a step counted before the act, and was recorded after `since` was last entered."""
    if not done.before.done(name):
        return False
    if since is None:
        return True
    return done.last.get(name, 0) > done.entered.get(since.value, 0)


def _both(these: tuple[Act, ...], those: tuple[Act, ...], scope: Scope, done: Happened) -> bool:
    if done.actor.person is None or done.act.key not in {a.key for a in these}:
        return False
    others = {a.key for a in those}
    return any(
        key in others and person == done.actor.person and _in_scope(scope, round_, done)
        for key, person, round_ in _earlier(done)
    )


def _in_scope(scope: Scope, then: int, done: Happened) -> bool:
    now = _round_of(done.case, done.before.round)
    return scope == "ever" or (then == now if scope == "this round" else then != now)


def _round_of(case: Walk, own: int) -> int:
    """The round of the topmost case that an act belongs to: a sub-case belongs to the round that started it."""
    return own if case.parent is None else case.parent_round


def _earlier(done: Happened) -> Iterator[tuple[tuple[str, str], int | None, int]]:
    """Yield who did what before, in this case, the one that started it, and those it started."""
    family = [done.case, *done.case.children, *([] if done.case.parent is None else [done.case.parent])]
    for case in family:
        for act in done.before.acts if case is done.case else case.acts:
            yield (case.procedure.name, act.name), act.by, _round_of(case, act.round)
