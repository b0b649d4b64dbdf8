"""Builders for the ladder: a bureau with its people, and complaints about its officials taken to the party group, all through the door.

    bureau = a_bureau(a_store(database_url, tmp_path))
    first = bureau.decided("ann", received_at=bureau.now)          # upheld, proposed and approved as the ladder gives it
    second = bureau.submitted("ann")                               # before the party group
    bureau.decide(second, "ann", "public_criticism")

Each case has its own minute. Who is complained of is `ann` or `bob`, with `ann2` another account of ann's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

import models
from casework import approvals, fire, intake
from casework.clock import FrozenClock
from casework.intake import Registered
from casework.names import open_office
from casework.offices import touch_offices
from casework.outcome import Fired, Refused
from casework.people import PersonView, actor_of, add_person, person_by_handle
from casework.store import Store
from casework.undertakings import keep
from states.facts import Actor
from tests.building import MONDAY, told

FINDINGS = models.table(models.Finding)
PERSONS, UNITS = models.table(models.Person), models.table(models.Unit)
SETTINGS = models.table(models.OfficeSetting)
PEOPLE = {
    "m1": ("member", "discipline"), "m2": ("member", "supervision"), "m3": ("member", "office"), "m4": ("member", "discipline"),
    "head": ("group_head", None), "keeper": ("custodian", None), "party1": ("party_group", None), "party2": ("party_group", None),
    "auditor": ("auditor", None), "above": ("superior_body", None), "ann": ("official", None), "ann2": ("official", None), "bob": ("official", None),
}  # fmt: skip
ZONE = ZoneInfo("Asia/Shanghai")
OUTSIDE_THE_RECORD = frozenset({"ann", "ann2", "bob"})


@dataclass
class Bureau:
    """One bureau in a test; its clock stands still until the test moves it."""

    store: Store
    clock: FrozenClock
    key: str = "bureau"
    people: dict[str, PersonView] = field(default_factory=dict)
    minutes: int = 0

    @property
    def now(self) -> datetime:
        """What the test's clock shows."""
        return self.clock.now()

    def actor(self, handle: str) -> Actor:
        """One of the standing cast."""
        return actor_of(self.people[handle])

    def record(self, ref: str, step: str, by: str, **evidence: object) -> Fired:
        """Record a step."""
        done = self.try_record(ref, step, by, **evidence)
        assert isinstance(done, Fired), told(done)
        return done

    def try_record(self, ref: str, step: str, by: str, **evidence: object) -> Fired | Refused:
        """Record a step, or be refused."""
        with self.store.transaction() as session:
            return fire.record(session, ref, step, self.actor(by), self.now, evidence=evidence)

    def move(self, ref: str, move: str, by: str) -> Fired:
        """Make a move."""
        with self.store.transaction() as session:
            done = fire.fire(session, ref, move, self.actor(by), self.now)
        assert isinstance(done, Fired), told(done)
        return done

    def registered(
        self, *against: str, received_at: datetime | None = None, department: str = "tax", handler: str = "m1"
    ) -> str:
        """A complaint about these people, or about a department alone, registered late if it came in earlier, and accepted."""
        evidence: dict[str, Any] = {
            "channel": "email", "subject": "official" if against else "department", "department": department, "against": list(against),
            "matter": "he would not take the form", "reason": "no reason was given", "anonymous": False,
            "complainants": [{"name": "王小明", "phone": "13800000000"}], "reply_by": "email",
        }  # fmt: skip
        why = "the register was full" if received_at else ""
        with self.store.transaction() as session:
            done = intake.register(
                session,
                self.key,
                "bureau.complaint",
                self.actor("head"),
                self.now,
                evidence=evidence,
                received_at=received_at,
                reason=why,
            )
        assert isinstance(done, Registered), told(done)
        ref = done.ref
        self.record(ref, "assignment", "head", handler=handler)
        for handle in ("m2", "m3", "m4", "party1", "party2"):
            self.record(ref, "admission", "head", person=handle)
        self.record(ref, "scope", handler, outside=False, items=["rudeness"])
        if not against:
            self.record(ref, "supplement_request", handler, asks="who was it?", told_at=self.now.isoformat())
        self.move(ref, "accept", handler)
        return ref

    def inquired(self, ref: str, *against: str, by: str = "m1") -> None:
        """Investigate and analyse, from `accepted` or `investigating`."""
        if self.state(ref) == "accepted":
            self.move(ref, "investigate", by)
        self.record(ref, "redaction", "keeper", nothing_names=True)
        for handle in against or (None,):
            self.record(ref, "statement", by, respondent=handle, taken=True, words="it was not so")
        self.record(ref, "log", by, done_at=self.now.isoformat(), words="the counter was seen")
        self.move(ref, "analyse", by)
        self.record(ref, "memo", by, words="all was weighed")
        self.move(ref, "verify", by)

    def uphold(self, ref: str, respondent: str | None, same_as: str | None = None, by: str = "m1") -> Fired:
        """Find that it is upheld."""
        return self.record(
            ref, "upheld", by, respondent=respondent, facts_clear=True, evidence_conclusive=True, conduct_verified=True, item="rudeness",
            rule="article 5", evidence_for="two saw it", evidence_against="none", same_incident_as=same_as,
        )  # fmt: skip

    def acquit(self, ref: str, respondent: str | None, by: str = "m1") -> Fired:
        """Find that it is not upheld."""
        return self.record(
            ref, "not_upheld", by, respondent=respondent, outcome="not_upheld", rule="article 12", evidence_for="one saw it", evidence_against="two did not",
        )  # fmt: skip

    def upheld(
        self,
        *against: str,
        received_at: datetime | None = None,
        same_as: str | None = None,
        department: str = "tax",
    ) -> str:
        """A complaint upheld against all of these people, or against a department, and ready for proposals."""
        ref = self.registered(*against, received_at=received_at, department=department)
        self.inquired(ref, *against)
        for handle in against or (None,):
            self.uphold(ref, handle, same_as)
        self.record(ref, "countersigned", "m2")
        self.move(ref, "propose", "m1")
        return ref

    def propose(
        self, ref: str, respondent: str | None, measure: str, because: str = "", by: str = "m1"
    ) -> Fired | Refused:
        """Propose a measure."""
        return self.try_record(
            ref, "proposal", by, respondent=respondent, measure=measure, deviates_because=because, improvement="greet people",
        )  # fmt: skip

    def submitted(self, *against: str, **how: Any) -> str:
        """A complaint before the party group, with the measures that the ladder gives now."""
        ref = self.upheld(*against, **how)
        for handle in against or (None,):
            for measure in (
                "talk", "public_criticism", "failed_assessment", "suspension", "rectification",
            ):  # fmt: skip
                if (measure == "rectification") is (handle is None) and isinstance(
                    self.propose(ref, handle, measure), Fired
                ):
                    break
        self.move(ref, "submit", "m1")
        return ref

    def decide(
        self,
        ref: str,
        respondent: str | None,
        measure: str,
        because: str = "",
        *,
        by: str = "party1",
        number: str = "",
    ) -> Fired | Refused:
        """The party group decides."""
        self.minutes += 1
        return self.try_record(
            ref, "minute", by, number=number or f"2026-{self.minutes}", on=self.now.astimezone(ZONE).date().isoformat(), respondent=respondent, measure=measure,
            deviates_because=because,
        )  # fmt: skip

    def decided(self, *against: str, **how: Any) -> str:
        """A complaint approved as the ladder gives it."""
        ref = self.submitted(*against, **how)
        for handle in against or (None,):
            for measure in self.proposed(ref, handle):
                done = self.decide(ref, handle, measure)
                assert isinstance(done, Fired), told(done)
        self.move(ref, "approve", "party1")
        return ref

    def reviewed(self, ref: str, *against: str) -> None:
        """Carry out what was approved, reply, and let the complainant object; uninvolved members begin the review."""
        self.record(ref, "carried", "head", owner="m2", due="2026-05-01", reason="it takes time")
        self.move(ref, "carry_out", "m1")
        self.record(ref, "reply", "m1", words="it was upheld", no_private_data=True)
        self.record(ref, "delivered", "m1", channel="email", delivered_at=self.now.isoformat())
        self.move(ref, "answer", "m1")
        self.record(ref, "objection", "m2", words="it was somebody else")
        self.record(ref, "assignment", "head", handler="m3")
        self.move(ref, "review", "head")
        self.inquired(ref, *against, by="m3")

    def overturned(self, *against: str, **how: Any) -> str:
        """A complaint approved, and found on review not to have been upheld against any of them."""
        ref = self.decided(*against, **how)
        self.overturn(ref, *against)
        return ref

    def overturn(self, ref: str, *against: str) -> None:
        """Review an approved complaint and find that it was not so."""
        self.reviewed(ref, *against)
        for handle in against:
            self.acquit(ref, handle, by="m3")
        self.record(ref, "countersigned", "m4")
        self.move(ref, "conclude", "m3")

    def proposed(self, ref: str, respondent: str | None) -> Sequence[str]:
        """The measure proposed for somebody."""
        events, cases = models.table(models.Event), models.table(models.Case)
        wanted = select(events.c["clear"]).join_from(events, cases, cases.c.id == events.c.case_id)
        with self.store.reading() as session:
            rows = session.connection().execute(
                wanted.where(cases.c.ref == ref, events.c.name == "proposal").order_by(events.c.seq)
            )
            said = [json.loads(row[0]) for row in rows]
        return [one["measure"] for one in said if one["respondent"] == respondent][-1:]

    def findings(self, ref: str) -> list[Any]:
        """The stored findings of a case, in order."""
        cases = models.table(models.Case)
        wanted = select(FINDINGS).join_from(FINDINGS, cases, cases.c.id == FINDINGS.c.case_id)
        with self.store.reading() as session:
            rows = session.connection().execute(
                wanted.where(cases.c.ref == ref).order_by(FINDINGS.c.event_seq)
            )
            return [row._mapping for row in rows]

    def number(self, ref: str) -> list[int | None]:
        """The numbers that a case's findings were given."""
        return [row["count"] for row in self.findings(ref)]

    def state(self, ref: str) -> str:
        """Where a case stands."""
        cases = models.table(models.Case)
        with self.store.reading() as session:
            return str(
                session.connection().execute(select(cases.c.state).where(cases.c.ref == ref)).scalar_one()
            )

    def alias(self, account: str, first: str) -> None:
        """Find out that an account is somebody's second one."""
        with self.store.transaction() as session:
            connection = session.connection()
            ids = {
                h: connection.execute(select(PERSONS.c.id).where(PERSONS.c.handle == h)).scalar_one()
                for h in (account, first)
            }
            connection.execute(
                update(PERSONS).where(PERSONS.c.id == ids[account]).values(same_as_id=ids[first])
            )
            touch_offices(connection, "person", self.now)

    def set(self, name: str, value: str) -> None:
        """Set something from today on."""
        with self.store.transaction() as session:
            office = self.people["head"].office_id
            row = {
                "office_id": office, "name": name, "value": json.dumps(value), "valid_from": self.now.date(), "reason": "decided",
                "approved_by": self.people["party1"].id, "recorded_at": self.now,
            }  # fmt: skip
            session.connection().execute(insert(SETTINGS), row)
            touch_offices(session.connection(), "setting", self.now)


def a_bureau(store: Store, clock: FrozenClock | None = None, *, key: str = "bureau") -> Bureau:
    """Open a bureau whose edition is approved and whose people have signed the undertaking."""
    bureau = Bureau(store, clock if clock is not None else FrozenClock(MONDAY), key)
    now = bureau.now
    with store.transaction() as session:
        connection = session.connection()
        office = open_office(session, key, now, name="財政局", kind="bureau", zone="Asia/Shanghai")
        for unit in ("discipline", "supervision", "office", "tax"):
            connection.execute(insert(UNITS), {"office_id": office, "key": unit, "name": unit})
        touch_offices(connection, "unit", now)
        for handle, (role, within) in PEOPLE.items():
            person = add_person(session, key, handle, now, name=f"名{handle}", roles=(role,), unit=within)
            if handle not in OUTSIDE_THE_RECORD:
                keep(connection, person, now.date(), "0" * 64, now, None)
    with store.reading() as session:
        bureau.people = {handle: person_by_handle(session, key, handle, now) for handle in PEOPLE}
    with store.transaction() as session:
        for name in ("bureau.complaint",):
            approvals.approve_edition(
                session,
                key,
                name,
                "2026-01-01",
                bureau.actor("party1"),
                now,
                minute="2026-900",
                on=date(2026, 1, 1),
            )
    return bureau
