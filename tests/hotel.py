"""Builders of a hotel: the cast of `tests.hotel_staff`, its house rules and limit, and complaints in any state, all through the door.

    hotel = a_hotel(a_store(database_url, tmp_path), tmp_path)
    ref = hotel.a_case("handling", to="rooms")                         # handed over to the rooms, and accepted there
    hotel.does(ref, "facts", "lead2")                                  # what the form asks for is filled in
    assert hotel.stopped(ref, "tell", "lead2") == [...]                # everything that stands in the way, and nothing changed
    hotel.finishes(ref)                                                # whatever has risen: answered, endorsed and archived

The cast: `desk1` listens at the front desk, `lead1` leads it, `chief1` manages it; rooms: `maid1`, `lead2`, `chief2`; dining: `lead3`,
`chief3`; security: `lead4`, `chief4`. `day1` and `night1` are on duty by day and by night, `head1` is the general manager, `owner1` the owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from casework import delegations, guests, house_rules, intake
from casework.clock import FrozenClock
from casework.hand import take
from casework.office_file import load_office
from casework.outcome import Fired, Refused
from casework.registered import Registered
from casework.store import Store
from tests.acting import ActingOffice, in_the_way
from tests.building import MONDAY, told
from tests.hotel_staff import DAY, KEY, NIGHT, the_file

ZONE = ZoneInfo("Asia/Shanghai")
RULE = "late-check-out"
LIMIT = 500
"""What may be given without a manager: the default of the edition, and what the hotel of these tests has set."""
GUEST: Mapping[str, str] = {"name": "王小明", "phone": "13800000000"}
VIP: Mapping[str, str] = {"name": "金貴賓", "phone": "13900009999"}
"""On the list of important guests."""
PAPER = "d1" * 32
MANAGERS: Mapping[str, tuple[str, str]] = {
    "chief3": ("dept_manager", "dining"), "chief4": ("dept_manager", "security"),
}  # fmt: skip
SETTINGS = f"""
[[settings]]
name = "compensation_limit"
value = {LIMIT}
valid_from = 2026-01-01
approved_by = "head1"
reason = "house"
"""
LEADS: Mapping[str, tuple[str, str]] = {
    "front": ("lead1", "chief1"), "rooms": ("lead2", "chief2"), "dining": ("lead3", "chief3"), "security": ("lead4", "chief4"),
}  # fmt: skip
"""Who supervises and who manages each department."""
ABOVE = ("day1", "night1", "head1", "owner1")
FRONT = ("desk1", "maid1")
STATES = ("listening", "recorded", "handing_over", "handling", "telling", "completing", "guided", "endorsing", "filed", "archived")  # fmt: skip
TO_MANAGER, TO_GM, TO_OWNER = "hotel.manager_escalation", "hotel.escalation", "hotel.owner_escalation"


@dataclass(frozen=True)
class Way:
    """By which way a complaint goes on: `to` another department, `guided` elsewhere; `note`: what the record says beside the usual."""

    to: str = ""
    simple: bool = True
    guided: bool = False
    note: Mapping[str, Any] = field(default_factory=dict)


class Stuck(AssertionError):
    """Nobody can do an act. `told`: everything that stood in the way, by who tried."""

    def __init__(self, act: str, told: Mapping[str, list[str]]) -> None:
        super().__init__(
            f"nobody can do {act}:\n" + "\n".join(f"{who}: {' | '.join(ways)}" for who, ways in told.items())
        )
        self.act, self.told = act, told

    @property
    def everybody(self) -> set[str]:
        """What stood in everybody's way."""
        return set.intersection(*(set(ways) for ways in self.told.values()))


@dataclass
class Hotel(ActingOffice):
    """A hotel in a test."""

    __test__ = False

    units: dict[str, str] = field(
        default_factory=dict
    )  # of a case: the department that answers for it, as the test took it there
    ways: dict[str, Way] = field(default_factory=dict)
    answering: bool = True  # whether what has risen is answered on the way

    @property
    def today(self) -> date:
        """The day on the hotel's wall calendar."""
        return self.now.astimezone(ZONE).date()

    def load(self, text: str) -> None:
        """Read an office file, and know its people as they are then."""
        with self.store.transaction() as session:
            load_office(session, text, self.now, origin="hotel.toml")
        self.meet()

    # ── one act ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def comes_in(self, by: str = "desk1", **evidence: Any) -> str:
        """Register a guest's complaint, in person at the front desk unless the test says otherwise; return its reference."""
        given: dict[str, Any] = {
            "channel": "in_person",
            "department": "front",
            "first_words": "the room is cold",
        } | evidence
        with self.store.transaction() as session:
            done = intake.register(
                session, self.key, "hotel.complaint", self.who(by), self.now, evidence=given
            )
        assert isinstance(done, Registered), told(done)
        self.units[done.ref] = given["department"]
        return done.ref

    def usual(self, step: str) -> Mapping[str, object]:
        """What the form of a step asks for, as it is mostly answered."""
        now = {name: self.now.isoformat() for name in MOMENTS.get(step, ())}
        return {**USUAL.get(step, {}), **now}

    def somebody_does(self, ref: str, act: str, who: Iterable[str] = (), /, **evidence: Any) -> Fired:
        """Have the first of these people do it who may: of the department that answers, then those above. Raises Stuck with what each was told."""
        unit = self.units.get(ref, "front")
        told_them: dict[str, list[str]] = {}
        for one in dict.fromkeys((*who, *LEADS[unit], *ABOVE, *FRONT)):
            spoken = {"spoken_by": one if one != "owner1" else "maid1"} if act.endswith("apology") else {}
            done = self.tries(ref, act, one, **spoken | evidence)
            if isinstance(done, Fired):
                return done
            told_them[one] = in_the_way(done)
        raise Stuck(act, told_them)

    # ── a case in any state ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def a_case(
        self,
        in_state: str = "recorded",
        *,
        to: str = "",
        simple: bool = True,
        guided: bool = False,
        note: Mapping[str, Any] | None = None,
        **evidence: Any,
    ) -> str:
        """Register a complaint and take it to a state by the usual people; return its reference.

        `to`: the department to which it is handed over; `guided`: it is not for this hotel; `note`: what the record says beside the usual.
        """
        ref = self.comes_in(**evidence)
        to = to or ("rooms" if in_state == "handing_over" else "")
        self.ways[ref] = Way(to, simple, guided or in_state == "guided", note or {})
        self.goes_on(ref, in_state)
        return ref

    def goes_on(self, ref: str, to: str) -> None:
        """Take a complaint by its way to a later state, answering what has risen. Raises Stuck where nobody can go on."""
        while (state := self.state(ref)) != to:
            assert state != "archived", f"{to} was never reached"
            self.takes_a_step(ref)

    def takes_a_step(self, ref: str) -> None:
        """Take a complaint by its way to its next state, answering what has risen. Raises Stuck where nobody can."""
        getattr(self, f"_from_{self.state(ref)}")(ref, self.ways.get(ref, Way()))

    def finishes(self, ref: str) -> None:
        """Answer everything that has risen in a complaint, and take it into the archive by whoever may."""
        self.goes_on(ref, "archived")

    def presses_on(self, ref: str) -> Stuck:
        """Go on without answering anything that has risen, until nobody can; what then stood in everybody's way."""
        self.answering = False
        try:
            self.finishes(ref)
        except Stuck as stuck:
            return stuck
        finally:
            self.answering = True
        raise AssertionError("it went into the archive")

    def goes_again(self, ref: str) -> None:
        """Tell the guest the result, who is not satisfied: the second round begins, one level up."""
        self.goes_on(ref, "telling")
        self._once(ref, "result", "result_apology")
        self.somebody_does(ref, "opinion", FRONT, opinion="not_satisfied")
        self.somebody_does(ref, "again")

    def is_gone(self, ref: str) -> None:
        """The guest left, was called on three days, and the manager of the department agreed that it is enough."""
        self.somebody_does(ref, "departed", FRONT)
        for _ in range(3):
            self.clock.advance(days=1)
            self.somebody_does(ref, "attempt", FRONT)
        self.somebody_does(ref, "unreachable", (LEADS[self.units[ref]][1],))

    def counts(self, ref: str, step: str) -> bool:
        """Whether a record of a step counts now."""
        with self.store.transaction() as session:
            return take(self.store, session.connection(), ref).facts().done(step)

    def _once(self, ref: str, *steps: str, who: Iterable[str] = ()) -> None:
        for step in steps:
            if not self.counts(ref, step):
                self.somebody_does(ref, step, who)

    def _from_listening(self, ref: str, way: Way) -> None:
        self.somebody_does(ref, "heard", FRONT)
        if not self.counts(ref, "first_apology"):
            self.somebody_does(ref, "first_apology", FRONT)
        if not self.counts(ref, "note"):
            self.somebody_does(ref, "note", FRONT, **way.note)
        self.quietens(ref)
        self.somebody_does(ref, "write_down", FRONT)

    def _from_recorded(self, ref: str, way: Way) -> None:
        if way.guided:
            self.calms(ref)
            self.somebody_does(ref, "guidance")
            self.somebody_does(ref, "guide")
            return
        own = not way.to or way.to == self.units[ref]
        self.somebody_does(ref, "sorting", own_department=own, simple=way.simple)
        self.names(ref, "assignment")
        if own:
            self.somebody_does(ref, "answer")
            return
        self.somebody_does(ref, "ascertained")
        self.somebody_does(ref, "handover", department=way.to)
        self.somebody_does(ref, "hand_over")

    def names(self, ref: str, step: str, unit: str = "") -> None:
        """Have somebody of the department who may be named put in charge by somebody who may name them."""
        those = (*LEADS[unit or self.units[ref]], *ABOVE)
        if not any(
            isinstance(self.tries(ref, step, by, handler=one), Fired)
            for one in those
            for by in those
            if self.who(one).roles
        ):
            raise Stuck(step, {"everybody": ["nobody can be named"]})

    def _from_handing_over(self, ref: str, way: Way) -> None:
        self.names(ref, "accepted", way.to)
        self.somebody_does(ref, "accept", LEADS[way.to])
        self.units[ref] = way.to

    def _from_handling(self, ref: str, _: Way) -> None:
        gone = self.counts(ref, "unreachable")
        self.calms(ref)
        self.somebody_does(ref, "facts")
        if not gone:
            self._once(ref, "second_apology", "thanks", "next_told")
        self._once(ref, "dept_report", "dept_acknowledged")
        if not gone:
            for act in ("options", "choice", "explanation"):
                self.somebody_does(ref, act)
        if self.counts(ref, "compensation"):
            self._once(ref, "compensation_agreed")
        self.somebody_does(ref, "tell")

    def _from_telling(self, ref: str, _: Way) -> None:
        if not self.counts(ref, "unreachable"):
            self._once(ref, "result", "result_apology")
            self.somebody_does(ref, "opinion", FRONT)
        self.somebody_does(ref, "complete")

    def _from_completing(self, ref: str, _: Way) -> None:
        self._once(ref, "detail")
        self.somebody_does(ref, "submit")

    def _from_guided(self, ref: str, _: Way) -> None:
        if self.counts(ref, "ours_after_all"):
            self.quietens(ref)
            self.somebody_does(ref, "take_up")
            return
        self._once(ref, "not_ours")
        self.somebody_does(ref, "confirm")

    def _from_endorsing(self, ref: str, _: Way) -> None:
        if self.counts(ref, "returned"):
            self.quietens(ref)
            self.somebody_does(ref, "take_up_again" if self.counts(ref, "not_ours") else "send_back")
            return
        self.settles(ref)
        self.somebody_does(ref, "endorse", ("head1", "owner1"))

    def _from_filed(self, ref: str, _: Way) -> None:
        if self.answering:
            self.settles(ref)
        done = self.tries_to_archive(ref)
        if isinstance(done, Refused):
            raise Stuck("archive", {"the archive": in_the_way(done)})

    # ── what has risen is answered ──────────────────────────────────────────────────────────────────────────────────────────────────

    def settles(self, ref: str) -> None:
        """Answer what has risen and endorse, as far as the archive asks for it: those above know of it, then the words of whoever may."""
        self.quietens(ref)
        for child in self.children(ref) if self.answering else ():
            self.answers(child)
        if isinstance(self.tries(ref, "endorsement", "head1"), Refused) and self.answering:
            self.does(ref, "owner_endorsement", "owner1")

    def quietens(self, ref: str) -> None:
        """Try to lead a guest away who is noisy now."""
        if self.answering and self.counts(ref, "noise") and not self.counts(ref, "led_away"):
            self.somebody_does(ref, "led_away", FRONT)

    def calms(self, ref: str) -> None:
        """Say that the guest is calm now."""
        if self.answering and self.counts(ref, "mood") and not self.counts(ref, "calmed"):
            self.somebody_does(ref, "calmed", FRONT)

    def answers(self, child: str) -> None:
        """Have somebody above take note of what they were told."""
        procedure = self.law(child).name
        who = (*(chief for _, chief in LEADS.values()), *ABOVE)
        if procedure == TO_MANAGER:
            self._once(child, "manager_acknowledgement", who=who)
            self.somebody_does(child, "acknowledge", who)
        elif procedure == TO_OWNER:
            self._once(child, "owner_acknowledgement", who=("owner1",))
            self.does(child, "acknowledge", "owner1")
        else:
            self.tries(child, "gm_acknowledgement", "head1")
            if isinstance(self.tries(child, "acknowledge", "head1"), Refused):
                self.takes_over(child)

    def takes_over(self, child: str) -> None:
        """Have the duty manager take it in hand, and somebody above be informed afterwards."""
        if self.state(child) == "told":
            self._once(child, "takeover", who=ABOVE)
            self.somebody_does(child, "take", ABOVE)
        if not self.counts(child, "report_after"):
            those = ((by, whom) for whom in ("head1", "owner1") for by in ABOVE)
            if not any(
                isinstance(self.tries(child, "report_after", by, whom=whom), Fired) for by, whom in those
            ):
                raise Stuck("report_after", {"everybody": ["nobody can be informed"]})
        self.somebody_does(child, "inform", ABOVE)

    def rises(self, ref: str, flag: str, by: str = "desk1") -> None:
        """Raise one of `FLAGS`."""
        step, evidence = FLAGS[flag]
        self.somebody_does(ref, step, (by,), **evidence)

    def next_morning(self) -> None:
        """It is 10:00 of the next day."""
        local = self.now.astimezone(ZONE)
        morning = (local + timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)
        self.clock.advance(seconds=(morning - local).total_seconds())

    # ── what the hotel keeps ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def lists(self, *people: Mapping[str, str], by: str = "head1") -> guests.GuestsImported:
        """Import a list of important guests."""
        rows = "".join(f"{one['name']},{one['phone']},\n" for one in people)
        with self.store.transaction() as session:
            done = guests.import_guests(
                session, self.key, f"name,phone,until\n{rows}".encode(), self.who(by), self.now
            )
        assert isinstance(done, guests.GuestsImported), told(done)
        return done

    def delegates(self, handle: str, *, days: int = 30, by: str = "head1") -> None:
        """Have the general manager delegate in writing."""
        with self.store.transaction() as session:
            until = self.today + timedelta(days=days)
            done = delegations.give(session, self.who(by), handle, until, PAPER, self.now)
        assert not isinstance(done, Refused), told(done)
        self.meet()


FLAGS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "mood": ("mood", {"angry": True}),
    "noise": ("noise", {}),
    "gravity": ("gravity", {"why": "theft"}),
    "major": ("major_noticed", {"matters": ["crime"]}),
    "vip": ("vip_noticed", {}),
    "gm": ("also_against", {"against": ["head1"]}),
}  # fmt: skip
"""What may rise at any time, with the record that says so."""
MOMENTS: Mapping[str, tuple[str, ...]] = {
    "departed": ("left_at",), "guidance": ("told_at",), "instruction": ("called_at",), "report_after": ("told_at",),
}  # fmt: skip
"""Fields that say when something was done: mostly now."""
USUAL: Mapping[str, Mapping[str, object]] = {
    "mood": {"angry": True},
    "led_away": {"result": "led", "place": "the garden"},
    "gravity": {"why": "theft"},
    "major_noticed": {"matters": ["crime"]},
    "heard": {"to_the_end": True, "understanding": True},
    "first_apology": {"spoken_by": "desk1", "words": "we are sorry"},
    "note": {
        "guests": [dict(GUEST)], "department": "front", "matters": ["room"], "happened": "the room was cold all night", "read_back": "confirmed",
    },
    "sorting": {"own_department": True, "simple": True},
    "assignment": {"handler": "lead1"},
    "reassignment": {"handler": "lead1"},
    "ascertained": {"words": "the heating was off"},
    "handover": {"department": "rooms"},
    "accepted": {"handler": "lead2"},
    "declined": {"reason": "it is not about the rooms"},
    "guidance": {"why_not_ours": "the street belongs to the city", "authority": "the city's office, 12345"},
    "not_ours": {"reason": "so it is"},
    "ours_after_all": {"reason": "it is our street"},
    "facts": {"words": "the heating was off from two to six", "verified": True},
    "second_apology": {"spoken_by": "lead1", "words": "we are sorry"},
    "next_told": {"words": "the engineer looks at it, then we call"},
    "attempt": {"channel": "phone", "reached": False},
    "unreachable": {"reason": "three days, nobody"},
    "choice": {"chosen": "another room"},
    "options": {"offered": ["another room", "a night free"]},
    "compensation": {"amount": 100, "given": "a dinner"},
    "compensation_agreed": {"reason": "it is fair"},
    "explanation": {"words": "the heating is off at night by mistake", "rule": RULE},
    "result": {"words": "the heating was mended", "channel": "in_person", "told_to_all": True},
    "result_apology": {"spoken_by": "lead1", "words": "we are sorry"},
    "opinion": {"opinion": "satisfied", "felt_heard": 5},
    "final_reply": {"words": "I have looked at it myself"},
    "detail": {"where": "room 12", "when": "last night", "result": "mended", "cost": 100},
    "returned": {"reason": "look once more"},
    "also_against": {"against": ["head1"]},
    "endorsement": {"words": "well done, and see to the heating"},
    "delegated_endorsement": {"words": "well done, for the general manager"},
    "owner_endorsement": {"words": "I have read it and agree"},
    "instruction": {"spoke_to": "head1", "words": "give them the suite"},
    "report_after": {"whom": "head1"},
}  # fmt: skip
"""What the form of each step asks for, as it is mostly answered."""


def a_hotel(store: Store, root: Path, clock: FrozenClock | None = None, **changed: tuple[str, str]) -> Hotel:
    """Open a hotel with its rules and its limit; it is Monday, 10:00. `root`: beside it lie the bags; `changed`: other roles by handle."""
    hotel = Hotel(store, clock if clock is not None else FrozenClock(MONDAY), KEY, root=str(root / "archive"))
    hotel.load(the_file(DAY + NIGHT, SETTINGS, **{**MANAGERS, **changed}))
    with store.transaction() as session:
        house_rules.add(session, KEY, RULE, "the heating runs all night", hotel.who("head1"), hotel.now)
    return hotel
