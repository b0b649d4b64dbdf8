"""緊急與維修: repair of water and electricity, fire, and other emergencies, edition of 2026-01-01. Read it beside P6a, P6c and P6d.

接報 → 到場 → 處理完畢 → 立卷 → 歸檔. All arrival clocks count from the first report, at every hour, without pause. Arriving in the last
second is in time. Intake may raise a call; only the foreman or the manager lowers it, with a reason.
"""

from datetime import date
from enum import StrEnum, auto
from typing import Annotated

from pydantic import Field

from states.acts import Move, Notice, Only, State, Step, When
from states.conditions import Done
from states.deadlines import Deadline, Rung, days, hours, minutes
from states.forms import Complainant, Form, Holds, Moment, Parties, Person, PersonRef, SealedText, SealedWords
from states.law.channels import Channel
from states.law.roles import (
    archive_flow,
    emergency_list,
    fire_list,
    foreman,
    manager,
    repairer,
    staff,
    superior,
)
from states.people import Apart
from states.procedure import declare
from states.promises import (
    AlwaysCanEnd,
    EveryWaitHasDeadline,
    LaddersEndFilled,
    Never,
    NeverWithout,
    NoTimeLoop,
    OnlyBy,
    Owed,
    TwoPersons,
)


class S(State):
    """Where a call-out stands."""

    reported = auto(), "接報"
    on_scene = auto(), "到場處理"
    done = auto(), "處理完畢"
    filed = auto(), "已立卷"
    archived = auto(), "已歸檔"
    stood_down = auto(), "已取消"
    voided = auto(), "已作廢"
    imported = auto(), "舊登記本"


OPEN = (S.reported, S.on_scene, S.done)


class Kind(StrEnum):
    """What the call is about; each has its own limit."""

    repair = auto()
    emergency = auto()
    fire = auto()


class Raised(StrEnum):
    """What a call can be raised to."""

    emergency = auto()
    fire = auto()


class Verdict(StrEnum):
    """What the caller says of the work."""

    satisfied = auto()
    dissatisfied = auto()
    declined = auto()
    absent = auto()


class Report(Form):
    """The call as it was received."""

    kind: Kind = Field(description="repair, emergency or fire")
    channel: Channel = Field(description="how it came in")
    matter: SealedWords = Field(description="what is the matter")
    place: SealedText = Field(description="where")
    complainants: Annotated[tuple[Complainant, ...], Parties("complainant")] = Field(default=(), max_length=50, description="who calls")


class Raising(Form):
    """The call is more urgent than it was taken for."""

    to: Raised = Field(description="emergency or fire")
    reason: SealedWords = Field(description="reason")


class Reason(Form):
    """A reason in words."""

    reason: SealedWords = Field(description="reason")


class Arrival(Form):
    """Somebody arrived at the scene to repair."""

    who: Person = Field(description="who arrived")


class FireCrew(Form):
    """Somebody on the fire list arrived at the scene; each one's arrival is recorded."""

    who: Annotated[str, PersonRef, Holds(("fire_list",)), Field(min_length=1, max_length=64)] = Field(description="who of the fire list arrived")


class EmergencyCrew(Form):
    """Somebody on the emergency list arrived at the scene; each one's arrival is recorded."""

    who: Annotated[str, PersonRef, Holds(("emergency_list",)), Field(min_length=1, max_length=64)] = Field(description="who of the emergency list arrived")


class Completion(Form):
    """The work is finished."""

    started_at: Moment = Field(description="when work began")
    finished_at: Moment = Field(description="when work was finished")
    done: SealedWords = Field(description="what was done")
    verdict: Verdict = Field(description="what the caller says of it")


class Dossier(Form):
    """The papers are complete."""

    complete: bool = Field(description="the papers are complete")
    remark: SealedText = Field(default="", description="remark")


class StandDown(Form):
    """The caller no longer needs anybody."""

    words: SealedWords = Field(description="the caller's words")


class Bag(Form):
    """The archive flow's proof that the bag was built and verified."""

    manifest_sha256: str = Field(pattern="^[0-9a-f]{64}$", description="digest of the bag's manifest")
    verified: bool = Field(description="the bag was read back and verified")


responders = (repairer, foreman, fire_list, emergency_list, staff, manager)
heads = (manager, superior)

report = Step(Report, "接報登記", "register the call", "P2a", by=(staff, foreman, manager), during=(S.reported,), lasts="case")
raising = Step(Raising, "升級為緊急", "raise the call to an emergency or a fire", "P6d", by=(staff, repairer, foreman, manager), during=(S.reported, S.on_scene), often=True, lasts="case")
lowering = Step(Reason, "降級", "lower the call to a repair, with the reason", "P6d", by=(foreman, manager), during=(S.reported,), often=True, latest=True, lasts="case", renews=(raising,))
lowered = Done(lowering)
fire = (report.flag("kind", Kind.fire) & ~lowered) | raising.flag("to", Raised.fire)
emergency = ((report.flag("kind", Kind.emergency) & ~lowered) | raising.flag("to", Raised.emergency)) & ~fire
repair = ~fire & ~emergency
arrival = Step(Arrival, "到達現場", "record who arrived at the scene, and when", "P6a", by=responders, during=(S.reported, S.on_scene, S.done), often=True, lasts="case")
fire_crew = Step(FireCrew, "消防有關人員到場", "record who of the fire list arrived at the scene, and when", "P6c", by=responders, during=(S.reported, S.on_scene, S.done), often=True, lasts="case")
emergency_crew = Step(EmergencyCrew, "緊急事件有關人員到場", "record who of the emergency list arrived at the scene, and when", "P6d", by=responders, during=(S.reported, S.on_scene, S.done), often=True, lasts="case")
somebody = arrival | fire_crew | emergency_crew
completion = Step(Completion, "處理完畢", "record when work began and ended, and what was done", "P6a", by=(repairer, foreman, staff, manager), during=(S.on_scene,), after=(somebody,), lasts="case")
dossier = Step(Dossier, "整理案卷", "declare the papers complete", "X1", by=(staff, foreman, manager), during=(S.done,), lasts="case", often=True, latest=True)
complete = dossier.flag("complete")
standing_down = Step(StandDown, "來電取消", "record that the caller needs nobody any more", "P6", by=(staff, foreman, manager), during=(S.reported,), lasts="case")
void_reason = Step(Reason, "作廢原因", "say why the entry is void", "P1a", by=heads, during=(S.reported,), lasts="case")
bag = Step(Bag, "歸檔包", "the archive flow builds and verifies the bag", "X1", by=archive_flow, during=(S.filed,), lasts="case", often=True, latest=True)
verified = bag.flag("verified")

arrive = Move((S.reported,), S.on_scene, "到場", "P6", by=responders, needs=(report, When(repair, somebody), When(fire, fire_crew), When(emergency, emergency_crew)))
finish = Move((S.on_scene,), S.done, "處理完畢", "P6a", by=(repairer, foreman, staff, manager), needs=(completion, When(fire, fire_crew), When(emergency, emergency_crew)))
file = Move((S.done,), S.filed, "立卷", "X1", by=(staff, foreman, manager), needs=(dossier,), only=(Only(complete, "X1", "the papers are not complete"),))
archive = Move((S.filed,), S.archived, "歸檔", "X1", by=archive_flow, needs=(bag,), only=(Only(verified, "X1", "the bag has not been verified"),))
stand_down = Move((S.reported,), S.stood_down, "取消", "P6", by=(foreman, manager), needs=(standing_down,), only=(Only(~fire, "P6c", "a fire call is never cancelled from afar: somebody must arrive"),))
void = Move((S.reported,), S.voided, "作廢", "P1a", by=heads, needs=(void_reason,), only=(Only(~fire, "P6c", "a fire call is never made void unvisited: somebody must arrive"),))

repair_arrival = Deadline(
    (S.reported,), "received",
    (Rung(minutes(5), (foreman,), breach=False, source="text"), Rung(minutes(15), (foreman, manager), source="text"), Rung(minutes(30), (manager,), between=(minutes(16), hours(2)))),
    "水電維修5~15分鐘之內趕到現場", "P6a", until=somebody, when=repair,
)  # fmt: skip
fire_arrival = Deadline(
    (S.reported, S.on_scene), "received",
    (Rung(minutes(0), (fire_list,), breach=False, source="text"), Rung(minutes(2), (fire_list,), breach=False, between=(minutes(1), minutes(2))), Rung(minutes(3), (manager, superior), source="text"), Rung(minutes(6), (superior,), between=(minutes(4), minutes(10)))),
    "消防事故3分鐘之內趕到現場", "P6c", until=fire_crew, when=fire,
)  # fmt: skip
emergency_arrival = Deadline(
    (S.reported, S.on_scene), "received",
    (Rung(minutes(0), (emergency_list,), breach=False, source="text"), Rung(minutes(2), (emergency_list,), breach=False, between=(minutes(1), minutes(2))), Rung(minutes(3), (manager, superior), source="text"), Rung(minutes(6), (superior,), between=(minutes(4), minutes(10)))),
    "緊急事件最遲不超過3分鐘趕到現場", "P6d", until=emergency_crew, when=emergency,
)  # fmt: skip
fire_alert = Deadline((S.reported, S.on_scene), raising.flag("to", Raised.fire), (Rung(minutes(0), (fire_list,), breach=False, source="text"),), "通知消防有關人員", "P6c", until=fire_crew)
emergency_alert = Deadline((S.reported, S.on_scene), raising.flag("to", Raised.emergency), (Rung(minutes(0), (emergency_list,), breach=False, source="text"),), "通知緊急事件有關人員", "P6d", until=emergency_crew)
work_due = Deadline((S.on_scene,), "entered", (Rung(hours(8), (foreman,), breach=False, between=(hours(1), days(2))), Rung(days(1), (manager,), between=(hours(4), days(5)))), "處理完畢", "P6a")
filing_due = Deadline((S.done,), "entered", (Rung(days(7), (manager,), between=(days(1), days(15))),), "立卷", "X1")
archive_due = Deadline((S.filed,), "entered", (Rung(days(1), (manager,), between=(days(1), days(7))),), "歸檔", "X1")
whole = Deadline(OPEN, "received", (Rung(days(14), (manager,), between=(days(7), days(30))), Rung(days(21), (superior,), between=(days(15), days(60)))), "全部處理", "P6")

call_119 = Notice(fire, "Call 119 first. Everybody on the fire list has been alerted.", "P6c")
lowering_apart = Apart((lowering,), (standing_down, void_reason), "house", "whoever lowered a call does not end it unvisited")
void_apart = Apart((report,), (void_reason,), "P1a", "whoever registered an entry does not void it")

PROCEDURE = declare(
    globals(), "property.callout", date(2026, 1, 1), says="水電維修、消防、緊急事件", register=("callout", "R"), states=S, initial=S.reported,
    finals=(S.archived, S.stood_down, S.voided, S.imported), intake=report, manager=manager, history=S.imported, aside=(S.stood_down, S.voided),
    staff={staff: 2, repairer: 1, foreman: 1, manager: 1, fire_list: 1, emergency_list: 1},
    promises=(
        NeverWithout("P2a", report, S.on_scene),
        NeverWithout("P6a", somebody, S.on_scene),
        NeverWithout("P6c", fire_crew, S.on_scene, when=fire),
        NeverWithout("P6d", emergency_crew, S.on_scene, when=emergency),
        NeverWithout("P6c", fire_crew, S.done, when=fire),
        NeverWithout("P6d", emergency_crew, S.done, when=emergency),
        NeverWithout("P6a", somebody, S.archived),
        NeverWithout("P6a", somebody, completion),
        NeverWithout("P6a", completion, S.done),
        NeverWithout("X1", dossier, S.filed),
        Never("X1", S.filed, ~complete),
        NeverWithout("X1", bag, S.archived),
        Never("X1", S.archived, ~verified),
        OnlyBy("X1", S.archived, (archive_flow,)),
        OnlyBy("X1", bag, (archive_flow,)),
        OnlyBy("P6d", lowering, (foreman, manager)),
        Never("P6c", S.stood_down, fire),
        Never("P6c", S.voided, fire),
        TwoPersons("house", (lowering,), (standing_down, void_reason)),
        NeverWithout("P6", standing_down, S.stood_down),
        OnlyBy("P6", S.stood_down, (foreman, manager)),
        NeverWithout("P1a", void_reason, S.voided),
        OnlyBy("P1a", S.voided, heads),
        OnlyBy("P1a", void_reason, heads),
        TwoPersons("P1a", (report,), (void_reason,)),
        OnlyBy("P6a", S.done, (repairer, foreman, staff, manager)),
        OnlyBy("X1", S.filed, (staff, foreman, manager)),
        Owed("P6a", somebody, foreman, minutes(5), when=repair),
        Owed("P6a", somebody, manager, minutes(15), when=repair),
        Owed("P6c", fire_crew, fire_list, minutes(0), when=fire),
        Owed("P6c", fire_crew, manager, minutes(3), when=fire),
        Owed("P6c", fire_crew, superior, minutes(3), when=fire),
        Owed("P6d", emergency_crew, emergency_list, minutes(0), when=emergency),
        Owed("P6d", emergency_crew, manager, minutes(3), when=emergency),
        AlwaysCanEnd("X1", but=(S.stood_down, S.voided)), EveryWaitHasDeadline("X3"), NoTimeLoop("X3"), LaddersEndFilled("X3"),
    ),
)  # fmt: skip
