from typing import Annotated

import pytest
from pydantic import Field

from states.forms import (
    Complainant,
    Form,
    Parties,
    Person,
    SealedText,
    SealedWords,
    person_fields,
    sealed_fields,
)
from states.soundness import holds_text


class Sample(Form):
    told: SealedWords
    aside: SealedText | None = None
    who: Person
    other: Person | None = None
    people: Annotated[tuple[Complainant, ...], Parties("complainant")] = Field(default=())
    count: int = 0


def test_a_field_that_may_be_left_out_keeps_its_mark() -> None:
    """Of `Person | None` the mark lies inside the union; a door that overlooked it would let the person complained of act."""
    assert {"who", "other"} == person_fields(Sample)
    assert {"told", "aside", "people"} == sealed_fields(Sample)


@pytest.mark.parametrize(
    "kind", [str, str | None, tuple[str, ...], list[str] | None, Complainant, tuple[Complainant, ...]]
)
def test_free_text_is_seen_through_every_wrapping(kind: object) -> None:
    assert holds_text(kind)


@pytest.mark.parametrize("kind", [int, bool | None, tuple[int, ...]])
def test_what_is_no_text_is_none(kind: object) -> None:
    assert not holds_text(kind)
