"""The archive: a filed case is put into a bag, the bag is read back, and only then is the case archived (X1).

A bag holds a redacted dossier that anyone may read, and the evidence, the identities and the files sealed under the case's own key:
whoever destroys that key destroys them in every copy. Their seals name the bag, so that nothing can be moved from one bag to another.

A run may die at any line. What it leaves is a bag that nothing names yet; the next run takes it if it is whole and the case has not
changed since, and removes it otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, false, insert, or_, select
from sqlmodel import Session

import models
from casework import bag_content, bagging, fire
from casework.bag_content import Inside
from casework.bagging import Bag
from casework.bags import MANIFEST, Shelf, digest, faults, fetched, info_of
from casework.dossier import Papers
from casework.errors import BadInput, Stale, StoreProblem
from casework.hand import CASES, Hand, take
from casework.need_to_know import shows_number
from casework.operations import secret_procedures
from casework.outcome import Refused
from casework.readings import begin_reading
from casework.refs import read_ref
from casework.store import Store
from states.acts import Move, Step, gate_of
from states.editions import edition, editions
from states.facts import Actor
from states.law.roles import archive_flow
from states.people import roles_of
from states.procedure import Procedure

RECORDS = models.table(models.ArchiveRecord)
ARCHIVER = Actor("clock", None, frozenset({archive_flow.name, "clock"}))
"""Who archives: a mechanism, never a person."""
_TRIES = 3


@dataclass(frozen=True)
class Archived:
    """A case that was archived, and its bag. `again`: it had been archived before this call."""

    ref: str
    bag: str
    manifest_sha256: str
    again: bool = False


@dataclass(frozen=True)
class BagReport:
    """What was found of a bag without any key. `faults` is empty when it is whole."""

    ref: str
    manifest_sha256: str
    faults: tuple[str, ...]


@dataclass(frozen=True)
class OpenedBag:
    """The sealed part of a bag, opened. `contents`: of each attachment, by the name that `evidence` gives its file."""

    ref: str
    bag: str
    evidence: Mapping[str, Any]
    contents: Mapping[str, bytes]


def ways(law: Procedure) -> tuple[tuple[Move, Step[Any]], ...]:
    """The moves into the archive, each with the step that proves the bag."""
    moves = (m for m in law.moves if archive_flow in roles_of(m.by, 0))
    return tuple(
        (m, s) for m in moves for need in m.needs for s in gate_of(need) if archive_flow in roles_of(s.by, 0)
    )


def waiting(session: Session, *, secret: bool = False) -> list[str]:
    """References of the cases that wait for their bag, those that wait longest first: the ordinary ones, or the `secret` ones.

    Secret ones are for `archive_in_secret` alone, so that whoever shows what was archived never has their references in hand.
    """
    secrets = secret_procedures()
    wait = [
        and_(
            CASES.c.procedure == name,
            CASES.c.edition == iso,
            CASES.c.state.in_([s.value for move, _ in ways(law) for s in move.sources]),
        )
        for (name, iso), law in editions().items()
        if ways(law) and (name in secrets) is secret
    ]
    query = (
        select(CASES.c.ref)
        .where(CASES.c.closed_at.is_(None), or_(false(), *wait))
        .order_by(CASES.c.entered_at, CASES.c.id)
    )
    return list(session.connection().execute(query).scalars())


def archive_case(
    store: Store, ref: str, at: datetime, root: str, *, attachments: Path | None = None, language: str = "en"
) -> Archived | Refused:
    """Build, verify and record the bag of a filed case and archive it; the same again gives the same bag.

    `root`: a folder or an address for fsspec; `attachments`: the folder of sealed files, default beside `root`. Raises StoreProblem when
    the shelf cannot be written or the bag is not whole when read back (the case stays filed), BadInput for an unknown case and one
    that is never archived, Stale if the case keeps changing meanwhile.
    """
    ref, shelf = read_ref(ref), Shelf.at(root)
    folder = attachments if attachments is not None else Path(shelf.path).parent / "attachments"
    for _ in range(_TRIES):
        if (before := _before(store, ref)) is not None:
            bagging.tidy(shelf, ref, before.bag)
            return before
        with store.reading() as session:
            papers = _papers(store, session.connection(), ref)
            way = next((w for w in ways(papers.hand.procedure) if papers.hand.state in w[0].sources), None)
            inside = bag_content.inside(session.connection(), papers, folder) if way is not None else None
        if way is None or inside is None:
            if _before(store, ref) is not None:
                continue  # another run has archived it since this one looked
            return _refused(store, papers.hand, at)
        try:
            with shelf.at_work():
                bag = bagging.found(shelf, inside) or bagging.built(shelf, inside, at, language)
        except StoreProblem:
            # Another run may have archived it meanwhile, and tidied away what this one was working on.
            if _before(store, ref) is None:
                raise
            continue
        done = _through_the_door(store, bag, inside, at, way)
        if isinstance(done, Archived):
            bagging.tidy(shelf, ref, done.bag)
        if done is not None:
            return done
    raise Stale("The case {ref} was changed while its bag was built.", hint="Run it again.", ref=ref)


def verify_bag(address: str) -> BagReport:
    """Whether a bag is whole, without any key. `address`: a folder or an address for fsspec. Raises BadInput where there is no bag."""
    with fetched(address) as folder:
        wrong = faults(folder)
        ref = "" if wrong else info_of(folder).get("External-Identifier", "")
        manifest = folder / MANIFEST
        return BagReport(ref, digest(manifest) if manifest.is_file() else "", wrong)


def open_bag(
    store: Store, ref: str, actor: Actor, at: datetime, purpose: str, *, root: str
) -> OpenedBag | Refused:
    """Open the sealed part of an archived case's bag, once the reading is recorded and committed.

    Refused, and raises BadInput, as `readings.open_case`; BadInput also for a case that is not archived; StoreProblem when the bag is gone, is not the one that was
    recorded, or its key was destroyed.
    """
    with store.transaction() as session:
        hand = begin_reading(session, ref, actor, at, what="bag", purpose=purpose)
        if isinstance(hand, Refused):
            return hand
        record = (
            session.connection().execute(select(RECORDS).where(RECORDS.c.case_id == hand.id)).one_or_none()
        )
        if record is None:
            raise BadInput(
                "The case {ref} is not archived.", hint="`duecourse show` says where it stands.", ref=hand.ref
            )
    shelf = Shelf.at(root)
    with shelf.at_work(), shelf.copy(hand.ref, record.bag_name) as folder:
        manifest = folder / MANIFEST
        if not manifest.is_file() or faults(folder) or digest(manifest) != record.manifest_sha256:
            raise StoreProblem(
                "The bag of {ref} is not there, or not as it was recorded.",
                hint="Put it back from a copy; `duecourse show` names it.",
                ref=hand.ref,
            )
        evidence, contents = bag_content.opened(folder, record.bag_name, hand.key, contents=True)
    laws = [one.procedure for one in (hand, hand.parent) if one is not None]
    if not shows_number(laws, actor.roles):
        evidence = _without_numbers(evidence)
    return OpenedBag(hand.ref, record.bag_name, evidence, contents)


def _without_numbers(evidence: Mapping[str, Any]) -> Mapping[str, Any]:
    """The evidence of a case, and of those under it, without their register numbers."""
    subs = [_without_numbers(sub) for sub in evidence.get("sub_cases", [])]
    return {name: value for name, value in evidence.items() if name != "number"} | {"sub_cases": subs}


def _papers(store: Store, connection: Connection, ref: str) -> Papers:
    """Everything of a case, and of the sub-cases that have no archive of their own, read under its lock."""
    hand = take(store, connection, ref)
    children = connection.execute(
        select(CASES.c.ref, CASES.c.procedure, CASES.c.edition)
        .where(CASES.c.parent_id == hand.id)
        .order_by(CASES.c.id)
    ).all()
    subs = [
        _papers(store, connection, child.ref)
        for child in children
        if not ways(edition(child.procedure, child.edition))
    ]
    return Papers.of(connection, hand, subs)


def _before(store: Store, ref: str) -> Archived | None:
    """What was recorded of a case that is archived already."""
    wanted = (
        select(RECORDS.c.bag_name, RECORDS.c.manifest_sha256)
        .join(CASES, CASES.c.id == RECORDS.c.case_id)
        .where(CASES.c.ref == ref)
    )
    with store.reading() as session:
        row = session.connection().execute(wanted).one_or_none()
    return Archived(ref, row.bag_name, row.manifest_sha256, again=True) if row is not None else None


def _refused(store: Store, hand: Hand, at: datetime) -> Refused:
    """The door's own answer to archiving a case that does not wait for it. Raises BadInput for a procedure without an archive."""
    there = ways(hand.procedure)
    if not there:
        raise BadInput("Cases of {procedure} are not archived.", procedure=hand.procedure.name)
    with store.transaction() as session:
        refused = fire.fire(session, hand.ref, there[0][0].name, ARCHIVER, at)
        if not isinstance(refused, Refused):
            raise Stale(
                "The case {ref} was changed while its bag was built.", hint="Run it again.", ref=hand.ref
            )
    return refused


def _through_the_door(
    store: Store, bag: Bag, inside: Inside, at: datetime, way: tuple[Move, Step[Any]]
) -> Archived | Refused | None:
    """Record the bag and archive the case in one transaction. None: the case was changed since the bag was built."""
    move, step = way
    with store.transaction() as session:
        connection = session.connection()
        hand = take(store, connection, inside.ref)
        if (hand.head_seq, hand.head_hash) != inside.head:
            return None
        evidence = {"manifest_sha256": bag.manifest_sha256, "verified": True}
        for done in (
            fire.record(session, inside.ref, step.name, ARCHIVER, at, evidence=evidence),
            fire.fire(session, inside.ref, move.name, ARCHIVER, at),
        ):
            if isinstance(done, Refused):
                return done
        row = {
            "case_id": hand.id,
            "bag_name": bag.name,
            "manifest_sha256": bag.manifest_sha256,
            "payload_sha256": bag.payload_sha256,
        }
        connection.execute(insert(RECORDS), row | {"built_at": at, "verified_at": at})
    return Archived(inside.ref, bag.name, bag.manifest_sha256)
