"""What is sealed, who has read it, what was served, and what is told of secret cases at the command line (B10)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.desk.counter import one_sentence
from tests.desk.either_database import bureau_office, counter_at
from tests.desk.everything_typed import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.desk.counter import Counter

pytestmark = pytest.mark.clause("B10")
NOWHERE = "c-0000000000"


@pytest.fixture(scope="session")
def prepare_schema() -> Callable[[str], None]:
    return bureau_office


@pytest.fixture
def bureau(database_url: str, tmp_path: Path) -> Counter:
    return counter_at(database_url, tmp_path / "home")


def register(bureau: Counter, by: str = "member1", *more: str) -> str:
    return str(bureau.done("register", "bureau.complaint", *WHOLE, *more, by=by)["ref"])


def test_what_is_sealed_is_shown_once_for_each_consent_and_the_auditor_sees_why(bureau: Counter) -> None:
    ref = register(bureau)
    why = "the complainant rang"
    looked = bureau.type("show", ref, by="member1")
    refused = bureau.type("reveal", ref, "--purpose", why, by="member1")
    bureau.record(ref, "consent", by="keeper1", reader="member1", purpose=why)
    opened = bureau.type("reveal", ref, "--purpose", why, by="member1")

    assert "王小明" not in looked.out
    assert refused.code == 3
    assert (
        "Each reading needs a consent of its own, by custodian, superior body, that names the reader."
        in refused.err
    )
    assert f"duecourse record {ref} consent" in refused.err
    assert why not in refused.err
    assert opened.code == 0
    assert "王小明" in opened.out
    assert "he asked for a gift" in opened.out
    assert bureau.type("reveal", ref, "--purpose", why, by="member1").code == 3
    told = bureau.done("readings", ref, by="audit1")["readings"]
    assert [(one["handle"], one["what"], one["purpose"]) for one in told] == [("member1", "case", why)]
    assert why in bureau.type("readings", ref, by="audit1").out
    assert bureau.type("readings", ref, by="member1").code == 3


def test_nothing_is_opened_without_a_purpose(bureau: Counter) -> None:
    ref = register(bureau)
    one_sentence(bureau.type("reveal", ref, by="member1"), "Say for what purpose you read this")
    one_sentence(bureau.type("reveal", NOWHERE, by="member1"), f"No case has the reference {NOWHERE}.")
    one_sentence(bureau.type("reveal", ref, by="member2"), f"No case has the reference {ref}.")


def test_show_opens_through_the_same_gate(bureau: Counter) -> None:
    ref = register(bureau)
    assert bureau.type("show", ref, "--open", "to call back", by="member1").code == 3


def test_who_was_served_nothing_is_told_so(bureau: Counter) -> None:
    assert "Nothing has been served on you." in bureau.type("served", by="clerk1").out


def test_numbers_are_shown_to_the_superior_and_the_reference_to_everybody_else(bureau: Counter) -> None:
    ref = register(bureau)
    for handle, shown in (("member1", False), ("audit1", False), ("above1", True)):
        pages = [
            bureau.type(*typed, by=handle).out for typed in (["list"], ["show", ref], ["--json", "show", ref])
        ]
        assert ["B-2026-000001" in page or "2026 1" in page for page in pages] == [shown] * 3
        assert all(ref in page for page in pages)
    assert "Register number" not in bureau.type("list", by="member1").out


def test_who_registers_a_case_and_may_not_know_of_it_is_given_the_reference_alone(bureau: Counter) -> None:
    bureau.done("person", "role", "clerk1", "member")
    page = bureau.type("register", "bureau.complaint", *WHOLE, by="clerk1")  # clerk1 has not signed
    assert page.code == 0, page.err
    assert "✓ Registered" in page.out
    assert "he asked for a gift" not in page.out
    told = bureau.type("list", by="clerk1")
    one_sentence(bureau.type("show", NOWHERE, by="clerk1"), "You have not signed the undertaking of secrecy.")
    assert NOWHERE not in told.out


def test_a_check_counts_what_those_who_left_still_handle_for_whoever_may_know(bureau: Counter) -> None:
    ref = register(bureau)
    bureau.done("assign", ref, "member4", by="chief1")
    bureau.done("person", "retire", "member4")
    said = "member4 has left and still handles open cases: 1."
    assert {by: said in bureau.type("check", by=by).out for by in ("chief1", "member1", "member2", "")} == {
        "chief1": True, "member1": True, "member2": False, "": False,
    }  # fmt: skip


def test_the_record_is_examined_whole_and_only_what_may_be_known_is_counted(bureau: Counter) -> None:
    for _ in range(2):
        register(bureau)

    def counted(by: str) -> tuple[bool, int]:
        told = bureau.done("audit", "verify", by=by)
        return told["whole"], told["cases"]

    assert {by: counted(by) for by in ("", "member1", "chief1", "audit1", "above1")} == {
        "": (True, 0), "member1": (True, 0), "chief1": (True, 0), "audit1": (True, 2), "above1": (True, 2),
    }  # fmt: skip
    with bureau.open().transaction() as session:
        session.connection().exec_driver_sql("UPDATE cases SET state = 'accepted' WHERE id = 1")
    told = {by: bureau.type("--json", "audit", "verify", by=by).json for by in ("", "audit1")}
    assert [one["ref"] for one in told[""]["findings"]] == [None]
    assert told[""]["findings"][0]["sentence"].startswith(
        "Something else was changed, about which only the auditor"
    )
    assert [bool(one["ref"]) for one in told["audit1"]["findings"]] == [True]


def test_keys_and_anchors_count_no_case_where_some_are_secret(bureau: Counter) -> None:
    for _ in range(3):
        register(bureau)
    assert [line["cases"] for line in bureau.done("key", "status")["lines"]] == [None]
    assert "some" in bureau.type("key", "status").out
    assert bureau.done("audit", "anchor")["cases"] is None
    assert "3" not in bureau.type("audit", "anchor").out.split("Its digest")[0]


def test_a_secret_procedure_takes_over_no_older_register(bureau: Counter, tmp_path: Path) -> None:
    """What became of a row would tell whoever has the row, and may not know of the case, that there is one."""
    register, mapping = tmp_path / "book.csv", tmp_path / "book.toml"
    register.write_text("No,About,Came\n1,Gift,2026-01-05 10:00\n", encoding="utf-8")
    mapping.write_text(
        'source = "book"\nzone = "Asia/Shanghai"\ndate_formats = ["%Y-%m-%d %H:%M"]\n[columns]\nkey = "No"\ntype = "About"\nreceived = "Came"\n'
        '[[kinds]]\nprocedure = "bureau.complaint"\ntypes = ["Gift"]\n[channels]\nother = "letter"\n[texts.matter]\ncolumns = ["About"]\n',
        encoding="utf-8",
    )
    answer = bureau.type("import", str(register), "--mapping", str(mapping), "--dry-run", by="chief1")
    one_sentence(answer, "bureau.complaint", "older registers are not imported into it")


def test_the_json_of_what_was_opened_is_the_same_as_the_page(bureau: Counter) -> None:
    ref = register(bureau)
    bureau.record(ref, "consent", by="keeper1", reader="member1", purpose="to call back")
    bureau.record(ref, "consent", by="keeper1", reader="member1", purpose="to call back")
    bureau.type("reveal", ref, "--purpose", "the first time", by="member1")
    told = bureau.done("reveal", ref, "--purpose", "the second time", by="member1")
    assert {one["name"] for one in told["events"]} == {"registration", "consent"}
    assert "the first time" not in json.dumps(told)


def test_a_refused_reading_changes_nothing_and_is_kept(bureau: Counter) -> None:
    ref = register(bureau)
    before = bureau.done("show", ref, by="member1")["version"]
    bureau.type("reveal", ref, "--purpose", "to call back", by="member1")
    after = bureau.done("show", ref, by="member1")
    assert after["version"] == before
    assert [one["act_kind"] for one in after["refusals"]] == ["read"]
