"""What the demonstration's hotel keeps beside its cases: rules of the house (H3.1), what is major and who is important (H4.4), a delegation (H5.2)."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from casework import delegations, guests, house_rules, major_matters
from casework.errors import Broken
from casework.outcome import Refused
from casework.people import actor_of
from desk.hotel_stage import DEPUTY, HEAD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from casework.people import PersonView

RULES = {
    "room-change": "客房設施有故障，一小時內不能修復的，立即換房；無房可換的，免收當晚房費。",
    "quiet-hours": "二十二時至次日七時保持安靜；受打擾的客人可選擇換房。",
    "served-wrong": "菜品與點單不符或不潔的，立即更換並免收該項費用。",
    "courtesy": "員工對客人使用敬語，任何人不得高聲；失禮的，當面致歉。",
    "lost-property": "客人報失的，保安部一小時內到場登記並調閱錄像。",
}
MAJOR = ("illness", "injury", "safety", "crime", "discrimination", "media", "property_loss")
VIPS = "name,phone,until\n黎婉婷,13900000041,\n卓雲山,13900000042,\n"
PAPER = "茲委託陶婉儀於本人出差期間代為批示客人投訴。顧維德"
DELEGATED = timedelta(days=180)
Done = TypeVar("Done")


def keep_house(session: Session, office: str, people: Sequence[PersonView], at: datetime) -> None:
    """Write the rules of the house, what is major, the list of important guests, and a delegation in writing."""
    head = actor_of(next(person for person in people if person.handle == HEAD))
    for key, words in RULES.items():
        _done(house_rules.add(session, office, key, words, head, at))
    _done(major_matters.set_major(session, head, MAJOR, at))
    _done(guests.import_guests(session, office, VIPS.encode(), head, at))
    until, paper = (at + DELEGATED).date(), sha256(PAPER.encode()).hexdigest()
    _done(delegations.give(session, head, DEPUTY, until, paper, at))


def _done(result: Done | Refused) -> Done:
    """What a hotel keeps is lawful; a refusal means that the demonstration no longer fits."""
    if isinstance(result, Refused):
        raise Broken("The demonstration's act {act} was refused.", act=result.act)
    return result
