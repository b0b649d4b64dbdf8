"""Builders of a bureau: the office of the example file with its edition approved, and complaints in any state, all through the door.

    bureau = a_bureau(a_store(database_url, tmp_path))
    ref = bureau.a_case("verifying", against=("clerk1", "clerk2"))
    bureau.does(ref, "upheld", "member1", respondent="clerk1")         # what the form asks for is filled in
    bureau.does(ref, "propose", "member2")                             # whatever stands in the way fails the test
    assert bureau.stopped(ref, "propose", "member1") == ["B12 a respondent has no finding yet"]

The cast: `member1` handles, `member2` signs, `member3` asks whether the complainant is satisfied, `member4` to `member6` have no part until
a review; `chief1` leads, `keeper1` keeps the secrets, `party1` decides; `above1` stands above them all and has sent `sent1`; `audit1` looks
on; `clerk1` to `clerk4` are complained of. Who must know of a case is put on its list by `chief1` when it is accepted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from casework import approvals, intake
from casework.clock import FrozenClock
from casework.office_file import load_office
from casework.outcome import Refused
from casework.receipts import COMPLAINANT
from casework.registered import Registered
from casework.store import Store
from states.facts import Actor
from tests.acting import ActingOffice, in_the_way
from tests.building import MONDAY, told

EXAMPLE = Path(__file__).parents[1] / "desk" / "examples" / "office-bureau.toml"
KEY, ZONE = "bureau", ZoneInfo("Asia/Shanghai")
SCAN = "5c" * 32
COMPLAINT: Mapping[str, Any] = {
    "channel": "visit", "note": "at the counter", "subject": "official", "department": "budget", "against": ["clerk1"],
    "matter": "he would not take the form", "reason": "the form was complete", "anonymous": False,
    "complainants": [{"name": "王小明", "phone": "13800000000"}], "reply_by": "phone",
}  # fmt: skip
"""A complaint about `clerk1` by somebody who came in person and can be called."""
LETTER: Mapping[str, Any] = {
    "channel": "letter", "note": "", "scan_sha256": SCAN, "anonymous": True, "complainants": [], "reply_by": "none",
}  # fmt: skip
"""What makes of it an anonymous letter, which nobody can answer."""
CODED: Mapping[str, Any] = {
    "channel": "web", "note": "", "anonymous": True, "complainants": [], "receipt": True, "reply_by": "receipt_page",
}  # fmt: skip
"""What makes it anonymous, with a receipt code."""
STATES = (
    "registered", "accepted", "investigating", "analysing", "verifying", "proposing", "approval", "executing", "replying", "replied", "filed",
    "archived",
)  # fmt: skip
"""In the order in which an upheld complaint passes them; one that is not upheld leaves out the three before `replying`."""
ASIDE: Mapping[str, Sequence[tuple[str, str, Mapping[str, Any]]]] = {
    "supplementing": (("supplement_request", "member1", {}), ("ask_more", "member1", {})),
    "guided": (
        ("scope", "member1", {"outside": True, "items": [], "words": "not ours"}), ("guidance", "member1", {}), ("guide", "member1", {}),
    ),
    "withdrawn": (("withdrawal", "complainant", {}), ("withdraw", "chief1", {})),
    "transferred": (("takeover", "above1", {}), ("take_over", "above1", {})),
}  # fmt: skip
"""The states beside the way, and what leads there from registration."""
INVOLVED = ("member2", "member3", "party1")


@dataclass
class Bureau(ActingOffice):
    """A bureau in a test. People are named by their handles; `complainant` is whoever has the receipt code."""

    __test__ = False

    minutes: int = 0

    @property
    def today(self) -> date:
        """The day on the office's wall calendar."""
        return self.now.astimezone(ZONE).date()

    def who(self, name: str) -> Actor:
        """Whoever acts under this name."""
        return COMPLAINANT if name == "complainant" else super().who(name)

    # ── one act ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def comes_in(
        self, by: str = "member1", *, received_at: datetime | None = None, late_because: str = "", **evidence: Any
    ) -> Registered:  # fmt: skip
        """Register a complaint."""
        done = self.tries_to_register(by, received_at=received_at, late_because=late_because, **evidence)
        assert isinstance(done, Registered), told(done)
        return done

    def tries_to_register(
        self, by: str, *, received_at: datetime | None = None, late_because: str = "", **evidence: Any
    ) -> Registered | Refused:  # fmt: skip
        """Register a complaint, or be refused."""
        actor = self.who(by)
        with self.store.transaction() as session:
            return intake.register(
                session, self.key, "bureau.complaint", actor, self.now, evidence={**COMPLAINT, **evidence}, received_at=received_at,
                reason=late_because,
            )  # fmt: skip

    def stopped_at_the_door(self, by: str, **evidence: Any) -> list[str]:
        """Everything that stands in the way of registering a complaint that must be refused."""
        done = self.tries_to_register(by, **evidence)
        assert isinstance(done, Refused), "it was registered"
        return in_the_way(done)

    def usual(self, step: str) -> dict[str, object]:
        """What the form of a step asks for, as it is mostly answered. `minute` and `returned` have a number of their own each time."""
        if step in {"minute", "returned", "revocation"}:
            self.minutes += 1
            return {"number": f"2026-{self.minutes}", "on": self.today.isoformat()} | USUAL[step]
        now = {name: self.now.isoformat() for name in MOMENTS.get(step, ())}
        return {**USUAL.get(step, {}), **now}

    # ── a case in any state ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def a_case(
        self,
        in_state: str = "registered",
        *,
        against: Sequence[str] = ("clerk1",),
        upheld: bool = True,
        measure: str = "talk",
        **evidence: Any,
    ) -> str:
        """Register a complaint and take it to a state by the usual people; return its reference. `measure`: the one of the ladder."""
        ref = self.comes_in(against=list(against), **evidence).ref
        if in_state in ASIDE:
            for act, by, given in ASIDE[in_state]:
                self.does(ref, act, by, **given)
            return ref
        self.goes_on(ref, in_state, against=against, upheld=upheld, measure=measure)
        return ref

    def goes_on(
        self, ref: str, to: str, *, against: Sequence[str] = ("clerk1",), upheld: bool = True, measure: str = "talk", handler: str = "member1",
        second: str = "member2",
    ) -> None:  # fmt: skip
        """Take a complaint from where it stands to a later state."""
        going = Going(tuple(against) or (None,), upheld, measure, handler, second)
        ways = {
            "registered": self._accepted, "accepted": self._investigating, "investigating": self._analysing, "analysing": self._verifying,
            "verifying": self._judged, "proposing": self._submitted, "approval": self._approved, "executing": self._carried_out,
            "replying": self._answered, "replied": self._filed, "filed": self._archived,
        }  # fmt: skip
        while (state := self.state(ref)) != to:
            assert STATES.index(state) < STATES.index(to), f"{state} lies behind {to}"
            ways[state](ref, going)

    def _accepted(self, ref: str, going: "Going") -> None:
        self.does(ref, "assignment", "chief1", handler=going.handler)
        for handle in INVOLVED:
            self.does(ref, "admission", "chief1", person=handle)
        self.does(ref, "scope", going.handler)
        if going.whom == (None,):
            self.does(ref, "supplement_request", going.handler)
        self.does(ref, "accept", going.handler)

    def _investigating(self, ref: str, going: "Going") -> None:
        self.does(ref, "investigate", going.handler)

    def _analysing(self, ref: str, going: "Going") -> None:
        self.does(ref, "redaction", "keeper1")
        for respondent in going.whom:
            self.does(ref, "statement", going.handler, respondent=respondent)
        self.does(ref, "log", going.handler)
        self.does(ref, "analyse", going.handler)

    def _verifying(self, ref: str, going: "Going") -> None:
        self.does(ref, "memo", going.handler)
        self.does(ref, "verify", going.handler)

    def _judged(self, ref: str, going: "Going") -> None:
        for respondent in going.whom:
            self.does(ref, "upheld" if going.upheld else "not_upheld", going.handler, respondent=respondent)
        self.does(ref, "countersigned", going.second)
        self.does(ref, "propose" if going.upheld else "conclude", going.handler)

    def _submitted(self, ref: str, going: "Going") -> None:
        for respondent in going.whom:
            self.does(
                ref, "proposal", going.handler, respondent=respondent, measure=going.measure_for(respondent)
            )
        self.does(ref, "submit", going.handler)

    def _approved(self, ref: str, going: "Going") -> None:
        for respondent in going.whom:
            self.does(ref, "minute", "party1", respondent=respondent, measure=going.measure_for(respondent))
        self.does(ref, "approve", "party1")

    def _carried_out(self, ref: str, going: "Going") -> None:
        for measure in self.children(ref):
            self.does(measure, "proof", going.handler)
            self.does(measure, "execute", going.handler)
        self.does(ref, "carry_out", going.handler)

    def _answered(self, ref: str, going: "Going") -> None:
        self.does(ref, "reply", going.handler)
        self.does(ref, "delivered", going.handler)
        self.does(ref, "answer", going.handler)

    def _filed(self, ref: str, going: "Going") -> None:
        self.does(ref, "satisfaction", "member3")
        self.does(ref, "checklist", going.handler)
        self.does(ref, "file", going.handler)

    def _archived(self, ref: str, _: "Going") -> None:
        self.archived(ref)


@dataclass(frozen=True)
class Going:
    """Who takes a case on, about whom, and how it ends."""

    whom: Sequence[str | None]
    upheld: bool
    measure: str
    handler: str
    second: str

    def measure_for(self, respondent: str | None) -> str:
        """A department is never measured: it puts right."""
        return self.measure if respondent is not None else "rectification"


MOMENTS: Mapping[str, tuple[str, ...]] = {
    "supplement_request": ("told_at",), "guidance": ("told_at",), "log": ("done_at",), "delivered": ("delivered_at",), "posted": ("posted_at",),
    "transfer": ("sent_at",), "law_referral": ("sent_at",), "proof": ("done_at",),
}  # fmt: skip
"""Fields that say when something was done: mostly now."""
USUAL: Mapping[str, dict[str, object]] = {
    "supplement_request": {"asks": "who was it, and why was it wrong?"},
    "supplement": {"source": "complainant", "words": "it was on Friday"},
    "scope": {"outside": False, "items": ["rudeness"]},
    "guidance": {"why_not_ours": "the street belongs to the city", "authority": "the city's office, 12345"},
    "refusal_reviewed": {"reason": "so it is"},
    "refusal_reversed": {"reason": "it is about our counter"},
    "transfer": {"authority": "the bureau above" },
    "takeover": {"reason": "nobody here may handle it"},
    "admission": {"why": "has a part in it"},
    "dismissal": {"why": "has no part in it any more"},
    "consent": {"purpose": "to call the complainant back"},
    "word_in": {"words": "there is more to say"},
    "word_out": {"words": "what more is there?"},
    "redaction": {"nothing_names": True},
    "service": {"paper": "request_for_statement", "words": "say what happened on 1 March"},
    "statement": {"taken": True, "words": "it was not so"},
    "log": {"words": "the counter was seen"},
    "law_referral": {"authority": "the discipline commission"},
    "memo": {"words": "all was weighed"},
    "upheld": {
        "facts_clear": True, "evidence_conclusive": True, "conduct_verified": True, "item": "rudeness", "rule": "article 5 (6)",
        "evidence_for": "two saw it", "evidence_against": "none",
    },
    "not_upheld": {"outcome": "not_upheld", "rule": "article 12", "evidence_for": "one saw it", "evidence_against": "two did not"},
    "countersigned": {},
    "malice_approved": {"reason": "the letter was forged"},
    "proposal": {"measure": "talk", "improvement": "two people at the counter"},
    "minute": {"measure": "talk"},
    "returned": {"reason": "look once more"},
    "carried": {"owner": "member1", "due": "2030-06-01", "reason": "it takes time"},
    "proof": {"words": "they talked, and both signed"},
    "revocation": {"reason": "it was decided anew"},
    "reply": {"words": "this is what was found", "no_private_data": True},
    "delivered": {"channel": "phone"},
    "posted": {},
    "reply_attempt": {"channel": "phone", "remark": "nobody answered"},
    "unreachable": {"reason": "three days, nobody"},
    "impossible": {"reason": "nobody knows who wrote it"},
    "impossible_agreed": {"reason": "so it is"},
    "satisfaction": {"answer": "satisfied"},
    "objection": {"words": "it was not looked into"},
    "checklist": {
        "register_sheet": True, "complaint": True, "evidence": True, "statements": True, "memo": True, "proposal": True, "approval": True,
        "instruments": True, "reply": True, "proof_of_measures": True, "pages": 12, "shelf": "3-2-1",
    },
    "withdrawal": {"words": "it has been settled"},
    "withdrawal_letter": {"scan_sha256": SCAN},
    "withdrawal_verified": {"channel": "phone", "words": "yes, it is so"},
}  # fmt: skip
"""What the form of each step asks for, as it is mostly answered."""


def a_bureau(store: Store, root: Path, clock: FrozenClock | None = None, *, approved: bool = True) -> Bureau:
    """Load the example's bureau and have its edition approved. `root`: the folder of the archive's bags."""
    bureau = Bureau(store, clock if clock is not None else FrozenClock(MONDAY), KEY, root=str(root))
    with store.transaction() as session:
        load_office(session, EXAMPLE.read_text(encoding="utf-8"), bureau.now, origin=EXAMPLE.name)
    bureau.meet()
    if approved:
        with store.transaction() as session:
            approvals.approve_edition(
                session, KEY, "bureau.complaint", "2026-01-01", bureau.who("party1"), bureau.now, minute="2026-900", on=date(2026, 1, 5)
            )  # fmt: skip
    return bureau
