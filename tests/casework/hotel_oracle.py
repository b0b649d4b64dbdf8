"""What the clauses H1.1 to H5.2 demand of a hotel's complaint, read from its events alone: who did what, when, and what the record says.

Typed by hand from the words of the clauses: nothing of `states/` is asked, and no fact that the door decided (`facts` in the evidence) is
believed. `wrong_on_the_way` holds at any moment, `wrong_in_the_archive` of a complaint that has been archived. Each fault begins with its clause.

*After* means: written down later, and not said to have happened earlier.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tests.acting import CASES, EVENTS
from tests.hotel import LEADS, LIMIT, TO_GM, TO_MANAGER, TO_OWNER, Hotel

MAJOR = frozenset({"illness", "injury", "safety", "crime", "discrimination", "media"})
"""What is major while the general manager has made no list of their own."""
HEADS = frozenset({"head1", "head2"})
"""Who is a general manager in these tests."""
MANAGERS = frozenset({"dept_manager", "general_manager", "owner"})
IN_CHARGE = MANAGERS | {"duty_manager"}
ABOVE = frozenset({"duty_manager", "general_manager", "owner"})
ANSWERS = frozenset({
    "facts", "second_apology", "thanks", "next_told", "dept_report", "choice", "options", "compensation", "explanation", "result",
    "result_apology", "detail",
})  # fmt: skip
"""What only the department that answers records, or somebody above."""
TRIES = 3
"""Days on which a guest who left is called before that is enough."""
ZONE: tzinfo = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Happened:
    """One event. `no`: the order in which everything of the hotel was written down; `versions`: of a record, as it was and as it was corrected."""

    no: int
    seq: int
    kind: str
    name: str
    by: str | None
    roles: frozenset[str]
    at: datetime
    says: dict[str, Any]
    came_from: str
    dest: str
    versions: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    @property
    def now(self) -> dict[str, Any]:
        """What the record says as it stands."""
        return self.versions[-1][1] if self.versions else self.says

    def after(self, other: "Happened") -> bool:
        """Whether this came after something else."""
        return self.no > other.no and self.at >= other.at


@dataclass(frozen=True)
class Raised:
    """A flag as it rose: with which event, and when it was written down that it is so."""

    event: Happened
    no: int

    def before(self, other: Happened) -> bool:
        """Whether an act came after it."""
        return other.no > self.no and (other.at >= self.event.at or other.no > self.no > self.event.no)


@dataclass(frozen=True)
class Story:
    """A complaint as it happened. `listed`: the guest of the record was on the list of important guests when it was written down."""

    own: list[Happened]
    below: list[tuple[str, list[Happened]]]
    listed: bool

    def records(self, *names: str) -> list[Happened]:
        """Records of these steps, in order."""
        return [e for e in self.own if e.kind == "recorded" and e.name in names]

    def moves(self, *, to: str = "", name: str = "") -> list[Happened]:
        """The moves into a state, or of a name."""
        return [
            e
            for e in self.own
            if e.kind == "moved" and (not to or e.dest == to) and (not name or e.name == name)
        ]

    def since(self, to: str) -> int:
        """When the complaint last came into a state; 0: never."""
        return max((e.no for e in self.moves(to=to)), default=0)

    def rose(self, step: str, said: Any) -> list[Raised]:
        """Each time a record of a step said something that it had not said before, also by a correction."""
        found = []
        for record in self.records(step):
            was = False
            for no, says in record.versions:
                if said(says) and not was:
                    found.append(Raised(record, no))
                was = bool(said(says))
        return found

    @property
    def accused(self) -> list[tuple[int, str]]:
        """Whom the records name as complained of, as they stand now, and since when."""
        return [
            (next(no for no, says in record.versions if who in says["against"]), who)
            for record in self.records("note", "also_against")
            for who in record.now["against"]
        ]

    @property
    def against_the_head(self) -> list[Raised]:
        """Each accusation of a general manager that stands."""
        return [
            raised
            for step in ("note", "also_against")
            for raised in self.rose(step, lambda says: not HEADS.isdisjoint(says["against"]))
            if not HEADS.isdisjoint(raised.event.now["against"])
        ]

    @property
    def for_the_head(self) -> list[Raised]:
        """Each time it was found to be major, or the guest important: what nobody takes back."""
        return [
            *self.rose("encounter", lambda says: says["vip"]),
            *self.rose("note", lambda says: self.listed or not MAJOR.isdisjoint(says["matters"])),
            *self.rose("major_noticed", lambda _: True),
            *self.rose("vip_noticed", lambda _: True),
        ]

    @property
    def guided(self) -> bool:
        """It was found, by two, not to be for this hotel."""
        entries = self.moves(to="endorsing")
        return bool(entries) and max(entries, key=lambda e: e.no).came_from == "guided"

    def gone(self, until: int) -> bool:
        """The guest has left and could not be reached, as it was agreed since the complaint was last taken in hand."""
        began = max((e.no for e in self.moves(to="handling") if e.no < until), default=0)
        return any(began < e.no < until for e in self.records("unreachable"))

    def hard(self, until: int) -> bool:
        """It is not simple, or was handed over to another department."""
        sorted_ = [e.now for e in self.records("sorting") if e.no < until]
        return not (sorted_ and sorted_[-1]["own_department"] and sorted_[-1]["simple"]) or bool(
            self.moves(name="accept")
        )

    def unit(self, until: int) -> str:
        """The department that answers: that which listened, until another has taken it over."""
        unit = str(self.records("encounter")[0].now["department"])
        for accepted in self.moves(name="accept"):
            if accepted.no < until:
                unit = [e.now["department"] for e in self.records("handover") if e.no < accepted.no][-1]
        return unit

    def round_began(self, until: int) -> int:
        """When the round began in which something was done."""
        return max((e.no for e in self.moves(name="again") if e.no < until), default=0)


def story_of(hotel: Hotel, ref: str, *, listed: bool = False) -> Story:
    """Read a complaint, and what was reported above because of it."""
    handles = {one.id: handle for handle, one in hotel.people.items()}
    with hotel.store.reading() as session:
        connection = session.connection()
        case = connection.execute(select(CASES).where(CASES.c.ref == ref)).one()
        children = connection.execute(
            select(CASES).where(CASES.c.parent_id == case.id).order_by(CASES.c.id)
        ).all()
        told = [
            _events(
                connection.execute(
                    select(EVENTS).where(EVENTS.c.case_id == one.id).order_by(EVENTS.c.seq)
                ).all(),
                handles,
            )
            for one in (case, *children)
        ]
    return Story(
        told[0], [(one.procedure, events) for one, events in zip(children, told[1:], strict=True)], listed
    )


def _events(rows: Any, handles: dict[int, str]) -> list[Happened]:
    events: list[Happened] = []
    roots: dict[int, Happened] = {}
    for row in rows:
        says = json.loads(row.clear)
        by = handles.get(row.actor_id) if row.actor_kind == "person" else None
        event = Happened(
            row.id, row.seq, row.kind, row.name, by, frozenset(filter(None, row.roles.split(","))), row.happened_at, says, row.from_state, row.to_state,
        )  # fmt: skip
        if row.kind == "recorded":
            event.versions.append((event.no, says))
            roots[row.seq] = event
        elif row.kind == "corrected":
            roots[row.seq] = roots[says["corrects"]]
            roots[row.seq].versions.append((event.no, says))
        events.append(event)
    return events


# ── at any moment ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def wrong_on_the_way(story: Story) -> list[str]:
    """Everything in which a complaint broke a clause so far."""
    return [*_listening(story), *_explaining(story), *_answering(story), *_accused(story), *_endorsing(story)]


def _listening(story: Story) -> Iterator[str]:
    for left in story.moves(name="write_down"):
        heard = [e.now for e in story.records("heard") if e.no < left.no]
        if not (heard and heard[-1]["to_the_end"] and heard[-1]["understanding"]):
            yield "H1.1 written down before the guest was heard"
        if not any(
            e.no < left.no and e.came_from == "listening" and e.now["spoken_by"]
            for e in story.records("first_apology")
        ):
            yield "H1.1 written down without an apology"
        if not any(e.no < left.no for e in story.records("note")):
            yield "H2.1 nothing was written down"
        for noise in story.records("noise"):
            if noise.no < left.no and not any(
                e.after(noise) and e.no < left.no for e in story.records("led_away")
            ):
                yield "H1.3 written down while the guest was noisy"


def _explaining(story: Story) -> Iterator[str]:
    for said in story.records("explanation"):
        if said.came_from == "listening" or not any(e.no < said.no for e in story.moves(name="write_down")):
            yield "H1.2a explained while listening"
        for mood in story.records("mood"):
            if mood.no < said.no and not any(
                e.after(mood) and said.after(e) for e in story.records("calmed")
            ):
                yield "H1.2b explained while the guest was upset"
        facts = [e.now for e in story.records("facts") if story.round_began(said.no) < e.no < said.no]
        if not (facts and facts[-1]["verified"]):
            yield "H3.3 explained without verified facts"
        if story.hard(said.no) and not story.gone(said.no):
            first = [
                e
                for e in story.records("second_apology")
                if said.after(e) and e.no > story.round_began(said.no)
            ]
            if not first:
                yield "H4.2 explained a hard case before the second apology"
        if story.round_began(said.no) and said.roles.isdisjoint(MANAGERS | ABOVE):
            yield "H4.3 the second round was not one level up"


def _answering(story: Story) -> Iterator[str]:
    for done in story.own:
        if (
            done.kind == "recorded"
            and done.name in ANSWERS
            and done.by not in LEADS[story.unit(done.no)]
            and done.roles.isdisjoint(ABOVE)
        ):
            yield f"H3.4 {done.name} by {done.by}, for {story.unit(done.no)}"
    for told in story.moves(name="tell"):
        yield from _told(story, told)


def _told(story: Story, told: Happened) -> Iterator[str]:
    """What must lie behind when the handling is over."""
    began, gone, hard = story.round_began(told.no), story.gone(told.no), story.hard(told.no)

    def last(step: str) -> Happened | None:
        return next((e for e in reversed(story.records(step)) if began < e.no < told.no), None)

    facts = last("facts")
    if facts is None or not facts.now["verified"]:
        yield "H3.3 settled without verified facts"
    if not gone and (last("options") is None or last("choice") is None):
        yield "H3.2 settled without options and a choice"
    if not gone and last("explanation") is None:
        yield "H3.1 settled without an explanation"
    given, agreed = last("compensation"), last("compensation_agreed")
    if (
        given is not None
        and given.now["amount"] > LIMIT
        and (
            agreed is None
            or not agreed.after(given)
            or agreed.roles.isdisjoint(MANAGERS)
            or agreed.by == given.by
        )
    ):
        yield "H3.3 more was given than the limit, and no manager agreed"
    if not hard:
        return
    chain = ("second_apology", "thanks", "next_told") if not gone else ()
    steps = [last(step) for step in (*chain, "dept_report", "dept_acknowledged")]
    if any(e is None for e in steps) or not all(b.after(a) for a, b in pairwise(steps) if a and b):
        yield "H4.2 not in order: apology, thanks, what happens next, the report, and that the manager knows"
    if steps[-1] is not None and (
        steps[-1].roles.isdisjoint(MANAGERS) or steps[-2] is None or steps[-1].by == steps[-2].by
    ):
        yield "H4.2 no other manager acknowledged the report"


def _accused(story: Story) -> Iterator[str]:
    everything = [*story.own, *(e for _, events in story.below for e in events)]
    for since, who in story.accused:
        for done in everything:
            if done.no > since and done.by == who:
                yield f"H3.4 {who} is complained of, and did {done.name}"


def _endorsing(story: Story) -> Iterator[str]:
    for words in story.records("endorsement", "delegated_endorsement", "owner_endorsement"):
        wanted = {
            "endorsement": "general_manager",
            "delegated_endorsement": "gm_delegate",
            "owner_endorsement": "owner",
        }[words.name]
        if wanted not in words.roles:
            yield "H5.2 endorsed by somebody who may not"
        accused = [raised for raised in story.against_the_head if raised.no < words.no]
        if accused and words.name != "owner_endorsement":
            yield "H5.2 the general manager is complained of, and endorsed it, or a delegate did"
    for filed in story.moves(name="endorse"):
        if any(raised.no < filed.no for raised in story.against_the_head) and filed.roles.isdisjoint(
            {"owner", "general_manager"}
        ):
            yield "H5.2 the general manager is complained of, and a delegate filed it"


# ── in the archive ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def wrong_in_the_archive(story: Story) -> list[str]:
    """Everything that a complaint in the archive lacks."""
    assert story.own[-1].dest == "archived", "it is not there yet"
    return [*wrong_on_the_way(story), *_risen(story), *_own_words(story), *_result(story), *_always(story)]


def _risen(story: Story) -> Iterator[str]:
    """Whatever rose, at whatever moment, was answered after it."""
    for noise in story.records("noise"):
        if not any(
            e.after(noise) and e.now["result"] in {"led", "refused", "impossible"}
            for e in story.records("led_away")
        ):
            yield "H1.3 noisy, and nobody tried to lead the guest away after it"
    for raised in story.rose("gravity", lambda _: True):
        if not _done_below(story, TO_MANAGER, raised, "manager_acknowledgement", IN_CHARGE):
            yield "H1.2c serious, and no manager acknowledged it"
    for raised in story.for_the_head:
        if not (
            _done_below(story, TO_GM, raised, "gm_acknowledgement", {"general_manager"})
            or any(e.now["spoke_to"] in HEADS for e in _below(story, TO_GM, raised, "instruction"))
            or _informed_after(story, raised)
        ):
            yield "H4.4 major, or an important guest, and the general manager does not know"


def _below(story: Story, procedure: str, raised: Raised, step: str) -> list[Happened]:
    return [
        e
        for name, events in story.below
        for e in events
        if name == procedure and e.kind == "recorded" and e.name == step and raised.before(e)
    ]


def _done_below(story: Story, procedure: str, raised: Raised, step: str, roles: Any) -> bool:
    return any(not e.roles.isdisjoint(roles) for e in _below(story, procedure, raised, step))


def _informed_after(story: Story, raised: Raised) -> bool:
    """The duty manager took it, and the general manager was informed after that, or whoever stands above the general manager."""
    whom = HEADS | {"owner1"}
    for name, events in story.below:
        taken = [
            e
            for e in events
            if name == TO_GM and e.kind == "recorded" and e.name == "takeover" and raised.before(e)
        ]
        for informed in (e for e in events if e.kind == "recorded" and e.name == "report_after"):
            if informed.now["whom"] in whom and any(
                informed.after(e) and not e.roles.isdisjoint({"duty_manager", "owner"}) for e in taken
            ):
                return True
    return False


def _own_words(story: Story) -> Iterator[str]:
    """The general manager's own words; with the general manager complained of: the owner knew, and then endorsed."""
    since = story.since("endorsing")
    if story.against_the_head:
        first = min(story.against_the_head, key=lambda raised: raised.no)
        known = _below(story, TO_OWNER, first, "owner_acknowledgement")
        if not any(e.no > since and e.after(k) for e in story.records("owner_endorsement") for k in known):
            yield "H5.2 the general manager is complained of, and the owner did not endorse it after having acknowledged that"
        for raised in story.against_the_head:
            if not _done_below(story, TO_OWNER, raised, "owner_acknowledgement", {"owner"}):
                yield "H5.2 the general manager is complained of, and the owner does not know"
    elif not any(e.no > since for e in story.records("endorsement", "delegated_endorsement")):
        yield "H5.2 archived without the general manager's own words"
    returned = [e for e in story.records("returned") if e.no > since]
    if returned:
        yield "H5.2 given back, and not done again"


def _result(story: Story) -> Iterator[str]:
    """The result was told, then came the apology, then the guest's opinion; two rounds at most, and the second ends with a reply."""
    end = story.own[-1].no
    if story.guided:
        return
    if story.gone(end):
        yield from _sought(story, end)
        return
    since = story.since("telling")
    told, sorry, asked = (
        [e for e in story.records(step) if e.no > since] for step in ("result", "result_apology", "opinion")
    )
    if not told:
        yield "H4.3 the result was not told"
    earlier = [*story.records("first_apology", "second_apology"), *told]
    if not any(all(e.after(before) for before in earlier) for e in sorry):
        yield "H4.3 no apology with the result, after every earlier one"
    if not any(e.after(s) for e in asked for s in sorry):
        yield "H4.1 the guest's opinion was not asked"
    if asked and asked[-1].now["opinion"] == "not_satisfied":
        closed = story.moves(name="close_unsatisfied")
        if (
            not closed
            or not story.moves(name="again")
            or closed[-1].roles.isdisjoint({"general_manager", "owner"})
        ):
            yield "H4.3 not satisfied, and not handled again one level up"
        if not any(
            e.no > since and not e.roles.isdisjoint({"general_manager", "owner"})
            for e in story.records("final_reply")
        ):
            yield "H4.3 not satisfied, and no reply of the general manager"
    if len(story.moves(name="again")) > 1:
        yield "H4.3 more than two rounds"


def _sought(story: Story, end: int) -> Iterator[str]:
    """The guest has left, was sought, and somebody else agreed that it is enough."""
    began = max(e.no for e in story.moves(to="handling"))
    agreed = [e for e in story.records("unreachable") if e.no > began][-1]
    tried = [e for e in story.records("attempt") if began < e.no < agreed.no]
    if not any(e.no < agreed.no for e in story.records("departed")):
        yield "H4.3 the guest had not left"
    days = {e.at.astimezone(ZONE).date() for e in tried}
    known = any(not e.now["name_declined"] for e in story.records("note"))
    if (known and len(days) < TRIES) or any(e.now["reached"] for e in tried):
        yield "H4.3 the guest was not sought on three days, or was reached"
    if agreed.roles.isdisjoint(MANAGERS) or agreed.by in {e.by for e in tried}:
        yield "H4.3 no other manager agreed"


def _always(story: Story) -> Iterator[str]:
    if not story.records("note") or story.records("note")[-1].now["read_back"] not in {
        "confirmed",
        "declined",
    }:
        yield "H2.2 not read back"
    if not any(e.came_from == "listening" for e in story.records("first_apology")):
        yield "X1 no apology at the first hearing"
    if not story.guided and not any(e.no > story.since("completing") for e in story.records("detail")):
        yield "H5.1 not written down in full"
    if story.guided and not story.records("not_ours"):
        yield "X7 guided elsewhere, and nobody reviewed it"
    bags = story.records("bag")
    if not bags or not bags[-1].now["verified"]:
        yield "X1 archived without a bag"
    if not all("archive_flow" in archived.roles for archived in story.moves(to="archived")):
        yield "H5.2 archived by somebody"
