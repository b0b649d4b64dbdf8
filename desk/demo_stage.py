"""The stage on which the cases of the demonstration are played: every act goes through the door, at its own moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import Session

from casework import fire, intake
from casework.errors import Broken
from casework.outcome import Fired, Refused
from casework.people import PersonView, actor_of

HOTLINE = {"channel": "hotline"}
Done = TypeVar("Done")


@dataclass
class Stage:
    """Where the cases are played. `ago` of an act is how long before now it was done, in minutes."""

    session: Session
    office: str
    people: Mapping[str, PersonView]
    now: datetime

    def register(self, by: str, ago: float, procedure: str, **evidence: object) -> str:
        """Register a case and return its reference."""
        return self.registered(by, ago, procedure, **evidence).ref

    def registered(self, by: str, ago: float, procedure: str, **evidence: object) -> intake.Registered:
        """Register a case and return what whoever registers it is told."""
        done = intake.register(
            self.session, self.office, procedure, actor_of(self.people[by]), self.at(ago), evidence=evidence
        )
        return _done(done, procedure)

    def record(self, by: str, ago: float, ref: str, step: str, **evidence: object) -> Fired:
        """Record a step."""
        done = fire.record(
            self.session, ref, step, actor_of(self.people[by]), self.at(ago), evidence=evidence
        )
        return _done(done, step)

    def move(self, by: str, ago: float, ref: str, name: str) -> Fired:
        """Make a move."""
        return _done(fire.fire(self.session, ref, name, actor_of(self.people[by]), self.at(ago)), name)

    def at(self, ago: float) -> datetime:
        """The moment that was so many minutes ago."""
        return self.now - timedelta(minutes=ago)

    def complaint(self, ago: float, service: str, matter: str, name: str, phone: str, **more: object) -> str:
        """A service complaint, just received."""
        who = [{"name": name, "phone": phone}]
        return self.register(
            "desk1",
            ago,
            "property.complaint",
            **HOTLINE,
            service=service,
            matter=matter,
            complainants=who,
            **more,
        )

    def handled(self, ago: float, service: str, matter: str, name: str, phone: str) -> str:
        """One that is being handled."""
        ref = self.complaint(ago, service, matter, name, phone)
        self.record(
            "desk1",
            ago - 4,
            ref,
            "opinion",
            words="今日內派人查看，並於三日內答復",
            told_to_all=True,
            **HOTLINE,
        )
        self.record("desk1", ago - 4, ref, "assignment", handler="desk1")
        self.move("desk1", ago - 4, ref, "begin")
        return ref

    def remedied(self, ago: float, service: str, matter: str, name: str, phone: str) -> tuple[str, str]:
        """One that waits for its callback; with the callback's reference."""
        ref = self.handled(ago, service, matter, name, phone)
        self.record(
            "desk1",
            ago - 60,
            ref,
            "remedy",
            done="已到場處理，並向鄰戶說明",
            finished_at=self.at(ago - 60).isoformat(),
        )
        return ref, self.move("desk1", ago - 60, ref, "finish").opened[0]

    def called_back(self, ago: float, callback: str, *, content: bool) -> None:
        """The callback of somebody else, answered."""
        self.record("desk2", ago, callback, "attempt", method="call", reached=True)
        self.record(
            "desk2",
            ago,
            callback,
            "answer",
            content=content,
            rating=5 if content else 2,
            words="很滿意" if content else "問題仍在",
        )
        self.move("desk2", ago, callback, "close_satisfied" if content else "close_dissatisfied")

    def filed(self, ago: float, ref: str) -> None:
        """The papers complete, the case filed."""
        self.record("desk1", ago, ref, "dossier", complete=True, told_to_all=True)
        self.move("desk1", ago, ref, "file")

    def call(self, ago: float, kind: str, matter: str, place: str) -> str:
        """A call for somebody to come."""
        who = [{"name": "趙女士", "phone": "13900000003"}]
        return self.register(
            "desk2",
            ago,
            "property.callout",
            **HOTLINE,
            kind=kind,
            matter=matter,
            place=place,
            complainants=who,
        )

    def repaired(self, ago: float, matter: str, place: str) -> str:
        """A repair that is done."""
        ref = self.call(ago, "repair", matter, place)
        self.record("tech1", ago - 4, ref, "arrival", who="tech1")
        self.move("tech1", ago - 4, ref, "arrive")
        began, ended = self.at(ago - 5).isoformat(), self.at(ago - 40).isoformat()
        self.record(
            "tech1",
            ago - 40,
            ref,
            "completion",
            started_at=began,
            finished_at=ended,
            done="更換止水閥",
            verdict="satisfied",
        )
        self.move("tech1", ago - 40, ref, "finish")
        return ref


def _done(result: Done | Refused, what: str) -> Done:
    """What is played is lawful; a refusal means that the demonstration no longer fits the procedures."""
    if isinstance(result, Refused):
        raise Broken("The demonstration's act {act} was refused.", act=what)
    return result
