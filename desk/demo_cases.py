"""The cases of the demonstration: every state of every procedure of the property office, played through the door as in life.

Each act is made at a moment of the last days, so that the timelines look lived in; one complaint is left alone until it is late, and a
fire call has just come in: whoever looks on sees the watch act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.demo_stage import HOTLINE, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from casework.people import PersonView


def play(session: Session, office: str, people: Sequence[PersonView], now: datetime) -> list[str]:
    """Play every case in the caller's transaction. Returns the references of those that are to be archived at once; others go on waiting."""
    stage = Stage(
        session, office, {person.handle: person for person in people}, now.replace(second=0, microsecond=0)
    )
    filed = [*_ended_complaints(stage), *_calls(stage), *_opinions(stage)]
    _missed_calls(stage)
    _open_complaints(stage)
    return filed


def _open_complaints(stage: Stage) -> None:
    stage.complaint(50, "noise", "樓上裝修，中午也不停", "孫先生", "13900000001")  # left alone: late
    stage.complaint(3, "cleaning", "垃圾房有異味", "馬女士", "13900000002")
    stage.handled(90, "parking", "車位被占用", "錢先生", "13900000004")
    stage.remedied(1_600, "greening", "樹枝遮擋窗戶", "馮女士", "13900000005")
    again, callback = stage.remedied(4_300, "security", "夜間門禁無人值守", "衛先生", "13900000006")
    stage.called_back(2_900, callback, content=False)
    del again  # the second round begins by itself


def _ended_complaints(stage: Stage) -> list[str]:
    old, callback = stage.remedied(7_200, "repair", "走廊燈不亮", "蔣女士", "13900000007")
    stage.called_back(5_700, callback, content=True)
    stage.filed(5_600, old)
    fresh, callback = stage.remedied(2_900, "repair", "電梯停運未通知", "蔣女士", "13900000007")
    stage.called_back(300, callback, content=True)
    stage.filed(120, fresh)  # waits for the archive flow
    silent, callback = stage.remedied(8_700, "charges", "收費單有誤", "沈先生", "13900000008")
    for ago in (7_200, 5_700, 4_200):
        stage.record("desk2", ago, callback, "attempt", method="call", reached=False)
    stage.record("head1", 4_100, callback, "consent", reason="三日三次均無人接聽")
    stage.move("desk2", 4_000, callback, "give_up")
    stage.filed(3_900, silent)
    elsewhere = stage.complaint(3_000, "other", "小區外道路積水", "韓女士", "13900000009")
    told = {"why_not_ours": "屬市政道路", "authority": "市政服務熱線", "told_at": stage.at(2_990).isoformat()}
    stage.record("desk1", 2_990, elsewhere, "guidance", **told)
    stage.record("head1", 2_985, elsewhere, "referral_agreed", reason="確屬市政管轄")
    stage.move("desk1", 2_984, elsewhere, "refer")
    back, _ = stage.remedied(2_600, "noise", "犬吠擾民", "楊先生", "13900000010")
    stage.record("desk2", 2_400, back, "withdrawal", words="已與鄰居和解", **HOTLINE)
    stage.move("desk2", 2_400, back, "withdraw")  # its callback lapses
    twice = stage.complaint(700, "cleaning", "與前一條重複", "馬女士", "13900000002")
    stage.record("head1", 690, twice, "void_reason", reason="重複登記")
    stage.move("head1", 690, twice, "void")
    return [old, silent]


def _calls(stage: Stage) -> list[str]:
    filed = stage.repaired(3_500, "廚房漏水", "3棟502")
    stage.record("lead1", 3_400, filed, "dossier", complete=True)
    stage.move("lead1", 3_400, filed, "file")
    fresh = stage.repaired(700, "窗戶關不嚴", "6棟203")
    stage.record("lead1", 500, fresh, "dossier", complete=True)
    stage.move("lead1", 500, fresh, "file")
    stage.repaired(400, "開關跳閘", "1棟301")
    going = stage.call(30, "repair", "水管滴水", "5棟1002")
    stage.record("tech1", 22, going, "arrival", who="tech1")
    stage.move("tech1", 22, going, "arrive")
    stage.call(1, "fire", "配電間冒煙", "地下一層")
    needless = stage.call(900, "emergency", "電梯困人", "2棟")
    stage.record("desk2", 898, needless, "standing_down", words="已自行脫困")
    stage.move("lead1", 898, needless, "stand_down")
    wrong = stage.call(800, "repair", "登記錯誤", "1棟")
    stage.record("head1", 795, wrong, "void_reason", reason="非本小區")
    stage.move("head1", 795, wrong, "void")
    return [filed]


def _opinions(stage: Stage) -> list[str]:
    said = {"channel": "visit", "kind": "suggestion"}
    filed = ""
    for ago, matter in ((4_000, "建議增設充電樁"), (1_200, "建議改善照明")):
        ref = stage.register("desk3", ago, "property.opinion", **said, matter=matter)
        stage.record("head1", ago - 100, ref, "reading", remark="列入下季度計劃")
        stage.move("head1", ago - 100, ref, "note")
        filed = filed or ref
    wrong = stage.register("desk3", 3_000, "property.opinion", **said, matter="空白條目")
    stage.record("head1", 2_900, wrong, "void_reason", reason="誤登")
    stage.move("head1", 2_900, wrong, "void")
    stage.register("desk3", 200, "property.opinion", **said, matter="希望延長會所開放時間")
    return [filed]


def _missed_calls(stage: Stage) -> None:
    for ago, reached in ((2_000, True), (1_900, False)):
        ref = stage.register("guard1", ago, "property.missed_call", number="13900000011")
        for wait in (3,) if reached else (3, 6, 9):
            stage.record("desk1", ago - wait, ref, "attempt", reached=reached)
        stage.record("desk1", ago - 10, ref, "result", words="詢問物業費" if reached else "三次均無人接聽")
        stage.move("desk1", ago - 10, ref, "return_call" if reached else "give_up")
    stage.register("guard1", 2, "property.missed_call", number="13900000012")
