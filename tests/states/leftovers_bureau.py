"""What the mutation report leaves over of the bureau's procedures, each with its reason. Read it beside `leftovers.py`.

Much is left over because the text's order of states asks for the same once more at the next door, or because the reply can take four ways:
each line names what is missing where it is missing, the end asks for all of it again.
"""

from __future__ import annotations

NAMED_IN_REFUSAL = "redundant: another condition asks for it too; kept so that a refusal names the step that is missing, all at once"
SEPARATION = (
    "the clause is one rule about two persons, and its promise the only thing that can notice its loss"
)
IN_CHARGE = "promises about two persons speak of what they did, not of who was in charge: that is tested in test_bureau_reply.py"
LAST_SPEAKS = "what the flag means changes for rule and promise alike; that the last record speaks is tested in test_facts.py"
ABILITY = "an ability, not a bar: several may be recorded, because there may be several respondents, readers, papers or words"
FIRST_ROUND = "its state comes only in the first round, so that round and case are the same time"
ASKS_MORE = "asks for more, not less: in the round of the review it would have to be recorded anew"
ASKS_AGAIN = "in the review all is done again: what was recorded before the objection counts no more (tested in test_bureau_paths.py and test_bureau_holes.py)"
RESTATED = "the promise restates it: what it guards ends in itself, and no state depends on that alone"
ONE_WAY_OF_FOUR = "the move that answers asks for the reply, and that it holds no private data, whichever way it went; kept so that the refusal comes at once"
STRICTER = "stricter than the text: after more investigation it is done anew; without it the older one would stand, which the same people signed"
BACK = "leads back: every record lasts for the case, and the clock from receipt runs on (NoTimeLoop)"

LEFTOVERS: dict[tuple[str, str], dict[str, str]] = {
    ("bureau.measure", "2026-01-01"): {
        "apart: whoever carries a measure out does not revoke it": SEPARATION,
    },
    ("bureau.complaint", "2026-01-01"): {
        # asked for twice
        **dict.fromkeys(
            (
                "ask_more: needs registration", "guide: needs scope", "reverse: needs refusal_reversed", "send_up: needs registration",
                "analyse: only if not “a respondent has not been heard yet”",
                "propose: needs malice_approved when not_upheld.outcome=malicious",
                "conclude: only if not “a finding is on somebody who is no respondent: record who the respondents are first”", "answer: needs reply",
                "review: needs assignment", "review: only if not “there is one review only”", "file: needs checklist", "archive: needs bag",
                "service: needs redaction", "statement: needs redaction", "malice_approved: needs not_upheld", "minute: needs proposal",
                "returned: needs proposal", "unreachable: needs reply_attempt",
            ),
            NAMED_IN_REFUSAL,
        ),
        # restated by one promise, which is about that alone
        **dict.fromkeys(
            (
                "transfer: only if not “only a complaint about the group or the party group is sent on”", "word_out: only if not “no receipt code was given”",
                "service: only if not “it is not confirmed that nothing names the complainant”",
                "statement: only if not “it is not confirmed that nothing names the complainant”", "malice_approved: only if not “nothing was found malicious”",
                "posted: only if not “no receipt code was given”", "reply_attempt: only if not “an anonymous complainant cannot be sought”",
                "impossible: only if not “the complainant can be answered”", "impossible_agreed: needs impossible",
                "withdrawal_letter: only if not “an anonymous complaint is taken back with its receipt code”", "objection: only if not “there is one review only”", "withdrawal_verified: needs withdrawal_letter",
            ),
            RESTATED,
        ),
        **dict.fromkeys(
            (
                "delivered: needs reply", "delivered: only if not “the reply holds private data of the staff”",
                "posted: only if not “the reply holds private data of the staff”", "reply_attempt: needs reply", "impossible: needs reply",
            ),
            ONE_WAY_OF_FOUR,
        ),
        # done anew
        "reverse: renews scope": "without it a case found in scope would still say that it is outside, and could only be refused again: stuck, and seen by the clock from receipt",
        "reverse: renews guidance": "without it the old guidance would stand for a second refusal, which says the same to the same person",
        "investigate_more: renews redaction": STRICTER,
        "investigate_more: renews countersigned": "a finding, which is due anew, takes the signature back by itself",
        "investigate_more: renews malice_approved": STRICTER,
        "send_back: renews returned": "without it nothing could be approved any more: stricter, never looser",
        "upheld: renews countersigned": "the second member signs what was found; that a new finding takes the signature back is tested in test_bureau_inquiry.py",
        "not_upheld: renews countersigned": "the second member signs what was found; that a new finding takes the signature back is tested in test_bureau_inquiry.py",
        # for the round or for the case
        **dict.fromkeys(
            (
                "registration: lasts a case", "supplement_request: lasts a case", "scope: lasts a case", "guidance: lasts a case",
                "refusal_reviewed: lasts a case", "refusal_reversed: lasts a case", "transfer: lasts a case", "bag: lasts a case",
            ),
            FIRST_ROUND,
        ),
        **dict.fromkeys(
            (
                "supplement: lasts a case", "takeover: lasts a case", "admission: lasts a case", "dismissal: lasts a case", "consent: lasts a case",
                "word_in: lasts a case", "word_out: lasts a case", "service: lasts a case", "law_referral: lasts a case", "withdrawal: lasts a case",
                "withdrawal_letter: lasts a case", "withdrawal_verified: lasts a case",
            ),
            ASKS_MORE,
        ),
        **dict.fromkeys(
            (
                "redaction: lasts a round", "statement: lasts a round", "countersigned: lasts a round", "malice_approved: lasts a round", "returned: lasts a round", "execution: lasts a round", "cancelled: lasts a round", "carried: lasts a round",
                "delivered: lasts a round", "reply_attempt: lasts a round", "unreachable: lasts a round", "impossible: lasts a round",
                "impossible_agreed: lasts a round", "satisfaction: lasts a round",
            ),
            ASKS_AGAIN,
        ),
        # again and again
        **dict.fromkeys(
            (
                "supplement_request: often", "supplement: often", "assignment: often", "admission: often", "dismissal: often", "consent: often", "word_in: often",
                "word_out: often", "service: often", "statement: often", "log: often", "upheld: often", "not_upheld: often", "proposal: often", "minute: often",
                "execution: often", "cancelled: often", "delivered: often", "satisfaction: often", "checklist: often",
            ),
            ABILITY,
        ),
        **dict.fromkeys(("delivered: latest", "satisfaction: latest", "checklist: latest", "bag: latest"), LAST_SPEAKS),
        "assignment: latest": "an ability: the newest handler is the one who is bound; whoever was in charge before stays kept from asking the complainant",
        # people
        **dict.fromkeys(
            (
                "apart: a second person reviews, not the one who decided that it is out of scope", "apart: a second member signs, not the one who found",
                "apart: somebody else agrees, not the one who found", "apart: whoever investigated or proposed does not approve",
                "apart: a second person agrees, not the one who says that no reply is possible",
                "apart: whoever seeks the complainant does not agree to giving up",
                "apart: a second person asks the complainant, not the one who took the letter",
                "apart: whoever investigated does not ask the complainant about the reply", "apart: a review is by people who had no part before",
                "barred: the person complained of has no part in this case",
            ),
            SEPARATION,
        ),
        "apart: whoever investigated does not ask the complainant about the reply: named in assignment.handler": IN_CHARGE,
        "same: this is for the handler of the complaint": "promises do not speak of who was named; that the handler or the head goes through the file and files is tested in test_bureau_reply.py",
        "clock review_due: when": "without it the clock would run in the second round too: louder, never silent",
        # ways added that lead back
        **dict.fromkeys(
            (
                "supplementing -> registered by anyone", "supplementing -> registered by those at work there", "accepted -> registered by anyone",
                "accepted -> registered by those at work there",
            ),
            BACK,
        ),
    },
}  # fmt: skip
