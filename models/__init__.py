"""The tables: what is recorded. No behaviour.

A schema is made by `models.schema.upgrade`, never by `create_all`: the triggers that protect the record, and the mark by
which the database is recognised, come with the migrations. Times are aware and UTC, and a naive one is refused; JSON is
text; text that a person wrote is sealed bytes.
"""

from models.archive import ArchiveRecord, Attachment, Reading
from models.base import table
from models.bureau import OUTCOMES, Finding, Instrument, Receipt, TakenNumber
from models.case import OPEN, STAFF, BlindIndex, Case, CaseKey, Link, Party
from models.deadline import ARMED, COMING, DEAD, UNANSWERED, Alarm, Deadline, Visit
from models.event import ACTORS, Event, Refusal
from models.hotel import BY, LISTS, Delegation, HouseRule, ListedGuest
from models.mark import Heartbeat, StoreMark
from models.office import DayOverride, Office, OfficeKey, OfficeSetting, Unit
from models.outbox import UNDONE, Command, Outbox
from models.people import Absence, Person, PersonRole, PersonToken, RosterSlot, Undertaking
from models.proof import OFFICE_ACTORS, Anchor, OfficeEvent
from models.register import EditionUsed, ImportRow, RegisterCounter
from models.rulings import EditionApproval, Interpretation

__all__ = [
    "ACTORS",
    "ARMED",
    "BY",
    "COMING",
    "DEAD",
    "LISTS",
    "OFFICE_ACTORS",
    "OPEN",
    "OUTCOMES",
    "STAFF",
    "UNANSWERED",
    "UNDONE",
    "Absence",
    "Alarm",
    "Anchor",
    "ArchiveRecord",
    "Attachment",
    "BlindIndex",
    "Case",
    "CaseKey",
    "Command",
    "DayOverride",
    "Deadline",
    "Delegation",
    "EditionApproval",
    "EditionUsed",
    "Event",
    "Finding",
    "Heartbeat",
    "HouseRule",
    "ImportRow",
    "Instrument",
    "Interpretation",
    "Link",
    "ListedGuest",
    "Office",
    "OfficeEvent",
    "OfficeKey",
    "OfficeSetting",
    "Outbox",
    "Party",
    "Person",
    "PersonRole",
    "PersonToken",
    "Reading",
    "Receipt",
    "Refusal",
    "RegisterCounter",
    "RosterSlot",
    "StoreMark",
    "TakenNumber",
    "Undertaking",
    "Unit",
    "Visit",
    "table",
]
