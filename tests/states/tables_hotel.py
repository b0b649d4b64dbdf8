"""What the hotel's text says, typed by hand: who may do what in each state, and every clock. Read it beside `tables.py`.

The text gives no number but 立即, which is at once: every other one is the edition's default, typed a second time so that no slip passes
unseen. Whoever meets the guest listens, apologises and writes down; the department's supervisor (部門主管) or whoever stands above
answers; the department's manager is reported to; the general manager writes the last word, or the owner if it is about him.
"""

from __future__ import annotations

from states.expected import Permitted, Tables
from tests.states.tables_read import added_up, clocks

_ALL = "listening recorded handing_over handling telling completing guided endorsing filed"
_FRONT = "hotel_staff supervisor dept_manager duty_manager general_manager owner"
_ABOVE = "dept_manager duty_manager general_manager owner"

# 火氣、酒後、暴躁 · 吵鬧 · 較嚴重 · 重大 · 重要客人: at any time, by whoever sees it
_RISING = f"""
    {_ALL} | {_FRONT} | mood calmed noise led_away gravity major_noticed vip_noticed also_against
    {_ALL} | guest_list | vip_noticed
"""
# 聆聽、記錄: by whoever listens; 徵求意見 and 離店客人 too
_BY_WHO_LISTENS = f"""
    listening | {_FRONT} | encounter heard first_apology note write_down
    listening recorded handing_over handling telling | {_FRONT} | stay departed
    handling telling | {_FRONT} | attempt
    telling | {_FRONT} | opinion
"""
# 主管經理、總經理 and whoever stands above
_BY_MANAGERS = """
    guided | dept_manager general_manager owner | not_ours ours_after_all take_up confirm
    handling telling | dept_manager general_manager owner | unreachable
    handling | dept_manager general_manager owner | dept_acknowledged compensation_agreed
    telling | general_manager owner | final_reply close_unsatisfied
    endorsing | general_manager gm_delegate owner | returned endorse send_back take_up_again
    endorsing filed | general_manager | endorsement
    endorsing filed | gm_delegate | delegated_endorsement
    endorsing filed | owner | owner_endorsement
    filed | archive_flow | bag archive
"""


def _answered_by(who: str) -> str:
    """回答、處理、通告結果、詳細記錄: by the supervisor who is responsible at that level, or whoever stands above."""
    return f"""
    recorded | {who} | sorting assignment ascertained handover guidance answer hand_over guide
    handing_over | {who} | accepted declined accept decline
    handling | {who} | reassignment facts second_apology thanks next_told dept_report options choice compensation explanation tell
    telling | {who} | reassignment result result_apology complete again redo
    completing | {who} | reassignment detail redo submit
"""


AT_FIRST: Permitted = added_up(
    _RISING + _BY_WHO_LISTENS + _BY_MANAGERS + _answered_by(f"supervisor {_ABOVE}")
)
# The second time one level up: no longer by the supervisor.
ONE_UP: Permitted = added_up(_RISING + _BY_WHO_LISTENS + _BY_MANAGERS + _answered_by(_ABOVE))

HANDLERS = frozenset({"supervisor", "dept_manager", "duty_manager", "general_manager", "owner"})
PEOPLE = frozenset({"hotel_staff", "supervisor", "dept_manager", "duty_manager", "general_manager"})

HOTEL_COMPLAINT = Tables(
    permitted={0: AT_FIRST, 1: ONE_UP},
    clocks=clocks("""
        H1.1 | hearing_due    | received | 30 min | supervisor            | warn | default | 10 min-60 min   |
        H1.1 | hearing_due    | received | 1 h    | dept_manager          | late | default | 20 min-120 min  |
        H1.1 | hearing_due    | received | 4 h    | general_manager owner | late | default | 2 h-12 h        |
        H3.1 | start_due      | entered  | 15 min | supervisor            | warn | default | 5 min-30 min    |
        H3.1 | start_due      | entered  | 30 min | dept_manager          | late | default | 10 min-60 min   |
        H3.1 | start_due      | entered  | 2 h    | general_manager owner | late | default | 1 h-6 h         |
        H3.4 | acceptance_due | entered  | 0 min  | supervisor            | warn | default | 0 min-5 min     |
        H3.4 | acceptance_due | entered  | 15 min | dept_manager          | late | default | 5 min-30 min    |
        H3.4 | acceptance_due | entered  | 30 min | duty_manager general_manager owner | late | default | 20 min-120 min |
        H4.1 | handling_due   | entered  | 2 h    | dept_manager          | late | default | 30 min-240 min  |
        H4.1 | handling_due   | entered  | 8 h    | general_manager owner | late | default | 4 h-24 h        |
        H4.3 | telling_due    | entered  | 2 h    | supervisor dept_manager | warn | default | 30 min-480 min |
        H4.3 | telling_due    | entered  | 3 d    | dept_manager general_manager | late | default | 1 d-5 d   |
        H4.3 | telling_due    | entered  | 10 d   | owner                 | late | default | 5 d-20 d        |
        H4.3 | result_due     | received | 90 min | supervisor            | warn | default | 20 min-110 min  | result|unreachable
        H4.3 | result_due     | received | 2 h    | dept_manager          | late | default | 30 min-120 min  | result|unreachable
        H4.3 | result_due     | received | 4 h    | general_manager       | late | default | 2 h-12 h        | result|unreachable
        H4.3 | before_checkout | encounter.leaves_at! | -30 min | supervisor   | warn | default | -120 min to -10 min | result|unreachable
        H4.3 | before_checkout | encounter.leaves_at! | 0 min   | dept_manager | late | default | -60 min to 0 min    | result|unreachable
        H4.3 | before_new_checkout | stay.leaves_at!  | -30 min | supervisor   | warn | default | -120 min to -10 min | result|unreachable
        H4.3 | before_new_checkout | stay.leaves_at!  | 0 min   | dept_manager | late | default | -60 min to 0 min    | result|unreachable
        H4.3 | departed_due   | departed | 1 wd   | supervisor            | warn | default | 1 d-2 d         | result|unreachable
        H4.3 | departed_due   | departed | 3 wd   | dept_manager          | late | default | 1 d-3 d         | result|unreachable
        H4.3 | departed_due   | departed | 5 wd   | general_manager owner | late | default | 4 d-10 d        | result|unreachable
        H4.2 | report_due     | dept_report | 0 min  | dept_manager       | warn | default | 0 min-5 min     | dept_acknowledged
        H4.2 | report_due     | dept_report | 30 min | general_manager owner | late | default | 5 min-120 min | dept_acknowledged
        H1.3 | leading_due    | noise    | 5 min  | duty_manager dept_manager | late | default | 1 min-30 min | led_away
        H5.1 | detail_due     | entered  | 1 d    | supervisor            | warn | default | 4 h-48 h        |
        H5.1 | detail_due     | entered  | 3 d    | dept_manager          | late | default | 1 d-5 d         |
        H5.1 | detail_due     | entered  | 7 d    | general_manager owner | late | default | 3 d-15 d        |
        X7   | review_due     | entered  | 2 wd   | dept_manager          | late | default | 1 d-5 d         |
        X7   | review_due     | entered  | 5 wd   | general_manager owner | late | default | 3 d-10 d        |
        H5.2 | endorsement_due | entered | 3 d    | general_manager       | warn | default | 1 d-5 d         |
        H5.2 | endorsement_due | entered | 7 d    | general_manager owner | late | default | 3 d-15 d        |
        H5.2 | archive_due    | entered  | 1 d    | general_manager       | late | default | 1 d-7 d         |
        H5.2 | archive_due    | entered  | 7 d    | owner                 | late | default | 3 d-14 d        |
        H4.1 | whole          | received | 14 d   | general_manager       | late | default | 5 d-30 d        |
        H4.1 | whole          | received | 30 d   | owner                 | late | default | 15 d-60 d       |
    """),
    holds={
        "note.against": PEOPLE | {"gm_delegate"}, "also_against.against": PEOPLE | {"gm_delegate"},
        "assignment.handler": HANDLERS, "reassignment.handler": HANDLERS, "accepted.handler": HANDLERS,
        "first_apology.spoken_by": PEOPLE, "second_apology.spoken_by": PEOPLE, "result_apology.spoken_by": PEOPLE,
    },
)  # fmt: skip

# 立即上報主管經理: told at once, acknowledged within five minutes or the next on the ladder
HOTEL_MANAGER_ESCALATION = Tables(
    permitted={
        0: added_up("""
            told | dept_manager duty_manager general_manager owner | manager_acknowledgement acknowledge
            told | outcome | serious_told
        """)
    },
    clocks=clocks("""
        H1.2c | acknowledgement_due | received | 0 min  | dept_manager    | warn | text    |               |
        H1.2c | acknowledgement_due | received | 5 min  | duty_manager    | late | default | 1 min-5 min   |
        H1.2c | acknowledgement_due | received | 10 min | general_manager | late | default | 6 min-20 min  |
        H1.2c | acknowledgement_due | received | 20 min | owner           | late | default | 20 min-60 min |
    """),
)

# 立即上報總經理，如總經理不在可電話請示或上報總值班經理
HOTEL_ESCALATION = Tables(
    permitted={
        0: added_up("""
            told taken | general_manager | gm_acknowledgement acknowledge
            told taken | hotel_staff supervisor dept_manager duty_manager | instruction instruct
            told | duty_manager owner | takeover take
            taken | duty_manager general_manager owner | report_after inform
            told | outcome | major_told
        """)
    },
    clocks=clocks("""
        H4.4 | answer_due | received | 0 min  | general_manager              | warn | text    |               |
        H4.4 | answer_due | received | 5 min  | duty_manager general_manager | late | default | 1 min-5 min   |
        H4.4 | answer_due | received | 10 min | owner general_manager        | late | default | 6 min-30 min  |
        H4.4 | report_due | entered  | 1 h    | duty_manager                 | warn | default | 10 min-240 min |
        H4.4 | report_due | entered  | 12 h   | general_manager owner        | late | default | 1 h-24 h      |
    """),
    holds={"instruction.spoke_to": frozenset({"general_manager"}), "report_after.whom": frozenset({"general_manager", "owner"})},
)  # fmt: skip

# a complaint about the general manager goes to whoever stands above
HOTEL_OWNER_ESCALATION = Tables(
    permitted={
        0: added_up("""
        told | owner | owner_acknowledgement acknowledge
        told | outcome | owner_told
    """)
    },
    clocks=clocks("""
        H5.2 | acknowledgement_due | received | 0 min | owner | warn | default | 0 min-5 min |
        H5.2 | acknowledgement_due | received | 1 d   | owner | late | default | 30 min-4320 min |
    """),
)
