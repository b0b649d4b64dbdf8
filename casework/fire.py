"""The one door. Only this module assigns a case's state.

In the caller's transaction: lock (parent before child), read the facts once, ask for every requirement, fire the shared machine, write
the event, re-arm the deadlines, open and end sub-cases, fill the outbox, write the case by compare-and-swap. Nothing outside is touched
and nothing is committed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, bindparam, update
from sqlmodel import Session

from casework import families, outbox
from casework.arming import BrokenRung, rearm
from casework.commands import remember, remembered, request_digest
from casework.docket import micros, renewed, write_docket
from casework.errors import BadInput, Broken, Stale
from casework.evidence import Evidence, read_evidence
from casework.hand import CASES, Hand, take, unknown_case
from casework.instruments import keep_served, naming
from casework.ladder_door import weigh
from casework.ladder_rows import touches
from casework.ladder_store import keep_findings
from casework.listed import lookup
from casework.outcome import Fired, Refused
from casework.prepared import Prepared
from casework.record import write_event
from casework.refs import read_ref
from casework.seals import head_seal
from casework.sight import admit, admit_named, still_admitted
from casework.store import Store, store_of
from casework.times import SAME_CONTACT, not_before, sayable, when_it_happened
from states.acts import Act, Move, Step
from states.compile import Disagreement, state_after
from states.facts import Actor, DoneAct, Facts, Undecided
from states.refusals import Requirement, move_requirements, named_requirements, one_as_two, step_requirements

_SAVE = Prepared(
    update(CASES)
    .where(CASES.c.id == bindparam("case"), CASES.c.version == bindparam("was_version"), CASES.c.head_seq == bindparam("was_head"))
    .values({c: bindparam(f"new_{c}") for c in ("state", "version", "round", "level", "entry", "entered_at", "docket", "head_seq", "head_hash", "head_seal", "handler_id", "closed_at")})
)  # fmt: skip


NOBODY: Mapping[str, frozenset[int]] = MappingProxyType({})


@dataclass
class Acting:
    """What the acts of one transaction share: where they are written, when, and what they caused."""

    store: Store
    session: Session
    at: datetime
    opened: list[str] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)


def fire(
    session: Session,
    ref: str,
    move: str,
    actor: Actor,
    at: datetime,
    *,
    happened_at: datetime | None = None,
    reason: str = "",
    expected_version: int | None = None,
    command_id: str | None = None,
) -> Fired | Refused:
    """Make a move, or say everything that stands in its way.

    `at`: now, aware UTC; `happened_at`: when it was really done (default: now; `reason` why it is recorded late). The same `command_id`
    of the same actor with the same request gives the first result again. Raises BadInput for an unknown case or move and an impossible
    time, Stale when `expected_version` is not the case's, Broken when the two locks disagree.
    """
    return _through(
        session, ref, "move", move, actor, at, happened_at, reason, expected_version, command_id, {}
    )


def record(
    session: Session,
    ref: str,
    step: str,
    actor: Actor,
    at: datetime,
    *,
    evidence: Mapping[str, object],
    happened_at: datetime | None = None,
    reason: str = "",
    expected_version: int | None = None,
    command_id: str | None = None,
) -> Fired | Refused:
    """Record a step with its evidence, or say everything that stands in its way. Arguments and errors as for `fire`."""
    return _through(
        session, ref, "step", step, actor, at, happened_at, reason, expected_version, command_id, evidence
    )


def _through(
    session: Session, ref: str, kind: str, name: str, actor: Actor, at: datetime, happened_at: datetime | None, reason: str,
    expected_version: int | None, command_id: str | None, given: Mapping[str, object],
) -> Fired | Refused:  # fmt: skip
    store, reason = _ready(session), sayable(reason)
    admit(store, session.connection(), ref, actor)
    asked = {
        "kind": kind,
        "ref": read_ref(ref),
        "name": name,
        "given": given,
        "at": happened_at and micros(happened_at),
        "why": reason,
    }
    request = request_digest(store, asked) if command_id is not None else ""
    if (before := remembered(session, actor, command_id, request)) is not None:
        return Fired.from_json(before)
    hand = take_admitted(store, session, ref, actor)
    # Under the lock once more: the same command may have been carried out while this one waited for it.
    if (before := remembered(session, actor, command_id, request)) is not None:
        return Fired.from_json(before)
    same_version(hand, expected_version)
    act = find_act(hand, kind, name)
    begun = not_before(hand, act)
    when = when_it_happened(
        hand.office, at, happened_at, begun=begun, reason=reason if actor.person is not None else None
    )
    if isinstance(act, Step) and act.at_once and at - when > SAME_CONTACT:
        raise BadInput(
            "This is done by being recorded, and did not happen earlier.", hint="Leave out the time."
        )
    acting = Acting(store, session, max(at, when))
    evidence = None
    if isinstance(act, Step):
        evidence = read_evidence(
            hand.procedure, act, hand.office, given, received_at=hand.received_at, at=acting.at, begun=begun,
            listed=lookup(store, session.connection(), hand.office, hand.office.calendar.local_day(acting.at)),
        )  # fmt: skip
        admit_named(store, session.connection(), evidence.form, actor)
    requirements, evidence = _in_the_way(session.connection(), hand, act, actor, evidence, when)
    if requirements:
        return refuse(session, refusal_of(hand, kind, name, requirements), actor, at)
    seq = apply(acting, hand, act, actor, when, evidence, reason=reason, command_id=command_id)
    save(acting, hand)
    done = Fired(
        hand.ref, name, seq, hand.state, hand.version, hand.round, hand.level, tuple(acting.opened), tuple(acting.followed)
    )  # fmt: skip
    remember(session, actor, command_id, request, done.as_json(), at)
    return done


def _in_the_way(
    connection: Connection, hand: Hand, act: Act, actor: Actor, evidence: Evidence | None, when: datetime
) -> tuple[tuple[Requirement, ...], Evidence | None]:
    """Everything that stands in the way: by the law, by what a ladder counts, by cases around this one; and the evidence with what was counted."""
    found = requirements_of(hand.facts(), act, actor, named_by(evidence))
    if evidence is not None and hand.procedure.ladder is not None:
        weighed = weigh(connection, hand, act, evidence, when, beside=found)
        found, evidence = (*found, *weighed.requirements), weighed.beside(evidence)
    found = (*found, *families.outdated(hand, act))
    if isinstance(act, Step):
        found = (*found, *naming(connection, hand, act, evidence))
    elif hand.office.aliases:
        found = (*found, *one_as_two(hand.facts(), act))
    return found, evidence


def _ready(session: Session) -> Store:
    """The session's store. Raises Broken if this transaction was refused already: what follows would be rolled back unseen."""
    if session.info["refused"]:
        raise Broken("An act was refused in this transaction; nothing more can be done in it.")
    return store_of(session)


def take_for(store: Store, session: Session, ref: str, actor: Actor) -> Hand:
    """Take a case for somebody: the only way by which one comes into the hands of a person.

    A case of another office, and a secret one that this person may not know of, is answered exactly like one that does not exist: it is
    not locked, and nothing of it is looked at. Raises BadInput.
    """
    admit(store, session.connection(), ref, actor)
    return take_admitted(store, session, ref, actor)


def take_admitted(store: Store, session: Session, ref: str, actor: Actor) -> Hand:
    """Take a case for somebody who was admitted (`casework.sight.admit`) in this transaction. Raises BadInput as `take_for`."""
    hand = take(store, session.connection(), ref, office=actor.office if actor.person is not None else None)
    if actor.person is not None and (actor.office != hand.office.id or not still_admitted(hand, actor)):
        raise unknown_case(hand.ref)
    return hand


def same_version(hand: Hand, expected: int | None) -> None:
    """Raise Stale unless the case is as whoever acts has seen it; None: they have not looked."""
    if expected is not None and expected != hand.version:
        raise Stale(
            "The case {ref} was changed by somebody else in the meantime.",
            hint="Look at it again, then decide.",
            ref=hand.ref,
        )


def refusal_of(hand: Hand, kind: str, name: str, requirements: tuple[Requirement, ...]) -> Refused:
    """A refused act of a case in hand."""
    edition = hand.procedure.edition.isoformat()
    return Refused(hand.ref, hand.id, hand.procedure.name, edition, kind, name, requirements)


def refuse(session: Session, refused: Refused, actor: Actor, at: datetime) -> Refused:
    """Have the transaction rolled back and the refusal stored after it."""
    session.info["refused"].append((refused, actor, at))
    return refused


def named_by(evidence: Evidence | None) -> Mapping[str, frozenset[int]]:
    """The persons whom evidence names, by field."""
    return {n: frozenset(who) for n, who in evidence.persons.items()} if evidence is not None else {}


def find_act(hand: Hand, kind: str, name: str) -> Act:
    """The step or move of this name. Raises BadInput listing those there are."""
    table: Mapping[str, Act] = hand.procedure.step_named if kind == "step" else hand.procedure.move_named
    act = table.get(name)
    if act is None:
        raise BadInput("{procedure} has no {kind} {name}.", hint="There is: {there}.", procedure=hand.procedure.name, kind=kind, name=name,
                       there=", ".join(table))  # fmt: skip
    return act


def requirements_of(
    facts: Facts, act: Act, actor: Actor, named: Mapping[str, frozenset[int]] = NOBODY
) -> tuple[Requirement, ...]:
    """Everything that stands in the way of an act; `named`: the persons its evidence names, by field.

    Raises Broken if a rule cannot be decided: never "allowed".
    """
    try:
        if isinstance(act, Move):
            return tuple(move_requirements(facts, act, actor))
        both = (*step_requirements(facts, act, actor), *named_requirements(facts, act, named, actor))
        return tuple(dict.fromkeys(both))
    except Undecided as error:
        raise Broken(
            "A rule of {procedure} could not be decided for {act}.",
            procedure=facts.procedure.name,
            act=act.name,
        ) from error


def apply(
    acting: Acting, hand: Hand, act: Act, actor: Actor, happened: datetime, evidence: Evidence | None, *, reason: str = "", command_id: str | None = None,
) -> int:  # fmt: skip
    """Do an act that nothing stands in the way of, with everything that follows from it. Returns the event's sequence.

    The caller saves the case. Raises Broken when the machine disagrees with the requirements.
    """
    before, from_state, connection = hand.facts(), hand.state, acting.session.connection()
    sealed: dict[str, object] = dict(evidence.sealed) if evidence is not None else {}
    if reason:
        sealed["reason for recording late"] = reason
    if isinstance(act, Move):
        _move(hand, act, actor, before)
    hand.version += 1
    seq = write_event(
        acting.store, connection, hand, "moved" if isinstance(act, Move) else "recorded", act.name, actor, from_state=from_state, happened_at=happened,
        recorded_at=acting.at, clear=evidence.clear if evidence is not None else {}, sealed=sealed, command_id=command_id,
    )  # fmt: skip
    hand.acts.append(
        DoneAct(
            seq,
            act.name,
            actor.person,
            before.round,
            micros(happened),
            evidence.raised if evidence is not None else (),
        )
    )
    if act.renews:
        kept = hand.acts.pop()
        hand.acts = [*renewed(hand.acts, frozenset(s.name for s in act.renews)), kept]
    if isinstance(act, Move):
        hand.entry, hand.entered_at = seq, happened
        if act.new_round:
            hand.round += 1
        if act.climbs:
            hand.level = min(hand.level + 1, hand.procedure.max_level)
    elif evidence is not None:
        families.know_parties(acting, hand, act, evidence)
        keep_served(acting, hand, act, evidence, seq, happened)
    if hand.procedure.ladder is not None and touches(hand.procedure.ladder, act):
        keep_findings(connection, hand)
    families.start(acting, hand, act, actor, happened, evidence)
    _rearm(acting, hand, before)
    outbox.tell_event(acting, hand, act, from_state)
    if isinstance(act, Move) and hand.final:
        families.lapse_children(acting, hand)
        families.tell_parent(acting, hand, happened)
    return seq


def _move(hand: Hand, act: Move, actor: Actor, facts: Facts) -> None:
    try:
        hand.state = state_after(act, facts, actor)
    except Disagreement as error:
        raise Broken(
            "Nothing stood in the way of {act}, and yet the machine refused it.", act=act.name
        ) from error


def _rearm(acting: Acting, hand: Hand, before: Facts) -> None:
    for rung in rearm(acting.session.connection(), hand, before, acting.at):
        note_broken(acting, hand, rung, late=True)


def note_broken(acting: Acting, hand: Hand, rung: BrokenRung, *, late: bool) -> None:
    """Write the event of a rung that has fired, and queue the alarm to everybody it tells."""
    clock = Actor("clock", None, frozenset({"clock"}))
    write_event(
        acting.store, acting.session.connection(), hand, "breached" if rung.breach else "reminded", rung.kind, clock, from_state=hand.state,
        happened_at=rung.due_at, recorded_at=acting.at, clear={"rung": rung.rung, "tells": list(rung.tells), "clause": rung.clause, "late": late},
    )  # fmt: skip
    outbox.raise_alarm(acting, hand, rung)


def save(acting: Acting, hand: Hand) -> None:
    """Write the case, and its parent's if it was in hand and changed. Raises Stale if somebody else was quicker."""
    if hand.parent is not None and hand.parent.head_seq != hand.parent.started_with[1]:
        save(acting, hand.parent)
    touched = _SAVE.write(
        acting.session.connection(),
        {
            "case": hand.id, "was_version": hand.started_with[0], "was_head": hand.started_with[1], "new_state": hand.state, "new_version": hand.version,
            "new_round": hand.round, "new_level": hand.level, "new_entry": hand.entry, "new_entered_at": hand.entered_at,
            "new_docket": write_docket(hand.acts), "new_head_seq": hand.head_seq, "new_head_hash": hand.head_hash, "new_handler_id": hand.handler_id,
            "new_closed_at": hand.entered_at if hand.final else None,
            "new_head_seal": head_seal(acting.store.keys, hand.id, hand.office.id, hand.ref, hand.head_seq, hand.head_hash),
        },
    )  # fmt: skip
    if touched != 1:
        raise Stale(
            "The case {ref} was changed by somebody else in the meantime.",
            hint="Look at it again, then decide.",
            ref=hand.ref,
        )
    hand.started_with = (hand.version, hand.head_seq)
