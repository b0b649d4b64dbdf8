"""Editions are found, dated, and fit together; what does not fit is named in one sentence each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from states.acts import Ending, Move, Sub
from states.editions import collected, edition, editions, in_force, misfits, procedures, startable
from states.law import common_followup_2026 as followup
from states.law import property_complaint_2026 as complaint
from states.law import property_opinion_2026 as opinion
from states.people import Apart
from states.procedure import Procedure, Unsound
from states.promises import TwoPersons

if TYPE_CHECKING:
    from collections.abc import Iterable

KNOWN = tuple(editions().values())


def module(name: str, procedure: Procedure | None) -> ModuleType:
    """A law file that declares this procedure."""
    made = ModuleType(f"states.law.{name}")
    if procedure is not None:
        made.PROCEDURE = replace(procedure, module=made.__name__)  # type: ignore[attr-defined]
    return made


def starting(sub: Sub) -> Procedure:
    """The service complaint, starting this instead of its callback."""
    old = complaint.finish
    finish = Move(old.sources, old.dest, old.says, old.clause, old.by, old.needs, starts=(sub,))
    object.__setattr__(finish, "name", old.name)
    object.__setattr__(finish, "owner", old.owner)
    return replace(
        complaint.PROCEDURE, moves=tuple(finish if m is old else m for m in complaint.PROCEDURE.moves)
    )


def others(procedure: Procedure) -> tuple[Procedure, ...]:
    """Every procedure, this one in place of the one of its name."""
    return (procedure, *(p for p in KNOWN if p.name != procedure.name))


def found(procedures: Iterable[Procedure]) -> list[str]:
    return list(dict.fromkeys(misfits(tuple(procedures))))


def test_every_law_file_named_by_a_year_is_found() -> None:
    assert {"common.followup", "property.callout", "property.complaint"} <= set(procedures())
    assert complaint.PROCEDURE is edition("property.complaint", "2026-01-01")


def test_editions_are_loaded_once_and_sorted() -> None:
    assert editions() is editions()
    assert sorted(editions()) == list(editions())


def test_the_procedures_fit_together() -> None:
    assert [] == found(KNOWN)


def test_the_edition_of_the_day_is_in_force() -> None:
    later = replace(opinion.PROCEDURE, edition=date(2027, 7, 1))
    known = collected([module("a_2026", opinion.PROCEDURE), module("a_2027_07", later)])

    assert [("property.opinion", "2026-01-01"), ("property.opinion", "2027-07-01")] == list(known)
    assert opinion.PROCEDURE is in_force("property.opinion", date(2026, 1, 1))
    assert opinion.PROCEDURE is in_force("property.opinion", date(2999, 1, 1))


def test_before_the_first_edition_the_first_is_in_force() -> None:
    assert opinion.PROCEDURE is in_force("property.opinion", date(1999, 12, 31))


def test_of_two_editions_the_one_of_the_day_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    known = collected(
        [
            module("a_2026", opinion.PROCEDURE),
            module("a_2027", replace(opinion.PROCEDURE, edition=date(2027, 7, 1))),
        ]
    )
    monkeypatch.setattr("states.editions.editions", lambda: known)

    assert date(2026, 1, 1) == in_force("property.opinion", date(2027, 6, 30)).edition
    assert date(2027, 7, 1) == in_force("property.opinion", date(2027, 7, 1)).edition


@pytest.mark.parametrize(
    "ask",
    [
        lambda: edition("property.complain", "2026-01-01"),
        lambda: in_force("property.complain", date(2026, 1, 1)),
    ],
)
def test_an_unknown_procedure_is_named_with_those_there_are(ask) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    with pytest.raises(
        LookupError, match=r"There is no procedure property\.complain; there are: .*property\.complaint"
    ):
        ask()


def test_an_unknown_edition_is_named_with_those_there_are() -> None:
    with pytest.raises(
        LookupError, match=r"property\.opinion has no edition of 2025-01-01; there are: 2026-01-01\."
    ):
        edition("property.opinion", "2025-01-01")


def test_two_law_files_of_one_edition_are_refused_by_name() -> None:
    with pytest.raises(
        Unsound,
        match=r"states\.law\.a_2026 and states\.law\.b_2026 both declare the edition 2026-01-01 of property\.opinion",
    ):
        collected([module("a_2026", opinion.PROCEDURE), module("b_2026", opinion.PROCEDURE)])


def test_a_law_file_that_declares_nothing_is_refused() -> None:
    with pytest.raises(
        Unsound, match=r"states\.law\.hotel_complaint_2026 is named like an edition and declares no PROCEDURE"
    ):
        collected([module("hotel_complaint_2026", None)])


def test_a_file_of_what_editions_share_declares_nothing() -> None:
    assert {} == collected([module("roles", None)])


def test_a_kind_that_does_not_exist_is_named() -> None:
    wrong = found(others(starting(Sub("common.folowup", ()))))

    assert "property.complaint of 2026-01-01: it starts common.folowup, which is no procedure" in wrong


def test_every_end_of_a_linked_case_must_be_foreseen() -> None:
    wrong = found(others(starting(Sub("common.followup", complaint.follow_up.endings[:-1]))))

    assert [
        "property.complaint of 2026-01-01: it does not foresee that common.followup of 2026-01-01 ends in dissatisfied"
    ] == wrong


def test_a_lapse_needs_no_ending_since_it_comes_from_the_parent() -> None:
    assert followup.S.lapsed not in {ending.state for ending in complaint.follow_up.endings}


def test_what_is_foreseen_must_be_an_end() -> None:
    planned = Ending(followup.S.planned, complaint.callback)
    wrong = found(others(starting(Sub("common.followup", (*complaint.follow_up.endings, planned)))))

    assert [
        "property.complaint of 2026-01-01: it foresees that common.followup of 2026-01-01 ends in planned, which is not an end of it"
    ] == wrong


def test_an_end_is_foreseen_once() -> None:
    twice = (*complaint.follow_up.endings, complaint.follow_up.endings[0])

    assert [
        "property.complaint of 2026-01-01: it foresees twice that common.followup of 2026-01-01 ends in satisfied"
    ] == found(others(starting(Sub("common.followup", twice))))


def test_an_end_is_recorded_by_the_step_that_is_for_this_kind() -> None:
    sub = Sub(
        "property.opinion",
        (Ending(opinion.S.archived, complaint.callback), Ending(opinion.S.voided, complaint.callback)),
    )

    assert (
        "property.complaint of 2026-01-01: the end of property.opinion records callback, which is for the end of common.followup"
        in found(others(starting(sub)))
    )


@pytest.mark.parametrize(
    "strange",
    [
        {
            "aparts": (
                *complaint.PROCEDURE.aparts,
                Apart((complaint.remedy,), (opinion.reading,), "P6b", "two persons"),
            )
        },
        {
            "promises": (
                *complaint.PROCEDURE.promises,
                TwoPersons("P6b", (complaint.remedy,), (opinion.reading,)),
            )
        },
    ],
    ids=["rule", "promise"],
)
def test_a_rule_about_persons_looks_only_at_linked_cases(strange: dict[str, object]) -> None:
    wrong = found(others(replace(complaint.PROCEDURE, **strange)))  # type: ignore[arg-type]

    assert [
        "property.complaint of 2026-01-01: a rule about persons names reading of property.opinion, whose cases are never linked to it"
    ] == wrong


def test_a_rule_about_persons_names_acts_that_every_edition_has() -> None:
    without = replace(
        followup.PROCEDURE,
        edition=date(2027, 1, 1),
        steps=tuple(s for s in followup.PROCEDURE.steps if s is not followup.answer),
    )

    assert (
        "property.complaint of 2026-01-01: a rule about persons names answer, which common.followup of 2027-01-01 does not have"
        in found((*KNOWN, without))
    )


def test_a_case_may_start_the_edition_of_its_first_day_and_every_later_one() -> None:
    first, second, third = (
        replace(followup.PROCEDURE, edition=date(year, 1, 1)) for year in (2024, 2025, 2027)
    )

    assert (second, third) == startable(complaint.PROCEDURE, "common.followup", (third, first, second))


def test_one_letter_stands_for_one_register_in_an_office() -> None:
    wrong = found(others(replace(opinion.PROCEDURE, letter="C")))

    assert any("the letter C stands for the registers" in sentence for sentence in wrong)


def test_two_offices_may_use_the_same_letter() -> None:
    wrong = found((*KNOWN, replace(opinion.PROCEDURE, name="bureau.letters", register="letters", letter="C")))

    assert [] == [sentence for sentence in wrong if "letter C" in sentence]
