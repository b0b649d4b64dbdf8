"""Who may see that a case exists: people of its office with a part in its procedure, and never the person it is about.

Of a secret case only those know who must (`casework.need_to_know`), and nobody whom it is about, or a case around it
(`casework.around`). Whoever may not see a case is answered exactly as if there were none: the same one statement is sent, and it gives
one row, whether the case is hidden or does not exist. Clause B10, and the house's rule for the other offices.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row
from sqlmodel import Session

from casework.docket import read_docket
from casework.errors import BadInput
from casework.hand import Hand, unknown_case
from casework.need_to_know import Told, has_part, is_accused, is_secret, knows, secret_laws
from casework.refs import read_ref
from casework.sight_read import BY_ID, BY_REF, LINEAGE, OF_MANY, Viewer, asked, lineage
from casework.store import Store
from states.editions import edition
from states.facts import Actor
from states.forms import CaseRef, Form, marked

_NOBODYS = 0
"""The number of no case."""


class Eye(NamedTuple):
    """Somebody who looks, as the door knows them."""

    id: int
    office_id: int
    roles: frozenset[str]
    accounts: tuple[int, ...]
    granted: frozenset[str]


def eye_of(store: Store, connection: Connection, actor: Actor) -> Eye | None:
    """The person who acts, as one who looks; None for a mechanism, and for a person without an office."""
    if actor.person is None or actor.office is None:
        return None
    accounts = store.known_office(connection, actor.office).accounts(actor.person)
    return Eye(actor.person, actor.office, actor.roles, accounts, actor.roles | actor.off_duty)


def visible_case(session: Session, ref: str, person: Viewer) -> None:
    """Raise BadInput, the same as for an unknown reference, unless this person may know of the case.

    Whoever has a part in secret cases and has not signed the undertaking is told that, whatever the reference.
    """
    ref = read_ref(ref)
    if not _known(BY_REF.run(session.connection(), asked(person, ref=ref)).one(), person):
        raise unknown_case(ref)


def may_know(connection: Connection, case_id: int | None, person: Viewer) -> bool:
    """Whether a person may know of the case with this number in the database; of none (None) nobody. Raises as `visible_case`."""
    wanted = asked(person, case=case_id if case_id is not None else _NOBODYS)
    return _known(BY_ID.run(connection, wanted).one(), person)


def admit(store: Store, connection: Connection, ref: str, actor: Actor) -> None:
    """Let somebody come near a case: before it is locked, and before anything else of it is looked at.

    Where an office keeps no secrets nothing is asked here: the rules about persons are the door's own. Raises as `visible_case`.
    """
    eye = _who(store, connection, actor, read_ref(ref))
    if eye is not None and not _known(BY_REF.run(connection, asked(eye, ref=read_ref(ref))).one(), eye):
        raise unknown_case(read_ref(ref))


def admit_named(store: Store, connection: Connection, form: Form, actor: Actor) -> None:
    """Let somebody name other cases in a record: none that they may not know of. Raises as `visible_case`."""
    for name, field in type(form).model_fields.items():
        ref = getattr(form, name)
        if ref and marked(field, CaseRef) is not None:
            admit(store, connection, str(ref), actor)


def admits(store: Store, connection: Connection, case_id: int | None, actor: Actor) -> bool:
    """The same for a case that something else names, such as an alarm by its number; None: that names none. Raises as `visible_case`."""
    eye = _who(store, connection, actor, "")
    return eye is None or may_know(connection, case_id, eye)


def still_admitted(hand: Hand, actor: Actor) -> bool:
    """The same once more, under the lock: somebody may have been dismissed, or complained of, while this act waited for it."""
    lineage = [Told(one.procedure, one.acts) for one in (hand, hand.parent) if one is not None]
    if actor.person is None or not is_secret(told.law for told in lineage):
        return True
    deeper = hand.parent is not None and hand.parent.parent_id is not None
    return deeper or knows(lineage, hand.office.accounts(actor.person), actor.roles)


def hidden_from(connection: Connection, ids: Collection[int], person: Viewer | None) -> set[int]:
    """Which of these cases (database ids) a person may not know of; of None, who is nobody in particular, none is hidden."""
    if person is None or not ids:
        return set()
    rows = connection.execute(OF_MANY.where(LINEAGE[0].c.id.in_(ids)), asked(person)).all()
    return {row.itself_id for row in rows if not _sees(row, person)}


def refs_seen(connection: Connection, refs: Collection[str], person: Viewer) -> set[str]:
    """Which of these references are of cases that a person may know of."""
    rows = connection.execute(OF_MANY.where(LINEAGE[0].c.ref.in_(refs)), asked(person)).all()
    return {row.itself_ref for row in rows if _sees(row, person)}


def _who(store: Store, connection: Connection, actor: Actor, ref: str) -> Eye | None:
    """Who must be admitted; None: a mechanism, or a person of an office without secrets. Raises BadInput for one of no office."""
    if actor.person is None:
        return None
    eye = eye_of(store, connection, actor)
    if eye is None:
        raise unknown_case(ref)
    return eye if secret_laws(store.known_office(connection, eye.office_id).kind) else None


def _known(row: Row[Any], person: Viewer) -> bool:
    """Whether the case that was asked for is there for this person. Raises BadInput for whoever must sign first."""
    if row.kind is not None and has_part(row.kind, person.roles) and not row.signed:
        raise unsigned()
    return row.itself_id is not None and _sees(row, person)


def unsigned() -> BadInput:
    """What somebody is told who has a part in secret cases and has not promised to keep them."""
    return BadInput(
        "You have not signed the undertaking of secrecy.",
        hint="Sign it first; whoever looks after the office then records it: `duecourse person undertake HANDLE`.",
    )


def _sees(row: Row[Any], person: Viewer) -> bool:
    family = lineage(row)
    if any(one["office_id"] != person.office_id for one in family) or row.highest_parent_id is not None:
        return False
    laws = [edition(one["procedure"], one["edition"]) for one in family]
    if is_secret(laws):
        if row.is_around or not row.signed:
            return False
        told = [Told(law, read_docket(one["docket"])) for law, one in zip(laws, family, strict=True)]
        return knows(told, person.accounts, person.roles)
    if row.is_respondent or person.granted.isdisjoint(role.name for law in laws for role in law.roles()):
        return False
    told_of = (
        (law, one["docket"], account)
        for law, one in zip(laws, family, strict=True)
        for account in person.accounts
    )
    return not any(is_accused(*one) for one in told_of)
