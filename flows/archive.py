"""Archives what is filed (X1): a bag for each case, verified, and the case moved to the archive."""

from functools import partial
from typing import cast
from uuid import UUID

from prefect import flow
from prefect.artifacts import create_progress_artifact, update_progress_artifact

from casework.archive import archive_case, waiting
from casework.archive_secret import InSecret, archive_in_secret
from casework.clock import SystemClock
from casework.outcome import Refused
from flows.naming import begun, name_run
from flows.ours import opened, settings
from flows.quiet import RunFailed, hushed, quiet

MOST_TOLD = 10


@flow(name="archive", flow_run_name=begun("archive"), log_prints=False, persist_result=False)
@quiet
def archive() -> None:
    """Build and verify the bag of every filed case. One that fails stays filed for the next run, and this run fails at its end."""
    clock, where = SystemClock(), settings()
    root = str(where.home / "archive")
    build = partial(archive_case, root=root, language=where.language)
    with opened() as store:
        with store.reading() as session:
            refs = waiting(session)
        shown = _progress(f"{len(refs)} cases") if refs else None
        done, refused, failed = 0, 0, list[str]()
        for number, ref in enumerate(refs, start=1):
            try:
                outcome = hushed(partial(build, store, ref, clock.now()), ref)
            except RunFailed as error:
                failed.append(str(error))
            else:
                refused += isinstance(outcome, Refused)
                done += not isinstance(outcome, Refused)
            if shown is not None:
                update_progress_artifact(shown, 100 * number / len(refs))
        secret = archive_in_secret(store, clock.now(), root, language=where.language)
    told = f"{done} archived · {refused} refused · {len(failed)} failed{_told(secret)}"
    name_run(f"archive {clock.now().astimezone():%H:%M} · {told}")
    unseen = [f"{secret.failed} secret cases"] if secret.failed else []
    if failed or unseen:
        raise RunFailed("; ".join([*failed[:MOST_TOLD], *unseen]))


def _progress(what: str) -> UUID:
    return cast("UUID", create_progress_artifact(0.0, key="archiving", description=what))


def _told(secret: InSecret) -> str:
    """Of secret cases only what may be counted."""
    said = ((secret.archived, "archived"), (secret.failed, "failed"))
    return "".join(f" · {n} secret {what}" for n, what in said if n)
