"""The rules of the house, and what is major, at the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from casework import house_rules, major_matters
from casework.asked_settings import words_asked
from desk.acts import do
from desk.answer import give
from desk.times import read_day
from states.words import label, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from casework.house_rules import RuleKept, RuleView
    from casework.major_matters import MajorMatters
    from casework.outcome import Refused
    from casework.people import PersonView
    from desk.output import Paper
    from desk.session import Desk
    from states.facts import Actor


def add_rule(desk: Desk, office: str, key: str, words: str, since: str) -> None:
    """Write a rule of the house; its words are asked for if they were not typed. Raises BadInput, or Turned when it is refused."""
    first = read_day(since) if since else None
    if not words and desk.ask is not None and not desk.as_json:
        words = desk.ask(f"{desk.say('The rule (it names nobody)')}: ")

    def act(session: Session, actor: Actor, me: PersonView) -> RuleKept | Refused:
        return house_rules.add(session, office or me.office_key, key, words, actor, desk.at, valid_from=first)

    done = do(desk, "", ["rule", "add", key, *(("--from", since) if since else ())], act)
    said = desk.say("The house rule {key} holds from {day} on.", key=done.key, day=done.valid_from)
    give(desk, done, lambda paper: paper.line((f"✓ {said}", "fine")))


def end_rule(desk: Desk, office: str, key: str, until: str) -> None:
    """Let a rule end. Raises BadInput, or Turned when it is refused."""
    last = read_day(until) if until else None

    def act(session: Session, actor: Actor, me: PersonView) -> RuleKept | Refused:
        return house_rules.end(session, office or me.office_key, key, actor, desk.at, until=last)

    done = do(desk, "", ["rule", "end", key, *(("--until", until) if until else ())], act)
    said = desk.say("The last day of the house rule {key} is {day}.", key=done.key, day=done.valid_until)
    give(desk, done, lambda paper: paper.line((f"✓ {said}", "fine")))


def show_rules(desk: Desk, office: str, *, every: bool) -> None:
    """List the rules of an office by key."""
    with desk.store.reading() as session:
        where = desk.office(session, office or None)
        rows = house_rules.rule_list(session, where.key, desk.at, every=every)
    give(desk, {"office": where.key, "rules": rows}, lambda paper: _write_rules(desk, paper, rows))


def _write_rules(desk: Desk, paper: Paper, rows: Sequence[RuleView]) -> None:
    if not rows:
        paper.line((desk.say("There is no rule of the house yet."), "faint"))
    for row in rows:
        said = desk.say("from {first} on", first=row.valid_from)
        if row.valid_until is not None:
            said = desk.say("from {first} until {last}", first=row.valid_from, last=row.valid_until)
        paper.line((row.key, "type" if row.holds else "faint"), (f"  {said}", "faint"))
        paper.line(row.words, indent=2)


def set_major(desk: Desk, matters: Sequence[str], reason: str) -> None:
    """Write the list of what is major anew. Raises BadInput, or Turned when it is refused."""

    def act(session: Session, actor: Actor, _: PersonView) -> MajorMatters | Refused:
        return major_matters.set_major(session, actor, matters, desk.at, reason=reason)

    done = do(desk, "", ["major", "set", *matters], act)
    with desk.store.reading() as session:
        where = desk.office(session, done.office_key)
    named = listed(
        (
            label(word, desk.language)
            for word in words_asked(where.kind, major_matters.MAJOR)
            if word.value in done.matters
        ),
        desk.language,
    )
    said = desk.say("From {day} on is major: {matters}.", day=done.valid_from, matters=named)
    if not done.changed:
        said = desk.say("That was major already: {matters}.", matters=named)
    give(desk, done, lambda paper: paper.line((f"✓ {said}", "fine")))


def show_major(desk: Desk, office: str) -> None:
    """Show which matters are major today, and which are not."""
    with desk.store.reading() as session:
        where = desk.office(session, office or None)
    day = where.calendar.local_day(desk.at)
    chosen, words = major_matters.major_of(where, day), words_asked(where.kind, major_matters.MAJOR)
    own = where.setting(major_matters.MAJOR, day) is not None
    answer = {
        "office": where.key,
        "major": list(chosen),
        "not_major": [word.value for word in words if word.value not in chosen],
        "own": own,
    }

    def write(paper: Paper) -> None:
        if not words:
            paper.line((desk.say("Nobody says in the office {key} what is major.", key=where.key), "faint"))
            return
        paper.line(
            desk.say("The general manager's own list.")
            if own
            else desk.say("By default, until the general manager has made a list.")
        )
        rows = [
            (
                Text(word.value, "type"),
                Text(label(word, desk.language)),
                Text(desk.say("major"), "late") if word.value in chosen else Text(""),
            )
            for word in words
        ]
        paper.table(["", "", ""], rows, indent=2)

    give(desk, answer, write)
