"""Secret cases run their course beside a real Prefect server, and nothing of any of them is found there: design.md 6, against its database."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete

import models
from casework.refs import ALPHABET, REF_LENGTH
from flows.names import ARCHIVE, RECONCILE
from flows.prefect_side import PrefectSide
from tests.building import a_callout, a_complaint
from tests.bureau import COMPLAINT, USUAL, Bureau, a_bureau
from tests.flows.conftest import RealClock
from tests.flows.test_real_server import ask, rows, runs_of
from tests.secret_cases import CANARIES, a_secret, reachable
from tests.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.building import TestOffice
    from tests.flows.conftest import Installation

pytestmark = pytest.mark.xdist_group("prefect")

ALARMS = models.table(models.Alarm)
CASES = models.table(models.Case)
DEADLINES = models.table(models.Deadline)
PATTERN = f"(?<![0-9a-z])c-[{ALPHABET}]{{{REF_LENGTH}}}(?![0-9a-z])"
SENTENCES = tuple(
    {
        str(words)
        for said in (COMPLAINT, *USUAL.values())
        for words in said.values()
        if isinstance(words, str) and " " in words and len(words) > 14
    }
)
"""What is written in the case that is upheld, as far as nobody else would write it."""
COULD_NOT = "a secret case could not be archived"
IN_DATABASE = """
import json, re, sqlite3, sys
path, pattern, *canaries = sys.argv[1:]
base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
tables = [name for name, in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
refs, found, values = {}, [], 0
for table in tables:
    for row in base.execute(f'SELECT * FROM "{table}"'):
        for value in row:
            if isinstance(value, (str, bytes)):
                text = value if isinstance(value, str) else value.decode("utf-8", "replace")
                values += 1
                for ref in re.findall(pattern, text):
                    refs.setdefault(ref, set()).add(table)
                found += [(table, canary) for canary in canaries if canary in text or json.dumps(canary)[1:-1] in text]
print(json.dumps({"values": values, "refs": {ref: sorted(tables) for ref, tables in refs.items()}, "found": found}))
"""
"""Every value of every table of Prefect's own database: the references in it, and the words that must not be. A process of its own, since
one that opens and closes a database file loses SQLite's locks on it."""
IN_FILES = """
import json, pathlib, re, sys
folder, pattern, *canaries = sys.argv[1:]
files = [path for name in ("prefect", "logs") for path in (pathlib.Path(folder) / name).rglob("*") if path.is_file()]
refs, found = set(), []
for path in files:
    content = path.read_bytes()
    refs.update(ref.decode() for ref in re.findall(pattern.encode(), content))
    for canary in canaries:
        forms = canary.encode(), canary.encode("utf-16-le"), json.dumps(canary)[1:-1].encode()
        found += [(path.name, canary) for form in forms if form in content]
print(json.dumps({"values": len(files), "refs": sorted(refs), "found": found}))
"""
"""The same in the bytes of all files of Prefect and of all logs: also what was deleted, and what only the journal has."""


@dataclass
class Scene:
    """What happened before the tests of this module look: a bureau and a property office on one installation."""

    there: Installation
    bureau: Bureau
    secret: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    boards: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def scene(installation: Installation) -> Scene:
    """Secret cases are opened, moved, broken, upheld with a measure, archived; ordinary ones as well, so that there is something to find."""
    store = installation.office.store
    bureau = a_bureau(store, installation.settings.home / "archive", RealClock())
    reachable(bureau, contact=installation.receiver.contact)
    scene = Scene(installation, bureau)
    scene.boards.append(board_after_reconcile(installation))

    a_secret(bureau, received_at=bureau.now - timedelta(days=21))  # head and superior should have been told
    a_secret(bureau, "filed")
    scene.boards.append(board_after_reconcile(installation))
    a_secret(bureau, "filed")
    # An error of the door names its case: these two meet one, in the archive and in the watch.
    lose_the_key(bureau, a_secret(bureau, "filed"))
    lose_the_key(bureau, a_secret(bureau, received_at=bureau.now - timedelta(days=10, seconds=-10)))
    bureau.a_case("executing")
    ordinary = installation.office
    a_callout(ordinary, "fire", reported_ago=timedelta(minutes=2, seconds=58))
    a_complaint(ordinary, in_state="filed")
    wait_until(lambda: len(told_to(scene)) >= 3, seconds=120, why="the bureau's people were not told")
    run_to_its_end(installation, ARCHIVE)
    wait_until(
        lambda: len(states(scene, "filed")) == 1, seconds=300, why="what is filed was not archived", every=1
    )
    wait_until(
        lambda: tried_in_vain(scene), seconds=300, why="the deadline without a key was not tried", every=1
    )
    for _ in range(3):
        a_secret(bureau, "guided")
    scene.boards.append(board_after_reconcile(installation))
    for row in rows(ordinary, CASES):
        (scene.secret if row.procedure.startswith("bureau.") else scene.known).add(row.ref)
    return scene


def lose_the_key(office: TestOffice, ref: str) -> None:
    case_id = rows(office, CASES, CASES.c.ref == ref)[0].id
    keys = models.table(models.CaseKey)
    with office.store.transaction() as session:
        session.connection().execute(delete(keys).where(keys.c.case_id == case_id))


def tried_in_vain(scene: Scene) -> list[Any]:
    return rows(scene.bureau, DEADLINES, DEADLINES.c.error_code == "StoreProblem")


def told_to(scene: Scene) -> list[Any]:
    """The alarms of the bureau that were sent."""
    office = scene.bureau.people["member1"].office_id
    return rows(scene.bureau, ALARMS, ALARMS.c.office_id == office, ALARMS.c.sent_at.is_not(None))


def states(scene: Scene, state: str) -> list[Any]:
    return rows(scene.bureau, CASES, CASES.c.state == state)


def run_to_its_end(there: Installation, deployment: str) -> None:
    """Ask for a run of a deployment, and wait until one that began after this is over."""
    flow = deployment.partition("/")[0]
    before = {
        run["id"] for run in runs_of(there, flow) if run["state_type"] in {"COMPLETED", "FAILED", "RUNNING"}
    }
    PrefectSide().ask_for(deployment)
    wait_until(
        lambda: any(run["state_type"] in {"COMPLETED", "FAILED"} and run["id"] not in before for run in runs_of(there, flow)),
        seconds=120, why=f"{flow} has not run", every=1,
    )  # fmt: skip


def board_after_reconcile(there: Installation) -> str:
    run_to_its_end(there, RECONCILE)
    newest = {"artifacts": {"key": {"any_": ["board-bureau-complaint"]}}}
    return str(ask(there, "/artifacts/latest/filter", newest)[0]["data"])


def searched(program: str, where: Path, *canaries: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", program, str(where), PATTERN, *canaries],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def every_canary(scene: Scene) -> tuple[str, ...]:
    return (*CANARIES, *SENTENCES, *scene.secret)


@pytest.mark.clause("B10", "X3")
def test_every_reference_in_prefects_database_is_an_ordinary_cases(scene: Scene) -> None:
    home = scene.there.settings.home

    found = searched(IN_DATABASE, home / "prefect" / "prefect.db", *every_canary(scene))

    assert len(scene.secret) >= 8
    assert {} == {ref: tables for ref, tables in found["refs"].items() if ref not in scene.known}
    assert [] == found["found"]
    # The search finds what is there: references of ordinary cases, in events, artifacts and runs.
    assert {"events", "artifact"} <= {table for tables in found["refs"].values() for table in tables}
    assert found["values"] > 1000


@pytest.mark.clause("B10", "X3")
def test_no_reference_and_no_word_of_a_secret_case_is_in_a_file_of_prefect_or_in_a_log(scene: Scene) -> None:
    found = searched(IN_FILES, scene.there.settings.home, *every_canary(scene), COULD_NOT)

    # One that could not be archived is a line of our log, without its reference, and is not in Prefect's.
    assert {"flows.log"} == {name for name, canary in found["found"] if canary == COULD_NOT}
    found["found"] = [one for one in found["found"] if one[1] != COULD_NOT]
    assert [] == [ref for ref in found["refs"] if ref in scene.secret]
    assert [] == found["found"]
    assert found["values"] > 3


@pytest.mark.clause("B10")
def test_prefect_has_no_event_of_a_secret_procedure_and_no_run_of_one(scene: Scene) -> None:
    home = scene.there.settings.home

    found = searched(IN_DATABASE, home / "prefect" / "prefect.db", "duecourse.procedure.bureau", "procedure:bureau", "duecourse.office.bureau", "office:bureau")  # fmt: skip

    assert [] == found["found"]


@pytest.mark.clause("B10")
def test_the_boards_show_no_number_under_three_and_no_difference_below_it(scene: Scene) -> None:
    nothing, few, three = (_without_the_time(board) for board in scene.boards)

    assert nothing == few
    assert few.count("fewer than 3") == 2
    numbered = [line for line in three.splitlines() if ":::" in line and "<br/>" in line]
    assert ["guided_"] == [line.split("(")[0].strip() for line in numbered]
    assert "<br/>3" in numbered[0]


def _without_the_time(board: str) -> str:
    return "\n".join(line for line in board.splitlines() if not line.startswith("As of "))


@pytest.mark.clause("B10")
def test_runs_are_called_after_ordinary_cases_alone(scene: Scene) -> None:
    """One ordinary case was archived, two secret ones, and one could not be; rungs of both sorts were fired."""
    archived = [run["name"] for run in runs_of(scene.there, "archive") if run["name"].endswith("failed")]
    batches = [run["name"] for run in ask(scene.there, "/task_runs/filter", {"limit": 200})]
    fired = rows(scene.bureau, DEADLINES, DEADLINES.c.status == "fired")
    ordinary = [row for row in fired if row.clause.startswith("P")]

    named = {name.partition(" · ")[2] for name in archived}
    assert "1 archived · 0 refused · 0 failed" in named
    assert {"0 archived · 0 refused · 0 failed", "1 archived · 0 refused · 0 failed"} >= named
    assert not [run for run in runs_of(scene.there, "archive") if run["state_type"] == "FAILED"]
    assert len(fired) - len(ordinary) >= 3
    assert 0 < sum(int(name.split(" · ")[1].split()[0]) for name in batches) <= len(ordinary)
    assert not [name for name in batches if name.startswith("0 due")]


@pytest.mark.clause("B10")
def test_what_people_of_the_bureau_were_sent_names_no_case(scene: Scene) -> None:
    sent = [post for post in scene.there.receiver.posts if "shown at the desk only" in post["message"]]

    assert len(sent) >= 3
    assert [] == [
        word for post in scene.there.receiver.posts for word in scene.secret if word in json.dumps(post)
    ]
    assert [] == [
        word for post in sent for word in every_canary(scene) if word in post["title"] + post["message"]
    ]
