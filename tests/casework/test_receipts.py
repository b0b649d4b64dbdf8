"""A complainant without a name comes back with a code: talks both ways, reads the reply, takes it back, objects (B7b, B8, B13)."""

import json
import logging
import secrets
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, update
from sqlmodel import SQLModel

import models
from casework import audit, corrections, fire, intake, keyfile, receipt_codes, receipts
from casework.errors import BadInput, StoreProblem
from casework.intake import Registered
from casework.keys import MasterKeys
from casework.outcome import Fired, Refused
from casework.receipt_codes import new_code, read_code
from casework.receipts import NotNow, ReceiptPage, Said
from casework.refs import ALPHABET
from tests.building import KEY, a_store, told
from tests.casework.upheld_cases import PEOPLE, Bureau, a_bureau

EVENTS, CASES, KEYS = (models.table(one) for one in (models.Event, models.Case, models.CaseKey))
RECEIPTS, REFUSALS = models.table(models.Receipt), models.table(models.Refusal)
WRONG = "This code opens nothing."
MATTER = "the canary was told to wait outside"

INTAKE: dict[str, object] = {
    "channel": "web", "subject": "official", "department": "tax", "against": ["ann"], "matter": MATTER, "reason": "no form was given",
    "anonymous": True, "receipt": True, "reply_by": "receipt_page",
}  # fmt: skip

CHECKED = {
    **dict.fromkeys(("register_sheet", "complaint", "evidence", "statements", "memo", "instruments", "reply"), True),
    **dict.fromkeys(("proposal", "approval", "proof_of_measures"), False), "pages": 3, "shelf": "1-2",
}  # fmt: skip


@pytest.fixture
def bureau(database_url: str, tmp_path: Path) -> Iterator[Bureau]:
    store = a_store(database_url, tmp_path)
    yield a_bureau(store)
    store.close()


def register(bureau: Bureau, command_id: str | None = None, **more: object) -> Registered:
    with bureau.store.transaction() as session:
        done = intake.register(
            session, bureau.key, "bureau.complaint", bureau.actor("head"), bureau.now, evidence=INTAKE | more, command_id=command_id
        )  # fmt: skip
    assert isinstance(done, Registered), told(done)
    return done


def page(bureau: Bureau, code: str) -> ReceiptPage:
    with bureau.store.transaction() as session:
        return receipts.page(session, code, bureau.now)


def say(bureau: Bureau, code: str, words: str = "the hat was red") -> Said | NotNow:
    with bureau.store.transaction() as session:
        return receipts.say(session, code, words, bureau.now)


def withdraw(bureau: Bureau, code: str) -> Said | NotNow:
    with bureau.store.transaction() as session:
        return receipts.withdraw(session, code, "let it be", bureau.now)


def object_(bureau: Bureau, code: str) -> Said | NotNow:
    with bureau.store.transaction() as session:
        return receipts.object_(session, code, "that was not all", bureau.now)


def answer(bureau: Bureau, code: str, says: str, words: str = "") -> Said | NotNow:
    with bureau.store.transaction() as session:
        return receipts.answer(session, code, says, words, bureau.now)


def to_replying(bureau: Bureau, ref: str) -> Iterator[str]:
    """Take a complaint that is not upheld from its registration to its reply, stopping in every state."""
    bureau.record(ref, "assignment", "head", handler="m1")
    for handle in ("m2", "m3", "m4"):
        bureau.record(ref, "admission", "head", person=handle)
    yield "registered"
    bureau.record(ref, "scope", "m1", outside=False, items=["rudeness"])
    bureau.move(ref, "accept", "m1")
    yield "accepted"
    bureau.move(ref, "investigate", "m1")
    yield "investigating"
    bureau.inquired(ref, "ann")
    yield "verifying"
    bureau.acquit(ref, "ann")
    bureau.record(ref, "countersigned", "m2")
    bureau.move(ref, "conclude", "m1")
    yield "replying"


def post(bureau: Bureau, ref: str, words: str = "nobody was found at fault") -> None:
    bureau.record(ref, "reply", "m1", words=words, no_private_data=True)
    bureau.record(ref, "posted", "m1", posted_at=bureau.now.isoformat())


def answered(bureau: Bureau, done: Registered) -> None:
    """Take a complaint to its reply, posted, read and settled."""
    list(to_replying(bureau, done.ref))
    post(bureau, done.ref)
    page(bureau, done.receipt)
    bureau.move(done.ref, "answer", "m1")


def events_of(bureau: Bureau, ref: str, name: str) -> list[Any]:
    wanted = select(EVENTS).join(CASES, CASES.c.id == EVENTS.c.case_id)
    with bureau.store.reading() as session:
        return list(session.connection().execute(wanted.where(CASES.c.ref == ref, EVENTS.c.name == name)))


def everything(bureau: Bureau) -> dict[str, list[bytes]]:
    """Every value of every table but the marks of the store."""
    with bureau.store.reading() as session:
        return {
            table.name: [
                bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                for row in session.connection().execute(select(table).order_by(*table.primary_key))
                for value in row
            ]
            for table in SQLModel.metadata.sorted_tables
        }


# The code.


def test_a_code_has_128_random_bits_in_groups_that_can_be_dictated(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def bits(number: int) -> int:
        asked.append(number)
        return (1 << number) - 1

    monkeypatch.setattr(secrets, "randbits", bits)
    highest = new_code()
    monkeypatch.undo()

    assert asked == [128]
    assert [len(group) for group in highest.split("-")] == [3] * 9
    assert highest.startswith("7zz-zzz-zzz-zzz-zzz-zzz-zzz-zzz-zz")
    made = {new_code() for _ in range(200)}
    assert len(made) == 200
    assert not set("".join(made)) & set("ilou")


@given(st.integers(0, 26), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_never_a_code(place: int, letter: str) -> None:
    code = new_code().replace("-", "")
    wrong = code[:place] + letter + code[place + 1 :]

    assert (read_code(wrong) is None) == (wrong != code)


@given(st.integers(0, 25))
def test_two_letters_that_changed_places_are_never_a_code(place: int) -> None:
    code = new_code().replace("-", "")
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert (read_code(wrong) is None) == (wrong != code)


def test_a_code_is_read_however_it_was_written_down() -> None:
    code = new_code()
    plain = code.replace("-", "")

    for typed in (
        code, code.upper(), plain, f"  {code}\n", code.replace("-", " "), code.replace("-", "—"), code.replace("0", "O").replace("1", "l"),
        "".join(chr(ord(c) + 0xFEE0) for c in plain),
    ):  # fmt: skip
        assert read_code(typed) == plain


@pytest.mark.parametrize(
    "typed", ["", " ", "c-0000000000", "x" * 27, "0" * 26, "-" * 30, "\ud800" * 27, "9" * 10**6]
)
def test_what_is_no_code(typed: str) -> None:
    assert read_code(typed) is None


def test_the_digest_needs_the_key_and_outlasts_its_rotation() -> None:
    keys, code = MasterKeys.from_environment(KEY), new_code()
    rotated = MasterKeys.from_environment(f"{keyfile.new_line()};{KEY}")
    other = MasterKeys.from_environment(keyfile.new_line())

    assert receipt_codes.digest_of(keys, code) == receipt_codes.digest_of(rotated, code.upper())
    assert receipt_codes.digest_of(keys, code) != receipt_codes.digest_of(other, code)
    assert receipt_codes.digest_of(keys, "no code") != receipt_codes.digest_of(keys, "no code")


# Given at registration.


@pytest.mark.clause("B7b")
def test_the_code_is_given_once_and_kept_only_as_its_digest(bureau: Bureau) -> None:
    done = register(bureau, "the-first")
    again = register(bureau, "the-first")

    assert read_code(done.receipt)
    assert done.receipt_given
    assert (again.ref, again.receipt, again.receipt_given) == (done.ref, "", True)
    assert done.receipt not in repr(done)
    for written in (done.receipt, done.receipt.replace("-", "")):
        assert [] == [
            name for name, values in everything(bureau).items() if any(written.encode() in v for v in values)
        ]
    with bureau.store.reading() as session:
        (row,) = session.connection().execute(select(RECEIPTS)).all()
    assert row.digest == receipt_codes.digest_of(bureau.store.keys, done.receipt)
    assert (row.issued_at, row.closed_at) == (bureau.now, None)


@pytest.mark.clause("B7b")
def test_whoever_wishes_no_code_and_an_anonymous_letter_get_none(bureau: Bureau) -> None:
    letter = register(bureau, channel="letter", scan_sha256="0" * 64, receipt=False, reply_by="none")
    named = register(
        bureau, anonymous=False, complainants=[{"name": "王小明", "phone": "13800000000"}], receipt=False, reply_by="phone"
    )  # fmt: skip

    assert [("", False), ("", False)] == [(d.receipt, d.receipt_given) for d in (letter, named)]
    with pytest.raises(BadInput, match="has no receipt code"):
        register(bureau, channel="letter", scan_sha256="0" * 64)
    with bureau.store.reading() as session:
        assert session.connection().execute(select(RECEIPTS)).all() == []


def test_somebody_with_a_name_may_have_one_too(bureau: Bureau) -> None:
    done = register(bureau, anonymous=False, complainants=[{"name": "王小明"}], reply_by="email")

    assert page(bureau, done.receipt).status == "Your complaint has been received."


def test_a_registration_that_is_rolled_back_leaves_no_code_that_opens(bureau: Bureau) -> None:
    codes = []

    def register_and_fail() -> None:
        with bureau.store.transaction() as session:
            done = intake.register(
                session, bureau.key, "bureau.complaint", bureau.actor("head"), bureau.now, evidence=INTAKE
            )
            assert isinstance(done, Registered)
            codes.append(done.receipt)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        register_and_fail()

    with pytest.raises(BadInput, match=WRONG):
        page(bureau, codes[0])


# The page.


@pytest.mark.clause("B7b")
def test_the_two_sides_talk_and_the_oldest_words_stand_first(bureau: Bureau) -> None:
    done = register(bureau)
    bureau.record(done.ref, "assignment", "head", handler="m1")
    bureau.clock.advance(hours=1)
    assert say(bureau, done.receipt, "  the hat was red \x1b[31m\x07 ") == Said("word_in", bureau.now)
    bureau.clock.advance(hours=1)
    asked = bureau.record(done.ref, "word_out", "m1", words="which dor?")
    bureau.clock.advance(hours=1)
    say(bureau, done.receipt, "the left one")
    with bureau.store.transaction() as session:
        corrections.correct(
            session, done.ref, asked.seq, bureau.actor("m1"), bureau.now, evidence={"words": "which door?"}, reason="mistyped"
        )  # fmt: skip

    shown = page(bureau, done.receipt)

    assert [(True, "the hat was red [31m"), (False, "which door?"), (True, "the left one")] == [
        (message.mine, message.words) for message in shown.messages
    ]
    assert ["11:00", "12:00", "13:00"] == [message.at.strftime("%H:%M") for message in shown.messages]
    assert (shown.reply, shown.until) == ("", None)


def test_what_is_missing_is_asked_for_and_guidance_is_given_on_the_page(bureau: Bureau) -> None:
    asked, outside = register(bureau, reason=""), register(bureau)
    for done in (asked, outside):
        bureau.record(done.ref, "assignment", "head", handler="m1")
    now = bureau.now.isoformat()
    bureau.record(asked.ref, "supplement_request", "m1", asks="why was it wrong?", told_at=now)
    bureau.move(asked.ref, "ask_more", "m1")
    bureau.record(outside.ref, "scope", "m1", outside=True, words="a matter of tax")
    bureau.record(
        outside.ref, "guidance", "m1", why_not_ours="it is about tax", authority="the tax court", told_at=now
    )
    bureau.move(outside.ref, "guide", "m1")

    assert ["why was it wrong?"] == [m.words for m in page(bureau, asked.receipt).messages]
    assert page(bureau, asked.receipt).status == "The office has asked you for something that is missing."
    assert ["it is about tax\nthe tax court"] == [m.words for m in page(bureau, outside.receipt).messages]
    assert "who has the power" in page(bureau, outside.receipt).status


@pytest.mark.clause("B7b", "B10")
def test_the_page_says_nothing_of_who_what_number_or_which_state(bureau: Bureau) -> None:
    done = register(bureau)
    said = set()
    for state in to_replying(bureau, done.ref):
        assert bureau.state(done.ref) == state
        shown = page(bureau, done.receipt)
        said.add(shown.status)
        text = repr(shown)
        for inner in (done.ref, done.number or "B-2026", *PEOPLE, state + "'", "ann", MATTER):
            assert inner not in text
    assert said == {"Your complaint has been received.", "Your complaint is being looked into."}


@pytest.mark.clause("B13")
def test_a_posted_reply_is_read_and_that_it_was_read_is_recorded_once(bureau: Bureau) -> None:
    done = register(bureau)
    list(to_replying(bureau, done.ref))
    bureau.record(done.ref, "reply", "m1", words="nobody was found at fault", no_private_data=True)
    assert page(bureau, done.receipt).reply == "", "a reply that is not posted is not there"
    assert events_of(bureau, done.ref, "read_by_complainant") == []
    bureau.record(done.ref, "posted", "m1", posted_at=bureau.now.isoformat())
    assert isinstance(bureau.try_record(done.ref, "read_by_complainant", "m1"), Refused)
    bureau.clock.advance(days=1)

    first, again = page(bureau, done.receipt), page(bureau, done.receipt)

    assert first == again
    assert first.reply == "nobody was found at fault"
    assert first.status == "Your complaint has been answered: read the answer below."
    assert first.until == bureau.now + timedelta(days=29)
    (read,) = events_of(bureau, done.ref, "read_by_complainant")
    assert (read.actor_kind, read.actor_id, read.happened_at) == ("complainant", None, bureau.now)
    bureau.move(done.ref, "answer", "m1")
    assert page(bureau, done.receipt).reply == "nobody was found at fault"
    assert audit.verify(bureau.store).whole


def test_a_reply_that_is_mended_after_it_was_posted_is_shown_as_mended(bureau: Bureau) -> None:
    done = register(bureau)
    list(to_replying(bureau, done.ref))
    post(bureau, done.ref, "nobody was at falt")
    assert page(bureau, done.receipt).reply == "nobody was at falt"
    (first,) = events_of(bureau, done.ref, "reply")
    with bureau.store.transaction() as session:
        mended = corrections.correct(
            session,
            done.ref,
            first.seq,
            bureau.actor("m1"),
            bureau.now,
            evidence={"words": "nobody was at fault", "no_private_data": True},
            reason="mistyped",
        )

    assert isinstance(mended, Fired), told(mended)
    assert page(bureau, done.receipt).reply == "nobody was at fault"


@pytest.mark.clause("B13")
def test_an_objection_is_made_once_after_the_answer_and_its_review_is_told(bureau: Bureau) -> None:
    done = register(bureau)
    early = object_(bureau, done.receipt)
    assert isinstance(early, NotNow)
    answered(bureau, done)

    assert isinstance(object_(bureau, done.receipt), Said)

    again = object_(bureau, done.receipt)
    assert early == again == NotNow(receipts.NOT_NOW["objection"])
    bureau.record(done.ref, "assignment", "head", handler="m3")
    bureau.move(done.ref, "review", "head")
    shown = page(bureau, done.receipt)
    assert shown.status == "Your objection is being looked into."
    assert [(True, "that was not all")] == [(m.mine, m.words) for m in shown.messages]
    assert shown.reply == "nobody was found at fault"


@pytest.mark.clause("B13")
def test_the_complainant_says_what_the_reply_is_worth_and_the_last_time_counts(bureau: Bureau) -> None:
    done = register(bureau)
    early = answer(bureau, done.receipt, "satisfied")
    assert early == NotNow(receipts.NOT_NOW["satisfaction"])
    answered(bureau, done)

    assert answer(bureau, done.receipt, "satisfied") == Said("satisfaction", bureau.now)
    assert isinstance(answer(bureau, done.receipt, "not_satisfied", "nobody was heard"), Said)

    first, last = events_of(bureau, done.ref, "satisfaction")
    assert [json.loads(one.clear)["answer"] for one in (first, last)] == ["satisfied", "not_satisfied"]
    assert (last.actor_kind, last.actor_id) == ("complainant", None)
    assert [(True, "nobody was heard")] == [(m.mine, m.words) for m in page(bureau, done.receipt).messages]
    bureau.record(done.ref, "checklist", "m1", **CHECKED)
    bureau.move(done.ref, "file", "m1")
    assert answer(bureau, done.receipt, "declined") == early


@pytest.mark.parametrize("says", ["not_reached", "", "SATISFIED", "x" * 500])
def test_what_is_no_answer_of_a_complainant_is_not_taken(bureau: Bureau, says: str) -> None:
    done = register(bureau)
    answered(bureau, done)

    with pytest.raises(BadInput, match="There is: satisfied, not_satisfied, declined"):
        answer(bureau, done.receipt, says)
    with pytest.raises(BadInput, match="from 2 to 8,000 characters"):
        answer(bureau, done.receipt, "satisfied", "x")

    assert events_of(bureau, done.ref, "satisfaction") == []


# Taking it back.


@pytest.mark.clause("B8")
def test_the_complainant_takes_it_back_and_nobody_else_can(bureau: Bureau) -> None:
    done = register(bureau)
    for handle in ("m1", "m2", "party1"):
        bureau.record(done.ref, "admission", "head", person=handle)
    for handle in ("head", "m1", "m2", "keeper", "party1", "auditor", "above"):
        tried = bureau.try_record(done.ref, "withdrawal", handle, words="they let it be")
        assert isinstance(tried, Refused), handle
        assert [("B8", ("complainant",))] == [(one.clause, one.who) for one in tried.requirements]
    assert isinstance(_try_move(bureau, done.ref, "withdraw", "head"), Refused)

    assert isinstance(withdraw(bureau, done.receipt), Said)

    assert page(bureau, done.receipt).status.startswith("You have taken your complaint back. The office")
    bureau.move(done.ref, "withdraw", "head")
    assert page(bureau, done.receipt).status == "You have taken your complaint back, and it is closed."
    assert isinstance(withdraw(bureau, done.receipt), NotNow)
    assert isinstance(say(bureau, done.receipt), NotNow)


def _try_move(bureau: Bureau, ref: str, move: str, by: str) -> Fired | Refused:
    with bureau.store.transaction() as session:
        return fire.fire(session, ref, move, bureau.actor(by), bureau.now)


def test_what_is_not_possible_now_is_said_in_one_sentence_and_kept_as_an_attempt(bureau: Bureau) -> None:
    done = register(bureau)
    list(to_replying(bureau, done.ref))

    refused = withdraw(bureau, done.receipt)

    assert refused == NotNow("The complaint can no longer be taken back here.")
    assert events_of(bureau, done.ref, "withdrawal") == []
    with bureau.store.reading() as session:
        (kept,) = session.connection().execute(select(REFUSALS).where(REFUSALS.c.act == "withdrawal")).all()
    assert (kept.actor_kind, kept.actor_id) == ("complainant", None)
    assert "let it be" not in kept.requirements


@pytest.mark.parametrize("words", ["", " ", "x", "x" * 8001, "\x00\x1b", "\ud800\ud800\ud800"])
def test_words_that_are_none_or_too_many_are_not_taken(bureau: Bureau, words: str) -> None:
    done = register(bureau)

    with pytest.raises(BadInput, match="from 2 to 8,000 characters"):
        say(bureau, done.receipt, words)

    assert page(bureau, done.receipt).messages == ()


# Codes that open nothing.


def closed(bureau: Bureau) -> str:
    done = register(bureau)
    with bureau.store.transaction() as session:
        session.connection().execute(update(RECEIPTS).values(closed_at=bureau.now))
    return done.receipt


def wrong_codes() -> Iterator[str]:
    """A thousand: random ones, ones with a letter wrong, ones that are none at all."""
    for number in range(1000):
        yield (new_code(), new_code()[:-1] + "0", f"guess {number}")[number % 3]


@pytest.mark.clause("B7b")
def test_a_thousand_wrong_codes_leave_no_row_lock_nobody_out_and_are_all_answered_alike(
    bureau: Bureau,
) -> None:
    done, shut = register(bureau), closed(bureau)
    with bureau.store.transaction() as session:
        session.connection().execute(
            update(RECEIPTS).where(RECEIPTS.c.digest == receipt_codes.digest_of(bureau.store.keys, done.receipt)).values(closed_at=None)
        )  # fmt: skip
    before, said = everything(bureau), set()

    with bureau.store.transaction():  # somebody writes meanwhile: on SQLite nobody else could
        for code in (*wrong_codes(), shut, ""):
            with pytest.raises(BadInput) as wrong, bureau.store.reading() as session:
                receipts.known(session, code, bureau.now)
            said.add((str(wrong.value), json.dumps(dict(wrong.value.params))))
    for act in (page, say, withdraw, object_):
        with pytest.raises(BadInput, match=WRONG) as wrong:
            act(bureau, new_code())
        said.add((str(wrong.value), json.dumps(dict(wrong.value.params))))

    assert len(said) == 1
    assert everything(bureau) == before
    assert page(bureau, done.receipt).status == "Your complaint has been received."


def test_every_wrong_code_takes_the_same_one_statement(bureau: Bureau) -> None:
    shut, statements = closed(bureau), []
    event.listen(
        bureau.store.engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )  # the third is the statement

    counts = []
    for code in (new_code(), "no code", "", shut, "x" * 10_000):
        statements.clear()
        with pytest.raises(BadInput, match=WRONG), bureau.store.reading() as session:
            receipts.known(session, code, bureau.now)
        counts.append([one for one in statements if "receipt" in one])
        assert [one for one in statements if not one.startswith("BEGIN")] == counts[-1]

    assert all(one == counts[0] for one in counts)
    assert len(counts[0]) == 1


def test_the_page_stays_for_thirty_days_after_the_end_and_then_the_code_opens_nothing(bureau: Bureau) -> None:
    done = register(bureau)
    withdraw(bureau, done.receipt)
    bureau.move(done.ref, "withdraw", "head")
    ended = bureau.now

    assert page(bureau, done.receipt).until == ended + timedelta(days=30)
    bureau.clock.advance(days=30, seconds=-1)
    page(bureau, done.receipt)
    bureau.clock.advance(seconds=1)
    with pytest.raises(BadInput, match=WRONG):
        page(bureau, done.receipt)


def test_after_disposal_the_code_opens_nothing_and_a_key_that_is_missing_is_not_told_of(
    bureau: Bureau,
) -> None:
    gone, lost = register(bureau), register(bureau)
    ids = [RECEIPTS.c.digest == receipt_codes.digest_of(bureau.store.keys, d.receipt) for d in (gone, lost)]
    with bureau.store.transaction() as session:
        connection = session.connection()
        first, second = (
            connection.execute(select(RECEIPTS.c.case_id).where(one)).scalar_one() for one in ids
        )
        connection.execute(
            update(KEYS).where(KEYS.c.case_id == first).values(wrapped=None, destroyed_at=bureau.now)
        )
        connection.execute(update(KEYS).where(KEYS.c.case_id == second).values(master_id="gone"))

    with pytest.raises(BadInput, match=WRONG):
        page(bureau, gone.receipt)
    with pytest.raises(StoreProblem, match="cannot be opened at present") as told_:
        page(bureau, lost.receipt)
    assert lost.ref not in repr(told_.value.params)
    assert told_.value.__cause__ is None
    with bureau.store.transaction() as session:
        session.connection().execute(delete(KEYS).where(KEYS.c.case_id == second))
    with pytest.raises(StoreProblem, match="cannot be opened at present"):
        page(bureau, lost.receipt)


# Nothing in the clear.


@pytest.mark.clause("B10")
def test_neither_codes_nor_words_stand_anywhere_in_the_clear(
    bureau: Bureau, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    canaries = ["canary in", "canary out", "canary reply", "canary objection", "canary withdrawal", MATTER]
    with caplog.at_level(logging.DEBUG):
        done = register(bureau, "with-a-command-id")
        canaries += [done.receipt, done.receipt.replace("-", "")]
        say(bureau, done.receipt, canaries[0])
        walk = to_replying(bureau, done.ref)
        next(walk)
        bureau.record(done.ref, "word_out", "m1", words=canaries[1])
        list(walk)
        with bureau.store.transaction() as session:
            receipts.withdraw(session, done.receipt, canaries[4], bureau.now)  # too late: refused
        post(bureau, done.ref, canaries[2])
        page(bureau, done.receipt)
        bureau.move(done.ref, "answer", "m1")
        with bureau.store.transaction() as session:
            receipts.object_(session, done.receipt, canaries[3], bureau.now)
        shown = page(bureau, done.receipt)

    assert [canaries[0], canaries[1], canaries[3]] == [m.words for m in shown.messages]
    assert shown.reply == canaries[2]
    found = {
        (name, canary)
        for name, values in everything(bureau).items()
        for canary in canaries
        if any(canary.encode() in value for value in values)
    }
    assert found == set()
    printed = capfd.readouterr()
    told_ = caplog.text + printed.out + printed.err
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    for canary in canaries:
        assert canary not in told_
        assert [] == [path.name for path in files if canary.encode() in path.read_bytes()]
    assert done.receipt in json.dumps(asdict(done)), (
        "or the search above would find nothing whatever happened"
    )
