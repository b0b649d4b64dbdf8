"""Opening a case: its random reference, its register number without gaps, its key, its first event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

import models
from casework import fire, noted, outbox, visits
from casework.arming import arm_new, rows
from casework.chain import GENESIS
from casework.closing import note_change
from casework.commands import remember, remembered, request_digest
from casework.docket import micros
from casework.editions_approved import edition_on, sub_edition_on
from casework.editions_used import note_edition
from casework.errors import BadInput, Broken
from casework.evidence import read_evidence
from casework.hand import CASES, Hand
from casework.keys import new_key, normal_form, seal
from casework.listed import lookup
from casework.offices import OfficeView
from casework.outcome import Refused
from casework.prepared import Prepared
from casework.receipt_codes import digest_of, issue
from casework.record import write_event
from casework.refs import new_ref, register_number
from casework.registered import Registered, similar, told_to
from casework.seals import counter_seal
from casework.sight import admit
from casework.store import store_of
from casework.times import sayable, shown, when_it_happened
from states.deadlines import running
from states.facts import Actor
from states.forms import Complainant
from states.people import roles_of
from states.procedure import Procedure

if TYPE_CHECKING:
    from sqlmodel import Session

    from casework.fire import Acting

RECEIPT = "receipt"
"""The field of an intake's form that says that the complainant is given a receipt code (B7b)."""
__all__ = [
    "Registered",
    "keep_parties",
    "keep_respondent",
    "next_number",
    "number_of",
    "office_of",
    "open_case",
    "open_sub",
    "procedure_of",
    "register",
    "shown_number",
    "unknown_office",
]

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
COUNTER = models.table(models.RegisterCounter)
PARTIES = models.table(models.Party)
BLIND = models.table(models.BlindIndex)


def _count(dialect: Callable[[Table], Any]) -> Any:  # noqa: ANN401  both dialects' inserts, which share no type
    first = dialect(COUNTER)
    again = first.on_conflict_do_update(
        index_elements=["office_id", "kind", "year"], set_={"last_no": COUNTER.c.last_no + 1}
    )
    return again.returning(COUNTER.c.last_no)


_COUNT = Prepared(
    {"sqlite": _count(sqlite.insert), "postgresql": _count(postgresql.insert)},
    ("office_id", "kind", "year", "last_no"),
)
_SEAL = Prepared(
    update(COUNTER)
    .where(*(COUNTER.c[name] == bindparam(f"of_{name}") for name in ("office_id", "kind", "year")))
    .values(seal=bindparam("new_seal"))
)


def register(
    session: Session,
    office_key: str,
    procedure_name: str,
    actor: Actor,
    at: datetime,
    *,
    evidence: Mapping[str, object],
    received_at: datetime | None = None,
    reason: str = "",
    linked_to: str | None = None,
    command_id: str | None = None,
) -> Registered | Refused:
    """Register a case under the edition in force on the day of receipt, with the evidence of its intake step.

    Intake is never refused by the calendar (P2a). Raises BadInput for an unknown office or procedure, evidence that does not
    validate, a time in the future, or a late record without a reason.
    """
    store, connection, reason = store_of(session), session.connection(), sayable(reason)
    asked = {
        "kind": "register", "office": office_key, "name": procedure_name, "given": evidence, "at": received_at and micros(received_at),
        "why": reason, "linked": linked_to,
    }  # fmt: skip
    if linked_to is not None:
        admit(store, connection, linked_to, actor)
    request = request_digest(store, asked) if command_id is not None else ""
    if (before := remembered(session, actor, command_id, request)) is not None:
        return told_to(store, connection, Registered.from_json(before), actor)
    office = office_of(store.offices(connection), office_key)
    if actor.person is not None and actor.office != office.id:
        raise unknown_office(store.offices(connection), office_key)
    why = reason if actor.person is not None else None
    received = when_it_happened(office, at, received_at, begun=BEFORE_ALL, reason=why, bounded=False)
    procedure = procedure_of(procedure_name, office, received)
    # Read before anything is written: what cannot be taken leaves no trace in any column.
    is_listed = lookup(store, connection, office, office.calendar.local_day(at))
    checked = read_evidence(
        procedure, procedure.intake, office, evidence, received_at=received, at=at, listed=is_listed
    )
    other = fire.take_admitted(store, session, linked_to, actor) if linked_to is not None else None
    acting = fire.Acting(store, session, at)
    hand = open_case(
        acting, office, procedure, actor, received, channel=str(checked.clear.get("channel", ""))
    )
    missing = fire.requirements_of(hand.facts(), procedure.intake, actor, fire.named_by(checked))
    if missing:
        edition = procedure.edition.isoformat()
        refused = Refused("", None, procedure.name, edition, "register", procedure.intake.name, missing)
        return fire.refuse(session, refused, actor, at)
    fire.apply(acting, hand, procedure.intake, actor, received, checked, reason=reason, command_id=command_id)
    if other is not None:
        noted.note_link(acting, hand, other.id, "arose from", actor)
    code = issue(store.keys, connection, hand.id, at) if getattr(checked.form, RECEIPT, False) else ""
    if code:
        noted.note_receipt(acting, hand, digest_of(store.keys, code), actor)
    fire.save(acting, hand)
    number, edition = number_of(connection, hand), procedure.edition.isoformat()
    done = Registered(
        hand.ref, number, procedure.name, edition, hand.state, hand.version, similar(connection, hand, at), code, bool(code),
        tuple(acting.opened),
    )  # fmt: skip
    remember(session, actor, command_id, request, done.as_json(), at)
    return told_to(store, connection, done, actor)


def procedure_of(name: str, office: OfficeView, received: datetime) -> Procedure:
    """The edition in force on the day of receipt, and approved where that is asked. Raises BadInput for a procedure that there is not."""
    try:
        return edition_on(office, name, office.calendar.local_day(received))
    except LookupError as error:
        raise BadInput(
            "There is no procedure {name}.", hint="`duecourse prove` lists them.", name=name
        ) from error


def office_of(offices: Mapping[int, OfficeView], key: str) -> OfficeView:
    """The office with this key. Raises BadInput naming those there are."""
    for office in offices.values():
        if office.key == key:
            return office
    raise unknown_office(offices, key)


def unknown_office(offices: Mapping[int, OfficeView], key: str) -> BadInput:
    """What is said of an office that does not exist, and to somebody of another one."""
    there = ", ".join(o.key for o in offices.values()) or "none yet"
    return BadInput("There is no office {key}.", hint="There is: {there}.", key=key, there=there)


def open_case(
    acting: Acting, office: OfficeView, procedure: Procedure, actor: Actor, received: datetime, *, channel: str,
    parent: Hand | None = None, state: str | None = None, source: tuple[str, str] | None = None, closed_at: datetime | None = None,
) -> Hand:  # fmt: skip
    """Insert a case in its first state with its key and its first event, and arm its deadlines. `state`: closed history of an older register.

    Raises BadInput if it was received in the future.
    """
    connection = acting.session.connection()
    if received > acting.at:
        raise BadInput(
            "The time {time} lies in the future.",
            hint="Give the time when it really came in.",
            time=shown(office, received),
        )
    note_edition(acting.store.editions_noted, connection, procedure, acting.at)
    history = state is not None
    kind = f"{procedure.register}.history" if history else procedure.register
    year = office.calendar.local_day(received).year
    ref, key = new_ref(), new_key()
    number = next_number(acting, office.id, kind, year)
    row = {
        "ref": ref, "office_id": office.id, "procedure": procedure.name, "edition": procedure.edition.isoformat(), "state": state or procedure.initial.value,
        "version": 0, "round": 0, "level": 0, "entry": 1, "entered_at": closed_at or received, "received_at": received, "recorded_at": acting.at,
        "register_kind": kind, "register_year": year, "register_no": number, "channel": channel, "history": history,
        "parent_id": parent.id if parent else None, "parent_round": parent.round if parent else None, "sub_kind": procedure.name if parent else None,
        "source": source[0] if source else None, "source_key": source[1] if source else None, "docket": "[]", "head_seq": 0, "head_hash": GENESIS,
        "closed_at": closed_at if history else None,
    }  # fmt: skip
    case_id = connection.execute(insert(CASES).returning(CASES.c.id), row).scalar_one()
    wrapped, master_id = acting.store.keys.wrap(key, ref.encode())
    connection.execute(
        insert(models.table(models.CaseKey)), {"case_id": case_id, "wrapped": wrapped, "master_id": master_id}
    )
    hand = Hand(
        case_id, ref, office, procedure, str(row["state"]), 0, 0, 0, 1, closed_at or received, received, parent.id if parent else None,
        parent.round if parent else None, None, [], 0, GENESIS, key, parent=parent,
    )  # fmt: skip
    write_event(
        acting.store, connection, hand, "opened", procedure.name, actor, from_state="", happened_at=received, recorded_at=acting.at,
        clear={
            "edition": procedure.edition.isoformat(), "register": f"{kind} {year} {number}",
            "before_first_edition": office.calendar.local_day(received) < procedure.edition,
        } | ({"parent": parent.id, "parent_round": parent.round} if parent is not None else {}),
    )  # fmt: skip
    if not history:
        arm_new(connection, rows(hand, running(procedure, hand.facts())))
    return hand


def open_sub(
    acting: Acting,
    parent: Hand,
    kind: str,
    actor: Actor,
    received: datetime,
    *,
    said: Mapping[str, object] | None = None,
) -> Hand:
    """Open a sub-case of the case in hand, received when what started it happened, under the edition in force that day.

    `said`: what the record of the parent says for which it is opened; an intake that no person records begins with it.
    """
    day = parent.office.calendar.local_day(received)
    procedure = sub_edition_on(parent.office, parent.procedure, kind, day)
    child = open_case(acting, parent.office, procedure, actor, received, channel="", parent=parent)
    if procedure.visit is not None:
        visits.plan(acting, child, parent.office.next_open(max(received + procedure.visit[1], acting.at)))
    if said is not None and not any(role.human for role in roles_of(procedure.intake.by, 0)):
        _begin_with(acting, parent, child, received, said)
    outbox.tell_opened(acting, child)
    fire.save(acting, child)
    return child


def _begin_with(
    acting: Acting, parent: Hand, child: Hand, received: datetime, said: Mapping[str, object]
) -> None:
    """Record the intake of a sub-case with those fields of the parent's record that its form has too. Raises Broken if it may not be."""
    step, by_parent = child.procedure.intake, Actor("sub", None, frozenset({"outcome"}), via=parent.id)
    given = {name: value for name, value in said.items() if name in step.form.model_fields}
    evidence = read_evidence(child.procedure, step, child.office, given, received_at=received, at=acting.at)
    if fire.requirements_of(child.facts(), step, by_parent):
        raise Broken("{procedure} cannot begin with what its parent says.", procedure=child.procedure.name)
    fire.apply(acting, child, step, by_parent, received, evidence)


def next_number(acting: Acting, office_id: int, kind: str, year: int) -> int:
    """The next number of a register, sealed. Counted in the transaction that uses it, so that nothing leaves a gap."""
    connection, keys = acting.session.connection(), acting.store.keys
    which = {"office_id": office_id, "kind": kind, "year": year}
    number = int(_COUNT.run(connection, which | {"last_no": 1}).scalar_one())
    sealed = counter_seal(keys, office_id, kind, year, number)
    _SEAL.write(connection, {f"of_{name}": value for name, value in which.items()} | {"new_seal": sealed})
    if number == 1:
        note_change(connection, "register begun", acting.at)
    return number


def number_of(connection: Connection, hand: Hand) -> str:
    """The register number as it is shown inside the office."""
    row = connection.execute(
        select(CASES.c.register_kind, CASES.c.register_year, CASES.c.register_no).where(CASES.c.id == hand.id)
    ).one()
    return shown_number(hand.procedure, row.register_kind, row.register_year, row.register_no)


def shown_number(procedure: Procedure, kind: str, year: int, number: int) -> str:
    """`C-2026-000012`; closed history of an older register has its own series, `H-C-2018-000003`."""
    return register_number(
        f"H-{procedure.letter}" if kind.endswith(".history") else procedure.letter, year, number
    )


def keep_parties(acting: Acting, hand: Hand, capacity: str, people: tuple[Complainant, ...]) -> None:
    """Keep each person of a case as a sealed row, with blind indexes of name and telephone (X6, X9)."""
    connection = acting.session.connection()
    for no, person in enumerate(people, start=1):
        secret = seal(
            hand.key, person.model_dump_json().encode(), f"{hand.ref}:party:{capacity}:{no}".encode()
        )
        connection.execute(
            insert(PARTIES),
            {
                "case_id": hand.id,
                "kind": capacity,
                "no": no,
                "identity_sealed": secret,
                "speaks_for_all": person.receives_for_all,
            },
        )
        for kind, value in (("name", person.name), ("phone", person.phone)):
            if normal_form(kind, value):
                connection.execute(
                    insert(BLIND),
                    {"case_id": hand.id, "kind": kind, "digest": acting.store.keys.blind(kind, value)},
                )


def keep_respondent(acting: Acting, hand: Hand, person_id: int) -> None:
    """Keep a member of staff whom the case is about as a party of it, known by number and not by name."""
    connection = acting.session.connection()
    mine = (PARTIES.c.case_id == hand.id) & (PARTIES.c.kind == "respondent")
    known = connection.execute(select(PARTIES.c.person_id).where(mine)).scalars().all()
    if person_id not in {hand.office.human(one) for one in known}:
        row = {"case_id": hand.id, "kind": "respondent", "no": len(known) + 1, "person_id": person_id}
        connection.execute(insert(PARTIES), row | {"speaks_for_all": False})
