"""Help, `prove`, `diagram` and `new-edition` start at once: neither Prefect nor a database is loaded, let alone opened."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desk.cli import ORDER, application, hoisted
from desk.help_words import every

ROOT = Path(__file__).parents[2]
HEAVY = "prefect sqlalchemy sqlmodel alembic models holidays cryptography"
PROBE = """
import resource, sys
from desk.cli import main
heavy = set(sys.argv.pop(1).split())
code = main(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
loaded = sorted({name.partition(".")[0] for name in sys.modules} & heavy)
print("LOADED", *loaded, file=sys.stderr)
print("SECONDS", used.ru_utime + used.ru_stime, file=sys.stderr)
sys.exit(code)
"""


def probe(home: Path, *arguments: str) -> tuple[str, list[str], float]:
    """Run a command in a process of its own: what it answered, what heavy things it loaded, how much time of a processor it took."""
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "DUECOURSE_HOME": str(home / "duecourse"),
        "LANG": "C.UTF-8",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROBE, HEAVY, *arguments],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = dict(
        line.partition(" ")[::2]
        for line in done.stderr.splitlines()
        if line.startswith(("LOADED", "SECONDS"))
    )
    return done.stdout, told["LOADED"].split(), float(told["SECONDS"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["show", "--help"],
        ["office", "--help"],
        ["up", "--help"],
        ["--help", "--lang", "zh_Hant"],
        ["prove", "property.missed_call"],
        ["diagram", "property.complaint", "--lang", "zh_Hans"],
        ["diagram", "property.complaint", "--table"],
    ],
    ids=" ".join,
)
def test_what_needs_no_database_loads_none(tmp_path: Path, arguments: list[str]) -> None:
    answer, loaded, _ = probe(tmp_path, *arguments)

    assert answer
    assert loaded == []
    assert not (tmp_path / "duecourse").exists()


def test_the_help_page_costs_little(tmp_path: Path) -> None:
    """Measured in time of the processor, so that a busy machine changes nothing; the best of three."""
    assert min(probe(tmp_path, "--help")[2] for _ in range(3)) < 0.6


def test_every_command_has_words_and_stands_on_the_help_page() -> None:
    command = application()

    assert tuple(command.commands) == ORDER
    assert [] == [each.name for each in every(command) if not each.help]
    assert [] == [
        f"{each.name} {param.name}"
        for each in every(command)
        for param in each.params
        if param.name != "help" and not getattr(param, "help", None)
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["list", "--json"], ["--json", "list"]),
        (
            ["show", "c-1", "--as", "dc_x", "--form", "opinion"],
            ["--as", "dc_x", "show", "c-1", "--form", "opinion"],
        ),
        (["show", "--lang=zh_Hant", "c-1"], ["--lang=zh_Hant", "show", "c-1"]),
        (["list", "--lang"], ["--lang", "list"]),
        (["record", "--", "--json"], ["record", "--", "--json"]),
        ([], []),
    ],
)
def test_what_may_stand_anywhere_is_brought_to_the_front(typed: list[str], meant: list[str]) -> None:
    assert hoisted(typed) == meant
