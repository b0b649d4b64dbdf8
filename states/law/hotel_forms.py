"""What the steps of the hotel's procedure record. Read it beside H1.1 to H5.2."""

from enum import StrEnum, auto
from typing import Annotated, Self

from pydantic import Field, model_validator

from states.forms import (
    About,
    Appointed,
    Complainant,
    Form,
    Holds,
    Led,
    Moment,
    Parties,
    PersonRef,
    Rule,
    Sealed,
    SealedText,
    SealedWords,
    Unit,
    UnitKey,
)

HANDLES = Field(min_length=1, max_length=64)
Staff = Annotated[
    str,
    PersonRef,
    Holds(("hotel_staff", "supervisor", "dept_manager", "duty_manager", "general_manager")),
    HANDLES,
]
# Whom a complaint is about works in the hotel: whoever stands above it is complained of elsewhere.
Accused = Annotated[
    tuple[
        Annotated[
            str,
            PersonRef,
            About,
            Holds(
                (
                    "hotel_staff",
                    "supervisor",
                    "dept_manager",
                    "duty_manager",
                    "general_manager",
                    "gm_delegate",
                )
            ),
            HANDLES,
        ],
        ...,
    ],
    Field(max_length=20),
]
Handler = Annotated[
    str, PersonRef, Holds(("supervisor", "dept_manager", "duty_manager", "general_manager", "owner")), HANDLES
]
Head = Annotated[str, PersonRef, Holds(("general_manager",)), HANDLES]
Above = Annotated[str, PersonRef, Holds(("general_manager", "owner")), HANDLES]
LedUnit = Annotated[
    str, UnitKey, Led(("supervisor", "dept_manager")), Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")
]
Offered = Annotated[tuple[Annotated[str, Field(min_length=2, max_length=2000)], ...], Sealed]


class Channel(StrEnum):
    """How the guest complains."""

    in_person = auto()
    lobby_manager = auto()
    phone = auto()
    letter = auto()
    email = auto()
    web = auto()


class Matter(StrEnum):
    """What a complaint is about; which of these are major (重大) is the general manager's own list."""

    attitude = auto()
    room = auto()
    cleanliness = auto()
    noise = auto()
    food = auto()
    billing = auto()
    reservation = auto()
    property_loss = auto()
    illness = auto()
    injury = auto()
    safety = auto()
    crime = auto()
    discrimination = auto()
    media = auto()
    other = auto()


MAJOR_BY_DEFAULT = ("illness", "injury", "safety", "crime", "discrimination", "media")
"""D: what is major until the general manager has made a list."""


class Grave(StrEnum):
    """What makes a matter serious (較嚴重); D: the text does not say."""

    injury = auto()
    safety = auto()
    theft = auto()
    police = auto()
    media = auto()
    several_guests = auto()
    money = auto()


class LedAway(StrEnum):
    """What came of the attempt to lead the guest away."""

    led = auto()
    refused = auto()
    impossible = auto()


class ReadBack(StrEnum):
    """What the guest said when the record was read back."""

    confirmed = auto()
    declined = auto()


class Verdict(StrEnum):
    """What the guest says of how it was settled."""

    satisfied = auto()
    not_satisfied = auto()
    declined = auto()


class Encounter(Form):
    """A guest begins to complain."""

    channel: Channel = Field(description="how the guest complains")
    department: Unit = Field(description="the department that listens")
    vip: bool = Field(default=False, description="an important guest")
    leaves_at: Appointed | None = Field(default=None, description="when the guest leaves the hotel")
    first_words: SealedText = Field(default="", description="what the guest says first")


class Stay(Form):
    """When the guest leaves, if that was not known or has changed."""

    leaves_at: Appointed = Field(description="when the guest leaves the hotel")


class Mood(Form):
    """The guest is in no mood to be argued with."""

    angry: bool = Field(default=False, description="angry")
    intoxicated: bool = Field(default=False, description="after drinking")
    irritable: bool = Field(default=False, description="irritable")

    @model_validator(mode="after")
    def one_of_them(self) -> Self:
        """At least one of the three."""
        if not (self.angry or self.intoxicated or self.irritable):
            raise ValueError("say what the guest's mood is")
        return self


class Remark(Form):
    """Seen or done, with what there is to say of it."""

    remark: SealedText = Field(default="", description="remark")


class Leading(Form):
    """An attempt to lead a noisy guest away from the others."""

    result: LedAway = Field(description="what came of it")
    place: SealedText = Field(default="", description="where to")

    @model_validator(mode="after")
    def place_if_led(self) -> Self:
        """Where somebody was led has a name."""
        if self.result is LedAway.led and not self.place:
            raise ValueError("say where the guest was led")
        return self


class Gravity(Form):
    """Why the matter is serious (較嚴重)."""

    why: Grave = Field(description="what makes it serious")
    remark: SealedText = Field(default="", description="remark")


class Major(Form):
    """Why the matter is major (重大)."""

    matters: tuple[Matter, ...] = Field(min_length=1, max_length=10, description="what it is about")
    remark: SealedText = Field(default="", description="remark")


class Told(Form):
    """What somebody above is told of: copied from the record that made it so."""

    matters: tuple[Matter, ...] = Field(default=(), max_length=10, description="what it is about")
    why: Grave | None = Field(default=None, description="what makes it serious")


class Heard(Form):
    """The guest was listened to, calmly and with a smile, to the end, and understanding was expressed: attested by whoever listened."""

    to_the_end: bool = Field(description="the guest was listened to, to the end")
    understanding: bool = Field(description="understanding was expressed")


class Apology(Form):
    """An apology, and who spoke it."""

    spoken_by: Staff = Field(description="who apologised")
    words: SealedText = Field(default="", description="the words")


class Note(Form):
    """The record: name, department, matter; read back to the guest."""

    guests: Annotated[tuple[Complainant, ...], Parties("complainant")] = Field(
        default=(), max_length=50, description="the guest"
    )
    name_declined: bool = Field(default=False, description="the guest gave no name")
    department: Unit = Field(description="the department complained of")
    against: Accused = Field(default=(), description="the persons complained of")
    matters: tuple[Matter, ...] = Field(min_length=1, max_length=10, description="what it is about")
    happened: SealedWords = Field(description="what happened, in the guest's words")
    place: SealedText = Field(default="", description="where")
    read_back: ReadBack = Field(description="what the guest said when the record was read back")

    @model_validator(mode="after")
    def name_or_declined(self) -> Self:
        """The name is asked for; declining is an answer."""
        if bool(self.guests) is self.name_declined:
            raise ValueError("record the guest's name, or that the guest gave none")
        return self

    @property
    def reachable(self) -> bool:
        """Somebody who complains left a telephone or another way to be reached."""
        return any(guest.phone or guest.contact for guest in self.guests)


class Against(Form):
    """Somebody more who is complained of."""

    against: Accused = Field(min_length=1, description="the persons complained of")
    remark: SealedText = Field(default="", description="remark")


class Sorting(Form):
    """Whether it is the listening department's own, and whether it is simple: the supervisor says so."""

    own_department: bool = Field(description="it concerns the department that listened")
    simple: bool = Field(description="it is simple and easily solved")


class Assignment(Form):
    """Who is responsible from now on."""

    handler: Handler = Field(description="who handles it")


class Words(Form):
    """What there is to say, in words."""

    words: SealedWords = Field(description="words")


class Facts(Form):
    """What was found out about it."""

    words: SealedWords = Field(description="the facts")
    verified: bool = Field(description="the facts are verified")


class HandOver(Form):
    """To which department it goes."""

    department: LedUnit = Field(description="the department that answers")


class Accepted(Form):
    """Somebody of the other department takes it over by name."""

    handler: Handler = Field(description="who handles it")


class Options(Form):
    """What the guest may choose from: more than one where possible."""

    offered: Offered = Field(min_length=1, max_length=8, description="what is offered")
    why_one: SealedText = Field(default="", description="why there is no choice")

    @model_validator(mode="after")
    def several_or_why_not(self) -> Self:
        """One alone is no choice."""
        if len(self.offered) == 1 and not self.why_one:
            raise ValueError("offer more than one, or say why there is no choice")
        return self


class Choice(Form):
    """What the guest chose."""

    chosen: SealedWords = Field(description="what the guest chose")


class Compensation(Form):
    """What the house gives."""

    amount: int = Field(ge=0, le=100_000_000, description="what it is worth, in whole units of the currency")
    given: SealedWords = Field(description="what is given")


class Agreed(Form):
    """A second person's agreement, with the reason."""

    reason: SealedWords = Field(description="reason")


class Explanation(Form):
    """The answer to the guest: with the facts, by a rule of the house."""

    words: SealedWords = Field(description="what was explained")
    rule: Rule = Field(description="the rule of the house")


class Result(Form):
    """The guest was told the result."""

    words: SealedWords = Field(description="the result")
    channel: Channel = Field(description="how the guest was told")
    told_to_all: bool = Field(
        description="every guest who complained has been told, directly or through the one who receives for all"
    )

    @model_validator(mode="after")
    def everybody_told(self) -> Self:
        """The result is told once everybody knows it (X9): the apology and the guests' opinion come after that."""
        if not self.told_to_all:
            raise ValueError("tell every guest who complained, then record it")
        return self


class Opinion(Form):
    """The guest's opinion of how it was settled."""

    opinion: Verdict = Field(description="what the guest says of it")
    felt_heard: Annotated[int, Field(ge=1, le=5)] | None = Field(
        default=None, description="whether the guest felt heard, from 1 to 5; none: not asked or declined"
    )
    words: SealedText = Field(default="", description="the guest's own words")


class Departed(Form):
    """The guest has left the hotel."""

    left_at: Moment = Field(description="when the guest left")


class Attempt(Form):
    """One try to reach a guest who has left."""

    channel: Channel = Field(description="how it was tried")
    reached: bool = Field(description="the guest was reached")
    remark: SealedText = Field(default="", description="remark")


class Detail(Form):
    """The whole record (H5.1): what is not in the other records already."""

    where: SealedWords = Field(description="where it happened")
    when: SealedWords = Field(description="when it happened")
    result: SealedWords = Field(description="the result, in full")
    cost: int = Field(
        ge=0, le=100_000_000, description="what it cost the house, in whole units of the currency"
    )
    lesson: SealedText = Field(default="", description="what is to be learnt from it")


class Endorsement(Form):
    """The general manager's own words (批示)."""

    words: SealedWords = Field(description="the endorsement")


class Guidance(Form):
    """Explained, and guided to whoever has the power to handle it (X7)."""

    why_not_ours: SealedWords = Field(description="why it is not for this hotel")
    authority: SealedWords = Field(description="who has the power, and how to reach them")
    told_at: Moment = Field(description="when the guest was told")


class Instruction(Form):
    """The general manager's instruction by telephone."""

    called_at: Moment = Field(description="when the call was")
    spoke_to: Head = Field(description="who gave the instruction")
    words: SealedWords = Field(description="the instruction")


class Informed(Form):
    """The general manager was told afterwards; if it is about the general manager, the owner."""

    whom: Above = Field(description="who was told")
    told_at: Moment = Field(description="when")


class Bag(Form):
    """The archive flow's proof that the bag was built and verified."""

    manifest_sha256: str = Field(pattern="^[0-9a-f]{64}$", description="digest of the bag's manifest")
    verified: bool = Field(description="the bag was read back and verified")
