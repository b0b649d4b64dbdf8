"""What crosses to Prefect when something goes wrong: the class of the error, where in our code, and the case's reference.

Prefect shows and stores the text and the trace of what a run raises, with everything that was raised before it; and a text may hold
what was written in a case. So a new error is raised, outside every handler: it has no past.
"""

import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
ROOT = Path(__file__).parent.parent


class RunFailed(Exception):
    """A run failed; nothing of the error's own text is in it."""


def hushed(call: Callable[[], T], ref: str = "") -> T:
    """Call, and let nothing of an error out but its class, its place and the case. Raises RunFailed instead of any Exception."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001  the outer edge: whatever it is, its text stays here
        failure = RunFailed(" ".join(part for part in (_shown(error), ref) if part))
    raise failure


def quiet(run: Callable[P, T]) -> Callable[P, T]:
    """Hush a flow's function; the case is the one it is called with, as `ref`."""

    @wraps(run)
    def hushed_run(*args: P.args, **kwargs: P.kwargs) -> T:
        ref = kwargs.get("ref", args[0] if args else "")
        return hushed(lambda: run(*args, **kwargs), ref if isinstance(ref, str) else "")

    return hushed_run


def _shown(error: Exception) -> str:
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(ROOT)
    ]
    place = f" at {Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}" if ours else ""
    return type(error).__name__ + place
