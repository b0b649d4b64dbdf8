"""What the mutation report leaves over, each with its reason, shown to the lawyer.

`redundant`: another line says the same already. `mirror only`: one line, one promise, and nothing else looks. `nobody`: no promise
and no table notices. A line that is noticed must not stand here, and nothing may be left over that does not.
"""

from __future__ import annotations

from tests.states.leftovers_bureau import LEFTOVERS as OF_THE_BUREAU
from tests.states.leftovers_hotel import LEFTOVERS as OF_THE_HOTEL

NAMED_IN_REFUSAL = "redundant: another condition asks for it too; kept so that a refusal names the step that is missing, all at once"
SEPARATION = (
    "the clause is one rule about two persons, and its promise the only thing that can notice its loss"
)
IN_CHARGE = "promises about two persons speak of what they did, not of who was in charge: that is tested in test_refusals.py and test_prove_named.py"
EACH_ONE = "an ability, not a bar: that each person's arrival can be recorded is tested in test_refusals.py"
LAST_SPEAKS = "what the flag means changes for rule and promise alike; that the last record speaks is tested in test_facts.py"
NO_RULE_LOOKS = "no rule looks at what it says: it can be agreed anew because people change their minds"
BACK = "leads back: every record lasts for the case, and the clock from receipt runs on (NoTimeLoop)"
LOUDER = "without it the clock would run for every call: louder, never silent"
FIRST_ROUND = "its state comes only in the first round, so that round and case are the same time"

LEFTOVERS: dict[tuple[str, str], dict[str, str]] = {
    ("common.followup", "2026-01-01"): {
        "close_satisfied: needs answer": NAMED_IN_REFUSAL,
        "give_up: needs attempt": NAMED_IN_REFUSAL,
        "answer: needs attempt": NAMED_IN_REFUSAL,
        "appointment: latest": NO_RULE_LOOKS,
        "appointment: often": NO_RULE_LOOKS,
        "answer: only if not “the complainant has not been reached”": "the promise restates it: an answer without a conversation is no answer, and no state depends on that alone",
        "consent: needs attempt": "the promise restates it: consent before anybody tried would be consent in advance; the end asks for three days of attempts anyhow",
        "apart: whoever calls does not consent to giving up": SEPARATION,
    },
    ("property.missed_call", "2026-01-01"): {
        "result: needs attempt": "house: the order of two records; both ends ask for attempts by themselves",
    },
    ("property.opinion", "2026-01-01"): {
        "archive: needs bag": NAMED_IN_REFUSAL,
        "bag: latest": LAST_SPEAKS,
        "apart: whoever registered an entry does not void it": SEPARATION,
    },
    ("property.callout", "2026-01-01"): {
        "file: needs dossier": NAMED_IN_REFUSAL,
        "archive: needs bag": NAMED_IN_REFUSAL,
        "completion: needs arrival|fire_crew|emergency_crew": NAMED_IN_REFUSAL,
        "raising: often": "an ability, not a bar: that an emergency can still be raised to a fire is tested in test_refusals.py",
        "arrival: often": EACH_ONE,
        "fire_crew: often": EACH_ONE,
        "emergency_crew: often": EACH_ONE,
        "lowering: renews raising": "losing it keeps the call urgent: stricter, never slower",
        "lowering: latest": "no rule looks at what it says, only whether it was recorded",
        "lowering: often": "losing it keeps a call urgent that was raised again: stricter, never slower",
        "dossier: latest": LAST_SPEAKS,
        "bag: latest": LAST_SPEAKS,
        "apart: whoever registered an entry does not void it": SEPARATION,
        "apart: whoever lowered a call does not end it unvisited": SEPARATION,
        "clock repair_arrival: when": LOUDER,
        "clock fire_arrival: when": LOUDER,
        "clock emergency_arrival: when": LOUDER,
        "on_scene -> reported by anyone": BACK,
        "on_scene -> reported by those at work there": BACK,
        "done -> reported by anyone": BACK,
        "done -> reported by those at work there": BACK,
        "done -> on_scene by anyone": BACK,
        "done -> on_scene by those at work there": BACK,
    },
    ("property.complaint", "2026-01-01"): {
        "finish: common.followup ending dissatisfied then reopen": "house: a convenience; the manager can reopen by hand, and callback_wait tells him",
        "finish: common.followup ending dissatisfied then reopen only sometimes": "house: without it the manager's own round would go on to the superior by itself: one round more, never one less",
        "reopen: needs callback": NAMED_IN_REFUSAL,
        "file: needs callback": NAMED_IN_REFUSAL,
        "file: needs dossier": NAMED_IN_REFUSAL,
        "close_unsatisfied: needs callback": NAMED_IN_REFUSAL,
        "close_unsatisfied: needs final_reply": NAMED_IN_REFUSAL,
        "close_unsatisfied: needs dossier": NAMED_IN_REFUSAL,
        "close_unsatisfied: only if not “the complainant is not dissatisfied”": "redundant: the reply is recorded only to a dissatisfied complainant; kept so that the refusal says so",
        "close_unsatisfied: only if not “the manager's own round comes first”": "redundant: before the manager's round a dissatisfied case reopens by itself; kept so that the rule does not hang on that",
        "archive: needs bag": NAMED_IN_REFUSAL,
        "refer: needs guidance": NAMED_IN_REFUSAL,
        "opinion: latest": LAST_SPEAKS,
        "final_reply: latest": LAST_SPEAKS,
        "dossier: latest": LAST_SPEAKS,
        "bag: latest": LAST_SPEAKS,
        "assignment: latest": "an ability: the newest handler is the one who is bound; whoever was in charge before stays excluded from the callback",
        "assignment: often": "an ability: a handler who leaves can be replaced; heads may stand in meanwhile",
        "final_reply: only if not “the complainant is not dissatisfied”": "the promise restates it: a reply of this kind to a satisfied complainant would be no harm to him, only a false record",
        "referral_agreed: needs guidance": "the promise restates it: the order of two records; the end asks for both",
        "guidance: lasts a case": FIRST_ROUND,
        "referral_agreed: lasts a case": FIRST_ROUND,
        "void_reason: lasts a case": FIRST_ROUND,
        "withdrawal: lasts a case": "asks for more, not less: after a reopening the withdrawal would have to be recorded anew",
        "bag: lasts a case": "the bag is built after the last round",
        "apart: whoever handled the complaint does not call the complainant back": SEPARATION,
        "apart: whoever handled the complaint does not call the complainant back: named in assignment.handler": IN_CHARGE,
        "apart: whoever handled the complaint does not record its withdrawal": SEPARATION,
        "apart: whoever handled the complaint does not record its withdrawal: named in assignment.handler": IN_CHARGE,
        "apart: a second person agrees, not the one who guided": SEPARATION,
        "apart: whoever registered an entry does not void it": SEPARATION,
        "same: this is for the handler of the complaint": "house: the text does not say that the one named must be the one who acts; heads may stand in",
        "barred: the person complained of has no part in this case": SEPARATION,
    },
    **OF_THE_BUREAU,
    **OF_THE_HOTEL,
}  # fmt: skip
