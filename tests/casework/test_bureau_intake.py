"""How a complaint about conduct comes in: in which ways, with what, what is asked for, and what is for others to deal with (B5 to B9)."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

import models
from casework.errors import BadInput
from casework.outcome import Refused
from casework.queries import case_view
from casework.readings import Opened, open_case
from states.editions import edition
from tests.acting import CASES, in_the_way
from tests.bureau import CODED, LETTER, SCAN, Bureau

PARTIES, RECEIPTS = models.table(models.Party), models.table(models.Receipt)
ITEMS = ("delay", "shirking", "concealment", "favours", "abuse", "rudeness", "indiscipline", "other")
NOT_HERE = "No case has the reference"


def refused_form(bureau: Bureau, ref: str, act: str, by: str, **evidence: Any) -> str:
    """What a form says that cannot be taken; nothing has changed."""
    before = bureau.row(ref)
    with pytest.raises(BadInput) as wrong:
        bureau.tries(ref, act, by, **evidence)
    assert bureau.row(ref) == before
    return wrong.value.message


def numbers(bureau: Bureau) -> list[int]:
    """The register's numbers as the superior sees them, in order."""
    with bureau.store.reading() as session:
        return list(session.connection().execute(select(CASES.c.register_no).order_by(CASES.c.id)).scalars())


# ── B6: by which ways, each with its evidence ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B6")
@pytest.mark.parametrize(
    ("channel", "evidence"),
    [
        ("visit", {"note": "at the counter at nine"}),
        ("phone", {"note": "the call at nine"}),
        ("letter", {"scan_sha256": SCAN}),
        ("email", {}),
        ("web", {}),
        ("other", {}),
    ],
)
def test_a_complaint_comes_in_by_any_way_with_the_evidence_of_that_way(
    bureau: Bureau, channel: str, evidence: dict[str, Any]
) -> None:
    ref = bureau.comes_in(channel=channel, **({"note": ""} | evidence)).ref
    assert bureau.row(ref).channel == channel


@pytest.mark.clause("B6", "B9d")
@pytest.mark.parametrize(
    ("channel", "told"),
    [
        ("visit", "a visit or call is registered with a note of it"),
        ("phone", "a visit or call is registered with a note of it"),
        ("letter", "a letter is registered with the sha256 of its scan"),
    ],
)
def test_a_visit_or_call_without_a_note_and_a_letter_without_its_scan_are_not_registered(
    bureau: Bureau, channel: str, told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        bureau.comes_in(channel=channel, note="")
    assert numbers(bureau) == [], "and no number is lost"


# ── B7a: what is asked for, and that nobody is refused for want of it ───────────────────────────────────────────────────────────────────


@pytest.mark.clause("B7a")
@pytest.mark.parametrize(
    "missing",
    [{"department": None}, {"against": []}, {"reason": ""}],
    ids=["department", "person", "reason"],
)
def test_what_is_missing_is_asked_for_and_the_complaint_is_not_refused(
    bureau: Bureau, missing: dict[str, Any]
) -> None:
    ref = bureau.comes_in(**missing).ref
    bureau.does(ref, "assignment", "chief1", handler="member1")
    bureau.does(ref, "scope", "member1")

    assert "B7a ask the complainant for what is missing" in bureau.stopped(ref, "accept", "member1")
    assert bureau.stopped(ref, "ask_more", "member1") == ["B7a ask the complainant for what is missing"]
    assert "B9a it is in scope and must be accepted" in bureau.stopped(ref, "guide", "member1")
    bureau.does(ref, "supplement_request", "member1")
    bureau.does(ref, "ask_more", "member1")
    bureau.does(ref, "supplement", "member1", department="budget")
    bureau.does(ref, "resume", "member1")
    bureau.does(ref, "accept", "member1")


@pytest.mark.clause("B7a")
def test_the_matter_alone_is_demanded(bureau: Bureau) -> None:
    with pytest.raises(BadInput, match="matter"):
        bureau.comes_in(matter="")

    assert bureau.comes_in(department=None, against=[], reason="", complainants=[], subject="department").ref


@pytest.mark.clause("B7a")
def test_who_it_was_may_stay_unknown_if_the_department_is_known(bureau: Bureau) -> None:
    """Words about the person are enough of an answer; and nobody need ever find out who it was."""
    described = bureau.comes_in(against=[], person_words="a tall man at the second counter").ref
    unknown = bureau.comes_in(against=[]).ref
    for ref in (described, unknown):
        bureau.does(ref, "assignment", "chief1", handler="member1")
        bureau.does(ref, "scope", "member1")

    bureau.does(described, "accept", "member1")
    bureau.does(unknown, "supplement_request", "member1")
    bureau.does(unknown, "accept", "member1")
    bureau.goes_on(unknown, "verifying", against=())


@pytest.mark.clause("B7a")
def test_without_the_department_it_waits_until_somebody_finds_it_out(bureau: Bureau) -> None:
    """The complainant, or the group; and what never comes lets the complaint go on with what there is."""
    ref = bureau.comes_in(department=None).ref
    bureau.does(ref, "assignment", "chief1", handler="member1")
    bureau.does(ref, "scope", "member1")
    bureau.does(ref, "supplement_request", "member1")
    bureau.does(ref, "ask_more", "member1")

    bureau.time_passes(days=15, seconds=1)

    assert bureau.state(ref) == "registered", "after 15 days the clock goes on"
    unknown = "B7a the department is not known yet: ask for it, or find it out"
    assert bureau.stopped(ref, "accept", "member1") == [unknown]
    bureau.does(ref, "supplement", "member1", source="group", department="treasury")
    bureau.does(ref, "accept", "member1")


# ── B7b: name and telephone are asked for and not demanded ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B7b")
@pytest.mark.parametrize("complainants", [[], [{"name": "王小明"}], [{"phone": "13800000000"}]])
def test_neither_name_nor_telephone_is_demanded(bureau: Bureau, complainants: list[dict[str, str]]) -> None:
    ref = bureau.comes_in(complainants=complainants).ref
    bureau.goes_on(ref, "accepted")


@pytest.mark.clause("B7b")
def test_an_anonymous_complainant_gets_a_code_and_an_anonymous_letter_none(bureau: Bureau) -> None:
    coded, letter = bureau.comes_in(**CODED), bureau.comes_in(**LETTER)

    assert len(coded.receipt.replace("-", "")) * 5 >= 80, "bits"
    assert letter.receipt == ""
    with bureau.store.reading() as session:
        kept = session.connection().execute(select(RECEIPTS)).all()
    assert [row.case_id for row in kept] == [bureau.row(coded.ref).id]
    assert coded.receipt.encode() not in kept[0].digest


@pytest.mark.clause("B7b")
@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        ({**LETTER, "receipt": True}, "an anonymous letter has no receipt code"),
        ({**LETTER, "reply_by": "letter"}, "is answered on the receipt page, or cannot be answered"),
        ({**CODED, "complainants": [{"name": "王小明"}]}, "an anonymous complaint names no complainant"),
        ({**CODED, "receipt": False}, "the receipt page needs a receipt code"),
        ({"reply_by": "none"}, "goes without an answer"),
    ],
)
def test_what_contradicts_itself_about_who_complains_is_not_registered(
    bureau: Bureau, evidence: dict[str, Any], told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        bureau.comes_in(**evidence)
    assert numbers(bureau) == []


# ── B5: under which item of article 5 ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(item, marks=pytest.mark.clause("B5", f"B5({number})"))
        for number, item in enumerate(ITEMS, 1)
    ],
)
def test_each_item_of_article_5_is_in_scope_and_accepted(bureau: Bureau, item: str) -> None:
    ref = bureau.comes_in().ref
    bureau.does(ref, "assignment", "chief1", handler="member1")
    bureau.does(ref, "scope", "member1", items=[item], words="as it was told")

    assert "B9a it is in scope and must be accepted" in bureau.stopped(ref, "guide", "member1")
    bureau.does(ref, "accept", "member1")


@pytest.mark.clause("B5", "B5(8)")
def test_one_item_or_more_is_named_and_the_eighth_needs_words(bureau: Bureau) -> None:
    ref = bureau.comes_in().ref
    one_of = "name one item of article 5 or more, or say that it is outside, not both"

    assert one_of in refused_form(bureau, ref, "scope", "member1", items=[])
    assert one_of in refused_form(bureau, ref, "scope", "member1", outside=True, items=["delay"], words="so")
    for evidence in ({"items": ["delay", "other"]}, {"outside": True, "items": []}):
        assert "need words" in refused_form(bureau, ref, "scope", "member1", **evidence)
    bureau.does(ref, "scope", "member1", items=["delay", "shirking", "other"], words="and he laughed")


@pytest.mark.clause("B5")
def test_it_is_about_staff_or_a_department_of_the_bureau_and_anything_else_is_outside(bureau: Bureau) -> None:
    """Nobody else can be named as respondent; who is not here is described in words, and that is out of scope."""
    for evidence, told in (
        ({"against": ["mayor1"]}, "nobody with this handle"),
        ({"department": "police"}, "department is no unit of the office"),
    ):
        with pytest.raises(BadInput) as wrong:
            bureau.comes_in(**evidence)
        assert told in wrong.value.message
    ref = bureau.comes_in(department=None, against=[], person_words="a policeman").ref
    bureau.does(ref, "scope", "member1", outside=True, items=[], words="the police are not of this bureau")
    bureau.does(ref, "guidance", "member1")
    bureau.does(ref, "guide", "member1")


@pytest.mark.clause("B5", "B5(4)", "B5(5)")
@pytest.mark.parametrize("item", ["favours", "abuse"])
def test_a_suspected_violation_of_the_law_is_referred_and_the_case_goes_on(bureau: Bureau, item: str) -> None:
    ref = bureau.comes_in().ref
    bureau.does(ref, "scope", "member1", items=[item], suspected_violation=True)
    bureau.does(ref, "assignment", "chief1", handler="member1")
    for handle in ("member2", "member3"):
        bureau.does(ref, "admission", "chief1", person=handle)
    bureau.does(ref, "accept", "member1")
    bureau.goes_on(ref, "replied", upheld=False)
    bureau.does(ref, "satisfaction", "member3")
    bureau.does(ref, "checklist", "member1")

    assert bureau.stopped(ref, "file", "member1") == ["B5 refer the suspected violation of the law"]
    bureau.does(ref, "law_referral", "member1")
    assert bureau.state(ref) == "replied", "it stays tracked here"
    bureau.does(ref, "file", "member1")


# ── B9: what is in scope is taken, what is not is explained ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B9a")
def test_what_is_in_scope_cannot_be_refused(bureau: Bureau) -> None:
    """Neither by guiding the complainant elsewhere, nor by calling it withdrawn, nor by sending it up."""
    ref = bureau.comes_in().ref
    bureau.does(ref, "scope", "member1")
    bureau.does(ref, "guidance", "member1")

    assert bureau.stopped(ref, "guide", "member1") == ["B9a it is in scope and must be accepted"]
    assert bureau.stopped(ref, "withdraw", "chief1") == [
        "B8 One of these is missing: withdrawal,withdrawal_verified."
    ]
    about = "B8 only a complaint about the group or the party group is sent on"
    assert bureau.stopped(ref, "send_up", "member1") == ["B8 send it to the superior", about]


@pytest.mark.clause("B9b")
def test_every_call_has_a_number_and_nothing_is_decided_before_it_is_registered(bureau: Bureau) -> None:
    """In scope or not; two calls about the same are two."""
    refs = [bureau.comes_in(channel="phone", note=f"call {n}").ref for n in range(3)]
    bureau.does(refs[2], "scope", "member1", outside=True, items=[], words="not ours")

    assert numbers(bureau) == [1, 2, 3]
    assert [bureau.state(ref) for ref in refs] == ["registered"] * 3
    assert [bureau.events(ref)[1].name for ref in refs] == ["registration"] * 3
    assert bureau.audited() == []


@pytest.mark.clause("B9c")
def test_whoever_is_out_of_scope_is_told_why_where_to_go_and_when(bureau: Bureau) -> None:
    ref = bureau.comes_in(channel="phone").ref
    bureau.does(ref, "scope", "member1", outside=True, items=[], words="not ours")

    for left_out in ("why_not_ours", "authority", "told_at"):
        told = refused_form(bureau, ref, "guidance", "member1", **{left_out: None})
        assert left_out in told
    late = (bureau.now + timedelta(hours=1)).isoformat()
    assert "told_at lies in the future" in refused_form(bureau, ref, "guidance", "member1", told_at=late)
    bureau.does(ref, "guidance", "member1")
    assert bureau.stopped(ref, "accept", "member1") == ["B9a it is out of scope"]
    bureau.does(ref, "guide", "member1")


@pytest.mark.clause("B9c")
def test_a_second_person_reviews_the_refusal_within_two_working_days_and_then_the_head_is_told(
    bureau: Bureau,
) -> None:
    """Guided on a Friday: due on Tuesday."""
    bureau.clock.advance(days=4)
    ref = bureau.comes_in().ref
    bureau.does(ref, "scope", "member1", outside=True, items=[], words="not ours")
    bureau.does(ref, "guidance", "member1")
    bureau.does(ref, "guide", "member1")

    bureau.time_passes(days=4)
    assert bureau.events(ref, "breached") == []
    bureau.time_passes(seconds=1)
    assert bureau.told(ref) == [("refusal_due", "breached", ["group_head"])]
    bureau.time_passes(days=3)
    assert bureau.told(ref)[1:] == [("refusal_due", "breached", ["superior_body"])], "five working days"


@pytest.mark.clause("B9c", "B9a")
def test_the_second_person_can_reverse_the_refusal_and_it_is_decided_anew(bureau: Bureau) -> None:
    ref = bureau.comes_in().ref
    for handle in ("member2", "member3"):
        bureau.does(ref, "admission", "chief1", person=handle)
    bureau.does(ref, "scope", "member1", outside=True, items=[], words="not ours")
    bureau.does(ref, "guidance", "member1")
    bureau.does(ref, "guide", "member1")
    apart = "B9c a second person reviews, not the one who decided that it is out of scope"

    assert bureau.stopped(ref, "refusal_reversed", "member1") == [apart]
    assert apart in bureau.stopped(ref, "confirm", "member1")
    assert apart in bureau.stopped(ref, "reverse", "member1")
    bureau.does(ref, "refusal_reviewed", "member3")
    bureau.does(ref, "refusal_reversed", "member2")
    assert bureau.stopped(ref, "confirm", "member3") == ["B9a a second person found it in scope"]
    bureau.does(ref, "reverse", "member2")

    assert bureau.stopped(ref, "accept", "member2") == ["B5 say under which items of article 5 it falls"]
    bureau.does(ref, "scope", "member1", outside=True, items=[], words="still not ours")
    bureau.does(ref, "guidance", "member1")
    bureau.does(ref, "guide", "member1")
    assert bureau.stopped(ref, "confirm", "member3") == [
        "B9c a second person agrees that it is out of scope"
    ], "the review of the first refusal does not stand for the second"


@pytest.mark.clause("B9d")
def test_each_letter_has_a_number_of_its_own_with_the_hash_of_its_scan(bureau: Bureau) -> None:
    """Also a duplicate, several in one envelope, and one that is out of scope; each is then handled by what it says."""
    letters: list[dict[str, Any]] = [
        {"matter": "he would not take the form"},
        {"matter": "he would not take the form"},
        {"matter": "the lamp is broken"},
    ]
    refs = [bureau.comes_in(**LETTER, **letter).ref for letter in letters]

    assert numbers(bureau) == [1, 2, 3]
    for ref in refs:
        assert f'"scan_sha256":"{SCAN}"' in bureau.events(ref)[1].clear
    bureau.goes_on(refs[0], "accepted")
    bureau.does(refs[2], "scope", "member1", outside=True, items=[], words="the lamps are the city's")
    bureau.does(refs[2], "guidance", "member1")
    bureau.does(refs[2], "guide", "member1")
    assert [bureau.state(ref) for ref in refs] == ["accepted", "registered", "guided"]


# ── B8: what is about the group itself ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B8")
@pytest.mark.parametrize("subject", ["group", "party_group"])
def test_a_complaint_about_the_group_or_the_party_group_goes_to_the_superior(
    bureau: Bureau, subject: str
) -> None:
    ref = bureau.comes_in(subject=subject, department=None, against=[]).ref
    bureau.does(ref, "assignment", "chief1", handler="member1")
    bureau.does(ref, "scope", "member1", outside=True, items=[], words="not ours")
    bureau.does(ref, "guidance", "member1")
    goes_up = "B8 a complaint about the group or the party group goes to the superior"

    assert goes_up in bureau.stopped(ref, "accept", "member1")
    assert bureau.stopped(ref, "guide", "member1") == [goes_up]
    assert bureau.stopped(ref, "send_up", "member1") == ["B8 send it to the superior"]
    bureau.does(ref, "transfer", "member1")
    bureau.does(ref, "send_up", "member1")
    assert bureau.state(ref) == "transferred"


@pytest.mark.clause("B8")
def test_a_complaint_about_anybody_else_is_not_sent_away(bureau: Bureau) -> None:
    ref = bureau.comes_in().ref

    assert bureau.stopped(ref, "transfer", "member1") == [
        "B8 only a complaint about the group or the party group is sent on"
    ]


# ── B1, B15: by which rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B1", "B15")
def test_each_case_cites_its_edition_and_the_legal_bases(bureau: Bureau) -> None:
    ref = bureau.comes_in().ref
    with bureau.store.reading() as session:
        view = case_view(session, ref, bureau.who("member1"), bureau.now)

    assert (view.procedure, view.edition) == ("bureau.complaint", "2026-01-01")
    assert edition(view.procedure, view.edition).bases == (
        "《中華人民共和國行政監察法》", "《國家公務員法》", "監察部《監察機關舉報工作辦法》",
    )  # fmt: skip


@pytest.mark.clause("B15")
def test_what_came_in_before_the_first_edition_is_registered_under_it_and_says_so(bureau: Bureau) -> None:
    early = bureau.now - timedelta(days=90)
    old = bureau.comes_in(received_at=early, late_because="found in a drawer").ref
    new = bureau.comes_in().ref

    assert bureau.row(old).received_at.date() < date(2026, 1, 1)
    assert bureau.row(old).edition == bureau.row(new).edition == "2026-01-01"
    assert '"before_first_edition":true' in bureau.events(old)[0].clear
    assert '"before_first_edition":false' in bureau.events(new)[0].clear


# ── B10: who it was ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clause("B10", "B7b")
def test_who_complains_and_what_about_is_sealed_and_opened_for_a_purpose_with_the_custodians_consent(
    bureau: Bureau,
) -> None:
    ref = bureau.comes_in().ref

    def reads(by: str, purpose: str = "to call the complainant back") -> Opened | Refused:
        with bureau.store.transaction() as session:
            return open_case(session, ref, bureau.who(by), bureau.now, purpose=purpose)

    assert in_the_way(reads("member1")) == [
        "B10 Each reading needs a consent of its own, by custodian,superior_body, that names the reader."
    ]
    with pytest.raises(BadInput, match="Say for what purpose"):
        reads("member1", purpose=" ")
    bureau.does(ref, "consent", "keeper1", reader="member1")
    opened = reads("member1")
    assert isinstance(opened, Opened)
    assert opened.parties[0].identity is not None
    assert opened.parties[0].identity.name == "王小明"
    assert isinstance(reads("member1"), Refused), "one consent, one reading"
    assert [event.name for event in bureau.events(ref, "read")] == ["case"]
    with pytest.raises(BadInput, match=NOT_HERE):
        reads("member2")
