"""What crosses to Prefect when something goes wrong: the class of the error, where in our code, and the case's reference.

Prefect shows and stores the text and the trace of what a run raises, and a text may hold what was written in a case.
"""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent


class RunFailed(Exception):
    """A run failed; nothing of the error's own text is in it."""


@contextmanager
def quiet(ref: str = "") -> Iterator[None]:
    """Let nothing of an error out but its class, its place and the case. Raises RunFailed instead of any Exception."""
    failure: RunFailed | None = None
    try:
        yield
    except Exception as error:  # noqa: BLE001  the outer edge: whatever it is, its text stays here
        failure = RunFailed(" ".join(part for part in (_shown(error), ref) if part))
    if failure is not None:
        raise failure  # outside the handler, so that the error itself is not its context


def _shown(error: Exception) -> str:
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(ROOT)
    ]
    place = f" at {Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}" if ours else ""
    return type(error).__name__ + place
