"""The tables: what is recorded. No behaviour.

A schema is made by `models.schema.upgrade`, never by `create_all`: the triggers that protect the record, and the mark by
which the database is recognised, come with the migrations. Times are aware and UTC, and a naive one is refused; JSON is
text; text that a person wrote is sealed bytes.
"""

from models.archive import ArchiveRecord, Attachment, Reading
from models.base import table
from models.case import OPEN, STAFF, BlindIndex, Case, CaseKey, Link, Party
from models.deadline import ARMED, COMING, DEAD, UNANSWERED, Alarm, Deadline, Visit
from models.event import Event, Refusal
from models.mark import Heartbeat, StoreMark
from models.office import DayOverride, Office, OfficeKey, OfficeSetting, Unit
from models.outbox import UNDONE, Command, Outbox
from models.people import Absence, Person, PersonRole, PersonToken, RosterSlot
from models.register import EditionUsed, ImportRow, RegisterCounter

__all__ = [
    "ARMED",
    "COMING",
    "DEAD",
    "OPEN",
    "STAFF",
    "UNANSWERED",
    "UNDONE",
    "Absence",
    "Alarm",
    "ArchiveRecord",
    "Attachment",
    "BlindIndex",
    "Case",
    "CaseKey",
    "Command",
    "DayOverride",
    "Deadline",
    "EditionUsed",
    "Event",
    "Heartbeat",
    "ImportRow",
    "Link",
    "Office",
    "OfficeKey",
    "OfficeSetting",
    "Outbox",
    "Party",
    "Person",
    "PersonRole",
    "PersonToken",
    "Reading",
    "Refusal",
    "RegisterCounter",
    "RosterSlot",
    "StoreMark",
    "Unit",
    "Visit",
    "table",
]
