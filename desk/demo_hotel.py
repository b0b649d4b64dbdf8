"""The hotel's cases of the demonstration: every state of its four procedures, each act by whoever may and is on duty at its moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.people import people_of
from desk.demo_stage import Stage
from desk.hotel_stage import DAY, DEPUTY, HEAD, ON_DUTY, OWNER, Hotel

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session


def play_hotel(session: Session, office: str, now: datetime) -> list[str]:
    """Play every case in the caller's transaction. Returns the references of those that are to be archived at once."""
    whole = now.replace(second=0, microsecond=0)
    people = {person.handle: person for person in people_of(session, office, now)}
    hotel = Hotel(Stage(session, office, people, whole))
    filed = [_simple(hotel), _important(hotel), _unsatisfied(hotel)]
    _to_be_endorsed(hotel)
    _above(hotel)
    _handled(hotel)
    _first_words(hotel)
    return filed


def _simple(hotel: Hotel) -> str:
    """The department's own, settled within the hour."""
    ref = hotel.recorded(9 * DAY, "rooms", "room", "浴室熱水時有時無", "卞先生", "13900000031")
    hotel.answered(ref)
    hotel.settled(ref, hotel.lead, "room-change")
    hotel.finished(ref, hotel.lead)
    hotel.waits(300)
    hotel.endorsed(ref, "處理及時。請工程部逐間檢查同樓層熱水。")
    return ref


def _important(hotel: Hotel) -> str:
    """Another department's, of an important guest: the general manager told at once, handed over, reported."""
    ref = hotel.recorded(
        7 * DAY, "front", "food", "宴會菜品不潔，要求說明", "黎婉婷", "13900000041", department="dining"
    )
    hotel.known("gm_acknowledgement", "acknowledge")
    hotel.handed_over(ref, "dining")
    hotel.accepted(ref)
    hotel.settled(ref, hotel.lead, "served-wrong", simple=False)
    hotel.finished(ref, hotel.lead)
    hotel.waits(700)
    hotel.endorsed(ref, "由餐飲部經理登門致歉。廚房本週內複訓。")
    return ref


def _unsatisfied(hotel: Hotel) -> str:
    """Dissatisfied twice: handled again one level up, then closed with the general manager's reply."""
    ref = hotel.recorded(6 * DAY, "dining", "billing", "自助餐計價與告示不符", "戚女士", "13900000034")
    hotel.answered(ref)
    hotel.settled(ref, hotel.lead, "served-wrong")
    hotel.told(ref, hotel.lead, "not_satisfied")
    hotel.move(hotel.head, ref, "again")
    hotel.settled(ref, hotel.head, "served-wrong")
    hotel.told(ref, hotel.head, "not_satisfied")
    hotel.record(HEAD, ref, "final_reply", words="告示確有歧義，已更正；差額已退，並再次致歉")
    hotel.move(HEAD, ref, "close_unsatisfied")
    hotel.submitted(ref, hotel.head)
    hotel.waits(200)
    hotel.endorsed(ref, "告示須經前廳與餐飲兩部會簽後張貼。")
    return ref


def _to_be_endorsed(hotel: Hotel) -> None:
    """Before the general manager, with whoever has it from him in writing, before the owner; and one that is for somebody else."""
    gone = hotel.recorded(5 * DAY, "security", "property_loss", "退房後發現遺失耳環", "翁女士", "13900000035")
    hotel.known("gm_acknowledgement", "acknowledge")
    hotel.record("security1", gone, "departed", left_at=hotel.moment())
    hotel.answered(gone)
    hotel.record(hotel.lead, gone, "facts", words="已調閱錄像並查驗客房，未發現", verified=True)
    for _ in range(3):
        hotel.record("security1", gone, "attempt", channel="phone", reached=False)
        hotel.waits(DAY)
    hotel.record(hotel.head, gone, "unreachable", reason="三日三次均無人接聽，已去信")
    hotel.move(hotel.lead, gone, "tell")
    hotel.move(hotel.lead, gone, "complete")
    hotel.submitted(gone, hotel.lead)
    for ago, room in ((500, "空調有異響"), (420, "窗簾不能閉合")):
        ref = hotel.recorded(ago, "rooms", "room", room, "薄先生", "13900000036")
        hotel.answered(ref)
        hotel.settled(ref, hotel.lead, "room-change")
        hotel.finished(ref, hotel.lead)
    hotel.endorsed(ref, "同意。請記入客史。", DEPUTY, "delegated_endorsement")
    ref = hotel.recorded(
        2 * DAY, "front", "attitude", "總經理當眾斥責客人", "冉先生", "13900000037", against=[HEAD]
    )
    hotel.known("owner_acknowledgement", "acknowledge", OWNER)
    hotel.answered(ref, simple=False)
    hotel.settled(ref, hotel.lead, "courtesy", simple=False)
    hotel.finished(ref, hotel.lead)
    told = {"why_not_ours": "屬租車公司與客人之間的約定", "authority": "租車公司客服，或市場監管部門熱線"}
    for ago in (DAY, 300):
        ref = hotel.recorded(ago, "front", "billing", "租車押金未退", "汪先生", "13900000032")
        hotel.record(hotel.lead, ref, "guidance", **told, told_at=hotel.moment())
        hotel.move(hotel.lead, ref, "guide")
        if ago == DAY:
            hotel.record(hotel.head, ref, "not_ours", reason="確非本店經營")
            hotel.move(hotel.head, ref, "confirm")


def _above(hotel: Hotel) -> None:
    """What goes up at once: acknowledged, instructed by telephone, taken by the manager on duty, informed afterwards."""
    ref = hotel.recorded(3 * DAY, "rooms", "noise", "隔壁凌晨裝修，多名客人投訴", "熊先生", "13900000033")
    hotel.record("rooms1", ref, "gravity", why="several_guests")
    hotel.known("manager_acknowledgement", "acknowledge", hotel.head)
    hotel.record("rooms1", ref, "major_noticed", matters=["media"])
    hotel.known(
        "instruction",
        "instruct",
        ON_DUTY,
        called_at=hotel.moment(),
        spoke_to=HEAD,
        words="請當班經理到場，先安排換房",
    )
    hotel.answered(ref, simple=False)
    hotel.settled(ref, hotel.lead, "quiet-hours", simple=False)
    hotel.told(ref, hotel.lead)
    hotel.move(hotel.lead, ref, "complete")  # the full record is due
    ref = hotel.recorded(60, "dining", "illness", "多人餐後腹痛", "閻先生", "13900000047")
    hotel.known("takeover", "take", ON_DUTY)
    hotel.known("report_after", "inform", ON_DUTY, whom=HEAD, told_at=hotel.moment())
    hotel.answered(ref, simple=False)
    ref = hotel.recorded(45, "security", "safety", "消防通道被貨物堵塞", "岑先生", "13900000038")
    hotel.known("takeover", "take", ON_DUTY)  # the general manager is yet to be informed
    hotel.answered(ref, simple=False)


def _handled(hotel: Hotel) -> None:
    """In the hands of a department, the second time of one; a compensation above the limit; a guest who has left."""
    ref = hotel.recorded(85, "dining", "attitude", "服務員態度冷淡", "富女士", "13900000039")
    hotel.answered(ref)
    hotel.settled(ref, hotel.lead, "courtesy")
    hotel.told(ref, hotel.lead, "not_satisfied")
    hotel.move(hotel.head, ref, "again")
    hotel.record(hotel.head, ref, "facts", words="已詢問兩名當班員工", verified=True)
    hotel.record(hotel.head, ref, "compensation", amount=1200, given="免除當日餐費並贈兩人套餐")
    hotel.record(HEAD, ref, "compensation_agreed", reason="確屬我方失誤")
    ref = hotel.recorded(70, "rooms", "cleanliness", "床品有污漬", "鈕女士", "13900000043")
    hotel.record("rooms1", ref, "departed", left_at=hotel.moment())
    hotel.answered(ref)
    hotel.settled(ref, hotel.lead, "room-change")
    hotel.record("rooms1", ref, "attempt", channel="phone", reached=False)


def _first_words(hotel: Hotel) -> None:
    """One left alone until it is late, one handed over a moment ago, one about the general manager, and two guests at the desk now."""
    hotel.recorded(50, "rooms", "noise", "冰箱噪音", "費先生", "13900000044")
    hotel.handed_over(
        hotel.recorded(22, "front", "food", "早餐供應中斷", "葛女士", "13900000045", department="dining"),
        "dining",
    )
    hotel.recorded(13, "front", "attitude", "總經理推諉不見", "田先生", "13900000046", against=[HEAD])
    ref = hotel.listening(6, "front", vip=True, leaves_at=hotel.stage.at(-300).isoformat())
    hotel.record("front1", ref, "mood", angry=True)
    hotel.record("front1", ref, "noise")
    ref = hotel.listening(3, "security")
    hotel.record("security1", ref, "gravity", why="theft")
