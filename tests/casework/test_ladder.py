"""The ladder of B12 through the door: what an approval counts, under lock, and what must be said for another measure."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

import models
from casework import corrections, fire
from casework.audit import examine, verify
from casework.errors import BadInput
from casework.ladder_queries import flagged_decisions, ladder_of
from casework.outcome import Fired, Refused
from states.editions import edition
from states.words import sentence
from tests.building import MONDAY, a_store, told
from tests.casework.upheld_cases import FINDINGS, Bureau, a_bureau

EVENTS, CASES = models.table(models.Event), models.table(models.Case)
LAW = edition("bureau.complaint", "2026-01-01")


@pytest.fixture
def bureau(database_url: str, tmp_path: Path) -> Iterator[Bureau]:
    store = a_store(database_url, tmp_path)
    yield a_bureau(store)
    store.close()


def sentences(done: object) -> list[str]:
    """What stood in the way, as it is told in English."""
    assert isinstance(done, Refused), "it was done"
    return [sentence(r, LAW, "en") for r in done.requirements]


def in_events(bureau: Bureau, ref: str, step: str) -> list[dict[str, Any]]:
    """What the door noted beside the evidence of each record of a step."""
    wanted = select(EVENTS.c["clear"]).join_from(EVENTS, CASES, CASES.c.id == EVENTS.c.case_id)
    with bureau.store.reading() as session:
        rows = session.connection().execute(
            wanted.where(CASES.c.ref == ref, EVENTS.c.name == step).order_by(EVENTS.c.seq)
        )
        return [json.loads(row[0])["ladder"] for row in rows]


def clean(bureau: Bureau) -> None:
    """Nothing is wrong with the record."""
    assert [] == [flaw.message for flaw in verify(bureau.store).findings]


@pytest.mark.clause("B12", "B12(1)", "B12(2)", "B12(3)", "B12(4)")
def test_the_first_to_the_fifth_have_the_measures_of_the_text_in_the_order_of_approval(
    bureau: Bureau,
) -> None:
    given = [bureau.findings(bureau.decided("ann")) for _ in range(5)]

    assert [
        (1, "talk"),
        (2, "public_criticism"),
        (3, "failed_assessment"),
        (4, "suspension"),
        (5, "suspension"),
    ] == [(row["count"], row["measure"]) for (row,) in given]
    assert [1, 2, 3, 4, 5] == [row["decided_no"] for (row,) in given]
    clean(bureau)


@pytest.mark.clause("B12")
@pytest.mark.parametrize(
    ("received", "number"),
    [
        (datetime(2027, 3, 2, 2, tzinfo=UTC), 2),
        # 15:59 UTC is still the same day in the office's zone, 16:00 is the next.
        (datetime(2027, 3, 2, 15, 59, tzinfo=UTC), 2),
        (datetime(2027, 3, 2, 16, 0, tzinfo=UTC), 1),
    ],
)
def test_exactly_twelve_months_between_the_receipts_count_and_a_day_more_does_not(
    bureau: Bureau, received: datetime, number: int
) -> None:
    bureau.decided("ann")
    bureau.clock.set(received)

    assert [number] == bureau.number(bureau.decided("ann"))


@pytest.mark.clause("B12")
def test_received_earlier_but_upheld_later_is_the_later_number(bureau: Bureau) -> None:
    bureau.clock.advance(days=60)
    first = bureau.decided("ann")

    second = bureau.decided("ann", received_at=MONDAY + timedelta(days=1))

    assert ([1], [2]) == (bureau.number(first), bureau.number(second))


@pytest.mark.clause("B12")
def test_one_incident_reported_by_three_is_one_and_another_after_it_the_second(bureau: Bureau) -> None:
    first = bureau.decided("ann")
    second = bureau.decided("ann", same_as=first)
    third = bureau.decided("ann", same_as=second)

    assert [[1], [1], [1]] == [bureau.number(ref) for ref in (first, second, third)]
    assert [2] == bureau.number(bureau.decided("ann"))
    clean(bureau)


@pytest.mark.clause("B12")
def test_one_incident_is_one_whichever_of_its_cases_says_so(bureau: Bureau) -> None:
    """The second report is decided before anybody sees that both are about the same; the third says it of the second alone."""
    first = bureau.upheld("ann")
    second = bureau.decided("ann", same_as=first)
    third = bureau.upheld("ann", same_as=second)

    assert isinstance(bureau.propose(third, "ann", "talk"), Fired)
    assert [1] == bureau.number(second)


@pytest.mark.clause("B12")
def test_a_case_about_the_same_incident_that_there_is_not_is_told_so(bureau: Bureau) -> None:
    ref = bureau.registered("ann")
    bureau.inquired(ref, "ann")

    with pytest.raises(BadInput, match="No case has the reference"):
        bureau.uphold(ref, "ann", same_as="c-0000000000")


@pytest.mark.clause("B12")
def test_an_overturned_finding_lowers_the_count_and_flags_the_later_decision(bureau: Bureau) -> None:
    first, second = bureau.decided("ann"), bureau.decided("ann")
    third = bureau.decided("bob")

    bureau.overturn(first, "ann")

    (fell, not_upheld) = bureau.findings(first)
    assert (bureau.now, 1, "upheld", "not_upheld") == (
        fell["overturned_at"],
        fell["count"],
        fell["outcome"],
        not_upheld["outcome"],
    )
    with bureau.store.reading() as session:
        flags = flagged_decisions(session, bureau.key, bureau.people["head"])
    assert [(second, "ann", 2, 1, "public_criticism", "talk")] == [
        (f.ref, f.handle, f.was, f.now, f.measure, f.measure_now) for f in flags
    ]
    assert [2] == bureau.number(bureau.decided("ann"))
    assert [1] == bureau.number(third)
    clean(bureau)


@pytest.mark.clause("B12")
def test_upheld_again_on_review_it_keeps_its_number(bureau: Bureau) -> None:
    bureau.decided("ann")
    second = bureau.decided("ann")

    bureau.reviewed(second, "ann")
    bureau.uphold(second, "ann", by="m3")
    bureau.record(second, "countersigned", "m4")
    bureau.move(second, "propose", "m3")
    assert isinstance(bureau.propose(second, "ann", "public_criticism", by="m3"), Fired)
    bureau.move(second, "submit", "m3")
    assert isinstance(bureau.decide(second, "ann", "public_criticism"), Fired)

    assert [2, 2] == bureau.number(second)
    assert [3] == bureau.number(bureau.decided("ann"))
    clean(bureau)


@pytest.mark.clause("B12")
def test_a_review_that_goes_back_to_the_inquiry_takes_nothing_from_the_first_decision(bureau: Bureau) -> None:
    first = bureau.decided("ann")
    bureau.reviewed(first, "ann")

    bureau.move(first, "investigate_more", "m3")

    assert [1] == bureau.number(first)
    assert [2] == bureau.number(bureau.decided("ann"))
    clean(bureau)


@pytest.mark.clause("B12")
def test_a_finding_that_is_investigated_again_is_none_until_it_is_found_again(bureau: Bureau) -> None:
    ref = bureau.registered("ann")
    bureau.inquired(ref, "ann")
    bureau.uphold(ref, "ann")
    assert 1 == len(bureau.findings(ref))

    bureau.move(ref, "investigate_more", "m1")

    assert [] == bureau.findings(ref)
    clean(bureau)


@pytest.mark.clause("B12", "B4(7)")
def test_a_department_alone_is_put_right_and_has_no_number(bureau: Bureau) -> None:
    first, second = bureau.decided(), bureau.decided()

    assert ([0], [0]) == (bureau.number(first), bureau.number(second))
    assert [1] == bureau.number(bureau.decided("ann"))
    clean(bureau)


@pytest.mark.clause("B12", "B15")
def test_what_came_in_before_the_edition_has_no_measure_and_counts_for_nothing(bureau: Bureau) -> None:
    old = bureau.upheld("ann", received_at=datetime(2025, 12, 31, 15, 59, tzinfo=UTC))

    assert [
        "The ladder gives no measure: the complaint came in before it held. A measure needs its reason."
    ] == sentences(bureau.propose(old, "ann", "talk"))
    assert isinstance(bureau.propose(old, "ann", "talk", "it was grave"), Fired)
    bureau.move(old, "submit", "m1")
    assert isinstance(bureau.decide(old, "ann", "talk", "it was grave"), Fired)
    bureau.move(old, "approve", "party1")

    assert [0] == bureau.number(old)
    on_the_day = bureau.decided("ann", received_at=datetime(2025, 12, 31, 16, 0, tzinfo=UTC))
    assert [1] == bureau.number(on_the_day)
    assert [2] == bureau.number(bureau.decided("ann"))


@pytest.mark.clause("B12")
def test_several_respondents_of_one_complaint_have_a_number_each(bureau: Bureau) -> None:
    bureau.decided("bob")

    both = bureau.decided("ann", "bob")

    assert [(1, "talk"), (2, "public_criticism")] == [
        (row["count"], row["measure"]) for row in bureau.findings(both)
    ]
    clean(bureau)


@pytest.mark.clause("B12")
def test_findings_on_two_accounts_of_one_human_are_counted_together(bureau: Bureau) -> None:
    bureau.decided("ann2")

    bureau.alias("ann2", "ann")

    assert [2] == bureau.number(bureau.decided("ann"))
    clean(bureau)


@pytest.mark.clause("B12")
def test_an_office_may_count_by_the_calendar_year_of_receipt(bureau: Bureau) -> None:
    bureau.set("ladder.window", "calendar year")
    bureau.decided("ann")
    bureau.clock.advance(days=303)
    same_year = bureau.decided("ann")
    bureau.clock.advance(days=3)
    next_year = bureau.decided("ann")

    assert ([2], [1]) == (bureau.number(same_year), bureau.number(next_year))
    assert "calendar year" == in_events(bureau, next_year, "minute")[0]["window"]


@pytest.mark.clause("B12")
def test_another_measure_is_refused_without_a_reason_at_the_proposal_and_at_the_minute(
    bureau: Bureau,
) -> None:
    bureau.decided("ann")
    ref = bureau.upheld("ann")
    asked = (
        "The ladder gives public criticism: it is number 2 within a year. Another measure needs its reason."
    )

    assert [asked] == sentences(bureau.propose(ref, "ann", "talk"))
    assert [asked] == sentences(bureau.propose(ref, "ann", "suspension"))
    assert isinstance(bureau.propose(ref, "ann", "talk", "it was a trifle"), Fired)
    bureau.move(ref, "submit", "m1")
    assert [asked] == sentences(bureau.decide(ref, "ann", "talk"))
    assert [None] == bureau.number(ref)
    assert isinstance(bureau.decide(ref, "ann", "talk", "it was a trifle"), Fired)

    assert [(2, "talk")] == [(row["count"], row["measure"]) for row in bureau.findings(ref)]
    clean(bureau)


@pytest.mark.clause("B12", "B10")
def test_the_number_is_not_told_to_whoever_may_not_propose(bureau: Bureau) -> None:
    bureau.decided("ann")
    ref = bureau.upheld("ann")

    refused = bureau.propose(ref, "ann", "talk", by="party1")

    assert all("ladder" not in told_so for told_so in sentences(refused))


@pytest.mark.clause("B12")
def test_the_ladder_is_counted_when_it_is_approved_and_not_when_it_is_proposed(bureau: Bureau) -> None:
    first, second = bureau.submitted("ann"), bureau.submitted("ann")
    assert isinstance(bureau.decide(second, "ann", "talk"), Fired)

    assert [
        "The ladder gives public criticism: it is number 2 within a year. Another measure needs its reason."
    ] == sentences(bureau.decide(first, "ann", "talk"))
    assert isinstance(bureau.decide(first, "ann", "public_criticism"), Fired)


@pytest.mark.clause("B12")
def test_what_the_ladder_said_stands_in_the_chained_event(bureau: Bureau) -> None:
    bureau.decided("ann")
    ref = bureau.decided("ann")

    said = {"number": 2, "measure": "public_criticism", "window": "12 months", "counted": [1]}
    assert [said | {"decided_no": 2}] == in_events(bureau, ref, "minute")
    assert [said] == in_events(bureau, ref, "proposal")


@pytest.mark.clause("B12")
def test_a_decision_that_was_given_back_is_none_and_counted_anew_when_it_is_made_again(
    bureau: Bureau,
) -> None:
    ref = bureau.submitted("ann")
    assert isinstance(bureau.decide(ref, "ann", "talk"), Fired)
    bureau.record(ref, "returned", "party1", number="2026-777", on="2026-03-02", reason="say more")
    bureau.move(ref, "send_back", "party1")
    assert [None] == bureau.number(ref)

    other = bureau.decided("ann")
    assert isinstance(bureau.propose(ref, "ann", "public_criticism"), Fired)
    bureau.move(ref, "submit", "m1")
    assert isinstance(bureau.decide(ref, "ann", "public_criticism"), Fired)

    assert ([1], [2]) == (bureau.number(other), bureau.number(ref))
    clean(bureau)


@pytest.mark.clause("B12")
def test_nobody_is_decided_on_twice(bureau: Bureau) -> None:
    ref = bureau.submitted("ann")
    assert isinstance(bureau.decide(ref, "ann", "talk"), Fired)

    assert ["This is already recorded; a mistake is mended with a correction."] == sentences(
        bureau.decide(ref, "ann", "suspension", "it was grave")
    )


@pytest.mark.clause("B12")
def test_nothing_is_proposed_for_somebody_who_was_not_found_against(bureau: Bureau) -> None:
    ref = bureau.registered("ann", "bob")
    bureau.inquired(ref, "ann", "bob")
    bureau.uphold(ref, "ann")
    bureau.acquit(ref, "bob")
    bureau.record(ref, "countersigned", "m2")
    bureau.move(ref, "propose", "m1")

    assert ["No finding upholds the complaint against whom this is about."] == sentences(
        bureau.propose(ref, "bob", "talk")
    )


def at_once(bureau: Bureau, refs: list[str], *, because: str) -> list[Fired | Refused]:
    """Approve these cases by as many threads, which begin together."""
    done: list[Fired | Refused] = []
    together = threading.Barrier(len(refs))

    def approve(ref: str, number: int) -> None:
        evidence = {"number": f"2026-{500 + number}", "on": "2026-03-02", "respondent": "ann", "measure": "talk", "deviates_because": because}  # fmt: skip
        together.wait()
        with bureau.store.transaction() as session:
            done.append(
                fire.record(session, ref, "minute", bureau.actor("party1"), bureau.now, evidence=evidence)
            )

    threads = [threading.Thread(target=approve, args=(ref, n), daemon=True) for n, ref in enumerate(refs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return done


@pytest.mark.clause("B12", "X2")
def test_four_approvals_of_one_person_at_the_same_time_are_counted_one_after_the_other(
    bureau: Bureau,
) -> None:
    refs = [bureau.submitted("ann") for _ in range(4)]

    done = at_once(bureau, refs, because="it was a trifle")

    assert all(isinstance(one, Fired) for one in done), [told(one) for one in done]
    rows = [row for ref in refs for row in bureau.findings(ref)]
    assert [1, 2, 3, 4] == sorted(row["count"] for row in rows)
    assert all(row["count"] == row["decided_no"] for row in rows)
    clean(bureau)


@pytest.mark.clause("B12", "X2")
def test_of_two_first_measures_at_the_same_time_only_one_is_approved(bureau: Bureau) -> None:
    refs = [bureau.submitted("ann"), bureau.submitted("ann")]

    done = at_once(bureau, refs, because="")

    (refused,) = [one for one in done if isinstance(one, Refused)]
    assert [
        "The ladder gives public criticism: it is number 2 within a year. Another measure needs its reason."
    ] == sentences(refused)


def corrected(bureau: Bureau, ref: str, step: str, by: str, **evidence: object) -> Fired | Refused:
    """Correct the last record of a step."""
    wanted = select(EVENTS).join_from(EVENTS, CASES, CASES.c.id == EVENTS.c.case_id)
    with bureau.store.transaction() as session:
        row = (
            session.connection()
            .execute(wanted.where(CASES.c.ref == ref, EVENTS.c.name == step).order_by(EVENTS.c.seq.desc()))
            .first()
        )
        assert row is not None
        said = {k: v for k, v in json.loads(row.clear).items() if k not in {"ladder", "corrects"}}
        return corrections.correct(
            session, ref, row.seq, bureau.actor(by), bureau.now, evidence=said | evidence, reason="mistyped"
        )


@pytest.mark.clause("B12", "X2")
def test_a_correction_is_no_way_round_the_ladder_and_keeps_the_place_of_the_decision(bureau: Bureau) -> None:
    ref = bureau.submitted("ann")
    assert isinstance(bureau.decide(ref, "ann", "talk"), Fired)
    other = bureau.submitted("ann")
    assert isinstance(bureau.decide(other, "ann", "public_criticism"), Fired)

    assert [
        "The ladder gives talk: it is number 1 within a year. Another measure needs its reason."
    ] == sentences(corrected(bureau, ref, "minute", "party1", measure="suspension"))
    mended = corrected(bureau, ref, "minute", "party1", measure="suspension", deviates_because="it was grave")

    assert isinstance(mended, Fired), told(mended)
    assert [(1, 1, "suspension")] == [
        (row["decided_no"], row["count"], row["measure"]) for row in bureau.findings(ref)
    ]
    clean(bureau)


@pytest.mark.clause("B12", "X2")
def test_a_corrected_incident_counts_as_it_was_corrected(bureau: Bureau) -> None:
    first = bureau.decided("ann")
    second = bureau.registered("ann")
    bureau.inquired(second, "ann")
    bureau.uphold(second, "ann")
    words = {"rule": "article 5", "evidence_for": "two saw it", "evidence_against": "none"}

    done = corrected(bureau, second, "upheld", "m1", same_incident_as=first, **words)

    assert isinstance(done, Fired), told(done)
    bureau.record(second, "countersigned", "m2")
    bureau.move(second, "propose", "m1")
    assert isinstance(bureau.propose(second, "ann", "talk"), Fired)
    clean(bureau)


@pytest.mark.clause("B12", "B10")
def test_what_the_ladder_gives_is_told_to_whoever_may_know_of_the_case(bureau: Bureau) -> None:
    bureau.decided("ann")
    ref = bureau.upheld("ann", "bob")

    with bureau.store.reading() as session:
        rungs = ladder_of(session, ref, bureau.people["m1"], bureau.now)
        assert [("ann", 2, "public_criticism", None), ("bob", 1, "talk", None)] == [
            (r.handle, r.number, r.measure, r.decided) for r in rungs
        ]
        for handle in ("ann", "bob"):
            with pytest.raises(BadInput, match="No case has the reference"):
                ladder_of(session, ref, bureau.people[handle], bureau.now)


@pytest.mark.clause("B12", "B10")
def test_a_flagged_decision_is_not_told_to_whoever_may_not_know_of_its_case(bureau: Bureau) -> None:
    first, second = bureau.decided("ann"), bureau.decided("ann")
    bureau.overturn(first, "ann")
    bureau.record(second, "dismissal", "head", person="m4")

    with bureau.store.reading() as session:
        told_to = {h: flagged_decisions(session, bureau.key, bureau.people[h]) for h in ("m2", "m4", "ann")}

    assert {"m2": 1, "m4": 0, "ann": 0} == {handle: len(flags) for handle, flags in told_to.items()}


TAMPERED = {
    "a number lowered": (
        update(FINDINGS).where(FINDINGS.c["count"] == 2).values(count=1),
        "the finding of event",
    ),
    "a decision taken away": (
        update(FINDINGS).where(FINDINGS.c.decided_no == 1).values(decided_no=None),
        "is another",
    ),
    "somebody else named": (
        update(FINDINGS).where(FINDINGS.c.decided_no == 1).values(person_id=None),
        "is another",
    ),
    "called overturned": (
        update(FINDINGS).where(FINDINGS.c.decided_no == 1).values(overturned_at=MONDAY),
        "is another",
    ),
    "received at another time": (
        update(FINDINGS).where(FINDINGS.c.decided_no == 1).values(received_at=MONDAY - timedelta(days=400)),
        "is another",
    ),
    "removed": (delete(FINDINGS).where(FINDINGS.c.decided_no == 2), "is missing"),
}


@pytest.mark.clause("B12")
def test_the_audit_finds_a_changed_finding_and_names_its_case(bureau: Bureau) -> None:
    refs = [bureau.decided("ann"), bureau.decided("ann")]
    found: dict[str, list[tuple[str | None, bool]]] = {}

    for how, (statement, said) in TAMPERED.items():
        with bureau.store.engine.connect() as connection:
            connection.execute(statement)
            flaws = examine(bureau.store, connection).findings
            connection.rollback()
        found[how] = [(flaw.ref, said in flaw.message) for flaw in flaws]

    second = {"a number lowered", "removed"}
    assert {how: [(refs[how in second], True)] for how in TAMPERED} == found
    clean(bureau)


@pytest.mark.clause("B12")
def test_the_audit_finds_a_finding_that_no_event_makes(bureau: Bureau) -> None:
    ref = bureau.decided("ann")
    (row,) = bureau.findings(ref)

    with bureau.store.transaction() as session:
        made_up = {
            name: value for name, value in row.items() if name not in {"id", "decided_no", "event_seq"}
        }
        session.connection().execute(insert(FINDINGS), made_up | {"event_seq": 3, "decided_no": 9})

    (flaw,) = verify(bureau.store).findings
    assert (ref, True) == (flaw.ref, "no event makes the finding of event 3" in flaw.message)
