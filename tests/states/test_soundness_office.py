"""What is left to the office, and what records start or date: each slip, made in one line, with the exact sentence that it is answered with."""

from __future__ import annotations

from enum import StrEnum, auto
from typing import Annotated, Any

import pytest
from pydantic import AwareDatetime, Field

from states.acts import Move, Notice, StartIf, Step, Sub
from states.conditions import Cond
from states.deadlines import Deadline, Rung, days, minutes
from states.editions import editions
from states.forms import Appointed, Complainant, Form, Led, Parties, Person, Sealed, UnitKey
from states.law import common_followup_2026 as followup
from states.people import Barred, Climb, Named, OfUnit, Role, UnitNamed
from states.procedure import Procedure
from states.soundness_office import left_to_the_office, started_and_dated
from tests.states import toy_house
from tests.states.small import S, Ticked, chief, clerk, owner, pieces, small
from tests.states.test_soundness import said

CALL = Sub("common.followup", ())
ABROAD = "is on duty by the office's roster, and nobody of the office"
DELEGATED = "is delegated, and to nobody of the office"


class Colour(StrEnum):
    """Colours."""

    red = auto()
    blue = auto()


class Sheet(Form):
    """One field of each sort that the office's own data can be asked about, and some of which they cannot."""

    so: bool = Field(default=False, description="it is so")
    unit: Annotated[str, UnitKey, Field(pattern="^[a-z]+$")] = Field(default="a", description="which unit")
    hidden: Annotated[str, UnitKey, Sealed] = Field(default="a", description="which unit, sealed")
    many: int = Field(default=0, description="how many")
    colours: tuple[Colour, ...] = Field(default=(), description="its colours")
    whom: Person | None = Field(default=None, description="whom")
    who: Annotated[tuple[Complainant, ...], Parties("complainant")] = Field(default=(), description="who")
    due_at: Appointed | None = Field(default=None, description="when")
    secret_at: Annotated[AwareDatetime, Sealed] | None = Field(default=None, description="when, sealed")


class Sent(Form):
    """To a unit that somebody leads."""

    to: Annotated[str, UnitKey, Led(("chief", "herald"))] = Field(description="to which unit")


def sound(parts: dict[str, Any], **more: Any) -> bool:
    """Whether nothing is wrong with a procedure of these parts: it is declared, which raises Unsound otherwise."""
    return isinstance(small(parts, **more), Procedure)


def sheet(**changes: Any) -> Step[Sheet]:
    """A step of which a sheet is kept, for the whole case unless it is said."""
    given: dict[str, Any] = {"by": clerk, "during": (S.begun,), "lasts": "case"}
    return Step(Sheet, "單", "fill it in", "X1", **(given | changes))


def ringing(cond: Cond) -> Notice:
    """Something that asks for a condition."""
    return Notice(cond, "Ring.", "X1")


def back() -> Move:
    """A second round."""
    return Move((S.heard,), S.begun, "再辦", "X1", by=chief, new_round=True)


@pytest.mark.parametrize(
    "procedure", [toy_house.PROCEDURE, *editions().values()], ids=lambda p: f"{p.name} {p.edition}"
)
def test_neither_the_toy_nor_any_edition_has_such_a_slip(procedure: Procedure) -> None:
    assert [*left_to_the_office(procedure), *started_and_dated(procedure)] == []


def test_a_record_of_nobody_starts_nothing() -> None:
    stray = Step(Sheet, "迷", "stray", "X1", by=clerk, during=(S.begun,))
    object.__setattr__(stray, "name", "stray")
    started = StartIf(stray, stray.flag("so"), CALL)

    assert said(pieces() | {"started": started})[-1] == (
        "common.followup is started by stray, which is not a step of this procedure"
    )


def test_a_record_starts_something_by_what_it_says_itself() -> None:
    parts = pieces()
    filled = sheet()
    parts |= {"filled": filled, "started": StartIf(filled, parts["note"].flag("so"), CALL)}

    assert said(parts) == ["filled starts common.followup if note.so, which another record says"]
    assert small(parts | {"started": StartIf(filled, filled.flag("so"), CALL)}).subs == {
        "common.followup": CALL
    }


def clock(since: Any, *rungs: int, **fields: Any) -> Deadline:
    """A clock that tells the chief so many minutes after something."""
    ladder = tuple(Rung(minutes(n), (chief,)) for n in rungs)
    return Deadline((S.begun,), since, ladder, "鐘", "X3", **fields)


def test_a_clock_counts_from_no_moment_that_is_sealed() -> None:
    filled = sheet()

    assert said(pieces() | {"filled": filled, "bell": clock(filled.at("secret_at"), 5)}) == [
        "bell counts from filled.secret_at, which is sealed"
    ]


def test_only_before_a_moment_that_a_record_names_is_anybody_told() -> None:
    filled = sheet()

    assert said(pieces() | {"bell": clock("entered", -5)}) == [
        "a rung of bell lies before what it counts from"
    ]
    assert small(pieces() | {"filled": filled, "bell": clock(filled.at("due_at"), -5, 0)}).moments["filled"]


def test_working_days_are_not_counted_backwards() -> None:
    filled = sheet()
    bell = Deadline(
        (S.begun,), filled.at("due_at"), (Rung(days(-1), (chief,)),), "鐘", "X3", clock="working days"
    )

    assert said(pieces() | {"filled": filled, "bell": bell}) == ["bell counts working days backwards"]


@pytest.mark.parametrize("field", ["colours", "nowhere"])
def test_what_names_the_unit_that_answers_is_a_unit(field: str) -> None:
    filled = sheet()

    assert said(pieces() | {"filled": filled}, answering=(UnitNamed(filled, field),)) == [
        f"filled.{field} does not name a unit"
    ]


def test_the_unit_that_answers_is_named_by_a_record_of_this_procedure() -> None:
    stray = sheet()
    object.__setattr__(stray, "name", "stray")

    assert said(answering=(UnitNamed(stray, "unit"),)) == ["stray.unit does not name a unit"]


def test_a_unit_of_a_rule_is_looked_at_too() -> None:
    parts = pieces()
    filled = sheet()
    rule = OfUnit((parts["finish"],), (UnitNamed(filled, "many"),), "X1", "of the unit")

    assert said(parts | {"filled": filled, "rule": rule}) == ["filled.many does not name a unit"]


def test_the_unit_that_answers_is_not_sealed() -> None:
    filled = sheet()

    assert said(pieces() | {"filled": filled}, answering=(UnitNamed(filled, "hidden"),)) == [
        "filled.hidden names the unit that answers, and is sealed"
    ]


def test_the_unit_that_answers_is_named_for_the_case_where_there_are_rounds() -> None:
    lasting, short = sheet(), sheet(lasts="round")

    assert said(pieces() | {"filled": short, "back": back()}, answering=(UnitNamed(short, "unit"),)) == [
        "filled.unit names the unit that answers, and for one round alone"
    ]
    assert sound(pieces() | {"filled": lasting, "back": back()}, answering=(UnitNamed(lasting, "unit"),))
    assert sound(pieces() | {"filled": short}, answering=(UnitNamed(short, "unit"),))


def test_a_rule_about_units_speaks_of_acts_of_this_procedure_or_of_one_it_starts() -> None:
    filled = sheet()
    rule = OfUnit((followup.attempt,), (UnitNamed(filled, "unit"),), "X1", "of the unit")

    assert said(pieces() | {"filled": filled, "rule": rule}) == [
        "a rule about units speaks of attempt, which is neither of this procedure nor of one that it starts"
    ]
    assert sound(
        pieces() | {"filled": sheet(starts=(CALL,)), "rule": OfUnit((followup.attempt,), (), "X1", "")}
    )


def test_a_rule_about_units_speaks_of_no_act_that_is_gone() -> None:
    gone = Step(Ticked, "無", "it is gone", "X1", by=clerk, during=(S.begun,))
    object.__setattr__(gone, "name", "gone")
    object.__setattr__(gone, "owner", "test.small")

    assert said(pieces() | {"rule": OfUnit((gone,), (), "X1", "of the unit")}) == [
        "a rule about units speaks of gone, which is neither of this procedure nor of one that it starts"
    ]


def test_who_stands_in_for_a_unit_has_a_role_of_this_procedure() -> None:
    parts = pieces()
    rule = OfUnit((parts["finish"],), (), "X1", "of the unit", or_roles=(chief, owner))

    assert said(parts | {"rule": rule}) == [
        "owner stands in for the unit that answers, and is no role of this procedure"
    ]


def test_who_leads_a_unit_has_a_role_of_this_procedure() -> None:
    assert said(led_by=(chief, owner)) == ["owner leads a unit, and is no role of this procedure"]


def test_a_unit_is_led_by_a_role_of_this_procedure() -> None:
    send = Step(Sent, "送", "send it", "X1", by=clerk, during=(S.begun,))

    assert said(pieces() | {"send": send}) == [
        "send asks that to is led by herald, no role of this procedure"
    ]


MACHINE = Role("list", "名單", human=False)


def noticing(step: Step[Any] | None = None, kept: str = "friends") -> dict[str, Any]:
    """The pieces, a record that names people who may be on a list, and one that is made of who is on it."""
    filled = sheet()
    seen = step or Step(Ticked, "認出", "they are seen", "X1", by=(clerk, MACHINE), during=(S.begun,))
    return pieces() | {"filled": filled, "seen": seen, "bell": ringing(filled.listed("who", kept))}


def test_who_is_on_a_list_is_noticed_by_the_list() -> None:
    parts = noticing()

    assert small(parts, noticed=("friends", parts["seen"])).noticed


def test_who_is_on_a_list_is_recorded_by_a_step_of_this_procedure() -> None:
    stray = sheet()
    object.__setattr__(stray, "name", "stray")

    assert said(noticing(), noticed=("friends", stray)) == [
        "stray, recorded of who is on the list friends, is not a step of this procedure"
    ]


def test_who_is_on_a_list_is_asked_for_somewhere() -> None:
    parts = noticing(kept="enemies")

    assert said(parts, noticed=("friends", parts["seen"])) == [
        "seen is recorded of who is on the list friends, which no condition asks for"
    ]


def test_who_is_on_a_list_is_not_noticed_by_persons_alone() -> None:
    parts = noticing(Step(Ticked, "認出", "they are seen", "X1", by=clerk, during=(S.begun,)))

    assert said(parts, noticed=("friends", parts["seen"])) == [
        "seen is recorded of who is on the list friends, and by persons alone"
    ]


def test_a_list_fills_in_nothing() -> None:
    parts = noticing(Step(Sent, "認出", "they are seen", "X1", by=(clerk, MACHINE), during=(S.begun,)))

    assert said(
        parts, noticed=("friends", parts["seen"]), staff={clerk: 1, chief: 1, Role("herald", "傳令"): 1}
    ) == ["seen is recorded of who is on the list friends, and asks for to"]


@pytest.mark.parametrize("place", [{"outside": True}, {"human": False}], ids=["outside", "a machine"])
@pytest.mark.parametrize(
    ("kind", "sentence"),
    [({"rostered": True}, ABROAD), ({"delegated_by": "chief"}, DELEGATED)],
    ids=["on duty", "delegated"],
)
def test_nobody_but_people_of_the_office_is_on_duty_or_delegated(
    place: dict[str, Any], kind: dict[str, Any], sentence: str
) -> None:
    role = Role("guard", "守衛", **place, **kind)

    assert said(pieces() | {"filled": sheet(by=(clerk, role))}) == [f"guard {sentence}"]


def test_whoever_delegates_has_a_role_of_this_procedure() -> None:
    deputy = Role("deputy", "代理", delegated_by="herald")

    assert said(pieces() | {"filled": sheet(by=(clerk, deputy))}) == [
        "deputy is delegated by herald, no role of this procedure"
    ]


def test_the_smallest_office_has_nobody_who_is_delegated() -> None:
    deputy = Role("deputy", "代理", delegated_by="chief")
    parts = pieces() | {"filled": sheet(by=(clerk, deputy))}

    assert said(parts, staff={clerk: 1, chief: 1, deputy: 1}) == [
        "the smallest office has a deputy, whom somebody must delegate first"
    ]
    assert sound(parts, staff={clerk: 1, chief: 1, deputy: 0})


def test_whether_a_case_is_about_whoever_delegates_is_asked() -> None:
    deputy = Role("deputy", "代理", delegated_by="chief")
    filled = sheet(by=(clerk, deputy))
    parts = pieces() | {"filled": filled, "out": Barred(Named(filled, "whom"), "X1", "it is about you")}

    assert said(parts) == ["nothing asks whether filled.whom names a chief, whose deputy would act on"]
    assert sound(parts | {"bell": ringing(filled.names_a("whom", chief))})
    assert said(parts | {"bell": ringing(filled.names_a("whom", clerk))}) != []


@pytest.mark.parametrize("highest", [2, -1])
def test_nobody_climbs_higher_than_there_are_roles(highest: int) -> None:
    filled = sheet(by=Climb((clerk, chief), highest=highest))

    assert f"filled climbs to level {highest}, and has roles up to 1" in said(pieces() | {"filled": filled})


def test_as_high_as_there_are_roles_one_may_climb() -> None:
    assert small(pieces() | {"filled": sheet(by=Climb((clerk, chief), highest=1))}).max_level == 1


def test_what_is_done_for_many_cases_is_of_this_procedure() -> None:
    parts = pieces()

    assert said(parts, many_at_once=((followup.attempt, parts["hear"]),)) == [
        "attempt is done for many cases at once, and is not of this procedure"
    ]
    assert said(parts, many_at_once=((parts["note"], followup.PROCEDURE.moves[0]),)) == [
        f"{followup.PROCEDURE.moves[0].name} is done for many cases at once, and is not of this procedure"
    ]


def test_the_move_that_is_made_for_many_cases_needs_the_step() -> None:
    parts = pieces()

    assert small(parts, many_at_once=((parts["note"], parts["hear"]),)).many_at_once
    assert said(parts, many_at_once=((parts["note"], parts["finish"]),)) == [
        "finish is made for many cases at once with note, which it does not need"
    ]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (lambda s: s.at("many"), "a condition asks when filled.many is, which holds no moment"),
        (lambda s: s.above("colours", "limit", 1), "a condition asks whether filled.colours is above limit, and it is no number"),
        (lambda s: s.above("so", "limit", 1), "a condition asks whether filled.so is above limit, and it is no number"),
        (lambda s: s.among("many", "bad", ("red",)), "a condition looks for filled.many on the list bad, and there is nothing to choose from"),
        (lambda s: s.among("colours", "bad", ("red", "green")), "the list bad has green by default, which filled.colours cannot be"),
        (lambda s: s.names_a("many", chief), "a condition asks what filled.many is in the office, and it names no person"),
        (lambda s: s.names_a("whom", owner), "a condition asks whether filled.whom is owner, no role of this procedure"),
        (lambda s: s.listed("whom", "friends"), "a condition looks for filled.whom on the list friends, and it holds no people"),
    ],
    ids=["moment", "number", "yes or no", "choice", "word", "person", "role", "people"],
)  # fmt: skip
@pytest.mark.parametrize("inside", [False, True], ids=["alone", "inside another"])
def test_the_office_is_asked_about_what_it_can_look_at(asked: Any, sentence: str, inside: bool) -> None:  # noqa: FBT001  a case of the table
    filled = sheet()
    cond = asked(filled)
    bell = ringing(~(cond & filled.flag("so")) if inside else cond)

    assert said(pieces() | {"filled": filled, "bell": bell}) == [sentence]


def test_what_the_office_can_look_at_it_is_asked_about() -> None:
    filled = sheet()
    asked = (
        filled.at("due_at"), filled.above("many", "limit", 1), filled.among("colours", "bad", ("red",)),
        filled.names_a("whom", chief), filled.listed("who", "friends"),
    )  # fmt: skip
    bells = {f"bell{n}": ringing(cond) for n, cond in enumerate(asked)}

    assert len(small(pieces() | {"filled": filled} | bells).flags) == len(asked)


def test_one_setting_has_one_default() -> None:
    filled = sheet()
    same = (filled.among("colours", "bad", ("red", "blue")), filled.among("colours", "bad", ("blue", "red")))

    assert said(
        pieces()
        | {
            "filled": filled,
            "one": ringing(filled.above("many", "limit", 1)),
            "two": ringing(filled.above("many", "limit", 2)),
        }
    ) == ["filled.many>limit has two defaults"]
    assert said(
        pieces()
        | {
            "filled": filled,
            "one": ringing(same[0]),
            "two": ringing(filled.among("colours", "bad", ("red",))),
        }
    ) == ["filled.colours~bad has two defaults"]
    assert sound(pieces() | {"filled": filled, "one": ringing(same[0]), "two": ringing(same[1])})
