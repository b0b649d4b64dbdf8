"""What the bureau's text says, typed by hand: who may do what in each state, and every clock. Read it beside `tables.py`.

The text gives no number: every one here is the edition's default (及時 10 working days), typed a second time so that no slip passes unseen.
The roles are those of B3a, B8, B10, B12 and B13: members of the group inquire, its head assigns and admits, the custodian consents, the
party group alone decides, the complainant alone takes back, the superior takes over.
"""

from __future__ import annotations

from states.expected import Tables
from tests.states.tables_read import clocks, who_may

# 登記、受理、調查、分析、核實、處理建議、局黨組批準、辦理、答復、歸檔
GROUP = who_may("""
    registered    | member         | registration supplement_request supplement scope guidance transfer word_out withdrawal_letter withdrawal_verified ask_more accept guide send_up
    registered    | assigned       | supplement_request supplement scope guidance word_out withdrawal_letter withdrawal_verified ask_more accept guide
    registered    | group_head     | registration transfer assignment admission dismissal withdrawal_verified send_up withdraw
    registered    | superior_body  | registration takeover assignment admission dismissal consent take_over withdraw
    registered    | custodian      | consent
    registered    | complainant    | word_in withdrawal
    supplementing | member         | supplement transfer word_out withdrawal_letter withdrawal_verified resume
    supplementing | assigned       | supplement word_out withdrawal_letter withdrawal_verified resume
    supplementing | group_head     | transfer assignment admission dismissal withdrawal_verified withdraw
    supplementing | superior_body  | takeover assignment admission dismissal consent take_over withdraw
    supplementing | custodian      | consent
    supplementing | complainant    | word_in withdrawal
    supplementing | clock          | resume
    guided        | member         | refusal_reviewed refusal_reversed word_out reverse confirm
    guided        | assigned       | word_out
    guided        | group_head     | refusal_reviewed refusal_reversed assignment admission dismissal reverse confirm
    guided        | superior_body  | refusal_reviewed refusal_reversed takeover assignment admission dismissal consent reverse confirm take_over
    guided        | custodian      | consent
    guided        | complainant    | word_in
    accepted      | member         | supplement word_out law_referral withdrawal_letter withdrawal_verified investigate
    accepted      | assigned       | supplement word_out law_referral withdrawal_letter withdrawal_verified investigate
    accepted      | group_head     | assignment admission dismissal redaction law_referral withdrawal_verified withdraw
    accepted      | superior_body  | takeover assignment admission dismissal consent redaction take_over withdraw
    accepted      | custodian      | consent redaction
    accepted      | complainant    | word_in withdrawal
    investigating | member         | supplement word_out service statement log law_referral withdrawal_letter withdrawal_verified analyse
    investigating | assigned       | supplement word_out service statement log law_referral withdrawal_letter withdrawal_verified analyse
    investigating | group_head     | assignment admission dismissal redaction law_referral withdrawal_verified withdraw
    investigating | superior_body  | takeover assignment admission dismissal consent redaction take_over withdraw
    investigating | custodian      | consent redaction
    investigating | complainant    | word_in withdrawal
    analysing     | member         | supplement word_out law_referral memo withdrawal_letter withdrawal_verified verify investigate_more
    analysing     | assigned       | supplement word_out law_referral memo withdrawal_letter withdrawal_verified verify investigate_more
    analysing     | group_head     | assignment admission dismissal law_referral withdrawal_verified withdraw
    analysing     | superior_body  | takeover assignment admission dismissal consent take_over withdraw
    analysing     | custodian      | consent
    analysing     | complainant    | word_in withdrawal
    verifying     | member         | supplement word_out law_referral countersigned upheld not_upheld withdrawal_letter withdrawal_verified investigate_more propose conclude
    verifying     | assigned       | supplement word_out law_referral countersigned upheld not_upheld withdrawal_letter withdrawal_verified investigate_more propose conclude
    verifying     | group_head     | assignment admission dismissal law_referral countersigned malice_approved withdrawal_verified withdraw
    verifying     | superior_body  | takeover assignment admission dismissal consent malice_approved take_over withdraw
    verifying     | custodian      | consent
    verifying     | complainant    | word_in withdrawal
    proposing     | member         | word_out service law_referral proposal withdrawal_letter withdrawal_verified submit
    proposing     | assigned       | word_out service law_referral proposal withdrawal_letter withdrawal_verified submit
    proposing     | group_head     | assignment admission dismissal law_referral withdrawal_verified
    proposing     | superior_body  | takeover assignment admission dismissal consent take_over
    proposing     | custodian      | consent
    proposing     | complainant    | word_in withdrawal
    approval      | member         | word_out service law_referral
    approval      | assigned       | word_out service law_referral
    approval      | group_head     | assignment admission dismissal law_referral
    approval      | superior_body  | takeover assignment admission dismissal consent take_over
    approval      | custodian      | consent
    approval      | complainant    | word_in
    approval      | party_group    | minute returned approve send_back
    executing     | member         | word_out service law_referral carry_out
    executing     | assigned       | word_out service law_referral carry_out
    executing     | group_head     | assignment admission dismissal law_referral carried
    executing     | superior_body  | takeover assignment admission dismissal consent carried take_over
    executing     | custodian      | consent
    executing     | complainant    | word_in
    replying      | member         | word_out service law_referral reply delivered posted reply_attempt impossible impossible_agreed answer
    replying      | assigned       | word_out service law_referral reply delivered posted reply_attempt impossible impossible_agreed answer
    replying      | group_head     | assignment admission dismissal law_referral unreachable impossible_agreed
    replying      | superior_body  | takeover assignment admission dismissal consent unreachable take_over
    replying      | custodian      | consent
    replying      | complainant    | word_in read_by_complainant
    replying      | clock          | page_ended
    replied       | member         | word_out service law_referral satisfaction objection checklist file
    replied       | assigned       | word_out service law_referral satisfaction objection checklist file
    replied       | group_head     | assignment admission dismissal law_referral satisfaction objection checklist review file
    replied       | superior_body  | takeover assignment admission dismissal consent checklist review file take_over
    replied       | custodian      | consent
    replied       | complainant    | word_in satisfaction objection
    filed         | member         | word_out
    filed         | assigned       | word_out
    filed         | group_head     | admission dismissal
    filed         | superior_body  | admission dismissal consent
    filed         | custodian      | consent
    filed         | complainant    | word_in
    filed         | archive_flow   | bag archive
    archived      | group_head     | admission dismissal
    archived      | superior_body  | admission dismissal consent
    archived      | custodian      | consent
    withdrawn     | group_head     | admission dismissal
    withdrawn     | superior_body  | admission dismissal consent
    withdrawn     | custodian      | consent
    transferred   | group_head     | admission dismissal
    transferred   | superior_body  | admission dismissal consent
    transferred   | custodian      | consent
""")

KNOWS = frozenset(
    {"member", "group_head", "party_group", "custodian", "auditor", "assigned", "superior_body"}
)

COMPLAINT = Tables(
    permitted={0: GROUP, 1: GROUP},
    aside=frozenset({"withdrawn"}),
    clocks=clocks("""
        B5  | scope_due         | received  | 10 d   | member                    | warn | default | 3 d-14 d   |
        B5  | scope_due         | received  | 15 d   | group_head                | late | default | 5 d-15 d   |
        B5  | scope_due         | received  | 20 d   | superior_body             | late | default | 16 d-40 d  |
        B7a | supply_wait       | entered   | 15 d   | member                    | warn | default | 5 d-30 d   |
        B9c | refusal_due       | entered   | 2 wd   | group_head                | late | default | 1 d-5 d    |
        B9c | refusal_due       | entered   | 5 wd   | superior_body             | late | default | 3 d-10 d   |
        B3c | start_due         | entered   | 10 wd  | group_head                | late | default | 2 d-15 d   |
        B3c | start_due         | entered   | 15 wd  | party_group superior_body | late | default | 5 d-30 d   |
        B3c | investigation_due | entered   | 25 wd  | member                    | warn | default | 5 d-40 d   |
        B3c | investigation_due | entered   | 30 wd  | group_head                | late | default | 10 d-60 d  |
        B3c | investigation_due | entered   | 40 wd  | party_group superior_body | late | default | 15 d-90 d  |
        B3c | analysis_due      | entered   | 10 wd  | group_head                | late | default | 3 d-20 d   |
        B3c | analysis_due      | entered   | 15 wd  | party_group superior_body | late | default | 5 d-30 d   |
        B3c | verification_due  | entered   | 10 wd  | group_head                | late | default | 3 d-20 d   |
        B3c | verification_due  | entered   | 15 wd  | party_group superior_body | late | default | 5 d-30 d   |
        B12 | proposal_due      | entered   | 10 wd  | group_head                | late | default | 3 d-20 d   |
        B12 | proposal_due      | entered   | 15 wd  | party_group superior_body | late | default | 5 d-30 d   |
        B12 | approval_due      | entered   | 15 wd  | party_group               | late | default | 3 d-20 d   |
        B12 | approval_due      | entered   | 20 wd  | superior_body             | late | default | 5 d-40 d   |
        B3c | execution_due     | entered   | 30 wd  | group_head                | late | default | 10 d-40 d  |
        B3c | execution_due     | entered   | 40 wd  | party_group superior_body | late | default | 15 d-60 d  |
        B13 | reply_due         | entered   | 8 wd   | member                    | warn | default | 2 d-9 d    | delivered|posted|unreachable|impossible_agreed
        B13 | reply_due         | entered   | 10 wd  | group_head                | late | default | 3 d-10 d   | delivered|posted|unreachable|impossible_agreed
        B13 | reply_due         | entered   | 15 wd  | party_group superior_body | late | default | 11 d-30 d  | delivered|posted|unreachable|impossible_agreed
        B13 | reply_wait        | entered   | 60 d   | group_head                | late | default | 35 d-90 d  |
        B13 | reply_wait        | entered   | 75 d   | superior_body             | late | default | 60 d-120 d |
        B13 | page_open         | posted    | 30 d   | member                    | warn | default | 30 d-60 d  |
        B14 | filing_due        | entered   | 25 d   | member                    | warn | default | 5 d-29 d   |
        B14 | filing_due        | entered   | 30 d   | group_head                | late | default | 10 d-30 d  |
        B14 | filing_due        | entered   | 40 d   | superior_body             | late | default | 31 d-60 d  |
        B13 | review_due        | objection | 5 d    | group_head                | late | default | 1 d-10 d   |
        B13 | review_due        | objection | 10 d   | superior_body             | late | default | 3 d-20 d   |
        B13 | review_end_due    | objection | 30 d   | group_head                | late | default | 10 d-30 d  |
        B13 | review_end_due    | objection | 40 d   | party_group superior_body | late | default | 31 d-60 d  |
        B14 | archive_due       | entered   | 1 d    | group_head                | late | default | 1 d-7 d    |
        B14 | archive_due       | entered   | 7 d    | superior_body             | late | default | 3 d-14 d   |
        B3c | whole             | received  | 150 d  | group_head                | warn | default | 60 d-170 d |
        B3c | whole             | received  | 180 d  | party_group               | late | default | 90 d-200 d |
        B3c | whole             | received  | 210 d  | superior_body             | late | default | 181 d-300 d |
    """),
    # B3a: handled by members, or by whom the superior sends; B10: known to those with a part in it, read by those of them who inquire or decide
    holds={
        "assignment.handler": frozenset({"member", "assigned"}),
        "admission.person": KNOWS,
        "consent.reader": KNOWS - {"auditor"},
    },
)

MEASURE = Tables(
    permitted={
        0: who_may("""
            ordered | member      | proof execute
            ordered | assigned    | proof execute
            ordered | group_head  | proof execute
            ordered | party_group | revocation revoke
            ordered | outcome     | order
        """)
    },
    aside=frozenset({"revoked"}),
    clocks=clocks("""
        B12 | execution_due | entered | 20 wd | member group_head      | warn | default | 5 d-30 d  |
        B12 | execution_due | entered | 30 wd | group_head party_group | late | default | 10 d-40 d |
        B12 | execution_due | entered | 40 wd | superior_body          | late | default | 31 d-60 d |
    """),
)
