"""The deployments of our flows, as `duecourse up` serves them. `prefect.yaml` says the same for a work pool; a test compares."""

from typing import Any, NamedTuple

from prefect import Flow
from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

from flows.anchor import anchor
from flows.archive import archive
from flows.follow_up import follow_up
from flows.names import OURS, SHORT
from flows.reconcile import reconcile
from flows.watch import deadline_watch


class Served(NamedTuple):
    """One flow, when it runs (cron; None: when asked), and the tags of its runs."""

    flow: Flow[Any, Any]
    cron: str | None
    tags: tuple[str, ...]


SERVED = (
    Served(deadline_watch, "*/5 * * * *", (OURS, SHORT, "watch")),
    Served(reconcile, "2-59/5 * * * *", (OURS, SHORT, "reconcile")),
    Served(archive, "4-59/5 * * * *", (OURS, "archive")),
    Served(anchor, "17 1 * * *", (OURS, "anchor")),
    Served(follow_up, None, (OURS, SHORT, "visit")),
)


def deployments() -> list[RunnerDeployment]:
    """Build them. The module's path is the entry point, so that a run starts from any folder."""
    return [
        RunnerDeployment.from_flow(
            served.flow, name=served.flow.name, cron=served.cron, tags=list(served.tags), description=served.flow.description,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for served in SERVED
    ]  # fmt: skip
