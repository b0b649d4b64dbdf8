"""The register of interpretations (B16): how a clause is to be read, ruled by the role that approves the editions.

Numbered per office without gaps, and append-only: a ruling is changed by a later one, a new meaning is a new edition. Question and ruling
are sealed under the office's key, since a question may tell a case; elsewhere an interpretation is shown by its number and clause alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session

import models
from casework.errors import BadInput
from casework.intake import office_of
from casework.keys import open_sealed, seal
from casework.names import office_key as key_of_office
from casework.offices import OfficeView, lock_office, touch_offices
from casework.outcome import Refused
from casework.people import PersonView
from casework.rulings import UNKNOWN, only_rulers, read_minute, ruled_office, ruled_procedures
from casework.store import store_of
from casework.times import sayable
from states.clauses import OWN, clauses
from states.facts import Actor

PEOPLE = models.table(models.Person)
RULINGS = models.table(models.Interpretation)
LEAST, MOST = 2, 8000
"""Characters of a question, and of a ruling."""


@dataclass(frozen=True)
class Interpreted:
    """An interpretation that was recorded just now."""

    office_key: str
    no: int
    clause: str
    ruled_on: date
    minute: str


@dataclass(frozen=True)
class InterpretationView:
    """One interpretation. `question` and `ruling` are None for whoever takes no part in the procedures it is about."""

    no: int
    clause: str
    ruled_on: date
    minute: str
    by: str
    recorded_at: datetime
    question: str | None
    ruling: str | None


def interpretable(office: OfficeView, at: datetime) -> tuple[str, ...]:
    """The clauses that can be interpreted here: those of the text that the office's procedures are made of."""
    letters = {
        act.clause[0] for law in ruled_procedures(office, at) for act in law.acts if act.clause not in OWN
    }
    return tuple(clause for clause in clauses() if clause not in OWN and clause[0] in letters)


def interpret(
    session: Session,
    office_key: str,
    clause: str,
    actor: Actor,
    at: datetime,
    *,
    question: str,
    ruling: str,
    minute: str,
    on: date,
) -> Interpreted | Refused:
    """Record how a clause is to be read, under the next number. Refused to whoever does not hold the role.

    Raises BadInput for an unknown office or clause, words that are missing or too many, and a minute that cannot be.
    """
    connection, office = session.connection(), ruled_office(session, office_key, actor)
    named = clause if clause in clauses() else UNKNOWN
    if (refused := only_rulers(session, office, actor, at, ("interpretation", named))) is not None:
        return refused
    _known(office, clause, at)
    said = read_minute(office, minute, on, at)
    words = {"question": _words("question", question), "ruling": _words("ruling", ruling)}
    lock_office(connection, office.id)
    last = connection.execute(select(func.max(RULINGS.c.no)).where(RULINGS.c.office_id == office.id)).scalar()
    no = (last or 0) + 1
    key = key_of_office(store_of(session), connection, office.id)
    row = {
        "office_id": office.id, "no": no, "clause": clause, "ruled_on": said.on, "minute": said.number, "by_person": actor.person, "recorded_at": at,
        "words_sealed": seal(key, json.dumps(words, ensure_ascii=False).encode(), _aad(office.key, no)),
    }  # fmt: skip
    connection.execute(insert(RULINGS), row)
    touch_offices(connection, "interpretation", at, actor.person)
    return Interpreted(office.key, no, clause, said.on, said.number)


def _known(office: OfficeView, clause: str, at: datetime) -> None:
    there = interpretable(office, at)
    if clause not in there:
        raise BadInput(
            "There is no clause {clause} to be interpreted in this office.",
            hint="There is: {there}.",
            clause=clause[:20],
            there=", ".join(there),
        )


def _words(what: str, text: str) -> str:
    said = sayable(text)
    if not LEAST <= len(said) <= MOST:
        raise BadInput(
            "The {what} needs {least} to {most} characters.",
            hint="Whoever works with the procedure reads it: name nobody.",
            what=what,
            least=LEAST,
            most=MOST,
        )
    return said


def interpretations(
    session: Session, office_key: str, person: PersonView, at: datetime, *, clause: str | None = None
) -> list[InterpretationView]:
    """The interpretations of an office by number, or those of one clause; the words for whoever has a part in the procedures.

    Raises BadInput for an unknown office, and a clause that cannot be interpreted in it.
    """
    store, connection = store_of(session), session.connection()
    office = office_of(store.offices(connection), office_key)
    if clause is not None:
        _known(office, clause, at)
    parts = {role.name for law in ruled_procedures(office, at) for role in law.roles()}
    key = None
    if person.office_id == office.id and not person.roles.isdisjoint(parts):
        key = key_of_office(store, connection, office.id)
    wanted = (
        select(RULINGS, PEOPLE.c.handle)
        .join(PEOPLE, PEOPLE.c.id == RULINGS.c.by_person)
        .where(RULINGS.c.office_id == office.id)
    )
    if clause is not None:
        wanted = wanted.where(RULINGS.c.clause == clause)
    found: list[InterpretationView] = []
    for row in connection.execute(wanted.order_by(RULINGS.c.no)):
        words: Mapping[str, str] = {}
        if key is not None:
            words = json.loads(open_sealed(key, row.words_sealed, _aad(office.key, row.no)))
        found.append(
            InterpretationView(
                row.no, row.clause, row.ruled_on, row.minute, row.handle, row.recorded_at, words.get("question"), words.get("ruling")
            )
        )  # fmt: skip
    return found


def _aad(office_key: str, no: int) -> bytes:
    return f"interpretation:{office_key}:{no}".encode()
