"""A crowd in a hotel: complaints are taken along their ways and off them, flags rise at any moment, people try what they may not.

After each act the record must not break a clause (`tests.casework.hotel_oracle`), and at the end of each run every complaint still finds
its way into the archive, where nothing is missing. Which flags had risen in which states of the complaints that got there is counted.
"""

import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from casework.archive import Archived
from casework.errors import BadInput
from casework.outcome import Fired
from tests.casework.hotel_oracle import Story, story_of, wrong_in_the_archive, wrong_on_the_way
from tests.hotel import FLAGS, FRONT, LEADS, TO_GM, USUAL, VIP, Hotel, Stuck, Way

SEEDS = st.integers(0, 2**32)
AGO = st.sampled_from([0, 0, 0, 2, 40])
"""Minutes: most is recorded as it happens."""
STAFF = (*FRONT, *(one for two in LEADS.values() for one in two), "day1", "night1", "head1", "owner1")
ACCUSED = ("lead1", "lead2", "chief1", "desk1", "day1")
"""Who may be complained of beside the general manager; somebody must be left to do the work."""
ARCHIVER = "the archive"
BAG = {"manifest_sha256": "ab" * 32, "verified": True}
EVIDENCE: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "sorting": ({"own_department": True, "simple": False}, {"own_department": False, "simple": True}),
    "opinion": ({"opinion": "not_satisfied"}, {"opinion": "declined"}),
    "facts": ({"words": "nobody knows", "verified": False},),
    "compensation": ({"amount": 900, "given": "a week"},),
    "heard": ({"to_the_end": False, "understanding": True},),
    "led_away": ({"result": "refused"}, {"result": "impossible"}),
    "attempt": ({"channel": "phone", "reached": True},),
    "handover": ({"department": "dining"}, {"department": "front"}),
    "result": ({"words": "something else", "channel": "phone", "told_to_all": False},),
    "note": ({**USUAL["note"], "matters": ["injury"]}, {**USUAL["note"], "against": ["head1"]}, {**USUAL["note"], "department": "dining"}),
    "also_against": tuple({"against": [one]} for one in ACCUSED),
    "report_after": ({"whom": "owner1"},),
    "bag": (BAG,),
    "first_apology": ({"spoken_by": "lead1"},),
}  # fmt: skip
"""What is said beside the usual."""
RISEN = {
    "mood": "mood",
    "noise": "noise",
    "gravity": "gravity",
    "major_noticed": "major",
    "vip_noticed": "vip",
    "also_against": "gm",
}
"""Records that let a flag rise."""


class Crowd(RuleBasedStateMachine):
    """One complaint after another in one hotel. `reached`: flags with the state in which they rose, of complaints that were archived."""

    hotel: ClassVar[Hotel]
    reached: ClassVar[set[tuple[str, str]]]

    def __init__(self) -> None:
        super().__init__()
        self.ref = ""
        self.listed = False

    @initialize(seed=SEEDS)
    def opens(self, seed: int) -> None:
        """A guest complains, by whatever way it will go."""
        self._comes_in(random.Random(seed))

    def _comes_in(self, rng: random.Random) -> None:
        hotel = self.hotel
        hotel.next_morning()  # so that one run does not hang on the hour at which the one before it ended
        self.listed = rng.random() < 0.15
        number = len(hotel.ways)
        guest = dict(VIP) if self.listed else {"name": f"客{number}", "phone": f"1360000{number:04}"}
        note: dict[str, Any] = {"guests": [guest]}
        if rng.random() < 0.15:
            note["matters"] = ["injury"]
        if rng.random() < 0.15:
            note["against"] = [rng.choice(["head1", "lead1", "chief1"])]
        self.ref = hotel.comes_in(
            rng.choice(FRONT), vip=rng.random() < 0.1, department=rng.choice(["front", "rooms"])
        )
        hotel.ways[self.ref] = Way(
            rng.choice(["", "", "dining"]), rng.random() < 0.7, rng.random() < 0.15, note
        )

    @property
    def state(self) -> str:
        """Where the complaint stands."""
        return self.hotel.state(self.ref)

    @property
    def story(self) -> Story:
        """The complaint as it happened."""
        return story_of(self.hotel, self.ref, listed=self.listed)

    def walk(self, seed: int, steps: int = 30) -> None:
        """The same crowd without Hypothesis: whatever it chooses to try, as often one thing as another."""
        rng = random.Random(seed)
        self.opens(seed)
        for _ in range(steps):
            self._does_something(rng)
            self.the_record_breaks_no_clause()
        self.teardown()

    def _does_something(self, rng: random.Random) -> None:
        who, ago, seed = rng.choice(STAFF), rng.choice([0, 0, 0, 2, 40]), rng.randrange(2**32)
        flag, to = rng.choice([*FLAGS]), rng.choice(["rooms", "dining", "security"])
        half, steps = rng.random() < 0.5, rng.randint(1, 4)
        options: list[Callable[[], None]] = [
            partial(self.work_goes_on, answering=half, steps=steps),
            partial(self.a_flag_rises, flag, who, ago),
            partial(self.a_flag_rises, flag, who, ago),
            partial(self.is_answered, seed, ago),
            partial(self.explains, who, ago),
            partial(self.anybody_tries_anything, seed, ago),
            partial(self.a_record_is_corrected, seed),
            partial(self.somebody_is_in_a_hurry, seed),
            partial(self.one_thing_is_done, seed),
            partial(self.one_thing_is_done, seed),
            partial(self.it_rises_at_the_last_moment, flag, rng.choice(["endorsing", "filed"]), known=half),
            partial(self.is_for_another_department, to),
            self.is_not_satisfied,
            partial(self.is_looked_for, rng.choice([0, 1, 1])),
            self.is_done_again,
            partial(self.the_archive_comes, flow=half),
            partial(self.time_passes, rng.choice([1, 6, 90, 700])),
        ]
        rng.choice(options)()

    # ── what people do ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(answering=st.booleans(), steps=st.integers(1, 4))
    def work_goes_on(self, answering: bool, steps: int) -> None:  # noqa: FBT001  drawn
        """The complaint goes on by its way; what has risen is answered on it, or whoever is in a hurry tries without."""
        self.hotel.answering = answering
        try:
            for _ in range(steps):
                if self.state != "archived":
                    self.hotel.takes_a_step(self.ref)
        except Stuck:
            assert not answering, f"nobody can go on in {self.state}"
        finally:
            self.hotel.answering = True

    @rule(flag=st.sampled_from([*FLAGS]), who=st.sampled_from(STAFF), ago=AGO)
    def a_flag_rises(self, flag: str, who: str, ago: int) -> None:
        """Whoever is there notices something."""
        step, evidence = FLAGS[flag]
        self._tries(step, who, ago, evidence)

    @rule(seed=SEEDS, ago=AGO)
    def is_answered(self, seed: int, ago: int) -> None:
        """Somebody answers something that has risen, or says that they have."""
        rng = random.Random(seed)
        if rng.random() < 0.5:
            self._tries(rng.choice(["calmed", "led_away"]), rng.choice(STAFF), ago)
        children = self.hotel.children(self.ref)
        if children:
            child = rng.choice(children)
            law = self.hotel.law(child)
            options = [*law.step_named, *law.move_named]
            for _ in range(6):
                self._tries(rng.choice(options), rng.choice(STAFF), 0, ref=child)
            if rng.random() < 0.3 and law.name == TO_GM and self.hotel.row(child).closed_at is None:
                self.hotel.takes_over(child)

    @rule(who=st.sampled_from(STAFF), ago=AGO)
    def explains(self, who: str, ago: int) -> None:
        """Somebody explains, as often before it is time as not."""
        self._tries("explanation", who, ago)

    @rule(seed=SEEDS, ago=AGO)
    def anybody_tries_anything(self, seed: int, ago: int) -> None:
        """Most of it is refused."""
        rng = random.Random(seed)
        law = self.hotel.law(self.ref)
        for _ in range(4):
            act = rng.choice([*law.step_named, *law.move_named])
            self._tries(act, rng.choice(STAFF), ago, rng.choice([{}, *EVIDENCE.get(act, ())]))

    @rule(seed=SEEDS)
    def somebody_is_in_a_hurry(self, seed: int) -> None:
        """Whatever leads on is tried without what should come before it, by whoever might."""
        rng = random.Random(seed)
        unit = self.hotel.units[self.ref]
        for move in self.hotel.law(self.ref).move_named:
            for who in rng.sample([*LEADS[unit], "day1", "head1", "owner1", "desk1"], 2):
                self._tries(move, who, 0)

    @rule(seed=SEEDS)
    def one_thing_is_done(self, seed: int) -> None:
        """Somebody who may does something, in whatever order."""
        rng = random.Random(seed)
        law = self.hotel.law(self.ref)
        there = [name for name, step in law.step_named.items() if self.state in step.during]
        for act in rng.sample(there, min(3, len(there))):
            with suppress(Stuck, BadInput):
                self.hotel.somebody_does(
                    self.ref, act, **{**self._of_the_way(act), **rng.choice([{}, *EVIDENCE.get(act, ())])}
                )

    @rule(flag=st.sampled_from([*FLAGS]), state=st.sampled_from(["endorsing", "filed"]), known=st.booleans())
    def it_rises_at_the_last_moment(self, flag: str, state: str, known: bool) -> None:  # noqa: FBT001  drawn
        """Everything is settled, and then something rises: those above are told or not, and the archive comes."""
        hotel = self.hotel
        with suppress(Stuck):
            while self.state not in {state, "filed"}:
                hotel.takes_a_step(self.ref)
        if self.state == "endorsing":
            self._tries("endorsement", "head1", 0)
        hotel.rises(self.ref, flag)
        for child in hotel.children(self.ref) if known else ():
            hotel.answers(child)
        hotel.answering = False
        with suppress(Stuck):
            while self.state != "archived":
                hotel.takes_a_step(self.ref)
        hotel.answering = True

    @rule(seed=SEEDS)
    def a_record_is_corrected(self, seed: int) -> None:
        """Somebody says that a record was wrong: the guest is important or is not, the general manager is meant or is not, it is simple or is not."""
        rng = random.Random(seed)
        records = self.hotel.events(self.ref, "recorded", "corrected")
        if not records:
            return
        record = rng.choice(records)
        first = {"channel": "in_person", "department": "front", "vip": rng.random() < 0.5}
        usual = (
            first
            if record.name == "encounter"
            else {**self.hotel.usual(record.name), **self._of_the_way(record.name)}
        )
        evidence = {**usual, **rng.choice([{}, *EVIDENCE.get(record.name, ())])}
        try:
            done = self.hotel.corrects(self.ref, record.seq, rng.choice(STAFF), **evidence)
        except BadInput:
            return
        if isinstance(done, Fired) and record.name == "note":
            self.listed = self.listed and evidence["guests"] == [VIP]

    def _of_the_way(self, step: str) -> Mapping[str, Any]:
        return self.hotel.ways[self.ref].note if step == "note" else {}

    @rule(to=st.sampled_from(["rooms", "dining", "security"]))
    def is_for_another_department(self, to: str) -> None:
        """Handed over if it can be; declined again if it was handed over already."""
        way = self.hotel.ways[self.ref]
        if self.state == "recorded":
            self.hotel.ways[self.ref] = Way(to, way.simple, guided=False, note=way.note)
        elif self.state == "handing_over":
            self.hotel.quietens(self.ref)
            self._by_whoever("declined", "decline")
            if self.state == "recorded":
                self.hotel.ways[self.ref] = Way("", way.simple, guided=False, note=way.note)

    @rule()
    def is_not_satisfied(self) -> None:
        """The guest is not satisfied; after the second round the general manager replies, or the owner."""
        if self.state == "telling" and not self.hotel.counts(self.ref, "unreachable"):
            for step in ("result", "result_apology"):
                if not self.hotel.counts(self.ref, step):
                    self.hotel.somebody_does(self.ref, step)
            self.hotel.somebody_does(self.ref, "opinion", FRONT, opinion="not_satisfied")
            self._by_whoever("again")
            if self.state == "telling":
                self._by_whoever("final_reply", "close_unsatisfied")

    @rule(days=st.sampled_from([0, 1, 1]))
    def is_looked_for(self, days: int) -> None:
        """The guest has left, and somebody tries to call."""
        self.hotel.clock.advance(days=days)
        self._by_whoever("departed", "attempt", "unreachable")

    @rule()
    def is_done_again(self) -> None:
        """What was handed in is sent back, or taken up again."""
        if self.state == "endorsing":
            self._by_whoever("returned", "send_back", "take_up_again")
        elif self.state == "completing":
            self._by_whoever("redo")
        elif self.state == "guided":
            self._by_whoever("ours_after_all", "take_up")

    @rule(flow=st.booleans())
    def the_archive_comes(self, flow: bool) -> None:  # noqa: FBT001  drawn
        """The real archive, or somebody else with a bag in hand."""
        if flow:
            self.hotel.tries_to_archive(self.ref)
            return
        for who in STAFF:
            self._tries("bag", who, 0, BAG)
            self._tries("archive", who, 0)

    @rule(minutes=st.sampled_from([1, 6, 90, 700]))
    def time_passes(self, minutes: int) -> None:
        """The clock goes on, and what is due is told."""
        self.hotel.time_passes(minutes=minutes)

    def _by_whoever(self, *acts: str) -> None:
        for act in acts:
            try:
                self.hotel.somebody_does(self.ref, act)
            except Stuck:
                continue

    def _tries(
        self, act: str, who: str, ago: int, evidence: Mapping[str, Any] | None = None, *, ref: str = ""
    ) -> None:
        given = {**(self._of_the_way(act) if not ref else {}), **(evidence or {})}
        try:
            self.hotel.tries(ref or self.ref, act, who, ago=timedelta(minutes=ago) if ago else None, **given)
        except BadInput:
            return  # a time that cannot be, or evidence that nobody types there

    # ── what holds ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def the_record_breaks_no_clause(self) -> None:
        """After every act; and whatever is in the archive has everything."""
        if not self.ref:
            return
        story = self.story
        if self.state != "archived":
            assert not (wrong := wrong_on_the_way(story)), wrong
            return
        self._is_whole(story)
        self._comes_in(random.Random(len(self.hotel.ways)))

    def _is_whole(self, story: Story) -> None:
        assert not (wrong := wrong_in_the_archive(story)), wrong
        assert isinstance(self.hotel.tries_to_archive(self.ref), Archived)
        for event in story.own:
            if event.kind == "recorded" and event.name in RISEN:
                heads = "head1" in event.now.get("against", ["head1"])
                self.reached.update({(RISEN[event.name], event.came_from)} if heads else ())

    def teardown(self) -> None:
        """Whatever has happened, some way into the archive remains, and there nothing is missing."""
        if self.ref and self.state != "archived":
            self.hotel.finishes(self.ref)
            self._is_whole(self.story)
