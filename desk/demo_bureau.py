"""The bureau's cases of the demonstration: every state of both its procedures, played through the door by those who may know of each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from casework.approvals import approve_edition
from casework.people import actor_of
from desk.bureau_stage import HANDLER, HEAD, PARTY, SECOND, Bureau
from desk.demo_stage import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from casework.people import PersonView

SCAN = "0" * 64


def approve(session: Session, people: Sequence[PersonView], at: datetime) -> None:
    """Let the party group approve the edition: before that, no case is lawfully received."""
    one = next(person for person in people if person.handle == PARTY)
    approve_edition(
        session, one.office_key, "bureau.complaint", "2026-01-01", actor_of(one), at, minute="2026-1", on=date(2026, 1, 5)
    )  # fmt: skip


def play_bureau(
    session: Session, office: str, people: Sequence[PersonView], now: datetime
) -> tuple[list[str], str]:
    """Play every case in the caller's transaction. Returns the references of those to be archived at once, and a complainant's receipt code."""
    whole = now.replace(second=0, microsecond=0)
    bureau = Bureau(Stage(session, office, {person.handle: person for person in people}, whole))
    filed = [_upheld(bureau), _not_upheld(bureau)]
    _decisions(bureau)
    _inquiries(bureau)
    _other_ends(bureau)
    return filed, _intake(bureau)


def _upheld(bureau: Bureau) -> str:
    ref = bureau.carried_out(30, "窗口人員高聲訓斥辦事群眾", "clerk1", "talk")
    bureau.answered(ref)
    bureau.filed(ref, measured=True)
    return ref


def _not_upheld(bureau: Bureau) -> str:
    ended = _acquitted(bureau, 28)
    bureau.filed(ended, measured=False)
    _acquitted(bureau, 20)  # it waits for what the complainant says of the reply
    return ended


def _acquitted(bureau: Bureau, ago: float) -> str:
    ref = bureau.analysed(ago, "稱材料被無故退回", "clerk2")
    bureau.record(
        HANDLER, ref, "not_upheld", respondent="clerk2", outcome="not_upheld", rule="預算管理規定", evidence_for="投訴人陳述", evidence_against="退件單已載明理由",
    )  # fmt: skip
    bureau.record(SECOND, ref, "countersigned")
    bureau.move(HANDLER, ref, "conclude")
    bureau.answered(ref)
    return ref


def _decisions(bureau: Bureau) -> None:
    bureau.carried_out(16, "接聽電話態度生硬", "clerk3", "talk")  # the reply is due
    bureau.decided(12, "推諉不予受理", "clerk4", "talk")  # the measure waits to be carried out
    _, ordered = bureau.decided(14, "對同一事項重複要求補件", "clerk2", "talk")
    bureau.minutes += 1
    why = "新證據顯示責任不在其本人"
    bureau.record(PARTY, ordered, "revocation", number=f"2026-{bureau.minutes}", on=bureau.day(), reason=why)
    bureau.move(PARTY, ordered, "revoke")
    bureau.proposed(9, "再次訓斥辦事群眾", "clerk1", "public_criticism")  # the second time within a year
    bureau.upheld(8, "上班時間不在崗位", "clerk3")


def _inquiries(bureau: Bureau) -> None:
    bureau.analysed(7, "拖延撥付手續", "clerk4")
    ref = bureau.investigated(6, "未一次告知所需材料", "clerk2")
    bureau.move(HANDLER, ref, "analyse")
    bureau.investigated(5, "窗口提前下班", "clerk1")
    bureau.accepted(4, "多次撥打電話無人接聽", "clerk3")


def _other_ends(bureau: Bureau) -> None:
    for ago in (10, 2):  # out of scope: one is on file, one waits for a second person
        ref = bureau.received(ago, "對某企業的消費糾紛", "clerk1").ref
        bureau.record(HANDLER, ref, "scope", outside=True, words="屬消費糾紛，與本局人員作風無關")
        told = {"why_not_ours": "消費糾紛由市場監管部門處理", "authority": "市場監管部門投訴熱線"}
        bureau.record(HANDLER, ref, "guidance", **told, told_at=bureau.moment())
        bureau.move(HANDLER, ref, "guide")
        if ago > 5:  # noqa: PLR2004  the older one
            bureau.record(HEAD, ref, "refusal_reviewed", reason="確不屬第五條所列")
            bureau.move(HEAD, ref, "confirm")
    back = bureau.received(11, "窗口答復前後不一", "clerk2").ref
    bureau.record(HEAD, back, "admission", person=SECOND, why="核實撤回")
    bureau.record(HANDLER, back, "withdrawal_letter", scan_sha256=SCAN)
    bureau.record(SECOND, back, "withdrawal_verified", channel="phone", words="確為本人意願")
    bureau.move(HEAD, back, "withdraw")
    about = bureau.received(13, "投訴處理小組遲遲不答復", subject="group", department="supervision").ref
    bureau.record(HANDLER, about, "transfer", authority="上級財政部門紀檢機構", sent_at=bureau.moment())
    bureau.move(HANDLER, about, "send_up")


def _intake(bureau: Bureau) -> str:
    unclear = bureau.received(3, "有人收受禮品", department=None, reason="").ref
    asked = {"asks": "請說明部門、人員及經過", "told_at": bureau.moment()}
    bureau.record(HANDLER, unclear, "supplement_request", **asked)
    bureau.move(HANDLER, unclear, "ask_more")
    nameless = {"channel": "web", "note": "", "anonymous": True, "complainants": [], "receipt": True}
    return bureau.received(0.2, "審批時暗示索要好處", "clerk4", **nameless, reply_by="receipt_page").receipt
