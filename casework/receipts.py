"""What somebody does who comes back with a receipt code: reads, talks both ways, takes the complaint back, judges the reply (B7b, B8, B13).

They are the complainant and nobody else: every act goes through the door under that name, and what may be done is the law's to say. They
see their own words and what was said to them; no number, no person, and of where the case stands only plain words.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from casework import fire
from casework.errors import BadInput, KeyProblem, StoreProblem
from casework.hand import CASES, Hand, take_by_id
from casework.outcome import Refused
from casework.receipt_codes import STAYS, case_of
from casework.store import store_of
from casework.talk import POSTED, posted_replies, told_in
from states.facts import Actor, Facts

COMPLAINANT = Actor("complainant", None, frozenset({"complainant"}))
SHORTEST, LONGEST = 2, 8000
"""Characters of what is said: what the forms take."""

READ, WITHDRAWAL, SATISFACTION = "read_by_complainant", "withdrawal", "satisfaction"
ANSWERS = ("satisfied", "not_satisfied", "declined")
"""What can be said of the reply by whoever says it: that nobody was reached is for others to say."""
LOOKED_INTO = "Your complaint is being looked into."
ANSWERED = "Your complaint has been answered: read the answer below."
TAKEN_BACK = "You have taken your complaint back. The office closes it, or looks into it all the same."
OBJECTED = "Your objection is being looked into."
STANDS: Mapping[str, str] = {
    "registered": "Your complaint has been received.",
    "supplementing": "The office has asked you for something that is missing.",
    "replied": "Your complaint has been answered.",
    "guided": "The office has explained to you who has the power to deal with this.",
    "filed": "Your complaint has been dealt with and filed.",
    "archived": "Your complaint has been dealt with and filed.",
    "withdrawn": "You have taken your complaint back, and it is closed.",
    "transferred": "Your complaint has been handed to the authority above this office.",
}
"""What is said of a state. All others are the same to whoever looks from outside: nobody learns here what was found, or who decides."""
NOT_NOW: Mapping[str, str] = {
    "word_in": "Nothing more can be said here: the complaint is closed.",
    WITHDRAWAL: "The complaint can no longer be taken back here.",
    "objection": "An objection can be made once, after the complaint has been answered and before it is filed.",
    SATISFACTION: "What you think of the answer can be said after the complaint has been answered and before it is filed.",
}


@dataclass(frozen=True)
class Message:
    """One thing that was said, at this moment of the office's clock; `mine`: by the complainant."""

    mine: bool
    at: datetime
    words: str


@dataclass(frozen=True)
class ReceiptPage:
    """What a code opens. `status` is a sentence (gettext msgid); `reply`: empty while none is posted.

    `until`: how long the page can be read, at least; None while nobody can say.
    """

    status: str
    messages: tuple[Message, ...]
    reply: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Said:
    """What the complainant did, at this moment of the office's clock."""

    what: str
    at: datetime


@dataclass(frozen=True)
class NotNow:
    """The law does not let the complainant do this now. `sentence` (gettext msgid) says so, and nothing of why."""

    sentence: str


def known(session: Session, code: str, at: datetime) -> None:
    """Raise BadInput unless this code opens something now. `session` may be one that only reads: a wrong code takes no lock."""
    case_of(store_of(session).keys, session.connection(), code, at)


def page(session: Session, code: str, at: datetime) -> ReceiptPage:
    """Return what the code opens. That a posted reply is read is recorded first, in the same transaction, where the law asks for it.

    `session` must write and be committed. Raises BadInput for a code that opens nothing, StoreProblem when the page cannot be opened now.
    """
    hand = _hand(session, code, at)
    facts, reading = hand.facts(), hand.procedure.step_named.get(READ)
    if reading is not None and not fire.requirements_of(facts, reading, COMPLAINANT):
        fire.record(session, hand.ref, READ, COMPLAINANT, at, evidence={})
    connection, here = session.connection(), hand.office.calendar.local
    told = told_in(connection, hand)
    ended = connection.execute(select(CASES.c.closed_at).where(CASES.c.id == hand.id)).scalar()
    replies = list(posted_replies(told))
    said = [(one.at, one.mine, one.said) for one in told if one.said]
    said += [(posting.at, False, words) for posting, words in replies[:-1]]
    last = ended or (replies[-1][0].at if replies else None)
    return ReceiptPage(
        _status(facts),
        tuple(Message(mine, here(then), words) for then, mine, words in sorted(said, key=lambda one: one[0])),
        replies[-1][1] if replies else "",
        here(last + STAYS) if last is not None else None,
    )


def say(session: Session, code: str, words: str, at: datetime) -> Said | NotNow:
    """Say something to whoever handles the complaint. Errors as `page`, and BadInput for words that are too few or too many."""
    return _act(session, code, "word_in", {"words": words}, at)


def withdraw(session: Session, code: str, words: str, at: datetime) -> Said | NotNow:
    """Take the complaint back, and say why. Only the complainant can; the office may go on (B8). Errors as `say`."""
    return _act(session, code, WITHDRAWAL, {"words": words}, at)


def object_(session: Session, code: str, words: str, at: datetime) -> Said | NotNow:
    """Object to the reply, and say why: somebody who had no part in it looks once more (B13). Errors as `say`."""
    return _act(session, code, "objection", {"words": words}, at)


def answer(session: Session, code: str, says: str, words: str, at: datetime) -> Said | NotNow:
    """Say whether the reply satisfies, with words or without (B13). It may be said again: the last time counts.

    Errors as `say`, and BadInput for an answer that is none.
    """
    if says not in ANSWERS:
        raise BadInput("That is none of the answers.", hint="There is: {there}.", there=", ".join(ANSWERS))
    said = {"words": words} if words.strip() else {}
    return _act(session, code, SATISFACTION, {"answer": says, **said}, at)


def _act(session: Session, code: str, step: str, given: Mapping[str, str], at: datetime) -> Said | NotNow:
    hand = _hand(session, code, at)
    evidence = {name: _said(said) if name == "words" else said for name, said in given.items()}
    if step not in hand.procedure.step_named:
        return NotNow(NOT_NOW[step])
    done = fire.record(session, hand.ref, step, COMPLAINANT, at, evidence=evidence)
    return NotNow(NOT_NOW[step]) if isinstance(done, Refused) else Said(step, hand.office.calendar.local(at))


def _said(words: str) -> str:
    """The words as they are kept: without what steers a terminal, which staff would print. Raises BadInput."""
    kept = "".join(c for c in words if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()
    if not SHORTEST <= len(kept) <= LONGEST:
        raise BadInput(
            "What is said has from {least} to {most} characters.", least=SHORTEST, most=f"{LONGEST:,}"
        )
    return kept


def _hand(session: Session, code: str, at: datetime) -> Hand:
    store, connection = store_of(session), session.connection()
    case_id = case_of(store.keys, connection, code, at)
    try:
        return take_by_id(store, connection, case_id)
    except (KeyProblem, StoreProblem):
        # What is wrong with the key names the case, and is for the office: `duecourse key status`, `duecourse audit verify`.
        raise StoreProblem("This page cannot be opened at present.", hint="Come back later.") from None


def _status(facts: Facts) -> str:
    """Where the case stands, in words that give nothing away."""
    if facts.state == "replying" and facts.done(POSTED):
        return ANSWERED
    found = STANDS.get(facts.state, LOOKED_INTO)
    if facts.done(WITHDRAWAL) and facts.state not in facts.procedure.finals and facts.state != "replied":
        return TAKEN_BACK
    return OBJECTED if found == LOOKED_INTO and facts.level else found
