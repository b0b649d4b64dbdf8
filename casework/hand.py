"""A case taken in hand: locked, read once, and turned into the facts that the law looks at."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select

import models
from casework.docket import read_docket
from casework.errors import BadInput, KeyProblem, StoreProblem, WrongKey
from casework.keys import MISSING_HINT
from casework.offices import EPOCH_MARK, OfficeView
from casework.prepared import Prepared
from casework.refs import read_ref
from casework.store import Store
from states.editions import edition
from states.facts import DoneAct, Facts, Kin
from states.procedure import Procedure

CASES = models.table(models.Case)
KEYS = models.table(models.CaseKey)
MARK = models.table(models.StoreMark)

_COLUMNS = (
    CASES.c.id, CASES.c.ref, CASES.c.office_id, CASES.c.procedure, CASES.c.edition, CASES.c.state, CASES.c.version, CASES.c.round,
    CASES.c.level, CASES.c.entry, CASES.c.entered_at, CASES.c.received_at, CASES.c.parent_id, CASES.c.parent_round, CASES.c.docket,
    CASES.c.head_seq, CASES.c.head_hash, CASES.c.handler_id,
)  # fmt: skip
_EPOCH = select(MARK.c.value).where(MARK.c.key == EPOCH_MARK).scalar_subquery().label("offices_epoch")
_WHOLE = (
    select(*_COLUMNS, KEYS.c.wrapped, KEYS.c.master_id, _EPOCH)
    .outerjoin_from(CASES, KEYS, KEYS.c.case_id == CASES.c.id)
    .with_for_update(of=CASES)
)
# A case of another office is not even locked: whoever waited for it would learn that it is there. NULL: of whatever office.
_OURS = and_(
    CASES.c.ref == bindparam("ref"),
    CASES.c.office_id == func.coalesce(bindparam("office"), CASES.c.office_id),
)
_TAKE, _TAKE_PARENT = (
    Prepared(_WHOLE.where(_OURS)),
    Prepared(_WHOLE.where(CASES.c.id == bindparam("id"))),
)
_PARENT_OF = Prepared(select(CASES.c.parent_id).where(_OURS))
_LOCK = Prepared(select(CASES.c.id).where(CASES.c.id == bindparam("id")).with_for_update())
_CHILDREN = Prepared(
    select(
        CASES.c.id,
        CASES.c.procedure,
        CASES.c.edition,
        CASES.c.parent_round,
        CASES.c.docket,
        CASES.c.closed_at,
    )
    .where(CASES.c.parent_id == bindparam("parent"))
    .order_by(CASES.c.id)
)
LINKS = models.table(models.Link)
_LINKED = Prepared(
    select(CASES.c.id, CASES.c.procedure, CASES.c.edition, CASES.c.docket, CASES.c.closed_at)
    .join_from(
        LINKS,
        CASES,
        or_(
            and_(LINKS.c.case_id == bindparam("case"), CASES.c.id == LINKS.c.other_id),
            and_(LINKS.c.other_id == bindparam("case"), CASES.c.id == LINKS.c.case_id),
        ),
    )
    .order_by(CASES.c.id)
)


@dataclass
class Hand:
    """A case that this transaction has locked. Only `casework.fire` changes it."""

    id: int
    ref: str
    office: OfficeView
    procedure: Procedure
    state: str
    version: int
    round: int
    level: int
    entry: int
    entered_at: dt.datetime
    received_at: dt.datetime
    parent_id: int | None
    parent_round: int | None
    handler_id: int | None
    acts: list[DoneAct] = field(repr=False)
    head_seq: int
    head_hash: bytes
    key: bytes = field(repr=False)
    kin: tuple[Kin, ...] = field(default=(), repr=False)
    parent: "Hand | None" = None
    started_with: tuple[int, int] = field(
        default=(0, 0)
    )  # version and head as read: what the write compares with

    def facts(self) -> Facts:
        """The case as the law sees it now."""
        return Facts(
            self.procedure, self.state, self.round, self.level, self.entry, self.entered_at, self.received_at, tuple(self.acts), self.kin,
            self.office.zone,
        )  # fmt: skip

    @property
    def final(self) -> bool:
        """Whether the case has ended."""
        return self.state in self.procedure.finals


def take(store: Store, connection: Connection, ref: str, *, office: int | None = None) -> Hand:
    """Lock a case, its parent before it, and read both. `office`: the only one whose cases there are, for a person.

    Raises BadInput for a reference that is malformed or unknown, StoreProblem and KeyProblem as `key_of_case`.
    """
    ref = read_ref(ref)
    if connection.dialect.name != "sqlite":  # there the transaction holds the writer's lock already
        above = _PARENT_OF.run(connection, {"ref": ref, "office": office}).scalar()
        if above is not None:
            _LOCK.run(connection, {"id": above})
    row = _TAKE.run(connection, {"ref": ref, "office": office}).one_or_none()
    if row is None:
        raise unknown_case(ref)
    hand = _hand(store, connection, row)
    if hand.parent_id is not None:
        hand.parent = _hand(store, connection, _TAKE_PARENT.run(connection, {"id": hand.parent_id}).one())
        know_kin(connection, hand.parent)
    know_kin(connection, hand)
    return hand


def unknown_case(ref: str) -> BadInput:
    """What is said of a case that does not exist, and of one that must look as if it did not."""
    return BadInput(
        "No case has the reference {ref}.", hint="`duecourse list` shows the cases you may see.", ref=ref
    )


def take_by_id(store: Store, connection: Connection, case_id: int) -> Hand:
    """Lock and read a case by its number in the database."""
    ref = connection.execute(select(CASES.c.ref).where(CASES.c.id == case_id)).scalar_one()
    return take(store, connection, ref)


def key_of_case(store: Store, ref: str, wrapped: bytes | None, master_id: str | None) -> bytes:
    """Open a case's key, from its row of `case_key`; without one, both are None.

    Whatever is wrong with it is wrong with this case alone. Raises StoreProblem when the key was destroyed or its row is gone, KeyProblem
    when the master key that wrapped it is missing, WrongKey when it does not open.
    """
    if master_id is None:
        raise StoreProblem(
            "The key of the case {ref} is gone from the database: what is sealed in this case cannot be opened.",
            hint="Restore its row of case_key from a backup. The other cases are not touched by this.",
            ref=ref,
        )
    if wrapped is None:
        raise StoreProblem(
            "The key of the case {ref} was destroyed at its disposal; it can no longer be worked on.",
            ref=ref,
        )
    if not store.keys.knows(master_id):
        raise KeyProblem(
            "The master key {master_id} is missing, without which the case {ref} cannot be opened.",
            hint=MISSING_HINT,
            master_id=master_id,
            ref=ref,
        )
    try:
        return store.keys.unwrap(wrapped, master_id, ref.encode())
    except WrongKey:
        raise WrongKey(
            "The key of the case {ref} does not open: it was changed, or the master key {master_id} is another one than before.",
            hint="Restore its row of case_key, or the line of the key, from a backup. The other cases are not touched by this.",
            master_id=master_id,
            ref=ref,
        ) from None


def _hand(store: Store, connection: Connection, row: Row[Any]) -> Hand:
    office = store.offices(connection, row.offices_epoch or "0")[row.office_id]
    key = key_of_case(store, row.ref, row.wrapped, row.master_id)
    return Hand(
        row.id, row.ref, office, edition(row.procedure, row.edition), row.state, row.version, row.round, row.level, row.entry, row.entered_at,
        row.received_at, row.parent_id, row.parent_round, row.handler_id, read_docket(row.docket, office.aliases), row.head_seq, row.head_hash, key,
        started_with=(row.version, row.head_seq),
    )  # fmt: skip


def know_kin(connection: Connection, hand: Hand) -> None:
    """Read the cases around this one that person rules and conditions look at: parent, children, and what a secret case is linked with."""
    kin: list[Kin] = []
    if hand.parent is not None:
        above = hand.parent
        acts, began_in = tuple(above.acts), hand.parent_round or 0
        kin.append(
            Kin(
                "parent",
                above.procedure,
                acts,
                not above.final,
                of_this_round=True,
                round=began_in,
                id=above.id,
            )
        )
    if any(a.name in hand.procedure.starters for a in hand.acts):
        for row in _CHILDREN.run(connection, {"parent": hand.id}):
            child, acts = (
                edition(row.procedure, row.edition),
                tuple(read_docket(row.docket, hand.office.aliases)),
            )
            still_open, here = row.closed_at is None, row.parent_round == hand.round
            kin.append(Kin("child", child, acts, still_open, here, row.parent_round, row.id))
    if hand.procedure.secrecy is not None:
        for row in _LINKED.run(connection, {"case": hand.id}):
            other, acts = (
                edition(row.procedure, row.edition),
                tuple(read_docket(row.docket, hand.office.aliases)),
            )
            kin.append(Kin("linked", other, acts, row.closed_at is None, of_this_round=False, id=row.id))
    hand.kin = tuple(kin)


def with_child(hand: Hand, child: Hand) -> None:
    """Put a child's present acts and state into its parent's kin without reading it again."""
    began_in = child.parent_round or 0
    fresh = Kin(
        "child",
        child.procedure,
        tuple(child.acts),
        not child.final,
        began_in == hand.round,
        began_in,
        child.id,
    )
    hand.kin = (*(k for k in hand.kin if k.relation == "parent" or k.id != child.id), fresh)
