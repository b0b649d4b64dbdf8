"""Who looks into a complaint about conduct, what is done before anything is found, and what a finding must say (B2, B3, B10, B12)."""

from datetime import date
from typing import Any

import pytest

from casework import undertakings
from casework.errors import BadInput
from casework.outcome import Refused
from casework.people import add_person, give_role, retire_person, take_role
from casework.receipts import page
from tests.acting import in_the_way
from tests.bureau import CODED, KEY, Bureau

NOT_HERE = "No case has the reference"
ACCUSED = "B12 the person complained of has no part in this case"
UNHEARD = "B2 a respondent has not been heard yet"
UNJUDGED = "B12 a respondent has no finding yet"
UNSIGNED = "B12 a second member signs the findings"


def hidden(bureau: Bureau, ref: str, act: str, by: str, **evidence: Any) -> None:
    """The act is answered as if there were no such case."""
    with pytest.raises(BadInput, match=NOT_HERE):
        bureau.tries(ref, act, by, **evidence)


def refused_form(bureau: Bureau, ref: str, act: str, by: str, **evidence: Any) -> str:
    """What a form says that cannot be taken."""
    with pytest.raises(BadInput) as wrong:
        bureau.tries(ref, act, by, **evidence)
    return wrong.value.message


# ── B3a: by whom ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B3a")
def test_only_current_members_of_the_group_handle_and_investigate(bureau: Bureau) -> None:
    ref = bureau.a_case("accepted")

    for nobody in ("clerk2", "party1", "keeper1", "audit1"):
        told = refused_form(bureau, ref, "assignment", "chief1", handler=nobody)
        assert "handler must be somebody who is member or assigned here today" in told
    for onlooker in ("chief1", "keeper1", "audit1", "above1"):
        assert bureau.stopped(ref, "investigate", onlooker) == ["B3b Only member,assigned may do this."]


@pytest.mark.clause("B3a")
def test_only_the_head_or_the_superior_says_who_handles_it(bureau: Bureau) -> None:
    ref = bureau.a_case("accepted")

    assert bureau.stopped(ref, "assignment", "member1", handler="member1") == [
        "B3a Only group_head,superior_body may do this."
    ]
    bureau.does(ref, "assignment", "chief2", handler="member2")


@pytest.mark.clause("B3a")
@pytest.mark.parametrize("how", ["role taken", "retired"])
def test_a_former_member_loses_access_at_once(bureau: Bureau, how: str) -> None:
    """Also the handler, to a case in hand; what was done before stays."""
    ref = bureau.a_case("investigating")
    with bureau.store.transaction() as session:
        if how == "retired":
            retire_person(session, KEY, "member1", bureau.now)
        else:
            take_role(session, KEY, "member1", "member", bureau.now)
    bureau.meet()

    hidden(bureau, ref, "log", "member1")
    told = refused_form(bureau, ref, "assignment", "chief1", handler="member1")
    assert "handler must be somebody who is member" in told
    bureau.does(ref, "assignment", "chief1", handler="member2")
    bureau.goes_on(ref, "analysing", handler="member2")


@pytest.mark.clause("B3a", "B10")
def test_whoever_was_taken_off_the_list_knows_nothing_more_of_it(bureau: Bureau) -> None:
    ref = bureau.a_case("investigating")
    bureau.does(ref, "log", "member2")
    bureau.does(ref, "dismissal", "chief1", person="member2")

    hidden(bureau, ref, "log", "member2")
    assert bureau.stopped(ref, "admission", "member1", person="member2") == [
        "B10 Only group_head,superior_body may do this."
    ]


@pytest.mark.clause("B12", "B3a")
def test_where_everybody_here_is_complained_of_the_superior_and_whom_it_sends_do_it_all(
    bureau: Bureau,
) -> None:
    """A finding is signed by two whom it has sent."""
    group = ("member1", "member2", "member3", "member4", "member5", "member6", "chief1", "chief2")
    with bureau.store.transaction() as session:
        person = add_person(session, KEY, "sent2", bureau.now, name="某甲", roles=("assigned",))
        undertakings.keep(session.connection(), person, date(2026, 3, 1), "0" * 64, bureau.now, None)
    bureau.meet()
    ref = bureau.comes_in("above1", against=list(group)).ref
    for nobody in group:
        hidden(bureau, ref, "scope", nobody)

    bureau.does(ref, "assignment", "above1", handler="sent1")
    bureau.does(ref, "admission", "above1", person="sent2")
    bureau.does(ref, "scope", "sent1")
    bureau.does(ref, "accept", "sent1")
    bureau.goes_on(ref, "replied", against=group, upheld=False, handler="sent1", second="sent2")
    bureau.does(ref, "satisfaction", "sent2")
    bureau.does(ref, "checklist", "sent1")
    bureau.does(ref, "file", "sent1")
    assert bureau.archived(ref).faults == ()
    assert bureau.audited() == []


@pytest.mark.clause("B12")
def test_the_superior_can_take_a_case_over_at_any_time(bureau: Bureau) -> None:
    ref = bureau.a_case("verifying")

    assert bureau.stopped(ref, "take_over", "chief1") == [
        "B12 the superior takes the case over",
        "B12 Only superior_body may do this.",
    ]
    bureau.does(ref, "takeover", "above1")
    bureau.does(ref, "take_over", "above1")
    assert bureau.state(ref) == "transferred"


# ── B3b, B3c: in order, and with something to show for it ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B3c")
def test_nothing_is_analysed_without_an_entry_in_the_log_and_nothing_verified_without_the_memo(
    bureau: Bureau,
) -> None:
    ref = bureau.a_case("investigating")
    bureau.does(ref, "redaction", "keeper1")
    bureau.does(ref, "statement", "member1", respondent="clerk1")
    assert bureau.stopped(ref, "analyse", "member1") == ["B3c log what was investigated"]
    bureau.does(ref, "log", "member1")
    bureau.does(ref, "log", "member2")
    bureau.does(ref, "analyse", "member1")
    assert bureau.stopped(ref, "verify", "member1") == ["B3c write the analysis"]


@pytest.mark.clause("B3b", "B3c")
def test_whoever_finds_something_missing_investigates_again_and_everything_after_it_is_done_anew(
    bureau: Bureau,
) -> None:
    ref = bureau.a_case("verifying")
    bureau.does(ref, "upheld", "member1", respondent="clerk1")
    bureau.does(ref, "countersigned", "member2")
    bureau.does(ref, "investigate_more", "member1")

    assert bureau.stopped(ref, "analyse", "member1") == ["B3c log what was investigated"]
    bureau.does(ref, "log", "member1")
    bureau.does(ref, "analyse", "member1")
    assert bureau.stopped(ref, "verify", "member1") == ["B3c write the analysis"]
    bureau.does(ref, "memo", "member1")
    bureau.does(ref, "verify", "member1")
    assert UNJUDGED in bureau.stopped(ref, "propose", "member1")


# ── B10: nothing reaches the respondent that names the complainant ──────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B10")
def test_no_step_involves_the_respondent_before_somebody_has_confirmed_that_nothing_names_the_complainant(
    bureau: Bureau,
) -> None:
    ref = bureau.a_case("investigating")
    steps: dict[str, dict[str, Any]] = {"service": {"respondent": "clerk1"}, "statement": {"respondent": "clerk1"}}  # fmt: skip
    for step, evidence in steps.items():
        assert bureau.stopped(ref, step, "member1", **evidence) == [
            "B10 confirm that nothing names the complainant",
            "B10 it is not confirmed that nothing names the complainant",
        ]
    assert bureau.stopped(ref, "redaction", "member1") == [
        "B10 Only custodian,group_head,superior_body may do this."
    ], "whoever investigates does not confirm it"
    bureau.does(ref, "redaction", "keeper1", nothing_names=False)
    for step, evidence in steps.items():
        assert bureau.stopped(ref, step, "member1", **evidence) == [
            "B10 it is not confirmed that nothing names the complainant"
        ]


# ── B2: heard before anything is found ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B2")
def test_each_respondent_is_heard_or_has_refused_before_anything_is_proposed(bureau: Bureau) -> None:
    ref = bureau.a_case("investigating", against=("clerk1", "clerk2"))
    bureau.does(ref, "redaction", "keeper1")
    bureau.does(ref, "log", "member1")
    bureau.does(ref, "statement", "member1", respondent="clerk1")
    assert bureau.stopped(ref, "analyse", "member1") == [UNHEARD]
    bureau.does(
        ref, "statement", "member1", respondent="clerk2", taken=False, words="he would not say a word"
    )
    bureau.does(ref, "analyse", "member1")


@pytest.mark.clause("B2")
@pytest.mark.parametrize(("finding", "move"), [("upheld", "propose"), ("not_upheld", "conclude")])
def test_whoever_turns_out_to_be_a_respondent_later_is_heard_too(
    bureau: Bureau, finding: str, move: str
) -> None:
    ref = bureau.a_case("verifying")
    bureau.does(ref, "supplement", "member1", source="group", against=["clerk2"])
    for respondent in ("clerk1", "clerk2"):
        bureau.does(ref, finding, "member1", respondent=respondent)
    bureau.does(ref, "countersigned", "member2")

    assert bureau.stopped(ref, move, "member1") == [UNHEARD]
    bureau.does(ref, "investigate_more", "member1")
    bureau.does(ref, "redaction", "keeper1")
    bureau.does(ref, "statement", "member1", respondent="clerk2")
    bureau.does(ref, "log", "member1")
    bureau.does(ref, "analyse", "member1")


@pytest.mark.clause("B2")
@pytest.mark.parametrize("finding", ["upheld", "not_upheld"])
@pytest.mark.parametrize("left_out", ["evidence_for", "evidence_against", "rule"])
def test_a_finding_lists_evidence_for_and_against_and_cites_a_rule(
    bureau: Bureau, finding: str, left_out: str
) -> None:
    """實事求是, 依法行政."""
    ref = bureau.a_case("verifying")

    told = refused_form(bureau, ref, finding, "member1", respondent="clerk1", **{left_out: ""})
    assert left_out in told


@pytest.mark.clause("B2")
def test_what_is_upheld_cannot_close_without_a_disposition(bureau: Bureau) -> None:
    """有錯必究: neither as not upheld, nor as taken back by the complainant, who is heard all the same."""
    ref = bureau.a_case("verifying", against=("clerk1", "clerk2"))
    bureau.does(ref, "upheld", "member1", respondent="clerk1")
    bureau.does(ref, "not_upheld", "member1", respondent="clerk2")
    bureau.does(ref, "countersigned", "member2")
    bureau.does(ref, "withdrawal", "complainant")

    assert bureau.stopped(ref, "conclude", "member1") == ["B12 it is upheld: a proposal is due"]
    assert bureau.stopped(ref, "withdraw", "chief1") == ["B2 it is upheld: a disposition is due"]
    bureau.does(ref, "propose", "member1")


@pytest.mark.clause("B2")
def test_a_complaint_is_called_malicious_only_with_evidence_and_when_the_head_agrees(bureau: Bureau) -> None:
    """And nobody outside is told: the page of whoever has the code says what it says of any other."""
    done = bureau.comes_in(**CODED)
    ref, other = done.ref, bureau.comes_in(**CODED)
    for one in (ref, other.ref):
        bureau.goes_on(one, "verifying")
    bureau.does(ref, "not_upheld", "member1", respondent="clerk1", outcome="malicious")
    bureau.does(other.ref, "not_upheld", "member1", respondent="clerk1")
    for one in (ref, other.ref):
        bureau.does(one, "countersigned", "member2")

    agrees = "B2 somebody else agrees that it was malicious"
    assert bureau.stopped(other.ref, "malice_approved", "chief1") == ["B2 nothing was found malicious"]
    assert bureau.stopped(ref, "conclude", "member1") == [agrees]
    assert bureau.stopped(ref, "malice_approved", "member2") == [
        "B2 Only group_head,superior_body may do this."
    ]
    bureau.does(ref, "malice_approved", "chief1")
    for one in (ref, other.ref):
        bureau.does(one, "conclude", "member1")
    with bureau.store.transaction() as session:
        assert page(session, done.receipt, bureau.now) == page(session, other.receipt, bureau.now)


# ── B12: three findings on each respondent, signed by two ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B12")
@pytest.mark.parametrize("missing", ["facts_clear", "evidence_conclusive", "conduct_verified"])
def test_upheld_needs_all_three_findings(bureau: Bureau, missing: str) -> None:
    ref = bureau.a_case("verifying")

    told = refused_form(bureau, ref, "upheld", "member1", respondent="clerk1", **{missing: False})
    assert "upheld needs clear facts, conclusive evidence and conduct verified" in told


@pytest.mark.clause("B12")
def test_the_findings_are_signed_by_a_second_member_and_anew_when_one_is_added(bureau: Bureau) -> None:
    ref = bureau.a_case("verifying", against=("clerk1", "clerk2"))
    bureau.does(ref, "upheld", "member1", respondent="clerk1")

    assert bureau.stopped(ref, "countersigned", "member1") == [
        "B12 a second member signs, not the one who found"
    ]
    assert bureau.stopped(ref, "countersigned", "keeper1") == [
        "B12 Only member,group_head,assigned may do this."
    ]
    bureau.does(ref, "countersigned", "member2")
    assert bureau.stopped(ref, "propose", "member1") == [UNJUDGED]
    bureau.does(ref, "not_upheld", "member1", respondent="clerk2")
    assert bureau.stopped(ref, "propose", "member1") == [UNSIGNED]
    bureau.does(ref, "countersigned", "member2")
    bureau.does(ref, "propose", "member1")


@pytest.mark.clause("B12")
def test_nobody_is_found_against_who_is_no_respondent(bureau: Bureau) -> None:
    ref = bureau.a_case("verifying")
    for respondent in ("clerk1", "clerk3"):
        bureau.does(ref, "upheld", "member1", respondent=respondent)
    bureau.does(ref, "countersigned", "member2")

    assert bureau.stopped(ref, "propose", "member1") == [
        "B12 a finding is on somebody who is no respondent: record who the respondents are first"
    ]


@pytest.mark.clause("B2", "B12")
@pytest.mark.parametrize("respondent", ["clerk1", None])
@pytest.mark.parametrize(("first", "second"), [("upheld", "not_upheld"), ("not_upheld", "upheld")])
def test_about_the_same_respondent_nothing_and_its_opposite_is_found(
    bureau: Bureau, respondent: str | None, first: str, second: str
) -> None:
    """Whoever has found otherwise investigates more and finds anew."""
    ref = bureau.a_case("verifying")
    bureau.does(ref, first, "member1", respondent=respondent)

    assert [one for one in bureau.stopped(ref, second, "member2", respondent=respondent) if "opposite" in one]
    bureau.does(ref, "investigate_more", "member1")
    bureau.does(ref, "log", "member1")
    bureau.does(ref, "analyse", "member1")
    bureau.does(ref, "memo", "member1")
    bureau.does(ref, "verify", "member1")
    bureau.does(ref, second, "member2", respondent=respondent)


@pytest.mark.clause("B3c", "B12")
def test_what_was_signed_is_corrected_no_more(bureau: Bureau) -> None:
    """Neither the log nor the memo nor a finding on which the signature rests."""
    ref = bureau.a_case("proposing")
    for step, evidence in (("log", {}), ("memo", {}), ("upheld", {"respondent": "clerk1"})):
        (seq,) = [event.seq for event in bureau.events(ref, "recorded") if event.name == step]
        given = {**bureau.usual(step), **evidence}
        refused = bureau.corrects(ref, seq, "member1", **given)
        assert isinstance(refused, Refused)
        assert any("countersigned" in one for one in in_the_way(refused))


@pytest.mark.clause("B12")
def test_the_respondent_has_no_part_in_it_and_does_not_learn_of_it(bureau: Bureau) -> None:
    """A member of the group who is complained of: not as handler, not on the list, not as the one who registers it."""
    assert ACCUSED in bureau.stopped_at_the_door("member6", against=["member6"])
    ref = bureau.comes_in(against=["member6"]).ref

    for act in ("scope", "accept", "log"):
        hidden(bureau, ref, act, "member6")
    for step, field in (("assignment", "handler"), ("admission", "person")):
        assert bureau.stopped(ref, step, "chief1", **{field: "member6"}) == [ACCUSED]
    bureau.does(ref, "supplement", "member1", source="group", against=["member5"])
    assert bureau.stopped(ref, "admission", "chief1", person="member5") == [ACCUSED]
    hidden(bureau, ref, "scope", "member5")
    assert bureau.stopped(ref, "supplement", "member1", source="group", against=["member1"]) == [ACCUSED]


@pytest.mark.clause("B12")
def test_a_respondent_who_becomes_a_member_later_is_kept_out_all_the_same(bureau: Bureau) -> None:
    ref = bureau.a_case("investigating")
    with bureau.store.transaction() as session:
        give_role(session, KEY, "clerk1", "group_head", bureau.now)
        undertakings.keep(
            session.connection(), bureau.people["clerk1"].id, date(2026, 3, 1), "0" * 64, bureau.now, None
        )
    bureau.meet()

    hidden(bureau, ref, "log", "clerk1")
    hidden(bureau, ref, "redaction", "clerk1")
