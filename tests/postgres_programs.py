"""Finding PostgreSQL's programs, and running them as an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import TypedDict

HOW_TO_GET_IT = (
    "install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17), "
    "or name a server: DUECOURSE_TEST_POSTGRES=postgresql://user:password@host/database"
)
PATIENCE = 60  # seconds for one call of initdb or pg_ctl


class PostgresTrouble(RuntimeError):
    """The server's programs are there, but the server did not start. The text says what they said."""


class Identity(TypedDict, total=False):
    """As whom subprocess starts a program; nothing in it means as ourselves."""

    user: int
    group: int
    extra_groups: list[int]


def find_programs() -> Path | None:
    """Find the newest installed folder that holds initdb and pg_ctl; None if there is none."""
    in_path = shutil.which("initdb")
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: folder.parent.name.zfill(3),
        reverse=True,
    )
    candidates = [*([Path(in_path).parent] if in_path else []), *debian]
    return next(
        (each for each in candidates if (each / "initdb").exists() and (each / "pg_ctl").exists()), None
    )


def run(program: Path, *arguments: object, at: Path) -> None:
    """Run one of PostgreSQL's programs, as an ordinary user even when we are root, and with none of our environment."""
    command = [str(program), *map(str, arguments)]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    log = at / f"{program.name}.out"
    # A file and not a pipe: the server that pg_ctl leaves behind would hold a pipe open for ever.
    with log.open("wb") as output:
        done = subprocess.run(
            command,
            **identity(),
            check=False,
            cwd=at,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            timeout=PATIENCE * 2,
        )
    if done.returncode:
        raise PostgresTrouble(f"{program} failed: {end_of(log)}")


def end_of(log: Path) -> str:
    """Give the last of what a program wrote."""
    return log.read_text(encoding="utf-8", errors="replace").strip()[-2000:] if log.exists() else ""


def identity() -> Identity:
    """Say as whom the programs run: PostgreSQL refuses to run as root, so root hands over to a user without rights."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise PostgresTrouble(
        "PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody' to run it as: run as an ordinary user."
    )
