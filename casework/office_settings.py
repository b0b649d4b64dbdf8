"""What an office may set: the blanks of the text, its hours, and the limits that the procedures leave to it (P6).

`known_settings(kind)` is the whole list; a setting that is not in it is refused, so that a misspelt one is never silently without effect.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from casework.asked_settings import words_allowed
from casework.kinds import editions_of
from casework.rosters import minute_of_day
from states.deadlines import Deadline, Rung
from states.ladder import WINDOWS
from states.phrases import length

_SPAN = re.compile(r"([0-9]{1,6})\s*(s|seconds?|min|minutes?|h|hours?|d|days?)(\s+before)?")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
BLANK = "The setting {name} is empty: the text leaves a blank for it."
POINTED_AT = "The setting {name} is empty: the text points to rules that the office must name."


@dataclass(frozen=True)
class Setting:
    """One setting. `read` turns what was written into what is stored, or raises ValueError with a phrase that says what to write.

    `required`: an office cannot work while it is empty, and `empty` says why. `approvers`: roles of which one must have approved it.
    """

    name: str
    clause: str
    read: Callable[[object], object]
    required: bool = False
    person: bool = False
    approvers: frozenset[str] = frozenset()
    empty: str = BLANK


@cache
def known_settings(kind: str) -> Mapping[str, Setting]:
    """Every setting of a kind of office, by name."""
    own = {"property": _PROPERTY, "bureau": _BUREAU, "hotel": _HOTEL}.get(kind, ())
    return {setting.name: setting for setting in (*_EVERY, *own, *_limits(kind))}


def required_settings(kind: str) -> tuple[Setting, ...]:
    """The blanks of the text, and the rules that it only points to."""
    return tuple(setting for setting in known_settings(kind).values() if setting.required)


def words(value: object) -> object:
    """A text."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("it must be a text that is not empty")
    return value


def clock(value: object) -> object:
    """A time of the day."""
    if not isinstance(value, str) or minute_of_day(value) in {None, 1440}:
        raise ValueError('it must be a time of the day, written like "08:30"')
    return value


def one_of(*allowed: str) -> Callable[[object], object]:
    """One of a few words."""

    def read(value: object) -> object:
        if value not in allowed:
            raise ValueError(f"it must be one of {', '.join(allowed)}")
        return value

    return read


def major(value: object) -> object:
    """What is major, in the words of the law: several with commas between them, each once, in the law's order."""
    allowed = words_allowed("hotel", "major_matters")
    said = re.split("[,，、]", value) if isinstance(value, str) else ()
    chosen = {word.strip() for word in said} - {""}
    if not chosen or not chosen.issubset(allowed):
        raise ValueError(f"it must be some of {', '.join(allowed)}, with commas between them")
    return ",".join(word for word in allowed if word in chosen)


def number(least: int, most: int) -> Callable[[object], object]:
    """A whole number within bounds."""

    def read(value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"it must be a whole number from {least} to {most}")
        return value

    return read


def span(value: object) -> timedelta:
    """A length of time: seconds as a number, or "20 min", "2 h", "3 days"; "45 min before" leads back from the moment. Raises ValueError."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return timedelta(seconds=value)
    found = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or int(found[1]) == 0:
        raise ValueError('it must be a length of time such as "20 min", "2 h" or "3 days"')
    length_of_it = timedelta(seconds=int(found[1]) * _UNITS[found[2][0]])
    return -length_of_it if found[3] else length_of_it


def limit_name(deadline: Deadline, rung: int) -> str:
    """The setting that changes a rung."""
    return f"limit.{deadline.owner}.{deadline.name}.{rung}"


def _limits(kind: str) -> list[Setting]:
    """One setting for every rung of every edition: a case keeps its edition, so that a number must fit all that have the rung."""
    rungs: dict[str, list[tuple[Deadline, Rung]]] = {}
    approvers: dict[str, set[str]] = {}
    for procedure in editions_of(kind):
        for deadline in procedure.deadlines:
            for place, rung in enumerate(deadline.ladder):
                rungs.setdefault(limit_name(deadline, place), []).append((deadline, rung))
                heads = {procedure.manager.name, *(role.name for role in procedure.roles() if role.outside)}
                approvers.setdefault(limit_name(deadline, place), set()).update(heads)
    return [
        Setting(name, of[0][0].clause, _limit(of), approvers=frozenset(approvers[name]))
        for name, of in sorted(rungs.items())
    ]


def _limit(rungs: list[tuple[Deadline, Rung]]) -> Callable[[object], object]:
    def read(value: object) -> object:
        chosen = span(value)
        for deadline, rung in rungs:
            if deadline.clock != "24x7" and chosen % timedelta(days=1):
                raise ValueError("it is counted in whole working days")
            if not rung.allows(chosen):
                raise ValueError(_bounds(deadline, rung))
        return int(chosen.total_seconds())

    return read


def _bounds(deadline: Deadline, rung: Rung) -> str:
    most = length(rung.after, "en", deadline.clock)
    if rung.source == "text":
        return f"the text says {most} ({deadline.clause}): an office can only tighten it"
    if rung.between is None:
        return f"{most} is fixed ({deadline.clause})"
    least, longest = (length(bound, "en", deadline.clock) for bound in rung.between)
    return f"it must be from {least} to {longest} ({deadline.clause}, a default of the edition)"


_EVERY = (
    Setting("opens", "X4", clock),
    Setting("closes", "X4", clock),
    Setting("backdating_hours", "X2", number(1, 168)),
    Setting("alarm_answer_seconds", "X3", number(30, 3600)),
    Setting("attachment_bytes", "X2", number(1_000_000, 1_000_000_000)),
)
_PROPERTY = (
    Setting("developer_company", "P4", words, required=True),
    Setting("hotline_number", "P2b", words, required=True),
    Setting("mailbox", "P2b", words, required=True),
    Setting("responsible_person", "P2b", words, required=True, person=True),
    Setting("superior_body", "P5a", words, required=True),
)
_BUREAU = (
    Setting("complaint_number", "B6", words, required=True),
    Setting("legal_bases", "B1", words, required=True, empty=POINTED_AT),
    Setting("secrecy_rules", "B10", words, required=True, empty=POINTED_AT),
    Setting("undertaking_text", "B10", words),
    Setting("ladder.window", "B12", one_of(*WINDOWS), approvers=frozenset({"party_group"})),
)
_HOTEL = (
    Setting("compensation_limit", "H3.3", number(1, 100_000_000), approvers=frozenset({"general_manager"})),
    Setting("major_matters", "H4.4", major, approvers=frozenset({"general_manager"})),
)
