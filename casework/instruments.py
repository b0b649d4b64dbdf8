"""Instruments served on people (B4, B10): whoever was served one sees that paper alone, and nothing of the case it came from."""

import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, select
from sqlmodel import Session

import models
from casework.around import ACCOUNTS
from casework.errors import KeyProblem, StoreProblem
from casework.evidence import Evidence, handles_in
from casework.hand import CASES, KEYS, Hand, key_of_case
from casework.keys import MasterKeys, normal_form, open_sealed
from casework.record import EVENTS, aad
from casework.refs import ALPHABET
from casework.seals import seal_of
from casework.store import Store, store_of
from states.acts import Step
from states.editions import edition
from states.facts import Actor
from states.forms import Complainant
from states.refusals import Requirement

if TYPE_CHECKING:
    from casework.fire import Acting

INSTRUMENTS = models.table(models.Instrument)
PARTIES = models.table(models.Party)
KIND, WORDS = "paper", "words"
"""The fields of a record of service that say what the paper is, and its words."""
SHORTEST_PHONE = 6
"""Digits: fewer are no telephone number that could be told from another number."""
LENGTH = 10
"""Characters of a number after its prefix: 50 random bits, as many as a reference has."""


@dataclass(frozen=True)
class InstrumentView:
    """A paper as the person sees it on whom it was served. `words`: None where its key is gone, so that nobody can read them any more."""

    number: str
    kind: str
    served_at: datetime
    words: str | None


def keep_served(
    acting: "Acting", hand: Hand, step: Step[Any], evidence: Evidence, seq: int, happened: datetime
) -> None:
    """Note on whom a paper is served, where the record of event `seq` serves one: from then on that person may see it."""
    secrecy = hand.procedure.secrecy
    for named in secrecy.served if secrecy is not None else ():
        if named.step is step:
            for person in evidence.persons.get(named.field, ()):
                row = {"number": number_of(acting.store.keys, hand.ref, seq), "case_id": hand.id, "event_seq": seq, "person_id": person,
                       "kind": str(evidence.clear.get(KIND, step.name)), "served_at": happened}  # fmt: skip
                acting.session.connection().execute(insert(INSTRUMENTS), row)


def naming(
    connection: Connection, hand: Hand, step: Step[Any], evidence: Evidence | None
) -> Iterator[Requirement]:
    """Yield what forbids to serve a paper that names who complains, by name or telephone: somebody's word for it is not enough (B4, B10)."""
    secrecy = hand.procedure.secrecy
    if evidence is None or secrecy is None or all(named.step is not step for named in secrecy.served):
        return
    said = " ".join(str(words) for words in evidence.sealed.values())
    wanted = select(PARTIES.c.kind, PARTIES.c.no, PARTIES.c.identity_sealed).where(
        PARTIES.c.case_id == hand.id, PARTIES.c.identity_sealed.is_not(None)
    )
    for row in connection.execute(wanted).all():
        opened = open_sealed(hand.key, row.identity_sealed, f"{hand.ref}:party:{row.kind}:{row.no}".encode())
        if _is_named(Complainant.model_validate_json(opened), said):
            yield Requirement("condition", "Its words name who complains.", secrecy.clause)
            return


def _is_named(one: Complainant, said: str) -> bool:
    """Whether words hold a name, whole and however spaced, or a telephone number, however written."""
    words = unicodedata.normalize("NFKC", said).casefold()
    name, phone = normal_form("name", one.name), normal_form("phone", one.phone)
    spelled = r"\W*".join(re.escape(letter) for letter in name)
    whole = rf"(?<!\w){spelled}(?!\w)" if name.isascii() else spelled
    digits = "".join(char for char in words if char.isdecimal())
    return (len(name) > 1 and re.search(whole, words) is not None) or (
        len(phone) >= SHORTEST_PHONE and phone in digits
    )


def number_of(keys: MasterKeys, ref: str, seq: int) -> str:
    """The number of what an event served, such as "i-7k3m9qv2xw": random to whoever has not the key, so that nothing can be told from it."""
    made = seal_of(keys, "instrument", {"ref": ref, "seq": seq})
    return "i-" + "".join(ALPHABET[byte & 31] for byte in made[:LENGTH])


def served_on(session: Session, actor: Actor) -> tuple[InstrumentView, ...]:
    """The papers that were served on whoever asks, oldest first; under whichever of their accounts."""
    store, connection = store_of(session), session.connection()
    wanted = (
        select(
            INSTRUMENTS, CASES.c.ref, CASES.c.procedure, CASES.c.edition, CASES.c.office_id, KEYS.c.wrapped, KEYS.c.master_id
        )
        .join_from(INSTRUMENTS, CASES, CASES.c.id == INSTRUMENTS.c.case_id)
        .outerjoin(KEYS, KEYS.c.case_id == CASES.c.id)
        .where(INSTRUMENTS.c.person_id.in_(select(ACCOUNTS.c.id)))
        .order_by(INSTRUMENTS.c.served_at, INSTRUMENTS.c.number)
    )  # fmt: skip
    found = []
    for row in connection.execute(wanted, {"person": actor.person}).all():
        event = _as_it_stands(connection, row)
        if _names(store, connection, row, event):
            found.append(InstrumentView(row.number, row.kind, row.served_at, _words(store, row, event)))
    return tuple(found)


def _as_it_stands(connection: Connection, row: Row[Any]) -> Row[Any]:
    """The record of a service, or the last one that corrects it."""
    wanted = select(EVENTS.c.seq, EVENTS.c.kind, EVENTS.c.name, EVENTS.c["clear"], EVENTS.c.sealed)
    mine = (
        EVENTS.c.case_id == row.case_id,
        EVENTS.c.kind.in_(("recorded", "corrected")),
        EVENTS.c.seq >= row.event_seq,
    )
    events = connection.execute(wanted.where(*mine).order_by(EVENTS.c.seq)).all()
    standing = events[0]
    for event in events[1:]:
        if event.kind == "corrected" and json.loads(event.clear).get("corrects") == standing.seq:
            standing = event
    return standing


def _names(store: Store, connection: Connection, row: Row[Any], event: Row[Any]) -> bool:
    """Whether the record still says that it was this person: a mistyped name gives nobody a paper."""
    secrecy, office = edition(row.procedure, row.edition).secrecy, store.offices(connection)[row.office_id]
    clear = json.loads(event.clear)
    handles = (
        handle
        for named in (secrecy.served if secrecy is not None else ())
        if named.step.name == event.name and clear.get(named.field)
        for handle in handles_in(clear[named.field])
    )
    return office.human(row.person_id) in {office.human(office.people.get(handle, 0)) for handle in handles}


def _words(store: Store, row: Row[Any], event: Row[Any]) -> str | None:
    if event.sealed is None:
        return None
    with suppress(KeyProblem, StoreProblem):
        key = key_of_case(store, row.ref, row.wrapped, row.master_id)
        said: dict[str, Any] = json.loads(open_sealed(key, event.sealed, aad(row.ref, event.seq)))
        return str(said[WORDS]) if WORDS in said else None
    return None
