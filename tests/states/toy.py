"""A small procedure for tests that must not change when the law does."""

from datetime import date
from enum import StrEnum, auto
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from states.acts import Move, Notice, Only, State, Step, Sub, When
from states.conditions import AtLeast, Level, Open
from states.deadlines import Deadline, Rung, days, hours
from states.forms import Appointed, Complainant, Form, Holds, Moment, Parties, Person, PersonRef, SealedWords
from states.people import Apart, Barred, Climb, Named, Role, Same
from states.procedure import declare
from states.promises import AlwaysCanEnd, Never, NeverWithout, OnlyBy, Owed, TwoPersons

clerk = Role("clerk", "文員")
chief = Role("chief", "主管")
owner = Role("owner", "業主", outside=True)


class S(State):
    """Where a toy stands."""

    begun = auto(), "開始"
    end = auto(), "終結"


class Colour(StrEnum):
    """Colours."""

    red = auto()
    blue = auto()


def even(number: int) -> int:
    """Two of a kind."""
    if number % 2:
        raise ValueError("the number is odd")
    return number


class Paper(Form):
    """A paper."""

    words: SealedWords = Field(description="what it says")
    colour: Colour = Field(default=Colour.red, description="its colour")
    against: Person = Field(description="against whom")
    helper: Annotated[str, PersonRef, Holds(("clerk", "chief"))] | None = Field(
        default=None, description="who helps"
    )
    written_at: Moment | None = Field(default=None, description="when it was written")
    due_at: Appointed | None = Field(default=None, description="when it is due")
    who: Annotated[tuple[Complainant, ...], Parties("complainant")] = Field(default=(), description="who")
    number: Annotated[int, AfterValidator(even)] = Field(default=0, ge=0, description="how many")

    @model_validator(mode="after")
    def red_is_short(self) -> Self:
        """A red paper has few words."""
        if self.colour is Colour.red and len(self.words) > 100:
            raise ValueError("a red paper is short")
        return self


paper = Step(Paper, "寫信", "write the paper", "X1", by=(clerk, chief), during=(S.begun,), often=True)
red = paper.flag("colour", Colour.red)
signature = Step(
    Paper, "簽名", "sign the paper", "X1", by=Climb((chief, owner)), during=(S.begun,), after=(paper,),
    only=(Only(red, "house", "the paper is not red"),), renews=(paper,), lasts="case", latest=True,
)  # fmt: skip
both = red & ~Open("toy.other")
finish = Move(
    (S.begun,), S.end, "辦結", "X1", by=chief, needs=(paper, When(Level(1), signature)),
    only=(Only(AtLeast(2, paper), "X1", "two papers come first"),), renews=(signature,), starts=(Sub("toy.other", ()),),
)  # fmt: skip
whole = Deadline(
    (S.begun,), "received", (Rung(hours(1), (clerk,), breach=False, between=(hours(1), days(1))), Rung(days(2), (chief, owner), source="text")),
    "全部", "X1",
)  # fmt: skip
signing = Deadline(
    (S.begun,),
    paper,
    (Rung(days(1), (chief,), between=(days(1), days(2))),),
    "簽名",
    "X1",
    until=signature,
    when=both,
    clock="working days",
)
bell = Notice(red, "Ring the bell.", "X1")
two = Apart(
    (paper,),
    (signature,),
    "X1",
    "whoever writes does not sign",
    "this round",
    named=(Named(paper, "helper"),),
)
same = Same((finish,), (signature,), "X1", "whoever signs finishes", or_roles=(owner,))
out = Barred(Named(paper, "against"), "X1", "whom it is about has no part", but=(finish,))

PROCEDURE = declare(
    globals(), "toy.paper", date(2026, 1, 1), says="玩具", register=("paper", "T"), states=S, initial=S.begun, finals=(S.end,), intake=paper,
    manager=chief, staff={clerk: 1, chief: 2},
    promises=(
        NeverWithout("X1", paper | signature, S.end), Never("X1", signature, ~red), OnlyBy("X1", S.end, (chief,), when=red),
        TwoPersons("X1", (paper,), (signature,)), Owed("X1", signature, chief, days(2)), AlwaysCanEnd("X1"),
    ),
)  # fmt: skip
