"""What the text says, typed by hand: who may do what in each state, and every clock. Never derived from the code it judges.

`aside`: the ends in which a duty falls away instead of being done. `holds`: whom a record may name.

A number of source `text` stands in the text (P6a, P6c, P6d); one of source `default` is the edition's own, typed a second time here
so that no slip passes unseen. `warn`: told before anything is late. `wd`: working days. A new state or step deserves its row here.
"""

from __future__ import annotations

from states.expected import Permitted, Tables
from tests.states.tables_bureau import COMPLAINT as BUREAU_COMPLAINT
from tests.states.tables_bureau import MEASURE as BUREAU_MEASURE
from tests.states.tables_hotel import (
    HOTEL_COMPLAINT,
    HOTEL_ESCALATION,
    HOTEL_MANAGER_ESCALATION,
    HOTEL_OWNER_ESCALATION,
)
from tests.states.tables_read import clocks, who_may

FOLLOWUP = Tables(
    permitted={
        0: who_may("""
            planned | staff   | appointment attempt answer close_satisfied close_dissatisfied give_up
            planned | manager | appointment attempt answer consent close_satisfied close_dissatisfied give_up
            planned | superior | attempt answer consent
            planned | outcome | lapse
        """)
    },
    aside=frozenset({"lapsed"}),  # the complaint is over: nobody need be called
    # 適當的時候進行回訪
    clocks=clocks("""
        P6b | callback_due | entered | 3 d  | staff   | warn | default | 1 d-5 d  |
        P6b | callback_due | entered | 7 d  | manager | late | default | 3 d-10 d |
        P6b | callback_due | entered | 14 d | manager | late | default | 8 d-30 d |
    """),
)

MISSED_CALL = Tables(
    permitted={
        0: who_may("""
            missed | staff   | missed_call attempt result return_call give_up
            missed | manager | missed_call attempt result return_call give_up
        """)
    },
    clocks=clocks("""
        P2a | call_back_due | received | 15 min | staff manager | late | default | 5 min-60 min    | attempt
        P2a | call_back_due | received | 2 h    | manager       | late | default | 61 min-1440 min | attempt
        P2a | settle_due    | received | 1 d    | manager       | late | default | 4 h-72 h        |
    """),
)

OPINION = Tables(
    permitted={
        0: who_may("""
            recorded | staff        | entry
            recorded | manager      | entry reading void_reason note void
            recorded | superior     | void_reason void
            read     | archive_flow | bag archive
        """)
    },
    aside=frozenset({"voided"}),
    clocks=clocks("""
        P1b | reading_due | received | 5 wd  | manager  | late | default | 1 d-10 d |
        P1b | reading_due | received | 10 wd | superior | late | default | 6 d-20 d |
        X1  | archive_due | entered  | 1 d   | manager  | late | default | 1 d-7 d  |
    """),
)

CALLOUT = Tables(
    permitted={
        0: who_may("""
            reported | staff          | report raising arrival fire_crew emergency_crew standing_down arrive
            reported | repairer       | raising arrival fire_crew emergency_crew arrive
            reported | foreman        | report raising lowering arrival fire_crew emergency_crew standing_down arrive stand_down
            reported | manager        | report raising lowering arrival fire_crew emergency_crew standing_down void_reason arrive stand_down void
            reported | superior       | void_reason void
            reported | fire_list      | arrival fire_crew emergency_crew arrive
            reported | emergency_list | arrival fire_crew emergency_crew arrive
            on_scene | staff          | raising arrival fire_crew emergency_crew completion finish
            on_scene | repairer       | raising arrival fire_crew emergency_crew completion finish
            on_scene | foreman        | raising arrival fire_crew emergency_crew completion finish
            on_scene | manager        | raising arrival fire_crew emergency_crew completion finish
            on_scene | fire_list      | arrival fire_crew emergency_crew
            on_scene | emergency_list | arrival fire_crew emergency_crew
            done     | staff          | arrival fire_crew emergency_crew dossier file
            done     | repairer       | arrival fire_crew emergency_crew
            done     | foreman        | arrival fire_crew emergency_crew dossier file
            done     | manager        | arrival fire_crew emergency_crew dossier file
            done     | fire_list      | arrival fire_crew emergency_crew
            done     | emergency_list | arrival fire_crew emergency_crew
            filed    | archive_flow   | bag archive
        """)
    },
    # 一般的水電維修5~15分鐘之內趕到現場處理; 消防事故3分鐘之內; 其他各類緊急事件接報后最遲不超過3分鐘
    clocks=clocks("""
        P6a | repair_arrival    | received          | 5 min  | foreman          | warn | text    |                | arrival|fire_crew|emergency_crew
        P6a | repair_arrival    | received          | 15 min | foreman manager  | late | text    |                | arrival|fire_crew|emergency_crew
        P6a | repair_arrival    | received          | 30 min | manager          | late | default | 16 min-120 min | arrival|fire_crew|emergency_crew
        P6c | fire_arrival      | received          | 0 min  | fire_list        | warn | text    |                | fire_crew
        P6c | fire_arrival      | received          | 2 min  | fire_list        | warn | default | 1 min-2 min    | fire_crew
        P6c | fire_arrival      | received          | 3 min  | manager superior | late | text    |                | fire_crew
        P6c | fire_arrival      | received          | 6 min  | superior         | late | default | 4 min-10 min   | fire_crew
        P6c | fire_alert        | raising.to=fire   | 0 min  | fire_list        | warn | text    |                | fire_crew
        P6d | emergency_arrival | received          | 0 min  | emergency_list   | warn | text    |                | emergency_crew
        P6d | emergency_arrival | received          | 2 min  | emergency_list   | warn | default | 1 min-2 min    | emergency_crew
        P6d | emergency_arrival | received          | 3 min  | manager superior | late | text    |                | emergency_crew
        P6d | emergency_arrival | received          | 6 min  | superior         | late | default | 4 min-10 min   | emergency_crew
        P6d | emergency_alert   | raising.to=emergency | 0 min | emergency_list | warn | text    |                | emergency_crew
        P6a | work_due          | entered  | 8 h    | foreman          | warn | default | 1 h-48 h      |
        P6a | work_due          | entered  | 1 d    | manager          | late | default | 4 h-120 h     |
        X1  | filing_due        | entered  | 7 d    | manager          | late | default | 1 d-15 d      |
        X1  | archive_due       | entered  | 1 d    | manager          | late | default | 1 d-7 d       |
        P6  | whole             | received | 14 d   | manager          | late | default | 7 d-30 d      |
        P6  | whole             | received | 21 d   | superior         | late | default | 15 d-60 d     |
    """),
    notices={"P6c": "Call 119 first. Everybody on the fire list has been alerted."},
    aside=frozenset({"stood_down", "voided"}),
    # 消防有關人員、緊急事件有關人員: whose arrival is recorded stands on the list
    holds={"fire_crew.who": frozenset({"fire_list"}), "emergency_crew.who": frozenset({"emergency_list"})},
)

AT_FIRST = who_may("""
    received | staff        | complaint opinion assignment guidance withdrawal begin refer withdraw
    received | manager      | complaint opinion assignment guidance referral_agreed withdrawal void_reason begin refer withdraw void
    received | superior     | referral_agreed void_reason void
    handling | staff        | assignment remedy withdrawal finish withdraw
    handling | manager      | assignment remedy withdrawal finish withdraw
    handling | superior     | remedy finish
    remedied | staff        | assignment dossier withdrawal file withdraw
    remedied | manager      | assignment dossier final_reply withdrawal reopen file close_unsatisfied withdraw
    remedied | superior     | dossier final_reply reopen file close_unsatisfied
    remedied | outcome      | reopen
    filed    | archive_flow | bag archive
""")
# The second time it goes to the manager: the staff hand over, and take down a withdrawal.
WITH_MANAGER: Permitted = {
    **AT_FIRST,
    **who_may("""
        handling | staff | assignment withdrawal withdraw
        remedied | staff | assignment withdrawal withdraw
    """),
}
# At last to the superior; the manager may still reply and close.
WITH_SUPERIOR: Permitted = {
    **WITH_MANAGER,
    **who_may("""
        handling | manager | assignment withdrawal withdraw
        remedied | manager | assignment final_reply withdrawal reopen close_unsatisfied withdraw
    """),
}

COMPLAINT = Tables(
    permitted={0: AT_FIRST, 1: AT_FIRST, 2: WITH_MANAGER, 3: WITH_SUPERIOR},
    # 接到投訴即時提出誠懇的處理意見: in the same contact, at most 30 minutes
    clocks=clocks("""
        P6b | opinion_due   | received | 15 min | staff    | warn | default | 5 min-25 min   | opinion
        P6b | opinion_due   | received | 30 min | manager  | late | default | 10 min-30 min  | opinion
        P6b | opinion_due   | received | 2 h    | superior | late | default | 31 min-480 min | opinion
        P6b | handling_due  | entered  | 2 wd   | staff    | warn | default | 1 d-5 d        |
        P6b | handling_due  | entered  | 3 wd   | manager  | late | default | 1 d-10 d       |
        P6b | handling_due  | entered  | 6 wd   | superior | late | default | 2 d-15 d       |
        P6b | callback_wait | entered  | 10 d   | manager  | late | default | 8 d-20 d       |
        P6b | callback_wait | entered  | 20 d   | superior | late | default | 10 d-40 d      |
        P6b | whole         | received | 25 d   | manager  | warn | default | 10 d-50 d      |
        P6b | whole         | received | 30 d   | manager  | late | default | 15 d-60 d      |
        P6b | whole         | received | 45 d   | superior | late | default | 31 d-90 d      |
        X1  | archive_due   | entered  | 1 d    | manager  | late | default | 1 d-7 d        |
    """),
    aside=frozenset({"referred", "withdrawn", "voided"}),
    # a handler works in the office, or above it
    holds={"assignment.handler": frozenset({"staff", "manager", "superior"})},
)

TABLES = {
    ("common.followup", "2026-01-01"): FOLLOWUP,
    ("property.missed_call", "2026-01-01"): MISSED_CALL,
    ("property.opinion", "2026-01-01"): OPINION,
    ("property.callout", "2026-01-01"): CALLOUT,
    ("property.complaint", "2026-01-01"): COMPLAINT,
    ("bureau.complaint", "2026-01-01"): BUREAU_COMPLAINT,
    ("bureau.measure", "2026-01-01"): BUREAU_MEASURE,
    ("hotel.complaint", "2026-01-01"): HOTEL_COMPLAINT,
    ("hotel.manager_escalation", "2026-01-01"): HOTEL_MANAGER_ESCALATION,
    ("hotel.escalation", "2026-01-01"): HOTEL_ESCALATION,
    ("hotel.owner_escalation", "2026-01-01"): HOTEL_OWNER_ESCALATION,
}
