"""The register of interpretations: by whom, numbered without gaps, sealed, and shown by number where its clause is met."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import exc, select, text

import models
from casework.errors import BadInput
from casework.interpretations import InterpretationView, Interpreted, interpret, interpretations
from casework.outcome import Refused
from tests.bureau import Bureau

QUESTION, RULING = "金絲雀：兩次投訴同一件事算幾次？", "金絲雀：算一次。"


def rule(
    office: Bureau,
    clause: str = "B12",
    *,
    by: str = "party1",
    minute: str = "2026-7",
    on: dt.date = dt.date(2026, 3, 2),
    question: str = QUESTION,
    ruling: str = RULING,
) -> Interpreted | Refused:
    with office.store.transaction() as session:
        return interpret(
            session, office.key, clause, office.actor(by), office.now, question=question, ruling=ruling, minute=minute, on=on
        )  # fmt: skip


def read(office: Bureau, by: str = "member1", clause: str | None = None) -> list[InterpretationView]:
    with office.store.reading() as session:
        return interpretations(session, office.key, office.people[by], office.now, clause=clause)


@pytest.mark.clause("B16")
def test_an_interpretation_keeps_question_ruling_date_and_minute_linked_to_its_clause(
    bureau: Bureau,
) -> None:
    done = rule(bureau)
    assert isinstance(done, Interpreted)
    assert (done.no, done.clause) == (1, "B12")
    (shown,) = read(bureau)
    assert (shown.no, shown.clause, shown.question, shown.ruling) == (1, "B12", QUESTION, RULING)
    assert (shown.minute, shown.by, shown.ruled_on) == ("2026-7", "party1", dt.date(2026, 3, 2))


@pytest.mark.clause("B16")
def test_they_are_numbered_per_office_without_gaps_whatever_was_refused_between(bureau: Bureau) -> None:
    rule(bureau)
    assert isinstance(rule(bureau, by="chief1"), Refused)
    with pytest.raises(BadInput):
        rule(bureau, ruling="")
    rule(bureau, "B10")
    rule(bureau, minute="2026-8")
    assert [(one.no, one.clause) for one in read(bureau)] == [(1, "B12"), (2, "B10"), (3, "B12")]
    assert [one.no for one in read(bureau, clause="B12")] == [1, 3]


@pytest.mark.clause("B16")
def test_two_recorded_at_once_have_two_numbers(bureau: Bureau) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda n: rule(bureau, minute=f"2026-{n}"), range(1, 9)))
    assert sorted(one.no for one in done if isinstance(one, Interpreted)) == list(range(1, 9))


@pytest.mark.clause("B16")
@pytest.mark.parametrize("handle", ["member1", "chief1", "keeper1", "above1", "audit1", "clerk1"])
def test_only_the_party_group_interprets_and_the_attempt_is_kept_without_its_words(
    bureau: Bureau, handle: str
) -> None:
    refused = rule(bureau, by=handle)
    assert isinstance(refused, Refused)
    assert [(r.kind, r.clause, r.who) for r in refused.requirements] == [("role", "B16", ("party_group",))]
    refusals = models.table(models.Refusal)
    with bureau.store.reading() as session:
        (kept,) = session.connection().execute(select(refusals)).all()
    assert (kept.act_kind, kept.act, kept.actor_id) == ("interpretation", "B12", bureau.people[handle].id)
    assert "金絲雀" not in str(kept)
    assert read(bureau) == []


@pytest.mark.clause("B10", "B16")
def test_the_words_are_sealed_and_shown_only_to_whoever_has_a_part_in_the_procedure(
    bureau: Bureau,
) -> None:
    rule(bureau)
    table = models.table(models.Interpretation)
    with bureau.store.reading() as session:
        (row,) = session.connection().execute(select(table)).all()
    assert "金絲雀".encode() not in b"".join(bytes(v) for v in row if isinstance(v, bytes | memoryview))
    assert "金絲雀" not in str(row)
    (seen,) = read(bureau, "clerk1")
    assert (seen.no, seen.clause, seen.question, seen.ruling) == (1, "B12", None, None)
    assert read(bureau, "audit1")[0].ruling == RULING


@pytest.mark.clause("B16")
def test_an_interpretation_is_never_changed_or_deleted(bureau: Bureau) -> None:
    rule(bureau)
    for statement in ("UPDATE interpretation SET clause = 'B11'", "DELETE FROM interpretation"):
        with pytest.raises(exc.DBAPIError), bureau.store.engine.begin() as connection:
            connection.execute(text(statement))
    assert [one.clause for one in read(bureau)] == ["B12"]


@pytest.mark.clause("B16")
def test_an_office_knows_the_numbers_by_clause_and_its_chain_knows_the_ruling(bureau: Bureau) -> None:
    for clause in ("B12", "B10", "B12"):
        rule(bureau, clause)
    events = models.table(models.OfficeEvent)
    with bureau.store.reading() as session:
        (view,) = bureau.store.offices(session.connection()).values()
        newest = session.connection().execute(select(events).order_by(events.c.seq.desc()).limit(1)).one()
    assert view.interpreted == {"B10": (2,), "B12": (1, 3)}
    assert (newest.what, newest.actor_id) == ("interpretation", bureau.people["party1"].id)


@pytest.mark.clause("B16")
@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (
            {"clause": "B99"},
            "There is no clause B99 to be interpreted in this office. There is: B1, B2, B3a,",
        ),
        ({"clause": "P6b"}, "There is no clause P6b to be interpreted in this office."),
        ({"clause": "X1"}, "There is no clause X1 to be interpreted in this office."),
        ({"question": " "}, "The question needs 2 to 8000 characters."),
        ({"ruling": "算" * 8001}, "The ruling needs 2 to 8000 characters."),
        ({"minute": "seven"}, "The number of a minute is written like 2026-3"),
        ({"on": dt.date(2026, 3, 3)}, "The minute is of 2026-03-03, which lies in the future."),
    ],
)
def test_an_interpretation_that_cannot_be_is_refused_in_a_sentence_that_repeats_no_words(
    bureau: Bureau, wanted: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadInput) as refused:
        rule(bureau, **wanted)  # type: ignore[arg-type]
    assert str(refused.value).startswith(sentence)
    assert "金絲雀" not in str(refused.value)
    assert read(bureau) == []
