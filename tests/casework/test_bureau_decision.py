"""The group proposes, the party group decides, and only then is anything carried out: one measure for each respondent (B2, B4(6), B12)."""

import json
import threading
from typing import Any

import pytest

from casework.aliases import declare_same
from casework.errors import BadInput
from casework.outcome import Fired, Refused
from casework.people import give_role
from tests.acting import in_the_way
from tests.bureau import KEY, Bureau

NOT_HERE = "No case has the reference"
APART = "B12 whoever investigated or proposed does not approve"
PARTY_ONLY = "B12 Only party_group may do this."
UNPROPOSED = "B12 somebody found against has no proposal yet"
UNDECIDED = "B12 on somebody found against nothing is decided yet"
NOT_FOUND = "B12 No finding upholds the complaint against whom this is about."
OPEN = "B14 a measure is neither carried out nor carried on as an open action"


def refused_form(bureau: Bureau, ref: str, act: str, by: str, **evidence: Any) -> str:
    """What a form, or the door, says that cannot be taken; nothing has changed."""
    before = bureau.row(ref)
    with pytest.raises(BadInput) as wrong:
        bureau.tries(ref, act, by, **evidence)
    assert bureau.row(ref) == before
    return wrong.value.message


def order(bureau: Bureau, measure: str) -> dict[str, Any]:
    """What a measure was opened with."""
    opened, ordered = bureau.events(measure)[:2]
    assert (opened.kind, ordered.name, ordered.actor_kind) == ("opened", "order", "sub")
    return dict(json.loads(ordered.clear))


# ── the proposal ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B4(6)", "B12")
def test_the_group_proposes_and_nobody_else(bureau: Bureau) -> None:
    ref = bureau.a_case("proposing")

    for nobody in ("chief1", "party1", "above1", "keeper1"):
        assert bureau.stopped(ref, "proposal", nobody, respondent="clerk1") == [
            "B12 Only member,assigned may do this."
        ]
    bureau.does(ref, "proposal", "member1", respondent="clerk1")
    bureau.does(ref, "submit", "member1")
    assert bureau.state(ref) == "approval", "it lies before the party group"


@pytest.mark.clause("B2", "B12")
def test_a_proposal_has_a_measure_for_the_person_and_what_is_to_be_improved_or_why_nothing(
    bureau: Bureau,
) -> None:
    """教育與懲戒、監督檢查與改進相結合."""
    ref = bureau.a_case("proposing")
    either = "say what is to be improved, or why nothing need be"

    for both_or_neither in (
        {"improvement": ""},
        {"improvement": "more people", "no_improvement_because": "none needed"},
    ):
        told = refused_form(bureau, ref, "proposal", "member1", respondent="clerk1", **both_or_neither)
        assert either in told
    bureau.does(
        ref,
        "proposal",
        "member1",
        respondent="clerk1",
        improvement="",
        no_improvement_because="it was him alone",
    )


@pytest.mark.clause("B12")
def test_each_one_found_against_has_a_proposal_and_nobody_else(bureau: Bureau) -> None:
    ref = bureau.a_case("verifying", against=("clerk1", "clerk2", "clerk3"))
    for respondent, finding in (("clerk1", "upheld"), ("clerk2", "upheld"), ("clerk3", "not_upheld")):
        bureau.does(ref, finding, "member1", respondent=respondent)
    bureau.does(ref, "countersigned", "member2")
    bureau.does(ref, "propose", "member1")

    bureau.does(ref, "proposal", "member1", respondent="clerk1")
    assert bureau.stopped(ref, "submit", "member1") == [UNPROPOSED]
    for nobody in ("clerk3", "clerk4"):
        assert bureau.stopped(ref, "proposal", "member1", respondent=nobody) == [NOT_FOUND]
    bureau.does(ref, "proposal", "member1", respondent="clerk2")
    bureau.does(ref, "submit", "member1")


@pytest.mark.clause("B12", "B4(7)")
def test_a_department_puts_right_and_a_person_is_measured(bureau: Bureau) -> None:
    whole = bureau.a_case("proposing", against=())
    person = bureau.a_case("proposing")
    told = "a department puts right (rectification), and a person is given one of the other measures"

    assert told in refused_form(bureau, whole, "proposal", "member1", respondent=None, measure="talk")
    assert told in refused_form(
        bureau, person, "proposal", "member1", respondent="clerk1", measure="rectification"
    )
    bureau.goes_on(whole, "executing", against=())
    assert order(bureau, *bureau.children(whole))["measure"] == "rectification"


@pytest.mark.clause("B12")
def test_only_a_suspension_is_so_serious_that_the_superior_is_told(bureau: Bureau) -> None:
    ref = bureau.a_case("approval")
    grave = {"respondent": "clerk1", "serious": True, "deviates_because": "he took money for it"}

    told = refused_form(bureau, ref, "minute", "party1", measure="talk", **grave)
    assert "only what suspends somebody is so serious that the superior is told as well" in told
    bureau.does(ref, "minute", "party1", measure="suspension", **grave)
    bureau.does(ref, "approve", "party1")
    assert order(bureau, *bureau.children(ref)) | {"number": ""} == {
        "number": "",
        "respondent": "clerk1",
        "measure": "suspension",
        "serious": True,
    }


# ── the gate ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B12")
def test_only_the_party_group_approves_and_returns(bureau: Bureau) -> None:
    ref = bureau.a_case("approval")

    for nobody in ("member2", "chief1", "keeper1", "above1"):
        for step, evidence in (("minute", {"respondent": "clerk1"}), ("returned", {})):
            assert PARTY_ONLY in bureau.stopped(ref, step, nobody, **evidence)
        for move in ("approve", "send_back"):
            assert PARTY_ONLY in bureau.stopped(ref, move, nobody)
    bureau.does(ref, "minute", "party1", respondent="clerk1")
    bureau.does(ref, "approve", "party1")


@pytest.mark.clause("B12")
@pytest.mark.parametrize("by", ["member1", "member2"])
def test_whoever_investigated_signed_or_proposed_does_not_approve_even_as_one_of_the_party_group(
    bureau: Bureau, by: str
) -> None:
    ref = bureau.a_case("approval")
    with bureau.store.transaction() as session:
        give_role(session, KEY, by, "party_group", bureau.now)
    bureau.meet()

    assert bureau.stopped(ref, "minute", by, respondent="clerk1") == [APART]
    assert bureau.stopped(ref, "returned", by) == [APART]
    bureau.does(ref, "minute", "party1", respondent="clerk1")
    assert bureau.stopped(ref, "approve", by) == [APART]


@pytest.mark.clause("B12")
def test_neither_does_another_account_of_the_proposer(bureau: Bureau) -> None:
    """`party2` turns out to be a second account of `member1`."""
    ref = bureau.a_case("approval")
    with bureau.store.transaction() as session:
        declare_same(session, KEY, "party2", "member1", bureau.now)
    bureau.meet()

    assert bureau.stopped(ref, "minute", "party2", respondent="clerk1") == [APART]


@pytest.mark.clause("B12", "B10")
def test_the_respondent_never_approves_under_whichever_account(bureau: Bureau) -> None:
    """And is told that there is no such case."""
    with bureau.store.transaction() as session:
        declare_same(session, KEY, "party2", "clerk1", bureau.now)
    bureau.meet()
    ref = bureau.a_case("approval")

    assert bureau.stopped(ref, "admission", "chief1", person="party2") == [
        "B12 the person complained of has no part in this case"
    ]
    acts: tuple[tuple[str, dict[str, Any]], ...] = (("minute", {"respondent": "clerk1"}), ("approve", {}))
    for act, evidence in acts:
        with pytest.raises(BadInput, match=NOT_HERE):
            bureau.tries(ref, act, "party2", **evidence)


@pytest.mark.clause("B12")
def test_it_is_approved_with_number_and_date_of_a_minute(bureau: Bureau) -> None:
    ref = bureau.a_case("approval")

    assert bureau.stopped(ref, "approve", "party1") == [
        "B12 the party group decides, with number and date of its minute",
        UNDECIDED,
    ]
    wrong = {
        "number": ("the third one", "number (String should match pattern"),
        "on": ("2030-01-01", "on lies in the future"),
    }
    for field, (value, told) in wrong.items():
        assert told in refused_form(bureau, ref, "minute", "party1", respondent="clerk1", **{field: value})
    before = "2026-03-01"
    told = refused_form(bureau, ref, "minute", "party1", respondent="clerk1", on=before)
    assert "on lies before the case was received" in told


@pytest.mark.clause("B12")
def test_each_one_found_against_is_decided_on_once(bureau: Bureau) -> None:
    ref = bureau.a_case("approval", against=("clerk1", "clerk2"))
    bureau.does(ref, "minute", "party1", respondent="clerk1")

    assert bureau.stopped(ref, "approve", "party1") == [UNDECIDED]
    assert bureau.stopped(ref, "minute", "party1", respondent="clerk1") == [
        "B12 This is already recorded; a mistake is mended with a correction."
    ]
    assert bureau.stopped(ref, "minute", "party1", respondent="clerk3") == [NOT_FOUND]
    bureau.does(ref, "minute", "party1", respondent="clerk2")
    bureau.does(ref, "approve", "party1")


@pytest.mark.clause("B12")
def test_the_party_group_changes_the_measure_with_a_reason(bureau: Bureau) -> None:
    """可採取: the ladder is the default."""
    ref = bureau.a_case("approval")
    told = "B12 The ladder gives talk: it is number 1 within a year. Another measure needs its reason."

    assert bureau.stopped(ref, "minute", "party1", respondent="clerk1", measure="public_criticism") == [told]
    bureau.does(
        ref,
        "minute",
        "party1",
        respondent="clerk1",
        measure="public_criticism",
        deviates_because="he knew it",
    )
    bureau.does(ref, "approve", "party1")
    assert order(bureau, *bureau.children(ref))["measure"] == "public_criticism"


@pytest.mark.clause("B12")
def test_what_the_party_group_gives_back_is_proposed_and_decided_anew(bureau: Bureau) -> None:
    ref = bureau.a_case("approval")
    bureau.does(ref, "minute", "party1", respondent="clerk1")

    assert bureau.stopped(ref, "send_back", "party1") == ["B12 the party group gives the proposal back"]
    bureau.does(ref, "returned", "party1")
    assert bureau.stopped(ref, "approve", "party1") == ["B12 the proposal was given back"]
    bureau.does(ref, "send_back", "party1")
    assert bureau.stopped(ref, "submit", "member1") == [
        "B12 propose a measure, and what is to be improved",
        UNPROPOSED,
    ]
    bureau.does(ref, "proposal", "member1", respondent="clerk1")
    bureau.does(ref, "submit", "member1")
    assert UNDECIDED in bureau.stopped(ref, "approve", "party1"), "the first minute stands no more"
    bureau.goes_on(ref, "executing")


@pytest.mark.clause("B12")
def test_the_number_of_a_minute_belongs_to_one_case(bureau: Bureau) -> None:
    """One minute may decide on several people of one case, and on none of another."""
    ref = bureau.a_case("approval", against=("clerk1", "clerk2"))
    other = bureau.a_case("approval", against=("clerk3",))
    for respondent in ("clerk1", "clerk2"):
        bureau.does(ref, "minute", "party1", respondent=respondent, number="2026-77")

    told = refused_form(bureau, other, "minute", "party1", respondent="clerk3", number="2026-77")
    assert told == "The number 2026-77 was given to another case already."
    assert "2026-77" in refused_form(bureau, other, "returned", "party1", number="2026-77")
    bureau.does(other, "minute", "party1", respondent="clerk3", number="2026-78")
    assert bureau.audited() == []


@pytest.mark.clause("B12", "X2")
def test_of_two_cases_that_take_the_same_minute_at_the_same_time_one_gets_it(bureau: Bureau) -> None:
    refs = [bureau.a_case("approval", against=(respondent,)) for respondent in ("clerk1", "clerk2")]
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def decide(ref: str, respondent: str) -> None:
        ready.wait()
        try:
            done: Any = bureau.tries(ref, "minute", "party1", respondent=respondent, number="2026-77")
            outcomes.append(type(done).__name__)
        except BadInput as error:
            outcomes.append(error.message)

    threads = [
        threading.Thread(target=decide, args=pair)
        for pair in zip(refs, ("clerk1", "clerk2"), strict=True)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Fired", "The number 2026-77 was given to another case already."]
    assert bureau.audited() == []


# ── carried out, and not before ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B12")
def test_nothing_is_carried_out_before_the_party_group_has_approved(bureau: Bureau) -> None:
    """There is no measure to carry out."""
    ref = bureau.a_case("approval")
    bureau.does(ref, "minute", "party1", respondent="clerk1")

    assert bureau.children(ref) == []
    assert bureau.stopped(ref, "carry_out", "member1") == [
        "B3b This starts from executing; the case is in approval.",
        "B12 One of these is missing: execution,carried.",
    ]
    assert bureau.stopped(ref, "execution", "member1", outcome="executed", ref="c-0000000000", at="2026-03-02T02:00:00Z") == [
        "B12 This is recorded in executing,replying,replied; the case is in approval.",
        "B12 This is recorded by how the linked case ended, by no person.",
    ]  # fmt: skip
    bureau.does(ref, "approve", "party1")
    assert len(bureau.children(ref)) == 1


@pytest.mark.clause("B12")
def test_each_decision_becomes_a_measure_that_begins_with_what_the_minute_says(bureau: Bureau) -> None:
    """Several respondents, several measures; the case goes on when each is carried out or carried on."""
    ref = bureau.a_case("approval", against=("clerk1", "clerk2"))
    bureau.does(ref, "minute", "party1", respondent="clerk1", number="2026-7")
    bureau.does(
        ref, "minute", "party1", respondent="clerk2", number="2026-8", measure="suspension", deviates_because="he took money",
    )  # fmt: skip
    approved = bureau.does(ref, "approve", "party1")
    first, second = bureau.children(ref)

    assert approved.opened == (first, second)
    assert [(order(bureau, one)["number"], order(bureau, one)["respondent"], order(bureau, one)["measure"]) for one in (first, second)] == [
        ("2026-7", "clerk1", "talk"), ("2026-8", "clerk2", "suspension"),
    ]  # fmt: skip
    bureau.does(first, "proof", "member1")
    bureau.does(first, "execute", "member1")
    assert bureau.stopped(ref, "carry_out", "member1") == [OPEN]
    bureau.does(second, "proof", "member2")
    bureau.does(second, "execute", "member2")
    bureau.does(ref, "carry_out", "member1")
    assert bureau.audited() == []


@pytest.mark.clause("B12")
def test_a_measure_is_ordered_by_a_minute_and_revoked_by_the_party_group_alone(bureau: Bureau) -> None:
    ref = bureau.a_case("executing")
    (measure,) = bureau.children(ref)

    for nobody in ("member1", "chief1"):
        assert PARTY_ONLY in bureau.stopped(measure, "revocation", nobody)
        assert PARTY_ONLY in bureau.stopped(measure, "revoke", nobody)
    assert bureau.stopped(measure, "revoke", "party1") == ["B12 the party group revokes the measure"]
    bureau.does(measure, "revocation", "party1")
    bureau.does(measure, "revoke", "party1")
    assert bureau.state(measure) == "revoked"
    assert [event.name for event in bureau.events(ref, "recorded")][-1] == "cancelled"


@pytest.mark.clause("B14")
def test_a_measure_that_takes_longer_is_carried_on_as_an_open_action_by_the_head(bureau: Bureau) -> None:
    """It is carried out after the file is closed, and the file stays as it is."""
    ref = bureau.a_case("executing")
    (measure,) = bureau.children(ref)

    assert bureau.stopped(ref, "carry_out", "member1") == [
        "B12 One of these is missing: execution,carried.",
        OPEN,
    ]
    assert bureau.stopped(ref, "carried", "member1") == ["B14 Only group_head,superior_body may do this."]
    assert "due lies in the past" in refused_form(bureau, ref, "carried", "chief1", due="2026-03-01")
    bureau.does(ref, "carried", "chief1", owner="member2", due="2026-06-01")
    bureau.does(ref, "carry_out", "member1")
    bureau.goes_on(ref, "archived")
    whole = bureau.row(ref)
    bureau.does(measure, "proof", "member2")
    bureau.does(measure, "execute", "member2")
    assert bureau.state(measure) == "executed"
    assert bureau.row(ref) == whole
    assert bureau.audited() == []


@pytest.mark.clause("B12", "X4")
def test_a_measure_that_is_not_carried_out_is_told_to_the_head_the_party_group_and_the_superior(
    bureau: Bureau,
) -> None:
    """20, 30, 40 working days from Monday 2 March 2026 on, of which 6 April is none."""
    (measure,) = bureau.children(bureau.a_case("executing"))
    bureau.time_passes(days=28, seconds=1)
    assert bureau.told(measure) == [("execution_due", "reminded", ["member", "group_head"])]
    bureau.time_passes(days=15)
    bureau.time_passes(days=14)

    assert bureau.told(measure)[1:] == [
        ("execution_due", "breached", ["group_head", "party_group"]), ("execution_due", "breached", ["superior_body"]),
    ]  # fmt: skip


@pytest.mark.clause("B12", "B10")
def test_whom_it_is_about_knows_nothing_of_a_measure_either(bureau: Bureau) -> None:
    """Nor does another respondent of the same complaint; whoever may know of the case may know of its measures."""
    ref = bureau.a_case("executing", against=("member6", "clerk1"))
    for measure in bureau.children(ref):
        with pytest.raises(BadInput, match=NOT_HERE):
            bureau.tries(measure, "proof", "member6")
        with pytest.raises(BadInput, match=NOT_HERE):
            bureau.tries(measure, "proof", "member5")
        done = bureau.tries(measure, "proof", "member2")
        assert isinstance(done, Fired), in_the_way(done)


@pytest.mark.clause("B12")
def test_a_second_complaint_upheld_within_a_year_has_the_second_measure(bureau: Bureau) -> None:
    bureau.a_case("executing")
    ref = bureau.a_case("proposing")

    assert isinstance(bureau.tries(ref, "proposal", "member1", respondent="clerk1", measure="talk"), Refused)
    bureau.goes_on(ref, "executing", measure="public_criticism")
    assert order(bureau, *bureau.children(ref))["measure"] == "public_criticism"
