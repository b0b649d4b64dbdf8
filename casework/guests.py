"""Importing a list of guests (H4.4), such as that of the important ones: all or nothing, and by keyed digests alone.

A later import adds guests and moves the ends of those that are there; one whose end has passed is on the list no more. Whose case is open
when they come on the list is noticed at once: the step that the law names for it is recorded in the case, through the door.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import Connection, bindparam, case, func, insert, select, update
from sqlmodel import Session

from casework.closing import note_change
from casework.errors import BadInput
from casework.guest_rows import Guest, read_guests
from casework.house_rules import KEEPERS
from casework.intake import office_of
from casework.kinds import procedures_of
from casework.listed import GUESTS, digests_of, in_force, lookup
from casework.noticing import notice
from casework.offices import OfficeView, lock_office
from casework.outcome import Refused
from casework.rulings import refuse_for_roles, ruled_office
from casework.store import Store, store_of
from states.facts import Actor
from states.procedure import Procedure

__all__ = ["GuestsImported", "ListStatus", "guest_status", "import_guests", "lookup"]

CLAUSE = "H4.4"
VIP = "vip"
_MOVE = (
    update(GUESTS)
    .where(GUESTS.c.id == bindparam("entry"))
    .values(valid_until=bindparam("until"), recorded_at=bindparam("now"))
)

Change: TypeAlias = Literal["added", "renewed", "ended", "unchanged"]


class _Entry(NamedTuple):
    """An entry of the list as it stands."""

    id: int
    until: date | None


@dataclass(frozen=True)
class GuestsImported:
    """What an import did: `guests` is the sum of the next four. `cases`: open cases in which a guest was noticed, by reference.

    `held_back`: cases in which something stands in the way of noticing one; whoever handles them is told nothing by this.
    """

    office_key: str
    kept: str
    guests: int
    added: int
    renewed: int
    ended: int
    unchanged: int
    cases: tuple[str, ...]
    held_back: tuple[str, ...]


@dataclass(frozen=True)
class ListStatus:
    """How long a list is: `names` and `phones` that count today, `ended` entries, and when it was last changed by an import."""

    kept: str
    names: int
    phones: int
    ended: int
    changed_at: datetime | None


def import_guests(
    session: Session, office_key: str, content: bytes, actor: Actor, at: datetime, *, kept: str = VIP
) -> GuestsImported | Refused:
    """Import a list of guests from the content of a CSV file. Refused to whoever leads neither the hotel nor a department.

    Two guests of one name share the entry of their name: in one file the longer end counts, and of two imports the later.
    Raises BadInput for an unknown office, one that keeps no such list, and a file with anything wrong in it.
    """
    store, connection = store_of(session), session.connection()
    office = ruled_office(session, office_key, actor)
    day = office.calendar.local_day(at)
    law = law_of_list(office, kept, day)
    if actor.person is None or actor.roles.isdisjoint(KEEPERS):
        return refuse_for_roles(session, law, actor, at, ("guest_list", kept), KEEPERS, CLAUSE)
    guests = read_guests(content)
    lock_office(connection, office.id)
    changes = _write(store, connection, office, kept, guests, at, day)
    if set(changes) - {"unchanged"}:
        note_change(connection, "guest list", at, actor.person)
    cases, held_back = notice(session, office, kept, at, day)
    counted = {change: changes.count(change) for change in ("added", "renewed", "ended", "unchanged")}
    return GuestsImported(office.key, kept, len(guests), **counted, cases=cases, held_back=held_back)


def law_of_list(office: OfficeView, kept: str, day: date) -> Procedure:
    """The procedure for which an office keeps a list. Raises BadInput where there is none."""
    lists = {law.noticed[0]: law for law in procedures_of(office.kind, day) if law.noticed is not None}
    if not lists:
        raise BadInput(
            "The office {key} keeps no list of guests: none of its procedures asks for one.", key=office.key
        )
    if kept not in lists:
        raise BadInput("There is no such list of guests.", hint="There is: {there}.", there=", ".join(lists))
    return lists[kept]


def guest_status(session: Session, office_key: str, at: datetime) -> list[ListStatus]:
    """How long each list of an office is; who is on it cannot be told. Raises BadInput for an unknown office."""
    connection = session.connection()
    office = office_of(store_of(session).offices(connection), office_key)
    day = office.calendar.local_day(at)
    counts = in_force(day)

    # Nothing is counted where the condition is not met: the case is then NULL.
    names, phones, over = (
        func.count(case((condition, 1)))
        for condition in (counts & (GUESTS.c.kind == "name"), counts & (GUESTS.c.kind == "phone"), ~counts)
    )
    columns = (GUESTS.c.list, names, phones, over, func.max(GUESTS.c.recorded_at))
    wanted = select(*columns).where(GUESTS.c.office_id == office.id).group_by(GUESTS.c.list)
    there = {row[0]: ListStatus(*row) for row in connection.execute(wanted.order_by(GUESTS.c.list))}
    kept = [law.noticed[0] for law in procedures_of(office.kind, day) if law.noticed is not None]
    return [there.get(name, ListStatus(name, 0, 0, 0, None)) for name in dict.fromkeys((*kept, *there))]


def _write(
    store: Store,
    connection: Connection,
    office: OfficeView,
    kept: str,
    guests: list[Guest],
    at: datetime,
    day: date,
) -> list[Change]:
    """Bring the list to what the file says; return what happened to each guest."""
    mine = select(GUESTS).where(GUESTS.c.office_id == office.id, GUESTS.c.list == kept)
    there = {
        (row.kind, bytes(row.digest)): _Entry(row.id, row.valid_until) for row in connection.execute(mine)
    }
    known = [tuple(digests_of(store.keys, guest.name, guest.phone)) for guest in guests]
    wanted: dict[tuple[str, bytes], date | None] = {}
    for guest, digests in zip(guests, known, strict=True):
        for one in digests:
            wanted[one] = _later(wanted[one], guest.until) if one in wanted else guest.until
    new = [
        {"office_id": office.id, "list": kept, "kind": kind, "digest": digest, "valid_until": until, "recorded_at": at}
        for (kind, digest), until in wanted.items()
        if (kind, digest) not in there and not _over(until, day)
    ]  # fmt: skip
    moved = [
        {"entry": there[one].id, "until": until, "now": at}
        for one, until in wanted.items()
        if one in there and there[one].until != until
    ]
    for statement, rows in ((insert(GUESTS), new), (_MOVE, moved)):
        if rows:
            connection.execute(statement, rows)
    return [_change(there, wanted, digests, day) for digests in known]


def _change(
    there: Mapping[tuple[str, bytes], _Entry],
    wanted: Mapping[tuple[str, bytes], date | None],
    digests: tuple[tuple[str, bytes], ...],
    day: date,
) -> Change:
    """What became of a guest, by the entries as they stood and as they stand now."""
    before = [there.get(one) for one in digests]
    was_on = [entry is not None and not _over(entry.until, day) for entry in before]
    is_on = [not _over(wanted[one], day) for one in digests]
    if any(was and not now for was, now in zip(was_on, is_on, strict=True)):
        return "ended"
    if any(is_on) and not any(was_on):
        return "added"
    same = all(
        not now or (entry is not None and entry.until == wanted[one])
        for one, entry, now in zip(digests, before, is_on, strict=True)
    )
    return "unchanged" if same else "renewed"


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def _over(until: date | None, day: date) -> bool:
    return until is not None and until < day
