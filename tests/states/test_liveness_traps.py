"""Small procedures in which a case can be stuck for ever, each by a trap that a proof could overlook: it must not say that they can always end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import auto
from typing import Any

from pydantic import Field

from states.acts import Ending, Move, Only, StartIf, State, Step, Sub
from states.conditions import Cond, Done, EveryNamed, Open
from states.deadlines import Deadline, Rung, days
from states.forms import Ended, Form, Person, Persons, Unit
from states.law.roles import outcome
from states.people import Apart, Barred, By, FromSub, Named, OfUnit, Role, Same, UnitNamed
from states.procedure import Procedure, declare
from states.promises import AlwaysCanEnd
from states.prove.liveness import _can_end, counting_ends
from states.prove.persons import Supply
from tests.states.small import S, Ticked, chief, clerk, owner, pieces, small
from tests.states.test_liveness import ends

KID = "test.kid"
OPEN = (S.begun, S.heard)


class K(State):
    """Where a sub-case stands."""

    told = auto(), "已告"
    over = auto(), "終"


class Naming(Form):
    """Whom it is about, and which unit answers."""

    who: Person | None = Field(default=None, description="whom it is about")
    unit: Unit = Field(description="which unit")


def kid(by: By = chief, **more: Any) -> Procedure:
    """A sub-case that these people can end."""
    telling = Step(Ticked, "告", "tell it", "X1", by=outcome, during=(K.told,), lasts="case")
    finish = Move((K.told,), K.over, "終結", "X1", by=by)
    wait = Deadline((K.told,), "received", (Rung(days(1), (owner,)),), "全部", "X3")
    return declare(
        {"telling": telling, "finish": finish, "wait": wait} | more, KID, date(2026, 1, 1), says="小", register=("kid", "K"), states=K,
        initial=K.told, finals=(K.over,), intake=telling, manager=chief, staff={chief: 1}, promises=(),
    )  # fmt: skip


def ends_below(below: Procedure, above: Procedure) -> bool:
    """Whether a sub-case can always end under the rules of the case that started it."""
    return _can_end(below, AlwaysCanEnd("X1"), counting_ends(below), Supply(below, above)).holds


def naming(**fields: Any) -> Step[Naming]:
    """A step that names whom it is about."""
    return Step(Naming, "關於", "say whom it is about", "X1", by=clerk, during=(S.begun,), **fields)


def finish(*cond: Cond, by: By = chief, **fields: Any) -> Move:
    """The way to the end, on these conditions."""
    only = tuple(Only(one, "house", "not yet") for one in cond)
    return Move((S.heard,), S.done, "終結", "X1", by=by, only=only, **fields)


def heard_of(**fields: Any) -> Step[Ended]:
    """What the end of a sub-case records."""
    made = Step(Ended, "已聞", "hear of it", "X1", by=FromSub(KID), during=OPEN, **({"often": True} | fields))
    object.__setattr__(made, "name", "known")
    return made


class TestConditions:
    """What must be true first can never come true."""

    def test_a_record_that_would_make_it_true_can_never_be_made(self) -> None:
        parts = pieces()
        never = parts["note"].flag("so") & ~parts["note"].flag("so")
        agree = Step(
            Ticked, "同意", "agree", "X1", by=chief, during=(S.heard,), only=(Only(never, "house", "never"),)
        )

        assert not ends(small(parts | {"agree": agree, "finish": finish(Done(agree))})).holds
        free = replace(agree, only=())
        assert ends(small(parts | {"agree": free, "finish": finish(Done(free))})).holds

    def test_two_records_of_which_each_waits_for_the_other(self) -> None:
        one = Step(Ticked, "一", "one", "X1", by=chief, during=(S.heard,))
        two = Step(
            Ticked,
            "二",
            "two",
            "X1",
            by=chief,
            during=(S.heard,),
            only=(Only(Done(one), "house", "one first"),),
        )
        object.__setattr__(one, "only", (Only(Done(two), "house", "two first"),))

        assert not ends(small(pieces() | {"one": one, "two": two, "finish": finish(Done(one))})).holds

    def test_a_record_of_an_earlier_state_that_said_otherwise(self) -> None:
        parts = pieces()

        assert ends(small(parts | {"finish": finish(parts["note"].flag("so"))})).why == "stuck in heard"

    def test_somebody_left_out_for_ever_and_the_proof_comes_to_an_end(self) -> None:
        class Several(Form):
            """Several people."""

            who: Persons = Field(default=(), description="who")

        one = Step(Several, "甲", "one", "X1", by=clerk, during=(S.begun,), lasts="case")
        two = Step(Several, "乙", "two", "X1", by=clerk, during=(S.begun,), lasts="case")
        everybody = EveryNamed((Named(one, "who"),), (Named(two, "who"),))

        assert (
            ends(small(pieces() | {"one": one, "two": two, "finish": finish(everybody)})).why
            == "stuck in heard"
        )


class TestSubCases:
    """What a sub-case must bring about never comes."""

    def case(self, called: Step[Ended], *cond: Cond, starts: tuple[Sub, ...] = (), **more: Any) -> Procedure:
        """A case that a sub-case must end for."""
        parts = pieces()
        parts["hear"] = replace(parts["hear"], starts=starts)
        return small(parts | {"called": called, "finish": finish(*cond)} | more)

    def test_a_sub_case_can_only_be_ended_by_somebody_barred(self) -> None:
        known, note = heard_of(), naming()
        sub = Sub(KID, (Ending(K.over, known),))
        above = self.case(
            known, ~Open(KID), starts=(sub,), about=note, out=Barred(Named(note, "who"), "house", "no part")
        )

        assert not ends_below(kid(), above)
        assert ends_below(kid(by=(chief, owner)), above)

    def test_a_role_clear_in_the_sub_case_is_not_clear_in_the_case_above(self) -> None:
        """That nobody named below is the chief says nothing of whom the case above is about."""
        known, note = heard_of(), naming()
        above = self.case(
            known,
            starts=(Sub(KID, (Ending(K.over, known),)),),
            about=note,
            out=Barred(Named(note, "who"), "house", "no part"),
        )
        why = Step(Naming, "關於", "say whom", "X1", by=outcome, during=(K.told,), lasts="case")
        about_chief = why.names_a("who", chief)
        below = kid(
            why=why,
            finish=Move(
                (K.told,),
                K.over,
                "終結",
                "X1",
                by=(chief,),
                only=(Only(~about_chief | about_chief, "house", "x"),),
            ),
        )

        assert not _can_end(
            below,
            AlwaysCanEnd("X1"),
            counting_ends(below),
            Supply(below, above),
            frozenset({about_chief.key}),
        ).holds

    def test_a_sub_case_whose_end_starts_the_next(self) -> None:
        known = heard_of()
        sub = Sub(KID, (Ending(K.over, known),))
        object.__setattr__(known, "starts", (sub,))

        assert ends(self.case(known, ~Open(KID), starts=(sub,))).why == "stuck in heard"
        object.__setattr__(known, "starts", ())
        assert ends(self.case(known, ~Open(KID), starts=(sub,))).holds

    def test_several_sub_cases_end_one_after_the_other(self) -> None:
        """Tracked, since what is heard of them matters too; that one more is open than before is no reason to give up."""
        known = heard_of()
        sub = Sub(KID, (Ending(K.over, known),))
        more = Step(Ticked, "再", "tell more", "X1", by=clerk, during=(S.heard,), often=True, starts=(sub,))

        assert ends(self.case(known, ~Open(KID), Done(known), starts=(sub,), more=more)).holds

    def test_only_a_record_that_may_be_there_already_would_start_it(self) -> None:
        """Recorded once, it said something else: it cannot be recorded again so that it starts a sub-case."""
        known, ask = heard_of(), Step(Ticked, "問", "ask", "X1", by=clerk, during=OPEN)
        sub = Sub(KID, (Ending(K.over, known),))
        object.__setattr__(ask, "name", "ask")
        law = self.case(known, Done(known), ask=ask, start=StartIf(ask, ask.flag("so"), sub))

        assert not ends(law).holds
        again = replace(ask, often=True)
        object.__setattr__(again, "name", "ask")
        assert ends(
            self.case(known, Done(known), ask=again, start=StartIf(again, again.flag("so"), sub))
        ).holds


class TestPersons:
    """Nobody is left who may do it."""

    def about(self, note: Step[Naming], *cond: Cond, **more: Any) -> Procedure:
        """A case that may be about the chief."""
        parts = pieces() | {"about": note, "out": Barred(Named(note, "who"), "house", "no part")}
        return small(parts | {"finish": finish(*cond)} | more)

    def test_whoever_is_certainly_not_complained_of_may_act(self) -> None:
        note = naming(lasts="case")
        object.__setattr__(note, "name", "about")
        by_owner = finish(note.names_a("who", chief), by=owner)

        assert not ends(self.about(note, ~note.names_a("who", chief))).holds
        assert ends(self.about(note, ~note.names_a("who", chief), above=by_owner)).holds

    def test_whoever_is_not_complained_of_may_be_shut_out_all_the_same(self) -> None:
        """The only chief has agreed, and whoever agrees does not finish."""
        note = naming(lasts="case")
        object.__setattr__(note, "name", "about")
        agree = Step(Ticked, "同意", "agree", "X1", by=chief, during=(S.heard,))
        last = finish(~note.names_a("who", chief), needs=(agree,))
        by_owner = finish(note.names_a("who", chief), by=owner)
        rule = Apart((agree,), (last,), "X1", "not both")

        assert not ends(self.about(note, agree=agree, finish=last, above=by_owner, rule=rule)).holds
        assert ends(self.about(note, agree=agree, finish=last, above=by_owner)).holds

    def test_a_name_outlives_the_round_and_a_fact_of_the_round_does_not(self) -> None:
        """In the second round nothing says any more that it is about the chief, who has no part in it for all that."""
        note = naming()
        object.__setattr__(note, "name", "about")
        back = Move((S.heard,), S.begun, "退回", "X1", by=owner, new_round=True)
        by_owner = finish(note.names_a("who", chief), by=owner)

        assert not ends(self.about(note, ~note.names_a("who", chief), above=by_owner, back=back)).holds

    def test_the_unit_that_answers_may_have_nobody_left(self) -> None:
        note = replace(naming(lasts="case"), by=(clerk, chief))
        units = (UnitNamed(note, "unit"),)
        last = finish()
        rule = OfUnit((last,), units, "house", "for the unit that answers")

        assert not ends(
            small(pieces() | {"about": note, "finish": last, "rule": rule}, staff={clerk: 1, chief: 2})
        ).holds
        led = {"staff": {clerk: 1, chief: 2}, "led_by": (chief,)}
        assert ends(small(pieces() | {"about": note, "finish": last, "rule": rule}, **led)).holds
        out = Barred(Named(note, "who"), "house", "no part")
        assert not ends(
            small(pieces() | {"about": note, "finish": last, "rule": rule, "out": out}, **led)
        ).holds

    def test_whoever_stands_in_for_every_unit_is_counted(self) -> None:
        note = naming(lasts="case")
        last = finish(by=(clerk, chief))
        rule = OfUnit(
            (last,), (UnitNamed(note, "unit"),), "house", "for the unit that answers", or_roles=(chief,)
        )

        assert ends(small(pieces() | {"about": note, "finish": last, "rule": rule})).holds

    def test_somebody_of_another_body_is_not_the_one_who_must_do_it(self) -> None:
        parts = pieces()
        agree = Step(Ticked, "同意", "agree", "X1", by=(clerk, owner), during=(S.heard,))
        same = Same((agree,), (parts["note"],), "house", "whoever noted it agrees")

        assert not ends(small(parts | {"agree": agree, "same": same, "finish": finish(needs=(agree,))})).holds
        stands_in = replace(same, or_roles=(owner,))
        assert ends(
            small(parts | {"agree": agree, "same": stands_in, "finish": finish(needs=(agree,))})
        ).holds

    def test_nobody_need_have_what_must_be_delegated_first(self) -> None:
        deputy = Role("deputy", "受委託者", delegated_by="chief")

        assert ends(small(pieces() | {"finish": finish(by=deputy)})).why.startswith("stuck in heard")
        assert ends(small(pieces() | {"finish": finish(by=(deputy, chief))})).holds
