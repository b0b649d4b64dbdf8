"""Each query that the door and the watch repeat is answered by an index, not by reading the table.

PostgreSQL would rather read a small table whole, so that is forbidden to it here: what is asked is whether an index can
serve the query at all. The conditions of partial indexes are where that goes wrong.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import ClauseElement, Engine, Executable, Select, or_, select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import SQLModel

from models import (
    ARMED,
    BY,
    COMING,
    OPEN,
    STAFF,
    UNANSWERED,
    UNDONE,
    Absence,
    Alarm,
    Anchor,
    BlindIndex,
    Case,
    Command,
    DayOverride,
    Deadline,
    Delegation,
    EditionApproval,
    Event,
    Finding,
    HouseRule,
    Instrument,
    Interpretation,
    ListedGuest,
    OfficeEvent,
    OfficeSetting,
    Outbox,
    Party,
    PersonRole,
    PersonToken,
    Receipt,
    Refusal,
    RosterSlot,
    TakenNumber,
    Undertaking,
    Visit,
    table,
)
from models.engine import for_writing
from tests.models.rows import HOUR, NOON, a_case, a_deadline, an_office

Query = Callable[[], Select[tuple[int]]]


def due() -> Select[tuple[int]]:
    rows = table(Deadline).c
    free = or_(rows.lease_until.is_(None), rows.lease_until < NOON)
    return select(rows.id).where(ARMED, rows.due_at <= NOON, free).order_by(rows.due_at).limit(100)


def to_send() -> Select[tuple[int]]:
    rows = table(Outbox).c
    return select(rows.id).where(UNDONE, rows.not_before <= NOON).order_by(rows.not_before).limit(100)


def to_escalate() -> Select[tuple[int]]:
    rows = table(Alarm).c
    return select(rows.id).where(UNANSWERED, rows.escalate_at <= NOON).order_by(rows.escalate_at)


def coming_visits() -> Select[tuple[int]]:
    rows = table(Visit).c
    return select(rows.id).where(COMING, rows.planned_at < NOON).order_by(rows.planned_at)


def caseload() -> Select[tuple[int]]:
    rows = table(Case).c
    return select(rows.id).where(OPEN, rows.handler_id == 7)


def cases_against() -> Select[tuple[int]]:
    rows = table(Party).c
    return select(rows.case_id).where(STAFF, rows.person_id == 7)


def case_of_receipt() -> Select[tuple[int]]:
    rows = table(Receipt).c
    return select(rows.case_id).where(rows.digest == b"digest")


def guest_on_a_list() -> Select[tuple[int]]:
    """One of several people, each by name and telephone."""
    rows = table(ListedGuest).c
    mine = rows.office_id == 1, rows.list == "vip", rows.kind.in_(BY), rows.digest.in_([b"one", b"two"])
    counts = or_(rows.valid_until.is_(None), rows.valid_until >= NOON.date())
    return select(rows.id).where(*mine, counts).limit(1)


def by(model: type[SQLModel], **values: object) -> Query:
    rows = table(model).c
    return lambda: select(rows.id).where(*(rows[name] == value for name, value in values.items()))


QUERIES: dict[str, tuple[Query, str]] = {
    "deadlines due": (due, "ix_deadline_due_at_armed"),
    "rows to send": (to_send, "ix_outbox_not_before_undone"),
    "alarms to pass on": (to_escalate, "ix_alarm_escalate_at_unanswered"),
    "visits to come": (coming_visits, "ix_visit_planned_at_coming"),
    "open cases of a handler": (caseload, "ix_cases_handler_id_open"),
    "cases against a person": (cases_against, "ix_party_person_id_staff"),
    "case by reference": (by(Case, ref="c-1"), "uq_cases_ref"),
    "sub-cases": (by(Case, parent_id=1), "ix_cases_parent_id"),
    "board": (by(Case, office_id=1, procedure="p", state="s"), "ix_cases_office_id_procedure_state"),
    "events of a case": (by(Event, case_id=1), "uq_event_case_id_seq"),
    "deadlines of a case": (by(Deadline, case_id=1), "uq_deadline_case_id"),
    "parties of a case": (by(Party, case_id=1), "uq_party_case_id"),
    "alarms of a case": (by(Alarm, case_id=1), "ix_alarm_case_id"),
    "visits of a case": (by(Visit, case_id=1), "uq_visit_case_id"),
    "person by token": (by(PersonToken, token_sha256="0" * 64), "uq_person_token_token_sha256"),
    "roles of a person": (by(PersonRole, person_id=1), "ix_person_role_person_id"),
    "holders of a role": (by(PersonRole, role="manager"), "ix_person_role_role"),
    "absences of a person": (by(Absence, person_id=1), "ix_absence_person_id"),
    "roster": (by(RosterSlot, office_id=1, roster="hotline"), "ix_roster_slot_office_id_roster"),
    "setting": (by(OfficeSetting, office_id=1, name="x"), "ix_office_setting_office_id_name_valid_from"),
    "day": (by(DayOverride, office_id=1, day=NOON.date()), "uq_day_override_office_id_day"),
    "duplicate": (by(BlindIndex, kind="phone", digest=b"x"), "ix_blind_index_kind_digest"),
    "refusal by number": (by(Refusal, no=1), "uq_refusal_no"),
    "undertakings of a person": (by(Undertaking, person_id=1), "ix_undertaking_person_id"),
    "case by receipt": (case_of_receipt, "uq_receipt_digest"),
    "findings against a person": (by(Finding, person_id=1), "ix_finding_person_id"),
    "findings of a case": (by(Finding, case_id=1), "ix_finding_case_id"),
    "instrument by number": (by(Instrument, number="i-1"), "uq_instrument_number"),
    "instruments served on a person": (by(Instrument, person_id=1), "ix_instrument_person_id"),
    "instruments of a case": (by(Instrument, case_id=1), "uq_instrument_case_id_event_seq"),
    "number taken": (
        by(TakenNumber, office_id=1, kind="minute", value="12"),
        "uq_taken_number_office_id_kind_value",
    ),
    "numbers of a case": (by(TakenNumber, case_id=1), "ix_taken_number_case_id"),
    "interpretations": (by(Interpretation, office_id=1), "uq_interpretation_office_id_no"),
    "approval of an edition": (
        by(EditionApproval, office_id=1, procedure="p", edition="e"),
        "uq_edition_approval_office_id_procedure_edition",
    ),
    "rules of a house": (by(HouseRule, office_id=1, key="r"), "uq_house_rule_office_id_key_valid_from"),
    "guest on a list": (guest_on_a_list, "uq_listed_guest_office_id_list_kind_digest"),
    "delegations of a role": (by(Delegation, office_id=1, role="r"), "ix_delegation_office_id_role"),
    "delegations to a person": (by(Delegation, person_id=1), "ix_delegation_person_id"),
    "what ended a delegation": (by(Delegation, ends_id=1), "uq_delegation_ends_id"),
    "chain of an office": (by(OfficeEvent, office_id=1), "uq_office_event_office_id_seq"),
    "anchor by number": (by(Anchor, no=1), "uq_anchor_no"),
    "command": (by(Command, actor_key="p1", command_id="1"), "uq_command_actor_key_command_id"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_the_query_uses_its_index(engine: Engine, name: str) -> None:
    query, index = QUERIES[name]
    plan = plan_of(engine, query())
    if engine.dialect.name == "sqlite" and index.startswith("uq_"):
        # SQLite gives the indexes of UNIQUE constraints numbers for names.
        assert "SEARCH" in plan
        assert "sqlite_autoindex_" in plan
    else:
        assert index in plan


def test_a_case_is_found_by_its_number_among_many_in_the_same_state(engine: Engine) -> None:
    """Among none, PostgreSQL takes the index of the board, which begins with the office as well."""
    with for_writing(engine).begin() as connection:
        office = an_office(connection)
        for number in range(1, 301):
            a_case(connection, office_id=office, register_no=number)
        connection.execute(text("ANALYZE"))
    query = by(Case, office_id=office, register_kind="C", register_year=2026, register_no=7)()
    plan = plan_of(engine, query)
    assert "uq_cases_office_id" in plan or "sqlite_autoindex_cases" in plan
    assert "register_no" in plan.partition("Filter")[0]


def test_the_due_scan_reads_in_the_order_of_its_index(engine: Engine) -> None:
    """Sorting would mean reading all that is armed before the first one can be fired."""
    plan = plan_of(engine, due())
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_the_due_scan_keeps_its_index_when_its_plan_is_kept(engine: Engine, postgres_url: str) -> None:
    """The driver prepares what it has run five times, and PostgreSQL then plans it without looking at the values."""
    with for_writing(engine).connect() as connection:
        connection.execute(text("SET plan_cache_mode = force_generic_plan"))
        connection.execute(text("SET enable_seqscan = off"))
        connection.execute(
            text(
                "PREPARE due (timestamptz) AS SELECT id FROM deadline"
                " WHERE status = 'armed' AND due_at <= $1 ORDER BY due_at LIMIT 100"
            )
        )
        plan = "\n".join(connection.execute(text("EXPLAIN EXECUTE due (now())")).scalars())
    assert "ix_deadline_due_at_armed" in plan


def test_the_due_scan_gives_what_is_armed_and_due_in_order(engine: Engine) -> None:
    with for_writing(engine).begin() as connection:
        case = a_case(connection)
        later = a_deadline(connection, case, rung=1, due_at=NOON)
        sooner = a_deadline(connection, case, rung=2, due_at=NOON - HOUR)
        a_deadline(connection, case, rung=3, due_at=NOON - HOUR, status="cancelled")
        a_deadline(connection, case, rung=4, due_at=NOON + HOUR)
        a_deadline(connection, case, rung=5, due_at=NOON - HOUR, claimed_by="other", lease_until=NOON + HOUR)
        assert list(connection.execute(due()).scalars()) == [sooner, later]


class Explained(Executable, ClauseElement):
    """The question how a query would be answered, with its parameters bound as the query itself binds them."""

    inherit_cache = False

    def __init__(self, query: Select[tuple[int]]) -> None:
        self.query = query


@compiles(Explained, "sqlite")
def _explain_on_sqlite(element: Explained, compiler: SQLCompiler, **options: object) -> str:
    return f"EXPLAIN QUERY PLAN {compiler.process(element.query, **options)}"


@compiles(Explained, "postgresql")
def _explain_on_postgresql(element: Explained, compiler: SQLCompiler, **options: object) -> str:
    return f"EXPLAIN {compiler.process(element.query, **options)}"


def plan_of(engine: Engine, query: Select[tuple[int]]) -> str:
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        return "\n".join(str(row[-1]) for row in connection.execute(Explained(query)))
