"""Rules about two persons that also look at who was named: the search against the requirement functions."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import TYPE_CHECKING

import pytest
from pydantic import Field

from states.acts import Move, Step
from states.facts import EPOCH, Actor, DoneAct, Facts
from states.forms import Form, Person
from states.law import property_complaint_2026 as complaint
from states.mutants import removals
from states.people import Apart, Named, Scope
from states.promises import AccusedNever, TwoPersons
from states.prove import prove
from states.prove.cases import Abstraction
from states.prove.nodes import Node
from states.refusals import step_requirements
from tests.states.small import S, Ticked, chief, clerk, pieces, small
from tests.states.walking import walked

if TYPE_CHECKING:
    from states.procedure import Procedure

SCOPES: tuple[Scope, ...] = ("ever", "this round", "earlier rounds")


class Naming(Form):
    """Who is in charge."""

    who: Person = Field(description="who is in charge")


def law(scope: Scope = "ever", *, named: bool = True) -> Procedure:
    """Whoever did `put` or was named in it does not `seal`; a case may go back for another round."""
    parts = pieces()
    put = Step(
        Naming, "指定", "put in charge", "X1", by=(clerk, chief), during=(S.begun, S.heard), often=True, latest=True, lasts="case"
    )  # fmt: skip
    seal = Step(Ticked, "蓋章", "seal it", "X1", by=(clerk, chief), during=(S.heard,))
    finish = Move((S.heard,), S.done, "終結", "X1", by=chief, needs=(seal,))
    back = Move((S.heard,), S.begun, "退回", "X1", by=chief, new_round=True)
    about = Named(put, "who")
    rule = Apart((put,), (seal,), "X1", "not both", scope, named=(about,) if named else ())
    promise = AccusedNever("X1", about, but=(parts["note"], put, parts["hear"], finish, back))
    made = {"put": put, "seal": seal, "finish": finish, "back": back, "rule": rule}
    return small(parts | made, promises=(promise, TwoPersons("X1", (put,), (seal,), scope)))


@pytest.mark.parametrize("scope", SCOPES)
def test_whoever_is_named_now_is_kept_from_it_in_every_scope(scope: Scope) -> None:
    procedure = law(scope)

    assert [prove(procedure, q).holds for q in procedure.promises] == [True, True]


def test_without_the_name_in_the_rule_it_is_done() -> None:
    procedure = law(named=False)

    assert prove(procedure, procedure.promises[0]).path == (
        "clerk1 records put [who=the accused]",
        "clerk1 records note",
        "clerk1 hear -> heard",
        "the accused records seal",
    )
    assert prove(procedure, procedure.promises[1]).holds


@pytest.mark.parametrize(("scope", "earlier"), list(product(SCOPES, [False, True])))
def test_whoever_was_named_before_is_kept_from_it_within_the_scope(scope: Scope, earlier: bool) -> None:  # noqa: FBT001  a case of the table
    """One was named, then another, in this round or with a new round between: the search and the requirements agree."""
    procedure = law(scope)
    put, seal = procedure.step_named["put"], procedure.step_named["seal"]
    now = 2 if earlier else 1
    acts = (DoneAct(1, "put", 9, 1, 0, ("put.who@1",)), DoneAct(2, "put", 9, now, 0, ("put.who@2",)))
    facts = Facts(procedure, "heard", now, 0, 9, EPOCH, EPOCH, acts)
    world = Abstraction(procedure, {"ever:put.who", "did:seal"})
    when = "before" if earlier else "now"
    mask = world.bits.any((put.name, "others:put.who", f"ever:put.who@{when}"))

    refused = {
        r.kind for r in step_requirements(facts, seal, Actor("person", 1, frozenset({"clerk", "chief"})))
    }
    may = True in world.steps["seal"].who(Node(S.heard, 0, mask))

    assert may is ("person" not in refused)
    assert may is ((scope == "this round") if earlier else (scope == "earlier rounds"))


def test_that_somebody_was_named_outlives_the_next_record_and_turns_old_with_the_round() -> None:
    world = Abstraction(law(), {"ever:put.who"})
    put, names = world.steps["put"], world.bits.names

    def then(node: Node, said: str) -> Node:
        return next(after for do, after in put.record(node, by_p=False) if do.raised == (said,))

    first = then(Node(S.heard, 0, 0), "named:put.who")
    second = then(first, "others:put.who")

    assert names(first.mask) == ("ever:put.who@now", "named:put.who", "put")
    assert names(second.mask) == ("ever:put.who@now", "others:put.who", "put")
    assert names(world.moves["back"].after(second).mask) == ("ever:put.who@before", "others:put.who", "put")


def test_a_correction_may_be_of_an_earlier_round_and_of_a_record_that_speaks_no_more() -> None:
    world = Abstraction(law(), {"ever:put.who"})
    bits = world.bits
    before = Node(S.heard, 0, bits.any(("put", "others:put.who")))

    edges = world.steps["put"].edges(before)
    after = {bits.names(then.mask) for do, then in edges if do.kind == "correct"}

    assert {
        (f"ever:put.who@{when}", f"{which}:put.who", "put")
        for when, which in product(("now", "before"), ("named", "others"))
    } <= after


@pytest.mark.parametrize("scope", SCOPES)
def test_no_walk_breaks_what_is_proved(scope: Scope) -> None:
    random = Random(f"named {scope}")
    met = 0
    for procedure in (law(scope), law(scope, named=False), *(m.procedure for m in removals(law(scope)))):
        broken = {q for _ in range(20) for q in walked(procedure, random, 60)}
        assert not [q for q in broken if prove(procedure, q, vacuity=False).holds]
        met += len(broken)
    assert met > 0


def test_each_name_in_a_rule_of_the_law_is_a_line_that_is_taken_away() -> None:
    gone = [m for m in removals(complaint.PROCEDURE) if "named in assignment.handler" in m.what]

    assert [m.what for m in gone] == [
        f"apart: {rule.says}: named in assignment.handler"
        for rule in complaint.PROCEDURE.aparts
        if rule.named
    ]
    assert all(sum(len(a.named) for a in m.procedure.aparts) == 1 for m in gone)
    assert len(gone) == 2
