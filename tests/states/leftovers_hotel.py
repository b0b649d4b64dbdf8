"""What the mutation report leaves over of the hotel's procedures, each with its reason. Read it beside `leftovers.py`.

Much of the hotel's text is about what may rise at any moment and as often as it likes: that something may be recorded again is an ability,
which no promise misses. What answers it, each time, is held by the linked cases (NeverWithout, Never) and by the machine of late flags.
"""

from __future__ import annotations

NAMED_IN_REFUSAL = "redundant: another condition asks for it too; kept so that a refusal names the step that is missing, all at once"
SEPARATION = (
    "the clause is one rule about two persons, and its promise the only thing that can notice its loss"
)
RESTATED = "the promise restates it: what it guards ends in itself, and no state depends on that alone"
ABILITY = "an ability, not a bar: it may be recorded again, because guests, matters and minds change"
LAST_SPEAKS = "what the flag means changes for rule and promise alike; that the last record speaks is tested in test_facts.py"
BEFORE_THE_ROUND = "its state comes only in the first round, so that round and case are the same time"
OF_THE_GUEST = "what the guest is like does not change with a new round: without it the flag would have to be raised anew, which only a test can miss (test_hotel_late_flags.py)"
AGAIN_IN_A_ROUND = "in a new round all is done again: what was recorded before counts no more (tested in test_hotel_handling.py)"
ONE_ROUND_LONG = "no new round begins after it: the state it is recorded in comes after the last one"
ANSWERS_ONCE_MORE = "what rose before it does not answer for what rises now; a promise about the guest's mood or noise is the rule itself (tested in test_hotel_late_flags.py, by an oracle that knows the clauses alone)"
WHO_ANSWERS = "which department answers is no fact of the proof; that an unmade or refused hand-over decides nothing is tested in test_hotel_answer.py"
AGREED_ANEW = (
    "another amount is another agreement: no promise compares amounts (tested in test_hotel_answer.py)"
)
CHOSEN_ANEW = "another offer is chosen from anew: no promise compares offers (tested in test_hotel_answer.py)"
STRICTER = "stricter than the text: it is done anew when the case is handled again; without it the older one would stand"
LOUDER = "without it the clock would run for every case: louder, never silent"

LEFTOVERS: dict[tuple[str, str], dict[str, str]] = {
    ("hotel.manager_escalation", "2026-01-01"): {},
    ("hotel.owner_escalation", "2026-01-01"): {},
    ("hotel.escalation", "2026-01-01"): {"report_after: needs takeover": NAMED_IN_REFUSAL},
    ("hotel.complaint", "2026-01-01"): {
        # asked for twice
        **dict.fromkeys(
            (
                "write_down: needs heard", "answer: needs sorting", "hand_over: only if not “it is this department's own: answer it”",
                "take_up: needs ours_after_all", "confirm: only if not “a second person found that it is for this hotel”", "tell: needs facts",
                "tell: needs second_apology when sorting,sorting.own_department,sorting.simple,unreachable",
                "tell: needs thanks when sorting,sorting.own_department,sorting.simple,unreachable", "complete: needs result|unreachable",
                "complete: needs result when unreachable", "complete: needs result_apology when unreachable", "again: needs opinion",
                "again: only if not “the guest is not dissatisfied”",
                "again: only if not “after the second round the general manager closes it with a reply”", "close_unsatisfied: needs result_apology",
                "close_unsatisfied: needs opinion", "close_unsatisfied: only if not “the guest is not dissatisfied”",
                "redo: only if not “the guest is not satisfied: it is handled again, one level up”", "take_up_again: needs returned",
                "archive: needs bag", "explanation: needs facts", "result_apology: needs first_apology",
                "result_apology: needs second_apology when sorting,sorting.own_department,sorting.simple,unreachable", "opinion: needs result",
            ),
            NAMED_IN_REFUSAL,
        ),
        # restated by one promise, which is about that alone
        **dict.fromkeys(
            (
                "guidance: only if not “the guest has not calmed down: do not explain yet”", "thanks: needs second_apology", "next_told: needs thanks",
                "attempt: needs departed", "unreachable: needs departed", "unreachable: only if not “attempts on three different days come first”",
                "unreachable: only if not “the guest was reached”", "dept_report: needs next_told when unreachable",
                "dept_acknowledged: needs dept_report", "options: needs facts",
                "explanation: needs second_apology when sorting,sorting.own_department,sorting.simple,unreachable",
                "explanation: only if not “the guest has not calmed down: do not explain yet”", "explanation: only if not “the facts are not verified”",
                "result_apology: needs result", "opinion: needs result_apology", "final_reply: only if not “the guest is not dissatisfied”",
                "endorsement: only if not “the general manager is complained of: this is for the owner”",
                "delegated_endorsement: only if not “the general manager is complained of: this is for the owner”",
                "owner_endorsement: only if not “the general manager is not complained of: this is for the general manager”",
                "owner_endorsement: only if not “acknowledge first that you were told”", "barred: the person complained of has no part in this case",
            ),
            RESTATED,
        ),
        **dict.fromkeys(
            (
                "apart: nobody acknowledges their own report", "apart: nobody agrees to their own compensation",
                "apart: whoever seeks the guest does not agree to giving up", "apart: a second person reviews, not the one who guided",
            ),
            SEPARATION,
        ),
        # again and again, the last one speaks
        **dict.fromkeys(
            (
                *(f"{step}_knows: often" for step in ("manager", "gm", "owner")),
                *(
                    f"{step}: often"
                    for step in (
                        "calmed", "mood", "led_away", "noise", "gravity", "major_noticed", "vip_noticed", "stay", "sorting", "assignment",
                        "reassignment", "ascertained", "handover", "attempt", "choice", "options", "compensation", "compensation_agreed",
                        "explanation", "opinion", "also_against", "endorsement", "delegated_endorsement", "owner_endorsement",
                    )
                ),
            ),
            ABILITY,
        ),
        **dict.fromkeys(
            (
                *(
                    f"{step}: latest"
                    for step in (
                        "stay", "heard", "sorting", "assignment", "reassignment", "ascertained", "handover", "facts", "choice", "options",
                        "compensation", "compensation_agreed", "opinion", "endorsement", "delegated_endorsement", "owner_endorsement", "bag",
                    )
                ),
            ),
            LAST_SPEAKS,
        ),
        # rounds
        **dict.fromkeys(
            (
                *(
                    f"{step}: lasts a case"
                    for step in ("heard", "ascertained", "declined", "guidance", "not_ours", "ours_after_all")
                ),
            ),
            BEFORE_THE_ROUND,
        ),
        **dict.fromkeys(
            (
                *(
                    f"{step}: lasts a case"
                    for step in (
                        "calmed", "mood", "led_away", "noise", "gravity", "major_noticed", "vip_noticed", "stay", "departed", "reassignment",
                        "also_against",
                    )
                ),
            ),
            OF_THE_GUEST,
        ),
        **dict.fromkeys(
            (
                *(
                    f"{step}: lasts a round"
                    for step in (
                        "second_apology", "thanks", "next_told", "attempt", "unreachable", "dept_report", "dept_acknowledged", "choice",
                        "compensation", "compensation_agreed",
                    )
                ),
            ),
            AGAIN_IN_A_ROUND,
        ),
        **dict.fromkeys(
            (
                *(
                    f"{step}: lasts a round"
                    for step in ("detail", "returned", "endorsement", "delegated_endorsement", "owner_endorsement")
                ),
                "bag: lasts a case",
            ),
            ONE_ROUND_LONG,
        ),
        # what is set aside
        "mood: renews calmed": ANSWERS_ONCE_MORE,
        "noise: renews led_away": ANSWERS_ONCE_MORE,
        "answer: renews handover": WHO_ANSWERS,
        "options: renews choice": CHOSEN_ANEW,
        "compensation: renews compensation_agreed": AGREED_ANEW,
        **dict.fromkeys(
            (*(f"redo: renews {step}" for step in ("choice", "compensation", "compensation_agreed", "attempt", "unreachable")), "take_up: renews ours_after_all"),
            STRICTER,
        ),
        # clocks
        "clock result_due: when": LOUDER,
        "clock before_checkout: when": LOUDER,
    },
}  # fmt: skip
