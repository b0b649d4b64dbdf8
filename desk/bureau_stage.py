"""The bureau's part of the stage: a complaint taken as far as a scene needs it, by the people of the example, every act at its moment.

`ago` counts days before now; each act of a complaint comes an hour and a half after the one before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from casework.intake import Registered
    from desk.demo_stage import Stage

ZONE = ZoneInfo("Asia/Shanghai")
DAY = 1440
"""Minutes, which the stage counts in."""
HANDLER, SECOND, HEAD, KEEPER, PARTY = "member1", "member2", "chief1", "keeper1", "party1"


@dataclass
class Bureau:
    """The bureau on the stage. `minutes`: how many minutes the party group has written this year."""

    stage: Stage
    minutes: int = 1
    now: float = field(default=0.0, init=False)  # minutes before now of the act that comes next

    def received(self, ago: float, matter: str, *against: str, **more: object) -> Registered:
        """A complaint, registered by its later handler."""
        self.now = ago * DAY
        given: dict[str, object] = {
            "channel": "phone", "note": matter, "subject": "official", "department": "budget", "against": list(against), "matter": matter,
            "reason": "無正當理由", "anonymous": False, "complainants": [{"name": "錢女士", "phone": "13900000021"}], "reply_by": "phone",
        }  # fmt: skip
        return self.stage.registered(HANDLER, self.now, "bureau.complaint", **(given | more))

    def accepted(self, ago: float, matter: str, *against: str, **more: object) -> str:
        """One that falls under article 5 and has a handler; a second member may know of it."""
        ref = self.received(ago, matter, *against, **more).ref
        self.record(HEAD, ref, "assignment", handler=HANDLER)
        self.record(HEAD, ref, "admission", person=SECOND, why="協助調查")
        self.record(HANDLER, ref, "scope", outside=False, items=["rudeness"])
        self.move(HANDLER, ref, "accept")
        return ref

    def investigated(self, ago: float, matter: str, *against: str) -> str:
        """One under investigation: redaction confirmed, everybody complained of heard, one entry in the log."""
        ref = self.accepted(ago, matter, *against)
        self.move(HANDLER, ref, "investigate")
        self.record(KEEPER, ref, "redaction", nothing_names=True)
        for handle in against:
            self.record(
                HANDLER,
                ref,
                "service",
                respondent=handle,
                paper="request_for_statement",
                words="請於三日內說明情況",
            )
            self.record(
                HANDLER, ref, "statement", respondent=handle, taken=True, words="當時窗口人多，態度確有急躁"
            )
        self.record(HANDLER, ref, "log", done_at=self.moment(), words="調閱窗口錄像，詢問兩名在場人員")
        return ref

    def analysed(self, ago: float, matter: str, *against: str) -> str:
        """One whose analysis is written."""
        ref = self.investigated(ago, matter, *against)
        self.move(HANDLER, ref, "analyse")
        self.record(HANDLER, ref, "memo", words="錄像與兩名證人的說法相符")
        self.move(HANDLER, ref, "verify")
        return ref

    def upheld(self, ago: float, matter: str, against: str) -> str:
        """One that is found to be so, signed by a second member."""
        ref = self.analysed(ago, matter, against)
        self.record(
            HANDLER, ref, "upheld", respondent=against, facts_clear=True, evidence_conclusive=True, conduct_verified=True, item="rudeness",
            rule="本辦法第五條第六項", evidence_for="錄像、兩名證人", evidence_against="本人陳述：窗口人多",
        )  # fmt: skip
        self.record(SECOND, ref, "countersigned")
        self.move(HANDLER, ref, "propose")
        return ref

    def proposed(self, ago: float, matter: str, against: str, measure: str) -> str:
        """One that lies before the party group."""
        ref = self.upheld(ago, matter, against)
        self.record(
            HANDLER, ref, "proposal", respondent=against, measure=measure, improvement="窗口增設排隊叫號"
        )
        self.move(HANDLER, ref, "submit")
        self.record(HEAD, ref, "admission", person=PARTY, why="審批")
        return ref

    def decided(self, ago: float, matter: str, against: str, measure: str) -> tuple[str, str]:
        """One that the party group has approved, and the measure that follows."""
        ref = self.proposed(ago, matter, against, measure)
        self.minutes += 1
        number, day = f"2026-{self.minutes}", self.day()
        self.record(PARTY, ref, "minute", number=number, on=day, respondent=against, measure=measure)
        return ref, self.stage.move(PARTY, self.next(), ref, "approve").opened[0]

    def carried_out(self, ago: float, matter: str, against: str, measure: str) -> str:
        """One whose measure is carried out, so that the reply is due."""
        ref, ordered = self.decided(ago, matter, against, measure)
        self.record(HEAD, ordered, "proof", done_at=self.moment(), words="由分管領導談心教育，本人表示接受")
        self.move(HEAD, ordered, "execute")
        self.move(HANDLER, ref, "carry_out")
        return ref

    def answered(self, ref: str) -> None:
        """The reply, told by telephone."""
        self.record(HANDLER, ref, "reply", words="經核實，已按規定處理並改進窗口服務", no_private_data=True)
        self.record(HANDLER, ref, "delivered", channel="phone", delivered_at=self.moment())
        self.move(HANDLER, ref, "answer")

    def filed(self, ref: str, *, measured: bool) -> None:
        """The complainant asked, the papers complete, the case on file."""
        self.record(SECOND, ref, "satisfaction", answer="satisfied")
        papers = dict.fromkeys(
            ("register_sheet", "complaint", "evidence", "statements", "memo", "reply"), True
        )
        more = dict.fromkeys(("proposal", "approval", "instruments", "proof_of_measures"), measured)
        self.record(HANDLER, ref, "checklist", **papers, **more, pages=42, shelf="2026-3-7")
        self.move(HANDLER, ref, "file")

    def record(self, by: str, ref: str, step: str, **evidence: object) -> None:
        """Record a step as the next act."""
        self.stage.record(by, self.next(), ref, step, **evidence)

    def move(self, by: str, ref: str, name: str) -> None:
        """Make a move as the next act."""
        self.stage.move(by, self.next(), ref, name)

    def next(self) -> float:
        """The moment of the next act, in minutes before now."""
        self.now = max(self.now - 90, 0)
        return self.now

    def moment(self) -> str:
        """The moment of the act before, for evidence that names one."""
        return self.stage.at(self.now).isoformat()

    def day(self) -> str:
        """Its day on the office's wall calendar."""
        return self.stage.at(self.now).astimezone(ZONE).date().isoformat()
