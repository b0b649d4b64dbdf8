"""The hotel's part of the stage: a complaint taken as far as a scene needs it, by the people of the example, every act at its moment.

`ago` counts minutes before now; each act of a complaint comes two minutes after the one before, unless the scene waits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casework.people import people_of

if TYPE_CHECKING:
    from casework.outcome import Fired
    from desk.demo_stage import Stage

DAY = 1440
"""Minutes, which the stage counts in."""
HEAD, DEPUTY, OWNER = "gm1", "deputy1", "owner1"
ON_DUTY = "duty"
"""Whoever of the duty managers is on duty at the moment of the act."""
STAFF = {"front": "front1", "rooms": "rooms1", "dining": "dining1", "security": "security1"}
FACTS, WORDS = "已到場核實，情況屬實", "是我們做得不夠，非常抱歉"


@dataclass
class Hotel:
    """The hotel on the stage. `department`: the one that answers for the complaint that is being played."""

    stage: Stage
    now: float = field(default=0.0, init=False)  # minutes before now of the act that came last
    department: str = field(default="front", init=False)
    report: str = field(default="", init=False)
    """The report to somebody above that an act of the complaint has started last."""

    # ── as far as a scene needs it ──────────────────────────────────────────────────────────────────────────────────────────────────

    def listening(self, ago: float, department: str = "front", **said: object) -> str:
        """A guest begins to complain."""
        self.now, self.department = ago, department
        given = {"channel": "in_person", "department": department} | said
        return self.stage.register(STAFF[department], self.now, "hotel.complaint", **given)

    def upset(self, ref: str) -> None:
        """Angry and noisy: led away from the others, and calm before anything is explained."""
        staff = STAFF[self.department]
        self.record(staff, ref, "mood", angry=True)
        self.record(staff, ref, "noise")
        self.record(staff, ref, "led_away", result="led", place="大堂吧後側會客室")
        self.record(staff, ref, "calmed")

    def heard(self, ref: str) -> None:
        """Listened to, to the end, and apologised to."""
        staff = STAFF[self.department]
        self.record(staff, ref, "heard", to_the_end=True, understanding=True)
        self.record(staff, ref, "first_apology", spoken_by=staff, words=WORDS)

    def noted(self, ref: str, matter: str, happened: str, name: str, phone: str, **more: object) -> None:
        """Written down, and read back."""
        guests = [{"name": name, "phone": phone}] if name else []
        given: dict[str, object] = {
            "guests": guests, "name_declined": not name, "department": self.department, "matters": [matter], "happened": happened,
            "read_back": "confirmed",
        }  # fmt: skip
        self.record(STAFF[self.department], ref, "note", **(given | more))
        self.move(STAFF[self.department], ref, "write_down")

    def recorded(
        self, ago: float, department: str, matter: str, happened: str, name: str = "", phone: str = "", /, **more: object
    ) -> str:  # fmt: skip
        """One that is written down and waits for an answer."""
        ref = self.listening(ago, department)
        self.heard(ref)
        self.noted(ref, matter, happened, name, phone, **more)
        return ref

    def sorted(self, ref: str, *, own: bool, simple: bool) -> None:
        """Who answers: the department that listened, or another one; and whether it is simple."""
        lead = self.lead
        self.record(lead, ref, "sorting", own_department=own, simple=simple)
        self.record(lead, ref, "assignment", handler=lead)

    def answered(self, ref: str, *, simple: bool = True) -> None:
        """Answered by the department that listened."""
        self.sorted(ref, own=True, simple=simple)
        self.move(self.lead, ref, "answer")

    def handed_over(self, ref: str, to: str) -> None:
        """Ascertained, and handed over to another department."""
        self.sorted(ref, own=False, simple=False)
        lead = self.lead
        self.record(lead, ref, "ascertained", words="已核對記錄，屬該部門負責")
        self.record(lead, ref, "handover", department=to)
        self.move(lead, ref, "hand_over")
        self.department = to

    def accepted(self, ref: str) -> None:
        """Taken over by name."""
        self.record(self.lead, ref, "accepted", handler=self.lead)
        self.move(self.lead, ref, "accept")

    def settled(
        self, ref: str, by: str, rule: str, *, simple: bool = True, acknowledged_by: str = ""
    ) -> None:
        """Found out, explained, chosen; in a hard one with the second apology, the thanks and the report."""
        self.record(by, ref, "facts", words=FACTS, verified=True)
        if not simple:
            self.record(by, ref, "second_apology", spoken_by=by, words=WORDS)
            self.record(by, ref, "thanks")
            self.record(by, ref, "next_told", words="稍後由部門經理親自答覆")
        self.record(by, ref, "explanation", words="已向客人說明經過及處理辦法", rule=rule)
        self.record(by, ref, "options", offered=["更換房間並致歉", "減免當晚服務費"])
        self.record(by, ref, "choice", chosen="減免當晚服務費")
        if not simple:
            self.record(by, ref, "dept_report")
            self.record(acknowledged_by or self.head, ref, "dept_acknowledged")
        self.move(by, ref, "tell")

    def told(self, ref: str, by: str, opinion: str = "satisfied") -> None:
        """The result told, with an apology, and the guest's opinion asked."""
        self.record(by, ref, "result", words="已按客人選擇辦理", channel="phone", told_to_all=True)
        self.record(by, ref, "result_apology", spoken_by=by, words=WORDS)
        heard = {"satisfied": 5, "not_satisfied": 2}.get(opinion)
        self.record(STAFF[self.department], ref, "opinion", opinion=opinion, felt_heard=heard)

    def finished(self, ref: str, by: str) -> None:
        """From the result to the general manager, of a guest who is satisfied."""
        self.told(ref, by)
        self.move(by, ref, "complete")
        self.submitted(ref, by)

    def submitted(self, ref: str, by: str) -> None:
        """Written down in full, and brought before the general manager."""
        said = {
            "where": "本店",
            "when": "入住期間",
            "result": "已按客人選擇辦理，客人無其他要求",
            "cost": 120,
        }
        self.record(by, ref, "detail", **said)
        self.move(by, ref, "submit")

    def known(self, step: str, move: str, by: str = HEAD, **evidence: object) -> None:
        """The report that was started last reaches somebody above."""
        self.record(by, self.report, step, **evidence)
        self.move(by, self.report, move)

    def endorsed(self, ref: str, words: str, by: str = HEAD, step: str = "endorsement") -> None:
        """Endorsed, so that only the archive is left."""
        self.record(by, ref, step, words=words)
        self.move(by, ref, "endorse")

    # ── one act ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def record(self, by: str, ref: str, step: str, **evidence: object) -> Fired:
        """Record a step as the next act."""
        ago = self.next()
        done = self.stage.record(self._whoever(by, ago), ago, ref, step, **evidence)
        self.report = done.opened[-1] if done.opened else self.report
        return done

    def move(self, by: str, ref: str, name: str) -> Fired:
        """Make a move as the next act."""
        ago = self.next()
        return self.stage.move(self._whoever(by, ago), ago, ref, name)

    def waits(self, minutes: float) -> None:
        """Let time pass before the next act."""
        self.now = max(self.now - minutes, 0)

    def next(self) -> float:
        """The moment of the next act, in minutes before now."""
        self.waits(2)
        return self.now

    def moment(self, later: float = 0) -> str:
        """The moment of the act before, or so many minutes after it, for evidence that names one."""
        return self.stage.at(self.now - later).isoformat()

    @property
    def lead(self) -> str:
        """The supervisor of the department that answers."""
        return f"{self.department}-lead1"

    @property
    def head(self) -> str:
        """Its manager."""
        return f"{self.department}-head1"

    def _whoever(self, by: str, ago: float) -> str:
        """The handle of whoever acts. Duty managers hold their role at the hours of their roster alone."""
        if by != ON_DUTY:
            return by
        there = people_of(self.stage.session, self.stage.office, self.stage.at(ago))
        self.stage.people = {person.handle: person for person in there}
        return next(person.handle for person in there if "duty_manager" in person.roles)
