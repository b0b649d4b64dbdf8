"""Commands that start at once: a process that has loaded everything forks for each, so that a script of sixty costs seconds.

`python -m tests.desk.warm SOCKET` serves; `client(SOCKET)` is the text of a program that is called like `duecourse`. What runs is
`desk.cli.main`, with the arguments, environment, folder and streams of whoever calls.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path

PRELOADED = (
    "desk.acts", "desk.archiving", "desk.case_page", "desk.delegating", "desk.endorsing", "desk.examining", "desk.guests", "desk.house",
    "desk.office", "desk.recording", "desk.refusal_page", "desk.receipt_page", "desk.registering", "desk.rehearsing", "desk.revealing",
    "desk.ruling", "desk.showing", "desk.staff", "desk.timing",
)  # fmt: skip


def client(python: str, address: Path) -> str:
    """The text of the program: it hands everything over, and ends as the command ended."""
    return f"""#!{python} -SE
import json, os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect({str(address)!r})
asked = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
socket.send_fds(s, [len(asked).to_bytes(4, "big")], [0, 1, 2])
s.sendall(asked)
sys.exit(int.from_bytes(s.recv(1) or b"\\xff", "big"))
"""


def serve(address: Path) -> None:
    """Answer until killed."""
    from importlib import import_module  # noqa: PLC0415 - only the server loads the product

    for name in PRELOADED:
        import_module(name)
    _read_the_law()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(address))
        listening.listen()
        while True:
            connection, _ = listening.accept()
            with connection:
                head, streams, _, _ = socket.recv_fds(connection, 4, 3)
                left, asked = int.from_bytes(head, "big"), b""
                while len(asked) < left:
                    asked += connection.recv(left - len(asked))
                child = os.fork()
                if not child:
                    os._exit(_run(streams, *json.loads(asked)))
                _, status = os.waitpid(child, 0)
                connection.sendall(os.waitstatus_to_exitcode(status).to_bytes(1, "big"))
                for stream in streams:
                    os.close(stream)


def _read_the_law() -> None:
    """What every command that opens a store reads first: the procedures, whether their text is what it was, and the public calendar."""
    from casework.workdays import WorkCalendar  # noqa: PLC0415 - only the server loads the product
    from states.editions import editions  # noqa: PLC0415
    from states.fingerprint import fingerprint  # noqa: PLC0415

    WorkCalendar("Asia/Shanghai")
    for law in editions().values():
        fingerprint(law)


def _run(streams: list[int], arguments: list[str], environ: dict[str, str], folder: str) -> int:
    from desk.cli import main  # noqa: PLC0415 - loaded already

    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    code = main(arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
