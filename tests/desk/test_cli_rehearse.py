"""A rehearsal: a folder of its own, a clock that is moved on by hand, and everything that falls due meanwhile in its order."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from casework.clock import SystemClock
from desk.cli import main
from tests.desk.counter import EXAMPLE, Answer, Counter

if TYPE_CHECKING:
    from collections.abc import Mapping

HOTEL = Path(EXAMPLE).with_name("office-hotel.toml")
NIGHT = "2026-03-02 22:40+08:00"


class Rehearsal:
    """Somebody who rehearses: commands by the clock of the folder, none of the test's own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.tokens: dict[str, str] = {}

    def type(self, *arguments: str, by: str = "", **more: str) -> Answer:
        """Type one command."""
        out, err = io.StringIO(), io.StringIO()
        environ: Mapping[str, str] = {
            "DUECOURSE_HOME": str(self.home), "HOME": str(self.home), **more, **({"DUECOURSE_TOKEN": self.tokens[by]} if by else {}),
        }  # fmt: skip
        code = main(arguments, environ=environ, out=out, err=err)
        return Answer(code, out.getvalue(), err.getvalue())

    def done(self, *arguments: str, by: str = "") -> Any:
        """Type a command that must succeed, and return its JSON."""
        answer = self.type("--json", *arguments, by=by)
        assert answer.code == 0, answer.err or answer.out
        return answer.json

    def raised(self) -> list[tuple[str, str, str]]:
        """Every alarm so far, oldest first: when, which role, who."""
        found = self.done("alarms", "--all", by="owner1")["alarms"]
        return [(one["raised_at"][11:19], one["role"], one["person"] or "") for one in reversed(found)]


@pytest.fixture
def rehearsal(tmp_path: Path) -> Rehearsal:
    """A rehearsal in an office, at night."""
    made = Rehearsal(tmp_path / "rehearsal")
    made.done("rehearse", "begin", NIGHT)
    made.type("office", "load", str(HOTEL))
    for handle in ("front1", "duty2", "gm1", "owner1"):
        made.tokens[handle] = made.done("person", "token", handle)["token"]
    return made


def important_guest(rehearsal: Rehearsal) -> str:
    """A complaint of which the general manager is to be told at once."""
    fields = ("--set", "channel=phone", "--set", "department=front", "--set", "vip=yes")
    return str(rehearsal.done("register", "hotel.complaint", *fields, by="front1")["ref"])


def test_everything_happens_at_the_hour_of_the_rehearsal(rehearsal: Rehearsal) -> None:
    """Also who is on duty: the manager of the night."""
    ref = important_guest(rehearsal)
    assert rehearsal.done("show", ref, by="front1")["received_at"] == "2026-03-02T14:40:00+00:00"
    people = {one["handle"]: one for one in rehearsal.done("person", "list")["people"]}
    assert people["duty2"]["roles"] == ["duty_manager"]
    assert people["duty1"]["off_duty"] == ["duty_manager"]


@pytest.mark.clause("H4.4", "X3")
def test_what_falls_due_while_time_passes_is_told_at_its_own_moment(rehearsal: Rehearsal) -> None:
    """At once the general manager, silent for five minutes; then the manager on duty; then the owner."""
    important_guest(rehearsal)
    told = rehearsal.done("rehearse", "until", "+12m")
    assert told["at"] == "2026-03-02T22:52:00+08:00"
    assert told["fired"] == 3
    raised = rehearsal.raised()
    assert raised[0] == ("14:40:01", "general_manager", "gm1")
    assert ("14:45:01", "duty_manager", "duty2") in raised
    assert ("14:50:01", "owner", "owner1") in raised
    assert all(minute in {"14:40:01", "14:45:01", "14:50:01"} for minute, _, _ in raised)
    assert rehearsal.done("audit", "verify")["whole"]


@pytest.mark.clause("H4.4")
def test_nobody_further_up_is_told_of_what_was_answered(rehearsal: Rehearsal) -> None:
    ref = important_guest(rehearsal)
    rehearsal.done("rehearse", "until", "+2m")
    (report,) = (one["ref"] for one in rehearsal.done("show", ref, by="front1")["children"])
    rehearsal.done("record", report, "gm_acknowledgement", by="gm1")
    rehearsal.done("move", report, "acknowledge", by="gm1")
    rehearsal.done("rehearse", "until", "+20m")
    assert {role for _, role, _ in rehearsal.raised()} == {"general_manager"}


@pytest.mark.clause("H4.4")
def test_a_gap_in_the_roster_is_told_when_its_hour_is_near(rehearsal: Rehearsal) -> None:
    rehearsal.done("person", "absent", "duty2", "2026-03-03 03:00", "2026-03-03 04:00")
    assert rehearsal.type("check").code == 1
    rehearsal.done("rehearse", "until", "+1m")
    assert ("14:40:00", "general_manager", "gm1") in rehearsal.raised()


def test_times_are_read_and_shown_in_the_offset_in_which_it_began(rehearsal: Rehearsal) -> None:
    assert rehearsal.done("rehearse", "until", "23:30")["at"] == "2026-03-02T23:30:00+08:00"
    assert rehearsal.done("rehearse", "until", "2026-03-03 03:00")["at"] == "2026-03-03T03:00:00+08:00"
    assert "2026-03-03 03:05:00+08:00" in rehearsal.type("rehearse", "until", "+5m").out


@pytest.mark.parametrize("when", ["5m ago", "22:00", "2026-03-01 10:00"])
def test_its_clock_never_goes_back(rehearsal: Rehearsal, when: str) -> None:
    answer = rehearsal.type("rehearse", "until", when)
    assert answer.code == 2
    assert "cannot go back" in answer.err
    assert (rehearsal.home / "rehearsal").read_text(encoding="utf-8") == "2026-03-02T22:40:00+08:00\n"


def test_it_begins_in_an_empty_folder_alone(tmp_path: Path) -> None:
    """Nothing that is there already is ever given another time."""
    made = Rehearsal(tmp_path / "there")
    made.home.mkdir()
    (made.home / "duecourse.sqlite").touch()
    answer = made.type("rehearse", "begin", NIGHT)
    assert answer.code == 2
    assert "not empty" in answer.err
    assert [one.name for one in made.home.iterdir()] == ["duecourse.sqlite"]


def test_it_begins_once(rehearsal: Rehearsal) -> None:
    assert rehearsal.type("rehearse", "begin", NIGHT).code == 2


@pytest.mark.parametrize("when", ["2026-03-02 22:40", "tonight", "22:40+08:00", ""])
def test_it_begins_at_a_moment_with_its_offset(tmp_path: Path, when: str) -> None:
    made = Rehearsal(tmp_path / "new")
    answer = made.type("rehearse", "begin", when)
    assert answer.code == 2
    assert "is not a moment with its offset" in answer.err
    assert not made.home.exists()


def test_it_needs_a_folder_that_is_named(tmp_path: Path) -> None:
    """The folder of everyday is not one to rehearse in."""
    err = io.StringIO()
    assert main(["rehearse", "begin", NIGHT], environ={"HOME": str(tmp_path)}, err=err) == 2
    assert "a folder of its own" in err.getvalue()
    assert not list(tmp_path.iterdir())


def test_no_other_database_is_ever_given_its_time(rehearsal: Rehearsal, tmp_path: Path) -> None:
    """An office's own record takes its time from the machine."""
    real = Counter(tmp_path / "office")
    real.type("office", "load", str(HOTEL))
    token = real.done("person", "token", "front1")["token"]
    before = real.everything()
    elsewhere = {"DUECOURSE_DATABASE": f"sqlite:///{real.home / 'duecourse.sqlite'}"}
    key = {"DUECOURSE_KEY_FILE": str(real.home / "master.key")}
    fields = ("--set", "channel=phone", "--set", "department=front")
    for arguments in (
        ("register", "hotel.complaint", *fields), ("list",), ("rehearse", "until", "+5m"), ("office", "load", str(HOTEL)),
    ):  # fmt: skip
        answer = rehearsal.type(*arguments, **elsewhere, **key, DUECOURSE_TOKEN=token)
        assert answer.code == 2, arguments
        assert "keeps to its own folder" in answer.err
    assert real.everything() == before


def test_elsewhere_time_passes_by_itself(tmp_path: Path) -> None:
    made = Rehearsal(tmp_path / "office")
    made.type("office", "load", str(HOTEL))
    made.tokens["front1"] = made.done("person", "token", "front1")["token"]
    before = SystemClock().now()
    ref = important_guest(made)
    assert made.done("show", ref, by="front1")["received_at"] >= before.isoformat()
    answer = made.type("rehearse", "until", "+5m")
    assert answer.code == 2
    assert "time passes by itself" in answer.err


def test_nothing_runs_by_itself_in_it(rehearsal: Rehearsal) -> None:
    answer = rehearsal.type("up")
    assert answer.code == 2
    assert "the folder of a rehearsal" in answer.err


def test_a_clock_that_was_spoilt_is_told_and_not_guessed(rehearsal: Rehearsal) -> None:
    (rehearsal.home / "rehearsal").write_text("noon\n", encoding="utf-8")
    answer = rehearsal.type("list", by="front1")
    assert answer.code == 2
    assert "cannot be read" in answer.err
    assert json.loads(rehearsal.type("--json", "check").err)["error"]["kind"] == "BadInput"


def test_a_clock_put_beside_a_real_office_sets_no_time(tmp_path: Path) -> None:
    """Else whoever can write a file there could date every act."""
    real = Rehearsal(tmp_path / "real")
    assert real.type("office", "load", str(HOTEL)).code in (0, 1)
    (real.home / "rehearsal").write_text("2020-01-01T00:00:00+08:00\n", encoding="utf-8")
    answer = real.type("person", "list")
    assert answer.code == 2
    assert "it was not made in one" in answer.err
    assert "Take the file `rehearsal` out of its folder." in answer.err
