"""The people of an office at the command line. Handles are shown; a name goes in sealed and never comes out here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from casework import people
from casework.kinds import roles_of_kind
from desk.answer import give
from desk.times import read_day, read_moment, shown
from states.words import label, listed, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from casework.people import PersonView
    from desk.output import Paper
    from desk.session import Desk


def show_people(desk: Desk, office: str, *, every: bool) -> None:
    """List people with their roles of today."""
    with desk.store.reading() as session:
        where = desk.office(session, office or None)
        found = people.people_of(session, where.key, desk.at, retired=every)
    give(
        desk,
        {"office": where.key, "people": [person.as_dict() for person in found]},
        lambda paper: _write(desk, paper, where.kind, found),
    )


def _write(desk: Desk, paper: Paper, kind: str, found: Sequence[PersonView]) -> None:
    known = roles_of_kind(kind)
    rows = []
    for person in found:
        roles = listed(
            (
                label(known[role], desk.language) if role in known else plain(role)
                for role in sorted(person.roles)
            ),
            desk.language,
        )
        more = [desk.say("another account of {handle}", handle=person.same_as)] if person.same_as else []
        if person.off_duty:
            off = listed(
                (
                    label(known[role], desk.language) if role in known else plain(role)
                    for role in sorted(person.off_duty)
                ),
                desk.language,
            )
            more.append(desk.say("not on duty now: {roles}", roles=off))
        more += [] if person.active else [desk.say("does not work here today")]
        style = "type" if person.active else "faint"
        rows.append((Text(person.handle, style), Text(roles), Text("; ".join(more), "faint")))
    paper.table([desk.say("Handle"), desk.say("Roles today"), ""], rows)


def add(
    desk: Desk, office: str, handle: str, name: str, roles: Sequence[str], unit: str, contacts: Sequence[str], speaks: str
) -> None:  # fmt: skip
    """Add a person, from today on."""
    if not name and desk.ask is not None and not desk.as_json:
        name = desk.ask(f"{desk.say('Name (kept sealed)')}: ")
    with desk.store.transaction() as session:
        where = desk.office(session, office or None)
        people.add_person(
            session,
            where.key,
            handle,
            desk.at,
            name=name,
            roles=roles,
            unit=unit or None,
            contacts=contacts,
            language=speaks,
        )

    def show(paper: Paper) -> None:
        paper.line(
            (
                f"✓ {desk.say('{handle} works in {office} from today on. A token to act by:', handle=handle, office=where.key)}",
                "fine",
            )
        )
        paper.command(f"duecourse person token {handle}", indent=2)

    give(desk, {"office": where.key, "handle": handle, "roles": list(roles)}, show)


def token(desk: Desk, office: str, handle: str, *, revoke: bool) -> None:
    """Make a token, which alone is written to standard output so that a script can keep it; or withdraw all."""
    with desk.store.transaction() as session:
        where = desk.office(session, office or None)
        if revoke:
            gone = people.revoke_tokens(session, where.key, handle, desk.at)
        else:
            made = people.issue_token(session, where.key, handle, desk.at)
    if revoke:
        give(
            desk,
            {"handle": handle, "revoked": gone},
            lambda paper: paper.line(
                desk.say("{n} tokens of {handle} are withdrawn.", n=gone, handle=handle)
            ),
        )
        return
    if not desk.as_json:
        desk.err.write(
            desk.say("The token of {handle}, shown this once; set it as DUECOURSE_TOKEN:", handle=handle)
            + "\n"
        )
    give(desk, {"handle": handle, "token": made}, lambda paper: paper.command(made))


def role(
    desk: Desk, office: str, handle: str, name: str, *, take: bool, since: str, until: str, unit: str
) -> None:
    """Give a role by date, or take it with effect now."""
    with desk.store.transaction() as session:
        where = desk.office(session, office or None)
        if take:
            people.take_role(session, where.key, handle, name, desk.at)
        else:
            people.give_role(
                session,
                where.key,
                handle,
                name,
                desk.at,
                unit=unit or None,
                valid_from=_day(since),
                valid_until=_day(until),
            )
    role_ = roles_of_kind(where.kind).get(name)
    shown_as = label(role_, desk.language) if role_ is not None else plain(name)
    said = "{handle} no longer holds the role {role}." if take else "{handle} holds the role {role}."
    give(
        desk,
        {"handle": handle, "role": name, "held": not take},
        lambda paper: paper.line((f"✓ {desk.say(said, handle=handle, role=shown_as)}", "fine")),
    )


def absent(desk: Desk, office: str, handle: str, starts: str, ends: str, code: str) -> None:
    """Note that somebody is away: no new duty goes to them in that time."""
    with desk.store.transaction() as session:
        where = desk.office(session, office or None)
        begin, end = read_moment(starts, where.zone, desk.at), read_moment(ends, where.zone, desk.at)
        people.set_absence(
            session, where.key, handle, desk.at, starts_at=begin, ends_at=end, reason_code=code
        )
    said = desk.say(
        "{handle} is away from {begin} until {end}.",
        handle=handle,
        begin=shown(begin, where.zone, desk.at),
        end=shown(end, where.zone, desk.at),
    )
    give(
        desk,
        {"handle": handle, "starts_at": begin, "ends_at": end, "reason": code},
        lambda paper: paper.line((f"✓ {said}", "fine")),
    )


def retire(desk: Desk, office: str, handle: str) -> None:
    """End somebody's work here at once."""
    with desk.store.transaction() as session:
        where = desk.office(session, office or None)
        people.retire_person(session, where.key, handle, desk.at)
    said = desk.say("{handle} no longer works here. What was done stays under this handle.", handle=handle)
    give(desk, {"handle": handle, "retired": True}, lambda paper: paper.line((f"✓ {said}", "fine")))


def _day(typed: str) -> date | None:
    return read_day(typed) if typed else None
