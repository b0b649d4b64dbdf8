"""`person alias`, `person undertake`: accounts of one human, and undertakings, at the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.desk.counter import one_sentence

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk.counter import Counter


@pytest.mark.clause("X2")
def test_two_handles_of_one_person_are_joined_and_shown(counter: Counter) -> None:
    counter.done("person", "add", "desk9", "--name", "CANARY-NAME", "--role", "manager")
    told = counter.done("person", "alias", "desk9", "--of", "desk1")
    assert told == {"handle": "desk9", "same_as": "desk1", "new": True}
    assert not counter.done("person", "alias", "desk9", "--of", "desk1")["new"]
    assert "another account of desk1" in counter.type("person", "list").out
    people = {one["handle"]: one for one in counter.done("person", "list")["people"]}
    assert people["desk9"]["same_as"] == "desk1"
    assert people["desk1"]["roles"] == people["desk9"]["roles"] == ["manager", "staff"]
    assert counter.done("office", "show")["roles"]["manager"] == ["desk1", "head1", "head2"]


@pytest.mark.clause("P6b")
def test_a_complaint_about_one_account_is_hidden_from_the_other(counter: Counter) -> None:
    counter.done("person", "add", "head9", "--name", "Sun", "--role", "manager")
    counter.tokens["head9"] = counter.done("person", "token", "head9")["token"]
    ref = counter.complaint(by="desk2", against="desk1")
    counter.done("person", "alias", "head9", "--of", "desk1")
    one, other, none = (
        counter.type("show", asked, by=handle)
        for asked, handle in ((ref, "desk1"), (ref, "head9"), ("c-0000000000", "head9"))
    )
    assert one.code == 2
    assert one == other
    assert other.err == none.err.replace("c-0000000000", ref)


@pytest.mark.parametrize(
    ("handle", "of", "words"),
    [
        ("desk1", "desk1", "desk1 is one account"),
        ("desk1", "moon", "no person with the handle moon"),
        ("moon", "desk1", "no person with the handle moon"),
    ],
)
def test_accounts_that_cannot_be_joined(counter: Counter, handle: str, of: str, words: str) -> None:
    before = counter.everything()
    one_sentence(counter.type("person", "alias", handle, "--of", of), words)
    assert counter.everything() == before


@pytest.mark.clause("B10")
def test_an_undertaking_is_recorded_by_whoever_keeps_the_secrets(bureau: Counter, tmp_path: Path) -> None:
    bureau.done("person", "add", "member9", "--name", "Sun", "--role", "member", "--unit", "office")
    assert "member9" in bureau.type("check").out
    paper = tmp_path / "paper.txt"
    paper.write_text("CANARY-PAPER", encoding="utf-8")
    typed = ("person", "undertake", "member9", "--on", "2026-03-01", "--text", str(paper))
    assert bureau.refused(*typed, by="member1") == ["B10 Only custodian, group head may do this."]
    done = bureau.done(*typed, by="keeper1")
    assert (done["handle"], done["signed_on"], done["added"]) == ("member9", "2026-03-01", True)
    assert "is recorded already" in bureau.type(*typed, by="chief1").out
    assert b"CANARY" not in (bureau.home / "duecourse.sqlite").read_bytes()
    assert "member9" not in bureau.type("check").out


@pytest.mark.clause("B10")
def test_without_a_file_the_offices_own_text_was_signed(bureau: Counter) -> None:
    again = bureau.done("person", "undertake", "member1", "--on", "2026-01-05", by="keeper1")
    assert not again["added"]
    one_sentence(
        bureau.type("person", "undertake", "member1", "--on", "soon", by="keeper1"), '"soon" is not a day.'
    )
    one_sentence(
        bureau.type("person", "undertake", "member1", "--on", "2027-01-05", by="keeper1"),
        "lies in the future",
    )
