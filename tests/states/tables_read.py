"""Reads the tables that are typed by hand as text: who may do what, and every clock."""

from __future__ import annotations

from states.expected import Clock, Permitted

SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "wd": 86400}


def who_may(table: str) -> Permitted:
    """Read lines of `state | role | acts`."""
    rows = (line.split("|") for line in table.strip().splitlines())
    return {(state.strip(), role.strip()): frozenset(acts.split()) for state, role, acts in rows}


def added_up(table: str) -> Permitted:
    """Read lines of `states | roles | acts`: each state with each role; what several lines say of one is added up."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for line in filter(str.strip, table.splitlines()):
        states, roles, acts = (cell.split() for cell in line.split("|"))
        for state in states:
            for role in roles:
                found[state, role] = found.get((state, role), frozenset()) | frozenset(acts)
    return found


def clocks(table: str) -> frozenset[Clock]:
    """Read lines of `clause | what | since | after | tells | late or warn | source | bounds | until`; bounds before the moment need ` to `."""
    return frozenset(
        _clock(*(cell.strip() for cell in line.split("|", 8))) for line in table.strip().splitlines()
    )


def _clock(
    clause: str,
    what: str,
    since: str,
    after: str,
    tells: str,
    late: str,
    source: str,
    bounds: str,
    until: str,
) -> Clock:
    low_high = (
        tuple(_seconds(b) for b in bounds.split(" to " if " to " in bounds else "-")) if bounds else None
    )
    kind = "working days" if after.endswith("wd") else "24x7"
    between = None if low_high is None else (low_high[0], low_high[1])
    assert late in ("late", "warn")
    return Clock(
        clause, what, since, _seconds(after), frozenset(tells.split()), late == "late", source, between, until, kind
    )  # fmt: skip


def _seconds(length: str) -> int:
    number, unit = length.split()
    return int(number) * SECONDS[unit]
