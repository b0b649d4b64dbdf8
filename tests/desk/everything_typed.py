"""Everything that can be typed: each command of the program with its sort, and for each of its parameters what a curious person would try.

A command or a parameter that is not listed here fails the test that walks through the program: nothing new is left out unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypeAlias

from desk.cli import application
from tests.desk.bureau_counter import EXAMPLE
from tests.desk.two_worlds import HIM

REF, NUMBER = "<REF>", "<NUMBER>"
"""What stands for a reference, and for the number of an alarm or a deadline."""
Sort: TypeAlias = Literal["case", "number", "look", "office", "elsewhere"]
Typed: TypeAlias = tuple[str, ...]

COMMANDS: dict[str, Sort] = {
    # about one case
    "show": "case", "record": "case", "move": "case", "assign": "case", "attach": "case", "void": "case", "correct": "case", "reveal": "case",
    "readings": "case", "visit move": "case", "visit cancel": "case", "archive open": "case", "register": "case", "list": "case",
    # about an alarm or a deadline
    "due confirm": "number", "alarms ack": "number",
    # lists and counts
    "due": "look", "alarms": "look", "endorse": "look", "visit list": "look", "office show": "look", "office limits": "look", "person list": "look", "edition list": "look",
    "interpretation list": "look", "rule list": "look", "guest status": "look", "delegation list": "look", "major show": "look", "check": "look", "doctor": "look", "audit verify": "look", "key status": "look",
    # what changes the office, or the installation
    "office load": "office", "person add": "office", "person token": "office", "person role": "office", "person absent": "office", "person alias": "office",
    "person undertake": "office", "person retire": "office", "edition approve": "office", "interpretation add": "office",
    "rule add": "office", "rule end": "office", "guest import": "office", "delegation give": "office", "delegation end": "office", "major set": "office", "audit anchor": "office",
    "archive run": "office", "import": "office", "key rotate": "office", "demo": "office", "receipt show": "office", "receipt say": "office",
    "receipt withdraw": "office", "receipt object": "office", "receipt answer": "office",
    # what he was served is shown to him, and to nobody else: a test of its own
    "served": "elsewhere",
    "up": "elsewhere",  # starts servers, and shows no case
    "rehearse begin": "elsewhere", "rehearse until": "elsewhere",  # in a folder of its own alone
    # the law alone: no database is opened
    "prove": "elsewhere", "diagram": "elsewhere", "new-edition": "elsewhere",
}  # fmt: skip

MEMBERS = ("member", "group_head", "auditor")
SET: tuple[Typed, ...] = (
    (), ("--set", "colour=red"), ("--set", "nonsense"), ("--set", f"reader={HIM}", "--set", "purpose=to see who it was"), ("--set", "outside=no", "--set", "items=delay"),
    ("--set", f"person={HIM}"), ("--set", f"handler={HIM}"), ("--set", "words=all is well"), ("--set", "source=group", "--set", "against=clerk3"),
)  # fmt: skip
PARAMETERS: dict[str, tuple[Typed, ...]] = {
    "ref": ((REF,),),
    "number": ((NUMBER,),),
    "step": (("scope",), ("consent",), ("supplement",), ("admission",), ("word_in",), ("sing",)),
    "given": SET,
    "evidence": ((), ("--evidence", "nowhere.json")),
    "happened_at": ((), ("--happened-at", "-2h"), ("--happened-at", "2020-01-01 00:00"), ("--happened-at", "once")),
    "received_at": ((), ("--received-at", "-2h")),
    "reason": ((), ("--reason", "it was forgotten")),
    "command_id": ((), ("--command-id", "again")),
    "version": ((), ("--version", "1"), ("--version", "77")),
    "procedure": (("bureau.complaint",), ("bureau.measure",), ("property.party",)),
    "linked": (("--from", REF),),
    "after": (("--after", REF),),
    "state": ((), ("--state", "registered"), ("--state", "archived")),
    "every": ((), ("--all",)),
    "mine": ((), ("--mine",)),
    "limit": ((), ("--limit", "1")),
    "form": ((), ("--form", "scope")),
    "purpose": ((), ("--purpose", "to see who it was")),
    "handle": ((HIM,), ("member2",), ("nobody",)),
    "seq": (("2",), ("99",)),
    "when": (("+2d",), ("once",)),
    "method": ((), ("--method", "call")),
    "into": ((),),
    "within": ((), ("--within", "900d")),
    "office": ((), ("--office", "bureau"), ("--office", "moon")),
    "retry": ((), ("--retry",)),
    "anchors": ((),),
    "edition": ((),),
    "since": ((),), "until": ((),), "take": ((), ("--take",)), "unit": ((), ("--unit", "budget")),
    "starts": (("now",),), "ends": (("+2d",),), "of": (("--of", HIM),), "on": (("--on", "2026-03-02"),), "text": ((),), "minute": (("--minute", "2026-88"),),
    "clause": (("--clause", "B12"),), "question": (("--question", "is it so?"),), "ruling": (("--ruling", "it is so"),), "words": ((),),
    "revoke": ((),), "roles": ((), ("--role", "member")), "contacts": ((),), "speaks": ((),), "code": ((),), "dry_run": ((), ("--dry-run",)),
    "mapping": (("--mapping", "nowhere.toml"),), "line_only": ((),), "key": (("r-1",), ("Rule one",)), "paper": (("--paper", str(EXAMPLE)),),
    "matters": (("injury",), ("nonsense",)),
}  # fmt: skip
OF_COMMAND: dict[tuple[str, str], tuple[Typed, ...]] = {
    ("show", "purpose"): ((), ("--open", "to see who it was")),
    ("move", "name"): (("accept",), ("take_over",), ("fly",)),
    ("attach", "file"): ((str(EXAMPLE),), ("nowhere.txt",)),
    ("attach", "name"): ((), ("--name", "letter.txt")),
    ("list", "procedure"): ((), ("--procedure", "bureau.complaint"), ("--procedure", "bureau.measure")),
    ("office limits", "procedure"): ((), ("--procedure", "bureau.measure")),
    ("endorse", "file"): ((), ("--file", str(EXAMPLE)), ("--file", "nowhere.csv")),
    ("endorse", "waiting"): ((), ("--list",)),
    ("edition approve", "edition"): (("2026-01-01",),),
    ("check", "office"): ((), ("bureau",), ("moon",)),
    ("office load", "file"): ((str(EXAMPLE),), ("nowhere.toml",)),
    ("import", "file"): ((str(EXAMPLE),), ("nowhere.csv",)),
    ("import", "mapping"): (("--mapping", str(Path(EXAMPLE).with_name("service-requests-2018.mapping.toml"))), ("--mapping", "nowhere.toml")),
    ("person add", "handle"): (("clerk9",), (HIM,)),
    ("person add", "name"): (("--name", "賈文"),),
    ("person token", "handle"): ((HIM,),),  # whoever makes himself another's token is no longer himself
    ("person role", "handle"): ((HIM,),),
    ("person role", "name"): tuple((role,) for role in MEMBERS),
    ("person absent", "handle"): ((HIM,), ("member2",)),
    ("person absent", "reason"): ((),),
    ("person absent", "code"): ((),),
    ("person alias", "handle"): (("clerk4",),),
    ("person undertake", "handle"): ((HIM,), ("clerk4",)),
    ("person retire", "handle"): (("clerk3",),),
    ("interpretation list", "clause"): ((), ("--clause", "B12")),
    ("rule add", "words"): (("--words", "the room is changed"),),
    ("guest import", "file"): ((str(EXAMPLE),), ("nowhere.csv",)),
    ("delegation give", "until"): (("--until", "2026-12-31"), ("--until", "once")),
    ("receipt say", "words"): (("--words-file", str(EXAMPLE)),),
    ("receipt withdraw", "words"): (("--words-file", str(EXAMPLE)),),
    ("receipt object", "words"): (("--words-file", str(EXAMPLE)),),
    ("receipt answer", "said"): (("satisfied",), ("nonsense",)),
}  # fmt: skip
WHOLE: Typed = (
    "--set", "channel=web", "--set", "subject=official", "--set", "department=budget", "--set", "against=clerk4", "--set", "matter=he asked for a gift",
    "--set", "reason=rule 5", "--set", "anonymous=no", "--set", "complainants.1.name=王小明", "--set", "complainants.1.phone=13800000000", "--set", "reply_by=phone",
)  # fmt: skip
OF_COMMAND["register", "given"] = (WHOLE, *SET)


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that can be typed, with what the program knows of it."""

    def below(command: Any, path: str) -> Iterator[tuple[str, Any]]:
        inner = getattr(command, "commands", None)
        if not inner or command.invoke_without_command:
            yield path, command
        for name, one in (inner or {}).items():
            yield from below(one, f"{path} {name}")

    for name, command in application().commands.items():
        yield from below(command, name)


def choices(command: str, parameter: str) -> tuple[Typed, ...]:
    """What is tried for a parameter. Raises LookupError for one that is not listed."""
    found = OF_COMMAND.get((command, parameter), PARAMETERS.get(parameter))
    if found is None:
        raise LookupError(f"what is tried for {parameter} of `duecourse {command}` is not listed")
    return found
