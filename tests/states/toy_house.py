"""A small procedure with everything that the office's own data decide: units, lists, limits, duty, delegation; and reports that records start.

Whoever is complained of may be the head of the house: then the owner has the last word. A report of what is urgent concerns the letter in
whichever round it is.
"""

from datetime import date
from enum import StrEnum, auto
from typing import Annotated

from pydantic import Field

from states.acts import Ending, Move, Only, StartIf, State, Step, Sub, When
from states.conditions import Done, Open
from states.deadlines import Deadline, Rung, days, minutes
from states.forms import (
    Appointed,
    Complainant,
    Ended,
    Form,
    HouseRule,
    Led,
    Parties,
    Person,
    UnitKey,
)
from states.law import hotel_owner_escalation_2026 as report
from states.people import Barred, Climb, FromSub, Named, OfUnit, Role, UnitNamed
from states.procedure import declare
from states.promises import AccusedNever, AlwaysCanEnd, Never, NeverWithout, OnlyBy, OnlyOfUnit

chief = Role("chief", "主管")
owner = Role("owner", "業主", outside=True)
clerk = Role("clerk", "文員")
keeper = Role("keeper", "值班員", rostered=True)
head = Role("head", "總管")
deputy = Role("deputy", "受委託者", delegated_by="head")
friends = Role("friends", "名單", human=False)


class S(State):
    """Where a letter stands."""

    begun = auto(), "開始"
    asked = auto(), "請示"
    done = auto(), "終結"


class Colour(StrEnum):
    """Colours."""

    red = auto()
    blue = auto()


class Blank(Form):
    """Nothing beside that it was done."""


class Letter(Form):
    """A letter."""

    unit: Annotated[str, UnitKey, Field(pattern="^[a-z]+$")] = Field(description="which unit answers")
    urgent: bool = Field(default=False, description="it is urgent")
    against: Person | None = Field(default=None, description="against whom")
    colours: tuple[Colour, ...] = Field(default=(), description="its colours")
    amount: int = Field(default=0, description="how much")
    who: Annotated[tuple[Complainant, ...], Parties("complainant")] = Field(default=(), description="who")
    leaves_at: Appointed | None = Field(default=None, description="when they leave")


class Passed(Form):
    """To which unit it goes, and by which rule."""

    unit: Annotated[str, UnitKey, Led(("chief",)), Field(pattern="^[a-z]+$")] = Field(
        description="which unit"
    )
    rule: Annotated[str, HouseRule, Field(pattern="^[a-z]+$")] = Field(
        default="r", description="by which rule"
    )


class Leaving(Form):
    """When they leave."""

    leaves_at: Appointed | None = Field(default=None, description="when they leave")


OPEN = (S.begun, S.asked)
REPORT = "hotel.owner_escalation"
heard = Step(
    Ended, "已知悉", "the owner knows", "X1", by=FromSub(REPORT), during=OPEN, lasts="case", often=True
)
to_owner = Sub(REPORT, (Ending(report.S.acknowledged, heard),), lasts="case")
letter = Step(
    Letter, "來信", "take the letter", "X1", by=(clerk, chief, keeper), during=(S.begun,), lasts="case"
)
urgent = letter.flag("urgent")
big = letter.above("amount", "limit", 100)
coloured = letter.among("colours", "colours", ("red",))
about_head = letter.names_a("against", head)
of_a_friend = letter.listed("who", "friends")
urgent_told, about_head_told = StartIf(letter, urgent, to_owner), StartIf(letter, about_head, to_owner)
friend_told = StartIf(letter, of_a_friend, to_owner)
friend_seen = Step(
    Blank,
    "認出",
    "say that it is a friend",
    "X1",
    by=(clerk, friends),
    during=OPEN,
    lasts="case",
    often=True,
    starts=(to_owner,),
)
leaving = Step(
    Leaving, "離開", "say when they leave", "X1", by=clerk, during=OPEN, lasts="case", often=True, latest=True
)
passed = Step(
    Passed, "轉交", "say which unit answers", "X1", by=(chief, keeper), during=OPEN, lasts="case", often=True
)
agreed = Step(
    Blank, "同意", "agree to it", "X1", by=Climb((chief, head, owner), highest=1), during=(S.asked,)
)
only_others = Only(~about_head, "X1", "it is about the head")
word = Step(Blank, "批示", "the head's word", "X1", by=head, during=(S.asked,), only=(only_others,))
word_for = Step(
    Blank, "代批", "the word for the head", "X1", by=deputy, during=(S.asked,), only=(only_others,)
)
word_above = Step(
    Blank,
    "業主批示",
    "the owner's word",
    "X1",
    by=owner,
    during=(S.asked,),
    only=(Only(about_head, "X1", "it is not about the head"),),
)

ask = Move(
    (S.begun,), S.asked, "請示", "X1", by=(chief, keeper), needs=(letter, When(big | coloured, passed))
)
again = Move(
    (S.asked,), S.begun, "再辦", "X1", by=(chief, head, owner), needs=(agreed,), new_round=True, climbs=True
)
close = Move(
    (S.asked,), S.done, "辦結", "X1", by=(head, deputy, owner), needs=(When(~about_head, word | word_for), When(about_head, word_above)),
    only=(Only(~Open(REPORT), "X1", "the owner does not know yet"), Only(~Done(friend_seen) | Done(heard), "X1", "the owner does not know")),
)  # fmt: skip

whole = Deadline(OPEN, "received", (Rung(days(1), (owner,)),), "全部", "X3")
before_leaving = Deadline(
    OPEN,
    leaving.at("leaves_at"),
    (
        Rung(minutes(-30), (clerk,), breach=False, between=(minutes(-60), minutes(-10))),
        Rung(minutes(0), (chief,)),
    ),
    "離開前",
    "X3",
    until=word,
)

accused = Named(letter, "against")
accused_out = Barred(accused, "X1", "whom it is about has no part")
units = (UnitNamed(letter, "unit"), UnitNamed(passed, "unit"))
of_the_unit = OfUnit(
    (ask, agreed, passed), units, "X1", "this is for the unit that answers", or_roles=(keeper, owner)
)

PROCEDURE = declare(
    globals(), "toy.house", date(2026, 1, 1), says="來信", register=("house", "T"), states=S, initial=S.begun, finals=(S.done,),
    intake=letter, manager=head, staff={clerk: 1, chief: 2, keeper: 2, head: 1}, answering=units, led_by=(chief,),
    noticed=("friends", friend_seen), many_at_once=((word, close), (word_for, close), (word_above, close)),
    promises=(
        NeverWithout("X1", heard, S.done, when=urgent | about_head | of_a_friend | Done(friend_seen)), Never("X1", S.done, Open(REPORT)),
        NeverWithout("X1", passed, S.asked, when=big | coloured), OnlyBy("X1", word_for, (deputy,)),
        OnlyOfUnit("X1", (ask, agreed, passed), units, (keeper, owner)), AccusedNever("X1", accused), AlwaysCanEnd("X1"),
    ),
)  # fmt: skip
