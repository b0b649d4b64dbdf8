"""Bringing the anchors to the places that `DUECOURSE_ANCHORS` names.

A folder or a store that fsspec reaches gets every document that is not there yet, in order, and none is ever written over. An Apprise
address gets number, date and digest: whoever keeps the message can tell later that this very anchor is meant. No address is ever shown or
written down, since it may hold a password.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from casework.anchor_papers import NotAnAnchor, Paper, shown
from casework.anchor_places import Place, home_folder, is_for_files
from casework.deliver import NotSent
from casework.errors import BadInput, Duecourse, StoreProblem
from casework.keys import MasterKeys
from casework.pulse import Beat, beat, heartbeats
from casework.seals import seal_of
from casework.settings import Settings
from casework.store import Store
from casework.telling import send

BEAT = "anchor copy "
"""What the names of the heartbeats begin with that say up to which anchor a place has its copies."""
FAILED = "failed: "
_LOG = logging.getLogger("duecourse")


class OtherAnchors(Duecourse):
    """A place holds anchors of another database, or of a newer copy of this one. Nothing is written over."""


@dataclass(frozen=True)
class Delivered:
    """What became of the copies: how many places have them all, and of the others the number in the list and the class of the error."""

    places: int
    failed: tuple[tuple[int, str], ...]


def deliver(store: Store, settings: Settings, at: datetime) -> Delivered:
    """Bring every place up to date. One that cannot be reached is said in the log, noted for the doctor, and tried again by the next run."""
    home = Place.at(str(home_folder(settings)))
    mine, failed = home.documents(), []
    for number, address in enumerate(settings.anchors, start=1):
        name = beat_name(store.keys, address)
        try:
            up_to = _bring(store, home, mine, address, name)
        except (BadInput, StoreProblem, NotSent, NotAnAnchor, OtherAnchors) as error:
            # Its class only: an error's text may hold the address.
            code = type(error.__cause__ or error).__name__
            _LOG.warning("anchors could not be brought to place %d of DUECOURSE_ANCHORS: %s", number, code)
            failed.append((number, code))
            beat(store, name, at, FAILED + code)
        else:
            beat(store, name, at, str(up_to))
    return Delivered(len(settings.anchors) - len(failed), tuple(failed))


def beat_name(keys: MasterKeys, address: str) -> str:
    """The name of a place's heartbeat. Nobody can tell the address from it."""
    return BEAT + seal_of(keys, "anchor place", {"address": address})[:8].hex()


def failing(session: Session, keys: MasterKeys, settings: Settings) -> list[tuple[int, Beat]]:
    """The places that could not be brought up to date the last time, by their number in the list."""
    beats = heartbeats(session)
    known = (
        (number, beats.get(beat_name(keys, address)))
        for number, address in enumerate(settings.anchors, start=1)
    )
    return [(number, last) for number, last in known if last is not None and last.detail.startswith(FAILED)]


def _bring(store: Store, home: Place, mine: Mapping[int, str], address: str, name: str) -> int:
    """Bring one place up to date; returns the number of the newest anchor."""
    newest = max(mine, default=0)
    if is_for_files(address):
        place = Place.at(address)
        there = place.documents()
        shared = max(mine.keys() & there.keys(), default=0)
        if max(there, default=0) > newest or (
            shared and place.read(there[shared]) != home.read(mine[shared])
        ):
            raise OtherAnchors("There are anchors that this database has not made.")
        for no, path in mine.items():
            if no not in there:
                place.put(no, home.read(path))
        return newest
    with store.reading() as session:
        told = heartbeats(session).get(name)
    if newest and (told is None or told.detail != str(newest)):
        _tell(address, Paper.read(store.keys, home.read(mine[newest])))
    return newest


def _tell(address: str, paper: Paper) -> None:
    day = paper.totals.made_at.date().isoformat()
    send(
        [address], f"Duecourse anchor {paper.totals.no}", f"{paper.totals.no} · {day} · {shown(paper.digest)}"
    )
