"""客戶意見: an entry of the opinion register that is no complaint, edition of 2026-01-01. Read it beside P1b.

Any member of staff records it at any hour; the manager reads it; a complaint that comes of it is a case of its own with a link back.
"""

from datetime import date
from enum import StrEnum, auto
from typing import Annotated

from pydantic import Field

from states.acts import Move, Only, State, Step
from states.deadlines import Deadline, Rung, days
from states.forms import Complainant, Form, Parties, SealedText, SealedWords
from states.law.channels import Channel
from states.law.roles import archive_flow, manager, staff, superior
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
    TwoPersons,
)


class S(State):
    """Where an opinion stands."""

    recorded = auto(), "已登記"
    read = auto(), "已閱"
    archived = auto(), "已歸檔"
    voided = auto(), "已作廢"
    imported = auto(), "舊登記本"


class Kind(StrEnum):
    """What was said."""

    opinion = auto()
    suggestion = auto()
    praise = auto()


class Entry(Form):
    """The entry as it was written down."""

    kind: Kind = Field(description="opinion, suggestion or praise")
    channel: Channel = Field(description="how it came in")
    matter: SealedWords = Field(description="what was said")
    place: SealedText = Field(default="", description="where")
    complainants: Annotated[tuple[Complainant, ...], Parties("complainant")] = Field(default=(), max_length=50, description="who said it")


class Reading(Form):
    """What the manager makes of it."""

    remark: SealedWords = Field(description="what follows from it")


class Reason(Form):
    """A reason in words."""

    reason: SealedWords = Field(description="reason")


class Bag(Form):
    """The archive flow's proof that the bag was built and verified."""

    manifest_sha256: str = Field(pattern="^[0-9a-f]{64}$", description="digest of the bag's manifest")
    verified: bool = Field(description="the bag was read back and verified")


heads = (manager, superior)
entry = Step(Entry, "登記意見", "register the opinion", "P1b", by=(staff, manager), during=(S.recorded,), lasts="case")
reading = Step(Reading, "主任閱", "the manager reads it and says what follows", "P1b", by=manager, during=(S.recorded,), lasts="case")
void_reason = Step(Reason, "作廢原因", "say why the entry is void", "P1a", by=heads, during=(S.recorded,), lasts="case")
bag = Step(Bag, "歸檔包", "the archive flow builds and verifies the bag", "X1", by=archive_flow, during=(S.read,), lasts="case", often=True, latest=True)
verified = bag.flag("verified")

note = Move((S.recorded,), S.read, "閱", "P1b", by=manager, needs=(entry, reading))
archive = Move((S.read,), S.archived, "歸檔", "X1", by=archive_flow, needs=(bag,), only=(Only(verified, "X1", "the bag has not been verified"),))
void = Move((S.recorded,), S.voided, "作廢", "P1a", by=heads, needs=(void_reason,))

reading_due = Deadline((S.recorded,), "received", (Rung(days(5), (manager,), between=(days(1), days(10))), Rung(days(10), (superior,), between=(days(6), days(20)))), "主任閱", "P1b", clock="working days")
archive_due = Deadline((S.read,), "entered", (Rung(days(1), (manager,), between=(days(1), days(7))),), "歸檔", "X1")
void_apart = Apart((entry,), (void_reason,), "P1a", "whoever registered an entry does not void it")

PROCEDURE = declare(
    globals(), "property.opinion", date(2026, 1, 1), says="客戶意見", register=("opinion", "O"), states=S, initial=S.recorded,
    finals=(S.archived, S.voided, S.imported), intake=entry, manager=manager, history=S.imported, aside=(S.voided,), staff={staff: 1, manager: 1},
    promises=(
        NeverWithout("P1b", entry, S.read),
        NeverWithout("P1b", reading, S.archived),
        OnlyBy("P1b", S.read, (manager,)),
        OnlyBy("P1b", reading, (manager,)),
        NeverWithout("X1", bag, S.archived),
        Never("X1", S.archived, ~verified),
        OnlyBy("X1", S.archived, (archive_flow,)),
        OnlyBy("X1", bag, (archive_flow,)),
        NeverWithout("P1a", void_reason, S.voided),
        OnlyBy("P1a", S.voided, heads),
        OnlyBy("P1a", void_reason, heads),
        TwoPersons("P1a", (entry,), (void_reason,)),
        AlwaysCanEnd("X1", but=(S.voided,)), EveryWaitHasDeadline("X3"), NoTimeLoop("X3"), LaddersEndFilled("X3"),
    ),
)  # fmt: skip
