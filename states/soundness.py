"""The cheap checks, run when a procedure is imported: what a typing slip would break, before anything is proved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from states.acts import State, gate_of
from states.clauses import clauses
from states.conditions import AtLeast, Cond, Done, EveryNamed, Flag, Level, Open
from states.deadlines import Deadline
from states.forms import CaseRef, Ended, Holds, UnitKey, marked, person_fields, sealed_fields
from states.people import FromSub, roles_of
from states.procedure import Procedure, needs_of
from states.soundness_office import left_to_the_office, started_and_dated


def contradictions(p: Procedure) -> Iterator[str]:
    """Yield a sentence for everything that is wrong with the shape of a procedure."""
    yield from _names(p)
    yield from _graph(p)
    yield from _custody(p)
    yield from _time(p)
    yield from _people(p)
    yield from _secrets(p)
    yield from started_and_dated(p)
    yield from left_to_the_office(p)
    yield from p.ladder.faults(p.steps) if p.ladder is not None else ()
    if p.secrecy is not None and p.visit is not None:
        yield "it is secret and plans visits, each of which would be a run that everybody in operations sees"
    known = clauses()
    for where, clause in _cited(p):
        if clause not in known:
            yield f"{where} cites {clause!r}, which is not a clause"


def _names(p: Procedure) -> Iterator[str]:
    names = [a.name for a in p.acts] + [s.value for s in p.states]
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield f"{name} names two things"
    for act in p.acts:
        if not act.name.isidentifier() or act.name != act.name.lower():
            yield f"{act.name!r} is not a plain lower-case name"
        strangers = [s.name for need in needs_of(act) for s in gate_of(need) if s not in p.steps]
        yield from (f"{act.name} needs {name}, which is not a step of this procedure" for name in strangers)
    leaves = {leaf: None for cond in p.conditions() for leaf in cond.leaves()}
    yield from dict.fromkeys(wrong for leaf in leaves if (wrong := _leaf(p, leaf)))
    if p.intake not in p.steps:
        yield "the intake is not a step of this procedure"
    elif p.initial not in p.intake.during:
        yield f"the intake {p.intake.name} cannot be recorded in {p.initial}"
    yield from _endings(p)
    yield from _settled(p)


def _leaf(p: Procedure, leaf: Cond) -> str:
    """What makes an elementary condition one that can never be met; empty if nothing does."""
    match leaf:
        case Flag(step=step) | Done(step=step) | AtLeast(step=step) if step not in p.steps:
            return f"a condition looks at {leaf.key}, which is not a step of this procedure"
        case EveryNamed(those=those, here=here) if any(n.step not in p.steps for n in (*those, *here)):
            return f"a condition looks at {leaf.key}, not all of which are steps of this procedure"
        case Open(kind=kind) if kind not in p.subs:
            return f"a condition asks whether {kind} is open, which this procedure never starts"
        case Level(at_least=least) if least > p.max_level:
            return f"a condition asks for level {least}, and no case climbs above {p.max_level}"
        case _:
            return ""


def _endings(p: Procedure) -> Iterator[str]:
    for act in p.acts:
        for sub in p.subs_of(act):
            if p.subs[sub.kind] is not sub:
                yield f"{act.name} starts {sub.kind} in another way than a later act does"
    for sub in p.subs.values():
        for ending in sub.endings:
            if ending.records not in p.steps or not isinstance(ending.records.by, FromSub):
                yield f"the end of {sub.kind} records {ending.records.name}, which a person may record too"
            if ending.then and ending.then not in p.move_named:
                yield f"the end of {sub.kind} fires {ending.then}, which is not a move"
        if sub.each is not None and sub.each not in p.steps:
            yield f"{sub.kind} is started for each {sub.each.name}, which is not a step of this procedure"


def _settled(p: Procedure) -> Iterator[str]:
    known = {act.name for act in p.acts}
    for step in p.steps:
        yield from (
            f"{step.name} is settled by {n}, which there is not" for n in step.settled_by if n not in known
        )


def _graph(p: Procedure) -> Iterator[str]:
    edges = {(s, m.dest) for m in p.moves for s in m.sources}
    forward, backward = _closure({p.initial}, edges), _closure(set(p.finals), {(b, a) for a, b in edges})
    for state in p.states:
        if state not in forward and state is not p.history:
            yield f"{state} can never be reached"
        elif state not in backward:
            yield f"{state} is a trap: no way leads from it to an end"
    for move in p.moves:
        yield from (f"{move.name} leaves {s}, which is final" for s in move.sources if s in p.finals)
    yield from (
        f"{s} is an end in which a duty falls away and must be final" for s in p.aside if s not in p.finals
    )
    if p.history is not None and p.history not in p.finals:
        yield f"{p.history} holds closed history and must be final"
    if p.history is not None and any(m.dest is p.history for m in p.moves):
        yield f"{p.history} is for imported history; no move may lead there"


def _closure(start: set[State], edges: set[tuple[State, State]]) -> set[State]:
    reached = set(start)
    while more := {b for a, b in edges if a in reached} - reached:
        reached |= more
    return reached


def _custody(p: Procedure) -> Iterator[str]:
    """The unit of the custodians is one of the body that handles the cases."""
    unit = p.secrecy.custodians_in if p.secrecy is not None else ""
    if unit and (p.group is None or unit not in dict(p.group.units)):
        yield f"the custodians belong to {unit}, which is no unit of the group"


def _time(p: Procedure) -> Iterator[str]:
    for d in p.deadlines:
        if not d.ladder:
            yield f"{d.name} has no rung"
            continue
        lengths = [r.after for r in d.ladder]
        if lengths != sorted(lengths):
            yield f"the rungs of {d.name} are not in order"
        yield from (f"a rung of {d.name} tells nobody" for r in d.ladder if not r.tell)
        yield from (f"{d.name} runs in {s}, which is final" for s in d.runs_in if s in p.finals)
        if d.move is not None:
            yield from (
                f"{d.name} fires {d.move.name}, which does not leave {s}"
                for s in d.runs_in
                if s not in d.move.sources
            )
        if d.clock == "working days" and any(r.after.seconds or r.after.microseconds for r in d.ladder):
            yield f"{d.name} counts working days in parts of a day"
    bare = [
        s
        for s in p.states
        if s not in p.finals and not any(stops_only_by_leaving(d) and s in d.runs_in for d in p.deadlines)
    ]
    yield from (f"{s} waits without a clock" for s in bare)


def stops_only_by_leaving(d: Deadline) -> bool:
    """Whether nothing but leaving its states can stop this clock."""
    return d.until is None and d.when is None and d.since in ("received", "entered")


def _people(p: Procedure) -> Iterator[str]:
    for role in p.roles():
        if role.human and not role.outside and not role.delegated_by and not p.staff.get(role):
            yield f"the smallest office has no {role.name}, who has a part in this procedure"
    for act in p.acts:
        if not isinstance(act.by, FromSub) and not roles_of(act.by, 0):
            yield f"nobody may do {act.name}"
    known = {role.name for role in (*p.roles(), *p.staff)}
    for step in p.steps:
        for name, field in step.form.model_fields.items():
            holds = marked(field, Holds)
            strange = [r for r in holds.roles if r not in known] if isinstance(holds, Holds) else []
            yield from (f"{step.name} asks that {name} holds {r}, no role of this procedure" for r in strange)


def holds_text(annotation: object) -> bool:
    """Whether a value of this type can carry free text: a plain `str` anywhere inside, or a form that has one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(holds_text(f.annotation) for f in annotation.model_fields.values())
    return annotation is str or any(holds_text(part) for part in get_args(annotation))


def _secrets(p: Procedure) -> Iterator[str]:
    """Free text may name anybody, so it is sealed; a handle, a unit, a reference and a text of a fixed pattern are not free."""
    for step in p.steps:
        fields = step.form.model_fields.items()
        referring = {n for n, f in fields if marked(f, UnitKey) is not None or marked(f, CaseRef) is not None}
        kept = sealed_fields(step.form) | person_fields(step.form) | referring
        for name, field in step.form.model_fields.items():
            patterned = any(getattr(m, "pattern", None) for m in field.metadata)
            if name not in kept and not patterned and holds_text(field.annotation) and step.form is not Ended:
                yield f"{step.name} keeps the free text {name} unsealed"


def _cited(p: Procedure) -> Iterator[tuple[str, str]]:
    """Where each clause is cited: any declared thing with a `clause`."""
    things: list[tuple[str, Any]] = [(a.name, a) for a in p.acts] + [(d.name, d) for d in p.deadlines]
    things += [(f"only of {a.name}", only) for a in p.acts for only in a.only]
    things += [("a person rule", r) for r in (*p.aparts, *p.sames, *p.barred)]
    things += [("a rule about units", r) for r in p.of_units]
    things += [("a promise", q) for q in p.promises] + [("a notice", n) for n in p.notices]
    things += [("the rule of secrecy", p.secrecy)] if p.secrecy is not None else []
    things += [("the group", p.group)] if p.group is not None else []
    things += [("the ladder", p.ladder)] if p.ladder is not None else []
    for where, thing in things:
        yield where, thing.clause
