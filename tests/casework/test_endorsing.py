"""Endorsing many cases at once (H5.2): only with a text for each, each in its own transaction, each by whoever may."""

from collections.abc import Sequence

import pytest

from casework.endorsement_rows import BadEndorsements, Row, read_rows
from casework.endorsing import endorse, known_rows, waiting_for
from casework.errors import BadInput
from casework.outcome import Fired, Refused
from tests.acting import in_the_way
from tests.hotel import Hotel

pytestmark = pytest.mark.clause("H5.2")
A, B = "c-7k3m9qv2xw", "c-0000000001"


def waits_for(hotel: Hotel, handle: str) -> dict[str, tuple[str, list[str]]]:
    """What waits for somebody: by reference the step, and the sentences of what else is lacking."""
    hotel.meet()
    with hotel.store.reading() as session:
        found = waiting_for(session, hotel.people[handle], hotel.now)
    return {one.ref: (one.step, [needed.sentence for needed in one.in_the_way]) for one in found}


def endorsed(hotel: Hotel, by: str, *rows: tuple[str, str]) -> list[Fired | Refused]:
    """What came of each row, one transaction after the other."""
    made, actor = [Row(n, *row) for n, row in enumerate(rows, start=2)], hotel.who(by)
    with hotel.store.reading() as session:
        known_rows(session, made, hotel.people[by])
    done: list[Fired | Refused] = []
    for row in made:
        with hotel.store.transaction() as session:
            done.append(endorse(session, row, actor, hotel.now))
    return done


def faults(*lines: str) -> Sequence[str]:
    """What is wrong with a file of these lines below the names of its columns."""
    with pytest.raises(BadEndorsements) as wrong:
        read_rows("\n".join(("ref,words", *lines)).encode())
    return wrong.value.faults


def test_each_case_is_endorsed_with_its_own_text_and_moves_on(hotel: Hotel) -> None:
    refs = [hotel.a_case("endorsing", guided=True) for _ in range(3)]
    done = endorsed(hotel, "head1", *((ref, f"words for number {n}") for n, ref in enumerate(refs)))
    assert [one.state for one in done if isinstance(one, Fired)] == ["filed"] * 3
    for ref in refs:
        assert [event.name for event in hotel.events(ref)[-2:]] == ["endorsement", "endorse"]
    assert hotel.audited() == []


def test_what_is_refused_for_one_touches_no_other(hotel: Hotel) -> None:
    """A serious one whose manager has not acknowledged yet, one that is not there yet, one that is endorsed already."""
    fine, serious, early, filed = (
        hotel.a_case(state, guided=True) for state in ("endorsing", "endorsing", "guided", "filed")
    )
    hotel.rises(serious, "gravity")
    done = endorsed(hotel, "head1", (serious, "one"), (early, "two"), (filed, "three"), (fine, "four"))
    told = [in_the_way(one) if isinstance(one, Refused) else [one.state] for one in done]
    assert told == [
        ["H1.2c the manager in charge has not acknowledged yet"],
        ["H5.2 This is recorded in endorsing,filed; the case is in guided."],
        ["H5.2 This starts from endorsing; the case is in filed."],
        ["filed"],
    ]
    assert [hotel.state(ref) for ref in (serious, early, filed, fine)] == [
        "endorsing",
        "guided",
        "filed",
        "filed",
    ]
    assert [event.name for event in hotel.events(serious)][-1] != "endorsement", (
        "the words went with the move"
    )
    assert len([event for event in hotel.events(filed) if event.name == "endorsement"]) == 1
    assert waits_for(hotel, "head1") == {
        serious: ("endorsement", ["the manager in charge has not acknowledged yet"])
    }


def test_each_endorses_by_the_step_that_is_theirs(hotel: Hotel) -> None:
    """The general manager, whoever has it in writing, the owner where the general manager is complained of; nobody else."""
    hotel.delegates("chief1")
    one, other = (hotel.a_case("endorsing", guided=True) for _ in range(2))
    about = hotel.a_case("endorsing", guided=True, note={"against": ["head1"]})
    for child in hotel.children(about):
        hotel.answers(child)
    assert waits_for(hotel, "head1") == {one: ("endorsement", []), other: ("endorsement", [])}
    assert waits_for(hotel, "chief1") == {ref: ("delegated_endorsement", []) for ref in (one, other)}
    assert waits_for(hotel, "owner1") == {about: ("owner_endorsement", [])}
    assert waits_for(hotel, "day1") == waits_for(hotel, "lead1") == {}

    for by in ("day1", "lead1", "desk1"):
        (refused,) = endorsed(hotel, by, (one, "seen"))
        assert in_the_way(refused) == ["H5.2 Only general_manager may do this."]
    (delegated,) = endorsed(hotel, "chief1", (one, "by delegation"))
    (general,) = endorsed(hotel, "head1", (other, "by the general manager"))
    (owners,) = endorsed(hotel, "owner1", (about, "by the owner"))
    assert [one.state for one in (delegated, general, owners) if isinstance(one, Fired)] == ["filed"] * 3
    steps = [hotel.events(ref)[-2].name for ref in (one, other, about)]
    assert steps == ["delegated_endorsement", "endorsement", "owner_endorsement"]


def test_what_the_owner_endorses_is_nobody_elses(hotel: Hotel) -> None:
    """The general manager is told of no such case, the delegate that it is for the owner, the owner of any other that it is not."""
    hotel.delegates("chief1")
    about = hotel.a_case("endorsing", guided=True, note={"against": ["head1"]})
    ordinary = hotel.a_case("endorsing", guided=True)
    with pytest.raises(BadEndorsements) as wrong:
        endorsed(hotel, "head1", (about, "seen"))
    assert wrong.value.faults == ("line 2, column ref: no case has this reference",)
    (refused,) = endorsed(hotel, "chief1", (about, "seen"))
    assert "H5.2 the general manager is complained of: this is for the owner" in in_the_way(refused)
    (refused,) = endorsed(hotel, "owner1", (ordinary, "seen"))
    assert in_the_way(refused) == [
        "H5.2 the general manager is not complained of: this is for the general manager"
    ]


def test_a_row_that_names_no_case_to_be_endorsed_is_told_by_its_line_before_anything_is_done(
    hotel: Hotel,
) -> None:
    fine = hotel.a_case("endorsing", guided=True)
    hotel.rises(fine, "gravity")
    (report,) = hotel.children(fine)
    with pytest.raises(BadEndorsements) as wrong:
        endorsed(hotel, "head1", (fine, "one"), (A, "two"), (report, "three"))
    assert wrong.value.faults == (
        "line 3, column ref: no case has this reference",
        "line 4, column ref: a case of this kind is not endorsed",
    )
    assert hotel.state(fine) == "endorsing"


def test_a_file_says_everything_that_is_wrong_with_it_by_line_and_never_repeats_the_words() -> None:
    found = faults(
        f"{A},Well done.",
        f"{B},",
        "nonsense,thanks",
        f"{A},another text",
        f"c-0000000002,{'x' * 8001}",
        f"{B},only,two",
    )
    assert found == (
        "line 7: it has 3 fields, and there are 2 columns",
        "line 3, column words: the endorsement has no words",
        "line 4, column ref: it is no reference of a case",
        "line 5, column ref: the case stands on line 2 already",
        "line 6, column words: they are longer than 8000 characters",
    )
    assert "Well done" not in str(BadEndorsements(found))


@pytest.mark.parametrize("other", ["Well done.", "  well   DONE ", "Ｗｅｌｌ　ｄｏｎｅ！", "well-done"])
def test_two_cases_have_no_words_in_common(other: str) -> None:
    """What differs in blanks, capitals, width and punctuation alone is the same text."""
    assert faults(f"{A},Well done", f'{B},"{other}"') == (
        "line 3, column words: they are those of line 2, and each case has its own",
    )


def test_two_texts_of_punctuation_alone_are_compared_as_they_are() -> None:
    assert faults(f"{A},!!", f"{B},!!") == (
        "line 3, column words: they are those of line 2, and each case has its own",
    )
    assert len(read_rows(f"ref,words\n{A},!!\n{B},??".encode())) == 2


@pytest.mark.parametrize(
    "content",
    [
        f"ref,words\n{A},Well done\n\n{B},Thanks\n",
        f"words\tref\r\nWell done\t{A}\r\nThanks\tC-OOOO-OOOOOI\r\n",
        f'\ufeffRef,Words\n{A},"Well done"\n{B}, Thanks \n',
    ],
)
def test_commas_or_tabs_either_order_and_a_byte_order_mark_are_read(content: str) -> None:
    assert [(row.ref, row.words) for row in read_rows(content.encode())] == [(A, "Well done"), (B, "Thanks")]


def test_a_text_may_have_several_lines_and_is_told_by_the_first() -> None:
    rows = read_rows(f'ref,words\n{A},"Well done.\nGo on."\n{B},Thanks\n'.encode())
    assert [(row.line, row.words) for row in rows] == [(2, "Well done.\nGo on."), (4, "Thanks")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "must name the columns: ref,words"),
        (b"c-7k3m9qv2xw,well done\n", "must name the columns: ref,words"),
        (b"ref,words,more\n", "must name the columns: ref,words"),
        (b"ref,words\n", "names no case"),
        (f'ref,words\n{A},"well'.encode(), "begins on line 2 is no CSV"),
        (f"ref,words\n{A},批示".encode("gb18030"), "not UTF-8"),
        (b"ref,words\n" + b"".join(f"c-{n:010d},text {n}\n".encode() for n in range(1001)), "at most 1000"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_rows(content)
